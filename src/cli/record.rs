//! `rubric record`: the handoff record, for one lead or for all.

use super::decide::decide;
use super::handoff::{AfterFirst, Format, RowsAs, met, one, route};
use super::inputs::{Inputs, Stop};
use super::look::{Look, Met, Seen};
use super::output::{Replaced, apart, replace};
use super::parallel;
use super::stream::{Outputs, Writing};
use crate::handoff::record::{self, record};
use crate::report::diagnostics::Layout;
use crate::report::page::counted;
use crate::report::record::{Line, json, line, markdown, page, terminal};
use clap::Args;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// The handoff record: what is known of a lead, who is involved, what is in the way, what comes next.
#[derive(Debug, Args)]
#[command(mut_arg("leads", |leads| leads.required(true)))]
pub struct Record {
    #[command(flatten)]
    inputs: Inputs,
    /// The id of one lead; without it, all leads in the order of the file.
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// Only leads that go to this outcome.
    #[arg(long, value_name = "OUTCOME", conflicts_with = "id")]
    route: Option<String>,
    /// Only leads that have stalled: whose meeting or due date lies in the past.
    #[arg(long, conflicts_with = "id")]
    stalled: bool,
    /// How records are written; with `--html` they are written only if this is given.
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Write one page for a browser.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    #[command(flatten)]
    rows: RowsAs,
}

/// Makes the records of many leads.
struct Many<'m> {
    asked: &'m Record,
    route: Option<String>,
    layout: Layout,
    /// With their places in the file.
    lines: Mutex<Vec<(u64, Line)>>,
    written: AtomicU64,
    stalled: AtomicU64,
}

impl Record {
    /// Writes records; 0 if all went well, 1 if the lead is not there or a policy has errors, 2 if a file cannot be read or written.
    pub fn run(self) -> u8 {
        match self.go() {
            Ok(status) => status,
            Err(stop) => stop.tell(),
        }
    }

    fn go(&self) -> Result<u8, Stop> {
        let written: Vec<&Path> = self.html.as_deref().into_iter().collect();
        apart(&written, &self.inputs.files())?;
        let layout = super::layout(&std::io::stdout());
        match &self.id {
            None => self.many(layout),
            Some(id) => one(&self.inputs, self.rows.how(), id, |lead| {
                let record = record(lead);
                if let Some(path) = &self.html {
                    replace(path, &crate::report::record::single(&record))?;
                }
                match self.shown() {
                    None => {}
                    Some(Format::Json) => super::print(&json(&record)),
                    Some(format) => super::print(&text(&record, format, layout)),
                }
                Ok(())
            }),
        }
    }

    /// What goes to standard output.
    fn shown(&self) -> Option<Format> {
        self.format.or(self.html.is_none().then_some(Format::Human))
    }

    fn many(&self, layout: Layout) -> Result<u8, Stop> {
        let policies = self.inputs.policies()?;
        let route = self.route.as_ref().map(|wanted| route(&policies, wanted)).transpose()?;
        let (lines, written, stalled) = (Mutex::default(), AtomicU64::new(0), AtomicU64::new(0));
        let many = Many { asked: self, route, layout, lines, written, stalled };
        let between = self.shown().map_or("", Format::between);
        // A reader that has seen enough is no error.
        let mut out = AfterFirst::new(Replaced::create(Path::new("-"))?, between);
        let writing = Writing { wanted: self.shown().is_some(), ..Writing::NONE };
        // Records that go to the same terminal would run into the line.
        let progress = self.inputs.progress().filter(|_| self.shown().is_none() || !std::io::stdout().is_terminal());
        let outputs = Outputs { leads: &mut out, rejects: &mut |_| Ok(()), look: Some(&many), progress };
        let decided = decide(&self.inputs, policies, self.rows.how(), parallel::threads(None), writing, outputs)?;
        if let Some(stop) = decided.nothing_usable(&self.inputs) {
            return Err(stop);
        }
        if let Some(path) = &self.html {
            let mut lines = many.lines.into_inner().unwrap_or_else(PoisonError::into_inner);
            lines.sort_by_key(|(at, _)| *at);
            let lines: Vec<Line> = lines.into_iter().map(|(_, line)| line).collect();
            let names: Vec<&str> = decided.policies.list.iter().map(|p| p.title.as_str()).collect();
            let about =
                format!("{}, as of {}. {}", counted(lines.len() as u64, "lead"), decided.as_of, names.join("; "));
            replace(path, &page(&lines, &about))?;
        }
        let totals = &decided.totals;
        let (made, stalled) = (many.written.into_inner(), many.stalled.into_inner());
        let mut told = vec![format!("{}, {stalled} of them of stalled leads", counted(made, "record"))];
        let passed = totals.read - totals.rejected - made;
        if passed > 0 {
            told.push(format!("{} not asked for", counted(passed, "lead")));
        }
        told.push(format!("{} that could not be used", counted(totals.rejected, "row")));
        super::message(&format!("rubric: {}; `rubric run` tells what was noticed about the data", told.join("; ")));
        Ok(0)
    }
}

fn text(record: &record::Record, format: Format, layout: Layout) -> String {
    match format {
        Format::Human => terminal(record, layout),
        Format::Markdown => markdown(record),
        Format::Json => line(record),
    }
}

impl Look for Many<'_> {
    fn writes(&self) -> bool {
        true
    }

    fn lead(&self, lead: &Met<'_, '_>, seen: &mut Seen) {
        let made = met(lead, self.route.as_deref(), record);
        let Some(record) = made.filter(|r| !self.asked.stalled || r.dates.stalled) else { return };
        self.written.fetch_add(1, Ordering::Relaxed);
        self.stalled.fetch_add(u64::from(record.dates.stalled), Ordering::Relaxed);
        if let Some(format) = self.asked.shown() {
            seen.said.extend(format.between().bytes());
            seen.said.extend(text(&record, format, self.layout).bytes());
        }
        if self.asked.html.is_some() {
            let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
            lines.push((lead.at, Line::new(&record)));
        }
    }
}
