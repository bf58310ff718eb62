//! What is found by asking about all possible leads: guarantees that do not hold, and parts of a policy that no lead ever gets to.
//!
//! One file for each kind of finding, with its rules and its messages. Everything told here is proved: no lead that fits the schema is otherwise. What
//! is too hard to prove within the budget is left out, and counted; only guarantees say so themselves.
//!
//! One cause gives one message: the smallest condition that cannot hold is told, and nothing that only follows from it.

mod alternatives;
mod cells;
mod conditions;
mod gates;
mod guarantees;
mod look;
mod profile;
mod rules;
mod scores;

pub use guarantees::Settled;

use super::Possible;
use crate::diagnostic::{Diagnostic, Rule};
use crate::lint::Lens;
use crate::policy::exact::Points;
use crate::policy::{Cond, ScoreKind};
use crate::program::Program;
use look::{Conditions, Look};

/// The rules of this layer, in order of code.
pub static RULES: &[&Rule] = &[
    &conditions::CONSTANT_CONDITION,
    &conditions::IMPOSSIBLE_AND,
    &scores::UNREACHABLE_BAND,
    &scores::THRESHOLD_OUT_OF_REACH,
    &gates::UNREACHABLE_GATE,
    &rules::SWALLOWED_RULE,
    &profile::NEEDLESS_MUST,
    &guarantees::BROKEN_GUARANTEE,
    &guarantees::UNPROVED_GUARANTEE,
    &cells::UNREACHABLE_CELL,
    &cells::UNREACHABLE_OUTCOME,
    &gates::IMPOSSIBLE_WISH,
];

/// What all possible leads of a policy show.
#[derive(Clone, Debug, Default)]
pub struct Exact {
    pub findings: Vec<Diagnostic>,
    /// By guarantee, then by claim.
    pub guarantees: Vec<Vec<Settled>>,
    /// The least and the most points of fit and intent; `None` where it is too hard to tell.
    pub points: [Option<(Points, Points)>; 2],
    /// How many questions were too hard to answer.
    pub unsure: usize,
    /// How often the solver was asked.
    pub asked: u64,
}

/// So many conflicts a question may take, guarantees apart. What is not proved by then is not told.
const CONFLICTS: u64 = 5_000;

/// Looks at all possible leads of a policy that has no errors. Where `everyone` is decided, `applies when` leaves nobody out: a portfolio sends the
/// policy all leads that are left.
pub fn find(lens: &Lens<'_>, everyone: bool) -> Exact {
    let mut conditions = Conditions::of(&lens.uses);
    let goals: Vec<&Cond> = conditions.all.clone();
    let program = Program::with_goals(lens.policy, &goals);
    conditions.lowered_to(&program.goals);
    let possible = Possible::new(lens.policy, &program, CONFLICTS);
    let look = Look::new(lens, conditions, possible, everyone);
    let mut findings = look.twice(|look| {
        let mut found = Vec::new();
        conditions::find(look, &mut found);
        profile::find(look, &mut found);
        scores::bands(look, &mut found);
        scores::thresholds(look, &mut found);
        gates::find(look, &mut found);
        let dead = rules::find(look, &mut found);
        cells::find(look, &dead, &mut found);
        alternatives::find(look, &mut found);
        found
    });
    let guarantees = guarantees::settle(&look);
    guarantees::find(lens.policy, &guarantees, &mut findings);
    let points = ScoreKind::BOTH.map(|kind| look.points(kind));
    let (unsure, asked) = (look.unsure(), look.possible().asked());
    Exact { findings, guarantees, points, unsure, asked }
}
