//! Routes: rules in order, matrices, and that every lead in scope gets one.

use super::{Checker, Context};
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::condition::Layer;
use crate::policy::steps::{Matrix, Route, Rule, RuleKind};
use crate::policy::text::{nearest, surely};
use crate::policy::{OutcomeId, ScoreKind};
use crate::source::Span;
use crate::syntax::tree::{self, Name, RouteItemKind};
use std::collections::HashMap;

declare_rule! {
    /// A route in which a lead can be left without an outcome.
    pub ROUTE_WITHOUT_END = "RB0603" "route-without-end" Error "a route that leaves some leads without an outcome"
}

declare_rule! {
    /// A rule without a condition that is not the last.
    pub RULE_WITHOUT_CONDITION = "RB0604" "rule-without-condition" Error "a rule that matches every lead, or that stands after the last"
}

declare_rule! {
    /// A matrix that does not fit the bands of its scores.
    pub BAD_MATRIX = "RB0605" "bad-matrix" Error "a matrix that does not fit the bands of its scores"
}

declare_rule! {
    /// An outcome that nothing declares.
    pub UNKNOWN_OUTCOME = "RB0606" "unknown-outcome" Error "an outcome that nothing declares"
}

impl Checker<'_> {
    /// The route of a policy.
    pub(crate) fn resolve_route(&mut self, header: Span) -> Option<Route> {
        let Some((span, items)) = self.names.route.0 else {
            if !self.poison.hides(&["route"]) {
                let one = Diagnostic::new(&ROUTE_WITHOUT_END, "the policy has no route", header, "leads go nowhere");
                self.report(one.with_help("add `route { to … when …  otherwise to … }`"));
            }
            return None;
        };
        let mut seen: HashMap<&str, Span> = HashMap::new();
        let mut rules = Vec::new();
        for (i, item) in items.iter().enumerate() {
            if let Some(name) = &item.name
                && let Some(first) = seen.insert(&name.node, name.span)
            {
                let one = Diagnostic::new(
                    &super::names::DUPLICATE_NAME,
                    format!("the rule `{}` stands twice", name.node),
                    name.span,
                    "again here",
                );
                self.report(one.with_label(first, "first here").with_help("give one of them another name"));
            }
            if i + 1 < items.len() && matches!(item.kind, RouteItemKind::Otherwise { .. }) {
                let one = Diagnostic::new(
                    &RULE_WITHOUT_CONDITION,
                    "`otherwise` is not the last rule",
                    item.span,
                    "catches every lead",
                );
                self.report(
                    one.with_label(items[i + 1].span, "never reached").with_help("move `otherwise` to the end"),
                );
            }
            let id = item.name.as_ref().map_or_else(|| format!("rule.{}", i + 1), |n| n.node.clone());
            let kind = self.rule(item);
            rules.push(kind.map(|kind| Rule {
                id,
                kind,
                because: item.because.as_ref().map(|b| b.node.as_str().into()),
                span: item.span,
            }));
        }
        if !items.iter().any(is_last) && !self.poison.touches(span) {
            self.report(without_end(span, items));
        }
        Some(Route { rules: rules.into_iter().collect::<Option<_>>()?, span })
    }

    fn rule(&mut self, item: &tree::RouteItem) -> Option<RuleKind> {
        let context = Context::new("a route", Layer::Stages);
        match &item.kind {
            RouteItemKind::To { outcome, when } => {
                let outcome = self.outcome_named(outcome);
                let Some(when) = when else {
                    self.report(without_condition(item.span));
                    return None;
                };
                let when = self.resolve_condition(when, context);
                Some(RuleKind::To { outcome: outcome?, when: when? })
            }
            RouteItemKind::Otherwise { outcome } => Some(RuleKind::Otherwise { outcome: self.outcome_named(outcome)? }),
            RouteItemKind::By { rows, columns, when, header, body } => {
                let when = when.as_ref().map(|c| self.resolve_condition(c, context));
                let matrix = self.matrix(item.span, rows, columns, header, body);
                let (rows, columns, cells) = matrix?;
                let when = match when {
                    None => None,
                    Some(when) => Some(when?),
                };
                Some(RuleKind::Matrix(Matrix { rows, columns, when, cells }))
            }
        }
    }

    fn outcome_named(&mut self, name: &Name) -> Option<OutcomeId> {
        let found = self.names.outcomes.find(&name.node);
        if found.is_none() && !self.poison.hides(&["outcomes"]) {
            let near = nearest(&name.node, self.names.outcomes.names()).map(str::to_string);
            let meant = surely(&name.node, self.names.outcomes.names());
            let found = super::signals::unknown(&UNKNOWN_OUTCOME, "outcome", name, near, "declare it in `outcomes`");
            self.report(found.with_name(name.span, meant));
        }
        found.map(|i| OutcomeId(i as u16))
    }

    #[allow(clippy::type_complexity)]
    fn matrix(
        &mut self,
        span: Span,
        rows: &Name,
        columns: &Name,
        header: &[Name],
        body: &[tree::MatrixRow],
    ) -> Option<(ScoreKind, ScoreKind, Vec<Vec<Option<OutcomeId>>>)> {
        let (row_axis, column_axis) = (self.axis(rows), self.axis(columns));
        let (row_axis, column_axis) = (row_axis?, column_axis?);
        if row_axis == column_axis {
            self.report(bad_matrix(
                columns.span,
                "both sides are the same score".to_string(),
                "expected the other score",
                "write `by fit, intent`",
            ));
            return None;
        }
        let header_places = self.band_places(column_axis, header.iter(), span);
        let row_places = self.band_places(row_axis, body.iter().map(|r| &r.band), span);
        // Where a column is missing in the header, each row is too long, and only the header is to blame.
        let header_is_whole = header.len() == self.names.bands(column_axis).len();
        // What could not be read in the route may be the missing row or cell.
        let hidden = self.poison.hides(&["route"]);
        let mut cells = vec![vec![None; header.len()]; body.len()];
        let mut whole = true;
        for (r, row) in body.iter().enumerate() {
            if row.cells.len() != header.len() && !hidden && header_is_whole {
                let message = format!("`{}` has {} cells for {} columns", row.band.node, row.cells.len(), header.len());
                self.report(bad_matrix(
                    row.band.span,
                    message,
                    "one cell for each column",
                    "write `-` where the next rule decides",
                ));
                whole = false;
            }
            for (c, cell) in row.cells.iter().enumerate().take(header.len()) {
                let Some(name) = &cell.outcome else { continue };
                let outcome = self.outcome_named(name);
                whole &= outcome.is_some();
                cells[r][c] = outcome;
            }
        }
        let (header_places, row_places) = (header_places?, row_places?);
        let ordered = row_places.iter().map(|&r| header_places.iter().map(|&c| cells[r][c]).collect()).collect();
        whole.then_some((row_axis, column_axis, ordered))
    }

    fn axis(&mut self, name: &Name) -> Option<ScoreKind> {
        let found = ScoreKind::BOTH.into_iter().find(|k| k.name() == name.node);
        if found.is_none() {
            let message = format!("a matrix cannot go by `{}`", name.node);
            self.report(bad_matrix(
                name.span,
                message,
                "expected `fit` or `intent`",
                "write `by fit, intent`; other conditions go after `when`",
            ));
        }
        found
    }

    /// For each band of the score, where it stands in the written list.
    fn band_places<'t>(
        &mut self,
        kind: ScoreKind,
        written: impl Iterator<Item = &'t Name>,
        span: Span,
    ) -> Option<Vec<usize>> {
        let bands: Vec<String> = self.names.bands(kind).iter().map(|b| b.name.node.clone()).collect();
        let mut places: Vec<Option<usize>> = vec![None; bands.len()];
        let mut whole = true;
        let mut last = None;
        for (i, name) in written.enumerate() {
            last = Some(name.span);
            match bands.iter().position(|b| *b == name.node) {
                Some(at) if places[at].is_none() => places[at] = Some(i),
                Some(_) => {
                    self.report(bad_matrix(
                        name.span,
                        format!("`{}` stands twice", name.node),
                        "already there",
                        "keep one",
                    ));
                    whole = false;
                }
                None if self.poison.hides(&["score"]) || bands.is_empty() => whole = false,
                None => {
                    let near = nearest(&name.node, bands.iter().map(String::as_str));
                    let help = near.map_or_else(
                        || format!("the bands are {}", bands.join(", ")),
                        |n| format!("did you mean `{n}`?"),
                    );
                    self.report(bad_matrix(
                        name.span,
                        format!("{} has no band `{}`", kind.name(), name.node),
                        "not among its bands",
                        &help,
                    ));
                    whole = false;
                }
            }
        }
        let missing: Vec<&str> =
            bands.iter().zip(&places).filter(|(_, p)| p.is_none()).map(|(b, _)| b.as_str()).collect();
        if whole && !missing.is_empty() && self.poison.hides(&["route"]) {
            return None;
        }
        if whole && !missing.is_empty() {
            let message = format!("the matrix leaves out {} of {}", missing.join(", "), kind.name());
            let place = last.unwrap_or(Span { end: span.start + 2, ..span });
            self.report(bad_matrix(place, message, "ends here", "add the band, with `-` where the next rule decides"));
            whole = false;
        }
        if whole { places.into_iter().collect() } else { None }
    }
}

/// Whether a rule matches every lead: `otherwise`, or a matrix without condition and without `-`.
fn is_last(item: &tree::RouteItem) -> bool {
    match &item.kind {
        // A rule without a condition matches every lead too; it has a message of its own.
        RouteItemKind::Otherwise { .. } | RouteItemKind::To { when: None, .. } => true,
        RouteItemKind::By { when: None, body, .. } => body.iter().all(|r| r.cells.iter().all(|c| c.outcome.is_some())),
        _ => false,
    }
}

fn without_end(span: Span, items: &[tree::RouteItem]) -> Diagnostic {
    let place = items.last().map_or(Span { end: (span.start + 5).min(span.end), ..span }, |i| i.span);
    Diagnostic::new(
        &ROUTE_WITHOUT_END,
        "the route has no `otherwise`",
        place,
        "leads that match no rule would go nowhere",
    )
    .with_help("end with `otherwise to nurture`, or with the outcome that suits the rest")
}

fn without_condition(span: Span) -> Diagnostic {
    Diagnostic::new(&RULE_WITHOUT_CONDITION, "this rule has no condition", span, "matches every lead")
        .with_help("say `when` it applies, or write `otherwise to …` as the last rule")
}

fn bad_matrix(span: Span, message: String, label: &str, help: &str) -> Diagnostic {
    Diagnostic::new(&BAD_MATRIX, message, span, label).with_help(help)
}
