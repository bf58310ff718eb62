//! Guarantees: each of their claims proved, refuted by a lead, or not proved.

use super::look::Look;
use crate::analysis::as_test::TestText;
use crate::analysis::guarantee::{CONFLICTS, Verdict, condition, verdict};
use crate::declare_rule;
use crate::diagnostic::{Diagnostic, Example};
use crate::policy::scenario::{Claim, Guarantee};
use crate::policy::{Cond, CondKind, Policy};

declare_rule! {
    /// A guarantee that some possible lead breaks.
    pub BROKEN_GUARANTEE = "RB1201" "broken-guarantee" Error "a guarantee that a possible lead breaks"
}

declare_rule! {
    /// A guarantee that could be neither proved nor refuted.
    pub UNPROVED_GUARANTEE = "RB1202" "unproved-guarantee" Warning "a guarantee that could be neither proved nor refuted"
}

/// What came of one claim, with the lead that breaks it as people read it.
#[derive(Clone, Debug)]
pub struct Settled {
    pub verdict: Verdict,
    pub example: Option<Example>,
}

/// Decides every claim of a policy.
pub fn settle(look: &Look<'_, '_>) -> Vec<Vec<Settled>> {
    let mut possible = look.possible();
    possible.allow(CONFLICTS);
    let mut all = Vec::new();
    for guarantee in &look.policy.guarantees {
        let mut claims = Vec::new();
        for (at, claim) in guarantee.claims.iter().enumerate() {
            let verdict = match look.conditions.node(condition(claim)) {
                Some(node) => verdict(&mut possible, claim, node),
                None => Verdict::NotProved("it was not looked at"),
            };
            let example = match &verdict {
                Verdict::Refuted(as_of, lead) => {
                    let notes = vec![format!("Now: {}.", lead.comes_to(look.policy, possible.program, *as_of))];
                    let title = title(look.policy, guarantee, at);
                    let expect = [expected(claim)];
                    let test = TestText { title: &title, as_of: *as_of, lead, notes: &notes, expect: &expect };
                    let mut says = lead.said(look.policy);
                    says.push(format!("then {}", lead.comes_to(look.policy, possible.program, *as_of)));
                    Some(Example { says, test: test.write(look.policy) })
                }
                Verdict::Proved | Verdict::NotProved(_) => None,
            };
            claims.push(Settled { verdict, example });
        }
        all.push(claims);
    }
    all
}

/// The title of a test for a claim: that of its guarantee, told apart from others where there are some.
fn title(policy: &Policy, guarantee: &Guarantee, claim: usize) -> String {
    let taken = policy.tests.iter().any(|t| t.title == guarantee.title);
    let alone = guarantee.claims.len() == 1 && !taken;
    if alone { guarantee.title.clone() } else { format!("{}, case {}", guarantee.title, claim + 1) }
}

/// What a lead has to be expected to be, for a claim to hold of it.
fn expected(claim: &Claim) -> String {
    let whole = |cond: &Cond| match &cond.kind {
        CondKind::Atom(_) | CondKind::Define(_) => cond.text.to_string(),
        _ => format!("({})", cond.text),
    };
    match claim {
        Claim::Never(cond) => format!("unconfirmed {}", whole(cond)),
        Claim::Always(cond) => cond.text.to_string(),
    }
}

/// Tells of every claim that is not proved.
pub fn find(policy: &Policy, settled: &[Vec<Settled>], found: &mut Vec<Diagnostic>) {
    for (guarantee, claims) in policy.guarantees.iter().zip(settled) {
        for (claim, settled) in guarantee.claims.iter().zip(claims) {
            match &settled.verdict {
                Verdict::Proved => {}
                Verdict::Refuted(..) => found.push(broken(guarantee, claim, settled)),
                Verdict::NotProved(why) => found.push(unproved(guarantee, claim, why)),
            }
        }
    }
}

fn broken(guarantee: &Guarantee, claim: &Claim, settled: &Settled) -> Diagnostic {
    let label = match claim {
        Claim::Never(_) => "a possible lead is just so",
        Claim::Always(_) => "for a possible lead this is false or unknown",
    };
    let message = format!("the guarantee `{}` does not hold", guarantee.title);
    let one = Diagnostic::new(&BROKEN_GUARANTEE, message, condition(claim).span, label)
        .with_help("correct what decides about this lead, or promise less");
    match &settled.example {
        Some(example) => one.with_example(example.clone()),
        None => one,
    }
}

fn unproved(guarantee: &Guarantee, claim: &Claim, why: &str) -> Diagnostic {
    Diagnostic::new(
        &UNPROVED_GUARANTEE,
        format!("the guarantee `{}` is not proved", guarantee.title),
        condition(claim).span,
        why,
    )
    .with_help("it may hold or not: promise less at once, or show single cases with `test`")
}
