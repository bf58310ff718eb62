//! The different answers a field can get, as literals: for each, what holds of the field.

use super::gates::Gates;
use super::solver::Lit;
use super::space::{Domain, Field, Space};
use crate::policy::FieldId;

/// Members of a multi-select that are told apart all at once; of more than this, one at a time.
const MEMBERS: usize = 6;

impl Space {
    /// What a field can be as far as conditions tell, *not known* the last. `tested`: the members of a multi-select that some condition looks at.
    pub fn answers(&self, field: FieldId, tested: &[u16]) -> Vec<Vec<Lit>> {
        let Field { known, domain } = &self.fields[field.index()];
        let mut all: Vec<Vec<Lit>> = match domain {
            Domain::Choice(values) => values.iter().map(|v| vec![*v]).collect(),
            Domain::Line { above, .. } => (0..=above.len())
                .map(|at| {
                    let ends = [at.checked_sub(1).map(|below| above[below]), above.get(at).map(|next| !*next)];
                    ends.into_iter().flatten().collect()
                })
                .collect(),
            Domain::Set { members, open } => {
                let members: Vec<Lit> = tested.iter().map(|m| members[usize::from(*m)]).collect();
                let ways = subsets(&members);
                [!*open, *open]
                    .into_iter()
                    .flat_map(|whole| ways.iter().map(move |way| [way.as_slice(), &[whole]].concat()))
                    .collect()
            }
            Domain::Text { tests, words } => words
                .patterns()
                .map(|said| tests.iter().zip(said).map(|((_, l), is)| if *is { *l } else { !*l }).collect())
                .collect(),
        };
        all.iter_mut().for_each(|answer| answer.push(*known));
        all.push(vec![!*known]);
        all
    }

    /// Whether a field that is not known, or a text for which words are known, so that a lead can be shown.
    pub fn worded(&self, field: FieldId, gates: &mut Gates) -> Option<Lit> {
        let Field { known, domain } = &self.fields[field.index()];
        let Domain::Text { tests, words } = domain else { return None };
        let mut ways = vec![!*known];
        for said in words.patterns() {
            ways.push(gates.and(tests.iter().zip(said).map(|((_, l), is)| if *is { *l } else { !*l })));
        }
        Some(gates.or(ways))
    }

    /// A literal that holds only where a field is the same for two leads; the other is of the same policy over the same gates.
    pub fn same(&self, other: &Space, field: FieldId, gates: &mut Gates) -> Lit {
        let same = gates.fresh();
        let (mine, theirs) = (self.fields[field.index()].literals(), other.fields[field.index()].literals());
        for (a, b) in mine.into_iter().zip(theirs) {
            gates.require(&[!same, !a, b]);
            gates.require(&[!same, a, !b]);
        }
        same
    }
}

/// Each way in which some members are there or not; of many, none and each of them alone.
fn subsets(members: &[Lit]) -> Vec<Vec<Lit>> {
    let way =
        |is: &dyn Fn(usize) -> bool| members.iter().enumerate().map(|(i, l)| if is(i) { *l } else { !*l }).collect();
    if members.len() > MEMBERS {
        let alone = (0..members.len()).map(|one| way(&|i| i == one));
        return std::iter::once(way(&|_| false)).chain(alone).collect();
    }
    (0..1_u32 << members.len()).map(|bits| way(&|i| bits >> i & 1 == 1)).collect()
}
