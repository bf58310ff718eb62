//! A sheet that people read wherever they are: one list of blocks, laid out for a terminal, as Markdown or as part of a page.
//!
//! Blocks hold plain text; each form makes it harmless for itself.

mod html;
mod markdown;
mod terminal;

pub use html::html;
pub use markdown::markdown;
pub use terminal::terminal;

/// A piece of a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    Title(String),
    /// What the title is about, less loud.
    Sub(String),
    Heading(String),
    /// A heading inside a section.
    Label(String),
    /// What must not be overlooked.
    Call(Mark, String),
    Text(String),
    /// Names and what belongs to them.
    Pairs(Vec<(String, String)>),
    List(Vec<Entry>),
    Table {
        head: Vec<String>,
        rows: Vec<Vec<String>>,
    },
}

/// An entry of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub mark: Mark,
    pub text: String,
    /// What is said besides, on a line of its own; empty for nothing.
    pub more: String,
}

/// What stands before an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    Plain,
    /// The place in the list.
    Number,
    Good,
    Bad,
    /// Not known.
    Open,
}

impl Mark {
    /// As a sign; numbers are counted by whoever lays the list out.
    fn sign(self) -> &'static str {
        match self {
            Mark::Plain | Mark::Number => "•",
            Mark::Good => "✓",
            Mark::Bad => "✗",
            Mark::Open => "?",
        }
    }
}

impl Entry {
    /// An entry that says one thing.
    pub fn new(mark: Mark, text: impl Into<String>) -> Entry {
        Entry { mark, text: text.into(), more: String::new() }
    }

    /// The same with something besides.
    pub fn and(mut self, more: impl Into<String>) -> Entry {
        self.more = more.into();
        self
    }
}
