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
    let mut found = Fields::new(policy);
    found.add_all(policy, cond);
    found.list
}

/// The same with the fields that the scores and the profile look at, where the condition asks for those.
pub fn fields_through_scores(policy: &Policy, cond: &Cond) -> Vec<FieldId> {
    let mut found = Fields::new(policy);
    let mut seen: (Vec<ScoreKind>, bool) = (Vec::new(), false);
    for atom in atoms(policy, cond) {
        match atom {
            Atom::Score(kind, _) if !seen.0.contains(kind) => {
                seen.0.push(*kind);
                score_conditions(policy, *kind).for_each(|c| found.add_all(policy, c));
            }
            Atom::Icp(_) if !seen.1 => {
                seen.1 = true;
                policy.icp.iter().for_each(|r| found.add_all(policy, &r.condition));
            }
            other => found.add(other),
        }
    }
    found.list
}

/// The conditions of a score.
pub fn score_conditions(policy: &Policy, kind: ScoreKind) -> impl Iterator<Item = &Cond> {
    let criteria = policy.score(kind).groups.iter().flat_map(|g| &g.criteria);
    criteria.filter_map(|c| if let CriterionKind::When(cond) = &c.kind { Some(cond) } else { None })
}

/// Fields, each once, in the order in which they are met.
struct Fields {
    list: Vec<FieldId>,
    seen: Vec<bool>,
}

impl Fields {
    fn new(policy: &Policy) -> Fields {
        Fields { list: Vec::new(), seen: vec![false; policy.fields.len()] }
    }

    fn add_all(&mut self, policy: &Policy, cond: &Cond) {
        atoms(policy, cond).into_iter().for_each(|a| self.add(a));
    }

    fn add(&mut self, atom: &Atom) {
        if let Atom::Field(field, _) = atom
            && !std::mem::replace(&mut self.seen[field.index()], true)
        {
            self.list.push(*field);
        }
    }
}
