//! Files opened, read and decided: what `run` does once and `watch` on each change.

use super::inputs::{Inputs, Policies, Stop, unusable};
use super::stream::{Desk, Outputs, Totals, Writing, stream};
use crate::data::reader::{Found, Reader, check_events, report_header, report_keys};
use crate::engine::{Decider, Engine};
use crate::policy::time::Instant;
use crate::program::Program;

/// Decides all leads of the files that were named. Rows have their line as id if they are `numbered`.
pub fn dry_run(
    inputs: &Inputs,
    policies: &Policies,
    as_of: Instant,
    numbered: bool,
    threads: usize,
    writing: Writing,
    outputs: Outputs<'_>,
) -> Result<Totals, Stop> {
    let imports = inputs.imports(&policies.list)?;
    let mut found = Found::default();
    let sides = inputs.sides(&policies.list[0], imports[0], as_of, &mut found)?;
    let mut source = inputs.source(imports[0])?;
    let programs: Vec<Program> = policies.list.iter().map(Program::lower).collect();
    let mut readers = Vec::new();
    for (policy, import) in policies.list.iter().zip(&imports) {
        let reader = Reader::new(policy, *import, as_of, &source.file, source.header(), &sides, numbered);
        readers.push(reader.map_err(|e| unusable(&source.file, &e))?.written(source.written()));
    }
    report_header(&readers, &mut found.findings);
    check_events(&readers, &mut found);
    let desks: Vec<Desk<'_>> = readers
        .into_iter()
        .zip(&programs)
        .map(|(reader, program)| Desk {
            decider: Decider::new(Engine::new(reader.policy(), program, as_of)),
            reader,
            program,
        })
        .collect();
    let mut totals = stream(&mut source, policies, &desks, threads, writing, outputs, found)?;
    let findings = &mut totals.found.findings;
    report_keys(desks.iter().map(|d| &d.reader), findings);
    source.report_footer(findings);
    for (rows, what) in [(sides.events.rows(), "behaviour"), (sides.contacts.rows(), "contact")] {
        let Some(rows) = rows else { continue };
        rows.report_footer(findings);
        rows.report_unjoined(what, findings);
    }
    Ok(totals)
}
