//! `rubric requalify`: which leads to look at again, why, and which will fall if nothing happens.

mod observer;

use super::decide::decide;
use super::inputs::{Inputs, Stop};
use super::output::{Replaced, apart};
use super::parallel;
use super::previous::{previous, tell_unusable};
use super::stream::{Outputs, Writing};
use super::totals::Totals;
use crate::cli::opened::How;
use crate::data::findings::Reject;
use crate::policy::time::Instant;
use crate::report::page::counted;
use crate::report::rejects;
use crate::report::requalify::{human, json, markdown};
use crate::report::sanitize::for_terminal;
use crate::requalify::{Against, Counts, Queue, Report, Snapshot, SnapshotCounts, notes};
use clap::{Args, ValueEnum};
use observer::{Asked, Observer};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Which leads to look at again, and why: compared with an earlier snapshot or instant.
#[derive(Debug, Args)]
#[command(mut_arg("leads", |leads| leads.required(true)))]
pub struct Requalify {
    #[command(flatten)]
    inputs: Inputs,
    /// Compare with a snapshot that `--save` wrote before. It may be the file that is written now.
    #[arg(long, value_name = "FILE", conflicts_with = "since")]
    previous: Option<PathBuf>,
    /// Compare with what the same policy says of the same data at an earlier instant; fields and people are taken as they are now.
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Keep what leads are now, to compare with it later: one line a lead, without personal data.
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    /// List every lead that loses a band, a stage or its route within so many days if nothing happens; 30 where no number is given.
    #[arg(long, value_name = "DAYS", num_args = 0..=1, default_missing_value = "30", value_parser = days())]
    fading: Option<u32>,
    /// How many days ahead to look for what a reported lead loses.
    #[arg(long, value_name = "DAYS", default_value_t = 365, value_parser = days())]
    horizon: u32,
    /// How the report is written.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// List every lead, instead of the first fifty of each group.
    #[arg(long)]
    all: bool,
    /// Count rows instead of reading ids, for a file that has none: the id of a lead is its line.
    #[arg(long)]
    number_rows: bool,
    /// Write rows that cannot be used to a file, whole, with the reason: one JSON object a line.
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// End with status 1 if rows were rejected, data could not be used or lines of the snapshot are broken.
    #[arg(long)]
    strict: bool,
    /// How many threads; the result is the same with any number.
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Human,
    Json,
    Markdown,
}

/// Ten years are further than any policy looks.
fn days() -> clap::builder::RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(1..=3650)
}

impl Requalify {
    /// Compares; 0 whatever came out, 1 if a policy has errors or under `--strict`, 2 if a file cannot be used.
    pub fn run(self) -> u8 {
        match self.go() {
            Ok(status) => status,
            Err(stop) => stop.tell(),
        }
    }

    fn go(&self) -> Result<u8, Stop> {
        self.asks_something()?;
        let written: Vec<&Path> = self.save.iter().chain(&self.rejects).map(PathBuf::as_path).collect();
        apart(&written, &self.inputs.files())?;
        let policies = self.inputs.policies()?;
        let as_of = self.inputs.as_of(policies.list[0].offset)?;
        let inputs = self.inputs.at(as_of);
        let snapshot = self.previous.as_deref().map(|path| previous(path, &policies.list, as_of)).transpose()?;
        if let (Some(path), Some(snapshot)) = (&self.previous, &snapshot) {
            tell_unusable(path, &snapshot.unusable);
        }
        let since = self.since(policies.list[0].offset, as_of)?;
        let against = match (&snapshot, since) {
            (Some(snapshot), _) => observer::Against::Snapshot(snapshot),
            (None, Some(since)) => observer::Against::Instant(since),
            (None, None) => observer::Against::Nothing,
        };
        let (save, horizon, fading) = (self.save.is_some(), self.horizon, self.fading);
        let observer = Observer::new(Asked { as_of, against, save, horizon, fading });
        let mut saved = self.save.as_deref().map(Replaced::create).transpose()?;
        let mut rejected = self.rejects.as_deref().map(Replaced::create).transpose()?;
        let mut nowhere = std::io::sink();
        let out: &mut (dyn Write + Send) = match &mut saved {
            Some(file) => file,
            None => &mut nowhere,
        };
        let mut reject = |row: &Reject| rejected.as_mut().map_or(Ok(()), |file| rejects::write(row, file));
        let outputs =
            Outputs { leads: out, rejects: &mut reject, look: Some(&observer), progress: self.inputs.progress() };
        let writing = Writing { wanted: self.save.is_some(), ..Writing::NONE };
        let threads = parallel::threads(self.threads);
        let decided = decide(&inputs, policies, How::leads(self.number_rows), threads, writing, outputs)?;
        let unusable = decided.nothing_usable(&inputs);
        if let Some(rejected) = rejected {
            rejected.finish()?;
        }
        if let Some(stop) = unusable {
            return Err(stop);
        }
        let mut noted = observer.noted();
        let (again, faint) = noted.leads();
        let counts = Counts { read: decided.totals.read, rejected: decided.totals.rejected, ..noted.counts };
        let against = self.against(snapshot.as_ref(), since);
        let bare = snapshot.as_ref().is_some_and(|s| s.bare);
        let ahead = fading.is_some() || !again.is_empty();
        let met = &noted.met;
        let report = Report {
            as_of,
            notes: notes(&decided.policies.list, &against, &noted.blind, bare, ahead),
            against,
            counts,
            snapshot: snapshot.as_ref().map(|s| SnapshotCounts {
                read: s.read,
                compared: met.len() as u64,
                gone: (s.len() - met.len()) as u64,
                unusable: s.unusable.len() as u64,
            }),
            leads: again,
            gone: snapshot.as_ref().map_or_else(Vec::new, |s| {
                let gone = s.ids().enumerate().filter(|(at, _)| !met.contains(at));
                gone.map(|(_, id)| id.to_string()).collect()
            }),
            queue: fading.map(|days| Queue::new(days, faint)),
            horizon,
            unusable: snapshot.map_or_else(Vec::new, |s| s.unusable),
        };
        if let Some(saved) = saved {
            saved.finish()?;
        }
        let list = &decided.policies.list;
        super::print(&match self.format {
            Format::Human => human(&report, list, self.all, super::layout(&std::io::stdout())),
            Format::Json => json(&report, list),
            Format::Markdown => markdown(&report, list, self.all),
        });
        self.tell(&decided.totals, counts);
        let unclean = counts.rejected > 0 || decided.totals.found.findings.has_errors() || !report.unusable.is_empty();
        Ok(u8::from(self.strict && unclean))
    }

    fn asks_something(&self) -> Result<(), Stop> {
        let stop = |text: &str| Err(Stop::Unusable(text.to_string()));
        if self.save.as_deref() == Some(Path::new("-")) {
            return stop("`--save -`: the report goes to standard output; name a file for the snapshot");
        }
        if self.previous.is_none() && self.since.is_none() && self.save.is_none() && self.fading.is_none() {
            return stop(
                "there is nothing to compare with; begin with `--save FILE`, next time compare with it by `--previous FILE`, or compare with an instant: `--since 2026-03-24`",
            );
        }
        Ok(())
    }

    fn since(&self, offset: crate::policy::time::Offset, as_of: Instant) -> Result<Option<Instant>, Stop> {
        let Some(text) = &self.since else { return Ok(None) };
        let shown = for_terminal(text);
        let Some(since) = Instant::parse(text, offset) else {
            return Err(Stop::Unusable(format!(
                "`--since {shown}` is no instant; write `2026-03-24T12:00Z`, or a day like `2026-03-24`"
            )));
        };
        if since >= as_of {
            return Err(Stop::Unusable(format!(
                "`--since {shown}` is not before {as_of}, the instant of this run; give an earlier one"
            )));
        }
        Ok(Some(since))
    }

    fn against(&self, snapshot: Option<&Snapshot>, since: Option<Instant>) -> Against {
        let kept = self.previous.as_ref().zip(snapshot.and_then(|s| s.as_of));
        match (kept, since) {
            (Some((path, (_, last))), _) => Against::Snapshot { file: path.display().to_string(), as_of: last },
            (None, Some(since)) => Against::Instant(since),
            (None, None) => Against::Nothing,
        }
    }

    /// What else there is to say, on standard error.
    fn tell(&self, totals: &Totals, counts: Counts) {
        let noticed = totals.found.findings.sorted().len() as u64;
        if noticed > 0 {
            let findings = counted(noticed, "finding");
            super::message(&format!("rubric: {findings} about the data; `rubric run` shows them"));
        }
        if let Some(path) = &self.save {
            let kept = counted(counts.read - counts.rejected, "lead");
            super::message(&format!("rubric: {kept} kept in `{}`", for_terminal(&path.display().to_string())));
        }
    }
}
