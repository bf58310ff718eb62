//! Rows of leads, with their behaviour and contacts joined in, into a batch: as one policy and one import say they are written.

use super::broken::{where_broken, why_broken};
use super::cell::Origin;
use super::contacts::{ContactColumn, ContactPlan};
use super::date::read_day;
use super::events::{EventColumn, EventPlan};
use super::findings::{Findings, Key, Place, Reject, Severity, shown};
use super::header::{Header, no_id, unmapped_finding};
use super::json::{self, Fills, Keys, Plans, Said, Value};
use super::people::Met;
use super::plan::{FieldPlan, Kind, Plan};
use super::side::{Side, SideRows};
use super::source::Rows;
use super::spellings::trimmed;
use super::table::{FileError, Written};
use crate::engine::facts::Batch;
use crate::policy::import::{DateFormat, Import};
use crate::policy::text::fold;
use crate::policy::time::{Day, Instant};
use crate::policy::{BuiltIn, FieldId, Policy};
use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub use super::header::{report_header, report_keys};
pub use super::join::{check_events, joins};

/// Behaviour and contacts from files of their own.
#[derive(Debug)]
pub struct Sides {
    pub events: Side,
    pub contacts: Side,
}

/// What was noticed while rows were read.
#[derive(Debug, Default)]
pub struct Found {
    pub findings: Findings,
    pub rejects: Vec<Reject>,
}

impl Found {
    /// Sets a row aside, and says so.
    pub fn reject(&mut self, reject: Reject) {
        let key = Key { kind: "rejected-row", file: reject.file.clone(), column: None, value: None };
        let reason = reject.reason.clone();
        let key = Key { value: Some(shown(&reason).into()), ..key };
        self.findings.count(key, Some(reject.place), Severity::Error, || (format!("rejected: {reason}"), None));
        self.rejects.push(reject);
    }

    /// Adds what a later chunk noticed.
    pub fn merge(&mut self, later: Found) {
        self.findings.merge(later.findings);
        self.rejects.extend(later.rejects);
    }
}

/// Reads leads for one policy.
#[derive(Debug)]
pub struct Reader<'p> {
    pub(super) policy: &'p Policy,
    pub(super) plan: Plan,
    dates: Option<DateFormat>,
    pub(super) events: EventPlan<'p>,
    pub(super) contacts: ContactPlan<'p>,
    pub(super) file: Arc<str>,
    pub(super) header: Option<Header>,
    pub(super) event_columns: Vec<(usize, EventColumn)>,
    pub(super) contact_columns: Vec<(usize, ContactColumn)>,
    pub(super) sides: &'p Sides,
    numbered: bool,
    /// The field that says which lead of an account is the newest, where leads are rolled up to accounts.
    pub(super) newest_by: Option<usize>,
    /// Folded names of columns that somebody else reads, so that they are not told as passed over.
    pub(super) beside: Vec<String>,
    /// By field: whether a key of some object fills it.
    pub(super) filled: Vec<AtomicBool>,
}

/// Memory that reading a chunk needs again and again; one for each thread and policy.
#[derive(Debug)]
pub struct Scratch {
    pub(super) origins: Origins,
    known: Vec<bool>,
    /// The instant that `newest_by` holds in the row that was read last.
    pub(super) moment: Option<Instant>,
    pub(super) attributes: Batch,
    pub(super) met: Met,
    pub(super) quiet: Findings,
    pub(super) keys: Keys,
}

/// Where things are told to stand; only the places in them change from row to row.
#[derive(Debug)]
pub(super) struct Origins {
    /// By column of a table, or by field for JSON.
    cells: Vec<Origin>,
    /// What leads bring themselves.
    pub events: Origin,
    pub contacts: Origin,
    pub side_events: Origin,
    pub side_contacts: Origin,
}

impl<'p> Reader<'p> {
    /// For a policy and a file. A table must have a column for the ids of leads, unless rows are `numbered`: then the id of a lead is the line
    /// it begins in.
    pub fn new(
        policy: &'p Policy,
        import: Option<&Import>,
        as_of: Instant,
        file: &Arc<str>,
        header: Option<&[String]>,
        sides: &'p Sides,
        numbered: bool,
    ) -> Result<Reader<'p>, FileError> {
        let plan = Plan::new(policy, import);
        let events = EventPlan::new(policy, import, as_of);
        let contacts = ContactPlan::new(policy, import);
        let header = header.map(|names| Header {
            fields: names.iter().map(|n| plan.column(n)).collect(),
            names: names.to_vec(),
            written: Written::default(),
        });
        if let Some(header) = &header
            && !numbered
            && !header.fields.contains(&Some(BuiltIn::Id as usize))
        {
            return Err(no_id(policy, &header.names));
        }
        let dates = import.and_then(|i| i.leads.settings.dates.clone());
        let mut reader = Reader {
            policy,
            dates,
            plan,
            events,
            contacts,
            file: file.clone(),
            header,
            event_columns: Vec::new(),
            contact_columns: Vec::new(),
            sides,
            numbered,
            newest_by: None,
            beside: Vec::new(),
            filled: policy.fields.iter().map(|_| AtomicBool::new(false)).collect(),
        };
        if let Some(rows) = sides.events.rows() {
            reader.event_columns = mapped(&rows.header, |h| reader.events.column(h));
        }
        if let Some(rows) = sides.contacts.rows() {
            reader.contact_columns = mapped(&rows.header, |h| reader.contacts.column(h));
        }
        Ok(reader)
    }

    /// Says how the table is written, which only matters for where things are told to stand.
    pub fn written(mut self, written: Written) -> Reader<'p> {
        if let Some(header) = &mut self.header {
            header.written = written;
        }
        self
    }

    /// Says which columns are read beside the fields ([`super::beside`]).
    pub fn beside(mut self, names: &[String]) -> Reader<'p> {
        self.beside = names.iter().map(|n| fold(n)).collect();
        self
    }

    /// The field that a column or key of this name fills.
    pub fn fills_field(&self, name: &str) -> Option<FieldId> {
        self.plan.column(name).map(|at| FieldId(at as u16))
    }

    /// How days of a column that is no field are written: as the leads of the import say.
    pub fn day(&self, text: &str) -> Option<Day> {
        read_day(text, self.dates.as_ref(), self.policy.offset)
    }

    /// The file it reads.
    pub fn file(&self) -> &Arc<str> {
        &self.file
    }

    /// The policy it reads for.
    pub fn policy(&self) -> &'p Policy {
        self.policy
    }

    /// Memory to read with.
    pub fn scratch(&self) -> Scratch {
        let names: Vec<&str> = match &self.header {
            Some(header) => header.names.iter().map(String::as_str).collect(),
            None => self.policy.fields.iter().map(|f| f.name.as_str()).collect(),
        };
        let origin = |(i, name): (usize, &&str)| Origin {
            file: self.file.clone(),
            column: (*name).into(),
            place: Place { line: 1, column: if self.header.is_some() { i as u32 + 1 } else { 1 } },
        };
        let beside = |rows: Option<&SideRows>, column: &str| Origin {
            file: rows.map_or(&self.file, |r| &r.file).clone(),
            column: column.into(),
            place: Place::default(),
        };
        let origins = Origins {
            cells: names.iter().enumerate().map(origin).collect(),
            events: beside(None, "events"),
            contacts: beside(None, "contacts"),
            side_events: beside(self.sides.events.rows(), "events"),
            side_contacts: beside(self.sides.contacts.rows(), "contacts"),
        };
        Scratch {
            origins,
            known: vec![false; self.policy.fields.len()],
            moment: None,
            attributes: self.events.scratch(),
            met: Met::default(),
            quiet: Findings::default(),
            keys: Keys::new(),
        }
    }

    /// Reads some rows (by index, ascending) into a batch of this policy. Gives the rows that became leads, in the order of the batch; the
    /// others are among the rejects, not yet told as findings. `set` overrides fields.
    pub fn read(
        &self,
        rows: &Rows,
        which: &mut dyn Iterator<Item = usize>,
        set: &[(FieldId, String)],
        batch: &mut Batch,
        scratch: &mut Scratch,
        found: &mut Found,
    ) -> Vec<usize> {
        batch.clear();
        scratch.keys.shrink();
        let mut leads = Vec::new();
        let mut said = Said::default();
        for row in which {
            if let Err(reject) = self.begin(rows, row, &mut said, batch, scratch, found) {
                found.rejects.push(reject);
                continue;
            }
            let place = Place { line: rows.line(row), column: 1 };
            self.set(set, place, batch, found);
            let lead = self.open_lead(place, &said, batch);
            self.join(&[lead], None, batch, scratch, found);
            batch.finish();
            leads.push(row);
        }
        self.report_unmapped(scratch, found);
        leads
    }

    /// Opens a lead and reads the fields of a row into it. A row that cannot be used is given back, and its lead discarded.
    pub(super) fn begin<'t>(
        &self,
        rows: &'t Rows,
        row: usize,
        said: &mut Said<'t>,
        batch: &mut Batch,
        scratch: &mut Scratch,
        found: &mut Found,
    ) -> Result<(), Reject> {
        let line = rows.line(row);
        scratch.known.fill(false);
        scratch.moment = None;
        batch.begin("");
        let usable = match rows {
            Rows::Table(cells) => {
                self.table(line, &cells[row].1, batch, scratch, found);
                Ok(())
            }
            Rows::Objects { text, objects } => {
                self.object(objects[row].0, &text[objects[row].1.clone()], said, batch, scratch, found)
            }
        };
        if self.numbered {
            batch.set_id(&line.to_string());
            scratch.known[BuiltIn::Id as usize] = true;
        }
        let usable = usable.and_then(|()| match scratch.known[BuiltIn::Id as usize] {
            true => Ok(()),
            false => Err((Place { line, column: 1 }, no_id_in(rows))),
        });
        usable.map_err(|(place, reason)| {
            batch.discard();
            Reject { file: self.file.clone(), place, reason, raw: rows.raw(row) }
        })
    }

    /// Overrides fields of the open lead.
    pub(super) fn set(&self, set: &[(FieldId, String)], place: Place, batch: &mut Batch, found: &mut Found) {
        for (field, text) in set {
            let origin = Origin { file: "--set".into(), column: "".into(), place };
            batch.forget(*field);
            self.plan.read(&self.plan.fields[field.index()], text, batch, &origin, &mut found.findings);
        }
    }

    fn table(&self, line: u64, cells: &[String], batch: &mut Batch, scratch: &mut Scratch, found: &mut Found) {
        let Some(header) = &self.header else { return };
        found.findings.all_placed();
        for (column, field) in header.fields.iter().enumerate() {
            let Some(field) = *field else { continue };
            let origin = &mut scratch.origins.cells[column];
            origin.place.line = line;
            let plan = &self.plan.fields[field];
            if !scratch.known[field] && self.plan.read(plan, &cells[column], batch, origin, &mut found.findings) {
                scratch.known[field] = true;
                if self.newest_by == Some(field) {
                    scratch.moment = self.moment(plan, &cells[column]);
                }
                if field == BuiltIn::Id as usize {
                    batch.set_id(trimmed(&cells[column]));
                }
            }
        }
        found.findings.place_cells(|place| header.locate(cells, place));
    }

    fn object<'t>(
        &self,
        begin: Place,
        text: &'t str,
        said: &mut Said<'t>,
        batch: &mut Batch,
        scratch: &mut Scratch,
        found: &mut Found,
    ) -> Result<(), (Place, String)> {
        let line = begin.line;
        let Scratch { origins, known, keys, moment, .. } = scratch;
        let fills = &|key: &str| self.fills(key);
        let plans = Plans { lead: fills, events: &self.events, contacts: &self.contacts };
        let result = json::read(text, Place { line, column: 1 }, plans, keys, said);
        let Said { values, members, .. } = said;
        for (name, value) in values.drain(..) {
            let Fills::Field(at, _) = keys.lead.fills(name) else {
                keys.lead.count(name, line);
                continue;
            };
            self.filled[at].store(true, Ordering::Relaxed);
            if !known[at] {
                let origin = &mut origins.cells[at];
                origin.place.line = line;
                if let (true, Value::Text(text)) = (self.newest_by == Some(at), &value) {
                    *moment = self.moment(&self.plan.fields[at], text);
                }
                known[at] = self.value(&self.plan.fields[at], value, members, batch, origin, &mut found.findings);
            }
        }
        result.map_err(|error| {
            let at = where_broken(text, &error);
            let place = match at.line {
                1 => Place { line, column: begin.column + at.column - 1 },
                below => Place { line: line + below - 1, column: at.column },
            };
            match text.trim_start().starts_with('{') {
                true => (place, why_broken(text, &error)),
                false => {
                    (begin, "this is no lead; a lead is an object in braces with a key for each field".to_string())
                }
            }
        })
    }

    /// What a key of an object fills.
    fn fills(&self, key: &str) -> Fills {
        match key {
            "events" => Fills::Events,
            "contacts" => Fills::Contacts,
            key => self.plan.column(key).map_or(Fills::Nothing, |at| {
                Fills::Field(at, matches!(self.plan.fields[at].kind, Kind::Number { .. }))
            }),
        }
    }

    fn value(
        &self,
        plan: &FieldPlan,
        value: Value<'_>,
        members: &[Cow<'_, str>],
        batch: &mut Batch,
        origin: &Origin,
        findings: &mut Findings,
    ) -> bool {
        match value {
            Value::Null => false,
            Value::Text(text) => {
                let known = self.plan.read(plan, &text, batch, origin, findings);
                if known && plan.id == BuiltIn::Id.field() {
                    batch.set_id(trimmed(&text));
                }
                known
            }
            Value::Literal(text) => {
                let known = self.plan.read_literal(plan, &text, batch, origin, findings);
                if known && plan.id == BuiltIn::Id.field() {
                    batch.set_id(&text);
                }
                known
            }
            Value::List(range) => match &plan.kind {
                Kind::Set(choices, _) => {
                    let none = range.is_empty();
                    // A spelling of *not known* as a member says nothing; a list of nothing else is not known.
                    let said = |m: &&str| !plan.unknown.hold(m) || plan.empty.hold(m);
                    let texts = || members[range.clone()].iter().map(|m| trimmed(m)).filter(said);
                    let known = none || texts().next().is_some();
                    if known {
                        self.plan.members(plan, choices, texts(), batch, origin, findings);
                    }
                    known
                }
                _ => {
                    not_plain(plan, "a list", origin, findings);
                    false
                }
            },
            Value::Other => {
                not_plain(plan, "an object or a list of them", origin, findings);
                false
            }
        }
    }

    pub(super) fn report_unmapped(&self, scratch: &mut Scratch, found: &mut Found) {
        let told = |key: &str| !key.is_empty() && !self.beside.contains(&fold(key));
        for (key, count, line) in scratch.keys.lead.take_counted().into_iter().filter(|(key, ..)| told(key)) {
            let mut finding = unmapped_finding(&self.file, &key, Place { line, column: 1 }, self.policy);
            finding.count = count;
            found.findings.push(finding);
        }
    }
}

fn mapped<C>(header: &[String], column: impl Fn(&str) -> Option<C>) -> Vec<(usize, C)> {
    header.iter().enumerate().filter_map(|(i, h)| Some((i, column(h)?))).collect()
}

fn not_plain(plan: &FieldPlan, what: &str, origin: &Origin, findings: &mut Findings) {
    let key = Key {
        kind: "unmatched-value",
        file: origin.file.clone(),
        column: Some(origin.column.clone()),
        value: Some(what.into()),
    };
    findings.count(key, Some(origin.place), Severity::Warning, || {
        (format!("`{}`: {what} is no value of the field and counts as not known", plan.name), None)
    });
}

fn no_id_in(rows: &Rows) -> String {
    match rows {
        Rows::Objects { objects, .. } if objects.len() == 1 => {
            "the row has no id; if the leads stand in a list inside this object, save that list alone".to_string()
        }
        _ => "the row has no id".to_string(),
    }
}
