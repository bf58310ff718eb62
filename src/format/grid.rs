//! Tables: matrices of routes and cases of tests.
//!
//! The names of rows make up the first column; every other column is as wide as its widest cell, and the header stands above the cells.

use super::layout::{Layout, STEP};
use super::page::{Before, Blank};
use crate::syntax::outline::{Node, Part};
use std::ops::Range;

/// The spaces between two columns.
const BETWEEN: usize = 2;

impl Layout<'_, '_> {
    /// Writes the rows of a table, header first.
    pub(super) fn grid(&mut self, rows: &[Node], indent: usize) {
        let columns = self.columns(rows, indent);
        for (i, row) in rows.iter().enumerate() {
            self.indent = indent;
            self.page.hang = indent + 2 * STEP;
            let blank = if i == 0 { Blank::First } else { Blank::Keep };
            let begin = |indent: usize, comments: usize| Before::Line { indent, comments, blank };
            let mut before = match row.part {
                Part::Header => begin(columns[0], indent),
                _ => begin(indent, indent),
            };
            let cells = cells_of(row);
            if row.part == Part::Row {
                let name = row.start..cells.first().map_or(row.end, |c| c.start);
                self.flat(name, before);
                before = Before::Column(columns[0], BETWEEN);
            }
            for (at, cell) in cells.into_iter().enumerate() {
                if at > 0 {
                    before = Before::Column(columns.get(at).copied().unwrap_or(0), BETWEEN);
                }
                self.run(cell, &row.children, before);
            }
        }
    }

    /// Where the cells of each column begin; there is always a first.
    fn columns(&self, rows: &[Node], indent: usize) -> Vec<usize> {
        let written = self.page.written;
        let width = |range: Range<usize>| written.flat(range).unwrap_or(0);
        let names = rows.iter().filter(|r| r.part == Part::Row);
        let name = |row: &Node| width(row.start..cells_of(row).first().map_or(row.end, |c| c.start));
        let mut columns = vec![indent + names.map(name).max().map_or(0, |widest| widest + BETWEEN)];
        let mut widths: Vec<usize> = Vec::new();
        for row in rows {
            for (at, cell) in cells_of(row).into_iter().enumerate() {
                let cell = width(cell);
                match widths.get_mut(at) {
                    Some(widest) => *widest = cell.max(*widest),
                    None => widths.push(cell),
                }
            }
        }
        for width in widths {
            columns.push(columns[columns.len() - 1] + width + BETWEEN);
        }
        columns
    }
}

/// The cells of a row, or the names of a header.
fn cells_of(row: &Node) -> Vec<Range<usize>> {
    match row.part {
        Part::Header => (row.start..row.end).map(|i| i..i + 1).collect(),
        _ => row.children.iter().filter(|c| c.part == Part::Cell).map(|c| c.start..c.end).collect(),
    }
}
