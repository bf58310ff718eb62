//! Questions about all possible leads of one policy: whether some lead is so, and which of several claims exclude each other.
//!
//! Many questions share one solver, and each lead that it finds answers all the questions that it happens to meet. So a policy in which everything
//! can happen takes few leads; only what cannot is asked one by one.

use super::drawn::drawn;
use super::encode::{Encoding, View};
use super::gates::TRUE;
use super::instants::instants;
use super::lead::{Lead, OutOfBudget};
use super::solver::{Answer, Lit};
use crate::policy::condition::CountRange;
use crate::policy::time::Instant;
use crate::policy::{OutcomeId, Policy, ScoreKind, SignalId};
use crate::program::{NodeId, Program};

/// How a condition comes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Is {
    True,
    /// False or unknown.
    NotTrue,
    False,
}

/// Something that a lead may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Claim {
    InScope,
    /// A condition, seen from where it stands.
    Comes(NodeId, View, Is),
    /// A score has at least so many hundredths of points, or fewer.
    AtLeast(ScoreKind, i64),
    Below(ScoreKind, i64),
    Band(ScoreKind, usize),
    /// A rule, or a cell of its matrix by its place among those that lead somewhere, matches; or it does not.
    Matches(usize, usize),
    /// No part of a rule matches.
    Passes(usize),
    /// A rule decides, by the place of its cell.
    Decides(usize, usize),
    GoesTo(OutcomeId),
    /// There is an event of a signal.
    Happens(SignalId),
}

/// Whether there is a lead for which something holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    Yes,
    /// Proved.
    No,
    /// The budget was not enough, or something could not be looked at.
    Unsure,
}

/// All possible leads of a policy.
pub struct Possible<'p> {
    pub policy: &'p Policy,
    pub program: &'p Program,
    /// One for each day that makes a difference.
    days: Vec<(Instant, Encoding<'p>)>,
    /// Whether those are all the days that are needed.
    all_days: bool,
    /// So many conflicts a question may take.
    conflicts: u64,
    work: Work,
}

/// What was asked so far.
#[derive(Clone, Copy, Debug, Default)]
struct Work {
    /// How often the solver was asked.
    asked: u64,
    /// How many of these questions took more conflicts than they may.
    hard: u64,
}

/// After so many questions that were too hard, no further ones are asked: they would be as hard, and take as long.
const HARD: u64 = 8;

impl<'p> Possible<'p> {
    /// For a policy and the program that was lowered from it.
    pub fn new(policy: &'p Policy, program: &'p Program, conflicts: u64) -> Possible<'p> {
        let instants = instants(policy, program);
        let encoded = |as_of: &Instant| (*as_of, Encoding::new(policy, program, *as_of));
        let days: Vec<(Instant, Encoding<'_>)> = instants.all.iter().map(encoded).collect();
        Possible { policy, program, days, all_days: instants.complete, conflicts, work: Work::default() }
    }

    /// Whether a proof can be relied on: nothing had to be left out.
    pub fn is_complete(&self) -> bool {
        self.all_days && !self.days.iter().any(|(_, e)| e.is_partial())
    }

    /// Sets how many conflicts a question may take from now on.
    pub fn allow(&mut self, conflicts: u64) {
        self.conflicts = conflicts;
    }

    /// How often the solver was asked so far.
    pub fn asked(&self) -> u64 {
        self.work.asked
    }

    /// For each question, a list of claims that are to hold together, whether some lead meets it.
    pub fn ask(&mut self, questions: &[Vec<Claim>]) -> Vec<Found> {
        let mut found = vec![Found::No; questions.len()];
        for (_, encoding) in &mut self.days {
            let open: Vec<usize> = (0..questions.len()).filter(|q| found[*q] != Found::Yes).collect();
            let literals: Vec<Lit> = open.iter().map(|q| together(encoding, &questions[*q])).collect();
            let answers = reach(encoding, &literals, self.conflicts, &mut self.work);
            for (question, answer) in open.iter().zip(answers) {
                found[*question] = match (found[*question], answer) {
                    (_, Found::Yes) => Found::Yes,
                    (Found::Unsure, _) | (_, Found::Unsure) => Found::Unsure,
                    _ => Found::No,
                };
            }
        }
        if !self.is_complete() {
            found.iter_mut().filter(|f| **f == Found::No).for_each(|f| *f = Found::Unsure);
        }
        found
    }

    /// Whether no lead meets all of these claims.
    pub fn never(&mut self, claims: &[Claim]) -> bool {
        self.ask(&[claims.to_vec()]) == [Found::No]
    }

    /// Of claims that no lead meets together, a few that already exclude each other, none of which can be left out; in the order given.
    pub fn conflict(&mut self, claims: &[Claim]) -> Vec<usize> {
        // What the solver needed on the first day is a good start; what all days allow is what counts.
        let mut kept: Vec<usize> = self.core(claims).unwrap_or_else(|| (0..claims.len()).collect());
        let of = |places: &[usize]| places.iter().map(|p| claims[*p]).collect::<Vec<_>>();
        if !self.never(&of(&kept)) {
            kept = (0..claims.len()).collect();
        }
        // From the last to the first, so that what comes first is what is named.
        for place in kept.clone().into_iter().rev() {
            let rest: Vec<usize> = kept.iter().copied().filter(|p| *p != place).collect();
            if self.never(&of(&rest)) {
                kept = rest;
            }
        }
        kept
    }

    fn core(&mut self, claims: &[Claim]) -> Option<Vec<usize>> {
        let (_, encoding) = self.days.first_mut()?;
        let literals: Vec<Lit> = claims.iter().map(|c| literal(encoding, *c)).collect();
        self.work.asked += 1;
        if encoding.gates.solve(&literals, self.conflicts) != Answer::No {
            return None;
        }
        let core = encoding.gates.core();
        let kept: Vec<usize> = (0..claims.len()).filter(|p| core.contains(&literals[*p])).collect();
        (!kept.is_empty()).then_some(kept)
    }

    /// A lead that meets all claims with the instant at which it does, as simple as can be, one that a test can say if there is one.
    pub fn lead(&mut self, claims: &[Claim]) -> Result<Option<(Instant, Lead)>, OutOfBudget> {
        let mut out_of_budget = None;
        for (as_of, encoding) in &mut self.days {
            let mut wanted: Vec<Lit> = claims.iter().map(|c| literal(encoding, *c)).collect();
            if encoding.is_partial() {
                out_of_budget = Some(OutOfBudget);
                continue;
            }
            match encoding.gates.solve(&wanted, self.conflicts) {
                Answer::No => continue,
                Answer::Unknown => {
                    out_of_budget = Some(OutOfBudget);
                    continue;
                }
                Answer::Yes => {}
            }
            let plain = wanted.len();
            wanted.extend(encoding.behaviour.of_single_signals());
            wanted.extend(encoding.space.whole_sets());
            wanted.extend([encoding.behaviour.supplied, encoding.people.supplied]);
            if let Ok(Some(lead)) = encoding.lead(&wanted, self.conflicts) {
                return Ok(Some((*as_of, lead)));
            }
            wanted.truncate(plain);
            return encoding.lead(&wanted, self.conflicts).map(|lead| lead.map(|lead| (*as_of, lead)));
        }
        out_of_budget.map_or(Ok(None), Err)
    }

    /// The least and the most points of a score among leads that meet some claims; `None` where it cannot be told.
    pub fn points(&mut self, kind: ScoreKind, claims: &[Claim]) -> Option<(i64, i64)> {
        let values: Vec<i64> = self.days.first()?.1.points(kind).to_vec();
        let mut with = |claim: Claim| {
            let question: Vec<Claim> = claims.iter().copied().chain([claim]).collect();
            match self.ask(&[question])[0] {
                Found::Yes => Some(true),
                Found::No => Some(false),
                Found::Unsure => None,
            }
        };
        // The last value that is reached, and the first below which nothing lies.
        let (mut low, mut high) = (0, values.len().checked_sub(1)?);
        while low < high {
            let middle = (low + high).div_ceil(2);
            if with(Claim::AtLeast(kind, values[middle]))? { low = middle } else { high = middle - 1 }
        }
        let most = values[low];
        let (mut low, mut high) = (0, low);
        while low < high {
            let middle = (low + high) / 2;
            if with(Claim::Below(kind, values[middle] + 1))? { high = middle } else { low = middle + 1 }
        }
        Some((values[low], most))
    }
}

/// A literal for claims that hold together.
fn together(encoding: &mut Encoding<'_>, claims: &[Claim]) -> Lit {
    let literals: Vec<Lit> = claims.iter().map(|c| literal(encoding, *c)).collect();
    encoding.gates.and(literals)
}

fn literal(encoding: &mut Encoding<'_>, claim: Claim) -> Lit {
    match claim {
        Claim::InScope => encoding.in_scope(),
        Claim::Comes(node, view, is) => {
            let answer = encoding.answer_from(node, view);
            match is {
                Is::True => answer.yes,
                Is::NotTrue => !answer.yes,
                Is::False => answer.no,
            }
        }
        Claim::AtLeast(kind, points) => encoding.at_least(kind, points),
        Claim::Below(kind, points) => !encoding.at_least(kind, points),
        Claim::Band(kind, band) => encoding.band(kind, band),
        Claim::Matches(rule, cell) => encoding.rules()[rule][cell].matches,
        Claim::Decides(rule, cell) => encoding.rules()[rule][cell].decides,
        Claim::Passes(rule) => {
            let matches: Vec<Lit> = encoding.rules()[rule].iter().map(|m| m.matches).collect();
            !encoding.gates.or(matches)
        }
        Claim::GoesTo(outcome) => encoding.goes_to(outcome),
        Claim::Happens(signal) => {
            let once = CountRange { low: 1, high: None };
            encoding.behaviour.count(&[signal], None, once, &mut encoding.gates).yes
        }
    }
}

/// For so few questions no leads are drawn by lot.
const FEW: usize = 8;

/// For each literal whether some lead has it. Every lead that is found answers all that it has.
fn reach(encoding: &mut Encoding<'_>, literals: &[Lit], conflicts: u64, work: &mut Work) -> Vec<Found> {
    let mut found: Vec<Option<Found>> = literals.iter().map(|l| (*l == !TRUE).then_some(Found::No)).collect();
    if literals.len() > FEW && !encoding.is_partial() {
        let drawn = drawn(encoding, literals);
        found.iter_mut().zip(drawn).filter(|(_, drawn)| *drawn).for_each(|(found, _)| *found = Some(Found::Yes));
    }
    for at in 0..literals.len() {
        if found[at].is_some() {
            continue;
        }
        // Where not all of the policy is written down, an answer would mean nothing.
        if work.hard >= HARD || encoding.is_partial() {
            break;
        }
        work.asked += 1;
        match encoding.gates.solve(&[literals[at]], conflicts) {
            Answer::No => settle(&mut found, literals, |l| l == literals[at], Found::No),
            Answer::Unknown => {
                work.hard += 1;
                settle(&mut found, literals, |l| l == literals[at], Found::Unsure);
            }
            Answer::Yes => {
                let gates = &encoding.gates;
                settle(&mut found, literals, |l| gates.value(l), Found::Yes);
            }
        }
    }
    found.into_iter().map(|f| f.unwrap_or(Found::Unsure)).collect()
}

/// Gives the answer to all open questions that it answers.
fn settle(found: &mut [Option<Found>], literals: &[Lit], answers: impl Fn(Lit) -> bool, answer: Found) {
    for (one, literal) in found.iter_mut().zip(literals) {
        if one.is_none() && answers(*literal) {
            *one = Some(answer);
        }
    }
}
