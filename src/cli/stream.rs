//! Leads through policies, chunk by chunk, on several threads; what comes out does not depend on how many.
//!
//! Two things happen in the order of the file: ids are noted, so that the second lead of an id is the one that is rejected, and results are
//! added up and written. Everything between runs side by side.

use super::accounts::{Feed, Gathered, gather};
use super::desk::Desk;
use super::in_order::{InOrder, locked};
use super::inputs::{Policies, Stop, unusable};
use super::look::{Look, Met};
use super::progress::Progress;
use super::totals::{Kept, Totals};
use crate::data::accounts::Group;
use crate::data::findings::Reject;
use crate::data::reader::{Found, Scratch};
use crate::data::source::{Chunk, Rows, Source};
use crate::data::table::FileError;
use crate::engine::Evaluation;
use crate::engine::decision::{Brief, Decision};
use crate::engine::facts::Batch;
use crate::engine::rolled::Rolled;
use crate::report::accounts::RollUp;
use crate::report::leads::{Briefs, Format, Leads, decision_bytes};
use crate::requalify::Snapshot;
use hashbrown::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

/// Rows of a chunk. Enough to fill machine words, few enough that memory stays small.
pub(super) const CHUNK: usize = 1024;
/// So many leads, the first of the file, are asked what their route rests on; all would take longer than deciding them.
const ASKED: u64 = 2_048;

/// Where results go. Rejects go there as they are met: a file of nothing else needs no more memory than a good one.
pub struct Outputs<'w> {
    pub leads: &'w mut (dyn Write + Send),
    pub rejects: Rejects<'w>,
    /// Somebody who looks at each lead on the way.
    pub look: Option<&'w dyn Look>,
    /// Tells on a terminal how far the run is.
    pub progress: Option<Progress>,
}

/// What takes a row that could not be used.
pub type Rejects<'w> = &'w mut (dyn FnMut(&Reject) -> io::Result<()> + Send);

/// How results are written.
#[derive(Clone, Copy, Debug)]
pub struct Writing<'o> {
    pub format: Format,
    /// Whole decisions, or the short form.
    pub full: bool,
    /// Whether anything is written at all.
    pub wanted: bool,
    /// Whether whole decisions are kept in memory.
    pub kept: bool,
    /// Whether the first leads are asked what their route rests on, for a summary.
    pub asks: bool,
    /// Only leads with these ids are written; all where nothing is said.
    pub only: Option<&'o std::collections::HashSet<String>>,
    /// What leads were before: one that keeps its route keeps its due time.
    pub earlier: Option<&'o Snapshot>,
}

impl Writing<'static> {
    /// The short form, of which nothing is written, kept or asked.
    pub const NONE: Writing<'static> = Writing {
        format: Format::Ndjson,
        full: false,
        wanted: false,
        kept: false,
        asks: false,
        only: None,
        earlier: None,
    };
}

/// What one chunk came to.
struct Outcome {
    totals: Totals,
    bytes: Vec<u8>,
    written: u64,
    failed: Option<io::Error>,
}

/// The state that is kept in order at the end of each chunk.
struct Sink<'w> {
    totals: Totals,
    out: Option<Leads<&'w mut (dyn Write + Send)>>,
    rejects: Rejects<'w>,
    progress: Option<Progress>,
    failed: Option<io::Error>,
}

/// Decides all leads of a source; readers that roll leads up ask for accounts. What was noticed in files of behaviour and contacts is in `first` already.
pub fn stream(
    source: &mut Source,
    policies: &Policies,
    desks: &[Desk<'_>],
    threads: usize,
    writing: Writing<'_>,
    outputs: Outputs<'_>,
    mut first: Found,
) -> Result<Totals, Stop> {
    let accounts = desks[0].reader.rolls_up();
    let Outputs { leads: out, rejects, look, mut progress } = outputs;
    progress.iter_mut().for_each(Progress::begin);
    let failed_to_write = |e: &io::Error| Stop::Unusable(format!("the output cannot be written: {e}"));
    std::mem::take(&mut first.rejects).iter().try_for_each(&mut *rejects).map_err(|e| failed_to_write(&e))?;
    let out = match (writing.wanted, accounts) {
        (false, _) => None,
        (true, false) => Some(Leads::new(out, writing.format).map_err(|e| failed_to_write(&e))?),
        (true, true) => Some(Leads::of_accounts(out, writing.format).map_err(|e| failed_to_write(&e))?),
    };
    let file = source.file.to_string();
    let mut totals = Totals::new(policies);
    let feed = match accounts {
        false => Feed::Leads(source),
        true => {
            let all = gather(source, &desks[0].reader, &mut first, &mut *rejects, &mut |_, _| {})?;
            let Gathered { read, rejected, first_reject, .. } = all;
            totals = Totals { read, rejected, first_reject, accounts: Some(RollUp::default()), ..totals };
            Feed::Accounts(all.pool)
        }
    };
    let totals = Totals { found: first, ..totals };
    let sink = InOrder::new(Sink { totals, out, rejects, progress, failed: None });
    let ids = InOrder::new(HashSet::<u64>::new());
    let source = Mutex::new((feed, None::<FileError>));
    let work = || {
        let mut worker = Worker::new(policies, desks, writing, look);
        loop {
            let chunk = {
                let mut source = locked(&source);
                match source.0.next_chunk(CHUNK) {
                    Ok(Some(chunk)) => chunk,
                    Ok(None) => break,
                    Err(error) => {
                        source.1.get_or_insert(error);
                        break;
                    }
                }
            };
            let number = chunk.number;
            let result = worker.chunk(chunk, &ids);
            let go_on = sink.at(number, |sink| sink.take(result));
            if !go_on {
                break;
            }
        }
    };
    if threads <= 1 {
        work();
    } else {
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(work);
            }
        });
    }
    let (_, error) = source.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some(error) = error {
        return Err(unusable(&file, &error));
    }
    let sink = sink.done();
    if let Some(error) = sink.failed {
        return Err(failed_to_write(&error));
    }
    if let Some(out) = sink.out {
        out.finish().map_err(|e| failed_to_write(&e))?;
    }
    Ok(sink.totals)
}

impl Sink<'_> {
    /// Adds a chunk; false once the output is broken.
    fn take(&mut self, result: Outcome) -> bool {
        if self.failed.is_some() {
            return false;
        }
        let rejects = self.totals.merge(result.totals);
        if let Some(progress) = &mut self.progress {
            progress.rows(self.totals.read);
        }
        self.failed = result.failed.or(rejects.iter().try_for_each(|r| (self.rejects)(r)).err());
        if let (Some(out), None) = (&mut self.out, &self.failed) {
            self.failed = out.raw(&result.bytes, result.written).err();
        }
        self.failed.is_none()
    }
}

/// Asking one policy: which, and whether it decides every lead that is left.
#[derive(Clone, Copy)]
pub struct Step {
    pub policy: usize,
    pub forced: bool,
}

/// Each policy in order, then the one that decides the rest.
pub fn steps(policies: &Policies) -> Vec<Step> {
    let last = policies.list.len() - 1;
    let mut steps: Vec<Step> = (0..=last).map(|policy| Step { policy, forced: false }).collect();
    match policies.otherwise {
        Some(policy) if policy == last => steps[last].forced = true,
        Some(policy) => steps.push(Step { policy, forced: true }),
        None => {}
    }
    steps
}

/// The leads that one step read, and what came of them.
struct Table {
    step: Step,
    batch: Batch,
    scratch: Scratch,
    evaluation: Option<Evaluation>,
    /// What each entry of the batch was made of, where rows are read as accounts.
    rolled: Vec<Rolled>,
}

/// Rows to be read: each by itself, or put together by account.
#[derive(Clone, Copy)]
struct Input<'c> {
    rows: &'c Rows,
    groups: Option<&'c [Group]>,
}

/// What one thread keeps from chunk to chunk.
struct Worker<'w, 'p> {
    policies: &'w Policies,
    desks: &'w [Desk<'p>],
    writing: Writing<'w>,
    look: Option<&'w dyn Look>,
    briefs: Briefs,
    /// One a step, and a last one for leads that no policy applies to, read as the first policy reads.
    tables: Vec<Table>,
}

/// Where a lead is to be looked up.
#[derive(Clone, Copy)]
struct Fate {
    row: usize,
    table: usize,
    lead: usize,
    in_scope: bool,
}

impl<'w, 'p> Worker<'w, 'p> {
    fn new(
        policies: &'w Policies,
        desks: &'w [Desk<'p>],
        writing: Writing<'w>,
        look: Option<&'w dyn Look>,
    ) -> Worker<'w, 'p> {
        let none = Step { policy: 0, forced: false };
        let table = |step: Step| Table {
            step,
            batch: Batch::new(&policies.list[step.policy]),
            scratch: desks[step.policy].reader.scratch(),
            evaluation: None,
            rolled: Vec::new(),
        };
        let tables = steps(policies).into_iter().chain([none]).map(table).collect();
        Worker { policies, desks, writing, look, briefs: Briefs::new(writing.format), tables }
    }

    /// Reads some rows, or some accounts by their places, for one step; gives those that are in its batch.
    fn read(&mut self, table: usize, input: Input<'_>, which: &[usize], found: &mut Found) -> Vec<usize> {
        let Table { step, batch, scratch, rolled, .. } = &mut self.tables[table];
        let reader = &self.desks[step.policy].reader;
        let mut which = which.iter().copied();
        let Some(groups) = input.groups else {
            return reader.read(input.rows, &mut which, &[], batch, scratch, found);
        };
        let read = reader.read_accounts((input.rows, groups), &mut which, &[], batch, scratch, found);
        let (places, all) = read.into_iter().unzip();
        *rolled = all;
        places
    }

    fn evaluate(&mut self, table: usize) {
        let table = &mut self.tables[table];
        let desk = &self.desks[table.step.policy];
        table.evaluation = Some(desk.decider.engine().evaluate(&table.batch));
    }

    fn in_scope(&self, table: usize, lead: usize) -> bool {
        let table = &self.tables[table];
        let decider = &self.desks[table.step.policy].decider;
        table.evaluation.as_ref().is_some_and(|e| decider.in_scope(e, lead, table.step.forced))
    }

    fn chunk(&mut self, chunk: Chunk, ids: &InOrder<HashSet<u64>>) -> Outcome {
        if let Some(groups) = &chunk.groups {
            return self.accounts(Input { rows: &chunk.rows, groups: Some(groups) }, chunk.number);
        }
        let mut totals = Totals::new(self.policies);
        let rows = &chunk.rows;
        let input = Input { rows, groups: None };
        totals.read = (rows.len() + chunk.rejects.len()) as u64;
        let mut rejects = chunk.rejects;
        let all: Vec<usize> = (0..rows.len()).collect();
        let mut found = Found::default();
        let mut leads = self.read(0, input, &all, &mut found);
        let hashes: Vec<u64> = (0..leads.len()).map(|lead| hash(self.tables[0].batch.id(lead))).collect();
        let repeated: Vec<bool> =
            ids.at(chunk.number, |ids| hashes.into_iter().map(|hash| !ids.insert(hash)).collect());
        if repeated.contains(&true) {
            for (lead, row) in leads.iter().enumerate().filter(|(lead, _)| repeated[*lead]) {
                rejects.push(self.desks[0].reader.repeated(rows, *row, self.tables[0].batch.id(lead)));
            }
            // Read again without them, so that nothing is said of rows that do not count.
            let counts = |row: &usize| leads.binary_search(row).map_or(true, |lead| !repeated[lead]);
            let keep: Vec<usize> = all.into_iter().filter(counts).collect();
            found = Found::default();
            leads = self.read(0, input, &keep, &mut found);
        }
        rejects.append(&mut found.rejects);
        rejects.sort_by_key(|r| r.place);
        totals.rejected = rejects.len() as u64;
        totals.first_reject = rejects.first().map(|r| (r.place.line, r.reason.clone()));
        rejects.into_iter().for_each(|r| totals.found.reject(r));
        let fates = self.decide(input, leads, found, &mut totals.found);
        let said = self.look(rows, &fates, chunk.number, &mut totals);
        self.write(fates, chunk.number, totals, said)
    }

    /// Accounts, whose rows were counted and looked through when they were put together.
    fn accounts(&mut self, input: Input<'_>, number: u64) -> Outcome {
        let mut totals = Totals { accounts: Some(RollUp::default()), ..Totals::new(self.policies) };
        let all: Vec<usize> = (0..input.groups.map_or(0, <[Group]>::len)).collect();
        let mut found = Found::default();
        let read = self.read(0, input, &all, &mut found);
        let rejects = std::mem::take(&mut found.rejects);
        totals.rejected = rejects.len() as u64;
        rejects.into_iter().for_each(|r| totals.found.reject(r));
        let fates = self.decide(input, read, found, &mut totals.found);
        self.write(fates, number, totals, None)
    }

    /// Asks policies in order; each tells only of the leads that it decides. The first has read all leads already.
    fn decide(&mut self, input: Input<'_>, first: Vec<usize>, noticed: Found, found: &mut Found) -> Vec<Fate> {
        let last = self.tables.len() - 1;
        let mut fates = Vec::with_capacity(first.len());
        let mut rest = first;
        let mut noticed = Some(noticed);
        for table in 0..last {
            let mut here = noticed.take().unwrap_or_default();
            let mut leads = std::mem::take(&mut rest);
            if table > 0 {
                leads = self.read(table, input, &leads, &mut here);
            }
            self.evaluate(table);
            if last == 1 {
                // The only policy tells of every lead, in scope or not.
                let fate = |(lead, row): (usize, &usize)| Fate {
                    row: *row,
                    table,
                    lead,
                    in_scope: self.in_scope(table, lead),
                };
                fates.extend(leads.iter().enumerate().map(fate));
                found.merge(here);
                return fates;
            }
            let mine: Vec<usize> =
                leads.iter().enumerate().filter(|(lead, _)| self.in_scope(table, *lead)).map(|(_, row)| *row).collect();
            if mine.len() < leads.len() {
                rest = leads.iter().copied().filter(|row| mine.binary_search(row).is_err()).collect();
                here = Found::default();
                leads = self.read(table, input, &mine, &mut here);
                self.evaluate(table);
            }
            fates.extend(leads.iter().enumerate().map(|(lead, row)| Fate { row: *row, table, lead, in_scope: true }));
            found.merge(here);
        }
        if !rest.is_empty() {
            let mut here = Found::default();
            let leads = self.read(last, input, &rest, &mut here);
            self.evaluate(last);
            let fate = |(lead, row): (usize, &usize)| Fate { row: *row, table: last, lead, in_scope: false };
            fates.extend(leads.iter().enumerate().map(fate));
            found.merge(here);
        }
        fates.sort_by_key(|f| f.row);
        fates
    }

    /// Lets somebody look at each lead, if there is somebody; gives what that writes in place of decisions.
    fn look(&self, rows: &Rows, fates: &[Fate], number: u64, totals: &mut Totals) -> Option<Vec<u8>> {
        let look = self.look?;
        for (place, &Fate { row, table, lead, in_scope }) in fates.iter().enumerate() {
            let Table { step, batch, evaluation, .. } = &self.tables[table];
            let (policy, forced, desk) = (step.policy, step.forced, &self.desks[step.policy]);
            let Some(evaluation) = evaluation else { continue };
            let at = number * CHUNK as u64 + place as u64;
            let met = Met { policy, desk, evaluation, batch, lead, in_scope, forced, rows, row, at };
            look.lead(&met, &mut totals.seen);
        }
        look.writes().then(|| std::mem::take(&mut totals.seen.said))
    }

    fn write(&mut self, fates: Vec<Fate>, number: u64, mut totals: Totals, said: Option<Vec<u8>>) -> Outcome {
        let asked = self.writing.asks && number * (CHUNK as u64) < ASKED;
        let (mut bytes, mut failed) = (Vec::new(), None);
        let mut count = 0;
        for fate in &fates {
            let table = &self.tables[fate.table];
            let desk = &self.desks[table.step.policy];
            let Some(e) = &table.evaluation else { continue };
            let forced = table.step.forced;
            let tally = &mut totals.tallies[table.step.policy];
            if fate.in_scope {
                totals.decided += 1;
                tally.add(desk.reader.policy(), desk.program, e, &table.batch, fate.lead);
            } else {
                totals.out_of_scope += 1;
                tally.add_out_of_scope();
            }
            if self.writing.only.is_some_and(|only| !only.contains(table.batch.id(fate.lead))) {
                continue;
            }
            count += 1;
            if said.is_some() {
                continue;
            }
            let account = table.rolled.get(fate.lead).map(|r| desk.decider.behind(e, &table.batch, fate.lead, r));
            if let (Some(all), Some(account)) = (&mut totals.accounts, &account) {
                let decision = || desk.decider.decision_without_questions(e, &table.batch, fate.lead, forced);
                all.add(desk.reader.policy(), e, fate.lead, fate.in_scope, account, decision);
            }
            let mut full = (self.writing.kept || self.writing.wanted && self.writing.full)
                .then(|| desk.decision(e, &table.batch, fate.lead, forced));
            if let (Some(earlier), Some((decision, _))) = (self.writing.earlier, &mut full)
                && let Some(verdict) = &mut decision.verdict
                && let Some(due) = earlier.due(&decision.id, &decision.policy.name, &verdict.route.outcome)
            {
                verdict.next_step.due = due;
            }
            if asked && fate.in_scope {
                let open = match &full {
                    Some((_, Some(open))) => open,
                    _ => &desk.open_route(e, &table.batch, fate.lead, forced),
                };
                tally.add_asked(e, fate.lead, open);
            }
            if !self.writing.wanted {
                if let Some((decision, _)) = full {
                    let open = desk.decider.open_fields(&decision, &table.batch, fate.lead);
                    totals.kept.push(Kept { policy: table.step.policy, decision, open });
                }
                continue;
            }
            let written = match full {
                Some((decision, _)) => {
                    decision_bytes(&Decision { account, ..decision }, &mut bytes, self.writing.format)
                }
                None => {
                    let mut brief = desk.decider.brief(e, &table.batch, fate.lead, table.step.forced);
                    if let (Some(earlier), Some(verdict)) = (self.writing.earlier, &mut brief.verdict)
                        && let Some(due) = earlier.due(brief.id, &brief.policy.name, verdict.route.outcome)
                    {
                        verdict.next_step.due = due;
                    }
                    let brief = Brief { account: account.as_ref(), ..brief };
                    self.briefs.bytes(&brief, &mut bytes)
                }
            };
            failed = failed.or(written.err());
        }
        Outcome { totals, bytes: said.unwrap_or(bytes), written: count, failed }
    }
}

/// What is remembered of an id.
pub(super) fn hash(id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}
