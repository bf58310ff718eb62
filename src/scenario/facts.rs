//! The lead of a test as facts. Without given events or people there are none; fields that are not given are unknown.

use crate::engine::facts::{Batch, ContactFact, EventFact, SetState, TextRef};
use crate::policy::scenario::{Given, Test};
use crate::policy::{Policy, RoleId};

/// A batch with the one lead of a test.
pub fn batch(policy: &Policy, test: &Test) -> Batch {
    let mut batch = Batch::new(policy);
    add(policy, test, &mut batch);
    batch
}

/// Adds the lead of a test to a batch of its policy.
pub fn add(policy: &Policy, test: &Test, batch: &mut Batch) {
    batch.begin(&test.title);
    batch.supply_events();
    batch.supply_contacts();
    for (field, given) in &test.fields {
        match given {
            Given::Choice(choice) => batch.set_choice(*field, *choice),
            Given::Set(members) => {
                let bits = members.iter().fold(0, |bits, m| bits | 1 << m);
                batch.set_members(*field, bits, SetState::Known);
            }
            Given::Number(number) => batch.set_number(*field, *number),
            Given::Day(day) => batch.set_day(*field, *day),
            Given::Text(text) => batch.set_text(*field, text.trim()),
        }
    }
    for (RoleId(role), status) in &test.roles {
        let person = batch.store(&policy.committee.roles[usize::from(*role)].label());
        batch.push_contact(ContactFact {
            roles: 1 << role,
            status: Some(*status),
            persona: None,
            person,
            title: TextRef::NONE,
        });
    }
    for event in &test.events {
        let kind = batch.kind_of(&[event.signal]);
        batch.push_event(EventFact { at: event.at, kind, contact: None, channel: None });
    }
    batch.finish();
}
