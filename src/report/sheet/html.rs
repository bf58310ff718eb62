//! A sheet as part of a page.

use super::{Block, Entry, Mark};
use crate::report::html::Text;
use maud::{Markup, html};

/// All blocks; the title is a heading of the level `top`, headings and labels are one and two levels below it.
pub fn html(blocks: &[Block], top: usize) -> Markup {
    html! {
        @for block in blocks {
            @match block {
                Block::Title(text) => (heading(top, text)),
                Block::Heading(text) => (heading(top + 1, text)),
                Block::Label(text) => (heading(top + 2, text)),
                Block::Sub(text) => p.sub { (Text(text)) },
                Block::Call(mark, text) => p class=(format!("note {}", class(*mark))) { (Text(text)) },
                Block::Text(text) => p { (Text(text)) },
                Block::Pairs(pairs) => dl { @for (name, value) in pairs { dt { (Text(name)) } dd { (Text(value)) } } },
                Block::List(entries) => (list(entries)),
                Block::Table { head, rows } => (table(head, rows)),
            }
        }
    }
}

fn heading(level: usize, text: &str) -> Markup {
    match level {
        0 | 1 => html! { h1 { (Text(text)) } },
        2 => html! { h2 { (Text(text)) } },
        3 => html! { h3 { (Text(text)) } },
        _ => html! { h4 { (Text(text)) } },
    }
}

fn list(entries: &[Entry]) -> Markup {
    let numbered = entries.iter().any(|e| e.mark == Mark::Number);
    let signed = entries.iter().all(|e| !matches!(e.mark, Mark::Plain | Mark::Number));
    let items = html! {
        @for entry in entries {
            li {
                @if !matches!(entry.mark, Mark::Plain | Mark::Number) {
                    span class=(class(entry.mark)) { (entry.mark.sign()) span.said { (spoken(entry.mark)) } } " "
                }
                (Text(&entry.text))
                @if !entry.more.is_empty() { br; span.faint { (Text(&entry.more)) } }
            }
        }
    };
    match (numbered, signed) {
        (true, _) => html! { ol { (items) } },
        (false, true) => html! { ul.signs { (items) } },
        (false, false) => html! { ul { (items) } },
    }
}

fn table(head: &[String], rows: &[Vec<String>]) -> Markup {
    html! {
        div.scroll {
            table {
                thead { tr { @for cell in head { th scope="col" { (Text(cell)) } } } }
                tbody {
                    @for row in rows {
                        tr {
                            @for (at, cell) in row.iter().enumerate() {
                                @if at == 0 { th scope="row" { (Text(cell)) } } @else { td { (Text(cell)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn class(mark: Mark) -> &'static str {
    match mark {
        Mark::Plain | Mark::Number => "",
        Mark::Good => "good",
        Mark::Bad => "bad",
        Mark::Open => "open",
    }
}

/// What a sign says to those who do not see it.
fn spoken(mark: Mark) -> &'static str {
    match mark {
        Mark::Plain | Mark::Number => "",
        Mark::Good => " yes:",
        Mark::Bad => " no:",
        Mark::Open => " not known:",
    }
}
