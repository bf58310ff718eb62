//! The committee: how far each role has come, who has come furthest, what is needed.

use super::condition::{and, not, or};
use super::lead::Contact;
use super::{Answer, Case, truth};
use rubric::engine::decision::{Committee, RoleResult, Truth};
use rubric::policy::SignalId;
use rubric::policy::people::RoleStatus;
use rubric::policy::signal::Tier;

impl Case<'_> {
    /// Whether a role has at least this status.
    pub fn role_at_least(&self, role: usize, wanted: RoleStatus) -> Answer {
        if wanted == RoleStatus::Missing {
            return Some(true);
        }
        let by_people = match &self.lead.contacts {
            None => None,
            Some(contacts) => contacts
                .iter()
                .enumerate()
                .filter(|(_, c)| c.roles.contains(&(role as u16)))
                .fold(Some(false), |any, (i, c)| or(any, self.contact_at_least(i, c, wanted))),
        };
        let expected = match &self.policy.committee.roles[role].expected_when {
            Some(cond) if wanted == RoleStatus::Expected => self.holds(cond),
            _ => Some(false),
        };
        or(by_people, expected)
    }

    /// Holding a role is *identified*, unless the data states something else; a strong signal in time makes engaged.
    fn contact_at_least(&self, index: usize, contact: &Contact, wanted: RoleStatus) -> Answer {
        let stated = contact.status.unwrap_or(RoleStatus::Identified) >= wanted;
        if stated || wanted > RoleStatus::Engaged {
            return Some(stated);
        }
        let Some(days) = self.policy.committee.engaged_within_days else { return Some(false) };
        let signals = self.policy.signals.iter().zip(0..);
        let strong: Vec<SignalId> =
            signals.filter(|(s, _)| s.tier == Tier::High || s.tier == Tier::Mid).map(|(_, i)| SignalId(i)).collect();
        let events = self.lead.events.as_ref()?;
        Some(self.recent(events, &strong, Some(days)).iter().any(|e| e.contact == Some(index)))
    }

    fn needed(&self, role: usize) -> Answer {
        let role = &self.policy.committee.roles[role];
        if role.optional { Some(false) } else { role.when.as_ref().map_or(Some(true), |cond| self.holds(cond)) }
    }

    /// Each role is not needed, or at least engaged.
    pub fn committee_complete(&self) -> Answer {
        (0..self.policy.committee.roles.len()).fold(Some(true), |all, role| {
            and(all, or(not(self.needed(role)), self.role_at_least(role, RoleStatus::Engaged)))
        })
    }

    /// The committee as it is reported.
    pub fn committee(&self) -> Committee {
        let roles = self.policy.committee.roles.iter().enumerate();
        Committee {
            roles: roles
                .map(|(i, role)| {
                    let status = self.furthest_status(|s| self.role_at_least(i, s) == Some(true));
                    let could_be = self.furthest_status(|s| self.role_at_least(i, s) != Some(false));
                    RoleResult {
                        role: role.name.clone(),
                        status: status.word(),
                        could_be: (could_be > status).then(|| could_be.word()),
                        needed: truth(self.needed(i)),
                        person: self.person(i as u16),
                    }
                })
                .collect(),
            complete: truth(self.committee_complete()),
        }
    }

    fn furthest_status(&self, fits: impl Fn(RoleStatus) -> bool) -> RoleStatus {
        RoleStatus::ALL.into_iter().rev().find(|s| fits(*s)).unwrap_or(RoleStatus::Missing)
    }

    /// The first contact among those who are surely furthest in a role.
    fn person(&self, role: u16) -> Option<String> {
        let contacts = self.lead.contacts.as_ref()?;
        let sure = |i: usize, c: &Contact| self.furthest_status(|s| self.contact_at_least(i, c, s) == Some(true));
        let mut best: Option<(RoleStatus, &Contact)> = None;
        for (i, contact) in contacts.iter().enumerate().filter(|(_, c)| c.roles.contains(&role)) {
            if best.is_none_or(|(status, _)| sure(i, contact) > status) {
                best = Some((sure(i, contact), contact));
            }
        }
        best.map(|(_, c)| c.person.clone()).filter(|p| !p.is_empty())
    }
}

/// A truth value as it is shown.
pub fn shown(answer: Answer) -> Truth {
    match answer {
        Some(true) => Truth::Yes,
        Some(false) => Truth::No,
        None => Truth::Unknown,
    }
}
