//! Where a lead stood, and what was seen of what the triggers look at.

use crate::engine::decision::{PolicyRef, When};
use crate::engine::facts::Batch;
use crate::engine::{Engine, Evaluation};
use crate::policy::exact::Points;
use crate::policy::time::Instant;
use crate::policy::{Policy, ScoreKind};
use crate::program::{NodeId, Op, Program, RulePlan};
use std::collections::BTreeMap;

/// A lead at an earlier instant.
#[derive(Clone, Debug, PartialEq)]
pub struct Earlier {
    /// Who decided.
    pub policy: PolicyRef,
    pub as_of: Instant,
    /// `None`: out of scope.
    pub place: Option<Place>,
    pub watched: Watched,
}

/// Where a lead that is in scope stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub route: String,
    pub rule: String,
    pub stage: String,
    pub fit: Score,
    pub intent: Score,
    pub due: When,
    /// Names of the criteria of the profile that fail.
    pub failed: Vec<String>,
}

/// A score in short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Score {
    pub points: Points,
    pub band: String,
}

/// What was seen of what the triggers look at. What is absent was not looked at, or not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Watched {
    /// Values by field as people see them, free texts as hashes; `None`: never known so far.
    pub fields: BTreeMap<String, Option<String>>,
    /// Hashes of the events of each signal, sorted, as many as there were; `None`: behaviour was not supplied.
    pub events: Option<BTreeMap<String, Vec<String>>>,
    /// Hashes of people, sorted; `None`: contacts were not supplied, or no trigger looks at people.
    pub people: Option<Vec<String>>,
}

impl Place {
    /// Where an evaluated lead stands.
    pub fn of(
        engine: &Engine<'_>,
        (policy, program): (&Policy, &Program),
        e: &Evaluation,
        batch: &Batch,
        lead: usize,
    ) -> Place {
        let score = |kind: ScoreKind| {
            let points = e.score(kind, lead);
            let score = policy.score(kind);
            Score { points, band: score.bands[score.band(points)].name.clone() }
        };
        let failed = policy.icp.iter().zip(&program.icp).filter(|(_, n)| e.answer(**n, lead) == Some(false));
        let routed = e.routes[lead];
        Place {
            route: policy.outcomes[routed.outcome.index()].name.clone(),
            rule: routed.rule_id(policy),
            stage: policy.stage_name(e.stages[lead]).to_string(),
            fit: score(ScoreKind::Fit),
            intent: score(ScoreKind::Intent),
            due: engine.next_step(e, batch, lead).due,
            failed: failed.map(|(r, _)| r.id.clone()).collect(),
        }
    }
}

/// Whether a rule of the route looks at the profile: only then is a failed profile the reason for going where it sends.
pub fn looks_at_profile(program: &Program, rule: usize) -> bool {
    match program.rules.get(rule) {
        Some(RulePlan::To { when, .. } | RulePlan::Matrix { when: Some(when), .. }) => asks_profile(program, *when),
        _ => false,
    }
}

fn asks_profile(program: &Program, node: NodeId) -> bool {
    match &program.node(node).op {
        Op::Atom(atom) => matches!(atom, crate::policy::Atom::Icp(_)),
        Op::Not(a) | Op::Confirmed(a) | Op::Unconfirmed(a) => asks_profile(program, *a),
        Op::All(parts) | Op::Any(parts) => parts.iter().any(|p| asks_profile(program, *p)),
        Op::Always(_) => false,
    }
}
