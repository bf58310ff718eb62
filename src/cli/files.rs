//! Files of policies on disk.

use crate::driver::Provider;
use crate::policy::text::nearest;
use crate::report::sanitize::for_terminal;
use std::path::{Path, PathBuf};

/// Policies larger than this are no policies.
pub const LARGEST: u64 = 8 * 1024 * 1024;

/// Reads policy files from disk.
#[derive(Debug, Default)]
pub struct Disk;

impl Provider for Disk {
    fn read(&self, path: &str) -> Result<String, String> {
        let meta = std::fs::metadata(path).map_err(|e| match e.kind() {
            std::io::ErrorKind::NotFound => missing(path, &self.beside(path)),
            _ => why(path, &e),
        })?;
        if meta.is_dir() {
            return Err(format!(
                "`{path}` is a folder; name a policy file in it, or check the folder with `rubric check {path}`"
            ));
        }
        if meta.len() > LARGEST {
            return Err(format!("`{path}` is larger than 8 MiB, which no policy is; is it a data file?"));
        }
        let bytes = std::fs::read(path).map_err(|e| why(path, &e))?;
        String::from_utf8(bytes).map_err(|e| {
            let at = e.utf8_error().valid_up_to();
            let line = 1 + e.as_bytes()[..at].iter().filter(|b| **b == b'\n').count();
            format!("`{path}` is not UTF-8 text (line {line}); save it as UTF-8")
        })
    }

    fn exists(&self, path: &str) -> bool {
        Path::new(path).is_file()
    }

    fn beside(&self, path: &str) -> Vec<String> {
        let folder = Path::new(path).parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let name =
            |e: std::fs::DirEntry| e.file_name().to_str().and_then(|n| n.strip_suffix(".rubric")).map(str::to_string);
        let mut names: Vec<String> = entries.filter_map(name).collect();
        names.sort();
        names
    }
}

/// A policy that is not there, with the name that was probably meant.
fn missing(path: &str, beside: &[String]) -> String {
    let name = Path::new(path).file_stem().and_then(|n| n.to_str()).unwrap_or("");
    let near = nearest(name, beside.iter().map(String::as_str));
    let path = for_terminal(path);
    match near {
        Some(near) => format!("there is no file `{path}`; did you mean `{near}.rubric`?"),
        None => format!("there is no file `{path}`; check the spelling, or the folder you are in"),
    }
}

/// Why a file cannot be read, and what to do.
pub fn why(path: &str, error: &std::io::Error) -> String {
    let path = for_terminal(path);
    match error.kind() {
        std::io::ErrorKind::NotFound => {
            format!("there is no file `{path}`; check the spelling, or the folder you are in")
        }
        std::io::ErrorKind::PermissionDenied => {
            format!("`{path}` may not be read by you; ask for permission to read it")
        }
        _ => format!("`{path}` cannot be read: {error}"),
    }
}

/// The policy files that paths name: files as they are, folders with everything below that ends in `.rubric`, in order of name.
pub fn policies(paths: &[PathBuf]) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            let before = found.len();
            below(path, &mut found, DEEPEST)?;
            if found.len() == before {
                return Err(format!(
                    "there is no `.rubric` file in `{}`; name a policy file, or another folder",
                    path.display()
                ));
            }
        } else {
            found.push(path.display().to_string());
        }
    }
    Ok(found)
}

/// The policy files in a folder, or everywhere below it, as far as they can be seen.
pub fn policies_in(folder: &Path, deep: bool) -> Vec<PathBuf> {
    let mut found = Vec::new();
    // What cannot be read is told by whoever needs it.
    let _ = below(folder, &mut found, if deep { DEEPEST } else { 0 });
    found.into_iter().map(PathBuf::from).collect()
}

/// What `rubric test` runs of the paths that are named: policy files as [`policies`] finds them, and folders that are fixtures.
pub fn tests(paths: &[PathBuf]) -> Result<(Vec<String>, Vec<PathBuf>), String> {
    let (mut files, mut fixtures) = (Vec::new(), Vec::new());
    for path in paths {
        let before = fixtures.len();
        if path.is_dir() {
            let mut found = Vec::new();
            walk(path, DEEPEST, &mut |file| found.push(file.to_path_buf()))?;
            let of_fixtures = found.iter().filter(|f| f.file_name().is_some_and(|n| n == FIXTURE));
            let folder = |file: &PathBuf| {
                let folder = file.parent()?;
                Some(folder.strip_prefix("./").unwrap_or(folder).to_path_buf())
            };
            fixtures.extend(of_fixtures.filter_map(folder));
        }
        match policies(std::slice::from_ref(path)) {
            Ok(found) => files.extend(found),
            Err(_) if fixtures.len() > before => {}
            Err(why) => return Err(why),
        }
    }
    Ok((files, fixtures))
}

/// The file that makes a folder a fixture.
pub const FIXTURE: &str = "fixture.toml";

/// Folders in folders are followed so far.
const DEEPEST: usize = 32;

fn below(folder: &Path, found: &mut Vec<String>, depth: usize) -> Result<(), String> {
    walk(folder, depth, &mut |path| {
        if path.extension().is_some_and(|e| e == "rubric") {
            let shown = path.strip_prefix("./").unwrap_or(path);
            found.push(shown.display().to_string());
        }
    })
}

/// Every file below a folder, so many folders deep and in order of name; hidden folders, links to folders and what builds leave behind are
/// passed over.
fn walk(folder: &Path, depth: usize, act: &mut dyn FnMut(&Path)) -> Result<(), String> {
    let entries = std::fs::read_dir(folder).map_err(|e| why(&folder.display().to_string(), &e))?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
    paths.sort();
    for path in paths {
        let hidden = path.file_name().and_then(|n| n.to_str()).is_none_or(|n| n.starts_with('.') || n == "target");
        if path.is_dir() && !path.is_symlink() && !hidden && depth > 0 {
            walk(&path, depth - 1, act)?;
        } else {
            act(&path);
        }
    }
    Ok(())
}
