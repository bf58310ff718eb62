//! What comes out for one lead. Field order is the order of keys in JSON; absent parts are left out. The documented schema is
//! `docs/decision.schema.json`.

use super::rolled::Behind;
use crate::policy::exact::Points;
use crate::policy::time::Instant;
use serde::Serialize;

/// The whole decision.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Decision {
    /// Of the lead; for an account, its key.
    pub id: String,
    /// What is behind a decision about an account.
    #[serde(flatten)]
    pub account: Option<Behind>,
    pub policy: PolicyRef,
    pub as_of: Instant,
    pub in_scope: bool,
    /// `applies when` is not settled: an unknown field could change it.
    #[serde(skip_serializing_if = "is_false")]
    pub scope_open: bool,
    /// Everything else is left out for a lead out of scope.
    #[serde(flatten)]
    pub verdict: Option<Verdict>,
}

/// The part of a decision that only a lead in scope has.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    pub icp: Icp,
    pub fit: ScoreResult,
    pub intent: ScoreResult,
    pub committee: Committee,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub checklists: Vec<ChecklistResult>,
    pub stage: StageResult,
    pub route: RouteResult,
    pub next_step: NextStep,
    /// Fields that together decide the route, most telling first; empty where it is settled.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ask: Vec<Question>,
    pub lifts: Lifts,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub risks: Vec<RiskResult>,
}

/// Which policy decided.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PolicyRef {
    pub name: String,
    pub version: String,
    pub hash: String,
}

/// A truth value as it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Truth {
    Yes,
    No,
    Unknown,
}

/// How the profile came out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Icp {
    /// `matched`, `failed`, `undecided`.
    pub status: &'static str,
    /// Criteria that are false.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<Unmet>,
    /// Criteria that are unknown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<Unmet>,
}

/// A requirement or criterion that is not met.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Unmet {
    pub id: String,
    /// The condition as written.
    pub condition: String,
    /// `no` or `unknown`.
    pub is: Truth,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    /// What was seen, for the parts of the condition that decided.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
    /// Unknown fields (names) of the condition, in order of declaration: what to ask to meet it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub asks: Vec<String>,
}

/// A fact a decision rests on.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Evidence {
    /// A field and its value as people see it; `null` is unknown.
    Field { field: String, value: Option<String> },
    /// An event that counted, with its full days of age.
    Event { signal: String, at: Instant, days: i64 },
    /// No such event counted (or behaviour was not supplied: `count` is `null`).
    Signals { signals: String, count: Option<u32> },
    /// A role's status.
    Role { role: String, status: String },
    /// Something computed: `fit`, `icp`, `stage`, a checklist, the committee.
    Computed { name: String, value: String },
}

/// One score.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScoreResult {
    pub points: Points,
    /// No completion of what is unknown gives less.
    pub low: Points,
    /// No completion of what is unknown gives more.
    pub high: Points,
    pub band: String,
    pub groups: Vec<GroupResult>,
    /// What the clamp to the score's range took away (negative: added); left out where nothing.
    #[serde(skip_serializing_if = "is_zero")]
    pub clamped: Points,
}

/// One group of a score. Invariant: the sum of `entries` points minus `capped` is `points`; the sum of group points minus `clamped` is the
/// score's points.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupResult {
    pub name: String,
    pub points: Points,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cap: Option<Points>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub floor: Option<Points>,
    /// What the cap took away (negative: what the floor gave back); left out where nothing.
    #[serde(skip_serializing_if = "is_zero")]
    pub capped: Points,
    pub entries: Vec<Entry>,
}

/// One criterion in the ledger.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Entry {
    pub id: String,
    /// `earned`, `not_earned`, `unknown`.
    pub outcome: Earned,
    pub points: Points,
    /// The points it is worth once, as declared.
    pub worth: Points,
    /// As written after the points.
    pub text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
}

/// Whether a criterion earned its points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Earned {
    Earned,
    NotEarned,
    Unknown,
}

/// The committee.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Committee {
    pub roles: Vec<RoleResult>,
    pub complete: Truth,
}

/// One role.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RoleResult {
    pub role: String,
    /// What is established: the lowest status it can have.
    pub status: &'static str,
    /// The highest status it can have, where that is higher (contacts or behaviour not supplied, `expected when` unknown).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub could_be: Option<&'static str>,
    pub needed: Truth,
    /// Who has come furthest in it (the first contact of those with the highest status).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
}

/// A readiness list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ChecklistResult {
    pub name: String,
    pub complete: Truth,
    pub items: Vec<ItemResult>,
}

/// One item of a list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ItemResult {
    pub item: String,
    pub is: Truth,
}

/// Where the lead stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StageResult {
    /// The stage reached, or `none`.
    pub reached: String,
    /// What the CRM says, where it says something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current: Option<String>,
    /// `advance`, `hold`, `fall_back`.
    pub change: &'static str,
    /// The stage after the one reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// Requirements of the next stage that no completion of the unknowns meets.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub blockers: Vec<Unmet>,
    /// Requirements of the next stage that can still be met.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<Unmet>,
    /// What the next stage should have and has not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub advised: Vec<Unmet>,
    /// Requirements of gates up to the CRM's stage that are not met.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub slipped: Vec<Unmet>,
    /// The condition of the `fall back` that took the lead back, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fell_back_because: Option<String>,
}

/// Where the lead goes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RouteResult {
    pub outcome: String,
    /// The rule, or the cell of a matrix: `rule.3.strong.high`.
    pub rule: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    /// No completion of the unknowns changes the outcome.
    pub settled: bool,
    /// Whether `settled` and `could_be` are exact; otherwise they are a safe bound: `could_be` may name too many, never too few.
    pub exact: bool,
    /// Other outcomes that completions can lead to, in order of declaration.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub could_be: Vec<String>,
    /// Later rules that match too (`otherwise` is never listed).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also_matches: Vec<RuleMatch>,
    /// Earlier rules, each with why it did not match.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_matched: Vec<NotMatched>,
}

/// A later rule that matches too.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RuleMatch {
    pub rule: String,
    pub outcome: String,
}

/// An earlier rule that did not match.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NotMatched {
    pub rule: String,
    /// The outcome of the rule; left out for a matrix.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    pub is: Truth,
    /// The parts of the condition that were not true, as written, with what was seen.
    pub reasons: Vec<Reason>,
}

/// A part of a condition that was not true.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reason {
    pub condition: String,
    pub is: Truth,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
}

/// What happens next.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NextStep {
    pub action: String,
    pub owner: String,
    /// An instant for hours, else a day in the policy's time zone.
    pub due: When,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revisit: Option<When>,
    /// Items of the outcome's checklists that are not met.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub open_items: Vec<String>,
}

/// A day or an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(untagged)]
pub enum When {
    Day(crate::policy::time::Day),
    Instant(Instant),
}

impl std::fmt::Display for When {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            When::Day(day) => day.fmt(f),
            When::Instant(instant) => instant.fmt(f),
        }
    }
}

/// A field to ask about.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Question {
    pub field: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    /// Where it is asked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub on: Vec<String>,
}

/// Per score, open fields with the points one answer could add, most first, ties in order of declaration.
#[derive(Clone, Debug, PartialEq, Default, Serialize)]
pub struct Lifts {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fit: Vec<Lift>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub intent: Vec<Lift>,
}

/// One field and what it could add.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Lift {
    pub field: String,
    pub points: Points,
}

/// A risk that is there.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RiskResult {
    pub risk: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
}

fn is_zero(points: &Points) -> bool {
    *points == Points::ZERO
}

fn is_false(value: &bool) -> bool {
    !*value
}

/// The short form of a decision: the same keys, fewer of them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Brief<'a> {
    pub id: &'a str,
    #[serde(flatten)]
    pub account: Option<&'a Behind>,
    pub policy: &'a PolicyRef,
    pub as_of: Instant,
    pub in_scope: bool,
    #[serde(flatten)]
    pub verdict: Option<BriefVerdict<'a>>,
}

/// What the short form says of a lead in scope.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BriefVerdict<'a> {
    pub fit: BriefScore<'a>,
    pub intent: BriefScore<'a>,
    pub stage: BriefStage<'a>,
    pub route: BriefRoute<'a>,
    pub next_step: BriefStep<'a>,
}

/// Points and band.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BriefScore<'a> {
    pub points: Points,
    pub band: &'a str,
}

/// The stage reached.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BriefStage<'a> {
    pub reached: &'a str,
}

/// The outcome and the rule that gave it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BriefRoute<'a> {
    pub outcome: &'a str,
    pub rule: &'a str,
}

/// What happens next, in the words of the policy.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BriefStep<'a> {
    pub action: &'a str,
    pub owner: &'a str,
    pub due: When,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revisit: Option<When>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub open_items: Vec<&'a str>,
}

impl BriefStep<'_> {
    /// The same with its own texts.
    pub fn to_next_step(&self) -> NextStep {
        NextStep {
            action: self.action.to_string(),
            owner: self.owner.to_string(),
            due: self.due,
            revisit: self.revisit,
            open_items: self.open_items.iter().map(|item| item.to_string()).collect(),
        }
    }
}

impl NextStep {
    /// The same, borrowed.
    pub fn brief(&self) -> BriefStep<'_> {
        BriefStep {
            action: &self.action,
            owner: &self.owner,
            due: self.due,
            revisit: self.revisit,
            open_items: self.open_items.iter().map(String::as_str).collect(),
        }
    }
}
