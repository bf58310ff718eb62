//! The page that is written: tokens one by one, each with the comments before it.

use super::written::Written;

/// What stands before a token.
#[derive(Clone, Copy, Debug)]
pub enum Before {
    /// So many spaces.
    Space(usize),
    /// As many spaces as lead to a column; at least the second number.
    Column(usize, usize),
    /// A new line.
    Line {
        /// The column of the token.
        indent: usize,
        /// The column of comments before it.
        comments: usize,
        blank: Blank,
    },
}

/// What becomes of blank lines before a token that begins a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blank {
    /// One is kept.
    Keep,
    /// One is put there if there is none.
    Force,
    /// There is none before what comes first in a block.
    First,
    /// There is none before what closes a block.
    Last,
    /// There is none.
    Never,
}

/// The text written so far.
pub struct Page<'w, 'a> {
    pub written: &'w Written<'a>,
    out: String,
    /// The column behind what was written last.
    pub column: usize,
    /// How many lines were begun.
    pub lines: usize,
    /// The column of a token that a comment drives to a new line.
    pub hang: usize,
}

impl<'w, 'a> Page<'w, 'a> {
    pub fn new(written: &'w Written<'a>) -> Self {
        Page { written, out: String::new(), column: 0, lines: 0, hang: 0 }
    }

    /// Writes token `i` with the comments before it.
    pub fn put(&mut self, i: usize, before: Before) {
        let written = self.written;
        match before {
            Before::Line { indent, comments, blank } => self.begin_line(i, indent, comments, blank),
            _ if !written.gap(i).comments.is_empty() => self.begin_line(i, self.hang, self.hang, Blank::Never),
            Before::Space(count) => self.pad(count),
            Before::Column(column, least) => self.pad(column.saturating_sub(self.column).max(least)),
        }
        let said = written.said(i);
        self.out.push_str(said);
        match said.rfind('\n') {
            Some(at) => {
                self.lines += 1;
                self.column = said[at + 1..].chars().count();
            }
            None => self.column += written.width(i),
        }
    }

    /// The column at which token `i` will stand.
    pub fn landing(&self, i: usize, before: Before) -> usize {
        match before {
            Before::Line { indent, .. } => indent,
            _ if !self.written.gap(i).comments.is_empty() => self.hang,
            Before::Space(count) => self.column + count,
            Before::Column(column, least) => column.max(self.column + least),
        }
    }

    /// The whole text, with the comments at the end of the file.
    pub fn finish(mut self) -> String {
        for comment in &self.written.gap(self.written.count()).comments {
            self.comment(comment.text, comment.at_end, 0, comment.blank);
        }
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
        self.out
    }

    /// Writes the comments before token `i`, and begins the line it stands on.
    fn begin_line(&mut self, i: usize, indent: usize, comments: usize, blank: Blank) {
        let gap = self.written.gap(i);
        let has_blank = gap.blank || gap.comments.iter().any(|c| c.blank);
        let mut is_first = true;
        for comment in &gap.comments {
            let blank = match blank {
                Blank::Keep | Blank::Last => comment.blank,
                Blank::First => comment.blank && !is_first,
                Blank::Force => comment.blank || is_first && !has_blank,
                Blank::Never => false,
            };
            self.comment(comment.text, comment.at_end, comments, blank);
            is_first &= comment.at_end;
        }
        let blank = match blank {
            Blank::Keep => gap.blank,
            Blank::First => gap.blank && !is_first,
            Blank::Force => gap.blank || is_first && !has_blank,
            Blank::Last | Blank::Never => false,
        };
        self.line(indent, blank);
    }

    fn comment(&mut self, text: &str, at_end: bool, indent: usize, blank: bool) {
        if at_end {
            self.pad(2);
        } else {
            self.line(indent, blank);
        }
        self.out.push_str(text);
    }

    fn line(&mut self, indent: usize, blank: bool) {
        if !self.out.is_empty() {
            self.out.push('\n');
            self.lines += 1;
            if blank {
                self.out.push('\n');
            }
        }
        self.column = 0;
        self.pad(indent);
    }

    fn pad(&mut self, count: usize) {
        self.out.extend(std::iter::repeat_n(' ', count));
        self.column += count;
    }
}
