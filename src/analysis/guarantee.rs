//! Guarantees: proved for every possible lead in scope, or refuted by one.

use super::encode::View;
use super::lead::{Lead, OutOfBudget};
use super::possible::{Claim, Is, Possible};
use crate::engine::{Decider, Engine};
use crate::policy::scenario;
use crate::policy::time::Instant;
use crate::policy::{Cond, Policy};
use crate::program::{NodeId, Program};

/// So many conflicts a question may take. A shipped policy takes a few hundred.
pub const CONFLICTS: u64 = 200_000;

/// What came of one claim.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// No possible lead breaks it.
    Proved,
    /// This lead does at this instant, as the engine says too.
    Refuted(Instant, Box<Lead>),
    /// It could be neither proved nor refuted; in words.
    NotProved(&'static str),
}

/// The verdicts on all claims of a policy, by guarantee, then by claim.
pub fn verdicts(policy: &Policy, conflicts: u64) -> Vec<Vec<Verdict>> {
    let conditions: Vec<&Cond> = policy.guarantees.iter().flat_map(|g| &g.claims).map(condition).collect();
    if conditions.is_empty() {
        return Vec::new();
    }
    let program = Program::with_goals(policy, &conditions);
    let mut possible = Possible::new(policy, &program, conflicts);
    let mut nodes = program.goals.iter();
    let mut of_claim = |claim: &scenario::Claim| match nodes.next() {
        Some(node) => verdict(&mut possible, claim, *node),
        None => Verdict::NotProved("it was not looked at"),
    };
    policy.guarantees.iter().map(|g| g.claims.iter().map(&mut of_claim).collect()).collect()
}

/// The verdict on one claim, of which this is the node.
pub fn verdict(possible: &mut Possible<'_>, claim: &scenario::Claim, node: NodeId) -> Verdict {
    let is = match claim {
        scenario::Claim::Never(_) => Is::True,
        scenario::Claim::Always(_) => Is::NotTrue,
    };
    match possible.lead(&[Claim::InScope, Claim::Comes(node, View::Whole, is)]) {
        Err(OutOfBudget) => Verdict::NotProved("it is too hard to tell within the budget"),
        Ok(Some((as_of, lead))) if breaks(possible, &lead, as_of, claim, node) => {
            Verdict::Refuted(as_of, Box::new(lead))
        }
        // Only texts are looked at from outside; a lead that needs words nobody found is no lead.
        Ok(Some(_)) => Verdict::NotProved("a lead that breaks it would need a text that was not found"),
        Ok(None) if possible.is_complete() => Verdict::Proved,
        Ok(None) => Verdict::NotProved("the policy has more possible leads than can be looked at"),
    }
}

/// Whether a lead breaks a claim, as the engine decides it.
fn breaks(possible: &Possible<'_>, lead: &Lead, as_of: Instant, claim: &scenario::Claim, node: NodeId) -> bool {
    let decider = Decider::new(Engine::new(possible.policy, possible.program, as_of));
    let batch = lead.batch(possible.policy, as_of);
    let evaluation = decider.engine().evaluate(&batch);
    let holds = evaluation.answer(node, 0) == Some(true);
    decider.in_scope(&evaluation, 0, false) && holds == matches!(claim, scenario::Claim::Never(_))
}

/// What a claim says must never or always be.
pub fn condition(claim: &scenario::Claim) -> &Cond {
    match claim {
        scenario::Claim::Never(cond) | scenario::Claim::Always(cond) => cond,
    }
}
