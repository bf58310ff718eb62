//! How many points groups and scores can have.
//!
//! Criteria that exclude each other are not added up: for conditions that share a subject, the best and the worst of all combinations that are possible is looked for.
//! Caps, floors and the clamp are applied as the score applies them. Ranges may be too wide, never too narrow.

use super::world::World;
use super::{Claim, Reasoner, Subject, Want, search};
use crate::policy::condition::Test;
use crate::policy::exact::Points;
use crate::policy::field::FieldType;
use crate::policy::score::{Criterion, CriterionKind, Group, Per, Score};
use crate::policy::{Atom, Cond, CondKind, FieldId, ScoreKind};
use std::collections::{BTreeMap, BTreeSet};

/// The least and the most points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub low: Points,
    pub high: Points,
}

/// What leads can have of a score.
#[derive(Clone, Debug)]
pub struct Attainable {
    /// After caps, floors and the clamp.
    pub score: Span,
    /// By group: what its criteria can add up to, before cap and floor.
    pub sums: Vec<Span>,
    /// By group: after cap and floor.
    pub groups: Vec<Span>,
    /// Points are whole multiples of this; at least one hundredth.
    pub step: Points,
}

impl Attainable {
    /// Whether some points that can be had may lie in a range with both ends included; `None` is open.
    pub fn meets(&self, low: Option<Points>, high: Option<Points>) -> bool {
        let low = low.map_or(self.score.low.0, |l| l.0.max(self.score.low.0));
        let high = high.map_or(self.score.high.0, |h| h.0.min(self.score.high.0));
        let step = self.step.0.max(1);
        // The first multiple of the step that is not below the low end.
        low <= high && (low.div_euclid(step) + i64::from(low.rem_euclid(step) != 0)) * step <= high
    }

    /// Whether all points that can be had lie in a range.
    pub fn lies_in(&self, low: Option<Points>, high: Option<Points>) -> bool {
        low.is_none_or(|l| l <= self.score.low) && high.is_none_or(|h| h >= self.score.high)
    }
}

/// More than any sum of points comes to, and far from overflow.
const UNLIMITED: i64 = 1 << 50;

/// So many choices of a field are looked at one by one.
const MOST_CHOICES: usize = 40;

/// How many combinations of criteria are tried before they are just added up.
const COMBINATIONS: usize = 400;

/// The points that leads can have of a score.
pub fn attainable(reasoner: &Reasoner<'_>, kind: ScoreKind) -> Attainable {
    let score = reasoner.policy.score(kind);
    let sums: Vec<Span> = score.groups.iter().map(|g| sum(reasoner, g, &[])).collect();
    let groups: Vec<Span> = score.groups.iter().zip(&sums).map(|(g, s)| limited(g, *s)).collect();
    let whole = by_choice(reasoner, score).unwrap_or_else(|| total(score, &groups));
    Attainable { score: whole, sums, groups, step: step(reasoner, kind) }
}

fn total(score: &Score, groups: &[Span]) -> Span {
    let add = |of: fn(&Span) -> i64| score.clamp(Points(groups.iter().map(of).fold(0, i64::saturating_add)));
    Span { low: add(|s| s.low.0), high: add(|s| s.high.0) }
}

/// The range of a score of which several groups look at one single-choice field: for each of its choices, and for none, the groups are added up apart, since
/// no lead earns for two choices at once. `None` where no field is worth it.
fn by_choice(reasoner: &Reasoner<'_>, score: &Score) -> Option<Span> {
    let (field, choices) = shared_choice(reasoner, score)?;
    let made = |test| Cond { kind: CondKind::Atom(Atom::Field(field, test)), span: score.span, text: "".into() };
    let values = (0..choices as u16).map(|c| (made(Test::Choice(vec![c])), Want::True));
    let values = values.chain([(made(Test::Known), Want::False)]);
    let ranges = values.map(|(cond, want)| {
        let groups: Vec<Span> = score.groups.iter().map(|g| limited(g, sum(reasoner, g, &[(&cond, want)]))).collect();
        total(score, &groups)
    });
    ranges.reduce(|a, b| Span { low: a.low.min(b.low), high: a.high.max(b.high) })
}

/// The single-choice field that most groups look at, with the number of its choices; at least two groups must.
fn shared_choice(reasoner: &Reasoner<'_>, score: &Score) -> Option<(FieldId, usize)> {
    let mut looked_at: BTreeMap<FieldId, BTreeSet<usize>> = BTreeMap::new();
    for (at, group) in score.groups.iter().enumerate() {
        for criterion in &group.criteria {
            let CriterionKind::When(cond) = &criterion.kind else { continue };
            for subject in reasoner.subjects(cond) {
                if let Subject::Field(field) = subject {
                    looked_at.entry(field).or_default().insert(at);
                }
            }
        }
    }
    let size = |field: &FieldId| match &reasoner.policy.field(*field).ty {
        FieldType::Choice(choices) if choices.len() <= MOST_CHOICES => Some(choices.len()),
        _ => None,
    };
    let shared = looked_at.into_iter().filter(|(_, groups)| groups.len() > 1);
    let shared = shared.filter_map(|(field, groups)| Some((groups.len(), field, size(&field)?)));
    // Of several, the first in order of declaration.
    shared.max_by_key(|(groups, field, _)| (*groups, std::cmp::Reverse(*field))).map(|(_, field, size)| (field, size))
}

/// What the criteria can add up to in a world, where each is looked at alone.
pub fn within(reasoner: &Reasoner<'_>, world: &World, kind: ScoreKind) -> Span {
    let score = reasoner.policy.score(kind);
    let (mut low, mut high) = (0_i64, 0_i64);
    for group in &score.groups {
        let mut sum = Span { low: Points::ZERO, high: Points::ZERO };
        for criterion in &group.criteria {
            sum = plus(sum, in_world(reasoner, world, criterion));
        }
        let sum = limited(group, sum);
        low = low.saturating_add(sum.low.0);
        high = high.saturating_add(sum.high.0);
    }
    Span { low: score.clamp(Points(low)), high: score.clamp(Points(high)) }
}

fn in_world(reasoner: &Reasoner<'_>, world: &World, criterion: &Criterion) -> Span {
    match &criterion.kind {
        CriterionKind::When(cond) => {
            let (can, can_not) = search::answers(reasoner, world, cond);
            let points = criterion.points;
            let earned = |can: bool| if can { points } else { Points::ZERO };
            let (a, b) = (earned(can), earned(!can_not));
            Span { low: a.min(b), high: a.max(b) }
        }
        CriterionKind::Per(per) => {
            let most = world.most_events(per.signal, per.within_days.unwrap_or(u32::MAX));
            if per.at_least.is_some_and(|least| most < i64::from(least)) {
                return Span { low: Points::ZERO, high: Points::ZERO };
            }
            per_event(criterion, per, most)
        }
    }
}

/// What events of a signal can earn, at most so many of them.
fn per_event(criterion: &Criterion, per: &Per, events: i64) -> Span {
    let events = per.newest.map_or(events, |n| events.min(i64::from(n))).max(0);
    let most = criterion.points.0.saturating_mul(events).clamp(-UNLIMITED, UNLIMITED);
    Span { low: Points(most.min(0)), high: Points(most.max(0)) }
}

/// The most one criterion can earn alone, before its cap; for a malus, the most it can take.
pub fn alone(criterion: &Criterion) -> Points {
    match &criterion.kind {
        CriterionKind::When(_) => criterion.points,
        CriterionKind::Per(per) => {
            let span = per_event(criterion, per, i64::MAX);
            if criterion.points.0 < 0 { span.low } else { span.high }
        }
    }
}

fn plus(a: Span, b: Span) -> Span {
    let add = |x: Points, y: Points| Points((x.0 + y.0).clamp(-UNLIMITED, UNLIMITED));
    Span { low: add(a.low, b.low), high: add(a.high, b.high) }
}

fn limited(group: &Group, sum: Span) -> Span {
    Span { low: group.limit(sum.low), high: group.limit(sum.high) }
}

/// What the criteria of a group can add up to for leads that meet some claims.
fn sum(reasoner: &Reasoner<'_>, group: &Group, of: &[Claim<'_>]) -> Span {
    let mut sum = Span { low: Points::ZERO, high: Points::ZERO };
    let mut conditions = Vec::new();
    for criterion in &group.criteria {
        match &criterion.kind {
            CriterionKind::When(cond) => conditions.push((cond, criterion.points.0)),
            CriterionKind::Per(per) => sum = plus(sum, per_event(criterion, per, i64::MAX)),
        }
    }
    for cluster in clusters(reasoner, conditions) {
        let high = best(reasoner, &cluster, of);
        let turned: Weighted<'_> = cluster.iter().map(|(c, p)| (*c, -p)).collect();
        let low = -best(reasoner, &turned, of);
        sum = plus(sum, Span { low: Points(low), high: Points(high) });
    }
    sum
}

/// Conditions with their points.
type Weighted<'c> = Vec<(&'c Cond, i64)>;

/// Conditions in clusters that have no subject in common.
fn clusters<'c>(reasoner: &Reasoner<'_>, conditions: Weighted<'c>) -> Vec<Weighted<'c>> {
    let mut clusters: Vec<(Vec<Subject>, Weighted<'c>)> = Vec::new();
    for one in conditions {
        let mut subjects = reasoner.subjects(one.0);
        let mut members = vec![one];
        let (joined, apart): (Vec<_>, Vec<_>) =
            clusters.into_iter().partition(|(s, _)| s.iter().any(|s| subjects.contains(s)));
        clusters = apart;
        for (more_subjects, mut more) in joined {
            subjects.extend(more_subjects);
            more.append(&mut members);
            members = more;
        }
        subjects.sort_unstable();
        subjects.dedup();
        clusters.push((subjects, members));
    }
    clusters.into_iter().map(|(_, members)| members).collect()
}

/// The most points of any possible combination.
fn best(reasoner: &Reasoner<'_>, cluster: &[(&Cond, i64)], of: &[Claim<'_>]) -> i64 {
    let mut order = cluster.to_vec();
    order.sort_by_key(|(_, points)| std::cmp::Reverse(points.abs()));
    let mut trial = Trial { reasoner, order: &order, best: None, left: COMBINATIONS };
    let complete = trial.go(0, 0, &mut of.to_vec());
    let just_added = || order.iter().map(|(_, p)| (*p).max(0)).sum();
    // Without any possible combination something is amiss with the reasoning, not with the score.
    if complete { trial.best.unwrap_or_else(just_added) } else { just_added() }
}

struct Trial<'t, 'c> {
    reasoner: &'t Reasoner<'t>,
    order: &'t [(&'c Cond, i64)],
    best: Option<i64>,
    left: usize,
}

impl<'c> Trial<'_, 'c> {
    /// Decides one condition after the other; false if there were too many combinations.
    fn go(&mut self, at: usize, sum: i64, claims: &mut Vec<Claim<'c>>) -> bool {
        let hope: i64 = self.order[at..].iter().map(|(_, p)| (*p).max(0)).sum();
        if self.best.is_some_and(|b| sum + hope <= b) {
            return true;
        }
        let Some((cond, points)) = self.order.get(at).copied() else {
            self.best = Some(sum);
            return true;
        };
        let ways = [(Want::True, points), (Want::NotTrue, 0)];
        let ways = if points > 0 { ways } else { [ways[1], ways[0]] };
        for (want, earned) in ways {
            let Some(left) = self.left.checked_sub(1) else { return false };
            self.left = left;
            claims.push((cond, want));
            let fine = !self.reasoner.possible(claims) || self.go(at + 1, sum + earned, claims);
            claims.pop();
            if !fine {
                return false;
            }
        }
        true
    }
}

/// The greatest points of which all that can be earned, taken, capped and clamped are multiples.
fn step(reasoner: &Reasoner<'_>, kind: ScoreKind) -> Points {
    let score = reasoner.policy.score(kind);
    let mut step = score.out_of.0;
    let mut take = |points: Points| step = divisor(step, points.0.abs());
    for group in &score.groups {
        group.up_to.into_iter().chain(group.down_to).for_each(&mut take);
        for criterion in &group.criteria {
            match &criterion.kind {
                CriterionKind::When(_) => take(criterion.points),
                CriterionKind::Per(per) => per.steps.iter().copied().for_each(&mut take),
            }
        }
    }
    Points(step.max(1))
}

fn divisor(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { divisor(b, a % b) }
}
