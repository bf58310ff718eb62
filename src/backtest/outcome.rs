//! What a cell of the outcome column says: won, not won, or nothing that can be used.

use crate::data::findings::shown;
use crate::policy::text::{UNKNOWN_SPELLINGS, fold, fold_spelling};
use serde::Serialize;
use std::collections::BTreeMap;

/// Spellings of a won lead, where nothing else is said. Compared like choices: case, spaces, `_` and `-` do not matter.
const WON: [&str; 7] = ["yes", "y", "true", "1", "won", "closed won", "on"];
/// Spellings of a lead that was not won. A deal that is still open is none of these, and so it is not counted as lost.
const NOT_WON: [&str; 7] = ["no", "n", "false", "0", "lost", "closed lost", "off"];
/// So many different spellings are kept apart; more of them together are counted as one.
const SPELLINGS: usize = 200;

/// What a cell says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    Won,
    NotWon,
    /// Blank, or a spelling of *not known*.
    NotKnown,
    /// Something that is neither won nor not won.
    NotRecognised,
}

/// Which spellings mean what.
#[derive(Clone, Debug)]
pub struct Meaning {
    won: Vec<String>,
    not_won: Vec<String>,
}

impl Meaning {
    /// With spellings that the user named; where none are named for a side, the usual ones hold, except those that the other side took. `Err` is a
    /// spelling that was named for both.
    pub fn new(won: &[String], not_won: &[String]) -> Result<Meaning, String> {
        let folded = |named: &[String]| -> Vec<String> { named.iter().map(|s| fold(s)).collect() };
        let (named_won, named_not) = (folded(won), folded(not_won));
        if let Some(at) = named_won.iter().position(|s| named_not.contains(s)) {
            return Err(won[at].clone());
        }
        let side = |named: &[String], usual: &[&str], other: &[String]| match named.is_empty() {
            false => named.to_vec(),
            true => usual.iter().map(|s| fold(s)).filter(|s| !other.contains(s)).collect(),
        };
        Ok(Meaning { won: side(&named_won, &WON, &named_not), not_won: side(&named_not, &NOT_WON, &named_won) })
    }

    /// What a cell says. A spelling that was named counts even if it usually means *not known*.
    pub fn of(&self, cell: &str) -> Said {
        let folded = fold(cell);
        if self.won.contains(&folded) && !folded.is_empty() {
            return Said::Won;
        }
        if self.not_won.contains(&folded) && !folded.is_empty() {
            return Said::NotWon;
        }
        match UNKNOWN_SPELLINGS.contains(&fold_spelling(cell).as_str()) {
            true => Said::NotKnown,
            false => Said::NotRecognised,
        }
    }
}

/// A spelling with what it counted as, and how many leads have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Spelling {
    /// As the first such cell is written, without control characters and cut after 60; empty for a blank.
    pub spelling: String,
    pub counts_as: Said,
    pub leads: u64,
}

/// Counts spellings. Memory is bounded, whatever the column holds.
#[derive(Debug, Default)]
pub struct Spellings {
    seen: BTreeMap<(Said, String), (String, u64)>,
}

impl Spellings {
    /// Counts a cell.
    pub fn count(&mut self, cell: &str, said: Said) {
        let key = (said, fold_spelling(&shown(cell.trim())));
        let rest = (said, "\u{10ffff}".to_string());
        let full = self.seen.len() >= SPELLINGS && !self.seen.contains_key(&key);
        let (key, text) = if full { (rest, "(further spellings)".to_string()) } else { (key, shown(cell.trim())) };
        self.seen.entry(key).or_insert((text, 0)).1 += 1;
    }

    /// All spellings: by what they mean, the most frequent first, ties by spelling.
    pub fn list(&self) -> Vec<Spelling> {
        let one = |((said, _), (text, leads)): (&(Said, String), &(String, u64))| Spelling {
            spelling: text.clone(),
            counts_as: *said,
            leads: *leads,
        };
        let mut all: Vec<Spelling> = self.seen.iter().map(one).collect();
        all.sort_by_key(|s| (s.counts_as, std::cmp::Reverse(s.leads)));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(won: &[&str], not_won: &[&str]) -> Result<Meaning, String> {
        let own = |all: &[&str]| all.iter().map(|s| s.to_string()).collect::<Vec<_>>();
        Meaning::new(&own(won), &own(not_won))
    }

    #[test]
    fn an_outcome_that_nobody_named_is_not_a_no() {
        let usual = meaning(&[], &[]).expect("fine");
        for (cell, said) in [
            (" Closed-Won ", Said::Won),
            ("TRUE", Said::Won),
            ("closed_lost", Said::NotWon),
            ("0", Said::NotWon),
            ("", Said::NotKnown),
            ("N/A", Said::NotKnown),
            ("--", Said::NotKnown),
            ("Negotiation", Said::NotRecognised),
            ("yes!", Said::NotRecognised),
            ("1.0", Said::NotRecognised),
            ("\u{0}", Said::NotRecognised),
        ] {
            assert_eq!(usual.of(cell), said, "{cell:?}");
        }
    }

    #[test]
    fn named_spellings_take_the_place_of_the_usual_ones() {
        let churn = meaning(&["no"], &[]).expect("fine");
        assert_eq!([churn.of("No"), churn.of("yes"), churn.of("lost")], [Said::Won, Said::NotRecognised, Said::NotWon]);
        let stages = meaning(&["Customer"], &["none", "Lead"]).expect("fine");
        assert_eq!(
            [stages.of("customer"), stages.of("None"), stages.of("won")],
            [Said::Won, Said::NotWon, Said::NotRecognised]
        );
        assert_eq!(meaning(&["Customer"], &["customer "]).err().as_deref(), Some("Customer"));
        assert_eq!(meaning(&[""], &[]).expect("fine").of(""), Said::NotKnown);
    }

    #[test]
    fn spellings_are_bounded_and_add_up() {
        let mut spellings = Spellings::default();
        (0..1_000).for_each(|i| spellings.count(&format!("value {i}"), Said::NotRecognised));
        spellings.count("Yes", Said::Won);
        spellings.count(" yes", Said::Won);
        let list = spellings.list();
        assert_eq!(list.iter().map(|s| s.leads).sum::<u64>(), 1_002);
        assert!(list.len() <= SPELLINGS + 2);
    }
}
