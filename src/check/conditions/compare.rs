//! Comparisons on anything that stands in a line: from `is`, `>=`, `between` to a range of whole units.

use crate::syntax::tree::Op;

/// A range of whole units, both ends included; `None` is open. With `negated`, everything outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    pub low: Option<i64>,
    pub high: Option<i64>,
    pub negated: bool,
}

/// The range for which `x OP value` is true, where the thing compared with spans `first..=last` (one unit for numbers, a stretch for bands).
pub fn range(op: Op, first: Option<i64>, last: Option<i64>) -> Range {
    let (low, high, negated) = match op {
        Op::Is => (first, last, false),
        Op::IsNot => (first, last, true),
        Op::Ge => (first, None, false),
        Op::Gt => (last.map(|l| l.saturating_add(1)).or(Some(i64::MAX)), None, false),
        Op::Le => (None, last, false),
        Op::Lt => (None, first.map(|f| f.saturating_sub(1)).or(Some(i64::MIN)), false),
    };
    Range { low, high, negated }
}

/// The indices of `0..count` in a range.
pub fn indices(range: Range, count: usize) -> Vec<u16> {
    let inside = |i: &u16| {
        let i = i64::from(*i);
        range.low.is_none_or(|l| i >= l) && range.high.is_none_or(|h| i <= h)
    };
    (0..count.min(usize::from(u16::MAX)) as u16).filter(inside).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_comparison_is_a_range_of_whole_units() {
        let plain = |low, high| Range { low, high, negated: false };
        assert_eq!(range(Op::Ge, Some(3), Some(3)), plain(Some(3), None));
        assert_eq!(range(Op::Gt, Some(3), Some(3)), plain(Some(4), None));
        assert_eq!(range(Op::Lt, Some(3), Some(3)), plain(None, Some(2)));
        // A band of 50..=69 points: above it begins at 70, below it ends at 49.
        assert_eq!(range(Op::Gt, Some(50), Some(69)), plain(Some(70), None));
        assert_eq!(range(Op::Lt, Some(50), Some(69)), plain(None, Some(49)));
        assert_eq!(indices(range(Op::Ge, Some(2), Some(2)), 4), [2, 3]);
        assert_eq!(indices(range(Op::Gt, Some(3), Some(3)), 4), [0_u16; 0]);
    }
}
