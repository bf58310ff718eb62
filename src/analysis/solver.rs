//! Whether clauses can all hold: the one door to the solver, so that another can take its place.
//!
//! Work is bounded by conflicts, not by time: what is found does not depend on the machine.

use batsat::callbacks::Callbacks;
use batsat::clause::{Kind, lbool};
use batsat::{Solver, SolverInterface, SolverOpts};

/// A literal: a variable, or its negation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lit(u32);

impl Lit {
    /// The variable of this number.
    pub const fn positive(variable: u32) -> Lit {
        Lit(variable << 1)
    }

    /// The number of its variable.
    pub fn variable(self) -> u32 {
        self.0 >> 1
    }

    /// Whether it is a negation.
    pub fn is_negative(self) -> bool {
        self.0 & 1 == 1
    }
}

impl std::ops::Not for Lit {
    type Output = Lit;

    fn not(self) -> Lit {
        Lit(self.0 ^ 1)
    }
}

/// What a search came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// All clauses can hold; [`Sat::value`] tells how.
    Yes,
    /// They cannot: proved.
    No,
    /// The budget was not enough to tell.
    Unknown,
}

/// A solver of clauses over boolean variables.
pub trait Sat {
    /// One of these literals must hold. Variables are made as they are mentioned.
    fn clause(&mut self, literals: &[Lit]);

    /// Whether all clauses and these literals can hold together, as far as so many conflicts tell.
    fn solve(&mut self, assumed: &[Lit], conflicts: u64) -> Answer;

    /// The value of a literal after [`Answer::Yes`].
    fn value(&self, literal: Lit) -> bool;

    /// Which of the assumed literals cannot hold together, after [`Answer::No`].
    fn core(&self) -> Vec<Lit>;
}

/// The solver in use: `batsat`.
pub struct Batsat {
    solver: Solver<Budget>,
}

/// Counts conflicts: each one teaches the solver a clause.
#[derive(Default)]
struct Budget {
    left: u64,
}

impl Callbacks for Budget {
    fn on_new_clause(&mut self, _: &[batsat::Lit], source: Kind) {
        if matches!(source, Kind::Learnt) {
            self.left = self.left.saturating_sub(1);
        }
    }

    fn stop(&self) -> bool {
        self.left == 0
    }
}

impl Default for Batsat {
    fn default() -> Self {
        Batsat { solver: Solver::new(SolverOpts::default(), Budget::default()) }
    }
}

impl Batsat {
    fn own(&mut self, literal: Lit) -> batsat::Lit {
        batsat::Lit::new(self.solver.var_of_int(literal.variable()), !literal.is_negative())
    }
}

impl Sat for Batsat {
    fn clause(&mut self, literals: &[Lit]) {
        let mut clause: Vec<batsat::Lit> = literals.iter().map(|l| self.own(*l)).collect();
        // False once the clauses contradict each other; every later answer says so.
        let _ = self.solver.add_clause_reuse(&mut clause);
    }

    fn solve(&mut self, assumed: &[Lit], conflicts: u64) -> Answer {
        self.solver.cb_mut().left = conflicts.max(1);
        let assumed: Vec<batsat::Lit> = assumed.iter().map(|l| self.own(*l)).collect();
        let answer = self.solver.solve_limited(&assumed);
        if answer == lbool::TRUE {
            Answer::Yes
        } else if answer == lbool::FALSE {
            Answer::No
        } else {
            Answer::Unknown
        }
    }

    fn value(&self, literal: Lit) -> bool {
        let own = batsat::Lit::new(batsat::Var::unsafe_from_idx(literal.variable()), !literal.is_negative());
        self.solver.value_lit(own) == lbool::TRUE
    }

    fn core(&self) -> Vec<Lit> {
        let lit = |l: &batsat::Lit| {
            let positive = Lit::positive(l.var().idx());
            // The core is a clause that follows: the negations of what was assumed.
            if l.sign() { !positive } else { positive }
        };
        self.solver.unsat_core().iter().map(lit).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_hold_together_or_not() {
        let (a, b, c) = (Lit::positive(0), Lit::positive(1), Lit::positive(2));
        let mut solver = Batsat::default();
        solver.clause(&[a, b]);
        solver.clause(&[!a, c]);
        assert_eq!(solver.solve(&[!b], 100), Answer::Yes);
        assert_eq!((solver.value(a), solver.value(b), solver.value(c)), (true, false, true));
        assert_eq!(solver.solve(&[!b, !c], 100), Answer::No);
        let mut core = solver.core();
        core.sort();
        assert_eq!(core, [!b, !c]);
        // What was assumed is forgotten.
        assert_eq!(solver.solve(&[b], 100), Answer::Yes);
    }

    #[test]
    fn a_budget_is_kept() {
        // Eight pigeons do not fit into seven holes, and it takes long to see.
        let at = |pigeon: u32, hole: u32| Lit::positive(pigeon * 7 + hole);
        let mut solver = Batsat::default();
        for pigeon in 0..8 {
            solver.clause(&(0..7).map(|hole| at(pigeon, hole)).collect::<Vec<_>>());
        }
        for hole in 0..7 {
            for one in 0..8 {
                (0..one).for_each(|other| solver.clause(&[!at(one, hole), !at(other, hole)]));
            }
        }
        assert_eq!(solver.solve(&[], 5), Answer::Unknown);
        assert_eq!(solver.solve(&[], 1_000_000), Answer::No);
    }
}
