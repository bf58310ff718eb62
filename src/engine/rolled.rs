//! An account: several leads decided as one, and what a decision about it says of them.

use super::decide::Decider;
use super::evaluate::Evaluation;
use super::facts::{Batch, TextRef};
use super::people::Contacts;
use crate::policy::people::RoleStatus;
use serde::Serialize;

/// What an account was made of, one entry a lead of the batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rolled {
    /// The ids of its leads, in the order of the file; not empty.
    pub leads: Vec<String>,
    /// Why it is one lead that no other can join.
    pub alone: Option<Alone>,
    pub pooled: Pooled,
    /// By contact: the place among `leads` of the lead that named the person first.
    pub brought: Vec<u32>,
}

/// Why a lead stands alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Alone {
    /// Its key is blank or not known.
    NoKey,
    /// Its key is a domain at which anybody gets an address.
    FreeMail,
}

impl Alone {
    /// The word for machines.
    pub fn word(self) -> &'static str {
        match self {
            Alone::NoKey => "no_key",
            Alone::FreeMail => "free_mail",
        }
    }
}

/// How many people and events an account has, and how many more leads named that were there already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Pooled {
    pub people: u64,
    /// Contacts of one lead whom another lead had named.
    pub people_merged: u64,
    /// Events that some signal takes.
    pub events: u64,
    /// Events of one lead that another lead had shown.
    pub events_merged: u64,
}

impl Pooled {
    /// Adds what another account has.
    pub fn add(&mut self, other: Pooled) {
        self.people += other.people;
        self.people_merged += other.people_merged;
        self.events += other.events;
        self.events_merged += other.events_merged;
    }
}

/// What a decision about an account says of what is behind it; the keys follow the id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Behind {
    /// The ids of its leads, in the order of the file.
    pub leads: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alone: Option<Alone>,
    pub pooled: Pooled,
    /// The person to go through, where somebody is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub through: Option<Through>,
}

/// Somebody on the committee, and the lead that named them first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Through {
    pub person: String,
    pub role: String,
    pub status: &'static str,
    pub lead: String,
}

/// The role whose holder the next step goes through wherever somebody holds it.
const CHAMPION: &str = "champion";

impl Decider<'_> {
    /// What is behind a decision about an account of a batch.
    pub fn behind(&self, e: &Evaluation, batch: &Batch, lead: usize, rolled: &Rolled) -> Behind {
        Behind {
            leads: rolled.leads.clone(),
            alone: rolled.alone,
            pooled: rolled.pooled,
            through: self.through(e, batch, lead, rolled),
        }
    }

    /// The champion; where nobody is known to be that, whoever has come furthest on the committee, the first declared role first.
    fn through(&self, e: &Evaluation, batch: &Batch, lead: usize, rolled: &Rolled) -> Option<Through> {
        let (policy, as_of) = (self.engine().policy, self.engine().as_of);
        let contacts = Contacts::new(policy, batch, as_of);
        let roles = &policy.committee.roles;
        let there = |role: &usize| e.statuses[*role][lead].low >= RoleStatus::Identified;
        let champion = roles.iter().position(|r| r.name == CHAMPION).filter(there);
        let others = (0..roles.len()).filter(there).rev().max_by_key(|role| e.statuses[*role][lead].low);
        let role = champion.or(others)?;
        let person = contacts.furthest(role, lead).map(|c| c.person).filter(|p| p.is_some())?;
        let is = |p: TextRef| p == person;
        let place = batch.contacts().of(lead).iter().position(|c| is(c.person))?;
        let brought = *rolled.brought.get(place)?;
        Some(Through {
            person: batch.text(person).to_string(),
            role: roles[role].name.clone(),
            status: e.statuses[role][lead].low.word(),
            lead: rolled.leads.get(brought as usize)?.clone(),
        })
    }
}
