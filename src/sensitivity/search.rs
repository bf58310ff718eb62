//! The first value of a number at which a lead goes another way.

use super::numbers::Number;
use crate::engine::Engine;
use crate::engine::facts::Batch;
use crate::policy::time::Instant;
use crate::policy::{Atom, Cond, CondKind, OutcomeId, Policy, ScoreKind};
use crate::program::Program;
use crate::scenario::mutate::deciding;

/// The leads that one policy decides, as they are now.
pub struct Crowd {
    /// Without what decides nothing, since it is copied for each value that is tried.
    policy: Policy,
    as_of: Instant,
    leads: Vec<Batch>,
    now: Seen,
}

/// What matters of all leads, by lead.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Seen {
    /// For both scores, how many thresholds the points reach.
    reached: Vec<[usize; 2]>,
    routes: Vec<OutcomeId>,
}

/// How far one number can move.
#[derive(Clone, Debug)]
pub struct Margin {
    /// The lowest value at which every lead goes where it goes now, and the highest.
    pub lowest: i64,
    pub highest: i64,
    /// What happens one step further; nothing where it can go no further.
    pub below: Option<Move>,
    pub above: Option<Move>,
}

impl Margin {
    /// Whether no value moves anything.
    pub fn is_free(&self) -> bool {
        self.below.is_none() && self.above.is_none()
    }
}

/// The first lead that goes another way.
#[derive(Clone, Debug)]
pub struct Move {
    /// The value at which it does.
    pub at: i64,
    pub lead: String,
    pub from: OutcomeId,
    pub to: OutcomeId,
    /// How many leads go another way there.
    pub leads: usize,
}

impl Crowd {
    /// For leads that this policy decides.
    pub fn new(policy: &Policy, as_of: Instant, leads: Vec<Batch>) -> Crowd {
        let mut policy = policy.clone();
        policy.tests.clear();
        policy.guarantees.clear();
        policy.imports.clear();
        let now = seen(&policy, as_of, &leads);
        Crowd { policy, as_of, leads, now }
    }

    /// How many leads there are.
    pub fn len(&self) -> usize {
        self.now.routes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.now.routes.is_empty()
    }

    /// How far a number can move.
    pub fn margin(&self, number: &Number) -> Margin {
        let (lowest, below) = self.first(number, -number.step, number.least);
        let (highest, above) = self.first(number, number.step, number.most);
        Margin { lowest, highest, below, above }
    }

    /// Goes from a number's value towards an end: the last value at which nothing moves, and what moves at the next.
    fn first(&self, number: &Number, step: i64, end: i64) -> (i64, Option<Move>) {
        let decide = |value: i64| seen(&number.changed(&self.policy, value), self.as_of, &self.leads);
        let left = |at: i64| (end - at) / step;
        let (mut at, mut here) = (number.value, self.now.clone());
        while left(at) > 0 {
            // As far as all points stay between the same thresholds. Points only rise or only fall with a number, and thresholds only pass them.
            let mut stride = 1;
            while stride <= left(at) && decide(at + stride * step).reached == here.reached {
                at += stride * step;
                stride *= 2;
            }
            while stride > 1 {
                stride /= 2;
                if stride <= left(at) && decide(at + stride * step).reached == here.reached {
                    at += stride * step;
                }
            }
            if left(at) == 0 {
                break;
            }
            here = decide(at + step);
            if let Some(found) = self.moved(&here, at + step) {
                return (at, Some(found));
            }
            at += step;
        }
        (at, None)
    }

    fn moved(&self, then: &Seen, at: i64) -> Option<Move> {
        let pairs = || self.now.routes.iter().zip(&then.routes).enumerate().filter(|(_, (now, then))| now != then);
        let (place, (from, to)) = pairs().next()?;
        Some(Move { at, lead: self.id(place).to_string(), from: *from, to: *to, leads: pairs().count() })
    }

    fn id(&self, mut place: usize) -> &str {
        for batch in &self.leads {
            if place < batch.len() {
                return batch.id(place);
            }
            place -= batch.len();
        }
        ""
    }
}

fn seen(policy: &Policy, as_of: Instant, leads: &[Batch]) -> Seen {
    let program = Program::lower(policy);
    let engine = Engine::new(policy, &program, as_of);
    let thresholds = ScoreKind::BOTH.map(|kind| thresholds(policy, kind));
    let mut seen = Seen { reached: Vec::new(), routes: Vec::new() };
    for batch in leads {
        let e = engine.evaluate(batch);
        for lead in 0..batch.len() {
            let reached = |kind: ScoreKind| {
                let points = e.score(kind, lead).0;
                thresholds[kind as usize].partition_point(|t| *t <= points)
            };
            seen.reached.push(ScoreKind::BOTH.map(reached));
            seen.routes.push(e.routes[lead].outcome);
        }
    }
    seen
}

/// All that points of a score are compared with, ascending, each as often as it stands: a number that comes to stand where another does must not hide it.
fn thresholds(policy: &Policy, kind: ScoreKind) -> Vec<i64> {
    let mut all: Vec<i64> = policy.score(kind).bands.iter().filter_map(|b| b.at_least).map(|p| p.0).collect();
    deciding(&mut policy.clone()).into_iter().for_each(|cond| ends(cond, kind, &mut all));
    all.sort_unstable();
    all
}

fn ends(cond: &Cond, kind: ScoreKind, all: &mut Vec<i64>) {
    match &cond.kind {
        CondKind::All(parts) | CondKind::Any(parts) => parts.iter().for_each(|part| ends(part, kind, all)),
        CondKind::Not(inner) | CondKind::Confirmed(inner) | CondKind::Unconfirmed(inner) => ends(inner, kind, all),
        CondKind::Atom(Atom::Score(of, range)) if *of == kind => {
            all.extend(range.low.map(|p| p.0).into_iter().chain(range.high.map(|p| p.0 + 1)));
        }
        CondKind::Atom(_) | CondKind::Always(_) | CondKind::Define(_) => {}
    }
}
