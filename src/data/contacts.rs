//! Contacts: rows of people to the roles they hold.

use super::cell::Origin;
use super::findings::{Findings, Key, Place, Severity, shown};
use super::spellings::Spellings;
use crate::engine::facts::{Batch, ContactFact, TextRef};
use crate::policy::import::Import;
use crate::policy::people::RoleStatus;
use crate::policy::text::{UNKNOWN_SPELLINGS, fold, nearest};
use crate::policy::{Policy, RoleId};
use hashbrown::HashMap;
use std::borrow::Cow;

/// What a column of a contact row holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContactColumn {
    Id,
    Lead,
    Email,
    Account,
    Title,
    Role,
    Status,
}

/// How many kinds of columns there are.
const COLUMNS: usize = 7;

/// One contact as written, each cell trimmed by whoever reads it.
#[derive(Clone, Debug, Default)]
pub struct RawContact<'a> {
    cells: [Cow<'a, str>; COLUMNS],
    pub place: Place,
}

impl<'a> RawContact<'a> {
    /// A blank row.
    pub fn at_place(place: Place) -> RawContact<'a> {
        RawContact { place, ..RawContact::default() }
    }

    /// Sets a cell; the first that is not blank counts.
    pub fn set(&mut self, column: ContactColumn, text: Cow<'a, str>) {
        let cell = &mut self.cells[column as usize];
        if cell.trim().is_empty() {
            *cell = text;
        }
    }

    /// A trimmed cell; empty where it is blank.
    pub fn cell(&self, column: ContactColumn) -> &str {
        self.cells[column as usize].trim()
    }
}

/// How contacts are read for one policy.
#[derive(Clone, Debug)]
pub struct ContactPlan<'p> {
    policy: &'p Policy,
    columns: HashMap<String, ContactColumn>,
    roles: HashMap<String, RoleId>,
    unknown: Spellings,
}

impl<'p> ContactPlan<'p> {
    /// For a policy and the way its contacts are written.
    pub fn new(policy: &'p Policy, import: Option<&Import>) -> ContactPlan<'p> {
        use ContactColumn::*;
        let account = policy.account.as_ref().map(|a| policy.field(a.by));
        let mut named =
            vec![("id", Id), ("lead", Lead), ("email", Email), ("title", Title), ("role", Role), ("status", Status)];
        if let Some(field) = account {
            named.push((field.name.as_str(), Account));
        }
        let mut columns = HashMap::new();
        for (name, headers) in import.map_or(&[][..], |i| &i.contacts.columns) {
            if let Some((_, column)) = named.iter().find(|(n, _)| n == name) {
                headers.iter().for_each(|h| _ = columns.entry(fold(h)).or_insert(*column));
            }
        }
        for (name, column) in named {
            columns.entry(fold(name)).or_insert(column);
        }
        for header in account.map_or(&[][..], |f| &f.columns) {
            columns.entry(fold(header)).or_insert(Account);
        }
        let roles = policy.committee.roles.iter().enumerate();
        let more = import.into_iter().flat_map(|i| i.contacts.settings.unknown.iter().cloned());
        let unknown = Spellings::new(UNKNOWN_SPELLINGS.iter().map(|s| s.to_string()).chain(more));
        let roles = roles.map(|(i, r)| (fold(&r.name), RoleId(i as u16))).collect();
        ContactPlan { policy, columns, roles, unknown }
    }

    /// What a header or key holds.
    pub fn column(&self, header: &str) -> Option<ContactColumn> {
        self.columns.get(&fold(header.trim_start_matches('\u{feff}'))).copied()
    }

    /// The email and the id of a contact, in lower case: events name a person by them, and the same person twice is seen by them.
    pub fn keys_of(&self, raw: &RawContact<'_>) -> [Option<String>; 2] {
        let key = |column| Some(raw.cell(column).to_ascii_lowercase()).filter(|k| !self.unknown.hold(k));
        [key(ContactColumn::Email), key(ContactColumn::Id)]
    }

    /// What one contact is; its words that name nothing are reported.
    pub fn fact(&self, raw: &RawContact<'_>, batch: &mut Batch, file: &Origin, findings: &mut Findings) -> ContactFact {
        let known = |column| Some(raw.cell(column)).filter(|text| !self.unknown.hold(text));
        let title = known(ContactColumn::Title);
        let persona = title.and_then(|t| self.policy.persona_of(t));
        let stated = known(ContactColumn::Role).and_then(|role| {
            let found = self.roles.get(&fold(role)).copied();
            if found.is_none() {
                let names = self.policy.committee.roles.iter().map(|r| r.name.as_str());
                unknown_word("unknown-role", "role", role, nearest(role, names), raw.place, file, findings);
            }
            found
        });
        let roles = match stated {
            Some(role) => 1 << role.0,
            None => persona.map_or(0, |p| self.policy.roles_from(p).fold(0, |bits, r| bits | 1 << r.0)),
        };
        let status = known(ContactColumn::Status).and_then(|word| {
            let found = RoleStatus::from_word(word);
            if found.is_none() {
                let near = nearest(word, RoleStatus::ALL.map(RoleStatus::word));
                unknown_word("unknown-status", "status", word, near, raw.place, file, findings);
            }
            found
        });
        let shown = [ContactColumn::Email, ContactColumn::Id, ContactColumn::Title].into_iter().find_map(known);
        let person = shown.map_or(TextRef::NONE, |text| batch.store(text));
        let title = title.map_or(TextRef::NONE, |text| batch.store(text));
        ContactFact { roles, status, persona, person, title }
    }
}

fn unknown_word(
    kind: &'static str,
    what: &str,
    word: &str,
    near: Option<&str>,
    place: Place,
    origin: &Origin,
    findings: &mut Findings,
) {
    let key = Key { kind, file: origin.file.clone(), column: Some(what.into()), value: Some(shown(word).into()) };
    findings.count(key, Some(place), Severity::Warning, || {
        let message = format!("a contact's {what} `{}` is not one Rubric knows and is left aside", shown(word));
        (message, near.map(|n| format!("did you mean `{n}`?")))
    });
}
