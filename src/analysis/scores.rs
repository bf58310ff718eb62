//! Scores as sums: those of one policy, and those of two that have as much in common as can be.
//!
//! Two sums that are built apart have to be compared by the solver, weight by weight, which a harmless change of a large policy makes hopeless. So
//! what both have in common is one sum; only the rest is added on top, and how far that rest can differ is asked first and told to the solver at
//! each level: a cap never makes a difference larger.

use super::gates::Gates;
use super::solver::{Answer, Lit};
use super::sums::{SumId, Sums, Weights, hold};
use std::collections::BTreeMap;

/// A group of a score: weights on literals, held between a floor and a cap.
#[derive(Clone, Debug)]
pub struct WeightedGroup {
    pub name: String,
    pub weights: Weights,
    pub floor: Option<i64>,
    pub cap: Option<i64>,
}

/// How far a later sum can lie above the earlier one, at least and at most.
pub type Difference = (i64, i64);

/// More literals than this are not asked together how far they differ; their plain range is taken.
const ASKED: usize = 12;
/// So many literals on a side are looked through for one that was split in two.
const SPLIT: usize = 64;
/// So many conflicts a question about differences may take.
const CONFLICTS: u64 = 2_000;

/// Two sums, and how they hang together at each level.
pub struct Compared {
    pub old: Option<SumId>,
    pub new: Option<SumId>,
    /// How far the later sum can lie above the earlier one before they are clamped, at least and at most; what it can be, or more than that.
    pub difference: Difference,
    /// Sums that are looked at together.
    pub levels: Vec<(SumId, SumId, Difference)>,
}

impl Sums {
    /// The sum of all groups of a score, clamped to what it is out of. `None` if it has too many values.
    pub fn score(&self, groups: &[WeightedGroup], out_of: i64) -> Option<SumId> {
        let groups: Option<Vec<SumId>> = groups
            .iter()
            .map(|group| Some(self.held(self.weighted(&group.weights)?, group.floor, group.cap)))
            .collect();
        Some(self.held(self.all(groups?)?, Some(0), Some(out_of)))
    }

    /// The sums of a score of two policies, each clamped to what it is out of.
    pub fn compared(
        &self,
        old: &[WeightedGroup],
        new: &[WeightedGroup],
        out_of: [i64; 2],
        gates: &mut Gates,
    ) -> Compared {
        let mut compared = Compared { old: None, new: None, difference: (0, 0), levels: Vec::new() };
        let _ = self.compare(old, new, gates, &mut compared);
        if let (Some(old), Some(new)) = (compared.old, compared.new) {
            let held = [(old, out_of[0]), (new, out_of[1])].map(|(sum, most)| self.held(sum, Some(0), Some(most)));
            (compared.old, compared.new) = (Some(held[0]), Some(held[1]));
            let (least, most) = compared.difference;
            let moved = out_of[1] - out_of[0];
            if held[0] != held[1] {
                compared.levels.push((held[0], held[1], (least.min(0) + moved.min(0), most.max(0) + moved.max(0))));
            }
        }
        compared
    }

    fn compare(
        &self,
        old: &[WeightedGroup],
        new: &[WeightedGroup],
        gates: &mut Gates,
        compared: &mut Compared,
    ) -> Option<()> {
        let (mut same, mut olds, mut news) = (Vec::new(), Vec::new(), Vec::new());
        for (one, other) in matched(old, new) {
            let pair = self.group(&one, &other, gates, &mut compared.levels)?;
            compared.difference.0 += pair.2.0;
            compared.difference.1 += pair.2.1;
            if pair.0 == pair.1 {
                same.push(pair.0);
            } else {
                olds.push(pair.0);
                news.push(pair.1);
            }
        }
        let shared = self.all(same)?;
        let on_top = |more: Vec<SumId>| -> Option<SumId> {
            if more.is_empty() { Some(shared) } else { self.both(shared, self.all(more)?) }
        };
        let (old, new) = (on_top(olds)?, on_top(news)?);
        (compared.old, compared.new) = (Some(old), Some(new));
        if old != new {
            compared.levels.push((old, new, compared.difference));
        }
        Some(())
    }

    /// A group in both versions: its sums after floor and cap, and how they differ.
    fn group(
        &self,
        old: &WeightedGroup,
        new: &WeightedGroup,
        gates: &mut Gates,
        levels: &mut Vec<(SumId, SumId, Difference)>,
    ) -> Option<(SumId, SumId, Difference)> {
        let parts = apart(&old.weights, &new.weights, gates);
        let difference = difference(&parts.old, &parts.new, self, gates);
        let common = self.weighted(&parts.common)?;
        let on_top = |more: &Weights| -> Option<SumId> {
            if *more == Weights::default() { Some(common) } else { self.both(common, self.weighted(more)?) }
        };
        let before = on_top(&parts.old)?;
        let after = if difference == (0, 0) { before } else { on_top(&parts.new)? };
        if before != after {
            levels.push((before, after, difference));
        }
        let held = (self.held(before, old.floor, old.cap), self.held(after, new.floor, new.cap));
        if before == after && (old.floor, old.cap) == (new.floor, new.cap) {
            return Some((held.0, held.0, (0, 0)));
        }
        if self.values(held.0) == self.values(held.1) && before == after {
            // The cap moved, and neither can bind.
            return Some((held.0, held.0, (0, 0)));
        }
        let difference = after_holding(difference, old, new);
        levels.push((held.0, held.1, difference));
        Some((held.0, held.1, difference))
    }
}

/// What a difference of sums is once both are held: a cap or floor makes none larger, and its own move adds to it.
fn after_holding((least, most): Difference, old: &WeightedGroup, new: &WeightedGroup) -> Difference {
    let ((low, high), (lower, higher)) = (old.weights.range(), new.weights.range());
    let (from, to) = (low.min(lower), high.max(higher));
    // Two ways of holding one sum differ most where one of them begins to bind.
    let ends = [old.floor, old.cap, new.floor, new.cap].into_iter().flatten().filter(|end| (from..=to).contains(end));
    let moved: Vec<i64> =
        ends.chain([from, to]).map(|at| hold(at, new.floor, new.cap) - hold(at, old.floor, old.cap)).collect();
    let (down, up) = (moved.iter().min().copied().unwrap_or(0), moved.iter().max().copied().unwrap_or(0));
    (least.min(0) + down, most.max(0) + up)
}

/// Groups of the same name side by side; what one version does not have is empty there.
fn matched(old: &[WeightedGroup], new: &[WeightedGroup]) -> Vec<(WeightedGroup, WeightedGroup)> {
    // Groups that nothing holds only add up: weights may move between them without any difference.
    let free = |g: &&WeightedGroup| holds_nothing(g);
    let pooled = |groups: &[WeightedGroup]| {
        let weights = groups.iter().filter(free).map(|g| &g.weights);
        let mut all = Weights::default();
        for weights in weights {
            all.base += weights.base;
            weights.on.iter().for_each(|(lit, weight)| *all.on.entry(*lit).or_default() += weight);
        }
        WeightedGroup { name: String::new(), weights: all, floor: None, cap: None }
    };
    let mut pairs = vec![(pooled(old), pooled(new))];
    let none = |like: &WeightedGroup| WeightedGroup { weights: Weights::default(), ..like.clone() };
    let find = |list: &[WeightedGroup], name: &str| list.iter().find(|g| g.name == name && !holds_nothing(g)).cloned();
    for group in old.iter().filter(|g| !holds_nothing(g)) {
        pairs.push((group.clone(), find(new, &group.name).unwrap_or_else(|| none(group))));
    }
    for group in new.iter().filter(|g| !holds_nothing(g) && find(old, &g.name).is_none()) {
        pairs.push((none(group), group.clone()));
    }
    pairs
}

/// Whether neither the cap nor the floor of a group can bind.
fn holds_nothing(group: &WeightedGroup) -> bool {
    let (low, high) = group.weights.range();
    group.cap.is_none_or(|cap| cap >= high) && group.floor.is_none_or(|floor| floor <= low)
}

/// What two sums have in common, and the rest of each.
struct Apart {
    common: Weights,
    old: Weights,
    new: Weights,
}

fn apart(old: &Weights, new: &Weights, gates: &mut Gates) -> Apart {
    let (mut old, mut new) = (old.clone(), new.clone());
    mend_splits(&mut old, &mut new, gates);
    mend_splits(&mut new, &mut old, gates);
    let base = old.base.min(new.base);
    let mut common = Weights { base, on: BTreeMap::new() };
    old.base -= base;
    new.base -= base;
    for (lit, weight) in &mut old.on {
        if let Some(other) = new.on.get_mut(lit) {
            let both = (*weight).min(*other);
            *weight -= both;
            *other -= both;
            common.on.insert(*lit, both);
        }
    }
    old.on.retain(|_, weight| *weight > 0);
    new.on.retain(|_, weight| *weight > 0);
    Apart { common, old, new }
}

/// One condition of `whole` may have become two of `parts` that never hold together and hold wherever it does. They become the one again.
fn mend_splits(whole: &mut Weights, parts: &mut Weights, gates: &mut Gates) {
    let only = |one: &Weights, other: &Weights| -> Vec<(Lit, i64)> {
        one.on.iter().filter(|(l, w)| other.on.get(l) != Some(w)).map(|(l, w)| (*l, *w)).collect()
    };
    let (wholes, halves) = (only(whole, parts), only(parts, whole));
    if wholes.is_empty() || wholes.len() > SPLIT || halves.len() > 2 * SPLIT {
        return;
    }
    for (lit, weight) in wholes {
        let fits: Vec<Lit> = halves
            .iter()
            .filter(|(half, w)| *w == weight && parts.on.get(half) == Some(w))
            .map(|(half, _)| *half)
            .filter(|half| gates.solve(&[*half, !lit], CONFLICTS) == Answer::No)
            .collect();
        let pairs = fits.iter().enumerate().flat_map(|(i, one)| fits[..i].iter().map(move |other| (*one, *other)));
        let found = pairs.into_iter().find(|(one, other)| {
            gates.solve(&[*one, *other], CONFLICTS) == Answer::No
                && gates.solve(&[lit, !*one, !*other], CONFLICTS) == Answer::No
        });
        if let Some((one, other)) = found {
            parts.on.remove(&one);
            parts.on.remove(&other);
            *parts.on.entry(lit).or_default() += weight;
        }
    }
}

/// How far the second sum lies above the first, exactly where few literals are left and the solver can tell, else as far as weights tell.
fn difference(old: &Weights, new: &Weights, sums: &Sums, gates: &mut Gates) -> Difference {
    let ((low, high), (lower, higher)) = (old.range(), new.range());
    let plain = (lower - high, higher - low);
    if old.on.len() + new.on.len() > ASKED || plain.0 == plain.1 {
        return plain;
    }
    let minus = old.on.iter().map(|(lit, weight)| (-weight, *lit));
    let terms: Vec<(i64, Lit)> = new.on.iter().map(|(lit, weight)| (*weight, *lit)).chain(minus).collect();
    let Some(sum) = sums.sum(&terms) else { return plain };
    let base = new.base - old.base;
    let values = sums.values(sum);
    // Ascending: the first value that the sum can stay at, and the last that it can reach.
    let least = values.iter().skip(1).find(|v| {
        let above = sums.at_least(sum, **v, gates);
        gates.solve(&[!above], CONFLICTS) != Answer::No
    });
    let most = values.iter().rev().find(|v| {
        let reached = sums.at_least(sum, **v, gates);
        gates.solve(&[reached], CONFLICTS) != Answer::No
    });
    let before = |value: &i64| values[values.partition_point(|v| v < value) - 1];
    let least = least.map_or_else(|| values.last().copied().unwrap_or(0), before);
    (least + base, most.copied().unwrap_or(0) + base)
}
