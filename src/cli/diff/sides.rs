//! Both sides of a comparison: which policies there are, and what came of loading them.

use super::super::files::{self, Disk};
use super::super::inputs::Stop;
use super::git::{Repository, Revisions};
use crate::diagnostic::Severity;
use crate::diff::report::{Trouble, Version};
use crate::diff::{Found, Pair, PolicyDiff, paired};
use crate::driver::{self, Loaded, Provider};
use crate::policy::Portfolio;
use crate::report::page::counted;
use crate::report::sanitize::for_terminal;
use crate::syntax::tree::ItemKind;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// One side.
pub struct Side {
    /// How it was named.
    pub label: String,
    /// The folder that was named, with its closing slash; [`ALONE`] where a file was; empty for a revision and the files as they are.
    root: String,
    pub files: Vec<One>,
}

/// Stands for the folder of a file that was named itself: its path says nothing about which policy it is.
const ALONE: &str = "\0";

/// A file of a side with what it holds.
pub struct One {
    pub file: String,
    pub loaded: Loaded,
}

impl One {
    /// The name of its policy, as far as the file can be read.
    fn policy_name(&self) -> Option<&str> {
        self.loaded.trees.last()?.items.iter().find_map(|i| match &i.kind {
            ItemKind::Policy(header) => Some(header.name.node.as_str()),
            _ => None,
        })
    }

    /// Whether it holds a library, or portfolios and nothing else: such a file is no policy.
    fn lends(&self) -> bool {
        let Some(tree) = self.loaded.trees.last() else { return false };
        let library = tree.items.iter().any(|i| matches!(i.kind, ItemKind::Library(_)));
        let portfolios = !tree.items.is_empty() && tree.items.iter().all(|i| matches!(i.kind, ItemKind::Portfolio(_)));
        library || portfolios && tree.broken.is_empty()
    }

    fn side(&self) -> crate::diff::Side<'_> {
        crate::diff::Side { sources: &self.loaded.sources, trees: &self.loaded.trees }
    }

    fn errors(&self) -> usize {
        self.loaded.diagnostics.iter().filter(|d| d.severity == Severity::Error).count()
    }
}

impl Side {
    fn load(label: String, root: String, provider: &dyn Provider, names: Vec<String>, include: &[String]) -> Side {
        let mut files: Vec<One> = Vec::new();
        let mut names: std::collections::VecDeque<String> = names.into();
        while let Some(file) = names.pop_front() {
            if files.iter().any(|o| o.file == file) {
                continue;
            }
            let loaded = driver::load(provider, &file, include);
            // The policies of a portfolio stand beside it.
            let folder = file.rfind('/').map_or("", |at| &file[..=at]);
            for portfolio in &loaded.portfolios {
                let members = portfolio.policies.iter().chain(&portfolio.otherwise);
                names.extend(members.map(|m| format!("{folder}{m}.rubric")).filter(|f| provider.exists(f)));
            }
            files.push(One { file, loaded });
        }
        Side { label, root, files }
    }

    /// Files and folders as they are on disk.
    fn on_disk(path: &Path, include: &[String]) -> Result<Side, Stop> {
        let label = path.display().to_string();
        if is_nothing(path) {
            return Ok(Side { label: "nothing".to_string(), root: ALONE.to_string(), files: Vec::new() });
        }
        let root = if path.is_dir() { format!("{}/", label.trim_end_matches('/')) } else { ALONE.to_string() };
        let root = root.strip_prefix("./").unwrap_or(&root).to_string();
        let names = files::policies(&[path.to_path_buf()]).map_err(Stop::Unusable)?;
        if let Err(why) = path.metadata() {
            return Err(Stop::Unusable(files::why(&label, &why)));
        }
        Ok(Side::load(label, root, &Disk, names, include))
    }

    /// The policies of this side, without files that only lend.
    fn policies(&self) -> Vec<&One> {
        self.files.iter().filter(|o| !o.lends() || o.errors() > 0 && o.policy_name().is_some()).collect()
    }

    fn found<'s>(&'s self, one: &'s One) -> Found<'s> {
        let text = one.loaded.trees.last().map_or("", |t| &one.loaded.sources.file(t.file).text);
        Found { name: one.policy_name(), path: self.path(one), text }
    }

    /// The path of a file below the folder that was named; where the file itself was, its name says nothing about which policy it is.
    fn path<'s>(&'s self, one: &'s One) -> &'s str {
        match self.root.as_str() {
            ALONE if self.files.len() == 1 => "",
            ALONE => one.file.rsplit('/').next().unwrap_or(&one.file),
            root => one.file.strip_prefix(root).unwrap_or(&one.file),
        }
    }
}

/// What difference tools name where a file is not there.
fn is_nothing(path: &Path) -> bool {
    ["/dev/null", "nul", "NUL"].iter().any(|n| path == Path::new(n))
}

/// Two files or folders.
pub fn on_disk(old: &Path, new: &Path, include: &[String]) -> Result<[Side; 2], Stop> {
    Ok([Side::on_disk(old, include)?, Side::on_disk(new, include)?])
}

/// Two revisions, or one and the files as they are.
pub fn in_git(revisions: &str, paths: &[PathBuf], include: &[String]) -> Result<[Side; 2], Stop> {
    let revisions = Revisions::parse(revisions)?;
    let repository = Repository::here()?;
    let mut old = repository.commit(&revisions.old)?;
    let new = revisions.new.as_deref().map(|name| repository.commit(name)).transpose()?;
    if let (true, Some(new)) = (revisions.parted, &new) {
        old = repository.parted(&old, new)?;
    }
    let side = |name: &str, commit: &str| -> Result<(Side, bool), Stop> {
        let tree = repository.tree(commit)?;
        let names = tree.policies(paths);
        let some = !names.is_empty();
        Ok((Side::load(labelled(name, commit), String::new(), &tree, names, include), some))
    };
    let (before, some) = side(&revisions.old, &old)?;
    let (after, others) = match (&new, &revisions.new) {
        (Some(commit), Some(name)) => side(name, commit)?,
        _ => working(paths, include)?,
    };
    if !some && !others {
        return Err(Stop::Unusable("neither side has a `.rubric` file there; name another file or folder".to_string()));
    }
    Ok([before, after])
}

/// `main (1a2b3c4)`.
fn labelled(name: &str, commit: &str) -> String {
    let short = &commit[..7.min(commit.len())];
    if commit.starts_with(name) { short.to_string() } else { format!("{name} ({short})") }
}

fn working(paths: &[PathBuf], include: &[String]) -> Result<(Side, bool), Stop> {
    let here = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &here[..] } else { paths };
    let there: Vec<PathBuf> = paths.iter().filter(|p| p.exists()).cloned().collect();
    // A folder without policies is told only if the other side has none either.
    let names: Vec<String> =
        there.iter().flat_map(|p| files::policies(std::slice::from_ref(p)).unwrap_or_default()).collect();
    let names: Vec<String> = names.iter().map(|n| n.strip_prefix("./").unwrap_or(n).to_string()).collect();
    let some = !names.is_empty();
    Ok((Side::load("the files as they are".to_string(), String::new(), &Disk, names, include), some))
}

/// Every policy of the sides with its edits, and what could not be compared.
pub fn compared(sides: &[Side; 2]) -> (Vec<PolicyDiff>, Vec<Trouble>) {
    let [old, new] = sides;
    let (before, after) = (old.policies(), new.policies());
    let pairs = match (&before[..], &after[..]) {
        // Two files that were named are two versions, whatever they are called.
        ([_], [_]) => vec![(Some(0), Some(0))],
        _ => {
            let a: Vec<Found<'_>> = before.iter().map(|o| old.found(o)).collect();
            let b: Vec<Found<'_>> = after.iter().map(|o| new.found(o)).collect();
            paired(&a, &b)
        }
    };
    let (mut policies, mut troubles) = (Vec::new(), Vec::new());
    for (a, b) in pairs {
        let (a, b) = (a.map(|i| before[i]), b.map(|j| after[j]));
        let broken: Vec<Trouble> = [(a, &old.label, false), (b, &new.label, true)]
            .into_iter()
            .filter_map(|(o, l, n)| trouble(o?, l, n))
            .collect();
        if broken.is_empty() {
            policies.push(policy(sides, a, b));
        }
        troubles.extend(broken);
    }
    policies.sort_by(|a, b| a.name.cmp(&b.name));
    (policies, troubles)
}

/// What changed in portfolios, by name; each a sentence.
pub fn portfolios(sides: &[Side; 2]) -> Vec<String> {
    let asked = |side: &Side| -> BTreeMap<String, String> {
        let all = side.files.iter().flat_map(|o| &o.loaded.portfolios);
        let words = |p: &Portfolio| {
            let last = p.otherwise.iter().map(|o| format!("otherwise {o}"));
            p.policies.iter().cloned().chain(last).collect::<Vec<_>>().join(", ")
        };
        all.map(|p| (p.name.clone(), words(p))).collect()
    };
    let (old, new) = (asked(&sides[0]), asked(&sides[1]));
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let one = |name: &String| match (old.get(name), new.get(name)) {
        (Some(a), Some(b)) if a != b => Some(format!("portfolio `{name}` asks `{b}` instead of `{a}`")),
        (None, Some(b)) => Some(format!("portfolio `{name}` is new: it asks `{b}`")),
        (Some(_), None) => Some(format!("portfolio `{name}` is gone")),
        _ => None,
    };
    names.into_iter().filter_map(one).collect()
}

fn trouble(one: &One, label: &str, is_new: bool) -> Option<Trouble> {
    let file = one.file.clone();
    if let Some(why) = &one.loaded.unreadable {
        return Some(Trouble { file, says: why.clone(), line: None });
    }
    if one.loaded.policy.is_some() {
        return None;
    }
    let shown = for_terminal(&one.file);
    let first = one.loaded.diagnostics.iter().find(|d| d.severity == Severity::Error);
    let Some(first) = first else {
        let says = format!("`{shown}` in {label} holds no policy; name a file that begins with `policy`");
        return Some(Trouble { file, says, line: None });
    };
    let place = one.loaded.sources.position(first.span());
    let inside = one.loaded.sources.file(first.span().file).name.clone();
    let errors = counted(one.errors() as u64, "error");
    let says = format!(
        "`{shown}` in {label} has {errors}, so it is not compared; the first, in line {} of `{}`: {}",
        place.line,
        for_terminal(&inside),
        first.message
    );
    Some(Trouble { file: inside, says, line: Some((place.line, is_new)) })
}

fn policy(sides: &[Side; 2], old: Option<&One>, new: Option<&One>) -> PolicyDiff {
    let version = |side: &Side, one: &One| {
        one.loaded.policy.as_ref().map(|p| Version {
            file: one.file.clone(),
            path: side.path(one).to_string(),
            name: p.name.clone(),
            version: p.version.clone(),
            hash: p.hash.clone(),
        })
    };
    let pair = match (old, new) {
        (Some(a), Some(b)) => Pair::new(a.side(), b.side()),
        _ => None,
    };
    let edits = pair.as_ref().map(Pair::edits).unwrap_or_default();
    let tests = pair.as_ref().map(Pair::tests).unwrap_or_default();
    let (old, new) = (old.and_then(|o| version(&sides[0], o)), new.and_then(|o| version(&sides[1], o)));
    let name = new.as_ref().or(old.as_ref()).map(|v| v.name.clone()).unwrap_or_default();
    PolicyDiff { name, old, new, pair, edits, tests, meaning: None }
}
