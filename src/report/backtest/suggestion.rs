//! The words of suggested weights.

use super::content::estimate;
use super::{Block, Table};
use crate::backtest::figures::{Kept, Least, SuggestedScore, Suggestion};
use crate::report::page::{capital, counted};

/// The suggestion, with what to know about it first.
pub fn suggestion(all: &mut Vec<Block>, s: &Suggestion, least: &Least) {
    all.push(Block::Heading("Suggested weights".to_string()));
    all.push(Block::Text(
        "Fitted to these leads in whole points. Criteria, their signs, caps, and the thresholds of bands stay as they are. \"Held out\" is how old \
         and new weights rank leads that the new ones were not fitted to."
            .to_string(),
    ));
    all.extend(s.warnings.iter().map(|w| Block::Warning(capital(&w.text))));
    s.scores.iter().for_each(|score| of_score(all, score, least));
    if s.patch.is_empty() {
        return all.push(Block::Text("Nothing would change.".to_string()));
    }
    bands(all, s);
    all.push(Block::Diff(s.patch.clone()));
}

fn of_score(all: &mut Vec<Block>, score: &SuggestedScore, least: &Least) {
    if let Some(why) = &score.refused {
        return all.push(Block::Text(format!("{}: none, for {why}.", capital(score.score))));
    }
    let mut table = Table::new(&["#old", "#new", "criterion"]);
    for w in &score.weights {
        let why = match w.kept_because {
            Some(Kept::FiredTooRarely) => format!(" — kept: it fires for fewer than {} leads", least.leads),
            Some(Kept::FiresNearlyAlways) => format!(" — kept: it is silent for fewer than {} leads", least.leads),
            Some(Kept::TellsNothing) => " — tells nothing that the others do not; can it go?".to_string(),
            None => String::new(),
        };
        table.row([w.old.to_string(), w.new.to_string(), format!("{}{why}", w.id)]);
    }
    all.push(Block::Table(table));
    let Some(held) = &score.held_out else {
        let text = format!("{}: too few leads to hold some out.", capital(score.score));
        return all.push(Block::Text(text));
    };
    let mut table = Table::new(&["held out", "AUC", "lift of the best fifth"]);
    table.row(["old".to_string(), estimate(Some(held.old_auc), 3), estimate(held.old_lift, 2)]);
    table.row(["new".to_string(), estimate(Some(held.new_auc), 3), estimate(held.new_lift, 2)]);
    table.row(["gain".to_string(), estimate(Some(held.gain), 3), String::new()]);
    all.push(Block::Table(table));
}

fn bands(all: &mut Vec<Block>, s: &Suggestion) {
    let mut table = Table::new(&["score", "band", "#leads now", "#then"]);
    s.bands.iter().for_each(|b| table.row([b.score.to_string(), b.band.clone(), b.old.to_string(), b.new.to_string()]));
    all.push(Block::Table(table));
    all.push(Block::Text(format!(
        "{} would take another route. Write the new text with `--suggest-to`, and review it with `rubric diff` before you use it.",
        counted(s.routes_moved, "lead")
    )));
}
