//! Fixes that findings carry, put into texts.
//!
//! A round takes as many fixes as do not get in each other's way; what is left is found again in the text that comes out, and mended in the next.

use crate::diagnostic::Fix;
use crate::source::SourceMap;
use std::collections::BTreeMap;

/// One edit of a text: bytes, and what stands there instead.
type Edit = (u32, u32, String);

/// Edits of one round, by file.
#[derive(Debug, Default)]
pub struct Round {
    files: BTreeMap<String, Vec<Edit>>,
    taken: usize,
}

impl Round {
    /// Takes a fix whole, or not at all where one of its edits overlaps another. `key` names a file in the same way whatever path led to it. A fix that
    /// was taken already, because two policies use one library, is not taken again.
    pub fn take(&mut self, fix: &Fix, sources: &SourceMap, key: impl Fn(&str) -> String) {
        let edits: Vec<(String, Edit)> = fix
            .edits
            .iter()
            .map(|(span, text)| (key(&sources.file(span.file).name), (span.start, span.end, text.clone())))
            .collect();
        let clashes = |(file, edit): &(String, Edit)| {
            self.files.get(file).is_some_and(|taken| taken.iter().any(|other| in_the_way(edit, other)))
        };
        if edits.is_empty() || edits.iter().any(clashes) {
            return;
        }
        self.taken += 1;
        for (file, edit) in edits {
            self.files.entry(file).or_default().push(edit);
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
        let mut edits: Vec<&Edit> = self.files.get(file).into_iter().flatten().collect();
        edits.sort();
        let (mut out, mut at) = (String::with_capacity(text.len()), 0);
        for (start, end, new) in edits {
            out.push_str(text.get(at..*start as usize).unwrap_or(""));
            out.push_str(new);
            at = *end as usize;
        }
        out.push_str(text.get(at..).unwrap_or(""));
        out
    }
}

/// Edits that share bytes, or that put text at one place, whose order nobody knows.
fn in_the_way(one: &Edit, other: &Edit) -> bool {
    one.0 < other.1 && other.0 < one.1 || one.0 == other.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

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
