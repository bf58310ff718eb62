//! Personas, outcomes and checklists that nothing uses.

use super::uses::own_atoms;
use super::{Lens, Place, edit};
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::scenario::ExpectationKind;
use crate::policy::steps::{RecordTopic, RuleKind};
use crate::policy::{Atom, ChecklistId, OutcomeId, PersonaId};
use crate::syntax::tree::ItemKind;

declare_rule! {
    /// A persona that no role of the committee takes people from.
    pub UNUSED_PERSONA = "RB1110" "unused-persona" Warning "a persona that no role takes people from"
}

declare_rule! {
    /// An outcome that no rule leads to.
    pub UNUSED_OUTCOME = "RB1111" "unused-outcome" Warning "an outcome that no rule leads to"
}

declare_rule! {
    /// A checklist that nothing looks at.
    pub UNUSED_CHECKLIST = "RB1112" "unused-checklist" Warning "a checklist that nothing looks at"
}

/// Finds personas of the policy's own file that can hold no role.
pub fn personas(lens: &Lens<'_>, found: &mut Vec<Diagnostic>) {
    for (i, persona) in lens.policy.personas.iter().enumerate() {
        let holds_a_role = lens.policy.roles_from(PersonaId(i as u16)).next().is_some();
        if lens.is_own(persona.span) && !holds_a_role {
            let one = Diagnostic::new(
                &UNUSED_PERSONA,
                format!("no role takes people from `{}`", persona.name),
                persona.span,
                "these people count for nobody",
            );
            // Removing it could give its titles to a later persona, so that is for the author to do.
            found.push(one.with_help("name it after `from` of a role, or remove it"));
        }
    }
}

/// Finds outcomes of the policy's own file that no rule of the route leads to.
pub fn outcomes(lens: &Lens<'_>, found: &mut Vec<Diagnostic>) {
    let reached = reached_outcomes(lens);
    let mentioned = mentioned_outcomes(lens);
    for (i, outcome) in lens.policy.outcomes.iter().enumerate() {
        let id = OutcomeId(i as u16);
        if !lens.is_own(outcome.span) || reached.contains(&id) {
            continue;
        }
        let message = format!("no rule leads to `{}`", outcome.name);
        let one = Diagnostic::new(&UNUSED_OUTCOME, message, outcome.span, "no lead ever comes here")
            .with_help("add a rule that leads to it, or remove it");
        let whole = written_outcome(lens, &outcome.name).filter(|_| !mentioned.contains(&id));
        found.push(match whole {
            Some(span) => one.with_fix("remove the outcome", vec![edit::removal(lens, span)]),
            None => one,
        });
    }
}

fn reached_outcomes(lens: &Lens<'_>) -> Vec<OutcomeId> {
    let mut reached = Vec::new();
    for rule in &lens.policy.route.rules {
        match &rule.kind {
            RuleKind::To { outcome, .. } | RuleKind::Otherwise { outcome } => reached.push(*outcome),
            RuleKind::Matrix(matrix) => reached.extend(matrix.cells.iter().flatten().flatten()),
        }
    }
    reached
}

/// The outcomes that conditions and tests name, so that they cannot just be removed.
fn mentioned_outcomes(lens: &Lens<'_>) -> Vec<OutcomeId> {
    let mut named = Vec::new();
    for one in &lens.uses {
        for (atom, _, _) in own_atoms(one.cond) {
            if let Atom::Route(outcomes) | Atom::PreviousRoute(outcomes) = atom {
                named.extend(outcomes);
            }
        }
    }
    for expectation in lens.policy.tests.iter().flat_map(|t| &t.expect) {
        if let ExpectationKind::CouldBe(outcome) | ExpectationKind::AlsoMatches(outcome) = &expectation.kind {
            named.push(*outcome);
        }
    }
    named
}

fn written_outcome(lens: &Lens<'_>, name: &str) -> Option<crate::source::Span> {
    let own = lens.trees.last()?;
    let outcomes =
        own.items.iter().filter_map(|i| if let ItemKind::Outcomes(list) = &i.kind { Some(list) } else { None });
    outcomes.flatten().find(|o| o.name.node == name && o.replace.is_none()).map(|o| o.span)
}

/// Finds checklists of the policy's own file that no condition, outcome or record looks at.
pub fn checklists(lens: &Lens<'_>, found: &mut Vec<Diagnostic>) {
    let used = used_checklists(lens);
    for (i, list) in lens.policy.checklists.iter().enumerate() {
        if !lens.is_own(list.span) || used.contains(&ChecklistId(i as u16)) {
            continue;
        }
        let message = format!("nothing looks at `{}`", list.name);
        let one = Diagnostic::new(&UNUSED_CHECKLIST, message, list.span, "ticked off for nobody")
            .with_help("let an outcome `check` it, put it into the record, or remove it");
        // A test can expect single items of it.
        let expected = lens.policy.tests.iter().flat_map(|t| &t.expect);
        let expected = expected.filter(|e| matches!(e.kind, ExpectationKind::Item { .. })).count() > 0;
        let block = edit::block_around(lens, list.span).filter(|b| b.replace.is_none() && !expected);
        found.push(match block {
            Some(block) => one.with_fix("remove the checklist", vec![edit::removal(lens, block.span)]),
            None => one,
        });
    }
}

fn used_checklists(lens: &Lens<'_>) -> Vec<ChecklistId> {
    let mut used: Vec<ChecklistId> = lens.policy.outcomes.iter().flat_map(|o| &o.checks).copied().collect();
    let topics = lens.policy.record.iter().flat_map(|r| &r.topics);
    used.extend(topics.filter_map(|t| if let RecordTopic::Checklist(id) = t { Some(*id) } else { None }));
    // What a definition mentions is looked at where the definition is used; that it is not is a finding of its own.
    for one in lens.uses.iter().filter(|u| !matches!(u.place, Place::Checklist(..))) {
        for (atom, _, _) in own_atoms(one.cond) {
            if let Atom::Checklist(id) = atom {
                used.push(*id);
            }
        }
    }
    used
}
