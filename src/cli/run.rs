//! `rubric run`: all leads through a policy, with a summary for people and a file for machines.

use super::decide::{Decided, decide};
use super::inputs::{Inputs, Stop};
use super::look::Look;
use super::opened::How;
use super::output::{Replaced, apart};
use super::pages::Rowing;
use super::parallel;
use super::previous::{previous, tell_unusable};
use super::stream::{Outputs, Writing};
use super::totals::Totals;
use crate::data::findings::Reject;
use crate::policy::Policy;
use crate::policy::time::Instant;
use crate::report::html;
use crate::report::leads::Format;
use crate::report::rejects;
use crate::report::summary::{self, summary};
use clap::{Args, ValueEnum};
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

/// Dry-run a policy on leads: where each one goes, and what the data left open.
#[derive(Debug, Args)]
#[command(mut_arg("leads", |leads| leads.required(true)))]
pub struct Run {
    #[command(flatten)]
    inputs: Inputs,
    /// Count rows instead of reading ids, for a file that has none: the id of a lead is its line.
    #[arg(long)]
    number_rows: bool,
    /// Decide accounts instead of leads: leads with the same key, as `account by` of the policy says, are decided as one.
    #[arg(long)]
    accounts: bool,
    /// Write every lead to a file; `-` is standard output, and the summary then goes to standard error.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Keep the due time of every lead that goes where it went before: a snapshot of `rubric requalify --save`, or NDJSON of an earlier run.
    #[arg(long, value_name = "FILE", requires = "output")]
    previous: Option<PathBuf>,
    /// How leads are written; told by the ending of the file if it is not given.
    #[arg(long, value_enum)]
    format: Option<Shape>,
    /// How much is written of each lead.
    #[arg(long, value_enum, default_value_t = Detail::Full)]
    detail: Detail,
    /// Write rows that cannot be used to a file, whole, with the reason: one JSON object a line.
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Write a page for the browser: heat map, scores, funnel, routes, what blocks, sources, and the leads with search. It needs no network.
    #[arg(long, value_name = "FILE", conflicts_with = "accounts")]
    html: Option<PathBuf>,
    /// So many leads, the first of the file, are told whole on the page; the first 20,000 have a row.
    #[arg(long, value_name = "N", requires = "html", default_value_t = html::run::WHOLE)]
    html_leads: u64,
    /// The field or column that says where leads come from, for the page; one with a usual name, such as `lead_source`, if it is not given.
    #[arg(long, value_name = "FIELD", requires = "html")]
    source: Option<String>,
    /// End with status 1 if rows were rejected or data could not be used.
    #[arg(long)]
    strict: bool,
    /// List every finding about the data, instead of the gravest twenty.
    #[arg(long)]
    all_findings: bool,
    /// How many threads; the result is the same with any number.
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Shape {
    Ndjson,
    Json,
    Csv,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Detail {
    Full,
    Brief,
}

impl Run {
    /// Runs; 0 if all went well, 1 with findings under `--strict` or a policy with errors, 2 if a file cannot be read.
    pub fn run(self) -> u8 {
        match self.go() {
            Ok(status) => status,
            Err(stop) => stop.tell(),
        }
    }

    fn go(&self) -> Result<u8, Stop> {
        let written: Vec<&Path> =
            self.output.iter().chain(&self.rejects).chain(&self.html).map(PathBuf::as_path).collect();
        apart(&written, &self.inputs.files())?;
        if written.iter().filter(|p| **p == Path::new("-")).count() > 1 {
            return Err(Stop::Unusable(
                "only one thing can be written to standard output; name a file for the others".to_string(),
            ));
        }
        let policies = self.inputs.policies()?;
        let as_of = self.inputs.as_of(policies.list[0].offset)?;
        let inputs = self.inputs.at(as_of);
        let earlier = self.previous.as_deref().map(|path| previous(path, &policies.list, as_of)).transpose()?;
        if let (Some(path), Some(earlier)) = (&self.previous, &earlier) {
            tell_unusable(path, &earlier.unusable);
        }
        let mut output = self.output.as_deref().map(Replaced::create).transpose()?;
        let mut rejects = self.rejects.as_deref().map(Replaced::create).transpose()?;
        let page = self.html.as_deref().map(Replaced::create).transpose()?;
        let mut nowhere = std::io::sink();
        let leads: &mut (dyn Write + Send) = match &mut output {
            Some(output) => output,
            None => &mut nowhere,
        };
        let mut reject = |row: &Reject| rejects.as_mut().map_or(Ok(()), |file| rejects::write(row, file));
        let asked = page.is_some().then(|| policies.list.clone());
        let rowing = asked.as_ref().map(|list| Rowing::new(list, self.html_leads, self.source.as_deref()));
        let look = rowing.as_ref().map(|r| r as &dyn Look);
        // Leads that go to the same terminal would run into the line.
        let alone = !self.to_stdout() || !std::io::stdout().is_terminal();
        let progress = self.inputs.progress().filter(|_| alone);
        let outputs = Outputs { leads, rejects: &mut reject, look, progress };
        let threads = parallel::threads(self.threads);
        let writing = Writing { earlier: earlier.as_ref(), ..self.writing() };
        let how = How { number_rows: self.number_rows, accounts: self.accounts, ..How::default() };
        let mut decided = decide(&inputs, policies, how, threads, writing, outputs)?;
        let lines = std::mem::take(&mut decided.totals.seen.lines);
        let Decided { policies, as_of, totals } = &decided;
        for written in output.into_iter().chain(rejects) {
            written.finish()?;
        }
        let summary = self.summary(&policies.list, totals, *as_of);
        if let (Some(mut file), Some(rowing)) = (page, rowing) {
            let text = html::run::page(&summary, &lines, &self.inputs.leads(), rowing.source().as_deref());
            file.write_all(text.as_bytes()).map_err(|e| Stop::Unusable(format!("the page cannot be written: {e}")))?;
            file.finish()?;
        }
        self.tell(&summary);
        if let Some(stop) = decided.nothing_usable(&self.inputs) {
            return Err(stop);
        }
        let unclean = totals.rejected > 0 || totals.found.findings.has_errors();
        Ok(u8::from(self.strict && unclean))
    }

    fn writing(&self) -> Writing<'static> {
        let ending = self.output.as_deref().and_then(Path::extension).and_then(|e| e.to_str()).unwrap_or("");
        let format = match (self.format, ending) {
            (Some(Shape::Ndjson), _) => Format::Ndjson,
            (Some(Shape::Json), _) => Format::Json,
            (Some(Shape::Csv), _) => Format::Csv,
            (None, "csv") => Format::Csv,
            (None, "json") => Format::Json,
            (None, _) => Format::Ndjson,
        };
        Writing {
            format,
            full: self.detail == Detail::Full && format != Format::Csv,
            wanted: self.output.is_some(),
            kept: false,
            asks: true,
            only: None,
            earlier: None,
        }
    }

    /// Whether standard output is taken by what is written.
    fn to_stdout(&self) -> bool {
        [&self.output, &self.html].into_iter().any(|o| o.as_deref() == Some(Path::new("-")))
    }

    fn tell(&self, run: &summary::Run<'_>) {
        let to_stdout = self.to_stdout();
        let layout = if to_stdout { super::layout(&std::io::stderr()) } else { super::layout(&std::io::stdout()) };
        let text = summary(run, layout);
        if to_stdout { super::message(text.trim_end()) } else { super::print(&text) }
    }

    fn summary<'r>(&self, policies: &'r [Policy], totals: &'r Totals, as_of: Instant) -> summary::Run<'r> {
        summary::Run {
            policies: policies.iter().zip(&totals.tallies).collect(),
            as_of,
            read: totals.read,
            decided: totals.decided,
            out_of_scope: totals.out_of_scope,
            rejected: totals.rejected,
            findings: &totals.found.findings,
            all_findings: self.all_findings,
            passed_over: not_evaluated(policies, self.accounts),
            accounts: totals.accounts.as_ref(),
        }
    }
}

/// The blocks of the policies that a run does not evaluate, each with what does.
fn not_evaluated(policies: &[Policy], accounts: bool) -> Vec<(&'static str, &'static str)> {
    let any = |has: &dyn Fn(&Policy) -> bool| policies.iter().any(has);
    let blocks = [
        ("account", "--accounts", !accounts && any(&|p| p.account.is_some())),
        ("discovery", "rubric ask", any(&|p| p.discovery.is_some())),
        ("record", "rubric record", any(&|p| !p.record.is_empty())),
        ("requalify", "rubric requalify", any(&|p| !p.triggers.is_empty())),
        ("guarantee", "rubric check", any(&|p| !p.guarantees.is_empty())),
        ("test", "rubric test", any(&|p| !p.tests.is_empty())),
    ];
    blocks.into_iter().filter(|(.., there)| *there).map(|(block, by, _)| (block, by)).collect()
}
