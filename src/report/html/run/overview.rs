//! What one policy did with its leads: routes, scores, stages, what is in the way, what to ask.

use crate::policy::exact::Points;
use crate::policy::score::Score;
use crate::policy::steps::{Rule, RuleKind};
use crate::policy::{IcpStatus, OutcomeId, Policy, ScoreKind};
use crate::report::html::Text;
use crate::report::html::chart::{self, Edge, Stream};
use crate::report::page::{capital, counted};
use crate::report::summary::Run;
use crate::report::tally::{PARTS, Tally};
use crate::report::words::{Words, spoken};
use maud::{Markup, html};

/// So many requirements and fields are shown.
const MOST: usize = 12;

/// How many leads each policy decided.
pub fn portfolio(run: &Run<'_>) -> Markup {
    html! {
        h2 { "Policies, in the order in which they are asked" }
        div.scroll { table {
            thead { tr { th scope="col" { "policy" } th.number scope="col" { "leads" } th.number scope="col" { "share" } th aria-hidden="true" {} } }
            tbody { @for (policy, tally) in &run.policies { tr {
                th scope="row" { (Text(&policy.title)) }
                td.number { (tally.decided()) } td.number { (share(tally.decided(), run.decided)) } td { (chart::bar(tally.decided(), run.decided)) }
            } } }
        } }
    }
}

/// One policy; `at` is its place.
pub fn policy(at: usize, policy: &Policy, tally: &Tally) -> Markup {
    html! {
        h2 id={ "policy-" (at) } { (Text(&policy.title)) }
        p.sub { code { (Text(&policy.name)) " " (Text(&policy.version)) } ", content " code { (policy.hash) } ", " (counted(tally.decided(), "lead")) }
        @if tally.decided() == 0 { p { "No lead is in scope." } } @else {
            (routes(policy, tally))
            (flow(policy, tally))
            (grid(policy, tally))
            (distributions(policy, tally))
            (funnel(policy, tally))
            (blocks(policy, tally))
            (asked(policy, tally))
        }
    }
}

/// Whole percent, rounded half up; `<1 %` for something that is not nothing.
pub fn share(n: u64, of: u64) -> String {
    let percent = (n * 200 + of).checked_div(of * 2).unwrap_or(0);
    if n > 0 && percent == 0 { "<1 %".to_string() } else { format!("{percent} %") }
}

fn routes(policy: &Policy, tally: &Tally) -> Markup {
    let open: u64 = (0..policy.outcomes.len()).map(|i| tally.route(OutcomeId(i as u16)).open).sum();
    html! {
        h3 { "Routes" }
        div.scroll { table {
            thead { tr { th scope="col" { "outcome" } th.number scope="col" { "leads" } th.number scope="col" { "share" } th aria-hidden="true" {} } }
            tbody { @for (i, outcome) in policy.outcomes.iter().enumerate() {
                @let n = tally.route(OutcomeId(i as u16)).leads;
                tr { th scope="row" { (Text(&outcome.title)) } td.number { (n) } td.number { (share(n, tally.decided())) } td { (chart::bar(n, tally.decided())) } }
            } }
        } }
        @if open > 0 {
            p.faint {
                @if tally.asked_of() < tally.decided() { "Of the first " (counted(tally.asked_of(), "lead")) ", " }
                (counted(open, "lead")) " could still go elsewhere once what is unknown is known."
            }
        }
    }
}

/// How people call a rule: its name; the last often has none.
fn name(rule: &Rule) -> String {
    match (&rule.kind, rule.id.strip_prefix("rule.")) {
        (RuleKind::Otherwise { .. }, Some(_)) => "otherwise".to_string(),
        (_, Some(number)) => format!("rule {number}"),
        _ => spoken(&rule.id),
    }
}

/// From each rule to where it sent leads.
fn flow(policy: &Policy, tally: &Tally) -> Markup {
    let streams = tally.flow();
    let words = Words::new(policy);
    let left: Vec<String> = policy.route.rules.iter().map(name).collect();
    let right: Vec<String> = policy.outcomes.iter().map(|o| o.title.clone()).collect();
    let drawn: Vec<Stream> =
        streams.iter().map(|(rule, to, count)| Stream { from: *rule, to: to.index(), count: *count }).collect();
    let says = format!(
        "{} leads from {} rules to their outcomes; the table below has the numbers",
        tally.decided(),
        left.len()
    );
    html! {
        h3 { "From rule to outcome" }
        figure.scroll { (chart::flow(&says, &left, &right, &drawn)) }
        div.scroll { table {
            thead { tr { th scope="col" { "rule" } th scope="col" { "outcome" } th.number scope="col" { "leads" } th scope="col" { "matches when" } } }
            tbody { @for (rule, to, n) in &streams {
                @let declared = &policy.route.rules[*rule];
                tr {
                    th scope="row" { (Text(&name(declared))) } td { (Text(&policy.outcomes[to.index()].title)) } td.number { (n) }
                    td {
                        @match &declared.kind {
                            RuleKind::To { when, .. } => (Text(&words.condition(when))),
                            RuleKind::Matrix(m) => { "by " (capital(m.rows.name())) " and " (capital(m.columns.name())) @if let Some(when) = &m.when { ", when " (Text(&words.condition(when))) } },
                            RuleKind::Otherwise { .. } => "no rule before it matches",
                        }
                        @if let Some(because) = &declared.because { span.faint { " – " (Text(because)) } }
                    }
                }
            } }
        } }
    }
}

/// Bands of both scores, then points of both.
fn grid(policy: &Policy, tally: &Tally) -> Markup {
    let places = || (0..policy.fit.bands.len()).flat_map(|f| (0..policy.intent.bands.len()).map(move |i| (f, i)));
    let largest = places().map(|(f, i)| tally.grid(f, i)).max().unwrap_or(0);
    let (fit, intent) = (edges(&policy.fit), edges(&policy.intent));
    let says = format!("Leads by points of Fit and Intent, in {PARTS} by {PARTS} squares; the darker, the more leads");
    let count = |f: usize, i: usize| tally.points(f, i);
    let statuses = [IcpStatus::Matched, IcpStatus::Undecided, IcpStatus::Failed];
    html! {
        h3 { "Fit × Intent" }
        div.side {
            div { table.heat {
                caption { "Leads by band; rows are Fit, columns are Intent" }
                thead { tr { td {} @for band in policy.intent.bands.iter().rev() { th.number scope="col" { (Text(&band.name)) } } th.number scope="col" { "all" } } }
                tbody { @for (f, band) in policy.fit.bands.iter().enumerate() {
                    @let all: u64 = (0..policy.intent.bands.len()).map(|i| tally.grid(f, i)).sum();
                    tr {
                        th scope="row" { (Text(&band.name)) }
                        @for i in (0..policy.intent.bands.len()).rev() { td.number style=(chart::heat(tally.grid(f, i), largest)) { (tally.grid(f, i)) } }
                        td.number.faint { (all) }
                    }
                } }
            }
            @if !policy.icp.is_empty() { p.faint { "Profile: " @for (i, s) in statuses.iter().enumerate() { @if i > 0 { ", " } (tally.icp(*s)) " " (s.word()) } } }
            }
            figure { (chart::squares(&says, PARTS, &count, ("Fit", &fit), ("Intent", &intent))) figcaption { "The same leads by points; dashed lines are the edges of bands." } }
        }
        details { summary { "The squares as numbers" } div.scroll { table {
            thead { tr { th scope="col" { "Fit" } th scope="col" { "Intent" } th.number scope="col" { "leads" } } }
            tbody { @for (f, i) in (0..PARTS * PARTS).rev().map(|n| (n / PARTS, n % PARTS)).filter(|(f, i)| tally.points(*f, *i) > 0) {
                tr { td { (range(&policy.fit, f)) } td { (range(&policy.intent, i)) } td.number { (tally.points(f, i)) } }
            } }
        } } }
    }
}

/// The points of a part: `from 35 to below 40`; the last part ends with the most that can be had.
fn range(score: &Score, part: usize) -> String {
    let at = |part: usize| Points(score.out_of.0 * part as i64 / PARTS as i64);
    if part + 1 == PARTS {
        format!("{} to {}", at(part), at(part + 1))
    } else {
        format!("{} to below {}", at(part), at(part + 1))
    }
}

/// Where the bands begin, lowest first.
fn edges(score: &Score) -> Vec<Edge> {
    let at = |points: Points| (points.0.max(0) * 100).checked_div(score.out_of.0).unwrap_or(0).min(100) as u64;
    let edge = |b: &crate::policy::score::Band| Edge { at: b.at_least.map_or(0, at), name: b.name.replace('_', " ") };
    score.bands.iter().rev().map(edge).collect()
}

fn distributions(policy: &Policy, tally: &Tally) -> Markup {
    let one = |kind: ScoreKind| {
        let score = policy.score(kind);
        let name = capital(kind.name());
        let counts: Vec<u64> = (0..PARTS)
            .map(|a| {
                (0..PARTS).map(|b| if kind == ScoreKind::Fit { tally.points(a, b) } else { tally.points(b, a) }).sum()
            })
            .collect();
        let by_band: Vec<u64> = (0..score.bands.len())
            .map(|a| match kind {
                ScoreKind::Fit => (0..policy.intent.bands.len()).map(|b| tally.grid(a, b)).sum(),
                ScoreKind::Intent => (0..policy.fit.bands.len()).map(|b| tally.grid(b, a)).sum(),
            })
            .collect();
        let words = Words::new(policy);
        let says = format!(
            "leads by points, in {PARTS} equal parts from 0 to {}; the table below has the bands",
            score.out_of
        );
        html! { div {
            figure { (chart::distribution(&name, &says, &counts, &edges(score), &score.out_of.to_string())) figcaption { (name) ": leads by points; dashed lines are the edges of bands." } }
            table {
                thead { tr { th scope="col" { (name) } th scope="col" { "points" } th.number scope="col" { "leads" } th.number scope="col" { "share" } } }
                tbody { @for (i, band) in score.bands.iter().enumerate() { tr {
                    th scope="row" { (Text(&band.name)) } td { (words.band(score, i)) } td.number { (by_band[i]) } td.number { (share(by_band[i], tally.decided())) }
                } } }
            }
            details { summary { "The bars as numbers" } table { tbody { @for (i, n) in counts.iter().enumerate().filter(|(_, n)| **n > 0) { tr { th scope="row" { (range(score, i)) } td.number { (n) } } } } } }
        } }
    };
    html! { h3 { "Scores" } div.side { (one(ScoreKind::Fit)) (one(ScoreKind::Intent)) } }
}

fn funnel(policy: &Policy, tally: &Tally) -> Markup {
    let reached = |level: usize| (level..=policy.stages.len()).map(|l| tally.stage(l).leads()).sum::<u64>();
    html! {
        @if !policy.stages.is_empty() {
            h3 { "Funnel" }
            div.scroll { table {
                thead { tr { th scope="col" { "stage" } th.number scope="col" { "reached" } th aria-hidden="true" {} th.number scope="col" { "stand here" } th.number scope="col" { "ahead of the CRM" } th.number scope="col" { "behind it" } } }
                tbody { @for level in 0..=policy.stages.len() {
                    @let here = tally.stage(level);
                    tr {
                        th scope="row" { @match level.checked_sub(1) { Some(i) => (Text(&policy.stages[i].title)), None => "In scope, no stage yet" } }
                        td.number { (reached(level)) } td { (chart::bar(reached(level), tally.decided())) } td.number { (here.leads()) } td.number { (here.advance) } td.number { (here.fall_back) }
                    }
                } }
            } }
        }
    }
}

fn blocks(policy: &Policy, tally: &Tally) -> Markup {
    let blocks = tally.blocks();
    let words = Words::new(policy);
    html! {
        @if !blocks.is_empty() {
            h3 { "What blocks most" }
            div.scroll { table {
                thead { tr { th.number scope="col" { "leads" } th.number scope="col" { "of them not known" } th scope="col" { "before" } th scope="col" { "requirement" } } }
                tbody { @for (stage, requirement, count) in blocks.iter().take(MOST) {
                    @let stage = &policy.stages[*stage];
                    tr {
                        td.number { (count.leads()) } td.number { (count.unknown) } td { (Text(&stage.title)) }
                        td { (Text(&capital(&words.condition(&stage.require[*requirement].condition)))) @if let Some(because) = &stage.require[*requirement].because { span.faint { " – " (Text(because)) } } }
                    }
                } }
            } }
            @if blocks.len() > MOST { p.faint { "and " (counted((blocks.len() - MOST) as u64, "requirement")) " more" } }
        }
    }
}

fn asked(policy: &Policy, tally: &Tally) -> Markup {
    let asked = tally.asked();
    html! {
        @if !asked.is_empty() {
            h3 { "Questions that matter most" }
            p.faint {
                "In how many leads the answer decides the route, counted over "
                @if tally.asked_of() < tally.decided() { "the first " } (counted(tally.asked_of(), "lead")) "."
            }
            div.scroll { table {
                thead { tr { th.number scope="col" { "leads" } th scope="col" { "field" } th scope="col" { "question" } } }
                tbody { @for (field, n) in asked.iter().take(MOST) {
                    @let field = policy.field(*field);
                    tr { td.number { (n) } th scope="row" { (Text(&field.label)) } td { (Text(field.ask.as_ref().map_or("no question is declared for it", |a| &a.question))) } }
                } }
            } }
            @if asked.len() > MOST { p.faint { "and " (counted((asked.len() - MOST) as u64, "field")) " more" } }
        }
    }
}
