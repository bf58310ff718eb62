//! Random leads near the constants of their policy, and their completions.

use super::Draw;
use super::walk::Constants;
use crate::reference::lead::{Contact, Event, Lead, Value};
use rubric::policy::field::FieldType;
use rubric::policy::people::RoleStatus;
use rubric::policy::time::{DAY_MICROS, Instant};
use rubric::policy::{BuiltIn, Policy, SignalId};
use std::collections::BTreeSet;

const TEXTS: [&str; 10] = [
    "alpha",
    "ALPHA",
    "beta one",
    "the beta one, and gamma",
    "gamma rays",
    "After Hours",
    "nursing after-hours",
    "nurse",
    "Ålpha x",
    "nothing of the kind",
];

/// Draws leads for one policy at one instant.
pub struct Leads<'p> {
    policy: &'p Policy,
    as_of: Instant,
    constants: Constants,
}

impl<'p> Leads<'p> {
    /// For a policy and an as-of.
    pub fn new(policy: &'p Policy, as_of: Instant) -> Leads<'p> {
        Leads { policy, as_of, constants: Constants::of(policy, as_of.day(policy.offset)) }
    }

    /// A lead.
    pub fn lead(&self, draw: &mut Draw, id: String) -> Lead {
        let unknown = *draw.pick(&[30, 10, 60, 90]);
        let mut fields: Vec<Value> = (0..self.policy.fields.len())
            .map(|field| if draw.chance(unknown) { Value::Unknown } else { self.value(draw, field) })
            .collect();
        fields[BuiltIn::Id as usize] = Value::Text(id.clone());
        let contacts = draw.chance(80).then(|| self.contacts(draw));
        let people = contacts.as_ref().map_or(0, Vec::len);
        let events = draw.chance(80).then(|| self.events(draw, people));
        Lead { id, fields, events, contacts }
    }

    /// The lead with some of what is unknown answered. What the CRM says of itself stays.
    pub fn completion(&self, draw: &mut Draw, lead: &Lead) -> Lead {
        let mut whole = lead.clone();
        let answered = *draw.pick(&[100, 50, 85]);
        for field in BuiltIn::ALL.len()..whole.fields.len() {
            if draw.chance(answered) {
                self.answer(draw, field, &mut whole.fields[field]);
            }
        }
        whole
    }

    /// The lead with one open field answered.
    pub fn answered(&self, draw: &mut Draw, lead: &Lead, field: usize) -> Lead {
        let mut whole = lead.clone();
        self.answer(draw, field, &mut whole.fields[field]);
        whole
    }

    fn answer(&self, draw: &mut Draw, field: usize, value: &mut Value) {
        match value {
            Value::Unknown => *value = self.value(draw, field),
            Value::Set { members, open: open @ true } => {
                let Value::Set { members: more, open: still } = self.value(draw, field) else { return };
                members.extend(more);
                *open = still;
            }
            _ => {}
        }
    }

    fn value(&self, draw: &mut Draw, field: usize) -> Value {
        match &self.policy.fields[field].ty {
            FieldType::Choice(c) | FieldType::Ordered(c) if c.is_empty() => Value::Unknown,
            FieldType::Choice(c) | FieldType::Ordered(c) => Value::Choice(draw.below(c.len()) as u16),
            FieldType::Boolean => Value::Choice(draw.below(2) as u16),
            FieldType::Set(c) => {
                let chance = *draw.pick(&[30, 0, 70]);
                let members = (0..c.len() as u16).filter(|_| draw.chance(chance)).collect();
                Value::Set { members, open: draw.chance(25) }
            }
            FieldType::Number { low, high, .. } => {
                let known = &self.constants.numbers[field];
                let near = if known.is_empty() { 0 } else { *draw.pick(known) };
                let number = near + draw.pick(&[0, 1, -1, 10_000, -10_000, 1_000_000_000]);
                let (low, high) = (low.map_or(i64::MIN, |n| n.0), high.map_or(i64::MAX, |n| n.0));
                Value::Number(number.clamp(low, high))
            }
            FieldType::Date => {
                let near = *draw.pick(&self.constants.days[field]);
                Value::Day(near.plus(*draw.pick(&[0, 1, -1, 20, -20])))
            }
            FieldType::Text => Value::Text(draw.pick(&TEXTS).to_string()),
        }
    }

    fn contacts(&self, draw: &mut Draw) -> Vec<Contact> {
        let roles = self.policy.committee.roles.len() as u16;
        let contact = |draw: &mut Draw, i: usize| Contact {
            roles: (0..roles).filter(|_| draw.chance(45)).collect::<BTreeSet<u16>>(),
            status: draw.chance(40).then(|| *draw.pick(&RoleStatus::ALL)),
            person: if draw.chance(90) { format!("person{i}@example.com") } else { String::new() },
        };
        (0..draw.below(4)).map(|i| contact(draw, i)).collect()
    }

    fn events(&self, draw: &mut Draw, people: usize) -> Vec<Event> {
        let signals: Vec<SignalId> = (0..self.policy.signals.len() as u16).map(SignalId).collect();
        if signals.is_empty() {
            return Vec::new();
        }
        let mut events: Vec<Event> = Vec::new();
        for _ in 0..draw.below(7) {
            let signal = *draw.pick(&signals);
            let mut one = vec![signal];
            if draw.chance(15) {
                one.extend(signals.iter().filter(|s| **s != signal && draw.chance(40)));
                one.sort_unstable();
            }
            let at = match events.last() {
                Some(last) if draw.chance(10) => last.at,
                _ => self.moment(draw),
            };
            let contact = (people > 0 && draw.chance(70)).then(|| draw.below(people));
            events.push(Event { at, signals: one, contact });
        }
        events
    }

    /// At the as-of, after it, or at the edge of some window or half-life.
    fn moment(&self, draw: &mut Draw) -> Instant {
        let edge = *draw.pick(&[0, 0, 1, -1]);
        let age = match draw.below(5) {
            0 => 0,
            1 => draw.between(0, 400) * DAY_MICROS / 2,
            2 => i64::from(*draw.pick(&self.constants.windows)) * DAY_MICROS * draw.between(1, 4),
            3 => -DAY_MICROS * draw.between(0, 3),
            _ => i64::from(*draw.pick(&self.constants.windows)) * DAY_MICROS,
        };
        Instant(self.as_of.0 - age + edge)
    }
}
