//! Expectations that are no conditions, against what was decided.

use crate::engine::decision::{BriefStep, Truth, Verdict, When};
use crate::policy::scenario::{Answer, ExpectationKind};
use crate::policy::{OutcomeId, Policy, ScoreKind};

/// What came out instead of an expectation; `None` where it holds, and for conditions, which are evaluated.
pub fn instead(policy: &Policy, kind: &ExpectationKind, verdict: &Verdict) -> Option<String> {
    if let Some(actual) = instead_of_step(kind, &verdict.route.rule, &verdict.next_step.brief()) {
        return actual;
    }
    let (holds, actual) = match kind {
        ExpectationKind::Holds(_) => return None,
        ExpectationKind::OutOfScope => (false, format!("the lead is in scope, and goes to {}", verdict.route.outcome)),
        ExpectationKind::Range { score, low, high } => {
            let found = if *score == ScoreKind::Fit { &verdict.fit } else { &verdict.intent };
            let actual = format!("the range of {} is {}..{}", score.name(), found.low, found.high);
            ((found.low, found.high) == (*low, *high), actual)
        }
        ExpectationKind::CouldBe(outcome) => {
            let found = &verdict.route.could_be;
            (found.contains(name(policy, *outcome)), format!("the route could be {}", listed(found, "nothing else")))
        }
        ExpectationKind::AlsoMatches(outcome) => {
            let found: Vec<String> = verdict.route.also_matches.iter().map(|m| m.outcome.clone()).collect();
            (found.contains(name(policy, *outcome)), format!("later rules match for {}", listed(&found, "nothing")))
        }
        ExpectationKind::Asks(fields) => {
            let found: Vec<String> = verdict.ask.iter().map(|q| q.field.clone()).collect();
            let expected: Vec<&str> = fields.iter().map(|f| policy.field(*f).name.as_str()).collect();
            (found == expected, format!("it asks {}", listed(&found, "nothing")))
        }
        ExpectationKind::Blocked(requirement) => {
            let found: Vec<String> = verdict.stage.blockers.iter().map(|b| b.id.clone()).collect();
            (found.contains(requirement), format!("it is blocked by {}", listed(&found, "nothing")))
        }
        ExpectationKind::Item { item, is } => {
            let items = verdict.checklists.iter().flat_map(|l| &l.items).filter(|i| i.item == *item);
            let found: Vec<Truth> = items.map(|i| i.is).collect();
            let wanted = match is {
                Answer::Yes => Truth::Yes,
                Answer::No => Truth::No,
                Answer::Unknown => Truth::Unknown,
            };
            let words: Vec<String> = found.iter().map(|t| word(*t).to_string()).collect();
            (found.iter().all(|t| *t == wanted), format!("it is {}", listed(&words, "in no checklist")))
        }
        ExpectationKind::Rule(_)
        | ExpectationKind::Next(_)
        | ExpectationKind::Owner(_)
        | ExpectationKind::Due(_)
        | ExpectationKind::Revisit(_) => return None,
    };
    (!holds).then_some(actual)
}

/// The same for what the short form of a decision tells; the outer `None` says that it does not tell of this.
pub fn instead_of_step(kind: &ExpectationKind, rule: &str, step: &BriefStep<'_>) -> Option<Option<String>> {
    let (holds, actual) = match kind {
        ExpectationKind::Rule(expected) => (rule == expected, format!("rule is {rule}")),
        ExpectationKind::Next(next) => said(next, step.action, "next"),
        ExpectationKind::Owner(owner) => said(owner, step.owner, "owner is"),
        ExpectationKind::Due(due) => said(due, &when(step.due), "due"),
        ExpectationKind::Revisit(day) => said(day, &step.revisit.map_or("never".to_string(), when), "revisit"),
        _ => return None,
    };
    Some((!holds).then_some(actual))
}

fn name(policy: &Policy, outcome: OutcomeId) -> &String {
    &policy.outcomes[outcome.index()].name
}

fn said(expected: &str, found: &str, what: &str) -> (bool, String) {
    (expected == found, format!("{what} {found}"))
}

fn word(is: Truth) -> &'static str {
    match is {
        Truth::Yes => "yes",
        Truth::No => "no",
        Truth::Unknown => "unknown",
    }
}

fn when(when: When) -> String {
    match when {
        When::Day(day) => day.to_string(),
        When::Instant(instant) => instant.to_string(),
    }
}

fn listed(names: &[String], nothing: &str) -> String {
    if names.is_empty() { nothing.to_string() } else { names.join(", ") }
}
