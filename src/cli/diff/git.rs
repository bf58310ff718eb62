//! Policies as they were in a revision of a git repository.
//!
//! Git is only asked to read: no shell, no hooks, no pager, no external difference, nothing fetched. A revision is turned into the number of its
//! commit first; after that, nothing that somebody wrote is handed to git.

use super::super::files::LARGEST;
use super::super::inputs::Stop;
use crate::driver::Provider;
use crate::report::sanitize::for_terminal;
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

/// The two sides of `--git`.
#[derive(Debug, PartialEq, Eq)]
pub struct Revisions {
    pub old: String,
    /// `None`: the files as they are.
    pub new: Option<String>,
    /// Whether the old side is where both parted: `A...B`.
    pub parted: bool,
}

impl Revisions {
    /// Reads `A..B`, `A...B` or `A`; a blank side is `HEAD`.
    pub fn parse(text: &str) -> Result<Revisions, Stop> {
        let side = |name: &str| if name.is_empty() { "HEAD".to_string() } else { name.to_string() };
        let (old, new, parted) = match (text.split_once("..."), text.split_once("..")) {
            (Some((old, new)), _) => (side(old), Some(side(new)), true),
            (None, Some((old, new))) => (side(old), Some(side(new)), false),
            (None, None) => (side(text), None, false),
        };
        for name in std::iter::once(&old).chain(&new) {
            if name.starts_with('-') || name.chars().any(char::is_control) {
                let name = for_terminal(name);
                return Err(Stop::Unusable(format!(
                    "`{name}` is no revision; name a branch, a tag or a commit, as in `--git main..HEAD`"
                )));
            }
        }
        Ok(Revisions { old, new, parted })
    }
}

/// The repository around the current folder.
#[derive(Debug)]
pub struct Repository {
    /// The current folder from the root of the repository: parts with closing slashes, or empty.
    prefix: String,
}

/// The files of one commit, by their paths from the current folder.
#[derive(Debug)]
pub struct Tree {
    files: BTreeMap<String, Blob>,
}

#[derive(Debug)]
struct Blob {
    id: String,
    size: u64,
}

impl Repository {
    /// Finds the repository; a sentence where there is none, or no git.
    pub fn here() -> Result<Repository, Stop> {
        let prefix = git(&["rev-parse", "--show-prefix"]).map_err(|why| {
            let none = why.to_ascii_lowercase().contains("not a git repository");
            let why = match none {
                true => "this folder is in no git repository; name two files or two folders instead of `--git`".into(),
                false => format!("git cannot be asked: {}", for_terminal(why.trim())),
            };
            Stop::Unusable(why)
        })?;
        Ok(Repository { prefix: prefix.trim_end_matches(['\n', '\r']).to_string() })
    }

    /// The number of the commit a revision stands for.
    pub fn commit(&self, revision: &str) -> Result<String, Stop> {
        let wanted = format!("{revision}^{{commit}}");
        let found = git(&["rev-parse", "--verify", "--quiet", "--end-of-options", &wanted]);
        let id = found.ok().map(|id| id.trim().to_string()).filter(|id| is_id(id));
        id.ok_or_else(|| {
            let revision = for_terminal(revision);
            Stop::Unusable(format!(
                "there is no revision `{revision}` in this repository; check the spelling, or fetch it first: a shallow clone knows only the newest commit"
            ))
        })
    }

    /// The commit where two commits parted.
    pub fn parted(&self, old: &str, new: &str) -> Result<String, Stop> {
        let base = git(&["merge-base", old, new]).ok().map(|id| id.trim().to_string()).filter(|id| is_id(id));
        base.ok_or_else(|| {
            let why =
                "the two revisions have no commit in common, or it was not fetched; write `A..B` instead of `A...B`";
            Stop::Unusable(why.to_string())
        })
    }

    /// The files of a commit below the current folder.
    pub fn tree(&self, commit: &str) -> Result<Tree, Stop> {
        let listed = git(&["ls-tree", "-r", "-l", "-z", "--full-tree", commit])
            .map_err(|why| Stop::Unusable(format!("git cannot list the files: {}", for_terminal(why.trim()))))?;
        let files = listed.split('\0').filter_map(|line| self.file(line)).collect();
        Ok(Tree { files })
    }

    /// A line of the list: mode, kind, number, size, path. Links and submodules are no files.
    fn file(&self, line: &str) -> Option<(String, Blob)> {
        let (head, path) = line.split_once('\t')?;
        let mut parts = head.split_whitespace();
        let (mode, kind, id, size) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let plain = matches!(mode, "100644" | "100755" | "100664") && kind == "blob" && is_id(id);
        let path = path.strip_prefix(&self.prefix)?;
        (plain && path.ends_with(".rubric"))
            .then(|| (path.to_string(), Blob { id: id.to_string(), size: size.parse().unwrap_or(u64::MAX) }))
    }
}

impl Tree {
    /// The policy files that paths name, files and folders; all where none is named.
    pub fn policies(&self, paths: &[PathBuf]) -> Vec<String> {
        let wanted: Vec<Option<String>> = paths.iter().map(|p| plain(p)).collect();
        let named = |file: &str| {
            paths.is_empty()
                || wanted.iter().flatten().any(|w| {
                    w.is_empty() || file == w || file.strip_prefix(w.as_str()).is_some_and(|r| r.starts_with('/'))
                })
        };
        self.files.keys().filter(|f| named(f)).cloned().collect()
    }
}

impl Provider for Tree {
    fn read(&self, path: &str) -> Result<String, String> {
        let shown = for_terminal(path);
        let blob = plain(Path::new(path)).and_then(|p| self.files.get(&p));
        let blob = blob.ok_or_else(|| format!("there is no file `{shown}` in that revision"))?;
        if blob.size > LARGEST {
            return Err(format!("`{shown}` is larger than 8 MiB in that revision, which no policy is"));
        }
        let bytes = bytes(&["cat-file", "blob", &blob.id])
            .map_err(|why| format!("`{shown}` cannot be read from git: {}", for_terminal(why.trim())))?;
        String::from_utf8(bytes).map_err(|_| format!("`{shown}` is not UTF-8 text in that revision"))
    }

    fn exists(&self, path: &str) -> bool {
        plain(Path::new(path)).is_some_and(|p| self.files.contains_key(&p))
    }

    fn beside(&self, path: &str) -> Vec<String> {
        let Some(path) = plain(Path::new(path)) else { return Vec::new() };
        let folder = path.rfind('/').map_or("", |at| &path[..=at]);
        let names = self.files.keys().filter_map(|f| f.strip_prefix(folder)?.strip_suffix(".rubric"));
        names.filter(|n| !n.contains('/')).map(str::to_string).collect()
    }
}

/// A path below the current folder without `.` and `..`; `None` where it leads out of it.
fn plain(path: &Path) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::Normal(name) => parts.push(name.to_str()?),
            Component::ParentDir => {
                parts.pop()?;
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(parts.join("/"))
}

/// Whether it is the full number of an object.
fn is_id(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// What git answers, as text.
fn git(args: &[&str]) -> Result<String, String> {
    bytes(args).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

fn bytes(args: &[&str]) -> Result<Vec<u8>, String> {
    let output = Command::new("git")
        .args(["--no-pager", "--no-replace-objects", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"])
        .args(args)
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .output()
        .map_err(|e| format!("git cannot be started ({e}); install it, or name two files or two folders"))?;
    match output.status.success() {
        true => Ok(output.stdout),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn revisions_are_read_and_options_refused() {
        let read = |text| Revisions::parse(text).ok().map(|r| (r.old, r.new, r.parted));
        assert_eq!(read("main..HEAD"), Some(("main".into(), Some("HEAD".into()), false)));
        assert_eq!(read("main...topic"), Some(("main".into(), Some("topic".into()), true)));
        assert_eq!(read("v1.."), Some(("v1".into(), Some("HEAD".into()), false)));
        assert_eq!(read("main"), Some(("main".into(), None, false)));
        assert_eq!(read("--upload-pack=x..HEAD"), None);
        assert_eq!(read("main..-x"), None);
        assert_eq!(read("a\nb"), None);
    }

    #[test]
    fn paths_stay_below_the_current_folder() {
        assert_eq!(plain(Path::new("./a/../b.rubric")), Some("b.rubric".to_string()));
        assert_eq!(plain(Path::new("../b.rubric")), None);
        assert_eq!(plain(Path::new("/b.rubric")), None);
    }
}
