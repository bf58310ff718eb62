//! All leads of a run decided: files opened, read against their policies, and told of.

use super::inputs::{Inputs, Policies, Stop};
use super::opened::How;
use super::stream::{Outputs, Writing, stream};
use super::totals::Totals;
use crate::data::reader::{Found, check_events, report_header, report_keys};
use crate::policy::Policy;
use crate::policy::time::Instant;
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

/// Decides every lead of the inputs, or every account, and puts what is wanted where it goes. Who looks and who is told of the progress stands in
/// the outputs.
pub fn decide(
    inputs: &Inputs,
    policies: Policies,
    how: How<'_>,
    threads: usize,
    writing: Writing<'_>,
    outputs: Outputs<'_>,
) -> Result<Decided, Stop> {
    let mut found = Found::default();
    let how = How { look: outputs.look, progress: outputs.progress.as_ref(), ..how };
    let (opened, mut source) = inputs.open(&policies, how, &mut found)?;
    let all: Vec<&Policy> = policies.list.iter().collect();
    let beside = outputs.look.map_or(Ok(Vec::new()), |look| look.columns(&all, source.header()))?;
    let readers = opened.readers(&source, &beside)?;
    if let Some(look) = outputs.look {
        look.begin(&source, &readers, &opened.programs)?;
    }
    report_header(&readers, &mut found.findings);
    check_events(&readers, &mut found);
    let desks = opened.desks(readers);
    let mut totals = stream(&mut source, &policies, &desks, threads, writing, outputs, found)?;
    report_keys(desks.iter().map(|d| &d.reader), &mut totals.found.findings);
    source.report_footer(&mut totals.found.findings);
    for (rows, what) in [(opened.sides.events.rows(), "behaviour"), (opened.sides.contacts.rows(), "contact")] {
        if let Some(rows) = rows {
            rows.report_footer(&mut totals.found.findings);
            rows.report_unjoined(what, &mut totals.found.findings);
        }
    }
    let as_of = opened.as_of;
    drop(desks);
    drop(opened);
    Ok(Decided { policies, as_of, totals })
}
