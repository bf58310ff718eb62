//! Contacts and events of a lead, nested in it or from files of their own, joined into the open lead.

use super::cell::Origin;
use super::contacts::RawContact;
use super::events::{Passed, RawEvent, Taken};
use super::findings::{Findings, Key, Place, Reject, Severity};
use super::json::Said;
use super::people::{Across, Called, Met, Names, Source};
use super::reader::{Found, Origins, Reader, Scratch};
use super::side::{Joins, Side, SideRows};
use crate::engine::facts::{Batch, EventFact};
use crate::policy::BuiltIn;
use std::borrow::Cow;

/// A lead whose people and events are to be joined in. Where there are no files to join, `id`, `email` and `account` may be blank.
pub(super) struct OneLead<'j, 't> {
    pub place: Place,
    pub said: &'j Said<'t>,
    pub id: String,
    pub email: Option<String>,
    pub account: Option<String>,
}

impl OneLead<'_, '_> {
    /// Its rows in a file.
    fn rows(&self, side: &SideRows) -> Vec<u32> {
        side.of(&self.id, self.email.as_deref(), self.account.as_deref())
    }
}

/// All that people and events are read into: the open entry of a batch, and what the leads of an account share.
struct Into<'o> {
    across: Option<&'o mut Across>,
    batch: &'o mut Batch,
    scratch: &'o mut Scratch,
    found: &'o mut Found,
}

/// Whose contact a row names, and where it stands.
struct Whose<'a> {
    /// The place of the lead among those that are read into one entry of the batch.
    lead: usize,
    origin: &'a Origin,
    /// Whether it stands in a file of contacts, and not in the lead.
    of_file: bool,
}

/// What is known of one lead while its events are read.
struct Known<'a> {
    /// Its place among those that are read into one entry of the batch.
    lead: usize,
    email: Option<&'a str>,
    /// Its people; `None` where no contacts were supplied.
    people: Option<&'a Names>,
    /// Events that were met already.
    met: &'a mut Met,
    across: Option<&'a mut Across>,
}

impl Reader<'_> {
    /// The open lead of a batch, to be joined.
    pub(super) fn open_lead<'j, 't>(&self, place: Place, said: &'j Said<'t>, batch: &Batch) -> OneLead<'j, 't> {
        let (id, email, account) = match (&self.sides.events, &self.sides.contacts) {
            (Side::Rows(_), _) | (_, Side::Rows(_)) => (
                batch.open_id().to_string(),
                batch.open_text(BuiltIn::Email.field()).map(str::to_string),
                self.policy.account.as_ref().and_then(|a| batch.open_text(a.by)).map(str::to_string),
            ),
            _ => (String::new(), None, None),
        };
        OneLead { place, said, id, email, account }
    }

    /// Contacts and events of the open entry of a batch: one lead, or all leads of an account with what they share. Contacts come first, because
    /// events name them.
    pub(super) fn join(
        &self,
        leads: &[OneLead<'_, '_>],
        across: Option<&mut Across>,
        batch: &mut Batch,
        scratch: &mut Scratch,
        found: &mut Found,
    ) {
        let sides = self.sides;
        let contacts_supplied = sides.contacts.supplied() || leads.iter().any(|l| l.said.has_contacts);
        let events_supplied = sides.events.supplied() || leads.iter().any(|l| l.said.has_events);
        if contacts_supplied {
            batch.supply_contacts();
        }
        if events_supplied {
            batch.supply_events();
        }
        for lead in leads {
            let partly = [
                ("contacts", contacts_supplied && !sides.contacts.supplied() && !lead.said.has_contacts),
                ("behaviour", events_supplied && !sides.events.supplied() && !lead.said.has_events),
            ];
            partly
                .iter()
                .filter(|(_, is)| *is)
                .for_each(|(what, _)| self.partly(what, lead.place, &mut found.findings));
        }
        let into = &mut Into { across, batch, scratch, found };
        let mut names = Names::default();
        if let [lead] = leads {
            self.contacts(0, lead, &mut names, into);
            return self.events(0, lead, contacts_supplied.then_some(&names), into);
        }
        let mut all = Vec::with_capacity(leads.len());
        for (at, lead) in leads.iter().enumerate() {
            self.contacts(at, lead, &mut names, into);
            all.push(std::mem::take(&mut names));
        }
        for ((at, lead), names) in leads.iter().enumerate().zip(&all) {
            self.events(at, lead, contacts_supplied.then_some(names), into);
        }
    }

    /// Says that of the leads of an account only some bring a kind of data; what they bring counts, and the rest is not known.
    fn partly(&self, what: &'static str, place: Place, findings: &mut Findings) {
        let key = Key { kind: "partly-supplied", file: self.file.clone(), column: Some(what.into()), value: None };
        findings.count(key, Some(place), Severity::Warning, || {
            let message = format!(
                "a lead brings no {what} while others of its account do; the account is decided by what they bring"
            );
            (message, Some(format!("give each lead its {what}, an empty list where there is nothing")))
        });
    }

    fn contacts(&self, at: usize, lead: &OneLead<'_, '_>, names: &mut Names, into: &mut Into<'_>) {
        let Into { across, batch, scratch, found } = into;
        let findings = &mut found.findings;
        let Origins { contacts, side_contacts, .. } = &mut scratch.origins;
        contacts.place = lead.place;
        for raw in &lead.said.contacts {
            let whose = Whose { lead: at, origin: contacts, of_file: false };
            self.contact(raw, whose, names, across.as_deref_mut(), batch, findings);
        }
        let Some(rows) = self.sides.contacts.rows() else { return };
        for row in lead.rows(rows) {
            let mut raw = RawContact::at_place(Place { line: rows.line(row), column: 1 });
            for (cell, column) in &self.contact_columns {
                raw.set(*column, Cow::Borrowed(rows.cell(row, *cell)));
            }
            side_contacts.place = raw.place;
            // A row that another lead of the account has taken is here only for the names that events may use.
            if let Some(person) = across.as_ref().and_then(|a| a.contact_rows.get(&row)).copied() {
                self.contacts.keys_of(&raw).into_iter().flatten().for_each(|key| names.add(key, person));
                continue;
            }
            let whose = Whose { lead: at, origin: side_contacts, of_file: true };
            let person = self.contact(&raw, whose, names, across.as_deref_mut(), batch, findings);
            if let Some(across) = across {
                across.contact_rows.insert(row, person);
            }
        }
    }

    fn events(&self, at: usize, lead: &OneLead<'_, '_>, people: Option<&Names>, into: &mut Into<'_>) {
        let Into { across, batch, scratch, found } = into;
        let Scratch { attributes, met, quiet, origins: Origins { events, side_events, .. }, .. } = &mut **scratch;
        events.place = lead.place;
        met.clear();
        let across = across.as_deref_mut();
        let known = &mut Known { lead: at, email: lead.email.as_deref(), people, met, across };
        for raw in &lead.said.events {
            match self.events.take(raw, attributes, events, &mut found.findings) {
                Ok(taken) => self.event(raw, taken, (events, Source::Lead), known, batch, found),
                Err(passed) => self.events.report(&passed, raw, events, &mut found.findings),
            }
        }
        let Some(rows) = self.sides.events.rows() else { return };
        known.met.clear();
        for row in lead.rows(rows) {
            if known.across.as_deref_mut().is_some_and(|a| !a.event_rows.insert(row)) {
                continue;
            }
            let raw = self.raw_event(rows, row);
            side_events.place = raw.place;
            // What cannot be read was told when the file was checked as a whole.
            if let Ok(taken) = self.events.take(&raw, attributes, side_events, quiet) {
                self.event(&raw, taken, (side_events, Source::File), known, batch, found);
            }
        }
        if !quiet.is_empty() {
            *quiet = Findings::default();
        }
    }

    fn raw_event<'r>(&self, rows: &'r SideRows, row: u32) -> RawEvent<'r> {
        let mut raw = RawEvent::at_place(Place { line: rows.line(row), column: 1 });
        for (cell, column) in &self.event_columns {
            raw.set(*column, Cow::Borrowed(rows.cell(row, *cell)));
        }
        raw
    }

    /// The same person twice is one person, with all roles and the furthest status. Gives the place of the person.
    fn contact(
        &self,
        raw: &RawContact<'_>,
        Whose { lead, origin, of_file }: Whose<'_>,
        names: &mut Names,
        across: Option<&mut Across>,
        batch: &mut Batch,
        findings: &mut Findings,
    ) -> u32 {
        let fact = self.contacts.fact(raw, batch, origin, findings);
        let [email, id] = self.contacts.keys_of(raw);
        let called = Called { email, id, of_file };
        let here = called.email.iter().chain(&called.id).find_map(|name| names.get(name));
        if here.is_some() {
            let key = Key { kind: "repeated-person", file: origin.file.clone(), column: None, value: None };
            findings.count(key, Some(raw.place), Severity::Note, || {
                ("a person of a lead is named again; both rows count as one person".to_string(), None)
            });
        }
        let there = here.or_else(|| across.as_ref().and_then(|a| a.find(&called)));
        let at = match there {
            Some(at) => {
                batch.merge_contact(at, fact);
                at
            }
            None => batch.push_contact(fact),
        };
        if let Some(across) = across {
            across.add(&called, at);
            match (here, there) {
                (Some(_), _) => {}
                (None, Some(_)) => across.pooled.people_merged += 1,
                (None, None) => {
                    across.pooled.people += 1;
                    across.brought.push(lead as u32);
                }
            }
        }
        let Called { email, id, .. } = called;
        email.into_iter().chain(id).for_each(|name| names.add(name, at));
        at
    }

    fn event(
        &self,
        raw: &RawEvent<'_>,
        taken: Taken<'_>,
        (origin, source): (&Origin, Source),
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
        let who = Some(raw.contact()).filter(|who| self.events.says(who)).unwrap_or("");
        let named = known.people.filter(|_| !who.is_empty());
        let contact = named
            .and_then(|names| names.get(who).or_else(|| known.across.as_ref().and_then(|across| across.named(who))));
        if let Some(across) = known.across.as_deref_mut() {
            if !across.is_new(raw, &taken, source, who, contact, (known.lead, known.email)) {
                across.pooled.events_merged += 1;
                return;
            }
            across.pooled.events += 1;
        }
        if self.events.is_later(taken.at) {
            let message = "an event after the as-of has not happened yet and does not count".to_string();
            note("later-event", Severity::Note, message, None, &mut found.findings);
        }
        if named.is_some() && contact.is_none() {
            let message = "an event is by somebody who is no contact of its lead; it counts, but for nobody's role";
            let help = Some("add the person to the contacts");
            note("unknown-person", Severity::Warning, message.to_string(), help, &mut found.findings);
        }
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
