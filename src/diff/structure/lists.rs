//! Lists of parts: what is new, what is gone, what moved, and what is there in both versions.

use super::walk::{Change, Walk};
use crate::diff::align::{Slot, arranged, moved};
use std::collections::BTreeSet;

/// What the parts of a list are and how their differences are worded.
pub(super) trait Parts<T> {
    /// A part that is there in both versions.
    fn both(&self, w: &mut Walk<'_>, old: &T, new: &T) -> T;

    /// A part that is new.
    fn added(&self, w: &Walk<'_>, new: &T) -> Change;

    /// A part that is gone.
    fn removed(&self, w: &Walk<'_>, old: &T) -> Change;

    /// A part that stands elsewhere; `None` where the order means nothing.
    fn moved(&self, _w: &Walk<'_>, _moved: Moved<'_, T>) -> Option<Change> {
        None
    }
}

/// A part that stands elsewhere, and one that it was moved past.
pub(super) struct Moved<'l, T> {
    pub old: &'l T,
    pub new: &'l T,
    /// A part that it stands before now, or else behind.
    pub past: &'l T,
    pub before: bool,
}

impl<T> Moved<'_, T> {
    /// `now stands before X, not behind it`.
    pub fn says(&self, past: &str) -> String {
        match self.before {
            true => format!("now stands before {past}, not behind it"),
            false => format!("now stands behind {past}, not before it"),
        }
    }
}

/// The list with the differences that are taken.
pub(super) fn list<T: Clone>(
    w: &mut Walk<'_>,
    parts: &impl Parts<T>,
    (old, new): (&[T], &[T]),
    pairs: &[(usize, usize)],
) -> Vec<T> {
    let moves = moves(w, parts, (old, new), pairs);
    let mut adds = BTreeSet::new();
    for (j, part) in new.iter().enumerate().filter(|(j, _)| !pairs.iter().any(|(_, b)| b == j)) {
        let change = parts.added(w, part);
        if w.take(change) {
            adds.insert(j);
        }
    }
    let mut whole = Vec::new();
    for slot in arranged(old.len(), new.len(), pairs, &moves, &adds) {
        match slot {
            Slot::Both(i, j) => whole.push(parts.both(w, &old[i], &new[j])),
            Slot::New(j) => whole.push(new[j].clone()),
            Slot::Old(i) => {
                let change = parts.removed(w, &old[i]);
                if !w.take(change) {
                    whole.push(old[i].clone());
                }
            }
        }
    }
    whole
}

/// The pairs that change their places, of those that are taken; where the order means nothing, all come to stand as in the new list.
fn moves<T>(
    w: &mut Walk<'_>,
    parts: &impl Parts<T>,
    (old, new): (&[T], &[T]),
    pairs: &[(usize, usize)],
) -> BTreeSet<usize> {
    let mut taken = BTreeSet::new();
    for p in moved(pairs) {
        let Some((past, before)) = passed(pairs, p) else { continue };
        let one = Moved { old: &old[pairs[p].0], new: &new[pairs[p].1], past: &new[past], before };
        let change = parts.moved(w, one);
        if change.is_none_or(|change| w.take(change)) {
            taken.insert(p);
        }
    }
    taken
}

/// A part, by its place in the new list, on whose other side the part of a pair stands now: the nearest, and whether that one comes behind it.
fn passed(pairs: &[(usize, usize)], p: usize) -> Option<(usize, bool)> {
    let (i, j) = pairs[p];
    let behind = pairs.iter().filter(|(a, b)| *a < i && *b > j).map(|(_, b)| *b).min();
    let before = pairs.iter().filter(|(a, b)| *a > i && *b < j).map(|(_, b)| *b).max();
    behind.map(|b| (b, true)).or(before.map(|b| (b, false)))
}
