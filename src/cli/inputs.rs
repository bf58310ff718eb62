//! What `run` and `explain` are given: policies, leads, behaviour, contacts, the instant. All files are opened here.

use super::files::Disk;
use super::progress::{Progress, Reading};
use crate::data::contacts::{ContactColumn, ContactPlan};
use crate::data::events::{EventColumn, EventPlan};
use crate::data::findings::Counts;
use crate::data::reader::{Found, Sides, joins};
use crate::data::side::{Joins, Side, SideRows};
use crate::data::source::Source;
use crate::data::table::FileError;
use crate::driver::{self, Loaded, Provider};
use crate::policy::import::{Import, Settings};
use crate::policy::text::nearest;
use crate::policy::time::{Instant, Offset};
use crate::policy::{Policy, Portfolio};
use crate::report::diagnostics;
use crate::report::sanitize::for_terminal;
use clap::Args;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Policies, and the leads they are to decide.
#[derive(Debug, Args)]
pub struct Inputs {
    /// The policy; or a file with a portfolio, whose policies stand beside it; or several policies, of which the first that applies decides.
    #[arg(required = true, value_name = "POLICY")]
    policies: Vec<PathBuf>,
    #[command(flatten)]
    data: Data,
    /// A further folder to look for libraries in; may be given several times.
    #[arg(long, value_name = "FOLDER")]
    include: Vec<String>,
}

/// The data of a run, and how they are to be read. Whoever cannot go on without leads makes `--leads` required.
#[derive(Clone, Debug, Default, Args)]
pub struct Data {
    /// The leads: CSV, NDJSON or JSON.
    #[arg(long, value_name = "FILE")]
    pub leads: Option<PathBuf>,
    /// What leads did, as CSV. Without it, behaviour is not known unless the leads bring it.
    #[arg(long, value_name = "FILE", requires = "leads")]
    pub events: Option<PathBuf>,
    /// Their people, as CSV. Without it, roles are not known unless the leads bring it.
    #[arg(long, value_name = "FILE", requires = "leads")]
    pub contacts: Option<PathBuf>,
    /// Say that no lead did anything, instead of not knowing.
    #[arg(long, conflicts_with = "events")]
    pub no_events: bool,
    /// Say that there are no contacts, instead of not knowing.
    #[arg(long, conflicts_with = "contacts")]
    pub no_contacts: bool,
    /// The instant that decides every window: `2026-03-31T12:00Z`, or a day. The current time if it is not given.
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<String>,
    /// How the files are written: the name of an `import` of the policy.
    #[arg(long, value_name = "NAME")]
    pub import: Option<String>,
}

impl Data {
    /// The files that are read, the leads first.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.leads.iter().chain(&self.events).chain(&self.contacts).map(PathBuf::as_path)
    }

    /// The same with an instant, for commands that run more than once and are to see the same time each time.
    pub fn at(mut self, as_of: Instant) -> Data {
        self.as_of.get_or_insert(as_of.to_string());
        self
    }
}

/// Why a command cannot go on; it was told already, or is told with this text.
#[derive(Debug)]
pub enum Stop {
    /// Wrong usage, or a file that cannot be read: status 2.
    Unusable(String),
    /// A policy has errors: status 1, already reported.
    Broken,
}

impl Stop {
    /// Says why, and gives the exit status.
    pub fn tell(self) -> u8 {
        match self {
            Stop::Unusable(text) => {
                super::message(&format!("rubric: {text}"));
                2
            }
            Stop::Broken => 1,
        }
    }
}

/// What gives the policy and the portfolios of a file.
pub type Load<'l> = &'l dyn Fn(&str) -> Result<(Option<Policy>, Vec<Portfolio>), Stop>;

/// Policies in the order in which they are asked.
#[derive(Clone, Debug)]
pub struct Policies {
    pub list: Vec<Policy>,
    /// The place of the policy that decides every lead that none applies to.
    pub otherwise: Option<usize>,
}

impl Inputs {
    /// The policies, whole and without errors.
    pub fn policies(&self) -> Result<Policies, Stop> {
        self.policies_by(&|path| {
            let loaded = self.load(path)?;
            Ok((loaded.policy, loaded.portfolios))
        })
    }

    /// The same with what somebody already knows of files: the policy and the portfolios each holds.
    pub fn policies_by(&self, load: Load<'_>) -> Result<Policies, Stop> {
        let mut list: Vec<Policy> = Vec::new();
        let mut otherwise = None;
        for path in &self.policies {
            let path = path.display().to_string();
            let (policy, portfolios) = load(&path)?;
            for portfolio in &portfolios {
                otherwise = members(&path, portfolio, load, &mut list)?.or(otherwise);
            }
            list.extend(policy);
        }
        if list.is_empty() {
            let named = for_terminal(&self.policies[0].display().to_string());
            return Err(Stop::Unusable(format!(
                "`{named}` holds no policy to run; a library only lends to policies, so name a file that begins with `policy`"
            )));
        }
        Ok(Policies { list, otherwise })
    }

    /// For policies that were named in another way.
    pub fn new(policies: Vec<PathBuf>, data: Data, include: Vec<String>) -> Inputs {
        Inputs { policies, data, include }
    }

    /// The same with an instant, for commands that need to know it before they run.
    pub fn at(&self, as_of: Instant) -> Inputs {
        Inputs { policies: self.policies.clone(), data: self.data.clone().at(as_of), include: self.include.clone() }
    }

    /// The files that were named to be read.
    pub fn files(&self) -> Vec<&Path> {
        self.policies.iter().map(PathBuf::as_path).chain(self.data.files()).collect()
    }

    /// The leads file, as it was named.
    pub fn leads(&self) -> String {
        self.data.leads.as_ref().map_or_else(String::new, |path| for_terminal(&path.display().to_string()))
    }

    /// A file without errors; errors are told.
    pub fn load(&self, path: &str) -> Result<Loaded, Stop> {
        self.load_from(&Disk, path)
    }

    /// The same for files that come from somewhere else.
    pub fn load_from(&self, files: &dyn Provider, path: &str) -> Result<Loaded, Stop> {
        let loaded = driver::load(files, path, &self.include);
        if let Some(why) = loaded.unreadable {
            return Err(Stop::Unusable(why));
        }
        let errors = loaded.diagnostics.iter().any(|d| d.rule.severity == crate::diagnostic::Severity::Error);
        if errors {
            let layout = super::layout(&std::io::stderr());
            super::message(diagnostics::human(&loaded.diagnostics, &loaded.sources, layout).trim_end());
            super::message("rubric: the policy has errors, so nothing was run; mend them, and see `rubric check`");
            return Err(Stop::Broken);
        }
        Ok(loaded)
    }

    /// The instant of the run: given, or now. `now` is asked at most once.
    pub fn as_of(&self, offset: Offset) -> Result<Instant, Stop> {
        match &self.data.as_of {
            Some(text) => Instant::parse(text, offset).ok_or_else(|| {
                let text = for_terminal(text);
                Stop::Unusable(format!(
                    "`--as-of {text}` is no instant; write `2026-03-31T12:00Z`, or a day like `2026-03-31`"
                ))
            }),
            None => Ok(now()),
        }
    }

    /// The import that was named, for each policy; it must be there in at least one.
    pub fn imports<'p>(&self, policies: &'p [Policy]) -> Result<Vec<Option<&'p Import>>, Stop> {
        let Some(name) = &self.data.import else { return Ok(vec![None; policies.len()]) };
        let found: Vec<Option<&Import>> = policies.iter().map(|p| p.imports.iter().find(|i| i.name == *name)).collect();
        if found.iter().all(Option::is_none) {
            let names: Vec<&str> = policies.iter().flat_map(|p| p.imports.iter().map(|i| i.name.as_str())).collect();
            let help = match nearest(name, names.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if names.is_empty() => "the policy declares none".to_string(),
                None => {
                    format!("it declares {}", names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", "))
                }
            };
            return Err(Stop::Unusable(format!("no import is called `{}`; {help}", for_terminal(name))));
        }
        Ok(found)
    }

    /// What tells how far the leads file is read; nothing where nobody would see it.
    pub fn progress(&self) -> Option<Progress> {
        Progress::new(Reading::of(self.data.leads.as_deref()?))
    }

    /// The leads file, open; `progress` is told how much of it is read.
    pub fn source(&self, import: Option<&Import>, progress: Option<&Progress>) -> Result<Source, Stop> {
        let plain = Settings::default();
        let settings = import.map_or(&plain, |i| &i.leads.settings);
        let Some(leads) = &self.data.leads else {
            return Err(Stop::Unusable("there is nothing to decide; name a file with `--leads`".to_string()));
        };
        let shown = leads.display().to_string();
        let bytes = progress.map_or_else(|| open(leads), |p| Ok(p.reading().count(open(leads)?)))?;
        Source::open(bytes, &shown, settings).map_err(|e| unusable(&shown, &e))
    }

    /// Behaviour and contacts, whole in memory.
    pub fn sides(
        &self,
        policy: &Policy,
        import: Option<&Import>,
        as_of: Instant,
        found: &mut Found,
    ) -> Result<Sides, Stop> {
        let plain = Settings::default();
        let events = EventPlan::new(policy, import, as_of);
        let settings = import.map_or(&plain, |i| &i.events.settings);
        let named = [EventColumn::Lead, EventColumn::Email, EventColumn::Account];
        let by = |header: &[String]| joins(header, |h| events.column(h), named);
        let events = side(self.data.events.as_deref(), self.data.no_events, settings, by, found)?;
        let contacts = ContactPlan::new(policy, import);
        let settings = import.map_or(&plain, |i| &i.contacts.settings);
        let named = [ContactColumn::Lead, ContactColumn::Email, ContactColumn::Account];
        let by = |header: &[String]| Joins { every: true, ..joins(header, |h| contacts.column(h), named) };
        let contacts = side(self.data.contacts.as_deref(), self.data.no_contacts, settings, by, found)?;
        Ok(Sides { events, contacts })
    }
}

/// Loads the members of a portfolio from beside it; gives the place of the one that decides the rest.
fn members(path: &str, portfolio: &Portfolio, load: Load<'_>, list: &mut Vec<Policy>) -> Result<Option<usize>, Stop> {
    let folder = Path::new(path).parent().unwrap_or(Path::new(""));
    let mut place = None;
    for name in portfolio.policies.iter().chain(&portfolio.otherwise) {
        if let Some(at) = list.iter().position(|p| p.name == *name) {
            place = Some(at);
            continue;
        }
        let file = folder.join(format!("{name}.rubric")).display().to_string();
        let policy = load(&file)?.0.filter(|p| p.name == *name);
        let Some(policy) = policy else {
            return Err(Stop::Unusable(format!(
                "portfolio `{}` names `{name}`, but `{}` holds no policy of that name; name its file after the policy",
                portfolio.name,
                for_terminal(&file)
            )));
        };
        place = Some(list.len());
        list.push(policy);
    }
    Ok(place.filter(|_| portfolio.otherwise.is_some()))
}

/// The current time in whole seconds: nobody needs more, and the printed instant can be given back as it is.
pub fn now() -> Instant {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Instant(since.map_or(0, |d| d.as_secs() as i64 * 1_000_000))
}

fn side(
    path: Option<&Path>,
    none: bool,
    settings: &Settings,
    joins: impl FnOnce(&[String]) -> Joins,
    found: &mut Found,
) -> Result<Side, Stop> {
    let Some(path) = path else { return Ok(if none { Side::None } else { Side::NotSupplied }) };
    let shown = path.display().to_string();
    let file: Arc<str> = shown.as_str().into();
    let (mut counts, mut rejects) = (Counts::default(), Vec::new());
    let rows = SideRows::read(open(path)?, &file, settings, joins, &mut counts, &mut rejects);
    let rows = rows.map_err(|e| unusable(&shown, &e))?;
    rejects.into_iter().for_each(|r| found.reject(r));
    Ok(Side::Rows(rows))
}

fn open(path: &Path) -> Result<Box<dyn Read + Send>, Stop> {
    let shown = path.display().to_string();
    let failed = |e: &std::io::Error| Stop::Unusable(super::files::why(&shown, e));
    let file = File::open(path).map_err(|e| failed(&e))?;
    if file.metadata().map_err(|e| failed(&e))?.is_dir() {
        return Err(Stop::Unusable(format!("`{}` is a folder; name the file in it", for_terminal(&shown))));
    }
    Ok(Box::new(file))
}

/// A file that cannot be read, with its place and what to do.
pub fn unusable(file: &str, error: &FileError) -> Stop {
    Stop::Unusable(format!(
        "{}:{}: {}; {}",
        for_terminal(file),
        error.place,
        for_terminal(&error.message),
        for_terminal(&error.help)
    ))
}
