//! How few of some things a lead can do with.
//!
//! To count all things and to ask for fewer is hopeless where there are hundreds: nearly any of them could be one of the few. So the solver is
//! asked for none first. The proof that this cannot be names some of which one must be there, and the next question allows that one: each proof
//! raises what is needed by one, and looks only at what the proofs before it named. (This is how MaxSAT solvers use cores; the form that counts
//! the things of each core is called OLL.)

use super::gates::Gates;
use super::solver::{Answer, Lit};
use super::sums::{SumId, Sums};
use std::collections::BTreeMap;

/// What was found out about the fewest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fewest {
    /// No lead does with fewer than asked about: proved.
    NoFewer,
    /// The lead that the solver found last has so many, and none has fewer.
    Exactly(usize),
    /// The budget was not enough to tell.
    Open,
}

/// What is allowed of the things that a proof named: at most so many.
#[derive(Clone, Copy)]
struct Allowed {
    of: SumId,
    most: i64,
}

/// Whether a lead for which some literals hold does with fewer than `count` of these things. Each question may take so many conflicts.
pub fn fewer_than(count: usize, things: &[Lit], wanted: &[Lit], gates: &mut Gates, conflicts: u64) -> Fewest {
    let sums = Sums::default();
    // Each is assumed; one that is a bound on a sum gives way to the next bound of it.
    let mut assumed: BTreeMap<Lit, Option<Allowed>> = things.iter().map(|thing| (!*thing, None)).collect();
    for needed in 0..count {
        let asked = |assumed: &BTreeMap<Lit, Option<Allowed>>| -> Vec<Lit> {
            wanted.iter().chain(assumed.keys()).copied().collect()
        };
        match gates.solve(&asked(&assumed), conflicts) {
            Answer::Yes => return Fewest::Exactly(needed),
            Answer::Unknown => return Fewest::Open,
            Answer::No => {}
        }
        let mut core = gates.core();
        // A small proof says more, and the same question about what the proof named mostly gives a smaller one.
        let few: Vec<Lit> = wanted.iter().chain(core.iter().filter(|l| assumed.contains_key(l))).copied().collect();
        if gates.solve(&few, conflicts) == Answer::No {
            core = gates.core();
        }
        let named: Vec<Lit> = core.into_iter().filter(|l| assumed.contains_key(l)).collect();
        if named.is_empty() {
            // What is wanted cannot be at all.
            return Fewest::NoFewer;
        }
        let mut bounds: Vec<Allowed> = Vec::new();
        for lit in &named {
            let bound = assumed.remove(lit).flatten();
            bounds.extend(bound.map(|b| Allowed { of: b.of, most: b.most + 1 }));
        }
        let terms: Vec<(i64, Lit)> = named.iter().map(|lit| (1, !*lit)).collect();
        bounds.extend(sums.sum(&terms).map(|of| Allowed { of, most: 1 }));
        for bound in bounds {
            let more = sums.at_least(bound.of, bound.most + 1, gates);
            assumed.entry(!more).or_insert(Some(bound));
        }
    }
    Fewest::NoFewer
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Random clauses over seven things, against all ways in which they can be.
        #[test]
        fn the_fewest_are_as_few_as_can_be(
            clauses in proptest::collection::vec(proptest::collection::vec((0_usize..7, any::<bool>()), 1..4), 1..14),
            count in 0_usize..8,
        ) {
            let mut gates: Gates = Gates::default();
            let things: Vec<Lit> = (0..7).map(|_| gates.fresh()).collect();
            let lits = clauses.iter().map(|clause| {
                let parts: Vec<Lit> = clause.iter().map(|(t, yes)| if *yes { things[*t] } else { !things[*t] }).collect();
                gates.or(parts)
            });
            let wanted: Vec<Lit> = lits.collect();
            let holds = |bits: u32| {
                clauses.iter().all(|clause| clause.iter().any(|(t, yes)| (bits >> t & 1 == 1) == *yes))
            };
            let least = (0..1_u32 << 7).filter(|bits| holds(*bits)).map(|bits| bits.count_ones() as usize).min();
            let expected = match least {
                Some(least) if least < count => Fewest::Exactly(least),
                _ => Fewest::NoFewer,
            };
            prop_assert_eq!(fewer_than(count, &things, &wanted, &mut gates, 10_000), expected);
            if let Fewest::Exactly(least) = expected {
                prop_assert_eq!(things.iter().filter(|t| gates.value(**t)).count(), least);
            }
        }
    }
}
