//! When something about a lead changes by itself: an event leaves its window or loses half of its points, somebody is no longer engaged, a date comes
//! near or passes.
//!
//! Between two such instants every condition about the lead keeps its answer, so whoever evaluates it at each of them has seen all that time alone
//! can do.

use super::events::asked;
use super::facts::{Batch, Column, KindId, NO_DAY};
use crate::policy::condition::{Cond, CondKind, DateTest, Test};
use crate::policy::signal::Tier;
use crate::policy::time::{DAY_MICROS, Day, Instant, Offset};
use crate::policy::{Atom, FieldId, Policy, SignalId};
use crate::program::{Op, Program};
use std::collections::BTreeSet;

/// What of a policy depends on the as-of.
#[derive(Clone, Debug)]
pub struct Later {
    aging: Vec<Aging>,
    /// Events by somebody who is known, which keep that person engaged.
    engaging: Option<Aging>,
    dates: Vec<(FieldId, DateTest)>,
    offset: Offset,
}

/// Events of some signals, and the ages in microseconds at which they count for less.
#[derive(Clone, Debug)]
struct Aging {
    signals: Vec<SignalId>,
    ages: Vec<i64>,
}

impl Aging {
    fn takes(&self, batch: &Batch, kind: KindId) -> bool {
        batch.kind(kind).iter().any(|s| self.signals.contains(s))
    }
}

impl Later {
    /// For a policy and its program.
    pub fn new(policy: &Policy, program: &Program) -> Later {
        let aging = asked(program).into_iter().map(|asked| {
            let question = asked.question();
            let ages = question.steps.iter().map(|(until, _)| *until).filter(|until| *until < question.longest);
            let ages: BTreeSet<i64> = ages.chain([question.longest]).filter(|age| *age < i64::MAX).collect();
            Aging { signals: asked.signals().to_vec(), ages: ages.into_iter().collect() }
        });
        let strong = |s: &SignalId| matches!(policy.signals[s.index()].tier, Tier::High | Tier::Mid);
        let engaging = policy.committee.engaged_within_days.map(|days| Aging {
            signals: (0..policy.signals.len() as u16).map(SignalId).filter(strong).collect(),
            ages: vec![i64::from(days) * DAY_MICROS],
        });
        let dates = program.nodes.iter().filter_map(|node| match &node.op {
            Op::Atom(Atom::Field(field, Test::Date(test @ (DateTest::WithinLast(_) | DateTest::WithinNext(_))))) => {
                Some((*field, *test))
            }
            _ => None,
        });
        Later { aging: aging.collect(), engaging, dates: dates.collect(), offset: policy.offset }
    }

    /// The instants after `after`, up to and with `until`, at which an answer about a lead can change; ascending.
    pub fn instants(&self, batch: &Batch, lead: usize, after: Instant, until: Instant) -> Vec<Instant> {
        let mut found = BTreeSet::new();
        let mut add = |at: Instant| {
            if at > after && at <= until {
                found.insert(at);
            }
        };
        for event in batch.events().of(lead) {
            let known = event.contact.and(self.engaging.as_ref());
            for aging in self.aging.iter().chain(known).filter(|a| a.takes(batch, event.kind)) {
                // An event that has not happened yet begins to count.
                add(event.at);
                aging.ages.iter().for_each(|age| add(Instant(event.at.0.saturating_add(*age))));
            }
        }
        for (field, test) in &self.dates {
            let Column::Date(days) = batch.column(*field) else { continue };
            if days[lead] != NO_DAY {
                turns(Day(days[lead]), *test).into_iter().for_each(|day| add(day.start(self.offset)));
            }
        }
        found.into_iter().collect()
    }
}

/// The first days on which a test on a date holds, and no longer holds.
fn turns(date: Day, test: DateTest) -> Vec<Day> {
    match test {
        DateTest::WithinLast(days) => vec![date, date.plus(i64::from(days))],
        DateTest::WithinNext(days) => vec![date.plus(1 - i64::from(days)), date.plus(1)],
        DateTest::Range { .. } => Vec::new(),
    }
}

/// Names of the signals whose `where` compares a date of the event with today. What such an event is was settled when it was read, so later instants
/// do not see it change.
pub fn dated_signals(policy: &Policy) -> Vec<&str> {
    let dated = policy.signals.iter().filter(|s| s.condition.as_ref().is_some_and(looks_at_today));
    dated.map(|s| s.name.as_str()).collect()
}

fn looks_at_today(cond: &Cond) -> bool {
    match &cond.kind {
        CondKind::All(parts) | CondKind::Any(parts) => parts.iter().any(looks_at_today),
        CondKind::Not(inner) | CondKind::Confirmed(inner) | CondKind::Unconfirmed(inner) => looks_at_today(inner),
        CondKind::Atom(Atom::Attribute(_, Test::Date(test))) => !matches!(test, DateTest::Range { .. }),
        CondKind::Always(_) | CondKind::Define(_) | CondKind::Atom(_) => false,
    }
}
