//! What the tests of a policy saw of it, for people and as JSON.

use super::diagnostics::Layout;
use super::page::{Cell, Page, Style, clipped, counted, listed};
use super::share;
use crate::scenario::coverage::{Coverage, Kind, Part};
use crate::source::SourceMap;
use serde::Serialize;

/// The coverage of one policy file.
#[derive(Debug)]
pub struct Covered<'a> {
    pub file: &'a str,
    pub policy: &'a str,
    pub sources: &'a SourceMap,
    pub coverage: &'a Coverage,
}

impl Covered<'_> {
    /// Whether at least so many percent of all parts are covered; a policy without parts always is.
    pub fn reaches(&self, percent: u8) -> bool {
        share::reaches(self.coverage.count(None), percent)
    }

    fn place(&self, part: &Part) -> (&str, u32) {
        (&self.sources.file(part.span.file).name, self.sources.position(part.span).line)
    }
}

fn plural(kind: Kind) -> &'static str {
    match kind {
        Kind::Criterion => "criteria",
        Kind::Profile => "profile",
        Kind::Gate => "gates",
        Kind::Rule => "rules",
        Kind::Cell => "cells",
        Kind::Band => "bands",
    }
}

/// What tests should have seen of a part of each kind.
fn wanted(kind: Kind) -> &'static str {
    match kind {
        Kind::Criterion => "earned and not earned",
        Kind::Profile => "met and failed",
        Kind::Gate => "met and not met",
        Kind::Rule => "decided",
        Kind::Cell => "hit",
        Kind::Band => "reached",
    }
}

/// What was seen of a part, in the words of its kind.
fn sights(part: &Part) -> Vec<&'static str> {
    let words = match part.kind {
        Kind::Criterion => ["earned", "not earned", "unknown"],
        Kind::Profile => ["met", "failed", "open"],
        Kind::Gate => ["met", "not met", "unknown"],
        Kind::Rule => ["decided", "", ""],
        Kind::Cell => ["hit", "", ""],
        Kind::Band => ["reached", "", ""],
    };
    let seen = [part.seen.yes, part.seen.no, part.seen.unknown];
    words.into_iter().zip(seen).filter(|(_, seen)| *seen).map(|(word, _)| word).collect()
}

/// So many characters of what a part says are shown.
const SHOWN: usize = 40;

/// A table by kind and the lines that tests did not see, for each file.
pub fn human(all: &[Covered<'_>], layout: Layout) -> String {
    let mut page = Page::new(layout);
    for one in all {
        let count = one.coverage.count(None);
        page.heading(&format!("Coverage of {}: {} ({} of {})", one.file, share::percent(count), count.0, count.1));
        let rows = Kind::ALL.into_iter().filter_map(|kind| {
            let (covered, of) = one.coverage.count(Some(kind));
            let style = if covered == of { Style::Good } else { Style::Open };
            (of > 0).then(|| {
                vec![
                    Cell::new(plural(kind)),
                    Cell::new(format!("{covered} of {of}")).right().styled(style),
                    Cell::new(wanted(kind)).styled(Style::Faint),
                ]
            })
        });
        page.rows(2, &rows.collect::<Vec<_>>());
        missed(one, &mut page);
    }
    page.text()
}

fn missed(one: &Covered<'_>, page: &mut Page) {
    let mut parts: Vec<&Part> = one.coverage.parts.iter().filter(|p| !p.covered()).collect();
    parts.sort_by_key(|p| (p.span.file, p.span.start));
    if parts.is_empty() {
        return;
    }
    page.gap();
    page.line(2, &format!("{} no test saw whole:", counted(parts.len() as u64, "part")));
    let row = |part: &&Part| {
        let (file, line) = one.place(part);
        let seen = sights(part);
        let seen = if seen.is_empty() { "never seen".to_string() } else { format!("only {}", listed(&seen)) };
        vec![
            Cell::new(format!("{file}:{line}")),
            Cell::new(&part.name),
            Cell::new(seen).styled(Style::Open),
            Cell::new(clipped(&part.words, 0, SHOWN)).styled(Style::Faint),
        ]
    };
    page.rows(4, &parts.iter().map(row).collect::<Vec<_>>());
}

/// The coverage of one file as it is written in JSON.
#[derive(Serialize)]
pub struct Told<'a> {
    file: &'a str,
    policy: &'a str,
    covered: usize,
    of: usize,
    kinds: Vec<ToldKind>,
    parts: Vec<ToldPart<'a>>,
}

#[derive(Serialize)]
struct ToldKind {
    kind: &'static str,
    covered: usize,
    of: usize,
}

#[derive(Serialize)]
struct ToldPart<'a> {
    kind: &'static str,
    name: &'a str,
    text: &'a str,
    file: &'a str,
    line: u32,
    covered: bool,
    seen: Vec<&'static str>,
}

/// One file, with all its parts by kind.
pub fn told<'a>(one: &'a Covered<'a>) -> Told<'a> {
    let (covered, of) = one.coverage.count(None);
    let kinds = Kind::ALL.into_iter().map(|kind| {
        let (covered, of) = one.coverage.count(Some(kind));
        ToldKind { kind: plural(kind), covered, of }
    });
    let part = |part: &'a Part| {
        let (file, line) = one.place(part);
        let (name, text) = (part.name.as_str(), part.words.as_str());
        ToldPart { kind: plural(part.kind), name, text, file, line, covered: part.covered(), seen: sights(part) }
    };
    let (kinds, parts) = (kinds.collect(), one.coverage.parts.iter().map(part).collect());
    Told { file: one.file, policy: one.policy, covered, of, kinds, parts }
}
