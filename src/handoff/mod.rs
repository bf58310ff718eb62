//! What people take from a decision into a conversation: the script of the next call, and the record that goes with the lead.
//!
//! Both are read from the same columns as the decision, so they never say anything else. They hold facts; `report` words them.

pub mod dates;
pub mod people;
pub mod record;
pub mod script;
pub mod signals;
mod worth;

use crate::engine::decision::{Decision, Unmet};
use crate::engine::facts::Batch;
use crate::engine::shown::shown;
use crate::engine::{Decider, Evaluation, is_open};
use crate::policy::field::{Choice, FieldType};
use crate::policy::time::Day;
use crate::policy::{BuiltIn, Cond, FieldId, Policy};
use crate::program::Program;
use serde::Serialize;

/// One decided lead, with what it is read against.
#[derive(Clone, Copy)]
pub struct Lead<'a> {
    pub policy: &'a Policy,
    pub program: &'a Program,
    pub decider: &'a Decider<'a>,
    pub e: &'a Evaluation,
    pub batch: &'a Batch,
    /// Its place in the batch.
    pub at: usize,
    pub decision: &'a Decision,
    /// How a condition of a policy is worded for people who read no code.
    pub say: fn(&Policy, &Cond) -> String,
}

impl<'a> Lead<'a> {
    /// The value of a field in the words of people, numbers with their unit; `None` is unknown.
    pub fn said(&self, field: FieldId) -> Option<String> {
        let value = shown(self.policy, self.batch, self.at, field, Choice::label)?;
        match &self.policy.field(field).ty {
            FieldType::Number { unit: Some(unit), .. } => Some(format!("{value} {unit}")),
            _ => Some(value),
        }
    }

    /// Whether a field is not, or not wholly, known.
    pub fn open(&self, field: FieldId) -> bool {
        is_open(self.batch, field, self.at)
    }

    /// What people know the lead by: the account, else the email.
    pub fn name(&self) -> Option<String> {
        let account = self.policy.account.as_ref().and_then(|a| self.said(a.by));
        account.or_else(|| self.said(BuiltIn::Email.field()))
    }

    /// The ids of the leads behind an account; empty for a lead.
    pub fn leads(&self) -> Vec<String> {
        self.decision.account.as_ref().map_or(Vec::new(), |account| account.leads.clone())
    }

    /// The day of the decision in the time zone of the policy.
    pub fn today(&self) -> Day {
        self.decision.as_of.day(self.policy.offset)
    }

    /// Whether contacts were supplied.
    pub fn has_contacts(&self) -> bool {
        self.batch.contacts().supplied(self.at)
    }

    /// Whether behaviour was supplied.
    pub fn has_events(&self) -> bool {
        self.batch.events().supplied(self.at)
    }

    /// The field of a name.
    pub(crate) fn field(&self, name: &str) -> Option<FieldId> {
        self.policy.fields.iter().position(|f| f.name == name).map(|i| FieldId(i as u16))
    }

    /// The title of an outcome.
    pub(crate) fn outcome(&self, name: &str) -> String {
        let found = self.policy.outcomes.iter().find(|o| o.name == name);
        found.map_or_else(|| name.to_string(), |o| o.title.clone())
    }

    /// The level of a stage by its name; 0 is `none`.
    pub(crate) fn level(&self, name: &str) -> usize {
        self.policy.stages.iter().position(|s| s.name == name).map_or(0, |i| i + 1)
    }

    /// The title of a stage by its name.
    pub(crate) fn stage(&self, name: &str) -> Option<String> {
        self.level(name).checked_sub(1).map(|i| self.policy.stages[i].title.clone())
    }
}

/// Something that is not met, as a record tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lacking {
    /// Stable, as in the decision.
    pub id: String,
    /// The condition, as written.
    pub condition: String,
    /// The condition, as people say it.
    #[serde(skip)]
    pub said: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    /// Labels of the fields whose answers could meet it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ask: Vec<String>,
}

impl Lacking {
    fn of(lead: &Lead<'_>, unmet: &Unmet) -> Lacking {
        let policy = lead.policy;
        let label = |name: &String| {
            policy.fields.iter().find(|f| f.name == *name).map_or_else(|| name.clone(), |f| f.label.clone())
        };
        let gates = policy.stages.iter().flat_map(|s| s.require.iter().chain(&s.should));
        let required =
            policy.icp.iter().chain(gates).find(|r| r.id == unmet.id && *r.condition.text == *unmet.condition);
        Lacking {
            id: unmet.id.clone(),
            condition: unmet.condition.clone(),
            said: required.map_or_else(|| unmet.condition.clone(), |r| (lead.say)(policy, &r.condition)),
            because: unmet.because.clone(),
            ask: unmet.asks.iter().map(label).collect(),
        }
    }

    fn all(lead: &Lead<'_>, list: &[Unmet]) -> Vec<Lacking> {
        list.iter().map(|u| Lacking::of(lead, u)).collect()
    }
}
