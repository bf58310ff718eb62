//! `rubric check`: what is wrong with policies, and what to do about it.

use super::config::Config;
use super::files::{Disk, policies};
use super::fix::{Mended, ROUNDS};
use crate::analysis::findings::Exact;
use crate::diagnostic::{Diagnostic, Severity};
use crate::driver::{self, Depth, Loaded, Provider};
use crate::report::exact::Shown;
use crate::report::framework::Covered;
use crate::report::page::counted;
use crate::report::{diagnostics, exact, framework, sarif, workflow};
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
    /// Mend in place what can be mended without changing a decision, then tell what is left.
    #[arg(long, conflicts_with = "framework")]
    fix: bool,
    /// With `--fix`: show the changes as a difference and write nothing; status 1 if there are some.
    #[arg(long, requires = "fix")]
    dry_run: bool,
    /// Show which steps of the framework each policy covers, and what is missing.
    #[arg(long)]
    framework: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Human,
    Json,
    /// Annotations for GitHub.
    Github,
    /// For code scanners: SARIF 2.1.0.
    Sarif,
}

/// What was checked: files with their findings.
struct Checked {
    loads: Vec<Loaded>,
    /// By load, each told once.
    kept: Vec<Vec<Diagnostic>>,
    /// By load: what all possible leads show, where there is a policy and they were looked at.
    exact: Vec<Option<Exact>>,
    /// Why files could not be read.
    whys: Vec<String>,
}

impl Check {
    /// Checks everything named; 0 if nothing is wrong, 1 with errors, 2 if a file cannot be read.
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
        let here = vec![PathBuf::from(".")];
        let files = policies(if self.paths.is_empty() { &here } else { &self.paths })?;
        let config = Config::find(self.config.as_deref())?;
        if self.framework {
            return self.framework(&files);
        }
        if self.fix {
            // What is mended shows at once; all possible leads are looked at in what comes of it.
            let mut mended = Mended::default();
            let mut checked = self.check(&Disk, &files, &config, Depth::Quick);
            for _ in 0..ROUNDS {
                if !mended.round(&checked.loads, &checked.kept) {
                    break;
                }
                checked = self.check(&mended, &files, &config, Depth::Quick);
            }
            if self.dry_run {
                checked.whys.iter().for_each(|why| super::message(&format!("rubric: {why}")));
                super::print(&mended.difference(super::layout(&std::io::stdout())));
                return Ok(if !checked.whys.is_empty() { 2 } else { u8::from(mended.changed()) });
            }
            match mended.write() {
                Ok(said) => said.iter().for_each(|line| super::message(line)),
                Err(stop) => return Ok(stop.tell()),
            }
        }
        self.tell(&self.check(&Disk, &files, &config, Depth::AllLeads))
    }

    /// Loads files and finds what is wrong with them.
    fn check(&self, provider: &dyn Provider, files: &[String], config: &Config, depth: Depth) -> Checked {
        let (mut loads, mut levels, mut whys) = (Vec::new(), Vec::new(), Vec::new());
        for file in files {
            let loaded = driver::load(provider, file, &self.include);
            match &loaded.unreadable {
                Some(why) => whys.push(why.clone()),
                None => {
                    loads.push(loaded);
                    levels.push(config.levels(file));
                }
            }
        }
        let advised = driver::advise(&loads.iter().collect::<Vec<_>>(), &levels, depth);
        let mut exact = Vec::new();
        for (loaded, advised) in loads.iter_mut().zip(advised) {
            loaded.diagnostics.extend(advised.findings);
            exact.push(advised.exact);
        }
        let kept = once_each(loads.iter());
        Checked { loads, kept, exact, whys }
    }

    /// Writes what was found; the status says how it stands.
    fn tell(&self, checked: &Checked) -> Result<u8, String> {
        let Checked { loads, kept, exact, whys } = checked;
        let shown: Vec<Shown<'_>> = loads.iter().zip(exact).filter_map(|(l, e)| shown(l, e.as_ref())).collect();
        whys.iter().for_each(|why| super::message(&format!("rubric: {why}")));
        match self.format {
            Format::Human => human(loads, kept, &shown),
            Format::Json => json(loads, kept, &shown)?,
            Format::Github => {
                let all = loads.iter().zip(kept).map(|(l, k)| workflow::findings(k, &l.sources));
                super::print(&all.collect::<String>());
            }
            Format::Sarif => {
                let all: Vec<sarif::Found<'_>> =
                    loads.iter().zip(kept).map(|(l, k)| (k.as_slice(), &l.sources)).collect();
                let text = serde_json::to_string_pretty(&sarif::log(&all)).map_err(|e| e.to_string())?;
                super::print(&(text + "\n"));
            }
        }
        let of = |severity| kept.iter().flatten().any(|d: &Diagnostic| d.severity == severity);
        let failed = of(Severity::Error) || self.strict && of(Severity::Warning);
        Ok(if whys.is_empty() { u8::from(failed) } else { 2 })
    }

    /// Shows what each policy covers. A policy with errors is told and covers nothing yet.
    fn framework(&self, files: &[String]) -> Result<u8, String> {
        if !matches!(self.format, Format::Human | Format::Json) {
            return Err("`--framework` is written for people, or with `--format json`".to_string());
        }
        let mut loads = Vec::new();
        let mut broken = false;
        for file in files {
            let loaded = driver::load(&Disk, file, &self.include);
            if let Some(why) = loaded.unreadable {
                return Err(why);
            }
            broken |= super::tell_errors(&loaded);
            loads.push((file, loaded));
        }
        let with_policy = loads.iter().filter_map(|(file, l)| Some((*file, l.policy.as_ref()?, l.framework()?)));
        let all: Vec<Covered<'_>> = with_policy.map(|(file, policy, steps)| Covered { file, policy, steps }).collect();
        if all.is_empty() && !broken {
            return Err("there is no policy among these files; a library alone covers nothing".to_string());
        }
        let text = match self.format {
            Format::Json => framework::json(&all).map_err(|e| e.to_string())? + "\n",
            _ => framework::human(&all, super::layout(&std::io::stdout())),
        };
        super::print(&text);
        Ok(u8::from(broken))
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

/// The policy of a load, which stands in the file that was read last.
fn shown<'a>(loaded: &'a Loaded, exact: Option<&'a Exact>) -> Option<Shown<'a>> {
    let policy = loaded.policy.as_ref()?;
    let file = &loaded.sources.file(policy.span.file).name;
    Some(Shown { file, policy, sources: &loaded.sources, exact: exact? })
}

fn human(loads: &[Loaded], kept: &[Vec<Diagnostic>], shown: &[Shown<'_>]) {
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
    let closing =
        if counts.is_empty() { "nothing to complain about".to_string() } else { counts.join(", ") + &mendable(kept) };
    out.push_str(&format!("{checked}: {closing}{}\n", exact::closing(shown)));
    super::print(&out);
}

/// How many of the findings `--fix` mends.
fn mendable(kept: &[Vec<Diagnostic>]) -> String {
    let all: usize = kept.iter().map(Vec::len).sum();
    match kept.iter().flatten().filter(|d| d.fix.is_some()).count() {
        0 => String::new(),
        1 if all == 1 => "; `--fix` mends it".to_string(),
        n if n == all => "; `--fix` mends all".to_string(),
        n => format!("; `--fix` mends {n} of them"),
    }
}

fn json(loads: &[Loaded], kept: &[Vec<Diagnostic>], shown: &[Shown<'_>]) -> Result<(), String> {
    let findings: Vec<_> = loads.iter().zip(kept).flat_map(|(l, k)| diagnostics::findings(k, &l.sources)).collect();
    let all = exact::Checked { findings, policies: exact::policies(shown) };
    let text = serde_json::to_string_pretty(&all).map_err(|e| e.to_string())?;
    super::print(&(text + "\n"));
    Ok(())
}
