//! What the triggers of a policy look at, found once for all leads.

use super::digest;
use super::earlier::Watched;
use crate::engine::facts::Batch;
use crate::engine::{Decider, Evaluation};
use crate::policy::field::FieldType;
use crate::policy::steps::{Trigger, TriggerKind, Watched as Watches};
use crate::policy::{Cond, FieldId, Policy, SignalId};
use crate::program::{NodeId, Program};
use std::collections::BTreeMap;

/// A lead as it is now, evaluated by the policy that decides it.
#[derive(Clone, Copy)]
pub struct Now<'a> {
    pub policy: &'a Policy,
    /// Lowered together with the conditions of [`Plan::goals`].
    pub program: &'a Program,
    pub decider: &'a Decider<'a>,
    pub e: &'a Evaluation,
    pub batch: &'a Batch,
    pub lead: usize,
    pub in_scope: bool,
}

/// What the triggers of a policy look at.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The conditions of the triggers, in their order.
    pub(super) conditions: Vec<Option<NodeId>>,
    /// In order of declaration, without repeats.
    pub fields: Vec<FieldId>,
    pub signals: Vec<SignalId>,
    pub people: bool,
}

/// Something a trigger looks at that was not known earlier, so that nothing can be said of it for a lead.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Blind {
    People,
    /// Which events were seen; later ones are seen all the same.
    Events,
    Field(String),
    /// Another version or another text of the policy decided: its version.
    Version(String),
    /// Another policy of the portfolio decided: its name.
    Policy(String),
}

impl Plan {
    /// For a policy and a program that was lowered with [`Plan::goals`].
    pub fn new(policy: &Policy, program: &Program) -> Plan {
        let mut goals = program.goals.iter().copied();
        let conditions = policy.triggers.iter().map(|t| t.when.as_ref().and_then(|_| goals.next())).collect();
        let mut plan = Plan { conditions, ..Plan::default() };
        for trigger in &policy.triggers {
            match &trigger.kind {
                TriggerKind::Signals(signals) => plan.signals.extend(signals),
                TriggerKind::NewStakeholder => plan.people = true,
                TriggerKind::ChangeOf(field) | TriggerKind::FromTo { field, .. } => plan.fields.push(*field),
                TriggerKind::Rises(Watches::Field(field)) | TriggerKind::Falls(Watches::Field(field)) => {
                    plan.fields.push(*field);
                }
                TriggerKind::Rises(Watches::Score(_)) | TriggerKind::Falls(Watches::Score(_)) => {}
            }
        }
        plan.fields.sort_unstable();
        plan.fields.dedup();
        plan.signals.sort_unstable();
        plan.signals.dedup();
        plan
    }

    /// The conditions of the triggers, with which the program of a policy is to be lowered.
    pub fn goals(policy: &Policy) -> Vec<&Cond> {
        policy.triggers.iter().filter_map(|t| t.when.as_ref()).collect()
    }

    /// What is there now of what the triggers look at, as it is kept. What is blank or not supplied now keeps what was known before, so that a gap
    /// in one export is no change when it closes.
    pub fn watched(&self, now: &Now<'_>, before: Option<&Watched>) -> Watched {
        let field = |field: &FieldId| {
            let name = now.policy.field(*field).name.clone();
            let kept = || before.and_then(|b| b.fields.get(&name).cloned().flatten());
            let value = kept_value(now, *field).or_else(kept);
            (name, value)
        };
        let events = match now.batch.events().supplied(now.lead) {
            true => Some(self.events(now)),
            false => before.and_then(|b| b.events.clone()),
        };
        let people = match now.batch.contacts().supplied(now.lead) {
            true => Some(self.people(now)),
            false => before.and_then(|b| b.people.clone()),
        };
        Watched {
            fields: self.fields.iter().map(field).collect(),
            events: events.filter(|_| !self.signals.is_empty()),
            people: people.filter(|_| self.people),
        }
    }

    fn events(&self, now: &Now<'_>) -> BTreeMap<String, Vec<String>> {
        let id = now.batch.id(now.lead);
        let of = |signal: &SignalId| {
            let name = &now.policy.signals[signal.index()].name;
            let mut seen: Vec<String> = events(now, *signal).map(|e| digest::event(id, name, e.at)).collect();
            seen.sort_unstable();
            (name.clone(), seen)
        };
        self.signals.iter().map(of).collect()
    }

    fn people(&self, now: &Now<'_>) -> Vec<String> {
        let id = now.batch.id(now.lead);
        let named = now.batch.contacts().of(now.lead).iter().map(|c| now.batch.text(c.person));
        let mut people: Vec<String> = named.filter(|n| !n.is_empty()).map(|n| digest::person(id, n)).collect();
        people.sort_unstable();
        people.dedup();
        people
    }
}

/// The events of a signal that have happened, newest first.
pub(super) fn events<'a>(
    now: &Now<'a>,
    signal: SignalId,
) -> impl Iterator<Item = &'a crate::engine::facts::EventFact> + use<'a> {
    let (batch, as_of) = (now.batch, now.decider.engine().as_of());
    batch.events().of(now.lead).iter().filter(move |e| e.at <= as_of && batch.kind(e.kind).contains(&signal))
}

/// The value of a field as it is kept; `None` is unknown.
pub(super) fn kept_value(now: &Now<'_>, field: FieldId) -> Option<String> {
    let value = now.decider.value(now.e, now.batch, now.lead, field)?;
    // What people wrote may name somebody.
    let free = matches!(now.policy.field(field).ty, FieldType::Text);
    Some(if free { digest::text(now.batch.id(now.lead), &value) } else { value })
}

/// What a trigger fires on, in the words of the language, without its condition and its reason.
pub fn trigger_words(policy: &Policy, trigger: &Trigger) -> String {
    let field = |f: &FieldId| policy.field(*f).name.as_str();
    let watched = |w: &Watches| match w {
        Watches::Field(f) => field(f).to_string(),
        Watches::Score(kind) => kind.name().to_string(),
    };
    match &trigger.kind {
        TriggerKind::Signals(signals) => {
            let names: Vec<&str> = signals.iter().map(|s| policy.signals[s.index()].name.as_str()).collect();
            names.join(", ")
        }
        TriggerKind::NewStakeholder => "new stakeholder".to_string(),
        TriggerKind::ChangeOf(f) => format!("change of {}", field(f)),
        TriggerKind::FromTo { field: f, from, to } => {
            let list = |values: &[u16]| {
                let names: Vec<String> = values.iter().map(|v| choice_name(policy, *f, *v)).collect();
                if names.len() == 1 { names[0].clone() } else { format!("[{}]", names.join(", ")) }
            };
            format!("{} from {} to {}", field(f), list(from), list(to))
        }
        TriggerKind::Rises(w) => format!("{} rises", watched(w)),
        TriggerKind::Falls(w) => format!("{} falls", watched(w)),
    }
}

/// The name of a choice, as values are shown.
pub(super) fn choice_name(policy: &Policy, field: FieldId, choice: u16) -> String {
    let ty = &policy.field(field).ty;
    match ty {
        FieldType::Boolean => if choice == 1 { "yes" } else { "no" }.to_string(),
        _ => ty.choices().and_then(|c| c.get(usize::from(choice))).map_or_else(String::new, |c| c.name.clone()),
    }
}
