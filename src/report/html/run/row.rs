//! A lead as a row of the page, and, for the first of them, with everything behind it unfolded below.

use super::detail::Details;
use crate::engine::decision::{Brief, Decision};
use crate::policy::Policy;
use crate::report::html::Text;
use crate::report::page::capital;
use maud::html;

/// What leads can be told apart by, each name once, in the order of the policies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    pub routes: Vec<String>,
    pub fit: Vec<String>,
    pub intent: Vec<String>,
}

/// Stands among the routes for a lead that no policy applies to.
const NO_ROUTE: &str = "out of scope";

impl Names {
    /// Of some policies.
    pub fn new<'p>(policies: impl Iterator<Item = &'p Policy>) -> Names {
        let mut names = Names::default();
        for policy in policies {
            policy.outcomes.iter().for_each(|o| add(&mut names.routes, &o.title));
            policy.fit.bands.iter().for_each(|b| add(&mut names.fit, &b.name));
            policy.intent.bands.iter().for_each(|b| add(&mut names.intent, &b.name));
        }
        add(&mut names.routes, NO_ROUTE);
        names
    }
}

fn add(names: &mut Vec<String>, name: &str) {
    if !names.iter().any(|n| n == name) {
        names.push(name.to_string());
    }
}

fn place(names: &[String], name: &str) -> Option<usize> {
    names.iter().position(|n| n == name)
}

/// Words leads of some policies as rows.
#[derive(Debug)]
pub struct Rows<'p> {
    policies: &'p [Policy],
    names: Names,
    details: Vec<Details<'p>>,
}

impl<'p> Rows<'p> {
    /// For the policies of a run, in the order in which they are asked.
    pub fn new(policies: &'p [Policy]) -> Rows<'p> {
        Rows { policies, names: Names::new(policies.iter()), details: policies.iter().map(Details::new).collect() }
    }

    /// The row of a lead that the policy at a place decided, as HTML; whole where the whole decision is given.
    pub fn row(&self, policy: usize, brief: &Brief<'_>, whole: Option<&Decision>) -> String {
        let declared = &self.policies[policy];
        let several = self.policies.len() > 1;
        let columns = if several { 11 } else { 10 };
        let verdict = brief.verdict.as_ref();
        let title = |outcome: &str| declared.outcomes.iter().find(|o| o.name == outcome).map_or("", |o| &*o.title);
        let stage =
            |stage: &str| declared.stages.iter().find(|s| s.name == stage).map_or("–", |s| &*s.title).to_string();
        let route = verdict.map_or(NO_ROUTE, |v| title(v.route.outcome));
        let fit = verdict.and_then(|v| place(&self.names.fit, v.fit.band));
        let intent = verdict.and_then(|v| place(&self.names.intent, v.intent.band));
        let row = html! {
            tbody data-r=[place(&self.names.routes, route)] data-f=[fit] data-i=[intent] {
                tr {
                    th scope="row" { (Text(brief.id)) }
                    @if several { td { @if verdict.is_some() { (Text(&declared.title)) } @else { "–" } } }
                    td { (Text(&capital(route))) }
                    @if let Some(v) = verdict {
                        td.number { (v.fit.points.to_string()) } td { (Text(v.fit.band)) }
                        td.number { (v.intent.points.to_string()) } td { (Text(v.intent.band)) }
                        td { (Text(&stage(v.stage.reached))) }
                        td { (Text(v.next_step.action)) } td { (Text(v.next_step.owner)) } td.when { (v.next_step.due.to_string()) }
                    } @else {
                        td.number {} td {} td.number {} td {} td {} td {} td {} td {}
                    }
                }
                @if let Some(decision) = whole {
                    tr.more { td colspan=(columns) { (self.details[policy].lead(decision)) } }
                }
            }
        };
        row.into_string()
    }
}
