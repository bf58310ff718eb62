//! Atoms on fields, over the columns of a batch: a test is looked at once, then held against 64 values a word.

use super::facts::{Batch, Column, NO_CHOICE, NO_DAY, NO_NUMBER, SetState};
use super::truth::{Truths, words};
use crate::policy::condition::{DateTest, NumberRange, Test};
use crate::policy::time::Day;
use crate::policy::{FieldId, SignalId};

/// A test on a field.
pub fn field(batch: &Batch, field: FieldId, test: &Test, today: Day) -> Truths {
    let len = batch.len();
    match batch.column(field) {
        Column::Choice(values) => choices(&values[..len], test),
        Column::Number(values) => numbers(&values[..len], test),
        Column::Date(values) => days(&values[..len], test, today),
        Column::Set { members, state } => sets(&members[..len], &state[..len], test),
        Column::Text(values) => Truths::collect(len, |i| match test {
            Test::Known => Some(values[i].is_some()),
            _ => values[i].is_some().then(|| text(test, batch.text(values[i]))),
        }),
    }
}

/// A test on choices.
pub(super) fn choices(values: &[u16], test: &Test) -> Truths {
    let known = words(values, |v| v != NO_CHOICE);
    match test {
        Test::Known => certain(known),
        Test::Choice(list) => match run(list) {
            Some((low, high)) => Truths::known(values, known, |v| (low..=high).contains(&v)),
            None => {
                let size = list.last().map_or(0, |last| usize::from(*last) + 1);
                let mut among = vec![false; size];
                list.iter().for_each(|choice| among[usize::from(*choice)] = true);
                Truths::known(values, known, |v| among.get(usize::from(v)).is_some_and(|a| *a))
            }
        },
        _ => Truths::unknown(values.len()),
    }
}

/// The first and the last of a sorted list that leaves nothing out between them.
fn run(list: &[u16]) -> Option<(u16, u16)> {
    let (low, high) = (*list.first()?, *list.last()?);
    (usize::from(high - low) + 1 == list.len()).then_some((low, high))
}

/// A test on scaled numbers.
pub(super) fn numbers(values: &[i64], test: &Test) -> Truths {
    let known = words(values, |v| v != NO_NUMBER);
    let ends = |r: &NumberRange| r.low.unwrap_or(i64::MIN)..=r.high.unwrap_or(i64::MAX);
    match test {
        Test::Known => certain(known),
        Test::Number(ranges) => match ranges.as_slice() {
            [one] => {
                let range = ends(one);
                Truths::known(values, known, |v| range.contains(&v))
            }
            _ => Truths::known(values, known, |v| ranges.iter().any(|r| ends(r).contains(&v))),
        },
        _ => Truths::unknown(values.len()),
    }
}

/// A test on days since 1970.
pub(super) fn days(values: &[i32], test: &Test, today: Day) -> Truths {
    let known = words(values, |v| v != NO_DAY);
    let today = i64::from(today.0);
    match test {
        Test::Known => certain(known),
        Test::Date(test) => {
            let (low, high) = match test {
                DateTest::Range { low, high } => {
                    (low.map_or(i64::MIN, |d| i64::from(d.0)), high.map_or(i64::MAX, |d| i64::from(d.0)))
                }
                DateTest::WithinLast(days) => (today - i64::from(*days) + 1, today),
                DateTest::WithinNext(days) => (today, today + i64::from(*days) - 1),
            };
            Truths::known(values, known, |v| (low..=high).contains(&i64::from(v)))
        }
        _ => Truths::unknown(values.len()),
    }
}

/// A test on one text.
pub(super) fn text(test: &Test, value: &str) -> bool {
    matches!(test, Test::Text(test) if test.holds(value))
}

/// A test on multi-selects. An open set may have more members than are known, and none where none is known.
pub(super) fn sets(members: &[u128], state: &[SetState], test: &Test) -> Truths {
    let there = words(state, |s| s != SetState::Unknown);
    let whole = || words(state, |s| s == SetState::Known);
    match test {
        Test::Known => certain(there),
        Test::HasAny(list) => {
            let wanted = bits(list);
            settled(words(members, |m| m & wanted != 0), there, whole())
        }
        Test::HasAll(list) => {
            let wanted = bits(list);
            settled(words(members, |m| m & wanted == wanted), there, whole())
        }
        // A set with a member is not empty, whatever else is in it.
        Test::Empty => settled(words(members, |m| m != 0), there, whole()).not(),
        _ => Truths::unknown(members.len()),
    }
}

/// Something that more members can only make true: a set that is there answers where it holds, a whole set also where it does not.
fn settled(mut holds: Vec<u64>, there: Vec<u64>, mut whole: Vec<u64>) -> Truths {
    holds.iter_mut().zip(&there).for_each(|(h, t)| *h &= t);
    whole.iter_mut().zip(&holds).for_each(|(w, h)| *w |= h);
    Truths { yes: holds, known: whole }
}

/// An answer that is never unknown.
fn certain(yes: Vec<u64>) -> Truths {
    Truths { known: vec![u64::MAX; yes.len()], yes }
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
