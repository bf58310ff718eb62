//! What a lead loses if nothing happens, and when: exact, because it is evaluated at every instant at which an answer about it can change.

use crate::diff::ladder::OUT_OF_SCOPE;
use crate::diff::report::What;
use crate::engine::facts::Batch;
use crate::engine::later::Later;
use crate::engine::{Engine, Evaluation};
use crate::policy::time::{DAY_MICROS, Instant};
use crate::policy::{Policy, ScoreKind};
use crate::program::Program;

/// Looks ahead for leads of one policy.
#[derive(Clone, Debug)]
pub struct Fading {
    later: Later,
}

/// The first instant at which something is lower than now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fall {
    pub what: What,
    pub from: String,
    pub to: String,
    pub at: Instant,
}

/// The places of a lead in the lists of its policy; a greater number is further from sales.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Standing {
    fit: usize,
    intent: usize,
    /// Stages below the last.
    stage: usize,
    route: usize,
}

impl Fading {
    /// For a policy and its program.
    pub fn new(policy: &Policy, program: &Program) -> Fading {
        Fading { later: Later::new(policy, program) }
    }

    /// What a lead in scope at `as_of` loses within so many days: the first fall of each kind, in order of time. The program must be that of
    /// the policy; `forced`: the policy decides the lead whether it applies or not. Behaviour that the data date later than `as_of` counts from then on;
    /// nothing else is assumed to happen. A lead that leaves the scope of the policy loses its route.
    pub fn falls(
        &self,
        (policy, program): (&Policy, &Program),
        (batch, lead): (&Batch, usize),
        forced: bool,
        as_of: Instant,
        days: u32,
    ) -> Vec<Fall> {
        let until = Instant(as_of.0.saturating_add(i64::from(days) * DAY_MICROS));
        let instants = self.later.instants(batch, lead, as_of, until);
        if instants.is_empty() {
            return Vec::new();
        }
        let one = Batch::alone(policy, batch, lead);
        let at = |instant: Instant| {
            let e = Engine::new(policy, program, instant).evaluate(&one);
            (forced || e.in_scope.is_true(0)).then(|| standing(policy, &e))
        };
        let Some(now) = at(as_of) else { return Vec::new() };
        let mut falls: Vec<Fall> = Vec::new();
        for instant in instants {
            let then = at(instant);
            for (what, from, to) in lower(policy, now, then) {
                if falls.iter().all(|f| f.what != what) {
                    falls.push(Fall { what, from, to, at: instant });
                }
            }
            if falls.len() == 4 {
                break;
            }
        }
        falls
    }
}

fn standing(policy: &Policy, e: &Evaluation) -> Standing {
    let band = |kind: ScoreKind| policy.score(kind).band(e.score(kind, 0));
    Standing {
        fit: band(ScoreKind::Fit),
        intent: band(ScoreKind::Intent),
        stage: policy.stages.len().saturating_sub(usize::from(e.stages[0])),
        route: e.routes[0].outcome.index(),
    }
}

/// What is lower than it was, the route first.
fn lower(policy: &Policy, now: Standing, then: Option<Standing>) -> Vec<(What, String, String)> {
    let outcome = |at: usize| policy.outcomes[at].name.clone();
    let Some(then) = then else { return vec![(What::Route, outcome(now.route), OUT_OF_SCOPE.to_string())] };
    let band = |kind: ScoreKind| move |at: usize| policy.score(kind).bands[at].name.clone();
    let stage = |below: usize| policy.stage_name((policy.stages.len() - below) as u16).to_string();
    let mut lost = Vec::new();
    let mut add = |what: What, from: usize, to: usize, name: &dyn Fn(usize) -> String| {
        if to > from {
            lost.push((what, name(from), name(to)));
        }
    };
    add(What::Route, now.route, then.route, &outcome);
    add(What::Stage, now.stage, then.stage, &stage);
    add(What::FitBand, now.fit, then.fit, &band(ScoreKind::Fit));
    add(What::IntentBand, now.intent, then.intent, &band(ScoreKind::Intent));
    lost
}
