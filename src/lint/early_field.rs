//! Gates that ask for what nobody needs to know yet.
//!
//! A field says `known from STAGE` where only later conversations bring it. A gate before that stage which cannot be passed without it holds every
//! lead back: the lead waits for the answer, and the answer waits for the lead. Scores, definitions and checklists are looked through, since
//! `fit >= good` may be out of reach without points that only come later.

use super::possible::{Fixed, Truths, World};
use super::{Lens, sees};
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::condition::Test;
use crate::policy::field::Field;
use crate::policy::steps::Stage;
use crate::policy::{Atom, Cond, FieldId, Policy, Requirement, ScoreKind, StageId};

declare_rule! {
    /// A requirement that cannot be met without a field known only from a later stage.
    pub FIELD_TOO_EARLY = "RB1147" "field-too-early" Warning "a gate that cannot be passed without a field known only from a later stage"
}

/// Leads of which some fields are not known; by field, whether it is one of them.
struct Blank(Vec<bool>);

impl Fixed for Blank {
    fn atom(&self, world: &World<'_>, atom: &Atom) -> Truths {
        match atom {
            Atom::Field(field, test) if self.0[field.index()] => match test {
                Test::Known => Truths::NO,
                _ => Truths::UNKNOWN,
            },
            Atom::Field(_, Test::Known) => Truths::EITHER,
            Atom::Score(kind, range) => {
                let (least, most) = world.score(*kind);
                let outside = |low, high| range.low.is_some_and(|l| high < l) || range.high.is_some_and(|h| low > h);
                let inside = range.low.is_none_or(|l| least >= l) && range.high.is_none_or(|h| most <= h);
                Truths { yes: !outside(least, most), no: !inside, unknown: false }
            }
            Atom::Icp(status) => world.profile(*status),
            Atom::Checklist(id) => Truths { yes: world.can_complete(*id), ..Truths::ANY },
            _ => Truths::ANY,
        }
    }
}

/// How many times leads are looked at anew to find the one field that holds a gate closed. After that, the first that is asked for is named.
const MOST_TRIES: usize = 200;

/// Finds requirements of gates that cannot be met while the fields known only from later stages are blank.
pub fn find(lens: &Lens<'_>, found: &mut Vec<Diagnostic>) {
    let policy = lens.policy;
    let latest = Latest::new(policy);
    let all_known = Blank(vec![false; policy.fields.len()]);
    let open = World::new(policy, &all_known);
    let mut tries = MOST_TRIES;
    for (s, stage) in policy.stages.iter().enumerate() {
        let is_late = |r: &&Requirement| latest.of(policy, &r.condition).is_some_and(|from| from.index() > s);
        let suspects: Vec<&Requirement> = stage.require.iter().filter(is_late).collect();
        if suspects.is_empty() {
            continue;
        }
        let later = |f: &Field| f.known_from.is_some_and(|from| from.index() > s);
        let blank = Blank(policy.fields.iter().map(later).collect());
        let world = World::new(policy, &blank);
        // Where a gate cannot be passed whatever is known, it is not the fields that hold it closed.
        let closed = suspects.into_iter().filter(|r| !world.of(&r.condition).yes && open.of(&r.condition).yes);
        found.extend(closed.filter_map(|r| {
            let (field, others) = culprit(policy, &r.condition, &blank, &mut tries)?;
            too_early(policy, stage, &r.condition, policy.field(field), others)
        }));
    }
}

/// The last stage that anything a condition looks at is known from.
struct Latest {
    scores: [Option<StageId>; 2],
    profile: Option<StageId>,
}

impl Latest {
    fn new(policy: &Policy) -> Latest {
        let of_fields = |cond: &Cond| sees::atoms(policy, cond).into_iter().filter_map(|a| known_from(policy, a)).max();
        Latest {
            scores: ScoreKind::BOTH.map(|kind| sees::score_conditions(policy, kind).filter_map(of_fields).max()),
            profile: policy.icp.iter().filter_map(|r| of_fields(&r.condition)).max(),
        }
    }

    fn of(&self, policy: &Policy, cond: &Cond) -> Option<StageId> {
        let one = |atom: &Atom| match atom {
            Atom::Score(kind, _) => self.scores[*kind as usize],
            Atom::Icp(_) => self.profile,
            other => known_from(policy, other),
        };
        sees::atoms(policy, cond).into_iter().filter_map(one).max()
    }
}

fn known_from(policy: &Policy, atom: &Atom) -> Option<StageId> {
    if let Atom::Field(field, _) = atom { policy.field(*field).known_from } else { None }
}

/// The field without which the condition cannot be true, and whether there are others beside it.
fn culprit(policy: &Policy, cond: &Cond, blank: &Blank, tries: &mut usize) -> Option<(FieldId, bool)> {
    let asked = sees::fields_through_scores(policy, cond);
    let asked: Vec<FieldId> = asked.into_iter().filter(|f| blank.0[f.index()]).collect();
    for field in asked.iter().filter(|_| asked.len() > 1) {
        if *tries == 0 {
            break;
        }
        *tries -= 1;
        let mut others = blank.0.clone();
        others[field.index()] = false;
        if World::new(policy, &Blank(others)).of(cond).yes {
            return Some((*field, false));
        }
    }
    Some((*asked.first()?, asked.len() > 1))
}

fn too_early(policy: &Policy, stage: &Stage, cond: &Cond, field: &Field, others: bool) -> Option<Diagnostic> {
    let from = &policy.stages[field.known_from?.index()].name;
    let others = if others { " and others" } else { "" };
    let (gate, name) = (&stage.name, &field.name);
    Some(
        Diagnostic::new(
            &FIELD_TOO_EARLY,
            format!("`{gate}` cannot be passed without `{name}`{others}, which nobody needs to know before `{from}`"),
            cond.span,
            format!("out of reach while `{name}` is blank"),
        )
        .with_label(field.span, format!("known from `{from}`"))
        .with_help(format!("ask for it from `{gate}` on (`known from {gate}`), or require it in `{from}`")),
    )
}
