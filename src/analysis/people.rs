//! All the people a lead can have, as literals: for each role the least and the most it can be.
//!
//! A person can be found with any status for any role, since a status can always be stated; so roles are free of one another.

use super::behaviour::{Behaviour, added};
use super::gates::{Gates, TRUE};
use super::simplify::Change;
use super::solver::Lit;
use super::space::Kleene;
use crate::policy::condition::CountRange;
use crate::policy::people::{Role, RoleStatus};
use crate::policy::{Policy, RoleId};

/// The people of a lead.
#[derive(Clone, Debug)]
pub struct People {
    /// Whether contacts were supplied at all.
    pub supplied: Lit,
    roles: Vec<State>,
}

#[derive(Clone, Debug)]
struct State {
    /// Whether somebody holds it.
    held: Lit,
    /// By status from `expected`: whether somebody who holds it is at least so far, by what is stated of them.
    stated: [Lit; 4],
    /// Whether it can be at least expected, `expected when` left aside.
    unasked: Lit,
    /// By status from `expected`: whether it is at least so far for certain, and whether it can be.
    low: [Lit; 4],
    high: [Lit; 4],
}

impl People {
    /// For the committee of a policy.
    pub fn new(policy: &Policy, behaviour: &Behaviour, gates: &mut Gates) -> People {
        let supplied = gates.fresh();
        let held = policy.committee.roles.iter().map(|_| Held::new(supplied, gates)).collect();
        People::of(policy, behaviour, supplied, held, gates)
    }

    /// For the committees of two policies over one space. A role is the same person for both where both find people the same way; else who holds
    /// it for one says nothing of who holds it for the other.
    pub fn pair(policies: [&Policy; 2], behaviours: [&Behaviour; 2], gates: &mut Gates) -> [People; 2] {
        let supplied = gates.fresh();
        let [old, new] = policies;
        let same = found_alike(old, new) && behaviours[0].engages_like(old, behaviours[1], new);
        let before: Vec<Held> = old.committee.roles.iter().map(|_| Held::new(supplied, gates)).collect();
        let after = new.committee.roles.iter().map(|role| {
            let own = |other: &Role| other.name == role.name && personas(old, other) == personas(new, role);
            match old.committee.roles.iter().position(own) {
                Some(at) if same => before[at],
                _ => Held::new(supplied, gates),
            }
        });
        let after: Vec<Held> = after.collect();
        let [one, two] = behaviours;
        [People::of(old, one, supplied, before, gates), People::of(new, two, supplied, after, gates)]
    }

    /// For roles of which it is given whether somebody holds them, and how far those are by what is stated of them.
    pub(super) fn of(
        policy: &Policy,
        behaviour: &Behaviour,
        supplied: Lit,
        held: Vec<Held>,
        gates: &mut Gates,
    ) -> People {
        let mut roles = Vec::new();
        for Held { held, stated } in held {
            // Whoever holds a role may have shown that they are engaged where nobody knows what was done.
            let may_be_engaged = match policy.committee.engaged_within_days {
                Some(_) => gates.and([held, !behaviour.supplied]),
                None => !TRUE,
            };
            let high: [Lit; 4] = std::array::from_fn(|i| {
                let unseen = if i < RoleStatus::Approved as usize - 1 { may_be_engaged } else { !TRUE };
                gates.or([stated[i], unseen, !supplied])
            });
            roles.push(State { held, stated, unasked: high[0], low: stated, high });
        }
        People { supplied, roles }
    }

    /// Says when a role is at least expected, whatever was said of it before.
    pub fn expect(&mut self, role: usize, expected: Kleene, gates: &mut Gates) {
        let role = &mut self.roles[role];
        role.low[0] = gates.or([role.stated[0], expected.yes]);
        role.high[0] = gates.or([role.unasked, !expected.no]);
    }

    /// Whether a role is at least so far.
    pub fn at_least(&self, role: RoleId, status: RoleStatus) -> Kleene {
        match (status as usize).checked_sub(1) {
            None => Kleene::definite(TRUE),
            Some(at) => Kleene { yes: self.roles[role.index()].low[at], no: !self.roles[role.index()].high[at] },
        }
    }

    /// Whether a role is at least engaged.
    pub fn engaged(&self, role: usize) -> Kleene {
        self.at_least(RoleId(role as u16), RoleStatus::Engaged)
    }

    /// How far somebody in a role can be, from identified up.
    pub fn ways(&self, role: RoleId) -> Vec<Vec<Lit>> {
        let stated = &self.roles[role.index()].stated;
        let least = RoleStatus::Identified as usize - 1;
        let way = |i: usize| [Some(stated[i]), stated.get(i + 1).map(|l| !*l)].into_iter().flatten().collect();
        (least..stated.len()).map(way).collect()
    }

    /// The answer to how many roles are at least so far.
    pub fn count(&self, status: RoleStatus, range: CountRange, gates: &mut Gates) -> Kleene {
        let roles = 0..self.roles.len() as u16;
        let answers: Vec<Kleene> = roles.map(|r| self.at_least(RoleId(r), status)).collect();
        let least = unary(answers.iter().map(|a| a.yes), gates);
        let most = unary(answers.iter().map(|a| !a.no), gates);
        let reaches = |numbers: &[Lit], n: u32| match n {
            0 => TRUE,
            n => numbers.get(n as usize - 1).copied().unwrap_or(!TRUE),
        };
        let above = |numbers: &[Lit]| range.high.map_or(!TRUE, |high| reaches(numbers, high.saturating_add(1)));
        Kleene {
            yes: gates.and([reaches(&least, range.low), !above(&most)]),
            no: gates.or([!reaches(&most, range.low), above(&least)]),
        }
    }

    /// What makes a lead larger: somebody who holds a role.
    pub fn things(&self) -> impl Iterator<Item = Lit> + '_ {
        self.roles.iter().map(|r| r.held)
    }

    /// How many parts can change one by one: whether contacts were supplied, then roles.
    pub fn parts(&self) -> usize {
        1 + self.roles.len()
    }

    /// What would make a part simpler, simplest first: nobody there, or somebody who is less far.
    pub fn changes(&self, part: usize, holds: &dyn Fn(Lit) -> bool) -> Vec<Change> {
        let Some(role) = part.checked_sub(1).map(|r| &self.roles[r]) else {
            return if holds(self.supplied) { Vec::new() } else { vec![vec![(self.supplied, true)]] };
        };
        if !holds(role.held) {
            return Vec::new();
        }
        let far = role.stated.iter().take_while(|l| holds(**l)).count();
        let to = |held: bool, far: usize| -> Change {
            let stated = role.stated.iter().enumerate().map(|(i, l)| (*l, i < far));
            [(role.held, held)].into_iter().chain(stated).collect()
        };
        [to(false, 0)].into_iter().chain((0..far).map(|f| to(true, f))).collect()
    }

    /// Who is there, drawn by numbers below so many.
    pub fn draw(&self, below: &mut dyn FnMut(usize) -> usize) -> Change {
        let supplied = below(8) > 0;
        let mut all = vec![(self.supplied, supplied)];
        for role in &self.roles {
            let held = supplied && below(2) == 0;
            let far = if held { below(role.stated.len() + 1) } else { 0 };
            all.push((role.held, held));
            all.extend(role.stated.iter().enumerate().map(|(i, l)| (*l, i < far)));
        }
        all
    }

    /// All the literals that say who is there, for leads made at random.
    pub fn literals(&self) -> Vec<Lit> {
        let roles = self.roles.iter().flat_map(|r| [r.held].into_iter().chain(r.stated));
        [self.supplied].into_iter().chain(roles).collect()
    }

    /// Who holds which role in a lead, and how far they are.
    pub fn held(&self, holds: &dyn Fn(Lit) -> bool) -> Vec<(RoleId, RoleStatus)> {
        let mut all = Vec::new();
        for (i, role) in self.roles.iter().enumerate().filter(|(_, r)| holds(r.held)) {
            let far = role.stated.iter().take_while(|l| holds(**l)).count();
            all.push((RoleId(i as u16), RoleStatus::ALL[far]));
        }
        all
    }
}

/// Who holds a role: the literals that are free.
#[derive(Clone, Copy, Debug)]
pub(super) struct Held {
    pub held: Lit,
    pub stated: [Lit; 4],
}

impl Held {
    fn new(supplied: Lit, gates: &mut Gates) -> Held {
        let held = gates.fresh();
        gates.implies(held, supplied);
        let stated: [Lit; 4] = std::array::from_fn(|_| gates.fresh());
        gates.implies(stated[0], held);
        stated.windows(2).for_each(|pair| gates.implies(pair[1], pair[0]));
        Held { held, stated }
    }
}

/// Whether two policies find the personas of people the same way, and take them for engaged as long.
fn found_alike(old: &Policy, new: &Policy) -> bool {
    let titles = |policy: &Policy| -> Vec<(String, Vec<String>)> {
        policy.personas.iter().map(|p| (p.name.clone(), p.titles.clone())).collect()
    };
    titles(old) == titles(new) && old.committee.engaged_within_days == new.committee.engaged_within_days
}

/// The personas that can hold a role, by name.
fn personas<'p>(policy: &'p Policy, role: &Role) -> Vec<&'p str> {
    role.from.iter().map(|p| policy.personas[p.index()].name.as_str()).collect()
}

/// How many of some literals hold, in unary.
fn unary(literals: impl Iterator<Item = Lit>, gates: &mut Gates) -> Vec<Lit> {
    literals.fold(Vec::new(), |sum, lit| added(&sum, &[lit], usize::MAX, gates))
}
