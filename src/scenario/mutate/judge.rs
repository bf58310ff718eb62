//! Whether the tests of a policy notice a mutant: all their leads decided at once by the changed policy.

use super::{Mutant, walk};
use crate::engine::facts::Batch;
use crate::engine::{Decider, Engine, Evaluation};
use crate::policy::scenario::{ExpectationKind, Test};
use crate::policy::time::Instant;
use crate::policy::{Cond, Policy};
use crate::program::{NodeId, Program};
use crate::scenario::{self, condition, expect, facts, open_ended};
use crate::source::SourceMap;

/// The mutants of one policy and the tests that should notice them.
#[derive(Debug)]
pub struct Mutation<'p> {
    policy: &'p Policy,
    sources: &'p SourceMap,
    tests: Vec<usize>,
    /// By instant: the leads of its tests, and which test each belongs to.
    batches: Vec<(Instant, Batch, Vec<usize>)>,
    mutants: Vec<Mutant>,
}

impl<'p> Mutation<'p> {
    /// Lists the mutants of a checked policy, in the order of its text. `tests` are places of tests that the policy itself passes.
    pub fn new(policy: &'p Policy, sources: &'p SourceMap, tests: Vec<usize>) -> Mutation<'p> {
        let mut batches: Vec<(Instant, Batch, Vec<usize>)> = Vec::new();
        for at in &tests {
            let test = &policy.tests[*at];
            let same = batches.iter().position(|(as_of, ..)| *as_of == test.as_of).unwrap_or_else(|| {
                batches.push((test.as_of, Batch::new(policy), Vec::new()));
                batches.len() - 1
            });
            facts::add(policy, test, &mut batches[same].1);
            batches[same].2.push(*at);
        }
        Mutation { policy, sources, tests, batches, mutants: walk::mutants(policy, sources) }
    }

    /// All mutants, in the order of the text.
    pub fn mutants(&self) -> &[Mutant] {
        &self.mutants
    }

    /// Whether some test fails for a mutant.
    pub fn notices(&self, mutant: &Mutant) -> bool {
        let changed = walk::mutated(self.policy, self.sources, mutant);
        let expected: Vec<&Cond> =
            self.tests.iter().flat_map(|t| &changed.tests[*t].expect).filter_map(|e| condition(&e.kind)).collect();
        let program = Program::with_goals(&changed, &expected);
        let mut nodes = program.goals.iter().copied();
        let goals: Vec<Vec<NodeId>> =
            self.tests.iter().map(|t| nodes.by_ref().take(conditions(&changed.tests[*t])).collect()).collect();
        let of_test = |test: usize| self.tests.iter().position(|t| *t == test).map_or(&[][..], |at| &goals[at]);
        let mut open = Vec::new();
        for (as_of, batch, tests) in &self.batches {
            let engine = Engine::new(&changed, &program, *as_of);
            let e = engine.evaluate(batch);
            let fails =
                |(lead, test): (usize, &usize)| !conditions_hold(&changed.tests[*test], of_test(*test), &e, lead);
            if tests.iter().enumerate().any(fails) {
                return true;
            }
            open.push((Decider::new(engine), e, batch, tests));
        }
        let some = |holds: fn(&Test, &Seen<'_>) -> bool| {
            open.iter().any(|(decider, e, batch, tests)| {
                let seen = |lead| Seen {
                    policy: &changed,
                    program: &program,
                    decider,
                    seen: scenario::Seen { e, batch, lead },
                };
                tests.iter().enumerate().any(|(lead, test)| !holds(&changed.tests[*test], &seen(lead)))
            })
        };
        // Whole decisions take longest to word, so they are looked at last.
        some(steps_hold) || some(rest_holds)
    }
}

/// The lead of a test under the changed policy.
struct Seen<'s> {
    policy: &'s Policy,
    program: &'s Program,
    decider: &'s Decider<'s>,
    seen: scenario::Seen<'s>,
}

fn conditions(test: &Test) -> usize {
    test.expect.iter().filter(|e| condition(&e.kind).is_some()).count()
}

/// Scope and expected conditions, which the evaluation of the batch answers.
fn conditions_hold(test: &Test, goals: &[NodeId], e: &Evaluation, lead: usize) -> bool {
    if test.expect.is_empty() {
        return true;
    }
    let out = test.expect.iter().any(|x| matches!(x.kind, ExpectationKind::OutOfScope));
    e.in_scope.is_true(lead) != out && goals.iter().all(|goal| e.answer(*goal, lead) == Some(true))
}

/// Expectations of the rule and the next step.
fn steps_hold(test: &Test, seen: &Seen<'_>) -> bool {
    if test.expect.iter().all(|x| matches!(x.kind, ExpectationKind::Holds(_))) {
        return true;
    }
    let brief = seen.decider.brief(seen.seen.e, seen.seen.batch, seen.seen.lead, false);
    let Some(brief) = brief.verdict else { return true };
    let fails = |kind| matches!(expect::instead_of_step(kind, brief.route.rule, &brief.next_step), Some(Some(_)));
    !test.expect.iter().any(|x| fails(&x.kind))
}

/// All other expectations; the whole decision is worded only for tests that have some.
fn rest_holds(test: &Test, seen: &Seen<'_>) -> bool {
    use ExpectationKind::*;
    let rest = |kind: &ExpectationKind| {
        matches!(kind, Range { .. } | CouldBe(_) | AlsoMatches(_) | Asks(_) | Blocked(_) | Item { .. })
    };
    if !test.expect.iter().any(|x| rest(&x.kind)) || !seen.seen.e.in_scope.is_true(seen.seen.lead) {
        return true;
    }
    let scenario::Seen { e, batch, lead } = seen.seen;
    let decision = match test.expect.iter().any(|x| open_ended(&x.kind)) {
        true => scenario::decision(seen.policy, seen.program, seen.decider, &seen.seen),
        false => seen.decider.decision_without_questions(e, batch, lead, false),
    };
    let holds = |verdict| test.expect.iter().all(|x| expect::instead(seen.policy, &x.kind, verdict).is_none());
    decision.verdict.as_ref().is_none_or(holds)
}
