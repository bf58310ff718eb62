//! `rubric ask`: what to ask in the next call, for one lead or for a queue.

use super::decide::decide;
use super::handoff::{Format, RowsAs, met, one, route};
use super::inputs::{Inputs, Stop};
use super::look::{Look, Met, Seen};
use super::parallel;
use super::stream::{Outputs, Writing};
use crate::handoff::script::{Decisive, Script, script};
use crate::report::ask::{self, Shown};
use crate::report::diagnostics::Layout;
use crate::report::page::counted;
use clap::Args;
use std::cmp::Reverse;
use std::sync::{Mutex, PoisonError};

/// What to ask next: the script of the call for one lead, or for a queue, the most decisive first.
#[derive(Debug, Args)]
#[command(mut_arg("leads", |leads| leads.required(true)))]
pub struct Ask {
    #[command(flatten)]
    inputs: Inputs,
    /// The id of one lead; without it, a queue of all leads that have something to be asked.
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// Only leads that go to this outcome.
    #[arg(long, value_name = "OUTCOME", conflicts_with = "id")]
    route: Option<String>,
    /// So many leads of the queue at most.
    #[arg(long, value_name = "N", conflicts_with = "id")]
    limit: Option<usize>,
    /// Show what is answered already, too.
    #[arg(long)]
    answered: bool,
    /// How the script is written.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    #[command(flatten)]
    rows: RowsAs,
}

/// A script of the queue: the most decisive comes first, equals in the order of the file.
type Queued = (Reverse<Decisive>, u64, String);

/// Keeps the scripts of a queue.
struct Queue<'q> {
    asked: &'q Ask,
    route: Option<String>,
    layout: Layout,
    queued: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    scripts: Vec<Queued>,
    /// All that had something to be asked, those that were let go again too.
    all: u64,
    /// Leads without a question.
    answered: u64,
}

impl Ask {
    /// Asks; 0 if all went well, 1 if the lead is not there or a policy has errors, 2 if a file cannot be read.
    pub fn run(self) -> u8 {
        match self.go() {
            Ok(status) => status,
            Err(stop) => stop.tell(),
        }
    }

    fn go(&self) -> Result<u8, Stop> {
        let layout = super::layout(&std::io::stdout());
        match &self.id {
            None => self.queue(layout),
            Some(id) => one(&self.inputs, self.rows.how(), id, |lead| {
                let script = script(lead);
                super::print(&match self.format {
                    Format::Json => ask::json(&script, self.shown()),
                    _ => self.text(&script, layout),
                });
                Ok(())
            }),
        }
    }

    fn shown(&self) -> Shown {
        Shown { answered: self.answered }
    }

    fn text(&self, script: &Script, layout: Layout) -> String {
        match self.format {
            Format::Human => ask::terminal(script, self.shown(), layout),
            Format::Markdown => ask::markdown(script, self.shown()),
            Format::Json => ask::line(script, self.shown()),
        }
    }

    fn queue(&self, layout: Layout) -> Result<u8, Stop> {
        let policies = self.inputs.policies()?;
        let route = self.route.as_ref().map(|wanted| route(&policies, wanted)).transpose()?;
        let queue = Queue { asked: self, route, layout, queued: Mutex::default() };
        let outputs = Outputs {
            leads: &mut std::io::sink(),
            rejects: &mut |_| Ok(()),
            look: Some(&queue),
            progress: self.inputs.progress(),
        };
        let threads = parallel::threads(None);
        let decided = decide(&self.inputs, policies, self.rows.how(), threads, Writing::NONE, outputs)?;
        if let Some(stop) = decided.nothing_usable(&self.inputs) {
            return Err(stop);
        }
        let Kept { mut scripts, all, answered } = queue.queued.into_inner().unwrap_or_else(PoisonError::into_inner);
        scripts.sort_unstable();
        scripts.truncate(self.limit.unwrap_or(usize::MAX));
        let texts: Vec<&str> = scripts.iter().map(|(.., text)| text.as_str()).collect();
        super::print(&texts.join(self.format.between()));
        let totals = &decided.totals;
        let passed = totals.read - totals.rejected - all - answered;
        let mut told = vec![format!("{} with something to ask", counted(all, "lead"))];
        if scripts.len() < all as usize {
            told.push(format!("{} of them shown", scripts.len()));
        }
        told.push(format!("{answered} with nothing to ask"));
        if self.route.is_some() {
            told.push(format!("{passed} that go elsewhere"));
        }
        told.push(format!("{} that could not be used", counted(totals.rejected, "row")));
        super::message(&format!("rubric: {}; `rubric run` tells what was noticed about the data", told.join(", ")));
        Ok(0)
    }
}

impl Look for Queue<'_> {
    fn lead(&self, lead: &Met<'_, '_>, _: &mut Seen) {
        let made = met(lead, self.route.as_deref(), |lead| {
            let script = script(lead);
            (script.open() > 0).then(|| (script.decisive, self.asked.text(&script, self.layout)))
        });
        let Some(made) = made else { return };
        let mut kept = self.queued.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((decisive, text)) = made else {
            kept.answered += 1;
            return;
        };
        kept.all += 1;
        kept.scripts.push((Reverse(decisive), lead.at, text));
        // With a limit, memory does not grow with the file.
        if let Some(limit) = self.asked.limit
            && kept.scripts.len() > 2 * limit + 256
        {
            kept.scripts.sort_unstable();
            kept.scripts.truncate(limit);
        }
    }
}
