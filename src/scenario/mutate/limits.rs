//! Edits of comparisons with numbers, points, counts and days: the sign, and what is compared with.

use super::Change;
use super::walk::Walk;
use crate::policy::exact::{Number, Points};
use crate::policy::time::Day;
use crate::scenario::tokens::{Token, within};
use crate::source::Span;

/// What is compared, in its smallest units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Domain {
    Number,
    Points,
    Count,
    Day,
}

impl Domain {
    fn read(self, word: &str) -> Option<i64> {
        match self {
            Domain::Number => Number::parse(word).map(|n| n.0),
            Domain::Points => Points::parse(word).map(|p| p.0),
            Domain::Count => Number::parse(word).map(|n| n.0 / Number::SCALE),
            Domain::Day => Day::parse(word).map(|d| i64::from(d.0)),
        }
    }

    fn write(self, value: i64) -> String {
        match self {
            Domain::Number => Number(value).to_string(),
            Domain::Points => Points(value).to_string(),
            Domain::Count => value.to_string(),
            Domain::Day => Day(value.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32).to_string(),
        }
    }

    /// One in the last place that is written.
    fn step(self, word: &str) -> i64 {
        let decimals = word.split_once('.').map_or(0, |(_, d)| d.len() as u32);
        match self {
            Domain::Number => Number::SCALE / 10_i64.pow(decimals.min(6)),
            Domain::Points => Points::SCALE / 10_i64.pow(decimals.min(2)),
            Domain::Count | Domain::Day => 1,
        }
    }
}

/// A range with the values there can be at all.
pub(super) struct Limits<'r> {
    pub domain: Domain,
    pub low: &'r mut Option<i64>,
    pub high: &'r mut Option<i64>,
    pub least: Option<i64>,
    pub most: Option<i64>,
}

/// Which end of a range, and whether the value itself lies in it.
fn end_of(sign: &str) -> Option<(bool, &'static str)> {
    match sign {
        ">=" => Some((true, ">")),
        ">" => Some((true, ">=")),
        "<=" => Some((false, "<")),
        "<" => Some((false, "<=")),
        _ => None,
    }
}

impl Limits<'_> {
    /// Offers what can be edited in the comparison at a place, as it is written there.
    pub fn edit(mut self, walk: &mut Walk<'_>, span: Span) {
        let sources = walk.sources;
        let words: Vec<Token<'_>> = within(sources, span).collect();
        let at = |word: &str| words.iter().position(|(_, w)| *w == word);
        if let Some((place, (is_low, flipped))) = words.iter().enumerate().find_map(|(i, (_, w))| Some((i, end_of(w)?)))
        {
            let Some(value) = words.get(place + 1).filter(|(_, w)| self.domain.read(w).is_some()) else { return };
            self.signed(walk, words[place], *value, is_low, flipped);
        } else if let (Some(first), Some(and)) = (at("between").and_then(|i| words.get(i + 2).map(|_| i)), at("and")) {
            let low = and.checked_sub(1).filter(|i| *i > first).map(|i| words[i]);
            for (token, is_low) in [(low, true), (words.get(and + 1).copied(), false)] {
                let Some(token) = token.filter(|(_, w)| self.domain.read(w).is_some()) else { continue };
                let step = self.domain.step(token.1);
                self.threshold(walk, token, is_low, step);
                self.threshold(walk, token, is_low, -step);
            }
        } else if self.domain == Domain::Day {
            for (word, is_low) in [("after", true), ("before", false)] {
                let token = at(word).and_then(|i| words.get(i + 1)).filter(|(_, w)| self.domain.read(w).is_some());
                let Some(token) = token else { continue };
                self.threshold(walk, *token, is_low, 1);
                self.threshold(walk, *token, is_low, -1);
            }
        }
    }

    /// `>=` as `>` and the threshold one down; `>` as `>=` and the threshold one up; the same mirrored for `<=` and `<`.
    fn signed(&mut self, walk: &mut Walk<'_>, sign: Token<'_>, value: Token<'_>, is_low: bool, flipped: &str) {
        // A sign that loses its `=` moves the end into the range, one that gets it moves it out.
        let inwards = if is_low { 1 } else { -1 };
        let by = if flipped.len() < sign.1.len() { inwards } else { -inwards };
        if self.can_matter(is_low, by) && walk.offer(Change::Comparison, sign, flipped) {
            self.shift(is_low, by);
            return;
        }
        self.threshold(walk, value, is_low, -by * self.domain.step(value.1));
    }

    fn threshold(&mut self, walk: &mut Walk<'_>, token: Token<'_>, is_low: bool, by: i64) {
        let Some(old) = self.domain.read(token.1) else { return };
        if self.can_matter(is_low, by)
            && walk.offer(Change::Threshold, token, self.domain.write(old.saturating_add(by)))
        {
            self.shift(is_low, by);
        }
    }

    /// Whether some value there can be lies between the end before and after.
    fn can_matter(&self, is_low: bool, by: i64) -> bool {
        let Some(end) = (if is_low { *self.low } else { *self.high }) else { return false };
        let moved = end.saturating_add(by);
        // The values that come in or fall out.
        let (first, last) = match is_low {
            true => (end.min(moved), end.max(moved) - 1),
            false => (end.min(moved) + 1, end.max(moved)),
        };
        self.least.is_none_or(|l| last >= l) && self.most.is_none_or(|m| first <= m)
    }

    fn shift(&mut self, is_low: bool, by: i64) {
        let end = if is_low { &mut *self.low } else { &mut *self.high };
        *end = end.map(|e| e.saturating_add(by));
    }
}
