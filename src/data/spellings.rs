//! Spellings that mean something of their own in a cell, like those of *not known*: asked of every cell, and nearly always in vain.

/// Folded spellings, with what tells most texts from all of them at a glance.
#[derive(Clone, Debug, Default)]
pub struct Spellings {
    all: Vec<String>,
    /// A bit for each length in bytes; all of 63 and more share one.
    lengths: u64,
    /// A bit for each first byte in lower case; all that are not ASCII share one.
    starts: u128,
}

impl Spellings {
    /// From spellings in lower case.
    pub fn new(all: impl IntoIterator<Item = String>) -> Spellings {
        let mut spellings = Spellings { all: all.into_iter().collect(), ..Spellings::default() };
        for one in &spellings.all {
            spellings.lengths |= length(one);
            spellings.starts |= start(one);
        }
        spellings
    }

    /// Whether a trimmed text is one of them, ASCII case ignored.
    pub fn hold(&self, text: &str) -> bool {
        self.lengths & length(text) != 0
            && self.starts & start(text) != 0
            && self.all.iter().any(|s| s.eq_ignore_ascii_case(text))
    }
}

fn length(text: &str) -> u64 {
    1 << text.len().min(63)
}

fn start(text: &str) -> u128 {
    1 << text.bytes().next().map_or(0, |b| b.to_ascii_lowercase().min(127))
}

/// A text without white space around it, which few texts have.
pub(super) fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_are_found_whatever_their_length_and_case() {
        let long = "x".repeat(70);
        let spellings = Spellings::new(["", "n/a", "état", &long].map(str::to_string));
        for text in ["", "N/A", "n/a", "état", &long.to_uppercase()] {
            assert!(spellings.hold(text), "{text}");
        }
        for text in ["n", "n/b", "État", "étaT!", &long[1..69], "\u{0}"] {
            assert!(!spellings.hold(text), "{text}");
        }
        assert!(!Spellings::default().hold(""));
    }

    #[test]
    fn trimming_is_that_of_the_standard_library() {
        for text in ["", " ", "a", " a", "a ", "\u{a0}a b\u{2003}", "ab", "é ", "\u{feff}a"] {
            assert_eq!(trimmed(text), text.trim(), "{text:?}");
        }
    }
}
