//! Cells of a matrix, and outcomes, that no lead ever gets to.

use super::look::Look;
use super::{rules, scores};
use crate::analysis::possible::Claim;
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::OutcomeId;
use crate::policy::steps::{Matrix, RuleKind};
use crate::source::Span;
use crate::syntax::tree::{ItemKind, RouteItemKind};

declare_rule! {
    /// A cell of a matrix that no lead gets to.
    pub UNREACHABLE_CELL = "RB1203" "unreachable-cell" Advice "a cell of a matrix that no lead gets to"
}

declare_rule! {
    /// An outcome that rules or cells name, and that no lead gets to.
    pub UNREACHABLE_OUTCOME = "RB1204" "unreachable-outcome" Warning "an outcome that no lead gets to, though rules or cells name it"
}

/// A way for a lead to an outcome: a rule, or a cell by its place among those that lead somewhere.
struct Way {
    rule: usize,
    cell: usize,
    outcome: OutcomeId,
    span: Span,
    dead: bool,
}

/// Finds outcomes that no lead gets to, and cells of other outcomes that none gets to. `dead` are rules that never decide: what is to be said of them
/// is said.
pub fn find(look: &Look<'_, '_>, dead: &[bool], found: &mut Vec<Diagnostic>) {
    let ways = ways(look);
    let mut lost = Vec::new();
    for at in 0..look.policy.outcomes.len() {
        let outcome = OutcomeId(at as u16);
        let own: Vec<&Way> = ways.iter().filter(|w| w.outcome == outcome).collect();
        // A rule that never decides was told, unless it is the `otherwise` at the end.
        let told =
            |w: &&Way| dead[w.rule] && !matches!(look.policy.route.rules[w.rule].kind, RuleKind::Otherwise { .. });
        if own.is_empty() || !own.iter().all(|w| w.dead) || own.iter().any(told) {
            continue;
        }
        lost.push(outcome);
        let takers = |w: &&Way| rules::takers(look, w.rule, is_cell(look, w).then_some(w.cell)).unwrap_or_default();
        if !own.iter().any(|w| is_in_dead_band(look, w) || rules::follows(look, &takers(w))) {
            found.push(unreachable_outcome(look, outcome, &own));
        }
    }
    for (rule, _) in dead.iter().enumerate().filter(|(_, dead)| !**dead) {
        let silent = |w: &&Way| w.rule == rule && w.dead && !lost.contains(&w.outcome) && !is_in_dead_band(look, w);
        let cells: Vec<&Way> = ways.iter().filter(silent).collect();
        if let [first, others @ ..] = cells.as_slice() {
            found.push(unreachable_cells(look, first, others));
        }
    }
}

fn ways(look: &Look<'_, '_>) -> Vec<Way> {
    let mut all = Vec::new();
    for (at, rule) in look.policy.route.rules.iter().enumerate() {
        let mut add = |cell: usize, outcome: OutcomeId, span: Span| {
            let dead = look.never(look.decided([Claim::Decides(at, cell)]));
            all.push(Way { rule: at, cell, outcome, span, dead });
        };
        match &rule.kind {
            RuleKind::To { outcome, .. } | RuleKind::Otherwise { outcome } => add(0, *outcome, rule.span),
            RuleKind::Matrix(matrix) => {
                let written = written(look, rule.span);
                for (cell, (row, column)) in places(matrix).into_iter().enumerate() {
                    let Some(outcome) = matrix.cells[row][column] else { continue };
                    add(
                        cell,
                        outcome,
                        written.get(row * matrix.cells[row].len() + column).copied().unwrap_or(rule.span),
                    );
                }
            }
        }
    }
    all
}

/// The cells of a matrix that lead somewhere, by row and column.
fn places(matrix: &Matrix) -> Vec<(usize, usize)> {
    let rows = matrix.cells.iter().enumerate();
    rows.flat_map(|(r, row)| row.iter().enumerate().filter(|(_, c)| c.is_some()).map(move |(c, _)| (r, c))).collect()
}

/// Where the cells of a matrix are written, row by row in the order of the bands.
fn written(look: &Look<'_, '_>, rule: Span) -> Vec<Span> {
    let items = look.lens.trees.iter().flat_map(|t| &t.items);
    let routes = items.filter_map(|i| if let ItemKind::Route(list) = &i.kind { Some(list) } else { None });
    let Some(item) = routes.flatten().find(|i| i.span == rule) else { return Vec::new() };
    let RouteItemKind::By { rows, columns, header, body, .. } = &item.kind else { return Vec::new() };
    let place = |axis: &str, band: &str| {
        let kind = crate::policy::ScoreKind::BOTH.into_iter().find(|k| k.name() == axis)?;
        look.policy.score(kind).bands.iter().position(|b| b.name == band)
    };
    let mut cells = Vec::new();
    for row in body {
        for (column, cell) in header.iter().zip(&row.cells) {
            cells.push(((place(&rows.node, &row.band.node), place(&columns.node, &column.node)), cell.span));
        }
    }
    cells.sort();
    cells.into_iter().map(|(_, span)| span).collect()
}

fn is_cell(look: &Look<'_, '_>, way: &Way) -> bool {
    matches!(look.policy.route.rules[way.rule].kind, RuleKind::Matrix(_))
}

/// Whether a cell belongs to a band that no lead has, which is told.
fn is_in_dead_band(look: &Look<'_, '_>, way: &Way) -> bool {
    let RuleKind::Matrix(matrix) = &look.policy.route.rules[way.rule].kind else { return false };
    let Some((row, column)) = places(matrix).get(way.cell).copied() else { return false };
    let short = look.is_short(matrix.rows) || look.is_short(matrix.columns);
    short || scores::is_dead(look, matrix.rows, row) || scores::is_dead(look, matrix.columns, column)
}

fn unreachable_cells(look: &Look<'_, '_>, first: &Way, others: &[&Way]) -> Diagnostic {
    let message = match others.len() {
        0 => "no lead gets to this cell".to_string(),
        n => format!("no lead gets to {} cells of this matrix", n + 1),
    };
    let mut one = Diagnostic::new(&UNREACHABLE_CELL, message, first.span, "no lead");
    for other in others {
        one = one.with_label(other.span, "nor here");
    }
    let rules = &look.policy.route.rules;
    let texts = look.lens.texts();
    for taker in rules::takers(look, first.rule, Some(first.cell)).unwrap_or_default() {
        one = one.with_label(texts.head(rules[taker].span), "takes the leads of the first");
    }
    one.with_help("write what is meant if things change, or `-`; it decides nothing now")
}

fn unreachable_outcome(look: &Look<'_, '_>, outcome: OutcomeId, ways: &[&Way]) -> Diagnostic {
    let outcome = &look.policy.outcomes[outcome.index()];
    let one = Diagnostic::new(
        &UNREACHABLE_OUTCOME,
        format!("no lead gets to `{}`", outcome.name),
        outcome.span,
        "named in the route, and never given",
    );
    let one = ways.iter().fold(one, |one, way| one.with_label(way.span, "no lead gets here"));
    one.with_help("correct what stands before in the route, or take the outcome out")
}
