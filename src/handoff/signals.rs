//! What a lead did, signal by signal, with days and people.

use super::Lead;
use crate::engine::facts::EventFact;
use crate::policy::SignalId;
use crate::policy::signal::tier_word;
use crate::policy::time::{DAY_MICROS, Day, Instant};
use serde::Serialize;

/// So many times of one signal are told; the others are counted.
const TOLD: usize = 5;

/// One signal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SignalLine {
    pub signal: String,
    pub label: String,
    pub tier: &'static str,
    /// How often it happened up to the as-of; `null` where behaviour was not supplied.
    pub count: Option<u32>,
    /// The newest times, newest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub newest: Vec<Happened>,
}

/// One event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Happened {
    pub at: Instant,
    /// In the time zone of the policy.
    pub day: Day,
    /// Full days of age.
    pub days: i64,
    /// Who did it, where that is a known contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
}

/// One signal of a lead.
pub fn signal(lead: &Lead<'_>, id: SignalId) -> SignalLine {
    let declared = &lead.policy.signals[id.index()];
    let events = lead.has_events().then(|| happened(lead, id));
    SignalLine {
        signal: declared.name.clone(),
        label: declared.label(),
        tier: tier_word(declared.tier),
        count: events.as_ref().map(|e| e.len() as u32),
        newest: events.unwrap_or_default().into_iter().take(TOLD).collect(),
    }
}

/// The signals that happened, other than some; the one that happened last comes first, ties in order of declaration.
pub fn others(lead: &Lead<'_>, but: &[SignalId]) -> Vec<SignalLine> {
    let all = (0..lead.policy.signals.len() as u16).map(SignalId).filter(|s| !but.contains(s));
    let mut lines: Vec<SignalLine> = all.map(|s| signal(lead, s)).filter(|l| l.count.is_some_and(|n| n > 0)).collect();
    lines.sort_by_key(|l| std::cmp::Reverse(l.newest.first().map(|h| h.at)));
    lines
}

fn happened(lead: &Lead<'_>, id: SignalId) -> Vec<Happened> {
    let (batch, as_of) = (lead.batch, lead.decision.as_of);
    let is = |event: &&EventFact| event.at <= as_of && batch.kind(event.kind).contains(&id);
    let one = |event: &EventFact| Happened {
        at: event.at,
        day: event.at.day(lead.policy.offset),
        days: as_of.0.saturating_sub(event.at.0) / DAY_MICROS,
        person: event
            .contact
            .and_then(|c| batch.contacts().of(lead.at).get(c as usize))
            .map(|c| batch.text(c.person).to_string())
            .filter(|p| !p.is_empty()),
    };
    batch.events().of(lead.at).iter().filter(is).map(one).collect()
}
