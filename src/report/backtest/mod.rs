//! What a backtest found, for people, for pull requests and for machines: one [`Backtest`] in three forms.
//!
//! `content` words the figures as blocks of text and tables; `terminal`, `markdown` and `report::html` lay the same blocks out.

mod content;
mod markdown;
mod suggestion;
mod terminal;

use crate::backtest::Rate;
use crate::backtest::figures::{Backtest, Cell, Group};
use crate::data::findings::Findings;
use crate::report::diagnostics::Layout;

/// A page for people, with what the readers noticed at its end.
pub fn human(figures: &Backtest, findings: &Findings, all_findings: bool, layout: Layout) -> String {
    terminal::page(&content::blocks(figures), findings, all_findings, layout)
}

/// The same as Markdown.
pub fn markdown(figures: &Backtest) -> String {
    markdown::text(&content::blocks(figures))
}

/// The figures as one JSON object, as `docs/backtest.schema.json` says.
pub fn json(figures: &Backtest) -> String {
    serde_json::to_string_pretty(figures).unwrap_or_default() + "\n"
}

/// A piece of a report.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::report) enum Block {
    Title(String),
    Heading(String),
    Text(String),
    /// What to know before the rest is believed.
    Warning(String),
    Table(Table),
    /// What a browser draws beside the table that says the same.
    Picture(Picture),
    /// A change of a text, line by line.
    Diff(String),
}

/// Figures that are seen better than read.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::report) enum Picture {
    /// Shares with their intervals, and the share of all leads.
    Shares { of: String, groups: Vec<Group>, base: Rate },
    /// The share of won leads by both bands.
    Grid(Vec<Cell>),
}

/// The whole report, in pieces.
pub(in crate::report) fn blocks(figures: &Backtest) -> Vec<Block> {
    content::blocks(figures)
}

/// Rows of cells below a header; numbers stand flush right, the last column is as wide as it needs to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::report) struct Table {
    pub(in crate::report) head: Vec<Column>,
    pub(in crate::report) rows: Vec<Vec<String>>,
}

/// The head of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::report) struct Column {
    pub(in crate::report) name: &'static str,
    pub(in crate::report) number: bool,
}

impl Table {
    /// A table whose columns are texts, or numbers where the name begins with `#`.
    fn new(names: &[&'static str]) -> Table {
        let column = |name: &&'static str| match name.strip_prefix('#') {
            Some(name) => Column { name, number: true },
            None => Column { name, number: false },
        };
        Table { head: names.iter().map(column).collect(), rows: Vec::new() }
    }

    fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.into());
    }
}
