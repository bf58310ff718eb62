//! Values in conditions, tests and triggers: a literal or name, resolved for the type of a field.

use super::Checker;
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::exact::Number;
use crate::policy::field::{Choice, Field, FieldType};
use crate::policy::scenario::Given;
use crate::policy::text::{fold, nearest, surely};
use crate::policy::time::Day;
use crate::source::Span;
use crate::syntax::tree::{Value, ValueKind};

declare_rule! {
    /// A value that is not in the list of the field.
    pub UNKNOWN_VALUE = "RB0301" "unknown-value" Error "a value that the field does not have"
}

declare_rule! {
    /// A value of another type than the field's.
    pub WRONG_VALUE = "RB0302" "wrong-value" Error "a value of another type than the field's"
}

declare_rule! {
    /// A number outside the declared range of the field.
    pub NUMBER_OUT_OF_RANGE = "RB0303" "number-out-of-range" Error "a number the field can never have"
}

declare_rule! {
    /// A number or date that cannot be read.
    pub BAD_LITERAL = "RB0304" "bad-literal" Error "a number or date that cannot be read"
}

/// The text of a value as written, without quotes.
pub fn word(value: &Value) -> &str {
    match &value.kind {
        ValueKind::Name(s) | ValueKind::Number(s) | ValueKind::Text(s) | ValueKind::Date(s) => s,
    }
}

/// `true`, `yes`, … as 1 and `false`, `no`, … as 0.
pub fn boolean(word: &str) -> Option<u16> {
    match fold(word).as_str() {
        "true" | "yes" | "y" | "on" | "1" => Some(1),
        "false" | "no" | "n" | "off" | "0" => Some(0),
        _ => None,
    }
}

/// The choice with this name or alias.
pub fn find_choice(choices: &[Choice], written: &str) -> Option<u16> {
    let wanted = fold(written);
    let by_name = choices.iter().position(|c| fold(&c.name) == wanted);
    let by_alias = || choices.iter().position(|c| c.aliases.iter().any(|a| fold(a) == wanted));
    by_name.or_else(by_alias).map(|i| i as u16)
}

impl Checker<'_> {
    /// The choice, ordered value or boolean a value names; `None` after a report.
    pub fn choice(&mut self, field: &Field, value: &Value) -> Option<u16> {
        let written = word(value);
        let found = match &field.ty {
            FieldType::Boolean => boolean(written),
            ty => find_choice(ty.choices().unwrap_or_default(), written),
        };
        if found.is_none() && !self.value_may_be_hidden(field) {
            let diagnostic = self.unknown_value(field, written, value.span);
            self.report(diagnostic);
        }
        found
    }

    /// Whether the choices of a field may stand in text that could not be read.
    fn value_may_be_hidden(&self, field: &Field) -> bool {
        let blocks: &[&str] = if field.name == "current_stage" { &["stages"] } else { &["lead", "extend", "events"] };
        self.poison.hides(blocks)
    }

    /// A whole value for a field that is no multi-select.
    pub fn given(&mut self, field: &Field, value: &Value) -> Option<Given> {
        match &field.ty {
            FieldType::Choice(_) | FieldType::Ordered(_) | FieldType::Boolean => {
                self.choice(field, value).map(Given::Choice)
            }
            FieldType::Set(_) => self.choice(field, value).map(|c| Given::Set(vec![c])),
            FieldType::Number { .. } => self.number(field, value).map(Given::Number),
            FieldType::Date => self.day(field, value).map(Given::Day),
            FieldType::Text => match &value.kind {
                ValueKind::Date(_) | ValueKind::Text(_) | ValueKind::Name(_) | ValueKind::Number(_) => {
                    Some(Given::Text(word(value).trim().to_string()))
                }
            },
        }
    }

    /// A number in the range of its field, scaled.
    pub fn number(&mut self, field: &Field, value: &Value) -> Option<i64> {
        let ValueKind::Number(text) = &value.kind else {
            self.report(wrong_value(field, value, "a number such as `50` or `2.5`"));
            return None;
        };
        let Some(number) = Number::parse(text) else {
            self.report(bad_number(text, value.span));
            return None;
        };
        if let FieldType::Number { low, high, .. } = &field.ty
            && (low.is_some_and(|l| number < l) || high.is_some_and(|h| number > h))
        {
            self.report(out_of_range(field, number, value.span));
            return None;
        }
        Some(number.0)
    }

    /// A calendar day.
    pub fn day(&mut self, field: &Field, value: &Value) -> Option<Day> {
        let ValueKind::Date(text) = &value.kind else {
            self.report(wrong_value(field, value, "a date such as `2026-03-31`"));
            return None;
        };
        let day = Day::parse(text.get(..10).unwrap_or(text));
        if day.is_none() || text.len() != 10 {
            self.report(bad_day(text, value.span));
            return None;
        }
        day
    }

    fn unknown_value(&self, field: &Field, written: &str, span: Span) -> Diagnostic {
        let names: Vec<&str> = match &field.ty {
            FieldType::Boolean => vec!["yes", "no"],
            ty => {
                let choices = ty.choices().unwrap_or_default();
                choices.iter().flat_map(|c| std::iter::once(&c.name).chain(&c.aliases)).map(String::as_str).collect()
            }
        };
        let elsewhere = self
            .fields
            .iter()
            .find(|f| f.name != field.name && f.ty.choices().is_some_and(|c| find_choice(c, written).is_some()));
        // A spelling may need quotes; a name never does.
        let choices = field.ty.choices().unwrap_or_default();
        let meant = surely(written, choices.iter().map(|c| c.name.as_str())).filter(|_| elsewhere.is_none());
        let help = match (nearest(written, names.iter().copied()), elsewhere) {
            (Some(near), _) => format!("did you mean `{near}`?"),
            (None, Some(other)) => format!("`{written}` is a value of `{}`", other.name),
            (None, None) => format!("its values are {}", list(field)),
        };
        Diagnostic::new(
            &UNKNOWN_VALUE,
            format!("`{}` has no value `{written}`", field.name),
            span,
            "not one of its values",
        )
        .with_help(help)
        .with_name(span, meant)
    }
}

/// The values of a field as people read them, the first ten.
fn list(field: &Field) -> String {
    let choices = match field.ty.choices() {
        None => return "`yes` and `no`".to_string(),
        Some(choices) => choices,
    };
    let mut names: Vec<String> = choices.iter().take(10).map(|c| format!("`{}`", c.name)).collect();
    if choices.len() > 10 {
        names.push("…".to_string());
    }
    if names.is_empty() { "none yet".to_string() } else { names.join(", ") }
}

/// A value of the wrong kind.
pub fn wrong_value(field: &Field, value: &Value, expected: &str) -> Diagnostic {
    Diagnostic::new(
        &WRONG_VALUE,
        format!("`{}` is a {}, and `{}` is not", field.name, field.ty.word(), word(value)),
        value.span,
        format!("expected {expected}"),
    )
}

fn out_of_range(field: &Field, number: Number, span: Span) -> Diagnostic {
    let range = match &field.ty {
        FieldType::Number { low: Some(l), high: Some(h), .. } => format!("between {l} and {h}"),
        FieldType::Number { low: Some(l), .. } => format!("{l} or more"),
        FieldType::Number { high: Some(h), .. } => format!("{h} or less"),
        _ => "any number".to_string(),
    };
    Diagnostic::new(
        &NUMBER_OUT_OF_RANGE,
        format!("`{}` can never be {number}", field.name),
        span,
        format!("the field is declared to be {range}"),
    )
    .with_help("compare with a number in that range, or widen the range of the field")
}

/// A number that cannot be held exactly.
pub fn bad_number(text: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&BAD_LITERAL, format!("`{text}` is not a number Rubric can hold exactly"), span, "too many digits")
        .with_help("numbers have up to 12 digits before and 6 after the point")
}

fn bad_day(text: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&BAD_LITERAL, format!("`{text}` is not a day of the calendar"), span, "expected a day")
        .with_help("write days as year, month, day: `2026-03-31`")
}
