//! The summary of a run, for people.

use super::diagnostics::Layout;
use super::tally::Tally;
use crate::data::findings::Findings;
use crate::policy::Policy;
use crate::policy::time::Instant;

/// What a run did.
#[derive(Clone, Debug)]
pub struct Run<'a> {
    /// Each policy that decided, with its counts, in the order of the portfolio.
    pub policies: Vec<(&'a Policy, &'a Tally)>,
    /// The instant that decided every window.
    pub as_of: Instant,
    /// Lead rows read: decided, out of scope and rejected together.
    pub read: u64,
    /// Leads that got a route.
    pub decided: u64,
    /// Leads that no policy applies to.
    pub out_of_scope: u64,
    /// Rows that could not be used.
    pub rejected: u64,
    /// What the readers noticed.
    pub findings: &'a Findings,
    /// Columns of the leads file that no field takes, as the file writes them.
    pub passed_over: Vec<String>,
}

/// The summary; its last line says how the counts reconcile.
pub fn summary(run: &Run<'_>, layout: Layout) -> String {
    let _ = layout;
    format!(
        "{} read = {} decided + {} out of scope + {} rejected\n",
        run.read, run.decided, run.out_of_scope, run.rejected
    )
}
