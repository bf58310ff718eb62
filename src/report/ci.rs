//! Test results for continuous integration: JUnit XML, and annotations in the form of GitHub's workflow commands.

use super::fixture;
use super::sanitize::for_terminal;
use super::scenario::{Ran, actual};
use super::workflow::command;
use crate::scenario::Outcome;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use quick_xml::writer::Writer;
use std::io;

/// JUnit XML: a suite a file with a case a test, and a suite a fixture with one case.
pub fn junit(all: &[Ran<'_>], fixtures: &[fixture::Ran<'_>]) -> io::Result<String> {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let (passed, failed) = super::scenario::totals(all);
    let unlike = fixtures.iter().filter(|f| !f.passed()).count();
    let (run, failed) = (passed + failed + fixtures.len(), failed + unlike);
    let mut suites = BytesStart::new("testsuites");
    suites.push_attribute(("name", "rubric"));
    suites.push_attribute(("tests", run.to_string().as_str()));
    suites.push_attribute(("failures", failed.to_string().as_str()));
    xml.write_event(Event::Start(suites))?;
    for ran in all {
        suite(&mut xml, ran)?;
    }
    for ran in fixtures {
        fixture_suite(&mut xml, ran)?;
    }
    xml.write_event(Event::End(BytesEnd::new("testsuites")))?;
    let text = String::from_utf8(xml.into_inner()).map_err(io::Error::other)?;
    Ok(text + "\n")
}

fn suite(xml: &mut Writer<Vec<u8>>, ran: &Ran<'_>) -> io::Result<()> {
    let failed = ran.outcomes.iter().filter(|o| !o.failures.is_empty()).count();
    let mut suite = BytesStart::new("testsuite");
    suite.push_attribute(("name", for_terminal(ran.file).as_str()));
    suite.push_attribute(("tests", ran.outcomes.len().to_string().as_str()));
    suite.push_attribute(("failures", failed.to_string().as_str()));
    xml.write_event(Event::Start(suite))?;
    for outcome in ran.outcomes {
        case(xml, ran, outcome)?;
    }
    xml.write_event(Event::End(BytesEnd::new("testsuite")))
}

fn fixture_suite(xml: &mut Writer<Vec<u8>>, ran: &fixture::Ran<'_>) -> io::Result<()> {
    let name = for_terminal(ran.folder);
    let found = fixture::lines(ran);
    let mut suite = BytesStart::new("testsuite");
    suite.push_attribute(("name", name.as_str()));
    suite.push_attribute(("tests", "1"));
    suite.push_attribute(("failures", if found.is_empty() { "0" } else { "1" }));
    xml.write_event(Event::Start(suite))?;
    let mut case = BytesStart::new("testcase");
    case.push_attribute(("name", "all leads come out as expected"));
    case.push_attribute(("classname", name.as_str()));
    if found.is_empty() {
        xml.write_event(Event::Empty(case))?;
        return xml.write_event(Event::End(BytesEnd::new("testsuite")));
    }
    xml.write_event(Event::Start(case))?;
    for (_, _, text) in found {
        let mut told = BytesStart::new("failure");
        told.push_attribute(("message", for_terminal(&text).as_str()));
        xml.write_event(Event::Empty(told))?;
    }
    xml.write_event(Event::End(BytesEnd::new("testcase")))?;
    xml.write_event(Event::End(BytesEnd::new("testsuite")))
}

fn case(xml: &mut Writer<Vec<u8>>, ran: &Ran<'_>, outcome: &Outcome) -> io::Result<()> {
    let test = &ran.policy.tests[outcome.test];
    let place = ran.sources.position(test.span);
    let mut case = BytesStart::new("testcase");
    case.push_attribute(("name", for_terminal(&test.title).as_str()));
    case.push_attribute(("classname", for_terminal(&ran.policy.name).as_str()));
    case.push_attribute(("file", for_terminal(&ran.sources.file(test.span.file).name).as_str()));
    case.push_attribute(("line", place.line.to_string().as_str()));
    if outcome.failures.is_empty() {
        return xml.write_event(Event::Empty(case));
    }
    xml.write_event(Event::Start(case))?;
    for failure in &outcome.failures {
        let mut told = BytesStart::new("failure");
        let message = for_terminal(&format!("expected {}", failure.expected));
        told.push_attribute(("message", message.as_str()));
        xml.write_event(Event::Start(told))?;
        let place = ran.sources.position(failure.span);
        let text = format!("line {}: {}", place.line, actual(ran.policy, failure));
        xml.write_event(Event::Text(BytesText::new(&for_terminal(&text))))?;
        xml.write_event(Event::End(BytesEnd::new("failure")))?;
    }
    xml.write_event(Event::End(BytesEnd::new("testcase")))
}

/// One `::error` line a failure or a difference; nothing where all pass.
pub fn github(all: &[Ran<'_>], fixtures: &[fixture::Ran<'_>]) -> String {
    let mut out = String::new();
    for ran in all {
        for outcome in ran.outcomes {
            let test = &ran.policy.tests[outcome.test];
            for failure in &outcome.failures {
                let place = ran.sources.position(failure.span);
                let file = &ran.sources.file(failure.span.file).name;
                let says = format!("expected {}; {}", failure.expected, actual(ran.policy, failure));
                out.push_str(&command(
                    "error",
                    file,
                    &[("line", place.line), ("col", place.column)],
                    &test.title,
                    &says,
                ));
            }
        }
    }
    for (file, line, text) in fixtures.iter().flat_map(fixture::lines) {
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        out.push_str(&command("error", &file, &[("line", line)], "expected decisions", &text));
    }
    out
}
