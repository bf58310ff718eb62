//! Suggested weights: fitted, written into the text of the policy, and tried by deciding all leads again with that text.

use super::{Backtest, Ran};
use crate::backtest::figures::{SuggestedScore, Suggestion};
use crate::backtest::{patched, shifts, suggest};
use crate::cli::files::Disk;
use crate::cli::inputs::{Policies, Stop};
use crate::driver::{MAIN, Provider};
use crate::report::diagnostics::Layout;
use crate::report::sanitize::for_terminal;
use crate::report::unified;
use crate::source::SourceMap;

/// A file as it was read.
pub struct Load {
    path: String,
    sources: SourceMap,
}

/// The files of the disk, one of them with another text.
struct Changed<'c> {
    path: &'c str,
    text: &'c str,
}

impl Provider for Changed<'_> {
    fn read(&self, path: &str) -> Result<String, String> {
        if path == self.path { Ok(self.text.to_string()) } else { Disk.read(path) }
    }

    fn exists(&self, path: &str) -> bool {
        Disk.exists(path)
    }

    fn beside(&self, path: &str) -> Vec<String> {
        Disk.beside(path)
    }
}

impl Backtest {
    /// The policies; what was read of each is kept.
    pub(super) fn policies(&self, loads: &mut Vec<Load>) -> Result<Policies, Stop> {
        let kept = std::cell::RefCell::new(loads);
        self.inputs.policies_by(&|path| {
            let loaded = self.inputs.load(path)?;
            if loaded.policy.is_some() {
                kept.borrow_mut().push(Load { path: path.to_string(), sources: loaded.sources });
            }
            Ok((loaded.policy, loaded.portfolios))
        })
    }

    /// Refuses a pipe: what a suggestion promises is found by reading everything a second time.
    pub(super) fn read_twice(&self) -> Result<(), Stop> {
        let files = self.inputs.files();
        let Some(once) = files.iter().find(|path| path.exists() && !path.is_file() && !path.is_dir()) else {
            return Ok(());
        };
        let once = for_terminal(&once.display().to_string());
        Err(Stop::Unusable(format!(
            "`{once}` can be read only once, and a suggestion reads it twice; save it as a file first"
        )))
    }

    /// Adds the suggestion to the figures; gives the new text of the policy.
    pub(super) fn suggest(&self, ran: &mut Ran, load: &Load) -> Result<String, Stop> {
        let policy = &ran.decided.policies.list[0];
        let suggested = suggest(policy, MAIN, &ran.cases[0]);
        let mut warnings = Vec::new();
        let mut scores: Vec<SuggestedScore> = Vec::new();
        for one in suggested {
            scores.push(one.figures);
            warnings.extend(one.warnings);
        }
        let text = patched(policy, &load.sources, MAIN, &scores);
        let old = &load.sources.file(MAIN).text;
        let again = self.again(load, &text)?;
        let (bands, routes_moved, shifted) = shifts(policy, &ran.cases[0], &again.cases[0]);
        warnings.extend(shifted);
        let patch = unified::diff(&load.path, old, &text, Layout { colour: false, width: 100 });
        ran.figures.policies[0].suggestion = Some(Suggestion { scores, patch, routes_moved, bands, warnings });
        Ok(text)
    }

    /// The same leads with another text of the policy, which must hold as one.
    fn again(&self, load: &Load, text: &str) -> Result<Ran, Stop> {
        let loaded = self.inputs.load_from(&Changed { path: &load.path, text }, &load.path)?;
        self.figures(Policies { list: loaded.policy.into_iter().collect(), otherwise: None })
    }
}
