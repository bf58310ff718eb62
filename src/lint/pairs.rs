//! The criteria of a score, one by one and two by two.

use super::Lens;
use crate::policy::ScoreKind;
use crate::policy::score::{Criterion, Group};

/// How many pairs are looked at in one score; beyond, a lint stays silent about the rest.
const MOST: usize = 20_000;

/// Criteria of a score with their group, in order.
pub fn criteria<'p>(lens: &Lens<'p>, kind: ScoreKind) -> Vec<(&'p Group, &'p Criterion)> {
    let policy = lens.policy;
    policy.score(kind).groups.iter().flat_map(|g| g.criteria.iter().map(move |c| (g, c))).collect()
}

/// Every two things of a list, the earlier first; not more than a lint should look at.
pub fn pairs<T>(list: &[T]) -> impl Iterator<Item = (&T, &T)> {
    let later = |i: usize| list[i + 1..].iter();
    list.iter().enumerate().flat_map(move |(i, first)| later(i).map(move |second| (first, second))).take(MOST)
}
