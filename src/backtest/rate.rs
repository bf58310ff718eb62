//! How many of some leads were won, and how sure that share is.

use super::number::{Z, rounded, share};
use serde::Serialize;

/// Fewer leads than this show a count and no share: with 19 leads, the interval of a share spans up to 42 points.
pub const LEAST_LEADS: u64 = 20;

/// Leads with a known outcome, and how many of them were won. The share and its interval are left out below [`LEAST_LEADS`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Rate {
    pub leads: u64,
    pub won: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
}

impl Rate {
    /// Of so many leads, so many were won.
    pub fn of(won: u64, leads: u64) -> Rate {
        if leads < LEAST_LEADS {
            return Rate { leads, won, ..Rate::default() };
        }
        let (low, high) = wilson(won as f64, leads as f64);
        let four = |x| Some(rounded(x, 4));
        Rate { leads, won, rate: four(share(won as f64, leads as f64)), low: four(low), high: four(high) }
    }

    /// Whether this share is surely higher than another: their intervals do not meet.
    pub fn surely_above(&self, other: &Rate) -> bool {
        self.low.zip(other.high).is_some_and(|(low, high)| low > high)
    }
}

/// Wilson's score interval (E. B. Wilson, 1927, "Probable inference, the law of succession, and statistical inference"):
/// `(p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n)`. Unlike the textbook interval it stays within 0 and 1, and is right where few were won.
pub fn wilson(won: f64, n: f64) -> (f64, f64) {
    let p = share(won, n);
    let z2 = Z * Z;
    let middle = p + z2 / (2.0 * n);
    let half = Z * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    let whole = 1.0 + z2 / n;
    // At both ends the formula gives 0 or 1 but for the last bit.
    let low = if won <= 0.0 { 0.0 } else { ((middle - half) / whole).max(0.0) };
    let high = if won >= n { 1.0 } else { ((middle + half) / whole).min(1.0) };
    (low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_by_hand() {
        // 10 of 40: p = 0.25, z² = 3.8415; (0.25 + 0.048018 ± 1.96 √(0.0046875 + 0.00060023)) / 1.0960365.
        let rate = Rate::of(10, 40);
        assert_eq!((rate.rate, rate.low, rate.high), (Some(0.25), Some(0.1419), Some(0.4019)));
        assert_eq!(wilson(0.0, 20.0).0, 0.0);
        assert_eq!(wilson(20.0, 20.0).1, 1.0);
        assert!((wilson(0.0, 20.0).1 - 3.841_458_820_694_124 / 23.841_458_820_694_124).abs() < 1e-12);
    }

    #[test]
    fn too_few_leads_have_no_share() {
        assert_eq!(Rate::of(3, 19), Rate { leads: 19, won: 3, ..Rate::default() });
        assert!(Rate::of(3, 20).rate.is_some());
        assert!(Rate::of(19, 20).surely_above(&Rate::of(1, 20)));
        assert!(!Rate::of(2, 2).surely_above(&Rate::of(0, 500)));
    }
}
