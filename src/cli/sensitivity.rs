//! `rubric sensitivity`: how far each number of a policy can move before a lead of a file goes another way.

use super::desk::Desk;
use super::inputs::{Inputs, Policies, Stop, unusable};
use super::opened::How;
use super::parallel;
use super::progress::Progress;
use super::stream::steps;
use crate::data::reader::Found;
use crate::data::source::{Rows, Source};
use crate::engine::facts::Batch;
use crate::policy::Policy;
use crate::report::page::counted;
use crate::report::sensitivity::{Measured, human, json};
use crate::sensitivity::{Crowd, Margin, Number, numbers};
use crate::source::SourceMap;
use clap::{Args, ValueEnum};
use std::cell::RefCell;
use std::collections::HashSet;

/// How far weights, caps and thresholds can move before a lead goes another way.
#[derive(Debug, Args)]
#[command(mut_arg("leads", |leads| leads.required(true)))]
pub struct Sensitivity {
    #[command(flatten)]
    inputs: Inputs,
    /// List numbers that move nothing, too.
    #[arg(long)]
    all: bool,
    /// How the result is written.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Count rows instead of reading ids, for a file that has none: the id of a lead is its line.
    #[arg(long)]
    number_rows: bool,
    /// How many threads; the result is the same with any number.
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Human,
    Json,
}

/// Rows of a chunk; as many as a run reads at once.
const CHUNK: usize = 1024;

impl Sensitivity {
    /// Measures; 0 if all went well, 1 if a policy has errors, 2 if a file cannot be read.
    pub fn run(self) -> u8 {
        match self.go() {
            Ok(()) => 0,
            Err(stop) => stop.tell(),
        }
    }

    fn go(&self) -> Result<(), Stop> {
        let texts: RefCell<Vec<(String, SourceMap)>> = RefCell::default();
        let policies = self.inputs.policies_by(&|path| {
            let loaded = self.inputs.load(path)?;
            let named = loaded.policy.as_ref().map(|p| (p.name.clone(), loaded.sources));
            texts.borrow_mut().extend(named);
            Ok((loaded.policy, loaded.portfolios))
        })?;
        let texts = texts.into_inner();
        let mut progress = self.inputs.progress();
        let how = How { number_rows: self.number_rows, progress: progress.as_ref(), ..How::default() };
        let (opened, mut source) = self.inputs.open(&policies, how, &mut Found::default())?;
        let desks = opened.desks(opened.readers(&source, &[])?);
        let Read { leads, rejected, out_of_scope } = leads(&mut source, &policies, &desks, progress.as_mut())?;
        drop(progress);
        let mut measured = Vec::new();
        for (policy, leads) in policies.list.iter().zip(leads) {
            let Some((_, sources)) = texts.iter().find(|(name, _)| *name == policy.name) else { continue };
            let crowd = Crowd::new(policy, opened.as_of, leads);
            measured.push(self.measured(policy, sources, &crowd));
        }
        if rejected + out_of_scope > 0 {
            let rows = counted(rejected as u64, "row");
            super::message(&format!(
                "rubric: {rows} could not be used, and {} are out of scope; `rubric run` tells of them",
                counted(out_of_scope as u64, "lead")
            ));
        }
        super::print(&match self.format {
            Format::Human => human(&measured, self.all, super::layout(&std::io::stdout())),
            Format::Json => json(&measured),
        });
        Ok(())
    }

    fn measured<'a>(&self, policy: &'a Policy, sources: &'a SourceMap, crowd: &Crowd) -> Measured<'a> {
        let numbers = if crowd.is_empty() { Vec::new() } else { numbers(policy) };
        let found: Vec<Margin> =
            parallel::each(&numbers, parallel::threads(self.threads), |number: &Number| crowd.margin(number));
        Measured { policy, sources, leads: crowd.len(), margins: numbers.into_iter().zip(found).collect() }
    }
}

/// All leads of a file.
struct Read {
    /// By policy: those that it decides, as in a run; the first row of an id counts.
    leads: Vec<Vec<Batch>>,
    rejected: usize,
    out_of_scope: usize,
}

fn leads(
    source: &mut Source,
    policies: &Policies,
    desks: &[Desk<'_>],
    mut progress: Option<&mut Progress>,
) -> Result<Read, Stop> {
    progress.iter_mut().for_each(|p| p.begin());
    let mut done = 0;
    let mut all = Read { leads: policies.list.iter().map(|_| Vec::new()).collect(), rejected: 0, out_of_scope: 0 };
    let mut ids = HashSet::new();
    let file = source.file.to_string();
    while let Some(chunk) = source.next_chunk(CHUNK).map_err(|e| unusable(&file, &e))? {
        let rows = &chunk.rows;
        done += (rows.len() + chunk.rejects.len()) as u64;
        progress.iter_mut().for_each(|p| p.rows(done));
        let every: Vec<usize> = (0..rows.len()).collect();
        let (batch, read) = read(&desks[0], rows, &every);
        let new = read.iter().enumerate().filter(|(lead, _)| ids.insert(batch.id(*lead).to_string()));
        let mut rest: Vec<usize> = new.map(|(_, row)| *row).collect();
        all.rejected += rows.len() + chunk.rejects.len() - rest.len();
        for step in steps(policies) {
            let desk = &desks[step.policy];
            let (batch, read) = self::read(desk, rows, &rest);
            let e = desk.decider.engine().evaluate(&batch);
            let inside = |lead: usize| desk.decider.in_scope(&e, lead, step.forced);
            let mine: Vec<usize> =
                read.iter().enumerate().filter(|(lead, _)| inside(*lead)).map(|(_, row)| *row).collect();
            rest.retain(|row| mine.binary_search(row).is_err());
            if !mine.is_empty() {
                all.leads[step.policy].push(self::read(desk, rows, &mine).0);
            }
        }
        all.out_of_scope += rest.len();
    }
    Ok(all)
}

/// Some rows as a policy reads them, and which of them became leads.
fn read(desk: &Desk<'_>, rows: &Rows, which: &[usize]) -> (Batch, Vec<usize>) {
    let mut batch = Batch::new(desk.reader.policy());
    let mut scratch = desk.reader.scratch();
    let read = desk.reader.read(rows, &mut which.iter().copied(), &[], &mut batch, &mut scratch, &mut Found::default());
    (batch, read)
}
