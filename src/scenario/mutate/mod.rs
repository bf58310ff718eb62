//! Small changes to a policy that its tests should notice: mutants.
//!
//! One number, sign, order or word is changed at a time, in the typed policy; the text is only pointed at. What no test can see is left
//! alone: what attributes make an event a signal, whose signal engages a person, advice at gates, risks, guarantees, what brings a lead back.
//! A mutant that decides every lead as before is made nevertheless, unless the range of a field proves that it does.

mod condition;
mod judge;
mod ladder;
mod limits;
mod walk;

pub use judge::Mutation;
pub(crate) use walk::{deciding, follow};

use crate::source::Span;

/// What is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The points of a criterion: one less.
    Weight,
    /// What something is compared with: one more or less, or the neighbour of a name.
    Threshold,
    /// `>=` to `>`, `<` to `<=`, and back.
    Comparison,
    /// The cap or floor of a group or a score, or how many events count.
    Cap,
    /// Two neighbouring rules of the route change places.
    Order,
    /// A number of days or of other units of time: one more.
    Window,
    /// `and` to `or`, and back.
    Connective,
}

impl Change {
    /// What people call it.
    pub fn word(self) -> &'static str {
        match self {
            Change::Weight => "weight",
            Change::Threshold => "threshold",
            Change::Comparison => "comparison",
            Change::Cap => "cap",
            Change::Order => "order",
            Change::Window => "window",
            Change::Connective => "connective",
        }
    }
}

/// One changed policy, told as the edit that makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutant {
    pub change: Change,
    /// What the edit replaces; for an order, where the first of the two rules begins.
    pub span: Span,
    pub before: String,
    pub after: String,
    /// Its place among all edits in the order in which the policy is walked.
    at: usize,
}
