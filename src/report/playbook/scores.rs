//! The two scores as tables: bands, groups with their caps, points in words.

use super::{Block, Rich, Table, plain};
use crate::policy::score::{Group, Score};
use crate::policy::{Policy, ScoreKind};
use crate::report::explain::evidence::signed;
use crate::report::page::capital;
use crate::report::words::Words;

/// Both scores.
pub fn scores(all: &mut Vec<Block>, policy: &Policy, words: Words<'_>) {
    for (kind, asks) in [
        (ScoreKind::Fit, "Fit says how good a match the organisation is."),
        (ScoreKind::Intent, "Intent says how close it is to a next step. It is never added to Fit."),
    ] {
        let score = policy.score(kind);
        all.push(Block::Heading(format!("{}: points out of {}", capital(kind.name()), score.out_of)));
        all.push(Block::Text(asks.into()));
        bands(all, score, words);
        score.groups.iter().for_each(|group| self::group(all, group, words));
    }
    let text = "What is not known earns nothing, and nothing is taken away for it. Within a group, points are added up and then held to the limit of the group.";
    all.push(Block::Text(text.into()));
}

fn bands(all: &mut Vec<Block>, score: &Score, words: Words<'_>) {
    let mut table = Table::new(&["band", "points"]);
    for (at, band) in score.bands.iter().enumerate() {
        table.row([Rich::default().strong(plain(&band.name)), words.band(score, at).into()]);
    }
    all.extend(table.block());
}

fn group(all: &mut Vec<Block>, group: &Group, words: Words<'_>) {
    let title = group.title.clone().unwrap_or_else(|| capital(&plain(&group.name)));
    let limits = words.limits(group).map_or(String::new(), |l| format!(" ({l})"));
    all.push(Block::Sub(format!("{title}{limits}")));
    let because = group.criteria.iter().any(|c| c.because.is_some());
    let fades = group.criteria.iter().any(|c| words.decay(c).is_some());
    let head: Vec<&str> = [("#points", true), ("for", true), ("fades", fades), ("because", because)]
        .iter()
        .filter(|(_, has)| *has)
        .map(|(h, _)| *h)
        .collect();
    let mut table = Table::new(&head);
    for criterion in &group.criteria {
        let mut row: Vec<Rich> = vec![signed(criterion.points).into(), words.criterion(criterion).into()];
        if fades {
            row.push(words.decay(criterion).unwrap_or_default().into());
        }
        if because {
            row.push(criterion.because.clone().unwrap_or_default().into());
        }
        table.rows.push(row);
    }
    all.extend(table.block());
}
