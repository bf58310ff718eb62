//! The numbers of a policy that scores rest on, and the policy with one of them changed.

use crate::policy::condition::PointsRange;
use crate::policy::exact::Points;
use crate::policy::score::{Band, CriterionKind, Score, decay_steps};
use crate::policy::{Atom, Cond, CondKind, Policy, ScoreKind};
use crate::scenario::mutate::{deciding, follow};
use crate::source::Span;

/// What a number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Weight,
    Cap,
    Floor,
    /// The threshold of a band.
    Band,
    /// A number of points in a condition.
    Condition,
}

impl What {
    /// What people call it.
    pub fn word(self) -> &'static str {
        match self {
            What::Weight => "weight",
            What::Cap => "cap",
            What::Floor => "floor",
            What::Band => "band",
            What::Condition => "condition",
        }
    }
}

/// One number, in hundredths of a point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    pub what: What,
    /// In the words of the policy: `fit organisation.region`, `intent buying: per rfp newest 1`, `fit strong`, `fit >= 60`.
    pub name: String,
    /// Where it is declared; of a condition, the whole of it.
    pub span: Span,
    pub value: i64,
    /// It moves by this: one in the last place that is written.
    pub step: i64,
    /// As far as it can sensibly go.
    pub least: i64,
    pub most: i64,
    place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Weight(ScoreKind, usize, usize),
    Cap(ScoreKind, usize),
    Floor(ScoreKind, usize),
    Band(ScoreKind, usize),
    /// The low or the high end of the range of a condition, and by how much that differs from what is written.
    Condition {
        span: Span,
        low: bool,
        off: i64,
    },
}

/// Every number, scores first, then conditions, each in the order in which it stands.
pub fn numbers(policy: &Policy) -> Vec<Number> {
    let mut all = Vec::new();
    for kind in ScoreKind::BOTH {
        groups(policy, kind, &mut all);
        bands(policy.score(kind), kind, &mut all);
    }
    for cond in deciding(&mut policy.clone()) {
        conditions(policy, cond, &mut all);
    }
    all
}

fn groups(policy: &Policy, kind: ScoreKind, all: &mut Vec<Number>) {
    let score = policy.score(kind);
    let far = score.out_of.0;
    for (g, group) in score.groups.iter().enumerate() {
        let limits = [
            (What::Cap, "up to", group.up_to, Place::Cap(kind, g)),
            (What::Floor, "down to", group.down_to, Place::Floor(kind, g)),
        ];
        for (what, word, value, place) in limits {
            let Some(Points(value)) = value else { continue };
            let (least, most) = if what == What::Cap { (0, far.max(value)) } else { ((-far).min(value), 0) };
            let name = format!("{} {} {word}", kind.name(), group.name);
            all.push(Number { what, name, span: group.span, value, step: step(value), least, most, place });
        }
        for (c, criterion) in group.criteria.iter().enumerate() {
            let value = criterion.points.0;
            // A weight keeps its sign.
            let (least, most) = if value >= 0 { (0, far.max(value)) } else { ((-far).min(value), 0) };
            all.push(Number {
                what: What::Weight,
                name: named(kind, &group.name, &criterion.id, &criterion.text),
                span: criterion.span,
                value,
                step: 10_i64.pow(2 - u32::from(criterion.decimals.min(2))),
                least,
                most,
                place: Place::Weight(kind, g, c),
            });
        }
    }
}

/// A criterion by its name, or by what it says where it has none.
fn named(kind: ScoreKind, group: &str, id: &str, text: &str) -> String {
    let unnamed = id.rsplit('.').next().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()));
    if unnamed { format!("{} {group}: {text}", kind.name()) } else { format!("{} {id}", kind.name()) }
}

fn bands(score: &Score, kind: ScoreKind, all: &mut Vec<Number>) {
    let at = |band: Option<&Band>| band.and_then(|b| b.at_least).map(|p| p.0);
    for (i, band) in score.bands.iter().enumerate() {
        let Some(Points(value)) = band.at_least else { continue };
        let step = step(value);
        // Bands stay in their order.
        let above = i.checked_sub(1).and_then(|above| at(score.bands.get(above)));
        all.push(Number {
            what: What::Band,
            name: format!("{} {}", kind.name(), band.name),
            span: band.span,
            value,
            step,
            least: at(score.bands.get(i + 1)).map_or(0, |below| below + step),
            most: above.map_or(score.out_of.0, |above| above - step),
            place: Place::Band(kind, i),
        });
    }
}

fn conditions(policy: &Policy, cond: &Cond, all: &mut Vec<Number>) {
    match &cond.kind {
        CondKind::All(parts) | CondKind::Any(parts) => parts.iter().for_each(|part| conditions(policy, part, all)),
        CondKind::Not(inner) | CondKind::Confirmed(inner) | CondKind::Unconfirmed(inner) => {
            conditions(policy, inner, all);
        }
        CondKind::Atom(Atom::Score(kind, range)) if range.low != range.high => {
            for (end, low) in [(range.low, true), (range.high, false)] {
                let Some((value, off)) = end.and_then(|end| written(&cond.text, end.0)) else { continue };
                all.push(Number {
                    what: What::Condition,
                    name: cond.text.to_string(),
                    span: cond.span,
                    value,
                    step: step(value),
                    least: 0,
                    most: policy.score(*kind).out_of.0.max(value),
                    place: Place::Condition { span: cond.span, low, off },
                });
            }
        }
        CondKind::Atom(_) | CondKind::Always(_) | CondKind::Define(_) => {}
    }
}

/// The number that stands in a condition for the end of its range, and what has to be added to it: `fit > 60` begins a hundredth above. `None` where
/// no such number stands there, because a band is named.
fn written(text: &str, end: i64) -> Option<(i64, i64)> {
    let mut numbers = text.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')')).filter_map(Points::parse);
    let found: Vec<i64> = numbers.by_ref().map(|p| p.0).collect();
    [0, 1, -1].into_iter().find(|off| found.contains(&(end - off))).map(|off| (end - off, off))
}

/// One in the last place of a number as it is written.
fn step(value: i64) -> i64 {
    [100, 10].into_iter().find(|unit| value % unit == 0).unwrap_or(1)
}

impl Number {
    /// The policy with another value in its place.
    pub fn changed(&self, policy: &Policy, value: i64) -> Policy {
        let mut policy = policy.clone();
        let new = Points(value);
        match self.place {
            Place::Weight(kind, g, c) => {
                let criterion = &mut score(&mut policy, kind).groups[g].criteria[c];
                criterion.points = new;
                if let CriterionKind::Per(per) = &mut criterion.kind {
                    per.steps = decay_steps(new, criterion.decimals, per.halves_every_days.is_some());
                }
            }
            Place::Cap(kind, g) => score(&mut policy, kind).groups[g].up_to = Some(new),
            Place::Floor(kind, g) => score(&mut policy, kind).groups[g].down_to = Some(new),
            Place::Band(kind, at) => {
                let bands = score(&mut policy, kind).bands.clone();
                score(&mut policy, kind).bands[at].at_least = Some(new);
                let names: Vec<&Band> = bands.iter().collect();
                deciding(&mut policy)
                    .into_iter()
                    .for_each(|cond| follow(cond, kind, &names, (Points(self.value), new)));
            }
            Place::Condition { span, low, off } => {
                let end = Points(value + off);
                deciding(&mut policy).into_iter().for_each(|cond| set(cond, span, low, end));
            }
        }
        policy
    }
}

fn score(policy: &mut Policy, kind: ScoreKind) -> &mut Score {
    match kind {
        ScoreKind::Fit => &mut policy.fit,
        ScoreKind::Intent => &mut policy.intent,
    }
}

fn set(cond: &mut Cond, span: Span, low: bool, end: Points) {
    match &mut cond.kind {
        CondKind::All(parts) | CondKind::Any(parts) => parts.iter_mut().for_each(|part| set(part, span, low, end)),
        CondKind::Not(inner) | CondKind::Confirmed(inner) | CondKind::Unconfirmed(inner) => set(inner, span, low, end),
        CondKind::Atom(Atom::Score(_, PointsRange { low: from, high: to })) if cond.span == span => {
            *(if low { from } else { to }) = Some(end);
        }
        CondKind::Atom(_) | CondKind::Always(_) | CondKind::Define(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_conditions_are_found_as_they_are_written() {
        assert_eq!(written("fit >= 60", 6000), Some((6000, 0)));
        assert_eq!(written("fit > 60", 6001), Some((6000, 1)));
        assert_eq!(written("(intent < 12.5)", 1249), Some((1250, -1)));
        assert_eq!(written("fit between 40 and 60", 6000), Some((6000, 0)));
        assert_eq!(written("fit >= good", 4500), None);
    }

    #[test]
    fn steps_are_those_of_the_last_place_that_is_written() {
        assert_eq!([6000, 6050, 1249, 0, -500].map(step), [100, 10, 1, 100, 100]);
    }
}
