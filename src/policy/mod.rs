//! The resolved, typed policy: names are indices, values are exact, conditions are tests on domains.
//!
//! Made by `check` from syntax trees; read by everything after. It holds no syntax, but keeps places and texts for messages and explanations.

pub mod condition;
pub mod exact;
pub mod field;
pub mod ids;
pub mod import;
pub mod people;
pub mod scenario;
pub mod score;
pub mod signal;
pub mod steps;
pub mod text;
pub mod time;

pub use condition::{Atom, Cond, CondKind, IcpStatus, ScoreKind};
pub use ids::*;

use crate::source::Span;
use std::sync::Arc;

/// One whole policy with all it uses.
#[derive(Clone, Debug)]
pub struct Policy {
    pub name: String,
    pub title: String,
    pub version: String,
    pub owner: String,
    /// SHA-256 over the texts of the policy file and the libraries it uses (in order of use), as 16 hex digits.
    pub hash: String,
    pub offset: time::Offset,
    /// Sorted, without repeats.
    pub holidays: Vec<time::Day>,
    /// `applies when`; fields only. `None`: every lead.
    pub applies: Option<Cond>,
    /// Built-in fields first, in the order of [`BuiltIn`].
    pub fields: Vec<field::Field>,
    /// Extra columns of behaviour rows; types as for fields.
    pub attributes: Vec<field::Field>,
    pub channels: Vec<String>,
    pub signals: Vec<signal::Signal>,
    pub personas: Vec<people::Persona>,
    pub committee: people::Committee,
    pub defines: Vec<Define>,
    pub icp: Vec<Requirement>,
    pub fit: score::Score,
    pub intent: score::Score,
    pub checklists: Vec<Checklist>,
    pub stages: Vec<steps::Stage>,
    pub risks: Vec<Risk>,
    pub outcomes: Vec<steps::Outcome>,
    pub route: steps::Route,
    pub discovery: Option<steps::Discovery>,
    pub triggers: Vec<steps::Trigger>,
    pub record: Vec<steps::RecordSection>,
    pub account: Option<steps::Account>,
    pub guarantees: Vec<scenario::Guarantee>,
    pub imports: Vec<import::Import>,
    pub tests: Vec<scenario::Test>,
    /// Declared intent to move leads: reason and hundredths of a percent.
    pub expect_moves: Vec<(String, u32)>,
    pub span: Span,
}

/// The built-in fields and their place in [`Policy::fields`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuiltIn {
    /// Text, required, unique.
    Id = 0,
    /// Text.
    Email = 1,
    /// Ordered over the stages (not over `none`); empty choice list where there are no stages.
    CurrentStage = 2,
    /// A date; readers keep the exact instant for account roll-up apart.
    Updated = 3,
}

impl BuiltIn {
    /// All, in order.
    pub const ALL: [BuiltIn; 4] = [BuiltIn::Id, BuiltIn::Email, BuiltIn::CurrentStage, BuiltIn::Updated];

    /// Its field.
    pub fn field(self) -> FieldId {
        FieldId(self as u16)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            BuiltIn::Id => "id",
            BuiltIn::Email => "email",
            BuiltIn::CurrentStage => "current_stage",
            BuiltIn::Updated => "updated",
        }
    }
}

/// A named condition.
#[derive(Clone, Debug)]
pub struct Define {
    pub name: String,
    pub condition: Cond,
    pub layer: condition::Layer,
    pub span: Span,
}

/// `must`, `require` or `should`: a condition, its name and its reason.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// Stable: the name, or `must.N` / `STAGE.N` (one-based) where it has none.
    pub id: String,
    pub condition: Cond,
    pub because: Option<Arc<str>>,
    pub span: Span,
}

/// A readiness list.
#[derive(Clone, Debug)]
pub struct Checklist {
    pub name: String,
    pub title: String,
    /// Item and condition.
    pub items: Vec<(String, Cond)>,
    pub span: Span,
}

/// What the record warns of.
#[derive(Clone, Debug)]
pub struct Risk {
    pub title: String,
    pub condition: Cond,
    pub owner: Option<String>,
    pub span: Span,
}

impl Policy {
    /// One of the two scores.
    pub fn score(&self, kind: ScoreKind) -> &score::Score {
        match kind {
            ScoreKind::Fit => &self.fit,
            ScoreKind::Intent => &self.intent,
        }
    }

    /// A field by id.
    pub fn field(&self, id: FieldId) -> &field::Field {
        &self.fields[id.index()]
    }

    /// The stage name of a level: 0 is `none`, stage `i` is `i + 1`.
    pub fn stage_name(&self, level: u16) -> &str {
        match level.checked_sub(1) {
            None => "none",
            Some(i) => &self.stages[i as usize].name,
        }
    }
}

/// Several policies and which of them decides.
#[derive(Clone, Debug)]
pub struct Portfolio {
    pub name: String,
    /// Names of policies, in order; the first that applies decides.
    pub policies: Vec<String>,
    /// Decides all other leads, whether it applies or not.
    pub otherwise: Option<String>,
    pub span: Span,
}
