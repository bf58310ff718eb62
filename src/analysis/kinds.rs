//! Which signals one event can be at once: a kind of event, for one policy or for two side by side.
//!
//! Two policies see the same event through their own types, channels and conditions. What an event is to each of them is one kind, so a signal
//! that was renamed, split or narrowed is still the same behaviour.

use super::words::Words;
use crate::data::events::EventPlan;
use crate::engine::facts::{Batch, SetState};
use crate::policy::condition::{DateTest, Test, TextTest};
use crate::policy::field::FieldType;
use crate::policy::text::fold;
use crate::policy::time::{Day, Instant};
use crate::policy::{Atom, Cond, CondKind, FieldId, Policy, SignalId};
use std::collections::{BTreeMap, BTreeSet};

/// So many combinations of attribute values are tried to see which signals one event can be.
const TRIED: usize = 4096;
/// So many signals with conditions are combined where there are too many attribute values to try.
const FREE: usize = 10;

/// What one event is: for each policy the signals, ascending. One of the policies takes it at least.
pub type Kind = Vec<Vec<SignalId>>;

/// The kinds of events that some policies can tell apart.
pub fn kinds_of_events(policies: &[&Policy], as_of: Instant) -> Vec<Kind> {
    // By type and channel: the signals that take such an event if their conditions hold.
    let mut takers: BTreeMap<(String, String), Kind> = BTreeMap::new();
    for (side, policy) in policies.iter().enumerate() {
        for (i, signal) in policy.signals.iter().enumerate() {
            let types: BTreeSet<String> = signal.events.iter().map(|e| fold(e)).collect();
            for (event, channel) in types.iter().flat_map(|t| signal.channels.iter().map(move |c| (t, c))) {
                let key = (event.clone(), fold(&policy.channels[channel.index()]));
                takers.entry(key).or_insert_with(|| vec![Vec::new(); policies.len()])[side].push(SignalId(i as u16));
            }
        }
    }
    let lists: BTreeSet<Kind> = takers.into_values().collect();
    let kinds: BTreeSet<Kind> = lists.iter().flat_map(|list| together(policies, list, as_of)).collect();
    kinds.into_iter().collect()
}

/// Which of some signals with the same type and channel one event can be at once.
fn together(policies: &[&Policy], signals: &Kind, as_of: Instant) -> BTreeSet<Kind> {
    let todays: Vec<Day> = policies.iter().map(|p| as_of.day(p.offset)).collect();
    let Some(samples) = samples(policies, signals, &todays) else { return any_of(policies, signals) };
    let plans: Vec<EventPlan> = policies.iter().map(|p| EventPlan::new(p, None, as_of)).collect();
    let mut kinds = BTreeSet::new();
    for event in &samples {
        let is = |side: usize| -> Vec<SignalId> {
            let holds = |s: &&SignalId| {
                condition(policies[side], s).is_none_or(|c| plans[side].answer(c, &event[side]) == Some(true))
            };
            signals[side].iter().filter(holds).copied().collect()
        };
        kinds.insert((0..policies.len()).map(is).collect());
    }
    kinds.retain(|kind: &Kind| kind.iter().any(|side| !side.is_empty()));
    kinds
}

/// Any set of the signals that have conditions, with all those that have none.
fn any_of(policies: &[&Policy], signals: &Kind) -> BTreeSet<Kind> {
    let all = signals.iter().enumerate().flat_map(|(side, list)| list.iter().map(move |s| (side, *s)));
    let (free, forced): (Vec<_>, Vec<_>) = all.partition(|(side, s)| condition(policies[*side], s).is_some());
    let kind = |bits: u32| {
        let some = free.iter().enumerate().filter(|(i, _)| *i >= FREE || bits >> i & 1 == 1).map(|(_, s)| *s);
        let mut kind: Kind = vec![Vec::new(); policies.len()];
        some.chain(forced.iter().copied()).for_each(|(side, s)| kind[side].push(s));
        kind.iter_mut().for_each(|side| side.sort_unstable());
        kind
    };
    let mut kinds: BTreeSet<Kind> = (0_u32..1 << free.len().min(FREE)).map(kind).collect();
    kinds.retain(|kind| kind.iter().any(|side| !side.is_empty()));
    kinds
}

fn condition<'p>(policy: &'p Policy, signal: &SignalId) -> Option<&'p Cond> {
    policy.signals[signal.index()].condition.as_ref()
}

/// An attribute as one or more policies have it, with the values that their tests tell apart.
struct Attribute<'p> {
    name: &'p str,
    ty: &'p FieldType,
    /// Its place in each policy, where it has it.
    places: Vec<Option<u16>>,
    values: Vec<Option<Value>>,
}

/// A value of an attribute.
#[derive(Clone, Debug)]
enum Value {
    Choice(u16),
    Members(u128),
    Number(i64),
    Day(i32),
    Text(String),
}

/// Events with every combination of the attribute values that some conditions can tell apart, none at all among them, as each policy reads them.
fn samples(policies: &[&Policy], signals: &Kind, todays: &[Day]) -> Option<Vec<Vec<Batch>>> {
    let attributes = attributes(policies, signals, todays);
    let all = attributes.iter().try_fold(1_usize, |n, a| n.checked_mul(a.values.len()).filter(|n| *n <= TRIED))?;
    let event = |number: usize| {
        let read = |(side, policy): (usize, &&Policy)| {
            let mut batch = Batch::of_fields(&policy.attributes);
            batch.begin("");
            let mut rest = number;
            for attribute in &attributes {
                if let (Some(at), Some(value)) =
                    (attribute.places[side], &attribute.values[rest % attribute.values.len()])
                {
                    put(&mut batch, FieldId(at), value);
                }
                rest /= attribute.values.len();
            }
            batch.finish();
            batch
        };
        policies.iter().enumerate().map(read).collect()
    };
    Some((0..all).map(event).collect())
}

fn put(batch: &mut Batch, field: FieldId, value: &Value) {
    match value {
        Value::Choice(v) => batch.set_choice(field, *v),
        Value::Members(bits) => batch.set_members(field, *bits, SetState::Known),
        Value::Number(n) => batch.set_number(field, *n),
        Value::Day(d) => batch.set_day(field, Day(*d)),
        Value::Text(t) => batch.set_text(field, t),
    }
}

/// The attributes that the conditions of some signals look at. Two policies share one of the same name and type.
fn attributes<'p>(policies: &[&'p Policy], signals: &Kind, todays: &[Day]) -> Vec<Attribute<'p>> {
    let mut found: Vec<(Attribute<'p>, Vec<&'p Test>)> = Vec::new();
    for (side, policy) in policies.iter().copied().enumerate() {
        let mut tests: BTreeMap<u16, Vec<&Test>> = BTreeMap::new();
        signals[side].iter().filter_map(|s| condition(policy, s)).for_each(|c| attribute_tests(c, &mut tests));
        for (place, tests) in tests {
            let field = &policy.attributes[usize::from(place)];
            let same = |(a, _): &&mut (Attribute<'p>, Vec<&'p Test>)| {
                a.places[side].is_none() && a.name == field.name && alike(a.ty, &field.ty)
            };
            match found.iter_mut().find(same) {
                Some((attribute, known)) => {
                    attribute.places[side] = Some(place);
                    known.extend(tests);
                }
                None => {
                    let mut places = vec![None; policies.len()];
                    places[side] = Some(place);
                    found.push((Attribute { name: &field.name, ty: &field.ty, places, values: Vec::new() }, tests));
                }
            }
        }
    }
    found.into_iter().map(|(a, tests)| Attribute { values: values(a.ty, &tests, todays), ..a }).collect()
}

/// Whether two types have the same values, in the same order.
pub fn alike(one: &FieldType, other: &FieldType) -> bool {
    let names =
        |ty: &FieldType| -> Vec<String> { ty.choices().into_iter().flatten().map(|c| c.name.clone()).collect() };
    std::mem::discriminant(one) == std::mem::discriminant(other) && names(one) == names(other)
}

fn attribute_tests<'c>(cond: &'c Cond, tests: &mut BTreeMap<u16, Vec<&'c Test>>) {
    match &cond.kind {
        CondKind::Atom(Atom::Attribute(at, test)) => tests.entry(at.0).or_default().push(test),
        CondKind::All(parts) | CondKind::Any(parts) => parts.iter().for_each(|p| attribute_tests(p, tests)),
        CondKind::Not(inner) | CondKind::Confirmed(inner) | CondKind::Unconfirmed(inner) => {
            attribute_tests(inner, tests)
        }
        CondKind::Atom(_) | CondKind::Define(_) | CondKind::Always(_) => {}
    }
}

/// Values of a type that tests can tell apart, and that there is none.
fn values(ty: &FieldType, tests: &[&Test], todays: &[Day]) -> Vec<Option<Value>> {
    let mut all: Vec<Option<Value>> = vec![None];
    let some = |values: Vec<Value>| values.into_iter().map(Some);
    match ty {
        FieldType::Choice(c) | FieldType::Ordered(c) => {
            all.extend(some((0..c.len() as u16).map(Value::Choice).collect()))
        }
        FieldType::Boolean => all.extend(some(vec![Value::Choice(0), Value::Choice(1)])),
        FieldType::Set(_) => {
            let mut members: BTreeSet<u16> = BTreeSet::new();
            for test in tests {
                if let Test::HasAny(list) | Test::HasAll(list) = test {
                    members.extend(list);
                }
            }
            let members: Vec<u16> = members.into_iter().take(12).collect();
            let bits = |number: u32| {
                members.iter().enumerate().filter(|(i, _)| number >> i & 1 == 1).fold(0, |b, (_, m)| b | 1_u128 << m)
            };
            all.extend(some((0..1_u32 << members.len()).map(|n| Value::Members(bits(n))).collect()));
        }
        FieldType::Number { .. } => {
            let mut ends: BTreeSet<i64> = BTreeSet::from([0]);
            for test in tests {
                if let Test::Number(ranges) = test {
                    ends.extend(ranges.iter().flat_map(|r| [r.low, r.high.map(|h| h.saturating_add(1))]).flatten());
                    ends.extend(ranges.iter().filter_map(|r| r.low.map(|l| l.saturating_sub(1))));
                }
            }
            all.extend(some(ends.into_iter().map(Value::Number).collect()));
        }
        FieldType::Date => {
            // Each side of every day at which an answer changes.
            let mut days: BTreeSet<i64> = BTreeSet::from([0]);
            for (test, today) in tests.iter().flat_map(|t| todays.iter().map(move |today| (t, i64::from(today.0)))) {
                let Test::Date(test) = test else { continue };
                let (first, after) = match test {
                    DateTest::Range { low, high } => (low.map(|d| i64::from(d.0)), high.map(|d| i64::from(d.0) + 1)),
                    DateTest::WithinLast(n) => (Some(today - i64::from(*n) + 1), Some(today + 1)),
                    DateTest::WithinNext(n) => (Some(today), Some(today + i64::from(*n))),
                };
                days.extend([first, after].into_iter().flatten().flat_map(|day| [day - 1, day]));
            }
            let days = days.into_iter().filter_map(|day| i32::try_from(day).ok());
            all.extend(some(days.map(Value::Day).collect()));
        }
        FieldType::Text => {
            let texts: Vec<&TextTest> =
                tests.iter().filter_map(|t| if let Test::Text(t) = t { Some(t) } else { None }).collect();
            all.extend(some(Words::new(texts.into_iter()).all().map(Value::Text).collect()));
        }
    }
    all
}
