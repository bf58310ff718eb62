//! Rules of the route that never get their turn, because those before them take every lead.

use super::look::Look;
use crate::analysis::encode::View;
use crate::analysis::possible::Claim;
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::Cond;
use crate::policy::steps::{Rule, RuleKind};
use crate::source::Span;

declare_rule! {
    /// A rule of the route, or an alternative of an outcome, that an earlier one swallows.
    pub SWALLOWED_RULE = "RB1124" "swallowed-rule" Warning "a rule or alternative that never gets its turn"
}

/// Finds rules that match some lead, but none that is left by those before. Gives, by rule, whether no lead is decided by it.
pub fn find(look: &Look<'_, '_>, found: &mut Vec<Diagnostic>) -> Vec<bool> {
    let rules = &look.policy.route.rules;
    let mut dead = Vec::new();
    for (at, rule) in rules.iter().enumerate() {
        let cells = cells(rule);
        let decides = |cell| look.never(look.decided([Claim::Decides(at, cell)]));
        // Every cell is asked about, so that all are answered together.
        let silent = (0..cells).filter(|cell| decides(*cell)).count();
        let is_dead = cells > 0 && silent == cells;
        dead.push(is_dead);
        if is_dead
            && !matches!(rule.kind, RuleKind::Otherwise { .. })
            && !condition(rule).is_some_and(|c| look.is_told(c))
        {
            found.extend(swallowed(look, rules, at));
        }
    }
    dead
}

/// How many ways a rule has to decide: itself, or the cells of its matrix that lead somewhere.
pub fn cells(rule: &Rule) -> usize {
    match &rule.kind {
        RuleKind::Matrix(matrix) => matrix.cells.iter().flatten().flatten().count(),
        _ => 1,
    }
}

/// The condition of a rule, where it has one.
pub fn condition(rule: &Rule) -> Option<&Cond> {
    match &rule.kind {
        RuleKind::To { when, .. } => Some(when),
        RuleKind::Matrix(matrix) => matrix.when.as_ref(),
        RuleKind::Otherwise { .. } => None,
    }
}

fn swallowed(look: &Look<'_, '_>, rules: &[Rule], at: usize) -> Option<Diagnostic> {
    let by = takers(look, at, None)?;
    if follows(look, &by) {
        return None;
    }
    let spans: Vec<Span> = by.iter().map(|r| rules[*r].span).collect();
    Some(never_its_turn("rule", rules[at].span, &spans))
}

/// Whether one of these rules takes its leads because of a condition that is told, so that nothing has to be said of who comes after it.
pub fn follows(look: &Look<'_, '_>, takers: &[usize]) -> bool {
    let rules = &look.policy.route.rules;
    takers.iter().any(|r| condition(&rules[*r]).is_some_and(|c| look.is_told(c)))
}

/// The earlier rules that leave no lead for a rule, or for one cell of it. Empty where it matches none to begin with; `None` where it cannot be told.
pub fn takers(look: &Look<'_, '_>, at: usize, cell: Option<usize>) -> Option<Vec<usize>> {
    let rules = &look.policy.route.rules;
    let matches = match (cell, condition(&rules[at])) {
        (Some(cell), _) => Some(Claim::Matches(at, cell)),
        (None, Some(when)) => Some(look.holds(when, View::Whole)?),
        (None, None) => None,
    };
    let claims = look.decided(matches.into_iter().chain((0..at).map(Claim::Passes)));
    if !look.never(claims.clone()) {
        // A matrix that matches, but only where its cells go on to the next rule, is none that others swallow.
        return Some(Vec::new());
    }
    let first = claims.len() - at;
    Some(look.conflict(&claims).into_iter().filter_map(|p| p.checked_sub(first)).collect())
}

/// A rule or an alternative that no lead is left for, because of these.
pub fn never_its_turn(what: &str, span: Span, by: &[Span]) -> Diagnostic {
    let label = match by.len() {
        0 => "no lead that gets here meets it",
        1 => "every lead it is for is gone already",
        _ => "what stands before it leaves no lead",
    };
    let one = Diagnostic::new(&SWALLOWED_RULE, format!("this {what} never gets its turn"), span, label);
    let label = |i: usize| match (by.len(), i) {
        (1, _) => "takes them first",
        (_, 0) => "takes some of them",
        _ => "and this the others",
    };
    let one = by.iter().enumerate().fold(one, |one, (i, span)| one.with_label(*span, label(i)));
    match by.is_empty() {
        true => one.with_help("correct its condition, or take it out"),
        false => one.with_help("move the narrower one up, or take this one out"),
    }
}
