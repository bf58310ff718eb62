//! Personas and the buying committee.

use super::Policy;
use super::condition::Cond;
use super::ids::{PersonaId, RoleId};
use super::text::phrase_matches;
use crate::source::Span;

/// People by decision influence.
#[derive(Clone, Debug)]
pub struct Persona {
    pub name: String,
    pub title: String,
    /// Words or phrases of job titles.
    pub titles: Vec<String>,
    pub cares_about: Vec<String>,
    pub span: Span,
}

/// The buying committee.
#[derive(Clone, Debug, Default)]
pub struct Committee {
    /// A mid or high signal by a contact within so many days makes that contact engaged. `None`: only a flag or status does.
    pub engaged_within_days: Option<u32>,
    pub roles: Vec<Role>,
}

/// A role of the committee.
#[derive(Clone, Debug)]
pub struct Role {
    pub name: String,
    /// Never needed, still shown.
    pub optional: bool,
    pub from: Vec<PersonaId>,
    /// Needed only where this is true.
    pub when: Option<Cond>,
    /// At least expected where this is true.
    pub expected_when: Option<Cond>,
    pub span: Span,
}

impl Role {
    /// How people see it.
    pub fn label(&self) -> String {
        self.name.replace('_', " ")
    }
}

/// How far a role has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RoleStatus {
    Missing,
    Expected,
    Identified,
    Engaged,
    Approved,
}

impl RoleStatus {
    /// All, ascending.
    pub const ALL: [RoleStatus; 5] =
        [RoleStatus::Missing, RoleStatus::Expected, RoleStatus::Identified, RoleStatus::Engaged, RoleStatus::Approved];

    /// The word in policies and data.
    pub fn word(self) -> &'static str {
        match self {
            RoleStatus::Missing => "missing",
            RoleStatus::Expected => "expected",
            RoleStatus::Identified => "identified",
            RoleStatus::Engaged => "engaged",
            RoleStatus::Approved => "approved",
        }
    }

    /// The status with this name, ASCII case ignored.
    pub fn from_word(word: &str) -> Option<RoleStatus> {
        RoleStatus::ALL.into_iter().find(|s| s.word().eq_ignore_ascii_case(word.trim()))
    }
}

impl Policy {
    /// The persona of a job title: the first in file order with a matching phrase.
    pub fn persona_of(&self, title: &str) -> Option<PersonaId> {
        let found = self.personas.iter().position(|p| p.titles.iter().any(|t| phrase_matches(title, t)))?;
        Some(PersonaId(found as u16))
    }

    /// The roles a persona can hold.
    pub fn roles_from(&self, persona: PersonaId) -> impl Iterator<Item = RoleId> + '_ {
        let holds = move |(i, r): (usize, &Role)| r.from.contains(&persona).then_some(RoleId(i as u16));
        self.committee.roles.iter().enumerate().filter_map(holds)
    }
}
