//! How many leads a change may move, and which moves are not to happen at all.

use super::ladder::OUT_OF_SCOPE;
use super::population::Population;
use crate::policy::exact::Number;
use crate::policy::text::nearest;

/// The most leads that may move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Most {
    /// Millionths of a percent of the leads that were compared.
    Share(i64),
    Leads(u64),
}

impl Most {
    /// Reads `5%`, `0.5%` or `12`; `Err` says what is wrong.
    pub fn parse(text: &str) -> Result<Most, String> {
        let wrong = || {
            format!(
                "`{text}` is no limit; write a share of the leads such as `5%` or `0.5%`, or a number of leads such as `12`"
            )
        };
        let Some(share) = text.trim().strip_suffix('%') else {
            return text.trim().parse().map(Most::Leads).map_err(|_| wrong());
        };
        let share = Number::parse(share.trim()).ok_or_else(wrong)?;
        match (0..=100 * Number::SCALE).contains(&share.0) {
            true => Ok(Most::Share(share.0)),
            false => Err(wrong()),
        }
    }

    /// Whether so many of so many leads are within the limit. Exact: nothing is divided.
    pub fn holds(self, moved: u64, of: u64) -> bool {
        match self {
            Most::Leads(most) => moved <= most,
            Most::Share(share) => {
                i128::from(moved) * 100 * i128::from(Number::SCALE) <= i128::from(share) * i128::from(of)
            }
        }
    }

    /// As it is written.
    pub fn words(self) -> String {
        match self {
            Most::Leads(most) => most.to_string(),
            Most::Share(share) => format!("{}%", Number(share)),
        }
    }
}

/// A move that is not to happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forbidden {
    /// `None`: from wherever.
    pub from: Option<String>,
    /// `None`: to wherever else.
    pub to: Option<String>,
}

impl Forbidden {
    /// Reads `demo->disqualify`; `*` on one side stands for any other outcome.
    pub fn parse(text: &str) -> Result<Forbidden, String> {
        let wrong = || {
            let example = "`demo->disqualify`, or `demo->*` for a demo that goes anywhere else";
            format!("`{text}` is no move; write {example}")
        };
        let (from, to) = text.split_once("->").ok_or_else(wrong)?;
        let side = |name: &str| match name.trim() {
            "" => Err(wrong()),
            "*" => Ok(None),
            name => Ok(Some(name.to_string())),
        };
        let one = Forbidden { from: side(from)?, to: side(to)? };
        if one.from.is_none() && one.to.is_none() {
            return Err("`*->*` forbids every move; write `--max-moved 0`".to_string());
        }
        Ok(one)
    }

    /// Whether its names are outcomes; `Err` says which is not, and what was probably meant.
    pub fn known(&self, outcomes: &[String]) -> Result<(), String> {
        let unknown = |name: &&String| !outcomes.contains(*name) && **name != OUT_OF_SCOPE;
        let Some(name) = self.from.iter().chain(&self.to).find(unknown) else { return Ok(()) };
        let help = match nearest(name, outcomes.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("there are {}", outcomes.join(", ")),
        };
        Err(format!("neither version has an outcome `{name}`; {help}"))
    }

    fn covers(&self, from: &str, to: &str) -> bool {
        self.from.as_ref().is_none_or(|f| f == from) && self.to.as_ref().is_none_or(|t| t == to)
    }

    /// As it is written.
    pub fn words(&self) -> String {
        let side = |name: &Option<String>| name.clone().unwrap_or_else(|| "*".to_string());
        format!("{}->{}", side(&self.from), side(&self.to))
    }
}

/// What a change may do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Budget {
    pub most: Option<Most>,
    pub forbidden: Vec<Forbidden>,
}

/// A declared intent to move leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    pub reason: String,
    /// Hundredths of a percent.
    pub share: u32,
    /// It stood in the old version already, so it was said of an earlier change and excuses nothing now.
    pub earlier: bool,
}

impl Declared {
    fn most(&self) -> Most {
        Most::Share(i64::from(self.share) * Number::SCALE / 100)
    }
}

/// How one limit came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The limit as it was given: `--max-moved 5%`.
    pub limit: String,
    pub moved: u64,
    pub of: u64,
    pub result: Outcome,
}

/// Whether a limit holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Holds,
    /// It does not, but the policy declares that so many are meant to move.
    Excused {
        reason: String,
        up_to: String,
    },
    Exceeded,
}

impl Check {
    /// Whether it is no reason to stop.
    pub fn passes(&self) -> bool {
        self.result != Outcome::Exceeded
    }
}

impl Budget {
    /// Whether nothing is limited.
    pub fn is_empty(&self) -> bool {
        self.most.is_none() && self.forbidden.is_empty()
    }

    /// Each limit against the leads that moved. What is declared excuses a share or a number that is too large, never a move that is forbidden.
    pub fn checks(&self, population: &Population, declared: &[Declared]) -> Vec<Check> {
        let (moved, of) = (population.moved.len() as u64, population.compared);
        let excuse = || declared.iter().filter(|d| !d.earlier && d.most().holds(moved, of)).max_by_key(|d| d.share);
        let share = self.most.map(|most| {
            let result = match (most.holds(moved, of), excuse()) {
                (true, _) => Outcome::Holds,
                (false, Some(d)) => Outcome::Excused { reason: d.reason.clone(), up_to: d.most().words() },
                (false, None) => Outcome::Exceeded,
            };
            Check { limit: format!("--max-moved {}", most.words()), moved, of, result }
        });
        let forbidden = self.forbidden.iter().map(|f| {
            let moved = population.moved.iter().filter(|m| f.covers(&m.from, &m.to)).count() as u64;
            let result = if moved == 0 { Outcome::Holds } else { Outcome::Exceeded };
            Check { limit: format!("--no-move {}", f.words()), moved, of, result }
        });
        share.into_iter().chain(forbidden).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_exact() {
        let five = Most::parse("5%").expect("a share");
        assert_eq!(
            (five.holds(5, 100), five.holds(6, 100), five.holds(0, 0), five.holds(1, 0)),
            (true, false, true, false)
        );
        let third = Most::parse("33.333333%").expect("a share");
        assert_eq!((third.holds(1, 3), Most::parse("33.333334%").expect("a share").holds(1, 3)), (false, true));
        assert_eq!(Most::parse("12").map(|m| (m.holds(12, 100), m.holds(13, 100))), Ok((true, false)));
        for text in ["", "%", "-1%", "101%", "5.0000001%", "five", "1.5", "5 %%"] {
            assert!(Most::parse(text).is_err(), "{text}");
        }
        assert_eq!(Most::parse("0.50 %").map(Most::words), Ok("0.5%".to_string()));
    }

    #[test]
    fn moves_are_read_with_stars() {
        let demo = Forbidden::parse("demo -> *").expect("a move");
        assert!(demo.covers("demo", "nurture") && !demo.covers("nurture", "demo"));
        for text in ["demo", "->x", "demo->", "*->*", "demo=>x"] {
            assert!(Forbidden::parse(text).is_err(), "{text}");
        }
        let unknown = Forbidden::parse("dmo->nurture").expect("a move").known(&["demo".into(), "nurture".into()]);
        assert_eq!(unknown, Err("neither version has an outcome `dmo`; did you mean `demo`?".to_string()));
    }
}
