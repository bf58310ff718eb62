//! All that is known about a change, for whoever writes it down.

use super::budget::{Check, Declared};
use super::ladder::Direction;
use super::pair::Pair;
use super::population::{Population, Scores};
use super::structure::{Edit, Tests};
use crate::source::Span;

/// A change of policies.
#[derive(Debug, Default)]
pub struct Report {
    /// How both sides were named.
    pub sides: [String; 2],
    /// Every policy that is on a side, in order of name.
    pub policies: Vec<PolicyDiff>,
    /// What changed in portfolios, which say who decides; each a sentence.
    pub portfolios: Vec<String>,
    /// The same leads under both versions, where there are leads.
    pub population: Option<Population>,
    pub declared: Vec<Declared>,
    pub checks: Vec<Check>,
    /// What could not be compared, and why.
    pub troubles: Vec<Trouble>,
}

/// Something that could not be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    pub file: String,
    pub says: String,
    /// One-based line, where there is one, and whether it stands in the new version.
    pub line: Option<(u32, bool)>,
}

/// What became of one policy.
#[derive(Debug)]
pub struct PolicyDiff {
    /// Its name in the new version, or in the old one where it is gone.
    pub name: String,
    pub old: Option<Version>,
    pub new: Option<Version>,
    /// Both versions, where there are two.
    pub pair: Option<Pair>,
    pub edits: Vec<Edit>,
    pub tests: Tests,
    /// What changes for every possible lead, where that was worked out.
    pub meaning: Option<Meaning>,
}

/// Which version of a policy it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    pub file: String,
    /// The path below the folder that was named; empty where the file itself was.
    pub path: String,
    pub name: String,
    pub version: String,
    pub hash: String,
}

/// What changes for every possible lead, by proof.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meaning {
    /// The moves there are, each with a lead that makes it. None, and nothing undecided: no possible lead changes its route, stage or band.
    pub transitions: Vec<Transition>,
    /// What can become of the points, a part of a sentence for each score that can change.
    pub scores: Vec<String>,
    /// Questions that could not be decided, and why; each a sentence.
    pub undecided: Vec<String>,
}

/// A move that some possible lead makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transition {
    pub what: What,
    pub from: String,
    pub to: String,
    pub direction: Direction,
    /// A small lead that makes it, part by part: `` `region` is us ``.
    pub lead: Vec<String>,
    /// Not empty: the move is only made where one of these fields is unknown.
    pub only_unknown: Vec<String>,
    /// Whether no lead of which less is known makes it: proved.
    pub smallest: bool,
    /// Its points in both versions.
    pub before: Option<Scores>,
    pub after: Option<Scores>,
    /// Ids of the fewest edits that alone make it.
    pub edits: Vec<String>,
}

/// What of a lead changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    Route,
    Stage,
    FitBand,
    IntentBand,
}

impl What {
    /// The words for people.
    pub fn words(self) -> &'static str {
        match self {
            What::Route => "route",
            What::Stage => "stage",
            What::FitBand => "fit band",
            What::IntentBand => "intent band",
        }
    }
}

/// An edit with all policies that it changes: one in a library changes several.
#[derive(Clone, Debug)]
pub struct Changed<'r> {
    /// Names the change among all of the report.
    pub key: String,
    pub edit: &'r Edit,
    /// The first of the policies.
    pub diff: &'r PolicyDiff,
    /// The places of the policies in the report.
    pub policies: Vec<usize>,
}

impl PolicyDiff {
    /// Whether nothing that can be seen has changed.
    pub fn is_same(&self) -> bool {
        self.old.is_some()
            && self.new.is_some()
            && self.edits.is_empty()
            && !self.moved_or_renamed()
            && self.tests == Tests::default()
    }

    /// Whether it stands in another file, or has another name.
    pub fn moved_or_renamed(&self) -> bool {
        match (&self.old, &self.new) {
            (Some(old), Some(new)) => old.path != new.path || old.name != new.name,
            _ => false,
        }
    }

    /// The file and line of a place of one of its edits.
    pub fn place(&self, span: Span) -> Option<(&str, u32)> {
        let pair = self.pair.as_ref()?;
        Some((pair.sources.file(span.file).name.as_str(), pair.sources.position(span).line))
    }

    /// An edit by its id.
    pub fn edit(&self, id: &str) -> Option<&Edit> {
        self.edits.iter().find(|e| e.id == id)
    }
}

impl Report {
    /// Whether nothing stands in the way: all could be compared, and no limit is exceeded.
    pub fn passes(&self) -> bool {
        self.troubles.is_empty() && self.checks.iter().all(Check::passes)
    }

    /// All edits in the order of the policies, each once.
    pub fn changes(&self) -> Vec<Changed<'_>> {
        let mut all: Vec<Changed<'_>> = Vec::new();
        let place = |diff: &PolicyDiff, span: Option<Span>| {
            span.and_then(|s| diff.place(s)).map(|(file, line)| (file.to_string(), line))
        };
        for (at, diff) in self.policies.iter().enumerate() {
            for edit in &diff.edits {
                let places = |d: &PolicyDiff, e: &Edit| (place(d, e.old), place(d, e.new));
                let same = |c: &Changed<'_>| {
                    c.edit.id == edit.id && c.edit.says == edit.says && places(c.diff, c.edit) == places(diff, edit)
                };
                if let Some(known) = all.iter_mut().find(|c| same(c)) {
                    known.policies.push(at);
                    continue;
                }
                let taken = all.iter().any(|c| c.key == edit.id);
                let key = if taken { format!("{}: {}", diff.name, edit.id) } else { edit.id.clone() };
                all.push(Changed { key, edit, diff, policies: vec![at] });
            }
        }
        all
    }
}
