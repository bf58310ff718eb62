//! One lead for people: where it goes and why, what it earned, what is open, what to ask and to do.

mod changes;
pub(super) mod evidence;
mod gates;
mod reach;
mod route;
mod scores;

pub use changes::changes;
pub use reach::Reached;

use super::accounts;
use super::diagnostics::Layout;
use super::noticed::noticed;
use super::page::Page;
use crate::data::findings::Findings;
use crate::engine::decision::{Decision, Reason, Verdict};
use crate::policy::{ChecklistId, FieldId, Policy, ScoreKind};
use crate::scenario::Topic;

/// What a decision is about.
pub fn unit(decision: &Decision) -> &'static str {
    match &decision.account {
        Some(account) if account.alone.is_none() => "Account",
        _ => "Lead",
    }
}

/// Everything a decision says, in the words of its policy. `open`: the fields of the lead that are not known and that its decision rests on;
/// `found`: what was noticed while the lead was read.
pub fn explain(policy: &Policy, decision: &Decision, open: &[FieldId], found: &Findings, layout: Layout) -> String {
    let mut page = Page::new(layout);
    page.heading(&format!("{} {}", unit(decision), decision.id));
    page.line(0, &format!("{}: {} {}, content {}", policy.title, policy.name, policy.version, decision.policy.hash));
    page.line(0, &format!("As of {}", decision.as_of));
    if let Some(account) = &decision.account {
        accounts::behind_it(&mut page, account);
    }
    match &decision.verdict {
        Some(verdict) => {
            if let (true, Some(applies)) = (decision.scope_open, &policy.applies) {
                page.line(0, &format!("In scope, though an answer could change it: applies when {}", applies.text));
            }
            in_scope(&mut page, policy, verdict, open);
        }
        None => {
            page.heading(if decision.scope_open { "Out of scope so far" } else { "Out of scope" });
            if let Some(applies) = &policy.applies {
                page.line(2, &format!("The policy applies when {}.", applies.text));
            }
            route::unknown(&mut page, policy, open);
        }
    }
    if !found.is_empty() {
        let it = if decision.account.is_some() { "account" } else { "lead" };
        page.heading(&format!("Noticed while this {it} was read"));
        noticed(&mut page, found, usize::MAX);
    }
    page.text()
}

/// The parts of an explanation that tell about some topics, for a test that failed. `open` as for [`explain`].
pub fn parts(policy: &Policy, decision: &Decision, open: &[FieldId], topics: &[Topic], layout: Layout) -> String {
    let mut page = Page::new(layout);
    let Some(verdict) = &decision.verdict else {
        route::unknown(&mut page, policy, open);
        return page.text();
    };
    for topic in topics {
        match topic {
            Topic::Scope => {}
            Topic::Score(ScoreKind::Fit) => scores::score(&mut page, policy, ScoreKind::Fit, &verdict.fit),
            Topic::Score(ScoreKind::Intent) => scores::score(&mut page, policy, ScoreKind::Intent, &verdict.intent),
            Topic::Profile => gates::profile(&mut page, policy, verdict),
            Topic::Committee => gates::committee(&mut page, policy, verdict),
            Topic::Checklist(list) => gates::checklist(&mut page, policy, verdict, *list),
            Topic::Stage => gates::stage(&mut page, policy, verdict),
            Topic::Route => route::trace(&mut page, policy, verdict),
            Topic::NextStep => route::next_step(&mut page, policy, verdict),
            Topic::Questions => {
                route::questions(&mut page, policy, verdict);
                route::unknown(&mut page, policy, open);
            }
        }
    }
    page.text()
}

/// Parts of a condition that are not true, with what was seen, in one line.
pub fn reasons(policy: &Policy, reasons: &[Reason]) -> String {
    let one = |r: &Reason| {
        let seen = evidence::seen(&r.evidence, policy.offset);
        if seen.is_empty() { format!("`{}`: {}", r.condition, evidence::word(r.is)) } else { seen }
    };
    reasons.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn in_scope(page: &mut Page, policy: &Policy, verdict: &Verdict, open: &[FieldId]) {
    route::next_step(page, policy, verdict);
    scores::score(page, policy, ScoreKind::Fit, &verdict.fit);
    scores::score(page, policy, ScoreKind::Intent, &verdict.intent);
    gates::profile(page, policy, verdict);
    gates::committee(page, policy, verdict);
    for list in (0..policy.checklists.len() as u16).map(ChecklistId) {
        gates::checklist(page, policy, verdict, list);
    }
    gates::stage(page, policy, verdict);
    route::trace(page, policy, verdict);
    route::questions(page, policy, verdict);
    route::unknown(page, policy, open);
    route::risks(page, verdict);
}
