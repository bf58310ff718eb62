//! Which parts of two lists belong together, and in which order they come out.

use std::collections::BTreeSet;

/// Finds what belongs together, the surest first.
#[derive(Debug)]
pub(super) struct Matcher<'l, T> {
    old: &'l [T],
    new: &'l [T],
    pairs: Vec<(usize, usize)>,
}

impl<'l, T> Matcher<'l, T> {
    /// For two lists of which nothing is known yet.
    pub fn new(old: &'l [T], new: &'l [T]) -> Matcher<'l, T> {
        Matcher { old, new, pairs: Vec::new() }
    }

    fn free(&self) -> (Vec<usize>, Vec<usize>) {
        let (old, new): (BTreeSet<usize>, BTreeSet<usize>) = self.pairs.iter().copied().unzip();
        let free = |all: usize, taken: &BTreeSet<usize>| (0..all).filter(|i| !taken.contains(i)).collect();
        (free(self.old.len(), &old), free(self.new.len(), &new))
    }

    /// Pairs what is left and has the same key; of several, the first with the first. What has no key stays as it is.
    pub fn by<K: PartialEq>(mut self, key: impl Fn(&T) -> Option<K>) -> Matcher<'l, T> {
        let (old, mut new) = self.free();
        let keys: Vec<Option<K>> = self.new.iter().map(&key).collect();
        for i in old {
            let Some(wanted) = key(&self.old[i]) else { continue };
            if let Some(at) = new.iter().position(|j| keys[*j].as_ref() == Some(&wanted)) {
                self.pairs.push((i, new.remove(at)));
            }
        }
        self
    }

    /// Pairs what is left by how much it is alike, in hundredths, the most alike first; nothing below a half.
    pub fn by_likeness(mut self, alike: impl Fn(&T, &T) -> u32) -> Matcher<'l, T> {
        let (old, new) = self.free();
        // Lists as long as this are replaced as a whole; comparing each with each would take too long.
        if old.len() * new.len() > 40_000 {
            return self;
        }
        let each = old.iter().flat_map(|i| new.iter().map(move |j| (*i, *j)));
        let mut scored: Vec<(u32, usize, usize)> =
            each.map(|(i, j)| (alike(&self.old[i], &self.new[j]), i, j)).filter(|(s, ..)| *s >= 50).collect();
        scored.sort_by(|a, b| b.0.cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        for (_, i, j) in scored {
            if !self.pairs.iter().any(|(a, b)| *a == i || *b == j) {
                self.pairs.push((i, j));
            }
        }
        self
    }

    /// The pairs, in the order of the old list.
    pub fn pairs(mut self) -> Vec<(usize, usize)> {
        self.pairs.sort_unstable();
        self.pairs
    }
}

/// How much two texts are alike, in hundredths: the words they share, counted twice, of all their words.
pub(super) fn likeness(a: &str, b: &str) -> u32 {
    let words = |t: &str| -> Vec<String> {
        t.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|w| !w.is_empty()).map(str::to_string).collect()
    };
    let (a, mut b) = (words(a), words(b));
    let all = a.len() + b.len();
    let mut shared = 0;
    for word in a {
        if let Some(at) = b.iter().position(|w| *w == word) {
            b.swap_remove(at);
            shared += 1;
        }
    }
    (200 * shared as u32).checked_div(all as u32).unwrap_or(100)
}

/// The pairs whose places must change so that the order of the old list becomes that of the new one: as few as can be.
pub(super) fn moved(pairs: &[(usize, usize)]) -> BTreeSet<usize> {
    // The longest run of pairs, in the order of the old list, whose new places rise: `best[i]` ends with pair `i`.
    let mut best: Vec<(usize, Option<usize>)> = Vec::with_capacity(pairs.len());
    for (i, (_, at)) in pairs.iter().enumerate() {
        let before = (0..i).filter(|j| pairs[*j].1 < *at).max_by_key(|j| (best[*j].0, usize::MAX - j));
        best.push((before.map_or(1, |j| best[j].0 + 1), before));
    }
    let mut stay = BTreeSet::new();
    let mut at = (0..best.len()).max_by_key(|i| (best[*i].0, usize::MAX - i));
    while let Some(i) = at {
        stay.insert(i);
        at = best[i].1;
    }
    (0..pairs.len()).filter(|i| !stay.contains(i)).collect()
}

/// One place of a list that is put together from two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    Old(usize),
    New(usize),
    Both(usize, usize),
}

impl Slot {
    fn new_place(self) -> Option<usize> {
        match self {
            Slot::Old(_) => None,
            Slot::New(j) | Slot::Both(_, j) => Some(j),
        }
    }
}

/// The old list with what moves or is added put where the new list has it. `moves` are numbers of pairs, `adds` places of the new list.
pub(super) fn arranged(
    old: usize,
    new: usize,
    pairs: &[(usize, usize)],
    moves: &BTreeSet<usize>,
    adds: &BTreeSet<usize>,
) -> Vec<Slot> {
    let pair_of_old = |i: usize| pairs.iter().position(|(a, _)| *a == i);
    let mut slots: Vec<Slot> = Vec::with_capacity(old + adds.len());
    for i in 0..old {
        match pair_of_old(i) {
            Some(p) if moves.contains(&p) => {}
            Some(p) => slots.push(Slot::Both(i, pairs[p].1)),
            None => slots.push(Slot::Old(i)),
        }
    }
    for j in 0..new {
        let slot = match pairs.iter().position(|(_, b)| *b == j) {
            Some(p) if moves.contains(&p) => Slot::Both(pairs[p].0, j),
            None if adds.contains(&j) => Slot::New(j),
            _ => continue,
        };
        // Behind whatever stands nearest before it in the new list and is there.
        let before = (0..j).rev().find_map(|k| slots.iter().position(|s| s.new_place() == Some(k)));
        slots.insert(before.map_or(0, |at| at + 1), slot);
    }
    slots
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_first_then_what_is_alike() {
        let (old, new) = (["a when x y", "b when z", "c when q"], ["when z w", "a when k", "q when c"]);
        let name = |t: &&str| t.split_once(" when").map(|(n, _)| n.to_string()).filter(|n| n.len() == 1);
        let pairs = Matcher::new(&old, &new).by(name).by_likeness(|a, b| likeness(a, b)).pairs();
        assert_eq!(pairs, [(0, 1), (1, 0), (2, 2)]);
    }

    #[test]
    fn as_few_as_can_be_are_moved_and_all_moves_give_the_new_order() {
        let pairs = [(0, 1), (1, 2), (2, 0), (3, 3)];
        assert_eq!(moved(&pairs), BTreeSet::from([2]));
        let none = BTreeSet::new();
        let order = |moves: &BTreeSet<usize>| {
            arranged(4, 4, &pairs, moves, &none).iter().map(|s| s.new_place()).collect::<Vec<_>>()
        };
        assert_eq!(order(&moved(&pairs)), [Some(0), Some(1), Some(2), Some(3)]);
        assert_eq!(order(&none), [Some(1), Some(2), Some(0), Some(3)]);
    }

    #[test]
    fn what_is_added_stands_behind_its_neighbour() {
        let pairs = [(0, 0), (1, 2)];
        let slots = arranged(3, 4, &pairs, &BTreeSet::new(), &BTreeSet::from([1, 3]));
        assert_eq!(slots, [Slot::Both(0, 0), Slot::New(1), Slot::Both(1, 2), Slot::New(3), Slot::Old(2)]);
    }
}
