//! The policy block: version, owner, scope, time zone, holidays.

use super::{Checker, Context};
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::Cond;
use crate::policy::condition::Layer;
use crate::policy::time::{Day, Offset};
use crate::source::Span;
use crate::syntax::tree::{PolicyHeader, PolicySetting, Value, ValueKind};

declare_rule! {
    /// A policy without version or owner.
    pub INCOMPLETE_HEADER = "RB0207" "incomplete-header" Error "a policy without version or owner"
}

declare_rule! {
    /// A setting of the policy block that cannot be meant.
    pub BAD_SETTING = "RB0208" "bad-setting" Error "a setting of the policy block that cannot be meant"
}

/// What the policy block says.
#[derive(Debug)]
pub(crate) struct Header {
    pub version: String,
    pub owner: String,
    pub offset: Offset,
    pub holidays: Vec<Day>,
    pub applies: Option<Cond>,
    pub expect_moves: Vec<(String, u32)>,
}

impl Checker<'_> {
    /// Resolves the policy block; `None` after a report.
    pub(crate) fn resolve_header(&mut self, header: &PolicyHeader, span: Span) -> Option<Header> {
        let (mut version, mut owner, mut offset, mut holidays, mut applies) = (None, None, None, None, None);
        let mut expect_moves = Vec::new();
        let mut whole = true;
        for setting in &header.settings {
            let (again, place) = match setting {
                PolicySetting::Version(t) => (version.replace(t.node.clone()).is_some(), t.span),
                PolicySetting::Owner(t) => (owner.replace(t.node.clone()).is_some(), t.span),
                PolicySetting::TimeZone(t) => {
                    let parsed = Offset::parse(t.node.trim());
                    if parsed.is_none() {
                        self.report(bad_setting(
                            t.span,
                            format!("`{}` is no fixed offset", t.node),
                            "expected an offset from UTC",
                            "write `\"UTC\"` or an offset such as `\"-05:00\"`",
                        ));
                    }
                    (offset.replace(parsed.unwrap_or_default()).is_some(), t.span)
                }
                PolicySetting::Holidays(list) => {
                    let days = self.holidays(list);
                    (holidays.replace(days).is_some(), list.first().map_or(header.name.span, |v| v.span))
                }
                PolicySetting::Applies(cond) => {
                    let context = Context::new("`applies when`", Layer::Fields);
                    let resolved = self.resolve_condition(cond, context);
                    whole &= resolved.is_some();
                    (applies.replace(resolved).is_some(), cond.span)
                }
                PolicySetting::ExpectMoves { reason, percent } => {
                    let parsed =
                        crate::policy::exact::Points::parse(&percent.node).filter(|p| (0..=10_000).contains(&p.0));
                    if parsed.is_none() {
                        self.report(bad_setting(
                            percent.span,
                            format!("`{}` is no share of leads", percent.node),
                            "expected 0 to 100",
                            "write a percentage such as `5%`",
                        ));
                    }
                    expect_moves.push((reason.node.clone(), parsed.unwrap_or_default().0 as u32));
                    (false, percent.span)
                }
            };
            if again {
                self.report(bad_setting(
                    place,
                    "this setting stands twice".to_string(),
                    "the second",
                    "keep one of them",
                ));
            }
        }
        if !self.poison.touches(span) {
            for (there, what, example) in [
                (version.is_some(), "version", "version \"1\""),
                (owner.is_some(), "owner", "owner \"revenue-ops@example.com\""),
            ] {
                if !there {
                    self.report(incomplete(header, what, example));
                }
            }
        }
        whole.then_some(())?;
        Some(Header {
            version: version?,
            owner: owner?,
            offset: offset.unwrap_or_default(),
            holidays: holidays.unwrap_or_default(),
            applies: applies.flatten(),
            expect_moves,
        })
    }

    fn holidays(&mut self, list: &[Value]) -> Vec<Day> {
        let mut days = Vec::new();
        for value in list {
            let day = match &value.kind {
                ValueKind::Date(text) if text.len() == 10 => Day::parse(text),
                _ => None,
            };
            match day {
                None => self.report(bad_setting(
                    value.span,
                    format!("`{}` is no day of the calendar", super::values::word(value)),
                    "expected a day",
                    "write `2026-12-25`",
                )),
                Some(day) if days.contains(&day) => {
                    self.report(bad_setting(value.span, format!("{day} stands twice"), "already there", "keep one"));
                }
                Some(day) => days.push(day),
            }
        }
        days.sort_unstable();
        days
    }
}

fn incomplete(header: &PolicyHeader, what: &str, example: &str) -> Diagnostic {
    Diagnostic::new(
        &INCOMPLETE_HEADER,
        format!("`{}` has no {what}", header.name.node),
        header.name.span,
        format!("every decision names the {what} of its policy"),
    )
    .with_help(format!("add `{example}`"))
}

fn bad_setting(span: Span, message: String, label: &str, help: &str) -> Diagnostic {
    Diagnostic::new(&BAD_SETTING, message, span, label).with_help(help)
}
