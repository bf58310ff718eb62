//! The summary of a run, for people: where leads go, how far they are, what is in the way, what to ask, what the data left open.

use super::accounts::RollUp;
use super::diagnostics::Layout;
use super::noticed::noticed;
use super::page::{Cell, Page, Style, capital, counted, listed};
use super::tally::Tally;
use crate::data::findings::Findings;
use crate::policy::time::Instant;
use crate::policy::{IcpStatus, OutcomeId, Policy};

/// What a run did.
#[derive(Clone, Debug)]
pub struct Run<'a> {
    /// Each policy that was asked, with its counts, in the order in which they are asked.
    pub policies: Vec<(&'a Policy, &'a Tally)>,
    /// The instant that decided every window.
    pub as_of: Instant,
    /// Lead rows read: decided, out of scope and rejected together.
    pub read: u64,
    /// Leads that got a route.
    pub decided: u64,
    /// Leads that no policy applies to.
    pub out_of_scope: u64,
    /// Rows that could not be used.
    pub rejected: u64,
    /// What the readers noticed.
    pub findings: &'a Findings,
    /// Whether all findings are listed, or only the first of them.
    pub all_findings: bool,
    /// Kinds of blocks of the policies that a run does not evaluate, and the command or option that does.
    pub passed_over: Vec<(&'static str, &'static str)>,
    /// How leads were put together, where accounts were decided; then `decided`, `out_of_scope` and all counts are of accounts.
    pub accounts: Option<&'a RollUp>,
}

impl Run<'_> {
    /// What was decided.
    fn unit(&self) -> &'static str {
        if self.accounts.is_some() { "account" } else { "lead" }
    }
}

/// So many requirements, fields and findings are shown; the rest is counted.
const MOST: usize = 8;
const MOST_FINDINGS: usize = 20;
/// The longest bar.
const BAR: u64 = 24;

/// The summary; its last lines say how the counts reconcile.
pub fn summary(run: &Run<'_>, layout: Layout) -> String {
    let mut page = Page::new(layout);
    page.line(0, &format!("As of {}", run.as_of));
    if let Some(accounts) = run.accounts {
        accounts.tell(&mut page);
    }
    if run.policies.len() > 1 {
        portfolio(&mut page, run);
    }
    for (policy, tally) in run.policies.iter().filter(|(_, t)| run.policies.len() == 1 || t.decided() > 0) {
        page.gap();
        title(&mut page, policy);
        routes(&mut page, policy, tally, run.unit());
        funnel(&mut page, policy, tally);
        grid(&mut page, policy, tally);
        blocks(&mut page, policy, tally, run.unit());
        asked(&mut page, policy, tally, run.unit());
    }
    findings(&mut page, run);
    page.gap();
    if !run.passed_over.is_empty() {
        let elsewhere: Vec<String> =
            run.passed_over.iter().map(|(block, by)| format!("`{block}` blocks (`{by}`)")).collect();
        page.line(0, &format!("No part of this run: {}.", listed(&elsewhere)));
    }
    if let Some(accounts) = run.accounts {
        let lines = accounts.reconciled(run.read, run.decided, run.out_of_scope, run.rejected);
        lines.iter().for_each(|line| page.line(0, line));
        return page.text();
    }
    page.line(
        0,
        &format!(
            "{} read = {} decided + {} out of scope + {} rejected",
            run.read, run.decided, run.out_of_scope, run.rejected
        ),
    );
    page.text()
}

fn title(page: &mut Page, policy: &Policy) {
    let reference = format!("{} {}, content {}", policy.name, policy.version, policy.hash);
    page.rows(0, &[vec![Cell::new(&policy.title).styled(Style::Strong), Cell::new(reference).styled(Style::Faint)]]);
}

/// How many leads each policy decided.
fn portfolio(page: &mut Page, run: &Run<'_>) {
    page.heading("Policies, in the order in which they are asked");
    let row = |(policy, tally): &(&Policy, &Tally)| {
        let n = tally.decided();
        vec![Cell::new(&policy.title), number(n), share(n, run.decided), Cell::new(bar(n, run.decided))]
    };
    page.rows(2, &run.policies.iter().map(row).collect::<Vec<_>>());
}

fn routes(page: &mut Page, policy: &Policy, tally: &Tally, unit: &str) {
    page.heading("Routes");
    let mut open = 0;
    let row = |(i, outcome): (usize, &crate::policy::steps::Outcome)| {
        let count = tally.route(OutcomeId(i as u16));
        open += count.open;
        let name = if count.leads > 0 { Style::Plain } else { Style::Faint };
        vec![
            Cell::new(&outcome.title).styled(name),
            number(count.leads),
            share(count.leads, tally.decided()),
            Cell::new(bar(count.leads, tally.decided())),
        ]
    };
    let rows: Vec<_> = policy.outcomes.iter().enumerate().map(row).collect();
    page.rows(2, &rows);
    if open > 0 {
        let first = if tally.asked_of() < tally.decided() {
            format!("Of the first {}, ", counted(tally.asked_of(), unit))
        } else {
            String::new()
        };
        let text = format!(
            "{first}{} could still go elsewhere once what is unknown is known (a safe bound).",
            counted(open, unit)
        );
        page.line(2, &capital(&text));
    }
}

/// Stages: how many stand at each, and how many reached it.
fn funnel(page: &mut Page, policy: &Policy, tally: &Tally) {
    if policy.stages.is_empty() {
        return;
    }
    page.heading("Funnel");
    let mut rows = vec![vec![
        faint(""),
        faint("reached").right(),
        faint("stand here").right(),
        faint("ahead of the CRM").right(),
        faint("behind it").right(),
        faint(""),
    ]];
    let levels = 0..=policy.stages.len();
    let reached = |level: usize| (level..=policy.stages.len()).map(|l| tally.stage(l).leads()).sum::<u64>();
    for level in levels {
        let here = tally.stage(level);
        let title = level.checked_sub(1).map_or("No stage yet", |i| &policy.stages[i].title);
        let all = if level == 0 { blank() } else { number(reached(level)) };
        let bar = if level == 0 { String::new() } else { bar(reached(level), tally.decided()) };
        rows.push(vec![
            Cell::new(title),
            all,
            number(here.leads()),
            number(here.advance),
            number(here.fall_back),
            Cell::new(bar),
        ]);
    }
    page.rows(2, &rows);
}

/// Fit bands by intent bands, and the profile below.
fn grid(page: &mut Page, policy: &Policy, tally: &Tally) {
    page.heading("Fit × Intent");
    let mut head = vec![faint("fit \\ intent")];
    head.extend(policy.intent.bands.iter().map(|b| faint(&b.name).right()));
    head.push(blank());
    let mut rows = vec![head];
    for (f, band) in policy.fit.bands.iter().enumerate() {
        let mut row = vec![Cell::new(&band.name)];
        row.extend((0..policy.intent.bands.len()).map(|i| number(tally.grid(f, i))));
        row.push(blank());
        rows.push(row);
    }
    page.rows(2, &rows);
    if !policy.icp.is_empty() {
        let statuses = [IcpStatus::Matched, IcpStatus::Undecided, IcpStatus::Failed];
        let counts: Vec<String> = statuses.iter().map(|s| format!("{} {}", tally.icp(*s), s.word())).collect();
        page.line(2, &format!("Profile: {}", counts.join(", ")));
    }
}

fn blocks(page: &mut Page, policy: &Policy, tally: &Tally, unit: &str) {
    let blocks = tally.blocks();
    if blocks.is_empty() {
        return;
    }
    page.heading("What blocks most");
    let head = [faint(&format!("{unit}s")).right(), faint("not known").right(), faint("gate"), faint("requirement")];
    let row = |(stage, requirement, count): &(usize, usize, super::tally::BlockCount)| {
        let stage = &policy.stages[*stage];
        let condition = &stage.require[*requirement].condition.text;
        vec![number(count.leads()), number(count.unknown), Cell::new(&stage.name), Cell::new(&**condition)]
    };
    let rows = std::iter::once(head.to_vec()).chain(blocks.iter().take(MOST).map(row));
    page.rows(2, &rows.collect::<Vec<_>>());
    more(page, blocks.len(), "requirement");
}

fn asked(page: &mut Page, policy: &Policy, tally: &Tally, unit: &str) {
    let asked = tally.asked();
    if asked.is_empty() {
        return;
    }
    page.heading("Unknown fields that matter most");
    let row = |(field, n): &(crate::policy::FieldId, u64)| {
        let field = policy.field(*field);
        let question = field.ask.as_ref().map_or("no question is declared for it", |a| &a.question);
        vec![number(*n), Cell::new(&field.name), Cell::new(question)]
    };
    page.rows(2, &asked.iter().take(MOST).map(row).collect::<Vec<_>>());
    more(page, asked.len(), "field");
    let of = match tally.asked_of() < tally.decided() {
        true => format!("the first {}", counted(tally.asked_of(), unit)),
        false => counted(tally.asked_of(), unit),
    };
    page.line(2, &format!("Counted over {of}: in how many the answer decides the route."));
}

fn findings(page: &mut Page, run: &Run<'_>) {
    if !run.findings.is_empty() {
        page.heading("What the data left open");
        noticed(page, run.findings, if run.all_findings { usize::MAX } else { MOST_FINDINGS });
    }
}

fn more(page: &mut Page, all: usize, what: &str) {
    if let Some(rest) = all.checked_sub(MOST).filter(|n| *n > 0) {
        page.line(2, &format!("and {} more", counted(rest as u64, what)));
    }
}

fn faint(text: &str) -> Cell {
    Cell::new(text).styled(Style::Faint)
}

fn blank() -> Cell {
    Cell::new("")
}

/// A count; nothing stands out less than something.
fn number(n: u64) -> Cell {
    let cell = Cell::new(n.to_string()).right();
    if n == 0 { cell.styled(Style::Faint) } else { cell }
}

/// A share in whole percent, rounded half up; `<1 %` for something that is not nothing.
fn share(n: u64, of: u64) -> Cell {
    let percent = (n * 200 + of).checked_div(of * 2).unwrap_or(0);
    let text = if n > 0 && percent == 0 { "<1 %".to_string() } else { format!("{percent} %") };
    let cell = Cell::new(text).right();
    if n == 0 { cell.styled(Style::Faint) } else { cell }
}

/// A bar as long as the share; at least one character for something that is not nothing.
fn bar(n: u64, of: u64) -> String {
    let long = (n * BAR).div_ceil(of.max(1)).min(BAR);
    "█".repeat(long as usize)
}
