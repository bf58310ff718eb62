//! Where leads end up: a demo that a weak match gets, a disqualification nobody can explain, a nurture nobody comes back from.

use super::Lens;
use super::possible::{Fixed, Truths, World};
use super::uses::mentions;
use super::words::{is_demo, is_disqualification, is_nurture};
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::condition::{PointsRange, Test};
use crate::policy::exact::Points;
use crate::policy::steps::{Matrix, Rule, RuleKind};
use crate::policy::{Atom, Cond, IcpStatus, OutcomeId, Policy, ScoreKind};

declare_rule! {
    /// A route to a demo for leads whose fit nobody looked at.
    pub DEMO_WITHOUT_FIT = "RB1145" "demo-without-fit" Warning "a route to a demo that a weak match can take"
}

declare_rule! {
    /// A rule that turns leads away and does not say why.
    pub SILENT_DISQUALIFICATION = "RB1151" "silent-disqualification" Warning "a rule that turns leads away without a reason"
}

declare_rule! {
    /// A nurture track that nothing leads back from.
    pub NO_WAY_BACK = "RB1152" "no-way-back" Warning "nurture that nothing leads back from"
}

/// The outcomes a rule can give.
pub fn outcomes(rule: &Rule) -> Vec<OutcomeId> {
    match &rule.kind {
        RuleKind::To { outcome, .. } | RuleKind::Otherwise { outcome } => vec![*outcome],
        RuleKind::Matrix(m) => m.cells.iter().flatten().flatten().copied().collect(),
    }
}

/// Leads in the lowest band of fit whose profile is not matched.
struct Weak;

impl Fixed for Weak {
    fn atom(&self, world: &World<'_>, atom: &Atom) -> Truths {
        match atom {
            Atom::Score(ScoreKind::Fit, range) => in_lowest_band(world.policy, range),
            Atom::Score(..) | Atom::Field(_, Test::Known) => Truths::EITHER,
            Atom::Icp(IcpStatus::Matched) => Truths::NO,
            Atom::Icp(_) => Truths::EITHER,
            // A gate has conditions of its own, which are its own business.
            Atom::Stage { low, .. } if *low > 0 => Truths::NO,
            Atom::Checklist(id) => Truths { yes: world.can_complete(*id), ..Truths::ANY },
            _ => Truths::ANY,
        }
    }
}

fn in_lowest_band(policy: &Policy, range: &PointsRange) -> Truths {
    let next = policy.fit.bands.iter().rev().find_map(|b| b.at_least).unwrap_or(policy.fit.out_of);
    let highest = Points(next.0 - 1);
    let none = range.low.is_some_and(|l| l > highest) || range.high.is_some_and(|h| h < Points::ZERO);
    let all = range.low.is_none_or(|l| l <= Points::ZERO) && range.high.is_none_or(|h| h >= highest);
    Truths { yes: !none, no: !all, unknown: false }
}

/// Finds rules that give a demo to leads that may be a weak match. A fit without bands has no weak end, so nothing is said about it.
pub fn demo(lens: &Lens<'_>, found: &mut Vec<Diagnostic>) {
    let policy = lens.policy;
    if policy.fit.bands.len() < 2 {
        return;
    }
    let world = World::new(policy, &Weak);
    for rule in &policy.route.rules {
        let demo = |o: &OutcomeId| is_demo(&policy.outcomes[o.index()]);
        if let Some(outcome) = given_to_weak(&world, rule).into_iter().find(demo) {
            found.push(demo_without_fit(lens, rule, &policy.outcomes[outcome.index()].name));
        }
        // Once a rule has taken all weak matches, no later rule meets one.
        if takes_all_weak(&world, rule) {
            return;
        }
    }
}

fn demo_without_fit(lens: &Lens<'_>, rule: &Rule, outcome: &str) -> Diagnostic {
    Diagnostic::new(
        &DEMO_WITHOUT_FIT,
        format!("`{outcome}` is given to leads that may be a weak match"),
        lens.texts().head(rule.span),
        "no condition on fit stands in the way",
    )
    .with_help("add `and fit >= …` with the band from which a demo is worth it; leads below get a call, or nurture")
}

/// What a rule gives to leads in the lowest band of fit.
fn given_to_weak(world: &World<'_>, rule: &Rule) -> Vec<OutcomeId> {
    let open = |when: Option<&Cond>| when.is_none_or(|c| world.of(c).yes);
    match &rule.kind {
        RuleKind::To { outcome, when } if open(Some(when)) => vec![*outcome],
        RuleKind::To { .. } => Vec::new(),
        RuleKind::Otherwise { outcome } => vec![*outcome],
        RuleKind::Matrix(m) if open(m.when.as_ref()) => lowest_fit(m).into_iter().flatten().collect(),
        RuleKind::Matrix(_) => Vec::new(),
    }
}

/// The cells of the lowest band of fit.
fn lowest_fit(matrix: &Matrix) -> Vec<Option<OutcomeId>> {
    match matrix.rows {
        ScoreKind::Fit => matrix.cells.last().cloned().unwrap_or_default(),
        ScoreKind::Intent => matrix.cells.iter().filter_map(|row| row.last().copied()).collect(),
    }
}

/// Whether a rule takes every lead in the lowest band of fit that gets to it.
fn takes_all_weak(world: &World<'_>, rule: &Rule) -> bool {
    let always = |when: Option<&Cond>| when.is_none_or(|c| world.of(c) == Truths::YES);
    match &rule.kind {
        RuleKind::To { when, .. } => always(Some(when)),
        RuleKind::Otherwise { .. } => true,
        RuleKind::Matrix(m) => always(m.when.as_ref()) && lowest_fit(m).iter().all(Option::is_some),
    }
}

/// Finds rules that turn leads away and give no reason. Where the profile failed, each of its criteria has one already.
pub fn disqualification(lens: &Lens<'_>, found: &mut Vec<Diagnostic>) {
    let policy = lens.policy;
    for rule in policy.route.rules.iter().filter(|r| r.because.is_none()) {
        let turned_away = outcomes(rule).into_iter().find(|o| is_disqualification(&policy.outcomes[o.index()]));
        let Some(outcome) = turned_away.filter(|_| !tells_by_profile(policy, rule)) else { continue };
        let name = &policy.outcomes[outcome.index()].name;
        found.push(
            Diagnostic::new(
                &SILENT_DISQUALIFICATION,
                format!("leads are sent to `{name}` without a reason"),
                lens.texts().head(rule.span),
                "nobody learns from it why",
            )
            .with_help(
                "add `because \"…\"`, so that sales can tell the lead and marketing can stop paying for more like it",
            ),
        );
    }
}

fn tells_by_profile(policy: &Policy, rule: &Rule) -> bool {
    let asks = |c: &Cond| mentions(policy, c).iter().any(|m| matches!(m.atom, Atom::Icp(_)));
    match &rule.kind {
        RuleKind::To { when, .. } => asks(when),
        RuleKind::Matrix(m) => m.when.as_ref().is_some_and(asks),
        RuleKind::Otherwise { .. } => false,
    }
}

/// Finds a nurture outcome in a policy with gates but without `requalify`. Without gates there is nowhere to come back to.
pub fn way_back(lens: &Lens<'_>, found: &mut Vec<Diagnostic>) {
    let policy = lens.policy;
    if policy.stages.is_empty() || !policy.triggers.is_empty() {
        return;
    }
    let given: Vec<OutcomeId> = policy.route.rules.iter().flat_map(outcomes).collect();
    for (i, outcome) in policy.outcomes.iter().enumerate() {
        if !is_nurture(outcome) || !given.contains(&OutcomeId(i as u16)) {
            continue;
        }
        let label = if outcome.revisit.is_empty() {
            "a lead that gets here stays here"
        } else {
            "a date brings it back, but nothing that the lead does"
        };
        found.push(
            Diagnostic::new(&NO_WAY_BACK, format!("nothing leads back from `{}`", outcome.name), outcome.span, label).with_help(
                "add `requalify { … }` with what makes you look again: a signal, a new stakeholder, a timeline that moves",
            ),
        );
    }
}
