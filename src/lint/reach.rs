//! Bands, comparisons and gates that no lead can reach.

use super::domain::Want;
use super::uses::{mentions, own_atoms};
use super::{Lens, Place};
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::condition::PointsRange;
use crate::policy::exact::Points;
use crate::policy::steps::Stage;
use crate::policy::{Atom, Cond, CondKind, ScoreKind};
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

declare_rule! {
    /// A gate whose requirements can never hold together.
    pub UNREACHABLE_GATE = "RB1122" "unreachable-gate" Warning "a stage whose requirements can never hold together"
}

/// Finds bands that hold none of the points that can be had.
pub fn bands(lens: &Lens<'_>, found: &mut Vec<Diagnostic>) {
    for kind in ScoreKind::BOTH {
        for (at, band) in lens.policy.score(kind).bands.iter().enumerate() {
            if !can_have(lens, kind, at) {
                found.push(unreachable_band(lens, kind, &band.name, band.span));
            }
        }
    }
}

/// The points of a band, both ends included; `None` is open.
pub fn band_range(lens: &Lens<'_>, kind: ScoreKind, band: usize) -> PointsRange {
    let bands = &lens.policy.score(kind).bands;
    let above = band.checked_sub(1).and_then(|above| bands[above].at_least);
    PointsRange { low: bands[band].at_least, high: above.map(|p| Points(p.0 - 1)) }
}

fn can_have(lens: &Lens<'_>, kind: ScoreKind, band: usize) -> bool {
    let range = band_range(lens, kind, band);
    lens.reasoner.attainable(kind).meets(range.low, range.high)
}

fn unreachable_band(lens: &Lens<'_>, kind: ScoreKind, band: &str, span: Span) -> Diagnostic {
    let points = lens.reasoner.attainable(kind).score;
    let name = kind.name();
    Diagnostic::new(&UNREACHABLE_BAND, format!("{name} is never `{band}`"), span, "no lead comes here").with_help(
        format!("{name} goes from {} to {}; move the threshold, or take the band out", points.low, points.high),
    )
}

/// Finds comparisons of a score that come out the same for every lead. Where a band is to blame, only the band is told.
pub fn thresholds(lens: &Lens<'_>, found: &mut Vec<Diagnostic>) {
    let mut told: BTreeSet<Span> = BTreeSet::new();
    for one in lens.uses.iter().filter(|u| !matches!(u.place, Place::Guarantee(_) | Place::Test(_))) {
        for (atom, cond, negated) in own_atoms(one.cond) {
            let Atom::Score(kind, range) = atom else { continue };
            if told.insert(cond.span) {
                found.extend(threshold(lens, *kind, *range, cond, negated));
            }
        }
    }
}

fn threshold(lens: &Lens<'_>, kind: ScoreKind, range: PointsRange, cond: &Cond, negated: bool) -> Option<Diagnostic> {
    let always = settled(lens, kind, range)?;
    let bands = &lens.policy.score(kind).bands;
    let named = bands.iter().enumerate().find(|(_, b)| names(&cond.text, &b.name));
    if named.is_some_and(|(at, _)| !can_have(lens, kind, at)) {
        return None;
    }
    let points = lens.reasoner.attainable(kind).score;
    let name = kind.name();
    let (message, label) = if always {
        (format!("every lead's {name} meets this comparison"), "always true")
    } else {
        (format!("no lead's {name} can meet this comparison"), "never true")
    };
    // Around a negative form such as `is not`, the words mean the opposite of what is looked at here.
    let label = if negated { "the same for every lead" } else { label };
    let help = format!(
        "{name} goes from {} to {}, as its criteria and caps add up; correct the number",
        points.low, points.high
    );
    Some(Diagnostic::new(&THRESHOLD_OUT_OF_REACH, message, cond.span, label).with_help(help))
}

/// The answer that all leads give, if there is one.
fn settled(lens: &Lens<'_>, kind: ScoreKind, range: PointsRange) -> Option<bool> {
    let points = lens.reasoner.attainable(kind);
    if points.lies_in(range.low, range.high) {
        Some(true)
    } else if !points.meets(range.low, range.high) {
        Some(false)
    } else {
        None
    }
}

fn names(text: &str, band: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == band)
}

/// Whether a condition is constant because of points out of reach somewhere in it.
pub fn is_out_of_reach(lens: &Lens<'_>, cond: &Cond) -> bool {
    mentions(lens.policy, cond).iter().any(|m| match m.atom {
        Atom::Score(kind, range) => settled(lens, *kind, *range).is_some(),
        _ => false,
    })
}

/// Finds stages that no lead can pass by its own facts, where each requirement alone could be met.
pub fn gates(lens: &Lens<'_>, found: &mut Vec<Diagnostic>) {
    for stage in &lens.policy.stages {
        if stage.require.len() < 2 || stage.require.iter().any(|r| lens.reasoner.never(&r.condition)) {
            continue;
        }
        let claims: Vec<_> = stage.require.iter().map(|r| (&r.condition, Want::True)).collect();
        if !lens.reasoner.possible(&claims) {
            found.push(unreachable_gate(lens, stage));
        }
    }
}

fn unreachable_gate(lens: &Lens<'_>, stage: &Stage) -> Diagnostic {
    let one = Diagnostic::new(
        &UNREACHABLE_GATE,
        format!("no lead can pass `{}`", stage.name),
        stage.span,
        "its requirements never hold together",
    );
    let two = super::pairs::pairs(&stage.require).find(|(a, b)| lens.reasoner.exclude(&a.condition, &b.condition));
    let one = match two {
        Some((a, b)) => one.with_label(a.span, "this").with_label(b.span, "and this exclude each other"),
        None => one,
    };
    one.with_help("correct one of the requirements, or take it out")
}

/// A condition that some points are in a band; it stands nowhere in the text.
pub fn in_band(lens: &Lens<'_>, kind: ScoreKind, band: usize, span: Span) -> Cond {
    let atom = Atom::Score(kind, band_range(lens, kind, band));
    Cond { kind: CondKind::Atom(atom), span, text: "".into() }
}
