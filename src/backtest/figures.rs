//! All that a backtest found, as one value: people's pages and machines' files are made from it. Field order is the order of keys in JSON; the
//! documented schema is `docs/backtest.schema.json`.

use super::outcome::Spelling;
use super::ranking::Estimate;
use super::rate::Rate;
use crate::engine::decision::PolicyRef;
use crate::policy::exact::Points;
use crate::policy::time::{Day, Instant};
use serde::Serialize;

/// The whole backtest.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Backtest {
    pub as_of: Instant,
    pub outcome: OutcomeColumn,
    pub rows: Rows,
    pub least: Least,
    /// One a policy, for the leads that it decided.
    pub policies: Vec<PolicyFigures>,
}

/// What says how leads ended.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OutcomeColumn {
    pub column: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<String>,
    /// By what they count as, then the most frequent first. Leads out of scope are counted too.
    pub spellings: Vec<Spelling>,
    /// Cells of `decided_at` that hold no day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unreadable_days: Option<Unreadable>,
}

/// Cells that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unreadable {
    pub leads: u64,
    /// The first few, as they are written.
    pub first: Vec<String>,
}

/// What became of the rows. Invariant: `read` is the sum of all others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Rows {
    pub read: u64,
    pub rejected: u64,
    pub out_of_scope: u64,
    /// The outcome is blank or a spelling of *not known*.
    pub outcome_not_known: u64,
    /// The outcome is neither won nor not won.
    pub outcome_not_recognised: u64,
    /// Decided on or before the day of the as-of, so that a score would look back at it.
    pub decided_before: u64,
    /// Won without a day, or with a day that cannot be read.
    pub undated: u64,
    pub won: u64,
    pub not_won: u64,
}

/// Below these sizes a claim is refused, and only counts are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Least {
    /// Leads of a share.
    pub leads: u64,
    /// Won leads, and others, of a ranking.
    pub of_each: u64,
    /// Won leads, and others, of a suggestion.
    pub of_each_for_weights: u64,
}

/// What one policy's decisions came to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PolicyFigures {
    pub policy: PolicyRef,
    /// All leads with a known outcome.
    pub base: Rate,
    pub warnings: Vec<Warning>,
    pub scores: Vec<ScoreFigures>,
    /// Fit bands by intent bands, each highest first.
    pub grid: Vec<Cell>,
    pub routes: Vec<Group>,
    /// From no stage upwards, by the stage that the policy gives.
    pub stages: Vec<Group>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<Halves>,
    pub disqualified: Disqualified,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sources: Option<Sources>,
    /// Fields that the scores or the route rest on.
    pub fields: Vec<FieldFigures>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<Suggestion>,
}

/// Something to know before the figures are believed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// Stable name of the kind: `known-afterwards`.
    pub kind: &'static str,
    /// What it is about: a field, a criterion, a source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Whole sentences.
    pub text: String,
}

/// Leads that have something in common.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Group {
    pub name: String,
    #[serde(flatten)]
    pub rate: Rate,
}

/// A cell of the grid.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cell {
    pub fit: String,
    pub intent: String,
    #[serde(flatten)]
    pub rate: Rate,
}

/// How one score did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScoreFigures {
    /// `fit` or `intent`.
    pub score: &'static str,
    /// Left out where there are too few leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auc: Option<Estimate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lift_of_best_fifth: Option<Estimate>,
    /// All leads have the same points.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub constant: bool,
    /// Highest first.
    pub bands: Vec<Group>,
    /// In order of declaration.
    pub criteria: Vec<CriterionFigures>,
}

/// How one criterion did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CriterionFigures {
    pub id: String,
    pub points: Points,
    /// As written after the points.
    pub text: String,
    /// Leads for which it earned points.
    pub fired: Rate,
    pub not_fired: Rate,
    /// Of those for which it did not: leads for which the answer is not known.
    pub not_known: u64,
    /// The share of won leads where it fired, over that of all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lift: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remark: Option<Remark>,
}

/// What stands out about a criterion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Remark {
    NeverFired,
    FiresOnEveryone,
    /// It surely does the opposite of what its points say.
    AgainstItsSign,
}

/// The same figures for the earlier and the later half of the leads.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Halves {
    /// `updated`, or the column of `--won-at`.
    pub by: String,
    /// Leads without a day, which stand in neither half.
    pub undated: u64,
    pub earlier: Half,
    pub later: Half,
}

/// One half.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Half {
    pub from: Day,
    pub to: Day,
    pub base: Rate,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fit_auc: Option<Estimate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intent_auc: Option<Estimate>,
}

/// Leads that were turned away.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Disqualified {
    /// The outcomes that turn leads away; empty where it is told by a failed profile.
    pub outcomes: Vec<String>,
    pub all: Rate,
    /// Most leads first; a lead that fails several criteria is counted at each.
    pub reasons: Vec<Reason>,
}

/// Why leads were turned away.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reason {
    /// A criterion of the profile, or a rule of the route.
    pub id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    #[serde(flatten)]
    pub rate: Rate,
}

/// Where leads come from.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sources {
    /// The field or column.
    pub field: String,
    /// Most leads first.
    pub list: Vec<SourceFigures>,
    /// Leads of sources that are not listed.
    pub others: u64,
}

/// Leads of one source.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SourceFigures {
    /// `None` where the source is not known.
    pub source: Option<String>,
    #[serde(flatten)]
    pub rate: Rate,
    pub disqualified: u64,
    /// Left out for few leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disqualified_rate: Option<f64>,
    /// The reason of most of its disqualified leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mostly_because: Option<String>,
    /// Many leads, nearly all turned away, none won.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub only_disqualified: bool,
}

/// What one field tells without the others.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FieldFigures {
    pub field: String,
    /// Won leads for which it is known.
    pub known_won: u64,
    /// Others for which it is known.
    pub known_not_won: u64,
    /// How well the field alone would rank the leads, each value by how often it was won.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auc_alone: Option<f64>,
}

/// Other weights, fitted to what happened.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Suggestion {
    pub scores: Vec<SuggestedScore>,
    /// The change of the policy's text, as a unified diff; empty where nothing changes.
    pub patch: String,
    /// Leads of the figures whose route would be another.
    pub routes_moved: u64,
    /// Bands under the old and the new weights.
    pub bands: Vec<BandShift>,
    pub warnings: Vec<Warning>,
}

/// One score of a suggestion.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SuggestedScore {
    pub score: &'static str,
    /// Why there is no suggestion; then there is nothing else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
    /// In order of declaration.
    pub weights: Vec<Weight>,
    /// Both on leads that were not used for the fit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held_out: Option<HeldOut>,
}

/// One weight.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Weight {
    pub id: String,
    pub old: Points,
    pub new: Points,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept_because: Option<Kept>,
}

/// Why a weight is not fitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kept {
    /// It fired for too few leads.
    FiredTooRarely,
    /// It fired for all leads, or for all but too few.
    FiresNearlyAlways,
    /// The data give it nothing; one point is the least that a criterion can have.
    TellsNothing,
}

/// Old and new weights on leads that the new ones were not fitted to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HeldOut {
    pub old_auc: Estimate,
    pub new_auc: Estimate,
    /// New less old, on the same leads.
    pub gain: Estimate,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_lift: Option<Estimate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_lift: Option<Estimate>,
}

/// How many leads a band holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BandShift {
    pub score: &'static str,
    pub band: String,
    pub old: u64,
    pub new: u64,
}
