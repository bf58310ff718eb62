//! Guarantees and tests, resolved.

use super::condition::{Cond, ScoreKind};
use super::exact::Points;
use super::ids::*;
use super::people::RoleStatus;
use super::time::Instant;
use crate::source::Span;

pub use crate::syntax::tree::Answer;

/// A property of every possible lead.
#[derive(Clone, Debug)]
pub struct Guarantee {
    pub title: String,
    pub claims: Vec<Claim>,
    pub span: Span,
}

/// One claim.
#[derive(Clone, Debug)]
pub enum Claim {
    Never(Cond),
    Always(Cond),
}

/// An example that must hold.
#[derive(Clone, Debug)]
pub struct Test {
    pub title: String,
    pub as_of: Instant,
    /// Fields not named are unknown.
    pub fields: Vec<(FieldId, Given)>,
    pub roles: Vec<(RoleId, RoleStatus)>,
    pub events: Vec<GivenEvent>,
    pub expect: Vec<Expectation>,
    pub span: Span,
}

/// A given value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// A choice, ordered value, boolean or stage.
    Choice(u16),
    /// Sorted members; empty is the known empty set.
    Set(Vec<u16>),
    /// Scaled.
    Number(i64),
    Day(super::time::Day),
    Text(String),
}

/// A given event.
#[derive(Clone, Debug)]
pub struct GivenEvent {
    pub signal: SignalId,
    pub at: Instant,
    /// Attributes do not decide whether the event is the signal: the test says it is.
    pub with: Vec<(AttributeId, Given)>,
}

/// One expectation with its place.
#[derive(Clone, Debug)]
pub struct Expectation {
    pub kind: ExpectationKind,
    pub text: std::sync::Arc<str>,
    pub span: Span,
}

/// What is expected.
#[derive(Clone, Debug)]
pub enum ExpectationKind {
    Holds(Cond),
    Range {
        score: ScoreKind,
        low: Points,
        high: Points,
    },
    CouldBe(OutcomeId),
    AlsoMatches(OutcomeId),
    /// In order.
    Asks(Vec<FieldId>),
    OutOfScope,
    /// A rule of the route, or a cell of its matrix, as decisions name it.
    Rule(String),
    /// A requirement of the next stage that is a blocker.
    Blocked(String),
    Next(String),
    Owner(String),
    /// As decisions write it: a day, or an instant.
    Due(String),
    Revisit(String),
    /// An item of the checklists, by its words.
    Item {
        item: String,
        is: Answer,
    },
}
