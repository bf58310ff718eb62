//! One lead for people: where it goes and why, what it earned, what is open, what to ask and to do.

mod changes;
mod evidence;
mod gates;
mod route;
mod scores;

pub use changes::changes;

use super::diagnostics::Layout;
use super::noticed::noticed;
use super::page::Page;
use crate::data::findings::Findings;
use crate::engine::decision::{Decision, Verdict};
use crate::policy::{FieldId, Policy, ScoreKind};

/// Everything a decision says, in the words of its policy. `open`: the fields of the lead that are not known and that its decision rests on;
/// `found`: what was noticed while the lead was read.
pub fn explain(policy: &Policy, decision: &Decision, open: &[FieldId], found: &Findings, layout: Layout) -> String {
    let mut page = Page::new(layout);
    page.heading(&format!("Lead {}", decision.id));
    page.line(0, &format!("{}: {} {}, content {}", policy.title, policy.name, policy.version, decision.policy.hash));
    page.line(0, &format!("As of {}", decision.as_of));
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
        page.heading("Noticed while this lead was read");
        noticed(&mut page, found, usize::MAX);
    }
    page.text()
}

fn in_scope(page: &mut Page, policy: &Policy, verdict: &Verdict, open: &[FieldId]) {
    route::next_step(page, policy, verdict);
    scores::score(page, policy, ScoreKind::Fit, &verdict.fit);
    scores::score(page, policy, ScoreKind::Intent, &verdict.intent);
    gates::profile(page, policy, verdict);
    gates::committee(page, policy, verdict);
    gates::checklists(page, policy, verdict);
    gates::stage(page, policy, verdict);
    route::trace(page, policy, verdict);
    route::questions(page, policy, verdict);
    route::unknown(page, policy, open);
    route::risks(page, verdict);
}
