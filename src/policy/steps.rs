//! Stages, outcomes, routes and what follows a decision.

use super::Requirement;
use super::condition::{Cond, ScoreKind};
use super::ids::*;
use super::signal::Tier;
use crate::source::Span;
use std::sync::Arc;

pub use crate::syntax::tree::DueUnit;

/// A gate and what keeps a lead behind it.
#[derive(Clone, Debug)]
pub struct Stage {
    pub name: String,
    pub title: String,
    pub require: Vec<Requirement>,
    pub should: Vec<Requirement>,
    pub fall_back: Vec<FallBack>,
    pub span: Span,
}

/// `fall back to S when COND`; first match wins.
#[derive(Clone, Debug)]
pub struct FallBack {
    /// A level: 0 is `none`; always below the stage it stands in.
    pub to: u16,
    pub when: Cond,
    pub span: Span,
}

/// What can happen to a lead.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub name: String,
    pub title: String,
    /// First match wins; the last has no condition. Not empty.
    pub next: Vec<Choice<String>>,
    pub owner: Vec<Choice<String>>,
    pub due: Vec<Choice<Due>>,
    /// May be empty; the last may have a condition (then there may be no revisit).
    pub revisit: Vec<Choice<Revisit>>,
    pub checks: Vec<ChecklistId>,
    pub span: Span,
}

/// A value with the condition under which it is taken.
#[derive(Clone, Debug)]
pub struct Choice<T> {
    pub value: T,
    pub when: Option<Cond>,
}

/// When something is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    pub amount: u32,
    pub unit: DueUnit,
    pub anchor: Anchor,
}

/// What a due time is counted from; the as-of where the anchor is not there or unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Anchor {
    AsOf,
    /// The latest event of these tiers that is not after the as-of.
    LatestTier(Vec<Tier>),
    LatestSignal(SignalId),
    /// Counted backwards from a date field.
    Before(FieldId),
}

/// When a lead is looked at again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Revisit {
    InDays(u32),
    On(FieldId),
}

/// The rules, first match wins.
#[derive(Clone, Debug)]
pub struct Route {
    pub rules: Vec<Rule>,
    pub span: Span,
}

/// One rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Stable: the name, or `rule.N` (one-based among all rules) where it has none. A matrix cell is `ID.row.column`.
    pub id: String,
    pub kind: RuleKind,
    pub because: Option<Arc<str>>,
    pub span: Span,
}

/// What a rule says.
#[derive(Clone, Debug)]
pub enum RuleKind {
    To {
        outcome: OutcomeId,
        when: Cond,
    },
    Matrix(Matrix),
    /// The last.
    Otherwise {
        outcome: OutcomeId,
    },
}

/// `by ROWS, COLUMNS [when COND]`.
#[derive(Clone, Debug)]
pub struct Matrix {
    pub rows: ScoreKind,
    pub columns: ScoreKind,
    pub when: Option<Cond>,
    /// One per row band (in the order of the bands of `rows`, highest first), then per column band; `None`: go on to the next rule.
    pub cells: Vec<Vec<Option<OutcomeId>>>,
}

/// The call script.
#[derive(Clone, Debug)]
pub struct Discovery {
    pub title: String,
    pub sections: Vec<(String, Vec<Topic>)>,
    pub span: Span,
}

/// What a section of the script asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    Field(FieldId),
    Role(RoleId),
}

/// What makes us look at a lead again.
#[derive(Clone, Debug)]
pub struct Trigger {
    pub kind: TriggerKind,
    pub when: Option<Cond>,
    pub because: Option<Arc<str>>,
    pub span: Span,
}

/// The kinds of trigger. Value lists are choice indices; an empty `from` is any earlier value.
#[derive(Clone, Debug)]
pub enum TriggerKind {
    Signals(Vec<SignalId>),
    NewStakeholder,
    ChangeOf(FieldId),
    FromTo { field: FieldId, from: Vec<u16>, to: Vec<u16> },
    Rises(Watched),
    Falls(Watched),
}

/// What can rise or fall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watched {
    Field(FieldId),
    /// Its band.
    Score(ScoreKind),
}

/// A heading of the handoff record and what stands under it.
#[derive(Clone, Debug)]
pub struct RecordSection {
    pub heading: String,
    pub topics: Vec<RecordTopic>,
}

/// What the record shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordTopic {
    Field(FieldId),
    Role(RoleId),
    Score(ScoreKind),
    Signal(SignalId),
    Checklist(ChecklistId),
    Icp,
    Stage,
    Route,
    Committee,
}

/// Rolling contacts up to an account.
#[derive(Clone, Debug)]
pub struct Account {
    pub by: FieldId,
    pub newest_by: FieldId,
    pub span: Span,
}
