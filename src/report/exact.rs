//! What all possible leads show: guarantees counted for people, verdicts and points for machines.

use super::page::counted;
use crate::analysis::findings::{Exact, Settled};
use crate::analysis::guarantee::{Verdict, condition};
use crate::policy::Policy;
use crate::policy::exact::Points;
use crate::policy::scenario::Claim;
use crate::source::SourceMap;
use serde::Serialize;

/// The policy of a checked file, and what its leads show.
pub struct Shown<'a> {
    pub file: &'a str,
    pub policy: &'a Policy,
    pub sources: &'a SourceMap,
    pub exact: &'a Exact,
}

/// How many guarantees are proved, and whether something was too hard to tell; empty where there is nothing to say.
pub fn closing(all: &[Shown<'_>]) -> String {
    let guarantees: Vec<&Vec<Settled>> = all.iter().flat_map(|s| &s.exact.guarantees).collect();
    let is_proved = |claims: &&&Vec<Settled>| claims.iter().all(|s| matches!(s.verdict, Verdict::Proved));
    let proved = guarantees.iter().filter(is_proved).count();
    let mut said = match (proved, guarantees.len()) {
        (_, 0) => String::new(),
        (proved, all) if proved == all => {
            format!("; {} proved for every possible lead", counted(all as u64, "guarantee"))
        }
        (0, 1) => "; its guarantee is not proved".to_string(),
        (0, all) => format!("; none of {} is proved", counted(all as u64, "guarantee")),
        (proved, all) => format!("; {proved} of {} proved for every possible lead", counted(all as u64, "guarantee")),
    };
    let unsure: usize = all.iter().map(|s| s.exact.unsure).sum();
    if unsure > 0 {
        said.push_str(&format!("; {} about all possible leads too hard to answer", counted(unsure as u64, "question")));
    }
    said
}

/// All that `rubric check` tells machines. The keys are stable.
#[derive(Debug, Serialize)]
pub struct Checked<'a> {
    pub findings: Vec<super::diagnostics::Finding<'a>>,
    pub policies: Vec<PolicyShown<'a>>,
}

/// A policy in JSON.
#[derive(Debug, Serialize)]
pub struct PolicyShown<'a> {
    file: &'a str,
    policy: &'a str,
    /// The least and the most points that a lead in scope can have.
    fit: Option<Range>,
    intent: Option<Range>,
    guarantees: Vec<GuaranteeShown<'a>>,
    /// How many questions were too hard to answer; what they would have shown is not among the findings.
    unanswered: usize,
}

#[derive(Debug, Serialize)]
struct Range {
    least: Points,
    most: Points,
}

#[derive(Debug, Serialize)]
struct GuaranteeShown<'a> {
    title: &'a str,
    line: u32,
    claims: Vec<ClaimShown<'a>>,
}

#[derive(Debug, Serialize)]
struct ClaimShown<'a> {
    never: bool,
    condition: &'a str,
    line: u32,
    /// `proved`, `broken` or `not proved`.
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    example: Option<super::diagnostics::ExampleShown<'a>>,
}

/// All policies for machines.
pub fn policies<'a>(all: &'a [Shown<'a>]) -> Vec<PolicyShown<'a>> {
    let range = |points: Option<(Points, Points)>| points.map(|(least, most)| Range { least, most });
    let shown = |s: &'a Shown<'a>| PolicyShown {
        file: s.file,
        policy: &s.policy.name,
        fit: range(s.exact.points[0]),
        intent: range(s.exact.points[1]),
        guarantees: guarantees(s),
        unanswered: s.exact.unsure,
    };
    all.iter().map(shown).collect()
}

fn guarantees<'a>(shown: &'a Shown<'a>) -> Vec<GuaranteeShown<'a>> {
    let line = |span| shown.sources.position(span).line;
    let claim = |(claim, settled): (&'a Claim, &'a Settled)| {
        let (verdict, because) = match &settled.verdict {
            Verdict::Proved => ("proved", None),
            Verdict::Refuted(..) => ("broken", None),
            Verdict::NotProved(why) => ("not proved", Some(*why)),
        };
        ClaimShown {
            never: matches!(claim, Claim::Never(_)),
            condition: &condition(claim).text,
            line: line(condition(claim).span),
            verdict,
            because,
            example: settled.example.as_ref().map(super::diagnostics::example),
        }
    };
    let all = shown.policy.guarantees.iter().zip(&shown.exact.guarantees);
    all.map(|(guarantee, settled)| GuaranteeShown {
        title: &guarantee.title,
        line: line(guarantee.span),
        claims: guarantee.claims.iter().zip(settled).map(claim).collect(),
    })
    .collect()
}
