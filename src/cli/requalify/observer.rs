//! Looks at each decided lead, holds it against what it was, and writes what is kept of it.

use crate::cli::inputs::Stop;
use crate::cli::look::{Look, Met, Seen};
use crate::data::reader::Reader;
use crate::data::source::Source;
use crate::diff::{Ladder, Ladders};
use crate::engine::Engine;
use crate::engine::decision::PolicyRef;
use crate::engine::facts::Batch;
use crate::policy::time::Instant;
use crate::policy::{Cond, Policy};
use crate::program::Program;
use crate::report::leads::object_line;
use crate::requalify::{
    Again, Blind, Compared, Counts, Earlier, Fading, Faint, Now, Place, Plan, Snapshot, Told, Watched, line,
};
use std::collections::{BTreeMap, HashSet};
use std::sync::{Mutex, OnceLock, PoisonError};

/// What leads are held against.
#[derive(Clone, Copy)]
pub enum Against<'o> {
    Nothing,
    Snapshot(&'o Snapshot),
    Instant(Instant),
}

/// What is asked of leads.
#[derive(Clone, Copy)]
pub struct Asked<'o> {
    pub as_of: Instant,
    pub against: Against<'o>,
    /// Whether a line is written of each lead.
    pub save: bool,
    /// So many days ahead is looked for what a reported lead loses.
    pub horizon: u32,
    /// So many days ahead is looked for what any lead loses, where that is asked.
    pub fading: Option<u32>,
}

/// What came out so far, in the order in which threads found it; each with its place in the file.
#[derive(Default)]
pub struct Noted {
    again: Vec<(u64, Again)>,
    faint: Vec<(u64, Faint)>,
    pub blind: BTreeMap<Blind, u64>,
    pub counts: Counts,
    /// Places of the leads of the snapshot that were met.
    pub met: HashSet<usize>,
}

impl Noted {
    /// Leads in the order of the file: those to look at again, and those that fade.
    pub fn leads(&mut self) -> (Vec<Again>, Vec<Faint>) {
        self.again.sort_by_key(|(order, _)| *order);
        self.faint.sort_by_key(|(order, _)| *order);
        let again = std::mem::take(&mut self.again).into_iter().map(|(_, a)| a).collect();
        (again, std::mem::take(&mut self.faint).into_iter().map(|(_, f)| f).collect())
    }
}

/// What is known of the policies once they are lowered.
struct Begun {
    policies: Vec<(Plan, Fading)>,
    /// Outcomes of all policies, the nearest to sales first.
    routes: Ladder,
}

/// Looks at leads for a comparison.
pub struct Observer<'o> {
    asked: Asked<'o>,
    begun: OnceLock<Begun>,
    noted: Mutex<Noted>,
}

impl<'o> Observer<'o> {
    /// For what is asked.
    pub fn new(asked: Asked<'o>) -> Observer<'o> {
        Observer { asked, begun: OnceLock::new(), noted: Mutex::default() }
    }

    /// What came out.
    pub fn noted(self) -> Noted {
        self.noted.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a lead was, with its place in the snapshot where it stands in one.
    fn earlier(&self, now: &Now<'_>, reference: &PolicyRef) -> Option<(Option<usize>, Earlier)> {
        match self.asked.against {
            Against::Nothing => None,
            Against::Snapshot(snapshot) => snapshot.lead(now.batch.id(now.lead)).map(|(at, lead)| (Some(at), lead)),
            Against::Instant(since) => Some((None, at(now, reference, since))),
        }
    }
}

/// The same lead under the same policy at an earlier instant. Fields and people are not looked at: the data say nothing of when they came.
fn at(now: &Now<'_>, reference: &PolicyRef, since: Instant) -> Earlier {
    let (policy, program) = (now.policy, now.program);
    let engine = Engine::new(policy, program, since);
    let one = Batch::alone(policy, now.batch, now.lead);
    let e = engine.evaluate(&one);
    // A lead that a policy was made to decide is decided by it at any time.
    let forced = now.in_scope && !now.e.in_scope.is_true(now.lead);
    let place = (forced || e.in_scope.is_true(0)).then(|| Place::of(&engine, (policy, program), &e, &one, 0));
    Earlier { policy: reference.clone(), as_of: since, place, watched: Watched::default() }
}

impl Look for Observer<'_> {
    fn goals<'p>(&self, policy: &'p Policy) -> Vec<&'p Cond> {
        Plan::goals(policy)
    }

    fn begin(&self, _source: &Source, readers: &[Reader<'_>], programs: &[Program]) -> Result<(), Stop> {
        let each = || readers.iter().map(Reader::policy).zip(programs);
        let policies = each().map(|(p, program)| (Plan::new(p, program), Fading::new(p, program))).collect();
        let all: Vec<Policy> = readers.iter().map(|r| r.policy().clone()).collect();
        // A second file cannot be begun: one observer looks at one run.
        let _ = self.begun.set(Begun { policies, routes: Ladders::of(&all, &all).routes });
        Ok(())
    }

    fn writes(&self) -> bool {
        self.asked.save
    }

    fn lead(&self, met: &Met<'_, '_>, seen: &mut Seen) {
        let Some(begun) = self.begun.get() else { return };
        let (plan, fading) = &begun.policies[met.policy];
        let (policy, program) = (met.desk.reader.policy(), met.desk.program);
        let (e, batch, lead) = (met.evaluation, met.batch, met.lead);
        let now = Now { policy, program, decider: &met.desk.decider, e, batch, lead, in_scope: met.in_scope };
        let engine = met.desk.decider.engine();
        let reference =
            PolicyRef { name: policy.name.clone(), version: policy.version.clone(), hash: policy.hash.clone() };
        let place = met.in_scope.then(|| Place::of(engine, (policy, program), e, batch, lead));
        let forced = met.in_scope && !e.in_scope.is_true(lead);
        let falls = |days: u32| match met.in_scope {
            true => fading.falls((policy, program), (batch, lead), forced, self.asked.as_of, days),
            false => Vec::new(),
        };
        let earlier = self.earlier(&now, &reference);
        let compared = earlier.as_ref().map(|(at, earlier)| {
            plan.compare(&now, (met.policy, place.as_ref()), earlier, &begun.routes, at.is_some())
        });
        let earlier_lead = earlier.as_ref().map(|(_, lead)| lead);
        let again = match compared.as_ref().map(|c| &c.told) {
            Some(Told::Again(again)) => Some(Again { falls: falls(self.asked.horizon), ..(**again).clone() }),
            _ => None,
        };
        let faint = self.asked.fading.and_then(|days| {
            let place = place.as_ref()?;
            // Who was turned away for scope has nothing to lose.
            let falls = if now.turned_away(place) { Vec::new() } else { falls(days) };
            let route = place.route.clone();
            (!falls.is_empty()).then(|| Faint { id: batch.id(lead).to_string(), policy: met.policy, route, falls })
        });
        if self.asked.save {
            let watched = plan.watched(&now, earlier_lead.map(|l| &l.watched));
            let place = place.map(|p| Place { due: p.due_after(&policy.name, earlier_lead).0, ..p });
            let kept = Earlier { policy: reference, as_of: self.asked.as_of, place, watched };
            object_line(&line(batch.id(lead), &kept), &mut seen.said);
        }
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        count(&mut noted, compared.as_ref());
        noted.met.extend(earlier.and_then(|(at, _)| at));
        noted.again.extend(again.map(|a| (met.at, a)));
        noted.faint.extend(faint.map(|f| (met.at, f)));
    }
}

fn count(noted: &mut Noted, compared: Option<&Compared>) {
    let Some(Compared { told, blind }) = compared else {
        noted.counts.new += 1;
        return;
    };
    match told {
        Told::Quiet => noted.counts.quiet += 1,
        Told::Held => noted.counts.held += 1,
        Told::Again(_) => noted.counts.again += 1,
    }
    for what in blind {
        *noted.blind.entry(what.clone()).or_default() += 1;
    }
}
