//! Gates that leave out who decides, or what a security review asks.
//!
//! A single gate may only sort leads, so these two speak about policies with two gates or more: whoever hands a lead on in steps claims to say what
//! makes it ready. What a policy does not speak of at all, `rubric check --framework` shows.

use super::words::about_security;
use super::{Lens, Place, sees};
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::steps::Topic;
use crate::policy::{Atom, Policy};

declare_rule! {
    /// Gates, questions and checklists that never speak of security.
    pub NO_SECURITY_GATE = "RB1141" "no-security-gate" Warning "gates, questions and checklists that never speak of security or compliance"
}

declare_rule! {
    /// Gates that a lead passes without anybody who decides.
    pub NO_STAKEHOLDER_GATE = "RB1142" "no-stakeholder-gate" Warning "gates that a lead passes without anybody who decides"
}

/// How many gates make a ladder.
const LADDER: usize = 2;

/// Finds a ladder of gates in a policy whose gates, checklists and questions never touch security, privacy or regulation.
pub fn security(lens: &Lens<'_>, found: &mut Vec<Diagnostic>) {
    let policy = lens.policy;
    let Some(last) = policy.stages.last().filter(|_| policy.stages.len() >= LADDER) else { return };
    if !speaks_of_security(lens) {
        found.push(
            Diagnostic::new(
                &NO_SECURITY_GATE,
                "no gate, question or checklist speaks of security or compliance",
                last.span,
                "a lead gets here without anybody asking",
            )
            .with_help("ask whether a review is in place, and require an answer before the last gate"),
        );
    }
}

/// Whether a policy asks, lists or requires something about security.
pub fn speaks_of_security(lens: &Lens<'_>) -> bool {
    let policy = lens.policy;
    let asked = policy.fields.iter().filter_map(|f| Some((f, f.ask.as_ref()?)));
    let mut texts: Vec<&str> =
        asked.flat_map(|(f, a)| [f.name.as_str(), f.label.as_str(), a.question.as_str()]).collect();
    texts.extend(policy.checklists.iter().flat_map(|l| l.items.iter().map(|(text, _)| text.as_str())));
    texts.extend(policy.icp.iter().filter_map(|r| r.because.as_deref()));
    texts.iter().any(|t| about_security(t)) || gates_on_security(lens) || script_on_security(policy)
}

fn gates_on_security(lens: &Lens<'_>) -> bool {
    let policy = lens.policy;
    let places =
        |p: Place| matches!(p, Place::Require(..) | Place::Should(..) | Place::Checklist(..) | Place::Profile(_));
    let conditions = lens.uses.iter().filter(|u| places(u.place));
    conditions.flat_map(|u| sees::atoms(policy, u.cond)).any(|atom| match atom {
        Atom::Field(field, _) => {
            about_security(&policy.field(*field).name) || about_security(&policy.field(*field).label)
        }
        Atom::Count { signals, .. } => signals.iter().any(|s| about_security(&policy.signals[s.index()].name)),
        Atom::Role(role, _) => about_security(&policy.committee.roles[role.index()].name),
        Atom::CommitteeComplete => policy.committee.roles.iter().any(|r| about_security(&r.name)),
        _ => false,
    })
}

fn script_on_security(policy: &Policy) -> bool {
    policy.discovery.iter().flat_map(|d| &d.sections).any(|(name, topics)| {
        about_security(name)
            || topics.iter().any(|t| match t {
                Topic::Role(role) => about_security(&policy.committee.roles[role.index()].name),
                Topic::Field(field) => about_security(&policy.field(*field).name),
            })
    })
}

/// Finds a ladder of gates none of which needs a person.
pub fn stakeholders(lens: &Lens<'_>, found: &mut Vec<Diagnostic>) {
    let policy = lens.policy;
    let Some(last) = policy.stages.last().filter(|_| policy.stages.len() >= LADDER) else { return };
    if !requires_people(lens) {
        let help = if policy.committee.roles.is_empty() {
            "name who decides in `committee`, then require one of them: `require count of engaged roles >= 1`"
        } else {
            "require one of the committee: `require count of engaged roles >= 1`, or `require champion is engaged`"
        };
        found.push(
            Diagnostic::new(
                &NO_STAKEHOLDER_GATE,
                "no gate needs a stakeholder",
                last.span,
                "a lead gets here without anybody who decides",
            )
            .with_help(help),
        );
    }
}

/// Whether a gate requires somebody of the committee.
pub fn requires_people(lens: &Lens<'_>) -> bool {
    let required = lens.uses.iter().filter(|u| matches!(u.place, Place::Require(..)));
    required
        .flat_map(|u| sees::atoms(lens.policy, u.cond))
        .any(|a| matches!(a, Atom::Role(..) | Atom::RoleCount { .. } | Atom::CommitteeComplete))
}
