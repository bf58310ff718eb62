//! What conditions saw, and why they did not hold, read from the columns they were evaluated from.

use super::decision::{Evidence, Reason, Truth};
use super::evaluate::{Engine, Evaluation};
use super::facts::{Batch, EventFact};
use super::shown::shown;
use crate::policy::condition::Layer;
use crate::policy::people::RoleStatus;
use crate::policy::score::Per;
use crate::policy::time::DAY_MICROS;
use crate::policy::{Atom, FieldId, ScoreKind, SignalId};
use crate::program::{NodeId, Op, Shape, Why};

/// More events than this are not listed for a condition; the ledger lists all that earned points.
const EVENTS: usize = 5;

/// One lead of an evaluated batch.
#[derive(Clone, Copy)]
pub(super) struct Seen<'a> {
    pub engine: &'a Engine<'a>,
    pub e: &'a Evaluation,
    pub batch: &'a Batch,
    pub lead: usize,
}

impl Truth {
    /// From an answer; `None` is unknown.
    pub fn of(answer: Option<bool>) -> Truth {
        match answer {
            Some(true) => Truth::Yes,
            Some(false) => Truth::No,
            None => Truth::Unknown,
        }
    }
}

impl Seen<'_> {
    pub fn answer(&self, node: NodeId) -> Option<bool> {
        self.e.answer(node, self.lead)
    }

    /// The parts of a condition that were not true.
    pub fn reasons(&self, why: &Why) -> Vec<Reason> {
        let mut found = Vec::new();
        self.collect(why, &mut found);
        found
    }

    fn collect(&self, why: &Why, found: &mut Vec<Reason>) {
        match why.shape {
            Shape::Leaf => found.push(Reason {
                condition: why.text.to_string(),
                is: Truth::of(self.answer(why.node)),
                evidence: self.of_nodes(&why.atoms),
            }),
            Shape::All | Shape::Any => {
                for part in &why.parts {
                    if why.shape == Shape::Any || self.answer(part.node) != Some(true) {
                        self.collect(part, found);
                    }
                }
            }
        }
    }

    /// What some questions saw, without repeats.
    pub fn of_nodes(&self, nodes: &[NodeId]) -> Vec<Evidence> {
        let mut found: Vec<Evidence> = Vec::new();
        for node in nodes {
            if let Op::Atom(atom) = &self.engine.program.node(*node).op {
                self.atom(*node, atom).into_iter().for_each(|e| add(&mut found, e));
            }
        }
        found
    }

    fn atom(&self, node: NodeId, atom: &Atom) -> Vec<Evidence> {
        let policy = self.engine.policy;
        vec![match atom {
            Atom::Field(field, _) => {
                Evidence::Field { field: policy.field(*field).name.clone(), value: self.value(*field) }
            }
            Atom::Count { signals, within_days, .. } => return self.counted(signals, *within_days),
            Atom::Role(role, _) => {
                let status = self.e.statuses[role.index()][self.lead];
                let better = if status.high > status.low { " or better" } else { "" };
                let role = policy.committee.roles[role.index()].name.clone();
                Evidence::Role { role, status: format!("{}{better}", status.low.word()) }
            }
            Atom::RoleCount { at_least, .. } => self.role_count(*at_least),
            Atom::CommitteeComplete => {
                computed("committee", completeness(Truth::of(self.e.committee.get(self.lead))).to_string())
            }
            Atom::Score(kind, _) => self.score(*kind),
            Atom::Icp(_) => computed("icp", self.e.icp[self.lead].word().to_string()),
            Atom::Checklist(list) => {
                let name = &policy.checklists[list.index()].name;
                computed(name, completeness(Truth::of(self.answer(node))).to_string())
            }
            Atom::Stage { .. } => computed("stage", policy.stage_name(self.e.stages[self.lead]).to_string()),
            Atom::Route(_) if self.engine.program.node(node).layer >= Layer::Route => {
                let outcome = self.e.routes[self.lead].outcome;
                computed("route", policy.outcomes[outcome.index()].name.clone())
            }
            Atom::Route(_) | Atom::PreviousRoute(_) | Atom::Attribute(..) => return Vec::new(),
        }]
    }

    /// Points and band of a score.
    pub fn score(&self, kind: ScoreKind) -> Evidence {
        let points = self.e.score(kind, self.lead);
        let score = self.engine.policy.score(kind);
        computed(kind.name(), format!("{points} ({})", score.bands[score.band(points)].name))
    }

    fn role_count(&self, wanted: RoleStatus) -> Evidence {
        let count = |up: fn(&super::people::Status) -> RoleStatus| {
            self.e.statuses.iter().filter(|r| up(&r[self.lead]) >= wanted).count()
        };
        let (least, most) = (count(|s| s.low), count(|s| s.high));
        let value = if least == most { least.to_string() } else { format!("{least} to {most}") };
        computed(&format!("{} roles", wanted.word()), value)
    }

    fn counted(&self, signals: &[SignalId], within_days: Option<u32>) -> Vec<Evidence> {
        let found = self.events(signals, within_days);
        if found.is_empty() {
            return vec![self.no_events(signals)];
        }
        found.iter().take(EVENTS).map(|(event, days)| self.event(signals, event, *days)).collect()
    }

    /// The events that a `per` criterion counted; says so where there are none.
    pub fn counted_by(&self, per: &Per) -> Vec<Evidence> {
        let signals = [per.signal];
        let mut found = self.events(&signals, per.within_days);
        if per.at_least.is_some_and(|n| found.len() < n as usize) {
            found.clear();
        }
        found.truncate(per.newest.map_or(usize::MAX, |n| n as usize));
        if found.is_empty() {
            return vec![self.no_events(&signals)];
        }
        found.iter().map(|(event, days)| self.event(&signals, event, *days)).collect()
    }

    /// Events of some signals in a window, newest first, with their full days of age.
    fn events(&self, signals: &[SignalId], within_days: Option<u32>) -> Vec<(EventFact, i64)> {
        let longest = within_days.map_or(i64::MAX, |d| i64::from(d) * DAY_MICROS);
        let age = |event: &EventFact| self.engine.as_of.0.saturating_sub(event.at.0);
        let is = |event: &EventFact| self.batch.kind(event.kind).iter().any(|s| signals.contains(s));
        let events = self.batch.events().of(self.lead).iter();
        events.filter(|e| (0..longest).contains(&age(e)) && is(e)).map(|e| (*e, age(e) / DAY_MICROS)).collect()
    }

    fn event(&self, asked: &[SignalId], event: &EventFact, days: i64) -> Evidence {
        let signal = self.batch.kind(event.kind).iter().find(|s| asked.contains(s));
        let name = signal.map(|s| self.engine.policy.signals[s.index()].name.clone()).unwrap_or_default();
        Evidence::Event { signal: name, at: event.at, days }
    }

    fn no_events(&self, signals: &[SignalId]) -> Evidence {
        let names: Vec<&str> = signals.iter().map(|s| self.engine.policy.signals[s.index()].name.as_str()).collect();
        let count = self.e.behaviour[self.lead].then_some(0);
        Evidence::Signals { signals: names.join(" or "), count }
    }

    /// The value of a field as policies name it; `None` is unknown.
    pub fn value(&self, field: FieldId) -> Option<String> {
        shown(self.engine.policy, self.batch, self.lead, field, |choice| choice.name.clone())
    }
}

/// Adds evidence that is not there yet.
pub(super) fn add(found: &mut Vec<Evidence>, one: Evidence) {
    if !found.contains(&one) {
        found.push(one);
    }
}

fn computed(name: &str, value: String) -> Evidence {
    Evidence::Computed { name: name.to_string(), value }
}

fn completeness(complete: Truth) -> &'static str {
    match complete {
        Truth::Yes => "complete",
        Truth::No => "incomplete",
        Truth::Unknown => "unknown",
    }
}
