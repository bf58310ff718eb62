//! One lead of a batch and all its completions: what is known of it is constant, what is open is free.
//!
//! An encoding of them holds little but what the open fields touch, so it is made anew for each lead and questions to it are quick.

use super::behaviour::{Behaviour, Events};
use super::encode::Encoding;
use super::gates::{Gates, TRUE};
use super::people::{Held, People};
use super::solver::Lit;
use super::space::{Domain, Field, Space, asked, domain};
use super::words::Words;
use crate::engine::facts::{Batch, Column, SetState};
use crate::engine::is_open;
use crate::engine::people::Contacts;
use crate::policy::condition::Test;
use crate::policy::time::{Day, Instant};
use crate::policy::{BuiltIn, FieldId, Policy, SignalId};
use crate::program::Program;

/// What is the same for the leads of one policy at one instant.
#[derive(Clone, Debug)]
pub struct Leads<'p> {
    pub(super) policy: &'p Policy,
    pub(super) program: &'p Program,
    as_of: Instant,
    pub(super) today: Day,
    pub(super) tests: Vec<Vec<&'p Test>>,
    /// What conditions tell apart in each field.
    space: Space,
    /// The kinds of events there are, and the ages that matter.
    pub(super) behaviour: Behaviour,
}

impl<'p> Leads<'p> {
    /// For a policy and the program that was lowered from it.
    pub fn new(policy: &'p Policy, program: &'p Program, as_of: Instant) -> Leads<'p> {
        // Only what they tell apart is needed, not their literals.
        let (today, gates) = (as_of.day(policy.offset), &mut Gates::default());
        let space = Space::new(policy, program, today, gates);
        let behaviour = Behaviour::new(policy, program, as_of, gates);
        Leads { policy, program, as_of, today, tests: asked(policy, program), space, behaviour }
    }

    /// A lead with its completions. `None` where it is something that literals do not tell, such as an event that is signals no event can be
    /// at once, or where its scores have too many values.
    pub fn encoding(&self, batch: &Batch, lead: usize) -> Option<Encoding<'p>> {
        let mut gates = Gates::default();
        let space = self.space(batch, lead, &mut gates)?;
        let behaviour = self.events(batch, lead)?;
        let people = self.people(batch, lead, &behaviour, &mut gates);
        let encoding = Encoding::whole(self.policy, self.program, gates, space, behaviour, people);
        (!encoding.is_partial()).then_some(encoding)
    }

    /// The fields of a lead once more: what is open is free of what it is in any other space.
    pub fn space(&self, batch: &Batch, lead: usize, gates: &mut Gates) -> Option<Space> {
        let mut fields = Vec::with_capacity(self.policy.fields.len());
        for (field, tests) in (0_u16..).map(FieldId).zip(&self.tests) {
            fields.push(self.field(field, tests, batch, lead, gates)?);
        }
        Some(Space::given(fields, self.today))
    }

    /// A field that a completion may fill.
    pub(super) fn field(
        &self,
        id: FieldId,
        tests: &[&Test],
        batch: &Batch,
        lead: usize,
        gates: &mut Gates,
    ) -> Option<Field> {
        // A blank of the system of record is no question to anybody, so it stays one.
        if !is_open(batch, id, lead) || id.index() < BuiltIn::ALL.len() {
            return self.as_it_is(id, batch, lead);
        }
        let ty = &self.policy.field(id).ty;
        let Column::Set { members: bits, state } = batch.column(id) else {
            let known = gates.fresh();
            return Some(Field { known, domain: domain(ty, tests, known, self.today, gates) });
        };
        // An open multi-select keeps what is there; it may get more, and may then be whole.
        let known = if state[lead] == SetState::Unknown { gates.fresh() } else { TRUE };
        let Domain::Set { mut members, open } = domain(ty, tests, known, self.today, gates) else { return None };
        let has = |m: usize| bits[lead] & (1 << m) != 0;
        members.iter_mut().enumerate().filter(|(m, _)| has(*m)).for_each(|(_, lit)| *lit = TRUE);
        Some(Field { known, domain: Domain::Set { members, open } })
    }

    /// A field as constants; all false where it is not known.
    pub(super) fn as_it_is(&self, id: FieldId, batch: &Batch, lead: usize) -> Option<Field> {
        let Column::Set { members: bits, state } = batch.column(id) else {
            return given(&self.space.fields[id.index()].domain, batch, id, lead, !is_open(batch, id, lead));
        };
        let Domain::Set { members, .. } = &self.space.fields[id.index()].domain else { return None };
        let known = state[lead] != SetState::Unknown;
        let members = (0..members.len()).map(|m| constant(known && bits[lead] & (1 << m) != 0)).collect();
        let open = constant(state[lead] == SetState::Open);
        Some(Field { known: constant(known), domain: Domain::Set { members, open } })
    }

    /// What a lead has done.
    pub(super) fn events(&self, batch: &Batch, lead: usize) -> Option<Behaviour> {
        let mut behaviour = self.behaviour.clone();
        behaviour.supplied = constant(batch.events().supplied(lead));
        let mut ages: Vec<Vec<i64>> = vec![Vec::new(); behaviour.kinds.len()];
        for event in batch.events().of(lead) {
            let signals: &[SignalId] = batch.kind(event.kind);
            let age = self.as_of.0.saturating_sub(event.at.0);
            match behaviour.kinds.iter().position(|k| k.signals == signals) {
                _ if age < 0 => {}
                Some(at) => ages[at].push(age),
                None if behaviour.kinds.iter().any(|k| k.signals.iter().any(|s| signals.contains(s))) => return None,
                // Nothing looks at it.
                None => {}
            }
        }
        let more = behaviour.kinds.iter().zip(&ages).any(|(k, ages)| k.counts.iter().any(|row| row.len() < ages.len()));
        // Something asks for more events than are counted; that matters only to a lead that has so many.
        behaviour.too_many &= more;
        behaviour.kinds.iter_mut().zip(&ages).for_each(|(kind, ages)| count(kind, ages));
        Some(behaviour)
    }

    /// By role: whether somebody holds it, and how far they are by what is stated or shown.
    pub(super) fn roles(&self, batch: &Batch, lead: usize) -> Vec<(bool, usize)> {
        let contacts = Contacts::new(self.policy, batch, self.as_of);
        let role = |at: usize| {
            let held = batch.contacts().of(lead).iter().any(|c| c.roles & (1 << at) != 0);
            (held, if held { contacts.status(at, lead).low as usize } else { 0 })
        };
        (0..self.policy.committee.roles.len()).map(role).collect()
    }

    fn people(&self, batch: &Batch, lead: usize, behaviour: &Behaviour, gates: &mut Gates) -> People {
        let role = |(held, far): (bool, usize)| Held {
            held: constant(held),
            stated: std::array::from_fn(|i| constant(i < far)),
        };
        let roles = self.roles(batch, lead).into_iter().map(role).collect();
        People::of(self.policy, behaviour, constant(batch.contacts().supplied(lead)), roles, gates)
    }
}

pub(super) fn constant(is: bool) -> Lit {
    if is { TRUE } else { !TRUE }
}

fn count(kind: &mut Events, ages: &[i64]) {
    for (limit, row) in kind.ages.iter().zip(&mut kind.counts) {
        let younger = ages.iter().filter(|age| *age < limit).count();
        row.iter_mut().enumerate().for_each(|(i, lit)| *lit = constant(i < younger));
    }
}

/// A field that is no multi-select, as constants; all false where it is not known.
fn given(domain: &Domain, batch: &Batch, id: FieldId, lead: usize, known: bool) -> Option<Field> {
    let placed = |cuts: &[i64], value: i64| cuts.iter().map(|cut| constant(known && *cut <= value)).collect();
    let domain = match (domain, batch.column(id)) {
        (Domain::Choice(values), Column::Choice(v)) => {
            Domain::Choice((0..values.len()).map(|i| constant(known && i == usize::from(v[lead]))).collect())
        }
        (Domain::Line { cuts, least, most, unit, .. }, Column::Number(v)) => {
            Domain::Line { cuts: cuts.clone(), above: placed(cuts, v[lead]), least: *least, most: *most, unit: *unit }
        }
        (Domain::Line { cuts, least, most, unit, .. }, Column::Date(v)) => Domain::Line {
            cuts: cuts.clone(),
            above: placed(cuts, i64::from(v[lead])),
            least: *least,
            most: *most,
            unit: *unit,
        },
        (Domain::Text { tests, .. }, Column::Text(v)) => {
            let text = batch.text(v[lead]);
            let said = tests.iter().map(|(test, _)| (test.clone(), constant(known && test.holds(text))));
            Domain::Text { tests: said.collect(), words: Words::new([].into_iter()) }
        }
        // A column is of the type of its field.
        _ => return None,
    };
    Some(Field { known: constant(known), domain })
}
