//! What happens next: action, owner, due and revisit times of the outcome a lead is routed to.

use super::atoms;
use super::decision::{BriefStep, NextStep, RiskResult, When};
use super::evaluate::{Engine, Evaluation};
use super::facts::{Batch, Column, NO_DAY};
use crate::policy::steps::{Anchor, Choice, Due, DueUnit, Revisit};
use crate::policy::time::{Day, HOUR_MICROS, Instant};
use crate::policy::{FieldId, OutcomeId, Policy, SignalId};
use crate::program::NodeId;

impl<'p> Engine<'p> {
    /// The next step of one lead.
    pub fn next_step(&self, e: &Evaluation, batch: &Batch, lead: usize) -> NextStep {
        self.step(e, batch, lead, &DueTimes::default()).to_next_step()
    }

    /// The next step of one lead, in the words of the policy; due times that are not in the table are worked out.
    pub(super) fn step(&self, e: &Evaluation, batch: &Batch, lead: usize, known: &DueTimes) -> BriefStep<'p> {
        let outcome = e.routes[lead].outcome;
        let (decl, plan) = (&self.policy.outcomes[outcome.index()], &self.program.outcomes[outcome.index()]);
        let text =
            |list: &'p [Choice<String>], conditions| taken(e, list, conditions, lead).map_or("", |(_, text)| text);
        let due = taken(e, &decl.due, &plan.due, lead);
        let revisit = taken(e, &decl.revisit, &plan.revisit, lead);
        BriefStep {
            action: text(&decl.next, &plan.next),
            owner: text(&decl.owner, &plan.owner),
            due: due.map_or(When::Instant(self.as_of), |(at, due)| {
                known.get(outcome, at).unwrap_or_else(|| self.due(due, batch, lead))
            }),
            revisit: revisit.and_then(|(_, r)| self.revisit(r, batch, lead)),
            open_items: self.open_items(e, &decl.checks, lead),
        }
    }

    /// The risks that are there, in order.
    pub fn risks(&self, e: &Evaluation, lead: usize) -> Vec<RiskResult> {
        let there =
            self.policy.risks.iter().zip(&self.program.risks).filter(|(_, n)| e.answer(**n, lead) == Some(true));
        there.map(|(r, _)| RiskResult { risk: r.title.clone(), owner: r.owner.clone() }).collect()
    }

    fn open_items(&self, e: &Evaluation, checks: &[crate::policy::ChecklistId], lead: usize) -> Vec<&'p str> {
        let mut open = Vec::new();
        for list in checks {
            let items = self.policy.checklists[list.index()].items.iter().zip(&self.program.checklists[list.index()]);
            let missing = items.filter(|(_, n)| e.answer(**n, lead) != Some(true));
            open.extend(missing.map(|((item, _), _)| item.as_str()));
        }
        open
    }

    fn due(&self, due: &Due, batch: &Batch, lead: usize) -> When {
        let (start, backwards) = self.anchor(&due.anchor, batch, lead);
        self.due_from(due, start, backwards)
    }

    fn due_from(&self, due: &Due, start: Instant, backwards: bool) -> When {
        let amount = i64::from(due.amount);
        let sign = if backwards { -1 } else { 1 };
        match due.unit {
            DueUnit::Hours => When::Instant(Instant(start.0.saturating_add(sign * amount * HOUR_MICROS))),
            DueUnit::Days => When::Day(start.day(self.policy.offset).plus(sign * amount)),
            DueUnit::BusinessDays => {
                When::Day(business_days(self.policy, start.day(self.policy.offset), due.amount, sign))
            }
        }
    }

    /// Where a due time starts, and whether it is counted backwards. The as-of, where there is no such event or date.
    fn anchor(&self, anchor: &Anchor, batch: &Batch, lead: usize) -> (Instant, bool) {
        let latest = |signals: &[SignalId]| {
            let kinds = atoms::kinds(batch, signals);
            let events = batch.events().of(lead).iter();
            let past = events.filter(|e| kinds[e.kind.0 as usize] && e.at <= self.as_of).map(|e| e.at);
            (past.max().unwrap_or(self.as_of), false)
        };
        match anchor {
            Anchor::AsOf => (self.as_of, false),
            Anchor::LatestSignal(signal) => latest(&[*signal]),
            Anchor::LatestTier(tiers) => {
                let of_tier = |s: &SignalId| tiers.contains(&self.policy.signals[s.index()].tier);
                let signals: Vec<SignalId> =
                    (0..self.policy.signals.len() as u16).map(SignalId).filter(of_tier).collect();
                latest(&signals)
            }
            Anchor::Before(field) => match day_of(batch, *field, lead) {
                Some(day) => (day.start(self.policy.offset), true),
                None => (self.as_of, false),
            },
        }
    }

    fn revisit(&self, revisit: &Revisit, batch: &Batch, lead: usize) -> Option<When> {
        match revisit {
            Revisit::InDays(days) => Some(When::Day(self.today.plus(i64::from(*days)))),
            Revisit::On(field) => day_of(batch, *field, lead).map(When::Day),
        }
    }
}

/// The due times that are the same for every lead of a run: those counted from the as-of. By outcome, then alternative.
#[derive(Clone, Debug, Default)]
pub(super) struct DueTimes(Vec<Vec<Option<When>>>);

impl DueTimes {
    /// The table of a run.
    pub fn new(engine: &Engine<'_>) -> DueTimes {
        let fixed = |choice: &Choice<Due>| {
            (choice.value.anchor == Anchor::AsOf).then(|| engine.due_from(&choice.value, engine.as_of, false))
        };
        DueTimes(engine.policy.outcomes.iter().map(|o| o.due.iter().map(fixed).collect()).collect())
    }

    fn get(&self, outcome: OutcomeId, alternative: usize) -> Option<When> {
        *self.0.get(outcome.index())?.get(alternative)?
    }
}

/// The first alternative that applies, with its place.
fn taken<'a, T>(
    e: &Evaluation,
    list: &'a [Choice<T>],
    conditions: &[Option<NodeId>],
    lead: usize,
) -> Option<(usize, &'a T)> {
    let applies = |condition: &Option<NodeId>| condition.is_none_or(|n| e.answer(n, lead) == Some(true));
    let mut all = list.iter().zip(conditions).enumerate();
    all.find(|(_, (_, c))| applies(c)).map(|(at, (choice, _))| (at, &choice.value))
}

fn day_of(batch: &Batch, field: FieldId, lead: usize) -> Option<Day> {
    match batch.column(field) {
        Column::Date(days) => Some(days[lead]).filter(|d| *d != NO_DAY).map(Day),
        _ => None,
    }
}

/// The day so many working days away: weekends and holidays are stepped over and do not count.
fn business_days(policy: &Policy, start: Day, count: u32, sign: i64) -> Day {
    let mut day = start;
    let mut left = count;
    while left > 0 {
        day = day.plus(sign);
        if !day.is_weekend() && policy.holidays.binary_search(&day).is_err() {
            left -= 1;
        }
    }
    day
}
