//! What moved between two looks at policies, their tests and some leads, for whoever is editing them.

use super::diagnostics::Layout;
use super::page::{Cell, Page, Style, counted};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// What one look saw.
#[derive(Clone, Debug, Default)]
pub struct Look {
    /// How many policy files were checked.
    pub files: usize,
    /// Findings as people read them; empty if there are none.
    pub findings: String,
    pub errors: usize,
    pub warnings: usize,
    /// Every test, in order of file and place.
    pub tests: Vec<Seen>,
    /// Every lead in the order of its file, if there are leads and the policies could decide them.
    pub leads: Option<Vec<Lead>>,
    /// Why something could not be looked at.
    pub trouble: Vec<String>,
}

/// A test that was run.
#[derive(Clone, Debug)]
pub struct Seen {
    pub file: String,
    pub title: String,
    /// What failed and why, as people read it; empty if it passed.
    pub failure: String,
}

/// A lead that was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lead {
    pub id: String,
    /// The policy that decided.
    pub policy: String,
    /// The outcome, or that no policy applies.
    pub route: String,
}

/// So many leads that moved are listed one by one.
const LISTED: usize = 20;

/// What a look saw: everything if it is the first, else what is wrong now and what moved since the look `before`.
pub fn told(before: Option<&Look>, now: &Look, took: Duration, layout: Layout) -> String {
    let mut text = now.findings.clone();
    text.push_str(&tests(before, now, layout));
    let mut page = Page::new(layout);
    now.trouble.iter().for_each(|why| page.line(0, why));
    match (before.and_then(|b| b.leads.as_ref()), &now.leads) {
        (None, Some(leads)) => routes(leads, &mut page),
        (Some(old), Some(new)) => moved(old, new, &mut page),
        (_, None) => {}
    }
    page.line(0, &summary(now, took));
    text.push_str(&page.text());
    text
}

/// Failures with what tells why; of those that were there before, only the titles.
fn tests(before: Option<&Look>, now: &Look, layout: Layout) -> String {
    let old: BTreeMap<(&str, &str), bool> = before.map_or_else(BTreeMap::new, |look| {
        look.tests.iter().map(|t| ((t.file.as_str(), t.title.as_str()), t.failure.is_empty())).collect()
    });
    let was = |test: &Seen| old.get(&(test.file.as_str(), test.title.as_str())).copied();
    let mut text = String::new();
    let mut page = Page::new(layout);
    for test in now.tests.iter().filter(|t| !t.failure.is_empty()) {
        match was(test) {
            Some(false) => page.line(0, &format!("still fails: {} ({})", test.title, test.file)),
            _ => text.push_str(&test.failure),
        }
    }
    for test in now.tests.iter().filter(|t| t.failure.is_empty() && was(t) == Some(false)) {
        page.line(0, &format!("passes now: {} ({})", test.title, test.file));
    }
    text.push_str(&page.text());
    text
}

fn routes(leads: &[Lead], page: &mut Page) {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    leads.iter().for_each(|lead| *counts.entry(&lead.route).or_default() += 1);
    let row = |(route, n): (&&str, &u64)| vec![Cell::new(n.to_string()).right(), Cell::new(*route)];
    page.rows(2, &counts.iter().map(row).collect::<Vec<_>>());
}

fn moved(old: &[Lead], new: &[Lead], page: &mut Page) {
    let before: BTreeMap<&str, &Lead> = old.iter().map(|l| (l.id.as_str(), l)).collect();
    let ids: BTreeSet<&str> = new.iter().map(|l| l.id.as_str()).collect();
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    let mut row = |id: &str, from: &str, to: &str| {
        rows.push(vec![
            Cell::new(id).styled(Style::Strong),
            Cell::new(from),
            Cell::new("→"),
            Cell::new(to).styled(Style::Strong),
        ]);
    };
    for lead in new {
        match before.get(lead.id.as_str()) {
            Some(was) if was.route != lead.route => row(&lead.id, &was.route, &lead.route),
            Some(was) if was.policy != lead.policy => {
                let by = |l: &Lead| format!("{}, by {}", l.route, l.policy);
                row(&lead.id, &by(was), &by(lead));
            }
            Some(_) => {}
            None => row(&lead.id, "not there", &lead.route),
        }
    }
    old.iter().filter(|l| !ids.contains(l.id.as_str())).for_each(|l| row(&l.id, &l.route, "not there"));
    let all = rows.len();
    if all == 0 {
        return page.line(0, "no lead moved");
    }
    page.line(0, &format!("{} moved", counted(all as u64, "lead")));
    rows.truncate(LISTED);
    page.rows(2, &rows);
    if all > LISTED {
        page.line(2, &format!("and {} more", all - LISTED));
    }
}

fn summary(now: &Look, took: Duration) -> String {
    let mut parts = vec![counted(now.files as u64, "file")];
    if now.errors > 0 {
        parts.push(counted(now.errors as u64, "error"));
    }
    if now.warnings > 0 {
        parts.push(counted(now.warnings as u64, "warning"));
    }
    let failed = now.tests.iter().filter(|t| !t.failure.is_empty()).count();
    if failed > 0 {
        parts.push(format!("{} of {} failed", failed, counted(now.tests.len() as u64, "test")));
    } else if !now.tests.is_empty() {
        parts.push(format!("{} passed", counted(now.tests.len() as u64, "test")));
    }
    if let Some(leads) = &now.leads {
        parts.push(counted(leads.len() as u64, "lead"));
    }
    format!("{} ({} ms)", parts.join(", "), took.as_millis())
}
