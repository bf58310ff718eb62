//! Criteria of one score that ask the same, or that follow from each other.

use super::Lens;
use super::domain::Subject;
use super::pairs::{criteria, pairs};
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::condition::Test;
use crate::policy::field::FieldType;
use crate::policy::score::{Criterion, CriterionKind};
use crate::policy::{Atom, Cond, CondKind, ScoreKind};

declare_rule! {
    /// Two criteria of a score that every lead meets together or not at all.
    pub DUPLICATE_CRITERION = "RB1113" "duplicate-criterion" Warning "two criteria of a score that say the same"
}

declare_rule! {
    /// A criterion that another criterion of the score implies, though they are no steps of one ladder and none is written as more than the other.
    pub IMPLIED_CRITERION = "RB1117" "implied-criterion" Advice "a criterion that is met whenever another is"
}

/// Finds criteria that say the same as an earlier one of their score.
pub fn duplicates(lens: &Lens<'_>, found: &mut Vec<Diagnostic>) {
    for kind in ScoreKind::BOTH {
        for ((_, first), (_, second)) in pairs(&criteria(lens, kind)) {
            if is_same(lens, first, second) {
                found.push(duplicate(kind, first, second));
            }
        }
    }
}

fn is_same(lens: &Lens<'_>, first: &Criterion, second: &Criterion) -> bool {
    match (&first.kind, &second.kind) {
        (CriterionKind::Per(a), CriterionKind::Per(b)) => {
            let settings =
                |p: &crate::policy::score::Per| (p.signal, p.within_days, p.at_least, p.newest, p.halves_every_days);
            settings(a) == settings(b)
        }
        (CriterionKind::When(a), CriterionKind::When(b)) => is_same_condition(lens, a, b),
        _ => false,
    }
}

fn is_same_condition(lens: &Lens<'_>, a: &Cond, b: &Cond) -> bool {
    let reasoner = &lens.reasoner;
    a.kind == b.kind
        || reasoner.subjects(a) == reasoner.subjects(b)
            && reasoner.implies(a, b)
            && reasoner.implies(b, a)
            && is_open(lens, a)
            && is_open(lens, b)
}

/// Whether a condition can be true and can be not true. What is constant has a finding of its own, and follows from everything.
fn is_open(lens: &Lens<'_>, cond: &Cond) -> bool {
    !lens.reasoner.never(cond) && !lens.reasoner.always(cond)
}

fn duplicate(kind: ScoreKind, first: &Criterion, second: &Criterion) -> Diagnostic {
    let message = format!("two criteria of {} say the same", kind.name());
    Diagnostic::new(&DUPLICATE_CRITERION, message, second.span, "earned together with the other, always")
        .with_label(first.span, "the same question")
        .with_help("keep one of them, with the points that are meant")
}

/// Finds criteria that follow from another criterion of their score.
pub fn implied(lens: &Lens<'_>, found: &mut Vec<Diagnostic>) {
    for kind in ScoreKind::BOTH {
        let conditions: Vec<(&Criterion, &Cond)> = criteria(lens, kind)
            .into_iter()
            .filter_map(|(_, c)| if let CriterionKind::When(cond) = &c.kind { Some((c, cond)) } else { None })
            .collect();
        for (a, b) in pairs(&conditions) {
            if let Some((narrow, wide)) = implication(lens, a, b) {
                found.push(implied_criterion(narrow, wide));
            }
        }
    }
}

/// The narrower and the wider of two criteria, if one follows from the other and that is probably not meant.
fn implication<'c>(
    lens: &Lens<'_>,
    a: &(&'c Criterion, &'c Cond),
    b: &(&'c Criterion, &'c Cond),
) -> Option<(&'c Criterion, &'c Criterion)> {
    // A malus beside a bonus takes some of it back on purpose; a reason says why both are there.
    let same_direction = (a.0.points.0 > 0) == (b.0.points.0 > 0);
    let explained = a.0.because.is_some() || b.0.because.is_some();
    if !same_direction || explained || a.1.kind == b.1.kind {
        return None;
    }
    let (first, second) = (lens.reasoner.subjects(a.1), lens.reasoner.subjects(b.1));
    if !first.iter().any(|s| second.contains(s)) || first == second && is_ladder(lens, &first) {
        return None;
    }
    let (narrow, wide) = match (lens.reasoner.implies(a.1, b.1), lens.reasoner.implies(b.1, a.1)) {
        (true, false) => (a, b),
        (false, true) => (b, a),
        _ => return None,
    };
    let fine = is_open(lens, narrow.1) && is_open(lens, wide.1) && !asks_for_more(narrow.1, wide.1);
    fine.then_some((narrow.0, wide.0))
}

/// Whether conditions on this subject alone can be steps: each further step earns on top of the one before. Single choices have no steps.
fn is_ladder(lens: &Lens<'_>, subjects: &[Subject]) -> bool {
    match subjects {
        [Subject::Field(field)] => !matches!(lens.policy.field(*field).ty, FieldType::Choice(_)),
        [_] => true,
        _ => false,
    }
}

/// Whether the narrow condition is written as the wide one and something more: `a and b` beside `a`, or an answer beside `is known`.
fn asks_for_more(narrow: &Cond, wide: &Cond) -> bool {
    let parts = |cond: &Cond| match &cond.kind {
        CondKind::All(parts) => parts.iter().map(|p| p.kind.clone()).collect(),
        kind => vec![kind.clone()],
    };
    let (more, less) = (parts(narrow), parts(wide));
    let known = matches!(&wide.kind, CondKind::Atom(Atom::Field(_, Test::Known)));
    known || less.iter().all(|p| more.contains(p))
}

fn implied_criterion(narrow: &Criterion, wide: &Criterion) -> Diagnostic {
    Diagnostic::new(
        &IMPLIED_CRITERION,
        "whoever earns this earns another criterion as well",
        narrow.span,
        format!("together {}", crate::policy::exact::Points(narrow.points.0 + wide.points.0)),
    )
    .with_label(wide.span, "earned by them too")
    .with_help("make the two exclude each other, or say with `because` why both count")
}
