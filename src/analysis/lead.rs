//! A possible lead: found by the solver, made as simple as can be, and decided by the engine like any other.

use super::encode::Encoding;
use super::simplify::{Inputs, holds};
use super::solver::{Answer, Lit};
use crate::engine::facts::{Batch, ContactFact, EventFact, SetState, TextRef};
use crate::policy::people::RoleStatus;
use crate::policy::scenario::Given;
use crate::policy::time::Instant;
use crate::policy::{FieldId, Policy, RoleId, SignalId};

/// A lead that is possible as far as the schema says.
#[derive(Clone, Debug)]
pub struct Lead {
    /// Known fields in the order of the policy; a multi-select may be open.
    pub fields: Vec<(FieldId, Given, SetState)>,
    /// Roles that somebody holds, each by a person of their own.
    pub roles: Vec<(RoleId, RoleStatus)>,
    /// Which signals each event is, and its age in microseconds.
    pub events: Vec<(Vec<SignalId>, i64)>,
    pub events_supplied: bool,
    pub contacts_supplied: bool,
    /// Whether a text would have to be found that was not.
    pub without_words: bool,
}

impl Encoding<'_> {
    /// The simplest lead for which some literals hold; each question to the solver may take so many conflicts. `None`: there is none.
    pub fn lead(&mut self, wanted: &[Lit], conflicts: u64) -> Result<Option<Lead>, OutOfBudget> {
        match self.gates.solve(wanted, conflicts) {
            Answer::No => return Ok(None),
            Answer::Unknown => return Err(OutOfBudget),
            Answer::Yes => {}
        }
        let inputs = Inputs { behaviour: vec![&self.behaviour], people: vec![&self.people], spaces: vec![&self.space] };
        let simplest = inputs.simplest(wanted, &[], &mut self.gates, conflicts);
        Ok(Some(self.read(&|l| holds(&simplest.values, l))))
    }

    /// The lead that the solver found last.
    pub fn found(&self) -> Lead {
        self.read(&|l| self.gates.value(l))
    }

    /// A lead from the values of its literals.
    pub fn read(&self, holds: &dyn Fn(Lit) -> bool) -> Lead {
        let mut without_words = false;
        let mut fields = Vec::new();
        for (field, given, state) in self.space.values(holds) {
            match given {
                Some(given) => fields.push((field, given, state)),
                None => without_words = true,
            }
        }
        Lead {
            fields,
            roles: self.people.held(holds),
            events: self.behaviour.events(holds),
            events_supplied: holds(self.behaviour.supplied),
            contacts_supplied: holds(self.people.supplied),
            without_words,
        }
    }
}

/// A question took more conflicts than it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfBudget;

impl Lead {
    /// The lead as the engine reads it.
    pub fn batch(&self, policy: &Policy, as_of: Instant) -> Batch {
        let mut batch = Batch::new(policy);
        batch.begin("possible");
        if self.events_supplied {
            batch.supply_events();
        }
        if self.contacts_supplied {
            batch.supply_contacts();
        }
        self.fields.iter().for_each(|(field, given, state)| give(&mut batch, *field, given, *state));
        for (role, status) in &self.roles {
            let person = batch.store(&policy.committee.roles[role.index()].label());
            batch.push_contact(ContactFact {
                roles: 1 << role.0,
                status: Some(*status),
                persona: None,
                person,
                title: TextRef::NONE,
            });
        }
        for (signals, age) in &self.events {
            let kind = batch.kind_of(signals);
            batch.push_event(EventFact { at: Instant(as_of.0 - age), kind, contact: None, channel: None });
        }
        batch.finish();
        batch
    }
}

/// Gives a field of the open lead of a batch a value.
pub fn give(batch: &mut Batch, field: FieldId, given: &Given, state: SetState) {
    match given {
        Given::Choice(choice) => batch.set_choice(field, *choice),
        Given::Set(members) => batch.set_members(field, members.iter().fold(0, |b, m| b | 1 << m), state),
        Given::Number(number) => batch.set_number(field, *number),
        Given::Day(day) => batch.set_day(field, *day),
        Given::Text(text) => batch.set_text(field, text),
    }
}
