//! What a decision came to, to see that random leads come to everything.

use rubric::engine::decision::{Decision, Earned, Truth};

/// What happened to a lead.
pub fn happened(decision: &Decision) -> Vec<(&'static str, bool)> {
    let mut all = vec![("out of scope", !decision.in_scope), ("scope open", decision.scope_open)];
    let Some(v) = &decision.verdict else { return all };
    let status = |word: &str| v.committee.roles.iter().any(|r| r.status == word);
    let entries = || [&v.fit, &v.intent].into_iter().flat_map(|s| &s.groups).flat_map(|g| &g.entries);
    let capped = [&v.fit, &v.intent].into_iter().flat_map(|s| &s.groups).any(|g| g.capped.0 > 0);
    let floored = [&v.fit, &v.intent].into_iter().flat_map(|s| &s.groups).any(|g| g.capped.0 < 0);
    all.extend([
        ("failed profile", v.icp.status == "failed"),
        ("undecided profile", v.icp.status == "undecided"),
        ("matched profile", v.icp.status == "matched"),
        ("earned", entries().any(|e| e.outcome == Earned::Earned)),
        ("unknown criterion", entries().any(|e| e.outcome == Earned::Unknown)),
        ("decayed", entries().any(|e| e.points.0 != 0 && e.points.0 % e.worth.0 != 0)),
        ("capped", capped),
        ("floored", floored),
        ("clamped", v.fit.clamped.0 != 0 || v.intent.clamped.0 != 0),
        ("range", v.fit.low < v.fit.high && v.fit.points > v.fit.low),
        ("expected role", status("expected")),
        ("engaged role", status("engaged")),
        ("role could be more", v.committee.roles.iter().any(|r| r.could_be.is_some())),
        ("open committee", v.committee.complete == Truth::Unknown),
        ("complete checklist", v.checklists.iter().any(|c| c.complete == Truth::Yes)),
        ("advance", v.stage.change == "advance"),
        ("fall back", v.stage.fell_back_because.is_some()),
        ("blocker", !v.stage.blockers.is_empty()),
        ("open requirement", !v.stage.open.is_empty()),
        ("slipped", !v.stage.slipped.is_empty()),
        ("advised", !v.stage.advised.is_empty()),
        ("matrix", v.route.rule.matches('.').count() >= 2),
        ("also matches", !v.route.also_matches.is_empty()),
        ("not matched", !v.route.not_matched.is_empty()),
        ("open route", !v.route.settled),
        ("several questions", v.ask.len() > 1),
        ("lift", !v.lifts.fit.is_empty()),
        ("revisit", v.next_step.revisit.is_some()),
        ("open item", !v.next_step.open_items.is_empty()),
        ("risk", !v.risks.is_empty()),
    ]);
    all
}
