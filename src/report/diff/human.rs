//! A change for people at a terminal: the summary, the changes block by block, the leads, the limits.

use super::facts::{check, earlier, fate, place, policies, summary, tests};
use super::moved::{arrow, causes, changed, named, only_unknown, points, remarks, scores, tables};
use crate::diff::population::Population;
use crate::diff::{Block, Changed, Direction, Meaning, Report};
use crate::report::diagnostics::Layout;
use crate::report::page::{Cell, Page, Style, counted, listed};

/// So many leads that moved are listed one by one.
const LISTED: usize = 20;

/// The whole report.
pub fn human(report: &Report, layout: Layout) -> String {
    let mut page = Page::new(layout);
    summary(report).iter().for_each(|line| page.line(0, line));
    page.rows(0, &[faint("old", &report.sides[0]), faint("new", &report.sides[1])]);
    edits(report, &mut page);
    if !report.portfolios.is_empty() {
        page.heading("Portfolios");
        report.portfolios.iter().for_each(|line| page.line(2, line));
    }
    if let Some(population) = &report.population {
        leads(report, population, &mut page);
    }
    limits(report, &mut page);
    page.text()
}

/// What stands in the way, for whoever reads only that: things that could not be compared, limits that are exceeded.
pub fn problems(report: &Report, layout: Layout) -> String {
    let mut page = Page::new(layout);
    report.troubles.iter().for_each(|t| page.line(0, &format!("rubric: {}", t.says)));
    let exceeded = report.checks.iter().filter(|c| !c.passes());
    exceeded.for_each(|c| page.line(0, &format!("rubric: {}", check(c))));
    page.text()
}

fn faint(word: &str, text: &str) -> Vec<Cell> {
    vec![Cell::new(word).styled(Style::Faint), Cell::new(text).styled(Style::Faint)]
}

/// Policy by policy, and last what a library changes in several.
fn edits(report: &Report, page: &mut Page) {
    let changes = report.changes();
    for (at, diff) in report.policies.iter().enumerate() {
        let own: Vec<&Changed<'_>> = changes.iter().filter(|c| c.policies == [at]).collect();
        let tests = tests(diff.tests);
        let fate = fate(diff);
        if own.is_empty() && tests.is_none() && fate.is_none() && diff.meaning.is_none() {
            continue;
        }
        let title = fate.map_or_else(|| diff.name.clone(), |fate| format!("{} – {fate}", diff.name));
        page.heading(&title);
        by_block(&own, page);
        tests.iter().for_each(|line| page.line(2, line));
        if let Some(meaning) = &diff.meaning {
            meant(meaning, &changes, page);
        }
    }
    let mut shared: Vec<&Changed<'_>> = changes.iter().filter(|c| c.policies.len() > 1).collect();
    while let Some(first) = shared.first().copied() {
        let (together, rest): (Vec<_>, Vec<_>) = shared.into_iter().partition(|c| c.policies == first.policies);
        page.heading(&format!("In {}", listed(&policies(report, first))));
        by_block(&together, page);
        shared = rest;
    }
}

fn by_block(changes: &[&Changed<'_>], page: &mut Page) {
    let mut last: Option<Block> = None;
    for change in changes {
        if last != Some(change.edit.block) {
            last = Some(change.edit.block);
            page.rows(2, &[vec![Cell::new(change.edit.block.title()).styled(Style::Strong)]]);
        }
        page.line(4, &change.edit.says);
        page.rows(6, &[vec![Cell::new(place(change)).styled(Style::Faint)]]);
    }
}

/// What changes for every possible lead.
fn meant(meaning: &Meaning, changes: &[Changed<'_>], page: &mut Page) {
    page.rows(2, &[vec![Cell::new("Every possible lead").styled(Style::Strong)]]);
    if meaning.transitions.is_empty() && meaning.undecided.is_empty() {
        page.line(4, "no possible lead changes its route, its stage or a band");
    }
    meaning.scores.iter().for_each(|says| page.line(4, says));
    for one in &meaning.transitions {
        let way = one.direction.words();
        page.line(4, &format!("{}: {} → {}, {way}", one.what.words(), named(&one.from), named(&one.to)));
        page.line(6, &format!("for example: {}", one.lead.join("; ")));
        let points = points(&one.before, &one.after);
        if !points.is_empty() {
            page.line(6, &points);
        }
        if !one.only_unknown.is_empty() {
            page.line(6, &only_unknown(&one.only_unknown));
        }
        let says: Vec<&str> =
            changes.iter().filter(|c| one.edits.contains(&c.edit.id)).map(|c| c.edit.says.as_str()).collect();
        if !says.is_empty() {
            page.line(6, &format!("because {}", listed(&says)));
        }
    }
    meaning.undecided.iter().for_each(|why| page.line(4, why));
}

fn leads(report: &Report, population: &Population, page: &mut Page) {
    page.heading(&format!("{}, as of {}", counted(population.compared, "lead"), population.as_of));
    for (title, flows) in tables(population) {
        let rows: Vec<Vec<Cell>> = changed(flows)
            .map(|f| {
                vec![
                    Cell::new(f.leads.to_string()).right(),
                    Cell::new(named(&f.from)),
                    Cell::new(arrow(f.direction)),
                    Cell::new(named(&f.to)).styled(style(f.direction)),
                ]
            })
            .collect();
        if !rows.is_empty() {
            page.rows(2, &[vec![Cell::new(title).styled(Style::Strong)]]);
            page.rows(4, &rows);
        }
    }
    moves(population, page);
    let rows = causes(report, population);
    if !rows.is_empty() {
        page.rows(2, &[vec![Cell::new("Which change moves how many").styled(Style::Strong)]]);
        let row = |(n, says): &(u64, String)| vec![Cell::new(n.to_string()).right(), Cell::new(says)];
        page.rows(4, &rows.iter().map(row).collect::<Vec<_>>());
    }
    remarks(population).iter().for_each(|line| page.line(2, line));
}

fn style(direction: Direction) -> Style {
    match direction {
        Direction::Towards => Style::Good,
        Direction::Away => Style::Bad,
        Direction::Level => Style::Plain,
    }
}

fn moves(population: &Population, page: &mut Page) {
    if population.moved.is_empty() {
        return;
    }
    page.rows(2, &[vec![Cell::new("Leads that move").styled(Style::Strong)]]);
    let row = |one: &crate::diff::population::Move| {
        let open = match one.open.is_empty() {
            true => String::new(),
            false => format!("; it depends on {}", listed(&one.open)),
        };
        vec![
            Cell::new(&one.id).styled(Style::Strong),
            Cell::new(named(&one.from)),
            Cell::new(arrow(one.direction)),
            Cell::new(named(&one.to)).styled(style(one.direction)),
            Cell::new(format!("{}{open}", scores(one))),
        ]
    };
    page.rows(4, &population.moved.iter().take(LISTED).map(row).collect::<Vec<_>>());
    if population.moved.len() > LISTED {
        let more = population.moved.len() - LISTED;
        page.line(4, &format!("and {more} more; `--format json` has them all"));
    }
}

fn limits(report: &Report, page: &mut Page) {
    if !report.checks.is_empty() {
        page.heading("Limits");
        for one in &report.checks {
            let (mark, style) = if one.passes() { ("✓", Style::Good) } else { ("✗", Style::Bad) };
            page.rows(2, &[vec![Cell::new(mark).styled(style), Cell::new(check(one))]]);
        }
        report.declared.iter().filter_map(earlier).for_each(|line| page.line(4, &line));
    }
    if !report.troubles.is_empty() {
        page.heading("Not compared");
        report.troubles.iter().for_each(|t| page.line(2, &t.says));
    }
}
