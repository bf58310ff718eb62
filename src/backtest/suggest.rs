//! Weights fitted to what happened, in whole points, for the policy as it stands: its criteria, signs, caps and bands stay.
//!
//! Each score is fitted for itself, for the two are never mixed. The fit gives each criterion a weight in log odds; one scale turns all of them
//! into points. What comes out is judged on leads that it was not made from: the leads are dealt into parts by their ids, and each part is ranked
//! by weights (scale and rounding included) made from the other parts.

use super::case::{Case, FOLDS, NOT_KNOWN};
use super::figures::{BandShift, HeldOut, Kept, SuggestedScore, Warning, Weight};
use super::fit::{Pattern, fit};
use super::groups::{criteria, fired, is_won};
use super::ranking::{self, Tied, area};
use super::rate::LEAST_LEADS;
use crate::policy::exact::Points;
use crate::policy::score::{Criterion, Score};
use crate::policy::{Policy, ScoreKind};
use crate::source::FileId;
use std::collections::BTreeMap;

/// With fewer won leads, or fewer others, no weights are suggested.
pub const LEAST_FOR_WEIGHTS: u64 = 50;
/// Fewer leads of the rarer outcome for each fitted weight, and the weights are guesses.
const EACH_WEIGHT: u64 = 10;
/// So many scales are tried: from a fortieth of the score's range to one and a half times it.
const SCALES: i64 = 60;
/// A scale may cost so much AUC if bands then hold more nearly as many leads as now.
const WORTH: f64 = 0.003;
/// A band that gains or loses so many percent of the leads is told.
const MUCH: u64 = 10;

/// One score with its suggestion, and the new points of each of its criteria where there are some.
#[derive(Clone, Debug)]
pub struct Suggested {
    pub figures: SuggestedScore,
    pub warnings: Vec<Warning>,
}

/// Suggests weights for both scores of a policy from its leads. Criteria that stand in another file than `main` cannot be changed there.
pub fn suggest(policy: &Policy, main: FileId, cases: &[Case]) -> Vec<Suggested> {
    ScoreKind::BOTH.into_iter().map(|kind| one(policy, kind, main, cases)).collect()
}

fn one(policy: &Policy, kind: ScoreKind, main: FileId, cases: &[Case]) -> Suggested {
    let table = Table::new(policy, kind, cases);
    let refused = |why: String| Suggested {
        figures: SuggestedScore { score: kind.name(), refused: Some(why), weights: Vec::new(), held_out: None },
        warnings: Vec::new(),
    };
    let won = cases.iter().filter(|c| is_won(c)).count() as u64;
    let lost = cases.len() as u64 - won;
    if won < LEAST_FOR_WEIGHTS || lost < LEAST_FOR_WEIGHTS {
        return refused(format!(
            "weights are fitted from {LEAST_FOR_WEIGHTS} won leads and {LEAST_FOR_WEIGHTS} others on; here are {won} and {lost}"
        ));
    }
    if table.free.is_empty() {
        return refused(format!(
            "no criterion of {} fires for {LEAST_LEADS} leads and stays silent for {LEAST_LEADS}, so the data say nothing about its weights",
            kind.name()
        ));
    }
    if let Some(elsewhere) = table.free.iter().map(|at| table.criteria[*at]).find(|c| c.span.file != main) {
        return refused(format!("`{}` stands in a library, whose weights other policies share", elsewhere.id));
    }
    let weights = table.weights(None);
    let new = weights.iter().enumerate().map(|(at, new)| table.weight(at, *new));
    let figures =
        SuggestedScore { score: kind.name(), refused: None, weights: new.collect(), held_out: table.held_out() };
    let few = won.min(lost) < EACH_WEIGHT * table.free.len() as u64;
    let mut warnings = Vec::new();
    if few {
        let text = format!(
            "{}: {} weights are fitted from {} leads of the rarer outcome; fewer than {EACH_WEIGHT} for each make them unsteady.",
            kind.name(),
            table.free.len(),
            won.min(lost)
        );
        warnings.push(Warning { kind: "unsteady-weights", subject: Some(kind.name().to_string()), text });
    }
    warnings.extend(no_better(&figures));
    Suggested { figures, warnings }
}

/// A suggestion that is not surely better is no reason to change a policy.
fn no_better(figures: &SuggestedScore) -> Option<Warning> {
    let gain = figures.held_out.as_ref()?.gain;
    let surely = gain.low.is_some_and(|low| low > 0.0);
    (!surely).then(|| Warning {
        kind: "no-better",
        subject: Some(figures.score.to_string()),
        text: format!(
            "{}: on leads they were not fitted to, the new weights do not surely rank better than the ones you have; keep yours.",
            figures.score
        ),
    })
}

/// Leads that earn the same in one score.
struct Row {
    /// By criterion of the score, in hundredths.
    earned: Vec<i64>,
    /// By part: won, and not won.
    counts: [(u64, u64); FOLDS as usize],
}

impl Row {
    /// The leads in a part, or in all parts but one.
    fn count(&self, part: Part) -> (u64, u64) {
        let of = |(fold, _): &(usize, &(u64, u64))| match part {
            Part::All => true,
            Part::Only(k) => *fold == k,
            Part::Without(k) => *fold != k,
        };
        self.counts.iter().enumerate().filter(of).fold((0, 0), |sum, (_, n)| (sum.0 + n.0, sum.1 + n.1))
    }
}

#[derive(Clone, Copy)]
enum Part {
    All,
    Only(usize),
    Without(usize),
}

/// One score with the leads it was given to.
struct Table<'p> {
    score: &'p Score,
    criteria: Vec<&'p Criterion>,
    /// By criterion: its group.
    group: Vec<usize>,
    rows: Vec<Row>,
    /// The criteria that the data say something about.
    free: Vec<usize>,
    kept: Vec<Option<Kept>>,
}

impl<'p> Table<'p> {
    fn new(policy: &'p Policy, kind: ScoreKind, cases: &[Case]) -> Table<'p> {
        let score = policy.score(kind);
        let (places, list): (Vec<usize>, Vec<&Criterion>) = criteria(policy, kind).unzip();
        let mut rows: BTreeMap<Vec<i64>, [(u64, u64); FOLDS as usize]> = BTreeMap::new();
        for case in cases {
            let earned = places.iter().map(|at| if case.earned[*at] == NOT_KNOWN { 0 } else { case.earned[*at] });
            let count = &mut rows.entry(earned.collect()).or_default()[usize::from(case.fold)];
            if is_won(case) { count.0 += 1 } else { count.1 += 1 }
        }
        let kept = |at: &usize| {
            let yes = cases.iter().filter(|c| fired(c, *at)).count() as u64;
            match cases.len() as u64 - yes {
                _ if yes < LEAST_LEADS => Some(Kept::FiredTooRarely),
                no if no < LEAST_LEADS => Some(Kept::FiresNearlyAlways),
                _ => None,
            }
        };
        let kept: Vec<Option<Kept>> = places.iter().map(kept).collect();
        Table {
            score,
            group: score.groups.iter().enumerate().flat_map(|(g, group)| vec![g; group.criteria.len()]).collect(),
            free: (0..list.len()).filter(|at| kept[*at].is_none()).collect(),
            criteria: list,
            rows: rows.into_iter().map(|(earned, counts)| Row { earned, counts }).collect(),
            kept,
        }
    }

    fn current(&self) -> Vec<Points> {
        self.criteria.iter().map(|c| c.points).collect()
    }

    /// How often its points a criterion earned: 1 or 0 for a condition, more or less for events.
    fn units(&self, row: &Row, at: usize) -> f64 {
        row.earned[at] as f64 / self.criteria[at].points.0 as f64
    }

    /// The score of a row with other weights. Points of events that lost some of their worth are rounded to hundredths here, not step by step as in
    /// a decision; that can differ by less than a point.
    fn points(&self, row: &Row, weights: &[Points]) -> i64 {
        let mut groups = vec![0; self.score.groups.len()];
        for (at, earned) in row.earned.iter().enumerate().filter(|(_, e)| **e != 0) {
            let (old, new) = (self.criteria[at].points.0, weights[at].0);
            groups[self.group[at]] += if old == new { *earned } else { nearest(*earned, new, old) };
        }
        let limited = self.score.groups.iter().zip(groups).map(|(group, sum)| group.limit(Points(sum)).0);
        self.score.clamp(Points(limited.sum())).0
    }

    fn ranking(&self, weights: &[Points], part: Part) -> Vec<Tied> {
        let tied = |row: &Row| {
            let (won, lost) = row.count(part);
            Tied { value: self.points(row, weights), won, lost }
        };
        self.rows.iter().map(tied).collect()
    }

    /// Weights made from all leads, or from all but one part.
    fn weights(&self, without: Option<usize>) -> Vec<Points> {
        let part = without.map_or(Part::All, Part::Without);
        let fitted = self.fitted(part);
        let most = self.rows.iter().map(|row| self.log_odds(row, &fitted)).fold(0.0, f64::max);
        let most = if most > 0.0 { most } else { fitted.iter().map(|b| b.abs()).fold(0.0, f64::max) };
        if most <= 0.0 {
            return self.scaled(&fitted, 0.0);
        }
        let range = self.score.out_of.0 as f64 / Points::SCALE as f64;
        let tried = (1..=SCALES).map(|k| self.scaled(&fitted, range * k as f64 / 40.0 / most));
        self.best(tried, part)
    }

    /// Log odds by free criterion.
    fn fitted(&self, part: Part) -> Vec<f64> {
        let pattern = |row: &Row| {
            let (won, lost) = row.count(part);
            let features = self.free.iter().map(|at| self.units(row, *at)).collect();
            Pattern { features, won: won as f64, lost: lost as f64 }
        };
        let patterns: Vec<Pattern> = self.rows.iter().map(pattern).filter(|p| p.won + p.lost > 0.0).collect();
        let signs: Vec<f64> = self.free.iter().map(|at| self.criteria[*at].points.0.signum() as f64).collect();
        fit(&patterns, &signs).1
    }

    fn log_odds(&self, row: &Row, fitted: &[f64]) -> f64 {
        self.free.iter().zip(fitted).map(|(at, b)| b * self.units(row, *at)).sum()
    }

    /// Whole points: one at least, for a criterion of none is an error, and no more than its group and its score can hold.
    fn scaled(&self, fitted: &[f64], scale: f64) -> Vec<Points> {
        let mut weights = self.current();
        for (at, b) in self.free.iter().zip(fitted) {
            let criterion = self.criteria[*at];
            let group = &self.score.groups[self.group[*at]];
            let limit =
                if criterion.points > Points::ZERO { group.up_to } else { group.down_to.map(|f| Points(f.0.abs())) };
            let most = limit.map_or(self.score.out_of, |l| l.min(self.score.out_of)).0 / Points::SCALE;
            let whole = ((b.abs() * scale).round() as i64).min(most).max(1);
            weights[*at] = Points(whole * Points::SCALE * criterion.points.0.signum());
        }
        weights
    }

    /// Of the weights that rank about best, those under which bands hold most nearly as many leads as now; ties go to the first.
    fn best(&self, tried: impl Iterator<Item = Vec<Points>>, part: Part) -> Vec<Points> {
        let now = self.in_bands(&self.ranking(&self.current(), part));
        let judged = |weights: Vec<Points>| {
            let ranking = self.ranking(&weights, part);
            let moved: u64 = self.in_bands(&ranking).iter().zip(&now).map(|(a, b)| a.abs_diff(*b)).sum();
            (area(&ranking).unwrap_or(0.5), moved, weights)
        };
        let mut all: Vec<(f64, u64, Vec<Points>)> = tried.map(judged).collect();
        let top = all.iter().map(|(a, ..)| *a).fold(0.0, f64::max);
        all.retain(|(a, ..)| *a >= top - WORTH);
        all.into_iter().min_by_key(|(_, moved, _)| *moved).map_or_else(|| self.current(), |(.., weights)| weights)
    }

    fn in_bands(&self, ranking: &[Tied]) -> Vec<u64> {
        let mut counts = vec![0; self.score.bands.len()];
        ranking.iter().for_each(|t| counts[self.score.band(Points(t.value))] += t.won + t.lost);
        counts
    }

    /// `None` where a part has too few leads of one outcome to be ranked.
    fn held_out(&self) -> Option<HeldOut> {
        let current = self.current();
        let parts: Vec<(Vec<Tied>, Vec<Tied>)> = (0..usize::from(FOLDS))
            .map(|k| {
                let new = self.weights(Some(k));
                (self.ranking(&current, Part::Only(k)), self.ranking(&new, Part::Only(k)))
            })
            .collect();
        let gain = ranking::mean_gain(&parts)?;
        let (old, new): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
        Some(HeldOut {
            old_auc: ranking::mean_auc(&old)?,
            new_auc: ranking::mean_auc(&new)?,
            gain,
            old_lift: ranking::mean_lift(&old),
            new_lift: ranking::mean_lift(&new),
        })
    }

    fn weight(&self, at: usize, new: Points) -> Weight {
        let criterion = self.criteria[at];
        let least = new.0.abs() == Points::SCALE && self.kept[at].is_none();
        let kept_because = self.kept[at].or((least && criterion.points != new).then_some(Kept::TellsNothing));
        Weight { id: criterion.id.clone(), old: criterion.points, new, kept_because }
    }
}

/// `earned × new ÷ old`, rounded half away from zero. `old` is never zero.
fn nearest(earned: i64, new: i64, old: i64) -> i64 {
    let (product, old) = (i128::from(earned) * i128::from(new), i128::from(old));
    let (product, old) = if old < 0 { (-product, -old) } else { (product, old) };
    let half = (2 * product.abs() + old) / (2 * old);
    (half * product.signum()) as i64
}

/// How many leads each band holds before and after, how many routes move, and what to say about it. Both lists hold the same leads in the same
/// order, as the old and the new text of the policy decide them.
pub fn shifts(policy: &Policy, old: &[Case], new: &[Case]) -> (Vec<BandShift>, u64, Vec<Warning>) {
    let (mut bands, mut warnings) = (Vec::new(), Vec::new());
    for kind in ScoreKind::BOTH {
        let score = policy.score(kind);
        let within = |cases: &[Case], band: usize| {
            cases.iter().filter(|c| score.band(c.points[kind as usize]) == band).count() as u64
        };
        for (at, band) in score.bands.iter().enumerate() {
            let (before, after) = (within(old, at), within(new, at));
            if before.abs_diff(after) * 100 >= old.len() as u64 * MUCH && before != after {
                let text = format!(
                    "{} `{}` would hold {after} leads instead of {before}: thresholds stay as they are, so look at them again.",
                    kind.name(),
                    band.name
                );
                warnings.push(Warning { kind: "bands-shift", subject: Some(band.name.clone()), text });
            }
            bands.push(BandShift { score: kind.name(), band: band.name.clone(), old: before, new: after });
        }
    }
    let moved = old.iter().zip(new).filter(|(a, b)| a.route != b.route).count() as u64;
    (bands, moved, warnings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_of_other_weights_are_rounded_half_away_from_zero() {
        assert_eq!(nearest(2_000, 700, 2_000), 700);
        assert_eq!(nearest(500, 700, 2_000), 175);
        assert_eq!([nearest(1, 50, 100), nearest(-1, -50, -100), nearest(-1, 50, 100)], [1, -1, -1]);
        assert_eq!(nearest(-500, -300, -1_000), -150);
    }
}
