//! Cutting a file into its top-level blocks.
//!
//! Takes tokens whose braces pair; gives ranges of tokens, one for each block. A block ends with the brace that closes it, or where the next
//! begins; so one that cannot be read does not spoil its neighbours.

use super::scan::{Kind, Token};
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use std::ops::Range;

declare_rule! {
    /// A top-level word that begins no block.
    pub UNKNOWN_BLOCK = "RB0107" "unknown-block" Error "a block that begins with none of the words that begin blocks"
}

/// The words that begin a block.
pub(super) const BLOCKS: [&str; 26] = [
    "policy",
    "library",
    "use",
    "portfolio",
    "lead",
    "extend",
    "channels",
    "events",
    "signals",
    "personas",
    "committee",
    "define",
    "icp",
    "score",
    "checklist",
    "stages",
    "risks",
    "outcomes",
    "route",
    "discovery",
    "requalify",
    "record",
    "account",
    "guarantee",
    "import",
    "test",
];

/// The tokens of a file with their text.
#[derive(Clone, Copy)]
pub(super) struct Tokens<'a> {
    pub text: &'a str,
    pub all: &'a [Token],
}

impl<'a> Tokens<'a> {
    /// What token `i` says; empty past the end.
    pub fn said(&self, i: usize) -> &'a str {
        self.all.get(i).map_or("", |t| &self.text[t.start..t.end])
    }

    fn kind(&self, i: usize) -> Option<Kind> {
        self.all.get(i).map(|t| t.kind)
    }

    /// Whether a block begins at token `i`, judged by what follows its keyword.
    pub fn starts_block(&self, i: usize) -> bool {
        let word = self.said(i);
        if word == "replace" {
            return self.said(i + 1) != "replace" && self.starts_block(i + 1);
        }
        if !BLOCKS.contains(&word) {
            return false;
        }
        let (next, after) = (self.said(i + 1), self.said(i + 2));
        let is_word = self.kind(i + 1) == Some(Kind::Word) && !is_joint(next);
        let fits = match word {
            "policy" | "library" | "use" | "import" | "portfolio" | "checklist" => {
                is_word && !matches!(after, ":" | ",")
            }
            "extend" => is_word && after == "{",
            "score" => is_word && matches!(after, "{" | "out"),
            "define" => is_word && after == "=",
            "account" => next == "by",
            "guarantee" | "test" => self.kind(i + 1) == Some(Kind::Text),
            "discovery" => next == "{" || self.kind(i + 1) == Some(Kind::Text) && after == "{",
            _ => next == "{",
        };
        fits || self.stands_alone(i)
    }

    /// Whether a keyword that nothing fitting follows begins a block all the same: at the start of a line without indentation, and neither an item
    /// nor part of a condition.
    fn stands_alone(&self, i: usize) -> bool {
        let Some(token) = self.all.get(i) else { return false };
        let (next, before) = (self.said(i + 1), self.said(i.wrapping_sub(1)));
        let joined = is_joint(next) || matches!(next, ":" | "," | "." | ">=" | "<=" | ">" | "<" | "]" | ")" | "}");
        token.first && token.indent == 0 && !joined && !is_joint(before) && !matches!(before, "," | "[" | "(" | "=")
    }

    /// Whether an unknown word begins a block: unindented, and braces follow its name or title.
    fn looks_like_block(&self, i: usize) -> bool {
        let Some(token) = self.all.get(i) else { return false };
        token.first
            && token.indent == 0
            && token.kind == Kind::Word
            && !is_joint(self.said(i))
            && (1..=3).any(|n| self.said(i + n) == "{")
    }

    /// The block that begins at `i`, up to `end`.
    fn block_end(&self, i: usize, end: usize) -> usize {
        let keyword = i + usize::from(self.said(i) == "replace");
        let mut depth = 0usize;
        for j in i..end {
            if depth == 0 && j > keyword && (self.starts_block(j) || self.looks_like_block(j)) {
                return j;
            }
            if depth == 0 && j >= keyword + 2 && matches!(self.said(keyword), "use" | "library") && self.all[j].first {
                return j;
            }
            match self.said(j) {
                "{" => depth += 1,
                "}" => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return j + 1;
                    }
                }
                _ => {}
            }
        }
        end
    }

    /// All top-level blocks.
    pub fn chunks(&self) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < self.all.len() {
            let end = self.block_end(at, self.all.len()).max(at + 1);
            found.push(at..end);
            at = end;
        }
        found
    }

    /// The keyword of a block: its index and the word.
    pub fn keyword(&self, chunk: &Range<usize>) -> (usize, &'a str) {
        let i = chunk.start + usize::from(self.said(chunk.start) == "replace" && chunk.len() > 1);
        (i, self.said(i))
    }
}

/// Words that join or compare, so that what stands before or after them belongs to a condition.
fn is_joint(word: &str) -> bool {
    matches!(
        word,
        "and"
            | "or"
            | "not"
            | "is"
            | "in"
            | "has"
            | "between"
            | "within"
            | "ever"
            | "confirmed"
            | "unconfirmed"
            | "when"
            | "because"
    )
}

/// The block that was probably meant.
pub(super) fn meant(word: &str, follows: &str) -> Option<&'static str> {
    if follows == "=" { Some("define") } else { super::message::nearest(word, BLOCKS.iter().copied()) }
}

/// The finding for a block that begins with no known word, at its first token.
pub(super) fn unknown_block(word: &str, follows: &str, is_word: bool, span: Span) -> Diagnostic {
    let found = Diagnostic::new(
        &UNKNOWN_BLOCK,
        format!("no block begins with `{word}`"),
        span,
        "expected a block such as `lead { … }`",
    );
    found.with_help(match meant(word, follows) {
        _ if !is_word => "write the word that says what this block is before it".to_string(),
        Some("define") if follows == "=" => format!("a named condition is written `define {word} = …`"),
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("blocks begin with one of {}", listed()),
    })
}

fn listed() -> String {
    let quoted: Vec<String> = BLOCKS.iter().map(|b| format!("`{b}`")).collect();
    quoted.join(", ")
}
