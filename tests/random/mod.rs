//! Random policies and leads, drawn from a tape of numbers: a shorter tape or smaller numbers give something simpler, so failures shrink.

mod condition;
pub mod lead;
pub mod policy;
pub mod seen;
pub mod walk;

use proptest::prelude::ProptestConfig;

/// So many cases, unless `PROPTEST_CASES` asks for another number; a failure is made smaller in so many steps at most.
pub fn cases(cases: u32, max_shrink_iters: u32) -> ProptestConfig {
    let config = ProptestConfig { max_shrink_iters, failure_persistence: None, ..ProptestConfig::default() };
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => config,
        None => ProptestConfig { cases, ..config },
    }
}

/// A source of choices.
pub struct Draw {
    tape: Vec<u32>,
    at: usize,
    /// Goes on after the tape; without it, what follows are zeros: the first, simplest choices.
    seed: Option<u64>,
}

impl Draw {
    /// Choices from a tape, then zeros.
    pub fn from_tape(tape: &[u32]) -> Draw {
        Draw { tape: tape.to_vec(), at: 0, seed: None }
    }

    /// Endless choices.
    pub fn from_seed(seed: u64) -> Draw {
        Draw { tape: Vec::new(), at: 0, seed: Some(seed) }
    }

    fn next(&mut self) -> u32 {
        if let Some(number) = self.tape.get(self.at) {
            self.at += 1;
            return *number;
        }
        let Some(seed) = &mut self.seed else { return 0 };
        // SplitMix64.
        *seed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = *seed;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) as u32
    }

    /// A number from 0 up to but not including `count`; 0 where there is nothing to choose.
    pub fn below(&mut self, count: usize) -> usize {
        if count <= 1 { 0 } else { self.next() as usize % count }
    }

    /// A number in a range, both ends included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1) as usize) as i64
    }

    /// Yes in so many of a hundred cases; no where the tape has ended.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) >= 100 - percent
    }

    /// One of a list that is not empty.
    pub fn pick<'l, T>(&mut self, list: &'l [T]) -> &'l T {
        &list[self.below(list.len())]
    }

    /// Some of a list, in its order; at least one.
    pub fn some<'l, T>(&mut self, list: &'l [T]) -> Vec<&'l T> {
        let sure = self.below(list.len());
        list.iter().enumerate().filter(|(i, _)| *i == sure || self.chance(35)).map(|(_, one)| one).collect()
    }
}
