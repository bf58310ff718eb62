//! The page of a run: counts that add up, where leads go and why, and the leads themselves.
//!
//! Charts are made from the tally, so they are about all leads. Rows are worded while leads are decided, for as many leads as are wanted; so what is
//! kept in memory is bounded by the rows of the page, not by the file.

mod detail;
mod overview;
mod row;

pub use row::Rows;

use super::noticed::noticed;
use super::{Page, Text};
use crate::report::page::counted;
use crate::report::sources::Sources;
use crate::report::summary::Run;
use maud::{Markup, PreEscaped, html};

/// A page has a row for so many leads, the first of the file, unless more are wanted whole.
pub const ROWS: u64 = 20_000;
/// So many of them, the first, are told whole where nothing else is asked for. Each takes about six thousand bytes, a row three to five hundred.
pub const WHOLE: u64 = 500;
/// So many sources are listed.
const SOURCES: usize = 25;

/// What is kept of leads for a page, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    /// A row each, as HTML, and how many of them are told whole.
    rows: String,
    listed: u64,
    whole: u64,
    sources: Sources,
}

impl Lines {
    /// Adds a row that [`Rows`] worded.
    pub fn row(&mut self, row: &str, whole: bool) {
        self.rows.push_str(row);
        self.listed += 1;
        self.whole += u64::from(whole);
    }

    /// Where leads come from.
    pub fn sources(&mut self) -> &mut Sources {
        &mut self.sources
    }

    /// Adds what was kept of the leads after these.
    pub fn merge(&mut self, later: Lines) {
        self.rows.push_str(&later.rows);
        self.listed += later.listed;
        self.whole += later.whole;
        self.sources.merge(later.sources);
    }
}

/// The page. `file`: the leads file, as it was named; `source`: the field or column that says where leads come from.
pub fn page(run: &Run<'_>, lines: &Lines, file: &str, source: Option<&str>) -> String {
    let title = match &run.policies[..] {
        [(policy, _)] => policy.title.clone(),
        several => format!("{} policies", several.len()),
    };
    let title = format!("{title}: where leads go");
    let body = html! {
        h1 { (Text(&title)) }
        p.sub { "Leads of " code { (Text(file)) } ", as of " (run.as_of.to_string()) }
        (reconciled(run))
        (contents(run))
        @if run.policies.len() > 1 { (overview::portfolio(run)) }
        @for (at, (policy, tally)) in run.policies.iter().enumerate() {
            @if run.policies.len() == 1 || tally.decided() > 0 { (overview::policy(at, policy, tally)) }
        }
        (sources(&lines.sources, source))
        (noticed(run.findings))
        (leads(run, lines))
    };
    let page =
        Page { title: &title, body, style: include_str!("style.css"), script: include_str!("leads.js"), data: None };
    page.document()
}

/// Each row of the file is counted once.
fn reconciled(run: &Run<'_>) -> Markup {
    let parts = [("decided", run.decided), ("out of scope", run.out_of_scope), ("rejected", run.rejected)];
    html! {
        dl.counts {
            div { dt { "rows read" } dd { (run.read) } }
            @for (name, n) in parts {
                div { dt { (name) } dd { (n) } }
            }
        }
    }
}

fn contents(run: &Run<'_>) -> Markup {
    html! {
        nav aria-label="Contents" {
            ul.inline {
                @for (at, (policy, tally)) in run.policies.iter().enumerate() {
                    @if run.policies.len() == 1 || tally.decided() > 0 { li { a href={ "#policy-" (at) } { (Text(&policy.title)) } } }
                }
                li { a href="#sources" { "Where leads come from" } }
                li { a href="#data" { "What the data left open" } }
                li { a href="#leads" { "Leads" } }
            }
        }
    }
}

/// Per source: leads, and how many of them only cost work.
fn sources(sources: &Sources, field: Option<&str>) -> Markup {
    let list = sources.list();
    let more: u64 = list.iter().skip(SOURCES).map(|(_, s)| s.leads).sum::<u64>() + sources.others();
    html! {
        h2 #sources { "Where leads come from" }
        @if let Some(field) = field {
            p { "By " code { (Text(field)) } ", and how many of each source are turned away." }
            div.scroll { table {
                thead { tr { th scope="col" { "source" } th.number scope="col" { "leads" } th.number scope="col" { "turned away" } th.number scope="col" { "share" } th aria-hidden="true" {} th.number scope="col" { "out of scope" } th scope="col" { "mostly because" } } }
                tbody { @for (known, s) in list.iter().take(SOURCES) { tr {
                    th scope="row" { @if *known { (Text(&s.spelling)) } @else { span.faint { "not known" } } }
                    td.number { (s.leads) }
                    td.number { (s.turned_away) }
                    td.number { (overview::share(s.turned_away, s.leads)) }
                    td { (super::chart::bar(s.turned_away, s.leads)) }
                    td.number { (s.out_of_scope) }
                    td { (Text(s.mostly().unwrap_or(""))) }
                } } }
            } }
            @if more > 0 { p.faint { (counted(more, "lead")) " of smaller sources are not listed." } }
        } @else {
            p { "No field or column says so by its name; name one with " code { "--source" } "." }
        }
    }
}

fn leads(run: &Run<'_>, lines: &Lines) -> Markup {
    let all = run.decided + run.out_of_scope;
    let several = run.policies.len() > 1;
    let names = row::Names::new(run.policies.iter().map(|(p, _)| *p));
    let choice = |id: &str, label: &str, options: &[String]| {
        html! {
            label for=(id) { (label) }
            select id=(id) {
                option value="" { "all" }
                @for (i, name) in options.iter().enumerate() { option value=(i) { (Text(name)) } }
            }
        }
    };
    let column = |name: &str, number: bool| html! { th.number[number] scope="col" aria-sort="none" { (name) } };
    html! {
        h2 #leads { "Leads" }
        p {
            @if lines.listed == all { "All " (counted(all, "lead")) "." } @else { "The first " (lines.listed) " of " (counted(all, "lead")) "; the charts above are about all of them." }
            @if lines.whole == lines.listed {} @else { " The first " (lines.whole) " are told whole (" code { "--html-leads" } " sets how many); any other is told by " code { "rubric explain --id" } "." }
        }
        div.controls #controls hidden {
            label for="search" { "Search" }
            input #search type="search" placeholder="id, next step, owner, rule…" autocomplete="off";
            (choice("by-route", "Route", &names.routes))
            (choice("by-fit", "Fit", &names.fit))
            (choice("by-intent", "Intent", &names.intent))
            span #shown.faint role="status" aria-live="polite" {}
        }
        div.scroll tabindex="0" role="region" aria-label="Table of leads" { table #lead-table {
            thead { tr {
                (column("id", false))
                @if several { (column("policy", false)) }
                (column("route", false)) (column("Fit", true)) (column("band", false)) (column("Intent", true)) (column("band", false))
                (column("stage", false)) (column("next step", false)) (column("owner", false)) (column("due", false))
            } }
            (PreEscaped(&lines.rows))
        } }
    }
}
