//! All that leads can have done, as literals: how many events of each kind are younger than each age that some condition or criterion looks at.
//!
//! A kind of event is the set of signals that one event is at once; most are one signal. Which sets there can be, `kinds` tells.

use super::gates::{Gates, TRUE};
use super::kinds::kinds_of_events;
use super::simplify::Change;
use super::solver::Lit;
use super::space::Kleene;
use crate::policy::condition::CountRange;
use crate::policy::score::{Criterion, CriterionKind, Group, Per, Score};
use crate::policy::signal::Tier;
use crate::policy::time::{DAY_MICROS, Instant};
use crate::policy::{Atom, Policy, SignalId};
use crate::program::{CriterionPlan, Op, Program};
use std::collections::BTreeSet;

/// Events are counted so far at most; what asks for more is not decided.
const MOST: u32 = 200;

/// Events of one kind.
#[derive(Clone, Debug)]
pub(super) struct Events {
    /// What the policy takes them for; empty where only another policy over the same space takes them.
    pub(super) signals: Vec<SignalId>,
    /// Ages in microseconds, ascending, the last of them everything.
    pub(super) ages: Vec<i64>,
    /// By age, then by number less one: whether there are at least so many events younger than that.
    pub(super) counts: Vec<Vec<Lit>>,
}

impl Events {
    /// Numbers of events by age: never more that are younger, and none where nothing was supplied.
    fn new(asked: Asked, supplied: Lit, gates: &mut Gates) -> Events {
        let ages: Vec<i64> = asked.ages.into_iter().collect();
        let most = asked.most.min(MOST);
        let counts: Vec<Vec<Lit>> = ages.iter().map(|_| (0..most).map(|_| gates.fresh()).collect()).collect();
        for (at, row) in counts.iter().enumerate() {
            row.windows(2).for_each(|pair| gates.implies(pair[1], pair[0]));
            if let Some(older) = counts.get(at + 1) {
                row.iter().zip(older).for_each(|(young, old)| gates.implies(*young, *old));
            }
        }
        if let Some(any) = counts.last().and_then(|row| row.first()) {
            gates.implies(*any, supplied);
        }
        Events { signals: Vec::new(), ages, counts }
    }

    /// The literals for so many events younger than each age.
    fn with(&self, numbers: &[usize]) -> Change {
        let rows = self.counts.iter().zip(numbers);
        rows.flat_map(|(row, n)| row.iter().enumerate().map(move |(i, l)| (*l, i < *n))).collect()
    }
}

/// The behaviour of a lead as literals.
#[derive(Clone, Debug)]
pub struct Behaviour {
    /// Whether it was supplied at all.
    pub supplied: Lit,
    pub(super) kinds: Vec<Events>,
    /// Something asks for more events than are counted here.
    pub too_many: bool,
}

/// What is asked of the events of one signal: ages, and the most events that make a difference.
#[derive(Clone, Debug, Default)]
struct Asked {
    ages: BTreeSet<i64>,
    most: u32,
}

impl Behaviour {
    /// For the signals of a policy and all that its program asks of them.
    pub fn new(policy: &Policy, program: &Program, as_of: Instant, gates: &mut Gates) -> Behaviour {
        let [one] = Behaviour::of([(policy, program)], as_of, gates);
        one
    }

    /// For policies that look at the same events: one behaviour for each, over the same literals.
    pub fn of<const N: usize>(sides: [(&Policy, &Program); N], as_of: Instant, gates: &mut Gates) -> [Behaviour; N] {
        let all_asked = sides.map(|(policy, program)| asked(policy, program));
        let supplied = gates.fresh();
        let mut behaviours = all_asked.each_ref().map(|asked| Behaviour {
            supplied,
            kinds: Vec::new(),
            too_many: asked.iter().any(|a| a.most > MOST),
        });
        for kind in kinds_of_events(&sides.map(|(policy, _)| policy), as_of) {
            let mut one = Asked::default();
            for (signals, asked) in kind.iter().zip(&all_asked) {
                for signal in signals {
                    one.ages.extend(&asked[signal.index()].ages);
                    one.most = one.most.max(asked[signal.index()].most);
                }
            }
            if one.ages.is_empty() {
                // Nothing looks at it.
                continue;
            }
            let events = Events::new(one, supplied, gates);
            for (behaviour, signals) in behaviours.iter_mut().zip(kind) {
                behaviour.kinds.push(Events { signals, ..events.clone() });
            }
        }
        behaviours
    }

    /// Whether each kind of event that speaks for a person here, by a mid or high signal, does so in another policy over the same space too.
    pub fn engages_like(&self, policy: &Policy, other: &Behaviour, others: &Policy) -> bool {
        let engages = |events: &Events, policy: &Policy| {
            events.signals.iter().any(|s| matches!(policy.signals[s.index()].tier, Tier::Mid | Tier::High))
        };
        self.kinds.iter().zip(&other.kinds).all(|(one, two)| engages(one, policy) == engages(two, others))
    }

    /// The answer to how many events of some signals there are.
    pub fn count(
        &self,
        signals: &[SignalId],
        within_days: Option<u32>,
        range: CountRange,
        gates: &mut Gates,
    ) -> Kleene {
        let upper = range.high.map(|high| high.saturating_add(1));
        let most = upper.unwrap_or(0).max(range.low);
        let numbers = self.numbers(signals, age(within_days), most, gates);
        let at_least = |n: u32| match n {
            0 => TRUE,
            n => numbers.get(n as usize - 1).copied().unwrap_or(!TRUE),
        };
        let inside = [at_least(range.low), upper.map_or(TRUE, |n| !at_least(n))];
        let inside = gates.and(inside);
        Kleene { yes: gates.and([self.supplied, inside]), no: gates.and([self.supplied, !inside]) }
    }

    /// What a criterion earns as weighted literals.
    pub fn earned(&self, per: &Per, most: u32, gates: &mut Gates) -> Vec<(i64, Lit)> {
        let window = age(per.within_days);
        let enough = match per.at_least {
            Some(least @ 1..) => {
                self.numbers(&[per.signal], window, least, gates).get(least as usize - 1).copied().unwrap_or(!TRUE)
            }
            _ => TRUE,
        };
        // More may be needed for anything to count than are counted.
        let counted = per.newest.map_or(most, |newest| newest.min(most));
        let mut terms = Vec::new();
        for (i, points) in per.steps.iter().enumerate() {
            // Each step is worth what it has more than the next, and the newest events are those that count.
            let worth = points.0 - per.steps.get(i + 1).map_or(0, |next| next.0);
            let numbers = self.numbers(&[per.signal], window.min(until(per, i)), counted, gates);
            terms.extend(numbers.into_iter().map(|n| (worth, gates.and([n, enough]))));
        }
        terms
    }

    /// Whether there are at least 1, 2 … events of some signals younger than an age; an event that is two of them is one.
    fn numbers(&self, signals: &[SignalId], age: i64, most: u32, gates: &mut Gates) -> Vec<Lit> {
        let mut sum: Vec<Lit> = Vec::new();
        for kind in self.kinds.iter().filter(|k| k.signals.iter().any(|s| signals.contains(s))) {
            let Ok(at) = kind.ages.binary_search(&age) else { continue };
            // What is never reached need not be added up.
            let own: Vec<Lit> =
                kind.counts[at].iter().take(most as usize).copied().take_while(|l| *l != !TRUE).collect();
            sum = added(&sum, &own, most as usize, gates);
        }
        sum
    }

    /// What makes a lead larger: each event.
    pub fn things(&self) -> impl Iterator<Item = Lit> + '_ {
        self.kinds.iter().flat_map(|k| k.counts.last().into_iter().flatten()).copied()
    }

    /// How many parts can change one by one: whether behaviour was supplied, then kinds of events.
    pub fn parts(&self) -> usize {
        1 + self.kinds.len()
    }

    /// What would make a part simpler, simplest first.
    pub fn changes(&self, part: usize, holds: &dyn Fn(Lit) -> bool) -> Vec<Change> {
        let Some(kind) = part.checked_sub(1).map(|k| &self.kinds[k]) else {
            return if holds(self.supplied) { Vec::new() } else { vec![vec![(self.supplied, true)]] };
        };
        let now: Vec<usize> = kind.counts.iter().map(|row| row.iter().take_while(|l| holds(**l)).count()).collect();
        let all = now.last().copied().unwrap_or(0);
        let mut ways: Vec<Vec<usize>> = Vec::new();
        // Fewer events, all of them recent; then one less, the oldest or the youngest; then as many, more recent.
        ways.extend((0..all).map(|n| vec![n; now.len()]));
        if all > 0 {
            ways.push(now.iter().map(|n| (*n).min(all - 1)).collect());
            ways.push(now.iter().map(|n| n.saturating_sub(1)).collect());
        }
        ways.push(vec![all; now.len()]);
        ways.retain(|way| *way != now);
        ways.iter().map(|way| kind.with(way)).collect()
    }

    /// All the literals that say what was done, for leads made at random.
    pub fn literals(&self) -> Vec<Lit> {
        let kinds = self.kinds.iter().flat_map(|k| k.counts.iter().flatten());
        [self.supplied].into_iter().chain(kinds.copied()).collect()
    }

    /// What was done, drawn by numbers below so many; mostly nothing of a kind.
    pub fn draw(&self, below: &mut dyn FnMut(usize) -> usize) -> Change {
        let supplied = below(8) > 0;
        let often = 2 + below(6);
        let mut all = vec![(self.supplied, supplied)];
        for kind in &self.kinds {
            let done = supplied && below(often) == 0;
            let mut counts: Vec<usize> =
                kind.counts.iter().map(|row| if done { below(row.len().min(4) + 1) } else { 0 }).collect();
            counts.sort_unstable();
            for (row, count) in kind.counts.iter().zip(counts) {
                all.extend(row.iter().enumerate().map(|(i, l)| (*l, i < count)));
            }
        }
        all
    }

    /// Literals without which some event is several signals at once.
    pub fn of_single_signals(&self) -> Vec<Lit> {
        let several = self.kinds.iter().filter(|k| k.signals.len() > 1);
        several.filter_map(|k| k.counts.last()?.first()).map(|any| !*any).collect()
    }

    /// The events of a lead: which signals each is, and its age in microseconds.
    pub fn events(&self, holds: &dyn Fn(Lit) -> bool) -> Vec<(Vec<SignalId>, i64)> {
        let mut events = Vec::new();
        for kind in self.kinds.iter().filter(|k| !k.signals.is_empty()) {
            let mut before = 0;
            for (at, row) in kind.counts.iter().enumerate() {
                let here = row.iter().take_while(|l| holds(**l)).count();
                let youngest = if at == 0 { 0 } else { kind.ages[at - 1] };
                events.extend((before..here).map(|_| (kind.signals.clone(), youngest)));
                before = here.max(before);
            }
        }
        events
    }
}

/// Sums of numbers in unary: at least `n` together where one has at least `a` and the other at least `n - a`.
pub fn added(one: &[Lit], other: &[Lit], most: usize, gates: &mut Gates) -> Vec<Lit> {
    if one.is_empty() || other.is_empty() || gates.is_full() {
        return [one, other].concat();
    }
    let at_least = |list: &[Lit], n: usize| match n {
        0 => Some(TRUE),
        n => list.get(n - 1).copied(),
    };
    let sums = 1..=(one.len() + other.len()).min(most);
    sums.map(|n| {
        let ways: Vec<Lit> = (0..=n)
            .filter_map(|a| Some([at_least(one, a)?, at_least(other, n - a)?]))
            .map(|both| gates.and(both))
            .collect();
        gates.or(ways)
    })
    .collect()
}

/// Events younger than this count.
fn age(within_days: Option<u32>) -> i64 {
    within_days.map_or(i64::MAX, |days| i64::from(days) * DAY_MICROS)
}

/// The age at which an event falls from step `i` of its decay to the next.
fn until(per: &Per, step: usize) -> i64 {
    per.halves_every_days.map_or(i64::MAX, |d| (i64::from(d.max(1)) * DAY_MICROS).saturating_mul(step as i64 + 1))
}

/// How many events of a criterion can make a difference: the newest that are counted, else as many as carry its group from one end of what it can
/// be to the other, or its whole score where the group has no such end, whatever else pulls the other way.
pub fn most_that_count(score: &Score, group: &Group, per: &Per) -> u32 {
    let counted = per.newest.unwrap_or_else(|| {
        let least = per.steps.iter().map(|p| p.0.unsigned_abs()).min().unwrap_or(1).max(1);
        let rises = per.steps.first().is_some_and(|p| p.0 > 0);
        let end = if rises { group.up_to } else { group.down_to };
        let own = against(group, rises);
        let room = match end {
            Some(end) => end.0.unsigned_abs().saturating_add(own),
            None => {
                let others = score.groups.iter().filter(|other| !std::ptr::eq(*other, group));
                let held = |other: &Group| {
                    let end = if rises { other.down_to } else { other.up_to };
                    end.map_or(u64::MAX, |end| end.0.unsigned_abs()).min(against(other, rises))
                };
                others.map(held).fold(own.saturating_add(score.out_of.0.unsigned_abs()), u64::saturating_add)
            }
        };
        u32::try_from(room.div_ceil(least)).unwrap_or(u32::MAX)
    });
    counted.max(per.at_least.unwrap_or(0))
}

/// The most that the criteria of a group take where points rise, or give where they fall; without an end where a number of events has none.
fn against(group: &Group, rises: bool) -> u64 {
    let other_way = group.criteria.iter().filter(|c| (c.points.0 > 0) != rises);
    let span = |criterion: &Criterion| {
        let times = match &criterion.kind {
            CriterionKind::When(_) => 1,
            CriterionKind::Per(per) => per.newest.map_or(u64::MAX, u64::from),
        };
        criterion.points.0.unsigned_abs().saturating_mul(times)
    };
    other_way.map(span).fold(0, u64::saturating_add)
}

/// By signal: what conditions and criteria ask of its events.
fn asked(policy: &Policy, program: &Program) -> Vec<Asked> {
    let mut asked = vec![Asked::default(); policy.signals.len()];
    let mut ask = |signal: SignalId, age: i64, most: u32| {
        let one = &mut asked[signal.index()];
        one.ages.extend([age, i64::MAX]);
        one.most = one.most.max(most);
    };
    for node in &program.nodes {
        if let Op::Atom(Atom::Count { signals, within_days, range }) = &node.op {
            let most = range.high.map_or(0, |high| high.saturating_add(1)).max(range.low);
            signals.iter().for_each(|s| ask(*s, age(*within_days), most));
        }
    }
    for (plans, kind) in program.scores.iter().zip(crate::policy::ScoreKind::BOTH) {
        let score = policy.score(kind);
        for (plans, group) in plans.iter().zip(&score.groups) {
            for plan in plans {
                let CriterionPlan::Per { per, .. } = plan else { continue };
                let most = most_that_count(score, group, per);
                ask(per.signal, age(per.within_days), most);
                (0..per.steps.len()).for_each(|i| ask(per.signal, age(per.within_days).min(until(per, i)), most));
            }
        }
    }
    asked
}
