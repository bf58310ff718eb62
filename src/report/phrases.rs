//! Small words that reports about leads share.

use crate::engine::decision::When;
use crate::handoff::Lacking;
use crate::policy::time::Day;
use crate::report::page::listed;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A day as it is spoken of on another day: `24 March`, or `24 March 2025` in another year.
pub fn spoken(day: Day, today: Day) -> String {
    let Some((year, month, of_month)) = day.parts() else { return day.to_string() };
    let month = MONTHS[usize::from(month.clamp(1, 12) as u8) - 1];
    match today.parts() {
        Some((this, ..)) if this == year => format!("{of_month} {month}"),
        _ => format!("{of_month} {month} {year}"),
    }
}

/// A due time the same way; an instant is told whole.
pub fn spoken_when(when: When, today: Day) -> String {
    match when {
        When::Day(day) => spoken(day, today),
        When::Instant(_) => when.to_string(),
    }
}

/// How long ago, in full days.
pub fn ago(days: i64) -> String {
    match days {
        0 => "today".to_string(),
        1 => "1 day ago".to_string(),
        n => format!("{n} days ago"),
    }
}

/// Of whom something is told: a lead with what people know it by, or an account with the leads behind it.
pub fn whom(id: &str, name: Option<&str>, leads: &[String]) -> String {
    let behind = match leads {
        [] => return format!("lead {id}{}", name.map_or_else(String::new, |n| format!(" · {n}"))),
        [one] => format!("lead {one}"),
        many => format!("leads {}", listed(many)),
    };
    format!("account {id} · {behind}")
}

/// The same text with a small letter at its beginning, unless it begins with an abbreviation or a name in capitals.
pub fn small(text: &str) -> String {
    let mut chars = text.chars();
    let (first, second) = (chars.next(), text.chars().nth(1));
    match first {
        Some(c) if second.is_some_and(|s| s.is_lowercase() || s == ' ') => c.to_lowercase().chain(chars).collect(),
        _ => text.to_string(),
    }
}

/// Names of a policy as words: `technical_approver` is `technical approver`.
pub fn plain(names: &str) -> String {
    let mut out = String::with_capacity(names.len());
    let mut before = ' ';
    let mut rest = names.chars().peekable();
    while let Some(c) = rest.next() {
        // Between digits it groups a number: `9_000` stays one.
        let groups = before.is_ascii_digit() && rest.peek().is_some_and(char::is_ascii_digit);
        match c {
            '_' if groups => {}
            '_' => out.push(' '),
            c => out.push(c),
        }
        before = c;
    }
    out
}

/// What is not met: the condition, and its reason where the policy gives one.
pub fn lacking(one: &Lacking) -> String {
    match &one.because {
        Some(because) => format!("{} ({because})", one.said),
        None => one.said.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_words_and_numbers_stay_whole() {
        assert_eq!(
            plain("technical_approver >= engaged and size > 2_000"),
            "technical approver >= engaged and size > 2000"
        );
        assert_eq!(
            (small("The problem"), small("IT will come"), small("A pilot")),
            ("the problem".into(), "IT will come".into(), "a pilot".into())
        );
    }

    #[test]
    fn days_are_spoken_of_with_their_year_where_it_is_another() {
        let day = |text| Day::parse(text).expect("a day");
        assert_eq!(spoken(day("2026-03-04"), day("2026-12-31")), "4 March");
        assert_eq!(spoken(day("2025-12-31"), day("2026-01-01")), "31 December 2025");
    }
}
