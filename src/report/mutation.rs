//! Changes to a policy that no test noticed, for people and as JSON.

use super::diagnostics::Layout;
use super::page::{Cell, Page, Style, clipped, counted};
use super::share;
use crate::scenario::mutate::{Change, Mutant};
use crate::source::SourceMap;
use serde::Serialize;

/// The mutants of one policy file that were tried.
#[derive(Debug)]
pub struct Mutated<'a> {
    pub file: &'a str,
    pub policy: &'a str,
    pub sources: &'a SourceMap,
    /// Those that were tried, with whether a test noticed, in the order of the text.
    pub tried: Vec<(&'a Mutant, bool)>,
    /// How many a budget left out.
    pub left_out: usize,
}

impl<'a> Mutated<'a> {
    /// Whether tests noticed at least so many percent; where there is nothing to change, they did.
    pub fn reaches(&self, percent: u8) -> bool {
        share::reaches(self.noticed(), percent)
    }

    fn noticed(&self) -> (usize, usize) {
        (self.tried.iter().filter(|(_, noticed)| *noticed).count(), self.tried.len())
    }

    fn survivors(&self) -> impl Iterator<Item = &'a Mutant> + '_ {
        self.tried.iter().filter(|(_, noticed)| !noticed).map(|(mutant, _)| *mutant)
    }

    /// File, line and column.
    fn place(&self, mutant: &Mutant) -> (&str, u32, u32) {
        let at = self.sources.position(mutant.span);
        (&self.sources.file(mutant.span.file).name, at.line, at.column)
    }

    /// The line as it is written, clipped around what is changed.
    fn line(&self, mutant: &Mutant) -> String {
        let (text, start) = (&self.sources.file(mutant.span.file).text, mutant.span.start as usize);
        let begin = text[..start].rfind('\n').map_or(0, |i| i + 1);
        let line = text[begin..].lines().next().unwrap_or("");
        let indent = line.len() - line.trim_start().len();
        clipped(line.trim(), (start - begin).saturating_sub(indent), SHOWN)
    }
}

/// So many characters of a line are shown.
const SHOWN: usize = 40;

/// The score of each file, with every edit that no test noticed.
pub fn human(all: &[Mutated<'_>], layout: Layout) -> String {
    let mut page = Page::new(layout);
    for one in all {
        let noticed = one.noticed();
        let share = share::percent(noticed);
        page.heading(&format!("Mutants of {}: {share} noticed ({} of {})", one.file, noticed.0, noticed.1));
        if one.left_out > 0 {
            let left = counted(one.left_out as u64, "mutant");
            page.line(2, &format!("{left} left out by `--budget`; those tried are spread evenly over the policy"));
        }
        let row = |mutant: &Mutant| {
            let (file, line, _) = one.place(mutant);
            let edit = Cell::new(format!("{} → {}", mutant.before, mutant.after)).styled(Style::Open);
            let mut row = vec![Cell::new(format!("{file}:{line}")), edit];
            // The ids of rules say enough about their order.
            if mutant.change != Change::Order {
                row.push(Cell::new(one.line(mutant)).styled(Style::Faint));
            }
            row
        };
        let rows: Vec<Vec<Cell>> = one.survivors().map(row).collect();
        if !rows.is_empty() {
            page.line(2, &format!("{} that no test noticed:", counted(rows.len() as u64, "edit")));
            page.rows(4, &rows);
        }
    }
    page.text()
}

/// The mutants of one file as they are written in JSON.
#[derive(Serialize)]
pub struct Told<'a> {
    file: &'a str,
    policy: &'a str,
    noticed: usize,
    of: usize,
    left_out: usize,
    mutants: Vec<ToldMutant<'a>>,
}

#[derive(Serialize)]
struct ToldMutant<'a> {
    change: &'static str,
    file: &'a str,
    line: u32,
    column: u32,
    before: &'a str,
    after: &'a str,
    noticed: bool,
}

/// One file, with every mutant that was tried.
pub fn told<'a>(one: &'a Mutated<'a>) -> Told<'a> {
    let (noticed, of) = one.noticed();
    let mutant = |(mutant, noticed): &(&'a Mutant, bool)| {
        let (file, line, column) = one.place(mutant);
        let (before, after) = (mutant.before.as_str(), mutant.after.as_str());
        ToldMutant { change: mutant.change.word(), file, line, column, before, after, noticed: *noticed }
    };
    let mutants = one.tried.iter().map(mutant).collect();
    Told { file: one.file, policy: one.policy, noticed, of, left_out: one.left_out, mutants }
}
