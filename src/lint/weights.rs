//! How the points of a score are shared out.

use super::Lens;
use super::caps::written_size;
use super::domain::alone;
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::ScoreKind;
use crate::policy::exact::Points;
use crate::policy::score::{Criterion, Score};

declare_rule! {
    /// Groups of which the most that can be earned does not add up to the size of the score.
    pub GROUPS_AND_MAXIMUM = "RB1123" "groups-and-maximum" Advice "groups that do not add up to the size of their score"
}

declare_rule! {
    /// A criterion with more weight than all others of its score together.
    pub HEAVY_CRITERION = "RB1132" "heavy-criterion" Advice "a criterion that outweighs all others of its score together"
}

/// Finds scores of several groups that earn more or less than the score is out of.
pub fn groups(lens: &Lens<'_>, found: &mut Vec<Diagnostic>) {
    for kind in ScoreKind::BOTH {
        let score = lens.policy.score(kind);
        let earning: Vec<Points> =
            lens.reasoner.attainable(kind).groups.iter().map(|s| s.high).filter(|high| *high > Points::ZERO).collect();
        let sum = Points(earning.iter().map(|p| p.0).fold(0, i64::saturating_add));
        if earning.len() > 1 && sum != score.out_of {
            found.push(does_not_add_up(lens, kind, score, sum));
        }
    }
}

fn does_not_add_up(lens: &Lens<'_>, kind: ScoreKind, score: &Score, sum: Points) -> Diagnostic {
    let (name, size) = (kind.name(), score.out_of);
    let place = written_size(lens, kind).unwrap_or(score.span);
    let label = if sum < size {
        format!("no lead has more than {sum} of {size}")
    } else {
        format!("what goes beyond {size} is cut off")
    };
    Diagnostic::new(&GROUPS_AND_MAXIMUM, format!("the groups of {name} add up to {sum}, not to {size}"), place, label)
        .with_help(format!("share out {size} points among the groups, or write `score {name} out of {sum}`"))
}

/// Finds criteria that alone can give more than all others. Scores of few criteria are left out: there, one must weigh most.
pub fn heavy(lens: &Lens<'_>, found: &mut Vec<Diagnostic>) {
    for kind in ScoreKind::BOTH {
        let score = lens.policy.score(kind);
        let positive = score.groups.iter().flat_map(|g| &g.criteria).filter(|c| c.points > Points::ZERO);
        let count = positive.clone().count();
        let Some(most) = positive.max_by_key(|c| alone(c)) else { continue };
        if count < 4 {
            continue;
        }
        let (own, others) = shares(score, most);
        if own > others {
            found.push(outweighs(kind, most, own, others));
        }
    }
}

/// What a criterion can give within its cap, and what all others can give within theirs.
fn shares(score: &Score, heavy: &Criterion) -> (Points, Points) {
    let (mut own, mut others) = (Points::ZERO, 0_i64);
    for group in &score.groups {
        let mut sum = 0_i64;
        for criterion in group.criteria.iter().filter(|c| c.points > Points::ZERO) {
            if std::ptr::eq(criterion, heavy) {
                own = group.limit(alone(criterion));
            } else {
                sum = sum.saturating_add(alone(criterion).0);
            }
        }
        others = others.saturating_add(group.limit(Points(sum)).0.max(0));
    }
    (own, Points(others))
}

fn outweighs(kind: ScoreKind, criterion: &Criterion, own: Points, others: Points) -> Diagnostic {
    Diagnostic::new(
        &HEAVY_CRITERION,
        format!("one criterion outweighs all others of {} together", kind.name()),
        criterion.span,
        format!("{own} points, all others {others}"),
    )
    .with_help(
        "give it fewer points; if it must decide alone, make it a criterion of the profile or a rule of the route",
    )
}
