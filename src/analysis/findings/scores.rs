//! Bands and comparisons of points that no lead can reach, or that all do.

use super::look::Look;
use crate::analysis::possible::Claim;
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::lint::{Place, own_atoms};
use crate::policy::condition::PointsRange;
use crate::policy::score::Band;
use crate::policy::{Atom, Cond, ScoreKind};
use crate::source::Span;
use std::collections::BTreeSet;

declare_rule! {
    /// A band that no lead can have.
    pub UNREACHABLE_BAND = "RB1120" "unreachable-band" Warning "a band that no score can have"
}

declare_rule! {
    /// A comparison with points that every lead has, or none.
    pub THRESHOLD_OUT_OF_REACH = "RB1121" "threshold-out-of-reach" Warning "a comparison with points that no lead can have, or that all have"
}

/// Finds bands that hold none of the points that leads can have.
pub fn bands(look: &Look<'_, '_>, found: &mut Vec<Diagnostic>) {
    for kind in ScoreKind::BOTH {
        for (at, band) in look.policy.score(kind).bands.iter().enumerate() {
            if is_dead(look, kind, at) && !look.is_short(kind) {
                found.push(unreachable(look, kind, band));
            }
        }
    }
}

/// Whether no lead has a band.
pub fn is_dead(look: &Look<'_, '_>, kind: ScoreKind, band: usize) -> bool {
    look.never(look.decided([Claim::Band(kind, band)]))
}

fn unreachable(look: &Look<'_, '_>, kind: ScoreKind, band: &Band) -> Diagnostic {
    Diagnostic::new(
        &UNREACHABLE_BAND,
        format!("{} is never `{}`", kind.name(), band.name),
        band.span,
        "no lead comes here",
    )
    .with_help(format!("{}move the threshold, or take the band out", goes_from(look, kind)))
}

/// From where to where a score goes, as far as that can be told.
fn goes_from(look: &Look<'_, '_>, kind: ScoreKind) -> String {
    let points = look.points(kind);
    points.map_or(String::new(), |(least, most)| format!("{} goes from {least} to {most}; ", kind.name()))
}

/// Finds comparisons of a score that come out the same for every lead. Where a band is to blame, only the band is told.
pub fn thresholds(look: &Look<'_, '_>, found: &mut Vec<Diagnostic>) {
    let mut told: BTreeSet<Span> = BTreeSet::new();
    let looked_at = |place: Place| !matches!(place, Place::Guarantee(_) | Place::Test(_));
    for one in look.lens.uses.iter().filter(|u| looked_at(u.place)) {
        for (atom, cond, negated) in own_atoms(one.cond) {
            let Atom::Score(kind, range) = atom else { continue };
            if !look.is_short(*kind) && told.insert(cond.span) {
                found.extend(threshold(look, *kind, *range, cond, negated));
            }
        }
    }
}

fn threshold(
    look: &Look<'_, '_>,
    kind: ScoreKind,
    range: PointsRange,
    cond: &Cond,
    negated: bool,
) -> Option<Diagnostic> {
    let always = settled(look, kind, range)?;
    let bands = &look.policy.score(kind).bands;
    let named = bands.iter().position(|b| names(&cond.text, &b.name));
    if named.is_some_and(|at| is_dead(look, kind, at)) {
        return None;
    }
    let name = kind.name();
    let (message, label) = if always {
        (format!("every lead's {name} meets this comparison"), "always true")
    } else {
        (format!("no lead's {name} can meet this comparison"), "never true")
    };
    // Around a negative form such as `is not`, the words mean the opposite of what is looked at here.
    let label = if negated { "the same for every lead" } else { label };
    let help = format!("{}correct the number", goes_from(look, kind));
    Some(Diagnostic::new(&THRESHOLD_OUT_OF_REACH, message, cond.span, label).with_help(help))
}

/// The answer that all leads give, if there is one.
fn settled(look: &Look<'_, '_>, kind: ScoreKind, range: PointsRange) -> Option<bool> {
    let low = range.low.map(|p| Claim::AtLeast(kind, p.0));
    let high = range.high.map(|p| Claim::Below(kind, p.0 + 1));
    let outside = [range.low.map(|p| Claim::Below(kind, p.0)), range.high.map(|p| Claim::AtLeast(kind, p.0 + 1))];
    if look.never(look.decided(low.into_iter().chain(high))) {
        return Some(false);
    }
    let inside = outside.into_iter().flatten().all(|claim| look.never(look.decided([claim])));
    inside.then_some(true)
}

fn names(text: &str, band: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == band)
}
