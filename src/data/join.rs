//! Contacts and events of a lead, nested in it or from files of their own, joined into the open lead.

use super::cell::Origin;
use super::contacts::RawContact;
use super::events::{Met, Passed, RawEvent, Taken};
use super::findings::{Findings, Key, Place, Reject, Severity};
use super::json::Said;
use super::reader::{Found, Origins, Reader, Scratch};
use super::side::{Joins, Side, SideRows};
use crate::engine::facts::{Batch, EventFact};
use crate::policy::BuiltIn;
use std::borrow::Cow;

/// What is known of one lead while its events are read.
struct Known<'a> {
    /// Names of contacts and their places; `None` where no contacts were supplied.
    people: Option<&'a [(String, u32)]>,
    /// Events that were met already.
    met: &'a mut Met,
}

impl Reader<'_> {
    /// Contacts first, because events name them.
    pub(super) fn join(
        &self,
        place: Place,
        said: &Said<'_>,
        batch: &mut Batch,
        scratch: &mut Scratch,
        found: &mut Found,
    ) {
        let sides = self.sides;
        let (id, by_email, by_account) = match (&sides.events, &sides.contacts) {
            (Side::Rows(_), _) | (_, Side::Rows(_)) => (
                batch.open_id().to_string(),
                batch.open_text(BuiltIn::Email.field()).map(str::to_string),
                self.policy.account.as_ref().and_then(|a| batch.open_text(a.by)).map(str::to_string),
            ),
            _ => (String::new(), None, None),
        };
        let Scratch {
            attributes,
            met,
            quiet,
            origins: Origins { events, contacts, side_events, side_contacts, .. },
            ..
        } = scratch;
        let mine = |rows: &SideRows| rows.of(&id, by_email.as_deref(), by_account.as_deref());
        let mut people: Vec<(String, u32)> = Vec::new();
        let contacts_supplied = sides.contacts.supplied() || said.has_contacts;
        if contacts_supplied {
            batch.supply_contacts();
        }
        contacts.place = place;
        for raw in &said.contacts {
            self.contact(raw, contacts, &mut people, batch, &mut found.findings);
        }
        if let Some(rows) = sides.contacts.rows() {
            for row in mine(rows) {
                let mut raw = RawContact::at_place(Place { line: rows.line(row), column: 1 });
                for (cell, column) in &self.contact_columns {
                    raw.set(*column, Cow::Borrowed(rows.cell(row, *cell)));
                }
                side_contacts.place = raw.place;
                self.contact(&raw, side_contacts, &mut people, batch, &mut found.findings);
            }
        }
        if sides.events.supplied() || said.has_events {
            batch.supply_events();
        }
        let people = contacts_supplied.then_some(people.as_slice());
        events.place = place;
        met.clear();
        let known = &mut Known { people, met };
        for raw in &said.events {
            match self.events.take(raw, attributes, events, &mut found.findings) {
                Ok(taken) => self.event(raw, taken, events, known, batch, found),
                Err(passed) => self.events.report(&passed, raw, events, &mut found.findings),
            }
        }
        if let Some(rows) = sides.events.rows() {
            known.met.clear();
            for row in mine(rows) {
                let raw = self.raw_event(rows, row);
                side_events.place = raw.place;
                // What cannot be read was told when the file was checked as a whole.
                if let Ok(taken) = self.events.take(&raw, attributes, side_events, quiet) {
                    self.event(&raw, taken, side_events, known, batch, found);
                }
            }
            if !quiet.is_empty() {
                *quiet = Findings::default();
            }
        }
    }

    fn raw_event<'r>(&self, rows: &'r SideRows, row: u32) -> RawEvent<'r> {
        let mut raw = RawEvent::at_place(Place { line: rows.line(row), column: 1 });
        for (cell, column) in &self.event_columns {
            raw.set(*column, Cow::Borrowed(rows.cell(row, *cell)));
        }
        raw
    }

    /// The same person twice is one person, with all roles and the furthest status.
    fn contact(
        &self,
        raw: &RawContact<'_>,
        origin: &Origin,
        people: &mut Vec<(String, u32)>,
        batch: &mut Batch,
        findings: &mut Findings,
    ) {
        let fact = self.contacts.fact(raw, batch, origin, findings);
        let keys: Vec<String> = self.contacts.keys_of(raw).collect();
        let same = keys.iter().find_map(|k| people.iter().find(|(p, _)| p.eq_ignore_ascii_case(k)).map(|(_, at)| *at));
        let at = match same {
            Some(at) => {
                batch.merge_contact(at, fact);
                let key = Key { kind: "repeated-person", file: origin.file.clone(), column: None, value: None };
                findings.count(key, Some(raw.place), Severity::Note, || {
                    ("a person of a lead is named again; both rows count as one person".to_string(), None)
                });
                at
            }
            None => batch.push_contact(fact),
        };
        people.extend(keys.into_iter().map(|k| (k, at)));
    }

    fn event(
        &self,
        raw: &RawEvent<'_>,
        taken: Taken<'_>,
        origin: &Origin,
        known: &mut Known<'_>,
        batch: &mut Batch,
        found: &mut Found,
    ) {
        let note = |kind, severity, message: String, help: Option<&str>, findings: &mut Findings| {
            let key = Key { kind, file: origin.file.clone(), column: None, value: None };
            findings.count(key, Some(raw.place), severity, || (message, help.map(str::to_string)));
        };
        if !known.met.insert(taken.same) {
            let message = "the same event again; it counts once".to_string();
            return note("repeated-event", Severity::Note, message, None, &mut found.findings);
        }
        if self.events.is_later(taken.at) {
            let message = "an event after the as-of has not happened yet and does not count".to_string();
            note("later-event", Severity::Note, message, None, &mut found.findings);
        }
        let who = raw.contact();
        let contact = known.people.filter(|_| self.events.says(who)).and_then(|people| {
            let met = people.iter().find(|(key, _)| key.eq_ignore_ascii_case(who)).map(|(_, at)| *at);
            if met.is_none() {
                let message = "an event is by somebody who is no contact of its lead; it counts, but for nobody's role";
                let help = Some("add the person to the contacts");
                note("unknown-person", Severity::Warning, message.to_string(), help, &mut found.findings);
            }
            met
        });
        let kind = batch.kind_of(&taken.signals);
        batch.push_event(EventFact { at: taken.at, kind, contact, channel: taken.channel });
    }
}

/// Looks at every row of the events file once, for all policies: what no policy can use is told, and rows without a time are rejected.
pub fn check_events(readers: &[Reader<'_>], found: &mut Found) {
    let Some(first) = readers.first() else { return };
    let Some(rows) = first.sides.events.rows() else { return };
    let mut scratch = first.scratch();
    let mut others: Vec<Batch> = readers.iter().map(|r| r.events.scratch()).collect();
    for row in 0..rows.len() as u32 {
        let raw = first.raw_event(rows, row);
        scratch.origins.side_events.place = raw.place;
        let origin = &scratch.origins.side_events;
        let passed = match first.events.take(&raw, &mut scratch.attributes, origin, &mut found.findings) {
            Ok(_) | Err(Passed::Condition) => continue,
            Err(passed) => passed,
        };
        let taken = readers.iter().zip(&mut others).skip(1).any(|(reader, attributes)| {
            let raw = reader.raw_event(rows, row);
            let taken = reader.events.take(&raw, attributes, origin, &mut scratch.quiet);
            matches!(taken, Ok(_) | Err(Passed::Condition))
        });
        if taken {
            continue;
        }
        match &passed {
            Passed::Time(reason) => {
                first.events.report(&passed, &raw, origin, &mut found.findings);
                let (file, reason) = (rows.file.clone(), reason.clone());
                found.rejects.push(Reject { file, place: raw.place, reason, raw: rows.raw(row) });
            }
            _ => first.events.report(&passed, &raw, origin, &mut found.findings),
        }
    }
}

/// How a header of events or contacts joins to leads.
pub fn joins<C: PartialEq>(header: &[String], column: impl Fn(&str) -> Option<C>, named: [C; 3]) -> Joins {
    let find = |wanted: &C| header.iter().position(|h| column(h).as_ref() == Some(wanted));
    Joins { lead: find(&named[0]), email: find(&named[1]), account: find(&named[2]), every: false }
}
