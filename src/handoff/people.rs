//! The stakeholder map: which roles there are, who holds them and how far they have come, what they care about, and who is missing.

use super::Lead;
use crate::engine::decision::Truth;
use crate::engine::people::Contacts;
use crate::policy::people::RoleStatus;
use crate::policy::{PersonaId, RoleId};
use serde::Serialize;

/// Everybody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stakeholders {
    /// Whether contacts were supplied; if not, roles are not known rather than missing.
    pub supplied: bool,
    /// Whether every needed role has engaged.
    pub complete: Truth,
    pub roles: Vec<RoleLine>,
    /// People who hold no role.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<Person>,
}

/// One role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RoleLine {
    pub role: String,
    pub label: String,
    /// What is established; `unknown` where nothing is known about it.
    pub status: &'static str,
    /// `yes`, `no`, `unknown`, or `optional`.
    pub needed: &'static str,
    /// Whether it is needed and nobody is known for it.
    pub gap: bool,
    /// Who holds it, the furthest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<Person>,
    /// Who could hold it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub personas: Vec<PersonaLine>,
}

/// Somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Person {
    /// The email, else the id, else the title.
    pub person: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub persona: Option<PersonaLine>,
    /// How far this person has come; left out for people without a role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<&'static str>,
}

/// A kind of people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PersonaLine {
    pub persona: String,
    pub title: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cares_about: Vec<String>,
}

/// The whole map.
pub fn stakeholders(lead: &Lead<'_>) -> Stakeholders {
    let roles = (0..lead.policy.committee.roles.len() as u16).map(RoleId);
    let contacts = lead.batch.contacts().of(lead.at);
    let others = (0..contacts.len()).filter(|i| contacts[*i].roles == 0).map(|i| person(lead, i, None));
    Stakeholders {
        supplied: lead.has_contacts(),
        complete: Truth::of(lead.e.committee.get(lead.at)),
        roles: roles.map(|r| role(lead, r)).collect(),
        others: others.filter(|p| !p.person.is_empty()).collect(),
    }
}

/// One role of the map.
pub fn role(lead: &Lead<'_>, id: RoleId) -> RoleLine {
    let (declared, plan) = (&lead.policy.committee.roles[id.index()], &lead.program.roles[id.index()]);
    let status = lead.e.statuses[id.index()][lead.at];
    let needed = match (plan.optional, plan.when) {
        (true, _) => "optional",
        (false, None) => "yes",
        (false, Some(node)) => match lead.e.answer(node, lead.at) {
            Some(true) => "yes",
            Some(false) => "no",
            None => "unknown",
        },
    };
    let nobody = !lead.has_contacts() && status.low == RoleStatus::Missing;
    RoleLine {
        role: declared.name.clone(),
        label: declared.label(),
        status: if nobody { "unknown" } else { status.low.word() },
        needed,
        gap: needed == "yes" && lead.has_contacts() && status.low < RoleStatus::Identified,
        people: holders(lead, id),
        personas: declared.from.iter().map(|p| persona(lead, *p)).collect(),
    }
}

fn holders(lead: &Lead<'_>, id: RoleId) -> Vec<Person> {
    let contacts = Contacts::new(lead.policy, lead.batch, lead.decision.as_of);
    let all = lead.batch.contacts().of(lead.at).iter().enumerate();
    let holder = |(i, _)| {
        let status = contacts.own(lead.at, i).low;
        (status, person(lead, i, Some(status)))
    };
    let mut found: Vec<(RoleStatus, Person)> =
        all.filter(|(_, c)| c.roles & (1 << id.index()) != 0).map(holder).collect();
    // The sort keeps the order of the contacts among equals.
    found.sort_by_key(|(status, _)| std::cmp::Reverse(*status));
    found.into_iter().map(|(_, person)| person).collect()
}

fn person(lead: &Lead<'_>, at: usize, status: Option<RoleStatus>) -> Person {
    let contact = lead.batch.contacts().of(lead.at)[at];
    let (person, title) = (lead.batch.text(contact.person), lead.batch.text(contact.title));
    Person {
        person: person.to_string(),
        title: Some(title).filter(|t| !t.is_empty()).map(str::to_string),
        persona: contact.persona.map(|p| persona(lead, p)),
        status: status.map(RoleStatus::word),
    }
}

fn persona(lead: &Lead<'_>, id: PersonaId) -> PersonaLine {
    let declared = &lead.policy.personas[id.index()];
    PersonaLine {
        persona: declared.name.clone(),
        title: declared.title.clone(),
        cares_about: declared.cares_about.clone(),
    }
}
