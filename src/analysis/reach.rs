//! What would have to change about a lead for it to reach a route or a stage: as little as can be, or what stands in the way.
//!
//! Fewest changes count; among as few, those that stand first: open fields, then known ones, then roles, then events, each in order of declaration. What
//! is found is decided by the engine before it is told.

use super::completions::tested;
use super::lead::{Lead, give};
use super::moves::{Fact, Moves, Unit};
use super::of_lead::Leads;
use super::solver::{Answer, Lit};
use super::space::Domain;
use super::sums::Sums;
use crate::engine::Engine;
use crate::engine::facts::{Batch, ContactFact, EventFact, SetState, TextRef};
use crate::policy::field::FieldType;
use crate::policy::people::RoleStatus;
use crate::policy::scenario::Given;
use crate::policy::time::{Day, Instant};
use crate::policy::{FieldId, OutcomeId, Policy, RoleId, SignalId};
use crate::program::Program;

/// So many conflicts one question may take.
const CONFLICTS: u64 = 50_000;

/// What is to be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    Outcome(OutcomeId),
    /// A stage by its level, counted from 1, or a later one.
    Stage(u16),
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum Reach {
    /// It is there.
    Already,
    /// These changes lead there, as the engine says too. `fewest`: proved that no fewer do.
    By { changes: Vec<Change>, fewest: bool },
    /// Proved that nothing that can change leads there; none of these facts could be left out of the proof. Where there are none, no lead gets there.
    Never(Vec<Fact>),
    /// Neither could be told; in words.
    NotTold(&'static str),
}

/// One change.
#[derive(Clone, Debug)]
pub enum Change {
    Field {
        field: FieldId,
        to: Given,
        state: SetState,
        works: Works,
    },
    Role(RoleId, RoleStatus),
    /// So many events come that are these signals.
    Events(Vec<SignalId>, u32),
}

/// Which values of a field would do, everything else as the changes say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Works {
    /// Any that is known.
    Any,
    /// One of these choices, ascending.
    OneOf(Vec<u16>),
    /// From, and up to but not including; a number or a day.
    Range(Option<i64>, Option<i64>),
    /// The one that is named; others were not looked at.
    This,
}

/// Looks for changes of leads of one policy at one instant.
#[derive(Clone, Debug)]
pub struct Reaching<'p> {
    policy: &'p Policy,
    program: &'p Program,
    as_of: Instant,
    engine: Engine<'p>,
    leads: Leads<'p>,
}

impl<'p> Reaching<'p> {
    /// For a policy and the program that was lowered from it.
    pub fn new(policy: &'p Policy, program: &'p Program, as_of: Instant) -> Reaching<'p> {
        let leads = Leads::new(policy, program, as_of);
        Reaching { policy, program, as_of, engine: Engine::new(policy, program, as_of), leads }
    }

    /// How a lead would get there. `forced`: it is in scope whatever `applies when` says.
    pub fn reach(&self, batch: &Batch, lead: usize, forced: bool, goal: Goal) -> Reach {
        let asked = Asked { all: self, batch, lead, forced, goal };
        let now = asked.with(&[]);
        if asked.reached(&now)[0] {
            return Reach::Already;
        }
        let in_scope = forced || self.engine.evaluate(&now).in_scope.is_true(0);
        let Some(mut moves) = self.leads.moves(batch, lead, in_scope, false) else {
            return Reach::NotTold("something about this lead cannot be looked at this way");
        };
        let base = asked.wanted(&mut moves);
        match moves.encoding.gates.solve(&base, CONFLICTS) {
            Answer::No => asked.in_the_way(in_scope),
            Answer::Unknown => Reach::NotTold("it is too hard to tell within the budget"),
            Answer::Yes => asked.fewest(&mut moves, base),
        }
    }
}

/// One lead and where it is to go.
struct Asked<'a, 'p> {
    all: &'a Reaching<'p>,
    batch: &'a Batch,
    lead: usize,
    forced: bool,
    goal: Goal,
}

impl Asked<'_, '_> {
    /// What has to hold of a lead that got there.
    fn wanted(&self, moves: &mut Moves<'_>) -> Vec<Lit> {
        let encoding = &mut moves.encoding;
        let there = match self.goal {
            Goal::Outcome(outcome) => encoding.goes_to(outcome),
            Goal::Stage(level) => {
                let levels: Vec<Lit> =
                    (level..=encoding.policy.stages.len() as u16).map(|l| encoding.level(l)).collect();
                encoding.gates.or(levels)
            }
        };
        if self.forced { vec![there] } else { vec![there, encoding.in_scope()] }
    }

    fn fewest(&self, moves: &mut Moves<'_>, mut base: Vec<Lit>) -> Reach {
        const WORDLESS: Reach = Reach::NotTold("it would need a text for which no words were found");
        let (space, gates) = (&moves.encoding.space, &mut moves.encoding.gates);
        let worded = moves.units.iter().filter_map(|(unit, _)| match unit {
            Unit::Field(field) => space.worded(*field, gates),
            _ => None,
        });
        let worded: Vec<Lit> = worded.collect();
        if gates.solve(&[base.as_slice(), &worded].concat(), CONFLICTS) != Answer::Yes {
            return WORDLESS;
        }
        let fewest = fewer(moves, &mut base, &worded);
        base.extend(worded);
        let chosen = first(moves, &mut base);
        let changes = self.changes(moves, &mut base, &chosen);
        if !self.reached(&self.with(&changes))[0] {
            return WORDLESS;
        }
        let works: Vec<Works> = (0..changes.len()).map(|at| self.works(&changes, at)).collect();
        let told = changes.into_iter().zip(works).map(|(change, works)| match change {
            Change::Field { field, to, state, .. } => Change::Field { field, to, state, works },
            other => other,
        });
        Reach::By { changes: told.collect(), fewest }
    }

    /// Values for what changes: the simplest, or the nearest to what it is.
    fn changes(&self, moves: &mut Moves<'_>, base: &mut Vec<Lit>, chosen: &[Unit]) -> Vec<Change> {
        for unit in chosen {
            let ways = match unit {
                Unit::Field(field) => self.nearest(moves, *field),
                Unit::Role(role) => moves.encoding.people.ways(*role),
                Unit::Event(_) => Vec::new(),
            };
            for way in ways {
                let tried = [base.as_slice(), &way].concat();
                if moves.encoding.gates.solve(&tried, CONFLICTS) == Answer::Yes {
                    *base = tried;
                    break;
                }
            }
        }
        // The values of the last lead that was found are read, so it is found once more.
        let _ = moves.encoding.gates.solve(base, CONFLICTS);
        read(&moves.encoding.found(), chosen)
    }

    /// What a field can become, nearest first: an ordered value or a number near what it is, else in order.
    fn nearest(&self, moves: &Moves<'_>, field: FieldId) -> Vec<Vec<Lit>> {
        let space = &moves.encoding.space;
        let mut ways = space.answers(field, &tested(self.all.program, field));
        // Not known is no change for the better.
        ways.pop();
        let now = self.all.leads.as_it_is(field, self.batch, self.lead);
        let ordered = matches!(
            self.all.policy.field(field).ty,
            FieldType::Ordered(_) | FieldType::Number { .. } | FieldType::Date
        );
        let place = now.filter(|_| ordered).and_then(|now| now.place());
        if let Some(place) = place {
            let mut numbered: Vec<(usize, Vec<Lit>)> = ways.into_iter().enumerate().collect();
            numbered.sort_by_key(|(at, _)| at.abs_diff(place));
            ways = numbered.into_iter().map(|(_, way)| way).collect();
        }
        ways
    }

    /// The lead with some changes.
    fn with(&self, changes: &[Change]) -> Batch {
        let mut batch = Batch::new(self.all.policy);
        self.add(&mut batch, changes);
        batch
    }

    fn add(&self, batch: &mut Batch, changes: &[Change]) {
        batch.begin_like(self.batch, self.lead, self.all.policy.fields.len());
        for change in changes {
            match change {
                Change::Field { field, to, state, .. } => give(batch, *field, to, *state),
                Change::Role(role, status) => {
                    batch.supply_contacts();
                    let (roles, status) = (1 << role.0, Some(*status));
                    batch.push_contact(ContactFact {
                        roles,
                        status,
                        persona: None,
                        person: TextRef::NONE,
                        title: TextRef::NONE,
                    });
                }
                Change::Events(signals, times) => {
                    batch.supply_events();
                    let kind = batch.kind_of(signals);
                    (0..*times).for_each(|_| {
                        batch.push_event(EventFact { at: self.all.as_of, kind, contact: None, channel: None })
                    });
                }
            }
        }
        batch.finish();
    }

    /// By lead of a batch: whether the engine says that it is there.
    fn reached(&self, batch: &Batch) -> Vec<bool> {
        let e = self.all.engine.evaluate(batch);
        let there = |lead: usize| match self.goal {
            Goal::Outcome(outcome) => e.routes[lead].outcome == outcome,
            Goal::Stage(level) => e.stages[lead] >= level,
        };
        (0..batch.len()).map(|lead| there(lead) && (self.forced || e.in_scope.is_true(lead))).collect()
    }

    /// Which values of one change would do as well.
    fn works(&self, changes: &[Change], at: usize) -> Works {
        let Change::Field { field, .. } = &changes[at] else { return Works::This };
        let Some(now) = self.all.leads.as_it_is(*field, self.batch, self.lead) else { return Works::This };
        match now.domain {
            Domain::Choice(values) => {
                let good = self.tried(changes, at, (0..values.len() as u16).map(Given::Choice));
                let list: Vec<u16> = (0_u16..).zip(&good).filter(|(_, good)| **good).map(|(v, _)| v).collect();
                if list.len() == values.len() { Works::Any } else { Works::OneOf(list) }
            }
            Domain::Line { cuts, least, unit, .. } => self.range(changes, at, &cuts, least, unit),
            Domain::Text { tests, .. } if tests.is_empty() => Works::Any,
            Domain::Text { .. } | Domain::Set { .. } => Works::This,
        }
    }

    /// The range around a value that would do, between constants that conditions compare with.
    fn range(&self, changes: &[Change], at: usize, cuts: &[i64], least: i64, unit: i64) -> Works {
        let given = |value: i64| if unit == 1 { Given::Day(Day(value as i32)) } else { Given::Number(value) };
        let below = cuts.first().map_or(0, |cut| cut.saturating_sub(unit).max(least));
        let values: Vec<i64> = [below].into_iter().chain(cuts.iter().copied()).collect();
        let good = self.tried(changes, at, values.iter().copied().map(given));
        let Change::Field { to, .. } = &changes[at] else { return Works::This };
        let own = match to {
            Given::Number(n) => *n,
            Given::Day(day) => i64::from(day.0),
            _ => return Works::This,
        };
        let place = cuts.partition_point(|cut| *cut <= own);
        let first = (0..=place).rev().take_while(|i| good[*i]).last().unwrap_or(place);
        let last = (place..values.len()).take_while(|i| good[*i]).last().unwrap_or(place);
        match (first.checked_sub(1).map(|i| cuts[i]), cuts.get(last).copied()) {
            (None, None) => Works::Any,
            (low, high) => Works::Range(low, high),
        }
    }

    /// By value of one change, everything else as the changes say: whether the lead gets there.
    fn tried(&self, changes: &[Change], at: usize, values: impl Iterator<Item = Given>) -> Vec<bool> {
        let mut batch = Batch::new(self.all.policy);
        for value in values {
            let mut changes = changes.to_vec();
            if let Change::Field { to, state, .. } = &mut changes[at] {
                (*to, *state) = (value, SetState::Known);
            }
            self.add(&mut batch, &changes);
        }
        self.reached(&batch)
    }

    /// Why nothing leads there: facts of which none can be left out.
    fn in_the_way(&self, in_scope: bool) -> Reach {
        let Some(mut moves) = self.all.leads.moves(self.batch, self.lead, in_scope, true) else {
            return Reach::NotTold("something about this lead cannot be looked at this way");
        };
        let base = self.wanted(&mut moves);
        let gates = &mut moves.encoding.gates;
        let mut blocks = |facts: &[(Fact, Lit)]| {
            let assumed: Vec<Lit> = base.iter().copied().chain(facts.iter().map(|(_, l)| *l)).collect();
            (gates.solve(&assumed, CONFLICTS) == Answer::No).then(|| gates.core())
        };
        let mut kept = moves.facts.clone();
        let Some(mut needed) = blocks(&kept) else {
            return Reach::NotTold("it is too hard to tell within the budget");
        };
        for (fact, lit) in moves.facts.into_iter().rev() {
            let rest: Vec<(Fact, Lit)> = kept.iter().filter(|(f, _)| *f != fact).cloned().collect();
            // What the last proof did without can go without asking again.
            if !needed.contains(&lit) {
                kept = rest;
            } else if let Some(still) = blocks(&rest) {
                (kept, needed) = (rest, still);
            }
        }
        Reach::Never(kept.into_iter().map(|(fact, _)| fact).collect())
    }
}

/// Allows only as few changes as can be with words that are known; whether it is proved that fewer do not do. A lead that gets there was found just
/// before.
fn fewer(moves: &mut Moves<'_>, base: &mut Vec<Lit>, worded: &[Lit]) -> bool {
    let gates = &mut moves.encoding.gates;
    let sums = Sums::default();
    let terms: Vec<(i64, Lit)> = moves.units.iter().map(|(_, l)| (1, *l)).collect();
    let Some(sum) = sums.sum(&terms) else { return false };
    let enough = terms.iter().filter(|(_, l)| gates.value(*l)).count() as i64;
    let mut proved = true;
    for count in 1..enough {
        let tried = [base.as_slice(), &[!sums.at_least(sum, count + 1, gates)]].concat();
        if gates.solve(&[tried.as_slice(), worded].concat(), CONFLICTS) == Answer::Yes {
            *base = tried;
            return proved;
        }
        proved &= gates.solve(&tried, CONFLICTS) == Answer::No;
    }
    base.push(!sums.at_least(sum, enough + 1, gates));
    proved
}

/// The first of all the ways that are left: each change is made if it can be, in order.
fn first(moves: &mut Moves<'_>, base: &mut Vec<Lit>) -> Vec<Unit> {
    let gates = &mut moves.encoding.gates;
    let mut chosen = Vec::new();
    let mut model: Option<Vec<bool>> = None;
    for (at, (unit, lit)) in moves.units.iter().enumerate() {
        let holds = model.as_ref().is_some_and(|m| m[at]);
        if !holds {
            if gates.solve(&[base.as_slice(), &[*lit]].concat(), CONFLICTS) != Answer::Yes {
                base.push(!*lit);
                continue;
            }
            model = Some(moves.units.iter().map(|(_, l)| gates.value(*l)).collect());
        }
        base.push(*lit);
        chosen.push(unit.clone());
    }
    chosen
}

/// What the lead that was found has in place of what it had.
fn read(lead: &Lead, chosen: &[Unit]) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    for unit in chosen {
        match unit {
            Unit::Field(field) => {
                let found = lead.fields.iter().find(|(f, ..)| f == field);
                changes.extend(found.map(|(field, to, state)| Change::Field {
                    field: *field,
                    to: to.clone(),
                    state: *state,
                    works: Works::This,
                }));
            }
            Unit::Role(role) => {
                let found = lead.roles.iter().find(|(r, _)| r == role);
                changes.extend(found.map(|(role, status)| Change::Role(*role, *status)));
            }
            Unit::Event(signals) => match changes.last_mut() {
                Some(Change::Events(same, times)) if same == signals => *times += 1,
                _ => changes.push(Change::Events(signals.clone(), 1)),
            },
        }
    }
    changes
}
