//! `rubric test`: the tests that policies carry, leads with expected decisions, how much of a policy they see, and which changes to it they would notice.

use super::files::{Disk, tests};
use super::fixture::Fixture;
use super::inputs::Stop;
use super::parallel;
use crate::driver::{self, Loaded};
use crate::policy::Policy;
use crate::report::coverage::{self, Covered};
use crate::report::diagnostics::Layout;
use crate::report::mutation::{self, Mutated};
use crate::report::sanitize::for_terminal;
use crate::report::scenario::Ran;
use crate::report::{ci, fixture, scenario as report};
use crate::scenario::coverage::Coverage;
use crate::scenario::mutate::{Mutant, Mutation};
use crate::scenario::{Desk, Outcome, Suite};
use crate::source::SourceMap;
use clap::{Args, ValueEnum};
use regex_lite::Regex;
use std::path::PathBuf;

/// Run the tests that policies carry.
#[derive(Debug, Args)]
pub struct Test {
    /// Policy files, or folders with policies and fixtures; the current folder if none is named.
    paths: Vec<PathBuf>,
    /// Run only tests whose title matches a regular expression.
    #[arg(long, value_name = "REGEX")]
    run: Option<String>,
    /// Tell which criteria, gates, rules, cells and bands of each policy its tests saw at work.
    #[arg(long)]
    coverage: bool,
    /// Change each policy in one small way after another, and tell the changes that no test notices.
    #[arg(long)]
    mutate: bool,
    /// Try at most so many changes of each policy, spread evenly over it.
    #[arg(long, value_name = "N", requires = "mutate", value_parser = clap::value_parser!(u32).range(1..))]
    budget: Option<u32>,
    /// End with status 1 if a policy has less coverage, or fewer changes noticed, than so many percent.
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    threshold: Option<u8>,
    /// Expect from now on what came of the leads of each fixture, and say what changes.
    #[arg(long)]
    bless: bool,
    /// End with status 1 if there is no test to run.
    #[arg(long)]
    fail_on_empty: bool,
    /// How results are written.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// A further folder to look for libraries in; may be given several times.
    #[arg(long, value_name = "FOLDER")]
    include: Vec<String>,
    /// How many threads; the result is the same with any number.
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Human,
    Json,
    Junit,
    Github,
}

/// A policy whose tests can be run.
struct Ready<'l> {
    file: &'l str,
    sources: &'l SourceMap,
    suite: Suite<'l>,
}

impl Test {
    /// Runs all tests named; 0 if all pass and thresholds are reached, 1 if not or if a policy has errors, 2 for wrong usage or a file that
    /// cannot be read.
    pub fn run(self) -> u8 {
        match self.go() {
            Ok(status) => status,
            Err(stop) => stop.tell(),
        }
    }

    fn go(&self) -> Result<u8, Stop> {
        if self.threshold.is_some() && !self.coverage && !self.mutate {
            let why = "`--threshold` needs something to hold; add `--coverage` or `--mutate`";
            return Err(Stop::Unusable(why.to_string()));
        }
        let wanted = self.run.as_deref().map(Regex::new).transpose();
        let wanted = wanted.map_err(|e| Stop::Unusable(format!("`--run` is no regular expression: {e}")))?;
        let paths = if self.paths.is_empty() { vec![PathBuf::from(".")] } else { self.paths.clone() };
        let (files, folders) = tests(&paths).map_err(Stop::Unusable)?;
        let mut loads: Vec<(&String, Loaded)> = Vec::new();
        let mut broken = false;
        for file in &files {
            let loaded = driver::load(&Disk, file, &self.include);
            if let Some(why) = loaded.unreadable {
                return Err(Stop::Unusable(why));
            }
            broken |= super::tell_errors(&loaded);
            loads.push((file, loaded));
        }
        let ready: Vec<Ready<'_>> = loads.iter().filter_map(|(file, loaded)| Ready::new(file, loaded)).collect();
        let suites: Vec<&Suite<'_>> = ready.iter().map(|one| &one.suite).collect();
        let outcomes = outcomes(&suites, wanted.as_ref(), parallel::threads(self.threads));
        let ran: Vec<Ran<'_>> = ready
            .iter()
            .zip(&outcomes)
            .filter(|(_, outcomes)| !outcomes.is_empty())
            .map(|(one, outcomes)| Ran { file: one.file, policy: one.policy(), sources: one.sources, outcomes })
            .collect();
        let coverages: Vec<Coverage> = match self.coverage {
            true => ready.iter().zip(&outcomes).map(|(r, o)| Coverage::of(r.policy(), r.sources, o)).collect(),
            false => Vec::new(),
        };
        let covered: Vec<Covered<'_>> = ready.iter().zip(&coverages).map(|(one, c)| one.covered(c)).collect();
        let (passed, failed) = report::totals(&ran);
        let mutations = if self.mutate && failed == 0 { self.mutations(&ready, &outcomes) } else { Vec::new() };
        let mutated: Vec<Mutated<'_>> =
            ready.iter().zip(&mutations).map(|(one, (m, tried))| one.mutated(m, tried)).collect();
        if self.mutate && failed > 0 {
            super::message("rubric: changes are tried only where all tests pass; mend the tests that fail first");
        }
        let fixtures = self.fixtures(&folders, wanted.as_ref(), &mut broken)?;
        let compared: Vec<fixture::Ran<'_>> = fixtures.iter().map(Fixture::ran).collect();
        self.tell(&ran, &compared, &covered, &mutated)?;
        let empty = self.fail_on_empty && passed + failed + compared.len() == 0;
        if empty {
            super::message("rubric: no test was run; name the policies that carry tests, or mend `--run`");
        }
        let below = self.below(&covered, &mutated);
        let unlike = compared.iter().any(|f| !f.passed());
        Ok(u8::from(broken || failed > 0 || unlike || empty || below))
    }

    /// The fixtures that were asked for. A policy with errors is told, and breaks the run without ending it.
    fn fixtures(&self, folders: &[PathBuf], wanted: Option<&Regex>, broken: &mut bool) -> Result<Vec<Fixture>, Stop> {
        let chosen = |folder: &&PathBuf| wanted.is_none_or(|w| w.is_match(&folder.display().to_string()));
        let mut ran = Vec::new();
        for folder in folders.iter().filter(chosen) {
            match Fixture::run(folder, &self.include, parallel::threads(self.threads), self.bless) {
                Ok(fixture) => ran.push(fixture),
                Err(Stop::Broken) => *broken = true,
                Err(stop) => return Err(stop),
            }
        }
        Ok(ran)
    }

    /// The outcomes of each policy in order of its tests, whoever ran them.
    /// The mutants of each policy, and which of them were tried with whether a test noticed.
    fn mutations<'r>(
        &self,
        ready: &'r [Ready<'_>],
        outcomes: &[Vec<Outcome>],
    ) -> Vec<(Mutation<'r>, Vec<(usize, bool)>)> {
        let of_policy = |(one, outcomes): (&'r Ready<'_>, &Vec<Outcome>)| {
            let mutation = Mutation::new(one.policy(), one.sources, outcomes.iter().map(|o| o.test).collect());
            let chosen = spread(mutation.mutants().len(), self.budget.map(|b| b as usize));
            let noticed = parallel::each(&chosen, parallel::threads(self.threads), |at| {
                mutation.notices(&mutation.mutants()[*at])
            });
            (mutation, chosen.into_iter().zip(noticed).collect())
        };
        ready.iter().zip(outcomes).map(of_policy).collect()
    }

    fn tell(
        &self,
        ran: &[Ran<'_>],
        fixtures: &[fixture::Ran<'_>],
        covered: &[Covered<'_>],
        mutated: &[Mutated<'_>],
    ) -> Result<(), Stop> {
        let unwritable = |why: String| Stop::Unusable(format!("the results cannot be written: {why}"));
        let measures = |layout: Layout| {
            let parts = [coverage::human(covered, layout), mutation::human(mutated, layout)];
            parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join("\n")
        };
        let text = match self.format {
            Format::Human => {
                let layout = super::layout(&std::io::stdout());
                let measures = measures(layout);
                let gap = if measures.is_empty() { "" } else { "\n" };
                report::human(ran, fixtures.is_empty(), layout) + &fixture::human(fixtures, layout) + gap + &measures
            }
            Format::Json => {
                let (covered, mutated) = (self.coverage.then_some(covered), self.mutate.then_some(mutated));
                report::json(ran, fixtures, covered, mutated).map_err(|e| unwritable(e.to_string()))? + "\n"
            }
            Format::Junit => ci::junit(ran, fixtures).map_err(|e| unwritable(e.to_string()))?,
            Format::Github => ci::github(ran, fixtures),
        };
        super::print(&text);
        if matches!(self.format, Format::Junit | Format::Github) && (self.coverage || self.mutate) {
            // These forms have no place for it.
            super::message(measures(super::layout(&std::io::stderr())).trim_end());
        }
        Ok(())
    }

    /// Says which policies stay below the threshold; true if one does.
    fn below(&self, covered: &[Covered<'_>], mutated: &[Mutated<'_>]) -> bool {
        let Some(percent) = self.threshold else { return false };
        let covered =
            covered.iter().filter(|c| !c.reaches(percent)).map(|c| (c.file, "its tests see too little of it"));
        let mutated =
            mutated.iter().filter(|m| !m.reaches(percent)).map(|m| (m.file, "its tests notice too few changes to it"));
        let below: Vec<(&str, &str)> = covered.chain(mutated).collect();
        for (file, why) in &below {
            super::message(&format!("rubric: `{}` is below {percent} %: {why}", for_terminal(file)));
        }
        !below.is_empty()
    }
}

/// The outcomes of each suite in order of its tests, whoever ran them.
pub fn outcomes(suites: &[&Suite<'_>], wanted: Option<&Regex>, threads: usize) -> Vec<Vec<Outcome>> {
    let chosen =
        |(suite, test): &(usize, usize)| wanted.is_none_or(|w| w.is_match(&suites[*suite].policy().tests[*test].title));
    let tests = |suite: usize| (0..suites[suite].policy().tests.len()).map(move |test| (suite, test));
    let jobs: Vec<(usize, usize)> = (0..suites.len()).flat_map(tests).filter(chosen).collect();
    let desks: Vec<Vec<Desk<'_>>> = suites.iter().map(|suite| suite.desks()).collect();
    let done = parallel::each(&jobs, threads, |(suite, test)| suites[*suite].run(*test, &desks[*suite]));
    let mut outcomes: Vec<Vec<Outcome>> = suites.iter().map(|_| Vec::new()).collect();
    jobs.iter().zip(done).for_each(|((suite, _), outcome)| outcomes[*suite].push(outcome));
    outcomes
}

impl<'l> Ready<'l> {
    fn new(file: &'l str, loaded: &'l Loaded) -> Option<Ready<'l>> {
        Some(Ready { file, sources: &loaded.sources, suite: Suite::new(loaded.policy.as_ref()?) })
    }

    fn policy(&self) -> &'l Policy {
        self.suite.policy()
    }

    fn covered<'a>(&'a self, coverage: &'a Coverage) -> Covered<'a> {
        Covered { file: self.file, policy: &self.policy().name, sources: self.sources, coverage }
    }

    fn mutated<'a>(&'a self, mutation: &'a Mutation<'_>, tried: &[(usize, bool)]) -> Mutated<'a> {
        let all: &[Mutant] = mutation.mutants();
        Mutated {
            file: self.file,
            policy: &self.policy().name,
            sources: self.sources,
            tried: tried.iter().map(|(at, noticed)| (&all[*at], *noticed)).collect(),
            left_out: all.len() - tried.len(),
        }
    }
}

/// So many places of `count`, evenly spread and in order; all of them without a budget.
fn spread(count: usize, budget: Option<usize>) -> Vec<usize> {
    match budget {
        Some(budget) if budget < count => (0..budget).map(|i| i * count / budget).collect(),
        _ => (0..count).collect(),
    }
}
