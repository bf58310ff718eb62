//! Where the lead goes and what happens next, why no earlier rule matched, what is open, what to ask, what would lift the scores.

use super::evidence::{mark, seen, signed, word};
use super::gates::label;
use crate::engine::decision::{NotMatched, Question, Verdict};
use crate::policy::steps::RuleKind;
use crate::policy::{FieldId, Policy};
use crate::report::page::{Cell, Page, Style, alternatives};

/// The outcome, its next step, and how sure it is.
pub fn next_step(page: &mut Page, policy: &Policy, verdict: &Verdict) {
    let route = &verdict.route;
    page.heading(&format!("→ {}", title(policy, &route.outcome)));
    let next = &verdict.next_step;
    let mut rows = vec![
        vec![Cell::new("Next step"), Cell::new(&next.action)],
        vec![Cell::new("Owner"), Cell::new(&next.owner)],
        vec![Cell::new("Due"), Cell::new(next.due.to_string())],
    ];
    rows.extend(next.revisit.map(|r| vec![Cell::new("Look again"), Cell::new(r.to_string())]));
    rows.extend(
        next.open_items
            .iter()
            .enumerate()
            .map(|(i, item)| vec![Cell::new(if i == 0 { "Still open" } else { "" }), Cell::new(item)]),
    );
    rows.push(vec![Cell::new("Because"), Cell::new(because(policy, verdict))]);
    rows.push(vec![Cell::new("Settled"), Cell::new(settled(policy, verdict))]);
    page.rows(2, &rows);
}

fn because(policy: &Policy, verdict: &Verdict) -> String {
    let route = &verdict.route;
    let text = policy.route.rules.iter().find(|r| belongs(&r.id, &route.rule)).map(|r| match &r.kind {
        RuleKind::To { when, .. } => when.text.to_string(),
        RuleKind::Matrix(m) => {
            let band = |kind: crate::policy::ScoreKind| match kind {
                crate::policy::ScoreKind::Fit => format!("fit is {}", verdict.fit.band),
                crate::policy::ScoreKind::Intent => format!("intent is {}", verdict.intent.band),
            };
            let when = m.when.as_ref().map_or(String::new(), |w| format!(", {}", w.text));
            format!("{} and {}{when}", band(m.rows), band(m.columns))
        }
        RuleKind::Otherwise { .. } => "no earlier rule matches".to_string(),
    });
    let reason = route.because.as_ref().map_or(String::new(), |b| format!(". {b}"));
    format!("{} ({}){reason}", text.unwrap_or_default(), route.rule)
}

/// Whether a rule id is this rule, or a cell of it.
fn belongs(rule: &str, id: &str) -> bool {
    id.strip_prefix(rule).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn settled(policy: &Policy, verdict: &Verdict) -> String {
    let route = &verdict.route;
    if route.settled {
        return "yes: nothing that is unknown can change it".to_string();
    }
    let others: Vec<String> = route.could_be.iter().map(|o| title(policy, o)).collect();
    let bound = if route.exact { "" } else { " (a safe bound: perhaps not all of these)" };
    format!("no: what is unknown could lead to {}{bound}", alternatives(&others))
}

/// Every rule up to the one that matched, and later ones that match too.
pub fn trace(page: &mut Page, policy: &Policy, verdict: &Verdict) {
    let route = &verdict.route;
    page.heading("Route, rule by rule");
    for rule in &route.not_matched {
        not_matched(page, policy, rule);
    }
    let matched = vec![
        mark(crate::engine::decision::Truth::Yes),
        Cell::new(&route.rule),
        Cell::new(format!("→ {}", title(policy, &route.outcome))).styled(Style::Strong),
    ];
    page.rows(2, &[matched]);
    for also in &route.also_matches {
        page.line(4, &format!("{} also matches: → {}", also.rule, title(policy, &also.outcome)));
    }
}

fn not_matched(page: &mut Page, policy: &Policy, rule: &NotMatched) {
    let to = rule.outcome.as_ref().map_or("matrix".to_string(), |o| format!("→ {}", title(policy, o)));
    page.rows(2, &[vec![mark(rule.is), Cell::new(&rule.rule), Cell::new(to).styled(Style::Faint)]]);
    let reason = |r: &crate::engine::decision::Reason| {
        let saw =
            if r.evidence.is_empty() { String::new() } else { format!(" — {}", seen(&r.evidence, policy.offset)) };
        vec![Cell::new(format!("{}:", word(r.is))), Cell::new(format!("{}{saw}", r.condition))]
    };
    page.rows(6, &rule.reasons.iter().map(reason).collect::<Vec<_>>());
}

/// Fields that are open, with how to find out.
pub fn unknown(page: &mut Page, policy: &Policy, open: &[FieldId]) {
    if open.is_empty() {
        return;
    }
    page.heading("Not known");
    let row = |field: &FieldId| {
        let field = policy.field(*field);
        let from = field.known_from.map(|s| format!(" (to be known from {})", policy.stages[s.index()].name));
        let question = field.ask.as_ref().map_or(String::new(), |a| a.question.clone());
        vec![Cell::new(&field.name), Cell::new(format!("{question}{}", from.unwrap_or_default()))]
    };
    page.rows(2, &open.iter().map(row).collect::<Vec<_>>());
}

/// What to ask first, and what would lift each score.
pub fn questions(page: &mut Page, policy: &Policy, verdict: &Verdict) {
    if !verdict.ask.is_empty() {
        page.heading("Ask first: together these decide the route");
        let row = |(i, q): (usize, &Question)| {
            let on = if q.on.is_empty() { String::new() } else { format!(" (on {})", alternatives(&q.on)) };
            let question = q.question.as_deref().unwrap_or("no question is declared for it");
            vec![
                Cell::new(format!("{}.", i + 1)),
                Cell::new(label(policy, &q.field)),
                Cell::new(format!("{question}{on}")),
            ]
        };
        page.rows(2, &verdict.ask.iter().enumerate().map(row).collect::<Vec<_>>());
    }
    let mut rows = Vec::new();
    for (name, lifts) in [("Fit", &verdict.lifts.fit), ("Intent", &verdict.lifts.intent)] {
        for lift in lifts {
            let points = Cell::new(signed(lift.points)).right();
            rows.push(vec![Cell::new(name), points, Cell::new(label(policy, &lift.field))]);
        }
    }
    if !rows.is_empty() {
        page.heading("Would lift a score, at best");
        page.rows(2, &rows);
    }
}

/// What the record warns of.
pub fn risks(page: &mut Page, verdict: &Verdict) {
    if verdict.risks.is_empty() {
        return;
    }
    page.heading("Risks");
    let row = |risk: &crate::engine::decision::RiskResult| {
        let owner = risk.owner.as_ref().map_or(String::new(), |o| format!(" (owner: {o})"));
        vec![Cell::new(format!("{}{owner}", risk.risk))]
    };
    page.rows(2, &verdict.risks.iter().map(row).collect::<Vec<_>>());
}

/// The title of an outcome.
pub fn title(policy: &Policy, outcome: &str) -> String {
    policy.outcomes.iter().find(|o| o.name == outcome).map_or_else(|| outcome.to_string(), |o| o.title.clone())
}
