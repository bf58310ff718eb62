//! Fixes put into files: in memory first, round after round, then onto the disk, or shown as a difference.

use super::files::Disk;
use super::inputs::Stop;
use super::output;
use crate::diagnostic::Diagnostic;
use crate::driver::mend::Round;
use crate::driver::{Loaded, Provider};
use crate::report::diagnostics::Layout;
use crate::report::page::counted;
use crate::report::sanitize::for_terminal;
use crate::report::unified;
use std::collections::BTreeMap;
use std::path::Path;

/// After so many rounds, what is left is reported and not mended: fixes that undo each other would never end.
pub const ROUNDS: usize = 10;

/// A text that was mended.
struct Text {
    /// The path as people wrote it.
    name: String,
    old: String,
    new: String,
    fixes: usize,
}

/// The files on disk, with those that were mended as they are now.
#[derive(Default)]
pub struct Mended {
    /// By full path, so that a file has one text whatever path leads to it.
    texts: BTreeMap<String, Text>,
}

fn key(path: &str) -> String {
    Path::new(path).canonicalize().map_or_else(|_| path.to_string(), |p| p.to_string_lossy().into_owned())
}

impl Provider for Mended {
    fn read(&self, path: &str) -> Result<String, String> {
        match self.texts.get(&key(path)) {
            Some(text) => Ok(text.new.clone()),
            None => Disk.read(path),
        }
    }

    fn exists(&self, path: &str) -> bool {
        Disk.exists(path)
    }

    fn beside(&self, path: &str) -> Vec<String> {
        Disk.beside(path)
    }
}

impl Mended {
    /// Mends what can be mended at once; false if nothing can.
    pub fn round(&mut self, loads: &[Loaded], kept: &[Vec<Diagnostic>]) -> bool {
        let mut round = Round::default();
        let mut texts: BTreeMap<String, (String, String, usize)> = BTreeMap::new();
        for (loaded, kept) in loads.iter().zip(kept) {
            for fix in kept.iter().filter_map(|d| d.fix.as_deref()) {
                let before = round.taken();
                round.take(fix, &loaded.sources, key);
                // A fix counts where its first edit stands.
                let files = fix.edits.iter().map(|(span, _)| loaded.sources.file(span.file));
                for (i, file) in files.enumerate().filter(|_| round.taken() > before) {
                    let fresh = || (file.name.clone(), file.text.to_string(), 0);
                    texts.entry(key(&file.name)).or_insert_with(fresh).2 += usize::from(i == 0);
                }
            }
        }
        for (path, (name, text, fixes)) in texts {
            let new = round.applied(&path, &text);
            let mended = self.texts.entry(path).or_insert(Text { name, old: text, new: String::new(), fixes: 0 });
            mended.new = new;
            mended.fixes += fixes;
        }
        round.taken() > 0
    }

    /// Whether any text changed.
    pub fn changed(&self) -> bool {
        self.texts.values().any(|t| t.old != t.new)
    }

    /// The changes as a unified difference, in order of path.
    pub fn difference(&self, layout: Layout) -> String {
        self.texts.values().map(|t| unified::diff(&t.name, &t.old, &t.new, layout)).collect()
    }

    /// Writes the changed files, each beside and renamed; says what was done. A file that somebody changed meanwhile is left as it is.
    pub fn write(&self) -> Result<Vec<String>, Stop> {
        let mut said = Vec::new();
        for (path, text) in self.texts.iter().filter(|(_, t)| t.old != t.new) {
            let now = Disk.read(path).map_err(Stop::Unusable)?;
            let name = for_terminal(&text.name);
            if now != text.old {
                return Err(Stop::Unusable(format!(
                    "`{name}` was changed while it was checked; run the command again"
                )));
            }
            output::replace(Path::new(path), &text.new)?;
            said.push(format!("{name}: mended {}", counted(text.fixes as u64, "finding")));
        }
        Ok(said)
    }
}
