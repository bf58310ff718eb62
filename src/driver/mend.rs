//! Fixes that findings carry, put into texts.
//!
//! A round takes as many fixes as do not get in each other's way; what is left is found again in the text that comes out, and mended in the next.

use crate::diagnostic::Fix;
use crate::source::{SourceMap, Span};
use std::collections::BTreeMap;

/// Edits of a text by their first byte: one past the last byte, and what stands there instead. No two of them share bytes.
type Edits = BTreeMap<u32, (u32, String)>;

/// Edits of one round, by file.
#[derive(Debug, Default)]
pub struct Round {
    files: BTreeMap<String, Edits>,
    taken: usize,
}

impl Round {
    /// Takes a fix whole, or not at all where one of its edits overlaps another. `key` names a file in the same way whatever path led to it. A fix that
    /// was taken already, because two policies use one library, is not taken again.
    pub fn take(&mut self, fix: &Fix, sources: &SourceMap, key: impl Fn(&str) -> String) {
        let file = |span: Span| key(&sources.file(span.file).name);
        let edits: Vec<(String, &(Span, String))> = fix.edits.iter().map(|edit| (file(edit.0), edit)).collect();
        let clashes = |(file, (span, _)): &(String, &(Span, String))| {
            self.files.get(file).is_some_and(|taken| in_the_way(taken, span.start, span.end))
        };
        if edits.is_empty() || edits.iter().any(clashes) {
            return;
        }
        self.taken += 1;
        for (file, (span, text)) in edits {
            self.files.entry(file).or_default().insert(span.start, (span.end, text.clone()));
        }
    }

    /// How many fixes were taken.
    pub fn taken(&self) -> usize {
        self.taken
    }

    /// The files that change.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// The text of a file after this round.
    pub fn applied(&self, file: &str, text: &str) -> String {
        let (mut out, mut at) = (String::with_capacity(text.len()), 0);
        for (start, (end, new)) in self.files.get(file).into_iter().flatten() {
            out.push_str(text.get(at..*start as usize).unwrap_or(""));
            out.push_str(new);
            at = *end as usize;
        }
        out.push_str(text.get(at..).unwrap_or(""));
        out
    }
}

/// Whether an edit shares bytes with one that is there, or puts text at the same place: nobody knows in which order.
fn in_the_way(taken: &Edits, start: u32, end: u32) -> bool {
    let before = taken.range(..=start).next_back();
    let after = taken.range(start + 1..).next();
    before.is_some_and(|(s, (e, _))| *s == start || *e > start) || after.is_some_and(|(s, _)| *s < end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fix_is_taken_whole_or_not_at_all() {
        let mut sources = SourceMap::default();
        let file = sources.add("a", "one two three");
        let fix = |edits: &[(usize, usize, &str)]| Fix {
            says: String::new(),
            edits: edits.iter().map(|(s, e, t)| (Span::new(file, *s, *e), t.to_string())).collect(),
        };
        let mut round = Round::default();
        for one in [
            fix(&[(4, 7, "2")]),
            fix(&[(0, 3, "1"), (6, 13, "3")]),
            fix(&[(4, 7, "2")]),
            fix(&[(7, 13, "!")]),
            fix(&[(0, 0, ">")]),
        ] {
            round.take(&one, &sources, str::to_string);
        }
        assert_eq!((round.taken(), round.applied("a", "one two three")), (3, ">one 2!".to_string()));
        assert_eq!(round.files().collect::<Vec<_>>(), ["a"]);
    }
}
