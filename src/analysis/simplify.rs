//! Leads made simple: as little as can be is known, has happened, and is unusual, with what is asked of the lead still true.
//!
//! A lead that is there is made simpler by looking, part by part, at every simpler state of the part. Then the solver is asked for one with as few
//! things in it as can be, which is made simpler in the same way.

use super::behaviour::Behaviour;
use super::fewest::{Fewest, fewer_than};
use super::gates::Gates;
use super::people::People;
use super::simulate::{Cone, Words, model, set, word};
use super::solver::Lit;
use super::space::Space;
use std::collections::BTreeSet;

/// Literals and what they become.
pub type Change = Vec<(Lit, bool)>;

/// All that a lead is made of; two policies over one space have one of each, with most literals in common.
pub struct Inputs<'a> {
    pub behaviour: Vec<&'a Behaviour>,
    pub people: Vec<&'a People>,
    pub spaces: Vec<&'a Space>,
}

/// A lead in its literals, and whether any lead with fewer things in it is proved not to do.
pub struct Simplest {
    pub values: Words,
    pub fewest: bool,
}

/// To prove that no lead has fewer things in it may take far longer than to find one. A step of it that takes more conflicts than this is left open.
const PROVED: u64 = 50;

/// More leads than this are not looked at together: one in each bit of a word.
const LANES: usize = 64;

impl Inputs<'_> {
    /// The simplest lead for which some literals hold, made from the one the solver found last. Each further question may take so many conflicts.
    /// Literals that are read from the values later are `read`.
    pub fn simplest(&self, wanted: &[Lit], read: &[Lit], gates: &mut Gates, conflicts: u64) -> Simplest {
        let cone = Cone::new(wanted, gates);
        let mut values = self.simpler(&cone, wanted, model(gates));
        let things: BTreeSet<Lit> = self.things().collect();
        let things: Vec<Lit> = things.into_iter().collect();
        let count = |values: &Words| things.iter().filter(|l| holds(values, **l)).count();
        let fewest = match fewer_than(count(&values), &things, wanted, gates, conflicts.min(PROVED)) {
            Fewest::NoFewer => true,
            Fewest::Exactly(least) => {
                values = self.simpler(&cone, wanted, model(gates));
                count(&values) == least
            }
            Fewest::Open => false,
        };
        values.resize(gates.variables(), 0);
        Cone::new(&[wanted, read].concat(), gates).run(&mut values);
        Simplest { values, fewest }
    }

    /// What makes a lead larger: a field that is known, an event, somebody who holds a role.
    fn things(&self) -> impl Iterator<Item = Lit> + '_ {
        let events = self.behaviour.iter().flat_map(|b| b.things());
        let people = self.people.iter().flat_map(|p| p.things());
        events.chain(people).chain(self.spaces.iter().flat_map(|s| s.things()))
    }

    /// Goes over all parts until none becomes simpler.
    fn simpler(&self, cone: &Cone, wanted: &[Lit], mut values: Words) -> Words {
        for _ in 0..3 {
            let before = values.clone();
            for behaviour in &self.behaviour {
                (0..behaviour.parts())
                    .for_each(|i| try_changes(cone, wanted, &mut values, |held| behaviour.changes(i, held)));
            }
            for people in &self.people {
                (0..people.parts())
                    .for_each(|i| try_changes(cone, wanted, &mut values, |held| people.changes(i, held)));
            }
            for space in &self.spaces {
                (0..space.parts())
                    .rev()
                    .for_each(|i| try_changes(cone, wanted, &mut values, |held| space.changes(i, held)));
            }
            if values == before {
                break;
            }
        }
        values
    }
}

/// Whether a literal holds in a lead that is the same in all lanes.
pub fn holds(values: &Words, literal: Lit) -> bool {
    word(values, literal) & 1 == 1
}

/// Takes the first change that leaves all wanted literals true.
fn try_changes(cone: &Cone, wanted: &[Lit], values: &mut Words, changes: impl Fn(&dyn Fn(Lit) -> bool) -> Vec<Change>) {
    let changes = changes(&|l| holds(values, l));
    for some in changes.chunks(LANES) {
        let mut tried = values.clone();
        for (lane, change) in some.iter().enumerate() {
            change.iter().for_each(|(lit, to)| set(&mut tried, *lit, *to, 1 << lane));
        }
        cone.run(&mut tried);
        let fine = wanted.iter().fold(!0, |all, l| all & word(&tried, *l)).trailing_zeros() as usize;
        if let Some(change) = some.get(fine) {
            change.iter().for_each(|(lit, to)| set(values, *lit, *to, !0));
            cone.run(values);
            return;
        }
    }
}
