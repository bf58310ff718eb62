//! How well a number puts won leads before the others: the area under the ROC curve, and lift.

use super::number::{Z, rounded, share};
use super::rate::wilson;
use serde::Serialize;

/// With fewer won leads than this, or fewer others, a ranking says nothing.
pub const LEAST_EACH: u64 = 10;
/// The best fifth is looked at.
pub const BEST: f64 = 0.2;

/// A figure with its interval of 95 %; the interval is left out where it cannot be computed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    pub value: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
}

impl Estimate {
    /// From a variance; the interval stays within `least..most`. A variance of zero comes from leads that are parted without exception, and
    /// then says nothing about the next ones.
    fn new(value: f64, variance: f64, (least, most): (f64, f64)) -> Estimate {
        let half = Z * variance.max(0.0).sqrt();
        let sure = variance > 0.0;
        let end = |x: f64| sure.then(|| rounded(x.clamp(least, most), 3));
        Estimate { value: rounded(value, 3), low: end(value - half), high: end(value + half) }
    }
}

/// Leads that share a number: how many were won, and how many were not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tied {
    pub value: i64,
    pub won: u64,
    pub lost: u64,
}

/// For each entry, the share of the others that rank below a won lead there (ties half), and the share of won leads above a lead that was not.
/// These are the structural components of DeLong, DeLong and Clarke-Pearson (1988), "Comparing the areas under two or more correlated receiver
/// operating characteristic curves", found by ranks instead of pairs.
fn placements(entries: &[Tied]) -> Vec<(f64, f64)> {
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_by_key(|i| entries[*i].value);
    let (won, lost) = totals(entries);
    let mut placed = vec![(0.0, 0.0); entries.len()];
    let (mut won_below, mut lost_below) = (0, 0);
    for tied in order.chunk_by(|a, b| entries[*a].value == entries[*b].value) {
        let here = |of: fn(&Tied) -> u64| tied.iter().map(|i| of(&entries[*i])).sum::<u64>();
        let (won_here, lost_here) = (here(|t| t.won), here(|t| t.lost));
        // Whole numbers of half pairs, so that nothing is rounded before the division.
        let below = share((2 * lost_below + lost_here) as f64, 2.0 * lost as f64);
        let above = share((2 * (won - won_below) - won_here) as f64, 2.0 * won as f64);
        tied.iter().for_each(|i| placed[*i] = (below, above));
        won_below += won_here;
        lost_below += lost_here;
    }
    placed
}

fn totals(entries: &[Tied]) -> (u64, u64) {
    entries.iter().fold((0, 0), |(won, lost), t| (won + t.won, lost + t.lost))
}

/// The area under the ROC curve: the probability that a won lead ranks before one that was not won, ties half (the Mann-Whitney statistic over
/// the number of pairs). `None` without a pair.
pub fn area(entries: &[Tied]) -> Option<f64> {
    let (won, lost) = totals(entries);
    let mut sorted = entries.to_vec();
    sorted.sort_by_key(|t| t.value);
    let (mut below, mut twice) = (0_u128, 0_u128);
    for tied in sorted.chunk_by(|a, b| a.value == b.value) {
        let (won_here, lost_here) = totals(tied);
        twice += u128::from(won_here) * (2 * below + u128::from(lost_here));
        below += u128::from(lost_here);
    }
    let pairs = u128::from(won) * u128::from(lost);
    (pairs > 0).then(|| twice as f64 / (2 * pairs) as f64)
}

/// Variance of an area (or of a difference of two) from its components: `S₁₀/m + S₀₁/n`.
fn variance(entries: &[Tied], components: &[(f64, f64)]) -> f64 {
    let part = |all: &[(u64, f64)]| {
        let n = all.iter().map(|(k, _)| k).sum::<u64>() as f64;
        let mean = all.iter().map(|(k, v)| *k as f64 * v).sum::<f64>() / n;
        let squares: f64 = all.iter().map(|(k, v)| *k as f64 * (v - mean) * (v - mean)).sum();
        squares / (n - 1.0) / n
    };
    let both = || entries.iter().zip(components);
    let won: Vec<(u64, f64)> = both().map(|(t, c)| (t.won, c.0)).collect();
    let lost: Vec<(u64, f64)> = both().map(|(t, c)| (t.lost, c.1)).collect();
    part(&won) + part(&lost)
}

fn enough(entries: &[Tied]) -> bool {
    let (won, lost) = totals(entries);
    won >= LEAST_EACH && lost >= LEAST_EACH
}

/// The area with DeLong's interval; `None` below [`LEAST_EACH`].
pub fn auc(entries: &[Tied]) -> Option<Estimate> {
    let value = area(entries).filter(|_| enough(entries))?;
    Some(Estimate::new(value, variance(entries, &placements(entries)), (0.0, 1.0)))
}

/// Areas of several parts of the leads, each ranked on its own, as one: their mean, weighted by pairs. `None` unless each part is enough.
pub fn mean_auc(parts: &[Vec<Tied>]) -> Option<Estimate> {
    let areas = parts.iter().map(|p| Some((area(p)?, variance(p, &placements(p)), pairs(p))));
    mean(areas, parts, (0.0, 1.0))
}

/// By how much the second ranking of each part is better than the first: the mean difference of areas, with DeLong's interval for rankings of the
/// same leads. Both lists have an entry for the same leads at the same place.
pub fn mean_gain(parts: &[(Vec<Tied>, Vec<Tied>)]) -> Option<Estimate> {
    let gain = |(old, new): &(Vec<Tied>, Vec<Tied>)| {
        let (before, after) = (placements(old), placements(new));
        let apart: Vec<_> = before.iter().zip(after).map(|(b, a)| (a.0 - b.0, a.1 - b.1)).collect();
        Some((area(new)? - area(old)?, variance(old, &apart), pairs(old)))
    };
    let first: Vec<Vec<Tied>> = parts.iter().map(|(old, _)| old.clone()).collect();
    mean(parts.iter().map(gain), &first, (-1.0, 1.0))
}

fn pairs(entries: &[Tied]) -> f64 {
    let (won, lost) = totals(entries);
    won as f64 * lost as f64
}

fn mean(
    figures: impl Iterator<Item = Option<(f64, f64, f64)>>,
    parts: &[Vec<Tied>],
    range: (f64, f64),
) -> Option<Estimate> {
    if parts.is_empty() || parts.iter().any(|p| pairs(p) == 0.0 || totals(p).0 < 2 || totals(p).1 < 2) {
        return None;
    }
    let all: Vec<(f64, f64, f64)> = figures.collect::<Option<_>>()?;
    let whole: f64 = all.iter().map(|a| a.2).sum();
    let value = all.iter().map(|a| a.0 * a.2).sum::<f64>() / whole;
    let variance = all.iter().map(|a| a.1 * a.2 * a.2).sum::<f64>() / (whole * whole);
    Some(Estimate::new(value, variance, range))
}

/// How many won leads are in the best fifth; leads tied at its edge count in part, as if they stood in random order.
fn won_in_best(entries: &[Tied]) -> f64 {
    let mut sorted = entries.to_vec();
    sorted.sort_by_key(|t| std::cmp::Reverse(t.value));
    let (won, lost) = totals(entries);
    let mut room = (won + lost) as f64 * BEST;
    let mut found = 0.0;
    for tied in sorted.chunk_by(|a, b| a.value == b.value) {
        let (won_here, lost_here) = totals(tied);
        let n = (won_here + lost_here) as f64;
        found += won_here as f64 * share(room.min(n), n);
        room = (room - n).max(0.0);
    }
    found
}

/// Lift of the best fifth: how many times more often it is won than all leads. That is the share of won leads found there over 0.2; the interval is
/// Wilson's for that share of the won leads, with the edge taken as given. `None` below [`LEAST_EACH`].
pub fn lift(entries: &[Tied]) -> Option<Estimate> {
    lift_of(entries, won_in_best(entries)).filter(|_| enough(entries))
}

/// Lift over several parts, each with a best fifth of its own.
pub fn mean_lift(parts: &[Vec<Tied>]) -> Option<Estimate> {
    let whole = parts.concat();
    lift_of(&whole, parts.iter().map(|p| won_in_best(p)).sum()).filter(|_| enough(&whole))
}

fn lift_of(entries: &[Tied], found: f64) -> Option<Estimate> {
    let won = totals(entries).0 as f64;
    let (low, high) = if won > 0.0 { wilson(found, won) } else { return None };
    let over = |x: f64| rounded(x / BEST, 2);
    Some(Estimate { value: over(found / won), low: Some(over(low)), high: Some(over(high)) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tied(all: &[(i64, u64, u64)]) -> Vec<Tied> {
        all.iter().map(|&(value, won, lost)| Tied { value, won, lost }).collect()
    }

    #[test]
    fn an_area_by_hand() {
        // Won 3, 2, 2; not won 2, 1: pairs (3: 1 + 1), (2: ½ + 1) twice, so 5 of 6.
        let entries = tied(&[(1, 0, 1), (2, 2, 1), (3, 1, 0)]);
        assert_eq!(area(&entries), Some(5.0 / 6.0));
        assert_eq!(area(&tied(&[(1, 4, 0)])), None);
        assert_eq!(area(&tied(&[(7, 4, 9)])), Some(0.5));
        // Won leads: ¾ twice and 1, S₁₀ = 1/48; others: ⅔ and 1, S₀₁ = 1/18. Variance 1/144 + 1/36 = 5/144.
        assert!((variance(&entries, &placements(&entries)) - 5.0 / 144.0).abs() < 1e-15);
    }

    #[test]
    fn few_leads_and_perfect_order_are_not_overstated() {
        assert_eq!(auc(&tied(&[(1, 9, 0), (0, 0, 500)])), None);
        let perfect = auc(&tied(&[(1, 10, 0), (0, 0, 10)]));
        assert_eq!(perfect, Some(Estimate { value: 1.0, low: None, high: None }));
    }

    #[test]
    fn lift_by_hand() {
        // The best 20 of 100: 10 leads above with 6 won, then 10 of 40 tied ones, of which 8 were won: 6 + 2 = 8 of 20 won. 0.4 / 0.2 = 2.
        let entries = tied(&[(9, 6, 4), (5, 8, 32), (1, 6, 44)]);
        let lift = lift(&entries).expect("enough leads");
        assert_eq!(lift.value, 2.0);
        // Wilson of 8 in 20 is 0.2188 to 0.6134.
        assert_eq!((lift.low, lift.high), (Some(1.09), Some(3.07)));
        assert_eq!(super::lift(&tied(&[(0, 20, 80)])).map(|l| l.value), Some(1.0));
    }

    #[test]
    fn the_same_ranking_gains_nothing() {
        let one = tied(&[(1, 10, 30), (2, 20, 10), (3, 15, 5)]);
        let gain = mean_gain(&[(one.clone(), one.clone()), (one.clone(), one.clone())]).expect("enough leads");
        assert_eq!((gain.value, gain.low), (0.0, None));
        let (whole, halves) = (auc(&one).expect("enough"), mean_auc(&[one.clone(), one]).expect("enough"));
        assert_eq!(whole.value, halves.value);
    }

    proptest! {
        #[test]
        fn areas_are_the_share_of_pairs(leads in prop::collection::vec((-3_i64..4, any::<bool>()), 2..60)) {
            let entries: Vec<Tied> =
                leads.iter().map(|(value, won)| Tied { value: *value, won: u64::from(*won), lost: u64::from(!won) }).collect();
            let of = |wanted: bool| leads.iter().filter(move |(_, won)| *won == wanted).map(|(v, _)| *v);
            let pairs: Vec<f64> = of(true)
                .flat_map(|w| of(false).map(move |l| match w.cmp(&l) {
                    std::cmp::Ordering::Greater => 1.0,
                    std::cmp::Ordering::Equal => 0.5,
                    std::cmp::Ordering::Less => 0.0,
                }))
                .collect();
            let expected = (!pairs.is_empty()).then(|| pairs.iter().sum::<f64>() / pairs.len() as f64);
            match (area(&entries), expected) {
                (Some(a), Some(b)) => prop_assert!((a - b).abs() < 1e-12),
                (a, b) => prop_assert_eq!(a, b),
            }
            // The mean of the components of either side is the area too.
            if let Some(a) = expected {
                let placed = placements(&entries);
                let mean = |wanted: bool, pick: fn(&(f64, f64)) -> f64| {
                    let all: Vec<f64> =
                        leads.iter().zip(&placed).filter(|((_, w), _)| *w == wanted).map(|(_, p)| pick(p)).collect();
                    all.iter().sum::<f64>() / all.len() as f64
                };
                prop_assert!((mean(true, |p| p.0) - a).abs() < 1e-12);
                prop_assert!((mean(false, |p| p.1) - a).abs() < 1e-12);
            }
            // Turned around, the area is what is left of one.
            let turned: Vec<Tied> = entries.iter().map(|t| Tied { value: -t.value, ..*t }).collect();
            if let (Some(a), Some(b)) = (area(&entries), area(&turned)) {
                prop_assert!((a + b - 1.0).abs() < 1e-12);
            }
        }

        #[test]
        fn joining_ties_changes_nothing(groups in prop::collection::vec((0_i64..5, 0_u64..6, 0_u64..6), 1..20)) {
            let entries = tied(&groups);
            let mut joined: std::collections::BTreeMap<i64, (u64, u64)> = std::collections::BTreeMap::new();
            for t in &entries {
                let at = joined.entry(t.value).or_default();
                *at = (at.0 + t.won, at.1 + t.lost);
            }
            let joined: Vec<Tied> = joined.into_iter().map(|(value, (won, lost))| Tied { value, won, lost }).collect();
            prop_assert_eq!(area(&entries), area(&joined));
            prop_assert_eq!(lift(&entries), lift(&joined));
        }
    }
}
