//! Sets of whole numbers as ranges: choices by index, scaled numbers, days, counts, points.

/// Sorted ranges with both ends included, with gaps between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranges(Vec<(i64, i64)>);

impl Ranges {
    /// Every number.
    pub fn all() -> Ranges {
        Ranges(vec![(i64::MIN, i64::MAX)])
    }

    /// One range; `None` is open. Empty where the ends are the wrong way round.
    pub fn of(low: Option<i64>, high: Option<i64>) -> Ranges {
        Ranges::from_list([(low.unwrap_or(i64::MIN), high.unwrap_or(i64::MAX))])
    }

    /// Ranges in any order; those that touch or overlap become one.
    pub fn from_list(list: impl IntoIterator<Item = (i64, i64)>) -> Ranges {
        let mut list: Vec<(i64, i64)> = list.into_iter().filter(|(low, high)| low <= high).collect();
        list.sort_unstable();
        let mut merged: Vec<(i64, i64)> = Vec::new();
        for (low, high) in list {
            match merged.last_mut() {
                Some(last) if low <= last.1.saturating_add(1) => last.1 = last.1.max(high),
                _ => merged.push((low, high)),
            }
        }
        Ranges(merged)
    }

    /// What lies in both.
    pub fn and(&self, other: &Ranges) -> Ranges {
        let mut both = Vec::new();
        let (mut a, mut b) = (self.0.iter().peekable(), other.0.iter().peekable());
        while let (Some(x), Some(y)) = (a.peek(), b.peek()) {
            let (low, high) = (x.0.max(y.0), x.1.min(y.1));
            if low <= high {
                both.push((low, high));
            }
            if x.1 < y.1 {
                a.next()
            } else {
                b.next()
            };
        }
        Ranges(both)
    }

    /// What lies outside.
    pub fn not(&self) -> Ranges {
        let mut outside = Vec::new();
        let mut next = Some(i64::MIN);
        for (low, high) in &self.0 {
            if let Some(from) = next.filter(|from| from < low) {
                outside.push((from, low - 1));
            }
            next = high.checked_add(1);
        }
        outside.extend(next.map(|from| (from, i64::MAX)));
        Ranges(outside)
    }

    /// Whether nothing lies in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The least, where there is one.
    pub fn least(&self) -> Option<i64> {
        self.0.first().map(|r| r.0)
    }

    /// The most, where there is one.
    pub fn most(&self) -> Option<i64> {
        self.0.last().map(|r| r.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_cut_and_turned_round() {
        let set = Ranges::from_list([(5, 9), (1, 2), (3, 3), (20, 30)]);
        assert_eq!(set, Ranges(vec![(1, 3), (5, 9), (20, 30)]));
        assert_eq!(set.not().not(), set);
        assert!(set.and(&set.not()).is_empty());
        assert_eq!(set.and(&Ranges::of(Some(3), Some(20))), Ranges(vec![(3, 3), (5, 9), (20, 20)]));
        assert_eq!(Ranges::all().not(), Ranges(vec![]));
        assert_eq!(Ranges(vec![]).not(), Ranges::all());
        assert!(Ranges::of(Some(2), Some(1)).is_empty());
        assert_eq!((set.least(), set.most()), (Some(1), Some(30)));
    }
}
