//! A walk over a typed policy that lists every edit, or makes one of them.
//!
//! Both are the same walk, so that the edit that is made is the one that was listed.

use super::{Change, Mutant};
use crate::policy::exact::Points;
use crate::policy::score::{Band, Criterion, CriterionKind, Group, decay_steps};
use crate::policy::steps::{Outcome, Revisit, RuleKind};
use crate::policy::{Atom, Cond, CondKind, Policy, ScoreKind};
use crate::scenario::tokens::{self, Token, after};
use crate::source::{SourceMap, Span};

/// A walk over a copy of a policy.
pub(super) struct Walk<'p> {
    /// The policy as it is, for names and ranges.
    pub(super) policy: &'p Policy,
    pub(super) sources: &'p SourceMap,
    /// The edit to make; `None` lists them all.
    wanted: Option<usize>,
    met: usize,
    found: Vec<Mutant>,
}

/// Every edit of a policy, in the order of its text.
pub(super) fn mutants(policy: &Policy, sources: &SourceMap) -> Vec<Mutant> {
    let mut walk = Walk { policy, sources, wanted: None, met: 0, found: Vec::new() };
    walk.policy(&mut policy.clone());
    walk.found.sort_by_key(|m| (m.span.file, m.span.start, m.at));
    walk.found
}

/// The policy with one edit made.
pub(super) fn mutated(policy: &Policy, sources: &SourceMap, mutant: &Mutant) -> Policy {
    let mut changed = policy.clone();
    Walk { policy, sources, wanted: Some(mutant.at), met: 0, found: Vec::new() }.policy(&mut changed);
    changed
}

impl Walk<'_> {
    /// An edit that can be made here; true if it is the one to make.
    pub(super) fn offer(&mut self, change: Change, (span, before): Token<'_>, after: impl Into<String>) -> bool {
        let at = self.met;
        self.met += 1;
        if self.wanted.is_none() {
            self.found.push(Mutant { change, span, before: before.to_string(), after: after.into(), at });
        }
        self.wanted == Some(at)
    }

    fn policy(&mut self, policy: &mut Policy) {
        for kind in ScoreKind::BOTH {
            self.score(policy, kind);
        }
        for cond in deciding(policy) {
            self.condition(cond);
        }
        policy.outcomes.iter_mut().for_each(|outcome| self.outcome(outcome));
        self.order(policy);
    }

    fn score(&mut self, policy: &mut Policy, kind: ScoreKind) {
        let score = match kind {
            ScoreKind::Fit => &mut policy.fit,
            ScoreKind::Intent => &mut policy.intent,
        };
        self.limit(score.span, &["out", "of"], &mut score.out_of);
        for group in &mut score.groups {
            self.group(group);
        }
        for at in 0..score.bands.len() {
            self.band(policy, kind, at);
        }
    }

    fn group(&mut self, group: &mut Group) {
        if let Some(cap) = &mut group.up_to {
            self.limit(group.span, &["up", "to"], cap);
        }
        if let Some(floor) = &mut group.down_to {
            self.limit(group.span, &["down", "to"], floor);
        }
        group.criteria.iter_mut().for_each(|criterion| self.criterion(criterion));
    }

    /// A cap or floor that stands in the head of a block: one point closer to zero.
    fn limit(&mut self, head: Span, words: &[&str], limit: &mut Points) {
        let head = tokens::from(self.sources, head).take_while(|(_, w)| *w != "{");
        let Some(token) = after(head, words) else { return };
        let new = Points(limit.0 - Points::SCALE * limit.0.signum());
        if self.offer(Change::Cap, token, new.to_string()) {
            *limit = new;
        }
    }

    fn criterion(&mut self, criterion: &mut Criterion) {
        let mut words = tokens::within(self.sources, criterion.span);
        let Some(token) = words.find(|(_, w)| Points::parse(w) == Some(criterion.points)) else { return };
        // One in the last place that is written, so that a cap above the weight cannot hide it.
        let unit = 10_i64.pow(2 - u32::from(criterion.decimals.min(2)));
        let new = Points(criterion.points.0 - unit * criterion.points.0.signum());
        let sign = if new.0 >= 0 { "+" } else { "" };
        if self.offer(Change::Weight, token, format!("{sign}{new}")) {
            criterion.points = new;
            if let CriterionKind::Per(per) = &mut criterion.kind {
                per.steps = decay_steps(new, criterion.decimals, per.halves_every_days.is_some());
            }
        }
        let CriterionKind::Per(per) = &mut criterion.kind else { return };
        let settings = [
            (Change::Window, &["within"][..], &mut per.within_days, 1),
            (Change::Window, &["halves", "every"], &mut per.halves_every_days, 1),
            (Change::Cap, &["newest"], &mut per.newest, 1),
            (Change::Threshold, &["at", "least"], &mut per.at_least, 1),
        ];
        for (change, words, value, step) in settings {
            self.count(change, criterion.span, words, value, step);
        }
        if per.at_least.is_some_and(|n| n > 1) {
            self.count(Change::Threshold, criterion.span, &["at", "least"], &mut per.at_least, -1);
        }
    }

    fn count(&mut self, change: Change, span: Span, words: &[&str], value: &mut Option<u32>, step: i32) {
        let Some(old) = *value else { return };
        let Some(token) = after(tokens::within(self.sources, span), words) else { return };
        let new = old.saturating_add_signed(step);
        if self.offer(change, token, new.to_string()) {
            *value = Some(new);
        }
    }

    /// The threshold of a band, a point up and down. Conditions that name a band mean its points, so they follow.
    fn band(&mut self, policy: &mut Policy, kind: ScoreKind, at: usize) {
        let bands = &self.policy.score(kind).bands;
        let Some(old) = bands[at].at_least else { return };
        let Some(token) = after(tokens::from(self.sources, bands[at].span), &[">="]) else { return };
        for step in [Points::SCALE, -Points::SCALE] {
            let new = Points(old.0 + step);
            if self.offer(Change::Threshold, token, new.to_string()) {
                let score = if kind == ScoreKind::Fit { &mut policy.fit } else { &mut policy.intent };
                score.bands[at].at_least = Some(new);
                let names: Vec<&Band> = bands.iter().collect();
                for cond in deciding(policy) {
                    follow(cond, kind, &names, (old, new));
                }
                for cond in expected(policy) {
                    follow(cond, kind, &names, (old, new));
                }
            }
        }
    }

    /// Amounts of due times and of days until a lead is looked at again. Alternatives have no place of their own; they stand in order.
    fn outcome(&mut self, outcome: &mut Outcome) {
        let words: Vec<Token<'_>> = tokens::from(self.sources, outcome.span).collect();
        let number = |(_, w): &Token<'_>| w.bytes().all(|b| b.is_ascii_digit() || b == b'_');
        let amounts = words.windows(2).filter(|w| w[0].1 == "due" && number(&w[1])).map(|w| w[1]);
        for (due, token) in outcome.due.iter_mut().zip(amounts) {
            let new = due.value.amount.saturating_add(1);
            if self.offer(Change::Window, token, new.to_string()) {
                due.value.amount = new;
            }
        }
        let days = words.windows(3).filter(|w| w[0].1 == "revisit" && w[1].1 == "in").map(|w| w[2]);
        let revisits = outcome.revisit.iter_mut().filter_map(|r| match &mut r.value {
            Revisit::InDays(days) => Some(days),
            Revisit::On(_) => None,
        });
        for (value, token) in revisits.zip(days) {
            let new = value.saturating_add(1);
            if self.offer(Change::Window, token, new.to_string()) {
                *value = new;
            }
        }
    }

    /// Neighbouring rules change places; the last, which catches what is left, stays where it is.
    fn order(&mut self, policy: &mut Policy) {
        let rules = &mut policy.route.rules;
        for at in 1..rules.len().saturating_sub(1) {
            let (first, second) = (&rules[at - 1], &rules[at]);
            let told = |a: &str, b: &str| format!("`{a}` before `{b}`");
            let (before, after) = (told(&first.id, &second.id), told(&second.id, &first.id));
            if self.offer(Change::Order, (first.span, &before), after) {
                rules.swap(at - 1, at);
                return;
            }
        }
    }
}

/// Every condition that decides something a test can see, in a fixed order.
pub(crate) fn deciding(policy: &mut Policy) -> Vec<&mut Cond> {
    let mut all: Vec<&mut Cond> = policy.applies.iter_mut().collect();
    all.extend(policy.committee.roles.iter_mut().flat_map(|r| r.when.iter_mut().chain(&mut r.expected_when)));
    all.extend(policy.defines.iter_mut().map(|d| &mut d.condition));
    all.extend(policy.icp.iter_mut().map(|r| &mut r.condition));
    let groups = policy.fit.groups.iter_mut().chain(&mut policy.intent.groups);
    all.extend(groups.flat_map(|g| &mut g.criteria).filter_map(|c| match &mut c.kind {
        CriterionKind::When(cond) => Some(cond),
        CriterionKind::Per(_) => None,
    }));
    all.extend(policy.checklists.iter_mut().flat_map(|l| l.items.iter_mut().map(|(_, c)| c)));
    for stage in &mut policy.stages {
        all.extend(stage.require.iter_mut().map(|r| &mut r.condition));
        all.extend(stage.fall_back.iter_mut().map(|f| &mut f.when));
    }
    for outcome in &mut policy.outcomes {
        all.extend(outcome.next.iter_mut().filter_map(|c| c.when.as_mut()));
        all.extend(outcome.owner.iter_mut().filter_map(|c| c.when.as_mut()));
        all.extend(outcome.due.iter_mut().filter_map(|c| c.when.as_mut()));
        all.extend(outcome.revisit.iter_mut().filter_map(|c| c.when.as_mut()));
    }
    all.extend(policy.route.rules.iter_mut().filter_map(|r| match &mut r.kind {
        RuleKind::To { when, .. } => Some(when),
        RuleKind::Matrix(m) => m.when.as_mut(),
        RuleKind::Otherwise { .. } => None,
    }));
    all
}

/// The conditions that tests expect.
fn expected(policy: &mut Policy) -> impl Iterator<Item = &mut Cond> {
    use crate::policy::scenario::ExpectationKind;
    policy.tests.iter_mut().flat_map(|t| &mut t.expect).filter_map(|e| match &mut e.kind {
        ExpectationKind::Holds(cond) => Some(cond),
        _ => None,
    })
}

/// Moves the points of conditions that name a band along with its threshold.
pub(crate) fn follow(cond: &mut Cond, kind: ScoreKind, bands: &[&Band], (old, new): (Points, Points)) {
    let named = || {
        let mut words = cond.text.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        words.any(|w| bands.iter().any(|b| b.name == w))
    };
    match &mut cond.kind {
        CondKind::All(parts) | CondKind::Any(parts) => {
            parts.iter_mut().for_each(|part| follow(part, kind, bands, (old, new)));
        }
        CondKind::Not(inner) | CondKind::Confirmed(inner) | CondKind::Unconfirmed(inner) => {
            follow(inner, kind, bands, (old, new));
        }
        CondKind::Atom(Atom::Score(of, range)) if *of == kind && named() => {
            if range.low == Some(old) {
                range.low = Some(new);
            }
            if range.high == Some(Points(old.0 - 1)) {
                range.high = Some(Points(new.0 - 1));
            }
        }
        CondKind::Atom(_) | CondKind::Define(_) | CondKind::Always(_) => {}
    }
}
