//! Records as one page for a browser: for many leads with a list of them in front.

use crate::handoff::record::Record;
use crate::report::html::{Page, Text};
use crate::report::page::capital;
use crate::report::phrases::{plain, whom};
use maud::{Markup, html};

const STYLE: &str = "
ul.signs { list-style: none; padding-left: 0; }
ul.signs li { padding-left: 1.5rem; text-indent: -1.5rem; margin: .25rem 0; }
ul.signs li > * { text-indent: 0; }
.said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
h4 { font-size: 1rem; margin: 1rem 0 .25rem; }
article { border-top: 2px solid var(--line); margin-top: 3rem; padding-top: .5rem; }
article > h2 { border-top: 0; margin-top: 1rem; }
td.day { white-space: nowrap; }
@media print { article { break-before: page; border-top: 0; } table { break-inside: auto; } tr, li, dd { break-inside: avoid; } }
";

/// One lead of a page: what the list in front says of it, and its record.
#[derive(Debug)]
pub struct Line {
    id: String,
    name: String,
    route: String,
    owner: String,
    due: String,
    stalled: bool,
    body: Markup,
}

impl Line {
    /// A lead of a page with several.
    pub fn new(record: &Record) -> Line {
        let next = record.next_step.as_ref();
        Line {
            id: record.id.clone(),
            name: record.name.clone().unwrap_or_default(),
            route: next.map_or_else(|| "Out of scope".to_string(), |n| n.title.clone()),
            owner: next.map_or_else(String::new, |n| plain(&n.owner)),
            due: next.map_or_else(String::new, |n| n.due.to_string()),
            stalled: record.dates.stalled,
            body: super::html(record, 2),
        }
    }
}

/// The page of one record.
pub fn single(record: &Record) -> String {
    let title = capital(&whom(&record.id, None, &record.leads));
    let body = html! { (super::html(record, 1)) };
    Page { title: &title, body, style: STYLE, script: "", data: None }.document()
}

/// The page of several, in the order in which they are given. `about` is said below the title.
pub fn page(lines: &[Line], about: &str) -> String {
    let stalled = lines.iter().filter(|l| l.stalled).count();
    let body = html! {
        h1 { "Handoff records" }
        p.sub { (Text(about)) }
        @if stalled > 0 {
            p class="note bad" { (stalled) " of " (lines.len()) @if stalled == 1 { " has stalled." } @else { " have stalled." } }
        }
        div.scroll {
            table {
                thead {
                    tr { @for head in ["Lead", "Known as", "Route", "Owner", "Due", "State"] { th scope="col" { (head) } } }
                }
                tbody {
                    @for (at, line) in lines.iter().enumerate() {
                        tr {
                            th scope="row" { a href=(format!("#lead-{at}")) { (Text(&line.id)) } }
                            td { (Text(&line.name)) }
                            td { (Text(&line.route)) }
                            td { (Text(&line.owner)) }
                            td.day { (Text(&line.due)) }
                            td { @if line.stalled { span.bad { "stalled" } } }
                        }
                    }
                }
            }
        }
        @for (at, line) in lines.iter().enumerate() {
            article id=(format!("lead-{at}")) { (line.body) p.faint { a href="#main" { "Back to the list" } } }
        }
    };
    Page { title: "Handoff records", body, style: STYLE, script: "", data: None }.document()
}
