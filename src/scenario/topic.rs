//! What an expectation is about: which part of an explanation tells why it came out as it did.

use crate::policy::{Atom, ChecklistId, Cond, CondKind, Policy, ScoreKind};

/// A part of an explanation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    Scope,
    Score(ScoreKind),
    Profile,
    Committee,
    Checklist(ChecklistId),
    Stage,
    Route,
    NextStep,
    /// What to ask, and what is open.
    Questions,
}

/// The parts that tell about a condition, in the order in which they are mentioned, without repeats.
pub fn topics(policy: &Policy, cond: &Cond) -> Vec<Topic> {
    let mut found = Vec::new();
    collect(policy, cond, &mut found);
    found
}

fn collect(policy: &Policy, cond: &Cond, found: &mut Vec<Topic>) {
    match &cond.kind {
        CondKind::Always(_) => {}
        CondKind::All(parts) | CondKind::Any(parts) => parts.iter().for_each(|p| collect(policy, p, found)),
        CondKind::Not(inner) | CondKind::Confirmed(inner) | CondKind::Unconfirmed(inner) => {
            collect(policy, inner, found);
        }
        // Definitions have no cycles, and each is short; what they mention is what the expectation is about.
        CondKind::Define(id) => collect(policy, &policy.defines[id.index()].condition, found),
        CondKind::Atom(atom) => {
            if let Some(topic) = of(atom).filter(|t| !found.contains(t)) {
                found.push(topic);
            }
        }
    }
}

/// Fields and signals are told with the condition itself, so nothing more need be shown for them.
fn of(atom: &Atom) -> Option<Topic> {
    match atom {
        Atom::Field(..) | Atom::Attribute(..) | Atom::Count { .. } | Atom::PreviousRoute(_) => None,
        Atom::Role(..) | Atom::RoleCount { .. } | Atom::CommitteeComplete => Some(Topic::Committee),
        Atom::Score(kind, _) => Some(Topic::Score(*kind)),
        Atom::Icp(_) => Some(Topic::Profile),
        Atom::Checklist(list) => Some(Topic::Checklist(*list)),
        Atom::Stage { .. } => Some(Topic::Stage),
        Atom::Route(_) => Some(Topic::Route),
    }
}
