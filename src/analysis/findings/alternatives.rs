//! Alternatives of outcomes that no lead ever gets.

use super::look::Look;
use super::rules::never_its_turn;
use crate::analysis::encode::View;
use crate::analysis::possible::{Claim, Is};
use crate::diagnostic::Diagnostic;
use crate::policy::steps::Choice;
use crate::policy::{Cond, OutcomeId};

/// Finds next steps, owners, due times and revisits that are for no lead with their outcome, or only for leads that an earlier alternative takes.
pub fn find(look: &Look<'_, '_>, found: &mut Vec<Diagnostic>) {
    for (at, outcome) in look.policy.outcomes.iter().enumerate() {
        let id = OutcomeId(at as u16);
        in_turn(look, id, &conditions(&outcome.next), "step", found);
        in_turn(look, id, &conditions(&outcome.owner), "owner", found);
        in_turn(look, id, &conditions(&outcome.due), "due time", found);
        in_turn(look, id, &conditions(&outcome.revisit), "revisit", found);
    }
}

fn conditions<T>(list: &[Choice<T>]) -> Vec<&Cond> {
    list.iter().filter_map(|c| c.when.as_ref()).collect()
}

fn in_turn(look: &Look<'_, '_>, outcome: OutcomeId, list: &[&Cond], what: &str, found: &mut Vec<Diagnostic>) {
    if list.is_empty() || look.never(look.decided([Claim::GoesTo(outcome)])) {
        return;
    }
    for (at, cond) in list.iter().enumerate().filter(|(_, c)| !look.is_told(c)) {
        let Some(holds) = look.holds(cond, View::Whole) else { continue };
        let passed = list[..at]
            .iter()
            .filter_map(|c| look.conditions.node(c).map(|node| Claim::Comes(node, View::Whole, Is::NotTrue)));
        let claims = look.decided([Claim::GoesTo(outcome), holds].into_iter().chain(passed));
        if !look.never(claims.clone()) {
            continue;
        }
        let first = claims.len() - at;
        let by: Vec<&Cond> = look.conflict(&claims).iter().filter_map(|p| Some(list[p.checked_sub(first)?])).collect();
        // What takes every lead because of its condition has a finding of its own.
        if by.iter().any(|c| look.is_told(c)) {
            continue;
        }
        let spans: Vec<_> = by.iter().map(|c| c.span).collect();
        let one = never_its_turn(what, cond.span, &spans);
        found.push(match by.is_empty() {
            true => one.with_label(look.policy.outcomes[outcome.index()].span, "no lead with this outcome meets it"),
            false => one,
        });
    }
}
