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

    fn given_values(&self, pair: Pair<'_, Rule>) -> Option<Vec<(Name, GivenValue)>> {
        self.items(pair, |p| {
            let mut parts = self.parts(p);
            let name = self.next_name(&mut parts)?;
            let value = parts.next()?;
            let value = match value.as_rule() {
                Rule::list => GivenValue::List(self.span(&value), self.values(value)?),
                _ => GivenValue::One(self.value(value)?),
            };
            Some((name, value))
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
        let first = parts.next()?;
        let kind = match rule {
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
}
