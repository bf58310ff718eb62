//! Which of two outcomes is nearer to sales.
//!
//! Outcomes are declared nearest to sales first: that is the order in which they stand in the `outcomes` block. Out of scope is the farthest.

use super::report::What;
use crate::policy::Policy;

/// How people and machines read that a lead is not decided.
pub const OUT_OF_SCOPE: &str = "out_of_scope";

/// Where a lead went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    Towards,
    Away,
    /// To another place that is as near.
    Level,
}

impl Direction {
    /// The words for people.
    pub fn words(self) -> &'static str {
        match self {
            Direction::Towards => "towards sales",
            Direction::Away => "away from sales",
            Direction::Level => "neither nearer to sales nor further",
        }
    }

    /// The word for machines.
    pub fn word(self) -> &'static str {
        match self {
            Direction::Towards => "towards",
            Direction::Away => "away",
            Direction::Level => "level",
        }
    }
}

/// Names in order, the nearest to sales first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ladder {
    names: Vec<String>,
}

impl Ladder {
    /// The names of the new version in its order; those that only the old version has stand behind whatever they stood behind there.
    pub fn of<'n>(old: impl IntoIterator<Item = &'n str>, new: impl IntoIterator<Item = &'n str>) -> Ladder {
        let mut names: Vec<String> = Vec::new();
        for name in new {
            if !names.iter().any(|n| n == name) {
                names.push(name.to_string());
            }
        }
        let mut before: Option<usize> = None;
        for name in old {
            let at = names.iter().position(|n| n == name).unwrap_or_else(|| {
                let at = before.map_or(0, |at| at + 1);
                names.insert(at, name.to_string());
                at
            });
            before = Some(at);
        }
        Ladder { names }
    }

    /// The place of a name; those that nobody declares are the farthest.
    pub fn place(&self, name: &str) -> usize {
        self.names.iter().position(|n| n == name).unwrap_or(self.names.len())
    }

    /// Where a move from one name to another goes.
    pub fn direction(&self, from: &str, to: &str) -> Direction {
        match self.place(to).cmp(&self.place(from)) {
            std::cmp::Ordering::Less => Direction::Towards,
            std::cmp::Ordering::Greater => Direction::Away,
            std::cmp::Ordering::Equal => Direction::Level,
        }
    }

    /// All names in order.
    pub fn names(&self) -> &[String] {
        &self.names
    }
}

/// The orders in which places are shown, and by which directions are told.
#[derive(Clone, Debug, Default)]
pub struct Ladders {
    /// Nearest to sales first.
    pub routes: Ladder,
    /// Furthest first.
    pub stages: Ladder,
    pub fit_bands: Ladder,
    pub intent_bands: Ladder,
}

impl Ladders {
    /// Names in the order in which each version declares them, over all its policies; the later of two stages is nearer.
    pub fn of(old: &[Policy], new: &[Policy]) -> Ladders {
        let of = |names: &dyn Fn(&Policy) -> Vec<String>| {
            let all = |side: &[Policy]| -> Vec<String> { side.iter().flat_map(names).collect() };
            let (old, new) = (all(old), all(new));
            Ladder::of(old.iter().map(String::as_str), new.iter().map(String::as_str))
        };
        let stages = |p: &Policy| (0..=p.stages.len() as u16).rev().map(|l| p.stage_name(l).to_string()).collect();
        Ladders {
            routes: of(&|p| p.outcomes.iter().map(|o| o.name.clone()).collect()),
            stages: of(&stages),
            fit_bands: of(&|p| p.fit.bands.iter().map(|b| b.name.clone()).collect()),
            intent_bands: of(&|p| p.intent.bands.iter().map(|b| b.name.clone()).collect()),
        }
    }

    /// The order for what of a lead changes.
    pub fn get(&self, what: What) -> &Ladder {
        match what {
            What::Route => &self.routes,
            What::Stage => &self.stages,
            What::FitBand => &self.fit_bands,
            What::IntentBand => &self.intent_bands,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_gone_keep_their_neighbours() {
        let ladder = Ladder::of(["demo", "trial", "nurture", "close"], ["demo", "nurture", "watch"]);
        assert_eq!(ladder.names(), ["demo", "trial", "nurture", "close", "watch"]);
        assert_eq!(ladder.direction("nurture", "demo"), Direction::Towards);
        assert_eq!(ladder.direction("demo", OUT_OF_SCOPE), Direction::Away);
        assert_eq!(ladder.direction(OUT_OF_SCOPE, OUT_OF_SCOPE), Direction::Level);
        assert_eq!(Ladder::of(["x", "a"], ["a"]).names(), ["x", "a"]);
    }
}
