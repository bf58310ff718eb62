//! Who is who: the people of a lead by what names them, and the people and events of an account across its leads.

use super::events::{RawEvent, Same, Taken};
use crate::engine::rolled::Pooled;
use hashbrown::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// How many names are looked through one by one.
const FEW: usize = 16;

/// The people of one lead by email and id; ASCII case is ignored, and the first of a name counts.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// The first ones: looking through a few is faster than a table.
    few: Vec<(String, u32)>,
    /// In lower case.
    many: HashMap<String, u32>,
}

impl Names {
    /// The contact of a name.
    pub fn get(&self, name: &str) -> Option<u32> {
        let few = self.few.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, at)| *at);
        few.or_else(|| match self.many.is_empty() {
            true => None,
            false => self.many.get(&name.to_ascii_lowercase()).copied(),
        })
    }

    /// Notes a name in lower case of a contact.
    pub fn add(&mut self, name: String, at: u32) {
        if self.few.len() < FEW {
            self.few.push((name, at));
        } else {
            self.many.entry(name).or_insert(at);
        }
    }
}

/// What somebody is called.
pub(super) struct Called {
    /// In lower case.
    pub email: Option<String>,
    /// In lower case.
    pub id: Option<String>,
    /// Whether the id is one of a system, as in a file of contacts, or may be one that only the own lead knows.
    pub of_file: bool,
}

/// Where an event comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Source {
    Lead,
    File,
}

/// Whose an event is.
#[derive(Hash)]
enum Doer {
    Contact(u32),
    Named(String),
    /// Nobody is named: the lead itself, by its place.
    Lead(usize),
}

/// What the leads of an account share while they are read one after another.
#[derive(Debug, Default)]
pub(super) struct Across {
    /// Emails, and ids of files of contacts.
    people: HashMap<String, u32>,
    events: HashSet<u64>,
    /// Rows of the files of contacts that were taken, with who they are, and rows of behaviour: several leads may claim one.
    pub contact_rows: HashMap<u32, u32>,
    pub event_rows: HashSet<u32>,
    pub pooled: Pooled,
    /// By contact: the place of the lead that named the person first.
    pub brought: Vec<u32>,
}

impl Across {
    /// Somebody whom another lead named: by email, else by the id of a file.
    pub fn find(&self, called: &Called) -> Option<u32> {
        let id = called.id.as_ref().filter(|_| called.of_file);
        called.email.iter().chain(id).find_map(|name| self.people.get(name)).copied()
    }

    /// Notes what a contact is called.
    pub fn add(&mut self, called: &Called, at: u32) {
        let id = called.id.as_ref().filter(|_| called.of_file);
        called.email.iter().chain(id).for_each(|name| _ = self.people.entry_ref(name.as_str()).or_insert(at));
    }

    /// The contact of a name that the own lead does not know.
    pub fn named(&self, name: &str) -> Option<u32> {
        self.people.get(&name.to_ascii_lowercase()).copied()
    }

    /// Notes an event; false if another lead showed it already. An id is one of a file; nested in leads it may be a number that each lead begins
    /// anew, so time and signals must be the same as well. Without an id, whoever did it must be the same: two colleagues who open one page
    /// at one moment are two events. `who` names nobody where it is blank; then it is the lead itself, by its email.
    pub fn is_new(
        &mut self,
        raw: &RawEvent<'_>,
        taken: &Taken<'_>,
        from: Source,
        who: &str,
        contact: Option<u32>,
        lead: (usize, Option<&str>),
    ) -> bool {
        let mut hasher = DefaultHasher::new();
        from.hash(&mut hasher);
        taken.same.hash(&mut hasher);
        match (raw.id().is_empty(), from) {
            (false, Source::File) => {}
            (false, Source::Lead) => (taken.at, &taken.signals).hash(&mut hasher),
            (true, _) => {
                let name = if who.is_empty() { lead.1.unwrap_or("") } else { who };
                let contact = contact.or_else(|| self.named(name));
                let doer = match contact {
                    Some(contact) => Doer::Contact(contact),
                    None if name.is_empty() => Doer::Lead(lead.0),
                    None => Doer::Named(name.to_ascii_lowercase()),
                };
                doer.hash(&mut hasher);
            }
        }
        self.events.insert(hasher.finish())
    }
}

/// Events that were met already.
#[derive(Debug, Default)]
pub(super) struct Met {
    /// The first ones: looking through a few is faster than a table.
    few: Vec<Same>,
    many: HashSet<Same>,
}

impl Met {
    pub fn clear(&mut self) {
        self.few.clear();
        self.many.clear();
    }

    /// Notes an event; false if it was met already.
    pub fn insert(&mut self, same: Same) -> bool {
        if self.few.contains(&same) {
            return false;
        }
        if self.few.len() < FEW {
            self.few.push(same);
            return true;
        }
        self.many.insert(same)
    }
}
