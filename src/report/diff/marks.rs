//! Marks on the changed lines of the new version: SARIF, and annotations of GitHub's workflows.

use super::facts::check;
use crate::diff::{Changed, Effect, Report};
use crate::report::sarif::{region, uri};
use crate::report::workflow::command;
use serde_json::{Value, json};

/// What a result is about: its name and what that means.
const RULES: [(&str, &str); 3] = [
    ("policy-change", "a part of a policy that changed"),
    ("limit-exceeded", "a change moves more leads than it may"),
    ("not-compared", "a side that could not be compared"),
];
const CHANGE: usize = 0;
const LIMIT: usize = 1;
const BROKEN: usize = 2;

/// Places of a change in the new version; what is gone is marked where the policy begins.
fn place<'c>(change: &'c Changed<'_>) -> Option<(&'c str, crate::source::Span)> {
    let pair = change.diff.pair.as_ref()?;
    let span = change.edit.new.unwrap_or(pair.new.span);
    Some((pair.sources.file(span.file).name.as_str(), span))
}

/// The first file of the new version, for what belongs to no line.
fn somewhere(report: &Report) -> &str {
    report.policies.iter().find_map(|p| p.new.as_ref()).map_or("", |v| &v.file)
}

/// One line a change, a limit that is exceeded, and something that could not be compared.
pub fn github(report: &Report) -> String {
    let mut out = String::new();
    for change in report.changes() {
        let (Some((file, span)), Some(pair)) = (place(&change), &change.diff.pair) else { continue };
        let text = pair.sources.file(span.file);
        let (start, end) = (text.position(span.start).line, text.position(span.end).line);
        let title = format!("{} changed", change.edit.block.title());
        let places = [("line", start), ("endLine", if change.edit.new.is_some() { end } else { start })];
        out.push_str(&command("notice", file, &places, &title, &change.edit.says));
    }
    for one in report.checks.iter().filter(|c| !c.passes()) {
        out.push_str(&command("error", somewhere(report), &[("line", 1)], "limit exceeded", &check(one)));
    }
    for trouble in &report.troubles {
        let line = trouble.line.map_or(1, |(line, _)| line);
        let file = if trouble.file.is_empty() { somewhere(report) } else { &trouble.file };
        out.push_str(&command("error", file, &[("line", line)], "not compared", &trouble.says));
    }
    out
}

/// The same as a SARIF log.
pub fn sarif(report: &Report) -> String {
    let mut results: Vec<Value> = report.changes().iter().filter_map(changed).collect();
    let exceeded = report.checks.iter().filter(|c| !c.passes());
    results.extend(exceeded.map(|c| result(LIMIT, "error", &check(c), somewhere(report), line(1))));
    results.extend(report.troubles.iter().map(|t| {
        let file = if t.file.is_empty() { somewhere(report) } else { &t.file };
        result(BROKEN, "error", &t.says, file, line(t.line.map_or(1, |(line, _)| line)))
    }));
    let rule = |(id, says): (&str, &str)| json!({ "id": id, "shortDescription": { "text": says } });
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "rubric diff",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": RULES.map(rule),
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

fn changed(change: &Changed<'_>) -> Option<Value> {
    let (file, span) = place(change)?;
    let pair = change.diff.pair.as_ref()?;
    let region = match change.edit.new {
        Some(_) => region(span, &pair.sources),
        None => line(pair.sources.position(span).line),
    };
    // What only people are told is a remark; what can move leads asks for a look.
    let level = if change.edit.effect == Effect::Tells { "note" } else { "warning" };
    Some(result(CHANGE, level, &change.edit.says, file, region))
}

/// The beginning of a line.
fn line(line: u32) -> Value {
    json!({ "startLine": line, "startColumn": 1, "endLine": line, "endColumn": 1 })
}

fn result(rule: usize, level: &str, says: &str, file: &str, region: Value) -> Value {
    // A result has to stand somewhere; what belongs to no file stands at the root.
    let file = if file.is_empty() { "." } else { file };
    let place = json!({ "artifactLocation": { "uri": uri(file) }, "region": region });
    json!({
        "ruleId": RULES[rule].0, "ruleIndex": rule, "level": level, "message": { "text": says },
        "locations": [{ "physicalLocation": place }],
    })
}
