//! The walk over both versions: where it meets a difference it asks which side to take, and says what the difference is.

use super::{Block, Edit, Effect};
use crate::check::folded;
use crate::diff::pair::Pair;
use crate::diff::renamed;
use crate::source::Span;
use std::collections::BTreeSet;

/// A difference that was met.
pub(super) struct Change {
    pub id: String,
    pub effect: Effect,
    pub says: String,
    pub old: Option<Span>,
    pub new: Option<Span>,
}

/// Lists differences, or takes some of them.
pub(super) struct Walk<'p> {
    pair: &'p Pair,
    taken: Option<&'p BTreeSet<String>>,
    block: Block,
    edits: Vec<Edit>,
}

impl<'p> Walk<'p> {
    /// Lists all differences.
    pub fn listing(pair: &'p Pair) -> Walk<'p> {
        Walk { pair, taken: None, block: Block::Policy, edits: Vec::new() }
    }

    /// Takes the new side of the differences with these ids, and the old side of all others.
    pub fn taking(pair: &'p Pair, taken: &'p BTreeSet<String>) -> Walk<'p> {
        Walk { taken: Some(taken), ..Walk::listing(pair) }
    }

    /// What was listed.
    pub fn edits(self) -> Vec<Edit> {
        self.edits
    }

    /// The two versions.
    pub fn pair(&self) -> &'p Pair {
        self.pair
    }

    /// The block that is being walked.
    pub fn block(&mut self, block: Block) {
        self.block = block;
    }

    /// Whether to take the new side of a difference.
    pub fn take(&mut self, change: Change) -> bool {
        if let Some(taken) = self.taken {
            return taken.contains(&change.id);
        }
        let Change { id, effect, says, old, new } = change;
        // What moves from one list to another is met twice: where it leaves and where it comes to stand.
        if !self.edits.iter().any(|e| e.id == id) {
            self.edits.push(Edit { id, block: self.block, effect, says, old, new });
        }
        true
    }

    /// One of two values of something that is there in both versions.
    pub fn pick<T: Clone>(&mut self, same: bool, old: &T, new: &T, change: impl FnOnce() -> Change) -> T {
        if same || self.take(change()) { new.clone() } else { old.clone() }
    }

    /// The text under a place on one line, comments left out; fields that were renamed are called by their new names.
    pub fn text(&self, span: Span) -> String {
        let text = folded(self.pair.sources.text(span));
        match self.pair.is_new(span) {
            true => text,
            false => renamed::in_text(text, &self.pair.renamed),
        }
    }

    /// The text of something that may not be there; empty where it is not.
    pub fn text_of(&self, span: Option<Span>) -> String {
        span.map_or_else(String::new, |s| self.text(s))
    }
}

impl Change {
    /// Something that decides.
    pub fn decides(id: String, says: String) -> Change {
        Change { id, effect: Effect::Decides, says, old: None, new: None }
    }

    /// Something that changes how data are read.
    pub fn reads(id: String, says: String) -> Change {
        Change { effect: Effect::Reads, ..Change::decides(id, says) }
    }

    /// Something that people are told.
    pub fn tells(id: String, says: String) -> Change {
        Change { effect: Effect::Tells, ..Change::decides(id, says) }
    }

    /// The same with its places.
    pub fn at(self, old: Span, new: Span) -> Change {
        Change { old: Some(old), new: Some(new), ..self }
    }

    /// The same with the places that there are.
    pub fn places(self, old: Option<Span>, new: Option<Span>) -> Change {
        Change { old, new, ..self }
    }
}
