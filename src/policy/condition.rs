//! Typed conditions: every name resolved, every comparison turned into a test on a domain.
//!
//! Surface negations (`is not`, `not in`, `no S within …`, `>` on roles) are [`CondKind::Not`] around a positive atom, so an evaluator knows
//! few atoms. The text as written stays with every node, for explanations.

use super::exact::Points;
use super::ids::*;
use super::people::RoleStatus;
use super::text::phrase_matches;
use super::time::Day;
use crate::source::Span;
use std::sync::Arc;

/// A condition with its place and its text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cond {
    /// What it says.
    pub kind: CondKind,
    /// Where it was written.
    pub span: Span,
    /// As written, white space folded to single spaces, comments left out.
    pub text: Arc<str>,
}

/// What a condition says.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CondKind {
    /// Always true or always false: an atom whose answer the types already give (`count of S >= 0`).
    Always(bool),
    /// All must hold (Kleene `and`).
    All(Vec<Cond>),
    /// One must hold (Kleene `or`).
    Any(Vec<Cond>),
    /// Kleene negation.
    Not(Box<Cond>),
    /// True where the inner condition is true, else false.
    Confirmed(Box<Cond>),
    /// True where the inner condition is false or unknown, else false.
    Unconfirmed(Box<Cond>),
    /// A definition.
    Define(DefineId),
    /// A single question.
    Atom(Atom),
}

/// A single question about a lead.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Atom {
    /// A test on a field of the lead.
    Field(FieldId, Test),
    /// A test on an attribute of one event; only inside the `where` of a signal.
    Attribute(AttributeId, Test),
    /// How many events of any of these signals (an event that is two of them counts once) happened in the window.
    Count {
        /// Sorted, without repeats, not empty.
        signals: Vec<SignalId>,
        /// Whole days: 0 ≤ age < days. `None`: ever (age ≥ 0).
        within_days: Option<u32>,
        /// The counts for which it is true.
        range: CountRange,
    },
    /// A role has at least this status.
    Role(RoleId, RoleStatus),
    /// How many roles have at least this status.
    RoleCount {
        /// The status or better.
        at_least: RoleStatus,
        /// The counts for which it is true.
        range: CountRange,
    },
    /// Every needed role is at least engaged.
    CommitteeComplete,
    /// The points of a score lie in the range. Bands are ranges here.
    Score(ScoreKind, PointsRange),
    /// The profile has this status.
    Icp(IcpStatus),
    /// Every item of the checklist holds.
    Checklist(ChecklistId),
    /// The stage reached lies in the range; 0 is `none`, stage `i` is `i + 1`. Both ends included.
    Stage {
        /// Lowest level.
        low: u16,
        /// Highest level.
        high: u16,
    },
    /// The route is one of these; guarantees and tests only.
    Route(Vec<OutcomeId>),
    /// The route of the earlier snapshot is one of these; re-qualification only.
    PreviousRoute(Vec<OutcomeId>),
}

/// A test on one value. Unknown values make every test but [`Test::Known`] unknown.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Test {
    /// There is a value. Always true or false.
    Known,
    /// A choice, ordered value, boolean (0 no, 1 yes) or `current_stage` is one of these indices. Sorted, without repeats.
    Choice(Vec<u16>),
    /// A number lies in one of the ranges; scaled by [`Number::SCALE`](super::exact::Number::SCALE), both ends included. Sorted.
    Number(Vec<NumberRange>),
    /// A date.
    Date(DateTest),
    /// The multi-select has one of these members. Sorted, without repeats.
    HasAny(Vec<u16>),
    /// The multi-select has all these members. Sorted, without repeats.
    HasAll(Vec<u16>),
    /// The multi-select is empty.
    Empty,
    /// Text.
    Text(TextTest),
}

/// Both ends included; `None` is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NumberRange {
    pub low: Option<i64>,
    pub high: Option<i64>,
}

/// Both ends included; `None` is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PointsRange {
    pub low: Option<Points>,
    pub high: Option<Points>,
}

/// Both ends included; `None` is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CountRange {
    pub low: u32,
    pub high: Option<u32>,
}

/// A test on a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DateTest {
    /// Both ends included.
    Range { low: Option<Day>, high: Option<Day> },
    /// 0 ≤ today − date < days.
    WithinLast(u32),
    /// 0 ≤ date − today < days.
    WithinNext(u32),
}

/// A test on text; ASCII case is ignored in all of them, the ends of the text are trimmed when it is read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TextTest {
    /// Equal to one of these.
    Is(Vec<String>),
    Contains(String),
    StartsWith(String),
    EndsWith(String),
    /// Whole words, `*` at a word's end stands for any rest; see [`super::text::phrase_matches`].
    MatchesAny(Vec<String>),
}

impl TextTest {
    /// Whether it holds of a text.
    pub fn holds(&self, text: &str) -> bool {
        let lower = || text.to_ascii_lowercase();
        match self {
            TextTest::Is(texts) => texts.iter().any(|t| t.eq_ignore_ascii_case(text)),
            TextTest::Contains(part) => lower().contains(part.as_str()),
            TextTest::StartsWith(part) => lower().starts_with(part.as_str()),
            TextTest::EndsWith(part) => lower().ends_with(part.as_str()),
            TextTest::MatchesAny(phrases) => phrases.iter().any(|p| phrase_matches(text, p)),
        }
    }

    /// Whether the two never hold of the same text. `true` is a proof; `false` may only mean that none was seen.
    pub fn excludes(&self, other: &TextTest) -> bool {
        match (self, other) {
            // A text that is one of a few is tried out.
            (TextTest::Is(texts), test) | (test, TextTest::Is(texts)) => !texts.iter().any(|t| test.holds(t)),
            (TextTest::StartsWith(a), TextTest::StartsWith(b)) => {
                !a.starts_with(b.as_str()) && !b.starts_with(a.as_str())
            }
            (TextTest::EndsWith(a), TextTest::EndsWith(b)) => !a.ends_with(b.as_str()) && !b.ends_with(a.as_str()),
            _ => false,
        }
    }

    /// Whether the other holds of every text of which this one does. `true` is a proof; `false` may only mean that none was seen.
    pub fn implies(&self, other: &TextTest) -> bool {
        match (self, other) {
            (TextTest::Is(texts), test) => texts.iter().all(|t| test.holds(t)),
            (TextTest::StartsWith(a), TextTest::StartsWith(b)) => a.starts_with(b.as_str()),
            (TextTest::EndsWith(a), TextTest::EndsWith(b)) => a.ends_with(b.as_str()),
            (TextTest::StartsWith(a) | TextTest::EndsWith(a) | TextTest::Contains(a), TextTest::Contains(b)) => {
                a.contains(b.as_str())
            }
            _ => false,
        }
    }
}

/// The two scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScoreKind {
    Fit,
    Intent,
}

impl ScoreKind {
    /// Both, in the order in which they are shown.
    pub const BOTH: [ScoreKind; 2] = [ScoreKind::Fit, ScoreKind::Intent];

    /// The name in policies.
    pub fn name(self) -> &'static str {
        match self {
            ScoreKind::Fit => "fit",
            ScoreKind::Intent => "intent",
        }
    }
}

/// How the profile came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IcpStatus {
    Matched,
    Undecided,
    Failed,
}

impl IcpStatus {
    /// The word in policies and decisions.
    pub fn word(self) -> &'static str {
        match self {
            IcpStatus::Matched => "matched",
            IcpStatus::Undecided => "undecided",
            IcpStatus::Failed => "failed",
        }
    }
}

/// The layer of evaluation something belongs to (design 3.9); a layer mentions only lower ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    Fields = 1,
    Signals = 2,
    Roles = 3,
    Committee = 4,
    Scores = 5,
    Checklists = 6,
    Stages = 7,
    Route = 8,
    Outcome = 9,
    After = 10,
}
