//! What a lead can still come to, exactly: where its completions go, and which answers decide that.
//!
//! The bound of the engine is fast and may allow too much. What it leaves open is asked of the solver here: a route that a completion is to reach is
//! either proved impossible, or reached by a completion that the engine decides so.

use super::encode::Encoding;
use super::lead::give;
use super::of_lead::Leads;
use super::solver::{Answer, Lit};
use crate::engine::decision::Decision;
use crate::engine::facts::{Batch, Column, SetState};
use crate::engine::{Engine, OpenRoute, is_open};
use crate::policy::condition::Test;
use crate::policy::time::Instant;
use crate::policy::{Atom, BuiltIn, FieldId, OutcomeId, Policy};
use crate::program::{Op, Program};

/// So many conflicts one question may take. Leads of the shipped policies take a few at most.
const CONFLICTS: u64 = 10_000;

/// The completions of leads of one policy at one instant.
#[derive(Clone, Debug)]
pub struct Completions<'p> {
    policy: &'p Policy,
    program: &'p Program,
    engine: Engine<'p>,
    leads: Leads<'p>,
}

impl<'p> Completions<'p> {
    /// For a policy and the program that was lowered from it.
    pub fn new(policy: &'p Policy, program: &'p Program, as_of: Instant) -> Completions<'p> {
        let leads = Leads::new(policy, program, as_of);
        Completions { policy, program, engine: Engine::new(policy, program, as_of), leads }
    }

    /// Whether something of a decision is only a bound.
    pub fn needed(decision: &Decision) -> bool {
        decision.scope_open || decision.verdict.as_ref().is_some_and(|v| !v.route.exact)
    }

    /// Makes exact what a decision about a lead says of its completions, and what its route rests on: whether scope is open, `settled`,
    /// `could_be`, `ask`. What cannot be told within the budget stays the bound that it was. `forced`: the lead is in scope whatever
    /// `applies when` says.
    pub fn refine(
        &self,
        batch: &Batch,
        lead: usize,
        forced: bool,
        decision: &mut Decision,
        open: Option<&mut OpenRoute>,
    ) {
        let Some(mut case) = self.case(batch, lead, forced) else { return };
        if decision.scope_open {
            decision.scope_open = case.scope_open(decision.in_scope);
        }
        if let (Some(verdict), Some(open)) = (&mut decision.verdict, open) {
            case.refine(open);
            open.tell(self.policy, verdict);
        }
    }

    /// The same for what a route rests on alone.
    pub fn refine_route(&self, batch: &Batch, lead: usize, forced: bool, open: &mut OpenRoute) {
        if let Some(mut case) = self.case(batch, lead, forced) {
            case.refine(open);
        }
    }

    fn case<'c>(&'c self, batch: &'c Batch, lead: usize, forced: bool) -> Option<Case<'c, 'p>> {
        let mut encoding = self.leads.encoding(batch, lead)?;
        let in_scope = encoding.in_scope();
        let routes = routes(&mut encoding);
        let own = (BuiltIn::ALL.len() as u16..self.policy.fields.len() as u16).map(FieldId);
        let open = own.filter(|f| is_open(batch, *f, lead)).collect();
        Some(Case { all: self, batch, lead, forced, open, encoding, in_scope, routes })
    }
}

/// Whether some completion goes a way.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Can {
    /// The engine sends one there.
    Yes,
    /// Proved that none does.
    No,
    /// Neither was found within the budget, or words were missing.
    Perhaps,
}

/// One lead with its completions.
struct Case<'c, 'p> {
    all: &'c Completions<'p>,
    batch: &'c Batch,
    lead: usize,
    forced: bool,
    /// Fields that a completion may fill.
    open: Vec<FieldId>,
    encoding: Encoding<'p>,
    in_scope: Lit,
    /// By outcome.
    routes: Vec<Lit>,
}

impl Case<'_, '_> {
    fn refine(&mut self, open: &mut OpenRoute) {
        if open.exact || !self.agrees(open.now) {
            return;
        }
        let can: Vec<(OutcomeId, Can)> = open.could_be.iter().map(|other| (*other, self.can_go(*other))).collect();
        open.could_be = can.iter().filter(|(_, can)| *can != Can::No).map(|(o, _)| *o).collect();
        open.exact = can.iter().all(|(_, can)| *can != Can::Perhaps);
        if open.could_be.is_empty() {
            open.ask.clear();
        } else if open.exact {
            let routes: Vec<OutcomeId> = open.could_be.iter().copied().chain([open.now]).collect();
            open.ask = self.ask(&routes).unwrap_or_else(|| std::mem::take(&mut open.ask));
        }
    }

    fn solve(&mut self, literals: &[Lit]) -> Answer {
        self.encoding.gates.solve(literals, CONFLICTS)
    }

    /// Solves for completions, which stay in scope.
    fn completed(&mut self, literals: &[Lit]) -> Answer {
        let scope = if self.forced { &[][..] } else { &[self.in_scope] };
        self.solve(&[scope, literals].concat())
    }

    /// Whether a completion comes out of scope, or into it where the lead is out.
    fn scope_open(&mut self, in_scope: bool) -> bool {
        let other = if in_scope { !self.in_scope } else { self.in_scope };
        self.solve(&[other]) != Answer::No
    }

    /// Whether the lead as it is goes where the engine sends it. Otherwise nothing that is found here is to be relied on.
    fn agrees(&mut self, now: OutcomeId) -> bool {
        let keeps = |f: &&FieldId| matches!(self.batch.column(**f), Column::Set { state, .. } if state[self.lead] == SetState::Open);
        let blank = self.open.iter().filter(|f| !keeps(f)).map(|f| !self.encoding.space.known(*f));
        let blank: Vec<Lit> = blank.chain([self.routes[now.index()]]).collect();
        self.completed(&blank) == Answer::Yes
    }

    fn can_go(&mut self, outcome: OutcomeId) -> Can {
        let route = self.routes[outcome.index()];
        match self.completed(&[route]) {
            Answer::No => return Can::No,
            Answer::Unknown => return Can::Perhaps,
            Answer::Yes if self.replayed() == Some(outcome) => return Can::Yes,
            Answer::Yes => {}
        }
        // A text was needed for which no words are known; perhaps another does as well.
        let (space, gates) = (&self.encoding.space, &mut self.encoding.gates);
        let mut wanted: Vec<Lit> = self.open.iter().filter_map(|f| space.worded(*f, gates)).collect();
        wanted.push(route);
        let found = self.completed(&wanted) == Answer::Yes && self.replayed() == Some(outcome);
        if found { Can::Yes } else { Can::Perhaps }
    }

    /// Where the engine sends the completion that was found.
    fn replayed(&self) -> Option<OutcomeId> {
        let found = self.encoding.found();
        let policy = self.all.policy;
        let mut batch = Batch::new(policy);
        batch.begin_like(self.batch, self.lead, policy.fields.len());
        let filled = found.fields.iter().filter(|(field, ..)| self.open.contains(field));
        filled.for_each(|(field, given, state)| give(&mut batch, *field, given, *state));
        batch.finish();
        let e = self.all.engine.evaluate(&batch);
        (self.forced || e.in_scope.is_true(0)).then(|| e.routes[0].outcome)
    }

    /// Fields that together decide which of some routes it is, none of which can be dropped, the most telling first.
    fn ask(&mut self, routes: &[OutcomeId]) -> Option<Vec<FieldId>> {
        let mut pair = Pair::new(self)?;
        let telling = |f: &&FieldId| self.all.program.support.route.has(**f);
        let mut kept: Vec<FieldId> = self.open.iter().filter(telling).copied().collect();
        let mut needed = pair.decided_by(&kept)?;
        for field in kept.clone().into_iter().rev() {
            let rest: Vec<FieldId> = kept.iter().copied().filter(|f| *f != field).collect();
            // What the last proof did without can go without asking again.
            if !needed.contains(&field) {
                kept = rest;
            } else if let Some(still) = pair.decided_by(&rest) {
                (kept, needed) = (rest, still);
            }
        }
        if kept.len() > 1 {
            let removed = self.removed(&kept, routes);
            let mut order: Vec<(usize, FieldId)> = removed.into_iter().zip(kept).collect();
            // The sort keeps the order of declaration among equals.
            order.sort_by_key(|(removed, _)| std::cmp::Reverse(*removed));
            kept = order.into_iter().map(|(_, field)| field).collect();
        }
        Some(kept)
    }

    /// By field: how many routes its best answer takes away.
    fn removed(&mut self, fields: &[FieldId], routes: &[OutcomeId]) -> Vec<usize> {
        let space = &self.encoding.space;
        let answers: Vec<Vec<Vec<Lit>>> =
            fields.iter().map(|f| space.answers(*f, &tested(self.all.program, *f))).collect();
        let mut reached: Vec<Vec<Vec<bool>>> =
            answers.iter().map(|list| vec![vec![false; routes.len()]; list.len()]).collect();
        let mut removed = Vec::new();
        for (at, list) in answers.iter().enumerate() {
            let mut fewest = routes.len();
            for (place, answer) in list.iter().enumerate() {
                let mut left = reached[at][place].iter().filter(|r| **r).count();
                for (i, route) in routes.iter().enumerate() {
                    if left >= fewest {
                        break;
                    }
                    if reached[at][place][i] {
                        continue;
                    }
                    let wanted = [answer.as_slice(), &[self.routes[route.index()]]].concat();
                    let found = self.completed(&wanted);
                    left += usize::from(found != Answer::No);
                    if found == Answer::Yes {
                        self.note(&answers, i, &mut reached);
                    }
                }
                // An answer that no completion in scope has leaves nothing at all, and tells nothing.
                if left > 0 {
                    fewest = fewest.min(left);
                }
            }
            removed.push(routes.len() - fewest);
        }
        removed
    }

    /// The completion that was found has one answer to each field, all of which leave its route.
    fn note(&self, answers: &[Vec<Vec<Lit>>], route: usize, reached: &mut [Vec<Vec<bool>>]) {
        for (list, reached) in answers.iter().zip(reached) {
            let own = list.iter().position(|answer| answer.iter().all(|l| self.encoding.gates.value(*l)));
            own.into_iter().for_each(|place| reached[place][route] = true);
        }
    }
}

/// Two completions of one lead side by side, which go different ways.
struct Pair<'p> {
    first: Encoding<'p>,
    /// What makes them such.
    apart: Vec<Lit>,
    /// By field: the two are the same in it.
    same: Vec<Lit>,
}

impl<'p> Pair<'p> {
    /// With gates of their own: other questions about the lead are quicker without them.
    fn new(case: &Case<'_, 'p>) -> Option<Pair<'p>> {
        let leads = &case.all.leads;
        let mut first = leads.encoding(case.batch, case.lead)?;
        let space = leads.space(case.batch, case.lead, &mut first.gates)?;
        let mut second = first.second(space);
        let (mine, theirs) = (routes(&mut first), routes(&mut second));
        let gates = &mut first.gates;
        let ways: Vec<Lit> = mine.iter().zip(&theirs).map(|(a, b)| gates.and([*a, !*b])).collect();
        let mut apart = vec![gates.or(ways)];
        let fields = (0..case.all.policy.fields.len() as u16).map(FieldId);
        let same = fields.map(|f| first.space.same(&second.space, f, gates)).collect();
        if !case.forced {
            apart.extend([first.in_scope(), second.in_scope()]);
        }
        Some(Pair { first, apart, same })
    }

    /// Whether completions that are the same in some fields always go the same way: those that the proof needed, if so.
    fn decided_by(&mut self, fields: &[FieldId]) -> Option<Vec<FieldId>> {
        let same = |field: &FieldId| self.same[field.index()];
        let assumed: Vec<Lit> = self.apart.iter().copied().chain(fields.iter().map(same)).collect();
        if self.first.gates.solve(&assumed, CONFLICTS) != Answer::No {
            return None;
        }
        let core = self.first.gates.core();
        Some(fields.iter().copied().filter(|f| core.contains(&same(f))).collect())
    }
}

/// By outcome: whether a lead goes there.
fn routes(encoding: &mut Encoding<'_>) -> Vec<Lit> {
    (0..encoding.policy.outcomes.len() as u16).map(|o| encoding.goes_to(OutcomeId(o))).collect()
}

/// The members of a multi-select that some condition looks at.
pub(super) fn tested(program: &Program, field: FieldId) -> Vec<u16> {
    let mut members = Vec::new();
    for node in &program.support.tests[field.index()] {
        if let Op::Atom(Atom::Field(_, Test::HasAny(list) | Test::HasAll(list))) = &program.node(*node).op {
            members.extend(list);
        }
    }
    members.sort_unstable();
    members.dedup();
    members
}
