//! Leads drawn by lot: what some of them have need not be looked for by the solver.
//!
//! The lots are the same every time, so the same is found every time.

use super::encode::Encoding;
use super::simulate::{Cone, Words, set, word};
use super::solver::Lit;

/// So many times 64 leads are drawn.
const ROUNDS: usize = 24;

/// Numbers that look as if they were drawn by lot (SplitMix64), and are the same every time.
struct Lots(u64);

impl Lots {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % count.max(1) as u64) as usize
    }
}

/// For each literal whether a lead that was drawn has it.
pub fn drawn(encoding: &Encoding<'_>, literals: &[Lit]) -> Vec<bool> {
    let mut found = vec![false; literals.len()];
    let mut lots = Lots(1);
    let mut values: Words = vec![0; encoding.gates.variables()];
    values[0] = !0;
    let cone = Cone::new(literals, &encoding.gates);
    for _ in 0..ROUNDS {
        for lead in 0..u64::BITS {
            let mut below = |count| lots.below(count);
            let behaviour = encoding.behaviour.draw(&mut below);
            let people = encoding.people.draw(&mut below);
            let fields = encoding.space.draw(&mut below);
            for (literal, holds) in behaviour.into_iter().chain(people).chain(fields) {
                set(&mut values, literal, holds, 1 << lead);
            }
        }
        cone.run(&mut values);
        found.iter_mut().zip(literals).for_each(|(found, literal)| *found |= word(&values, *literal) != 0);
    }
    found
}
