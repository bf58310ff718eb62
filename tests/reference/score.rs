//! Scores: what each criterion earns, caps, clamp, band, and how far the points could go.

use super::{Answer, Case};
use rubric::engine::decision::{Earned, Entry, GroupResult, ScoreResult};
use rubric::policy::ScoreKind;
use rubric::policy::exact::Points;
use rubric::policy::score::{Criterion, CriterionKind, Group, Per};
use rubric::policy::time::DAY_MICROS;

/// More events than this nobody has; what `per` without `newest` could still earn is cut off by its cap anyway.
const MANY: i64 = 1_000_000_000;

impl Case<'_> {
    /// A score with its ledger.
    pub fn score(&self, kind: ScoreKind) -> ScoreResult {
        let score = self.policy.score(kind);
        let groups: Vec<GroupResult> = score.groups.iter().map(|g| self.group(g)).collect();
        let sum: i64 = groups.iter().map(|g| g.points.0).sum();
        let clamp = |points: i64| points.clamp(0, score.out_of.0);
        let points = clamp(sum);
        let band = score.bands.iter().find(|b| b.at_least.is_none_or(|threshold| points >= threshold.0));
        let (mut low, mut high) = (0, 0);
        for group in &score.groups {
            let (least, most) = self.range(group);
            low += least;
            high += most;
        }
        ScoreResult {
            points: Points(points),
            low: Points(clamp(low)),
            high: Points(clamp(high)),
            band: band.map(|b| b.name.clone()).unwrap_or_default(),
            groups,
            clamped: Points(sum - points),
        }
    }

    fn group(&self, group: &Group) -> GroupResult {
        let entries: Vec<Entry> = group.criteria.iter().map(|c| self.entry(c)).collect();
        let sum = entries.iter().map(|e| e.points.0).sum();
        let points = limited(group, sum);
        GroupResult {
            name: group.name.clone(),
            points: Points(points),
            cap: group.up_to,
            floor: group.down_to,
            capped: Points(sum - points),
            entries,
        }
    }

    fn entry(&self, criterion: &Criterion) -> Entry {
        let (answer, points) = match &criterion.kind {
            CriterionKind::When(cond) => {
                let answer = self.holds(cond);
                (answer, if answer == Some(true) { criterion.points.0 } else { 0 })
            }
            CriterionKind::Per(per) => match self.per(criterion, per) {
                None => (None, 0),
                Some(points) => (Some(points != 0), points),
            },
        };
        Entry {
            id: criterion.id.clone(),
            outcome: earned(answer),
            points: Points(points),
            worth: criterion.points,
            text: criterion.text.to_string(),
            because: criterion.because.clone(),
            evidence: Vec::new(),
        }
    }

    /// Within, then at least, then newest, then decay.
    fn per(&self, criterion: &Criterion, per: &Per) -> Option<i64> {
        let events = self.lead.events.as_ref()?;
        let mut recent = self.recent(events, &[per.signal], per.within_days);
        if recent.len() < per.at_least.unwrap_or(0) as usize {
            return Some(0);
        }
        if let Some(newest) = per.newest {
            recent.truncate(newest as usize);
        }
        let worth = |at: i64| match per.halves_every_days {
            None => criterion.points.0,
            Some(days) => {
                let periods = (self.as_of.0 - at) / (i64::from(days) * DAY_MICROS);
                halved(criterion.points.0, criterion.decimals, periods)
            }
        };
        Some(recent.iter().map(|event| worth(event.at.0)).sum())
    }

    /// The least and the most a group can come to where each unknown criterion may earn its points or not.
    fn range(&self, group: &Group) -> (i64, i64) {
        let (mut least, mut most) = (0, 0);
        for criterion in &group.criteria {
            let entry = self.entry(criterion);
            let points = match (&criterion.kind, entry.outcome) {
                (_, Earned::Earned | Earned::NotEarned) => {
                    least += entry.points.0;
                    most += entry.points.0;
                    continue;
                }
                (CriterionKind::When(_), Earned::Unknown) => criterion.points.0,
                (CriterionKind::Per(per), Earned::Unknown) => criterion.points.0 * per.newest.map_or(MANY, i64::from),
            };
            least += points.min(0);
            most += points.max(0);
        }
        (limited(group, least), limited(group, most))
    }
}

/// First the cap, then the floor.
fn limited(group: &Group, sum: i64) -> i64 {
    let capped = group.up_to.map_or(sum, |cap| sum.min(cap.0));
    group.down_to.map_or(capped, |floor| capped.max(floor.0))
}

/// Hundredths of points ÷ 2^periods, rounded once, half up on the magnitude, to the decimals written.
fn halved(points: i64, decimals: u8, periods: i64) -> i64 {
    if periods > 60 {
        return 0;
    }
    let unit = 10_i128.pow(2 - u32::from(decimals));
    let divisor = unit << periods;
    let magnitude = i128::from(points).abs();
    let whole = magnitude / divisor + i128::from(2 * (magnitude % divisor) >= divisor);
    (whole * unit) as i64 * points.signum()
}

fn earned(answer: Answer) -> Earned {
    match answer {
        Some(true) => Earned::Earned,
        Some(false) => Earned::NotEarned,
        None => Earned::Unknown,
    }
}
