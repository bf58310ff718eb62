//! A finding of the syntax layer, and how much of the file it makes unreadable.

use crate::diagnostic::Diagnostic;

/// What a problem spoils.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hurt {
    /// Nothing: what stands around it can be read as if it were not there.
    Nothing,
    /// The item it stands in.
    Item,
}

/// A finding and what it spoils.
pub(super) struct Problem {
    pub diagnostic: Diagnostic,
    pub hurt: Hurt,
}

impl Problem {
    pub fn new(diagnostic: Diagnostic, hurt: Hurt) -> Self {
        Problem { diagnostic, hurt }
    }

    /// The byte the problem begins at.
    pub fn start(&self) -> usize {
        self.diagnostic.span().start as usize
    }
}
