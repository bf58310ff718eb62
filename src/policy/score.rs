//! The two scores.

use super::condition::Cond;
use super::exact::Points;
use super::ids::SignalId;
use crate::source::Span;
use std::sync::Arc;

/// Fit or Intent.
#[derive(Clone, Debug)]
pub struct Score {
    /// Clamped to `0..=out_of`; 100 where nothing is said.
    pub out_of: Points,
    pub groups: Vec<Group>,
    /// Highest first; the last has no threshold. Never empty: a score without bands has one, named `all`.
    pub bands: Vec<Band>,
    pub span: Span,
}

/// A group of criteria with its caps.
#[derive(Clone, Debug)]
pub struct Group {
    pub name: String,
    pub title: Option<String>,
    pub up_to: Option<Points>,
    pub down_to: Option<Points>,
    pub criteria: Vec<Criterion>,
    pub span: Span,
}

impl Group {
    /// A sum after the cap and the floor.
    pub fn limit(&self, sum: Points) -> Points {
        let capped = self.up_to.map_or(sum, |cap| sum.min(cap));
        self.down_to.map_or(capped, |floor| capped.max(floor))
    }
}

/// One weighted criterion.
#[derive(Clone, Debug)]
pub struct Criterion {
    /// Stable: `group.name`, or `group.N` (one-based) where it has no name.
    pub id: String,
    pub points: Points,
    /// Decimals written, 0 to 2: what decay rounds to.
    pub decimals: u8,
    pub kind: CriterionKind,
    pub because: Option<String>,
    /// As written after the points: `when region is us`, `per demo_request newest 1`.
    pub text: Arc<str>,
    pub span: Span,
}

/// What earns the points.
#[derive(Clone, Debug)]
pub enum CriterionKind {
    /// The points, where the condition is true.
    When(Cond),
    /// The points for each event.
    Per(Per),
}

/// Points per event of a signal. Order: within → at least → newest → decay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Per {
    pub signal: SignalId,
    /// Only events with 0 ≤ age < days.
    pub within_days: Option<u32>,
    /// Fewer than this (after `within`): nothing at all.
    pub at_least: Option<u32>,
    /// Only the newest so many.
    pub newest: Option<u32>,
    /// Points halve after each full period of so many days.
    pub halves_every_days: Option<u32>,
    /// Points of one event after 0, 1, 2 … full periods, ending with the last that is not zero; one entry without decay.
    pub steps: Vec<Points>,
}

impl Per {
    /// The points of one event `full_days` old.
    pub fn points_at(&self, full_days: i64) -> Points {
        let period = self.halves_every_days.map_or(0, |d| (full_days / i64::from(d.max(1))) as usize);
        self.steps.get(period).copied().unwrap_or(Points::ZERO)
    }
}

/// The table of a decay: `points ÷ 2^k`, rounded once, half up on the magnitude, to `decimals` places, until it is zero.
///
/// Without decay the table has one entry.
pub fn decay_steps(points: Points, decimals: u8, decays: bool) -> Vec<Points> {
    if !decays {
        return vec![points];
    }
    let unit: i128 = 10_i128.pow(2 - u32::from(decimals.min(2)));
    let magnitude = i128::from(points.0.unsigned_abs());
    let mut steps = Vec::new();
    for k in 0..64 {
        // Half up in whole units: (magnitude / 2^k / unit) + 1/2, all over one denominator.
        let denominator = (1_i128 << k) * unit;
        let value = (2 * magnitude + denominator) / (2 * denominator) * unit;
        if value == 0 {
            break;
        }
        steps.push(Points(value as i64 * points.0.signum()));
    }
    steps
}

/// A band.
#[derive(Clone, Debug)]
pub struct Band {
    pub name: String,
    /// `None` only for the last.
    pub at_least: Option<Points>,
    pub span: Span,
}

impl Score {
    /// The index of the band for these points.
    pub fn band(&self, points: Points) -> usize {
        let found = self.bands.iter().position(|b| b.at_least.is_none_or(|t| points >= t));
        found.unwrap_or(self.bands.len().saturating_sub(1))
    }

    /// A sum clamped to the range of the score.
    pub fn clamp(&self, sum: Points) -> Points {
        sum.clamp(Points::ZERO, self.out_of.max(Points::ZERO))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decay_rounds_half_up_on_the_magnitude() {
        let steps = |p, d| decay_steps(Points(p), d, true).iter().map(|p| p.0).collect::<Vec<_>>();
        assert_eq!(steps(4500, 0), [4500, 2300, 1100, 600, 300, 100, 100]);
        assert_eq!(steps(-500, 0), [-500, -300, -100, -100]);
        assert_eq!(steps(750, 1), [750, 380, 190, 90, 50, 20, 10, 10]);
        assert_eq!(decay_steps(Points(300), 0, false), [Points(300)]);
    }
}
