//! `rubric check`: what is wrong with policies, and what to do about it.

use super::config::Config;
use super::files::{Disk, policies};
use crate::diagnostic::{Diagnostic, Severity};
use crate::driver::{self, Loaded};
use crate::report::diagnostics;
use crate::report::page::counted;
use clap::{Args, ValueEnum};
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Check policies: syntax, names, types, and advice.
#[derive(Debug, Args)]
pub struct Check {
    /// Policy files, or folders with policies; the current folder if none is named.
    paths: Vec<PathBuf>,
    /// How findings are written.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// A further folder to look for libraries in; may be given several times.
    #[arg(long, value_name = "FOLDER")]
    include: Vec<String>,
    /// How much advice matters: a file like `rubric.toml`, which is looked for in this folder and above it if none is named.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// End with status 1 for warnings too.
    #[arg(long)]
    strict: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Human,
    Json,
}

impl Check {
    /// Checks everything named; 0 if nothing is wrong, 1 with errors, 2 if a file cannot be read.
    pub fn run(self) -> u8 {
        let paths = if self.paths.is_empty() { vec![PathBuf::from(".")] } else { self.paths };
        let files = match policies(&paths) {
            Ok(files) => files,
            Err(why) => {
                super::message(&format!("rubric: {why}"));
                return 2;
            }
        };
        let config = match Config::find(self.config.as_deref()) {
            Ok(config) => config,
            Err(why) => {
                super::message(&format!("rubric: {why}"));
                return 2;
            }
        };
        let mut unreadable = false;
        let mut loads = Vec::new();
        for file in &files {
            let mut loaded = driver::load(&Disk, file, &self.include);
            loaded.diagnostics.extend(loaded.lint(&config.levels(file)));
            match &loaded.unreadable {
                Some(why) => {
                    super::message(&format!("rubric: {why}"));
                    unreadable = true;
                }
                None => loads.push(loaded),
            }
        }
        let kept = once_each(loads.iter());
        let of = |severity| kept.iter().flatten().filter(|d: &&Diagnostic| d.severity == severity).count();
        let (errors, warnings) = (of(Severity::Error), of(Severity::Warning));
        match self.format {
            Format::Human => human(&loads, &kept),
            Format::Json => json(&loads, &kept),
        }
        if unreadable { 2 } else { u8::from(errors > 0 || self.strict && warnings > 0) }
    }
}

/// The findings of each load, without those that an earlier load had already: a library's mistakes are told once.
pub fn once_each<'l>(loads: impl Iterator<Item = &'l Loaded>) -> Vec<Vec<Diagnostic>> {
    let mut told = BTreeSet::new();
    let mut kept = Vec::new();
    for loaded in loads {
        let new = |d: &&Diagnostic| {
            let file = &loaded.sources.file(d.span().file).name;
            told.insert((file.clone(), d.span().start, d.rule.code, d.message.clone()))
        };
        kept.push(loaded.diagnostics.iter().filter(new).cloned().collect());
    }
    kept
}

fn human(loads: &[Loaded], kept: &[Vec<Diagnostic>]) {
    if loads.is_empty() {
        return;
    }
    let layout = super::layout(&std::io::stdout());
    let mut out = String::new();
    for (loaded, kept) in loads.iter().zip(kept) {
        out.push_str(&diagnostics::human(kept, &loaded.sources, layout));
    }
    let of = |severity| kept.iter().flatten().filter(|d| d.severity == severity).count() as u64;
    let mut counts = Vec::new();
    for (severity, one, many) in [
        (Severity::Error, "error", "errors"),
        (Severity::Warning, "warning", "warnings"),
        (Severity::Advice, "piece of advice", "pieces of advice"),
    ] {
        match of(severity) {
            0 => {}
            1 => counts.push(format!("1 {one}")),
            n => counts.push(format!("{n} {many}")),
        }
    }
    let checked = format!("{} checked", counted(loads.len() as u64, "file"));
    let closing = if counts.is_empty() { "nothing to complain about".to_string() } else { counts.join(", ") };
    out.push_str(&format!("{checked}: {closing}\n"));
    super::print(&out);
}

fn json(loads: &[Loaded], kept: &[Vec<Diagnostic>]) {
    let findings: Vec<_> = loads.iter().zip(kept).flat_map(|(l, k)| diagnostics::findings(k, &l.sources)).collect();
    match serde_json::to_string_pretty(&findings) {
        Ok(text) => super::print(&(text + "\n")),
        Err(error) => super::message(&format!("rubric: {error}")),
    }
}
