//! Conditions and lists that are too long for one line.
//!
//! A condition that fits stands on one line. One that does not is broken before `and` and `or`: where the author broke it if all fits then, else
//! where the next part would not fit. What stands in parentheses is kept together as long as it fits on a line. Joining words stand right below
//! the word before the condition, or where the condition begins, so that its parts begin in one column. Lists break behind commas.

use super::WIDTH;
use super::layout::{Layout, inside};
use super::page::{Before, Blank};
use super::written::Written;
use crate::syntax::outline::{Node, Part};
use std::ops::Range;

/// The room a condition or list has at least, wherever it begins.
const LEAST_ROOM: usize = 60;

/// The column that a condition or list which begins at `start` does not reach over, if it can be broken.
fn limit(start: usize) -> usize {
    WIDTH.max(start + LEAST_ROOM)
}

fn can_break(node: &Node) -> bool {
    matches!(node.part, Part::Chain | Part::Series | Part::List)
}

/// Whether anything in these tokens will be broken, if they begin at a column and all stands on one line.
pub fn overflows(written: &Written<'_>, range: Range<usize>, nodes: &[Node], column: usize) -> bool {
    inside(nodes, &range).any(|node| {
        let start = column + written.distance(range.start, node.start + 1)
            - written.space(range.start)
            - written.width(node.start);
        if can_break(node) {
            return written.flat(node.start..node.end).is_none_or(|width| start + width > limit(start));
        }
        // Blocks in braces have lines of their own.
        !matches!(node.part, Part::Body(_)) && overflows(written, node.start..node.end, &node.children, start)
    })
}

/// How the lines of a broken condition are laid out.
#[derive(Clone, Copy)]
struct Frame {
    /// Where its parts begin.
    column: usize,
    limit: usize,
    /// Whether joining words stand left of the column, right below the word before the condition.
    hanging: bool,
    /// Whether it is broken where the author broke it.
    as_written: bool,
}

impl Layout<'_, '_> {
    /// Whether some tokens fit on the line if the first is put there.
    fn fits(&self, node: &Node, before: Before, limit: usize) -> bool {
        let landing = self.page.landing(node.start, before);
        let width = self.page.written.flat(node.start..node.end);
        width.is_some_and(|width| landing + width <= limit)
    }

    /// Writes conditions joined by `and` or `or`.
    pub(super) fn chain(&mut self, node: &Node, before: Before) {
        let column = self.page.landing(node.start, before);
        if self.fits(node, before, limit(column)) {
            return self.flat(node.start..node.end, before);
        }
        let word = self.page.written.said(node.start.wrapping_sub(1));
        let hanging = matches!(word, "when" | "where" | "never" | "always");
        let hang = std::mem::replace(&mut self.page.hang, column);
        let frame = Frame { column, limit: limit(column), hanging, as_written: false };
        let as_written = self.fits_as_written(node, frame);
        self.operands(node, before, Frame { as_written, ..frame });
        self.page.hang = hang;
    }

    /// Whether the author broke a condition so that all its lines fit.
    fn fits_as_written(&self, node: &Node, frame: Frame) -> bool {
        let written = self.page.written;
        let mut operands = Vec::new();
        flatten(node, &mut operands);
        let mut starts: Vec<usize> = vec![node.start];
        let broken = operands.iter().skip(1).filter(|operand| is_broken(written, operand));
        starts.extend(broken.map(|operand| operand.start));
        let ends = starts[1..].iter().map(|start| start - 1).chain([node.end]);
        starts.iter().zip(ends).enumerate().all(|(i, (start, end))| {
            let joint = if i == 0 || frame.hanging { 0 } else { written.width(start - 1) + 1 };
            written.flat(*start..end).is_some_and(|width| frame.column + joint + width <= frame.limit)
        })
    }

    fn operands(&mut self, node: &Node, before: Before, frame: Frame) {
        for (i, operand) in node.children.iter().enumerate() {
            let mut before = before;
            if i > 0 {
                self.joint(operand, frame);
                before = Before::Space(1);
            }
            if self.fits(operand, before, frame.limit) {
                self.flat(operand.start..operand.end, before);
            } else if operand.part == Part::Chain {
                self.operands(operand, before, frame);
            } else {
                self.run(operand.start..operand.end, &operand.children, before);
            }
        }
    }

    /// Writes the `and` or `or` before an operand, on a new line where one is needed.
    fn joint(&mut self, operand: &Node, frame: Frame) {
        let written = self.page.written;
        let joint = operand.start - 1;
        let width = written.width(joint) + 1;
        let ends = written.flat(operand.start..operand.end).map(|o| self.page.column + 1 + width + o);
        let before = if frame.as_written && is_broken(written, operand) || ends.is_none_or(|end| end > frame.limit) {
            let indent = if frame.hanging { frame.column.saturating_sub(width) } else { frame.column };
            Before::Line { indent, comments: frame.column, blank: Blank::Never }
        } else {
            Before::Space(1)
        };
        self.page.put(joint, before);
    }

    /// Writes `[a, b]`.
    pub(super) fn list(&mut self, node: &Node, before: Before) {
        let column = self.page.landing(node.start, before);
        if self.fits(node, before, limit(column)) {
            return self.flat(node.start..node.end, before);
        }
        self.page.put(node.start, before);
        self.members(node.start + 1..node.end - 1, &node.children, Before::Space(0));
        self.page.put(node.end - 1, Before::Space(0));
    }

    /// Writes `a, b`.
    pub(super) fn series(&mut self, node: &Node, before: Before) {
        let column = self.page.landing(node.start, before);
        if self.fits(node, before, limit(column)) {
            return self.flat(node.start..node.end, before);
        }
        self.members(node.start..node.end, &node.children, before);
    }

    /// Writes members and their commas; one that does not fit begins a line below the first.
    fn members(&mut self, range: Range<usize>, nodes: &[Node], first: Before) {
        let written = self.page.written;
        let column = self.page.landing(range.start, first);
        let hang = std::mem::replace(&mut self.page.hang, column);
        let mut at = range.start;
        for end in ends(written, range.clone(), nodes) {
            let width = written.flat(at..end);
            let before = if at == range.start {
                first
            } else if width.is_some_and(|width| self.page.column + 1 + width <= limit(column)) {
                Before::Space(1)
            } else {
                Before::Line { indent: column, comments: column, blank: Blank::Never }
            };
            self.run(at..end, nodes, before);
            at = end;
        }
        self.page.hang = hang;
    }
}

/// Whether the author broke a condition at the word before an operand.
fn is_broken(written: &Written<'_>, operand: &Node) -> bool {
    written.gap(operand.start - 1).newline || written.gap(operand.start).newline
}

/// The operands of a chain and of the chains that are its operands.
fn flatten<'n>(node: &'n Node, operands: &mut Vec<&'n Node>) {
    for operand in &node.children {
        match operand.part {
            Part::Chain => flatten(operand, operands),
            _ => operands.push(operand),
        }
    }
}

/// One past the end of each member, the comma behind it included.
fn ends(written: &Written<'_>, range: Range<usize>, nodes: &[Node]) -> Vec<usize> {
    let mut found = Vec::new();
    let mut nodes = inside(nodes, &range).peekable();
    let mut at = range.start;
    while at < range.end {
        if let Some(node) = nodes.next_if(|n| n.start <= at) {
            at = node.end.max(at + 1);
            continue;
        }
        if written.said(at) == "," {
            found.push(at + 1);
        }
        at += 1;
    }
    if found.last() != Some(&range.end) && !range.is_empty() {
        found.push(range.end);
    }
    found
}
