//! How the items of each kind of block are cut into cells that align with those of the other items.
//!
//! Takes the items of a body; gives for each its cells. A cell names the column it stands in: cells of one column begin at the same place in all
//! items of the body, and columns with smaller numbers stand further left.

use super::written::Written;
use crate::syntax::outline::{Body, Node, Part};
use std::ops::Range;

/// A part of an item that is aligned as a whole.
#[derive(Clone, Debug)]
pub struct Cell {
    /// Its tokens.
    pub range: Range<usize>,
    /// The least number of spaces before it in a column.
    pub gap: usize,
    /// The number of spaces before it where the whole item stands on one line with others.
    pub inline_gap: usize,
    /// The column it stands in; none where it follows at once.
    pub column: Option<usize>,
    /// Whether its item begins with it.
    pub first: bool,
    /// Whether it may begin a line of its own below its item.
    pub loose: bool,
    /// Whether it does so: the author put it there.
    pub own_line: bool,
    /// Whether it stands in its column only if it does not reach over the width.
    pub must_fit: bool,
}

impl Cell {
    fn new(range: Range<usize>, gap: usize, column: Option<usize>) -> Self {
        Cell { range, gap, inline_gap: gap, column, first: false, loose: false, own_line: false, must_fit: false }
    }
}

/// The cells of each item.
pub fn rows(written: &Written<'_>, kind: Body, items: &[Node]) -> Vec<Vec<Cell>> {
    // Names of criteria make up a column only where all have one.
    let all_named = items.iter().all(|i| i.children.first().is_some_and(|c| c.part == Part::Label));
    items.iter().map(|item| Cutter::new(written, item).cut(kind, all_named)).collect()
}

/// The indices of an item: where the next begins, a comma before it belongs to this one.
pub fn whole(written: &Written<'_>, item: &Node) -> Range<usize> {
    item.start..item.end + usize::from(written.said(item.end) == ",")
}

/// The cells of a definition: its name, and what it stands for.
pub fn definition(written: &Written<'_>, block: &Node) -> Vec<Cell> {
    let mut cutter = Cutter::new(written, block);
    let equals = (block.start..block.end).find(|&i| written.said(i) == "=");
    cutter.begin(equals.unwrap_or(block.end), 1, Some(1));
    cutter.cells
}

struct Cutter<'w, 'a> {
    written: &'w Written<'a>,
    item: &'w Node,
    cells: Vec<Cell>,
}

impl<'w, 'a> Cutter<'w, 'a> {
    fn new(written: &'w Written<'a>, item: &'w Node) -> Self {
        let first = Cell { first: true, ..Cell::new(whole(written, item), 1, None) };
        Cutter { written, item, cells: vec![first] }
    }

    fn cut(mut self, kind: Body, all_named: bool) -> Vec<Cell> {
        if self.item.part != Part::Item {
            return self.cells;
        }
        match kind {
            Body::Policy => self.keyword(&["version", "owner", "time-zone", "holidays"]),
            Body::Lead => self.modifiers(),
            Body::Events
            | Body::Checklist
            | Body::Discovery
            | Body::Record
            | Body::Table
            | Body::Types
            | Body::Given => {
                self.head();
            }
            Body::Choices | Body::Bands => self.name(kind),
            Body::Signals => {
                self.head();
                self.part(&[Part::Event, Part::Where], 2, 2);
            }
            Body::Personas => self.persona(),
            Body::Committee => {
                self.head();
                self.part(&[Part::When], 2, 2);
                self.part(&[Part::Expected], 2, 3);
            }
            Body::Risks => {
                self.head();
                self.part(&[Part::Owner], 2, 3);
            }
            Body::Icp => {
                self.label();
                self.part(&[Part::Because], 2, 3);
            }
            Body::Stage => {
                self.keyword(&["require", "should"]);
                self.part(&[Part::Because], 2, 3);
            }
            Body::Guarantee => self.keyword(&["never", "always"]),
            Body::Group => self.criterion(all_named),
            Body::Outcome => self.step(),
            Body::Route => {
                self.part(&[Part::When], 2, 2);
                self.part(&[Part::Because], 2, 3);
            }
            Body::Requalify => self.part(&[Part::Because], 2, 3),
            Body::Import | Body::Outcomes | Body::Stages => self.short_block(),
            Body::Portfolio
            | Body::Channels
            | Body::Score
            | Body::Account
            | Body::Test
            | Body::Matrix
            | Body::Cases => {}
        }
        self.cells
    }

    /// Begins a cell at token `at`.
    fn begin(&mut self, at: usize, gap: usize, column: Option<usize>) {
        let Some(last) = self.cells.last_mut().filter(|c| c.range.start < at && at < c.range.end) else { return };
        let end = last.range.end;
        last.range.end = at;
        self.cells.push(Cell::new(at..end, gap, column));
    }

    /// `keyword rest`
    fn keyword(&mut self, aligned: &[&str]) {
        if aligned.contains(&self.written.said(self.item.start)) {
            self.begin(self.item.start + 1, 1, Some(1));
        }
    }

    /// `name: rest`, also behind `replace`.
    fn head(&mut self) {
        let start = self.item.start;
        if let Some(colon) = (start..self.item.end.min(start + 3)).find(|&i| self.written.said(i) == ":") {
            self.begin(colon + 1, 1, Some(1));
        }
    }

    /// `keyword name: rest`
    fn label(&mut self) {
        if let Some(label) = self.item.children.first().filter(|c| c.part == Part::Label) {
            self.begin(label.end, 1, Some(1));
        }
    }

    /// A part that is one of these.
    fn part(&mut self, parts: &[Part], gap: usize, column: usize) {
        let Some(part) = self.item.children.iter().find(|c| parts.contains(&c.part)) else { return };
        self.begin(part.start, gap, Some(column));
        let loose = matches!(part.part, Part::Because | Part::Cares);
        if let Some(cell) = self.cells.last_mut().filter(|c| c.range.start == part.start) {
            (cell.loose, cell.own_line) = (loose, loose && self.written.gap(part.start).newline);
        }
    }

    /// `name "Spelling" …`, `name >= N`
    fn name(&mut self, kind: Body) {
        let gap = if kind == Body::Choices { 2 } else { 1 };
        if self.item.end > self.item.start + 1 {
            self.begin(self.item.start + 1, gap, Some(1));
            self.cells[1..].iter_mut().for_each(|c| c.inline_gap = 1);
        }
    }

    fn modifiers(&mut self) {
        for modifier in self.item.children.iter().filter(|c| matches!(c.part, Part::Modifier | Part::UnreadPart)) {
            self.begin(modifier.start, 2, None);
        }
    }

    /// `name: "Title" titles "…" cares about "…"`
    fn persona(&mut self) {
        self.head();
        let title = self.cells.last().map_or(self.item.start, |c| c.range.start);
        if self.written.said(title + 1) == "titles" {
            self.begin(title + 1, 2, Some(2));
        }
        self.part(&[Part::Cares], 2, 3);
    }

    /// `name: +P when …`, `name: +P per SIGNAL newest …`
    fn criterion(&mut self, all_named: bool) {
        if all_named && let Some(label) = self.item.children.first() {
            self.begin(label.end, 1, Some(1));
        }
        let earned = self.item.children.iter().find(|c| matches!(c.part, Part::When | Part::Per));
        if let Some(earned) = earned {
            self.begin(earned.start, 1, Some(2));
            if let Some(setting) = earned.children.iter().find(|c| c.part == Part::PerSetting) {
                self.begin(setting.start, 2, Some(3));
            }
        }
        self.part(&[Part::Because], 2, 4);
    }

    /// `next "…" when …`: what applies when is aligned among steps of one kind.
    fn step(&mut self) {
        const KINDS: [&str; 5] = ["next", "owner", "due", "revisit", "check"];
        self.keyword(&KINDS);
        let kind = KINDS.iter().position(|k| *k == self.written.said(self.item.start));
        self.part(&[Part::When], 2, 2 + kind.unwrap_or(KINDS.len()));
    }

    /// `leads { … }` on one line.
    fn short_block(&mut self) {
        let body = self.item.children.iter().find(|c| matches!(c.part, Part::Body(_)));
        if let Some(body) = body {
            self.begin(body.start, 1, Some(1));
            if let Some(cell) = self.cells.last_mut() {
                cell.must_fit = true;
            }
        }
    }
}
