//! A choice that was forgotten where all the others were placed.

use super::domain::Subject;
use super::uses::own_atoms;
use super::{Lens, Place};
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::condition::Test;
use crate::policy::field::{Choice, FieldType};
use crate::policy::steps::TriggerKind;
use crate::policy::{Atom, FieldId};
use std::collections::{BTreeMap, BTreeSet};

declare_rule! {
    /// The only choice of a field that no rule, criterion or condition mentions.
    pub UNMENTIONED_CHOICE = "RB1131" "unmentioned-choice" Advice "the only choice of a field that nothing mentions"
}

/// In how many different ways the other choices must be placed before the one that is not looks forgotten.
const WAYS: usize = 3;

/// Finds single choices that nothing mentions, where all others of their field are placed in several ways. Several that nothing mentions are the rest, and so is
/// what `otherwise` catches, and what a profile that looks at the field leaves out.
pub fn find(lens: &Lens<'_>, found: &mut Vec<Diagnostic>) {
    let mentioned = mentioned(lens);
    for (at, field) in lens.policy.fields.iter().enumerate() {
        let FieldType::Choice(choices) = &field.ty else { continue };
        let Some(lists) = mentioned.get(&FieldId(at as u16)) else { continue };
        if choices.iter().any(|c| c.otherwise) || lists.len() < WAYS || in_profile(lens, FieldId(at as u16)) {
            continue;
        }
        let placed: BTreeSet<u16> = lists.iter().flatten().copied().collect();
        let mut left = choices.iter().enumerate().filter(|(i, _)| !placed.contains(&(*i as u16)));
        if let (Some((_, choice)), None) = (left.next(), left.next())
            && lens.is_own(choice.span)
        {
            found.push(unmentioned(&field.name, choice));
        }
    }
}

fn in_profile(lens: &Lens<'_>, field: FieldId) -> bool {
    lens.policy.icp.iter().any(|r| lens.reasoner.subjects(&r.condition).contains(&Subject::Field(field)))
}

/// By field, the different lists of choices that conditions and triggers name.
fn mentioned(lens: &Lens<'_>) -> BTreeMap<FieldId, BTreeSet<Vec<u16>>> {
    let mut named: BTreeMap<FieldId, BTreeSet<Vec<u16>>> = BTreeMap::new();
    for one in lens.uses.iter().filter(|u| !matches!(u.place, Place::Guarantee(_) | Place::Test(_))) {
        for (atom, _, _) in own_atoms(one.cond) {
            if let Atom::Field(field, Test::Choice(list)) = atom {
                named.entry(*field).or_default().insert(list.clone());
            }
        }
    }
    for trigger in &lens.policy.triggers {
        if let TriggerKind::FromTo { field, from, to } = &trigger.kind {
            named.entry(*field).or_default().extend([from.clone(), to.clone()]);
        }
    }
    named
}

fn unmentioned(field: &str, choice: &Choice) -> Diagnostic {
    Diagnostic::new(
        &UNMENTIONED_CHOICE,
        format!("nothing mentions `{}`, the only choice of `{field}` left over", choice.name),
        choice.span,
        "treated like a blank answer",
    )
    .with_help("place it with the others, in the profile, a criterion or a rule")
}
