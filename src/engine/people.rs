//! Role statuses of a batch: for each role the least and the most it can be.

use super::facts::{Batch, ContactFact, EventFact};
use super::truth::Truths;
use crate::policy::condition::CountRange;
use crate::policy::people::RoleStatus;
use crate::policy::signal::Tier;
use crate::policy::time::{DAY_MICROS, Instant};
use crate::policy::{Policy, SignalId};

/// More people than these are held against the events of their lead all at once.
const FEW: usize = 8;

/// Least and most, the same where all is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    pub low: RoleStatus,
    pub high: RoleStatus,
}

impl Status {
    /// The status once `expected when` of the role is answered; `None` is unknown.
    pub fn expected(self, answer: Option<bool>) -> Status {
        let raised = |status: RoleStatus| status.max(RoleStatus::Expected);
        match answer {
            Some(true) => Status { low: raised(self.low), high: raised(self.high) },
            None => Status { low: self.low, high: raised(self.high) },
            Some(false) => self,
        }
    }

    /// Whether it is at least so far; `None` is unknown.
    pub fn at_least(self, wanted: RoleStatus) -> Option<bool> {
        if self.low >= wanted {
            Some(true)
        } else if self.high < wanted {
            Some(false)
        } else {
            None
        }
    }
}

/// Reads statuses out of the contacts of a batch and what they did.
pub struct Contacts<'b> {
    batch: &'b Batch,
    as_of: Instant,
    /// By kind of event: whether it shows that somebody is engaged.
    strong: Vec<bool>,
    within: Option<i64>,
}

impl<'b> Contacts<'b> {
    /// For a batch of leads of this policy.
    pub fn new(policy: &Policy, batch: &'b Batch, as_of: Instant) -> Contacts<'b> {
        let strong: Vec<SignalId> = (0..policy.signals.len() as u16)
            .map(SignalId)
            .filter(|s| matches!(policy.signals[s.index()].tier, Tier::High | Tier::Mid))
            .collect();
        Contacts {
            batch,
            as_of,
            strong: super::atoms::kinds(batch, &strong),
            within: policy.committee.engaged_within_days.map(|d| i64::from(d) * DAY_MICROS),
        }
    }

    /// The status of a role, `expected when` left aside.
    pub fn status(&self, role: usize, lead: usize) -> Status {
        if !self.batch.contacts().supplied(lead) {
            return Status { low: RoleStatus::Missing, high: RoleStatus::Approved };
        }
        let shown = self.shown(lead);
        let mut status = Status { low: RoleStatus::Missing, high: RoleStatus::Missing };
        for (i, contact) in self.batch.contacts().of(lead).iter().enumerate() {
            if contact.roles & (1 << role) != 0 {
                let own = self.of_contact(lead, i as u32, contact, &shown);
                status = Status { low: status.low.max(own.low), high: status.high.max(own.high) };
            }
        }
        status
    }

    /// The contact who has come furthest in a role: the first of those with the highest established status.
    pub fn furthest(&self, role: usize, lead: usize) -> Option<&'b ContactFact> {
        if !self.batch.contacts().supplied(lead) {
            return None;
        }
        let shown = self.shown(lead);
        let mut best: Option<(RoleStatus, &ContactFact)> = None;
        for (i, contact) in self.batch.contacts().of(lead).iter().enumerate() {
            if contact.roles & (1 << role) != 0 {
                let low = self.of_contact(lead, i as u32, contact, &shown).low;
                if best.is_none_or(|(b, _)| low > b) {
                    best = Some((low, contact));
                }
            }
        }
        best.map(|(_, c)| c)
    }

    /// How far one contact of a lead, by its place among them, has come by itself.
    pub fn own(&self, lead: usize, contact: usize) -> Status {
        self.of_contact(lead, contact as u32, &self.batch.contacts().of(lead)[contact], &self.shown(lead))
    }

    /// By contact of a lead: whether what they did shows that they are engaged. Empty where a lead has so few that looking through its events
    /// for each is quicker.
    fn shown(&self, lead: usize) -> Vec<bool> {
        let people = self.batch.contacts().of(lead).len();
        if people <= FEW || self.within.is_none() || !self.batch.events().supplied(lead) {
            return Vec::new();
        }
        let mut shown = vec![false; people];
        for event in self.batch.events().of(lead).iter().filter(|e| self.shows(e)) {
            if let Some(contact) = event.contact.and_then(|c| shown.get_mut(c as usize)) {
                *contact = true;
            }
        }
        shown
    }

    /// Whether an event shows that whoever did it is engaged.
    fn shows(&self, event: &EventFact) -> bool {
        let age = self.as_of.0.saturating_sub(event.at.0);
        self.strong[event.kind.0 as usize] && self.within.is_some_and(|within| (0..within).contains(&age))
    }

    fn of_contact(&self, lead: usize, index: u32, contact: &ContactFact, shown: &[bool]) -> Status {
        let stated = contact.status.unwrap_or(RoleStatus::Identified);
        let plain = Status { low: stated, high: stated };
        if self.within.is_none() {
            return plain;
        }
        let engaged = stated.max(RoleStatus::Engaged);
        if !self.batch.events().supplied(lead) {
            return Status { low: stated, high: engaged };
        }
        let did = match shown.get(index as usize) {
            Some(shown) => *shown,
            None => self.batch.events().of(lead).iter().any(|e| e.contact == Some(index) && self.shows(e)),
        };
        if did { Status { low: engaged, high: engaged } } else { plain }
    }
}

/// For each role, the status for each lead.
pub fn statuses(policy: &Policy, batch: &Batch, as_of: Instant, expected: &[Option<&Truths>]) -> Vec<Vec<Status>> {
    let contacts = Contacts::new(policy, batch, as_of);
    let status = |role: usize, lead: usize| {
        let plain = contacts.status(role, lead);
        expected[role].map_or(plain, |t| plain.expected(t.get(lead)))
    };
    (0..policy.committee.roles.len()).map(|r| (0..batch.len()).map(|lead| status(r, lead)).collect()).collect()
}

/// Whether a role has at least a status.
pub fn at_least(statuses: &[Status], wanted: RoleStatus) -> Truths {
    Truths::collect(statuses.len(), |lead| statuses[lead].at_least(wanted))
}

/// How many roles have at least a status.
pub fn counted(all: &[Vec<Status>], len: usize, wanted: RoleStatus, range: CountRange) -> Truths {
    Truths::collect(len, |lead| {
        let least = all.iter().filter(|r| r[lead].low >= wanted).count() as u32;
        let most = all.iter().filter(|r| r[lead].high >= wanted).count() as u32;
        in_range(least, most, range)
    })
}

/// Whether a number somewhere in `least..=most` lies in a range; `None` where it depends.
pub fn in_range(least: u32, most: u32, range: CountRange) -> Option<bool> {
    let inside = |n: u32| n >= range.low && range.high.is_none_or(|h| n <= h);
    let hits = (least..=most).filter(|n| inside(*n)).count() as u32;
    if hits == most - least + 1 {
        Some(true)
    } else if hits == 0 {
        Some(false)
    } else {
        None
    }
}
