//! The one place that words a policy for people who read no code: conditions as sentences, with labels and titles in place of names.
//!
//! It gives plain text; whoever shows it escapes it for the target. A sentence says neither more nor less than the condition: what is unknown makes
//! it neither true nor false, and `confirmed` is said where it makes a difference.

mod atom;
mod steps;
mod value;

pub use value::{digits, number_range};

use super::page::{alternatives, listed};
use crate::policy::{Cond, CondKind, Policy};

/// A condition in words, its `and` and `or` still apart, so that long ones can be laid out as lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// A sentence without its full stop.
    One(String),
    /// All must hold.
    All(Vec<Said>),
    /// One must hold.
    Any(Vec<Said>),
}

impl Said {
    /// The whole in one line: `the care setting is Hospital and either A or B`.
    pub fn inline(&self) -> String {
        match self {
            Said::One(text) => text.clone(),
            Said::All(parts) => {
                let part = |p: &Said| match p {
                    Said::Any(_) => format!("either {}", p.inline()),
                    _ => p.inline(),
                };
                parted(&parts.iter().map(part).collect::<Vec<_>>(), "and")
            }
            Said::Any(parts) => {
                let part = |p: &Said| match p {
                    Said::All(_) => format!("({})", p.inline()),
                    _ => p.inline(),
                };
                parted(&parts.iter().map(part).collect::<Vec<_>>(), "or")
            }
        }
    }
}

/// Sentences in a row. Where one of them holds an `and` or `or` of its own, commas say where it ends.
fn parted(parts: &[String], word: &str) -> String {
    let inner = parts.iter().any(|p| p.contains(" or ") || p.contains(" and "));
    match parts {
        [all @ .., last] if inner && !all.is_empty() => format!("{}, {word} {last}", all.join(", ")),
        _ if word == "and" => listed(parts),
        _ => alternatives(parts),
    }
}

/// Words one policy.
#[derive(Clone, Copy, Debug)]
pub struct Words<'p> {
    policy: &'p Policy,
}

impl<'p> Words<'p> {
    /// For a policy.
    pub fn new(policy: &'p Policy) -> Words<'p> {
        Words { policy }
    }

    /// A condition in one line.
    pub fn condition(&self, cond: &Cond) -> String {
        self.said(cond).inline()
    }

    /// A condition with its parts.
    pub fn said(&self, cond: &Cond) -> Said {
        match &cond.kind {
            CondKind::All(parts) => Said::All(parts.iter().map(|p| self.said(p)).collect()),
            CondKind::Any(parts) => Said::Any(parts.iter().map(|p| self.said(p)).collect()),
            _ => Said::One(self.sentence(cond)),
        }
    }

    fn sentence(&self, cond: &Cond) -> String {
        match &cond.kind {
            CondKind::Always(true) => "every lead".to_string(),
            CondKind::Always(false) => "no lead".to_string(),
            CondKind::All(_) | CondKind::Any(_) => self.condition(cond),
            CondKind::Not(inner) => match &inner.kind {
                CondKind::Always(yes) => if *yes { "no lead" } else { "every lead" }.to_string(),
                CondKind::Not(twice) => self.condition(twice),
                CondKind::Atom(atom) => self.atom(atom, false),
                CondKind::Define(id) => format!("“{}” does not hold", self.define(*id)),
                CondKind::Confirmed(what) => format!("it is not established that {}", self.condition(what)),
                CondKind::Unconfirmed(what) => format!("it is established that {}", self.condition(what)),
                CondKind::All(_) | CondKind::Any(_) => format!("it is not so that {}", self.condition(inner)),
            },
            CondKind::Confirmed(inner) => format!("it is established that {}", self.condition(inner)),
            CondKind::Unconfirmed(inner) => format!("it is not established that {}", self.condition(inner)),
            CondKind::Define(id) => format!("“{}” holds", self.define(*id)),
            CondKind::Atom(atom) => self.atom(atom, true),
        }
    }

    /// How people see the name of a definition.
    pub fn define(&self, id: crate::policy::DefineId) -> String {
        spoken(&self.policy.defines[id.index()].name)
    }
}

/// A name as people say it: its words, those that cannot be spoken in capitals, as abbreviations are written.
pub fn spoken(name: &str) -> String {
    let word = |word: &str| {
        let letters = word.chars().all(|c| c.is_ascii_alphanumeric()) && word.chars().any(|c| c.is_ascii_lowercase());
        let vowels = word.contains(['a', 'e', 'i', 'o', 'u', 'y']);
        if letters && !vowels && word.len() > 1 { word.to_ascii_uppercase() } else { word.to_string() }
    };
    name.replace('_', " ").split(' ').map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::driver::{Memory, load};

    /// A policy in which a definition `it` says the condition.
    fn said(condition: &str) -> String {
        let text = format!(
            r#"policy demo "Demo" {{ version "1" owner "o@example.com" }}
            lead {{
              region: one of {{ us "United States", uk, abroad otherwise }}
              timeline: ordered {{ exploring, next_year, next_quarter "Next quarter", this_quarter, now }}
              systems: some of {{ alder "AlderChart", ward "Wardline" }}
              size: number "people" 1..
              employees: number
              seen: boolean label "Handles patient data"
              meeting: date
              note: text
            }}
            channels {{ web }}
            signals {{ demo: high from web  rfp: high from web  page_view: mid from web  read: low from web }}
            personas {{ it: "IT" titles "it" }}
            committee {{ engaged within 90 days champion: from it tech_lead: from it }}
            define big = size >= 100 and region is us
            score fit {{ a {{ +10 when big }} bands {{ strong >= 70, good >= 45, weak }} }}
            score intent {{ b {{ +10 per demo newest 1 }} bands {{ high >= 36, low }} }}
            checklist ready "Ready for a demo" {{ "a": big }}
            stages {{ mql "Marketing lead" {{ require big }} sal "Sales lead" {{ require big }} }}
            outcomes {{ go "Go on" {{ next "x" owner o due 1 days }} stop "Stop here" {{ next "x" owner o due 1 days }} }}
            route {{ to go when {condition} otherwise to stop }}"#
        );
        let mut memory = Memory::default();
        memory.insert("demo.rubric", text.as_str());
        let loaded = load(&memory, "demo.rubric", &[]);
        let found: Vec<&String> = loaded.diagnostics.iter().map(|d| &d.message).collect();
        let policy = loaded.policy.unwrap_or_else(|| panic!("{condition}: {found:?}"));
        let crate::policy::steps::RuleKind::To { when, .. } = &policy.route.rules[0].kind else { panic!("a rule") };
        Words::new(&policy).condition(when)
    }

    #[test]
    fn conditions_read_like_sentences() {
        for (condition, expected) in [
            ("region is us", "the region is United States"),
            ("region not in [us, uk]", "the region is neither United States nor uk"),
            ("timeline >= next_quarter", "the timeline is Next quarter, this quarter or now"),
            ("timeline >= next_year", "the timeline is next year or beyond"),
            ("timeline <= next_year", "the timeline is exploring or next year"),
            ("timeline <= this_quarter", "the timeline is this quarter or before"),
            ("systems has any of [alder, ward]", "the systems include AlderChart or Wardline"),
            ("systems has none of [alder, ward]", "the systems include neither AlderChart nor Wardline"),
            ("systems has all of [alder, ward]", "the systems include AlderChart and Wardline"),
            ("systems is not empty", "there are some systems"),
            ("systems is empty", "there are no systems"),
            ("systems is unknown", "the systems are not known"),
            ("size >= 2_000", "“size” is at least 2,000 people"),
            ("size < 20", "“size” is below 20 people"),
            ("size is not 7", "“size” is not 7 people"),
            ("not (size between 2 and 3)", "“size” is not between 2 and 3 people"),
            ("employees > 20", "the number of employees is above 20"),
            ("seen", "“Handles patient data” is yes"),
            ("unconfirmed seen", "it is not established that “Handles patient data” is yes"),
            ("meeting within next 60 days", "the meeting is within the next 60 days"),
            ("meeting before 2026-04-01", "the meeting is 2026-03-31 or before"),
            ("note contains \"hot\"", "the note contains “hot”"),
            ("not (note starts with \"a\")", "the note does not start with “a”"),
            ("note is unknown", "the note is not known"),
            ("demo ever", "a demo has happened"),
            ("no demo within 30 days", "no demo has happened within the last 30 days"),
            ("rfp within 1 days", "an RFP has happened within the last day"),
            ("region in [us, uk] and size is known", "the region is United States or uk, and “size” is known"),
            ("count of page_view within 30 days >= 3", "at least 3 page view events within the last 30 days"),
            ("any high signal within 2 days", "a high signal has come within the last 2 days"),
            ("no mid or high signal ever", "no high or mid signal has ever come"),
            ("champion >= identified", "the champion is at least identified"),
            ("champion is missing", "the champion is missing"),
            ("count of engaged roles >= 1", "at least 1 role of the committee is engaged or further"),
            ("committee is complete", "the buying committee is complete"),
            ("fit >= good", "Fit is good or better"),
            ("fit is good", "Fit is good"),
            ("fit is weak", "Fit is weak"),
            ("fit <= good", "Fit is good or lower"),
            ("intent >= 10", "Intent has at least 10 points"),
            ("intent < 10", "Intent has less than 10 points"),
            ("icp is not failed", "the profile does not fail"),
            ("ready is complete", "“Ready for a demo” is complete"),
            ("stage >= mql", "the stage is Marketing lead or further"),
            ("stage >= sal", "the stage is Sales lead"),
            ("stage is none", "no stage is reached"),
            ("big and not big", "“big” holds and “big” does not hold"),
            (
                "seen and (region is us or (region is uk and big))",
                "“Handles patient data” is yes, and either the region is United States, or (the region is uk and “big” holds)",
            ),
        ] {
            assert_eq!(said(condition), expected, "{condition}");
        }
    }
}
