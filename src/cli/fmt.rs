//! `rubric fmt`: one way to write policies.

use super::files::{Disk, policies};
use super::inputs::Stop;
use super::output;
use crate::driver::Provider;
use crate::format::{self, Formatted};
use crate::report::diagnostics;
use crate::report::page::counted;
use crate::report::sanitize::for_terminal;
use crate::report::unified;
use crate::source::SourceMap;
use clap::Args;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Write policies in one layout: indentation, columns, line breaks.
#[derive(Debug, Args)]
pub struct Fmt {
    /// Policy files, or folders with policies; the current folder if none is named, standard input for `-`.
    paths: Vec<PathBuf>,
    /// Write nothing; list the files that are laid out otherwise, and end with status 1 if there are any.
    #[arg(long)]
    check: bool,
    /// Write nothing; show what would change, and end with status 1 if anything would.
    #[arg(long)]
    diff: bool,
}

/// What a file came to.
struct Outcome {
    changes: bool,
    /// Whether something in it could not be read.
    broken: bool,
}

impl Fmt {
    /// Lays out everything named; 0 if all is well, 1 if files have syntax errors or would change, 2 if a file cannot be read or written.
    pub fn run(self) -> u8 {
        if self.paths == [Path::new("-")] {
            return self.standard_input().unwrap_or_else(Stop::tell);
        }
        let paths = if self.paths.is_empty() { vec![PathBuf::from(".")] } else { self.paths.clone() };
        let files = match policies(&paths) {
            Ok(files) => files,
            Err(why) => return Stop::Unusable(why).tell(),
        };
        let (mut changed, mut broken, mut status) = (0, 0, 0);
        for file in &files {
            match self.file(file) {
                Ok(outcome) => {
                    changed += u64::from(outcome.changes);
                    broken += u64::from(outcome.broken);
                }
                Err(stop) => status = status.max(stop.tell()),
            }
        }
        super::print(&self.summary(files.len() as u64, changed, broken));
        let only_looks = self.check || self.diff;
        status.max(u8::from(broken > 0 || only_looks && changed > 0))
    }

    fn summary(&self, files: u64, changed: u64, broken: u64) -> String {
        // A diff is for machines, too.
        if self.diff {
            return String::new();
        }
        let what = if self.check { "would change" } else { "changed" };
        let unread = if broken > 0 { format!(", {broken} with syntax errors") } else { String::new() };
        format!("{}: {changed} {what}{unread}\n", counted(files, "file"))
    }

    /// Lays out one file on disk.
    fn file(&self, name: &str) -> Result<Outcome, Stop> {
        let text = Disk.read(name).map_err(Stop::Unusable)?;
        let formatted = formatted(name, &text)?;
        let outcome = Outcome { changes: formatted.text != text, broken: !formatted.found.is_empty() };
        if !outcome.changes {
            return Ok(outcome);
        }
        if self.diff {
            super::print(&unified::diff(name, &text, &formatted.text, super::layout(&std::io::stdout())));
        } else if self.check {
            super::print(&format!("{} would change\n", for_terminal(name)));
        } else {
            output::replace(Path::new(name), &formatted.text)?;
            super::print(&format!("{} changed\n", for_terminal(name)));
        }
        Ok(outcome)
    }

    /// Reads a policy from standard input and writes it to standard output.
    fn standard_input(&self) -> Result<u8, Stop> {
        let mut bytes = Vec::new();
        let read = std::io::stdin().lock().read_to_end(&mut bytes);
        read.map_err(|e| Stop::Unusable(format!("standard input cannot be read: {e}")))?;
        let text = String::from_utf8(bytes)
            .map_err(|_| Stop::Unusable("standard input is not UTF-8 text; save it as UTF-8".to_string()))?;
        let formatted = formatted("standard input", &text)?;
        let changes = formatted.text != text;
        if self.diff {
            super::print(&unified::diff("standard input", &text, &formatted.text, super::layout(&std::io::stdout())));
        } else if !self.check {
            super::print(&formatted.text);
        }
        let only_looks = self.check || self.diff;
        Ok(u8::from(!formatted.found.is_empty() || only_looks && changes))
    }
}

/// Lays out a text, and shows what could not be read.
fn formatted(name: &str, text: &str) -> Result<Formatted, Stop> {
    let mut sources = SourceMap::default();
    let file = sources.add(name, text);
    let formatted = format::format(file, sources.file(file)).map_err(|_| {
        let name = for_terminal(name);
        Stop::Unusable(format!(
            "`{name}` stays as it is, since laying it out would change what it says; that is a mistake of Rubric: please report it with the file"
        ))
    })?;
    if !formatted.found.is_empty() {
        let shown = diagnostics::human(&formatted.found, &sources, super::layout(&std::io::stderr()));
        super::message(shown.trim_end());
    }
    Ok(formatted)
}
