//! One pass over the events of a batch that finds what every count and every `per` criterion asks for.

use super::atoms::kinds;
use super::facts::Batch;
use crate::policy::exact::Points;
use crate::policy::score::Per;
use crate::policy::time::{DAY_MICROS, Instant};
use crate::policy::{Atom, SignalId};
use crate::program::{CriterionPlan, Op, Program};

/// What a policy asks of events.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked<'p> {
    /// How many of some signals lie in a window.
    Count(&'p [SignalId], Option<u32>),
    /// What a criterion earns for them.
    Per(&'p Per),
}

/// A question, ready to be held against ages of events in microseconds.
pub(super) struct Question {
    /// Events count below this age.
    pub longest: i64,
    /// So many of the first that count earn points.
    newest: u32,
    /// The points of one event below each age, ascending; none beyond the last.
    pub steps: Vec<(i64, i64)>,
}

/// For every question and lead: how many events counted and what they earn.
pub(super) struct Events<'p> {
    asked: Vec<Asked<'p>>,
    len: usize,
    /// By question, then by lead.
    counts: Vec<u32>,
    points: Vec<Points>,
}

impl<'p> Events<'p> {
    /// Answers all that a program asks of the events of a batch.
    pub fn of(program: &'p Program, batch: &Batch, as_of: Instant) -> Events<'p> {
        let asked = asked(program);
        let places = asked.len() * batch.len();
        let mut events =
            Events { asked, len: batch.len(), counts: vec![0; places], points: vec![Points::ZERO; places] };
        events.pass(batch, as_of);
        events.forget_few();
        events
    }

    /// How many events of some signals each lead has in a window.
    pub fn counts(&self, signals: &[SignalId], within_days: Option<u32>) -> &[u32] {
        self.place(Asked::Count(signals, within_days)).map_or(&[], |at| &self.counts[at..at + self.len])
    }

    /// What each lead earns by a criterion.
    pub fn points(&self, per: &Per) -> &[Points] {
        self.place(Asked::Per(per)).map_or(&[], |at| &self.points[at..at + self.len])
    }

    fn place(&self, asked: Asked<'_>) -> Option<usize> {
        self.asked.iter().position(|a| *a == asked).map(|at| at * self.len)
    }

    /// Within and newest: in this order. Events stand newest first.
    fn pass(&mut self, batch: &Batch, as_of: Instant) {
        let questions: Vec<Question> = self.asked.iter().map(Asked::question).collect();
        let by_kind = self.by_kind(batch);
        for lead in 0..self.len {
            for event in batch.events().of(lead) {
                let age = as_of.0.saturating_sub(event.at.0);
                if age < 0 {
                    continue;
                }
                for at in &by_kind[event.kind.0 as usize] {
                    let (question, place) = (&questions[*at], at * self.len + lead);
                    if age < question.longest {
                        self.counts[place] += 1;
                        if self.counts[place] <= question.newest {
                            self.points[place].0 = self.points[place].0.saturating_add(question.points(age));
                        }
                    }
                }
            }
        }
    }

    /// The questions that each kind of event is asked.
    fn by_kind(&self, batch: &Batch) -> Vec<Vec<usize>> {
        let mut by_kind = vec![Vec::new(); batch.kind_count()];
        for (at, asked) in self.asked.iter().enumerate() {
            let kinds = kinds(batch, asked.signals());
            by_kind.iter_mut().zip(kinds).filter(|(_, is)| *is).for_each(|(list, _)| list.push(at));
        }
        by_kind
    }

    /// Fewer events than `at least` says earn nothing.
    fn forget_few(&mut self) {
        for (at, asked) in self.asked.iter().enumerate() {
            if let Asked::Per(Per { at_least: Some(least), .. }) = asked {
                let places = at * self.len..(at + 1) * self.len;
                let both = self.points[places.clone()].iter_mut().zip(&self.counts[places]);
                both.filter(|(_, n)| *n < least).for_each(|(points, _)| *points = Points::ZERO);
            }
        }
    }
}

/// Every question of a program once.
pub(super) fn asked(program: &Program) -> Vec<Asked<'_>> {
    let counts = program.nodes.iter().filter_map(|node| match &node.op {
        Op::Atom(Atom::Count { signals, within_days, .. }) => Some(Asked::Count(signals, *within_days)),
        _ => None,
    });
    let criteria = program.scores.iter().flatten().flatten().filter_map(|criterion| match criterion {
        CriterionPlan::Per { per, .. } => Some(Asked::Per(per)),
        CriterionPlan::When { .. } => None,
    });
    let mut all = Vec::new();
    for one in counts.chain(criteria) {
        if !all.contains(&one) {
            all.push(one);
        }
    }
    all
}

impl Asked<'_> {
    /// The signals whose events it looks at.
    pub fn signals(&self) -> &[SignalId] {
        match self {
            Asked::Count(signals, _) => signals,
            Asked::Per(per) => std::slice::from_ref(&per.signal),
        }
    }

    pub fn question(&self) -> Question {
        let longest = |days: Option<u32>| days.map_or(i64::MAX, |d| i64::from(d) * DAY_MICROS);
        match self {
            Asked::Count(_, within_days) => Question { longest: longest(*within_days), newest: 0, steps: Vec::new() },
            Asked::Per(per) => Question {
                longest: longest(per.within_days),
                newest: per.newest.unwrap_or(u32::MAX),
                steps: steps(per),
            },
        }
    }
}

/// The decay of a criterion as ages below which an event earns so many points.
fn steps(per: &Per) -> Vec<(i64, i64)> {
    let period = per.halves_every_days.map(|days| i64::from(days.max(1)) * DAY_MICROS);
    let until = |k: i64| period.map_or(i64::MAX, |p| p.saturating_mul(k));
    (1..).zip(&per.steps).map(|(k, points)| (until(k), points.0)).collect()
}

impl Question {
    fn points(&self, age: i64) -> i64 {
        self.steps.iter().find(|(until, _)| age < *until).map_or(0, |(_, points)| *points)
    }
}
