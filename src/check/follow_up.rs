//! What follows a decision: the call script, re-qualification, the record, accounts, guarantees.

use super::names::Subject;
use super::signals::{UNKNOWN_ROLE, unknown};
use super::{Checker, Context};
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::condition::Layer;
use crate::policy::field::FieldType;
use crate::policy::scenario::{Claim, Guarantee};
use crate::policy::steps::{Account, Discovery, RecordSection, RecordTopic, Topic, Trigger, TriggerKind, Watched};
use crate::policy::text::nearest;
use crate::policy::{BuiltIn, ChecklistId, FieldId, RoleId, ScoreKind, SignalId};
use crate::source::Span;
use crate::syntax::tree::{self, Name};

declare_rule! {
    /// A trigger that cannot happen to its field.
    pub BAD_TRIGGER = "RB0804" "bad-trigger" Error "a trigger that cannot happen to what it watches"
}

declare_rule! {
    /// An account key of the wrong type.
    pub BAD_ACCOUNT = "RB0209" "bad-account" Error "an account rolled up by a field that cannot name accounts"
}

impl Checker<'_> {
    /// The call script, where there is one. What a policy adds to a section of its library is asked after what stands there.
    pub(crate) fn resolve_discovery(&mut self) -> Option<Option<Discovery>> {
        let decls = self.names.discovery.clone();
        let Some((span, _)) = decls.last() else { return Some(None) };
        let title = decls.iter().rev().find_map(|(_, d)| d.title.as_ref());
        let title = title.map_or_else(|| "Discovery call".to_string(), |t| t.node.clone());
        let mut sections: Vec<(String, Vec<Topic>)> = Vec::new();
        let mut whole = true;
        for (name, topics) in decls.iter().flat_map(|(_, d)| &d.sections) {
            let topics: Vec<Option<Topic>> = topics.iter().map(|t| self.topic(t)).collect();
            match topics.into_iter().collect::<Option<Vec<_>>>() {
                Some(topics) => add_to(&mut sections, &name.node, topics),
                None => whole = false,
            }
        }
        whole.then_some(Some(Discovery { title, sections, span: *span }))
    }

    fn topic(&mut self, name: &Name) -> Option<Topic> {
        match self.names.subject(&name.node) {
            Some(Subject::Field(i)) => Some(Topic::Field(FieldId(i as u16))),
            Some(Subject::Role(i)) => Some(Topic::Role(RoleId(i as u16))),
            _ => {
                if !self.poison.hides(&["lead", "committee"]) {
                    let names = self.fields.iter().map(|f| f.name.as_str()).chain(self.names.roles.names());
                    let near = nearest(&name.node, names).map(str::to_string);
                    self.report(unknown(
                        &UNKNOWN_ROLE,
                        "field or role",
                        name,
                        near,
                        "declare it in `lead` or `committee`",
                    ));
                }
                None
            }
        }
    }

    /// The handoff record. What a policy adds under a heading of its library stands after what is there.
    pub(crate) fn resolve_record(&mut self) -> Option<Vec<RecordSection>> {
        let mut sections: Vec<(String, Vec<RecordTopic>)> = Vec::new();
        let mut whole = true;
        for section in self.names.record.clone() {
            let topics: Vec<Option<RecordTopic>> = section.fields.iter().map(|t| self.record_topic(t)).collect();
            match topics.into_iter().collect::<Option<Vec<_>>>() {
                Some(topics) => add_to(&mut sections, &section.heading.node, topics),
                None => whole = false,
            }
        }
        let section = |(heading, topics)| RecordSection { heading, topics };
        whole.then(|| sections.into_iter().map(section).collect())
    }

    fn record_topic(&mut self, name: &Name) -> Option<RecordTopic> {
        Some(match self.names.subject(&name.node) {
            Some(Subject::Score(kind)) => RecordTopic::Score(kind),
            Some(Subject::Signal(i)) => RecordTopic::Signal(SignalId(i as u16)),
            Some(Subject::Checklist(i)) => RecordTopic::Checklist(ChecklistId(i as u16)),
            Some(Subject::Icp) => RecordTopic::Icp,
            Some(Subject::Stage) => RecordTopic::Stage,
            Some(Subject::Route) => RecordTopic::Route,
            Some(Subject::Committee) => RecordTopic::Committee,
            _ => match self.topic(name)? {
                Topic::Field(f) => RecordTopic::Field(f),
                Topic::Role(r) => RecordTopic::Role(r),
            },
        })
    }

    /// The account block, where there is one.
    pub(crate) fn resolve_account(&mut self) -> Option<Option<Account>> {
        let Some((span, decl)) = self.names.account.0 else { return Some(None) };
        let by = self.field_named(&decl.by);
        if let Some(field) = by.map(|f| &self.fields[f.index()])
            && !matches!(field.ty, FieldType::Text)
        {
            let message = format!("`{}` is a {}, which names no account", decl.by.node, field.ty.word());
            let one = Diagnostic::new(&BAD_ACCOUNT, message, decl.by.span, "expected a text field");
            self.report(one.with_help("use the field that holds the account's id or domain"));
        }
        let newest_by = match &decl.newest_by {
            Some(name) => self.date_field(name),
            None => Some(BuiltIn::Updated.field()),
        };
        Some(Some(Account { by: by?, newest_by: newest_by?, span }))
    }

    /// Re-qualification triggers.
    pub(crate) fn resolve_triggers(&mut self) -> Option<Vec<Trigger>> {
        let decls: Vec<&tree::Trigger> = self.names.triggers.clone();
        let context = Context { previous_route: true, ..Context::new("a trigger", Layer::After) };
        let mut resolved = Vec::new();
        for decl in decls {
            let kind = self.trigger_kind(&decl.kind);
            let when = decl.when.as_ref().map(|c| self.resolve_condition(c, context));
            let because = decl.because.as_ref().map(|b| b.node.as_str().into());
            let when = match when {
                Some(None) => None,
                Some(Some(cond)) => Some(Some(cond)),
                None => Some(None),
            };
            resolved.push(kind.zip(when).map(|(kind, when)| Trigger { kind, when, because, span: decl.span }));
        }
        resolved.into_iter().collect()
    }

    fn trigger_kind(&mut self, kind: &tree::TriggerKind) -> Option<TriggerKind> {
        match kind {
            tree::TriggerKind::NewStakeholder => Some(TriggerKind::NewStakeholder),
            tree::TriggerKind::ChangeOf(field) => self.field_named(field).map(TriggerKind::ChangeOf),
            tree::TriggerKind::Signals(names) => {
                let found: Vec<Option<SignalId>> = names.iter().map(|n| self.signal(n)).collect();
                found.into_iter().collect::<Option<_>>().map(TriggerKind::Signals)
            }
            tree::TriggerKind::Rises(name) => self.watched(name).map(TriggerKind::Rises),
            tree::TriggerKind::Falls(name) => self.watched(name).map(TriggerKind::Falls),
            tree::TriggerKind::FromTo { field, from, to } => {
                let id = self.field_named(field)?;
                let ty = self.fields[id.index()].clone();
                if !matches!(ty.ty, FieldType::Choice(_) | FieldType::Ordered(_) | FieldType::Boolean) {
                    self.report(bad_trigger(
                        field,
                        &format!("is a {}", ty.ty.word()),
                        "`from … to` needs a field with choices",
                    ));
                    return None;
                }
                let mut list = |values: &[tree::Value]| -> Option<Vec<u16>> {
                    let found: Vec<Option<u16>> = values.iter().map(|v| self.choice(&ty, v)).collect();
                    found.into_iter().collect()
                };
                let (from, to) = (list(from), list(to));
                Some(TriggerKind::FromTo { field: id, from: from?, to: to? })
            }
        }
    }

    fn watched(&mut self, name: &Name) -> Option<Watched> {
        if let Some(kind) = ScoreKind::BOTH.into_iter().find(|k| k.name() == name.node) {
            return Some(Watched::Score(kind));
        }
        let id = self.field_named(name)?;
        let ty = &self.fields[id.index()].ty;
        if !matches!(ty, FieldType::Ordered(_) | FieldType::Number { .. } | FieldType::Date) {
            let word = format!("is a {}", ty.word());
            self.report(bad_trigger(name, &word, "only numbers, dates, ordered choices and scores rise or fall"));
            return None;
        }
        Some(Watched::Field(id))
    }

    /// Guarantees, in order.
    pub(crate) fn resolve_guarantees(&mut self) -> Option<Vec<Guarantee>> {
        let decls: Vec<(Span, &tree::Guarantee)> = self.names.guarantees.clone();
        let context = Context::new("a guarantee", Layer::After);
        let mut resolved = Vec::new();
        for (span, decl) in decls {
            let mut claims = Vec::new();
            for claim in &decl.claims {
                claims.push(match claim {
                    tree::Claim::Never(c) => self.resolve_condition(c, context).map(Claim::Never),
                    tree::Claim::Always(c) => self.resolve_condition(c, context).map(Claim::Always),
                });
            }
            let claims: Option<Vec<Claim>> = claims.into_iter().collect();
            resolved.push(claims.map(|claims| Guarantee { title: decl.title.node.clone(), claims, span }));
        }
        resolved.into_iter().collect()
    }
}

/// Adds topics to the section of this name, or a section at the end.
fn add_to<T>(sections: &mut Vec<(String, Vec<T>)>, name: &str, topics: Vec<T>) {
    match sections.iter_mut().find(|(n, _)| n == name) {
        Some((_, there)) => there.extend(topics),
        None => sections.push((name.to_string(), topics)),
    }
}

fn bad_trigger(name: &Name, what: &str, label: &str) -> Diagnostic {
    Diagnostic::new(&BAD_TRIGGER, format!("`{}` {what}", name.node), name.span, label)
        .with_help(format!("write `on change of {}`", name.node))
}
