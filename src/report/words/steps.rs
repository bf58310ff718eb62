//! What else a policy says, in words: what earns points, when something is due, what brings a lead back, who is needed.

use super::atom::{last, score_name};
use super::value::choices;
use super::{Words, spoken};
use crate::policy::exact::Points;
use crate::policy::field::{Field, FieldType};
use crate::policy::people::Role;
use crate::policy::score::{Band, Criterion, CriterionKind, Group, Per, Score};
use crate::policy::signal::tier_word;
use crate::policy::steps::{Anchor, Due, DueUnit, Revisit, Trigger, TriggerKind, Watched};
use crate::policy::{FieldId, SignalId};
use crate::report::page::{alternatives, capital, counted, listed};

impl Words<'_> {
    /// What earns the points of a criterion: `the care setting is Hospital`, `each demo request, the newest only; halves every 60 days`.
    pub fn criterion(&self, criterion: &Criterion) -> String {
        match &criterion.kind {
            CriterionKind::When(cond) => self.condition(cond),
            CriterionKind::Per(per) => self.per(per),
        }
    }

    fn per(&self, per: &Per) -> String {
        let signal = self.signal(per.signal);
        let mut text = match per.newest {
            Some(1) => format!("the newest {signal}"),
            Some(n) => format!("each of the newest {n} {signal} events"),
            None => format!("each {signal}"),
        };
        text.push_str(&per.within_days.map_or(String::new(), last));
        text.push_str(&per.at_least.map_or(String::new(), |n| format!(", if there are at least {n}")));
        text
    }

    /// How points fade, and down to what: `halves every 60 days: 40, 20, 10, 5, 3, 1`.
    pub fn decay(&self, criterion: &Criterion) -> Option<String> {
        let CriterionKind::Per(per) = &criterion.kind else { return None };
        let days = per.halves_every_days?;
        let steps: Vec<String> = per.steps.iter().map(Points::to_string).collect();
        Some(format!("halves every {}: {}, then nothing", counted(days.into(), "day"), steps.join(", ")))
    }

    /// The limits of a group: `35 points at most`.
    pub fn limits(&self, group: &Group) -> Option<String> {
        match (group.up_to, group.down_to) {
            (Some(cap), Some(floor)) => Some(format!("{cap} points at most, {floor} at least")),
            (Some(cap), None) => Some(format!("{cap} points at most")),
            (None, Some(floor)) => Some(format!("takes no more than {} points away", Points(-floor.0))),
            (None, None) => None,
        }
    }

    /// The points of a band: `70 to 100`, `below 45`.
    pub fn band(&self, score: &Score, at: usize) -> String {
        let above: Option<&Band> = at.checked_sub(1).map(|i| &score.bands[i]);
        match (score.bands[at].at_least, above.and_then(|b| b.at_least)) {
            (Some(low), None) => format!("{low} points or more"),
            (Some(low), Some(high)) => format!("from {low} to below {high}"),
            (None, Some(high)) => format!("below {high} points"),
            (None, None) => "any number of points".to_string(),
        }
    }

    /// How people see a signal.
    pub fn signal(&self, id: SignalId) -> String {
        spoken(&self.policy.signals[id.index()].name)
    }

    /// What counts as a signal: its strength, where it comes from, which events, under which condition.
    pub fn signal_source(&self, id: SignalId) -> String {
        let signal = &self.policy.signals[id.index()];
        let channels: Vec<String> =
            signal.channels.iter().map(|c| self.policy.channels[c.index()].replace('_', " ")).collect();
        let own = signal.events.len() == 1 && signal.events[0] == signal.name;
        let events: Vec<String> = signal.events.iter().map(|e| format!("“{e}”")).collect();
        let events = if own { String::new() } else { format!(", recorded as {}", alternatives(&events)) };
        let when = signal.condition.as_ref().map_or(String::new(), |c| format!(", where {}", self.condition(c)));
        format!("{} signal from {}{events}{when}", tier_word(signal.tier), alternatives(&channels))
    }

    /// Until when something is to be done.
    pub fn due(&self, due: &Due) -> String {
        let unit = match due.unit {
            DueUnit::Days => "day",
            DueUnit::Hours => "hour",
            DueUnit::BusinessDays => "business day",
        };
        let time = counted(due.amount.into(), unit);
        match &due.anchor {
            Anchor::AsOf => format!("within {time}"),
            Anchor::LatestTier(tiers) => {
                let tiers: Vec<&str> = tiers.iter().map(|t| tier_word(*t)).collect();
                format!("{time} after the latest {} signal", alternatives(&tiers))
            }
            Anchor::LatestSignal(signal) => format!("{time} after the latest {}", self.signal(*signal)),
            Anchor::Before(field) => format!("{time} before the {}", self.label(*field)),
        }
    }

    /// When a lead is looked at again.
    pub fn revisit(&self, revisit: &Revisit) -> String {
        match revisit {
            Revisit::InDays(days) => format!("after {}", counted((*days).into(), "day")),
            Revisit::On(field) => format!("on the date of “{}”", self.label(*field)),
        }
    }

    /// What brings a lead back.
    pub fn trigger(&self, trigger: &Trigger) -> String {
        let values = |field: FieldId, list: &[u16]| choices(self.policy.field(field), list, true);
        let text = match &trigger.kind {
            TriggerKind::Signals(signals) => {
                format!("a new {}", alternatives(&signals.iter().map(|s| self.signal(*s)).collect::<Vec<_>>()))
            }
            TriggerKind::NewStakeholder => "a new person joins".to_string(),
            TriggerKind::ChangeOf(field) => format!("the {} changes", self.label(*field)),
            TriggerKind::FromTo { field, from, to } if from.is_empty() => {
                format!("the {} becomes {}", self.label(*field), values(*field, to))
            }
            TriggerKind::FromTo { field, from, to } => {
                format!("the {} goes from {} to {}", self.label(*field), values(*field, from), values(*field, to))
            }
            TriggerKind::Rises(what) => format!("{} rises", self.watched(*what)),
            TriggerKind::Falls(what) => format!("{} falls", self.watched(*what)),
        };
        let when = trigger.when.as_ref().map_or(String::new(), |w| format!(", when {}", self.condition(w)));
        capital(&format!("{text}{when}"))
    }

    fn watched(&self, what: Watched) -> String {
        match what {
            Watched::Field(field) => format!("the {}", self.label(field)),
            Watched::Score(kind) => format!("the band of {}", score_name(kind)),
        }
    }

    /// How people see a field.
    pub fn label(&self, id: FieldId) -> String {
        self.policy.field(id).label.clone()
    }

    /// Who can hold a role, and when it is needed.
    pub fn role(&self, role: &Role) -> (String, String) {
        let from: Vec<&str> = role.from.iter().map(|p| &*self.policy.personas[p.index()].title).collect();
        let needed = match (&role.when, role.optional) {
            (_, true) => "optional".to_string(),
            (Some(when), false) => format!("when {}", self.condition(when)),
            (None, false) => "always".to_string(),
        };
        let expected =
            role.expected_when.as_ref().map_or(String::new(), |c| format!("; expected when {}", self.condition(c)));
        (alternatives(&from), format!("{needed}{expected}"))
    }

    /// What a field holds: its choices, its unit and range, or the kind of value.
    pub fn takes(&self, field: &Field) -> String {
        match &field.ty {
            FieldType::Choice(choices) => format!("one of: {}", all(choices)),
            FieldType::Set(choices) => format!("any of: {}", all(choices)),
            FieldType::Ordered(choices) => format!("in order: {}", all(choices)),
            FieldType::Boolean => "yes or no".to_string(),
            FieldType::Number { unit, low, high } => {
                let unit = unit.as_ref().map_or(String::new(), |u| format!(" of {u}"));
                let range = match (low, high) {
                    (None, None) => String::new(),
                    (low, high) => {
                        let write = |n: i64| super::digits(crate::policy::exact::Number(n));
                        format!(", {}", super::number_range(low.map(|n| n.0), high.map(|n| n.0), &write))
                    }
                };
                format!("a number{unit}{range}")
            }
            FieldType::Date => "a date".to_string(),
            FieldType::Text => "text".to_string(),
        }
    }

    /// Where a question is asked: `on the form, by email or on a call`.
    pub fn asked_on(&self, on: &[String]) -> String {
        let place = |place: &String| match place.as_str() {
            "form" => "on the form".to_string(),
            "email" => "by email".to_string(),
            "call" => "on a call".to_string(),
            other => format!("on {other}"),
        };
        listed(&on.iter().map(place).collect::<Vec<_>>())
    }

    /// `applies when` in words; for every lead where nothing is said.
    pub fn applies(&self) -> String {
        self.policy
            .applies
            .as_ref()
            .map_or("every lead".to_string(), |c| format!("leads for which {}", self.condition(c)))
    }
}

fn all(choices: &[crate::policy::field::Choice]) -> String {
    let name = |c: &crate::policy::field::Choice| {
        if c.otherwise { format!("{} (any other value)", c.label()) } else { c.label() }
    };
    choices.iter().map(name).collect::<Vec<_>>().join(", ")
}
