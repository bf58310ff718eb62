//! The committee: what is still possible for each role, and for how many have come how far.
//!
//! A status is known as a least and a most, the same where all is known; an atom is true from the least on and false above the most.

use super::Want;
use super::ranges::Ranges;
use crate::policy::condition::CountRange;
use crate::policy::people::RoleStatus;
use std::collections::BTreeMap;

/// The states of all roles.
#[derive(Clone, Debug)]
pub struct Roles {
    /// By role: bit `5 * least + most` for each pair that is left.
    pairs: Vec<u32>,
    tallies: BTreeMap<RoleStatus, Tally>,
}

/// How many roles have at least a status: at the least, and at the most.
#[derive(Clone, Debug)]
pub struct Tally {
    least: Ranges,
    most: Ranges,
}

impl Tally {
    /// What a count in a range says about the least and the most. Where it does not hold, that is one of two ways ([`Tally::outside`]); these are not asked for here.
    pub fn for_count(range: CountRange, want: Want) -> (Ranges, Ranges) {
        let (low, high) = (i64::from(range.low), range.high.map(i64::from));
        match want {
            Want::True => (Ranges::of(Some(low), None), Ranges::of(None, high)),
            Want::NotFalse => (Ranges::of(None, high), Ranges::of(Some(low), None)),
            Want::False | Want::NotTrue => (Ranges::all(), Ranges::all()),
        }
    }

    /// The two ways in which a count is not in a range: surely, or not surely in it.
    pub fn outside(range: CountRange, surely: bool) -> [(Ranges, Ranges); 2] {
        let below = Ranges::of(None, Some(i64::from(range.low) - 1));
        let above = range.high.map_or(Ranges::of(Some(1), Some(0)), |h| Ranges::of(Some(i64::from(h) + 1), None));
        if surely {
            [(Ranges::all(), below), (above, Ranges::all())]
        } else {
            [(below, Ranges::all()), (Ranges::all(), above)]
        }
    }
}

const STATES: u32 = 5;

impl Roles {
    /// So many roles of which nothing is known.
    pub fn any(count: usize) -> Roles {
        let all = states().fold(0, |bits, (least, most)| bits | bit(least, most));
        Roles { pairs: vec![all; count], tallies: BTreeMap::new() }
    }

    /// Takes in whether a role has at least a status; false if nothing is left.
    pub fn at_least(&mut self, role: usize, status: RoleStatus, want: Want) -> bool {
        let wanted = status as u32;
        let fits = |least: u32, most: u32| match want {
            Want::True => least >= wanted,
            Want::NotTrue => least < wanted,
            Want::False => most < wanted,
            Want::NotFalse => most >= wanted,
        };
        let keep = states().filter(|(least, most)| fits(*least, *most)).fold(0, |bits, (l, m)| bits | bit(l, m));
        self.pairs[role] &= keep;
        self.agree()
    }

    /// Takes in how many roles have at least a status; false if nothing is left.
    pub fn tally(&mut self, status: RoleStatus, least: &Ranges, most: &Ranges) -> bool {
        let tally = self.tallies.entry(status).or_insert_with(|| Tally { least: Ranges::all(), most: Ranges::all() });
        tally.least = tally.least.and(least);
        tally.most = tally.most.and(most);
        self.agree()
    }

    /// Counts lie between what the roles must and can be, and a higher status is not more frequent than a lower one.
    fn agree(&mut self) -> bool {
        if self.pairs.contains(&0) {
            return false;
        }
        let pairs = &self.pairs;
        let count = |fits: &dyn Fn(u32) -> bool| pairs.iter().filter(|p| fits(**p)).count() as i64;
        let mut tallies: Vec<(RoleStatus, Ranges, Ranges)> = Vec::new();
        for (status, tally) in &self.tallies {
            let wanted = *status as u32;
            let surely = |of: fn(u32, u32) -> u32| count(&|p| left(p).all(|(l, m)| of(l, m) >= wanted));
            let maybe = |of: fn(u32, u32) -> u32| count(&|p| left(p).any(|(l, m)| of(l, m) >= wanted));
            let least = tally.least.and(&Ranges::of(Some(surely(|l, _| l)), Some(maybe(|l, _| l))));
            let most = tally.most.and(&Ranges::of(Some(surely(|_, m| m)), Some(maybe(|_, m| m))));
            let least = least.and(&Ranges::of(None, most.most()));
            let most = most.and(&Ranges::of(least.least(), None));
            if least.is_empty() || most.is_empty() {
                return false;
            }
            let lower_is_rarer = tallies.iter().any(|(_, l, m)| l.most() < least.least() || m.most() < most.least());
            if lower_is_rarer {
                return false;
            }
            tallies.push((*status, least, most));
        }
        self.tallies = tallies.into_iter().map(|(status, least, most)| (status, Tally { least, most })).collect();
        true
    }
}

fn states() -> impl Iterator<Item = (u32, u32)> {
    (0..STATES).flat_map(|least| (least..STATES).map(move |most| (least, most)))
}

fn bit(least: u32, most: u32) -> u32 {
    1 << (STATES * least + most)
}

/// The pairs that are left.
fn left(pairs: u32) -> impl Iterator<Item = (u32, u32)> {
    states().filter(move |(least, most)| pairs & bit(*least, *most) != 0)
}
