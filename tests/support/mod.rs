//! What the tests of data share: a folder of its own for the real binary, and one place that reads files through the library to see what was
//! noticed on the way.
#![allow(dead_code)] // Each test file uses its own part.

use rubric::data::contacts::{ContactColumn, ContactPlan};
use rubric::data::events::{EventColumn, EventPlan};
use rubric::data::findings::{Counts, Finding, Reject};
use rubric::data::reader::{Found, Reader, Sides, check_events, joins, report_header, report_keys};
use rubric::data::side::{Joins, Side, SideRows};
use rubric::data::source::Source;
use rubric::data::table::FileError;
use rubric::driver::{Memory, load};
use rubric::engine::facts::Batch;
use rubric::policy::Policy;
use rubric::policy::import::{Import, Settings};
use rubric::policy::time::{Instant, Offset};
use serde_json::Value;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The instant that the tests look from.
pub const AS_OF: &str = "2026-03-31T12:00:00Z";

/// The portfolio of the sample policies and the sample leads as three files, from the root of the project.
pub const SAMPLES: [&str; 7] = [
    "policies/portfolio.rubric",
    "--leads",
    "policies/leads/leads.csv",
    "--events",
    "policies/leads/events.csv",
    "--contacts",
    "policies/leads/contacts.csv",
];

/// The root of the project.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A folder of its own with files, and what running `rubric` in it gives.
pub struct Folder {
    folder: tempfile::TempDir,
}

/// What a run of the binary gave.
#[derive(Debug, PartialEq, Eq)]
pub struct Ran {
    pub out: String,
    pub err: String,
    pub status: i32,
}

impl Folder {
    pub fn new() -> Folder {
        Folder { folder: tempfile::tempdir().expect("a scratch folder") }
    }

    pub fn file(self, name: &str, bytes: impl AsRef<[u8]>) -> Folder {
        self.write(name, bytes);
        self
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), bytes).expect("files can be written");
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    /// The names of all files in it, sorted.
    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).expect("the folder is there").flatten();
        let mut names: Vec<String> = entries.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    pub fn rubric(&self, args: &[&str]) -> Ran {
        rubric_in(self.folder.path(), args)
    }

    /// `rubric run` as of [`AS_OF`] with decisions to `out.ndjson` and rejects to `rejects.ndjson`; both are read back.
    pub fn decide(&self, args: &[&str]) -> Decided {
        let mut all = vec!["run"];
        all.extend(args);
        all.extend(["--as-of", AS_OF, "--output", "out.ndjson", "--rejects", "rejects.ndjson"]);
        let ran = self.rubric(&all);
        assert_eq!(ran.status, 0, "{args:?}: {}", ran.err);
        Decided { decisions: self.text("out.ndjson"), rejects: objects(&self.text("rejects.ndjson")) }
    }
}

/// What a run wrote.
#[derive(Debug)]
pub struct Decided {
    /// The file of decisions as it is.
    pub decisions: String,
    pub rejects: Vec<Value>,
}

impl Decided {
    pub fn leads(&self) -> Vec<Value> {
        objects(&self.decisions)
    }

    pub fn lead(&self, id: &str) -> Value {
        self.leads().into_iter().find(|l| l["id"] == id).unwrap_or_else(|| panic!("no lead {id}: {}", self.decisions))
    }

    pub fn ids(&self) -> Vec<String> {
        self.leads().iter().map(|l| l["id"].as_str().unwrap_or_default().to_string()).collect()
    }

    /// Rejects, one a line: `leads.csv:3:1: the reason`.
    pub fn told(&self) -> Vec<String> {
        let text = |v: &Value| v.as_str().map_or_else(|| v.to_string(), str::to_string);
        let line = |r: &Value| {
            format!("{}:{}:{}: {}", text(&r["file"]), text(&r["line"]), text(&r["column"]), text(&r["reason"]))
        };
        self.rejects.iter().map(line).collect()
    }
}

pub fn objects(ndjson: &str) -> Vec<Value> {
    ndjson.lines().map(|l| serde_json::from_str(l).unwrap_or_else(|e| panic!("{e}: {l}"))).collect()
}

pub fn rubric_in(folder: &Path, args: &[&str]) -> Ran {
    let output =
        Command::new(env!("CARGO_BIN_EXE_rubric")).args(args).current_dir(folder).output().expect("the binary runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
    Ran {
        out: text(output.stdout),
        err: text(output.stderr),
        status: output.status.code().expect("an exit status, not a signal"),
    }
}

/// A policy from text; panics with its findings if it has any errors.
pub fn policy(text: &str) -> Policy {
    let mut memory = Memory::default();
    memory.insert("demo.rubric", text);
    let loaded = load(&memory, "demo.rubric", &[]);
    let found: Vec<String> = loaded.diagnostics.iter().map(|d| d.message.clone()).collect();
    loaded.policy.unwrap_or_else(|| panic!("{found:?}"))
}

/// What was noticed.
#[derive(Debug)]
pub struct Seen {
    pub findings: Vec<Finding>,
    pub rejects: Vec<Reject>,
    /// Rows that became leads.
    pub leads: usize,
    /// Rows met.
    pub rows: usize,
}

impl Seen {
    /// Findings, one a line, as people see them.
    pub fn lines(&self) -> Vec<String> {
        self.findings.iter().map(ToString::to_string).collect()
    }

    /// The findings of one kind.
    pub fn of(&self, kind: &str) -> Vec<&Finding> {
        self.findings.iter().filter(|f| f.key.kind == kind).collect()
    }
}

/// Names and bytes of the files of a run; a name without bytes stands for "there is none".
#[derive(Clone, Copy, Default)]
pub struct Files<'f> {
    pub leads: (&'f str, &'f [u8]),
    pub events: Option<(&'f str, &'f [u8])>,
    pub contacts: Option<(&'f str, &'f [u8])>,
    pub numbered: bool,
}

/// Reads files as `rubric run` does, without deciding anything.
pub fn look(policy: &Policy, import: Option<&str>, files: Files<'_>) -> Result<Seen, FileError> {
    let import: Option<&Import> =
        import.map(|n| policy.imports.iter().find(|i| i.name == n).expect("the import is declared"));
    let as_of = Instant::parse(AS_OF, Offset(0)).expect("an instant");
    let mut found = Found::default();
    let plain = Settings::default();
    let events = EventPlan::new(policy, import, as_of);
    let named = [EventColumn::Lead, EventColumn::Email, EventColumn::Account];
    let settings = import.map_or(&plain, |i| &i.events.settings);
    let events = side(files.events, settings, |h| joins(h, |h| events.column(h), named), &mut found)?;
    let contacts = ContactPlan::new(policy, import);
    let named = [ContactColumn::Lead, ContactColumn::Email, ContactColumn::Account];
    let settings = import.map_or(&plain, |i| &i.contacts.settings);
    let contacts = side(
        files.contacts,
        settings,
        |h| Joins { every: true, ..joins(h, |h| contacts.column(h), named) },
        &mut found,
    )?;
    let sides = Sides { events, contacts };
    let settings = import.map_or(&plain, |i| &i.leads.settings);
    let bytes = Cursor::new(files.leads.1.to_vec());
    let mut source = Source::open(Box::new(bytes), files.leads.0, settings)?;
    let reader = Reader::new(policy, import, as_of, &source.file, source.header(), &sides, files.numbered)?;
    let reader = reader.written(source.written());
    let readers = [reader];
    report_header(&readers, &mut found.findings);
    check_events(&readers, &mut found);
    let [reader] = readers;
    let (mut batch, mut scratch) = (Batch::new(policy), reader.scratch());
    let (mut leads, mut rows) = (0, 0);
    while let Some(chunk) = source.next_chunk(100)? {
        rows += chunk.rows.len() + chunk.rejects.len();
        chunk.rejects.into_iter().for_each(|r| found.reject(r));
        let mut all = 0..chunk.rows.len();
        let mut here = Found::default();
        leads += reader.read(&chunk.rows, &mut all, &[], &mut batch, &mut scratch, &mut here).len();
        let rejects = std::mem::take(&mut here.rejects);
        found.merge(here);
        rejects.into_iter().for_each(|r| found.reject(r));
    }
    report_keys(std::iter::once(&reader), &mut found.findings);
    source.report_footer(&mut found.findings);
    for (side, what) in [(&sides.events, "behaviour"), (&sides.contacts, "contact")] {
        if let Some(rows) = side.rows() {
            rows.report_footer(&mut found.findings);
            rows.report_unjoined(what, &mut found.findings);
        }
    }
    let findings = found.findings.sorted().into_iter().cloned().collect();
    Ok(Seen { findings, rejects: found.rejects, leads, rows })
}

fn side(
    file: Option<(&str, &[u8])>,
    settings: &Settings,
    joins: impl FnOnce(&[String]) -> Joins,
    found: &mut Found,
) -> Result<Side, FileError> {
    let Some((name, bytes)) = file else { return Ok(Side::NotSupplied) };
    let (mut counts, mut rejects) = (Counts::default(), Vec::new());
    let rows = SideRows::read(bytes, &name.into(), settings, joins, &mut counts, &mut rejects)?;
    rejects.into_iter().for_each(|r| found.reject(r));
    Ok(Side::Rows(rows))
}

/// Holds a log against the schema of the parts of SARIF that are used here.
pub fn hold_against_sarif(log: &Value) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/sarif.schema.json");
    let text = std::fs::read_to_string(path).expect("the schema is there");
    let schema: Value = serde_json::from_str(&text).expect("the schema is JSON");
    let validator = jsonschema::draft202012::new(&schema).expect("the schema is a schema");
    let wrong: Vec<String> = validator.iter_errors(log).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(wrong.is_empty(), "{}\n{log}", wrong.join("\n"));
    // The schema is no rubber stamp.
    let mut other = log.clone();
    other["runs"][0]["tool"]["driver"]["name"] = Value::Null;
    assert!(!validator.is_valid(&other));
}

/// A real public table, if it stands beside the project; without it a test says that it skipped.
pub fn table(name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(name);
    if !path.is_file() {
        eprintln!("SKIPPED: there is no {name} beside this project");
        return None;
    }
    Some(path)
}
