//! Numbers as data writes them: plain, with well-formed thousands groups, with a currency sign; exact.

use crate::policy::exact::Number;
use crate::policy::import::NumberFormat;

/// Why a text is not a number here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberProblem {
    /// Another shape than the declared one.
    Shape,
    /// More than 12 digits before or 6 after the decimal point.
    Digits,
}

/// Reads a trimmed text; gives millionths.
pub fn read_number(text: &str, format: NumberFormat) -> Result<i64, NumberProblem> {
    if let Some(plain) = digits_alone(text.as_bytes()) {
        return Ok(plain);
    }
    let (group, point) = match format {
        NumberFormat::Point => (b',', b'.'),
        NumberFormat::Comma => (b'.', b','),
    };
    let body = strip_sign_and_currency(text);
    let (negative, bytes) = (body.0, body.1.as_bytes());
    let at = bytes.iter().position(|&b| b == point).unwrap_or(bytes.len());
    let (whole, fraction) = (&bytes[..at], bytes.get(at + 1..).unwrap_or(&[]));
    if at + 1 == bytes.len() || !fraction.iter().all(u8::is_ascii_digit) || !well_grouped(whole, group) {
        return Err(NumberProblem::Shape);
    }
    let value = scaled(whole.iter().copied().filter(|&b| b != group), fraction).ok_or(NumberProblem::Digits)?;
    Ok(if negative { -value } else { value })
}

/// Up to 12 digits and nothing else, which most cells are.
fn digits_alone(bytes: &[u8]) -> Option<i64> {
    let digits = (1..=12).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_digit);
    digits.then(|| bytes.iter().fold(0, |value, b| value * 10 + i64::from(b - b'0')) * Number::SCALE)
}

/// `-$1,250.00`, `$-1,250.00` and `€ 12` all hold a plain number behind sign and currency.
fn strip_sign_and_currency(text: &str) -> (bool, &str) {
    let (mut negative, mut signed, mut currency, mut rest) = (false, false, false, text);
    loop {
        let mut chars = rest.chars();
        match chars.next() {
            Some(c @ ('-' | '+')) if !signed => (negative, signed) = (c == '-', true),
            Some('$' | '€' | '£' | '¥') if !currency => currency = true,
            Some(' ' | '\u{a0}') if currency => {}
            _ => return (negative, rest),
        }
        rest = chars.as_str();
    }
}

/// Digits without groups, or groups of three behind a first one of one to three.
fn well_grouped(whole: &[u8], group: u8) -> bool {
    let mut parts = whole.split(|&b| b == group);
    let first = parts.next().unwrap_or(&[]);
    let digits = |p: &[u8]| !p.is_empty() && p.iter().all(u8::is_ascii_digit);
    let mut grouped = false;
    let rest = parts.all(|p| {
        grouped = true;
        p.len() == 3 && digits(p)
    });
    rest && digits(first) && (!grouped || first.len() <= 3)
}

fn scaled(whole: impl Iterator<Item = u8>, fraction: &[u8]) -> Option<i64> {
    let mut value: i64 = 0;
    let mut digits = 0;
    for b in whole {
        digits += usize::from(digits > 0 || b != b'0');
        if digits > 12 {
            return None;
        }
        value = value * 10 + i64::from(b - b'0');
    }
    let used = fraction.iter().rposition(|&b| b != b'0').map_or(0, |i| i + 1);
    if used > 6 {
        return None;
    }
    for i in 0..6 {
        value = value * 10 + i64::from(fraction.get(i).map_or(0, |b| b - b'0'));
    }
    Some(value)
}

/// A whole number; `None` beyond 12 digits.
pub fn whole_number(value: i128) -> Option<i64> {
    let limit = 1_000_000_000_000_i128;
    (-limit < value && value < limit).then(|| value as i64 * Number::SCALE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_of_numbers() {
        let point = |t| read_number(t, NumberFormat::Point);
        for (text, value) in [
            ("1,200", 1_200_000_000),
            ("1200.0", 1_200_000_000),
            ("$1,250.00", 1_250_000_000),
            ("-$5", -5_000_000),
            ("0.000001", 1),
            ("-1", -1_000_000),
            ("999999999999.999999", 999_999_999_999_999_999),
            ("1.50000000", 1_500_000),
        ] {
            assert_eq!(point(text), Ok(value), "{text}");
        }
        for text in
            ["", "1,20", "12,3456", "1,2,3", "10k", "51-200", "USD 5", "1.200,00", "1.", ".5", "1e3", "--1", "1_000"]
        {
            assert_eq!(point(text), Err(NumberProblem::Shape), "{text}");
        }
        assert_eq!(point("1000000000000"), Err(NumberProblem::Digits));
        assert_eq!(point("0.1234567"), Err(NumberProblem::Digits));
        assert_eq!(read_number("1.200,50", NumberFormat::Comma), Ok(1_200_500_000));
        assert_eq!(read_number("1.5", NumberFormat::Comma), Err(NumberProblem::Shape));
    }
}
