//! What is known of policies from the last look, so that a look only does again what a save changed.

use crate::cli::files::{Disk, policies_in};
use crate::cli::parallel;
use crate::cli::test::outcomes;
use crate::diagnostic::Diagnostic;
use crate::driver::{self, Loaded, Provider};
use crate::scenario::{Outcome, Suite};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A policy file with what came of it.
#[derive(Debug)]
pub struct Known {
    pub file: String,
    pub loaded: Loaded,
    /// How its tests came out.
    pub outcomes: Vec<Outcome>,
}

/// Everything that is known, by file.
#[derive(Debug, Default)]
pub struct Knowledge {
    known: BTreeMap<String, Known>,
    /// The policies there were: which library a name means depends on what stands beside.
    names: Vec<PathBuf>,
}

impl Knowledge {
    /// The files as they are now, in the order given: what is still true of them, and the others loaded and tested.
    pub fn load(&mut self, files: &[String], include: &[String]) -> Vec<Known> {
        let folders = include.iter().map(Path::new);
        let names: Vec<PathBuf> =
            files.iter().map(PathBuf::from).chain(folders.flat_map(|f| policies_in(f, false))).collect();
        if names != self.names {
            self.known.clear();
            self.names = names;
        }
        let mut known = std::mem::take(&mut self.known);
        known.retain(|_, one| is_still_true(&one.loaded));
        let threads = parallel::threads(None);
        let new: Vec<&String> = files.iter().filter(|file| !known.contains_key(*file)).collect();
        let loads = parallel::each(&new, threads, |file| driver::load(&Disk, file, include));
        let policies: Vec<Option<&_>> = loads.iter().map(|loaded| loaded.policy.as_ref()).collect();
        let suites: Vec<Suite<'_>> = policies.iter().flatten().map(|policy| Suite::new(policy)).collect();
        let mut tested = outcomes(&suites.iter().collect::<Vec<_>>(), None, threads).into_iter();
        let outcomes: Vec<Vec<Outcome>> =
            policies.iter().map(|policy| policy.and_then(|_| tested.next()).unwrap_or_default()).collect();
        drop(suites);
        for ((file, loaded), outcomes) in new.into_iter().zip(loads).zip(outcomes) {
            known.insert(file.clone(), Known { file: file.clone(), loaded, outcomes });
        }
        files.iter().filter_map(|file| known.remove(file)).collect()
    }

    /// Keeps what was found for the next look.
    pub fn keep(&mut self, known: Vec<Known>) {
        self.known = known.into_iter().map(|one| (one.file.clone(), one)).collect();
    }
}

/// Whether every file that was read is as it was. What depends on files that were not read is looked at each time.
fn is_still_true(loaded: &Loaded) -> bool {
    let missing = |d: &Diagnostic| d.rule.code == driver::MISSING_LIBRARY.code;
    if !loaded.portfolios.is_empty() || loaded.diagnostics.iter().any(missing) {
        return false;
    }
    let same = |name: &str, text: &str| Disk.read(name).is_ok_and(|now| now == text);
    loaded.sources.files().next().is_some() && loaded.sources.files().all(|(_, file)| same(&file.name, &file.text))
}
