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
        let words = truths.yes.iter_mut().zip(&mut truths.known).enumerate();
        for (word, (yes, known)) in words {
            for lead in word * 64..len.min(word * 64 + 64) {
                if let Some(value) = answer(lead) {
                    *known |= 1 << (lead % 64);
                    *yes |= u64::from(value) << (lead % 64);
                }
            }
        }
        truths
    }

    /// From a value for each lead, where every lead has an answer.
    pub fn definite<T: Copy>(values: &[T], holds: impl Fn(T) -> bool) -> Truths {
        Truths { yes: words(values, holds), known: vec![u64::MAX; values.len().div_ceil(64)] }
    }

    /// From a value for each lead and which of them are known.
    pub fn known<T: Copy>(values: &[T], known: Vec<u64>, holds: impl Fn(T) -> bool) -> Truths {
        let mut yes = words(values, holds);
        yes.iter_mut().zip(&known).for_each(|(y, k)| *y &= k);
        Truths { yes, known }
    }

    /// The Kleene `and` of conditions; true for all `len` leads where there are none.
    pub fn all<'t>(len: usize, parts: impl IntoIterator<Item = &'t Truths>) -> Truths {
        let mut all = Truths::always(true, len);
        parts.into_iter().for_each(|part| all.and(part));
        all
    }

    /// The Kleene `or` of conditions; false for all `len` leads where there are none.
    pub fn any<'t>(len: usize, parts: impl IntoIterator<Item = &'t Truths>) -> Truths {
        let mut any = Truths::always(false, len);
        parts.into_iter().for_each(|part| any.or(part));
        any
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

/// For 64 values a word: which of them a test holds for. The bits after the last value are 0.
pub fn words<T: Copy>(values: &[T], holds: impl Fn(T) -> bool) -> Vec<u64> {
    let (whole, rest) = values.as_chunks::<64>();
    let mut words = Vec::with_capacity(values.len().div_ceil(64));
    let mut bytes = [0; 64];
    for chunk in whole {
        bytes.iter_mut().zip(chunk).for_each(|(byte, v)| *byte = u8::from(holds(*v)));
        words.push(pack(&bytes));
    }
    if !rest.is_empty() {
        bytes.fill(0);
        bytes.iter_mut().zip(rest).for_each(|(byte, v)| *byte = u8::from(holds(*v)));
        words.push(pack(&bytes));
    }
    words
}

/// 64 bytes that are 0 or 1 as the bits of a word. Answers are written as bytes first because that needs no step to wait for the one before.
fn pack(bytes: &[u8; 64]) -> u64 {
    // Takes the lowest bit of byte `i` to bit `56 + i`.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let (eights, _) = bytes.as_chunks::<8>();
    eights.iter().rev().fold(0, |word, eight| word << 8 | u64::from_le_bytes(*eight).wrapping_mul(GATHER) >> 56)
}

/// The places of the bits that are set in words of 64, ascending.
pub fn places(words: &[u64]) -> impl Iterator<Item = usize> {
    words.iter().enumerate().flat_map(|(at, word)| bits(*word).map(move |bit| at * 64 + bit))
}

/// The places of the bits that are set in a word, ascending.
pub fn bits(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = word.trailing_zeros() as usize;
        word &= word.wrapping_sub(1);
        (bit < 64).then_some(bit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_say_which_values_hold() {
        for len in [0_usize, 1, 63, 64, 65, 200] {
            let values: Vec<u32> = (0..len as u32).map(|i| i.wrapping_mul(2_654_435_761) % 97).collect();
            let held = words(&values, |v| v % 3 == 1);
            assert_eq!(held.len(), values.len().div_ceil(64));
            let wanted: Vec<usize> = (0..values.len()).filter(|i| values[*i] % 3 == 1).collect();
            assert_eq!(places(&held).collect::<Vec<_>>(), wanted, "{len} values");
        }
    }

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
