//! Folders of leads with expected decisions: read as `rubric run` reads them, compared, and blessed.
//!
//! What makes a folder a fixture is its `fixture.toml`:
//!
//! ```toml
//! as_of = "2026-03-31T12:00Z"      # required
//! policy = "../portfolio.rubric"   # the only policy of the folder if it is not named
//! leads = "leads.ndjson"           # the only `leads.csv`, `leads.ndjson` or `leads.json` if it is not named
//! import = "crm_export"
//! ```

use super::decide::{Decided, decide};
use super::files::{Disk, FIXTURE, why};
use super::inputs::{Data, Inputs, Stop};
use super::opened::How;
use super::output::Replaced;
use super::stream::{Outputs, Writing};
use crate::data::findings::Reject;
use crate::driver::{self, Provider};
use crate::policy::time::{Instant, Offset};
use crate::report::fixture::{Lead, Ran};
use crate::report::sanitize::for_terminal;
use crate::scenario::fixture::{Difference, Expected, Row, differences, line};
use crate::syntax::tree::ItemKind;
use serde::Deserialize;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The file of expected decisions.
const EXPECTED: &str = "expected.ndjson";
/// What a leads file may be called.
const LEADS: [&str; 3] = ["leads.csv", "leads.ndjson", "leads.json"];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    as_of: String,
    policy: Option<PathBuf>,
    leads: Option<PathBuf>,
    events: Option<PathBuf>,
    contacts: Option<PathBuf>,
    import: Option<String>,
}

/// A fixture that was run.
pub struct Fixture {
    folder: String,
    decided: Decided,
    differences: Vec<Difference>,
    expects: bool,
    blessed: bool,
}

impl Fixture {
    /// Decides the leads of a folder and compares; with `bless`, what came out is expected from now on.
    pub fn run(folder: &Path, include: &[String], threads: usize, bless: bool) -> Result<Fixture, Stop> {
        let shown = folder.display().to_string();
        let inputs = inputs(folder, include)?;
        let writing = Writing { full: true, kept: true, ..Writing::NONE };
        let mut rejects: Vec<Reject> = Vec::new();
        let mut reject = |row: &Reject| {
            rejects.push(row.clone());
            Ok(())
        };
        let outputs =
            Outputs { leads: &mut std::io::sink(), rejects: &mut reject, look: None, progress: inputs.progress() };
        let decided = decide(&inputs, inputs.policies()?, How::default(), threads, writing, outputs)?;
        rejects.sort_by(|a, b| (&a.file, a.place).cmp(&(&b.file, b.place)));
        let path = folder.join(EXPECTED);
        let expected = match expected(&path) {
            // What cannot be understood is written anew.
            Err(_) if bless => None,
            other => other?,
        };
        let rows = rows(&decided, &rejects);
        let expects = expected.is_some();
        let differences = differences(&expected.unwrap_or_default(), &rows).map_err(unwritable)?;
        if bless && !(expects && differences.is_empty()) {
            write(&path, &rows)?;
        }
        Ok(Fixture { folder: shown, decided, differences, expects, blessed: bless })
    }

    /// What there is to tell of it.
    pub fn ran(&self) -> Ran<'_> {
        let policies = &self.decided.policies.list;
        let leads = self.decided.totals.kept.iter().map(|kept| Lead {
            policy: &policies[kept.policy],
            decision: &kept.decision,
            open: &kept.open,
        });
        Ran {
            folder: &self.folder,
            file: EXPECTED,
            leads: leads.collect(),
            rejected: self.decided.totals.rejected as usize,
            differences: &self.differences,
            expects: self.expects,
            blessed: self.blessed,
        }
    }
}

/// Leads in the order of their file, then rows that could not be used, in the order of theirs.
fn rows<'d>(decided: &'d Decided, rejects: &[Reject]) -> Vec<Row<'d>> {
    let leads = decided.totals.kept.iter().map(|kept| Row::Decided(&kept.decision));
    let rejected = rejects.iter().map(|reject| {
        // The folder may stand anywhere, so files are called by their name alone.
        let file = Path::new(&*reject.file).file_name().map_or(reject.file.to_string(), |n| n.to_string_lossy().into());
        Row::Rejected(format!("{file}:{}", reject.place.line), reject.reason.clone())
    });
    leads.chain(rejected).collect()
}

fn write(path: &Path, rows: &[Row<'_>]) -> Result<(), Stop> {
    let mut file = Replaced::create(path)?;
    for row in rows {
        let line = line(row).map_err(unwritable)?;
        writeln!(file, "{line}").map_err(|e| Stop::Unusable(why(&path.display().to_string(), &e)))?;
    }
    file.finish()
}

fn unwritable(error: serde_json::Error) -> Stop {
    Stop::Unusable(format!("a decision cannot be written: {error}"))
}

/// What is expected; `None` where there is no such file.
fn expected(path: &Path) -> Result<Option<Expected>, Stop> {
    let shown = path.display().to_string();
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(Stop::Unusable(why(&shown, &e))),
    };
    Expected::parse(&text).map(Some).map_err(|bad| {
        let help = "mend the line, or write the file anew with `--bless`";
        Stop::Unusable(format!("{}:{}: {}; {help}", for_terminal(&shown), bad.line, for_terminal(&bad.message)))
    })
}

fn inputs(folder: &Path, include: &[String]) -> Result<Inputs, Stop> {
    let path = folder.join(FIXTURE);
    let shown = path.display().to_string();
    let text = std::fs::read_to_string(&path).map_err(|e| Stop::Unusable(why(&shown, &e)))?;
    let written: Written = toml::from_str(&text).map_err(|e| {
        let line = e.span().map_or(1, |s| 1 + text[..s.start.min(text.len())].matches('\n').count());
        let help = "it says `as_of`, and may say `policy`, `leads`, `events`, `contacts` and `import`, each in quotes";
        Stop::Unusable(format!("{}:{line}: {}; {help}", for_terminal(&shown), for_terminal(e.message())))
    })?;
    if Instant::parse(&written.as_of, Offset(0)).is_none() {
        let (shown, as_of) = (for_terminal(&shown), for_terminal(&written.as_of));
        let help = "write `2026-03-31T12:00Z`, or a day like `2026-03-31`";
        return Err(Stop::Unusable(format!("{shown}: `as_of = \"{as_of}\"` is no instant; {help}")));
    }
    let leads = match &written.leads {
        Some(leads) => folder.join(leads),
        None => only_leads(folder)?,
    };
    // Behaviour and contacts stand beside a CSV of leads, and inside JSON.
    let flat = leads.extension().is_some_and(|e| e == "csv");
    let side = |named: &Option<PathBuf>, name: &str| {
        let usual = Some(folder.join(name)).filter(|p| flat && p.is_file());
        named.as_ref().map(|n| folder.join(n)).or(usual)
    };
    let policy = match &written.policy {
        Some(policy) => folder.join(policy),
        None => only_policy(folder, include)?,
    };
    let data = Data {
        events: side(&written.events, "events.csv"),
        contacts: side(&written.contacts, "contacts.csv"),
        leads: Some(leads),
        as_of: Some(written.as_of),
        import: written.import,
        ..Data::default()
    };
    Ok(Inputs::new(vec![policy], data, include.to_vec()))
}

fn only_leads(folder: &Path) -> Result<PathBuf, Stop> {
    let found: Vec<PathBuf> = LEADS.iter().map(|name| folder.join(name)).filter(|p| p.is_file()).collect();
    match found.as_slice() {
        [one] => Ok(one.clone()),
        [] => Err(Stop::Unusable(format!(
            "the fixture `{}` has no `leads.csv`, `leads.ndjson` or `leads.json`; add one, or name it in `{FIXTURE}`: `leads = \"…\"`",
            for_terminal(&folder.display().to_string())
        ))),
        _ => Err(Stop::Unusable(format!(
            "the fixture `{}` has several files of leads; name one in `{FIXTURE}`: `leads = \"leads.csv\"`",
            for_terminal(&folder.display().to_string())
        ))),
    }
}

/// The only file of the folder that decides: a portfolio before the policies it names, and no library.
fn only_policy(folder: &Path, include: &[String]) -> Result<PathBuf, Stop> {
    let names = Disk.beside(&folder.join(FIXTURE).display().to_string());
    let mut found: Vec<(bool, PathBuf)> = Vec::new();
    for name in names {
        let path = folder.join(format!("{name}.rubric"));
        let loaded = driver::load(&Disk, &path.display().to_string(), include);
        if let Some(why) = loaded.unreadable {
            return Err(Stop::Unusable(why));
        }
        let is_policy =
            loaded.trees.last().is_some_and(|t| t.items.iter().any(|i| matches!(i.kind, ItemKind::Policy(_))));
        if is_policy || !loaded.portfolios.is_empty() {
            found.push((!loaded.portfolios.is_empty(), path));
        }
    }
    if found.iter().any(|(portfolio, _)| *portfolio) {
        found.retain(|(portfolio, _)| *portfolio);
    }
    match found.as_slice() {
        [(_, one)] => Ok(one.clone()),
        several => Err(Stop::Unusable(format!(
            "the fixture `{}` has {} policies; name the one that decides in `{FIXTURE}`: `policy = \"…\"`",
            for_terminal(&folder.display().to_string()),
            if several.is_empty() { "no" } else { "several" }
        ))),
    }
}
