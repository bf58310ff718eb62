//! One linear look over a file, before the grammar sees it: tokens, comments, and the characters no policy can hold.
//!
//! Takes text; gives tokens with their lines' indentation, comments, and findings. It does not pair brackets (see [`super::bracket`]) and knows
//! no syntax beyond words, numbers, texts and punctuation.

use super::problem::{Hurt, Problem};
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span, Spanned};

declare_rule! {
    /// A text without its closing quote.
    pub UNTERMINATED_TEXT = "RB0102" "unterminated-text" Error "a text whose closing quote is missing on its line"
}
declare_rule! {
    /// A character that has no meaning where it stands.
    pub UNEXPECTED_CHARACTER = "RB0103" "unexpected-character" Error "a character that has no meaning outside of texts"
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    /// A number, date or instant.
    Number,
    Text,
    Open,
    Close,
    /// Other punctuation, among it the sign before points.
    Mark,
}

/// A token and how its line is laid out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub start: usize,
    pub end: usize,
    pub kind: Kind,
    /// Whether it is the first on its line.
    pub first: bool,
    /// The bytes before the first token of its line.
    pub indent: usize,
}

/// What a look over the file gave.
#[derive(Default)]
pub(super) struct Scan {
    pub tokens: Vec<Token>,
    pub comments: Vec<Spanned<String>>,
    pub problems: Vec<Problem>,
}

struct Scanner<'a> {
    file: FileId,
    text: &'a str,
    at: usize,
    line_start: usize,
    /// The indentation of this line, once its first token is seen.
    indent: Option<usize>,
    out: Scan,
}

/// Cuts a file into tokens and comments.
pub(super) fn scan(file: FileId, text: &str) -> Scan {
    let mut scanner = Scanner { file, text, at: 0, line_start: 0, indent: None, out: Scan::default() };
    while let Some(c) = text[scanner.at..].chars().next() {
        scanner.step(c);
    }
    scanner.out
}

impl Scanner<'_> {
    fn step(&mut self, c: char) {
        match c {
            '\n' => {
                self.at += 1;
                self.line_start = self.at;
                self.indent = None;
            }
            ' ' | '\t' | '\r' => self.at += 1,
            // A byte order mark says nothing at the start of a file; anywhere else it is an invisible character.
            '\u{FEFF}' if self.at == 0 => {
                self.at += c.len_utf8();
                self.line_start = self.at;
            }
            '#' => self.comment(),
            '"' => self.quoted(),
            '{' | '[' | '(' => self.token(1, Kind::Open),
            '}' | ']' | ')' => self.token(1, Kind::Close),
            '0'..='9' => self.number(),
            'a'..='z' | 'A'..='Z' | '_' => self.word(),
            ':' | ',' | '=' | '<' | '>' | '%' | '+' | '-' | '.' => self.mark(),
            other => self.stranger(other),
        }
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn token(&mut self, length: usize, kind: Kind) {
        let first = self.indent.is_none();
        let indent = *self.indent.get_or_insert(self.at - self.line_start);
        self.out.tokens.push(Token { start: self.at, end: self.at + length, kind, first, indent });
        self.at += length;
    }

    fn line_length(&self) -> usize {
        self.rest().find('\n').unwrap_or(self.rest().len())
    }

    fn comment(&mut self) {
        let length = self.line_length();
        let said = self.rest()[..length].trim_end();
        let span = Span::new(self.file, self.at, self.at + said.len());
        let comment = Spanned { node: said.to_string(), span };
        self.out.comments.push(comment);
        self.at += length;
    }

    fn word(&mut self) {
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        // Only two words of the language have a hyphen; everywhere else it is a sign or the empty cell of a matrix.
        let hyphened = ["time-zone", "expect-moves"]
            .into_iter()
            .find(|w| self.rest().starts_with(w) && !self.rest()[w.len()..].starts_with(is_part));
        let length = match hyphened {
            Some(word) => word.len(),
            None => self.rest().find(|c| !is_part(c)).unwrap_or(self.rest().len()),
        };
        self.token(length, Kind::Word);
    }

    fn number(&mut self) {
        let bytes = self.rest().as_bytes();
        let is_date = bytes.len() >= 10 && bytes[4] == b'-' && bytes[7] == b'-';
        let mut length = 0;
        while let Some(&b) = bytes.get(length) {
            let next_is_digit = bytes.get(length + 1).is_some_and(u8::is_ascii_digit);
            let goes_on = match b {
                b'.' => next_is_digit,
                b'-' | b':' | b'+' => is_date && next_is_digit,
                _ => b.is_ascii_alphanumeric() || b == b'_',
            };
            if !goes_on {
                break;
            }
            length += 1;
        }
        self.token(length, Kind::Number);
    }

    fn mark(&mut self) {
        let two = [">=", "<=", "..", "==", "=>", "=<"].into_iter().any(|m| self.rest().starts_with(m));
        self.token(if two { 2 } else { 1 }, Kind::Mark);
    }

    fn quoted(&mut self) {
        let line = &self.rest()[..self.line_length()];
        let mut escaped = false;
        let mut bad_escape = None;
        for (i, c) in line.char_indices().skip(1) {
            match c {
                _ if escaped => {
                    if !matches!(c, '"' | '\\' | 'n' | 't') {
                        bad_escape = bad_escape.or(Some((i - 1, i + c.len_utf8())));
                    }
                    escaped = false;
                }
                '\\' => escaped = true,
                '"' => {
                    if let Some((from, to)) = bad_escape {
                        self.bad_escape(self.at + from, self.at + to);
                    }
                    return self.token(i + 1, Kind::Text);
                }
                _ => {}
            }
        }
        self.unterminated(line.len());
    }

    /// The closing quote is missing. Brackets at the end of the line are taken as meant, so that they still pair.
    fn unterminated(&mut self, line: usize) {
        let said = self.rest()[..line].trim_end_matches(|c: char| c.is_ascii_whitespace() || "{}[](),".contains(c));
        let length = said.len().max(1);
        let span = Span::new(self.file, self.at, self.at + length);
        let found = Diagnostic::new(
            &UNTERMINATED_TEXT,
            "a text is not closed",
            span,
            "this text starts here and has no closing quote on its line",
        )
        .with_help("end the text with `\"`; a quote inside a text is written `\\\"`");
        self.out.problems.push(Problem::new(found, Hurt::Item));
        self.token(length, Kind::Text);
    }

    fn bad_escape(&mut self, from: usize, to: usize) {
        let span = Span::new(self.file, from, to);
        let written = &self.text[from..to];
        let found = Diagnostic::new(
            &UNEXPECTED_CHARACTER,
            format!("`{written}` has no meaning in a text"),
            span,
            "not one of `\\\"`, `\\\\`, `\\n`, `\\t`",
        )
        .with_help("a backslash itself is written `\\\\`");
        self.out.problems.push(Problem::new(found, Hurt::Item));
    }

    fn stranger(&mut self, c: char) {
        // A run of the same kind is one mistake: a word in another alphabet, a row of invisible characters.
        let unseen = invisible(c).is_some();
        let run = |x: char| if unseen { invisible(x).is_some() } else { x.is_alphabetic() && !x.is_ascii() };
        let more: usize = self.rest().chars().skip(1).take_while(|x| run(*x)).map(char::len_utf8).sum();
        let length = c.len_utf8() + if unseen || c.is_alphabetic() { more } else { 0 };
        let span = Span::new(self.file, self.at, self.at + length);
        let (diagnostic, hurt) = strange(c, span, &self.rest()[..length]);
        self.out.problems.push(Problem::new(diagnostic, hurt));
        if hurt == Hurt::Nothing {
            self.at += length;
        } else {
            self.token(length, Kind::Mark);
        }
    }
}

fn strange(c: char, span: Span, written: &str) -> (Diagnostic, Hurt) {
    let rule = &UNEXPECTED_CHARACTER;
    if let Some(what) = invisible(c) {
        let found = Diagnostic::new(rule, format!("{what} stands between words"), span, "not visible, and not a space")
            .with_help("delete it and type an ordinary space where one is needed");
        return (found, Hurt::Nothing);
    }
    let found = Diagnostic::new(rule, format!("unexpected `{written}`"), span, "this has no meaning outside of quotes");
    match c {
        ';' => (
            found.with_help("items need no mark between them: delete the `;`, or write a comma in a list"),
            Hurt::Nothing,
        ),
        '“' | '”' | '„' | '‘' | '’' | '\'' | '`' => {
            (found.with_help("texts stand between straight double quotes: `\"…\"`"), Hurt::Item)
        }
        '≥' | '≤' | '≠' => (found.with_help("comparisons are written `>=`, `<=` and `is not`"), Hurt::Item),
        '–' | '—' | '−' => (found.with_help("the minus sign is the plain `-` of the keyboard"), Hurt::Item),
        '&' | '|' | '!' => (found.with_help("conditions are joined with the words `and`, `or` and `not`"), Hurt::Item),
        '/' | '*' => (found.with_help("a comment starts with `#`"), Hurt::Item),
        _ if c.is_alphabetic() => (
            found.with_help(
                "names are made of the letters a to z, digits and `_`; other letters stand in texts and titles",
            ),
            Hurt::Item,
        ),
        _ => (found.with_help("delete it, or put it into quotes if it belongs to a text"), Hurt::Item),
    }
}

/// What an invisible character is called.
fn invisible(c: char) -> Option<String> {
    let named = match c {
        '\u{A0}' | '\u{202F}' => "a no-break space",
        '\0' => "a zero byte",
        c if c.is_control() => "a control character",
        c if c.is_whitespace() => "an unusual space",
        c => crate::source::invisible::name(c)?,
    };
    Some(format!("{named} (U+{:04X})", c as u32))
}
