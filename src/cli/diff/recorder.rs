//! Decisions as they are written, kept as little as a comparison needs.

use crate::diff::population::{Lead, Place, Scores};
use crate::policy::exact::Points;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::HashSet;
use std::io::{self, Write};
use std::sync::Arc;

/// Takes lines and hands each to somebody, whole.
pub struct Lines<F: FnMut(&[u8]) -> io::Result<()>> {
    rest: Vec<u8>,
    take: F,
}

impl<F: FnMut(&[u8]) -> io::Result<()>> Lines<F> {
    /// Hands every line to `take`, without its break.
    pub fn new(take: F) -> Lines<F> {
        Lines { rest: Vec::new(), take }
    }
}

impl<F: FnMut(&[u8]) -> io::Result<()>> Write for Lines<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.rest.extend_from_slice(bytes);
        let Some(end) = self.rest.iter().rposition(|b| *b == b'\n') else { return Ok(bytes.len()) };
        let after = self.rest.split_off(end + 1);
        let whole = std::mem::replace(&mut self.rest, after);
        for line in whole[..end].split(|b| *b == b'\n') {
            (self.take)(line)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The short form of a decision, as far as it is compared.
#[derive(Deserialize)]
struct Short {
    id: String,
    policy: Named,
    fit: Option<Score>,
    intent: Option<Score>,
    stage: Option<Reached>,
    route: Option<Routed>,
    next_step: Option<Step>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
struct Score {
    /// As it is written, so that nothing is rounded on the way.
    points: Box<RawValue>,
    band: String,
}

#[derive(Deserialize)]
struct Reached {
    reached: String,
}

#[derive(Deserialize)]
struct Routed {
    outcome: String,
    rule: String,
}

#[derive(Deserialize)]
struct Step {
    action: String,
    owner: String,
}

/// Names that many leads share, each kept once.
#[derive(Default)]
pub struct Kept {
    names: HashSet<Arc<str>>,
    pub leads: Vec<Lead>,
}

impl Kept {
    /// Keeps the lead of one line.
    pub fn add(&mut self, line: &[u8]) -> io::Result<()> {
        let short: Short = serde_json::from_slice(line)?;
        let policy = self.name(short.policy.name);
        let parts = (short.fit, short.intent, short.stage, short.route, short.next_step);
        let place = match parts {
            (Some(fit), Some(intent), Some(stage), Some(route), Some(step)) => Some(Place {
                scores: Scores { fit: points(&fit.points)?, intent: points(&intent.points)? },
                route: self.name(route.outcome),
                rule: self.name(route.rule),
                stage: self.name(stage.reached),
                fit_band: self.name(fit.band),
                intent_band: self.name(intent.band),
                action: self.name(step.action),
                owner: self.name(step.owner),
            }),
            _ => None,
        };
        self.leads.push(Lead { id: short.id.into(), policy, place });
        Ok(())
    }

    fn name(&mut self, name: String) -> Arc<str> {
        if let Some(kept) = self.names.get(name.as_str()) {
            return kept.clone();
        }
        let name: Arc<str> = name.into();
        self.names.insert(name.clone());
        name
    }
}

fn points(raw: &RawValue) -> io::Result<Points> {
    Points::parse(raw.get()).ok_or_else(|| io::Error::other("points are not exact"))
}

/// What a whole decision says about answers that are not known.
#[derive(Deserialize)]
pub struct Open {
    pub id: String,
    route: Option<CouldBe>,
    #[serde(default)]
    ask: Vec<Asked>,
}

#[derive(Deserialize)]
struct CouldBe {
    #[serde(default)]
    could_be: Vec<String>,
}

#[derive(Deserialize)]
struct Asked {
    field: String,
}

impl Open {
    /// Reads one line.
    pub fn read(line: &[u8]) -> io::Result<Open> {
        Ok(serde_json::from_slice(line)?)
    }

    /// The fields whose answers could bring the lead to an outcome; none where no answer could.
    pub fn towards(self, outcome: &str) -> Vec<String> {
        let could = self.route.is_some_and(|r| r.could_be.iter().any(|o| o == outcome));
        if could { self.ask.into_iter().map(|a| a.field).collect() } else { Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_whole_however_they_are_cut() {
        let mut seen: Vec<String> = Vec::new();
        let mut lines = Lines::new(|line| {
            seen.push(String::from_utf8_lossy(line).into_owned());
            Ok(())
        });
        for piece in ["a", "b\nc\n", "", "d\ne", "f\n"] {
            lines.write_all(piece.as_bytes()).expect("nothing fails");
        }
        drop(lines);
        assert_eq!(seen, ["ab", "c", "d", "ef"]);
    }
}
