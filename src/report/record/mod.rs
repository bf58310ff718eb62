//! The handoff record in all its forms: for people at a terminal, in Markdown or in a browser, and for machines.

mod content;
mod json;
mod note;
mod page;

pub use json::{json, line};
pub use page::{Line, page, single};

use super::diagnostics::Layout;
use super::sheet;
use crate::handoff::record::Record;
use maud::Markup;

/// A page for a terminal.
pub fn terminal(record: &Record, layout: Layout) -> String {
    sheet::terminal(&content::blocks(record), layout)
}

/// The same as Markdown.
pub fn markdown(record: &Record) -> String {
    sheet::markdown(&content::blocks(record))
}

/// The same as part of a page, with a title of the level `top`.
fn html(record: &Record, top: usize) -> Markup {
    sheet::html(&content::blocks(record), top)
}
