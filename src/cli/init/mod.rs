//! `rubric init`: a policy that works, with leads, tests and a workflow for pull requests, to be changed into one's own.

use crate::driver::{self, Memory};
use crate::report::page::Page;
use crate::report::sanitize::for_terminal;
use clap::Args;
use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Start a policy: a working one with leads, tests and a workflow, to be changed into your own.
#[derive(Debug, Args)]
pub struct Init {
    /// The folder to put it into, which is made if it is not there; the current folder if none is named.
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// The name of the policy, and of its file.
    #[arg(long, default_value = NAME)]
    name: String,
    /// Leave out the workflow for pull requests.
    #[arg(long)]
    no_workflow: bool,
}

/// The name that the policy has in the text below.
const NAME: &str = "starter";

const POLICY: &str = include_str!("policy.rubric");
const WORKFLOW: &str = ".github/workflows/policies.yml";

impl Init {
    /// Writes what is not there yet; 0 if all was written, 1 if files of these names are there, 2 if something cannot be written.
    pub fn run(self) -> u8 {
        match self.go() {
            Ok(text) => {
                super::print(&text);
                0
            }
            Err((status, why)) => {
                super::message(&format!("rubric: {why}"));
                status
            }
        }
    }

    fn go(&self) -> Result<String, (u8, String)> {
        let files = self.files();
        if !is_name(&self.name, &files[0].1) {
            let name = for_terminal(&self.name);
            return Err((
                2,
                format!("a policy cannot be called `{name}`; take a word such as `{NAME}` or `care_coordination`"),
            ));
        }
        let there: Vec<String> = files
            .iter()
            .map(|(path, _)| self.folder.join(path))
            // A link that leads nowhere is there, too.
            .filter(|path| path.symlink_metadata().is_ok())
            .map(|path| format!("`{}`", shown(&path)))
            .collect();
        if !there.is_empty() {
            let (are, them) = if there.len() == 1 { ("is", "it") } else { ("are", "them") };
            let there = there.join(", ");
            let why = format!("{there} {are} there already; move {them} away, or name another folder");
            return Err((1, why));
        }
        for (path, text) in &files {
            write(&self.folder.join(path), text).map_err(|why| (2, why))?;
        }
        Ok(self.next(&files))
    }

    /// Paths in the folder, with what is to stand there.
    fn files(&self) -> Vec<(String, String)> {
        let policy = POLICY.replacen(&format!("policy {NAME} "), &format!("policy {} ", self.name), 1);
        let mut files = vec![
            (format!("{}.rubric", self.name), policy),
            ("leads/leads.csv".to_string(), include_str!("leads.csv").to_string()),
            ("leads/events.csv".to_string(), include_str!("events.csv").to_string()),
            ("leads/contacts.csv".to_string(), include_str!("contacts.csv").to_string()),
        ];
        if !self.no_workflow {
            files.push((WORKFLOW.to_string(), include_str!("workflow.yml").to_string()));
        }
        files
    }

    /// What was written, and the commands to go on with.
    fn next(&self, files: &[(String, String)]) -> String {
        let mut page = Page::new(super::layout(&std::io::stdout()));
        page.heading("Written");
        files.iter().for_each(|(path, _)| page.verbatim(2, &shown(&self.folder.join(path))));
        page.heading("Go on with");
        if self.folder != Path::new(".") {
            page.line(2, &format!("cd {}", quoted(&self.folder)));
        }
        let name = &self.name;
        let leads =
            "--leads leads/leads.csv --events leads/events.csv --contacts leads/contacts.csv --as-of 2026-03-31T12:00Z";
        for command in [
            "rubric check".to_string(),
            "rubric test".to_string(),
            format!("rubric run {name}.rubric {leads}"),
            format!("rubric explain {name}.rubric {leads} --id 1002"),
            format!("rubric watch {name}.rubric {leads}"),
        ] {
            // Commands are copied, so they are never wrapped.
            page.verbatim(2, &command);
        }
        page.text()
    }
}

/// Whether a policy can be called so: the language itself is asked.
fn is_name(name: &str, policy: &str) -> bool {
    let mut memory = Memory::default();
    memory.insert("policy.rubric", policy);
    driver::load(&memory, "policy.rubric", &[]).policy.is_some_and(|p| p.name == name)
}

/// A new file, with the folders it stands in.
fn write(path: &Path, text: &str) -> Result<(), String> {
    let failed = |e: std::io::Error| match e.kind() {
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => {
            format!("`{}` cannot be written: a file stands where a folder or the file itself is to be", shown(path))
        }
        _ => format!("`{}` cannot be written: {e}; may you write in that folder?", shown(path)),
    };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    // Only ever a new file: one that appeared meanwhile is somebody's work.
    let mut file = File::options().write(true).create_new(true).open(path).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)
}

fn shown(path: &Path) -> String {
    for_terminal(&path.strip_prefix(".").unwrap_or(path).display().to_string())
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let path = path.display().to_string();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    if path.chars().all(plain) { path } else { format!("'{}'", path.replace('\'', "'\\''")) }
}
