//! Role statuses of a batch: for each role the least and the most it can be.

use super::facts::{Batch, ContactFact};
use super::truth::Truths;
use crate::policy::condition::CountRange;
use crate::policy::people::RoleStatus;
use crate::policy::signal::Tier;
use crate::policy::time::{DAY_MICROS, Instant};
use crate::policy::{Policy, SignalId};

/// Least and most, the same where all is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    pub low: RoleStatus,
    pub high: RoleStatus,
}

/// For each role, the status for each lead.
pub fn statuses(policy: &Policy, batch: &Batch, as_of: Instant, expected: &[Option<&Truths>]) -> Vec<Vec<Status>> {
    let strong: Vec<SignalId> = (0..policy.signals.len() as u16)
        .map(SignalId)
        .filter(|s| matches!(policy.signals[s.index()].tier, Tier::High | Tier::Mid))
        .collect();
    let strong = super::atoms::kinds(batch, &strong);
    let within = policy.committee.engaged_within_days.map(|d| i64::from(d) * DAY_MICROS);
    let status = |role: usize, lead: usize| {
        let plain = from_contacts(batch, &strong, within, as_of, role, lead);
        match expected[role].map(|t| t.get(lead)) {
            Some(Some(true)) => {
                Status { low: plain.low.max(RoleStatus::Expected), high: plain.high.max(RoleStatus::Expected) }
            }
            Some(None) => Status { low: plain.low, high: plain.high.max(RoleStatus::Expected) },
            Some(Some(false)) | None => plain,
        }
    };
    (0..policy.committee.roles.len()).map(|r| (0..batch.len()).map(|lead| status(r, lead)).collect()).collect()
}

fn from_contacts(
    batch: &Batch,
    strong: &[bool],
    within: Option<i64>,
    as_of: Instant,
    role: usize,
    lead: usize,
) -> Status {
    if !batch.contacts().supplied(lead) {
        return Status { low: RoleStatus::Missing, high: RoleStatus::Approved };
    }
    let mut status = Status { low: RoleStatus::Missing, high: RoleStatus::Missing };
    for (i, contact) in batch.contacts().of(lead).iter().enumerate() {
        if contact.roles & (1 << role) != 0 {
            let own = contact_status(batch, strong, within, as_of, lead, i as u32, contact);
            status = Status { low: status.low.max(own.low), high: status.high.max(own.high) };
        }
    }
    status
}

fn contact_status(
    batch: &Batch,
    strong: &[bool],
    within: Option<i64>,
    as_of: Instant,
    lead: usize,
    index: u32,
    contact: &ContactFact,
) -> Status {
    let stated = contact.status.unwrap_or(RoleStatus::Identified);
    let plain = Status { low: stated, high: stated };
    let Some(within) = within else { return plain };
    let engaged = stated.max(RoleStatus::Engaged);
    if !batch.events().supplied(lead) {
        return Status { low: stated, high: engaged };
    }
    let shows = batch.events().of(lead).iter().any(|e| {
        e.contact == Some(index) && strong[e.kind.0 as usize] && (0..within).contains(&as_of.0.saturating_sub(e.at.0))
    });
    if shows { Status { low: engaged, high: engaged } } else { plain }
}

/// Whether a role has at least a status.
pub fn at_least(statuses: &[Status], wanted: RoleStatus) -> Truths {
    Truths::collect(statuses.len(), |lead| {
        let status = statuses[lead];
        if status.low >= wanted {
            Some(true)
        } else if status.high < wanted {
            Some(false)
        } else {
            None
        }
    })
}

/// How many roles have at least a status.
pub fn counted(all: &[Vec<Status>], len: usize, wanted: RoleStatus, range: CountRange) -> Truths {
    Truths::collect(len, |lead| {
        let least = all.iter().filter(|r| r[lead].low >= wanted).count() as u32;
        let most = all.iter().filter(|r| r[lead].high >= wanted).count() as u32;
        let inside = |n: u32| n >= range.low && range.high.is_none_or(|h| n <= h);
        let hits = (least..=most).filter(|n| inside(*n)).count() as u32;
        if hits == most - least + 1 {
            Some(true)
        } else if hits == 0 {
            Some(false)
        } else {
            None
        }
    })
}
