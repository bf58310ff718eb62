//! Fixtures: leads with the decisions that are expected of them, one JSON object a line, in the order of the leads file.
//!
//! A line tells of a decision what people act on, without what changes with every edit of a policy (its version and content) and without the
//! as-of, which is the same for all. A row that cannot be used is expected too: as `{"rejected": "leads.csv:12", "reason": "…"}`.

use super::Topic;
use crate::engine::decision::{BriefRoute, BriefScore, BriefStage, BriefVerdict, Decision, Verdict};
use crate::policy::ScoreKind;
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What came of one row.
#[derive(Clone, Debug)]
pub enum Row<'a> {
    Decided(&'a Decision),
    /// File and line, and why.
    Rejected(String, String),
}

#[derive(Serialize)]
struct DecidedLine<'a> {
    id: &'a str,
    policy: &'a str,
    in_scope: bool,
    #[serde(flatten)]
    verdict: Option<BriefVerdict<'a>>,
}

#[derive(Serialize)]
struct RejectedLine<'a> {
    rejected: &'a str,
    reason: &'a str,
}

/// A row as it is written in the file, without its line end.
pub fn line(row: &Row<'_>) -> Result<String, serde_json::Error> {
    match row {
        Row::Decided(decision) => serde_json::to_string(&DecidedLine {
            id: &decision.id,
            policy: &decision.policy.name,
            in_scope: decision.in_scope,
            verdict: decision.verdict.as_ref().map(brief),
        }),
        Row::Rejected(place, reason) => serde_json::to_string(&RejectedLine { rejected: place, reason }),
    }
}

fn brief(verdict: &Verdict) -> BriefVerdict<'_> {
    let [fit, intent] = [&verdict.fit, &verdict.intent].map(|s| BriefScore { points: s.points, band: &s.band });
    BriefVerdict {
        fit,
        intent,
        stage: BriefStage { reached: &verdict.stage.reached },
        route: BriefRoute { outcome: &verdict.route.outcome, rule: &verdict.route.rule },
        next_step: verdict.next_step.brief(),
    }
}

/// A line of the file.
#[derive(Clone, Debug)]
struct Written {
    line: usize,
    name: Name,
    keys: Map<String, Value>,
}

/// Which lead, or which row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Name {
    /// The id of a lead.
    Lead(String),
    /// File and line of a row that cannot be used.
    Rejected(String),
}

/// What is expected.
#[derive(Clone, Debug, Default)]
pub struct Expected(Vec<Written>);

/// A line that cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// One-based.
    pub line: usize,
    pub message: String,
}

impl Expected {
    /// Reads the file; blank lines are passed over.
    pub fn parse(text: &str) -> Result<Expected, BadLine> {
        let mut all: Vec<Written> = Vec::new();
        let mut met: BTreeMap<Name, usize> = BTreeMap::new();
        for (i, one) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
            let bad = |message: String| BadLine { line: i + 1, message };
            let keys: Map<String, Value> =
                serde_json::from_str(one).map_err(|e| bad(format!("this is not a JSON object ({e})")))?;
            let text = |key: &str| keys.get(key).and_then(Value::as_str).map(str::to_string);
            let name = text("id").map(Name::Lead).or_else(|| text("rejected").map(Name::Rejected));
            let name = name.ok_or_else(|| bad("this line names no `id` and no `rejected` row".to_string()))?;
            if let Some(first) = met.insert(name.clone(), i + 1) {
                return Err(bad(format!("this lead is expected in line {first} already")));
            }
            all.push(Written { line: i + 1, name, keys });
        }
        Ok(Expected(all))
    }
}

/// Something that did not come out as expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub name: Name,
    /// The line of the file of what is expected; `None` where nothing is expected of it.
    pub line: Option<usize>,
    pub kind: DifferenceKind,
}

/// How it came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DifferenceKind {
    /// Otherwise, in these keys.
    Changed(Vec<Changed>),
    /// It is there, and nothing is expected of it. For a row that was rejected, with the reason.
    Unexpected(Option<String>),
    /// It is expected, and not there.
    Missing,
    /// As expected, but not at its place among the others.
    Moved,
}

/// One key of a decision, as `route.outcome`; `None` where it is left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Changed {
    pub key: String,
    pub expected: Option<Value>,
    pub actual: Option<Value>,
}

/// What differs, in the order of the rows, and last what is missing.
pub fn differences(expected: &Expected, rows: &[Row<'_>]) -> Result<Vec<Difference>, serde_json::Error> {
    let written: BTreeMap<&Name, (usize, &Written)> =
        expected.0.iter().enumerate().map(|(at, w)| (&w.name, (at, w))).collect();
    let mut all = Vec::new();
    let mut met = vec![false; expected.0.len()];
    let mut last = None;
    for row in rows {
        let (name, reason) = match row {
            Row::Decided(decision) => (Name::Lead(decision.id.clone()), None),
            Row::Rejected(place, reason) => (Name::Rejected(place.clone()), Some(reason.clone())),
        };
        let Some((at, one)) = written.get(&name) else {
            all.push(Difference { name, line: None, kind: DifferenceKind::Unexpected(reason) });
            continue;
        };
        met[*at] = true;
        let actual: Map<String, Value> = serde_json::from_str(&line(row)?)?;
        let changed = changed(&one.keys, &actual);
        let moved = last.is_some_and(|last| *at < last);
        last = last.max(Some(*at));
        if !changed.is_empty() {
            all.push(Difference { name, line: Some(one.line), kind: DifferenceKind::Changed(changed) });
        } else if moved {
            all.push(Difference { name, line: Some(one.line), kind: DifferenceKind::Moved });
        }
    }
    let missing = expected.0.iter().zip(met).filter(|(_, met)| !met).map(|(w, _)| w);
    all.extend(missing.map(|w| Difference { name: w.name.clone(), line: Some(w.line), kind: DifferenceKind::Missing }));
    Ok(all)
}

/// The keys in the order in which decisions tell them; unknown ones come last.
const ORDER: [&str; 8] = ["policy", "in_scope", "fit", "intent", "stage", "route", "next_step", "reason"];

fn changed(expected: &Map<String, Value>, actual: &Map<String, Value>) -> Vec<Changed> {
    let (expected, actual) = (flat(expected), flat(actual));
    let keys: std::collections::BTreeSet<&String> = expected.keys().chain(actual.keys()).collect();
    let mut all: Vec<Changed> = keys
        .into_iter()
        .map(|key| Changed { key: key.clone(), expected: expected.get(key).cloned(), actual: actual.get(key).cloned() })
        .filter(|c| c.expected != c.actual)
        .collect();
    let place = |c: &Changed| {
        let head = c.key.split('.').next().unwrap_or("");
        ORDER.iter().position(|o| *o == head).unwrap_or(ORDER.len())
    };
    all.sort_by_key(place);
    all
}

/// Keys of keys with dots between them, and what stands under them.
fn flat(keys: &Map<String, Value>) -> BTreeMap<String, Value> {
    let mut all = BTreeMap::new();
    for (key, value) in keys {
        match value {
            Value::Object(inner) => all.extend(flat(inner).into_iter().map(|(k, v)| (format!("{key}.{k}"), v))),
            other => _ = all.insert(key.clone(), other.clone()),
        }
    }
    all
}

/// The parts of an explanation that tell why: what follows from another difference is not told again.
pub fn topics(changed: &[Changed]) -> Vec<Topic> {
    let differs = |head: &str| changed.iter().any(|c| c.key.split('.').next() == Some(head));
    if differs("policy") || differs("in_scope") {
        return vec![Topic::Scope, Topic::Route];
    }
    let mut topics = Vec::new();
    for (head, topic) in [
        ("fit", Topic::Score(ScoreKind::Fit)),
        ("intent", Topic::Score(ScoreKind::Intent)),
        ("stage", Topic::Stage),
        ("route", Topic::Route),
    ] {
        if differs(head) {
            topics.push(topic);
        }
    }
    if topics.is_empty() && differs("next_step") {
        topics.push(Topic::NextStep);
    }
    topics
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rejected(line: u32) -> Row<'static> {
        Row::Rejected(format!("leads.csv:{line}"), "no id".to_string())
    }

    fn expected(lines: &[u32]) -> Expected {
        let text: Vec<String> = lines.iter().map(|l| line(&rejected(*l)).expect("JSON")).collect();
        Expected::parse(&text.join("\n")).expect("lines that were written can be read")
    }

    #[test]
    fn rows_are_held_to_their_lines() {
        let kinds = |lines: &[u32], rows: &[u32]| {
            let rows: Vec<Row<'_>> = rows.iter().map(|l| rejected(*l)).collect();
            let found = differences(&expected(lines), &rows).expect("JSON");
            found.into_iter().map(|d| d.kind).collect::<Vec<_>>()
        };
        assert_eq!(kinds(&[1, 2], &[1, 2]), []);
        assert_eq!(kinds(&[1], &[1, 2]), [DifferenceKind::Unexpected(Some("no id".to_string()))]);
        assert_eq!(kinds(&[1, 2], &[2]), [DifferenceKind::Missing]);
        assert_eq!(kinds(&[1, 2], &[2, 1]), [DifferenceKind::Moved]);
    }

    #[test]
    fn changed_keys_stand_in_the_order_of_a_decision() {
        let keys = |text: &str| serde_json::from_str::<Map<String, Value>>(text).expect("JSON");
        let found = changed(
            &keys(r#"{"route":{"outcome":"a"},"fit":{"points":1},"x":[1],"in_scope":true}"#),
            &keys(r#"{"route":{"outcome":"b","rule":"r"},"fit":{"points":2},"in_scope":true}"#),
        );
        let text = |value: &Option<Value>| value.as_ref().map(Value::to_string);
        let told: Vec<(&str, Option<String>, Option<String>)> =
            found.iter().map(|c| (c.key.as_str(), text(&c.expected), text(&c.actual))).collect();
        let some = |text: &str| Some(text.to_string());
        assert_eq!(
            told,
            [
                ("fit.points", some("1"), some("2")),
                ("route.outcome", some("\"a\""), some("\"b\"")),
                ("route.rule", None, some("\"r\"")),
                ("x", some("[1]"), None),
            ]
        );
        assert_eq!(topics(&found), [Topic::Score(ScoreKind::Fit), Topic::Route]);
    }

    #[test]
    fn lines_that_cannot_be_understood_are_told() {
        for (text, line, told) in [
            ("{\"id\":\"1\"}\n\nnothing", 3, "not a JSON object"),
            ("{\"fit\":1}", 1, "names no `id`"),
            ("{\"id\":\"1\"}\n{\"id\":\"1\"}", 2, "in line 1 already"),
        ] {
            let bad = Expected::parse(text).expect_err(text);
            assert!(bad.line == line && bad.message.contains(told), "{bad:?}");
        }
    }
}
