//! One look at everything that is watched: findings, tests, leads.

use super::known::{Knowledge, Known};
use crate::cli::check::once_each;
use crate::cli::config::Config;
use crate::cli::decide::decide;
use crate::cli::files::policies;
use crate::cli::inputs::{Data, Inputs, Stop};
use crate::cli::opened::How;
use crate::cli::parallel;
use crate::cli::stream::{Outputs, Writing};
use crate::diagnostic::Severity;
use crate::driver::{self, Depth, Loaded};
use crate::report::diagnostics::{self, Layout};
use crate::report::scenario::{Ran, failures};
use crate::report::watch::{Lead, Look, Seen};
use serde::Deserialize;
use std::path::PathBuf;

/// What is looked at, the same on each look.
#[derive(Debug)]
pub struct Looking {
    pub paths: Vec<PathBuf>,
    pub data: Data,
    pub include: Vec<String>,
    pub config: Option<PathBuf>,
    pub known: Knowledge,
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
    pub fn look(&mut self, layout: Layout) -> (Look, Places) {
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
        let mut known = self.known.load(&files, &self.include);
        known.retain_mut(|one| one.loaded.unreadable.take().map(|why| look.trouble.push(why)).is_none());
        let own: Vec<usize> = known.iter().map(|one| one.loaded.diagnostics.len()).collect();
        advise(&mut known, &config);
        for Known { file, loaded, .. } in &known {
            places.files.extend(loaded.sources.files().map(|(_, source)| PathBuf::from(&source.name)));
            if !loaded.portfolios.is_empty() {
                // Its policies stand beside it, whether they are there yet or not.
                let beside = PathBuf::from(file).parent().map(PathBuf::from).unwrap_or_default();
                let beside = if beside.as_os_str().is_empty() { PathBuf::from(".") } else { beside };
                places.folders.push((beside, false));
            }
        }
        check(&known, &mut look, layout);
        test(&known, &mut look, layout);
        if self.data.files().next().is_some() && look.errors == 0 && look.trouble.is_empty() {
            match self.decide(&known) {
                Ok(leads) => look.leads = leads,
                Err(Stop::Unusable(why)) => look.trouble.push(why),
                // Told among the findings already.
                Err(Stop::Broken) => {}
            }
        }
        // Advice is given anew on each look: it may change with the configuration and with other policies.
        known.iter_mut().zip(own).for_each(|(one, own)| one.loaded.diagnostics.truncate(own));
        self.known.keep(known);
        (look, places)
    }

    /// Every lead with its route. Where there is a portfolio it says who decides; else the first policy that applies does.
    fn decide(&self, known: &[Known]) -> Result<Option<Vec<Lead>>, Stop> {
        let named = |wanted: &dyn Fn(&Loaded) -> bool| -> Vec<PathBuf> {
            known.iter().filter(|one| wanted(&one.loaded)).map(|one| PathBuf::from(&one.file)).collect()
        };
        let portfolios = named(&|l| !l.portfolios.is_empty());
        let deciding = if portfolios.is_empty() { named(&|l| l.policy.is_some()) } else { portfolios };
        if deciding.is_empty() {
            return Ok(None);
        }
        let inputs = Inputs::new(deciding, self.data.clone(), self.include.clone());
        let policies = inputs.policies_by(&|path| match known.iter().find(|one| one.file == path) {
            Some(one) => Ok((one.loaded.policy.clone(), one.loaded.portfolios.clone())),
            None => inputs.load(path).map(|loaded| (loaded.policy, loaded.portfolios)),
        })?;
        let writing = Writing { wanted: true, ..Writing::NONE };
        let mut written = Vec::new();
        let outputs = Outputs { leads: &mut written, rejects: &mut |_| Ok(()), look: None, progress: None };
        decide(&inputs, policies, How::default(), parallel::threads(None), writing, outputs)?;
        Ok(Some(decisions(&written)))
    }
}

/// Adds advice, some of which only shows when policies are looked at together.
fn advise(known: &mut [Known], config: &Config) {
    let levels: Vec<_> = known.iter().map(|one| config.levels(&one.file)).collect();
    let loads: Vec<&Loaded> = known.iter().map(|one| &one.loaded).collect();
    let advised = driver::advise(&loads, &levels, Depth::Quick);
    for (one, advised) in known.iter_mut().zip(advised) {
        one.loaded.diagnostics.extend(advised.findings);
    }
}

fn check(known: &[Known], look: &mut Look, layout: Layout) {
    look.files = known.len();
    let kept = once_each(known.iter().map(|one| &one.loaded));
    for (one, kept) in known.iter().zip(&kept) {
        look.findings.push_str(&diagnostics::human(kept, &one.loaded.sources, layout));
        look.errors += kept.iter().filter(|d| d.severity == Severity::Error).count();
        look.warnings += kept.iter().filter(|d| d.severity == Severity::Warning).count();
    }
}

fn test(known: &[Known], look: &mut Look, layout: Layout) {
    for Known { file, loaded, outcomes } in known {
        let Some(policy) = &loaded.policy else { continue };
        let ran = Ran { file, policy, sources: &loaded.sources, outcomes };
        look.tests.extend(outcomes.iter().map(|outcome| Seen {
            file: file.clone(),
            title: policy.tests[outcome.test].title.clone(),
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
