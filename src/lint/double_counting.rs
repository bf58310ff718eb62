//! One event that earns twice.

use super::Lens;
use super::domain::Want;
use super::pairs::{criteria, pairs};
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::ScoreKind;
use crate::policy::score::{Criterion, CriterionKind};
use crate::policy::signal::Signal;
use crate::policy::text::fold;

declare_rule! {
    /// Two signals that take the same event, and both earn points in one score.
    pub DOUBLE_COUNTING = "RB1114" "double-counting" Warning "an event that earns points as two signals"
}

/// Finds pairs of criteria for different signals that one event can be at once. A reason of either says that this is meant.
pub fn find(lens: &Lens<'_>, found: &mut Vec<Diagnostic>) {
    for kind in ScoreKind::BOTH {
        let signals: Vec<(&Criterion, &Signal)> = criteria(lens, kind)
            .into_iter()
            .filter_map(|(_, c)| match &c.kind {
                CriterionKind::Per(per) if c.points.0 > 0 => Some((c, &lens.policy.signals[per.signal.index()])),
                _ => None,
            })
            .collect();
        for ((first, a), (second, b)) in pairs(&signals) {
            let explained = first.because.is_some() || second.because.is_some();
            if let Some(event) = shared_event(lens, a, b).filter(|_| !explained) {
                found.push(double(kind, (first, a), (second, b), event));
            }
        }
    }
}

/// The type of an event that two signals can both take.
fn shared_event<'p>(lens: &Lens<'p>, a: &'p Signal, b: &'p Signal) -> Option<&'p str> {
    if a.name == b.name || !a.channels.iter().any(|c| b.channels.contains(c)) {
        return None;
    }
    let claims: Vec<_> = a.condition.iter().chain(&b.condition).map(|c| (c, Want::True)).collect();
    let event = a.events.iter().find(|e| b.events.iter().any(|f| fold(e) == fold(f)))?;
    lens.reasoner.possible(&claims).then_some(event.as_str())
}

fn double(kind: ScoreKind, first: (&Criterion, &Signal), second: (&Criterion, &Signal), event: &str) -> Diagnostic {
    let (a, b) = (&first.1.name, &second.1.name);
    Diagnostic::new(
        &DOUBLE_COUNTING,
        format!("one `{event}` event can earn points as `{a}` and as `{b}`"),
        second.0.span,
        format!("counts in {} a second time", kind.name()),
    )
    .with_label(first.0.span, "counted here")
    .with_help("tell the two signals apart with `where`, or say with `because` why an event counts as both")
}
