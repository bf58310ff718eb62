//! Text laid out for a terminal: headings, aligned rows, wrapped lines.
//!
//! Every text that goes onto a page is made harmless here, so whoever writes a page need not think of it.

use super::diagnostics::Layout;
use super::sanitize::for_terminal;
use unicode_width::UnicodeWidthStr;

/// How a piece of text stands out, where the terminal has colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    Plain,
    /// What the eye should find first.
    Strong,
    /// What is said for completeness.
    Faint,
    Good,
    Bad,
    /// Not known.
    Open,
}

/// One cell of a row.
#[derive(Clone, Debug)]
pub struct Cell {
    text: String,
    style: Style,
    right: bool,
}

impl Cell {
    /// A cell with this text, which is made harmless.
    pub fn new(text: impl AsRef<str>) -> Cell {
        Cell { text: for_terminal(text.as_ref()), style: Style::Plain, right: false }
    }

    /// The same in a style.
    pub fn styled(mut self, style: Style) -> Cell {
        self.style = style;
        self
    }

    /// The same, set flush right: for numbers.
    pub fn right(mut self) -> Cell {
        self.right = true;
        self
    }
}

/// A page that is being written.
#[derive(Debug)]
pub struct Page {
    out: String,
    layout: Layout,
}

/// Between two columns.
const GAP: usize = 2;
/// The least that the last column of a row is given before it is wrapped.
const NARROWEST: usize = 24;

impl Page {
    /// An empty page.
    pub fn new(layout: Layout) -> Page {
        Page { out: String::new(), layout }
    }

    /// What was written.
    pub fn text(self) -> String {
        self.out
    }

    /// A heading, with a blank line before it unless it is the first thing on the page.
    pub fn heading(&mut self, text: &str) {
        self.gap();
        let painted = self.paint(&for_terminal(text), Style::Strong);
        self.put(0, &painted);
    }

    /// A blank line, unless the page is empty.
    pub fn gap(&mut self) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
    }

    /// A text at an indent, wrapped at the width of the page.
    pub fn line(&mut self, indent: usize, text: &str) {
        self.rows(indent, &[vec![Cell::new(text)]]);
    }

    /// A line that is to be copied, so it is never wrapped.
    pub fn verbatim(&mut self, indent: usize, text: &str) {
        self.put(indent, &for_terminal(text));
    }

    /// Rows whose columns stand below one another; the last cell of a row is wrapped, and stands flush left.
    pub fn rows(&mut self, indent: usize, rows: &[Vec<Cell>]) {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        // The last cell of each row is free to be as long as it is, so it does not make its column wider.
        let width = |column: usize| {
            let cells = rows.iter().filter(|r| column + 1 < r.len()).map(|r| r[column].text.width());
            cells.max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        for row in rows {
            self.row(indent, row, &widths);
        }
    }

    fn row(&mut self, indent: usize, row: &[Cell], widths: &[usize]) {
        let Some((last, others)) = row.split_last() else { return };
        let mut line = String::new();
        let mut at = indent;
        for (cell, width) in others.iter().zip(widths) {
            let blank = " ".repeat(width.saturating_sub(cell.text.width()));
            let text = self.paint(&cell.text, cell.style);
            line.push_str(&if cell.right { format!("{blank}{text}") } else { format!("{text}{blank}") });
            line.push_str(&" ".repeat(GAP));
            at += width + GAP;
        }
        let room = self.layout.width.saturating_sub(at).max(NARROWEST);
        // A date or an address is read whole or not at all, so words are never broken.
        let options = textwrap::Options::new(room).break_words(false);
        let pieces = textwrap::wrap(&last.text, options.word_splitter(textwrap::WordSplitter::NoHyphenation));
        for (i, piece) in pieces.iter().enumerate() {
            if i > 0 {
                line.push('\n');
                line.push_str(&" ".repeat(at));
            }
            line.push_str(&self.paint(piece, last.style));
        }
        self.put(indent, &line);
    }

    fn put(&mut self, indent: usize, line: &str) {
        let text = format!("{}{line}", " ".repeat(indent));
        self.out.push_str(text.trim_end());
        self.out.push('\n');
    }

    fn paint(&self, text: &str, style: Style) -> String {
        let code = match style {
            Style::Strong => "1",
            Style::Faint => "2",
            Style::Good => "32",
            Style::Bad => "31",
            Style::Open => "33",
            Style::Plain => "",
        };
        if code.is_empty() || text.is_empty() || !self.layout.colour {
            return text.to_string();
        }
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}

/// So much of a line as fits `most` characters, with what begins at the byte `at` in it; `…` stands for what is left out.
pub fn clipped(line: &str, at: usize, most: usize) -> String {
    let chars: Vec<(usize, char)> = line.char_indices().collect();
    if chars.len() <= most {
        return line.to_string();
    }
    let place = chars.iter().position(|(i, _)| *i >= at).unwrap_or(0);
    // The place stands in the middle of what is shown, unless the line begins or ends before.
    let first = place.saturating_sub(most / 2).min(chars.len() - most);
    let shown: String = chars[first..first + most].iter().map(|(_, c)| c).collect();
    let before = if first > 0 { "…" } else { "" };
    let after = if first + most < chars.len() { "…" } else { "" };
    format!("{before}{}{after}", shown.trim())
}

/// The first letter large, as a sentence begins.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

/// `1 lead`, `12 leads`.
pub fn counted(n: u64, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}

/// Names in a sentence: `a`, `a and b`, `a, b and c`.
pub fn listed<T: AsRef<str>>(names: &[T]) -> String {
    joined(names, "and")
}

/// Names of which one is enough: `a`, `a or b`, `a, b or c`.
pub fn alternatives<T: AsRef<str>>(names: &[T]) -> String {
    joined(names, "or")
}

fn joined<T: AsRef<str>>(names: &[T], word: &str) -> String {
    match names {
        [] => String::new(),
        [one] => one.as_ref().to_string(),
        [all @ .., last] => {
            let all: Vec<&str> = all.iter().map(AsRef::as_ref).collect();
            format!("{} {word} {}", all.join(", "), last.as_ref())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Layout = Layout { colour: false, width: 40 };

    #[test]
    fn columns_stand_below_one_another_and_the_last_is_wrapped() {
        let mut page = Page::new(PLAIN);
        page.rows(
            2,
            &[
                vec![Cell::new("a"), Cell::new("7").right(), Cell::new("one two three four five six seven eight")],
                vec![Cell::new("longer"), Cell::new("123").right(), Cell::new("x")],
            ],
        );
        let expected = "  a         7  one two three four five\n               six seven eight\n  longer  123  x\n";
        assert_eq!(page.text(), expected);
    }

    #[test]
    fn nothing_from_outside_reaches_a_terminal_as_it_is() {
        let mut page = Page::new(Layout { colour: true, width: 40 });
        page.heading("\u{1b}[31mred");
        page.line(2, "a\nb\u{202e}c");
        assert_eq!(page.text(), "\u{1b}[1m\\u{1b}[31mred\u{1b}[0m\n  a\\u{a}b\\u{202e}c\n");
    }

    #[test]
    fn a_line_is_clipped_around_what_matters() {
        let line = "one two three four five";
        assert_eq!(clipped(line, 0, 30), line);
        assert_eq!(clipped(line, 0, 7), "one two…");
        assert_eq!(clipped(line, 8, 9), "…two three…");
        assert_eq!(clipped(line, 22, 9), "…four five");
        assert_eq!(clipped("ééé", 99, 2), "éé…");
    }

    #[test]
    fn sentences_about_numbers_and_names() {
        assert_eq!((counted(1, "lead"), counted(0, "lead")), ("1 lead".into(), "0 leads".into()));
        assert_eq!(listed(&["a", "b", "c"]), "a, b and c");
        assert_eq!(capital("élan"), "Élan");
        assert_eq!(listed::<&str>(&[]), "");
    }
}
