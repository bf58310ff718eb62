//! Characters that are not what they look like: letters of another alphabet inside a word, and characters nobody sees.
//!
//! Names of the language are plain ASCII, which its grammar holds; this is about quoted texts (spellings, titles, column headers), where every letter
//! may stand, and about comments. A spelling with a Cyrillic `о` never matches what the CRM writes, and no reader can see why. It looks at texts
//! alone, so it also speaks where a policy has errors, and about libraries.

use super::Texts;
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span, invisible};
use std::collections::BTreeSet;
use std::ops::Range;

declare_rule! {
    /// A word with letters of another alphabet that look like Latin ones.
    pub MIXED_SCRIPT = "RB1160" "mixed-script" Warning "a word with letters of another alphabet that look like Latin ones"
}

declare_rule! {
    /// Characters in a text or comment that nobody sees.
    pub INVISIBLE_CHARACTER = "RB1161" "invisible-character" Warning "characters in a text or comment that nobody sees"
}

/// A quoted text or a comment of a file.
struct Piece {
    range: Range<usize>,
    comment: bool,
}

/// The quoted texts, quotes included, and the comments of a file. A text without its closing quote ends with its line.
fn pieces(text: &str) -> Vec<Piece> {
    let bytes = text.as_bytes();
    let (mut found, mut at, mut line_end) = (Vec::new(), 0, 0);
    while let Some(more) = bytes[at..].iter().position(|b| matches!(b, b'"' | b'#')) {
        let start = at + more;
        // Looked for once a line, as a line may hold any number of texts.
        if start >= line_end {
            line_end = text[start..].find('\n').map_or(text.len(), |i| start + i);
        }
        let end = if bytes[start] == b'#' { line_end } else { quote_end(bytes, start, line_end) };
        found.push(Piece { range: start..end, comment: bytes[start] == b'#' });
        at = end;
    }
    found
}

/// One past the closing quote.
fn quote_end(bytes: &[u8], start: usize, line_end: usize) -> usize {
    let mut at = start + 1;
    while at < line_end {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    // A backslash before the line break escapes nothing beyond it.
    line_end
}

/// Finds runs of invisible characters, each once. In comments they can be taken out without changing what a policy says.
pub fn invisible(texts: Texts<'_>, found: &mut Vec<Diagnostic>) {
    for tree in texts.trees {
        let text: &str = &texts.sources.file(tree.file).text;
        for piece in pieces(text) {
            for range in unseen(text, &piece.range) {
                found.push(invisible_character(tree.file, text, range, piece.comment));
            }
        }
    }
}

/// Runs of characters that are not seen. A joiner between letters of scripts that need it is part of the writing.
fn unseen(text: &str, piece: &Range<usize>) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (i, c) in text[piece.clone()].char_indices() {
        let at = piece.start + i;
        if invisible::name(c).is_none() || joins(text, at, c) {
            continue;
        }
        let end = at + c.len_utf8();
        match runs.last_mut().filter(|r| r.end == at) {
            Some(run) => run.end = end,
            None => runs.push(at..end),
        }
    }
    runs
}

fn joins(text: &str, at: usize, c: char) -> bool {
    let beyond_latin =
        |c: Option<char>| c.is_some_and(|c| c as u32 >= 0x530 && invisible::name(c).is_none() && !c.is_whitespace());
    let before = text[..at].chars().next_back();
    let after = text[at + c.len_utf8()..].chars().next();
    matches!(c, '\u{200C}' | '\u{200D}') && beyond_latin(before) && beyond_latin(after)
}

fn invisible_character(file: FileId, text: &str, range: Range<usize>, comment: bool) -> Diagnostic {
    let run = &text[range.clone()];
    let first = run.chars().next().unwrap_or_default();
    let what = invisible::name(first).unwrap_or("an invisible character");
    let others = match run.chars().count() - 1 {
        0 => String::new(),
        1 => " and another invisible character".to_string(),
        n => format!(" and {n} more invisible characters"),
    };
    let place = if comment { "a comment" } else { "a text" };
    let span = Span::new(file, range.start, range.end);
    let found = Diagnostic::new(
        &INVISIBLE_CHARACTER,
        format!("{what} (U+{:04X}){others} in {place}", first as u32),
        span,
        "nobody sees this",
    );
    if comment {
        found.with_help("delete it").with_fix("remove the invisible characters", vec![(span, String::new())])
    } else {
        found.with_help("delete it, and type the text anew if it was pasted from elsewhere")
    }
}

/// The Latin letter that a letter of another alphabet looks like.
fn looks_like(c: char) -> Option<char> {
    const CYRILLIC: [(&str, &str); 1] = [("АВЕКМНОРСТУХІЈЅԚԜаеосрухіјѕһԁԛԝ", "ABEKMHOPCTYXIJSQWaeocpyxijshdqw")];
    const GREEK: [(&str, &str); 1] = [("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧνοικρυ", "ABEZHIKMNOPTYXvoikpu")];
    if ('\u{FF21}'..='\u{FF3A}').contains(&c) || ('\u{FF41}'..='\u{FF5A}').contains(&c) {
        return char::from_u32(c as u32 - 0xFEE0);
    }
    let in_table =
        |(theirs, ours): &(&str, &str)| theirs.chars().position(|t| t == c).and_then(|i| ours.chars().nth(i));
    CYRILLIC.iter().chain(&GREEK).find_map(in_table)
}

/// The word as it looks, where it holds such letters; `None` where it does not, or where it also holds letters that give another alphabet away.
fn as_it_looks(word: &str) -> Option<String> {
    let mut looks = String::new();
    let mut foreign = false;
    for c in word.chars() {
        match looks_like(c) {
            Some(latin) => {
                foreign = true;
                looks.push(latin);
            }
            None => looks.push(c),
        }
    }
    foreign.then_some(looks)
}

/// Words of a text with their places.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let parts = text.split(|c: char| !c.is_alphanumeric());
    parts.filter(|w| !w.is_empty()).map(|w| (w.as_ptr() as usize - text.as_ptr() as usize, w))
}

/// Finds words in texts that mix Latin letters with letters that only look Latin, and words all of such letters that look like another word of the
/// file.
pub fn mixed_script(texts: Texts<'_>, found: &mut Vec<Diagnostic>) {
    for tree in texts.trees {
        let text: &str = &texts.sources.file(tree.file).text;
        if text.is_ascii() {
            continue;
        }
        let plain: BTreeSet<String> =
            words(text).filter(|(_, w)| w.is_ascii()).map(|(_, w)| w.to_ascii_lowercase()).collect();
        for piece in pieces(text).into_iter().filter(|p| !p.comment) {
            for (at, word) in words(&text[piece.range.clone()]) {
                let start = piece.range.start + at;
                let Some(looks) = as_it_looks(word) else { continue };
                let mixed = word.chars().any(|c| c.is_ascii_alphabetic());
                let twin = looks.is_ascii() && plain.contains(&looks.to_ascii_lowercase());
                if mixed || twin {
                    found.push(mixed_word(Span::new(tree.file, start, start + word.len()), word, &looks, mixed));
                }
            }
        }
    }
}

fn mixed_word(span: Span, word: &str, looks: &str, mixed: bool) -> Diagnostic {
    let foreign = word.chars().find_map(|c| Some((c, looks_like(c)?)));
    let (letter, latin) = foreign.unwrap_or_default();
    let message = if mixed {
        format!("`{word}` mixes alphabets")
    } else {
        format!("`{word}` only looks like `{looks}`, which stands elsewhere in this file")
    };
    Diagnostic::new(
        &MIXED_SCRIPT,
        message,
        span,
        format!("`{letter}` (U+{:04X}) is not the Latin `{latin}`", letter as u32),
    )
    .with_help(format!("type `{looks}` anew; as it is, it matches nothing that is written with Latin letters"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_letter_has_its_twin() {
        for c in "АВЕКМНОРСТУХІЈЅԚԜаеосрухіјѕһԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧνοικρυ".chars()
        {
            let twin = looks_like(c).unwrap_or('?');
            assert!(twin.is_ascii_alphabetic(), "{c}");
            assert_eq!(c.is_uppercase(), twin.is_uppercase(), "{c}");
        }
        assert_eq!(
            (looks_like('о'), looks_like('Ｈ'), looks_like('o'), looks_like('ж')),
            (Some('o'), Some('H'), None, None)
        );
    }

    #[test]
    fn texts_and_comments_are_found_whatever_is_in_them() {
        let text = "a \"b # \\\" c\" # d \"e\nf \"open\ng \"\\";
        let all: Vec<&str> = pieces(text).into_iter().map(|p| &text[p.range]).collect();
        assert_eq!(all, ["\"b # \\\" c\"", "# d \"e", "\"open", "\"\\"]);
    }

    #[test]
    fn writing_that_needs_joiners_is_left_alone() {
        let unseen = |text: &str| unseen(text, &(0..text.len())).len();
        assert_eq!((unseen("\u{645}\u{6CC}\u{200C}\u{62E}"), unseen("👩\u{200D}⚕"), unseen("a\u{200D}b")), (0, 0, 1));
        assert_eq!(unseen("a\u{200B}\u{202E}b\u{AD}"), 2);
    }
}
