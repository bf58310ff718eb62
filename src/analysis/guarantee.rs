//! Guarantees: proved for every possible lead in scope, or refuted by one.

use super::encode::Encoding;
use super::lead::{Lead, OutOfBudget};
use crate::engine::{Decider, Engine};
use crate::policy::scenario::Claim;
use crate::policy::time::Instant;
use crate::policy::{Cond, Policy};
use crate::program::Program;

/// So many conflicts a question may take. A shipped policy takes a few hundred.
pub const CONFLICTS: u64 = 200_000;

/// What came of one claim.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// No possible lead breaks it.
    Proved,
    /// This lead does, as the engine says too.
    Refuted(Box<Lead>),
    /// It could be neither proved nor refuted; in words.
    NotProved(&'static str),
}

/// The verdicts on all claims of a policy, by guarantee, then by claim.
pub fn verdicts(policy: &Policy, as_of: Instant, conflicts: u64) -> Vec<Vec<Verdict>> {
    let claims: Vec<&Claim> = policy.guarantees.iter().flat_map(|g| &g.claims).collect();
    if claims.is_empty() {
        return Vec::new();
    }
    let conditions: Vec<&Cond> = claims.iter().map(|claim| condition(claim)).collect();
    let program = Program::with_goals(policy, &conditions);
    let mut encoding = Encoding::new(policy, &program, as_of);
    let decider = Decider::new(Engine::new(policy, &program, as_of));
    let mut verdicts = claims.iter().enumerate().map(|(i, claim)| {
        let answer = encoding.answer(program.goals[i]);
        let broken = match claim {
            Claim::Never(_) => answer.yes,
            Claim::Always(_) => !answer.yes,
        };
        let in_scope = encoding.in_scope();
        match encoding.lead(&[in_scope, broken], conflicts) {
            Err(OutOfBudget) => Verdict::NotProved("it is too hard to tell within the budget"),
            Ok(_) if encoding.is_partial() => {
                Verdict::NotProved("the scores have too many possible values to be looked at")
            }
            Ok(None) => Verdict::Proved,
            Ok(Some(lead)) => {
                let batch = lead.batch(policy, as_of);
                let evaluation = decider.engine().evaluate(&batch);
                let holds = evaluation.answer(program.goals[i], 0) == Some(true);
                let broken = holds == matches!(claim, Claim::Never(_)) && decider.in_scope(&evaluation, 0, false);
                match broken {
                    true => Verdict::Refuted(Box::new(lead)),
                    // Only texts are looked at from outside; a lead that needs words nobody found is no lead.
                    false => Verdict::NotProved("a lead that breaks it would need a text that was not found"),
                }
            }
        }
    });
    policy.guarantees.iter().map(|g| verdicts.by_ref().take(g.claims.len()).collect()).collect()
}

fn condition(claim: &Claim) -> &Cond {
    match claim {
        Claim::Never(cond) | Claim::Always(cond) => cond,
    }
}
