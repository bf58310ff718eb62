//! Reasoning about all possible leads: what can be true, what follows from what, and how many points a score can have.
//!
//! It goes by ranges and sets: the declared domains of fields, numbers, dates, choices, members of multi-selects, counts and windows of signals, statuses of
//! roles, bands, stages. A question is put as *claims* (this condition is true, that one is not true), and the answer is whether some lead could meet them all.
//! The answer errs on one side only: *not possible* is a proof; *possible* may also mean that the reasoning saw no reason against it, or ran out of patience.
//! So whatever is built on *not possible* (never, always, implies, a range of points) holds for every lead.
//!
//! Everything goes through [`Reasoner::possible`], so that an exact solver can take its place.

mod cell;
mod people;
mod points;
mod ranges;
mod search;
mod texts;
mod world;

pub use points::{Attainable, Span as PointSpan, alone};
pub use world::Subject;

use crate::policy::condition::ScoreKind;
use crate::policy::{Atom, Cond, CondKind, Policy};
use ranges::Ranges;
use std::cell::{Cell, OnceCell};

/// How a condition is claimed to come out. A condition is true, false or unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    True,
    False,
    /// False or unknown.
    NotTrue,
    /// True or unknown.
    NotFalse,
}

impl Want {
    /// What is wanted of a condition, if this is wanted of its negation.
    fn negated(self) -> Want {
        match self {
            Want::True => Want::False,
            Want::False => Want::True,
            Want::NotTrue => Want::NotFalse,
            Want::NotFalse => Want::NotTrue,
        }
    }

    /// Whether the opposite was claimed of something that is never unknown.
    fn is_yes(self) -> bool {
        matches!(self, Want::True | Want::NotFalse)
    }
}

/// A condition and how it comes out.
pub type Claim<'c> = (&'c Cond, Want);

/// How much reasoning one policy is worth, in single steps.
const PATIENCE: u64 = 4_000_000;

/// Answers questions about all leads of a policy.
#[derive(Debug)]
pub struct Reasoner<'p> {
    policy: &'p Policy,
    /// For each role, the atom that it has engaged.
    engaged: Vec<Atom>,
    attainable: [OnceCell<Attainable>; 2],
    /// Steps that are left.
    patience: Cell<u64>,
}

impl<'p> Reasoner<'p> {
    /// For a policy that has no errors.
    pub fn new(policy: &'p Policy) -> Reasoner<'p> {
        Reasoner {
            policy,
            engaged: (0..policy.committee.roles.len()).map(world::engaged).collect(),
            attainable: [OnceCell::new(), OnceCell::new()],
            patience: Cell::new(PATIENCE),
        }
    }

    /// Whether some lead could meet all claims. `false` is a proof that none does.
    pub fn possible(&self, claims: &[Claim<'_>]) -> bool {
        search::possible(self, claims)
    }

    /// Whether a condition is true for no lead.
    pub fn never(&self, cond: &Cond) -> bool {
        !self.possible(&[(cond, Want::True)])
    }

    /// Whether a condition is true for every lead, whatever is unknown.
    pub fn always(&self, cond: &Cond) -> bool {
        !self.possible(&[(cond, Want::NotTrue)])
    }

    /// Whether a condition is false for no lead: true wherever it is known.
    pub fn never_false(&self, cond: &Cond) -> bool {
        !self.possible(&[(cond, Want::False)])
    }

    /// Whether the second condition is true for every lead for which the first is.
    pub fn implies(&self, first: &Cond, second: &Cond) -> bool {
        !self.possible(&[(first, Want::True), (second, Want::NotTrue)])
    }

    /// Whether no lead meets both conditions.
    pub fn exclude(&self, first: &Cond, second: &Cond) -> bool {
        !self.possible(&[(first, Want::True), (second, Want::True)])
    }

    /// The points that leads can have.
    pub fn attainable(&self, kind: ScoreKind) -> &Attainable {
        self.attainable[kind as usize].get_or_init(|| points::attainable(self, kind))
    }

    /// Whether there is patience left. Without, every question is answered with *possible*.
    pub fn is_patient(&self) -> bool {
        self.patience.get() > 0
    }

    /// Takes a step; false if there is no patience left.
    fn step(&self) -> bool {
        let left = self.patience.get();
        self.patience.set(left.saturating_sub(1));
        left > 0
    }

    /// What a condition is about, definitions, profile and checklists entered; sorted, without repeats.
    pub fn subjects(&self, cond: &Cond) -> Vec<Subject> {
        let mut found = Vec::new();
        let mut entered = vec![false; self.policy.defines.len()];
        let mut open = vec![cond];
        while let Some(cond) = open.pop() {
            // What is not found makes ranges wider and questions harder, but no answer wrong.
            if !self.step() {
                break;
            }
            match &cond.kind {
                CondKind::Always(_) => {}
                CondKind::All(parts) | CondKind::Any(parts) => open.extend(parts),
                CondKind::Not(inner) | CondKind::Confirmed(inner) | CondKind::Unconfirmed(inner) => open.push(inner),
                CondKind::Define(id) if entered[id.index()] => {}
                CondKind::Define(id) => {
                    entered[id.index()] = true;
                    open.push(&self.policy.defines[id.index()].condition);
                }
                CondKind::Atom(Atom::Icp(_)) => open.extend(self.policy.icp.iter().map(|r| &r.condition)),
                CondKind::Atom(Atom::Checklist(id)) => {
                    open.extend(self.policy.checklists[id.index()].items.iter().map(|(_, c)| c));
                }
                CondKind::Atom(Atom::CommitteeComplete) => {
                    found.push(Subject::People);
                    open.extend(self.policy.committee.roles.iter().filter_map(|r| r.when.as_ref()));
                }
                CondKind::Atom(atom) => found.extend(Subject::of(atom)),
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// A world in which nothing is claimed yet.
    fn any_world(&self, with_scores: bool) -> world::World {
        let range = |kind| {
            if !with_scores {
                return Ranges::all();
            }
            let points = self.attainable(kind).score;
            Ranges::of(Some(points.low.0), Some(points.high.0))
        };
        world::World::any(self.policy, [range(ScoreKind::Fit), range(ScoreKind::Intent)])
    }
}
