//! A possible lead, decided by the engine of one version.

use crate::analysis::Lead;
use crate::analysis::pair::{Place, Respect};
use crate::diff::population::Scores;
use crate::engine::{Decider, Engine};
use crate::policy::time::Instant;
use crate::policy::{Policy, ScoreKind};
use crate::program::Program;

/// A version of a policy, ready to decide.
pub struct Version<'p> {
    policy: &'p Policy,
    decider: Decider<'p>,
    as_of: Instant,
}

/// What one version makes of a lead.
pub struct Said {
    in_scope: bool,
    route: String,
    stage: String,
    bands: [String; 2],
    scores: Scores,
}

impl<'p> Version<'p> {
    /// A policy, the program lowered from it, and the instant at which it decides.
    pub fn new(policy: &'p Policy, program: &'p Program, as_of: Instant) -> Version<'p> {
        Version { policy, decider: Decider::new(Engine::new(policy, program, as_of)), as_of }
    }

    /// What it makes of a lead; `None` where the lead needs a text that was not found.
    pub fn says(&self, lead: &Lead) -> Option<Said> {
        if lead.without_words {
            return None;
        }
        let evaluation = self.decider.engine().evaluate(&lead.batch(self.policy, self.as_of));
        let points = |kind| evaluation.score(kind, 0);
        let band = |kind| {
            let score = self.policy.score(kind);
            score.bands[score.band(points(kind))].name.clone()
        };
        Some(Said {
            in_scope: self.decider.in_scope(&evaluation, 0, false),
            route: self.policy.outcomes[evaluation.routes[0].outcome.index()].name.clone(),
            stage: self.policy.stage_name(evaluation.stages[0]).to_string(),
            bands: ScoreKind::BOTH.map(band),
            scores: Scores { fit: points(ScoreKind::Fit), intent: points(ScoreKind::Intent) },
        })
    }
}

impl Said {
    /// Where the lead comes to in one respect.
    pub fn place(&self, respect: Respect) -> Place {
        let name = match respect {
            Respect::Route if !self.in_scope => return Place::OutOfScope,
            Respect::Route => &self.route,
            Respect::Stage => &self.stage,
            Respect::Band(kind) => &self.bands[kind as usize],
        };
        Place::Named(name.clone())
    }

    /// Its points; none where the policy does not apply.
    pub fn scores(&self) -> Option<Scores> {
        self.in_scope.then_some(self.scores)
    }
}
