//! Stages, and what happens next.

use super::lead::Value;
use super::{Case, truth};
use rubric::engine::decision::{NextStep, RiskResult, StageResult, Unmet, When};
use rubric::policy::steps::{Anchor, Choice, Due, DueUnit, FallBack, Revisit};
use rubric::policy::time::{Day, HOUR_MICROS, Instant};
use rubric::policy::{BuiltIn, FieldId, OutcomeId, Requirement, SignalId};

impl<'a> Case<'a> {
    /// The level the CRM states, where it states one: 0 is `none`.
    fn current(&self) -> Option<u16> {
        match self.lead.fields[BuiltIn::CurrentStage as usize] {
            Value::Choice(stage) => Some(stage + 1),
            _ => None,
        }
    }

    /// Climbs the stages, then falls back; gives the last fall.
    pub fn find_level(&mut self) -> Option<&'a FallBack> {
        let policy = self.policy;
        self.level = 0;
        for (at, stage) in (0_u16..).zip(&policy.stages) {
            // Here `stage` means the stages passed so far.
            let passed = stage.require.iter().all(|r| self.holds(&r.condition) == Some(true));
            if at >= self.current().unwrap_or(0) && !passed {
                break;
            }
            self.level = at + 1;
        }
        let mut last = None;
        // A fall back looks at the stage the lead would have, again after each fall; each leads down, so this ends.
        while let Some(stage) = self.level.checked_sub(1) {
            let ways = &policy.stages[usize::from(stage)].fall_back;
            let Some(fall) = ways.iter().find(|f| self.holds(&f.when) == Some(true)) else { break };
            self.level = fall.to;
            last = Some(fall);
        }
        last
    }

    /// The case as the gate of a stage sees it: `stage` means the stages before it.
    pub fn at_gate(&self, stage: u16) -> Case<'a> {
        Case { level: stage, ..*self }
    }

    /// Requirements that are not met, as the gate of their stage sees them.
    pub fn unmet(&self, stage: u16, requirements: &[Requirement]) -> Vec<Unmet> {
        let gate = self.at_gate(stage);
        gate.not_true(requirements)
    }

    /// Requirements that are false or unknown.
    pub fn not_true(&self, requirements: &[Requirement]) -> Vec<Unmet> {
        let all = requirements.iter().map(|r| (r, self.holds(&r.condition)));
        all.filter(|(_, answer)| *answer != Some(true))
            .map(|(r, answer)| Unmet {
                id: r.id.clone(),
                condition: r.condition.text.to_string(),
                is: truth(answer),
                because: r.because.as_ref().map(|b| b.to_string()),
                evidence: Vec::new(),
                asks: Vec::new(),
            })
            .collect()
    }

    /// Where the lead stands. What keeps it is all listed as open: whether something can still be met is a bound.
    pub fn stage(&self, fall: Option<&FallBack>) -> StageResult {
        let stages = &self.policy.stages;
        let next = stages.get(usize::from(self.level));
        let current = self.current();
        let change = match self.level.cmp(&current.unwrap_or(0)) {
            std::cmp::Ordering::Greater => "advance",
            std::cmp::Ordering::Equal => "hold",
            std::cmp::Ordering::Less => "fall_back",
        };
        let behind = (0..current.unwrap_or(0)).flat_map(|s| self.unmet(s, &stages[usize::from(s)].require));
        StageResult {
            reached: self.policy.stage_name(self.level).to_string(),
            current: current.map(|c| self.policy.stage_name(c).to_string()),
            change,
            next: next.map(|s| s.name.clone()),
            blockers: Vec::new(),
            open: next.map_or(Vec::new(), |s| self.unmet(self.level, &s.require)),
            advised: next.map_or(Vec::new(), |s| self.unmet(self.level, &s.should)),
            slipped: behind.collect(),
            fell_back_because: fall.map(|f| f.when.text.to_string()),
        }
    }

    /// What happens next to a lead with this outcome.
    pub fn next_step(&self, outcome: OutcomeId) -> NextStep {
        let outcome = &self.policy.outcomes[outcome.index()];
        let items = outcome.checks.iter().flat_map(|list| &self.policy.checklists[list.index()].items);
        let open = items.filter(|(_, cond)| self.holds(cond) != Some(true));
        NextStep {
            action: self.taken(&outcome.next).expect("the last next step always applies").clone(),
            owner: self.taken(&outcome.owner).expect("the last owner always applies").clone(),
            due: self.due(self.taken(&outcome.due).expect("the last due time always applies")),
            revisit: self.taken(&outcome.revisit).and_then(|revisit| match revisit {
                Revisit::InDays(days) => Some(When::Day(Day(self.today().0 + *days as i32))),
                Revisit::On(field) => self.day_of(*field).map(When::Day),
            }),
            open_items: open.map(|(item, _)| item.clone()).collect(),
        }
    }

    /// The risks that are there.
    pub fn risks(&self) -> Vec<RiskResult> {
        let there = self.policy.risks.iter().filter(|r| self.holds(&r.condition) == Some(true));
        there.map(|r| RiskResult { risk: r.title.clone(), owner: r.owner.clone() }).collect()
    }

    fn taken<'c, T>(&self, choices: &'c [Choice<T>]) -> Option<&'c T> {
        choices.iter().find(|c| self.applies(c.when.as_ref())).map(|c| &c.value)
    }

    fn day_of(&self, field: FieldId) -> Option<Day> {
        match self.lead.fields[field.index()] {
            Value::Day(day) => Some(day),
            _ => None,
        }
    }

    fn due(&self, due: &Due) -> When {
        let (from, step) = match &due.anchor {
            Anchor::AsOf => (self.as_of, 1),
            Anchor::LatestSignal(signal) => (self.latest(&[*signal]), 1),
            Anchor::LatestTier(tiers) => {
                let signals = self.policy.signals.iter().zip(0..);
                let meant: Vec<SignalId> =
                    signals.filter(|(s, _)| tiers.contains(&s.tier)).map(|(_, i)| SignalId(i)).collect();
                (self.latest(&meant), 1)
            }
            Anchor::Before(field) => match self.day_of(*field) {
                Some(day) => (day.start(self.policy.offset), -1),
                None => (self.as_of, 1),
            },
        };
        let day = from.day(self.policy.offset);
        match due.unit {
            DueUnit::Hours => When::Instant(Instant(from.0 + step * i64::from(due.amount) * HOUR_MICROS)),
            DueUnit::Days => When::Day(Day(day.0 + step as i32 * due.amount as i32)),
            DueUnit::BusinessDays => When::Day(self.working_days(day, due.amount, step as i32)),
        }
    }

    fn latest(&self, signals: &[SignalId]) -> Instant {
        let events = self.lead.events.as_deref().unwrap_or_default();
        self.recent(events, signals, None).first().map_or(self.as_of, |event| event.at)
    }

    /// The day so many working days away; weekends and holidays do not count.
    fn working_days(&self, from: Day, count: u32, step: i32) -> Day {
        let mut day = from;
        let mut left = count;
        while left > 0 {
            day = Day(day.0 + step);
            if !day.is_weekend() && !self.policy.holidays.contains(&day) {
                left -= 1;
            }
        }
        day
    }
}
