//! Exact numbers: field numbers with six decimals, points with two.

use std::fmt;

/// A field number: up to 12 digits before and 6 after the point, as an integer of millionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number(pub i64);

impl Number {
    /// Units in one whole.
    pub const SCALE: i64 = 1_000_000;

    /// Reads `12`, `-2.5`, `10_000`; `None` if it is not a plain decimal number or has too many digits.
    pub fn parse(text: &str) -> Option<Number> {
        parse_decimal(text, 12, 6).map(Number)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_decimal(f, self.0, 6)
    }
}

/// Points of a score, as an integer of hundredths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Points(pub i64);

impl Points {
    /// Units in one point.
    pub const SCALE: i64 = 100;
    /// No points.
    pub const ZERO: Points = Points(0);

    /// Reads `20`, `+7.5`, `-3.25`; `None` if it has more than 6 digits before or 2 after the point.
    pub fn parse(text: &str) -> Option<Points> {
        parse_decimal(text, 6, 2).map(Points)
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_decimal(f, self.0, 2)
    }
}

impl serde::Serialize for Points {
    /// A JSON number: an integer where the points are whole, else with one or two decimals (exact up to 2^53 hundredths).
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if self.0 % Points::SCALE == 0 {
            s.serialize_i64(self.0 / Points::SCALE)
        } else {
            s.serialize_f64(self.0 as f64 / Points::SCALE as f64)
        }
    }
}

/// A decimal as an integer with `decimals` places; underscores between digits are passed over.
fn parse_decimal(text: &str, whole_digits: usize, decimals: usize) -> Option<i64> {
    let (negative, body) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (whole, fraction) = body.split_once('.').unwrap_or((body, ""));
    if body.ends_with('.') || whole.is_empty() || whole.starts_with('_') || whole.ends_with('_') {
        return None;
    }
    let mut value: i64 = 0;
    let mut digits = 0;
    for b in whole.bytes().filter(|&b| b != b'_') {
        if !b.is_ascii_digit() {
            return None;
        }
        digits += usize::from(digits > 0 || b != b'0');
        if digits > whole_digits {
            return None;
        }
        value = value * 10 + i64::from(b - b'0');
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > decimals {
        return None;
    }
    for i in 0..decimals {
        let b = fraction.as_bytes().get(i).copied().unwrap_or(b'0');
        if !b.is_ascii_digit() {
            return None;
        }
        value = value * 10 + i64::from(b - b'0');
    }
    Some(if negative { -value } else { value })
}

/// Writes an integer with `decimals` places without trailing zeros.
fn write_decimal(f: &mut fmt::Formatter<'_>, value: i64, decimals: u32) -> fmt::Result {
    let scale = 10_u64.pow(decimals);
    let (whole, fraction) = (value.unsigned_abs() / scale, value.unsigned_abs() % scale);
    let sign = if value < 0 { "-" } else { "" };
    if fraction == 0 {
        return f.pad(&format!("{sign}{whole}"));
    }
    let digits = format!("{fraction:0width$}", width = decimals as usize);
    f.pad(&format!("{sign}{whole}.{}", digits.trim_end_matches('0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_read_and_written_exactly() {
        for (text, value) in [("20", 2000), ("+7.5", 750), ("-3.25", -325), ("10_000", 1_000_000), ("0.10", 10)] {
            assert_eq!(Points::parse(text), Some(Points(value)), "{text}");
        }
        for text in ["", "1.", ".5", "1.234", "1e3", "12345678", "_1", "1_", "--1", "1.2.3", "1.-2"] {
            assert_eq!(Points::parse(text), None, "{text}");
        }
        assert_eq!(Points(-325).to_string(), "-3.25");
        assert_eq!(Points(-5).to_string(), "-0.05");
        assert_eq!(Number::parse("999999999999.999999").unwrap().to_string(), "999999999999.999999");
        assert_eq!(Number::parse("1000000000000"), None);
    }
}
