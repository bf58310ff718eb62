//! Which triggers of a policy fire for a lead, and on what evidence.

use super::digest;
use super::earlier::Earlier;
use super::plan::{Blind, Now, Plan, choice_name, events, kept_value};
use crate::engine::facts::EventFact;
use crate::policy::exact::Number;
use crate::policy::field::FieldType;
use crate::policy::steps::{Trigger, TriggerKind, Watched as Watches};
use crate::policy::time::{Day, Instant};
use crate::policy::{Atom, FieldId, Policy, ScoreKind, SignalId};
use crate::program::{NodeId, Op};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// A trigger that fired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fired {
    /// Its place among the triggers of the policy.
    pub trigger: usize,
    /// Not empty.
    pub evidence: Vec<Evidence>,
}

/// What a trigger fired on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// An event that was not seen before.
    Event {
        signal: String,
        at: Instant,
        channel: Option<String>,
        /// Who did it, where that is a contact of the lead.
        person: Option<String>,
        /// It happened before the earlier instant, and came into the data after it.
        late: bool,
    },
    /// Somebody who was no contact of the lead.
    Person {
        person: String,
        /// The title of the persona that the job title belongs to.
        persona: Option<String>,
        roles: Vec<String>,
    },
    /// A field with another value.
    Field { field: String, from: Was, to: String },
    /// A score with another band.
    Score { score: &'static str, from: String, to: String },
}

/// The earlier value of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Was {
    Unknown,
    Value(String),
    /// A free text, of which only a hash was kept.
    Text,
}

/// What fired, and what could not be told because it was not known earlier.
pub(super) struct Found {
    pub fired: Vec<Fired>,
    pub blind: BTreeSet<Blind>,
}

/// Holds every trigger against a lead. `kept`: the earlier lead was kept, not worked out, so that a gap in what it knows is worth telling.
pub(super) fn fired(plan: &Plan, now: &Now<'_>, earlier: &Earlier, kept: bool) -> Found {
    let mut look = Look { now, earlier, blind: BTreeSet::new() };
    let mut fired = Vec::new();
    for (at, (trigger, condition)) in now.policy.triggers.iter().zip(&plan.conditions).enumerate() {
        let evidence = look.evidence(trigger);
        let holds = || condition.is_none_or(|node| look.holds(node) == Some(true));
        if !evidence.is_empty() && holds() {
            fired.push(Fired { trigger: at, evidence });
        }
    }
    let blind = if kept { look.blind } else { BTreeSet::new() };
    Found { fired, blind }
}

struct Look<'l> {
    now: &'l Now<'l>,
    earlier: &'l Earlier,
    blind: BTreeSet<Blind>,
}

impl Look<'_> {
    fn evidence(&mut self, trigger: &Trigger) -> Vec<Evidence> {
        match &trigger.kind {
            TriggerKind::Signals(signals) => self.events(signals),
            TriggerKind::NewStakeholder => self.people(),
            TriggerKind::ChangeOf(field) => self.field(*field, |_, _| true),
            TriggerKind::FromTo { field, from, to } => {
                let policy = self.now.policy;
                let among = |list: &[u16], value: &str| list.iter().any(|c| choice_name(policy, *field, *c) == value);
                self.field(*field, |was, is| {
                    among(to, is) && (from.is_empty() || was.is_some_and(|was| among(from, was)))
                })
            }
            TriggerKind::Rises(watched) => self.moved(*watched, Ordering::Greater),
            TriggerKind::Falls(watched) => self.moved(*watched, Ordering::Less),
        }
    }

    /// Events that were not seen, newest first. Where nobody knows which were seen, those after the earlier instant.
    fn events(&mut self, signals: &[SignalId]) -> Vec<Evidence> {
        let (now, earlier) = (self.now, self.earlier);
        let mut found: Vec<(Instant, Evidence)> = Vec::new();
        // An event that is two of the signals is told once.
        let mut told: Vec<*const EventFact> = Vec::new();
        for signal in signals {
            let name = &now.policy.signals[signal.index()].name;
            let seen = earlier.watched.events.as_ref().and_then(|e| e.get(name));
            if seen.is_none() && now.batch.events().supplied(now.lead) {
                self.blind.insert(Blind::Events);
            }
            let mut left = seen.map(|list| counted(list));
            for event in events(now, *signal) {
                let after = event.at > earlier.as_of;
                let new = match &mut left {
                    Some(left) => !take(left, &digest::event(now.batch.id(now.lead), name, event.at)),
                    None => after,
                };
                if new && !told.contains(&std::ptr::from_ref(event)) {
                    told.push(event);
                    found.push((event.at, self.event(name, event, !after)));
                }
            }
        }
        found.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        found.into_iter().map(|(_, evidence)| evidence).collect()
    }

    fn event(&self, signal: &str, event: &EventFact, late: bool) -> Evidence {
        let now = self.now;
        let contact = event.contact.and_then(|c| now.batch.contacts().of(now.lead).get(c as usize));
        Evidence::Event {
            signal: signal.to_string(),
            at: event.at,
            channel: event.channel.map(|c| now.policy.channels[c.index()].clone()),
            person: contact.map(|c| now.batch.text(c.person).to_string()).filter(|p| !p.is_empty()),
            late,
        }
    }

    fn people(&mut self) -> Vec<Evidence> {
        let now = self.now;
        if !now.batch.contacts().supplied(now.lead) {
            return Vec::new();
        }
        let Some(known) = &self.earlier.watched.people else {
            self.blind.insert(Blind::People);
            return Vec::new();
        };
        let mut found: Vec<Evidence> = Vec::new();
        for contact in now.batch.contacts().of(now.lead) {
            let named = now.batch.text(contact.person);
            if named.is_empty() || known.contains(&digest::person(now.batch.id(now.lead), named)) {
                continue;
            }
            let roles = now.policy.committee.roles.iter().enumerate();
            let roles = roles.filter(|(i, _)| contact.roles & (1 << i) != 0).map(|(_, r)| r.name.clone());
            let one = Evidence::Person {
                person: named.to_string(),
                persona: contact.persona.map(|p| now.policy.personas[p.index()].title.clone()),
                roles: roles.collect(),
            };
            if !found.contains(&one) {
                found.push(one);
            }
        }
        found
    }

    /// A field with another value that is known, if a test takes what it was and what it is.
    fn field(&mut self, field: FieldId, takes: impl Fn(Option<&str>, &str) -> bool) -> Vec<Evidence> {
        let name = &self.now.policy.field(field).name;
        let Some(was) = self.earlier.watched.fields.get(name) else {
            self.blind.insert(Blind::Field(name.clone()));
            return Vec::new();
        };
        // A value that is gone says nothing new about the lead.
        let Some(is) = kept_value(self.now, field) else { return Vec::new() };
        if was.as_ref() == Some(&is) || !takes(was.as_deref(), &is) {
            return Vec::new();
        }
        let now = self.now;
        let shown = now.decider.value(now.e, now.batch, now.lead, field).unwrap_or(is);
        let from = match was {
            None => Was::Unknown,
            Some(text) if digest::is_text(text) => Was::Text,
            Some(text) => Was::Value(text.clone()),
        };
        vec![Evidence::Field { field: name.clone(), from, to: shown }]
    }

    fn moved(&mut self, watched: Watches, way: Ordering) -> Vec<Evidence> {
        match watched {
            Watches::Score(kind) => self.score(kind, way),
            Watches::Field(field) => {
                let policy = self.now.policy;
                self.field(field, |was, is| was.is_some_and(|was| compared(policy, field, was, is) == Some(way)))
            }
        }
    }

    /// The band of a score above or below the one it had. Bands stand highest first.
    fn score(&self, kind: ScoreKind, way: Ordering) -> Vec<Evidence> {
        let now = self.now;
        let Some(was) = self.earlier.place.as_ref().filter(|_| now.in_scope) else { return Vec::new() };
        let was = match kind {
            ScoreKind::Fit => &was.fit.band,
            ScoreKind::Intent => &was.intent.band,
        };
        let score = now.policy.score(kind);
        let is = score.band(now.e.score(kind, now.lead));
        let before = score.bands.iter().position(|b| b.name == *was);
        if before.is_none_or(|before| before.cmp(&is) != way) {
            return Vec::new();
        }
        vec![Evidence::Score { score: kind.name(), from: was.clone(), to: score.bands[is].name.clone() }]
    }

    /// The answer of a trigger's condition now. Only here is the earlier route known.
    fn holds(&self, node: NodeId) -> Option<bool> {
        let all = |parts: &[NodeId], decides: bool| {
            let mut open = false;
            for answer in parts.iter().map(|p| self.holds(*p)) {
                match answer {
                    Some(a) if a == decides => return Some(decides),
                    Some(_) => {}
                    None => open = true,
                }
            }
            (!open).then_some(!decides)
        };
        match &self.now.program.node(node).op {
            Op::Atom(Atom::PreviousRoute(outcomes)) => {
                let was = self.earlier.place.as_ref().map(|p| p.route.as_str());
                Some(outcomes.iter().any(|o| Some(self.now.policy.outcomes[o.index()].name.as_str()) == was))
            }
            Op::Always(_) | Op::Atom(_) => self.now.e.answer(node, self.now.lead),
            Op::Not(part) => self.holds(*part).map(|a| !a),
            Op::Confirmed(part) => Some(self.holds(*part) == Some(true)),
            Op::Unconfirmed(part) => Some(self.holds(*part) != Some(true)),
            Op::All(parts) => all(parts, false),
            Op::Any(parts) => all(parts, true),
        }
    }
}

/// How the later of two values compares with the earlier; `None` where one of them is no value of the field any more.
fn compared(policy: &Policy, field: FieldId, was: &str, is: &str) -> Option<Ordering> {
    match &policy.field(field).ty {
        FieldType::Number { .. } => Some(Number::parse(is)?.cmp(&Number::parse(was)?)),
        FieldType::Date => Some(Day::parse(is)?.cmp(&Day::parse(was)?)),
        FieldType::Ordered(choices) => {
            let place = |value: &str| choices.iter().position(|c| c.name == value);
            Some(place(is)?.cmp(&place(was)?))
        }
        _ => None,
    }
}

fn counted(list: &[String]) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    list.iter().for_each(|one| *counts.entry(one.as_str()).or_default() += 1);
    counts
}

/// Takes one away; false where there is none.
fn take(counts: &mut BTreeMap<&str, usize>, one: &str) -> bool {
    match counts.get_mut(one) {
        Some(n) if *n > 0 => {
            *n -= 1;
            true
        }
        _ => false,
    }
}
