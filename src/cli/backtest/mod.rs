//! `rubric backtest`: leads whose end is known, through a policy, and what its scores knew of it.

mod observer;
mod suggested;

use super::decide::{Decided, decide};
use super::inputs::{Inputs, Policies, Stop};
use super::output::{apart, replace};
use super::parallel;
use super::stream::{Outputs, Writing};
use crate::backtest::figures::{self, Rows};
use crate::backtest::outcome::{Meaning, Said};
use crate::backtest::{Asked, Case, Read, backtest};
use crate::cli::opened::How;
use crate::data::findings::shown;
use crate::policy::BuiltIn;
use crate::report::backtest::{human, json, markdown};
use crate::report::html::backtest::page;
use crate::report::page::{counted, listed};
use crate::report::sanitize::for_terminal;
use clap::{Args, ValueEnum};
use observer::Observer;
use std::path::{Path, PathBuf};

/// Did the scores predict what happened? Conversion, AUC and lift on leads whose end is known.
#[derive(Debug, Args)]
#[command(mut_arg("leads", |leads| leads.required(true)))]
pub struct Backtest {
    #[command(flatten)]
    inputs: Inputs,
    /// The column of the leads file that says how a lead ended.
    #[arg(long, value_name = "COLUMN")]
    won: String,
    /// What the column says of a won lead, separated by commas; yes, true, 1, won and closed won if nothing is named.
    #[arg(long, value_name = "VALUES", value_delimiter = ',')]
    won_is: Vec<String>,
    /// What it says of a lead that was not won; no, false, 0, lost and closed lost if nothing is named. All else is not known.
    #[arg(long, value_name = "VALUES", value_delimiter = ',')]
    lost_is: Vec<String>,
    /// The column with the day on which a lead was won or lost: only leads decided after `--as-of` count.
    #[arg(long, value_name = "COLUMN", requires = "as_of")]
    won_at: Option<String>,
    /// The field or column that says where leads come from; one with a usual name, such as `lead_source`, if it is not given.
    #[arg(long, value_name = "FIELD")]
    source: Option<String>,
    /// Suggest weights that fit what happened, as a change of the policy's text.
    #[arg(long)]
    suggest: bool,
    /// Write the policy with the suggested weights to a file.
    #[arg(long, value_name = "FILE")]
    suggest_to: Option<PathBuf>,
    /// How the figures are written.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Write a page for the browser with the same figures and pictures of them. It needs no network.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Count rows instead of reading ids, for a file that has none: the id of a lead is its line.
    #[arg(long)]
    number_rows: bool,
    /// List every finding about the data, instead of the gravest twenty.
    #[arg(long)]
    all_findings: bool,
    /// How many threads; the result is the same with any number.
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Human,
    Json,
    Markdown,
}

/// A run with its figures, and the leads of each policy they were made from.
struct Ran {
    decided: Decided,
    figures: figures::Backtest,
    cases: Vec<Vec<Case>>,
}

impl Backtest {
    /// Runs; 0 if figures were made, 1 if the policy has errors, 2 if a file cannot be read or no lead has a known end.
    pub fn run(self) -> u8 {
        match self.go() {
            Ok(()) => 0,
            Err(stop) => stop.tell(),
        }
    }

    fn go(&self) -> Result<(), Stop> {
        let written: Vec<&Path> = self.suggest_to.iter().chain(&self.html).map(PathBuf::as_path).collect();
        apart(&written, &self.inputs.files())?;
        if self.html.as_deref() == Some(Path::new("-")) {
            let why = "the figures go to standard output; name a file for the page";
            return Err(Stop::Unusable(why.to_string()));
        }
        let mut loads = Vec::new();
        let policies = self.policies(&mut loads)?;
        let suggesting = self.suggest || self.suggest_to.is_some();
        if suggesting {
            self.read_twice()?;
        }
        if suggesting && policies.list.len() > 1 {
            return Err(Stop::Unusable(
                "weights are suggested for one policy at a time; name its file alone".to_string(),
            ));
        }
        let mut ran = self.figures(policies)?;
        if let (true, Some(load)) = (suggesting, loads.last()) {
            let text = self.suggest(&mut ran, load)?;
            if let Some(path) = &self.suggest_to {
                replace(path, &text)?;
            }
        }
        if let Some(path) = &self.html {
            replace(path, &page(&ran.figures, &ran.decided.totals.found.findings))?;
        }
        self.tell(&ran);
        Ok(())
    }

    /// Every lead decided and looked at.
    fn figures(&self, policies: Policies) -> Result<Ran, Stop> {
        let meaning = Meaning::new(&self.won_is, &self.lost_is).map_err(|both| {
            Stop::Unusable(format!(
                "`{}` cannot be both won and lost; name it in one of `--won-is`, `--lost-is`",
                for_terminal(&both)
            ))
        })?;
        let observer = Observer::new(self, meaning);
        let outputs = Outputs {
            leads: &mut std::io::sink(),
            rejects: &mut |_| Ok(()),
            look: Some(&observer),
            progress: self.inputs.progress(),
        };
        let writing = Writing::NONE;
        let threads = parallel::threads(self.threads);
        let mut decided = decide(&self.inputs, policies, How::leads(self.number_rows), threads, writing, outputs)?;
        if let Some(stop) = decided.nothing_usable(&self.inputs) {
            return Err(stop);
        }
        let totals = &mut decided.totals;
        let read = Read { rows: totals.read, rejected: totals.rejected, cases: std::mem::take(&mut totals.seen.cases) };
        let begun = observer.begun();
        if let Some(missing) = begun.columns.missing().filter(|_| read.rows > 0) {
            let (file, key) = (self.inputs.leads(), for_terminal(missing));
            return Err(Stop::Unusable(format!("no lead in `{file}` has the key `{key}`; check how it is spelt")));
        }
        let asked = Asked {
            as_of: decided.as_of,
            today: decided.as_of.day(decided.policies.list[0].offset),
            won: self.won.clone(),
            won_at: self.won_at.clone(),
            source: begun.source.name(),
            filled: begun.filled.clone(),
        };
        let (figures, cases) = backtest(&decided.policies.list, &begun.watches, read, &asked);
        match no_outcome(&figures) {
            Some(stop) => Err(stop),
            None => Ok(Ran { decided, figures, cases }),
        }
    }

    fn tell(&self, ran: &Ran) {
        let findings = &ran.decided.totals.found.findings;
        let layout = super::layout(&std::io::stdout());
        let told = match self.format {
            Format::Human => human(&ran.figures, findings, self.all_findings, layout),
            Format::Json => json(&ran.figures),
            Format::Markdown => markdown(&ran.figures),
        };
        super::print(&told);
        let noticed = findings.sorted().len() as u64;
        if self.format != Format::Human && noticed > 0 {
            super::message(&format!(
                "rubric: {} about the data; `--format human` shows them",
                counted(noticed, "finding")
            ));
        }
    }
}

/// A column of which no value says how a lead ended is not the column that was meant, or speaks another language.
fn no_outcome(figures: &figures::Backtest) -> Option<Stop> {
    let Rows { outcome_not_recognised, .. } = figures.rows;
    let neither = |said| matches!(said, Said::NotKnown | Said::NotRecognised);
    let none = outcome_not_recognised > 0 && figures.outcome.spellings.iter().all(|s| neither(s.counts_as));
    none.then(|| {
        let strange = figures.outcome.spellings.iter().filter(|s| s.counts_as == Said::NotRecognised);
        let few: Vec<String> = strange.take(5).map(|s| format!("`{}`", shown(&s.spelling))).collect();
        let text = format!(
            "no value of `{}` says whether a lead was won; it holds {}. Name what means won with `--won-is`, and what means lost with `--lost-is`",
            shown(&figures.outcome.column),
            listed(&few)
        );
        Stop::Unusable(for_terminal(&text))
    })
}

/// The stage that the CRM says is told by the stages of the policy, whatever the scores rest on.
fn stage_of_the_crm(policy: &crate::policy::Policy, field: crate::policy::FieldId) -> bool {
    field == BuiltIn::CurrentStage.field() && !policy.stages.is_empty()
}
