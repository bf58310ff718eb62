//! What gates come to for given inputs, without the solver: 64 leads at a time, one in each bit of a word.
//!
//! A lead that the solver found is made simpler this way: a change of its inputs is tried by looking, which is far cheaper than to solve again.

use super::gates::Gates;
use super::solver::Lit;

/// The gates that some literals rest on, in an order in which each can be computed.
#[derive(Clone, Debug)]
pub struct Cone {
    /// A variable, and where its parts end.
    gates: Vec<(u32, usize)>,
    parts: Vec<Lit>,
}

/// The values of all variables, by variable, for 64 leads.
pub type Words = Vec<u64>;

/// The value of a literal for 64 leads.
pub fn word(values: &[u64], literal: Lit) -> u64 {
    let word = values[literal.variable() as usize];
    if literal.is_negative() { !word } else { word }
}

/// Sets a literal in the leads of a mask.
pub fn set(values: &mut [u64], literal: Lit, holds: bool, mask: u64) {
    let word = &mut values[literal.variable() as usize];
    if holds != literal.is_negative() {
        *word |= mask;
    } else {
        *word &= !mask;
    }
}

impl Cone {
    /// All that some literals rest on.
    pub fn new(wanted: &[Lit], gates: &Gates) -> Cone {
        let mut needed = vec![false; gates.variables()];
        wanted.iter().for_each(|l| needed[l.variable() as usize] = true);
        let mut found: Vec<(u32, Box<[Lit]>)> = Vec::new();
        // Parts are made before what they are parts of.
        for variable in (0..needed.len() as u32).rev() {
            if needed[variable as usize]
                && let Some(parts) = gates.parts(variable)
            {
                parts.iter().for_each(|l| needed[l.variable() as usize] = true);
                found.push((variable, parts));
            }
        }
        let mut cone = Cone { gates: Vec::new(), parts: Vec::new() };
        for (variable, parts) in found.into_iter().rev() {
            cone.parts.extend(parts);
            cone.gates.push((variable, cone.parts.len()));
        }
        cone
    }

    /// Computes all gates from the inputs.
    pub fn run(&self, values: &mut [u64]) {
        let mut begin = 0;
        for (variable, end) in &self.gates {
            let all = self.parts[begin..*end].iter().fold(!0, |all, part| all & word(values, *part));
            values[*variable as usize] = all;
            begin = *end;
        }
    }
}

/// The values of the lead that the solver found last, the same in each of the 64.
pub fn model(gates: &Gates) -> Words {
    (0..gates.variables() as u32).map(|v| if gates.value(Lit::positive(v)) { !0 } else { 0 }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::solver::Answer;

    #[test]
    fn gates_come_to_what_the_solver_says() {
        let mut gates: Gates = Gates::default();
        let (a, b, c) = (gates.fresh(), gates.fresh(), gates.fresh());
        let some = gates.or([a, !b]);
        let all = gates.and([some, c]);
        let cone = Cone::new(&[all], &gates);
        let mut values = vec![0; gates.variables()];
        values[0] = !0;
        for lead in 0..8_u64 {
            [a, b, c].iter().enumerate().for_each(|(i, l)| set(&mut values, *l, lead >> i & 1 == 1, 1 << lead));
        }
        cone.run(&mut values);
        for lead in 0..8_u64 {
            let assumed: Vec<Lit> =
                [a, b, c].iter().enumerate().map(|(i, l)| if lead >> i & 1 == 1 { *l } else { !*l }).collect();
            assert_eq!(gates.solve(&assumed, 10), Answer::Yes);
            assert_eq!(word(&values, all) >> lead & 1 == 1, gates.value(all), "{lead:b}");
            assert_eq!(model(&gates)[a.variable() as usize] == !0, gates.value(a));
        }
    }
}
