//! Fields, signals and definitions that nothing asks for.

use super::Lens;
use super::uses::{defines, mentions};
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::score::CriterionKind;
use crate::policy::steps::{Anchor, RecordTopic, Revisit, Topic, TriggerKind, Watched};
use crate::policy::{Atom, DefineId, FieldId, ScoreKind, SignalId};
use crate::source::Span;
use crate::syntax::tree::ItemKind;
use std::collections::BTreeMap;

declare_rule! {
    /// A field that plays no part in any decision.
    pub UNUSED_FIELD = "RB1103" "unused-field" Warning "a field that nothing asks for"
}

declare_rule! {
    /// A signal that plays no part in any decision.
    pub UNUSED_SIGNAL = "RB1104" "unused-signal" Warning "a signal that nothing counts"
}

declare_rule! {
    /// A definition that nothing mentions.
    pub UNUSED_DEFINE = "RB1105" "unused-define" Warning "a definition that nothing mentions"
}

/// Finds definitions of the policy's own file that no condition mentions, guarantees and tests included.
pub fn definitions(lens: &Lens<'_>, found: &mut Vec<Diagnostic>) {
    let used: Vec<_> = lens.uses.iter().flat_map(|u| defines(u.cond)).collect();
    let blocks: BTreeMap<u32, Span> = own_definitions(lens).collect();
    for (i, define) in lens.policy.defines.iter().enumerate() {
        if lens.is_own(define.span) && !used.contains(&DefineId(i as u16)) {
            let fixed = unused_define(&define.name, define.span);
            found.push(match blocks.get(&define.span.start) {
                Some(block) => {
                    fixed.with_fix("remove the definition", vec![(lens.texts().with_line(*block), String::new())])
                }
                None => fixed,
            });
        }
    }
}

/// The definitions of the policy's own file, by the place of their name.
fn own_definitions<'a>(lens: &Lens<'a>) -> impl Iterator<Item = (u32, Span)> + use<'a> {
    let own = lens.policy.span.file;
    let items = lens.trees.iter().filter(move |t| t.file == own).flat_map(|t| &t.items);
    items.filter_map(|i| if let ItemKind::Define(d) = &i.kind { Some((d.name.span.start, i.span)) } else { None })
}

/// Finds fields of the policy's own file that no condition, script, record, trigger, due time or account mentions.
pub fn fields(lens: &Lens<'_>, found: &mut Vec<Diagnostic>) {
    let used = used_fields(lens);
    for (i, field) in lens.policy.fields.iter().enumerate() {
        if !field.built_in && lens.is_own(field.span) && !used.contains(&FieldId(i as u16)) {
            found.push(unused_field(&field.name, field.span));
        }
    }
}

/// Finds signals of the policy's own file that no score, condition, trigger or due time counts.
pub fn signals(lens: &Lens<'_>, found: &mut Vec<Diagnostic>) {
    let used = used_signals(lens);
    for (i, signal) in lens.policy.signals.iter().enumerate() {
        if lens.is_own(signal.span) && !used.contains(&SignalId(i as u16)) {
            found.push(unused_signal(&signal.name, signal.span));
        }
    }
}

fn used_fields(lens: &Lens<'_>) -> Vec<FieldId> {
    let policy = lens.policy;
    let mut used = Vec::new();
    for one in lens.uses.iter().filter(|u| u.place.decides()) {
        for mention in mentions(policy, one.cond) {
            if let Atom::Field(field, _) = mention.atom {
                used.push(*field);
            }
        }
    }
    let topics = policy.discovery.iter().flat_map(|d| d.sections.iter().flat_map(|(_, t)| t));
    used.extend(topics.filter_map(|t| if let Topic::Field(f) = t { Some(*f) } else { None }));
    let topics = policy.record.iter().flat_map(|r| &r.topics);
    used.extend(topics.filter_map(|t| if let RecordTopic::Field(f) = t { Some(*f) } else { None }));
    used.extend(policy.account.iter().flat_map(|a| [a.by, a.newest_by]));
    used.extend(policy.triggers.iter().filter_map(|t| match &t.kind {
        TriggerKind::ChangeOf(f) | TriggerKind::FromTo { field: f, .. } => Some(*f),
        TriggerKind::Rises(Watched::Field(f)) | TriggerKind::Falls(Watched::Field(f)) => Some(*f),
        _ => None,
    }));
    for outcome in &policy.outcomes {
        used.extend(outcome.due.iter().filter_map(|d| match d.value.anchor {
            Anchor::Before(f) => Some(f),
            _ => None,
        }));
        used.extend(outcome.revisit.iter().filter_map(|r| match r.value {
            Revisit::On(f) => Some(f),
            Revisit::InDays(_) => None,
        }));
    }
    used
}

fn used_signals(lens: &Lens<'_>) -> Vec<SignalId> {
    let policy = lens.policy;
    let mut used = Vec::new();
    for kind in ScoreKind::BOTH {
        let criteria = policy.score(kind).groups.iter().flat_map(|g| &g.criteria);
        used.extend(criteria.filter_map(|c| if let CriterionKind::Per(p) = &c.kind { Some(p.signal) } else { None }));
    }
    for one in lens.uses.iter().filter(|u| u.place.decides()) {
        for mention in mentions(policy, one.cond) {
            // A tier that is asked for as a whole uses each of its signals.
            if let Atom::Count { signals, .. } = mention.atom {
                used.extend(signals);
            }
        }
    }
    used.extend(policy.triggers.iter().flat_map(|t| match &t.kind {
        TriggerKind::Signals(s) => s.clone(),
        _ => Vec::new(),
    }));
    for due in policy.outcomes.iter().flat_map(|o| &o.due) {
        if let Anchor::LatestSignal(signal) = due.value.anchor {
            used.push(signal);
        }
    }
    used
}

fn unused_field(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&UNUSED_FIELD, format!("nothing asks for `{name}`"), span, "has no part in any decision")
        .with_help("use it, put it into the call script or the record, or take it out of the intake")
}

fn unused_signal(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&UNUSED_SIGNAL, format!("nothing counts `{name}`"), span, "earns nothing and decides nothing")
        .with_help("give it points in a score, or take it out")
}

fn unused_define(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&UNUSED_DEFINE, format!("nothing mentions `{name}`"), span, "defined, then forgotten")
        .with_help("use it where its condition is written out, or remove it")
}
