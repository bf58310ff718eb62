//! Three-valued truth over a batch: two bits a lead, 64 leads a machine word.

/// One condition over a batch: for each lead whether it is true, and whether it is known. Invariant: true implies known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Truths {
    pub yes: Vec<u64>,
    pub known: Vec<u64>,
}

impl Truths {
    /// Unknown for all leads of a batch of `len`.
    pub fn unknown(len: usize) -> Truths {
        let words = len.div_ceil(64);
        Truths { yes: vec![0; words], known: vec![0; words] }
    }

    /// The same answer for all leads.
    pub fn always(value: bool, len: usize) -> Truths {
        let words = len.div_ceil(64);
        Truths { yes: vec![if value { u64::MAX } else { 0 }; words], known: vec![u64::MAX; words] }
    }

    /// From an answer for each lead.
    pub fn collect(len: usize, answer: impl Fn(usize) -> Option<bool>) -> Truths {
        let mut truths = Truths::unknown(len);
        for lead in 0..len {
            if let Some(value) = answer(lead) {
                let (word, bit) = (lead / 64, 1_u64 << (lead % 64));
                truths.known[word] |= bit;
                truths.yes[word] |= if value { bit } else { 0 };
            }
        }
        truths
    }

    /// The answer for one lead; `None` is unknown.
    pub fn get(&self, lead: usize) -> Option<bool> {
        let (word, bit) = (lead / 64, 1_u64 << (lead % 64));
        (self.known[word] & bit != 0).then(|| self.yes[word] & bit != 0)
    }

    /// Whether it is true for one lead; unknown is not.
    pub fn is_true(&self, lead: usize) -> bool {
        self.yes[lead / 64] & (1_u64 << (lead % 64)) != 0
    }

    /// Kleene negation.
    pub fn not(&self) -> Truths {
        Truths { yes: self.known.iter().zip(&self.yes).map(|(k, y)| k & !y).collect(), known: self.known.clone() }
    }

    /// True where it is true, else false.
    pub fn confirmed(&self) -> Truths {
        Truths { yes: self.yes.clone(), known: vec![u64::MAX; self.yes.len()] }
    }

    /// True where it is false or unknown, else false.
    pub fn unconfirmed(&self) -> Truths {
        Truths { yes: self.yes.iter().map(|y| !y).collect(), known: vec![u64::MAX; self.yes.len()] }
    }

    /// Kleene `and` in place: false where one is false, true where both are true.
    pub fn and(&mut self, other: &Truths) {
        for (((y, k), oy), ok) in self.yes.iter_mut().zip(&mut self.known).zip(&other.yes).zip(&other.known) {
            let no = (*k & !*y) | (ok & !oy);
            *y &= oy;
            *k = *y | no;
        }
    }

    /// Kleene `or` in place: true where one is true, false where both are false.
    pub fn or(&mut self, other: &Truths) {
        for (((y, k), oy), ok) in self.yes.iter_mut().zip(&mut self.known).zip(&other.yes).zip(&other.known) {
            let no = (*k & !*y) & (ok & !oy);
            *y |= oy;
            *k = *y | no;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kleene_tables_hold() {
        let all = [Some(true), Some(false), None];
        let of = |v: Option<bool>| Truths::collect(1, |_| v);
        for a in all {
            assert_eq!(of(a).not().get(0), a.map(|v| !v));
            assert_eq!(of(a).confirmed().get(0), Some(a == Some(true)));
            assert_eq!(of(a).unconfirmed().get(0), Some(a != Some(true)));
            for b in all {
                let (mut and, mut or) = (of(a), of(a));
                and.and(&of(b));
                or.or(&of(b));
                let expected_and = if a == Some(false) || b == Some(false) { Some(false) } else { a.and(b) };
                let expected_or = if a == Some(true) || b == Some(true) { Some(true) } else { a.and(b) };
                assert_eq!((and.get(0), or.get(0)), (expected_and, expected_or), "{a:?} {b:?}");
            }
        }
    }
}
