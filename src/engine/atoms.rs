//! Atoms on fields and on events, over the columns of a batch.

use super::facts::{Batch, Column, NO_CHOICE, NO_DAY, NO_NUMBER, SetState};
use super::truth::Truths;
use crate::policy::condition::{CountRange, DateTest, NumberRange, Test, TextTest};
use crate::policy::text::phrase_matches;
use crate::policy::time::{DAY_MICROS, Day, Instant};
use crate::policy::{FieldId, SignalId};

/// A test on a field.
pub fn field(batch: &Batch, field: FieldId, test: &Test, today: Day) -> Truths {
    let len = batch.len();
    match batch.column(field) {
        Column::Choice(values) => {
            Truths::collect(len, |i| known_or(test, values[i] != NO_CHOICE, || choice(test, values[i])))
        }
        Column::Number(values) => {
            Truths::collect(len, |i| known_or(test, values[i] != NO_NUMBER, || number(test, values[i])))
        }
        Column::Date(values) => {
            Truths::collect(len, |i| known_or(test, values[i] != NO_DAY, || date(test, Day(values[i]), today)))
        }
        Column::Text(values) => {
            Truths::collect(len, |i| known_or(test, values[i].is_some(), || Some(text(test, batch.text(values[i])))))
        }
        Column::Set { members, state } => Truths::collect(len, |i| set(test, members[i], state[i])),
    }
}

/// `is known` is always definite; every other test on an unknown value is unknown.
fn known_or(test: &Test, known: bool, answer: impl Fn() -> Option<bool>) -> Option<bool> {
    match (test, known) {
        (Test::Known, known) => Some(known),
        (_, true) => answer(),
        (_, false) => None,
    }
}

pub(super) fn choice(test: &Test, value: u16) -> Option<bool> {
    match test {
        Test::Choice(choices) => Some(choices.binary_search(&value).is_ok()),
        _ => None,
    }
}

pub(super) fn number(test: &Test, value: i64) -> Option<bool> {
    let inside = |r: &NumberRange| r.low.is_none_or(|l| value >= l) && r.high.is_none_or(|h| value <= h);
    match test {
        Test::Number(ranges) => Some(ranges.iter().any(inside)),
        _ => None,
    }
}

pub(super) fn date(test: &Test, day: Day, today: Day) -> Option<bool> {
    let Test::Date(test) = test else { return None };
    let age = i64::from(today.0) - i64::from(day.0);
    Some(match test {
        DateTest::Range { low, high } => low.is_none_or(|l| day >= l) && high.is_none_or(|h| day <= h),
        DateTest::WithinLast(days) => (0..i64::from(*days)).contains(&age),
        DateTest::WithinNext(days) => (0..i64::from(*days)).contains(&-age),
    })
}

pub(super) fn text(test: &Test, value: &str) -> bool {
    let Test::Text(test) = test else { return false };
    let lower = || value.to_ascii_lowercase();
    match test {
        TextTest::Is(texts) => texts.iter().any(|t| t.eq_ignore_ascii_case(value)),
        TextTest::Contains(part) => lower().contains(part.as_str()),
        TextTest::StartsWith(part) => lower().starts_with(part.as_str()),
        TextTest::EndsWith(part) => lower().ends_with(part.as_str()),
        TextTest::MatchesAny(phrases) => phrases.iter().any(|p| phrase_matches(value, p)),
    }
}

/// An open set may have more members than are known, and none where none is known.
pub(super) fn set(test: &Test, members: u128, state: SetState) -> Option<bool> {
    let open = state == SetState::Open;
    match (test, state) {
        (Test::Known, state) => Some(state != SetState::Unknown),
        (_, SetState::Unknown) => None,
        (Test::HasAny(list), _) => {
            if members & bits(list) != 0 {
                Some(true)
            } else if open {
                None
            } else {
                Some(false)
            }
        }
        (Test::HasAll(list), _) => {
            if members & bits(list) == bits(list) {
                Some(true)
            } else if open {
                None
            } else {
                Some(false)
            }
        }
        (Test::Empty, _) => {
            if members != 0 {
                Some(false)
            } else if open {
                None
            } else {
                Some(true)
            }
        }
        _ => None,
    }
}

/// The members of a multi-select as bits.
pub(super) fn bits(list: &[u16]) -> u128 {
    list.iter().fold(0_u128, |bits, m| bits | 1 << m)
}

/// Which kinds of event are one of these signals.
pub fn kinds(batch: &Batch, signals: &[SignalId]) -> Vec<bool> {
    let kind = |k: usize| batch.kind(super::facts::KindId(k as u32)).iter().any(|s| signals.contains(s));
    (0..batch.kind_count()).map(kind).collect()
}

/// How many events of some signals lie in a window.
pub fn count(
    batch: &Batch,
    signals: &[SignalId],
    within_days: Option<u32>,
    range: CountRange,
    as_of: Instant,
) -> Truths {
    let kinds = kinds(batch, signals);
    let longest = within_days.map_or(i64::MAX, |d| i64::from(d) * DAY_MICROS);
    Truths::collect(batch.len(), |lead| {
        let events = batch.events();
        events.supplied(lead).then(|| {
            let counts = |e: &&super::facts::EventFact| {
                let age = as_of.0.saturating_sub(e.at.0);
                kinds[e.kind.0 as usize] && (0..longest).contains(&age)
            };
            let n = events.of(lead).iter().filter(counts).count() as u64;
            n >= u64::from(range.low) && range.high.is_none_or(|h| n <= u64::from(h))
        })
    })
}
