//! What is different after a change of the lead: for `--set field=value`.

use super::evidence::{seen, signed, word};
use super::route::title;
use crate::engine::decision::{Decision, Entry, ScoreResult, Truth, Verdict};
use crate::policy::Policy;
use crate::report::diagnostics::Layout;
use crate::report::page::{Cell, Page, Style, listed};

/// Everything that is different, before → after; says so where nothing is. Both decisions are of this policy, or of another that decided
/// before.
pub fn changes(policy: &Policy, before: &Decision, after: &Decision, layout: Layout) -> String {
    let mut page = Page::new(layout);
    match (&before.verdict, &after.verdict) {
        (None, None) => page.line(0, "The lead is out of scope, before and after."),
        (None, Some(_)) => page.line(0, "The lead comes into scope."),
        (Some(_), None) => page.line(0, "The lead falls out of scope."),
        (Some(_), Some(_)) => {}
    }
    let Some(now) = &after.verdict else { return page.text() };
    let rows = moved(policy, before.verdict.as_ref(), now);
    if rows.is_empty() && before.verdict.is_some() {
        page.line(0, "Nothing changes.");
        return page.text();
    }
    page.rows(0, &rows);
    if let Some(then) = &before.verdict {
        entries(&mut page, policy, "Fit", &then.fit, &now.fit);
        entries(&mut page, policy, "Intent", &then.intent, &now.intent);
        items(&mut page, then, now);
    }
    page.text()
}

/// One row a thing that moved: what, before, after.
fn moved(policy: &Policy, then: Option<&Verdict>, now: &Verdict) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    let mut row = |what: &str, of: &dyn Fn(&Verdict) -> String| {
        let (old, new) = (then.map(of), of(now));
        if old.as_ref() != Some(&new) {
            let before = old.map_or_else(String::new, |o| format!("{} → ", nothing(&o)));
            rows.push(vec![Cell::new(what).styled(Style::Strong), Cell::new(format!("{before}{}", nothing(&new)))]);
        }
    };
    row("Route", &|v| title(policy, &v.route.outcome));
    row("Rule", &|v| v.route.rule.clone());
    row("Next step", &|v| v.next_step.action.clone());
    row("Owner", &|v| v.next_step.owner.clone());
    row("Due", &|v| v.next_step.due.to_string());
    row("Look again", &|v| v.next_step.revisit.map_or_else(String::new, |r| r.to_string()));
    row("Fit", &|v| format!("{} ({})", v.fit.points, v.fit.band));
    row("Fit could be", &|v| format!("{} to {}", v.fit.low, v.fit.high));
    row("Intent", &|v| format!("{} ({})", v.intent.points, v.intent.band));
    row("Intent could be", &|v| format!("{} to {}", v.intent.low, v.intent.high));
    row("Profile", &|v| v.icp.status.to_string());
    row("Stage", &|v| v.stage.reached.clone());
    let open = |v: &Verdict| -> Vec<String> {
        v.stage.blockers.iter().chain(&v.stage.open).map(|u| u.condition.clone()).collect()
    };
    row("In the way", &|v| open(v).join("; "));
    row("Could also go", &|v| listed(&v.route.could_be.iter().map(|o| title(policy, o)).collect::<Vec<_>>()));
    row("Ask first", &|v| listed(&v.ask.iter().map(|q| q.field.clone()).collect::<Vec<_>>()));
    row("Risks", &|v| listed(&v.risks.iter().map(|r| r.risk.clone()).collect::<Vec<_>>()));
    row("Committee", &|v| {
        let roles = v.committee.roles.iter().filter(|r| r.needed != Truth::No);
        listed(&roles.map(|r| format!("{} {}", r.role.replace('_', " "), r.status)).collect::<Vec<_>>())
    });
    rows
}

fn nothing(text: &str) -> &str {
    if text.is_empty() { "nothing" } else { text }
}

/// Criteria that earn other points than before.
fn entries(page: &mut Page, policy: &Policy, name: &str, then: &ScoreResult, now: &ScoreResult) {
    let all = |score: &ScoreResult| -> Vec<Entry> { score.groups.iter().flat_map(|g| g.entries.clone()).collect() };
    let before = all(then);
    let mut rows = Vec::new();
    for entry in all(now) {
        let Some(old) = before.iter().find(|e| e.id == entry.id) else { continue };
        if old.points != entry.points {
            rows.push(vec![
                Cell::new(signed(crate::policy::exact::Points(entry.points.0 - old.points.0))).right(),
                Cell::new(format!("{} — {}", entry.text, seen(&entry.evidence, policy.offset))),
            ]);
        }
    }
    if !rows.is_empty() {
        page.heading(&format!("{name}, criterion by criterion (before caps)"));
        page.rows(2, &rows);
    }
}

/// Items of checklists that come out otherwise than before.
fn items(page: &mut Page, then: &Verdict, now: &Verdict) {
    let mut rows = Vec::new();
    for (old, new) in then.checklists.iter().zip(&now.checklists).filter(|(o, n)| o.name == n.name) {
        for (a, b) in old.items.iter().zip(&new.items).filter(|(a, b)| a.is != b.is) {
            rows.push(vec![Cell::new(format!("{} → {}", word(a.is), word(b.is))), Cell::new(&b.item)]);
        }
    }
    if !rows.is_empty() {
        page.heading("Checklists");
        page.rows(2, &rows);
    }
}
