//! Conditions of literals, each built once: equal gates are one literal, and what is always true or false goes away while it is built.

use super::solver::{Answer, Batsat, Lit, Sat};
use std::collections::HashMap;

/// Builds gates over a solver. Every gate is defined in both directions, so a literal may be used in any place.
pub struct Gates<S: Sat = Batsat> {
    solver: S,
    variables: u32,
    clauses: u64,
    /// Conjunctions by their sorted parts; a disjunction is a negated conjunction.
    ands: HashMap<Vec<Lit>, Lit>,
}

impl<S: Sat + Default> Default for Gates<S> {
    fn default() -> Self {
        let mut gates = Gates { solver: S::default(), variables: 1, clauses: 0, ands: HashMap::new() };
        gates.require(&[TRUE]);
        gates
    }
}

/// The literal that always holds: variable 0 is set aside for it.
pub const TRUE: Lit = Lit::positive(0);

impl<S: Sat> Gates<S> {
    /// A new variable, free to be true or false.
    pub fn fresh(&mut self) -> Lit {
        self.variables += 1;
        Lit::positive(self.variables - 1)
    }

    /// One of these must hold.
    pub fn require(&mut self, literals: &[Lit]) {
        if literals.contains(&TRUE) && literals.len() > 1 {
            return;
        }
        self.clauses += 1;
        self.solver.clause(literals);
    }

    /// `a` holds only where `b` does.
    pub fn implies(&mut self, a: Lit, b: Lit) {
        if b != TRUE && a != !TRUE && a != b {
            self.require(&[!a, b]);
        }
    }

    /// Holds where all parts do.
    pub fn and(&mut self, parts: impl IntoIterator<Item = Lit>) -> Lit {
        let mut parts: Vec<Lit> = parts.into_iter().filter(|l| *l != TRUE).collect();
        parts.sort_unstable();
        parts.dedup();
        // A variable and its negation stand side by side once sorted.
        let contradicts = parts.windows(2).any(|pair| pair[0] == !pair[1]);
        if contradicts || parts.contains(&!TRUE) {
            return !TRUE;
        }
        match parts.as_slice() {
            [] => TRUE,
            [one] => *one,
            _ => {
                if let Some(known) = self.ands.get(&parts) {
                    return *known;
                }
                let gate = self.fresh();
                parts.iter().for_each(|part| self.require(&[!gate, *part]));
                let back: Vec<Lit> = parts.iter().map(|part| !*part).chain([gate]).collect();
                self.require(&back);
                self.ands.insert(parts, gate);
                gate
            }
        }
    }

    /// Holds where one part does.
    pub fn or(&mut self, parts: impl IntoIterator<Item = Lit>) -> Lit {
        let negated: Vec<Lit> = parts.into_iter().map(|l| !l).collect();
        !self.and(negated)
    }

    /// At most one of these holds.
    pub fn at_most_one(&mut self, literals: &[Lit]) {
        // A chain: the one that holds forbids all after it. Two clauses and one variable each, however many there are.
        let Some((first, rest)) = literals.split_first() else { return };
        let mut before = *first;
        for literal in rest {
            self.require(&[!before, !*literal]);
            let so_far = self.or([before, *literal]);
            before = so_far;
        }
    }

    /// How many clauses there are; what is built grows with it.
    pub fn clauses(&self) -> u64 {
        self.clauses
    }

    /// Whether all that is required and these literals can hold together.
    pub fn solve(&mut self, assumed: &[Lit], conflicts: u64) -> Answer {
        self.solver.solve(assumed, conflicts)
    }

    /// The value of a literal after [`Answer::Yes`].
    pub fn value(&self, literal: Lit) -> bool {
        self.solver.value(literal)
    }

    /// Which of the assumed literals cannot hold together, after [`Answer::No`].
    pub fn core(&self) -> Vec<Lit> {
        self.solver.core()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_gates_are_one_literal() {
        let mut gates: Gates = Gates::default();
        let (a, b, c) = (gates.fresh(), gates.fresh(), gates.fresh());
        let one = gates.and([a, b, c]);
        assert_eq!(gates.and([c, TRUE, b, a, a]), one);
        // De Morgan: what is left of `or` over negations is the same gate.
        assert_eq!(!gates.or([!a, !b, !c]), one);
        assert_eq!((gates.and([a, !a]), gates.or([a, !a]), gates.and([])), (!TRUE, TRUE, TRUE));
        assert_eq!(gates.solve(&[one, !b], 10), Answer::No);
        assert_eq!(gates.solve(&[a, b, !one], 10), Answer::Yes);
        assert!(!gates.value(c));
    }

    #[test]
    fn at_most_one_of_many() {
        let mut gates: Gates = Gates::default();
        let many: Vec<Lit> = (0..20).map(|_| gates.fresh()).collect();
        gates.at_most_one(&many);
        assert_eq!(gates.solve(&[many[3], many[17]], 10), Answer::No);
        assert_eq!(gates.solve(&[many[17]], 10), Answer::Yes);
        assert_eq!(gates.solve(&many.iter().map(|l| !*l).collect::<Vec<_>>(), 10), Answer::Yes);
    }
}
