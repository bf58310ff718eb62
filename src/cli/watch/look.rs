//! One look at everything that is watched: findings, tests, leads.

use crate::cli::check::once_each;
use crate::cli::config::Config;
use crate::cli::decide::decide;
use crate::cli::files::{Disk, policies};
use crate::cli::inputs::{Data, Inputs, Stop};
use crate::cli::parallel;
use crate::cli::stream::{Outputs, Writing};
use crate::cli::test::outcomes;
use crate::diagnostic::Severity;
use crate::driver::{self, Loaded};
use crate::report::diagnostics::{self, Layout};
use crate::report::leads::Format;
use crate::report::scenario::{Ran, failures};
use crate::report::watch::{Lead, Look, Seen};
use crate::scenario::Suite;
use serde::Deserialize;
use std::path::PathBuf;

/// What is looked at, the same on each look.
#[derive(Debug)]
pub struct Looking {
    pub paths: Vec<PathBuf>,
    pub data: Data,
    pub include: Vec<String>,
    pub config: Option<PathBuf>,
}

/// Where changes matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// Files that were read, or would be if they were there.
    pub files: Vec<PathBuf>,
    /// Folders in which a policy may appear, and whether in any depth.
    pub folders: Vec<(PathBuf, bool)>,
}

impl Looking {
    /// Where changes matter before anything was read.
    pub fn named(&self) -> Places {
        let mut places = Places::default();
        for path in &self.paths {
            match path.is_dir() {
                true => places.folders.push((path.clone(), true)),
                false => places.files.push(path.clone()),
            }
        }
        places.folders.extend(self.include.iter().map(|folder| (PathBuf::from(folder), false)));
        places.files.extend(self.data.files().map(PathBuf::from));
        places.files.extend(self.config.clone());
        places
    }

    /// Looks at everything, and says where changes matter from now on.
    pub fn look(&self, layout: Layout) -> (Look, Places) {
        let mut look = Look::default();
        let mut places = self.named();
        let files = policies(&self.paths).unwrap_or_else(|why| {
            look.trouble.push(why);
            Vec::new()
        });
        let config = Config::find(self.config.as_deref()).unwrap_or_else(|why| {
            look.trouble.push(why);
            Config::default()
        });
        places.files.push(config.file());
        let mut loads: Vec<(String, Loaded)> = Vec::new();
        for file in files {
            let mut loaded = driver::load(&Disk, &file, &self.include);
            match loaded.unreadable.take() {
                Some(why) => look.trouble.push(why),
                None => loads.push((file, loaded)),
            }
        }
        advise(&mut loads, &config);
        for (file, loaded) in &loads {
            places.files.extend(loaded.sources.files().map(|(_, source)| PathBuf::from(&source.name)));
            if !loaded.portfolios.is_empty() {
                // Its policies stand beside it, whether they are there yet or not.
                let beside = PathBuf::from(file).parent().map(PathBuf::from).unwrap_or_default();
                let beside = if beside.as_os_str().is_empty() { PathBuf::from(".") } else { beside };
                places.folders.push((beside, false));
            }
        }
        check(&loads, &mut look, layout);
        test(&loads, &mut look, layout);
        if self.data.files().next().is_some() && look.errors == 0 && look.trouble.is_empty() {
            match self.decide(&loads) {
                Ok(leads) => look.leads = leads,
                Err(Stop::Unusable(why)) => look.trouble.push(why),
                // Told among the findings already.
                Err(Stop::Broken) => {}
            }
        }
        (look, places)
    }

    /// Every lead with its route. Where there is a portfolio it says who decides; else the first policy that applies does.
    fn decide(&self, loads: &[(String, Loaded)]) -> Result<Option<Vec<Lead>>, Stop> {
        let named = |wanted: &dyn Fn(&Loaded) -> bool| -> Vec<PathBuf> {
            loads.iter().filter(|(_, l)| wanted(l)).map(|(file, _)| PathBuf::from(file)).collect()
        };
        let portfolios = named(&|l| !l.portfolios.is_empty());
        let deciding = if portfolios.is_empty() { named(&|l| l.policy.is_some()) } else { portfolios };
        if deciding.is_empty() {
            return Ok(None);
        }
        let inputs = Inputs::new(deciding, self.data.clone(), self.include.clone());
        let writing = Writing { format: Format::Ndjson, full: false, wanted: true, kept: false };
        let mut written = Vec::new();
        let outputs = Outputs { leads: &mut written, rejects: &mut |_| Ok(()) };
        decide(&inputs, false, parallel::threads(None), writing, outputs)?;
        Ok(Some(decisions(&written)))
    }
}

/// Adds advice, some of which only shows when policies are looked at together.
fn advise(loads: &mut [(String, Loaded)], config: &Config) {
    let levels: Vec<_> = loads.iter().map(|(file, _)| config.levels(file)).collect();
    let advice = driver::lint_together(&loads.iter().map(|(_, loaded)| loaded).collect::<Vec<_>>(), &levels);
    for ((_, loaded), advice) in loads.iter_mut().zip(advice) {
        loaded.diagnostics.extend(advice);
    }
}

fn check(loads: &[(String, Loaded)], look: &mut Look, layout: Layout) {
    look.files = loads.len();
    let kept = once_each(loads.iter().map(|(_, loaded)| loaded));
    for ((_, loaded), kept) in loads.iter().zip(&kept) {
        look.findings.push_str(&diagnostics::human(kept, &loaded.sources, layout));
        look.errors += kept.iter().filter(|d| d.severity == Severity::Error).count();
        look.warnings += kept.iter().filter(|d| d.severity == Severity::Warning).count();
    }
}

fn test(loads: &[(String, Loaded)], look: &mut Look, layout: Layout) {
    let tested: Vec<&(String, Loaded)> = loads.iter().filter(|(_, loaded)| loaded.policy.is_some()).collect();
    let suites: Vec<Suite<'_>> =
        tested.iter().filter_map(|(_, loaded)| loaded.policy.as_ref()).map(Suite::new).collect();
    let outcomes = outcomes(&suites.iter().collect::<Vec<_>>(), None, parallel::threads(None));
    for (((file, loaded), suite), outcomes) in tested.iter().zip(&suites).zip(outcomes) {
        let ran = Ran { file, policy: suite.policy(), sources: &loaded.sources, outcomes: &outcomes };
        look.tests.extend(outcomes.iter().map(|outcome| Seen {
            file: file.to_string(),
            title: suite.policy().tests[outcome.test].title.clone(),
            failure: failures(&ran, outcome, layout),
        }));
    }
}

/// A decision as the short form says it, as far as a look needs it.
#[derive(Deserialize)]
struct Decided {
    id: String,
    policy: Named,
    route: Option<Routed>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
struct Routed {
    outcome: String,
}

fn decisions(ndjson: &[u8]) -> Vec<Lead> {
    let decided = serde_json::Deserializer::from_slice(ndjson).into_iter::<Decided>();
    let lead = |d: Decided| Lead {
        id: d.id,
        policy: d.policy.name,
        route: d.route.map_or_else(|| "out of scope".to_string(), |r| r.outcome),
    };
    decided.map_while(Result::ok).map(lead).collect()
}
