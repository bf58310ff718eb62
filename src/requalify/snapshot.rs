//! Leads that were kept, read again: a snapshot, or the decisions that a run wrote as NDJSON, which have no `watched`.

use super::earlier::{Earlier, Place, Score, Watched};
use crate::data::broken::plain;
use crate::engine::decision::{PolicyRef, When};
use crate::policy::exact::Points;
use crate::policy::time::{Day, Instant, Offset};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

/// A snapshot. Its lines are kept as they are and read when somebody asks for a lead, so that a large one needs little more memory than its file.
#[derive(Debug, Default)]
pub struct Snapshot {
    text: Vec<u8>,
    /// By id: the place among the leads.
    places: HashMap<Box<str>, usize>,
    lines: Vec<Range<usize>>,
    /// Ids in the order of the file.
    ids: Vec<Box<str>>,
    /// Lines that are not blank.
    pub read: u64,
    /// Lines that could not be used, in order.
    pub unusable: Vec<Unusable>,
    /// Names of the policies that decided.
    pub policies: BTreeSet<String>,
    /// The earliest and the latest instant of its leads.
    pub as_of: Option<(Instant, Instant)>,
    /// Whether no line says what was watched: a run wrote them.
    pub bare: bool,
}

/// A line that could not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unusable {
    /// One-based.
    pub line: u64,
    pub reason: String,
}

impl Snapshot {
    /// Reads the lines of a file.
    pub fn read(text: Vec<u8>) -> Snapshot {
        let mut snapshot = Snapshot { bare: true, ..Snapshot::default() };
        let mut start = if text.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let mut number = 0;
        while start < text.len() {
            let end = text[start..].iter().position(|b| *b == b'\n').map_or(text.len(), |at| start + at);
            number += 1;
            if !text[start..end].trim_ascii().is_empty() {
                snapshot.line(number, start..end, &text);
            }
            start = end + 1;
        }
        snapshot.text = text;
        snapshot
    }

    fn line(&mut self, line: u64, place: Range<usize>, text: &[u8]) {
        self.read += 1;
        let parsed = match parse(&text[place.clone()]) {
            Ok(parsed) => parsed,
            Err(reason) => return self.unusable.push(Unusable { line, reason }),
        };
        let Parsed { id, lead, bare } = parsed;
        let id: Box<str> = id.into();
        if self.places.contains_key(&id) {
            let reason = format!("the id `{id}` was met before; the first line of an id counts");
            return self.unusable.push(Unusable { line, reason });
        }
        self.bare &= bare;
        self.policies.insert(lead.policy.name);
        let (first, last) = self.as_of.unwrap_or((lead.as_of, lead.as_of));
        self.as_of = Some((first.min(lead.as_of), last.max(lead.as_of)));
        self.places.insert(id.clone(), self.lines.len());
        self.lines.push(place);
        self.ids.push(id);
    }

    /// How many leads it holds.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Ids of the leads, in the order of the file.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.ids.iter().map(|id| &**id)
    }

    /// The due time of a lead that the same policy sent to the same outcome.
    pub fn due(&self, id: &str, policy: &str, outcome: &str) -> Option<When> {
        let (_, lead) = self.lead(id)?;
        lead.place.filter(|p| lead.policy.name == policy && p.route == outcome).map(|p| p.due)
    }

    /// A lead and its place among all.
    pub fn lead(&self, id: &str) -> Option<(usize, Earlier)> {
        let place = *self.places.get(id)?;
        let parsed = parse(&self.text[self.lines[place].clone()]).ok()?;
        Some((place, parsed.lead))
    }
}

struct Parsed {
    id: String,
    lead: Earlier,
    bare: bool,
}

#[derive(Deserialize)]
struct Line {
    id: String,
    policy: Policy,
    as_of: String,
    in_scope: bool,
    icp: Option<Icp>,
    fit: Option<Scored>,
    intent: Option<Scored>,
    stage: Option<Stage>,
    route: Option<Route>,
    next_step: Option<Step>,
    watched: Option<Seen>,
}

#[derive(Deserialize)]
struct Policy {
    name: String,
    version: String,
    hash: String,
}

#[derive(Deserialize)]
struct Icp {
    #[serde(default)]
    failed: Vec<Criterion>,
}

/// A criterion by its name, or as whole decisions have it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Criterion {
    Name(String),
    Whole { id: String },
}

#[derive(Deserialize)]
struct Scored {
    /// As it is written, so that nothing is rounded on the way.
    points: Box<RawValue>,
    band: String,
}

#[derive(Deserialize)]
struct Stage {
    reached: String,
}

#[derive(Deserialize)]
struct Route {
    outcome: String,
    rule: String,
}

#[derive(Deserialize)]
struct Step {
    due: String,
}

#[derive(Deserialize)]
struct Seen {
    #[serde(default)]
    fields: BTreeMap<String, Option<String>>,
    events: Option<BTreeMap<String, Vec<String>>>,
    people: Option<Vec<String>>,
}

fn parse(line: &[u8]) -> Result<Parsed, String> {
    if !line.trim_ascii_start().starts_with(b"{") {
        return Err("this is no kept lead: each is an object in braces, in a line of its own".to_string());
    }
    let line: Line = serde_json::from_slice(line).map_err(|e| why(&e))?;
    let as_of = Instant::parse(&line.as_of, Offset(0)).ok_or_else(|| "`as_of` is no instant".to_string())?;
    let failed = line.icp.map_or_else(Vec::new, |icp| icp.failed).into_iter().map(|c| match c {
        Criterion::Name(name) | Criterion::Whole { id: name } => name,
    });
    let place = match (line.fit, line.intent, line.stage, line.route, line.next_step) {
        (Some(fit), Some(intent), Some(stage), Some(route), Some(step)) if line.in_scope => Some(Place {
            route: route.outcome,
            rule: route.rule,
            stage: stage.reached,
            fit: score(fit)?,
            intent: score(intent)?,
            due: when(&step.due).ok_or_else(|| "`due` is neither a day nor an instant".to_string())?,
            failed: failed.collect(),
        }),
        _ if line.in_scope => {
            return Err("a lead in scope needs `fit`, `intent`, `stage`, `route` and `next_step`".to_string());
        }
        _ => None,
    };
    let Policy { name, version, hash } = line.policy;
    let bare = line.watched.is_none();
    let seen = line.watched.unwrap_or(Seen { fields: BTreeMap::new(), events: None, people: None });
    let watched = Watched { fields: seen.fields, events: seen.events, people: seen.people };
    let lead = Earlier { policy: PolicyRef { name, version, hash }, as_of, place, watched };
    Ok(Parsed { id: line.id, lead, bare })
}

fn score(scored: Scored) -> Result<Score, String> {
    let points = Points::parse(scored.points.get()).ok_or_else(|| "`points` are no points".to_string())?;
    Ok(Score { points, band: scored.band })
}

fn when(text: &str) -> Option<When> {
    Day::parse(text).map(When::Day).or_else(|| Instant::parse(text, Offset(0)).map(When::Instant))
}

/// What is wrong with a line; where it stands is told apart.
fn why(error: &serde_json::Error) -> String {
    match error.classify() {
        serde_json::error::Category::Data => format!("this is no kept lead: {}", plain(error)),
        _ => format!("this is not JSON: {}", plain(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUT: &str =
        r#"{"id":"1","policy":{"name":"p","version":"1","hash":"0"},"as_of":"2026-03-31T12:00:00Z","in_scope":false}"#;

    #[test]
    fn lines_that_cannot_be_used_are_told_and_the_rest_is_read() {
        let text = format!("{OUT}\n\n{{\n{OUT}\r\n[]\n{}\n", OUT.replace("\"1\",\"p", "\"2\",\"p"));
        let snapshot = Snapshot::read(text.into_bytes());
        let told: Vec<(u64, &str)> = snapshot.unusable.iter().map(|u| (u.line, u.reason.as_str())).collect();
        assert_eq!(told.iter().map(|t| t.0).collect::<Vec<_>>(), [3, 4, 5]);
        assert!(told[0].1.starts_with("this is not JSON"), "{told:?}");
        assert!(told[1].1.contains("`1` was met before"), "{told:?}");
        assert!(told[2].1.starts_with("this is no kept lead"), "{told:?}");
        assert_eq!((snapshot.read, snapshot.ids().collect::<Vec<_>>()), (5, vec!["1", "2"]));
        assert!(snapshot.bare && snapshot.lead("2").is_some() && snapshot.lead("3").is_none());
        let in_scope = OUT.replace("false", "true");
        assert_eq!(Snapshot::read(in_scope.into_bytes()).unusable.len(), 1);
    }
}
