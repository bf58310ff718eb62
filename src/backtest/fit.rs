//! Logistic regression with a ridge and signs: which weights make what happened most likely.
//!
//! Minimises `Σ log-loss + λ/2 Σ β²` over an intercept (free, not penalised) and coefficients that keep their signs. The function is strictly
//! convex in the coefficients, so there is one answer, found without chance: Newton steps (iteratively reweighted least squares; McCullagh and
//! Nelder, 1989, "Generalized linear models", 4.4), each a quadratic problem with bounds that is solved coordinate by coordinate.

use super::number::logistic;

/// Leads that look the same: their features, and how many of them were won and not.
#[derive(Clone, Debug)]
pub struct Pattern {
    pub features: Vec<f64>,
    pub won: f64,
    pub lost: f64,
}

/// The ridge λ: as if each coefficient were drawn around zero with a standard deviation of one, that is, odds times or divided by 2.7. It hardly
/// moves what hundreds of leads say, and keeps what few leads say from running away.
const RIDGE: f64 = 1.0;
const ROUNDS: usize = 60;
const SWEEPS: usize = 500;
const DONE: f64 = 1e-9;

/// The fitted intercept, and the coefficients. `signs` are 1 and -1; a coefficient that would cross zero is zero.
pub fn fit(patterns: &[Pattern], signs: &[f64]) -> (f64, Vec<f64>) {
    let n = signs.len() + 1;
    let mut at = vec![0.0; n];
    for _ in 0..ROUNDS {
        let (slope, curvature) = derivatives(patterns, &at);
        let step = newton_step(&at, &slope, &curvature, signs);
        let downhill: f64 = -dot(&slope, &step);
        if downhill <= 0.0 || step.iter().all(|s| s.abs() < DONE) {
            break;
        }
        // Along a line, the function is convex: a point where it still falls, or hardly rises, lies below where we are.
        let mut length = 1.0;
        for _ in 0..40 {
            let next: Vec<f64> = at.iter().zip(&step).map(|(a, s)| a + length * s).collect();
            if dot(&derivatives(patterns, &next).0, &step) <= 0.1 * downhill {
                break;
            }
            length /= 2.0;
        }
        at.iter_mut().zip(&step).for_each(|(a, s)| *a += length * s);
    }
    (at[0], at.split_off(1))
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// What the coefficients say of a lead, before the logistic function.
pub fn linear(at: &[f64], features: &[f64]) -> f64 {
    at[0] + dot(&at[1..], features)
}

/// Gradient and Hessian of the function to minimise.
fn derivatives(patterns: &[Pattern], at: &[f64]) -> (Vec<f64>, Vec<Vec<f64>>) {
    let n = at.len();
    let mut slope: Vec<f64> = at.iter().map(|b| RIDGE * b).collect();
    slope[0] = 0.0;
    let mut curvature = vec![vec![0.0; n]; n];
    let mut there: Vec<(usize, f64)> = Vec::with_capacity(n);
    for pattern in patterns {
        let p = logistic(linear(at, &pattern.features));
        let all = pattern.won + pattern.lost;
        let (excess, weight) = (all * p - pattern.won, all * p * (1.0 - p));
        there.clear();
        there.push((0, 1.0));
        there.extend(pattern.features.iter().enumerate().filter(|(_, x)| **x != 0.0).map(|(i, x)| (i + 1, *x)));
        for (i, x) in &there {
            slope[*i] += excess * x;
            there.iter().for_each(|(j, y)| curvature[*i][*j] += weight * x * y);
        }
    }
    for (i, row) in curvature.iter_mut().enumerate() {
        // The intercept is not held back; a trace of a ridge keeps the division possible where all leads are certain.
        row[i] += if i == 0 { 1e-9 } else { RIDGE };
    }
    (slope, curvature)
}

/// The step to the lowest point of the quadratic that touches the function here, within the signs.
fn newton_step(at: &[f64], slope: &[f64], curvature: &[Vec<f64>], signs: &[f64]) -> Vec<f64> {
    let mut step = vec![0.0; at.len()];
    for _ in 0..SWEEPS {
        let mut moved: f64 = 0.0;
        for i in 0..at.len() {
            let rest = slope[i] + dot(&curvature[i], &step);
            let mut next = step[i] - rest / curvature[i][i];
            if let Some(sign) = i.checked_sub(1).map(|i| signs[i]) {
                let end = at[i] + next;
                next = if end * sign < 0.0 { -at[i] } else { next };
            }
            moved = moved.max((next - step[i]).abs());
            step[i] = next;
        }
        if moved < DONE * 0.1 {
            break;
        }
    }
    step
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pattern(features: &[f64], won: f64, lost: f64) -> Pattern {
        Pattern { features: features.to_vec(), won, lost }
    }

    #[test]
    fn odds_of_a_table_are_found() {
        // Odds 1 without the feature, 3 with it; with so many leads the ridge hardly counts.
        let (intercept, weights) = fit(&[pattern(&[0.0], 5e6, 5e6), pattern(&[1.0], 7.5e6, 2.5e6)], &[1.0]);
        assert!(intercept.abs() < 1e-5 && (weights[0] - 3_f64.ln()).abs() < 1e-5, "{intercept} {weights:?}");
    }

    #[test]
    fn a_sign_is_kept_even_against_the_data() {
        let table = [pattern(&[0.0], 50.0, 50.0), pattern(&[1.0], 75.0, 25.0)];
        assert_eq!(fit(&table, &[-1.0]).1, [0.0]);
        assert!(fit(&table, &[1.0]).1[0] > 0.9);
    }

    #[test]
    fn leads_that_are_parted_without_exception_give_finite_weights() {
        let (intercept, weights) = fit(&[pattern(&[0.0], 0.0, 500.0), pattern(&[1.0], 500.0, 0.0)], &[1.0]);
        assert!(weights[0] > 3.0 && weights[0] < 20.0 && intercept < 0.0, "{intercept} {weights:?}");
        let all = fit(&[pattern(&[1.0], 500.0, 0.0)], &[1.0]);
        assert!(all.0.is_finite() && all.1[0].is_finite());
    }

    proptest! {
        #[test]
        fn the_answer_is_the_lowest_point_within_the_signs(
            rows in prop::collection::vec((prop::collection::vec(0_u8..3, 3), 0_u32..30, 0_u32..30), 2..12),
            signs in prop::collection::vec(prop::sample::select(vec![-1.0, 1.0]), 3),
        ) {
            let patterns: Vec<Pattern> = rows
                .iter()
                .map(|(x, won, lost)| pattern(&x.iter().map(|v| f64::from(*v)).collect::<Vec<_>>(), f64::from(*won), f64::from(*lost)))
                .collect();
            prop_assume!(patterns.iter().any(|p| p.won > 0.0) && patterns.iter().any(|p| p.lost > 0.0));
            let (intercept, weights) = fit(&patterns, &signs);
            let mut at = vec![intercept];
            at.extend(&weights);
            let (slope, _) = derivatives(&patterns, &at);
            prop_assert!(slope[0].abs() < 1e-4, "{slope:?}");
            for ((weight, sign), slope) in weights.iter().zip(&signs).zip(&slope[1..]) {
                prop_assert!(weight * sign >= 0.0);
                // Either the function is level there, or it would only fall beyond zero.
                prop_assert!(slope.abs() < 1e-4 || *weight == 0.0 && slope * sign > 0.0, "{weights:?} {slope}");
            }
        }
    }
}
