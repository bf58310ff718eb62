//! Where interest is read from: forms alone, or channels that nothing reads.

use super::words::is_form;
use super::{Lens, sees};
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::exact::Points;
use crate::policy::score::CriterionKind;
use crate::policy::{Atom, Policy, ScoreKind, SignalId};
use crate::source::Span;
use crate::syntax::tree::ItemKind;
use std::collections::BTreeSet;

declare_rule! {
    /// Intent that nothing but forms feeds.
    pub FORMS_ONLY_INTENT = "RB1140" "forms-only-intent" Warning "intent that nothing but forms feeds"
}

declare_rule! {
    /// A channel that no signal comes from.
    pub IDLE_SOURCE = "RB1148" "idle-source" Warning "a channel that no signal comes from"
}

/// So many signals from forms claim to be a picture of interest, even in a policy without gates.
const PICTURE: usize = 3;

/// The signals that raise Intent, each once.
pub fn raising(policy: &Policy) -> Vec<SignalId> {
    let mut signals = Vec::new();
    for criterion in policy.intent.groups.iter().flat_map(|g| &g.criteria).filter(|c| c.points > Points::ZERO) {
        if let CriterionKind::Per(per) = &criterion.kind {
            signals.push(per.signal);
        }
    }
    for cond in sees::score_conditions(policy, ScoreKind::Intent) {
        for atom in sees::atoms(policy, cond) {
            if let Atom::Count { signals: counted, .. } = atom {
                signals.extend(counted);
            }
        }
    }
    signals.sort_unstable();
    signals.dedup();
    signals
}

/// Whether all of these signals come from forms.
pub fn only_forms(policy: &Policy, signals: &[SignalId]) -> bool {
    let channels = signals.iter().flat_map(|s| &policy.signals[s.index()].channels);
    channels.into_iter().all(|c| is_form(&policy.channels[c.index()]))
}

/// Finds a score of Intent that only forms feed. A policy with one or two signals and no gates is taken to be a start, not a picture.
pub fn forms_only(lens: &Lens<'_>, found: &mut Vec<Diagnostic>) {
    let policy = lens.policy;
    let signals = raising(policy);
    let claims = !policy.stages.is_empty() || signals.len() >= PICTURE;
    if claims && !signals.is_empty() && only_forms(policy, &signals) {
        found.push(
            Diagnostic::new(
                &FORMS_ONLY_INTENT,
                "nothing but forms feeds intent",
                policy.intent.span,
                "a filled form says what somebody typed, not what they do",
            )
            .with_help(
                "count what people do as well: replies, pages they come back to, events, a security questionnaire",
            ),
        );
    }
}

/// Finds channels of the policy's own file that no signal comes from. Signals that nothing counts are told as such.
pub fn idle(lens: &Lens<'_>, found: &mut Vec<Diagnostic>) {
    let policy = lens.policy;
    let used: BTreeSet<&str> =
        policy.signals.iter().flat_map(|s| &s.channels).map(|c| policy.channels[c.index()].as_str()).collect();
    for item in lens.trees.iter().flat_map(|t| &t.items) {
        let ItemKind::Channels(names) = &item.kind else { continue };
        for name in names.iter().filter(|n| lens.is_own(n.span) && !used.contains(n.node.as_str())) {
            found.push(idle_source(&name.node, name.span));
        }
    }
}

fn idle_source(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&IDLE_SOURCE, format!("no signal comes from `{name}`"), span, "feeds nothing").with_help(format!(
        "declare what is worth watching there (`NAME: mid from {name}`) and give it points, or take the channel out"
    ))
}
