//! Tests that a policy carries: given facts, what is expected, what came out and why.

pub mod coverage;
mod expect;
mod facts;
pub mod fixture;
pub mod mutate;
pub(crate) mod tokens;
mod topic;

pub use topic::Topic;

use crate::analysis::Completions;
use crate::engine::decision::{Decision, Reason, Verdict};
use crate::engine::facts::Batch;
use crate::engine::{Decider, Engine, Evaluation};
use crate::policy::scenario::{Expectation, ExpectationKind, Test};
use crate::policy::time::Instant;
use crate::policy::{ChecklistId, Cond, FieldId, Policy};
use crate::program::{NodeId, Program};
use crate::source::Span;

/// The tests of one policy, ready to run.
#[derive(Debug)]
pub struct Suite<'p> {
    policy: &'p Policy,
    /// The policy as it decides.
    program: Program,
    /// The same with every expected condition.
    expecting: Program,
    /// By test and expectation: the node of an expected condition.
    goals: Vec<Vec<Option<NodeId>>>,
}

/// Who decides and who looks at expectations, at one instant.
#[derive(Debug)]
pub struct Desk<'s> {
    as_of: Instant,
    deciding: Decider<'s>,
    asking: Decider<'s>,
}

/// The whole decision about a lead, exact as far as that can be told.
fn decision(policy: &Policy, program: &Program, decider: &Decider<'_>, seen: &Seen<'_>) -> Decision {
    let Seen { e, batch, lead } = *seen;
    let (mut decision, mut open) = decider.decision_with_open(e, batch, lead, false);
    if Completions::needed(&decision) {
        let exact = Completions::new(policy, program, decision.as_of);
        exact.refine(batch, lead, false, &mut decision, open.as_mut());
    }
    decision
}

/// One lead of an evaluated batch.
struct Seen<'e> {
    e: &'e Evaluation,
    batch: &'e Batch,
    lead: usize,
}

/// How one test came out.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Its place among the tests of the policy.
    pub test: usize,
    /// Without what to ask, where all is as expected and nothing is expected of that.
    pub decision: Decision,
    /// Fields of the lead that are not known and that its decision rests on.
    pub open: Vec<FieldId>,
    pub failures: Vec<Failure>,
}

/// An expectation that does not hold.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What was expected, as written.
    pub expected: String,
    /// Where it is written.
    pub span: Span,
    pub actual: Actual,
    /// The parts of the explanation that tell why.
    pub topics: Vec<Topic>,
    /// The rule of the policy that decided, where there is one.
    pub decided_by: Option<Span>,
}

/// What came out instead.
#[derive(Clone, Debug)]
pub enum Actual {
    /// What the parts of the expected condition saw.
    Reasons(Vec<Reason>),
    /// In words.
    Said(String),
}

impl<'p> Suite<'p> {
    /// Prepares the tests of a checked policy.
    pub fn new(policy: &'p Policy) -> Suite<'p> {
        let expected: Vec<&Cond> =
            policy.tests.iter().flat_map(|t| &t.expect).filter_map(|e| condition(&e.kind)).collect();
        let expecting = Program::with_goals(policy, &expected);
        let mut nodes = expecting.goals.iter().copied();
        let of_test =
            |test: &Test| test.expect.iter().map(|e| condition(&e.kind).and_then(|_| nodes.next())).collect::<Vec<_>>();
        let goals = policy.tests.iter().map(of_test).collect();
        Suite { policy, program: Program::lower(policy), expecting, goals }
    }

    /// The policy.
    pub fn policy(&self) -> &'p Policy {
        self.policy
    }

    /// What the tests need at each of their instants, made once for all of them.
    pub fn desks(&self) -> Vec<Desk<'_>> {
        let mut instants: Vec<Instant> = self.policy.tests.iter().map(|t| t.as_of).collect();
        instants.sort_unstable();
        instants.dedup();
        instants.into_iter().map(|as_of| self.desk(as_of)).collect()
    }

    fn desk(&self, as_of: Instant) -> Desk<'_> {
        let decider = |program| Decider::new(Engine::new(self.policy, program, as_of));
        Desk { as_of, deciding: decider(&self.program), asking: decider(&self.expecting) }
    }

    /// Runs one test. `desks` are this suite's.
    pub fn run(&self, at: usize, desks: &[Desk<'_>]) -> Outcome {
        let test = &self.policy.tests[at];
        let batch = facts::batch(self.policy, test);
        let own;
        let Desk { deciding: decider, asking, .. } = match desks.iter().find(|d| d.as_of == test.as_of) {
            Some(desk) => desk,
            None => {
                own = self.desk(test.as_of);
                &own
            }
        };
        let e = decider.engine().evaluate(&batch);
        let asks = test.expect.iter().any(|e| open_ended(&e.kind));
        let decided = |questions: bool| match questions {
            true => decision(self.policy, &self.program, decider, &Seen { e: &e, batch: &batch, lead: 0 }),
            false => decider.decision_without_questions(&e, &batch, 0, false),
        };
        let mut decision = decided(asks);
        let open = decider.open_fields(&decision, &batch, 0);
        let failures: Vec<Failure> = match &decision.verdict {
            None => out_of_scope(self.policy, test).into_iter().collect(),
            Some(verdict) => {
                let e = asking.engine().evaluate(&batch);
                let check = |(expectation, node): (&Expectation, &Option<NodeId>)| {
                    let actual = match (&expectation.kind, node) {
                        (ExpectationKind::Holds(cond), Some(node)) => (e.answer(*node, 0) != Some(true))
                            .then(|| Actual::Reasons(asking.reasons(&e, &batch, 0, cond, *node))),
                        (kind, _) => expect::instead(self.policy, kind, verdict).map(Actual::Said),
                    };
                    actual.map(|actual| self.failure(expectation, actual, verdict))
                };
                test.expect.iter().zip(&self.goals[at]).filter_map(check).collect()
            }
        };
        if !failures.is_empty() && !asks {
            // What tells why may be what to ask.
            decision = decided(true);
        }
        Outcome { test: at, decision, open, failures }
    }

    fn failure(&self, expectation: &Expectation, actual: Actual, verdict: &Verdict) -> Failure {
        let topics = match &expectation.kind {
            ExpectationKind::Holds(cond) => topic::topics(self.policy, cond),
            ExpectationKind::Range { score, .. } => vec![Topic::Score(*score)],
            ExpectationKind::CouldBe(_) | ExpectationKind::Asks(_) => vec![Topic::Questions, Topic::Route],
            ExpectationKind::AlsoMatches(_) | ExpectationKind::Rule(_) => vec![Topic::Route],
            ExpectationKind::OutOfScope => vec![Topic::Scope],
            ExpectationKind::Blocked(_) => vec![Topic::Stage],
            ExpectationKind::Next(_)
            | ExpectationKind::Owner(_)
            | ExpectationKind::Due(_)
            | ExpectationKind::Revisit(_) => vec![Topic::NextStep],
            ExpectationKind::Item { item, .. } => self.lists_with(item).map(Topic::Checklist).collect(),
        };
        let decided_by = topics.iter().find_map(|t| self.decided_by(*t, verdict));
        Failure { expected: expectation.text.to_string(), span: expectation.span, actual, topics, decided_by }
    }

    fn lists_with(&self, item: &str) -> impl Iterator<Item = ChecklistId> {
        let lists = (0_u16..).zip(&self.policy.checklists);
        lists.filter(move |(_, l)| l.items.iter().any(|(i, _)| i == item)).map(|(i, _)| ChecklistId(i))
    }

    /// Where in the policy a part of the decision was made.
    fn decided_by(&self, topic: Topic, verdict: &Verdict) -> Option<Span> {
        let rules = &self.policy.route.rules;
        let stage = |name: &str| self.policy.stages.iter().find(|s| s.name == name).map(|s| s.span);
        match topic {
            Topic::Route | Topic::Questions => {
                rules.iter().rev().find(|r| verdict.route.rule.starts_with(&r.id)).map(|r| r.span)
            }
            Topic::Score(kind) => Some(self.policy.score(kind).span),
            Topic::Profile => {
                let unmet = verdict.icp.failed.iter().chain(&verdict.icp.open).next()?;
                self.policy.icp.iter().find(|r| r.id == unmet.id).map(|r| r.span)
            }
            Topic::Stage => stage(verdict.stage.next.as_deref().unwrap_or(&verdict.stage.reached)),
            Topic::Checklist(list) => Some(self.policy.checklists[list.index()].span),
            Topic::NextStep => self.policy.outcomes.iter().find(|o| o.name == verdict.route.outcome).map(|o| o.span),
            Topic::Committee | Topic::Scope => None,
        }
    }
}

/// Whether something is expected of what the lead can still come to.
fn open_ended(kind: &ExpectationKind) -> bool {
    matches!(kind, ExpectationKind::Asks(_) | ExpectationKind::CouldBe(_))
}

fn condition(kind: &ExpectationKind) -> Option<&Cond> {
    if let ExpectationKind::Holds(cond) = kind { Some(cond) } else { None }
}

/// Nothing is decided about a lead out of scope, so nothing that is expected of it can hold, but that it is.
fn out_of_scope(policy: &Policy, test: &Test) -> Option<Failure> {
    let other = test.expect.iter().find(|e| !matches!(e.kind, ExpectationKind::OutOfScope))?;
    Some(Failure {
        expected: other.text.to_string(),
        span: other.span,
        actual: Actual::Said("the lead is out of scope, so nothing is decided about it".to_string()),
        topics: vec![Topic::Scope],
        decided_by: policy.applies.as_ref().map(|c| c.span),
    })
}
