//! Rows of leads into a batch of accounts: fields are the newest that are known, people and events are pooled.

use super::accounts::{Group, Key};
use super::date::read_instant;
use super::findings::{Place, Reject, shown};
use super::join::OneLead;
use super::json::Said;
use super::people::Across;
use super::plan::{FieldPlan, Kind};
use super::reader::{Found, Reader, Scratch};
use super::source::Rows;
use super::spellings::trimmed;
use crate::engine::facts::Batch;
use crate::engine::rolled::Rolled;
use crate::policy::time::Instant;
use crate::policy::{BuiltIn, FieldId};
use std::cmp::Reverse;

impl Reader<'_> {
    /// Says that leads are to be rolled up to accounts, as the policy says; nothing changes where it says nothing about accounts.
    pub fn by_account(mut self) -> Self {
        self.newest_by = self.policy.account.as_ref().map(|a| a.newest_by.index());
        self
    }

    /// Whether leads are rolled up to accounts.
    pub fn rolls_up(&self) -> bool {
        self.newest_by.is_some()
    }

    /// The exact instant of a date, which its column does not keep.
    pub(super) fn moment(&self, plan: &FieldPlan, text: &str) -> Option<Instant> {
        match &plan.kind {
            Kind::Date(format) => read_instant(trimmed(text), format.as_ref(), self.plan.offset),
            _ => None,
        }
    }

    /// Reads the fields of all rows, and neither people nor events: enough to know whose each lead is. Gives the rows that are leads; the others
    /// are among the rejects, not yet told as findings.
    pub fn read_fields(&self, rows: &Rows, batch: &mut Batch, scratch: &mut Scratch, found: &mut Found) -> Vec<usize> {
        batch.clear();
        scratch.keys.shrink();
        let mut leads = Vec::new();
        let mut said = Said::default();
        for row in 0..rows.len() {
            match self.begin(rows, row, &mut said, batch, scratch, found) {
                Ok(()) => {
                    batch.finish();
                    leads.push(row);
                }
                Err(reject) => found.rejects.push(reject),
            }
        }
        self.report_unmapped(scratch, found);
        leads
    }

    /// Reads some accounts (by place, ascending) into a batch of this policy. Gives those that became entries of the batch, with what they were
    /// made of; an account of which no row can be used is left out, and its rows are among the rejects. `set` overrides fields.
    pub fn read_accounts(
        &self,
        (rows, groups): (&Rows, &[Group]),
        which: &mut dyn Iterator<Item = usize>,
        set: &[(FieldId, String)],
        batch: &mut Batch,
        scratch: &mut Scratch,
        found: &mut Found,
    ) -> Vec<(usize, Rolled)> {
        batch.clear();
        scratch.keys.shrink();
        let mut accounts = Vec::new();
        let mut leads = Batch::new(self.policy);
        for at in which {
            let group = &groups[at];
            leads.clear();
            let mut read: Vec<(u64, Option<Instant>, Said<'_>)> = Vec::new();
            for row in group.rows.clone() {
                let mut said = Said::default();
                match self.begin(rows, row, &mut said, &mut leads, scratch, found) {
                    Ok(()) => {
                        leads.finish();
                        read.push((rows.line(row), scratch.moment, said));
                    }
                    Err(reject) => found.rejects.push(reject),
                }
            }
            let Some((line, ..)) = read.first() else { continue };
            let place = Place { line: *line, column: 1 };
            let ids: Vec<String> = (0..leads.len()).map(|lead| leads.id(lead).to_string()).collect();
            let (id, alone) = match &group.key {
                Key::Account(key) => (key.as_str(), None),
                Key::Alone(why) => (ids[0].as_str(), Some(*why)),
            };
            batch.begin(id);
            self.newest(&leads, &read, batch);
            batch.set_text(BuiltIn::Id.field(), id);
            self.set(set, place, batch, found);
            let pooled: Vec<OneLead<'_, '_>> = read
                .iter()
                .enumerate()
                .map(|(lead, (line, _, said))| self.lead_of(*line, said, &leads, lead))
                .collect();
            let mut across = Across::default();
            self.join(&pooled, Some(&mut across), batch, scratch, found);
            batch.finish();
            let Across { pooled, brought, .. } = across;
            accounts.push((at, Rolled { leads: ids, alone, pooled, brought }));
        }
        self.report_unmapped(scratch, found);
        accounts
    }

    /// Each field of the open account from the newest lead that knows it. Of leads of one instant, and of those that say none, the first of the file.
    fn newest(&self, leads: &Batch, read: &[(u64, Option<Instant>, Said<'_>)], batch: &mut Batch) {
        let mut order: Vec<usize> = (0..read.len()).collect();
        order.sort_by_key(|lead| Reverse(read[*lead].1));
        for field in (0..self.policy.fields.len() as u16).map(FieldId) {
            let _ = order.iter().any(|lead| batch.copy_field(field, leads, *lead));
        }
    }

    fn lead_of<'j, 't>(&self, line: u64, said: &'j Said<'t>, leads: &Batch, lead: usize) -> OneLead<'j, 't> {
        let text = |field: FieldId| leads.text_of(field, lead).map(str::to_string);
        OneLead {
            place: Place { line, column: 1 },
            said,
            id: leads.id(lead).to_string(),
            email: text(BuiltIn::Email.field()),
            account: self.policy.account.as_ref().and_then(|a| text(a.by)),
        }
    }

    /// The second row of an id, set aside.
    pub fn repeated(&self, rows: &Rows, row: usize, id: &str) -> Reject {
        Reject {
            file: self.file.clone(),
            place: Place { line: rows.line(row), column: 1 },
            reason: format!("the id `{}` was met before; the first row of an id counts", shown(id)),
            raw: rows.raw(row),
        }
    }
}
