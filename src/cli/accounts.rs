//! Leads put together by account before they are decided: the first of two readings, which finds whose each row is.

use super::inputs::{Stop, unusable};
use super::stream::{CHUNK, Rejects, hash};
use crate::data::accounts::{Key, Pool};
use crate::data::findings::Reject;
use crate::data::reader::{Found, Reader};
use crate::data::source::{Chunk, Source};
use crate::data::table::FileError;
use crate::engine::facts::Batch;
use crate::policy::Policy;
use crate::policy::field::FieldType;
use crate::policy::text::fold;
use hashbrown::HashSet;

/// All rows of a file by account.
pub struct Gathered {
    pub pool: Pool,
    pub read: u64,
    pub rejected: u64,
    /// The first row that could not be used: its line, and why.
    pub first_reject: Option<(u64, String)>,
}

/// Where chunks come from.
pub enum Feed<'s> {
    /// Each row of a file by itself.
    Leads(&'s mut Source),
    /// The rows of a file by account.
    Accounts(Pool),
}

impl Feed<'_> {
    /// The next chunk with at most so many rows, or with whole accounts that have just more; `None` at the end.
    pub fn next_chunk(&mut self, most: usize) -> Result<Option<Chunk>, FileError> {
        match self {
            Feed::Leads(source) => source.next_chunk(most),
            Feed::Accounts(pool) => Ok(pool.next_chunk(most)),
        }
    }
}

/// Refuses policies that do not say what an account is, or that say different things about it.
pub fn refuse_unless_rolled_up(policies: &[Policy]) -> Result<(), Stop> {
    if let Some(policy) = policies.iter().find(|p| p.account.is_none()) {
        let text = |f: &&crate::policy::field::Field| !f.built_in && matches!(f.ty, FieldType::Text);
        let names = |f: &&crate::policy::field::Field| {
            ["domain", "account", "company", "organisation", "organization"].iter().any(|w| fold(&f.name).contains(w))
        };
        let line = match policy.fields.iter().filter(text).find(names) {
            Some(field) => format!("`account by {} {{ newest by updated }}`", field.name),
            None => "a text field for the account's domain or id, say `account_domain: text`, and \
                     `account by account_domain { newest by updated }`"
                .to_string(),
        };
        return Err(Stop::Unusable(format!(
            "`--accounts`: policy `{}` does not say which leads are one account; add {line}",
            policy.name
        )));
    }
    let says = |policy: &Policy| {
        let name = |f| policy.field(f).name.clone();
        policy.account.as_ref().map(|a| format!("account by {} {{ newest by {} }}", name(a.by), name(a.newest_by)))
    };
    let first = &policies[0];
    match policies.iter().find(|p| says(p) != says(first)) {
        None => Ok(()),
        Some(other) => Err(Stop::Unusable(format!(
            "`--accounts`: policy `{}` says `{}`, policy `{}` says `{}`; leads can only be put together in one way, \
             so let them say the same, best in a library that both use",
            first.name,
            says(first).unwrap_or_default(),
            other.name,
            says(other).unwrap_or_default()
        ))),
    }
}

/// Reads a whole file, keeps its rows by account, and writes the rows that cannot be used. `seen` is told the id of each lead and the place of
/// its account.
pub fn gather(
    source: &mut Source,
    reader: &Reader<'_>,
    found: &mut Found,
    rejects: Rejects<'_>,
    seen: &mut dyn FnMut(&str, usize),
) -> Result<Gathered, Stop> {
    let mut all = Gathered { pool: Pool::default(), read: 0, rejected: 0, first_reject: None };
    let by = reader.policy().account.as_ref().map(|a| a.by);
    let (mut batch, mut scratch) = (Batch::new(reader.policy()), reader.scratch());
    let mut ids: HashSet<u64> = HashSet::new();
    let file = source.file.to_string();
    while let Some(chunk) = source.next_chunk(CHUNK).map_err(|e| unusable(&file, &e))? {
        let rows = &chunk.rows;
        // What is noticed in fields is told when the accounts are read; here only rows that are no leads are.
        let mut quiet = Found::default();
        let leads = reader.read_fields(rows, &mut batch, &mut scratch, &mut quiet);
        let mut bad: Vec<Reject> = chunk.rejects;
        all.read += (rows.len() + bad.len()) as u64;
        for (lead, row) in leads.iter().enumerate() {
            let id = batch.id(lead);
            if !ids.insert(hash(id)) {
                bad.push(reader.repeated(rows, *row, id));
                continue;
            }
            let account = all.pool.push(rows, *row, Key::of(by.and_then(|by| batch.text_of(by, lead))));
            seen(id, account);
        }
        bad.append(&mut quiet.rejects);
        bad.sort_by_key(|r| r.place);
        all.rejected += bad.len() as u64;
        all.first_reject = all.first_reject.take().or(bad.first().map(|r| (r.place.line, r.reason.clone())));
        for reject in bad {
            rejects(&reject).map_err(|e| Stop::Unusable(format!("the output cannot be written: {e}")))?;
            found.reject(reject);
        }
        // They are written; only what is said of them is kept.
        found.rejects.clear();
    }
    Ok(all)
}
