//! How far numbers of policies can move before a lead goes another way, for people and as JSON.

use super::diagnostics::Layout;
use super::page::{Cell, Page, Style, clipped, counted};
use crate::policy::exact::Points;
use crate::policy::{OutcomeId, Policy};
use crate::sensitivity::{Margin, Move, Number};
use crate::source::SourceMap;
use serde::Serialize;

/// So many characters of a name are shown.
const NAMED: usize = 44;

/// One policy with the leads that it decides.
pub struct Measured<'a> {
    pub policy: &'a Policy,
    pub sources: &'a SourceMap,
    pub leads: usize,
    /// Every number with how far it can move, in the order of the policy.
    pub margins: Vec<(Number, Margin)>,
}

impl Measured<'_> {
    /// File and line.
    fn place(&self, number: &Number) -> (&str, u32) {
        let at = self.sources.position(number.span);
        (&self.sources.file(number.span.file).name, at.line)
    }

    fn outcome(&self, outcome: OutcomeId) -> &str {
        &self.policy.outcomes[outcome.index()].name
    }
}

/// A table for each policy. Numbers that move nothing are only counted, unless `all` are asked for.
pub fn human(all: &[Measured<'_>], every: bool, layout: Layout) -> String {
    let mut page = Page::new(layout);
    for one in all {
        let leads = counted(one.leads as u64, "lead");
        page.heading(&format!(
            "{}: how far each number can move before one of {leads} goes another way",
            one.policy.name
        ));
        if one.leads == 0 {
            page.line(2, "This policy decides none of the leads.");
            continue;
        }
        let shown: Vec<&(Number, Margin)> = one.margins.iter().filter(|(_, m)| every || !m.is_free()).collect();
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        for (number, margin) in &shown {
            rows.push(row(one, number, margin));
        }
        if !rows.is_empty() {
            let titles = ["number", "now", "from", "to", "what moves first"];
            rows.insert(0, titles.into_iter().map(|t| Cell::new(t).styled(Style::Faint)).collect());
            page.rows(2, &rows);
        }
        let free = one.margins.iter().filter(|(_, m)| m.is_free()).count();
        if free > 0 && !every {
            page.gap();
            let numbers = counted(free as u64, "number");
            page.line(
                2,
                &format!("{numbers} more can take any value without moving one of these leads; `--all` lists them."),
            );
        }
    }
    page.text()
}

fn row(one: &Measured<'_>, number: &Number, margin: &Margin) -> Vec<Cell> {
    let points = |value: i64| Points(value).to_string();
    let (file, line) = one.place(number);
    let moves = [&margin.below, &margin.above].into_iter().flatten().map(|m| said(one, m)).collect::<Vec<_>>();
    let moves = if moves.is_empty() { "nothing".to_string() } else { moves.join("; ") };
    vec![
        Cell::new(clipped(&format!("{} {}", number.what.word(), number.name), 0, NAMED)),
        Cell::new(points(number.value)).right().styled(Style::Strong),
        Cell::new(points(margin.lowest)).right(),
        Cell::new(points(margin.highest)).right(),
        Cell::new(format!("{moves} ({file}:{line})")),
    ]
}

fn said(one: &Measured<'_>, first: &Move) -> String {
    let more = match first.leads {
        1 => String::new(),
        n => format!(" and {} more", n - 1),
    };
    let (from, to) = (one.outcome(first.from), one.outcome(first.to));
    format!("at {}: {}{more}, {from} → {to}", Points(first.at), first.lead)
}

#[derive(Serialize)]
struct Json<'a> {
    policy: &'a str,
    version: &'a str,
    leads: usize,
    numbers: Vec<JsonNumber<'a>>,
}

#[derive(Serialize)]
struct JsonNumber<'a> {
    what: &'static str,
    name: &'a str,
    file: &'a str,
    line: u32,
    value: Points,
    /// The lowest and the highest value at which every lead goes where it goes now.
    lowest: Points,
    highest: Points,
    #[serde(skip_serializing_if = "Option::is_none")]
    below: Option<JsonMove<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    above: Option<JsonMove<'a>>,
}

#[derive(Serialize)]
struct JsonMove<'a> {
    at: Points,
    lead: &'a str,
    from: &'a str,
    to: &'a str,
    leads: usize,
}

/// One array with an object for each policy, all numbers in it.
pub fn json(all: &[Measured<'_>]) -> String {
    let policies: Vec<Json<'_>> = all.iter().map(policy).collect();
    serde_json::to_string_pretty(&policies).unwrap_or_default() + "\n"
}

fn policy<'a>(one: &'a Measured<'a>) -> Json<'a> {
    let moved = |first: &'a Move| JsonMove {
        at: Points(first.at),
        lead: &first.lead,
        from: one.outcome(first.from),
        to: one.outcome(first.to),
        leads: first.leads,
    };
    let number = |(number, margin): &'a (Number, Margin)| {
        let (file, line) = one.place(number);
        JsonNumber {
            what: number.what.word(),
            name: &number.name,
            file,
            line,
            value: Points(number.value),
            lowest: Points(margin.lowest),
            highest: Points(margin.highest),
            below: margin.below.as_ref().map(moved),
            above: margin.above.as_ref().map(moved),
        }
    };
    let numbers = one.margins.iter().map(number).collect();
    Json { policy: &one.policy.name, version: &one.policy.version, leads: one.leads, numbers }
}
