//! A choice that was forgotten where all the others were placed.

use super::Lens;
use super::uses::mentions;
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::condition::Test;
use crate::policy::field::{Choice, FieldType};
use crate::policy::steps::TriggerKind;
use crate::policy::{Atom, FieldId};
use std::collections::BTreeSet;

declare_rule! {
    /// The only choice of a field that no rule, criterion or condition mentions.
    pub UNMENTIONED_CHOICE = "RB1131" "unmentioned-choice" Advice "the only choice of a field that nothing mentions"
}

/// How many other choices must be placed before the one that is not looks forgotten.
const PLACED: usize = 3;

/// Finds choices of single-choice fields and multi-selects that nothing mentions, where all others are mentioned. Several that nothing mentions are the rest, and
/// so is what `otherwise` catches.
pub fn find(lens: &Lens<'_>, found: &mut Vec<Diagnostic>) {
    for (at, field) in lens.policy.fields.iter().enumerate() {
        let (FieldType::Choice(choices) | FieldType::Set(choices)) = &field.ty else { continue };
        if choices.len() <= PLACED || choices.iter().any(|c| c.otherwise) {
            continue;
        }
        let placed = mentioned(lens, FieldId(at as u16));
        let mut left = choices.iter().enumerate().filter(|(i, _)| !placed.contains(&(*i as u16)));
        if let (Some((_, choice)), None) = (left.next(), left.next())
            && lens.is_own(choice.span)
        {
            found.push(unmentioned(&field.name, choice));
        }
    }
}

/// The choices of a field that conditions and triggers name.
fn mentioned(lens: &Lens<'_>, field: FieldId) -> BTreeSet<u16> {
    let mut named = BTreeSet::new();
    for one in lens.uses.iter().filter(|u| u.place.decides()) {
        for mention in mentions(lens.policy, one.cond) {
            if let Atom::Field(f, Test::Choice(list) | Test::HasAny(list) | Test::HasAll(list)) = mention.atom
                && *f == field
            {
                named.extend(list);
            }
        }
    }
    for trigger in &lens.policy.triggers {
        if let TriggerKind::FromTo { field: f, from, to } = &trigger.kind
            && *f == field
        {
            named.extend(from.iter().chain(to));
        }
    }
    named
}

fn unmentioned(field: &str, choice: &Choice) -> Diagnostic {
    Diagnostic::new(
        &UNMENTIONED_CHOICE,
        format!("nothing mentions `{}`, the only choice of `{field}` left over", choice.name),
        choice.span,
        "treated like a wrong answer",
    )
    .with_help("place it with the others, in the profile, a criterion or a rule")
}
