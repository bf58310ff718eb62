//! Tests: what is expected.

use super::names::Subject;
use super::{Checker, Context};
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::condition::Layer;
use crate::policy::exact::Points;
use crate::policy::scenario::ExpectationKind;
use crate::policy::score::Score;
use crate::policy::steps::{Outcome, Route, RuleKind, Stage};
use crate::policy::text::nearest;
use crate::policy::time::{Day, Instant, Offset};
use crate::policy::{Checklist, FieldId, ScoreKind};
use crate::source::Span;
use crate::syntax::tree::{self, Name, Value, ValueKind};

declare_rule! {
    /// An expectation that cannot be checked.
    pub BAD_EXPECTATION = "RB0903" "bad-expectation" Error "an expectation that cannot be checked"
}

/// What expectations may name; `None` where it could not be resolved, which was reported.
pub(crate) struct Said<'a> {
    pub stages: Option<&'a [Stage]>,
    pub outcomes: Option<&'a [Outcome]>,
    pub route: Option<&'a Route>,
    pub checklists: Option<&'a [Checklist]>,
    pub scores: Option<(&'a Score, &'a Score)>,
}

/// How messages speak of a kind of name, and where it is declared.
struct Words {
    none: &'static str,
    declared: &'static str,
}

const RULES: Words = Words { none: "the route has no rule", declared: "a rule is named as in `rubric explain`" };
const REQUIREMENTS: Words =
    Words { none: "no stage requires", declared: "name a requirement of a stage: `require NAME: …`" };
const STEPS: Words = Words { none: "no outcome has the next step", declared: "write it as in `outcomes`" };
const OWNERS: Words = Words { none: "no outcome is owned by", declared: "write it as in `outcomes`" };
const ITEMS: Words = Words { none: "no checklist has the item", declared: "write it as in its `checklist`" };

impl Said<'_> {
    /// The ids of rules, and of the cells of matrices.
    fn rules(&self) -> Option<Vec<String>> {
        let (route, (fit, intent)) = (self.route?, self.scores?);
        let bands = |kind: ScoreKind| if kind == ScoreKind::Fit { &fit.bands } else { &intent.bands };
        let mut all = Vec::new();
        for rule in &route.rules {
            match &rule.kind {
                RuleKind::Matrix(m) => all.extend(bands(m.rows).iter().flat_map(|row| {
                    bands(m.columns).iter().map(move |column| format!("{}.{}.{}", rule.id, row.name, column.name))
                })),
                _ => all.push(rule.id.clone()),
            }
        }
        Some(all)
    }

    fn requirements(&self) -> Option<Vec<String>> {
        Some(self.stages?.iter().flat_map(|s| &s.require).map(|r| r.id.clone()).collect())
    }

    fn next(&self) -> Option<Vec<String>> {
        Some(self.outcomes?.iter().flat_map(|o| &o.next).map(|n| n.value.clone()).collect())
    }

    fn owners(&self) -> Option<Vec<String>> {
        Some(self.outcomes?.iter().flat_map(|o| &o.owner).map(|n| n.value.clone()).collect())
    }

    fn items(&self) -> Option<Vec<String>> {
        Some(self.checklists?.iter().flat_map(|l| &l.items).map(|(item, _)| item.clone()).collect())
    }
}

impl Checker<'_> {
    /// One expectation; `None` after a report.
    pub(super) fn expectation(&mut self, expectation: &tree::Expectation, said: &Said<'_>) -> Option<ExpectationKind> {
        match &expectation.kind {
            tree::ExpectationKind::Holds(cond) => {
                self.resolve_condition(cond, Context::new("an expectation", Layer::After)).map(ExpectationKind::Holds)
            }
            tree::ExpectationKind::CouldBe(name) => self.outcome(&name.node, name.span).map(ExpectationKind::CouldBe),
            tree::ExpectationKind::AlsoMatches(name) => {
                self.outcome(&name.node, name.span).map(ExpectationKind::AlsoMatches)
            }
            tree::ExpectationKind::Asks(names) => {
                let ids: Vec<Option<FieldId>> = names.iter().map(|n| self.field_named(n)).collect();
                ids.into_iter().collect::<Option<_>>().map(ExpectationKind::Asks)
            }
            tree::ExpectationKind::OutOfScope => Some(ExpectationKind::OutOfScope),
            tree::ExpectationKind::Rule(name) => self.named(name, said.rules(), RULES).map(ExpectationKind::Rule),
            tree::ExpectationKind::Blocked(name) => {
                self.named(name, said.requirements(), REQUIREMENTS).map(ExpectationKind::Blocked)
            }
            tree::ExpectationKind::Next(text) => self.named(text, said.next(), STEPS).map(ExpectationKind::Next),
            tree::ExpectationKind::Owner(name) => self.named(name, said.owners(), OWNERS).map(ExpectationKind::Owner),
            tree::ExpectationKind::Due(value) => self.moment(value).map(ExpectationKind::Due),
            tree::ExpectationKind::Revisit(value) => self.moment(value).map(ExpectationKind::Revisit),
            tree::ExpectationKind::Item { item, is } => {
                self.named(item, said.items(), ITEMS).map(|item| ExpectationKind::Item { item, is: *is })
            }
            tree::ExpectationKind::Range { score, low, high } => {
                let Some(Subject::Score(kind)) = self.names.subject(&score.node) else {
                    self.report(bad_expectation(
                        score.span,
                        format!("`{}` has no range", score.node),
                        "expected `fit` or `intent`",
                    ));
                    return None;
                };
                let (low, high) = (self.end(kind, low), self.end(kind, high));
                let (low, high) = (low?, high?);
                if low > high {
                    self.report(bad_expectation(
                        expectation.span,
                        "a range that ends before it begins".to_string(),
                        "the low end is above the high end",
                    ));
                    return None;
                }
                Some(ExpectationKind::Range { score: kind, low, high })
            }
        }
    }

    fn end(&mut self, kind: ScoreKind, number: &tree::Number) -> Option<Points> {
        let Some(points) = Points::parse(&number.node) else {
            self.report(super::values::bad_number(&number.node, number.span));
            return None;
        };
        self.threshold_in_range(kind, points, number.span).map(|()| points)
    }

    /// A name that must be among some; taken as it is where those are not known.
    fn named(&mut self, name: &Name, known: Option<Vec<String>>, words: Words) -> Option<String> {
        let known = known?;
        if known.contains(&name.node) {
            return Some(name.node.clone());
        }
        let near = nearest(&name.node, known.iter().map(String::as_str));
        let help = near.map_or(words.declared.to_string(), |n| format!("did you mean `{n}`?"));
        let message = format!("{} `{}`", words.none, name.node);
        self.report(Diagnostic::new(&BAD_EXPECTATION, message, name.span, "not there").with_help(help));
        None
    }

    /// A day or an instant, in the form decisions are written in.
    fn moment(&mut self, value: &Value) -> Option<String> {
        let text = if let ValueKind::Date(text) = &value.kind { text.as_str() } else { "" };
        let day = Day::parse(text).map(|d| d.to_string());
        let found = day.or_else(|| Instant::parse(text, Offset::default()).map(|i| i.to_string()));
        if found.is_none() {
            let message = format!("`{}` is no date", super::values::word(value));
            let one = Diagnostic::new(&BAD_EXPECTATION, message, value.span, "no day of the calendar");
            self.report(one.with_help("write `2026-04-03`, or `2026-04-03T12:00Z` for a due time in hours"));
        }
        found
    }
}

fn bad_expectation(span: Span, message: String, label: &str) -> Diagnostic {
    Diagnostic::new(&BAD_EXPECTATION, message, span, label).with_help("write `fit range 40..100`")
}
