//! Values and ranges of values in words.

use crate::policy::condition::{CountRange, NumberRange};
use crate::policy::exact::Number;
use crate::policy::field::{Field, FieldType};
use crate::report::page::alternatives;

/// So many values are named one by one; of more, only the end is.
const FEW: usize = 3;

/// A number with its digits in threes: `12,500.25`.
pub fn digits(number: impl std::fmt::Display) -> String {
    let text = number.to_string();
    let (sign, rest) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("-", rest));
    let (whole, fraction) = rest.split_once('.').map_or((rest, None), |(w, f)| (w, Some(f)));
    let mut out = String::from(sign);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    fraction.map_or(out.clone(), |f| format!("{out}.{f}"))
}

/// A range of numbers, both ends included: `at least 20`, `between 1 and 5`. Numbers are whole millionths, so one that is a millionth beside a
/// number that people write stands for that number left out.
pub fn number_range(low: Option<i64>, high: Option<i64>, write: &dyn Fn(i64) -> String) -> String {
    let above = |n: i64| {
        if n.rem_euclid(10) == 1 { format!("above {}", write(n - 1)) } else { format!("at least {}", write(n)) }
    };
    let below = |n: i64| {
        if n.rem_euclid(10) == 9 { format!("below {}", write(n + 1)) } else { format!("at most {}", write(n)) }
    };
    match (low, high) {
        (Some(low), Some(high)) if low == high => write(low),
        (Some(low), Some(high)) if low.rem_euclid(10) == 0 && high.rem_euclid(10) == 0 => {
            format!("between {} and {}", write(low), write(high))
        }
        (Some(low), Some(high)) => format!("{} and {}", above(low), below(high)),
        (Some(low), None) => above(low),
        (None, Some(high)) => below(high),
        (None, None) => "any number".to_string(),
    }
}

/// Several ranges, of which one is enough.
pub fn number_ranges(ranges: &[NumberRange]) -> String {
    let write = |n: i64| digits(Number(n));
    alternatives(&ranges.iter().map(|r| number_range(r.low, r.high, &write)).collect::<Vec<_>>())
}

/// How often something happened.
pub fn count(range: CountRange) -> String {
    match (range.low, range.high) {
        (low, None) => format!("at least {low}"),
        (low, Some(high)) if low == high => format!("exactly {low}"),
        (0, Some(high)) => format!("at most {high}"),
        (low, Some(high)) => format!("{low} to {high}"),
    }
}

/// The values of a test on choices, as alternatives. `positive` words end in `or`, negative ones in `nor`.
pub fn choices(field: &Field, values: &[u16], positive: bool) -> String {
    let name = |v: u16| match field.ty.choices() {
        Some(choices) => choices[usize::from(v)].label(),
        None => if v == 1 { "yes" } else { "no" }.to_string(),
    };
    if let (FieldType::Ordered(all), true) = (&field.ty, values.len() > FEW) {
        let run = values.windows(2).all(|w| w[1] == w[0] + 1);
        let (first, last) = (values[0], values[values.len() - 1]);
        if run && usize::from(last) + 1 == all.len() && first > 0 {
            return or_not(format!("{} or beyond", name(first)), positive);
        }
        if run && first == 0 {
            return or_not(format!("{} or before", name(last)), positive);
        }
    }
    let names: Vec<String> = values.iter().map(|v| name(*v)).collect();
    match (positive, &names[..]) {
        (true, _) => alternatives(&names),
        (false, [one]) => format!("not {one}"),
        (false, [all @ .., last]) => format!("neither {} nor {last}", all.join(", ")),
        (false, []) => "nothing".to_string(),
    }
}

fn or_not(text: String, positive: bool) -> String {
    if positive { text } else { format!("not {text}") }
}

/// Whether a label is of many things: `current systems`, not `access`.
pub fn many(label: &str) -> bool {
    label.ends_with('s') && !label.ends_with("ss") && !label.ends_with("us") && !label.ends_with("is")
}
