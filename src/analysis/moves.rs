//! One lead of a batch with all that can still change about it: answers, people who come further, events that come.
//!
//! Of a lead as it is, what a system of record says, what its profile and its scope rest on, what has happened and who has come how far stay. Open fields
//! that somebody can ask about may be filled; known ones that can be asked again may become something else. Events come now, the newest of all.

use super::behaviour::Behaviour;
use super::encode::Encoding;
use super::gates::{Gates, TRUE};
use super::of_lead::{Leads, constant};
use super::people::{Held, People};
use super::solver::Lit;
use super::space::{Field, Space, domain};
use crate::engine::facts::Batch;
use crate::engine::is_open;
use crate::policy::people::RoleStatus;
use crate::policy::{FieldId, RoleId, SignalId};
use crate::program::FieldSet;

/// Something that can change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A field becomes something else.
    Field(FieldId),
    /// A role comes further.
    Role(RoleId),
    /// One more event comes that is these signals.
    Event(Vec<SignalId>),
}

/// Something that stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    Field(FieldId),
    Role(RoleId),
    /// Events that are these signals have happened.
    Events(Vec<SignalId>),
}

/// A lead that can change.
pub struct Moves<'p> {
    pub encoding: Encoding<'p>,
    /// What can change, the first choice first, each with the literal that it does.
    pub units: Vec<(Unit, Lit)>,
    /// What stays, each with the literal that it does; nothing where it cannot be otherwise.
    pub facts: Vec<(Fact, Lit)>,
}

/// Parts of a lead while they are put together.
struct Building {
    gates: Gates,
    units: Vec<(Unit, Lit)>,
    facts: Vec<(Fact, Lit)>,
    /// What stays may be thought away: it holds where its literal does.
    loose: bool,
}

impl Building {
    /// Holds for certain, or where a fact does.
    fn stays(&mut self) -> Lit {
        if self.loose { self.gates.fresh() } else { TRUE }
    }
}

impl<'p> Leads<'p> {
    /// A lead with what can change about it. `loose`: what stays can be told apart from what could not be otherwise. `None` as for
    /// [`Leads::encoding`].
    pub fn moves(&self, batch: &Batch, lead: usize, in_scope: bool, loose: bool) -> Option<Moves<'p>> {
        let mut b = Building { gates: Gates::default(), units: Vec::new(), facts: Vec::new(), loose };
        let space = self.changing_fields(batch, lead, in_scope, &mut b)?;
        let mut roles = Vec::new();
        let supplied = self.changing_roles(batch, lead, &mut b, &mut roles);
        let behaviour = self.changing_events(batch, lead, &mut b)?;
        let people = People::of(self.policy, &behaviour, supplied, roles, &mut b.gates);
        let encoding = Encoding::whole(self.policy, self.program, b.gates, space, behaviour, people);
        (!encoding.is_partial()).then_some(Moves { encoding, units: b.units, facts: b.facts })
    }

    /// Whether a field may change: somebody can ask for it, and it is not what the lead is. The scope of a lead that is in scope rests on what it is.
    fn may_change(&self, field: FieldId, open: bool, in_scope: bool) -> bool {
        let nodes = &self.program.support.nodes;
        let rests = |set: &FieldSet| set.has(field);
        let profile = self.program.icp.iter().any(|n| rests(&nodes[n.index()]));
        let scope = self.program.applies.is_some_and(|n| rests(&nodes[n.index()]));
        let asked = self.policy.field(field).ask.is_some();
        asked && if open { !(scope && in_scope) } else { !profile && !scope }
    }

    fn changing_fields(&self, batch: &Batch, lead: usize, in_scope: bool, b: &mut Building) -> Option<Space> {
        let mut fields = Vec::new();
        let (mut open_units, mut known_units) = (Vec::new(), Vec::new());
        for (id, tests) in (0_u16..).map(FieldId).zip(&self.tests) {
            let now = self.as_it_is(id, batch, lead)?;
            let open = is_open(batch, id, lead);
            let moves = self.may_change(id, open, in_scope) && !tests.is_empty();
            if tests.is_empty() && id.index() != crate::policy::BuiltIn::CurrentStage as usize || !moves && !b.loose {
                fields.push(now);
                continue;
            }
            let free = if moves && open {
                self.field(id, tests, batch, lead, &mut b.gates)?
            } else {
                // What is known of a field that can be asked again does not get lost.
                let known = if moves { TRUE } else { b.gates.fresh() };
                Field { known, domain: domain(&self.policy.field(id).ty, tests, known, self.today, &mut b.gates) }
            };
            let same = free.literals().into_iter().zip(now.literals()).map(|(l, is)| if is == TRUE { l } else { !l });
            let stays = b.gates.and(same);
            match (moves, open) {
                (true, true) => open_units.push((Unit::Field(id), !stays)),
                (true, false) => known_units.push((Unit::Field(id), !stays)),
                (false, _) => b.facts.push((Fact::Field(id), stays)),
            }
            fields.push(free);
        }
        b.units.extend(open_units.into_iter().chain(known_units));
        Some(Space::given(fields, self.today))
    }

    /// Who holds each role, and how far they are; whether contacts are supplied.
    fn changing_roles(&self, batch: &Batch, lead: usize, b: &mut Building, roles: &mut Vec<Held>) -> Lit {
        let mut further = Vec::new();
        for (at, (held, far)) in self.roles(batch, lead).into_iter().enumerate() {
            let role = RoleId(at as u16);
            let now: Vec<Lit> = (0..far).map(|_| b.stays()).collect();
            let there = if held { b.stays() } else { !TRUE };
            if b.loose && held {
                now.windows(2).for_each(|pair| b.gates.implies(pair[1], pair[0]));
                now.first().into_iter().for_each(|first| b.gates.implies(*first, there));
                let all: Vec<Lit> = now.iter().copied().chain([there]).collect();
                let stays = b.gates.and(all);
                b.facts.push((Fact::Role(role), stays));
            }
            // Whoever comes further is at least identified.
            let least = far.max(RoleStatus::Identified as usize - 1);
            let more: Vec<Lit> = (least..4).map(|_| b.gates.fresh()).collect();
            more.windows(2).for_each(|pair| b.gates.implies(pair[1], pair[0]));
            let first = more.first().copied().unwrap_or(!TRUE);
            let stated = std::array::from_fn(|i| match i.checked_sub(least) {
                Some(place) => more[place],
                None => b.gates.or(now.get(i).copied().into_iter().chain([first])),
            });
            roles.push(Held { held: b.gates.or([there, first]), stated });
            further.push(first);
            if first != !TRUE {
                b.units.push((Unit::Role(role), first));
            }
        }
        if batch.contacts().supplied(lead) { TRUE } else { b.gates.or(further) }
    }

    fn changing_events(&self, batch: &Batch, lead: usize, b: &mut Building) -> Option<Behaviour> {
        let mut behaviour = self.events(batch, lead)?;
        // More may come than are counted.
        behaviour.too_many = self.behaviour.too_many;
        let mut come = Vec::new();
        for kind in &mut behaviour.kinds {
            let there: Vec<usize> = kind.counts.iter().map(|r| r.iter().filter(|l| **l == TRUE).count()).collect();
            let room = kind.counts.iter().zip(&there).map(|(row, n)| row.len() - n).max().unwrap_or(0);
            let more: Vec<Lit> = (0..room).map(|_| b.gates.fresh()).collect();
            more.windows(2).for_each(|pair| b.gates.implies(pair[1], pair[0]));
            let mut now: Vec<Lit> = Vec::new();
            for (row, there) in kind.counts.iter_mut().zip(&there) {
                for (i, lit) in row.iter_mut().enumerate() {
                    *lit = if i < *there { b.stays() } else { more[i - there] };
                }
                now.extend(&row[..*there]);
            }
            if b.loose && !now.is_empty() {
                monotone(&kind.counts, &mut b.gates);
                let stays = b.gates.and(now);
                b.facts.push((Fact::Events(kind.signals.clone()), stays));
            }
            come.extend(more.first());
            b.units.extend(more.iter().map(|l| (Unit::Event(kind.signals.clone()), *l)));
        }
        behaviour.supplied = if batch.events().supplied(lead) { constant(true) } else { b.gates.or(come) };
        Some(behaviour)
    }
}

/// There are fewer events the more are counted, and more the older they may be.
fn monotone(counts: &[Vec<Lit>], gates: &mut Gates) {
    for row in counts {
        row.windows(2).for_each(|pair| gates.implies(pair[1], pair[0]));
    }
    for pair in counts.windows(2) {
        pair[0].iter().zip(&pair[1]).for_each(|(young, old)| gates.implies(*young, *old));
    }
}
