//! What a change means for every possible lead: proved to be nothing, or each move there is with a small lead that makes it.
//!
//! The solver finds leads and closes the list; both engines decide each lead again before it is shown, so a lead that is shown does what is said.

mod causes;
pub mod replay;

use super::ladder::{Ladders, OUT_OF_SCOPE};
use super::pair::Pair;
use super::report::{Meaning, Transition, What};
use super::structure::{Edit, Effect};
use crate::analysis::instants::instants;
use crate::analysis::pair::{self, Move, Place, Respect, UnknownField};
use crate::analysis::scores::Difference;
use crate::analysis::shared::same_names;
use crate::policy::ScoreKind;
use crate::policy::exact::Points;
use crate::policy::time::Instant;
use crate::program::Program;
use causes::Causes;
use replay::Version;

/// So many conflicts a question may take; an edit of a shipped policy takes a few hundred.
pub const CONFLICTS: u64 = 20_000;

/// In which respects leads are compared, and what people call them.
const RESPECTS: [(Respect, What); 4] = [
    (Respect::Route, What::Route),
    (Respect::Stage, What::Stage),
    (Respect::Band(ScoreKind::Fit), What::FitBand),
    (Respect::Band(ScoreKind::Intent), What::IntentBand),
];

/// What a change means, in all respects; each question may take so many conflicts.
pub fn meaning(pair: &Pair, edits: &[Edit], conflicts: u64) -> Meaning {
    let programs = [Program::lower(&pair.old), Program::lower(&pair.new)];
    let days =
        [(&pair.old, &programs[0]), (&pair.new, &programs[1])].map(|(policy, program)| instants(policy, program));
    let mut meaning = Meaning::default();
    let mut all: Vec<Instant> = days.iter().flat_map(|d| d.all.clone()).collect();
    all.sort_unstable();
    all.dedup();
    // The newest instant that the tests of the new version know comes first: its leads are the most familiar.
    let usual = days[1].all[0];
    all.sort_by_key(|at| *at != usual);
    let deciding = edits.iter().filter(|e| e.effect != Effect::Tells).map(|e| e.id.clone()).collect();
    let mut causes = Causes::new(pair, deciding);
    for as_of in all {
        on_a_day(pair, &programs, as_of, &mut causes, conflicts, &mut meaning);
    }
    if days.iter().any(|d| !d.complete) {
        meaning
            .undecide("Dates are compared with so many days that not every order of them was looked at.".to_string());
    }
    meaning
}

fn on_a_day(
    pair: &Pair,
    programs: &[Program; 2],
    as_of: Instant,
    causes: &mut Causes<'_>,
    conflicts: u64,
    meaning: &mut Meaning,
) {
    let versions = [Version::new(&pair.old, &programs[0], as_of), Version::new(&pair.new, &programs[1], as_of)];
    let (old, new) = ((&pair.old, &programs[0]), (&pair.new, &programs[1]));
    let mut both = pair::Pair::new(old, new, as_of, &same_names(&pair.old, &pair.new));
    let found = both.moves(&RESPECTS.map(|(respect, _)| respect), conflicts);
    meaning.scores = scores(both.differences);
    let ladders = Ladders::of(std::slice::from_ref(&pair.old), std::slice::from_ref(&pair.new));
    for ((respect, what), moves) in RESPECTS.iter().zip(&found) {
        for one in &moves.found {
            let (from, to) = (name(&one.from), name(&one.to));
            if meaning.transitions.iter().any(|t| (t.what, &t.from, &t.to) == (*what, &from, &to)) {
                continue;
            }
            let says = [versions[0].says(&one.old), versions[1].says(&one.new)];
            let (before, after) = match says {
                [Some(before), Some(after)]
                    if before.place(*respect) == one.from && after.place(*respect) == one.to =>
                {
                    (before, after)
                }
                _ => {
                    let why = match both.is_partial() {
                        true => "the versions are too large to write all of them down",
                        false => "no text was found for a lead that does",
                    };
                    meaning.undecide(unconfirmed(*what, &from, &to, why));
                    continue;
                }
            };
            meaning.transitions.push(Transition {
                what: *what,
                direction: ladders.get(*what).direction(&from, &to),
                from,
                to,
                lead: one.new.said(&pair.new),
                only_unknown: unknown(pair, one),
                smallest: one.fewest,
                before: before.scores(),
                after: after.scores(),
                edits: causes.of(one, as_of),
            });
        }
        if !moves.complete {
            meaning.undecide(format!(
                "There may be further moves to another {}: it is too hard to tell within the budget.",
                what.words()
            ));
        }
    }
}

impl Meaning {
    /// Says once that something is not decided.
    fn undecide(&mut self, sentence: String) {
        if !self.undecided.contains(&sentence) {
            self.undecided.push(sentence);
        }
    }
}

fn unconfirmed(what: What, from: &str, to: &str, why: &str) -> String {
    let (from, to) = (spoken(from), spoken(to));
    format!("A lead may change its {} from {from} to {to}; {why}, so it is not confirmed.", what.words())
}

fn spoken(name: &str) -> String {
    if name == OUT_OF_SCOPE { "out of scope".to_string() } else { format!("`{name}`") }
}

fn name(place: &Place) -> String {
    match place {
        Place::OutOfScope => OUT_OF_SCOPE.to_string(),
        Place::Named(name) => name.clone(),
    }
}

/// The labels of the fields that have to be unknown for a move.
fn unknown(pair: &Pair, one: &Move) -> Vec<String> {
    let label = |u: &UnknownField| if u.new { pair.new.field(u.field) } else { pair.old.field(u.field) }.label.clone();
    one.unknown.iter().map(label).collect()
}

/// What can become of the points of a lead, where they can change at all: a sentence for each score.
fn scores(differences: [Difference; 2]) -> Vec<String> {
    let points = |hundredths: i64| Points(hundredths.abs());
    ScoreKind::BOTH
        .into_iter()
        .filter_map(|kind| {
            let name = kind.name();
            match differences[kind as usize] {
                (0, 0) => None,
                (0.., up) => Some(format!("`{name}` can only rise, by at most {}", points(up))),
                (down, ..=0) => Some(format!("`{name}` can only fall, by at most {}", points(down))),
                (down, up) => {
                    Some(format!("`{name}` can rise by at most {} and fall by at most {}", points(up), points(down)))
                }
            }
        })
        .collect()
}
