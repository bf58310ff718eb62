//! Everything behind one lead: why it goes where it goes, what to ask, every point with what was seen, what is in the way.

use crate::engine::decision::{Decision, Earned, Entry, GroupResult, ScoreResult, Truth, Unmet, Verdict};
use crate::policy::exact::Points;
use crate::policy::{Cond, Policy, Requirement, ScoreKind};
use crate::report::explain::evidence::{seen, signed};
use crate::report::html::Text;
use crate::report::page::{alternatives, capital};
use crate::report::words::Words;
use maud::{Markup, html};
use std::collections::HashMap;

/// Words leads of one policy whole.
#[derive(Debug)]
pub struct Details<'p> {
    policy: &'p Policy,
    /// What earns the points of each criterion, by its id, in words.
    criteria: HashMap<&'p str, String>,
    /// What is asked of a lead, as written, in words.
    requirements: HashMap<&'p str, String>,
}

impl<'p> Details<'p> {
    /// For a policy.
    pub fn new(policy: &'p Policy) -> Details<'p> {
        let words = Words::new(policy);
        let scores = ScoreKind::BOTH.iter().flat_map(|kind| &policy.score(*kind).groups).flat_map(|g| &g.criteria);
        let stages = policy.stages.iter().flat_map(|s| s.require.iter().chain(&s.should));
        let written = |r: &'p Requirement| -> (&'p str, &'p Cond) { (&r.condition.text, &r.condition) };
        let falls = policy.stages.iter().flat_map(|s| &s.fall_back).map(|f| (&*f.when.text, &f.when));
        let conditions = policy.icp.iter().chain(stages).map(written).chain(falls);
        Details {
            policy,
            criteria: scores.map(|c| (c.id.as_str(), words.criterion(c))).collect(),
            requirements: conditions.map(|(text, cond)| (text, capital(&words.condition(cond)))).collect(),
        }
    }

    /// One lead, folded; the summary says what is inside.
    pub fn lead(&self, decision: &Decision) -> Markup {
        let Some(v) = &decision.verdict else {
            let applies = Words::new(self.policy).applies();
            let so_far = if decision.scope_open { "An answer could bring this lead into scope. " } else { "" };
            return html! { details { summary { "Why" } p { (so_far) "The policy is for " (Text(&applies)) "." } } };
        };
        html! {
            details {
                summary { "Why, what to ask, every point" }
                div.columns {
                    section { (self.route(v)) (self.asks(v)) (self.gates(v)) }
                    section {
                        (self.score(ScoreKind::Fit, &v.fit))
                        (self.score(ScoreKind::Intent, &v.intent))
                    }
                }
            }
        }
    }

    fn title(&self, outcome: &str) -> String {
        let found = self.policy.outcomes.iter().find(|o| o.name == outcome);
        found.map_or_else(|| outcome.to_string(), |o| o.title.clone())
    }

    fn route(&self, v: &Verdict) -> Markup {
        let route = &v.route;
        let others: Vec<String> = route.could_be.iter().map(|o| self.title(o)).collect();
        let also: Vec<String> =
            route.also_matches.iter().map(|r| format!("{} (→ {})", r.rule, self.title(&r.outcome))).collect();
        html! {
            h4 { "→ " (Text(&self.title(&route.outcome))) }
            dl {
                dt { "Rule" } dd { code { (Text(&route.rule)) } @if let Some(because) = &route.because { " " (Text(because)) } }
                dt { "Next step" } dd { (Text(&v.next_step.action)) }
                dt { "Owner" } dd { (Text(&v.next_step.owner)) ", due " (v.next_step.due.to_string()) }
                @if let Some(revisit) = v.next_step.revisit { dt { "Look again" } dd { (revisit.to_string()) } }
                @if !v.next_step.open_items.is_empty() { dt { "Still open" } dd { ul { @for item in &v.next_step.open_items { li { (Text(item)) } } } } }
                dt { "Settled" }
                dd {
                    @if route.settled { "Yes: nothing that is unknown can change it" }
                    @else { "No: what is unknown could lead to " (Text(&alternatives(&others))) @if !route.exact { " (a safe bound: perhaps not all of these)" } }
                }
                @if !also.is_empty() { dt { "Would match, too" } dd { (Text(&also.join(", "))) } }
            }
        }
    }

    fn asks(&self, v: &Verdict) -> Markup {
        html! {
            @if !v.ask.is_empty() {
                h4 { "Ask first" }
                ol { @for q in &v.ask { li { (Text(q.question.as_deref().unwrap_or(&q.field))) } } }
            }
            @if !v.risks.is_empty() {
                h4 { "Risks" }
                ul { @for r in &v.risks { li { (Text(&r.risk)) @if let Some(owner) = &r.owner { " (" (Text(owner)) ")" } } } }
            }
        }
    }

    fn gates(&self, v: &Verdict) -> Markup {
        let next = v.stage.next.as_ref().and_then(|name| self.policy.stages.iter().find(|s| s.name == *name));
        let needed = |r: &&crate::engine::decision::RoleResult| r.needed != Truth::No;
        let role = |r: &crate::engine::decision::RoleResult| {
            let more = r.could_be.map_or(String::new(), |c| format!(", could be {c}"));
            let person = r.person.as_ref().map_or(String::new(), |p| format!(" ({p})"));
            format!("{}: {}{more}{person}", capital(&r.role.replace('_', " ")), r.status)
        };
        html! {
            @if !v.icp.failed.is_empty() || !v.icp.open.is_empty() {
                h4 { "Profile: " (v.icp.status) }
                (self.unmet(&v.icp.failed)) (self.unmet(&v.icp.open))
            }
            @if let Some(next) = next {
                @if !v.stage.blockers.is_empty() || !v.stage.open.is_empty() {
                    h4 { "Before " (Text(&next.title)) }
                    (self.unmet(&v.stage.blockers)) (self.unmet(&v.stage.open))
                }
            }
            @if !v.stage.slipped.is_empty() { h4 { "No longer established" } (self.unmet(&v.stage.slipped)) }
            @if v.committee.roles.iter().any(|r| needed(&r)) {
                h4 { "Committee" }
                ul { @for r in v.committee.roles.iter().filter(needed) { li { (Text(&role(r))) } } }
            }
        }
    }

    /// Requirements that are not met, in words, with what was seen.
    fn unmet(&self, list: &[Unmet]) -> Markup {
        html! {
            @if !list.is_empty() {
                ul.marks {
                    @for one in list {
                        @let said = self.requirements.get(one.condition.as_str()).unwrap_or(&one.condition);
                        li class=(if one.is == Truth::No { "no" } else { "unknown" }) {
                            (if one.is == Truth::No { "No: " } else { "Open: " }) (Text(said))
                            @if !one.evidence.is_empty() { span.faint { " – " (Text(&seen(&one.evidence, self.policy.offset))) } }
                        }
                    }
                }
            }
        }
    }

    /// The ledger: what earned points and what could have, group by group; the rest in one line.
    fn score(&self, kind: ScoreKind, score: &ScoreResult) -> Markup {
        let name = match kind {
            ScoreKind::Fit => "Fit",
            ScoreKind::Intent => "Intent",
        };
        let declared = self.policy.score(kind);
        let missed = score.groups.iter().flat_map(|g| &g.entries).filter(|e| e.outcome == Earned::NotEarned);
        let missed: Vec<String> = missed.map(|e| format!("{} ({})", self.criterion(e), signed(e.worth))).collect();
        html! {
            h4 { (name) ": " (score.points.to_string()) " of " (declared.out_of.to_string()) ", " (Text(&score.band)) }
            @if score.low != score.high { p.faint { "Between " (score.low.to_string()) " and " (score.high.to_string()) " once all is known." } }
            table.ledger {
                @for (group, own) in score.groups.iter().zip(&declared.groups) {
                    tbody {
                        tr.group { th.number scope="row" { (signed(group.points)) } th { (Text(own.title.as_ref().unwrap_or(&own.name))) (limited(group)) } }
                        @for e in group.entries.iter().filter(|e| e.outcome != Earned::NotEarned) { (self.entry(e)) }
                    }
                }
                @if score.clamped != Points::ZERO { tbody { tr { td.number { (signed(Points(-score.clamped.0))) } td { "the score stays between 0 and " (declared.out_of.to_string()) } } } }
            }
            @if !missed.is_empty() { p.faint { "Not earned: " (Text(&missed.join("; "))) } }
        }
    }

    fn criterion<'s>(&'s self, entry: &'s Entry) -> &'s str {
        self.criteria.get(entry.id.as_str()).unwrap_or(&entry.text)
    }

    fn entry(&self, entry: &Entry) -> Markup {
        let unknown = entry.outcome == Earned::Unknown;
        html! {
            tr.unknown[unknown] {
                td.number { @if unknown { "? (" (signed(entry.worth)) ")" } @else { (signed(entry.points)) } }
                td { (Text(&capital(self.criterion(entry)))) @if !entry.evidence.is_empty() { span.faint { " – " (Text(&seen(&entry.evidence, self.policy.offset))) } } }
            }
        }
    }
}

/// What the cap or the floor of a group did.
fn limited(group: &GroupResult) -> Markup {
    html! {
        @if let (Some(cap), true) = (group.cap, group.capped > Points::ZERO) { span.faint { " – the cap of " (cap.to_string()) " took " (group.capped.to_string()) " away" } }
        @if let (Some(floor), true) = (group.floor, group.capped < Points::ZERO) { span.faint { " – the floor of " (floor.to_string()) " gave " (Points(-group.capped.0).to_string()) " back" } }
    }
}
