//! Edits of comparisons with names that have an order: ordered choices, bands, stages, statuses of roles.

use super::Change;
use super::walk::Walk;
use crate::policy::condition::PointsRange;
use crate::policy::exact::Points;
use crate::policy::field::FieldType;
use crate::policy::people::RoleStatus;
use crate::policy::score::Score;
use crate::policy::{CondKind, FieldId, ScoreKind};
use crate::scenario::tokens::{Token, within};
use crate::source::Span;

/// A comparison after an edit: its sign, and the rung it compares with.
type Edited = (&'static str, usize);

/// The rungs for which a comparison holds; both ends included, and nothing where the first is above the second.
fn rungs((sign, at): Edited) -> (i64, i64) {
    let at = at as i64;
    match sign {
        ">=" => (at, i64::MAX),
        ">" => (at + 1, i64::MAX),
        "<=" => (i64::MIN, at),
        _ => (i64::MIN, at - 1),
    }
}

impl Walk<'_> {
    /// Offers the other sign, and the neighbouring name on the other side; `first` is the lowest rung that may be named.
    fn rung(&mut self, span: Span, names: &[&str], first: usize) -> Option<Edited> {
        let sources = self.sources;
        let words: Vec<Token<'_>> = within(sources, span).collect();
        let place = words.iter().position(|(_, w)| matches!(*w, ">=" | ">" | "<=" | "<"))?;
        let value = words.get(place + 1)?;
        let at = names.iter().position(|n| *n == value.1)?;
        let (flipped, neighbour, same) = match words[place].1 {
            ">=" => (">", at.checked_sub(1), ">="),
            ">" => (">=", Some(at + 1), ">"),
            "<=" => ("<", Some(at + 1), "<="),
            _ => ("<=", at.checked_sub(1), "<"),
        };
        if self.offer(Change::Comparison, words[place], flipped) {
            return Some((flipped, at));
        }
        let neighbour = neighbour.filter(|n| (first..names.len()).contains(n))?;
        self.offer(Change::Threshold, *value, names[neighbour]).then_some((same, neighbour))
    }

    /// An ordered choice.
    pub(super) fn choices(&mut self, span: Span, field: FieldId, choices: &mut Vec<u16>) {
        let FieldType::Ordered(all) = &self.policy.field(field).ty else { return };
        let names: Vec<&str> = all.iter().map(|c| c.name.as_str()).collect();
        if let Some((low, high)) = self.rung(span, &names, 0).map(rungs) {
            *choices = (0..all.len() as u16).filter(|c| (low..=high).contains(&i64::from(*c))).collect();
        }
    }

    /// A stage; the lowest rung is `none`.
    pub(super) fn stage(&mut self, span: Span, low: &mut u16, high: &mut u16) {
        let names: Vec<&str> = (0..=self.policy.stages.len() as u16).map(|l| self.policy.stage_name(l)).collect();
        if let Some((first, last)) = self.rung(span, &names, 0).map(rungs) {
            let top = self.policy.stages.len() as i64;
            // No lead is above the last stage, so a range that begins there holds none.
            (*low, *high) = if last < 0 { (1, 0) } else { (first.clamp(0, top + 1) as u16, last.min(top) as u16) };
        }
    }

    /// A role; every comparison is a question for at least some status, negated for `<` and `<=`.
    pub(super) fn role(&mut self, span: Span, status: &mut RoleStatus) -> Option<CondKind> {
        let names = RoleStatus::ALL.map(|s| s.word());
        let (sign, at) = self.rung(span, &names, RoleStatus::Expected as usize)?;
        let at_least = at + usize::from(matches!(sign, ">" | "<="));
        match RoleStatus::ALL.get(at_least) {
            Some(RoleStatus::Missing) => Some(CondKind::Always(true)),
            Some(new) => {
                *status = *new;
                None
            }
            None => Some(CondKind::Always(false)),
        }
    }

    /// A band of a score.
    pub(super) fn bands(&mut self, span: Span, kind: ScoreKind, range: &mut PointsRange) {
        let score = self.policy.score(kind);
        let names: Vec<&str> = score.bands.iter().rev().map(|b| b.name.as_str()).collect();
        if let Some((low, high)) = self.rung(span, &names, 0).map(rungs) {
            let below = |points: Option<Points>| points.map(|p| Points(p.0 - 1));
            *range = PointsRange {
                low: if low <= 0 { None } else { Some(threshold(score, low).unwrap_or(Points(i64::MAX))) },
                high: if high < 0 { Some(Points(i64::MIN)) } else { below(threshold(score, high.saturating_add(1))) },
            };
        }
    }
}

/// Where a band begins, counted from the lowest; `None` above the highest, and for the lowest.
fn threshold(score: &Score, rung: i64) -> Option<Points> {
    let at = (score.bands.len() as i64).checked_sub(1)?.checked_sub(rung)?;
    score.bands.get(usize::try_from(at).ok()?)?.at_least
}
