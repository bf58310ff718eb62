//! Edits in conditions: `and` and `or`, comparisons, thresholds, windows.

use super::Change;
use super::limits::{Domain, Limits};
use super::walk::Walk;
use crate::policy::condition::{CountRange, DateTest, NumberRange, PointsRange, Test};
use crate::policy::exact::Points;
use crate::policy::field::FieldType;
use crate::policy::time::Day;
use crate::policy::{Atom, Cond, CondKind, FieldId, ScoreKind};
use crate::scenario::tokens::{Token, before, within};
use crate::source::Span;

impl<'p> Walk<'p> {
    /// Everything that can be edited in a condition.
    pub(super) fn condition(&mut self, cond: &mut Cond) {
        match &mut cond.kind {
            CondKind::Always(_) | CondKind::Define(_) => {}
            CondKind::Not(inner) | CondKind::Confirmed(inner) | CondKind::Unconfirmed(inner) => self.condition(inner),
            CondKind::All(_) | CondKind::Any(_) => self.joined(cond),
            CondKind::Atom(atom) => {
                if let Some(kind) = self.atom(cond.span, atom) {
                    cond.kind = kind;
                }
            }
        }
    }

    /// One `and` as `or`, or one `or` as `and`; `and` binds tighter, as in the text.
    fn joined(&mut self, cond: &mut Cond) {
        let (all, parts) = match &mut cond.kind {
            CondKind::All(parts) => (true, parts),
            CondKind::Any(parts) => (false, parts),
            _ => return,
        };
        let (word, other) = if all { ("and", "or") } else { ("or", "and") };
        let spans: Vec<Span> = parts.iter().map(|p| p.span).collect();
        for at in 1..spans.len() {
            let Some(token) = self.between(spans[at - 1], spans[at], word) else {
                // No word stands between parts that one comparison was taken apart into, such as `fit in [good, strong]`.
                return;
            };
            if self.offer(Change::Connective, token, other) {
                let parts = std::mem::take(parts);
                cond.kind = if all { part_at(parts, at) } else { join_at(parts, at) };
                return;
            }
        }
        parts.iter_mut().for_each(|part| self.condition(part));
    }

    fn between(&self, left: Span, right: Span, word: &str) -> Option<Token<'p>> {
        let gap = (left.file == right.file && left.end <= right.start).then_some(Span {
            file: left.file,
            start: left.end,
            end: right.start,
        })?;
        within(self.sources, gap).find(|(_, w)| *w == word)
    }

    /// Edits of one question; what it becomes, where that is another kind of condition.
    fn atom(&mut self, span: Span, atom: &mut Atom) -> Option<CondKind> {
        match atom {
            Atom::Field(field, test) => self.field(span, *field, test),
            Atom::Count { within_days, range, .. } => self.count_of(span, within_days, range),
            Atom::Role(_, status) => return self.role(span, status),
            Atom::RoleCount { range, .. } => self.counted(span, range),
            Atom::Score(kind, range) => self.points(span, *kind, range),
            Atom::Stage { low, high } => self.stage(span, low, high),
            Atom::Attribute(..)
            | Atom::CommitteeComplete
            | Atom::Icp(_)
            | Atom::Checklist(_)
            | Atom::Route(_)
            | Atom::PreviousRoute(_) => {}
        }
        None
    }

    fn field(&mut self, span: Span, field: FieldId, test: &mut Test) {
        match test {
            Test::Choice(choices) => self.choices(span, field, choices),
            Test::Number(ranges) => {
                let FieldType::Number { low, high, .. } = &self.policy.field(field).ty else { return };
                let (low, high) = (low.map(|n| n.0), high.map(|n| n.0));
                if let [NumberRange { low: from, high: to }] = ranges.as_mut_slice() {
                    Limits { domain: Domain::Number, low: from, high: to, least: low, most: high }.edit(self, span);
                }
            }
            Test::Date(DateTest::Range { low, high }) => {
                let (mut from, mut to) = (low.map(|d| i64::from(d.0)), high.map(|d| i64::from(d.0)));
                Limits { domain: Domain::Day, low: &mut from, high: &mut to, least: None, most: None }.edit(self, span);
                let day = |n: i64| Day(n.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32);
                (*low, *high) = (from.map(day), to.map(day));
            }
            Test::Date(DateTest::WithinLast(days) | DateTest::WithinNext(days)) => self.window(span, days),
            Test::Known | Test::HasAny(_) | Test::HasAll(_) | Test::Empty | Test::Text(_) => {}
        }
    }

    /// One day more.
    fn window(&mut self, span: Span, days: &mut u32) {
        let Some(token) = before(within(self.sources, span), "days") else { return };
        let new = days.saturating_add(1);
        if self.offer(Change::Window, token, new.to_string()) {
            *days = new;
        }
    }

    fn count_of(&mut self, span: Span, within_days: &mut Option<u32>, range: &mut CountRange) {
        let since = within(self.sources, span).nth(1).is_some_and(|(_, w)| w == "since");
        match within_days {
            // `days since S < 30` is an event within 30 days, and `>= 30` that there is none.
            Some(days) if since => {
                let (mut low, mut high) = match within(self.sources, span).any(|(_, w)| matches!(w, ">" | ">=")) {
                    true => (Some(i64::from(*days)), None),
                    false => (None, Some(i64::from(*days) - 1)),
                };
                Limits { domain: Domain::Count, low: &mut low, high: &mut high, least: Some(1), most: None }
                    .edit(self, span);
                let changed = low.or(high.map(|h| h + 1)).unwrap_or(1);
                *days = changed.clamp(1, i64::from(u32::MAX)) as u32;
            }
            Some(days) => {
                self.window(span, days);
                self.counted(span, range);
            }
            None => self.counted(span, range),
        }
    }

    fn counted(&mut self, span: Span, range: &mut CountRange) {
        let (mut low, mut high) = (Some(i64::from(range.low)), range.high.map(i64::from));
        Limits { domain: Domain::Count, low: &mut low, high: &mut high, least: Some(0), most: None }.edit(self, span);
        let count = |n: i64| n.clamp(0, i64::from(u32::MAX)) as u32;
        range.low = low.map_or(0, count);
        range.high = high.map(count);
        if high.is_some_and(|h| h < 0) {
            // Fewer than none: no count is in it.
            (range.low, range.high) = (u32::MAX, Some(0));
        }
    }

    /// A number of points, or a band.
    fn points(&mut self, span: Span, kind: ScoreKind, range: &mut PointsRange) {
        let most = self.policy.score(kind).out_of.0;
        let (mut low, mut high) = (range.low.map(|p| p.0), range.high.map(|p| p.0));
        let limits =
            Limits { domain: Domain::Points, low: &mut low, high: &mut high, least: Some(0), most: Some(most) };
        limits.edit(self, span);
        *range = PointsRange { low: low.map(Points), high: high.map(Points) };
        self.bands(span, kind, range);
    }
}

fn one_or(mut parts: Vec<Cond>, join: fn(Vec<Cond>) -> CondKind) -> CondKind {
    if parts.len() > 1 {
        return join(parts);
    }
    parts.pop().map_or(CondKind::Always(true), |only| only.kind)
}

fn made(parts: Vec<Cond>, join: fn(Vec<Cond>) -> CondKind) -> Option<Cond> {
    let (first, last) = (parts.first()?, parts.last()?);
    let (span, text) = (first.span.to(last.span), first.text.clone());
    Some(Cond { kind: one_or(parts, join), span, text })
}

/// `a and b and c` with its first `and` as `or`: `a or (b and c)`.
fn part_at(mut parts: Vec<Cond>, at: usize) -> CondKind {
    let right = parts.split_off(at);
    CondKind::Any([parts, right].into_iter().filter_map(|side| made(side, CondKind::All)).collect())
}

/// `a or b or c` with its first `or` as `and`: `(a and b) or c`.
fn join_at(mut parts: Vec<Cond>, at: usize) -> CondKind {
    let mut rest = parts.split_off(at - 1);
    let after = rest.split_off(2);
    parts.extend(made(rest, CondKind::All));
    parts.extend(after);
    one_or(parts, CondKind::Any)
}
