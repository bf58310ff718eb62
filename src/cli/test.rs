//! `rubric test`: the tests that policies carry.

use super::files::{Disk, policies};
use crate::driver::{self, Loaded};
use crate::report::scenario::Ran;
use crate::report::{ci, scenario as report};
use crate::scenario::{Outcome, Suite};
use clap::{Args, ValueEnum};
use regex_lite::Regex;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Run the tests that policies carry.
#[derive(Debug, Args)]
pub struct Test {
    /// Policy files, or folders with policies; the current folder if none is named.
    paths: Vec<PathBuf>,
    /// Run only tests whose title matches a regular expression.
    #[arg(long, value_name = "REGEX")]
    run: Option<String>,
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

impl Test {
    /// Runs all tests named; 0 if all pass, 1 if one fails or a policy has errors, 2 if a file cannot be read.
    pub fn run(self) -> u8 {
        match self.go() {
            Ok(status) => status,
            Err(why) => {
                super::message(&format!("rubric: {why}"));
                2
            }
        }
    }

    fn go(&self) -> Result<u8, String> {
        let wanted = self.run.as_deref().map(Regex::new).transpose();
        let wanted = wanted.map_err(|e| format!("`--run` is no regular expression: {e}"))?;
        let paths = if self.paths.is_empty() { vec![PathBuf::from(".")] } else { self.paths.clone() };
        let files = policies(&paths)?;
        let mut loads: Vec<(&String, Loaded)> = Vec::new();
        let mut broken = false;
        for file in &files {
            let loaded = driver::load(&Disk, file, &self.include);
            if let Some(why) = loaded.unreadable {
                return Err(why);
            }
            broken |= super::tell_errors(&loaded);
            loads.push((file, loaded));
        }
        let suites: Vec<Suite<'_>> = loads
            .iter()
            .filter_map(|(_, l)| l.policy.as_ref())
            .filter(|p| !p.tests.is_empty())
            .map(Suite::new)
            .collect();
        let outcomes = outcomes(&suites, wanted.as_ref(), self.threads);
        let with_policy = loads.iter().filter(|(_, l)| l.policy.as_ref().is_some_and(|p| !p.tests.is_empty()));
        let ran: Vec<Ran<'_>> = with_policy
            .zip(&suites)
            .zip(&outcomes)
            .filter(|(_, outcomes)| !outcomes.is_empty())
            .map(|(((file, loaded), suite), outcomes)| Ran {
                file,
                policy: suite.policy(),
                sources: &loaded.sources,
                outcomes,
            })
            .collect();
        let text = match self.format {
            Format::Human => report::human(&ran, super::layout(&std::io::stdout())),
            Format::Json => report::json(&ran).map_err(|e| e.to_string())? + "\n",
            Format::Junit => ci::junit(&ran).map_err(|e| e.to_string())?,
            Format::Github => ci::github(&ran),
        };
        super::print(&text);
        let (passed, failed) = report::totals(&ran);
        let empty = self.fail_on_empty && passed + failed == 0;
        if empty {
            super::message("rubric: no test was run; name the policies that carry tests, or mend `--run`");
        }
        Ok(u8::from(broken || failed > 0 || empty))
    }
}

/// The outcomes of each suite in order of its tests, whoever ran them.
pub fn outcomes(suites: &[Suite<'_>], wanted: Option<&Regex>, threads: Option<usize>) -> Vec<Vec<Outcome>> {
    let chosen = |suite: usize, test: usize| {
        let title = &suites[suite].policy().tests[test].title;
        wanted.is_none_or(|w| w.is_match(title))
    };
    let jobs: Vec<(usize, usize)> = (0..suites.len())
        .flat_map(|s| (0..suites[s].policy().tests.len()).map(move |t| (s, t)))
        .filter(|(s, t)| chosen(*s, *t))
        .collect();
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, Outcome)>> = Mutex::new(Vec::new());
    let work = || {
        while let Some((suite, test)) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            let outcome = suites[*suite].run(*test);
            done.lock().unwrap_or_else(PoisonError::into_inner).push((*suite, outcome));
        }
    };
    std::thread::scope(|scope| (0..super::threads(threads)).for_each(|_| _ = scope.spawn(work)));
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(suite, outcome)| (*suite, outcome.test));
    let mut outcomes: Vec<Vec<Outcome>> = suites.iter().map(|_| Vec::new()).collect();
    done.into_iter().for_each(|(suite, outcome)| outcomes[suite].push(outcome));
    outcomes
}
