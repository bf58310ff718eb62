//! Conditions.

use super::{Builder, Parts, Rule};
use crate::source::{Span, Spanned};
use crate::syntax::tree::*;
use pest::iterators::Pair;

impl Builder<'_> {
    /// A condition. Recursion is bounded: the scan limits how deep parentheses and chains of `not` may nest.
    pub(super) fn cond(&self, pair: Pair<'_, Rule>) -> Option<Cond> {
        self.joined(pair, CondKind::Or, |p| self.joined(p, CondKind::And, |p| self.unary(p)))
    }

    fn joined<'i>(
        &self,
        pair: Pair<'i, Rule>,
        join: fn(Vec<Cond>) -> CondKind,
        part: impl Fn(Pair<'i, Rule>) -> Option<Cond>,
    ) -> Option<Cond> {
        let mut conds: Vec<Cond> = self.parts(pair).rest().map(part).collect::<Option<_>>()?;
        if conds.len() == 1 {
            return conds.pop();
        }
        let span = conds.first()?.span.to(conds.last()?.span);
        Some(Cond { span, kind: join(conds) })
    }

    /// `when COND` and other keywords before a condition.
    pub(super) fn cond_in(&self, pair: Pair<'_, Rule>) -> Option<Cond> {
        self.cond(self.only(pair)?)
    }

    /// A condition that may be missing; the outer `None` says that it could not be built.
    pub(super) fn cond_if(&self, parts: &mut Parts<'_>, rule: Rule) -> Option<Option<Cond>> {
        match parts.take(rule) {
            None => Some(None),
            Some(pair) => self.cond_in(pair).map(Some),
        }
    }

    fn unary(&self, pair: Pair<'_, Rule>) -> Option<Cond> {
        let mut prefixes: Vec<(Span, Rule)> = Vec::new();
        let mut cond = None;
        for part in self.parts(pair).rest() {
            match part.as_rule() {
                Rule::prefix => prefixes.push((self.span(&part), self.first_token(&part)?)),
                _ => cond = Some(self.primary(part)?),
            }
        }
        let mut cond = cond?;
        for (at, negation) in prefixes.into_iter().rev() {
            let span = at.to(cond.span);
            let inner = Box::new(cond);
            let kind = match negation {
                Rule::kw_confirmed => CondKind::Confirmed(inner),
                Rule::kw_unconfirmed => CondKind::Unconfirmed(inner),
                _ => CondKind::Not(inner),
            };
            cond = Cond { span, kind };
        }
        Some(cond)
    }

    fn primary(&self, pair: Pair<'_, Rule>) -> Option<Cond> {
        let span = self.span(&pair);
        let rule = pair.as_rule();
        let mut parts = self.parts(pair);
        let kind = match rule {
            // Parentheses leave no node; they widen the span of what they hold.
            Rule::group_cond => self.cond(parts.next()?)?.kind,
            Rule::no_signal => self.happened(true, &mut parts)?,
            Rule::any_signal => self.happened(false, &mut parts)?,
            Rule::count_cond => self.count_cond(&mut parts)?,
            Rule::days_since => {
                let signals = self.signals_of(parts.next()?)?;
                CondKind::DaysSince { signals, op: self.compare(parts.next()?)?, days: self.count(parts.next()?) }
            }
            Rule::previous => {
                let tail = parts.next()?;
                // `previous route` ends where the two words do, not with the comparison behind them.
                let last = self.tokens.partition_point(|t| t.end <= self.span(&tail).start as usize);
                let end = self.tokens[..last].last().map_or(span.end as usize, |t| t.end);
                self.tail(Subject::PreviousRoute(Span::new(self.file, span.start as usize, end)), tail)?
            }
            _ => {
                let name = self.next_name(&mut parts)?;
                match parts.next() {
                    None => CondKind::Holds(name),
                    Some(tail) => self.tail(Subject::Name(name), self.only(tail)?)?,
                }
            }
        };
        Some(Cond { span, kind })
    }

    fn happened(&self, negated: bool, parts: &mut Parts<'_>) -> Option<CondKind> {
        let signals = self.signals_of(parts.next()?)?;
        let within = match self.only(parts.next()?) {
            Some(in_days) => Some(self.days(self.only(in_days)?)?),
            None => None,
        };
        Some(CondKind::Happened { negated, signals, within })
    }

    fn count_cond(&self, parts: &mut Parts<'_>) -> Option<CondKind> {
        if let Some(roles) = parts.take(Rule::counted_roles) {
            let status = self.name(self.only(roles)?);
            return Some(CondKind::CountRoles {
                status,
                op: self.compare(parts.next()?)?,
                count: self.count(parts.next()?),
            });
        }
        let signals = self.signals_of(parts.next()?)?;
        let within = match parts.take(Rule::in_days) {
            Some(in_days) => Some(self.days(self.only(in_days)?)?),
            None => None,
        };
        Some(CondKind::CountSignals {
            signals,
            within,
            op: self.compare(parts.next()?)?,
            count: self.count(parts.next()?),
        })
    }

    /// One signal by name, or all signals of some tiers.
    pub(super) fn signals_of(&self, pair: Pair<'_, Rule>) -> Option<Signals> {
        let pair = if pair.as_rule() == Rule::signals_of { self.only(pair)? } else { pair };
        match pair.as_rule() {
            Rule::tier_signals => Some(Signals::Tiers(self.items(pair, |p| self.tier(p))?)),
            _ => Some(Signals::One(self.name(pair))),
        }
    }

    pub(super) fn tier(&self, pair: Pair<'_, Rule>) -> Option<Spanned<Tier>> {
        let tier = match self.first_token(&pair)? {
            Rule::kw_high => Tier::High,
            Rule::kw_mid => Tier::Mid,
            Rule::kw_low => Tier::Low,
            _ => Tier::Negative,
        };
        Some(self.spanned(&pair, tier))
    }

    fn compare(&self, pair: Pair<'_, Rule>) -> Option<Spanned<Op>> {
        let span = self.span(&pair);
        let op = match self.only(pair) {
            None => Op::Is,
            Some(part) if part.as_rule() == Rule::not_mark => Op::IsNot,
            Some(part) => order(part.as_str()),
        };
        Some(Spanned { node: op, span })
    }

    fn tail(&self, subject: Subject, pair: Pair<'_, Rule>) -> Option<CondKind> {
        let rule = pair.as_rule();
        let whole = self.span(&pair);
        let mut parts = self.parts(pair);
        match rule {
            Rule::is_tail => {
                let not = self.mark(&mut parts, Rule::not_mark);
                let value = self.value(parts.next()?)?;
                return Some(is(subject, whole, not, value));
            }
            Rule::in_tail => {
                return Some(CondKind::In { subject, negated: false, values: self.values(parts.next()?)? });
            }
            Rule::not_in_tail => {
                self.mark(&mut parts, Rule::not_mark);
                return Some(CondKind::In { subject, negated: true, values: self.values(parts.next()?)? });
            }
            Rule::between_tail => {
                let (low, high) = (self.value(parts.next()?)?, self.value(parts.next()?)?);
                return Some(CondKind::Between { subject, low, high });
            }
            Rule::order_tail => {
                let op = parts.next()?;
                let op = self.spanned(&op, order(op.as_str()));
                return Some(CondKind::Compare { subject, op, value: self.value(parts.next()?)? });
            }
            _ => {}
        }
        let Subject::Name(subject) = subject else { return None };
        Some(match rule {
            Rule::has_tail => self.has(subject, &mut parts)?,
            Rule::contains_tail => self.text_test(subject, TextOp::Contains, &mut parts)?,
            Rule::starts_tail => self.text_test(subject, TextOp::StartsWith, &mut parts)?,
            Rule::ends_tail => self.text_test(subject, TextOp::EndsWith, &mut parts)?,
            Rule::matches_tail => CondKind::Text { subject, op: TextOp::MatchesAny, texts: self.texts(parts.next()?) },
            Rule::within_tail => self.within(subject, &mut parts)?,
            Rule::before_tail => CondKind::Before { subject, date: self.value(parts.next()?)? },
            Rule::after_tail => CondKind::After { subject, date: self.value(parts.next()?)? },
            Rule::ever_tail => CondKind::Happened { negated: false, signals: Signals::One(subject), within: None },
            _ => return None,
        })
    }

    fn has(&self, subject: Name, parts: &mut Parts<'_>) -> Option<CondKind> {
        let quantifier = match parts.take(Rule::quantifier) {
            None => Quantifier::One,
            Some(word) => match self.first_token(&word)? {
                Rule::kw_any => Quantifier::Any,
                Rule::kw_all => Quantifier::All,
                _ => Quantifier::None,
            },
        };
        Some(CondKind::Has { subject, quantifier, values: self.values(parts.next()?)? })
    }

    fn text_test(&self, subject: Name, op: TextOp, parts: &mut Parts<'_>) -> Option<CondKind> {
        Some(CondKind::Text { subject, op, texts: vec![self.next_text(parts)?] })
    }

    fn within(&self, subject: Name, parts: &mut Parts<'_>) -> Option<CondKind> {
        let Some(direction) = parts.take(Rule::direction) else {
            let within = Some(self.days(parts.next()?)?);
            return Some(CondKind::Happened { negated: false, signals: Signals::One(subject), within });
        };
        let direction = match self.first_token(&direction)? {
            Rule::kw_last => Direction::Last,
            _ => Direction::Next,
        };
        Some(CondKind::WithinDays { subject, direction, days: self.days(parts.next()?)? })
    }
}

fn order(written: &str) -> Op {
    match written {
        ">=" => Op::Ge,
        ">" => Op::Gt,
        "<=" => Op::Le,
        _ => Op::Lt,
    }
}

/// `known`, `unknown` and `empty` after `is` ask about the field itself; any other word is a value.
fn is(subject: Subject, tail: Span, not: Option<Span>, value: Value) -> CondKind {
    let negated = not.is_some();
    match (subject, &value.kind) {
        (Subject::Name(subject), ValueKind::Name(word)) if word == "known" => CondKind::Known { subject, negated },
        (Subject::Name(subject), ValueKind::Name(word)) if word == "unknown" => {
            CondKind::Known { subject, negated: !negated }
        }
        (Subject::Name(subject), ValueKind::Name(word)) if word == "empty" => CondKind::Empty { subject, negated },
        (subject, _) => {
            let end = not.map_or(tail.start + 2, |n| n.end);
            let span = Span { end, ..tail };
            let node = if negated { Op::IsNot } else { Op::Is };
            CondKind::Compare { subject, op: Spanned { node, span }, value }
        }
    }
}
