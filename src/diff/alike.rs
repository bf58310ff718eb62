//! Whether two conditions say the same, whatever the order and the spelling.
//!
//! A condition is written down by names, with parts and values sorted. That makes conditions of two policies comparable, whose fields and signals stand at
//! different places. A band stands for itself, not for its threshold: moving a threshold is one change, not one of each condition that names the band.

use crate::lint;
use crate::policy::condition::{CountRange, DateTest, NumberRange, PointsRange, Test, TextTest};
use crate::policy::field::Field;
use crate::policy::{Atom, Cond, CondKind, Policy, SignalId};
use crate::source::Span;
use std::collections::HashMap;

/// What conditions say, by their places.
#[derive(Debug, Default)]
pub(super) struct Conditions {
    by_place: HashMap<Span, String>,
}

impl Conditions {
    /// All conditions of policies that share one map of sources.
    pub fn of(policies: &[&Policy]) -> Conditions {
        let mut by_place = HashMap::new();
        for policy in policies {
            let written = Written { policy };
            by_place.extend(lint::uses_of(policy).into_iter().map(|u| (u.cond.span, written.cond(u.cond))));
        }
        Conditions { by_place }
    }

    /// What the condition at a place says; `None` for a part of a condition.
    pub fn said(&self, place: Span) -> Option<&str> {
        self.by_place.get(&place).map(String::as_str)
    }
}

struct Written<'p> {
    policy: &'p Policy,
}

impl Written<'_> {
    fn cond(&self, cond: &Cond) -> String {
        match &cond.kind {
            CondKind::Always(value) => format!("always {value}"),
            CondKind::All(parts) => self.parts("all", parts),
            CondKind::Any(parts) => self.parts("any", parts),
            CondKind::Not(inner) => format!("not({})", self.cond(inner)),
            CondKind::Confirmed(inner) => format!("confirmed({})", self.cond(inner)),
            CondKind::Unconfirmed(inner) => format!("unconfirmed({})", self.cond(inner)),
            CondKind::Define(id) => format!("define {}", self.policy.defines[id.index()].name),
            CondKind::Atom(atom) => self.atom(atom, cond),
        }
    }

    fn parts(&self, word: &str, parts: &[Cond]) -> String {
        let mut parts: Vec<String> = parts.iter().map(|p| self.cond(p)).collect();
        parts.sort();
        parts.dedup();
        format!("{word}({})", parts.join("; "))
    }

    fn atom(&self, atom: &Atom, cond: &Cond) -> String {
        let policy = self.policy;
        let outcomes =
            |list: &[crate::policy::OutcomeId]| sorted(list.iter().map(|o| policy.outcomes[o.index()].name.as_str()));
        match atom {
            Atom::Field(id, test) => test_of(&policy.fields[id.index()], test),
            Atom::Attribute(id, test) => test_of(&policy.attributes[id.index()], test),
            Atom::Count { signals, within_days, range } => {
                format!("count {} within {within_days:?} {}", self.signals(signals, cond), count(range))
            }
            Atom::Role(id, status) => format!("role {} {}", policy.committee.roles[id.index()].name, status.word()),
            Atom::RoleCount { at_least, range } => format!("roles {} {}", at_least.word(), count(range)),
            Atom::CommitteeComplete => "committee complete".to_string(),
            Atom::Score(kind, range) => format!("{} {}", kind.name(), self.points(*kind, range, cond)),
            Atom::Icp(status) => format!("icp {}", status.word()),
            Atom::Checklist(id) => format!("checklist {}", policy.checklists[id.index()].name),
            Atom::Stage { low, high } => format!("stage {}..{}", policy.stage_name(*low), policy.stage_name(*high)),
            Atom::Route(list) => format!("route {}", outcomes(list)),
            Atom::PreviousRoute(list) => format!("previous route {}", outcomes(list)),
        }
    }

    /// Signals by name; those of a tier by the words of the condition, which stand for whatever signals there are.
    fn signals(&self, signals: &[SignalId], cond: &Cond) -> String {
        match signals {
            [one] => self.policy.signals[one.index()].name.clone(),
            _ => cond.text.split_whitespace().filter(|w| ["high", "mid", "low", "negative"].contains(w)).collect(),
        }
    }

    /// The ends of a range, as bands where the condition names bands.
    fn points(&self, kind: crate::policy::ScoreKind, range: &PointsRange, cond: &Cond) -> String {
        let bands = &self.policy.score(kind).bands;
        let words: Vec<&str> = cond.text.split(|c: char| !(c.is_alphanumeric() || c == '_')).collect();
        if bands.iter().any(|b| words.contains(&b.name.as_str())) {
            return words.join(" ");
        }
        format!("{:?}..{:?}", range.low.map(|p| p.0), range.high.map(|p| p.0))
    }
}

fn sorted<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    names.join(",")
}

fn count(range: &CountRange) -> String {
    format!("{}..{:?}", range.low, range.high)
}

fn test_of(field: &Field, test: &Test) -> String {
    let name = &field.name;
    let choices = |list: &[u16]| match field.ty.choices() {
        Some(choices) => sorted(list.iter().map(|i| choices[usize::from(*i)].name.as_str())),
        None => format!("{list:?}"),
    };
    match test {
        Test::Known => format!("{name} known"),
        Test::Choice(list) => format!("{name} in {}", choices(list)),
        Test::Number(ranges) => format!("{name} in {}", ranges.iter().map(number).collect::<Vec<_>>().join(",")),
        Test::Date(DateTest::Range { low, high }) => format!("{name} in {low:?}..{high:?}"),
        Test::Date(DateTest::WithinLast(days)) => format!("{name} last {days}"),
        Test::Date(DateTest::WithinNext(days)) => format!("{name} next {days}"),
        Test::HasAny(list) => format!("{name} has any {}", choices(list)),
        Test::HasAll(list) => format!("{name} has all {}", choices(list)),
        Test::Empty => format!("{name} empty"),
        Test::Text(test) => format!("{name} {}", text(test)),
    }
}

fn number(range: &NumberRange) -> String {
    format!("{:?}..{:?}", range.low, range.high)
}

fn text(test: &TextTest) -> String {
    let any = |list: &[String]| {
        let mut list: Vec<String> = list.iter().map(|t| t.to_ascii_lowercase()).collect();
        list.sort();
        format!("{list:?}")
    };
    match test {
        TextTest::Is(list) => format!("is {}", any(list)),
        TextTest::MatchesAny(list) => format!("matches {}", any(list)),
        TextTest::Contains(part) => format!("contains {part:?}"),
        TextTest::StartsWith(part) => format!("starts with {part:?}"),
        TextTest::EndsWith(part) => format!("ends with {part:?}"),
    }
}
