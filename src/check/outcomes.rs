//! Outcomes: next step, owner, due and revisit times.

use super::{Checker, Context};
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::condition::Layer;
use crate::policy::field::FieldType;
use crate::policy::steps::{Anchor, Choice, Due, Outcome, Revisit};
use crate::policy::{Cond, FieldId};
use crate::source::Span;
use crate::syntax::tree::{self, DueAnchor, Name, OutcomeItemKind};

declare_rule! {
    /// An outcome without next step, owner or due time.
    pub INCOMPLETE_OUTCOME = "RB0601" "incomplete-outcome" Error "an outcome without next step, owner or due time"
}

declare_rule! {
    /// Alternatives whose last is conditional, or that go on after an unconditional one.
    pub OPEN_ALTERNATIVES = "RB0602" "open-alternatives" Error "alternatives that leave a gap, or go on after the last"
}

declare_rule! {
    /// A due or revisit time that cannot be meant.
    pub BAD_DUE = "RB0803" "bad-due" Error "a due or revisit time that cannot be meant"
}

/// The parts of one outcome as they are gathered.
#[derive(Default)]
struct Parts {
    next: Vec<(Option<Choice<String>>, Span)>,
    owner: Vec<(Option<Choice<String>>, Span)>,
    due: Vec<(Option<Choice<Due>>, Span)>,
    revisit: Vec<(Option<Choice<Revisit>>, Span)>,
}

impl Checker<'_> {
    /// All outcomes, in order.
    pub(crate) fn resolve_outcomes(&mut self) -> Option<Vec<Outcome>> {
        let decls: Vec<&tree::Outcome> = self.names.outcomes.iter().collect();
        let resolved: Vec<Option<Outcome>> = decls.into_iter().map(|d| self.outcome_decl(d)).collect();
        resolved.into_iter().collect()
    }

    fn outcome_decl(&mut self, decl: &tree::Outcome) -> Option<Outcome> {
        let mut parts = Parts::default();
        let mut checks = Vec::new();
        for item in &decl.items {
            let context = Context::new("an outcome", Layer::Route);
            let when = item.when.as_ref().map(|c| self.resolve_condition(c, context));
            match &item.kind {
                OutcomeItemKind::Next(text) => parts.next.push((choice(Some(text.node.clone()), when), item.span)),
                OutcomeItemKind::Owner(name) => parts.owner.push((choice(Some(name.node.clone()), when), item.span)),
                OutcomeItemKind::Due(due) => parts.due.push((choice(self.due(due), when), item.span)),
                OutcomeItemKind::RevisitIn(days) => {
                    parts.revisit.push((choice(self.window(days).map(Revisit::InDays), when), item.span));
                }
                OutcomeItemKind::RevisitOn(name) => {
                    parts.revisit.push((choice(self.date_field(name).map(Revisit::On), when), item.span));
                }
                OutcomeItemKind::Check(name) => checks.push(self.checklist(name)),
            }
        }
        let next = self.alternatives(decl, "next step", "next \"…\"", parts.next, true);
        let owner = self.alternatives(decl, "owner", "owner sales_development", parts.owner, true);
        let due = self.alternatives(decl, "due time", "due 2 business days", parts.due, true);
        let revisit = self.alternatives(decl, "revisit", "revisit in 90 days", parts.revisit, false);
        Some(Outcome {
            name: decl.name.node.clone(),
            title: decl.title.as_ref().map_or_else(|| decl.name.node.replace('_', " "), |t| t.node.clone()),
            next: next?,
            owner: owner?,
            due: due?,
            revisit: revisit?,
            checks: checks.into_iter().collect::<Option<_>>()?,
            span: decl.name.span,
        })
    }

    /// Alternatives in order: all but the last with a condition, and (where needed) at least one.
    fn alternatives<T>(
        &mut self,
        decl: &tree::Outcome,
        what: &str,
        example: &str,
        list: Vec<(Option<Choice<T>>, Span)>,
        needed: bool,
    ) -> Option<Vec<Choice<T>>> {
        if list.is_empty() && needed {
            if !self.poison.touches(decl.span) {
                self.report(incomplete(&decl.name, what, example));
            }
            return None;
        }
        let count = list.len();
        let mut resolved = Vec::new();
        for (i, (alternative, span)) in list.into_iter().enumerate() {
            if let Some(choice) = &alternative {
                match (i + 1 == count, choice.when.is_some()) {
                    (false, false) => self.report(goes_on(span, what)),
                    (true, true) if needed && !self.poison.hides(&["outcomes"]) => self.report(leaves_gap(span, what)),
                    _ => {}
                }
            }
            resolved.push(alternative);
        }
        resolved.into_iter().collect()
    }

    fn due(&mut self, due: &tree::Due) -> Option<Due> {
        if due.amount.node > 10_000 {
            let one = Diagnostic::new(&BAD_DUE, format!("due in {}", due.amount.node), due.amount.span, "decades away");
            self.report(one.with_help("use 0 to 10,000"));
        }
        let anchor = match &due.anchor {
            DueAnchor::AsOf => Some(Anchor::AsOf),
            DueAnchor::AfterTiers(tiers) => Some(Anchor::LatestTier(tiers.iter().map(|t| t.node).collect())),
            DueAnchor::AfterSignal(name) => self.signal(name).map(Anchor::LatestSignal),
            DueAnchor::Before(name) => self.date_field(name).map(Anchor::Before),
        };
        Some(Due { amount: due.amount.node, unit: due.unit, anchor: anchor? })
    }

    /// A date field by name.
    pub(crate) fn date_field(&mut self, name: &Name) -> Option<FieldId> {
        let id = self.field_named(name)?;
        let field = &self.fields[id.index()];
        if !matches!(field.ty, FieldType::Date) {
            let message = format!("`{}` is a {}, not a date", name.node, field.ty.word());
            self.report(
                Diagnostic::new(&BAD_DUE, message, name.span, "expected a date field")
                    .with_help("name a field declared as `date`"),
            );
            return None;
        }
        Some(id)
    }
}

/// An alternative whose condition, where it has one, could be resolved.
fn choice<T>(value: Option<T>, when: Option<Option<Cond>>) -> Option<Choice<T>> {
    let value = value?;
    match when {
        None => Some(Choice { value, when: None }),
        Some(when) => Some(Choice { value, when: Some(when?) }),
    }
}

fn incomplete(name: &Name, what: &str, example: &str) -> Diagnostic {
    Diagnostic::new(&INCOMPLETE_OUTCOME, format!("`{}` has no {what}", name.node), name.span, "leads would stall here")
        .with_help(format!("add `{example}`"))
}

fn goes_on(span: Span, what: &str) -> Diagnostic {
    Diagnostic::new(&OPEN_ALTERNATIVES, format!("this {what} always applies, and others follow"), span, "no `when`")
        .with_help("put it last, or say `when` it applies")
}

fn leaves_gap(span: Span, what: &str) -> Diagnostic {
    Diagnostic::new(
        &OPEN_ALTERNATIVES,
        format!("the last {what} applies only sometimes"),
        span,
        "nothing applies where this does not",
    )
    .with_help("leave the `when` out, or add one more without `when`")
}
