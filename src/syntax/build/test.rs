//! Guarantees and tests.

use super::{Builder, Rule};
use crate::syntax::tree::*;
use pest::iterators::Pair;

impl Builder<'_> {
    pub(super) fn guarantee(&self, pair: Pair<'_, Rule>) -> Option<Guarantee> {
        let mut parts = self.parts(pair);
        let title = self.next_text(&mut parts)?;
        let claims = self.items(parts.next()?, |p| {
            let rule = p.as_rule();
            let cond = self.cond_in(p)?;
            Some(if rule == Rule::never { Claim::Never(cond) } else { Claim::Always(cond) })
        })?;
        Some(Guarantee { title, claims })
    }

    pub(super) fn test(&self, pair: Pair<'_, Rule>) -> Option<Test> {
        let mut parts = self.parts(pair);
        let title = self.next_text(&mut parts)?;
        Some(Test { title, items: self.items(parts.next()?, |p| self.test_item(p))? })
    }

    fn test_item(&self, pair: Pair<'_, Rule>) -> Option<TestItem> {
        match pair.as_rule() {
            Rule::as_of => Some(TestItem::AsOf(self.value(self.only(pair)?)?)),
            Rule::expect => Some(TestItem::Expect(self.items(pair, |p| self.expectation(p))?)),
            Rule::cases => self.cases(pair),
            _ => self.given(pair),
        }
    }

    fn given(&self, pair: Pair<'_, Rule>) -> Option<TestItem> {
        let span = self.span(&pair);
        let given = self.only(pair)?;
        match given.as_rule() {
            Rule::given_fields => Some(TestItem::Fields { span, values: self.given_values(given)? }),
            Rule::given_roles => Some(TestItem::Roles(self.items(given, |p| {
                let mut parts = self.parts(p);
                Some((self.next_name(&mut parts)?, self.next_name(&mut parts)?))
            })?)),
            _ => {
                let mut parts = self.parts(given);
                let signal = self.next_name(&mut parts)?;
                let times = self.items(parts.next()?, |p| match p.as_rule() {
                    Rule::days_ago => self.days(p).map(When::DaysAgo),
                    _ => self.value(p).map(When::On),
                })?;
                let with = match parts.take(Rule::given_with) {
                    Some(with) => self.given_values(self.only(with)?)?,
                    None => Vec::new(),
                };
                Some(TestItem::Signal { span, signal, times, with })
            }
        }
    }

    fn cases(&self, pair: Pair<'_, Rule>) -> Option<TestItem> {
        let span = self.span(&pair);
        let mut body = self.parts(self.only(pair)?);
        let header = self.names(body.next()?);
        let rows = body.rest().map(|p| self.case_row(p)).collect::<Option<_>>()?;
        Some(TestItem::Cases { span, header, rows })
    }

    fn case_row(&self, pair: Pair<'_, Rule>) -> Option<CaseRow> {
        let mut parts = self.parts(pair);
        let title = self.next_text(&mut parts)?;
        let cell = |p: Pair<'_, Rule>| {
            let span = self.span(&p);
            let value = match self.only(p) {
                Some(said) if said.as_rule() != Rule::dash => Some(self.given_value(said)?),
                _ => None,
            };
            Some(CaseCell { span, value })
        };
        Some(CaseRow { title, cells: parts.rest().map(cell).collect::<Option<_>>()? })
    }

    fn given_value(&self, pair: Pair<'_, Rule>) -> Option<GivenValue> {
        Some(match pair.as_rule() {
            Rule::list => GivenValue::List(self.span(&pair), self.values(pair)?),
            _ => GivenValue::One(self.value(pair)?),
        })
    }

    fn given_values(&self, pair: Pair<'_, Rule>) -> Option<Vec<(Name, GivenValue)>> {
        self.items(pair, |p| {
            let mut parts = self.parts(p);
            let name = self.next_name(&mut parts)?;
            Some((name, self.given_value(parts.next()?)?))
        })
    }

    fn expectation(&self, pair: Pair<'_, Rule>) -> Option<Expectation> {
        let span = self.span(&pair);
        let said = self.only(pair)?;
        let rule = said.as_rule();
        if rule == Rule::cond {
            return Some(Expectation { span, kind: ExpectationKind::Holds(self.cond(said)?) });
        }
        let mut parts = self.parts(said);
        if rule == Rule::out_of_scope {
            return Some(Expectation { span, kind: ExpectationKind::OutOfScope });
        }
        let first = parts.next()?;
        let kind = match rule {
            Rule::rule_is => ExpectationKind::Rule(self.name_or_text(first)),
            Rule::blocked_by => ExpectationKind::Blocked(self.name_or_text(first)),
            Rule::next_is => ExpectationKind::Next(self.text(first)),
            Rule::owner_is => ExpectationKind::Owner(self.name(first)),
            Rule::due_is => ExpectationKind::Due(self.value(first)?),
            Rule::revisit_is => ExpectationKind::Revisit(self.value(first)?),
            Rule::item_is => {
                let is = match self.first_token(&parts.next()?)? {
                    Rule::kw_yes => Answer::Yes,
                    Rule::kw_no => Answer::No,
                    _ => Answer::Unknown,
                };
                ExpectationKind::Item { item: self.text(first), is }
            }
            Rule::score_range => ExpectationKind::Range {
                score: self.name(first),
                low: self.next_number(&mut parts)?,
                high: self.next_number(&mut parts)?,
            },
            Rule::could_be => ExpectationKind::CouldBe(self.name(first)),
            Rule::also_matches => ExpectationKind::AlsoMatches(self.name(first)),
            _ => ExpectationKind::Asks(self.names(first)),
        };
        Some(Expectation { span, kind })
    }

    /// A name that may have been written as a text, because it has points in it.
    fn name_or_text(&self, pair: Pair<'_, Rule>) -> Name {
        if pair.as_rule() == Rule::text_value { self.text(pair) } else { self.name(pair) }
    }
}
