//! Which edits make a move: the fewest that do it when they are put into the old version alone.

use super::super::pair::Pair;
use super::replay::Version;
use crate::analysis::Lead;
use crate::analysis::pair::Move;
use crate::policy::field::{Field, FieldType};
use crate::policy::scenario::Given;
use crate::policy::time::Instant;
use crate::policy::{FieldId, Policy, RoleId, SignalId};
use crate::program::Program;
use std::collections::{BTreeMap, BTreeSet};

/// With more edits than this no causes are looked for: each takes a policy of its own.
const MOST: usize = 40;
/// So many policies are made up at most.
const TRIED: usize = 400;

/// The policies that some of the edits make, each made once.
pub struct Causes<'p> {
    pair: &'p Pair,
    edits: Vec<String>,
    made: BTreeMap<BTreeSet<String>, Option<Box<(Policy, Program)>>>,
}

impl<'p> Causes<'p> {
    /// For the edits that can have a part in decisions, by id.
    pub fn new(pair: &'p Pair, edits: Vec<String>) -> Causes<'p> {
        Causes { pair, edits, made: BTreeMap::new() }
    }

    /// The ids of the fewest edits that make a move of its lead, as of an instant: one if one does; else so few that none can be left out. Empty if it cannot be told.
    pub fn of(&mut self, one: &Move, as_of: Instant) -> Vec<String> {
        if self.edits.len() > MOST {
            return Vec::new();
        }
        let edits = self.edits.clone();
        let single = edits.iter().find(|id| self.does(&BTreeSet::from([(*id).clone()]), one, as_of));
        if let Some(id) = single {
            return vec![id.clone()];
        }
        let mut needed: BTreeSet<String> = edits.iter().cloned().collect();
        if !self.does(&needed, one, as_of) {
            return Vec::new();
        }
        for id in edits.iter().rev() {
            let mut fewer = needed.clone();
            fewer.remove(id);
            if self.does(&fewer, one, as_of) {
                needed = fewer;
            }
        }
        edits.into_iter().filter(|id| needed.contains(id)).collect()
    }

    /// Whether the old version with some edits makes the move.
    fn does(&mut self, edits: &BTreeSet<String>, one: &Move, as_of: Instant) -> bool {
        if !self.made.contains_key(edits) {
            if self.made.len() >= TRIED {
                return false;
            }
            let made = self.pair.apply(edits).ok().map(|policy| {
                let program = Program::lower(&policy);
                Box::new((policy, program))
            });
            self.made.insert(edits.clone(), made);
        }
        let Some(Some(made)) = self.made.get(edits) else { return false };
        let (policy, program) = made.as_ref();
        let lead = carried(one, self.pair, policy);
        let said = Version::new(policy, program, as_of).says(&lead);
        said.is_some_and(|said| said.place(one.respect) == one.to)
    }
}

/// The lead of a move as a third policy reads it, by names.
fn carried(one: &Move, pair: &Pair, to: &Policy) -> Lead {
    let field = |name: &str| to.fields.iter().position(|f| f.name == name).map(|at| FieldId(at as u16));
    let mut fields: BTreeMap<FieldId, _> = BTreeMap::new();
    // What both versions read is read as the new one does.
    for (lead, policy) in [(&one.old, &pair.old), (&one.new, &pair.new)] {
        for (id, given, state) in &lead.fields {
            let own = policy.field(*id);
            if let Some(at) = field(&own.name)
                && let Some(given) = read(given, own, to.field(at))
            {
                fields.insert(at, (given, *state));
            }
        }
    }
    let known = |policy: &Policy, signals: &[SignalId]| -> Option<Vec<SignalId>> {
        let at = |s: &SignalId| {
            let name = &policy.signals[s.index()].name;
            to.signals.iter().position(|own| own.name == *name).map(|at| SignalId(at as u16))
        };
        signals.iter().map(at).collect()
    };
    let events = |lead: &Lead, policy: &Policy| -> Option<Vec<(Vec<SignalId>, i64)>> {
        lead.events.iter().map(|(signals, age)| Some((known(policy, signals)?, *age))).collect()
    };
    let role = |(id, status): &(RoleId, _)| {
        let name = &pair.new.committee.roles[id.index()].name;
        let at = to.committee.roles.iter().position(|own| own.name == *name)?;
        Some((RoleId(at as u16), *status))
    };
    Lead {
        fields: fields.into_iter().map(|(id, (given, state))| (id, given, state)).collect(),
        roles: one.new.roles.iter().filter_map(role).collect(),
        events: events(&one.new, &pair.new).or_else(|| events(&one.old, &pair.old)).unwrap_or_default(),
        ..one.new.clone()
    }
}

/// A value as another version of its field reads it; `None` where it is not known there.
fn read(given: &Given, from: &Field, to: &Field) -> Option<Given> {
    let choice = |at: &u16| -> Option<u16> {
        let (Some(own), Some(others)) = (from.ty.choices(), to.ty.choices()) else { return Some(*at) };
        let name = &own.get(usize::from(*at))?.name;
        let same = others.iter().position(|c| c.name == *name);
        same.or_else(|| others.iter().position(|c| c.otherwise)).map(|at| at as u16)
    };
    match (given, &to.ty) {
        (Given::Choice(at), FieldType::Choice(_) | FieldType::Ordered(_) | FieldType::Boolean) => {
            choice(at).map(Given::Choice)
        }
        (Given::Set(members), FieldType::Set(_)) => Some(Given::Set(members.iter().filter_map(choice).collect())),
        (Given::Number(_), FieldType::Number { .. })
        | (Given::Day(_), FieldType::Date)
        | (Given::Text(_), FieldType::Text) => Some(given.clone()),
        _ => None,
    }
}
