//! A playbook for browsers and printers.

use super::{Page, Text, chart};
use crate::policy::Policy;
use crate::report::playbook::{Block, Face, Item, Rich, Table, blocks};
use maud::{Markup, html};

/// The page.
pub fn page(policy: &Policy) -> String {
    let blocks = blocks(policy);
    let heading = |(i, b): (usize, &Block)| match b {
        Block::Heading(text) => Some((i, text.clone())),
        _ => None,
    };
    let headings: Vec<(usize, String)> = blocks.iter().enumerate().filter_map(heading).collect();
    let first = headings.first().map_or(blocks.len(), |(i, _)| *i);
    let body = html! {
        @for (i, block) in blocks[..first].iter().enumerate() { (self::block(i, block)) }
        nav aria-label="Contents" { ul.inline { @for (i, text) in &headings { li { a href={ "#part-" (i) } { (Text(text)) } } } } }
        @for (i, block) in blocks.iter().enumerate().skip(first) { (self::block(i, block)) }
    };
    let title = format!("{}: playbook", policy.title);
    Page { title: &title, body, style: include_str!("playbook.css"), script: "", data: None }.document()
}

fn block(at: usize, block: &Block) -> Markup {
    match block {
        Block::Title(text) => html! { h1 { (Text(text)) } },
        Block::Heading(text) => html! { h2 id={ "part-" (at) } { (Text(text)) } },
        Block::Sub(text) => html! { h3 { (Text(text)) } },
        Block::Text(text) => html! { p { (rich(text)) } },
        Block::List { ordered: true, items } => html! { ol { (points(items)) } },
        Block::List { ordered: false, items } => html! { ul { (points(items)) } },
        Block::Table(one) => table(one),
        Block::Route(turns) => {
            html! { figure.scroll { (chart::turns("The rules of the route from the top, each with where a yes leads; the list above says the same", turns)) } }
        }
    }
}

fn rich(text: &Rich) -> Markup {
    html! { @for (face, text) in &text.0 {
        @match face {
            Face::Plain => (Text(text)),
            Face::Strong => strong { (Text(text)) },
            Face::Faint => span.faint { (Text(text)) },
            Face::Code => code { (Text(text)) },
        }
    } }
}

fn points(items: &[Item]) -> Markup {
    html! { @for item in items { li { (rich(&item.text)) @if !item.items.is_empty() { ul { (points(&item.items)) } } } } }
}

fn table(table: &Table) -> Markup {
    let number = |i: usize| table.head[i].starts_with('#');
    html! { div.scroll { table {
        thead { tr { @for (i, head) in table.head.iter().enumerate() { th.number[number(i)] scope="col" { (Text(head.trim_start_matches('#'))) } } } }
        tbody { @for row in &table.rows { tr { @for (i, cell) in row.iter().enumerate() { td.number[number(i)] { (rich(cell)) } } } } }
    } } }
}
