//! A file as it is written: tokens, what stands between them, and how wide they are on one line.

use super::cells;
use crate::syntax::outline::{Body, Lexeme, Node, Outline, Part};
use std::ops::Range;
use unicode_width::UnicodeWidthStr;

/// A comment between two tokens.
pub struct Comment<'a> {
    /// From `#` to its last character that is no space.
    pub text: &'a str,
    /// Whether it stands behind a token, at the end of that token's line.
    pub at_end: bool,
    /// Whether a blank line stands before it.
    pub blank: bool,
}

/// What stands before a token.
#[derive(Default)]
pub struct Gap<'a> {
    pub comments: Vec<Comment<'a>>,
    /// Whether the token begins a line.
    pub newline: bool,
    /// Whether a blank line stands right before the token.
    pub blank: bool,
}

/// A file and what layout asks about it.
pub struct Written<'a> {
    text: &'a str,
    lexemes: &'a [Lexeme],
    /// One for each token, and one for the end of the file.
    gaps: Vec<Gap<'a>>,
    /// The spaces before each token where all stands on one line.
    spaces: Vec<usize>,
    /// The width of all tokens before this one with their spaces.
    widths: Vec<usize>,
    /// How many tokens before this one cannot stand on one line with the one before them.
    parted: Vec<usize>,
    /// How many tokens before this one hold or open what needs several lines.
    tall: Vec<usize>,
}

impl<'a> Written<'a> {
    /// Takes the outline of a text.
    pub fn new(text: &'a str, outline: &'a Outline) -> Self {
        let lexemes = &outline.lexemes;
        let count = lexemes.len();
        let mut written = Written {
            text,
            lexemes,
            gaps: gaps(text, outline),
            spaces: Vec::new(),
            widths: vec![0; count + 1],
            parted: vec![0; count + 1],
            tall: vec![0; count + 1],
        };
        written.spaces = (0..count).map(|i| written.usual_space(i)).collect();
        let mut opens_tall = vec![false; count];
        outline.blocks.iter().for_each(|b| written.look(b, &mut opens_tall));
        for (i, opens_tall) in opens_tall.iter().enumerate() {
            let said = written.said(i);
            written.widths[i + 1] = written.widths[i] + written.spaces[i] + said.width();
            written.parted[i + 1] = written.parted[i] + usize::from(!written.gaps[i].comments.is_empty());
            written.tall[i + 1] = written.tall[i] + usize::from(*opens_tall || said.contains('\n'));
        }
        written
    }

    /// What token `i` says; empty past the end.
    pub fn said(&self, i: usize) -> &'a str {
        self.lexemes.get(i).map_or("", |l| &self.text[l.start..l.end])
    }

    /// What stands before token `i`, or at the end of the file.
    pub fn gap(&self, i: usize) -> &Gap<'a> {
        &self.gaps[i]
    }

    /// How many tokens there are.
    pub fn count(&self) -> usize {
        self.lexemes.len()
    }

    /// The spaces before token `i` where it stands on the line of the one before it.
    pub fn space(&self, i: usize) -> usize {
        self.spaces[i]
    }

    /// The width of a token.
    pub fn width(&self, i: usize) -> usize {
        self.said(i).width()
    }

    /// The width of some tokens on one line, if they can stand on one.
    pub fn flat(&self, range: Range<usize>) -> Option<usize> {
        let Range { start, end } = range;
        if start >= end {
            return Some(0);
        }
        let fits = self.parted[end] == self.parted[start + 1] && self.tall[end] == self.tall[start];
        fits.then(|| self.distance(start, end) - self.spaces[start])
    }

    /// The width of the tokens from `start` up to `end` with the spaces before each, as if on one line.
    pub fn distance(&self, start: usize, end: usize) -> usize {
        self.widths[end] - self.widths[start]
    }

    /// Whether nothing stands between token `i` and the one before it.
    pub fn touches(&self, i: usize) -> bool {
        i > 0 && self.lexemes[i - 1].end == self.lexemes[i].start
    }

    /// The spaces before token `i`, judged by its neighbours.
    fn usual_space(&self, i: usize) -> usize {
        let Some(before) = i.checked_sub(1) else { return 0 };
        let (last, next) = (self.said(before), self.said(i));
        let is_number = next.starts_with(|c: char| c.is_ascii_digit());
        let touches = self.touches(i);
        let tight = match (last, next) {
            (_, "," | ":" | ")" | "]" | "%") | ("(" | "[", _) | ("{", "}") => true,
            ("+" | "-", _) => is_number && touches,
            (_, "..") => last.starts_with(|c: char| c.is_ascii_digit()),
            ("..", _) => is_number || next == "-",
            _ => false,
        };
        usize::from(!tight)
    }

    /// Finds the bodies that need several lines, and the wider spaces between items and between the cells of an item.
    fn look(&mut self, node: &Node, opens_tall: &mut [bool]) {
        if let Part::Body(kind) = node.part {
            let is_table = matches!(kind, Body::Matrix | Body::Cases);
            let is_empty = node.end - node.start == 2;
            let broken = (node.start + 1..node.end).any(|i| self.gaps[i].newline);
            opens_tall[node.start] = !is_empty && (broken || is_table);
            for item in &node.children {
                if item.start > node.start + 1 && !self.said(item.start - 1).ends_with(',') {
                    self.spaces[item.start] = 2;
                }
            }
            let cells: Vec<cells::Cell> = cells::rows(self, kind, &node.children).into_iter().flatten().collect();
            for cell in cells.iter().filter(|c| !c.first) {
                self.spaces[cell.range.start] = cell.inline_gap;
            }
        }
        node.children.iter().for_each(|c| self.look(c, opens_tall));
    }
}

fn gaps<'a>(text: &'a str, outline: &Outline) -> Vec<Gap<'a>> {
    let mut comments = outline.comments.iter().peekable();
    let mut found = Vec::with_capacity(outline.lexemes.len() + 1);
    let mut at = 0;
    for i in 0..=outline.lexemes.len() {
        let (start, end) = outline.lexemes.get(i).map_or((text.len(), text.len()), |l| (l.start, l.end));
        let mut gap = Gap::default();
        let is_first = i == 0;
        while let Some(comment) = comments.next_if(|c| c.start < start) {
            let breaks = breaks(&text[at..comment.start]);
            gap.newline |= breaks > 0;
            let at_end = breaks == 0 && gap.comments.is_empty() && !is_first;
            gap.comments.push(Comment { text: &text[comment.clone()], at_end, blank: breaks > 1 });
            at = comment.end;
        }
        let breaks = breaks(&text[at..start.max(at)]);
        gap.newline |= breaks > 0 || !gap.comments.is_empty();
        gap.blank = breaks > 1;
        at = end;
        found.push(gap);
    }
    found
}

fn breaks(space: &str) -> usize {
    space.bytes().filter(|b| *b == b'\n').count()
}
