//! What a condition looks at in the end: through definitions and the checklists it asks for, and, where wanted, through scores and the profile.

use super::uses::mentions;
use crate::policy::score::CriterionKind;
use crate::policy::{Atom, Cond, FieldId, Policy, ScoreKind};

/// Every atom of a condition, of its definitions, and of the items of the checklists it asks for.
pub fn atoms<'p>(policy: &'p Policy, cond: &'p Cond) -> Vec<&'p Atom> {
    let mut found: Vec<&Atom> = mentions(policy, cond).into_iter().map(|m| m.atom).collect();
    let mut at = 0;
    let mut lists = Vec::new();
    while at < found.len() {
        if let Atom::Checklist(id) = found[at]
            && !lists.contains(id)
        {
            lists.push(*id);
            for (_, item) in &policy.checklists[id.index()].items {
                found.extend(mentions(policy, item).into_iter().map(|m| m.atom));
            }
        }
        at += 1;
    }
    found
}

/// The fields of those atoms, each once, in the order in which they are met.
pub fn fields(policy: &Policy, cond: &Cond) -> Vec<FieldId> {
    let mut found = Vec::new();
    atoms(policy, cond).into_iter().for_each(|a| add_field(a, &mut found));
    found
}

/// The same with the fields that the scores and the profile look at, where the condition asks for those.
pub fn fields_through_scores(policy: &Policy, cond: &Cond) -> Vec<FieldId> {
    let mut found = Vec::new();
    let mut seen: (Vec<ScoreKind>, bool) = (Vec::new(), false);
    for atom in atoms(policy, cond) {
        match atom {
            Atom::Score(kind, _) if !seen.0.contains(kind) => {
                seen.0.push(*kind);
                score_conditions(policy, *kind).for_each(|c| add_fields(policy, c, &mut found));
            }
            Atom::Icp(_) if !seen.1 => {
                seen.1 = true;
                policy.icp.iter().for_each(|r| add_fields(policy, &r.condition, &mut found));
            }
            other => add_field(other, &mut found),
        }
    }
    found
}

/// The conditions of a score.
pub fn score_conditions(policy: &Policy, kind: ScoreKind) -> impl Iterator<Item = &Cond> {
    let criteria = policy.score(kind).groups.iter().flat_map(|g| &g.criteria);
    criteria.filter_map(|c| if let CriterionKind::When(cond) = &c.kind { Some(cond) } else { None })
}

fn add_fields(policy: &Policy, cond: &Cond, found: &mut Vec<FieldId>) {
    atoms(policy, cond).into_iter().for_each(|a| add_field(a, found));
}

fn add_field(atom: &Atom, found: &mut Vec<FieldId>) {
    if let Atom::Field(field, _) = atom
        && !found.contains(field)
    {
        found.push(*field);
    }
}
