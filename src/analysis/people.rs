//! All the people a lead can have, as literals: for each role the least and the most it can be.
//!
//! A person can be found with any status for any role, since a status can always be stated; so roles are free of one another.

use super::behaviour::{Behaviour, added};
use super::gates::{Gates, TRUE};
use super::solver::Lit;
use super::space::Kleene;
use crate::policy::condition::CountRange;
use crate::policy::people::RoleStatus;
use crate::policy::{Policy, RoleId};

/// The people of a lead.
#[derive(Clone, Debug)]
pub struct People {
    /// Whether contacts were supplied at all.
    pub supplied: Lit,
    roles: Vec<Role>,
}

#[derive(Clone, Debug)]
struct Role {
    /// Whether somebody holds it.
    held: Lit,
    /// By status from `expected`: whether somebody who holds it is at least so far, by what is stated of them.
    stated: [Lit; 4],
    /// By status from `expected`: whether it is at least so far for certain, and whether it can be.
    low: [Lit; 4],
    high: [Lit; 4],
}

impl People {
    /// For the committee of a policy.
    pub fn new(policy: &Policy, behaviour: &Behaviour, gates: &mut Gates) -> People {
        let supplied = gates.fresh();
        let mut roles = Vec::new();
        for _ in &policy.committee.roles {
            let held = gates.fresh();
            gates.implies(held, supplied);
            let stated: [Lit; 4] = std::array::from_fn(|_| gates.fresh());
            gates.implies(stated[0], held);
            stated.windows(2).for_each(|pair| gates.implies(pair[1], pair[0]));
            // Whoever holds a role may have shown that they are engaged where nobody knows what was done.
            let may_be_engaged = match policy.committee.engaged_within_days {
                Some(_) => gates.and([held, !behaviour.supplied]),
                None => !TRUE,
            };
            let high = std::array::from_fn(|i| {
                let unseen = if i < RoleStatus::Approved as usize - 1 { may_be_engaged } else { !TRUE };
                gates.or([stated[i], unseen, !supplied])
            });
            roles.push(Role { held, stated, low: stated, high });
        }
        People { supplied, roles }
    }

    /// Says when a role is at least expected.
    pub fn expect(&mut self, role: usize, expected: Kleene, gates: &mut Gates) {
        let role = &mut self.roles[role];
        role.low[0] = gates.or([role.low[0], expected.yes]);
        role.high[0] = gates.or([role.high[0], !expected.no]);
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

    /// Literals that make a lead simpler: contacts are supplied, and few are far.
    pub fn simpler(&self) -> Vec<Lit> {
        let mut list = vec![self.supplied];
        list.extend(self.roles.iter().map(|r| !r.held));
        list.extend(self.roles.iter().flat_map(|r| r.stated.iter().rev()).map(|l| !*l));
        list
    }

    /// Who holds which role in the lead that was found, and how far they are.
    pub fn held(&self, gates: &Gates) -> Vec<(RoleId, RoleStatus)> {
        let mut all = Vec::new();
        for (i, role) in self.roles.iter().enumerate().filter(|(_, r)| gates.value(r.held)) {
            let far = role.stated.iter().take_while(|l| gates.value(**l)).count();
            all.push((RoleId(i as u16), RoleStatus::ALL[far]));
        }
        all
    }
}

/// How many of some literals hold, in unary.
fn unary(literals: impl Iterator<Item = Lit>, gates: &mut Gates) -> Vec<Lit> {
    literals.fold(Vec::new(), |sum, lit| added(&sum, &[lit], usize::MAX, gates))
}
