//! What `ask` and `record` share: one lead or many, taken from a decision to what people take from it.

use super::inputs::{Inputs, Policies, Stop};
use super::lead::{self, find, find_account};
use super::look::Met;
use super::opened::How;
use crate::data::findings::Severity;
use crate::data::reader::Found;
use crate::diff::ladder::OUT_OF_SCOPE;
use crate::handoff::Lead;
use crate::policy::text::nearest;
use crate::policy::{Cond, Policy};
use crate::report::noticed::noticed;
use crate::report::page::Page;
use crate::report::sanitize::for_terminal;
use crate::report::words::Words;
use clap::{Args, ValueEnum};
use std::io::{self, Write};

/// How it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Human,
    Markdown,
    /// One object; one a line for many leads.
    Json,
}

impl Format {
    /// What stands between two leads.
    pub fn between(self) -> &'static str {
        match self {
            Format::Human => "\n\n",
            Format::Markdown => "\n---\n\n",
            Format::Json => "",
        }
    }
}

/// What a row of the leads file is.
#[derive(Clone, Copy, Debug, Args)]
pub struct RowsAs {
    /// Count rows instead of reading ids, for a file that has none: the id of a lead is its line.
    #[arg(long)]
    number_rows: bool,
    /// Take the account of `--id`, a key or the id of one of its leads, as `account by` of the policy says: all its leads as one.
    #[arg(long, requires = "id")]
    accounts: bool,
}

impl RowsAs {
    /// How rows are to be read.
    pub fn how(self) -> How<'static> {
        How { number_rows: self.number_rows, accounts: self.accounts, ..How::default() }
    }
}

/// Finds one lead or account by its id, decides it, and lets somebody make something of it; 1 if it is not there. What was noticed about its data goes to
/// standard error.
pub fn one(
    inputs: &Inputs,
    how: How<'_>,
    id: &str,
    act: impl FnOnce(&Lead<'_>) -> Result<(), Stop>,
) -> Result<u8, Stop> {
    let policies = inputs.policies()?;
    let mut found = Found::default();
    let (opened, mut source) = inputs.open(&policies, how, &mut found)?;
    let desks = opened.desks(opened.readers(&source, &[])?);
    let find = if how.accounts { find_account } else { find };
    let Some(row) = find(&mut source, &desks[0].reader, id)? else { return Ok(1) };
    let decided = lead::decide(&policies, &desks, &row, &[], &mut found);
    let desk = &desks[decided.policy];
    tell(&found);
    act(&Lead {
        policy: desk.reader.policy(),
        program: desk.program,
        decider: &desk.decider,
        e: &decided.e,
        batch: &decided.batch,
        at: 0,
        decision: &decided.decision,
        say,
    })?;
    Ok(0)
}

/// A condition in the words that playbooks have for it.
fn say(policy: &Policy, cond: &Cond) -> String {
    Words::new(policy).condition(cond)
}

/// Data that could not be used; notes are of no interest to whoever wants the lead.
fn tell(found: &Found) {
    if found.findings.sorted().iter().any(|f| f.severity != Severity::Note) {
        let mut page = Page::new(super::layout(&io::stderr()));
        page.line(0, "rubric: noticed while this lead was read");
        noticed(&mut page, &found.findings, usize::MAX);
        super::message(page.text().trim_end());
    }
}

/// Decides a lead that was met on the way and lets somebody make something of it, if its route is the one that is wanted.
pub fn met<R>(met: &Met<'_, '_>, route: Option<&str>, act: impl FnOnce(&Lead<'_>) -> R) -> Option<R> {
    let policy = met.desk.reader.policy();
    let outcome = match met.in_scope {
        true => &policy.outcomes[met.evaluation.routes[met.lead].outcome.index()].name,
        false => OUT_OF_SCOPE,
    };
    if route.is_some_and(|wanted| wanted != outcome) {
        return None;
    }
    let (decision, _) = met.desk.decision(met.evaluation, met.batch, met.lead, met.forced);
    Some(act(&Lead {
        policy,
        program: met.desk.program,
        decider: &met.desk.decider,
        e: met.evaluation,
        batch: met.batch,
        at: met.lead,
        decision: &decision,
        say,
    }))
}

/// The name of the outcome that `--route` means by its name or title.
pub fn route(policies: &Policies, wanted: &str) -> Result<String, Stop> {
    let outcomes = || policies.list.iter().flat_map(|p: &Policy| &p.outcomes);
    let is = |own: &str, title: &str| own == wanted.trim() || title.eq_ignore_ascii_case(wanted.trim());
    if let Some(outcome) = outcomes().find(|o| is(&o.name, &o.title)) {
        return Ok(outcome.name.clone());
    }
    if wanted.trim() == OUT_OF_SCOPE {
        return Ok(OUT_OF_SCOPE.to_string());
    }
    let mut names: Vec<&str> = outcomes().map(|o| o.name.as_str()).chain([OUT_OF_SCOPE]).collect();
    names.dedup();
    let help = match nearest(wanted, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are {}", names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ")),
    };
    Err(Stop::Unusable(format!("`--route`: no outcome is called `{}`; {help}", for_terminal(wanted))))
}

/// Leaves away what stands before the first of many: each brings what parts it from the one before.
pub struct AfterFirst<W> {
    out: W,
    left: usize,
}

impl<W: Write> AfterFirst<W> {
    /// `between` is what each brings.
    pub fn new(out: W, between: &str) -> AfterFirst<W> {
        AfterFirst { out, left: between.len() }
    }
}

impl<W: Write> Write for AfterFirst<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let skipped = self.left.min(bytes.len());
        self.left -= skipped;
        self.out.write_all(&bytes[skipped..])?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
