//! One lead, as plainly as it can be written: a value for each field, the events, the contacts.
//!
//! Also how such a lead is put into a batch of the engine; nothing else here knows the engine.

use rubric::engine::facts::{Batch, ContactFact, EventFact, SetState, TextRef};
use rubric::policy::people::RoleStatus;
use rubric::policy::time::{Day, Instant};
use rubric::policy::{FieldId, SignalId};
use std::collections::BTreeSet;

/// What is known of one field.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Unknown,
    /// A choice, ordered value, boolean (0 no, 1 yes) or stage (not counting `none`).
    Choice(u16),
    /// The members that are known; `open` where there may be more.
    Set {
        members: BTreeSet<u16>,
        open: bool,
    },
    /// In millionths.
    Number(i64),
    Day(Day),
    Text(String),
}

impl Value {
    /// Whether a completion may change it.
    pub fn is_open(&self) -> bool {
        matches!(self, Value::Unknown | Value::Set { open: true, .. })
    }
}

/// Something a person did.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    pub at: Instant,
    /// Ascending, not empty.
    pub signals: Vec<SignalId>,
    /// The place among the contacts of who did it.
    pub contact: Option<usize>,
}

/// A person.
#[derive(Clone, Debug, PartialEq)]
pub struct Contact {
    pub roles: BTreeSet<u16>,
    /// What the data states.
    pub status: Option<RoleStatus>,
    pub person: String,
}

/// A lead.
#[derive(Clone, Debug, PartialEq)]
pub struct Lead {
    pub id: String,
    /// One for each field of the policy, built-in ones first.
    pub fields: Vec<Value>,
    /// `None`: behaviour was not supplied.
    pub events: Option<Vec<Event>>,
    /// `None`: contacts were not supplied.
    pub contacts: Option<Vec<Contact>>,
}

impl Lead {
    /// Adds the lead to a batch.
    pub fn feed(&self, batch: &mut Batch) {
        batch.begin(&self.id);
        for (field, value) in self.fields.iter().enumerate() {
            feed_value(batch, FieldId(field as u16), value);
        }
        if let Some(contacts) = &self.contacts {
            batch.supply_contacts();
            for contact in contacts {
                let person = batch.store(&contact.person);
                let roles = contact.roles.iter().fold(0, |bits, role| bits | 1 << role);
                batch.push_contact(ContactFact {
                    roles,
                    status: contact.status,
                    persona: None,
                    person,
                    title: TextRef::NONE,
                });
            }
        }
        if let Some(events) = &self.events {
            batch.supply_events();
            for event in events {
                let kind = batch.kind_of(&event.signals);
                batch.push_event(EventFact {
                    at: event.at,
                    kind,
                    contact: event.contact.map(|c| c as u32),
                    channel: None,
                });
            }
        }
        batch.finish();
    }
}

fn feed_value(batch: &mut Batch, field: FieldId, value: &Value) {
    match value {
        Value::Unknown => {}
        Value::Choice(choice) => batch.set_choice(field, *choice),
        Value::Set { members, open } => {
            let bits = members.iter().fold(0, |bits, member| bits | 1 << member);
            batch.set_members(field, bits, if *open { SetState::Open } else { SetState::Known });
        }
        Value::Number(number) => batch.set_number(field, *number),
        Value::Day(day) => batch.set_day(field, *day),
        Value::Text(text) => batch.set_text(field, text),
    }
}
