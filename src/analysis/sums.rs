//! Sums of points as literals: whether a sum reaches a threshold, built only for thresholds that something asks about.
//!
//! Weights are made positive first (a negative weight is its own base, plus the same weight where its literal does not hold), so every part of a
//! sum only grows, and caps and floors can be looked at from outside: the sum of a group reaches a threshold above its floor and up to its cap
//! exactly where the plain sum does.

use super::gates::{Gates, TRUE};
use super::solver::Lit;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A sum that is being looked at. Children stand before parents.
#[derive(Clone, Debug, Default)]
pub struct Sums {
    nodes: Vec<Node>,
    known: HashMap<(usize, i64), Lit>,
}

/// A node of a sum, by its place.
pub type SumId = usize;

#[derive(Clone, Debug)]
struct Node {
    shape: Shape,
    /// What the node can be as far as its parts tell, ascending; a superset of what it is for some lead.
    values: Vec<i64>,
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

/// Nodes with more values than this are not built; what rests on them is not decided.
const WIDEST: usize = 20_000;

impl Sums {
    /// A sum of weights, each counted where its literal holds. `None` if it has too many values.
    pub fn sum(&mut self, terms: &[(i64, Lit)]) -> Option<SumId> {
        let mut weights: BTreeMap<Lit, i64> = BTreeMap::new();
        let mut base = 0;
        for (weight, lit) in terms {
            if *lit == TRUE {
                base += weight;
            } else if *lit != !TRUE {
                *weights.entry(*lit).or_default() += weight;
            }
        }
        // A weight on a literal and one on its negation: what both have in common is always there.
        let mut parts: BTreeMap<Lit, i64> = BTreeMap::new();
        for (lit, weight) in weights {
            let (lit, weight) = if weight < 0 {
                base += weight;
                (!lit, -weight)
            } else {
                (lit, weight)
            };
            *parts.entry(lit).or_default() += weight;
        }
        let mut nodes: Vec<SumId> = Vec::new();
        if base != 0 {
            nodes.push(self.node(Shape::Constant, vec![base]));
        }
        let mut parts: Vec<(i64, Lit)> = parts.into_iter().filter(|(_, w)| *w > 0).map(|(l, w)| (w, l)).collect();
        // Equal weights beside one another: their sums have few values.
        parts.sort_unstable();
        nodes.extend(parts.iter().map(|(weight, lit)| self.node(Shape::Term(*lit), vec![0, *weight])));
        self.all(nodes)
    }

    /// The sum of sums, put together in pairs. `None` if one of them has too many values.
    pub fn all(&mut self, mut nodes: Vec<SumId>) -> Option<SumId> {
        if nodes.is_empty() {
            nodes.push(self.node(Shape::Constant, vec![0]));
        }
        while nodes.len() > 1 {
            let mut next = Vec::new();
            for pair in nodes.chunks(2) {
                next.push(match pair {
                    [one, other] => self.both(*one, *other)?,
                    rest => rest[0],
                });
            }
            nodes = next;
        }
        nodes.pop()
    }

    /// A sum held between a floor and a cap.
    pub fn held(&mut self, sum: SumId, floor: Option<i64>, cap: Option<i64>) -> SumId {
        let hold = |v: &i64| {
            let capped = cap.map_or(*v, |cap| (*v).min(cap));
            floor.map_or(capped, |floor| capped.max(floor))
        };
        let values: BTreeSet<i64> = self.nodes[sum].values.iter().map(hold).collect();
        let values: Vec<i64> = values.into_iter().collect();
        if values == self.nodes[sum].values {
            return sum;
        }
        self.node(Shape::Held(sum), values)
    }

    /// What a sum can be as far as its parts tell, ascending.
    pub fn values(&self, sum: SumId) -> &[i64] {
        &self.nodes[sum].values
    }

    /// Whether a sum is at least a threshold.
    pub fn at_least(&mut self, sum: SumId, threshold: i64, gates: &mut Gates) -> Lit {
        let values = &self.nodes[sum].values;
        let place = self.step(sum, threshold);
        if place == 0 {
            return TRUE;
        }
        let Some(&threshold) = values.get(place) else { return !TRUE };
        if let Some(known) = self.known.get(&(sum, threshold)) {
            return *known;
        }
        let lit = match self.nodes[sum].shape {
            Shape::Constant => !TRUE,
            Shape::Term(lit) => lit,
            Shape::Held(inner) => self.at_least(inner, threshold, gates),
            Shape::Both(one, other) => {
                let mut ways = Vec::new();
                let mut least = None;
                for value in self.nodes[one].values.clone() {
                    // What is asked of the second only changes where it passes one of its values; more of the first for the same adds nothing.
                    let rest = self.step(other, threshold - value);
                    if least.replace(rest) == Some(rest) {
                        continue;
                    }
                    let own = self.at_least(one, value, gates);
                    let rest = self.at_least(other, threshold - value, gates);
                    ways.push(gates.and([own, rest]));
                    if rest == TRUE {
                        break;
                    }
                }
                gates.or(ways)
            }
        };
        self.known.insert((sum, threshold), lit);
        lit
    }

    /// Thresholds with the same answer have the same step.
    fn step(&self, sum: SumId, threshold: i64) -> usize {
        self.nodes[sum].values.partition_point(|v| *v < threshold)
    }

    fn both(&mut self, one: SumId, other: SumId) -> Option<SumId> {
        let (one, other) =
            if self.nodes[one].values.len() <= self.nodes[other].values.len() { (one, other) } else { (other, one) };
        let mut values: BTreeSet<i64> = BTreeSet::new();
        for a in &self.nodes[one].values {
            values.extend(self.nodes[other].values.iter().map(|b| a + b));
            if values.len() > WIDEST {
                return None;
            }
        }
        Some(self.node(Shape::Both(one, other), values.into_iter().collect()))
    }

    fn node(&mut self, shape: Shape, values: Vec<i64>) -> SumId {
        self.nodes.push(Node { shape, values });
        self.nodes.len() - 1
    }
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
            let mut sums = Sums::default();
            let terms: Vec<(i64, Lit)> = weights.iter().copied().zip(lits.iter().copied()).collect();
            let plain = sums.sum(&terms).expect("few values");
            let held = sums.held(plain, floor, cap);
            let thresholds: Vec<(i64, Lit)> = (-40..60).map(|t| (t, sums.at_least(held, t, &mut gates))).collect();
            for bits in 0..1_u32 << weights.len() {
                let on = |i: usize| bits >> i & 1 == 1;
                let assumed: Vec<Lit> = lits.iter().enumerate().map(|(i, l)| if on(i) { *l } else { !*l }).collect();
                assert_eq!(gates.solve(&assumed, 1000), Answer::Yes);
                let sum: i64 = weights.iter().enumerate().filter(|(i, _)| on(*i)).map(|(_, w)| w).sum();
                let sum = floor.map_or(cap.map_or(sum, |c| sum.min(c)), |f| cap.map_or(sum, |c| sum.min(c)).max(f));
                for (threshold, lit) in &thresholds {
                    assert_eq!(gates.value(*lit), sum >= *threshold, "{bits:b} {threshold} {sum}");
                }
            }
        }
    }

    #[test]
    fn a_weight_and_its_opposite_cancel_out() {
        let mut gates: Gates = Gates::default();
        let (a, mut sums) = (gates.fresh(), Sums::default());
        let sum = sums.sum(&[(5, a), (-5, a), (3, !a), (3, a)]).expect("few values");
        assert_eq!(sums.at_least(sum, 3, &mut gates), TRUE);
        assert_eq!(sums.at_least(sum, 4, &mut gates), !TRUE);
    }
}
