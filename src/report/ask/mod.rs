//! The script of a call in all its forms: for people at a terminal or in Markdown, and for machines.

mod content;
mod json;
mod words;

pub use json::{json, line};

use super::diagnostics::Layout;
use super::sheet;
use crate::handoff::script::Script;

/// So many questions are named for those who have little time.
const FIRST: usize = 3;

/// What is shown of a script.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shown {
    /// Questions that are answered already, with their answers.
    pub answered: bool,
}

/// A page for a terminal.
pub fn terminal(script: &Script, shown: Shown, layout: Layout) -> String {
    sheet::terminal(&content::blocks(script, shown), layout)
}

/// The same as Markdown.
pub fn markdown(script: &Script, shown: Shown) -> String {
    sheet::markdown(&content::blocks(script, shown))
}
