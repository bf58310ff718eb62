//! Fields, signals and definitions that nothing asks for.

use super::uses::{defines, mentions};
use super::{Lens, edit};
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::score::CriterionKind;
use crate::policy::signal::Tier;
use crate::policy::steps::{Anchor, RecordTopic, Revisit, Topic, TriggerKind, Watched};
use crate::policy::{Atom, DefineId, FieldId, Policy, ScoreKind, SignalId};
use crate::source::Span;

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
    for (i, define) in lens.policy.defines.iter().enumerate() {
        if lens.is_own(define.span) && !used.contains(&DefineId(i as u16)) {
            let block = edit::block_around(lens, define.span).filter(|b| b.replace.is_none());
            let fix = block.map(|b| edit::removal(lens, b.span));
            found.push(with_removal(unused_define(&define.name, define.span), "remove the definition", fix));
        }
    }
}

/// Finds fields of the policy's own file that no condition, script, record, trigger, due time or account mentions.
pub fn fields(lens: &Lens<'_>, found: &mut Vec<Diagnostic>) {
    let used = used_fields(lens);
    for (i, field) in lens.policy.fields.iter().enumerate() {
        if !field.built_in && lens.is_own(field.span) && !used.contains(&FieldId(i as u16)) {
            let fix = super::unused_fixes::field(lens, FieldId(i as u16));
            found.push(with_removal(unused_field(&field.name, field.span), "remove the field", fix));
        }
    }
}

/// Finds signals of the policy's own file that no score, condition, trigger or due time counts.
pub fn signals(lens: &Lens<'_>, found: &mut Vec<Diagnostic>) {
    let used = used_signals(lens);
    for (i, signal) in lens.policy.signals.iter().enumerate() {
        if lens.is_own(signal.span) && !used.contains(&SignalId(i as u16)) {
            let fix = super::unused_fixes::signal(lens, SignalId(i as u16));
            found.push(with_removal(unused_signal(&signal.name, signal.span), "remove the signal", fix));
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
        match &due.value.anchor {
            Anchor::LatestSignal(signal) => used.push(*signal),
            Anchor::LatestTier(tiers) => used.extend(of_tiers(policy, tiers)),
            Anchor::AsOf | Anchor::Before(_) => {}
        }
    }
    // Whoever holds a role is engaged by any mid or high signal.
    if policy.committee.engaged_within_days.is_some() && !policy.committee.roles.is_empty() {
        used.extend(of_tiers(policy, &[Tier::High, Tier::Mid]));
    }
    let topics = policy.record.iter().flat_map(|r| &r.topics);
    used.extend(topics.filter_map(|t| if let RecordTopic::Signal(s) = t { Some(*s) } else { None }));
    used
}

fn of_tiers<'p>(policy: &'p Policy, tiers: &[Tier]) -> impl Iterator<Item = SignalId> + use<'p> {
    let tiers = tiers.to_vec();
    let signals = policy.signals.iter().enumerate();
    signals.filter(move |(_, s)| tiers.contains(&s.tier)).map(|(i, _)| SignalId(i as u16))
}

fn with_removal(finding: Diagnostic, says: &str, fix: Option<(Span, String)>) -> Diagnostic {
    match fix {
        Some(edit) => finding.with_fix(says, vec![edit]),
        None => finding,
    }
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
