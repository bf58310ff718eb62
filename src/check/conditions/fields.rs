//! Tests on fields and on attributes of events, by type.

use super::compare::{indices, range};
use super::{LONGEST_WINDOW, bad_window, wrong_comparison};
use crate::check::Checker;
use crate::policy::CondKind;
use crate::policy::condition::{Atom, DateTest, NumberRange, Test, TextTest};
use crate::policy::field::{Field, FieldType};
use crate::policy::time::Day;
use crate::source::{Span, Spanned};
use crate::syntax::tree::{self, CondKind as Written, Direction, Name, Op, Quantifier, TextOp, Value, ValueKind};

type Make<'f> = &'f dyn Fn(Test) -> Atom;

impl Checker<'_> {
    /// A comparison of a field, resolved by its type.
    pub(super) fn field_test(&mut self, cond: &tree::Cond, name: &Name, field: &Field, make: Make) -> Option<CondKind> {
        let span = cond.span;
        match &cond.kind {
            Written::Known { negated, .. } => Some(self.negate_if(*negated, CondKind::Atom(make(Test::Known)), span)),
            Written::Compare { op, value, .. } => self.compare_field(field, op, value, span, make),
            Written::In { negated, values, .. } => {
                let test = self.one_of_values(field, values, span)?;
                Some(self.negate_if(*negated, CondKind::Atom(make(test)), span))
            }
            Written::Between { low, high, .. } => self.between(field, low, high, span, make),
            Written::Has { quantifier, values, .. } => self.has(field, name, *quantifier, values, span, make),
            Written::Empty { negated, .. } => {
                if !matches!(field.ty, FieldType::Set(_)) {
                    self.report(not_for(
                        field,
                        name.span,
                        "`is empty` is for multi-selects",
                        "write `is unknown` for a blank answer",
                    ));
                    return None;
                }
                Some(self.negate_if(*negated, CondKind::Atom(make(Test::Empty)), span))
            }
            Written::Text { op, texts, .. } => self.text_test(field, name, *op, texts, make),
            Written::WithinDays { direction, days, .. } => {
                self.needs_date(field, name)?;
                self.window(days)?;
                let test = match direction {
                    Direction::Last => DateTest::WithinLast(days.node),
                    Direction::Next => DateTest::WithinNext(days.node),
                };
                Some(CondKind::Atom(make(Test::Date(test))))
            }
            Written::Before { date, .. } => {
                self.needs_date(field, name)?;
                let day = self.day(field, date)?;
                Some(CondKind::Atom(make(Test::Date(DateTest::Range { low: None, high: Some(Day(day.0 - 1)) }))))
            }
            Written::After { date, .. } => {
                self.needs_date(field, name)?;
                let day = self.day(field, date)?;
                Some(CondKind::Atom(make(Test::Date(DateTest::Range { low: Some(Day(day.0 + 1)), high: None }))))
            }
            _ => None,
        }
    }

    fn compare_field(
        &mut self,
        field: &Field,
        op: &Spanned<Op>,
        value: &Value,
        span: Span,
        make: Make,
    ) -> Option<CondKind> {
        let ordered = !matches!(op.node, Op::Is | Op::IsNot);
        let (test, negated) = match &field.ty {
            FieldType::Set(_) => {
                self.report(not_for(
                    field,
                    op.span,
                    "a multi-select can have several values at once",
                    &format!("write `{} has {}`", field.name, crate::check::values::word(value)),
                ));
                return None;
            }
            FieldType::Choice(_) | FieldType::Boolean | FieldType::Text if ordered => {
                let help = format!("its values have no order; write `is` or `in [ … ]`{}", order_hint(field));
                self.report(not_for(field, op.span, "expected `is`, `is not` or `in`", &help));
                return None;
            }
            FieldType::Choice(_) | FieldType::Boolean => {
                (Test::Choice(vec![self.choice(field, value)?]), op.node == Op::IsNot)
            }
            FieldType::Ordered(choices) => {
                let at = i64::from(self.choice(field, value)?);
                let r = range(op.node, Some(at), Some(at));
                (Test::Choice(indices(r, choices.len())), r.negated)
            }
            FieldType::Number { .. } => {
                let at = self.number(field, value)?;
                let r = range(op.node, Some(at), Some(at));
                (Test::Number(vec![NumberRange { low: r.low, high: r.high }]), r.negated)
            }
            FieldType::Date => {
                let at = i64::from(self.day(field, value)?.0);
                let r = range(op.node, Some(at), Some(at));
                let day = |n: Option<i64>| n.map(|n| Day(n.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32));
                (Test::Date(DateTest::Range { low: day(r.low), high: day(r.high) }), r.negated)
            }
            FieldType::Text => (Test::Text(TextTest::Is(vec![self.text_value(field, value)?])), op.node == Op::IsNot),
        };
        Some(self.negate_if(negated, CondKind::Atom(make(test)), span))
    }

    /// `X in [a, b]`.
    fn one_of_values(&mut self, field: &Field, values: &[Value], span: Span) -> Option<Test> {
        if values.is_empty() {
            self.report(empty_list(span));
            return None;
        }
        match &field.ty {
            FieldType::Set(_) => {
                self.report(not_for(
                    field,
                    span,
                    "a multi-select can have several values at once",
                    "write `has any of [ … ]`",
                ));
                None
            }
            FieldType::Choice(_) | FieldType::Ordered(_) | FieldType::Boolean => {
                Some(Test::Choice(self.choices(field, values)?))
            }
            FieldType::Number { .. } => {
                let numbers: Vec<Option<i64>> = values.iter().map(|v| self.number(field, v)).collect();
                let mut numbers: Vec<i64> = numbers.into_iter().collect::<Option<_>>()?;
                numbers.sort_unstable();
                numbers.dedup();
                Some(Test::Number(numbers.into_iter().map(|n| NumberRange { low: Some(n), high: Some(n) }).collect()))
            }
            FieldType::Text => {
                let texts: Vec<Option<String>> = values.iter().map(|v| self.text_value(field, v)).collect();
                Some(Test::Text(TextTest::Is(texts.into_iter().collect::<Option<_>>()?)))
            }
            FieldType::Date => {
                self.report(not_for(
                    field,
                    span,
                    "dates are compared one by one",
                    "write `between A and B`, or `is A or … is B`",
                ));
                None
            }
        }
    }

    /// Sorted indices without repeats; all mistakes are reported.
    pub(super) fn choices(&mut self, field: &Field, values: &[Value]) -> Option<Vec<u16>> {
        let found: Vec<Option<u16>> = values.iter().map(|v| self.choice(field, v)).collect();
        let mut found: Vec<u16> = found.into_iter().collect::<Option<_>>()?;
        found.sort_unstable();
        found.dedup();
        Some(found)
    }

    fn between(&mut self, field: &Field, low: &Value, high: &Value, span: Span, make: Make) -> Option<CondKind> {
        let (test, backwards) = match &field.ty {
            FieldType::Ordered(_) => {
                let (a, b) = (self.choice(field, low), self.choice(field, high));
                let (a, b) = (a?, b?);
                (Test::Choice((a..=b).collect()), a > b)
            }
            FieldType::Number { .. } => {
                let (a, b) = (self.number(field, low), self.number(field, high));
                let (a, b) = (a?, b?);
                (Test::Number(vec![NumberRange { low: Some(a), high: Some(b) }]), a > b)
            }
            FieldType::Date => {
                let (a, b) = (self.day(field, low), self.day(field, high));
                let (a, b) = (a?, b?);
                (Test::Date(DateTest::Range { low: Some(a), high: Some(b) }), a > b)
            }
            _ => {
                self.report(not_for(field, span, "`between` needs values that have an order", "write `in [ … ]`"));
                return None;
            }
        };
        if backwards {
            self.report(backwards_between(span));
            return None;
        }
        Some(CondKind::Atom(make(test)))
    }

    fn has(
        &mut self,
        field: &Field,
        name: &Name,
        quantifier: Quantifier,
        values: &[Value],
        span: Span,
        make: Make,
    ) -> Option<CondKind> {
        if !matches!(field.ty, FieldType::Set(_)) {
            let help = format!("write `{} is …`, or declare the field `some of {{ … }}`", name.node);
            self.report(not_for(field, name.span, "`has` is for multi-selects", &help));
            return None;
        }
        if values.is_empty() {
            self.report(empty_list(span));
            return None;
        }
        let members = self.choices(field, values)?;
        let test = if quantifier == Quantifier::All { Test::HasAll(members) } else { Test::HasAny(members) };
        Some(self.negate_if(quantifier == Quantifier::None, CondKind::Atom(make(test)), span))
    }

    fn text_test(
        &mut self,
        field: &Field,
        name: &Name,
        op: TextOp,
        texts: &[tree::Text],
        make: Make,
    ) -> Option<CondKind> {
        if !matches!(field.ty, FieldType::Text) {
            let help = format!("compare `{}` with `is` or `in` instead", name.node);
            self.report(not_for(field, name.span, "this looks into text", &help));
            return None;
        }
        if let Some(blank) = texts.iter().find(|t| t.node.trim().is_empty()) {
            self.report(wrong_comparison(
                "blank text",
                blank.span,
                "there is nothing to look for",
                "write the words to look for",
            ));
            return None;
        }
        let first = || texts.first().map(|t| t.node.trim().to_ascii_lowercase()).unwrap_or_default();
        let test = match op {
            TextOp::Contains => TextTest::Contains(first()),
            TextOp::StartsWith => TextTest::StartsWith(first()),
            TextOp::EndsWith => TextTest::EndsWith(first()),
            TextOp::MatchesAny if texts.is_empty() => {
                self.report(empty_list(name.span));
                return None;
            }
            TextOp::MatchesAny => TextTest::MatchesAny(texts.iter().map(|t| t.node.to_ascii_lowercase()).collect()),
        };
        Some(CondKind::Atom(make(Test::Text(test))))
    }

    fn text_value(&mut self, field: &Field, value: &Value) -> Option<String> {
        if let ValueKind::Text(text) = &value.kind {
            return Some(text.trim().to_ascii_lowercase());
        }
        let word = crate::check::values::word(value);
        let wrong = crate::check::values::wrong_value(field, value, "a text in quotes")
            .with_help(format!("write `\"{word}\"`"));
        self.report(wrong);
        None
    }

    fn needs_date(&mut self, field: &Field, name: &Name) -> Option<()> {
        if matches!(field.ty, FieldType::Date) {
            return Some(());
        }
        let wrong =
            not_for(field, name.span, "this is for dates", "compare with `is`, `>=` or the like, as its type allows");
        self.report(wrong);
        None
    }

    /// A window of at least a day and at most a hundred years.
    pub(crate) fn window(&mut self, days: &tree::Count) -> Option<u32> {
        if days.node == 0 || days.node > LONGEST_WINDOW {
            self.report(bad_window(days.node, days.span));
            return None;
        }
        Some(days.node)
    }
}

fn order_hint(field: &Field) -> &'static str {
    if matches!(field.ty, FieldType::Choice(_)) { ", or declare the field `ordered { … }`" } else { "" }
}

fn not_for(field: &Field, span: Span, label: &str, help: &str) -> crate::diagnostic::Diagnostic {
    wrong_comparison(&format!("`{}`, a {},", field.name, field.ty.word()), span, label, help)
}

fn empty_list(span: Span) -> crate::diagnostic::Diagnostic {
    wrong_comparison("an empty list", span, "nothing is in it", "name at least one value")
}

fn backwards_between(span: Span) -> crate::diagnostic::Diagnostic {
    wrong_comparison(
        "a range that ends before it begins",
        span,
        "the first is above the second",
        "write the lower end first",
    )
}
