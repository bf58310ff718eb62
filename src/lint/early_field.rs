//! Gates that ask for what nobody needs to know yet.
//!
//! A field says `known from STAGE` where only later conversations bring it. A gate before that stage which cannot be passed without it holds every
//! lead back: the lead waits for the answer, and the answer waits for the lead. Scores, definitions and checklists are looked through, since
//! `fit >= good` may be out of reach without points that only come later.

use super::possible::{Fixed, Truths, World};
use super::{Lens, reach};
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::condition::Test;
use crate::policy::steps::Stage;
use crate::policy::{Atom, Cond, FieldId, IcpStatus, Policy, Requirement};

declare_rule! {
    /// A requirement that cannot be met without a field known only from a later stage.
    pub FIELD_TOO_EARLY = "RB1147" "field-too-early" Warning "a gate that cannot be passed without a field known only from a later stage"
}

/// Leads of which some fields are not known.
struct Blank<'a>(&'a [FieldId]);

impl Fixed for Blank<'_> {
    fn atom(&self, world: &World<'_>, atom: &Atom) -> Truths {
        let policy = world.policy;
        match atom {
            Atom::Field(field, test) if self.0.contains(field) => match test {
                Test::Known => Truths::NO,
                _ => Truths::UNKNOWN,
            },
            Atom::Field(_, Test::Known) => Truths::EITHER,
            Atom::Score(kind, range) => {
                let (least, most) = world.points(policy.score(*kind), |_| true);
                let outside = |low, high| range.low.is_some_and(|l| high < l) || range.high.is_some_and(|h| low > h);
                let inside = range.low.is_none_or(|l| least >= l) && range.high.is_none_or(|h| most <= h);
                Truths { yes: !outside(least, most), no: !inside, unknown: false }
            }
            Atom::Icp(status) => {
                let criteria: Vec<Truths> = policy.icp.iter().map(|r| world.of(&r.condition)).collect();
                let can_be = match status {
                    IcpStatus::Matched => criteria.iter().all(|t| t.yes),
                    IcpStatus::Failed => criteria.iter().any(|t| t.no),
                    IcpStatus::Undecided => criteria.iter().any(|t| t.unknown),
                };
                Truths { yes: can_be, no: true, unknown: false }
            }
            Atom::Checklist(id) => {
                let items = &policy.checklists[id.index()].items;
                Truths { yes: items.iter().all(|(_, c)| world.of(c).yes), ..Truths::ANY }
            }
            _ => Truths::ANY,
        }
    }
}

/// Finds requirements of gates that cannot be met while the fields known only from later stages are blank.
pub fn find(lens: &Lens<'_>, found: &mut Vec<Diagnostic>) {
    let policy = lens.policy;
    for (s, stage) in policy.stages.iter().enumerate() {
        let later = |f: &FieldId| policy.field(*f).known_from.is_some_and(|from| from.index() > s);
        let blank: Vec<FieldId> = (0..policy.fields.len()).map(|i| FieldId(i as u16)).filter(later).collect();
        if blank.is_empty() {
            continue;
        }
        let fixed = Blank(&blank);
        let world = World::new(policy, &fixed);
        let closed = stage.require.iter().filter(|r| !world.of(&r.condition).yes);
        found.extend(closed.filter_map(|r| too_early(policy, stage, r, &blank)));
    }
}

fn can_be_met(policy: &Policy, cond: &Cond, blank: &[FieldId]) -> bool {
    World::new(policy, &Blank(blank)).of(cond).yes
}

/// `None` where the gate cannot be passed whatever is known: then it is not the fields that hold it closed.
fn too_early(policy: &Policy, stage: &Stage, requirement: &Requirement, blank: &[FieldId]) -> Option<Diagnostic> {
    let cond = &requirement.condition;
    if !can_be_met(policy, cond, &[]) {
        return None;
    }
    let asked: Vec<FieldId> =
        reach::fields_through_scores(policy, cond).into_iter().filter(|f| blank.contains(f)).collect();
    let without = |one: FieldId| blank.iter().copied().filter(|f| *f != one).collect::<Vec<_>>();
    let alone = asked.iter().copied().find(|f| can_be_met(policy, cond, &without(*f)));
    let field = policy.field(alone.or(asked.first().copied())?);
    let from = &policy.stages[field.known_from?.index()].name;
    let others = if alone.is_none() && asked.len() > 1 { " and others" } else { "" };
    Some(
        Diagnostic::new(
            &FIELD_TOO_EARLY,
            format!(
                "`{}` cannot be passed without `{}`{others}, which nobody needs to know before `{from}`",
                stage.name, field.name
            ),
            cond.span,
            format!("out of reach while `{}` is blank", field.name),
        )
        .with_label(field.span, format!("known from `{from}`"))
        .with_help(format!(
            "ask for it from `{}` on (`known from {}`), or require it in `{from}`",
            stage.name, stage.name
        )),
    )
}
