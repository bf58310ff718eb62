//! Tests of policies: for people, with the part of the explanation that tells why; for CI as JSON, JUnit and annotations.

use super::diagnostics::{self, Layout};
use super::page::counted;
use super::sanitize::for_terminal;
use super::{coverage, explain, fixture, mutation};
use crate::diagnostic::{Diagnostic, Rule, Severity};
use crate::policy::Policy;
use crate::scenario::{Actual, Failure, Outcome, Topic};
use crate::source::{SourceMap, Span};
use serde::Serialize;

/// Not a rule of the checker: the head under which a failed expectation is shown.
static FAILED: Rule = Rule {
    code: "",
    name: "failed test",
    severity: Severity::Error,
    summary: "an expectation that does not hold",
    document: "",
};

/// The tests of one policy file that were run.
#[derive(Debug)]
pub struct Ran<'a> {
    pub file: &'a str,
    pub policy: &'a Policy,
    pub sources: &'a SourceMap,
    pub outcomes: &'a [Outcome],
}

impl Ran<'_> {
    fn failed(&self) -> usize {
        self.outcomes.iter().filter(|o| !o.failures.is_empty()).count()
    }
}

/// How many passed and failed, over all files.
pub fn totals(all: &[Ran<'_>]) -> (usize, usize) {
    let run: usize = all.iter().map(|r| r.outcomes.len()).sum();
    let failed: usize = all.iter().map(Ran::failed).sum();
    (run - failed, failed)
}

/// Every failure with what came out instead and why, then a line a file and one for all. `alone`: whether nothing else is told beside the
/// tests, so that it must be said when there are none.
pub fn human(all: &[Ran<'_>], alone: bool, layout: Layout) -> String {
    let mut out: String =
        all.iter().flat_map(|ran| ran.outcomes.iter().map(move |outcome| failures(ran, outcome, layout))).collect();
    for ran in all {
        let (run, failed) = (ran.outcomes.len(), ran.failed());
        let what = if failed == 0 { String::new() } else { format!(", {failed} failed") };
        out.push_str(&format!("{}: {} passed{what}\n", for_terminal(ran.file), run - failed));
    }
    let (passed, failed) = totals(all);
    let closing = match (passed, failed) {
        (0, 0) if alone => "no tests\n".to_string(),
        (0, 0) => String::new(),
        (_, 0) => format!("{} passed\n", counted(passed as u64, "test")),
        _ => format!("{}: {passed} passed, {failed} failed\n", counted((passed + failed) as u64, "test")),
    };
    out.push_str(&closing);
    out
}

/// What failed of one test, with what came out instead and why; empty if it passed.
pub fn failures(ran: &Ran<'_>, outcome: &Outcome, layout: Layout) -> String {
    let mut out = String::new();
    let mut told: Vec<Topic> = Vec::new();
    for failure in &outcome.failures {
        out.push_str(&diagnostics::human(&[diagnostic(ran, outcome, failure)], ran.sources, layout));
        // What tells why is shown once, under the first expectation that fails for the same reason.
        let new: Vec<Topic> = failure.topics.iter().copied().filter(|t| !told.contains(t)).collect();
        let why = explain::parts(ran.policy, &outcome.decision, &outcome.open, &new, layout);
        if !why.is_empty() {
            out.push_str(&why);
            out.push('\n');
        }
        told.extend(new);
    }
    out
}

fn diagnostic(ran: &Ran<'_>, outcome: &Outcome, failure: &Failure) -> Diagnostic {
    let test = &ran.policy.tests[outcome.test];
    let message = format!("{}: expected {}", test.title, failure.expected);
    let found = Diagnostic::new(&FAILED, message, failure.span, actual(ran.policy, failure));
    match failure.decided_by {
        Some(span) => found.with_help(decided_at(ran.sources, span)),
        None => found,
    }
}

/// The line in which what decided begins, with its place: enough to find a rule that goes over many lines.
fn decided_at(sources: &SourceMap, span: Span) -> String {
    let place = sources.position(span);
    let first = sources.file(span.file).text.lines().nth(place.line as usize - 1).unwrap_or("").trim();
    format!("decided at {}:{}:{}: {first}", sources.file(span.file).name, place.line, place.column)
}

/// What came out instead, in one line.
pub fn actual(policy: &Policy, failure: &Failure) -> String {
    match &failure.actual {
        Actual::Said(text) => text.clone(),
        Actual::Reasons(reasons) => explain::reasons(policy, reasons),
    }
}

#[derive(Serialize)]
struct Told<'a> {
    file: &'a str,
    policy: &'a str,
    test: &'a str,
    line: u32,
    passed: bool,
    failures: Vec<ToldFailure<'a>>,
}

#[derive(Serialize)]
struct ToldFailure<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    expected: &'a str,
    actual: String,
}

#[derive(Serialize)]
struct ToldAll<'a> {
    tests: Vec<Told<'a>>,
    fixtures: Vec<fixture::Told<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage: Option<Vec<coverage::Told<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mutation: Option<Vec<mutation::Told<'a>>>,
}

/// One object: the tests and the fixtures in order, and coverage and mutants by file where they were asked for.
pub fn json(
    all: &[Ran<'_>],
    fixtures: &[fixture::Ran<'_>],
    covered: Option<&[coverage::Covered<'_>]>,
    mutated: Option<&[mutation::Mutated<'_>]>,
) -> Result<String, serde_json::Error> {
    let mut tests = Vec::new();
    for ran in all {
        for outcome in ran.outcomes {
            let test = &ran.policy.tests[outcome.test];
            tests.push(Told {
                file: ran.file,
                policy: &ran.policy.name,
                test: &test.title,
                line: ran.sources.position(test.span).line,
                passed: outcome.failures.is_empty(),
                failures: outcome.failures.iter().map(|f| told_failure(ran, f)).collect(),
            });
        }
    }
    serde_json::to_string_pretty(&ToldAll {
        tests,
        fixtures: fixtures.iter().map(fixture::told).collect(),
        coverage: covered.map(|all| all.iter().map(coverage::told).collect()),
        mutation: mutated.map(|all| all.iter().map(mutation::told).collect()),
    })
}

fn told_failure<'a>(ran: &'a Ran<'_>, failure: &'a Failure) -> ToldFailure<'a> {
    let place = ran.sources.position(failure.span);
    ToldFailure {
        file: &ran.sources.file(failure.span.file).name,
        line: place.line,
        column: place.column,
        expected: &failure.expected,
        actual: actual(ran.policy, failure),
    }
}
