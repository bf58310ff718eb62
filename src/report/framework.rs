//! Which steps of the framework policies cover, for people and for machines.

use super::diagnostics::Layout;
use super::page::{Cell, Page, Style};
use crate::lint::framework::{Coverage, Step};
use crate::policy::Policy;
use serde::Serialize;

/// The steps of one policy.
#[derive(Debug)]
pub struct Covered<'a> {
    pub file: &'a str,
    pub policy: &'a Policy,
    pub steps: Vec<Step>,
}

impl Covered<'_> {
    fn whole(&self) -> usize {
        self.steps.iter().filter(|s| s.coverage() == Coverage::Covered).count()
    }
}

/// A section a policy, a line a step, and under it what is missing.
pub fn human(all: &[Covered<'_>], layout: Layout) -> String {
    let mut page = Page::new(layout);
    for covered in all {
        let title = if covered.policy.title.is_empty() { covered.policy.name.as_str() } else { &covered.policy.title };
        page.heading(&format!("{title} ({})", covered.file));
        let rows: Vec<Vec<Cell>> = covered.steps.iter().enumerate().flat_map(|(i, s)| rows(i + 1, s)).collect();
        page.rows(2, &rows);
        page.line(2, &format!("{} of {} steps covered", covered.whole(), covered.steps.len()));
    }
    page.text()
}

fn rows(number: usize, step: &Step) -> Vec<Vec<Cell>> {
    let coverage = step.coverage();
    let style = match coverage {
        Coverage::Covered => Style::Good,
        Coverage::Partly => Style::Open,
        Coverage::Missing => Style::Bad,
    };
    let head = |text: String| {
        vec![
            Cell::new(number.to_string()).right(),
            Cell::new(step.name),
            Cell::new(coverage.word()).styled(style),
            Cell::new(text),
        ]
    };
    let missing = |what: &String| {
        let text = Cell::new(format!("missing: {what}"));
        vec![Cell::new(""), Cell::new(""), Cell::new(""), text]
    };
    let mut others = step.missing.iter();
    // Where nothing is there, what is missing begins at once.
    let first = match step.has.is_empty() {
        true => others.next().map_or(String::new(), |what| format!("missing: {what}")),
        false => step.has.join("; "),
    };
    let mut rows = vec![head(first)];
    rows.extend(others.map(missing));
    rows
}

#[derive(Serialize)]
struct Told<'a> {
    file: &'a str,
    policy: &'a str,
    title: &'a str,
    covered: usize,
    steps: Vec<ToldStep<'a>>,
}

#[derive(Serialize)]
struct ToldStep<'a> {
    number: usize,
    name: &'a str,
    coverage: &'a str,
    has: &'a [String],
    missing: &'a [String],
}

/// A list with one object a policy.
pub fn json(all: &[Covered<'_>]) -> Result<String, serde_json::Error> {
    let told: Vec<Told<'_>> = all.iter().map(told).collect();
    serde_json::to_string_pretty(&told)
}

fn told<'a>(covered: &'a Covered<'_>) -> Told<'a> {
    let step = |(i, s): (usize, &'a Step)| ToldStep {
        number: i + 1,
        name: s.name,
        coverage: s.coverage().word(),
        has: &s.has,
        missing: &s.missing,
    };
    Told {
        file: covered.file,
        policy: &covered.policy.name,
        title: &covered.policy.title,
        covered: covered.whole(),
        steps: covered.steps.iter().enumerate().map(step).collect(),
    }
}
