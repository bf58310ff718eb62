//! The route: the first rule that matches, what else would have, and what did not.

use super::{Answer, Case, truth};
use rubric::engine::decision::{NotMatched, RouteResult, RuleMatch, Truth};
use rubric::policy::steps::{Matrix, Rule, RuleKind};
use rubric::policy::{OutcomeId, ScoreKind};

impl<'a> Case<'a> {
    /// The rule that decides, and its outcome.
    pub fn find_route(&self) -> (usize, OutcomeId) {
        let rules = self.policy.route.rules.iter().enumerate();
        let mut matching = rules.filter_map(|(i, rule)| self.matches(rule).map(|outcome| (i, outcome)));
        matching.next().expect("a route ends in a rule that matches every lead")
    }

    fn matches(&self, rule: &Rule) -> Option<OutcomeId> {
        match &rule.kind {
            RuleKind::Otherwise { outcome } => Some(*outcome),
            RuleKind::To { outcome, when } => (self.holds(when) == Some(true)).then_some(*outcome),
            RuleKind::Matrix(m) if self.applies(m.when.as_ref()) => m.cells[self.band(m.rows)][self.band(m.columns)],
            RuleKind::Matrix(_) => None,
        }
    }

    fn band(&self, kind: ScoreKind) -> usize {
        let points = self.points[kind as usize];
        let mut bands = self.policy.score(kind).bands.iter();
        bands.position(|b| b.at_least.is_none_or(|t| points >= t.0)).expect("the last band has no threshold")
    }

    /// The name of a rule, with the cell where it is a matrix.
    fn rule_name(&self, rule: &Rule) -> String {
        match &rule.kind {
            RuleKind::Matrix(m) => format!("{}.{}", rule.id, self.cell_name(m)),
            _ => rule.id.clone(),
        }
    }

    fn cell_name(&self, matrix: &Matrix) -> String {
        let name = |kind: ScoreKind| &self.policy.score(kind).bands[self.band(kind)].name;
        format!("{}.{}", name(matrix.rows), name(matrix.columns))
    }

    /// The route as it is reported, without what completions could make of it.
    pub fn route(&self) -> RouteResult {
        let (at, outcome) = self.find_route();
        let rules = &self.policy.route.rules;
        let name = |o: OutcomeId| self.policy.outcomes[o.index()].name.clone();
        let later = rules[at + 1..].iter().filter(|r| !matches!(r.kind, RuleKind::Otherwise { .. }));
        RouteResult {
            outcome: name(outcome),
            rule: self.rule_name(&rules[at]),
            because: rules[at].because.as_ref().map(|b| b.to_string()),
            settled: false,
            exact: false,
            could_be: Vec::new(),
            also_matches: later
                .filter_map(|r| Some(RuleMatch { rule: self.rule_name(r), outcome: name(self.matches(r)?) }))
                .collect(),
            not_matched: rules[..at]
                .iter()
                .map(|rule| NotMatched {
                    rule: rule.id.clone(),
                    outcome: if let RuleKind::To { outcome, .. } = &rule.kind { Some(name(*outcome)) } else { None },
                    is: self.why_not(rule),
                    reasons: Vec::new(),
                })
                .collect(),
        }
    }

    /// What the condition of a rule that did not match came to; a matrix that goes on is a "no".
    fn why_not(&self, rule: &Rule) -> Truth {
        let answer: Answer = match &rule.kind {
            RuleKind::To { when, .. } => self.holds(when),
            RuleKind::Matrix(m) if !self.applies(m.when.as_ref()) => m.when.as_ref().and_then(|c| self.holds(c)),
            _ => Some(false),
        };
        truth(answer)
    }
}
