//! The ledger of a score: every criterion with what it earned and what was seen, every group with what its cap took.

use super::evidence::{seen, signed};
use crate::engine::decision::{Earned, Entry, GroupResult, ScoreResult};
use crate::policy::exact::Points;
use crate::policy::score::Group;
use crate::policy::{Policy, ScoreKind};
use crate::report::page::{Cell, Page, Style};

/// One score.
pub fn score(page: &mut Page, policy: &Policy, kind: ScoreKind, result: &ScoreResult) {
    let score = policy.score(kind);
    let name = match kind {
        ScoreKind::Fit => "Fit",
        ScoreKind::Intent => "Intent",
    };
    let range = if result.low == result.high {
        String::new()
    } else {
        format!("; between {} and {} once all is known", result.low, result.high)
    };
    page.heading(&format!("{name}: {} of {}, {}{range}", result.points, score.out_of, result.band));
    for (declared, group) in score.groups.iter().zip(&result.groups) {
        heading(page, declared, group);
        page.rows(2, &group.entries.iter().map(|e| entry(policy, e)).collect::<Vec<_>>());
    }
    if result.clamped != Points::ZERO {
        page.line(2, &taken(result.clamped, &format!("the range of the score, 0 to {},", score.out_of)));
    }
}

fn heading(page: &mut Page, declared: &Group, group: &GroupResult) {
    let title = declared.title.as_ref().unwrap_or(&group.name);
    let limit = group.cap.map_or(String::new(), |cap| format!(" of at most {cap}"));
    let what = match (group.cap, group.floor) {
        (Some(cap), _) if group.capped > Points::ZERO => {
            format!("; {}", taken(group.capped, &format!("the cap of {cap}")))
        }
        (_, Some(floor)) if group.capped < Points::ZERO => {
            format!("; {}", taken(group.capped, &format!("the floor of {floor}")))
        }
        _ => String::new(),
    };
    page.line(2, &format!("{title}: {}{limit}{what}", group.points));
}

/// What a limit took away, or gave back where it is negative.
fn taken(points: Points, limit: &str) -> String {
    match points > Points::ZERO {
        true => format!("{limit} took {points} away"),
        false => format!("{limit} gave {} back", Points(-points.0)),
    }
}

fn entry(policy: &Policy, entry: &Entry) -> Vec<Cell> {
    let (points, style) = match entry.outcome {
        Earned::Earned => (signed(entry.points), Style::Good),
        Earned::NotEarned => ("0".to_string(), Style::Faint),
        Earned::Unknown => ("?".to_string(), Style::Open),
    };
    let worth = match entry.outcome {
        Earned::Earned => String::new(),
        _ => format!("({})", signed(entry.worth)),
    };
    let because = entry.because.as_ref().map_or(String::new(), |b| format!(" ({b})"));
    let saw = if entry.evidence.is_empty() {
        String::new()
    } else {
        format!(" — {}", seen(&entry.evidence, policy.offset))
    };
    // Of the same width in every group, so that the points of a score stand in one column.
    vec![
        Cell::new(format!("{points:>6}")).styled(style),
        Cell::new(format!("{worth:>7}")).styled(Style::Faint),
        Cell::new(format!("{}{because}{saw}", entry.text)),
    ]
}
