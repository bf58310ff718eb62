//! Leads by what the policy made of them: bands, cells of the grid, routes, stages; and its criteria one by one.

use super::case::{Case, NOT_KNOWN};
use super::figures::{Cell, CriterionFigures, Group, Remark, ScoreFigures};
use super::number::rounded;
use super::outcome::Said;
use super::ranking::{self, Tied};
use super::rate::Rate;
use crate::policy::exact::Points;
use crate::policy::score::Criterion;
use crate::policy::{Policy, ScoreKind};

/// How many of some leads were won.
pub fn rate<'c>(cases: impl Iterator<Item = &'c Case>) -> Rate {
    let (won, leads) = cases.fold((0, 0), |(won, leads), c| (won + u64::from(is_won(c)), leads + 1));
    Rate::of(won, leads)
}

/// Whether a lead was won; to be asked only of leads whose outcome is known.
pub fn is_won(case: &Case) -> bool {
    case.beside.said == Said::Won
}

/// The leads, ranked by a number.
pub fn ranked<'c>(cases: impl Iterator<Item = &'c Case>, by: impl Fn(&Case) -> i64) -> Vec<Tied> {
    let mut all: Vec<(i64, bool)> = cases.map(|c| (by(c), is_won(c))).collect();
    all.sort_unstable();
    let tied = |group: &[(i64, bool)]| {
        let won = group.iter().filter(|(_, won)| *won).count() as u64;
        Tied { value: group[0].0, won, lost: group.len() as u64 - won }
    };
    all.chunk_by(|a, b| a.0 == b.0).map(tied).collect()
}

/// The leads, ranked by a score.
pub fn by_score<'c>(cases: impl Iterator<Item = &'c Case>, kind: ScoreKind) -> Vec<Tied> {
    ranked(cases, |c| c.points[kind as usize].0)
}

fn band(policy: &Policy, kind: ScoreKind, case: &Case) -> usize {
    policy.score(kind).band(case.points[kind as usize])
}

/// One score.
pub fn score(policy: &Policy, kind: ScoreKind, cases: &[Case], base: &Rate) -> ScoreFigures {
    let ranking = by_score(cases.iter(), kind);
    let bands = policy.score(kind).bands.iter().enumerate().map(|(at, b)| Group {
        name: b.name.clone(),
        rate: rate(cases.iter().filter(|c| band(policy, kind, c) == at)),
    });
    let criteria = criteria(policy, kind).map(|(at, c)| criterion(c, at, cases, base));
    ScoreFigures {
        score: kind.name(),
        auc: ranking::auc(&ranking),
        lift_of_best_fifth: ranking::lift(&ranking),
        constant: ranking.len() == 1 && cases.len() > 1,
        bands: bands.collect(),
        criteria: criteria.collect(),
    }
}

/// The criteria of a score with their place among what a [`Case`] earned.
pub fn criteria(policy: &Policy, kind: ScoreKind) -> impl Iterator<Item = (usize, &Criterion)> {
    let count = |k: ScoreKind| policy.score(k).groups.iter().map(|g| g.criteria.len()).sum::<usize>();
    let first = if kind == ScoreKind::Fit { 0 } else { count(ScoreKind::Fit) };
    policy.score(kind).groups.iter().flat_map(|g| &g.criteria).enumerate().map(move |(i, c)| (first + i, c))
}

/// Whether a criterion earned something.
pub fn fired(case: &Case, at: usize) -> bool {
    !matches!(case.earned[at], 0 | NOT_KNOWN)
}

fn criterion(criterion: &Criterion, at: usize, cases: &[Case], base: &Rate) -> CriterionFigures {
    let (yes, no): (Vec<&Case>, Vec<&Case>) = cases.iter().partition(|c| fired(c, at));
    let (fired, not_fired) = (rate(yes.into_iter()), rate(no.iter().copied()));
    let better = criterion.points > Points::ZERO;
    let against = if better { not_fired.surely_above(&fired) } else { fired.surely_above(&not_fired) };
    let remark = match (fired.leads, not_fired.leads) {
        (0, 0) => None,
        (0, _) => Some(Remark::NeverFired),
        (_, 0) => Some(Remark::FiresOnEveryone),
        _ => against.then_some(Remark::AgainstItsSign),
    };
    // Both from counts, so that a rounded share is not rounded again.
    let lift = || Some((fired.won as f64 / fired.leads as f64) / (base.won as f64 / base.leads as f64));
    CriterionFigures {
        id: criterion.id.clone(),
        points: criterion.points,
        text: criterion.text.to_string(),
        lift: fired.rate.filter(|_| base.won > 0).and_then(|_| lift()).map(|l| rounded(l, 2)),
        fired,
        not_fired,
        not_known: no.iter().filter(|c| c.earned[at] == NOT_KNOWN).count() as u64,
        remark,
    }
}

/// Fit bands by intent bands.
pub fn grid(policy: &Policy, cases: &[Case]) -> Vec<Cell> {
    let bands = |kind: ScoreKind| policy.score(kind).bands.iter().enumerate();
    let cell = |(f, fit): (usize, &crate::policy::score::Band)| {
        let row = cases.iter().filter(move |c| band(policy, ScoreKind::Fit, c) == f);
        let of = |(i, intent): (usize, &crate::policy::score::Band)| Cell {
            fit: fit.name.clone(),
            intent: intent.name.clone(),
            rate: rate(row.clone().filter(|c| band(policy, ScoreKind::Intent, c) == i)),
        };
        bands(ScoreKind::Intent).map(of).collect::<Vec<_>>()
    };
    bands(ScoreKind::Fit).flat_map(cell).collect()
}

/// By outcome of the route, in order of declaration.
pub fn routes(policy: &Policy, cases: &[Case]) -> Vec<Group> {
    let one = |(at, outcome): (usize, &crate::policy::steps::Outcome)| Group {
        name: outcome.name.clone(),
        rate: rate(cases.iter().filter(|c| c.route.index() == at)),
    };
    policy.outcomes.iter().enumerate().map(one).collect()
}

/// By stage reached, from none upwards; nothing where the policy has no stages.
pub fn stages(policy: &Policy, cases: &[Case]) -> Vec<Group> {
    let last = policy.stages.len() as u16;
    let one = |level: u16| Group {
        name: policy.stage_name(level).to_string(),
        rate: rate(cases.iter().filter(|c| c.stage == level)),
    };
    if last == 0 { Vec::new() } else { (0..=last).map(one).collect() }
}
