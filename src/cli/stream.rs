//! Leads through policies, chunk by chunk, on several threads; what comes out does not depend on how many.
//!
//! Two things happen in the order of the file: ids are noted, so that the second lead of an id is the one that is rejected, and results are
//! added up and written. Everything between runs side by side.

use super::desk::Desk;
use super::inputs::{Policies, Stop, unusable};
use super::look::{Look, Met, Seen};
use crate::data::findings::{Place, Reject, shown};
use crate::data::reader::{Found, Scratch};
use crate::data::source::{Chunk, Rows, Source};
use crate::data::table::FileError;
use crate::engine::Evaluation;
use crate::engine::decision::Decision;
use crate::engine::facts::Batch;
use crate::policy::FieldId;
use crate::report::leads::{Briefs, Format, Leads, decision_bytes};
use crate::report::tally::Tally;
use hashbrown::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Rows of a chunk. Enough to fill machine words, few enough that memory stays small.
const CHUNK: usize = 1024;
/// So many leads, the first of the file, are asked what their route rests on; all would take longer than deciding them.
const ASKED: u64 = 2_048;

/// What a run adds up to.
pub struct Totals {
    pub read: u64,
    pub decided: u64,
    pub out_of_scope: u64,
    pub rejected: u64,
    /// By policy.
    pub tallies: Vec<Tally>,
    /// What was noticed; the rejects are written, not kept.
    pub found: Found,
    /// The first row of the leads file that could not be used, if any: its line, and why.
    pub first_reject: Option<(u64, String)>,
    /// Every lead in the order of the file, where that was asked for.
    pub kept: Vec<Kept>,
    /// What somebody who looked keeps, in the same order.
    pub seen: Seen,
}

/// Where results go. Rejects go there as they are met: a file of nothing else needs no more memory than a good one.
pub struct Outputs<'w> {
    pub leads: &'w mut (dyn Write + Send),
    pub rejects: Rejects<'w>,
    /// Somebody who looks at each lead on the way.
    pub look: Option<&'w dyn Look>,
}

/// What takes a row that could not be used.
pub type Rejects<'w> = &'w mut (dyn FnMut(&Reject) -> io::Result<()> + Send);

/// A whole decision that is kept.
pub struct Kept {
    /// The place of the policy that decided; of the first, for a lead that none applies to.
    pub policy: usize,
    pub decision: Decision,
    /// Fields of the lead that are not known and that its decision rests on.
    pub open: Vec<FieldId>,
}

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
}

/// What one chunk came to.
struct Outcome {
    totals: Totals,
    bytes: Vec<u8>,
    written: u64,
    failed: Option<io::Error>,
}

/// Something that is done chunk after chunk, whoever did the chunk.
struct InOrder<T> {
    state: Mutex<(u64, T)>,
    turned: Condvar,
}

impl<T> InOrder<T> {
    fn new(state: T) -> InOrder<T> {
        InOrder { state: Mutex::new((0, state)), turned: Condvar::new() }
    }

    /// Waits until all chunks before `number` are through, then does something.
    fn at<R>(&self, number: u64, act: impl FnOnce(&mut T) -> R) -> R {
        let mut state = locked(&self.state);
        while state.0 != number {
            state = self.turned.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let result = act(&mut state.1);
        state.0 += 1;
        self.turned.notify_all();
        result
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The state that is kept in order at the end of each chunk.
struct Sink<'w> {
    totals: Totals,
    out: Option<Leads<&'w mut (dyn Write + Send)>>,
    rejects: Rejects<'w>,
    failed: Option<io::Error>,
}

/// Decides all leads of a source. What was noticed in files of behaviour and contacts is in `first` already.
pub fn stream(
    source: &mut Source,
    policies: &Policies,
    desks: &[Desk<'_>],
    threads: usize,
    writing: Writing<'_>,
    outputs: Outputs<'_>,
    mut first: Found,
) -> Result<Totals, Stop> {
    let Outputs { leads: out, rejects, look } = outputs;
    let failed_to_write = |e: &io::Error| Stop::Unusable(format!("the output cannot be written: {e}"));
    std::mem::take(&mut first.rejects).iter().try_for_each(&mut *rejects).map_err(|e| failed_to_write(&e))?;
    let totals = Totals { found: first, ..Totals::new(policies) };
    let out = match writing.wanted {
        true => Some(Leads::new(out, writing.format).map_err(|e| failed_to_write(&e))?),
        false => None,
    };
    let sink = InOrder::new(Sink { totals, out, rejects, failed: None });
    let ids = InOrder::new(HashSet::<u64>::new());
    let file = source.file.to_string();
    let source = Mutex::new((source, None::<FileError>));
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
    let (_, sink) = sink.state.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some(error) = sink.failed {
        return Err(failed_to_write(&error));
    }
    if let Some(out) = sink.out {
        out.finish().map_err(|e| failed_to_write(&e))?;
    }
    Ok(sink.totals)
}

impl Totals {
    fn new(policies: &Policies) -> Totals {
        Totals {
            read: 0,
            decided: 0,
            out_of_scope: 0,
            rejected: 0,
            tallies: policies.list.iter().map(Tally::new).collect(),
            found: Found::default(),
            first_reject: None,
            kept: Vec::new(),
            seen: Seen::default(),
        }
    }
}

impl Sink<'_> {
    /// Adds a chunk; false once the output is broken.
    fn take(&mut self, result: Outcome) -> bool {
        if self.failed.is_some() {
            return false;
        }
        let Totals { read, decided, out_of_scope, rejected, tallies, mut found, first_reject, kept, seen } =
            result.totals;
        self.totals.read += read;
        self.totals.decided += decided;
        self.totals.out_of_scope += out_of_scope;
        self.totals.rejected += rejected;
        self.totals.tallies.iter_mut().zip(&tallies).for_each(|(all, one)| all.merge(one));
        let rejects = std::mem::take(&mut found.rejects);
        self.totals.found.merge(found);
        self.totals.first_reject = self.totals.first_reject.take().or(first_reject);
        self.totals.kept.extend(kept);
        self.totals.seen.merge(seen);
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
        };
        let tables = steps(policies).into_iter().chain([none]).map(table).collect();
        Worker { policies, desks, writing, look, briefs: Briefs::new(writing.format), tables }
    }

    fn read(&mut self, table: usize, rows: &Rows, which: &[usize], found: &mut Found) -> Vec<usize> {
        let Table { step, batch, scratch, .. } = &mut self.tables[table];
        self.desks[step.policy].reader.read(rows, &mut which.iter().copied(), &[], batch, scratch, found)
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
        let mut totals = Totals::new(self.policies);
        let rows = &chunk.rows;
        totals.read = (rows.len() + chunk.rejects.len()) as u64;
        let mut rejects = chunk.rejects;
        let all: Vec<usize> = (0..rows.len()).collect();
        let mut found = Found::default();
        let mut leads = self.read(0, rows, &all, &mut found);
        let hashes: Vec<u64> = (0..leads.len()).map(|lead| hash(self.tables[0].batch.id(lead))).collect();
        let repeated: Vec<bool> =
            ids.at(chunk.number, |ids| hashes.into_iter().map(|hash| !ids.insert(hash)).collect());
        if repeated.contains(&true) {
            for (lead, row) in leads.iter().enumerate().filter(|(lead, _)| repeated[*lead]) {
                rejects.push(self.repeated(rows, *row, lead));
            }
            // Read again without them, so that nothing is said of rows that do not count.
            let counts = |row: &usize| leads.binary_search(row).map_or(true, |lead| !repeated[lead]);
            let keep: Vec<usize> = all.into_iter().filter(counts).collect();
            found = Found::default();
            leads = self.read(0, rows, &keep, &mut found);
        }
        rejects.append(&mut found.rejects);
        rejects.sort_by_key(|r| r.place);
        totals.rejected = rejects.len() as u64;
        totals.first_reject = rejects.first().map(|r| (r.place.line, r.reason.clone()));
        rejects.into_iter().for_each(|r| totals.found.reject(r));
        let fates = self.decide(rows, leads, found, &mut totals.found);
        let said = self.look(rows, &fates, chunk.number, &mut totals);
        self.write(fates, chunk.number, totals, said)
    }

    fn repeated(&self, rows: &Rows, row: usize, lead: usize) -> Reject {
        let id = shown(self.tables[0].batch.id(lead));
        Reject {
            file: self.desks[0].reader.file().clone(),
            place: Place { line: rows.line(row), column: 1 },
            reason: format!("the id `{id}` was met before; the first row of an id counts"),
            raw: rows.raw(row),
        }
    }

    /// Asks policies in order; each tells only of the leads that it decides. The first has read all leads already.
    fn decide(&mut self, rows: &Rows, first: Vec<usize>, noticed: Found, found: &mut Found) -> Vec<Fate> {
        let last = self.tables.len() - 1;
        let mut fates = Vec::with_capacity(first.len());
        let mut rest = first;
        let mut noticed = Some(noticed);
        for table in 0..last {
            let mut here = noticed.take().unwrap_or_default();
            let mut leads = std::mem::take(&mut rest);
            if table > 0 {
                leads = self.read(table, rows, &leads, &mut here);
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
                leads = self.read(table, rows, &mine, &mut here);
                self.evaluate(table);
            }
            fates.extend(leads.iter().enumerate().map(|(lead, row)| Fate { row: *row, table, lead, in_scope: true }));
            found.merge(here);
        }
        if !rest.is_empty() {
            let mut here = Found::default();
            let leads = self.read(last, rows, &rest, &mut here);
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
        for &Fate { row, table, lead, in_scope } in fates {
            let Table { step, batch, evaluation, .. } = &self.tables[table];
            let (policy, desk, forced) = (step.policy, &self.desks[step.policy], step.forced);
            let Some(evaluation) = evaluation else { continue };
            let at = number * CHUNK as u64 + row as u64;
            look.lead(
                &Met { policy, desk, evaluation, batch, lead, in_scope, forced, rows, row, at },
                &mut totals.seen,
            );
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
            let full = (self.writing.kept || self.writing.wanted && self.writing.full)
                .then(|| desk.decision(e, &table.batch, fate.lead, forced));
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
                Some((decision, _)) => decision_bytes(&decision, &mut bytes, self.writing.format),
                None => {
                    let brief = desk.decider.brief(e, &table.batch, fate.lead, table.step.forced);
                    self.briefs.bytes(&brief, &mut bytes)
                }
            };
            failed = failed.or(written.err());
        }
        Outcome { totals, bytes: said.unwrap_or(bytes), written: count, failed }
    }
}

fn hash(id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}
