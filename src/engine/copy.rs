//! A lead of a batch once more, so that something about it can be changed.

use super::facts::{Batch, Column, ContactFact, EventFact, NO_CHOICE, NO_DAY, NO_NUMBER, SetState};
use crate::policy::time::Day;
use crate::policy::{FieldId, Policy};

impl Batch {
    /// A batch of one lead alone, all that it is in another batch of the same policy.
    pub fn alone(policy: &Policy, from: &Batch, lead: usize) -> Batch {
        let mut one = Batch::new(policy);
        one.begin_like(from, lead, policy.fields.len());
        one.finish();
        one
    }

    /// Begins a lead that is all that a lead of another batch of the same policy is. It stays open, to be changed and finished.
    pub fn begin_like(&mut self, from: &Batch, lead: usize, fields: usize) {
        self.begin(from.id(lead));
        (0..fields as u16).for_each(|field| _ = self.copy_field(FieldId(field), from, lead));
        if from.contacts().supplied(lead) {
            self.supply_contacts();
        }
        for contact in from.contacts().of(lead) {
            let [person, title] = [contact.person, contact.title]
                .map(|text| if text.is_some() { self.store(from.text(text)) } else { text });
            self.push_contact(ContactFact { person, title, ..*contact });
        }
        if from.events().supplied(lead) {
            self.supply_events();
        }
        for event in from.events().of(lead) {
            let kind = self.kind_of(from.kind(event.kind));
            self.push_event(EventFact { kind, ..*event });
        }
    }

    /// Gives a field of the open lead the value that it has in a lead of another batch of the same policy; false, and nothing done, where it is
    /// not known there.
    pub fn copy_field(&mut self, field: FieldId, from: &Batch, lead: usize) -> bool {
        match from.column(field) {
            Column::Choice(v) if v[lead] != NO_CHOICE => self.set_choice(field, v[lead]),
            Column::Set { members, state } if state[lead] != SetState::Unknown => {
                self.set_members(field, members[lead], state[lead]);
            }
            Column::Number(v) if v[lead] != NO_NUMBER => self.set_number(field, v[lead]),
            Column::Date(v) if v[lead] != NO_DAY => self.set_day(field, Day(v[lead])),
            Column::Text(v) if v[lead].is_some() => self.set_text(field, from.text(v[lead])),
            _ => return false,
        }
        true
    }
}
