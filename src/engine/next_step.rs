//! What happens next: action, owner, due and revisit times of the outcome a lead is routed to.

use super::atoms;
use super::decision::{NextStep, RiskResult, When};
use super::evaluate::{Engine, Evaluation};
use super::facts::{Batch, Column, NO_DAY};
use crate::policy::steps::{Anchor, Choice, Due, DueUnit, Revisit};
use crate::policy::time::{Day, HOUR_MICROS, Instant};
use crate::policy::{FieldId, Policy, SignalId};
use crate::program::NodeId;

impl Engine<'_> {
    /// The next step of one lead.
    pub fn next_step(&self, e: &Evaluation, batch: &Batch, lead: usize) -> NextStep {
        let outcome = e.routes[lead].outcome;
        let (decl, plan) = (&self.policy.outcomes[outcome.index()], &self.program.outcomes[outcome.index()]);
        let action = taken(e, &decl.next, &plan.next, lead).cloned().unwrap_or_default();
        let owner = taken(e, &decl.owner, &plan.owner, lead).cloned().unwrap_or_default();
        let due = taken(e, &decl.due, &plan.due, lead);
        let revisit = taken(e, &decl.revisit, &plan.revisit, lead);
        NextStep {
            action,
            owner,
            due: due.map_or(When::Instant(self.as_of), |d| self.due(d, batch, lead)),
            revisit: revisit.and_then(|r| self.revisit(r, batch, lead)),
            open_items: self.open_items(e, &decl.checks, lead),
        }
    }

    /// The risks that are there, in order.
    pub fn risks(&self, e: &Evaluation, lead: usize) -> Vec<RiskResult> {
        let there =
            self.policy.risks.iter().zip(&self.program.risks).filter(|(_, n)| e.answer(**n, lead) == Some(true));
        there.map(|(r, _)| RiskResult { risk: r.title.clone(), owner: r.owner.clone() }).collect()
    }

    fn open_items(&self, e: &Evaluation, checks: &[crate::policy::ChecklistId], lead: usize) -> Vec<String> {
        let mut open = Vec::new();
        for list in checks {
            let items = self.policy.checklists[list.index()].items.iter().zip(&self.program.checklists[list.index()]);
            let missing = items.filter(|(_, n)| e.answer(**n, lead) != Some(true));
            open.extend(missing.map(|((item, _), _)| item.clone()));
        }
        open
    }

    fn due(&self, due: &Due, batch: &Batch, lead: usize) -> When {
        let amount = i64::from(due.amount);
        let (start, backwards) = self.anchor(&due.anchor, batch, lead);
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

/// The first alternative that applies.
fn taken<'a, T>(e: &Evaluation, list: &'a [Choice<T>], conditions: &[Option<NodeId>], lead: usize) -> Option<&'a T> {
    let applies = |condition: &Option<NodeId>| condition.is_none_or(|n| e.answer(n, lead) == Some(true));
    list.iter().zip(conditions).find(|(_, c)| applies(c)).map(|(choice, _)| &choice.value)
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
