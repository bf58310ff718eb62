//! Conditions of literals, each built once: equal gates are one literal, and what is always true or false goes away while it is built.

use super::solver::{Answer, Batsat, Lit, Sat};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// Builds gates over a solver. Every gate is defined in both directions, so a literal may be used in any place.
///
/// It is a handle: clones build over the same solver, which is how two policies share one space.
pub struct Gates<S: Sat = Batsat>(Rc<RefCell<Built<S>>>);

struct Built<S> {
    solver: S,
    clauses: u64,
    gave_up: bool,
    /// By variable: the parts of a conjunction; nothing for a variable that is free.
    parts: Vec<Option<Box<[Lit]>>>,
    /// Conjunctions by their sorted parts; a disjunction is a negated conjunction.
    ands: HashMap<Box<[Lit]>, Lit>,
}

impl<S: Sat> Clone for Gates<S> {
    fn clone(&self) -> Self {
        Gates(Rc::clone(&self.0))
    }
}

impl<S: Sat + Default> Default for Gates<S> {
    fn default() -> Self {
        let built = Built { solver: S::default(), clauses: 0, gave_up: false, parts: vec![None], ands: HashMap::new() };
        let mut gates = Gates(Rc::new(RefCell::new(built)));
        gates.require(&[TRUE]);
        gates
    }
}

/// The literal that always holds: variable 0 is set aside for it.
pub const TRUE: Lit = Lit::positive(0);

/// A clause takes about a hundred bytes.
const MOST_CLAUSES: u64 = 2_000_000;

impl<S: Sat> Gates<S> {
    /// A new variable, free to be true or false.
    pub fn fresh(&mut self) -> Lit {
        self.0.borrow_mut().variable(None)
    }

    /// One of these must hold.
    pub fn require(&mut self, literals: &[Lit]) {
        if literals.contains(&TRUE) && literals.len() > 1 {
            return;
        }
        self.0.borrow_mut().clause(literals);
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
            _ => self.0.borrow_mut().gate(parts.into_boxed_slice()),
        }
    }

    /// Holds where one part does.
    pub fn or(&mut self, parts: impl IntoIterator<Item = Lit>) -> Lit {
        let negated: Vec<Lit> = parts.into_iter().map(|l| !l).collect();
        !self.and(negated)
    }

    /// Holds where both hold, or neither.
    pub fn same(&mut self, a: Lit, b: Lit) -> Lit {
        let apart = [self.and([a, !b]), self.and([!a, b])];
        self.and(apart.map(|l| !l))
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

    /// Whether so much was built that more would not help: what is asked for then is not to be relied on, and [`Gates::gave_up`] says so.
    pub fn is_full(&mut self) -> bool {
        let mut built = self.0.borrow_mut();
        built.gave_up |= built.clauses > MOST_CLAUSES;
        built.gave_up
    }

    /// Whether something was left out because too much was built.
    pub fn gave_up(&self) -> bool {
        self.0.borrow().gave_up
    }

    /// How many clauses there are; what is built grows with it.
    pub fn clauses(&self) -> u64 {
        self.0.borrow().clauses
    }

    /// How many variables there are, the one that always holds among them.
    pub fn variables(&self) -> usize {
        self.0.borrow().parts.len()
    }

    /// The parts of a conjunction by its variable; `None` for a variable that is free.
    pub fn parts(&self, variable: u32) -> Option<Box<[Lit]>> {
        self.0.borrow().parts[variable as usize].clone()
    }

    /// Whether all that is required and these literals can hold together.
    pub fn solve(&mut self, assumed: &[Lit], conflicts: u64) -> Answer {
        self.0.borrow_mut().solver.solve(assumed, conflicts)
    }

    /// The value of a literal after [`Answer::Yes`].
    pub fn value(&self, literal: Lit) -> bool {
        self.0.borrow().solver.value(literal)
    }

    /// Which of the assumed literals cannot hold together, after [`Answer::No`].
    pub fn core(&self) -> Vec<Lit> {
        self.0.borrow().solver.core()
    }
}

impl<S: Sat> Built<S> {
    fn variable(&mut self, parts: Option<Box<[Lit]>>) -> Lit {
        self.parts.push(parts);
        Lit::positive(self.parts.len() as u32 - 1)
    }

    fn clause(&mut self, literals: &[Lit]) {
        self.clauses += 1;
        self.solver.clause(literals);
    }

    fn gate(&mut self, parts: Box<[Lit]>) -> Lit {
        if let Some(known) = self.ands.get(&parts) {
            return *known;
        }
        let gate = self.variable(Some(parts.clone()));
        parts.iter().for_each(|part| self.clause(&[!gate, *part]));
        let back: Vec<Lit> = parts.iter().map(|part| !*part).chain([gate]).collect();
        self.clause(&back);
        self.ands.insert(parts, gate);
        gate
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
    fn the_same_or_not() {
        let mut gates: Gates = Gates::default();
        let (a, b) = (gates.fresh(), gates.fresh());
        let same = gates.same(a, b);
        assert_eq!((gates.same(b, a), gates.same(a, a), gates.same(a, !a)), (same, TRUE, !TRUE));
        assert_eq!(gates.solve(&[same, a, !b], 10), Answer::No);
        assert_eq!(gates.solve(&[!same, a, b], 10), Answer::No);
        assert_eq!(gates.solve(&[same, !a, !b], 10), Answer::Yes);
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
