//! A change for machines: one object, with every lead that moved.

use super::facts::{policies, summary};
use crate::diff::budget::{Check, Outcome};
use crate::diff::population::{Counts, Flow, Population, Rejected, Scores};
use crate::diff::{Changed, Effect, Meaning, PolicyDiff, Report};
use crate::report::leads;
use serde_json::{Value, json};

/// The whole report, on one line.
pub fn json(report: &Report) -> String {
    let changes = report.changes();
    let value = json!({
        "old": report.sides[0],
        "new": report.sides[1],
        "summary": summary(report),
        "policies": report.policies.iter().map(policy).collect::<Vec<_>>(),
        "portfolios": report.portfolios,
        "changes": changes.iter().map(|c| change(report, c)).collect::<Vec<_>>(),
        "leads": report.population.as_ref().map(population),
        "limits": report.checks.iter().map(limit).collect::<Vec<_>>(),
        "declared": report.declared.iter().map(|d| json!({
            "reason": d.reason, "up_to_percent": crate::policy::exact::Points(i64::from(d.share)), "earlier": d.earlier,
        })).collect::<Vec<_>>(),
        "not_compared": report.troubles.iter().map(|t| json!({
            "file": t.file, "says": t.says, "line": t.line.map(|(line, _)| line),
        })).collect::<Vec<_>>(),
        "passes": report.passes(),
    });
    let mut out = Vec::new();
    // Writing into memory does not fail.
    let _ = leads::json(&value, &mut out);
    out.push(b'\n');
    String::from_utf8_lossy(&out).into_owned()
}

fn policy(diff: &PolicyDiff) -> Value {
    let version = |v: &crate::diff::report::Version| json!({ "file": v.file, "name": v.name, "version": v.version, "hash": v.hash });
    json!({
        "name": diff.name,
        "old": diff.old.as_ref().map(version),
        "new": diff.new.as_ref().map(version),
        "same": diff.is_same(),
        "tests": { "added": diff.tests.added, "removed": diff.tests.removed, "changed": diff.tests.changed },
        "meaning": diff.meaning.as_ref().map(meaning),
    })
}

fn meaning(meaning: &Meaning) -> Value {
    let one = |t: &crate::diff::Transition| {
        json!({
            "what": t.what.words(), "from": t.from, "to": t.to, "direction": t.direction.word(), "lead": t.lead,
            "smallest": t.smallest, "only_unknown": t.only_unknown, "before": scores(t.before), "after": scores(t.after),
            "changes": t.edits,
        })
    };
    json!({
        "transitions": meaning.transitions.iter().map(one).collect::<Vec<_>>(),
        "scores": meaning.scores,
        "undecided": meaning.undecided,
    })
}

fn change(report: &Report, change: &Changed<'_>) -> Value {
    let place = |span: Option<_>| {
        span.and_then(|s| change.diff.place(s)).map(|(file, line)| json!({ "file": file, "line": line }))
    };
    let effect = match change.edit.effect {
        Effect::Decides => "decides",
        Effect::Reads => "reads",
        Effect::Tells => "tells",
    };
    json!({
        "id": change.key,
        "policies": policies(report, change),
        "block": change.edit.block.title(),
        "effect": effect,
        "says": change.edit.says,
        "old": place(change.edit.old),
        "new": place(change.edit.new),
    })
}

fn scores(scores: Option<Scores>) -> Value {
    scores.map_or(Value::Null, |s| json!({ "fit": s.fit, "intent": s.intent }))
}

fn population(p: &Population) -> Value {
    let moved = p.moved.iter().map(|m| {
        json!({
            "id": &*m.id, "from": &*m.from, "to": &*m.to, "direction": m.direction.word(),
            "before": scores(m.before), "after": scores(m.after), "changes": m.edits, "depends_on": m.open,
        })
    });
    json!({
        "as_of": p.as_of,
        "old": counts(p.old),
        "new": counts(p.new),
        "compared": p.compared,
        "routes": flows(&p.routes),
        "stages": flows(&p.stages),
        "fit_bands": flows(&p.fit_bands),
        "intent_bands": flows(&p.intent_bands),
        "moved": moved.collect::<Vec<_>>(),
        "same_route": {
            "other_points": p.same_route.other_points,
            "other_rule": p.same_route.other_rule,
            "other_next_step": p.same_route.other_next_step,
        },
        "rejected_by_old_only": rejected(&p.rejected_by_old),
        "rejected_by_new_only": rejected(&p.rejected_by_new),
        "causes": p.causes.iter().map(|c| json!({
            "change": c.edit, "alone": c.alone, "not_alone": c.not_alone,
        })).collect::<Vec<_>>(),
        "looked_at_for_unknowns": p.asked,
    })
}

fn counts(c: Counts) -> Value {
    json!({ "read": c.read, "decided": c.decided, "out_of_scope": c.out_of_scope, "rejected": c.rejected })
}

fn flows(flows: &[Flow]) -> Value {
    let one = |f: &Flow| json!({ "from": f.from, "to": f.to, "leads": f.leads, "direction": f.direction.word() });
    flows.iter().map(one).collect()
}

fn rejected(rows: &[Rejected]) -> Value {
    rows.iter().map(|r| json!({ "file": r.file, "line": r.line, "reason": r.reason })).collect()
}

fn limit(check: &Check) -> Value {
    let (result, reason) = match &check.result {
        Outcome::Holds => ("holds", Value::Null),
        Outcome::Exceeded => ("exceeded", Value::Null),
        Outcome::Excused { reason, up_to } => ("declared", json!({ "reason": reason, "up_to": up_to })),
    };
    json!({ "limit": check.limit, "moved": check.moved, "of": check.of, "result": result, "declared": reason })
}
