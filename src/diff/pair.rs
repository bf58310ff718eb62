//! Two versions of a policy over one map of sources.

use super::alike::Conditions;
use super::flat::Flat;
use super::renamed::{self, Renamed};
use super::structure::{self, Edit, Tests};
use crate::check::{self, Input};
use crate::policy::Policy;
use crate::source::{FileId, SourceMap, Span};
use crate::syntax;
use crate::syntax::tree::File;
use std::collections::BTreeSet;

/// One side as it was loaded: the texts of its files, libraries before what uses them, the policy's own file last.
#[derive(Clone, Copy, Debug)]
pub struct Side<'s> {
    pub sources: &'s SourceMap,
    pub trees: &'s [File],
}

/// Two versions of a policy, without errors, whose places all stand in one map of sources.
#[derive(Debug)]
pub struct Pair {
    /// The files of the old version, then those of the new one.
    pub sources: SourceMap,
    /// The old version. Fields that have another name in the new version are called by that already.
    pub old: Policy,
    pub new: Policy,
    pub(super) flats: [Flat; 2],
    pub(super) renamed: Vec<Renamed>,
    /// What each condition of both versions says.
    pub(super) conditions: Conditions,
    /// The first file of the new version.
    first_new: u32,
}

impl Pair {
    /// Both versions; `None` where one of them is no policy without errors.
    pub fn new(old: Side<'_>, new: Side<'_>) -> Option<Pair> {
        let mut sources = SourceMap::default();
        let old_files = added(old, &mut sources);
        let first_new = sources.files().count() as u32;
        let new_files = added(new, &mut sources);
        let mut flats = [Flat::of(&old_files)?, Flat::of(&new_files)?];
        let renamed = renamed::fields(&flats[0].fields, &flats[1].fields);
        renamed::apply(&mut flats[0], &renamed);
        let old_policy = checked(&flats[0], &sources).ok()?;
        let new_policy = checked(&flats[1], &sources).ok()?;
        let conditions = Conditions::of(&[&old_policy, &new_policy]);
        Some(Pair { sources, old: old_policy, new: new_policy, flats, renamed, conditions, first_new })
    }

    /// All edits that lead from the old version to the new one, in the order of a policy's blocks.
    pub fn edits(&self) -> Vec<Edit> {
        structure::edits(self)
    }

    /// How many tests are new, gone or different.
    pub fn tests(&self) -> Tests {
        structure::tests(self)
    }

    /// The old version with some of the edits, by id. Fields that were renamed have their new name in any case, and their old one as a column
    /// where the renaming is not among the edits. The policy has no tests and no guarantees; its hash says that it is made up.
    ///
    /// `Err` says in a sentence why these edits cannot stand without others: a condition may need a field that another edit adds.
    pub fn apply(&self, edits: &BTreeSet<String>) -> Result<Policy, String> {
        checked(&structure::with(self, edits), &self.sources)
    }

    /// Whether a place stands in the new version.
    pub fn is_new(&self, span: Span) -> bool {
        span.file.0 >= self.first_new
    }
}

/// Reads the files of a side again, so that their places do not clash with those of the other side.
fn added(side: Side<'_>, sources: &mut SourceMap) -> Vec<File> {
    let mut file = |tree: &File| {
        let from = side.sources.file(tree.file);
        let id: FileId = sources.add(from.name.clone(), from.text.clone());
        syntax::parse(id, sources.file(id)).0
    };
    side.trees.iter().map(&mut file).collect()
}

/// A flat policy checked; `Err` is what is wrong with it.
fn checked(flat: &Flat, sources: &SourceMap) -> Result<Policy, String> {
    let file = flat.clone().file();
    let input = Input { sources, files: vec![&file], hash: "part of a change".to_string(), missing_library: false };
    let (policy, found) = check::check(&input);
    policy.ok_or_else(|| found.first().map_or_else(|| "it is no whole policy".to_string(), |d| d.message.clone()))
}
