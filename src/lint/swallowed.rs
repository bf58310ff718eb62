//! Rules and alternatives that never get their turn, because those before them take every lead.

use super::Lens;
use super::domain::{Claim, Want};
use super::reach::in_band;
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::steps::{Choice, Matrix, RuleKind};
use crate::policy::{Cond, CondKind};
use crate::source::Span;

declare_rule! {
    /// A rule of the route, or an alternative of an outcome, that an earlier one swallows.
    pub SWALLOWED_RULE = "RB1124" "swallowed-rule" Warning "a rule or alternative that never gets its turn"
}

/// How many earlier rules are looked at for one.
const MOST: usize = 60;

/// Finds rules of the route and alternatives of outcomes for which the earlier ones leave no lead.
pub fn find(lens: &Lens<'_>, found: &mut Vec<Diagnostic>) {
    let rules: Vec<(Cond, Span)> = lens
        .policy
        .route
        .rules
        .iter()
        .filter_map(|r| match &r.kind {
            RuleKind::To { when, .. } => Some((when.clone(), r.span)),
            RuleKind::Matrix(matrix) => Some((matched(lens, matrix, r.span), r.span)),
            RuleKind::Otherwise { .. } => None,
        })
        .collect();
    let rules: Vec<(&Cond, Span)> = rules.iter().map(|(c, s)| (c, *s)).collect();
    in_turn(lens, &rules, "rule", found);
    for outcome in &lens.policy.outcomes {
        in_turn(lens, &conditions(&outcome.next), "step", found);
        in_turn(lens, &conditions(&outcome.owner), "owner", found);
        in_turn(lens, &conditions(&outcome.due), "due time", found);
        in_turn(lens, &conditions(&outcome.revisit), "revisit", found);
    }
}

fn conditions<T>(list: &[Choice<T>]) -> Vec<(&Cond, Span)> {
    list.iter().filter_map(|c| c.when.as_ref()).map(|c| (c, c.span)).collect()
}

/// When a matrix sends a lead somewhere: its condition holds, and the cell of the lead's bands is not `-`.
fn matched(lens: &Lens<'_>, matrix: &Matrix, span: Span) -> Cond {
    let made = |kind| Cond { kind, span, text: "".into() };
    let mut cells = Vec::new();
    for (row, line) in matrix.cells.iter().enumerate() {
        for (column, _) in line.iter().enumerate().filter(|(_, cell)| cell.is_some()) {
            let bands = vec![in_band(lens, matrix.rows, row, span), in_band(lens, matrix.columns, column, span)];
            cells.push(made(CondKind::All(bands)));
        }
    }
    let mut parts: Vec<Cond> = matrix.when.iter().cloned().collect();
    parts.push(made(CondKind::Any(cells)));
    made(CondKind::All(parts))
}

fn in_turn(lens: &Lens<'_>, rules: &[(&Cond, Span)], what: &str, found: &mut Vec<Diagnostic>) {
    for (at, (cond, span)) in rules.iter().enumerate().skip(1).take(MOST) {
        let mut claims: Vec<Claim<'_>> = vec![(cond, Want::True)];
        if !lens.reasoner.possible(&claims) {
            continue;
        }
        claims.extend(rules[..at].iter().map(|(c, _)| (*c, Want::NotTrue)));
        if lens.reasoner.possible(&claims) {
            continue;
        }
        let alone = rules[..at].iter().find(|(c, _)| lens.reasoner.implies(cond, c));
        found.push(swallowed(*span, alone.map(|(_, s)| *s), what));
    }
}

fn swallowed(span: Span, by: Option<Span>, what: &str) -> Diagnostic {
    let one = Diagnostic::new(
        &SWALLOWED_RULE,
        format!("this {what} never gets its turn"),
        span,
        if by.is_some() { "every lead it is for is gone already" } else { "what stands before it leaves no lead" },
    );
    let one = match by {
        Some(by) => one.with_label(by, "takes them first"),
        None => one,
    };
    one.with_help("move the narrower one up, or take this one out")
}
