//! Sums of points as literals: whether a sum reaches a threshold, built only for thresholds that something asks about.
//!
//! Weights are made positive first (a negative weight is its own base, plus the same weight where its literal does not hold), so every part of a
//! sum only grows, and caps and floors can be looked at from outside: the sum of a group reaches a threshold above its floor and up to its cap
//! exactly where the plain sum does.

use super::gates::{Gates, TRUE};
use super::solver::Lit;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Sums that are being looked at. It is a handle: clones look at the same sums, which is how two policies share what their scores have in common.
#[derive(Clone, Debug, Default)]
pub struct Sums(Rc<RefCell<Nodes>>);

/// Children stand before parents.
#[derive(Debug, Default)]
struct Nodes {
    nodes: Vec<Node>,
    known: BTreeMap<(SumId, i64), Lit>,
}

/// A node of a sum, by its place.
pub type SumId = usize;

#[derive(Clone, Debug)]
struct Node {
    shape: Shape,
    /// What the node can be as far as its parts tell, ascending; a superset of what it is for some lead.
    values: Rc<[i64]>,
}

#[derive(Clone, Debug)]
enum Shape {
    Constant,
    /// A positive weight where a literal holds, else nothing.
    Term(Lit),
    Both(SumId, SumId),
    /// Held between the least and the most of its values.
    Held(SumId),
}

/// Weights that are all positive, each on a literal of its own, and what is there in any case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Weights {
    pub base: i64,
    pub on: BTreeMap<Lit, i64>,
}

impl Weights {
    /// Makes weights positive, and puts those on one literal together.
    pub fn new(terms: &[(i64, Lit)]) -> Weights {
        let mut weights: BTreeMap<Lit, i64> = BTreeMap::new();
        let mut made = Weights::default();
        for (weight, lit) in terms {
            if *lit == TRUE {
                made.base += weight;
            } else if *lit != !TRUE {
                *weights.entry(*lit).or_default() += weight;
            }
        }
        // A weight on a literal and one on its negation: what both have in common is always there.
        for (lit, weight) in weights {
            let (lit, weight) = if weight < 0 {
                made.base += weight;
                (!lit, -weight)
            } else {
                (lit, weight)
            };
            *made.on.entry(lit).or_default() += weight;
        }
        made.on.retain(|_, weight| *weight > 0);
        made
    }

    /// The least and the most they come to if their literals were free.
    pub fn range(&self) -> (i64, i64) {
        (self.base, self.base + self.on.values().sum::<i64>())
    }
}

/// Sums with more values than this are not built; what rests on them is not decided.
const WIDEST: usize = 10_000;

impl Sums {
    /// A sum of weights, each counted where its literal holds. `None` if it has too many values.
    pub fn sum(&self, terms: &[(i64, Lit)]) -> Option<SumId> {
        self.weighted(&Weights::new(terms))
    }

    /// A sum of weights. `None` if it has too many values.
    pub fn weighted(&self, weights: &Weights) -> Option<SumId> {
        let mut sums: Vec<SumId> = Vec::new();
        if weights.base != 0 {
            sums.push(self.constant(weights.base));
        }
        // Equal weights beside one another: their sums have few values.
        let mut parts: Vec<(i64, Lit)> = weights.on.iter().map(|(lit, weight)| (*weight, *lit)).collect();
        parts.sort_unstable();
        sums.extend(parts.iter().map(|(weight, lit)| self.node(Shape::Term(*lit), vec![0, *weight])));
        self.all(sums)
    }

    /// A sum that is always the same.
    pub fn constant(&self, value: i64) -> SumId {
        self.node(Shape::Constant, vec![value])
    }

    /// The sum of sums, put together in pairs. `None` if one of them has too many values.
    pub fn all(&self, mut sums: Vec<SumId>) -> Option<SumId> {
        if sums.is_empty() {
            sums.push(self.constant(0));
        }
        while sums.len() > 1 {
            let mut next = Vec::new();
            for pair in sums.chunks(2) {
                next.push(match pair {
                    [one, other] => self.both(*one, *other)?,
                    rest => rest[0],
                });
            }
            sums = next;
        }
        sums.pop()
    }

    /// A sum held between a floor and a cap.
    pub fn held(&self, sum: SumId, floor: Option<i64>, cap: Option<i64>) -> SumId {
        let all = self.values(sum);
        let values: BTreeSet<i64> = all.iter().map(|v| hold(*v, floor, cap)).collect();
        let values: Vec<i64> = values.into_iter().collect();
        if values[..] == all[..] {
            return sum;
        }
        self.node(Shape::Held(sum), values)
    }

    /// What a sum can be as far as its parts tell, ascending.
    pub fn values(&self, sum: SumId) -> Rc<[i64]> {
        Rc::clone(&self.0.borrow().nodes[sum].values)
    }

    /// Whether a sum is at least a threshold.
    pub fn at_least(&self, sum: SumId, threshold: i64, gates: &mut Gates) -> Lit {
        let Node { shape, values } = self.0.borrow().nodes[sum].clone();
        // All thresholds between two values are the same question.
        let place = step(&values, threshold);
        if place == 0 {
            return TRUE;
        }
        let Some(&threshold) = values.get(place) else { return !TRUE };
        if let Some(known) = self.0.borrow().known.get(&(sum, threshold)) {
            return *known;
        }
        if gates.is_full() {
            return !TRUE;
        }
        let lit = match shape {
            Shape::Constant => !TRUE,
            Shape::Term(lit) => lit,
            Shape::Held(inner) => self.at_least(inner, threshold, gates),
            Shape::Both(one, other) => self.ways(one, other, threshold, gates),
        };
        self.know(sum, threshold, lit, gates);
        lit
    }

    /// Notes a threshold, and tells the solver what it cannot easily see: who reaches a threshold reaches every lower one of the same sum.
    fn know(&self, sum: SumId, threshold: i64, lit: Lit, gates: &mut Gates) {
        let known = &mut self.0.borrow_mut().known;
        if let Some((_, lower)) = known.range((sum, i64::MIN)..(sum, threshold)).next_back() {
            gates.implies(lit, *lower);
        }
        if let Some((_, higher)) = known.range((sum, threshold + 1)..=(sum, i64::MAX)).next() {
            gates.implies(*higher, lit);
        }
        known.insert((sum, threshold), lit);
    }

    /// The ways in which two sums reach a threshold together.
    fn ways(&self, one: SumId, other: SumId, threshold: i64, gates: &mut Gates) -> Lit {
        let (firsts, seconds) = (self.values(one), self.values(other));
        let mut ways = Vec::new();
        let mut asked = None;
        for value in firsts.iter() {
            // What is asked of the second only changes where it passes one of its values; more of the first for the same adds nothing.
            let rest = step(&seconds, threshold - value);
            if asked.replace(rest) == Some(rest) {
                continue;
            }
            let own = self.at_least(one, *value, gates);
            let rest = self.at_least(other, threshold - value, gates);
            ways.push(gates.and([own, rest]));
            if rest == TRUE {
                break;
            }
        }
        gates.or(ways)
    }

    /// Says how two sums hang together wherever thresholds of both are looked at: the second is at least `least` and at most `most` above the first.
    pub fn hang_together(&self, one: SumId, other: SumId, (least, most): (i64, i64), gates: &mut Gates) {
        let (firsts, seconds) = (self.thresholds(one), self.thresholds(other));
        for (threshold, lit) in &firsts {
            if let Some((_, reached)) = seconds.iter().rev().find(|(t, _)| *t <= threshold.saturating_add(least)) {
                gates.implies(*lit, *reached);
            }
        }
        for (threshold, lit) in &seconds {
            if let Some((_, reached)) = firsts.iter().rev().find(|(t, _)| *t <= threshold.saturating_sub(most)) {
                gates.implies(*lit, *reached);
            }
        }
    }

    /// The thresholds of a sum that are looked at, ascending.
    fn thresholds(&self, sum: SumId) -> Vec<(i64, Lit)> {
        self.0.borrow().known.range((sum, i64::MIN)..=(sum, i64::MAX)).map(|((_, t), lit)| (*t, *lit)).collect()
    }

    /// The sum of two. `None` if it has too many values.
    pub fn both(&self, one: SumId, other: SumId) -> Option<SumId> {
        let (firsts, seconds) = (self.values(one), self.values(other));
        // The thresholds of the one with fewer values are gone through for each threshold of the sum.
        let (one, other, firsts, seconds) =
            if firsts.len() <= seconds.len() { (one, other, firsts, seconds) } else { (other, one, seconds, firsts) };
        let values = added(&firsts, &seconds)?;
        Some(self.node(Shape::Both(one, other), values))
    }

    fn node(&self, shape: Shape, values: Vec<i64>) -> SumId {
        let nodes = &mut self.0.borrow_mut().nodes;
        nodes.push(Node { shape, values: values.into() });
        nodes.len() - 1
    }
}

/// All sums of two values, ascending. `None` if there are too many.
fn added(firsts: &[i64], seconds: &[i64]) -> Option<Vec<i64>> {
    let (least, most) = (firsts.first()? + seconds.first()?, firsts.last()? + seconds.last()?);
    // Where values stand close together, a bit for each is far less than a list.
    let span = usize::try_from(most - least).ok().filter(|span| *span <= WIDEST * 64)?;
    let mut seen = vec![0_u64; span / 64 + 1];
    for a in firsts {
        for b in seconds {
            let at = (a + b - least) as usize;
            seen[at / 64] |= 1 << (at % 64);
        }
    }
    let count: u32 = seen.iter().map(|word| word.count_ones()).sum();
    let held = |at: &usize| seen[at / 64] >> (at % 64) & 1 == 1;
    (count as usize <= WIDEST).then(|| (0..=span).filter(held).map(|at| least + at as i64).collect())
}

/// A value held between a floor and a cap.
pub fn hold(value: i64, floor: Option<i64>, cap: Option<i64>) -> i64 {
    let capped = cap.map_or(value, |cap| value.min(cap));
    floor.map_or(capped, |floor| capped.max(floor))
}

/// Thresholds with the same answer have the same step.
fn step(values: &[i64], threshold: i64) -> usize {
    values.partition_point(|v| *v < threshold)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::solver::Answer;

    /// Every assignment of a few literals against plain arithmetic.
    #[test]
    fn sums_are_what_arithmetic_says() {
        let weights = [20, -15, 7, 20, 3];
        for (floor, cap) in [(None, None), (Some(-10), Some(30)), (Some(0), None), (None, Some(12))] {
            let mut gates: Gates = Gates::default();
            let lits: Vec<Lit> = weights.iter().map(|_| gates.fresh()).collect();
            let sums = Sums::default();
            let terms: Vec<(i64, Lit)> = weights.iter().copied().zip(lits.iter().copied()).collect();
            let plain = sums.sum(&terms).expect("few values");
            let held = sums.held(plain, floor, cap);
            let thresholds: Vec<(i64, Lit)> = (-40..60).map(|t| (t, sums.at_least(held, t, &mut gates))).collect();
            for bits in 0..1_u32 << weights.len() {
                let on = |i: usize| bits >> i & 1 == 1;
                let assumed: Vec<Lit> = lits.iter().enumerate().map(|(i, l)| if on(i) { *l } else { !*l }).collect();
                assert_eq!(gates.solve(&assumed, 1000), Answer::Yes);
                let sum: i64 = weights.iter().enumerate().filter(|(i, _)| on(*i)).map(|(_, w)| w).sum();
                let sum = hold(sum, floor, cap);
                for (threshold, lit) in &thresholds {
                    assert_eq!(gates.value(*lit), sum >= *threshold, "{bits:b} {threshold} {sum}");
                }
            }
        }
    }

    #[test]
    fn a_weight_and_its_opposite_cancel_out() {
        let mut gates: Gates = Gates::default();
        let (a, sums) = (gates.fresh(), Sums::default());
        let sum = sums.sum(&[(5, a), (-5, a), (3, !a), (3, a)]).expect("few values");
        assert_eq!(sums.at_least(sum, 3, &mut gates), TRUE);
        assert_eq!(sums.at_least(sum, 4, &mut gates), !TRUE);
    }
}
