//! Tables of cases in tests: one test a row, which adds to what the whole test gives and expects.
//!
//! A column is what a row gives (a field, a role, a signal some days ago) or what is expected of it (a score, `icp`, `stage`, `route`, `rule`, `next`,
//! `owner`, a checklist).

use super::Checker;
use super::expectation::Said;
use super::names::Subject;
use super::scenario::{BAD_GIVEN, bad_given};
use crate::diagnostic::Diagnostic;
use crate::policy::scenario::{Expectation, GivenEvent, Test};
use crate::policy::text::nearest;
use crate::policy::time::{DAY_MICROS, Instant};
use crate::policy::{RoleId, SignalId};
use crate::source::{Span, Spanned};
use crate::syntax::tree::{self, CaseCell, CaseRow, Cond, CondKind, GivenValue, Name, Op, Value, ValueKind};

/// What a column holds.
#[derive(Clone, Copy)]
enum Column {
    Field,
    Role(RoleId),
    Signal(SignalId),
    /// Compared with `is`.
    Computed,
    Rule,
    Next,
    Owner,
}

impl Checker<'_> {
    /// The tests of a table; what is wrong with it is reported.
    pub(super) fn cases(
        &mut self,
        base: &Test,
        span: Span,
        header: &[Name],
        rows: &[CaseRow],
        said: &Said<'_>,
    ) -> Vec<Test> {
        let columns: Vec<Option<Column>> = header.iter().map(|name| self.column(name)).collect();
        if header.is_empty() || rows.is_empty() {
            let place = Span { end: (span.start + 5).min(span.end), ..span };
            let help = "write the names of columns, then rows: `\"title\": cells`";
            self.report(bad_given(place, "this table has no cases".to_string(), "columns and rows are missing", help));
        }
        rows.iter().filter_map(|row| self.case(base, header, &columns, row, said)).collect()
    }

    fn column(&mut self, name: &Name) -> Option<Column> {
        Some(match (self.names.subject(&name.node), name.node.as_str()) {
            (Some(Subject::Field(_)), _) => Column::Field,
            (Some(Subject::Role(i)), _) => Column::Role(RoleId(i as u16)),
            (Some(Subject::Signal(i)), _) => Column::Signal(SignalId(i as u16)),
            (Some(Subject::Score(_) | Subject::Icp | Subject::Stage | Subject::Route | Subject::Checklist(_)), _) => {
                Column::Computed
            }
            (_, "rule") => Column::Rule,
            (_, "next") => Column::Next,
            (_, "owner") => Column::Owner,
            _ => {
                let own = ["rule", "next", "owner"];
                let near = nearest(&name.node, self.names.subjects().into_iter().chain(own)).map(str::to_string);
                self.report(no_column(name, near));
                return None;
            }
        })
    }

    fn case(
        &mut self,
        base: &Test,
        header: &[Name],
        columns: &[Option<Column>],
        row: &CaseRow,
        said: &Said<'_>,
    ) -> Option<Test> {
        if row.cells.len() != header.len() {
            self.report(uneven(row, header.len()));
            return None;
        }
        let mut test = base.clone();
        test.title = format!("{}: {}", base.title, row.title.node);
        test.span = row.title.span;
        let mut whole = true;
        for ((name, column), cell) in header.iter().zip(columns).zip(&row.cells) {
            let (Some(column), Some(value)) = (column, &cell.value) else { continue };
            whole &= self.cell(&mut test, name, *column, cell, value, said).is_some();
        }
        whole.then_some(test)
    }

    fn cell(
        &mut self,
        test: &mut Test,
        name: &Name,
        column: Column,
        cell: &CaseCell,
        value: &GivenValue,
        said: &Said<'_>,
    ) -> Option<()> {
        match column {
            Column::Field => {
                let (field, given) = self.given_field(name, value)?;
                // A row may give another value than the whole test does.
                test.fields.retain(|(f, _)| *f != field);
                test.fields.push((field, given));
            }
            Column::Role(role) => {
                let status = self.one(cell, value, "a status such as `engaged`")?;
                let (_, status) =
                    self.given_role(name, &Name { node: super::values::word(&status).to_string(), span: cell.span })?;
                test.roles.push((role, status));
            }
            Column::Signal(signal) => {
                let value = self.one(cell, value, "a number of days ago")?;
                let days = match &value.kind {
                    ValueKind::Number(text) => text.parse::<u32>().ok(),
                    _ => None,
                };
                let Some(days) = days else {
                    self.report(not_this(cell, "a whole number of days ago"));
                    return None;
                };
                let at = Instant(test.as_of.0 - i64::from(days) * DAY_MICROS);
                test.events.push(GivenEvent { signal, at, with: Vec::new() });
            }
            Column::Computed | Column::Rule | Column::Next | Column::Owner => {
                let value = self.one(cell, value, "one value")?;
                let kind = expected(name, column, value);
                let kind = self.expectation(&tree::Expectation { span: cell.span, kind }, said)?;
                let text = format!("{} is {}", name.node, self.text(cell.span)).into();
                test.expect.push(Expectation { kind, text, span: cell.span });
            }
        }
        Some(())
    }

    fn one(&mut self, cell: &CaseCell, value: &GivenValue, what: &str) -> Option<Value> {
        match value {
            GivenValue::One(value) => Some(value.clone()),
            GivenValue::List(..) => {
                self.report(not_this(cell, what));
                None
            }
        }
    }
}

/// The expectation that a cell stands for, as if it had been written out.
fn expected(name: &Name, column: Column, value: Value) -> tree::ExpectationKind {
    let said = Name { node: super::values::word(&value).to_string(), span: value.span };
    match column {
        Column::Rule => tree::ExpectationKind::Rule(said),
        Column::Next => tree::ExpectationKind::Next(said),
        Column::Owner => tree::ExpectationKind::Owner(said),
        _ => {
            let subject = tree::Subject::Name(Name { node: name.node.clone(), span: value.span });
            let (span, op) = (value.span, Spanned { node: Op::Is, span: value.span });
            tree::ExpectationKind::Holds(Cond { span, kind: CondKind::Compare { subject, op, value } })
        }
    }
}

fn no_column(name: &Name, near: Option<String>) -> Diagnostic {
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "a column is a field, a role, a signal, or something computed such as `fit` or `route`".to_string(),
    };
    Diagnostic::new(&BAD_GIVEN, format!("a case cannot have a `{}`", name.node), name.span, "no such column")
        .with_help(help)
}

fn uneven(row: &CaseRow, columns: usize) -> Diagnostic {
    let cells = row.cells.len();
    let message = format!("`{}` has {cells} cells for {columns} columns", row.title.node);
    let place = row.cells.last().map_or(row.title.span, |c| c.span);
    bad_given(place, message, "the row ends here", "give each column a cell; `-` leaves it out")
}

fn not_this(cell: &CaseCell, what: &str) -> Diagnostic {
    bad_given(cell.span, "this cannot stand here".to_string(), &format!("expected {what}"), "or write `-`")
}
