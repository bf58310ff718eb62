//! Fixtures that were run: what came out otherwise than expected, lead by lead, with the part of the decision that tells why.

use super::diagnostics::Layout;
use super::explain;
use super::page::{Cell, Page, Style, counted};
use super::sanitize::for_terminal;
use crate::engine::decision::Decision;
use crate::policy::{FieldId, Policy};
use crate::scenario::fixture::{Changed, Difference, DifferenceKind, Name, topics};
use serde::Serialize;
use serde_json::Value;

/// One lead with what is needed to explain it.
#[derive(Debug)]
pub struct Lead<'a> {
    pub policy: &'a Policy,
    pub decision: &'a Decision,
    pub open: &'a [FieldId],
}

/// A fixture that was run.
#[derive(Debug)]
pub struct Ran<'a> {
    pub folder: &'a str,
    /// The file of expected decisions.
    pub file: &'a str,
    pub leads: Vec<Lead<'a>>,
    /// Rows that could not be used.
    pub rejected: usize,
    pub differences: &'a [Difference],
    /// Whether the file holds anything to compare with.
    pub expects: bool,
    /// Whether the file was written anew.
    pub blessed: bool,
}

/// More leads than this are told without the part that tells why.
const EXPLAINED: usize = 5;

impl Ran<'_> {
    /// Whether everything came out as expected, or is expected from now on.
    pub fn passed(&self) -> bool {
        self.blessed || self.expects && self.differences.is_empty()
    }

    fn what(&self) -> String {
        let leads = counted(self.leads.len() as u64, "lead");
        match self.rejected {
            0 => leads,
            n => format!("{leads} and {}", counted(n as u64, "rejected row")),
        }
    }

    fn closing(&self) -> String {
        let (folder, file) = (self.folder, self.file);
        let n = self.differences.len() as u64;
        if self.blessed {
            let changes = if n == 0 { "nothing changed".to_string() } else { counted(n, "change") };
            return format!("{folder}: `{file}` now expects {}; {changes}", self.what());
        }
        if !self.expects {
            return format!("{folder}: there is no `{file}` to compare with; `rubric test --bless {folder}` writes it");
        }
        match n {
            0 => format!("{folder}: {} as expected", self.what()),
            _ => format!(
                "{folder}: {} not as expected; if this is meant, `rubric test --bless {folder}` expects it from now on",
                counted(n, "row")
            ),
        }
    }
}

/// Every difference, then a line for each fixture.
pub fn human(all: &[Ran<'_>], layout: Layout) -> String {
    let mut out = String::new();
    for ran in all.iter().filter(|r| r.expects) {
        for (at, difference) in ran.differences.iter().enumerate() {
            out.push_str(&one(ran, difference, at < EXPLAINED && !ran.blessed, layout));
            out.push('\n');
        }
    }
    for ran in all {
        out.push_str(&for_terminal(&ran.closing()));
        out.push('\n');
    }
    out
}

fn one(ran: &Ran<'_>, difference: &Difference, explained: bool, layout: Layout) -> String {
    let mut page = Page::new(layout);
    page.heading(&head(ran, difference));
    let DifferenceKind::Changed(changed) = &difference.kind else { return page.text() };
    let (was, is) = if ran.blessed { ("was", "is") } else { ("expected", "came out") };
    let row = |c: &Changed| {
        vec![
            Cell::new(&c.key),
            Cell::new(format!("{was} {}", value(&c.expected))).styled(Style::Good),
            Cell::new(format!("{is} {}", value(&c.actual))).styled(Style::Bad),
        ]
    };
    page.rows(2, &changed.iter().map(row).collect::<Vec<_>>());
    let mut text = page.text();
    let lead = ran.leads.iter().find(|l| difference.name == Name::Lead(l.decision.id.clone()));
    if let Some(lead) = lead.filter(|_| explained) {
        let why = explain::parts(lead.policy, lead.decision, lead.open, &topics(changed), layout);
        if !why.is_empty() {
            text.push('\n');
            text.push_str(&why);
        }
    }
    text
}

/// A value as people read it.
fn value(value: &Option<Value>) -> String {
    match value {
        None => "nothing".to_string(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// What differs, in one line.
fn head(ran: &Ran<'_>, difference: &Difference) -> String {
    let place = match difference.line {
        Some(line) => format!("{}/{}:{line}", ran.folder, ran.file),
        None => ran.folder.to_string(),
    };
    let what = match &difference.name {
        Name::Lead(id) => format!("lead {id}"),
        Name::Rejected(row) => format!("the row {row}"),
    };
    let how = match (&difference.kind, &difference.name) {
        (DifferenceKind::Changed(_), Name::Lead(_)) => "is decided otherwise".to_string(),
        (DifferenceKind::Changed(_), Name::Rejected(_)) => "is rejected for another reason".to_string(),
        (DifferenceKind::Unexpected(Some(reason)), _) => format!("cannot be used: {reason}"),
        (DifferenceKind::Unexpected(None), _) => "is decided, and nothing is expected of it".to_string(),
        (DifferenceKind::Missing, Name::Lead(_)) => "is expected, and is not among the leads".to_string(),
        (DifferenceKind::Missing, Name::Rejected(_)) => "is expected to be rejected, and is not".to_string(),
        (DifferenceKind::Moved, _) => "stands at another place among the rows".to_string(),
    };
    format!("{place}: {what} {how}")
}

/// What is wrong with a fixture for machines: file, line and text of each difference; nothing where it passed.
pub fn lines(ran: &Ran<'_>) -> Vec<(String, usize, String)> {
    let file = format!("{}/{}", ran.folder, ran.file);
    if ran.passed() {
        return Vec::new();
    }
    if !ran.expects {
        return vec![(file, 1, ran.closing())];
    }
    ran.differences.iter().map(|d| (file.clone(), d.line.unwrap_or(1), told_line(ran, d))).collect()
}

/// A difference with all its keys, in one line.
fn told_line(ran: &Ran<'_>, difference: &Difference) -> String {
    let head = head(ran, difference);
    let DifferenceKind::Changed(changed) = &difference.kind else { return head };
    let keys: Vec<String> = changed
        .iter()
        .map(|c| format!("{} expected {}, came out {}", c.key, value(&c.expected), value(&c.actual)))
        .collect();
    format!("{head}: {}", keys.join("; "))
}

/// One fixture as it is written in JSON.
#[derive(Serialize)]
pub struct Told<'a> {
    folder: &'a str,
    leads: usize,
    rejected: usize,
    passed: bool,
    blessed: bool,
    differences: Vec<ToldDifference<'a>>,
}

#[derive(Serialize)]
struct ToldDifference<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rejected: Option<&'a str>,
    line: Option<usize>,
    kind: &'static str,
    keys: &'a [Changed],
}

/// One fixture with all its differences.
pub fn told<'a>(ran: &'a Ran<'_>) -> Told<'a> {
    let difference = |d: &'a Difference| {
        let (id, rejected) = match &d.name {
            Name::Lead(id) => (Some(id.as_str()), None),
            Name::Rejected(row) => (None, Some(row.as_str())),
        };
        let (kind, keys): (_, &[Changed]) = match &d.kind {
            DifferenceKind::Changed(keys) => ("changed", keys),
            DifferenceKind::Unexpected(_) => ("unexpected", &[]),
            DifferenceKind::Missing => ("missing", &[]),
            DifferenceKind::Moved => ("moved", &[]),
        };
        ToldDifference { id, rejected, line: d.line, kind, keys }
    };
    Told {
        folder: ran.folder,
        leads: ran.leads.len(),
        rejected: ran.rejected,
        passed: ran.passed(),
        blessed: ran.blessed,
        differences: ran.differences.iter().map(difference).collect(),
    }
}
