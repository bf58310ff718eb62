//! All leads of a run decided: files opened, read against their policies, and told of.

use super::accounts::refuse_unless_rolled_up;
use super::desk::Desk;
use super::inputs::{Inputs, Policies, Stop, unusable};
use super::stream::{Outputs, Totals, Writing, stream};
use crate::data::reader::{Found, Reader, check_events, report_header, report_keys};
use crate::policy::Policy;
use crate::policy::time::Instant;
use crate::program::Program;
use crate::report::sanitize::for_terminal;

/// What a run came to.
pub struct Decided {
    pub policies: Policies,
    pub as_of: Instant,
    pub totals: Totals,
}

impl Decided {
    /// Why the run is of no use, if no row of the leads could be used: the file is most likely another than was meant.
    pub fn nothing_usable(&self, inputs: &Inputs) -> Option<Stop> {
        let totals = &self.totals;
        let first = totals.first_reject.as_ref();
        let first = first.map_or_else(String::new, |(line, why)| format!("; the first, in line {line}: {why}"));
        let why = format!("no row of `{}` could be used{}", inputs.leads(), for_terminal(&first));
        (totals.read > 0 && totals.rejected == totals.read).then_some(Stop::Unusable(why))
    }
}

/// Decides every lead of the inputs and puts what is wanted where it goes. `number_rows`: the id of a lead is its line.
pub fn decide(
    inputs: &Inputs,
    policies: Policies,
    number_rows: bool,
    threads: usize,
    writing: Writing<'_>,
    outputs: Outputs<'_>,
) -> Result<Decided, Stop> {
    decide_by(inputs, policies, number_rows, false, threads, writing, outputs)
}

/// The same for accounts, of each of which all leads are decided as one.
pub fn decide_accounts(
    inputs: &Inputs,
    policies: Policies,
    number_rows: bool,
    threads: usize,
    writing: Writing<'_>,
    outputs: Outputs<'_>,
) -> Result<Decided, Stop> {
    refuse_unless_rolled_up(&policies.list)?;
    decide_by(inputs, policies, number_rows, true, threads, writing, outputs)
}

fn decide_by(
    inputs: &Inputs,
    policies: Policies,
    number_rows: bool,
    accounts: bool,
    threads: usize,
    writing: Writing<'_>,
    outputs: Outputs<'_>,
) -> Result<Decided, Stop> {
    let as_of = inputs.as_of(policies.list[0].offset)?;
    let imports = inputs.imports(&policies.list)?;
    let mut found = Found::default();
    let sides = inputs.sides(&policies.list[0], imports[0], as_of, &mut found)?;
    let mut source = inputs.source(imports[0], outputs.progress.as_ref())?;
    let goals = |policy| outputs.look.map_or(Vec::new(), |look| look.goals(policy));
    let programs: Vec<Program> = policies.list.iter().map(|p| Program::with_goals(p, &goals(p))).collect();
    let all: Vec<&Policy> = policies.list.iter().collect();
    let beside = outputs.look.map_or(Ok(Vec::new()), |look| look.columns(&all, source.header()))?;
    let mut readers = Vec::new();
    for (policy, import) in policies.list.iter().zip(&imports) {
        let reader = Reader::new(policy, *import, as_of, &source.file, source.header(), &sides, number_rows);
        let reader = reader.map_err(|e| unusable(&source.file, &e))?.written(source.written());
        let reader = reader.beside(&beside);
        readers.push(if accounts { reader.by_account() } else { reader });
    }
    if let Some(look) = outputs.look {
        look.begin(&source, &readers, &programs)?;
    }
    report_header(&readers, &mut found.findings);
    check_events(&readers, &mut found);
    let desks: Vec<Desk<'_>> =
        readers.into_iter().zip(&programs).map(|(reader, program)| Desk::new(reader, program, as_of)).collect();
    let mut totals = stream(&mut source, &policies, &desks, threads, writing, outputs, found)?;
    report_keys(desks.iter().map(|d| &d.reader), &mut totals.found.findings);
    source.report_footer(&mut totals.found.findings);
    for (rows, what) in [(sides.events.rows(), "behaviour"), (sides.contacts.rows(), "contact")] {
        if let Some(rows) = rows {
            rows.report_footer(&mut totals.found.findings);
            rows.report_unjoined(what, &mut totals.found.findings);
        }
    }
    drop(desks);
    drop(imports);
    Ok(Decided { policies, as_of, totals })
}
