//! The words of a policy's text with their places, to point at the one number, sign or name that something was resolved from.
//!
//! Texts in quotes and comments are passed over: nothing in them decides.

use crate::source::{SourceMap, Span};

/// The words from the start of a span to the end of its file. A span often covers a name alone; what belongs to it follows.
pub fn from(sources: &SourceMap, span: Span) -> Tokens<'_> {
    let text: &str = &sources.file(span.file).text;
    Tokens { text, at: span.start as usize, end: text.len(), span }
}

/// The words under a span.
pub fn within(sources: &SourceMap, span: Span) -> Tokens<'_> {
    Tokens { end: span.end as usize, ..from(sources, span) }
}

/// A word with its place: a name, a number with its sign, a date, an operator, or one character.
pub type Token<'s> = (Span, &'s str);

/// The first word after these words in a row.
pub fn after<'s>(tokens: impl Iterator<Item = Token<'s>>, words: &[&str]) -> Option<Token<'s>> {
    let all: Vec<Token<'s>> = tokens.collect();
    let at = all.windows(words.len()).position(|w| w.iter().zip(words).all(|((_, a), b)| a == b))?;
    all.get(at + words.len()).copied()
}

/// The first word before one that is this.
pub fn before<'s>(tokens: impl Iterator<Item = Token<'s>>, word: &str) -> Option<Token<'s>> {
    let all: Vec<Token<'s>> = tokens.collect();
    let at = all.iter().position(|(_, w)| *w == word)?;
    all.get(at.checked_sub(1)?).copied()
}

/// Reads words one after another.
#[derive(Clone, Debug)]
pub struct Tokens<'s> {
    text: &'s str,
    at: usize,
    end: usize,
    span: Span,
}

impl Tokens<'_> {
    /// The length of the text in quotes that begins here, its quotes counted.
    fn quoted(rest: &str) -> usize {
        let mut escaped = false;
        for (i, c) in rest.char_indices().skip(1) {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => return i + 1,
                _ => {}
            }
        }
        rest.len()
    }
}

impl<'s> Iterator for Tokens<'s> {
    type Item = Token<'s>;

    fn next(&mut self) -> Option<Token<'s>> {
        loop {
            let rest = self.text.get(self.at..self.end)?;
            let first = rest.chars().next()?;
            let passed = match first {
                '#' => rest.find('\n').unwrap_or(rest.len()),
                '"' => Tokens::quoted(rest),
                c if c.is_whitespace() => c.len_utf8(),
                _ => 0,
            };
            self.at += passed;
            if passed == 0 {
                let len = length(rest, first);
                let span = Span::new(self.span.file, self.at, self.at + len);
                self.at += len;
                return Some((span, &rest[..len]));
            }
        }
    }
}

/// The length of the word at the start of a text.
fn length(rest: &str, first: char) -> usize {
    let second = rest[first.len_utf8()..].chars().next().unwrap_or(' ');
    let number = first.is_ascii_digit() || matches!(first, '+' | '-') && second.is_ascii_digit();
    if number {
        let bytes = rest.as_bytes();
        let belongs = |i: usize| match bytes[i] {
            b'_' => true,
            // `0..5` is two numbers; `2.5` and `2026-03-31` are one.
            b'.' | b'-' => bytes.get(i + 1).is_some_and(u8::is_ascii_digit),
            b => b.is_ascii_alphanumeric(),
        };
        return (1..bytes.len()).find(|i| !belongs(*i)).unwrap_or(bytes.len());
    }
    if first.is_alphanumeric() || first == '_' {
        return rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
    }
    if matches!(first, '<' | '>') && second == '=' { 2 } else { first.len_utf8() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_with_their_places_and_texts_are_passed_over() {
        let text = "size: +20.5 when staff >= 1_000 # up to 7\n \"up to \\\" 9\" up to 0..5 2026-03-31 -3 a-b";
        let mut sources = SourceMap::default();
        let file = sources.add("a", text);
        let span = Span::new(file, 0, text.len());
        let words: Vec<&str> = within(&sources, span).map(|(_, w)| w).collect();
        let expected = "size : +20.5 when staff >= 1_000 up to 0 . . 5 2026-03-31 -3 a - b";
        assert_eq!(words, expected.split(' ').collect::<Vec<_>>());
        let (span, word) = after(within(&sources, span), &["up", "to"]).expect("it is there");
        assert_eq!((word, sources.text(span)), ("0", "0"));
        assert_eq!(before(from(&sources, span), "-3").map(|(_, w)| w), Some("2026-03-31"));
        assert_eq!(after(from(&sources, span), &["b", "c"]), None);
    }

    #[test]
    fn any_text_is_read_to_its_end() {
        for text in ["", "\"", "\"\\", "é+", "+", "1.", "#", "ü\u{2028}x", ">", "1-"] {
            let mut sources = SourceMap::default();
            let file = sources.add("a", text);
            assert!(from(&sources, Span::new(file, 0, 0)).count() <= text.chars().count(), "{text}");
        }
    }
}
