//! A possible lead as people read it, and as a test of the language that brings it back.
//!
//! A test says less than a lead can be: it always supplies behaviour and contacts, its sets are whole, and each of its events is one signal. What
//! goes beyond that is told in words only.

use super::lead::Lead;
use crate::engine::facts::SetState;
use crate::engine::{Decider, Engine};
use crate::format;
use crate::policy::exact::Number;
use crate::policy::field::Field;
use crate::policy::scenario::Given;
use crate::policy::time::{DAY_MICROS, Instant};
use crate::policy::{FieldId, Policy, SignalId};
use crate::program::Program;
use crate::source::SourceMap;
use crate::syntax;

/// A test to be written.
#[derive(Clone, Debug)]
pub struct TestText<'a> {
    pub title: &'a str,
    pub as_of: Instant,
    pub lead: &'a Lead,
    /// Comments before what is expected, a line each.
    pub notes: &'a [String],
    /// Conditions that are expected to hold, as they are written.
    pub expect: &'a [String],
}

impl TestText<'_> {
    /// The whole block in canonical layout; `None` where a test cannot say what the lead is.
    pub fn write(&self, policy: &Policy) -> Option<String> {
        if !self.lead.fits_a_test() {
            return None;
        }
        // Most choices can be written as they are called; one that the language has another use for stands in quotes.
        [false, true].into_iter().find_map(|quoted| laid_out(self.text(policy, quoted)))
    }

    fn text(&self, policy: &Policy, quoted: bool) -> String {
        let mut text = format!("test {} {{\n  as of {}\n", quote(self.title), moment(self.as_of));
        self.lead.given(policy, quoted).iter().for_each(|line| text.push_str(&format!("  {line}\n")));
        self.notes.iter().for_each(|note| text.push_str(&format!("  # {}\n", one_line(note))));
        text.push_str(&format!("  expect {}\n}}\n", self.expect.join(", ")));
        text
    }
}

impl Lead {
    /// Whether a test can say all that this lead is.
    pub fn fits_a_test(&self) -> bool {
        let whole = self.fields.iter().all(|(_, _, state)| *state != SetState::Open);
        whole && self.events_supplied && self.contacts_supplied && self.events.iter().all(|(s, _)| s.len() == 1)
    }

    /// The lead as lines of a test, `given` first in each. Choices stand in quotes if wanted.
    fn given(&self, policy: &Policy, quoted: bool) -> Vec<String> {
        let mut lines = Vec::new();
        if !self.fields.is_empty() {
            let field = |(id, given, _): &(FieldId, Given, SetState)| {
                let field = policy.field(*id);
                format!("{}: {}", field.name, written(field, given, quoted))
            };
            lines.push(format!("given {{ {} }}", self.fields.iter().map(field).collect::<Vec<_>>().join(", ")));
        }
        if !self.roles.is_empty() {
            let role = |(id, status): &(crate::policy::RoleId, crate::policy::people::RoleStatus)| {
                format!("role {} {}", policy.committee.roles[id.index()].name, status.word())
            };
            lines.push(format!("given {}", self.roles.iter().map(role).collect::<Vec<_>>().join(", ")));
        }
        for (signals, ages) in self.by_signals() {
            let times: Vec<String> = ages.iter().map(|age| format!("{} days ago", age / DAY_MICROS)).collect();
            lines.push(format!("given signal {} {}", policy.signals[signals[0].index()].name, times.join(", ")));
        }
        lines
    }

    /// The lead in words, a line each.
    pub fn said(&self, policy: &Policy) -> Vec<String> {
        let mut lines = Vec::new();
        let field = |(id, given, state): &(FieldId, Given, SetState)| {
            let field = policy.field(*id);
            let more = if *state == SetState::Open { ", and something not recognised" } else { "" };
            format!("{} is {}{more}", field.label, spoken(field, given))
        };
        lines.extend(self.fields.iter().map(field));
        for (id, status) in &self.roles {
            lines.push(format!("{} is {}", policy.committee.roles[id.index()].label(), status.word()));
        }
        for (signals, ages) in self.by_signals() {
            let names: Vec<String> = signals.iter().map(|s| policy.signals[s.index()].label()).collect();
            let days: Vec<String> = ages.iter().map(|age| ago(age / DAY_MICROS)).collect();
            let at_once = if names.len() > 1 { ", in one event" } else { "" };
            lines.push(format!("{}{at_once}: {}", names.join(" and "), days.join(", ")));
        }
        if !self.events_supplied && !policy.signals.is_empty() {
            lines.push("it is not known what the lead has done".to_string());
        }
        if !self.contacts_supplied && !policy.committee.roles.is_empty() {
            lines.push("it is not known who is involved".to_string());
        }
        lines.push(match lines.is_empty() {
            true => "a lead of which nothing is known".to_string(),
            false => "nothing else is known, or was done".to_string(),
        });
        lines
    }

    /// What the policy decides about the lead, in one line.
    pub fn comes_to(&self, policy: &Policy, program: &Program, as_of: Instant) -> String {
        let batch = self.batch(policy, as_of);
        let decider = Decider::new(Engine::new(policy, program, as_of));
        let evaluation = decider.engine().evaluate(&batch);
        let decision = decider.decision_without_questions(&evaluation, &batch, 0, false);
        let Some(verdict) = decision.verdict else { return "the lead is out of scope".to_string() };
        let mut parts = vec![
            format!("fit is {}, {}", verdict.fit.points, verdict.fit.band),
            format!("intent is {}, {}", verdict.intent.points, verdict.intent.band),
        ];
        if !policy.icp.is_empty() {
            parts.push(format!("icp is {}", verdict.icp.status));
        }
        if !policy.stages.is_empty() {
            parts.push(format!("stage is {}", verdict.stage.reached));
        }
        parts.push(format!("route is {} by {}", verdict.route.outcome, verdict.route.rule));
        parts.join("; ")
    }

    /// Events by the signals they are, in order, with their ages from new to old.
    fn by_signals(&self) -> Vec<(&[SignalId], Vec<i64>)> {
        let mut all: Vec<(&[SignalId], Vec<i64>)> = Vec::new();
        for (signals, age) in &self.events {
            match all.iter_mut().find(|(known, _)| known == signals) {
                Some((_, ages)) => ages.push(*age),
                None => all.push((signals, vec![*age])),
            }
        }
        all.iter_mut().for_each(|(_, ages)| ages.sort_unstable());
        all
    }
}

/// A value as policies write it.
fn written(field: &Field, given: &Given, quoted: bool) -> String {
    let choice = |at: u16| match field.ty.choices() {
        None => if at == 1 { "yes" } else { "no" }.to_string(),
        Some(list) => {
            let name = list.get(usize::from(at)).map_or("", |c| c.name.as_str());
            if quoted { quote(name) } else { name.to_string() }
        }
    };
    match given {
        Given::Choice(at) => choice(*at),
        Given::Set(members) => format!("[{}]", members.iter().map(|m| choice(*m)).collect::<Vec<_>>().join(", ")),
        Given::Number(number) => Number(*number).to_string(),
        Given::Day(day) => day.to_string(),
        Given::Text(text) => quote(text),
    }
}

/// A value as people say it.
fn spoken(field: &Field, given: &Given) -> String {
    let choice = |at: u16| match field.ty.choices() {
        None => if at == 1 { "yes" } else { "no" }.to_string(),
        Some(list) => list.get(usize::from(at)).map_or(String::new(), |c| c.label()),
    };
    match given {
        Given::Choice(at) => choice(*at),
        Given::Set(members) if members.is_empty() => "empty".to_string(),
        Given::Set(members) => members.iter().map(|m| choice(*m)).collect::<Vec<_>>().join(" and "),
        Given::Text(text) => format!("“{text}”"),
        other => written(field, other, false),
    }
}

fn ago(days: i64) -> String {
    match days {
        0 => "today".to_string(),
        1 => "yesterday".to_string(),
        days => format!("{days} days ago"),
    }
}

/// An instant as short as it can be written: seconds only where there are some.
fn moment(at: Instant) -> String {
    let text = at.to_string();
    match text.strip_suffix(":00Z") {
        Some(minutes) => format!("{minutes}Z"),
        None => text,
    }
}

/// A text in the quotes of the language.
fn quote(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A comment ends with its line.
fn one_line(text: &str) -> String {
    text.split(['\n', '\r']).collect::<Vec<_>>().join(" ")
}

/// The text as the formatter writes it; `None` if it cannot be read.
fn laid_out(text: String) -> Option<String> {
    let mut sources = SourceMap::default();
    let file = sources.add("test", text);
    let (_, found) = syntax::parse(file, sources.file(file));
    if !found.is_empty() {
        return None;
    }
    format::format(file, sources.file(file)).ok().map(|formatted| formatted.text)
}
