//! One lead of a file: found by its id, and decided by the policy that applies.

use super::accounts::gather;
use super::desk::Desk;
use super::inputs::{Policies, Stop, unusable};
use crate::data::accounts::Group;
use crate::data::reader::{Found, Reader};
use crate::data::source::{Rows, Source};
use crate::engine::Evaluation;
use crate::engine::decision::Decision;
use crate::engine::facts::Batch;
use crate::engine::rolled::Rolled;
use crate::policy::FieldId;
use crate::policy::text::nearest;
use crate::report::sanitize::for_terminal;

/// A row of the leads file that is the lead, kept while it is read again and again.
pub struct Lead {
    rows: Rows,
    row: usize,
    /// The account that all the rows are, where accounts are read.
    account: Option<Vec<Group>>,
}

impl Lead {
    /// Reads it as a policy does; for an account, gives what it was made of.
    fn read(
        &self,
        reader: &Reader<'_>,
        set: &[(FieldId, String)],
        batch: &mut Batch,
        found: &mut Found,
    ) -> Option<Rolled> {
        let mut scratch = reader.scratch();
        match &self.account {
            None => {
                reader.read(&self.rows, &mut std::iter::once(self.row), set, batch, &mut scratch, found);
                None
            }
            Some(groups) => {
                let mut which = std::iter::once(0);
                let read = reader.read_accounts((&self.rows, groups), &mut which, set, batch, &mut scratch, found);
                read.into_iter().next().map(|(_, rolled)| rolled)
            }
        }
    }
}

/// The row of an id: the first, as in a run. Where there is none, says so with the id that was probably meant.
pub fn find(source: &mut Source, reader: &Reader<'_>, id: &str) -> Result<Option<Lead>, Stop> {
    match search(source, reader, id)? {
        Ok(lead) => Ok(Some(lead)),
        Err(near) => Ok(not_there("no lead", source, id, near)),
    }
}

/// The account of a name, or of the lead of an id. Where there is none, says so with what was probably meant.
pub fn find_account(source: &mut Source, reader: &Reader<'_>, id: &str) -> Result<Option<Lead>, Stop> {
    match search_account(source, reader, id)? {
        Ok(lead) => Ok(Some(lead)),
        Err(near) => Ok(not_there("no account and no lead", source, id, near)),
    }
}

fn not_there(what: &str, source: &Source, id: &str, near: Option<String>) -> Option<Lead> {
    let help = match near {
        Some(near) => format!("did you mean `{}`?", for_terminal(&near)),
        None => "ids are compared whole".to_string(),
    };
    let (file, id) = (for_terminal(&source.file), for_terminal(id));
    super::message(&format!("rubric: {what} in `{file}` has the id `{id}`; {help}"));
    None
}

/// An id without what spreadsheets lose of it.
fn bare(id: &str) -> String {
    id.trim().trim_start_matches('0').to_ascii_lowercase()
}

/// The row of an id; else an id that differs only in leading zeros or case.
fn search(source: &mut Source, reader: &Reader<'_>, id: &str) -> Result<Result<Lead, Option<String>>, Stop> {
    let mut batch = Batch::new(reader.policy());
    let mut scratch = reader.scratch();
    let mut near = None;
    let file = source.file.to_string();
    while let Some(chunk) = source.next_chunk(256).map_err(|e| unusable(&file, &e))? {
        let mut found = Found::default();
        let mut all = 0..chunk.rows.len();
        let rows = reader.read(&chunk.rows, &mut all, &[], &mut batch, &mut scratch, &mut found);
        for (lead, row) in rows.iter().enumerate() {
            if batch.id(lead) == id.trim() {
                return Ok(Ok(Lead { row: *row, rows: chunk.rows, account: None }));
            }
            if near.is_none() && bare(batch.id(lead)) == bare(id) {
                near = Some(batch.id(lead).to_string());
            }
        }
    }
    Ok(Err(near))
}

/// The account of a name, or of the lead of an id; else a name or an id that differs only in leading zeros or case, or a name that is nearly the
/// same.
fn search_account(source: &mut Source, reader: &Reader<'_>, id: &str) -> Result<Result<Lead, Option<String>>, Stop> {
    let (mut of_lead, mut near) = (None, None);
    let mut seen = |lead: &str, account: usize| {
        if lead == id.trim() {
            of_lead.get_or_insert(account);
        } else if near.is_none() && bare(lead) == bare(id) {
            near = Some(lead.to_string());
        }
    };
    let pool = gather(source, reader, &mut Found::default(), &mut |_| Ok(()), &mut seen)?.pool;
    let Some(account) = pool.find(id).or(of_lead) else {
        return Ok(Err(near.or_else(|| nearest(id, pool.names()).map(str::to_string))));
    };
    let (rows, groups) = pool.some(account..account + 1);
    Ok(Ok(Lead { rows, row: 0, account: Some(groups) }))
}

/// A decision, the place of the policy that made it, and what of the lead that policy asks for and does not know.
pub struct Decided {
    pub policy: usize,
    pub decision: Decision,
    pub open: Vec<FieldId>,
    /// The lead as it was read, and whether the policy decides it whether it applies or not.
    pub batch: Batch,
    pub forced: bool,
    /// What the policy made of it.
    pub e: Evaluation,
}

/// The first policy that applies decides, else the one for the rest; else the first says that the lead is out of scope. `sets`: by policy,
/// fields that are to have another value than the file says.
pub fn decide(
    policies: &Policies,
    desks: &[Desk<'_>],
    lead: &Lead,
    sets: &[Vec<(FieldId, String)>],
    found: &mut Found,
) -> Decided {
    let read = |policy: usize, forced: bool| {
        let Desk { reader, decider, .. } = &desks[policy];
        let (mut batch, mut here) = (Batch::new(reader.policy()), Found::default());
        let sets = sets.get(policy).map_or(&[][..], Vec::as_slice);
        let rolled = lead.read(reader, sets, &mut batch, &mut here);
        let e = decider.engine().evaluate(&batch);
        let (mut decision, _) = desks[policy].decision(&e, &batch, 0, forced);
        decision.account = rolled.map(|rolled| decider.behind(&e, &batch, 0, &rolled));
        let open = decider.open_fields(&decision, &batch, 0);
        (Decided { policy, decision, open, batch, forced, e }, here)
    };
    let mut first = None;
    for policy in 0..desks.len() {
        let (decided, here) = read(policy, false);
        if decided.decision.in_scope {
            found.merge(here);
            return decided;
        }
        first = first.or(Some((decided, here)));
    }
    let (decided, here) = match (policies.otherwise, first) {
        (None, Some(first)) => first,
        (Some(policy), _) => read(policy, true),
        (None, None) => read(0, false),
    };
    found.merge(here);
    decided
}
