//! How much each piece of advice matters: as declared, or as a project configures it.

use crate::diagnostic::{Diagnostic, Rule, Severity};
use std::collections::BTreeMap;

/// What a project says about one piece of advice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    Off,
    At(Severity),
}

impl Level {
    /// Reads `off`, `advice`, `warning` or `error`.
    pub fn parse(word: &str) -> Option<Level> {
        Some(match word {
            "off" => Level::Off,
            "advice" => Level::At(Severity::Advice),
            "warning" => Level::At(Severity::Warning),
            "error" => Level::At(Severity::Error),
            _ => return None,
        })
    }
}

/// Levels by the name of the rule; what is not named stays as declared.
#[derive(Clone, Debug, Default)]
pub struct Levels(BTreeMap<String, Level>);

impl Levels {
    /// Sets the level of a rule; a later call wins.
    pub fn insert(&mut self, name: impl Into<String>, level: Level) {
        self.0.insert(name.into(), level);
    }

    /// Whether anything of this rule is wanted.
    pub fn is_on(&self, rule: &Rule) -> bool {
        self.0.get(rule.name) != Some(&Level::Off)
    }

    /// Gives a finding its configured severity; false if it is not wanted.
    pub fn set(&self, finding: &mut Diagnostic) -> bool {
        match self.0.get(finding.rule.name) {
            Some(Level::Off) => false,
            Some(Level::At(severity)) => {
                finding.severity = *severity;
                true
            }
            None => true,
        }
    }
}
