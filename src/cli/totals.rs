//! What a run adds up to, chunk after chunk.

use super::inputs::Policies;
use super::look::Seen;
use crate::data::findings::Reject;
use crate::data::reader::Found;
use crate::engine::decision::Decision;
use crate::policy::FieldId;
use crate::report::accounts::RollUp;
use crate::report::tally::Tally;

/// What a run adds up to.
pub struct Totals {
    pub read: u64,
    pub decided: u64,
    pub out_of_scope: u64,
    pub rejected: u64,
    /// By policy.
    pub tallies: Vec<Tally>,
    /// What was noticed; the rejects are written, not kept.
    pub found: Found,
    /// The first row of the leads file that could not be used, if any: its line, and why.
    pub first_reject: Option<(u64, String)>,
    /// Every lead in the order of the file, where that was asked for.
    pub kept: Vec<Kept>,
    /// What somebody who looked keeps, in the same order.
    pub seen: Seen,
    /// What leads were put together to, where they were; then `decided` and `out_of_scope` count accounts.
    pub accounts: Option<RollUp>,
}

/// A whole decision that is kept.
pub struct Kept {
    /// The place of the policy that decided; of the first, for a lead that none applies to.
    pub policy: usize,
    pub decision: Decision,
    /// Fields of the lead that are not known and that its decision rests on.
    pub open: Vec<FieldId>,
}

impl Totals {
    /// Nothing yet.
    pub fn new(policies: &Policies) -> Totals {
        Totals {
            read: 0,
            decided: 0,
            out_of_scope: 0,
            rejected: 0,
            tallies: policies.list.iter().map(Tally::new).collect(),
            found: Found::default(),
            first_reject: None,
            kept: Vec::new(),
            seen: Seen::default(),
            accounts: None,
        }
    }

    /// Adds what the leads after these came to, and gives their rejects, which are to be written.
    pub fn merge(&mut self, later: Totals) -> Vec<Reject> {
        let Totals { read, decided, out_of_scope, rejected, tallies, mut found, first_reject, kept, seen, accounts } =
            later;
        self.read += read;
        self.decided += decided;
        self.out_of_scope += out_of_scope;
        self.rejected += rejected;
        self.tallies.iter_mut().zip(&tallies).for_each(|(all, one)| all.merge(one));
        let rejects = std::mem::take(&mut found.rejects);
        self.found.merge(found);
        self.first_reject = self.first_reject.take().or(first_reject);
        self.kept.extend(kept);
        self.seen.merge(seen);
        if let (Some(all), Some(accounts)) = (&mut self.accounts, accounts) {
            all.merge(accounts);
        }
        rejects
    }
}
