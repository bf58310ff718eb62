//! Tests: what is given.

use super::Checker;
use super::expectation::Said;
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::field::{Field, FieldType};
use crate::policy::people::RoleStatus;
use crate::policy::scenario::{Expectation, Given, GivenEvent, Test};
use crate::policy::text::nearest;
use crate::policy::time::{DAY_MICROS, Instant, Offset};
use crate::policy::{AttributeId, FieldId};
use crate::source::Span;
use crate::syntax::tree::{self, GivenValue, Name, TestItem, Value, ValueKind, When};
use std::collections::HashSet;

declare_rule! {
    /// A test without its instant, or with an instant that cannot be read.
    pub BAD_TEST_TIME = "RB0901" "bad-test-time" Error "a test without an instant, or with one that cannot be read"
}

declare_rule! {
    /// Something given that cannot be.
    pub BAD_GIVEN = "RB0902" "bad-given" Error "something given in a test that cannot be"
}

impl Checker<'_> {
    /// Tests, in order; a table of cases gives one test a row. `said` is what expectations may name.
    pub(crate) fn resolve_tests(&mut self, offset: Offset, said: &Said<'_>) -> Option<Vec<Test>> {
        let decls: Vec<(Span, &tree::Test)> = self.names.tests.clone();
        let resolved: Vec<Option<Vec<Test>>> =
            decls.into_iter().map(|(span, d)| self.test_decl(span, d, offset, said)).collect();
        resolved.into_iter().collect::<Option<Vec<_>>>().map(|tests| tests.into_iter().flatten().collect())
    }

    fn test_decl(&mut self, span: Span, decl: &tree::Test, offset: Offset, said: &Said<'_>) -> Option<Vec<Test>> {
        let found = self.found.len();
        let as_of = self.as_of(span, decl, offset);
        let mut test = Test {
            title: decl.title.node.clone(),
            as_of: as_of.unwrap_or(Instant(0)),
            fields: Vec::new(),
            roles: Vec::new(),
            events: Vec::new(),
            expect: Vec::new(),
            span: decl.title.span,
        };
        let mut seen = HashSet::new();
        let mut whole = as_of.is_some();
        for item in &decl.items {
            match item {
                TestItem::AsOf(_) | TestItem::Cases { .. } => {}
                TestItem::Fields { values, .. } => {
                    for (name, value) in values {
                        if !seen.insert(name.node.clone()) {
                            self.report(bad_given(
                                name.span,
                                format!("`{}` is given twice", name.node),
                                "again here",
                                "give each field once",
                            ));
                        }
                        let given = self.given_field(name, value);
                        whole &= given.is_some();
                        test.fields.extend(given);
                    }
                }
                TestItem::Roles(roles) => {
                    for (role, status) in roles {
                        let given = self.given_role(role, status);
                        whole &= given.is_some();
                        test.roles.extend(given);
                    }
                }
                TestItem::Signal { signal, times, with, .. } => {
                    let events = self.given_events(signal, times, with, test.as_of, offset);
                    whole &= events.is_some();
                    test.events.extend(events.into_iter().flatten());
                }
                TestItem::Expect(list) => {
                    for expectation in list {
                        let kind = self.expectation(expectation, said);
                        whole &= kind.is_some();
                        let text = self.text(expectation.span);
                        test.expect.extend(kind.map(|kind| Expectation { kind, text, span: expectation.span }));
                    }
                }
            }
        }
        let tables = decl.items.iter().filter_map(|i| match i {
            TestItem::Cases { span, header, rows } => Some((*span, header, rows)),
            _ => None,
        });
        let mut tests = Vec::new();
        let mut is_table = false;
        for (span, header, rows) in tables {
            is_table = true;
            tests.extend(self.cases(&test, span, header, rows, said));
        }
        if !is_table {
            tests.push(test);
        }
        (whole && self.found.len() == found).then_some(tests)
    }

    fn as_of(&mut self, span: Span, decl: &tree::Test, offset: Offset) -> Option<Instant> {
        let value = decl.items.iter().find_map(|i| match i {
            TestItem::AsOf(value) => Some(value),
            _ => None,
        });
        let Some(value) = value else {
            if !self.poison.touches(span) {
                let one = Diagnostic::new(
                    &BAD_TEST_TIME,
                    "the test says no instant",
                    decl.title.span,
                    "results depend on the day",
                );
                self.report(one.with_help("add `as of 2026-03-31T12:00Z`"));
            }
            return None;
        };
        self.instant(value, offset)
    }

    fn instant(&mut self, value: &Value, offset: Offset) -> Option<Instant> {
        let parsed = match &value.kind {
            ValueKind::Date(text) => Instant::parse(text, offset),
            _ => None,
        };
        if parsed.is_none() {
            let message = format!("`{}` is no instant", super::values::word(value));
            let one = Diagnostic::new(&BAD_TEST_TIME, message, value.span, "expected a date, or a date with a time");
            self.report(one.with_help("write `2026-03-31T12:00Z`"));
        }
        parsed
    }

    pub(super) fn given_field(&mut self, name: &Name, value: &GivenValue) -> Option<(FieldId, Given)> {
        let id = self.field_named(name)?;
        let field = self.fields[id.index()].clone();
        self.given_value(&field, value).map(|g| (id, g))
    }

    fn given_value(&mut self, field: &Field, value: &GivenValue) -> Option<Given> {
        match (value, &field.ty) {
            (GivenValue::One(value), _) => self.given(field, value),
            (GivenValue::List(_, values), FieldType::Set(_)) => {
                let members: Vec<Option<u16>> = values.iter().map(|v| self.choice(field, v)).collect();
                let mut members: Vec<u16> = members.into_iter().collect::<Option<_>>()?;
                members.sort_unstable();
                members.dedup();
                Some(Given::Set(members))
            }
            (GivenValue::List(span, _), _) => {
                let message = format!("`{}` is a {} and takes one value", field.name, field.ty.word());
                self.report(bad_given(*span, message, "a list", "give one value, without brackets"));
                None
            }
        }
    }

    pub(super) fn given_role(&mut self, role: &Name, status: &Name) -> Option<(crate::policy::RoleId, RoleStatus)> {
        let id = self.role(role);
        let found = RoleStatus::from_word(&status.node);
        if found.is_none() {
            let near = nearest(&status.node, RoleStatus::ALL.map(|s| s.word()));
            let help = near.map_or("a role is missing, expected, identified, engaged or approved".to_string(), |n| {
                format!("did you mean `{n}`?")
            });
            self.report(bad_given(status.span, format!("no role is ever `{}`", status.node), "not a status", &help));
        }
        id.zip(found)
    }

    fn given_events(
        &mut self,
        signal: &Name,
        times: &[When],
        with: &[(Name, GivenValue)],
        as_of: Instant,
        offset: Offset,
    ) -> Option<Vec<GivenEvent>> {
        let id = self.signal(signal);
        let mut attributes = Vec::new();
        for (name, value) in with {
            let Some(at) = self.names.attributes.find(&name.node) else {
                let near = nearest(&name.node, self.names.attributes.names()).map(str::to_string);
                let help = near.map_or("declare it in `events`".to_string(), |n| format!("did you mean `{n}`?"));
                self.report(bad_given(
                    name.span,
                    format!("events have no attribute `{}`", name.node),
                    "not declared",
                    &help,
                ));
                return None;
            };
            let attribute = self.attributes[at].clone();
            attributes.push((AttributeId(at as u16), self.given_value(&attribute, value)?));
        }
        let mut events = Vec::new();
        for time in times {
            let at = match time {
                When::On(value) => self.instant(value, offset)?,
                When::DaysAgo(days) => Instant(as_of.0 - i64::from(days.node) * DAY_MICROS),
            };
            events.push(GivenEvent { signal: id?, at, with: attributes.clone() });
        }
        Some(events)
    }
}

pub(super) fn bad_given(span: Span, message: String, label: &str, help: &str) -> Diagnostic {
    Diagnostic::new(&BAD_GIVEN, message, span, label).with_help(help)
}
