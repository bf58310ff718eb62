//! Caps that never act, and caps that always do.

use super::domain::alone;
use super::{Lens, edit};
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::ScoreKind;
use crate::policy::exact::Points;
use crate::policy::score::{Criterion, CriterionKind, Group};
use crate::source::Span;
use crate::syntax::tree::{self, ItemKind, ScoreItem};

declare_rule! {
    /// A cap above all that the criteria of its group can earn.
    pub CAP_TOO_HIGH = "RB1118" "cap-too-high" Warning "a cap above what its criteria can earn"
}

declare_rule! {
    /// A criterion worth more than the cap of its group.
    pub CAP_ALWAYS_BINDS = "RB1119" "cap-always-binds" Warning "a cap below what a single criterion earns"
}

/// Finds caps that no lead can reach.
pub fn too_high(lens: &Lens<'_>, found: &mut Vec<Diagnostic>) {
    for kind in ScoreKind::BOTH {
        let sums = &lens.reasoner.attainable(kind).sums;
        for (group, sum) in lens.policy.score(kind).groups.iter().zip(sums) {
            // A group that can earn nothing at all is no question of its cap.
            if let Some(cap) = group.up_to.filter(|cap| sum.high < *cap && sum.high > Points::ZERO) {
                found.push(cap_too_high(lens, kind, group, cap, sum.high));
            }
        }
    }
}

fn cap_too_high(lens: &Lens<'_>, kind: ScoreKind, group: &Group, cap: Points, most: Points) -> Diagnostic {
    let number = written_group(lens, kind, group).and_then(|g| g.up_to.as_ref()).map(|n| n.span);
    let one = Diagnostic::new(
        &CAP_TOO_HIGH,
        format!("`{}` can earn {most} at most, not {cap}", group.name),
        number.unwrap_or(group.span),
        "out of reach",
    )
    .with_help(format!("write `up to {most}`, or give its criteria more points"));
    match number {
        Some(number) => one.with_fix("lower the cap to what can be earned", vec![(number, most.to_string())]),
        None => one,
    }
}

/// Finds criteria of which the cap of the group always takes something away.
pub fn always_binds(lens: &Lens<'_>, found: &mut Vec<Diagnostic>) {
    for kind in ScoreKind::BOTH {
        for group in &lens.policy.score(kind).groups {
            let Some(cap) = group.up_to else { continue };
            // Where something can be taken away, points above the cap make up for it.
            if group.criteria.iter().any(|c| c.points < Points::ZERO) {
                continue;
            }
            for criterion in group.criteria.iter().filter(|c| least_earned(c) > cap) {
                found.push(bound(group, cap, criterion));
            }
        }
    }
}

/// The least a criterion gives when it gives something.
fn least_earned(criterion: &Criterion) -> Points {
    match &criterion.kind {
        CriterionKind::When(_) => criterion.points,
        CriterionKind::Per(per) => {
            let events = per.at_least.unwrap_or(1).min(per.newest.unwrap_or(u32::MAX));
            let last = per.steps.last().copied().unwrap_or_default();
            Points(last.0.saturating_mul(i64::from(events))).min(alone(criterion))
        }
    }
}

fn bound(group: &Group, cap: Points, criterion: &Criterion) -> Diagnostic {
    Diagnostic::new(
        &CAP_ALWAYS_BINDS,
        format!("no lead ever gets all {} points of this", criterion.points),
        criterion.span,
        format!("`{}` stops at {cap}", group.name),
    )
    .with_label(group.span, "the cap is here")
    .with_help(format!("lower the points to {cap} or less, or raise the cap"))
}

/// A group as it is written.
pub fn written_group<'a>(lens: &'a Lens<'_>, kind: ScoreKind, group: &Group) -> Option<&'a tree::Group> {
    let items = lens.trees.iter().flat_map(|t| &t.items);
    let scores = items.filter_map(|i| match &i.kind {
        ItemKind::Score(score) if score.name.node == kind.name() => Some(score),
        _ => None,
    });
    let groups = scores.flat_map(|s| &s.items).filter_map(|i| if let ScoreItem::Group(g) = i { Some(g) } else { None });
    groups.into_iter().find(|g| g.name.span == group.span)
}

/// Where the size of a score is written, if it is.
pub fn written_size(lens: &Lens<'_>, kind: ScoreKind) -> Option<Span> {
    let span = lens.policy.score(kind).span;
    match &edit::block_around(lens, span)?.kind {
        ItemKind::Score(score) => score.out_of.as_ref().map(|n| n.span),
        _ => None,
    }
}
