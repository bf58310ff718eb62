//! What would have to change about a lead for it to reach a route or a stage, in words and as JSON.

use super::gates::label;
use super::unit;
use crate::analysis::moves::Fact;
use crate::analysis::reach::{Change, Goal, Reach, Works};
use crate::engine::decision::Decision;
use crate::policy::exact::Number;
use crate::policy::field::FieldType;
use crate::policy::scenario::Given;
use crate::policy::time::Day;
use crate::policy::{FieldId, Policy, RoleId, SignalId};
use crate::report::diagnostics::Layout;
use crate::report::page::{Cell, Page, Style, alternatives, listed};
use crate::report::words::number_range;
use serde::Serialize;

/// What was found about one lead: its decision as it is, and the values of its fields.
pub struct Reached<'a> {
    pub policy: &'a Policy,
    pub decision: &'a Decision,
    pub goal: Goal,
    pub reach: &'a Reach,
    /// The value of a field as people see it; `None` is not known.
    pub value: &'a dyn Fn(FieldId) -> Option<String>,
}

/// More choices than this are not listed.
const LISTED: usize = 6;

impl Reached<'_> {
    /// For people.
    pub fn human(&self, layout: Layout) -> String {
        let mut page = Page::new(layout);
        let there = self.there();
        page.heading(&format!("{} {}: what leads to {}", unit(self.decision), self.decision.id, self.title()));
        match self.reach {
            Reach::Already => page.line(2, &format!("It {there} already.")),
            Reach::NotTold(why) => page.line(2, &format!("It could not be told what leads there: {why}.")),
            Reach::By { changes, fewest } => {
                let said: Vec<String> = changes.iter().map(|c| self.change(c)).collect();
                page.line(2, &format!("If {}, it {there}.", listed(&said)));
                let more = if changes.len() == 1 { "change does" } else { "changes do" };
                match (fewest, changes.len()) {
                    (true, 1) => {}
                    (true, _) => page.line(2, "No smaller number of changes does."),
                    (false, _) => page.line(2, &format!("Perhaps fewer {more}, too.")),
                }
                page.gap();
                page.rows(2, &changes.iter().map(|c| self.row(c)).collect::<Vec<_>>());
            }
            Reach::Never(facts) if facts.is_empty() => {
                page.line(2, &format!("No lead {there} under this policy, whatever is known of it."));
            }
            Reach::Never(facts) => {
                let said: Vec<String> = facts.iter().map(|f| self.fact(f)).collect();
                page.line(2, &format!("That cannot be reached, because {}.", listed(&said)));
                page.line(
                    2,
                    "Answers that can be asked for, people who come further and events that come do not change it.",
                );
            }
        }
        page.text()
    }

    fn title(&self) -> &str {
        match self.goal {
            Goal::Outcome(outcome) => &self.policy.outcomes[outcome.index()].title,
            Goal::Stage(level) => &self.policy.stages[usize::from(level) - 1].title,
        }
    }

    fn there(&self) -> String {
        match self.goal {
            Goal::Outcome(_) => format!("goes to {}", self.title()),
            Goal::Stage(_) => format!("reaches {}", self.title()),
        }
    }

    fn change(&self, change: &Change) -> String {
        match change {
            Change::Field { field, to, works, .. } => {
                let becomes = if (self.value)(*field).is_some() { "becomes" } else { "is" };
                format!("{} {}", self.policy.field(*field).name, self.works(*field, to, works, becomes))
            }
            Change::Role(role, status) => format!("the {} is {}", self.role(*role), status.word()),
            Change::Events(signals, 1) => format!("a {} comes", self.signals(signals)),
            Change::Events(signals, times) => format!("{times} of {} come", self.signals(signals)),
        }
    }

    fn works(&self, field: FieldId, to: &Given, works: &Works, becomes: &str) -> String {
        let ty = &self.policy.field(field).ty;
        match works {
            Works::Any if becomes == "is" => "is known, whatever it is".to_string(),
            Works::Any => "becomes anything else".to_string(),
            Works::OneOf(list) => {
                let mut names: Vec<String> = list.iter().take(LISTED).map(|v| choice(ty, *v)).collect();
                if list.len() > LISTED {
                    names.push("another".to_string());
                }
                format!("{becomes} {}", alternatives(&names))
            }
            Works::Range(low, high) => format!("{becomes} {}", range(ty, *low, *high)),
            Works::This => format!("{becomes} {}", given(ty, to)),
        }
    }

    /// What changes, what it is now, and how to get there.
    fn row(&self, change: &Change) -> Vec<Cell> {
        let (what, now, how) = match change {
            Change::Field { field, .. } => {
                let declared = self.policy.field(*field);
                let now = (self.value)(*field).map_or("not known".to_string(), |v| format!("now {v}"));
                let question = declared.ask.as_ref().map_or(String::new(), |a| a.question.clone());
                (label(self.policy, &declared.name), now, question)
            }
            Change::Role(role, _) => {
                let verdict = self.decision.verdict.as_ref();
                let status = verdict.map_or("not known", |v| v.committee.roles[role.index()].status);
                (self.role(*role), format!("now {status}"), String::new())
            }
            Change::Events(signals, _) => (self.signals(signals), String::new(), "a signal".to_string()),
        };
        vec![Cell::new(what).styled(Style::Strong), Cell::new(now), Cell::new(how)]
    }

    fn fact(&self, fact: &Fact) -> String {
        match fact {
            Fact::Field(field) => {
                let name = &self.policy.field(*field).name;
                (self.value)(*field).map_or(format!("{name} is not known"), |value| format!("{name} is {value}"))
            }
            Fact::Role(role) => format!("somebody is there as {}", self.role(*role)),
            Fact::Events(signals) => format!("{} has happened", self.signals(signals)),
        }
    }

    fn role(&self, role: RoleId) -> String {
        self.policy.committee.roles[role.index()].label()
    }

    fn signals(&self, signals: &[SignalId]) -> String {
        listed(&signals.iter().map(|s| self.policy.signals[s.index()].label()).collect::<Vec<_>>())
    }
}

fn choice(ty: &FieldType, value: u16) -> String {
    match ty.choices() {
        Some(choices) => choices[usize::from(value)].name.clone(),
        None => if value == 1 { "yes" } else { "no" }.to_string(),
    }
}

fn range(ty: &FieldType, low: Option<i64>, high: Option<i64>) -> String {
    if matches!(ty, FieldType::Date) {
        let day = |n: i64| Day(n as i32).to_string();
        return match (low, high) {
            (Some(low), Some(high)) => format!("between {} and {}", day(low), day(high - 1)),
            (Some(low), None) => format!("{} or later", day(low)),
            (None, Some(high)) => format!("before {}", day(high)),
            (None, None) => "any day".to_string(),
        };
    }
    number_range(low, high.map(|n| n - 1), &|n| Number(n).to_string())
}

fn given(ty: &FieldType, to: &Given) -> String {
    match to {
        Given::Choice(value) => choice(ty, *value),
        Given::Set(members) if members.is_empty() => "empty".to_string(),
        Given::Set(members) => listed(&members.iter().map(|m| choice(ty, *m)).collect::<Vec<_>>()),
        Given::Number(number) => Number(*number).to_string(),
        Given::Day(day) => day.to_string(),
        Given::Text(text) => format!("\"{text}\""),
    }
}

/// What was found, for machines. Keys stand in this order; absent parts are left out.
#[derive(Serialize)]
struct Json<'a> {
    id: &'a str,
    policy: &'a crate::engine::decision::PolicyRef,
    as_of: crate::policy::time::Instant,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<&'a str>,
    /// `already`, `by changes`, `never`, `not told`.
    reach: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    changes: Vec<JsonChange>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fewest: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    in_the_way: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum JsonChange {
    /// `to` is one value that does; `said` tells which others do.
    Field {
        field: String,
        now: Option<String>,
        to: String,
        said: String,
    },
    Role {
        role: String,
        to: &'static str,
        said: String,
    },
    Events {
        signals: Vec<String>,
        times: u32,
        said: String,
    },
}

impl Reached<'_> {
    /// For machines: one object.
    pub fn json(&self) -> String {
        let (outcome, stage) = match self.goal {
            Goal::Outcome(outcome) => (Some(self.policy.outcomes[outcome.index()].name.as_str()), None),
            Goal::Stage(level) => (None, Some(self.policy.stage_name(level))),
        };
        let mut json = Json {
            id: &self.decision.id,
            policy: &self.decision.policy,
            as_of: self.decision.as_of,
            outcome,
            stage,
            reach: "already",
            changes: Vec::new(),
            fewest: None,
            in_the_way: None,
            why: None,
        };
        match self.reach {
            Reach::Already => {}
            Reach::By { changes, fewest } => {
                json.reach = "by changes";
                json.changes = changes.iter().map(|c| self.json_change(c)).collect();
                json.fewest = Some(*fewest);
            }
            Reach::Never(facts) => {
                json.reach = "never";
                json.in_the_way = Some(facts.iter().map(|f| self.fact(f)).collect());
            }
            Reach::NotTold(why) => {
                json.reach = "not told";
                json.why = Some(*why);
            }
        }
        serde_json::to_string_pretty(&json).unwrap_or_default() + "\n"
    }

    fn json_change(&self, change: &Change) -> JsonChange {
        let said = self.change(change);
        match change {
            Change::Field { field, to, .. } => {
                let declared = self.policy.field(*field);
                let (now, to) = ((self.value)(*field), given(&declared.ty, to));
                JsonChange::Field { field: declared.name.clone(), now, to, said }
            }
            Change::Role(role, status) => {
                let role = self.policy.committee.roles[role.index()].name.clone();
                JsonChange::Role { role, to: status.word(), said }
            }
            Change::Events(signals, times) => {
                let names = signals.iter().map(|s| self.policy.signals[s.index()].name.clone());
                JsonChange::Events { signals: names.collect(), times: *times, said }
            }
        }
    }
}
