//! Somebody who looks at each lead while it is decided, and what is kept of it: the cases of a backtest, the rows of a page, the words of a record.

use super::desk::Desk;
use super::inputs::Stop;
use crate::backtest::Case;
use crate::data::reader::Reader;
use crate::data::source::{Rows, Source};
use crate::engine::Evaluation;
use crate::engine::facts::Batch;
use crate::policy::{Cond, Policy};
use crate::program::Program;
use crate::report::html::run::Lines;

/// A decided lead, while the batch it was decided in is still there.
pub struct Met<'m, 'p> {
    /// The place of the policy that decided; of the first, for a lead that none applies to.
    pub policy: usize,
    pub desk: &'m Desk<'p>,
    pub evaluation: &'m Evaluation,
    pub batch: &'m Batch,
    pub lead: usize,
    pub in_scope: bool,
    /// The policy decides whatever no other does.
    pub forced: bool,
    /// The row of the file it was read from.
    pub rows: &'m Rows,
    pub row: usize,
    /// Grows along the file, whoever reads it: a lead with less comes before. Rejected rows leave gaps.
    pub at: u64,
}

/// Somebody who keeps something of each lead, or writes something else of it than its decision.
pub trait Look: Sync {
    /// Columns of the leads file that are read beside the fields of the policies.
    fn columns(&self, _policies: &[&Policy], _header: Option<&[String]>) -> Result<Vec<String>, Stop> {
        Ok(Vec::new())
    }

    /// Conditions that are asked of each lead beside what a policy needs itself.
    fn goals<'p>(&self, _policy: &'p Policy) -> Vec<&'p Cond> {
        Vec::new()
    }

    /// Told once, before the first lead: the file, and who reads it for which program.
    fn begin(&self, _source: &Source, _readers: &[Reader<'_>], _programs: &[Program]) -> Result<(), Stop> {
        Ok(())
    }

    /// Whether what it writes of leads stands in the output, in place of their decisions.
    fn writes(&self) -> bool {
        false
    }

    /// Keeps what is wanted of a lead. Leads of a chunk come in the order of the file.
    fn lead(&self, met: &Met<'_, '_>, seen: &mut Seen);
}

/// What was kept of some leads; who looks fills the part that is theirs.
#[derive(Default)]
pub struct Seen {
    pub cases: Vec<Case>,
    pub lines: Lines,
    /// What stands in the output where somebody [writes](Look::writes).
    pub said: Vec<u8>,
}

impl Seen {
    /// Adds what was kept of the leads after these. What they said was written already.
    pub fn merge(&mut self, later: Seen) {
        self.cases.extend(later.cases);
        self.lines.merge(later.lines);
    }
}
