//! Conditions: every name resolved, every comparison turned into a test on a domain.
//!
//! Negative forms become `not` around a positive atom. A part that cannot be resolved is reported and the whole condition left out, so that each
//! mistake in it is still found.

mod compare;
pub(super) mod computed;
mod fields;
pub(super) mod signals;

use super::names::Subject;
use super::{Checker, Context};
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::condition::{Atom, Layer};
use crate::policy::field::FieldType;
use crate::policy::text::{nearest, surely};
use crate::policy::{Cond, CondKind, DefineId, FieldId};
use crate::source::Span;
use crate::syntax::tree::{self, CondKind as Written, Name};

declare_rule! {
    /// A name that nothing declares.
    pub UNKNOWN_NAME = "RB0201" "unknown-name" Error "a name that nothing declares"
}

declare_rule! {
    /// A comparison that does not fit what is compared.
    pub WRONG_COMPARISON = "RB0305" "wrong-comparison" Error "a comparison that does not fit what is compared"
}

declare_rule! {
    /// A window or count that cannot be meant.
    pub BAD_WINDOW = "RB0802" "bad-window" Error "a window or count that holds nothing, or too much"
}

/// The longest window in days: a hundred years.
pub const LONGEST_WINDOW: u32 = 36_525;

impl Checker<'_> {
    /// Resolves a condition; `None` after everything wrong in it was reported.
    pub fn resolve_condition(&mut self, cond: &tree::Cond, context: Context) -> Option<Cond> {
        let kind = match &cond.kind {
            Written::Or(parts) => CondKind::Any(self.resolve_parts(parts, context)?),
            Written::And(parts) => CondKind::All(self.resolve_parts(parts, context)?),
            Written::Not(inner) => CondKind::Not(Box::new(self.resolve_condition(inner, context)?)),
            Written::Confirmed(inner) => CondKind::Confirmed(Box::new(self.resolve_condition(inner, context)?)),
            Written::Unconfirmed(inner) => CondKind::Unconfirmed(Box::new(self.resolve_condition(inner, context)?)),
            Written::Holds(name) => self.bare(name, context)?,
            Written::Happened { .. } | Written::CountSignals { .. } | Written::DaysSince { .. } => {
                self.signal_condition(cond, context)?
            }
            Written::CountRoles { status, op, count } => self.count_roles(status, op, count, cond.span, context)?,
            _ => self.test(cond, context)?,
        };
        Some(self.made(kind, cond.span))
    }

    fn resolve_parts(&mut self, parts: &[tree::Cond], context: Context) -> Option<Vec<Cond>> {
        let resolved: Vec<Option<Cond>> = parts.iter().map(|p| self.resolve_condition(p, context)).collect();
        resolved.into_iter().collect()
    }

    fn made(&self, kind: CondKind, span: Span) -> Cond {
        Cond { kind, span, text: self.text(span) }
    }

    /// `kind` or its negation, as a condition of its own where a negation needs one.
    fn negate_if(&self, negated: bool, kind: CondKind, span: Span) -> CondKind {
        if negated { CondKind::Not(Box::new(self.made(kind, span))) } else { kind }
    }

    /// What a name stands for here; reports a name that nothing declares, and one that is evaluated too late.
    fn subject(&mut self, name: &Name, context: Context) -> Option<Subject> {
        if context.attributes_only {
            let found = self.names.attributes.find(&name.node).map(Subject::Attribute);
            if found.is_none() && !self.poison.hides(&["events"]) {
                let near = nearest(&name.node, self.names.attributes.names()).map(str::to_string);
                let meant = surely(&name.node, self.names.attributes.names());
                self.report(unknown_attribute(name, near).with_name(name.span, meant));
            }
            return found;
        }
        let Some(subject) = self.names.subject(&name.node) else {
            if !self.poison.hides_subjects() {
                let near = nearest(&name.node, self.names.subjects()).map(str::to_string);
                let attribute = self.names.attributes.find(&name.node).is_some();
                let meant = surely(&name.node, self.names.subjects()).filter(|_| !attribute).map(str::to_string);
                self.report(unknown_name(name, near, attribute).with_name(name.span, meant.as_deref()));
            }
            return None;
        };
        self.layer_allowed(name, subject, context).then_some(subject)
    }

    /// A bare name: a definition, a boolean field, or a mistake with a hint at what was probably meant.
    fn bare(&mut self, name: &Name, context: Context) -> Option<CondKind> {
        let subject = self.subject(name, context)?;
        let hint = match subject {
            Subject::Define(i) => {
                self.stages_in_order(name, i, context)?;
                return Some(CondKind::Define(DefineId(i as u16)));
            }
            Subject::Field(i) => match &self.fields[i].ty {
                FieldType::Boolean => {
                    let yes = crate::policy::condition::Test::Choice(vec![1]);
                    return Some(CondKind::Atom(Atom::Field(FieldId(i as u16), yes)));
                }
                ty => format!("`{}` is a {}; compare it, or ask `{} is known`", name.node, ty.word(), name.node),
            },
            Subject::Attribute(i) => match &self.attributes[i].ty {
                FieldType::Boolean => {
                    let yes = crate::policy::condition::Test::Choice(vec![1]);
                    return Some(CondKind::Atom(Atom::Attribute(crate::policy::AttributeId(i as u16), yes)));
                }
                ty => format!("`{}` is a {}; compare it", name.node, ty.word()),
            },
            Subject::Signal(_) => format!("write `{} ever` or `{} within 90 days`", name.node, name.node),
            Subject::Role(_) => format!("write `{} is engaged` or `{} >= identified`", name.node, name.node),
            Subject::Checklist(_) | Subject::Committee => format!("write `{} is complete`", name.node),
            Subject::Score(_) => format!("write `{} >= 50`, or compare it with a band", name.node),
            Subject::Icp => "write `icp is matched`, `icp is failed` or `icp is undecided`".to_string(),
            Subject::Stage => "write `stage >= mql`, or the stage you mean".to_string(),
            Subject::Route => "write `route is demo`, or the outcome you mean".to_string(),
        };
        self.report(no_condition_yet(name, hint));
        None
    }

    /// A comparison of a name with something.
    fn test(&mut self, cond: &tree::Cond, context: Context) -> Option<CondKind> {
        let name = match &cond.kind {
            Written::Compare { subject, .. } | Written::In { subject, .. } | Written::Between { subject, .. } => {
                match subject {
                    tree::Subject::PreviousRoute(span) => return self.previous_route(cond, *span, context),
                    tree::Subject::Name(name) => name,
                }
            }
            Written::Has { subject, .. }
            | Written::Empty { subject, .. }
            | Written::Text { subject, .. }
            | Written::WithinDays { subject, .. }
            | Written::Before { subject, .. }
            | Written::After { subject, .. }
            | Written::Known { subject, .. } => subject,
            _ => return None,
        };
        match self.subject(name, context)? {
            Subject::Field(i) => {
                let field = self.fields[i].clone();
                self.field_test(cond, name, &field, &|test| Atom::Field(FieldId(i as u16), test))
            }
            Subject::Attribute(i) => {
                let field = self.attributes[i].clone();
                self.field_test(cond, name, &field, &|test| Atom::Attribute(crate::policy::AttributeId(i as u16), test))
            }
            other => self.computed_test(cond, name, other, context),
        }
    }
}

/// A name that nothing declares.
fn unknown_name(name: &Name, near: Option<String>, attribute: bool) -> Diagnostic {
    let help = match near {
        _ if attribute => "attributes of events can be looked at in the `where` of a signal only".to_string(),
        Some(near) => format!("did you mean `{near}`?"),
        None => "conditions start with a field, a definition, a signal, a role, a checklist, `fit`, `intent`, `icp` or `stage`".to_string(),
    };
    Diagnostic::new(
        &UNKNOWN_NAME,
        format!("there is no `{}`", name.node),
        name.span,
        "nothing of this name is declared",
    )
    .with_help(help)
}

fn unknown_attribute(name: &Name, near: Option<String>) -> Diagnostic {
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "declare it in the `events` block: `path: text`".to_string(),
    };
    Diagnostic::new(
        &UNKNOWN_NAME,
        format!("events have no attribute `{}`", name.node),
        name.span,
        "`where` looks at attributes of the event only",
    )
    .with_help(help)
}

fn no_condition_yet(name: &Name, hint: String) -> Diagnostic {
    Diagnostic::new(
        &WRONG_COMPARISON,
        format!("`{}` alone says nothing yet", name.node),
        name.span,
        "expected a comparison",
    )
    .with_help(hint)
}

/// A comparison that does not fit, with what would.
pub(super) fn wrong_comparison(
    what: &str,
    span: Span,
    label: impl Into<String>,
    help: impl Into<String>,
) -> Diagnostic {
    Diagnostic::new(&WRONG_COMPARISON, format!("{what} cannot be compared like this"), span, label).with_help(help)
}

/// A window of no days, or of more than a hundred years.
pub(super) fn bad_window(days: u32, span: Span) -> Diagnostic {
    let label = if days == 0 { "no event is ever 0 days old or younger" } else { "more than a hundred years" };
    Diagnostic::new(&BAD_WINDOW, format!("a window of {days} days"), span, label)
        .with_help(format!("use 1 to {LONGEST_WINDOW} days, or `ever`"))
}

/// The layer needed for conditions that no name shows.
pub(super) fn allowed(layer: Layer, context: Context) -> bool {
    layer <= context.allowed
}
