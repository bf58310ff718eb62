//! Blocks and items.
//!
//! A block written on one line stays there if it fits; any other has a line for each item, or for each part of a field. Blocks of short values
//! (choices, given fields, channels, bands) may hold several on a line: where the author wrote them so, lines are filled.

use super::WIDTH;
use super::align::{self, Columns};
use super::cells::{self, Cell};
use super::page::{Before, Blank, Page};
use super::written::Written;
use crate::syntax::outline::{Body, Node, Part};
use std::collections::BTreeMap;
use std::ops::Range;

/// What one level is indented by.
pub(super) const STEP: usize = 2;

/// Writes a file.
pub fn write(written: &Written<'_>, blocks: &[Node]) -> String {
    let mut layout = Layout { page: Page::new(written), indent: 0, last: Kind::Short, joint: BTreeMap::new() };
    layout.blocks(blocks);
    layout.page.finish()
}

/// A page, and where on it the item stands that is written.
pub(super) struct Layout<'w, 'a> {
    pub page: Page<'w, 'a>,
    pub indent: usize,
    /// The top-level block that was written last.
    last: Kind,
    /// The columns of bodies whose items align with those of their neighbours, by the first token of the body.
    joint: BTreeMap<usize, Columns>,
}

/// What a top-level block is to its neighbours.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// It fits on one line.
    Short,
    /// It needs several.
    Tall,
    Definition,
    Unread,
}

fn is_definition(written: &Written<'_>, block: &Node) -> bool {
    let keyword = block.start + usize::from(written.said(block.start) == "replace");
    block.part == Part::Block && written.said(keyword) == "define"
}

/// Those of some nodes in order that stand within some tokens.
pub(super) fn inside<'n>(nodes: &'n [Node], range: &Range<usize>) -> impl Iterator<Item = &'n Node> {
    let start = nodes.partition_point(|n| n.start < range.start);
    let end = nodes.partition_point(|n| n.end <= range.end).max(start);
    nodes[start..end].iter()
}

impl Layout<'_, '_> {
    fn blocks(&mut self, blocks: &[Node]) {
        let written = self.page.written;
        let mut at = 0;
        while at < blocks.len() {
            let others = blocks[at..].iter().take_while(|b| !is_definition(written, b)).count();
            blocks[at..at + others].iter().for_each(|block| self.block(block));
            at += others;
            let definitions = blocks[at..].iter().take_while(|b| is_definition(written, b)).count();
            self.definitions(&blocks[at..at + definitions]);
            at += definitions;
        }
    }

    fn block(&mut self, block: &Node) {
        self.begin_item(0);
        let before = self.before_block(block);
        self.run(block.start..block.end, &block.children, before);
    }

    fn definitions(&mut self, blocks: &[Node]) {
        let written = self.page.written;
        let rows: Vec<Vec<Cell>> = blocks.iter().map(|b| cells::definition(written, b)).collect();
        let columns = align::columns(written, blocks, &rows, 0);
        for ((block, cells), columns) in blocks.iter().zip(&rows).zip(&columns) {
            self.begin_item(0);
            let before = self.before_block(block);
            self.row(block, cells, columns, before);
        }
    }

    /// Blocks of several lines are parted from others by a blank line; definitions may follow each other.
    fn before_block(&mut self, block: &Node) -> Before {
        let written = self.page.written;
        let gap = written.gap(block.start);
        let is_short = written.flat(block.start..block.end).is_some_and(|width| width <= WIDTH);
        let kind = match block.part {
            Part::UnreadItem => Kind::Unread,
            _ if is_definition(written, block) => Kind::Definition,
            _ if is_short => Kind::Short,
            _ => Kind::Tall,
        };
        let last = std::mem::replace(&mut self.last, kind);
        if kind == Kind::Unread && !gap.newline && block.start > 0 {
            return Before::Space(usize::from(!written.touches(block.start)));
        }
        let apart = match (last, kind) {
            (Kind::Unread, _) | (_, Kind::Unread) | (Kind::Definition, Kind::Definition) => false,
            (last, kind) => last == Kind::Tall || kind == Kind::Tall,
        };
        let blank = match block.start {
            0 => Blank::First,
            _ if apart => Blank::Force,
            _ => Blank::Keep,
        };
        Before::Line { indent: 0, comments: 0, blank }
    }

    /// Writes some tokens, with the parts that stand in them.
    pub fn run(&mut self, range: Range<usize>, nodes: &[Node], before: Before) {
        let written = self.page.written;
        let mut first = Some(before);
        let mut at = range.start;
        for node in inside(nodes, &range) {
            for i in at..node.start {
                let before = first.take().unwrap_or(Before::Space(written.space(i)));
                self.page.put(i, before);
            }
            let before = first.take().unwrap_or(Before::Space(written.space(node.start)));
            self.node(node, before);
            at = node.end;
        }
        for i in at..range.end {
            let before = first.take().unwrap_or(Before::Space(written.space(i)));
            self.page.put(i, before);
        }
    }

    /// Writes tokens that stand on one line.
    pub fn flat(&mut self, range: Range<usize>, before: Before) {
        self.run(range, &[], before);
    }

    fn node(&mut self, node: &Node, before: Before) {
        match node.part {
            Part::Body(kind) => self.body(node, kind, before),
            Part::Chain => self.chain(node, before),
            Part::List => self.list(node, before),
            Part::Series => self.series(node, before),
            _ => self.run(node.start..node.end, &node.children, before),
        }
    }

    fn body(&mut self, node: &Node, kind: Body, before: Before) {
        let written = self.page.written;
        let width = written.flat(node.start..node.end);
        if width.is_some_and(|width| self.page.landing(node.start, before) + width <= WIDTH) {
            return self.flat(node.start..node.end, before);
        }
        self.page.put(node.start, before);
        let outer = (self.indent, self.page.hang);
        let inner = self.indent + STEP;
        match kind {
            Body::Matrix | Body::Cases => self.grid(&node.children, inner),
            _ if self.is_filled(kind, node, inner) => self.fill(&node.children, inner),
            _ => self.items(node, kind, inner),
        }
        (self.indent, self.page.hang) = outer;
        let closing = Before::Line { indent: self.indent, comments: inner, blank: Blank::Last };
        self.page.put(node.end - 1, closing);
    }

    fn items(&mut self, body: &Node, kind: Body, indent: usize) {
        let written = self.page.written;
        let items = &body.children;
        let rows = cells::rows(written, kind, items);
        let joint = self.joint.remove(&body.start);
        let columns = joint.unwrap_or_else(|| align::columns(written, items, &rows, indent));
        if matches!(kind, Body::Score | Body::Stages) {
            self.join(items, indent + STEP);
        }
        for (i, (item, cells)) in items.iter().zip(&rows).enumerate() {
            self.begin_item(indent);
            let before = self.before_item(item, i == 0);
            if kind == Body::Lead && item.part == Part::Item {
                self.field(item, cells, before);
            } else {
                self.row(item, cells, &columns[i], before);
            }
        }
    }

    /// Finds the columns that the groups of a score, or all stages, have in common.
    fn join(&mut self, items: &[Node], indent: usize) {
        let written = self.page.written;
        let mut bodies = Vec::new();
        for item in items {
            for part in &item.children {
                let short = written.flat(item.start..part.end).is_some_and(|width| indent - STEP + width <= WIDTH);
                if let (Part::Body(kind @ (Body::Group | Body::Stage)), false) = (part.part, short) {
                    bodies.push((part, kind));
                }
            }
        }
        // Named criteria begin with their names, others with their points: a column of both would be torn.
        let members = bodies.iter().filter(|(_, kind)| *kind == Body::Group).flat_map(|(body, _)| &body.children);
        let named: Vec<bool> = members.map(|m| m.children.first().is_some_and(|c| c.part == Part::Label)).collect();
        if named.contains(&true) && named.contains(&false) {
            return;
        }
        let rows: Vec<Vec<Cell>> =
            bodies.iter().flat_map(|(body, kind)| cells::rows(written, *kind, &body.children)).collect();
        let members: Vec<&Node> = bodies.iter().flat_map(|(body, _)| &body.children).collect();
        let mut columns = align::joint_columns(written, &members, &rows, indent).into_iter();
        for (body, _) in bodies {
            self.joint.insert(body.start, columns.by_ref().take(body.children.len()).collect());
        }
    }

    /// Sets where an item stands. What a comment drives to a new line is indented: in the first column, it could be taken for a block.
    fn begin_item(&mut self, indent: usize) {
        self.indent = indent;
        self.page.hang = indent + 2 * STEP;
    }

    fn before_item(&self, item: &Node, is_first: bool) -> Before {
        let is_unread = matches!(item.part, Part::UnreadItem | Part::UnreadPart);
        if is_unread && !self.page.written.gap(item.start).newline {
            return Before::Space(2);
        }
        let indent = self.indent + if item.part == Part::UnreadPart { STEP } else { 0 };
        let blank = if is_first { Blank::First } else { Blank::Keep };
        Before::Line { indent, comments: indent, blank }
    }

    /// Writes an item cell by cell.
    fn row(&mut self, item: &Node, cells: &[Cell], columns: &[Option<usize>], before: Before) {
        let written = self.page.written;
        let own_comments = written.gap(item.start).comments.iter().filter(|c| !c.at_end).count();
        let first_line = self.page.lines + own_comments + 1;
        for (cell, column) in cells.iter().zip(columns) {
            let start = cell.range.start;
            // Behind a condition of several lines a reason would hang in the air.
            let is_broken = self.page.lines > first_line && written.said(start.saturating_sub(1)) != "}";
            let before = if cell.first {
                before
            } else if cell.own_line || cell.loose && is_broken {
                self.part_line()
            } else {
                column.map_or(Before::Space(cell.gap), |column| Before::Column(column, cell.gap))
            };
            self.run(cell.range.clone(), &item.children, before);
        }
    }

    /// The line of a part below its item.
    fn part_line(&self) -> Before {
        let indent = self.indent + STEP;
        Before::Line { indent, comments: indent, blank: Blank::Keep }
    }

    /// Writes a field: its modifiers behind it where the author put all of them there and they fit, else each on a line of its own.
    fn field(&mut self, item: &Node, cells: &[Cell], before: Before) {
        let written = self.page.written;
        let behind = cells[1..].iter().all(|c| !written.gap(c.range.start).newline);
        let width = written.flat(cells::whole(written, item));
        let on_one_line = behind && width.is_some_and(|width| self.indent + width <= WIDTH);
        self.run(cells[0].range.clone(), &item.children, before);
        let modifiers = &cells[1..];
        for (i, cell) in modifiers.iter().enumerate() {
            let range = cell.range.clone();
            let Some(modifier) = item.children.iter().find(|c| c.start == range.start) else { continue };
            let is_unread = modifier.part == Part::UnreadPart;
            let stays = is_unread && !written.gap(range.start).newline;
            let before = if on_one_line || stays { Before::Space(cell.gap) } else { self.part_line() };
            let column = if on_one_line || is_unread { None } else { self.modifier_column(modifiers, i) };
            match column {
                Some(column) if range.len() > 1 => {
                    self.page.put(range.start, before);
                    self.run(range.start + 1..range.end, &modifier.children, Before::Column(column, 1));
                }
                _ => self.run(range, &item.children, before),
            }
        }
    }

    /// Where the texts of neighbouring `column`, `empty` and `label` lines begin.
    fn modifier_column(&self, modifiers: &[Cell], at: usize) -> Option<usize> {
        let word = |i: usize| self.page.written.said(modifiers[i].range.start);
        let aligns = |i: &usize| matches!(word(*i), "column" | "empty" | "label");
        let before = (0..at).rev().take_while(aligns);
        let around = before.chain((at..modifiers.len()).take_while(aligns));
        let longest = around.map(|i| word(i).len()).max()?;
        aligns(&at).then_some(self.indent + STEP + longest + 1)
    }

    /// Whether a block that needs several lines has several items on each.
    fn is_filled(&self, kind: Body, node: &Node, indent: usize) -> bool {
        let written = self.page.written;
        let items = &node.children;
        if items.iter().any(|i| i.part != Part::Item) {
            return false;
        }
        let was_one_line = !(node.start + 1..node.end).any(|i| written.gap(i).newline);
        let shared = items.iter().skip(1).any(|i| !written.gap(i.start).newline);
        let wanted = match kind {
            Body::Given | Body::Channels => was_one_line || shared,
            Body::Choices | Body::Bands => !was_one_line && shared,
            _ => false,
        };
        // If not even two fit on a line, there is nothing to fill.
        let width = |i: &Node| written.flat(cells::whole(written, i));
        let fits_two = |pair: &[Node]| {
            let driven_off = !written.gap(pair[1].start).comments.is_empty() || written.gap(pair[1].start).blank;
            let both = width(&pair[0]).zip(width(&pair[1]));
            !driven_off && both.is_some_and(|(a, b)| indent + a + written.space(pair[1].start) + b <= WIDTH)
        };
        wanted && items.windows(2).any(fits_two)
    }

    /// Writes items one after the other, as many on a line as fit.
    fn fill(&mut self, items: &[Node], indent: usize) {
        let written = self.page.written;
        for (i, item) in items.iter().enumerate() {
            self.begin_item(indent);
            let range = cells::whole(written, item);
            let space = written.space(item.start);
            let gap = written.gap(item.start);
            let fits = written.flat(range.clone()).is_some_and(|width| self.page.column + space + width <= WIDTH);
            let stays = i > 0 && fits && !gap.blank && gap.comments.is_empty();
            let before = if stays { Before::Space(space) } else { self.before_item(item, i == 0) };
            self.run(range, &item.children, before);
        }
    }
}
