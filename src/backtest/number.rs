//! Floating point for statistics: the same bytes on each machine.
//!
//! Only `+ − × ÷` and the square root are used, which IEEE 754 fixes to the last bit; the exponential is made of them here, because that of
//! the standard library differs from system to system. What is shown is rounded to few digits.

/// The 97.5th percentile of the normal distribution: intervals are those of 95 %.
pub const Z: f64 = 1.959_963_984_540_054;

const TENS: [f64; 7] = [1.0, 10.0, 100.0, 1e3, 1e4, 1e5, 1e6];

/// A number rounded to so many decimals (6 at most), half away from zero.
pub fn rounded(x: f64, decimals: usize) -> f64 {
    let scale = TENS[decimals.min(6)];
    (x * scale).round() / scale
}

/// A share of a whole; nothing of nothing is nothing.
pub fn share(part: f64, of: f64) -> f64 {
    if of > 0.0 { part / of } else { 0.0 }
}

/// `e` to the power of `x`, to about 15 digits; `x` is held within ±700, where a `f64` can say the result.
///
/// `x = k ln 2 + r` with `|r| ≤ ln 2 / 2`, so the series of `e^r` needs 14 terms; `2^k` is exact.
pub fn exp(x: f64) -> f64 {
    const LN2: f64 = std::f64::consts::LN_2;
    let x = x.clamp(-700.0, 700.0);
    let k = (x / LN2).round();
    let r = x - k * LN2;
    let series = (1..=14).rev().fold(1.0, |sum, n| 1.0 + sum * r / f64::from(n));
    series * f64::from_bits(((k as i64 + 1023) as u64) << 52)
}

/// The logistic function.
pub fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + exp(-x))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponential_is_that_of_the_standard_library_to_twelve_digits() {
        for i in -2_000..=2_000 {
            let x = f64::from(i) * 0.317;
            assert!((exp(x) / x.exp() - 1.0).abs() < 1e-12, "{x}: {} {}", exp(x), x.exp());
        }
        assert!(exp(1e9).is_finite() && exp(-1e9) > 0.0);
        assert_eq!(logistic(0.0), 0.5);
    }

    #[test]
    fn numbers_are_rounded_half_away_from_zero() {
        let all = [(0.125, 2, 0.13), (-0.125, 2, -0.13), (2.0, 0, 2.0), (0.73456, 3, 0.735)];
        all.iter().for_each(|(x, decimals, expected)| assert_eq!(rounded(*x, *decimals), *expected));
    }
}
