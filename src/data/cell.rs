//! One value of one field, from text: read exactly, or unknown with a finding.

use super::date::{looks_like_a_date, read_day};
use super::findings::{Findings, Key, Place, Severity, shown};
use super::number::{NumberProblem, read_number};
use super::plan::{Choices, FieldPlan, Kind, Plan};
use crate::engine::facts::{Batch, SetState};
use crate::policy::import::NumberFormat;
use crate::policy::text::fold;
use std::sync::Arc;

/// Where a cell stands.
#[derive(Clone, Debug)]
pub struct Origin {
    pub file: Arc<str>,
    /// The header as the file writes it.
    pub column: Arc<str>,
    pub place: Place,
}

impl Plan {
    /// Reads a text into a field of the open lead. What cannot be read leaves the field unknown and is reported. False for a spelling of
    /// *not known*.
    pub fn read(
        &self,
        field: &FieldPlan,
        text: &str,
        batch: &mut Batch,
        origin: &Origin,
        findings: &mut Findings,
    ) -> bool {
        let text = text.trim();
        if is_one_of(text, &field.unknown) {
            return false;
        }
        match &field.kind {
            Kind::Text => batch.set_text(field.id, text),
            Kind::Choice(choices) => {
                if let Some(choice) = choice(choices, field, text, origin, findings) {
                    batch.set_choice(field.id, choice);
                }
            }
            Kind::Set(choices, separator) => {
                let members = text.split(separator.as_str()).map(str::trim).filter(|m| !m.is_empty());
                self.members(field, choices, members, batch, origin, findings);
            }
            Kind::Boolean => match fold(text).as_str() {
                "true" | "yes" | "y" | "on" | "1" => batch.set_choice(field.id, 1),
                "false" | "no" | "n" | "off" | "0" => batch.set_choice(field.id, 0),
                _ => unmatched(field, text, Some("write yes or no"), origin, findings),
            },
            Kind::Number { format, .. } => number(field, text, *format, batch, origin, findings),
            Kind::Date(format) => match read_day(text, format.as_ref(), self.offset) {
                Some(day) => batch.set_day(field.id, day),
                None if looks_like_a_date(text) => ambiguous(field, text, origin, findings),
                None => {
                    note(field, "unreadable-date", text, "is not a date", Some("write 2026-03-31"), origin, findings)
                }
            },
        }
        true
    }

    /// Reads a number as JSON writes it, which no declared format changes.
    pub fn read_literal(
        &self,
        field: &FieldPlan,
        text: &str,
        batch: &mut Batch,
        origin: &Origin,
        findings: &mut Findings,
    ) -> bool {
        match &field.kind {
            Kind::Number { .. } if !is_one_of(text, &field.unknown) => {
                number(field, text, NumberFormat::Point, batch, origin, findings);
                true
            }
            _ => self.read(field, text, batch, origin, findings),
        }
    }

    /// Reads members of a multi-select; one nobody declared leaves it open.
    pub fn members<'t>(
        &self,
        field: &FieldPlan,
        choices: &Choices,
        members: impl Iterator<Item = &'t str>,
        batch: &mut Batch,
        origin: &Origin,
        findings: &mut Findings,
    ) {
        let (mut bits, mut state) = (0_u128, SetState::Known);
        for member in members {
            if is_one_of(member, &field.empty) {
                continue;
            }
            match choice(choices, field, member, origin, findings) {
                Some(index) => bits |= 1 << index,
                None => state = SetState::Open,
            }
        }
        batch.set_members(field.id, bits, state);
    }
}

fn number(
    field: &FieldPlan,
    text: &str,
    format: NumberFormat,
    batch: &mut Batch,
    origin: &Origin,
    findings: &mut Findings,
) {
    let Kind::Number { low, high, .. } = &field.kind else { return };
    match read_number(text, format) {
        Ok(n) if low.is_some_and(|l| n < l) || high.is_some_and(|h| n > h) => {
            note(field, "out-of-range", text, "is outside the declared range", None, origin, findings);
        }
        Ok(n) => batch.set_number(field.id, n),
        Err(NumberProblem::Digits) => {
            let what = "has more digits than can be kept exactly";
            note(field, "unreadable-number", text, what, None, origin, findings);
        }
        Err(NumberProblem::Shape) => {
            let help = "numbers are written like 1200, 1,200 or $1,250.00";
            note(field, "unreadable-number", text, "is not a number", Some(help), origin, findings);
        }
    }
}

/// Whether a trimmed text is one of some folded spellings.
pub(super) fn is_one_of(text: &str, spellings: &[String]) -> bool {
    spellings.iter().any(|s| s.eq_ignore_ascii_case(text))
}

fn choice(choices: &Choices, field: &FieldPlan, text: &str, origin: &Origin, findings: &mut Findings) -> Option<u16> {
    if let Some(found) = choices.find(text) {
        return Some(found);
    }
    let near = choices.nearest(text);
    if let Some(otherwise) = choices.otherwise {
        let what = format!("counts as `{}`", choices.names[usize::from(otherwise)]);
        let help = near.map(|n| format!("if `{n}` is meant, declare it as a spelling"));
        note(field, "caught-by-otherwise", text, &what, help.as_deref(), origin, findings);
        return Some(otherwise);
    }
    let help = near.map(|n| format!("did you mean `{n}`?"));
    unmatched(field, text, help.as_deref(), origin, findings);
    None
}

fn unmatched(field: &FieldPlan, text: &str, help: Option<&str>, origin: &Origin, findings: &mut Findings) {
    note(field, "unmatched-value", text, "is no value of the field and counts as not known", help, origin, findings);
}

/// A date that could be two days is never guessed.
fn ambiguous(field: &FieldPlan, text: &str, origin: &Origin, findings: &mut Findings) {
    let key = Key {
        kind: "undeclared-date",
        file: origin.file.clone(),
        column: Some(origin.column.clone()),
        value: Some(shown(text).into()),
    };
    findings.count(key, Some(origin.place), Severity::Error, || {
        let message = format!("`{}`: `{}` could be more than one day and counts as not known", field.name, shown(text));
        (message, Some("declare the format in an import: `dates \"MM/DD/YYYY\"`".to_string()))
    });
}

fn note(
    field: &FieldPlan,
    kind: &'static str,
    text: &str,
    what: &str,
    help: Option<&str>,
    origin: &Origin,
    findings: &mut Findings,
) {
    let severity = if kind == "caught-by-otherwise" { Severity::Note } else { Severity::Warning };
    let key =
        Key { kind, file: origin.file.clone(), column: Some(origin.column.clone()), value: Some(shown(text).into()) };
    findings.count(key, Some(origin.place), severity, || {
        (format!("`{}`: `{}` {what}", field.name, shown(text)), help.map(str::to_string))
    });
}
