//! The days on which all possible leads are looked at.
//!
//! A policy may compare a date with a day of the calendar and with today. Which of the two comes first then depends on the day, so each order they can
//! have is looked at. For all other policies one day is as good as any.

use crate::policy::condition::{DateTest, Test};
use crate::policy::time::{DAY_MICROS, Day, Instant};
use crate::policy::{Atom, Policy};
use crate::program::{Op, Program};
use std::collections::{BTreeMap, BTreeSet};

/// So many days are looked at.
const MOST: usize = 16;

/// Instants that stand for all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instants {
    /// Not empty; the first is one that the policy's tests know.
    pub all: Vec<Instant>,
    /// Whether they are all that are needed.
    pub complete: bool,
}

/// The days that some field is compared with, as the places where an answer changes.
#[derive(Default)]
struct Compared {
    /// Days of the calendar.
    fixed: BTreeSet<i64>,
    /// Days from today.
    moving: BTreeSet<i64>,
}

/// The instants for a policy and all that its program asks.
pub fn instants(policy: &Policy, program: &Program) -> Instants {
    let usual = policy.tests.iter().map(|t| t.as_of).max();
    let usual = usual.or_else(|| Day::from_civil(2026, 1, 1).map(noon)).unwrap_or(Instant(0));
    let mut fields: BTreeMap<u16, Compared> = BTreeMap::new();
    for node in &program.nodes {
        let Op::Atom(Atom::Field(field, Test::Date(test))) = &node.op else { continue };
        fields.entry(field.0).or_default().add(test);
    }
    let todays: BTreeSet<i64> = fields.values().flat_map(Compared::todays).collect();
    let complete = todays.len() < MOST;
    let day = |today: &i64| i32::try_from(*today).ok().map(|today| noon(Day(today)));
    let mut all = vec![usual];
    all.extend(todays.iter().take(MOST).filter_map(day));
    Instants { all, complete }
}

/// The middle of a day: at every offset but a few it is the same day.
fn noon(day: Day) -> Instant {
    Instant(i64::from(day.0) * DAY_MICROS + DAY_MICROS / 2)
}

impl Compared {
    fn add(&mut self, test: &DateTest) {
        let days = |n: &u32| i64::from(*n);
        match test {
            DateTest::Range { low, high } => {
                self.fixed.extend(low.map(|d| i64::from(d.0)));
                self.fixed.extend(high.map(|d| i64::from(d.0) + 1));
            }
            DateTest::WithinLast(n) => self.moving.extend([1 - days(n), 1]),
            DateTest::WithinNext(n) => self.moving.extend([0, days(n)]),
        }
    }

    /// Every today on which a day of the calendar and one from today coincide, and its neighbours.
    fn todays(&self) -> impl Iterator<Item = i64> + '_ {
        let pairs = self.fixed.iter().flat_map(|fixed| self.moving.iter().map(move |moving| fixed - moving));
        pairs.flat_map(|today| [today - 1, today, today + 1])
    }
}
