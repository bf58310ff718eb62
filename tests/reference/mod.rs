//! The meaning of the language, written down: a tree-walking evaluator over the typed policy, for one lead at a time.
//!
//! It follows the order of evaluation and nothing else: no sharing, no columns, no tables made beforehand. The engine must agree with it on every
//! lead. It uses nothing of `program`, and of `engine` only the form of a decision and the way facts are put in.

// An unknown ends no fold here: in Kleene logic a later part can still decide.
#![allow(clippy::manual_try_fold)]

pub mod condition;
pub mod forms;
pub mod lead;
mod people;
mod route;
mod score;
mod steps;
#[allow(dead_code)] // Only the tests of re-qualification ask for it.
pub mod triggers;

use lead::Lead;
pub use people::shown as truth;
use rubric::engine::decision::{ChecklistResult, Decision, Icp, ItemResult, Lifts, PolicyRef, Verdict};
use rubric::policy::steps::FallBack;
use rubric::policy::time::{Day, Instant};
use rubric::policy::{IcpStatus, OutcomeId, Policy, ScoreKind};

/// True, false, or `None` for unknown.
pub type Answer = Option<bool>;

/// One lead under one policy, with what has been found out so far, in the order of evaluation.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    pub policy: &'a Policy,
    pub lead: &'a Lead,
    pub as_of: Instant,
    pub icp: IcpStatus,
    /// Fit and intent, in hundredths.
    pub points: [i64; 2],
    /// The stage reached so far; 0 is `none`.
    pub level: u16,
    pub route: Option<OutcomeId>,
    /// The last `fall back` that took the lead back.
    pub fall: Option<&'a FallBack>,
    /// Where the lead went before, where that is known; `Some(None)`: it was out of scope.
    pub previous: Option<Option<OutcomeId>>,
}

impl<'a> Case<'a> {
    /// Everything up to the route, one layer after the other.
    pub fn decided(policy: &'a Policy, as_of: Instant, lead: &'a Lead) -> Case<'a> {
        let mut case = Case {
            policy,
            lead,
            as_of,
            icp: IcpStatus::Undecided,
            points: [0, 0],
            level: 0,
            route: None,
            fall: None,
            previous: None,
        };
        case.icp = case.profile();
        case.points = ScoreKind::BOTH.map(|kind| case.score(kind).points.0);
        case.fall = case.find_level();
        case.route = Some(case.find_route().1);
        case
    }

    /// The as-of date in the policy's offset.
    pub fn today(&self) -> Day {
        self.as_of.day(self.policy.offset)
    }

    /// Whether the policy is surely for this lead.
    pub fn in_scope(&self) -> bool {
        self.applies(self.policy.applies.as_ref())
    }

    fn profile(&self) -> IcpStatus {
        match self.all(self.policy.icp.iter().map(|must| &must.condition)) {
            Some(true) => IcpStatus::Matched,
            Some(false) => IcpStatus::Failed,
            None => IcpStatus::Undecided,
        }
    }

    /// The profile as it is reported.
    fn icp(&self) -> Icp {
        let all = self.not_true(&self.policy.icp);
        let (failed, open) = all.into_iter().partition(|unmet| unmet.is == truth(Some(false)));
        Icp { status: self.icp.word(), failed, open }
    }

    fn checklists(&self) -> Vec<ChecklistResult> {
        let lists = self.policy.checklists.iter().map(|list| ChecklistResult {
            name: list.name.clone(),
            complete: truth(self.all(list.items.iter().map(|(_, cond)| cond))),
            items: list
                .items
                .iter()
                .map(|(item, cond)| ItemResult { item: item.clone(), is: truth(self.holds(cond)) })
                .collect(),
        });
        lists.collect()
    }

    /// The decision, without evidence and without what completions could change: `could_be`, `ask`, `lifts` and the parting of requirements into
    /// blockers and open ones. `low` and `high` hold each criterion that is unknown now.
    pub fn decision(&self, forced: bool) -> Decision {
        let in_scope = forced || self.in_scope();
        let verdict = || Verdict {
            icp: self.icp(),
            fit: self.score(ScoreKind::Fit),
            intent: self.score(ScoreKind::Intent),
            committee: self.committee(),
            checklists: self.checklists(),
            stage: self.stage(self.fall),
            route: self.route(),
            next_step: self.next_step(self.route.expect("the route is found before the decision is written")),
            ask: Vec::new(),
            lifts: Lifts::default(),
            risks: self.risks(),
        };
        Decision {
            id: self.lead.id.clone(),
            account: None,
            policy: PolicyRef {
                name: self.policy.name.clone(),
                version: self.policy.version.clone(),
                hash: self.policy.hash.clone(),
            },
            as_of: self.as_of,
            in_scope,
            scope_open: false,
            verdict: in_scope.then(verdict),
        }
    }
}
