//! Rows of leads, with their behaviour and contacts joined in, into a batch: as one policy and one import say they are written.

use super::cell::{Origin, is_one_of};
use super::contacts::{ContactColumn, ContactPlan, RawContact};
use super::events::{EventColumn, EventPlan, Passed, RawEvent, Taken};
use super::findings::{Findings, Key, Place, Reject, Severity, shown};
use super::json::{self, Value};
use super::plan::{FieldPlan, Kind, Plan};
use super::side::{Joins, Side, SideRows};
use super::source::Rows;
use super::table::{FileError, Written};
use crate::engine::facts::{Batch, EventFact};
use crate::policy::import::Import;
use crate::policy::text::nearest;
use crate::policy::time::Instant;
use crate::policy::{BuiltIn, FieldId, Policy};
use hashbrown::{HashMap, HashSet};
use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

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
    policy: &'p Policy,
    plan: Plan,
    events: EventPlan<'p>,
    contacts: ContactPlan<'p>,
    file: Arc<str>,
    header: Option<Header>,
    event_columns: Vec<(usize, EventColumn)>,
    contact_columns: Vec<(usize, ContactColumn)>,
    sides: &'p Sides,
    numbered: bool,
    /// By field: whether a key of some object fills it.
    filled: Vec<AtomicBool>,
}

/// The columns of a table of leads.
#[derive(Debug)]
struct Header {
    names: Vec<String>,
    /// By column: the field it fills.
    fields: Vec<Option<usize>>,
    written: Written,
}

impl Header {
    /// Of several columns that fill one field, the first that is not blank counts; which they are is said.
    fn report_repeated(&self, reader: &Reader<'_>, findings: &mut Findings) {
        for (column, name) in self.names.iter().enumerate() {
            let Some(field) = self.fields[column] else { continue };
            let Some(before) = self.fields[..column].iter().position(|f| *f == Some(field)) else { continue };
            let place = self.locate(&self.names, Place { line: 1, column: column as u32 + 1 });
            let key = Key {
                kind: "repeated-column",
                file: reader.file.clone(),
                column: Some(shown(name).into()),
                value: None,
            };
            let (field, before) = (&reader.policy.fields[field].name, shown(&self.names[before]));
            findings.count(key, Some(place), Severity::Note, || {
                (format!("`{}` fills `{field}` only where `{before}` says nothing", shown(name)), None)
            });
        }
    }

    fn locate(&self, cells: &[String], place: Place) -> Place {
        self.written.locate(cells, place)
    }
}

/// What is known of one lead while its events are read.
struct Known<'a> {
    /// Names of contacts and their places; `None` where no contacts were supplied.
    people: Option<&'a [(String, u32)]>,
    /// Events that were met already.
    met: &'a mut HashSet<u64>,
}

/// Memory that reading a chunk needs again and again; one for each thread and policy.
#[derive(Debug)]
pub struct Scratch {
    /// By column of a table, or by field for JSON.
    origins: Vec<Origin>,
    known: Vec<bool>,
    attributes: Batch,
    met: HashSet<u64>,
    quiet: Findings,
    /// Keys of JSON that fill nothing: how often, and where first.
    unmapped: HashMap<String, (u64, u64)>,
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
            return Err(no_id(&header.names));
        }
        let mut reader = Reader {
            policy,
            plan,
            events,
            contacts,
            file: file.clone(),
            header,
            event_columns: Vec::new(),
            contact_columns: Vec::new(),
            sides,
            numbered,
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
        Scratch {
            origins: names.iter().enumerate().map(origin).collect(),
            known: vec![false; self.policy.fields.len()],
            attributes: self.events.scratch(),
            met: HashSet::new(),
            quiet: Findings::default(),
            unmapped: HashMap::new(),
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
        let mut leads = Vec::new();
        for row in which {
            let line = rows.line(row);
            scratch.known.fill(false);
            batch.begin("");
            let nested = match rows {
                Rows::Table(cells) => {
                    self.table(line, &cells[row].1, batch, scratch, found);
                    Ok(json::Nested::default())
                }
                Rows::Objects { text, objects } => {
                    self.object(objects[row].0, &text[objects[row].1.clone()], batch, scratch, found)
                }
            };
            if self.numbered {
                batch.set_id(&line.to_string());
                scratch.known[BuiltIn::Id as usize] = true;
            }
            let place = Place { line, column: 1 };
            match nested {
                Err((place, reason)) => {
                    found.rejects.push(Reject { file: self.file.clone(), place, reason, raw: rows.raw(row) });
                    batch.discard();
                }
                Ok(_) if !scratch.known[BuiltIn::Id as usize] => {
                    let reason = no_id_in(rows);
                    found.rejects.push(Reject { file: self.file.clone(), place, reason, raw: rows.raw(row) });
                    batch.discard();
                }
                Ok(nested) => {
                    for (field, text) in set {
                        let origin = Origin { file: "--set".into(), column: "".into(), place };
                        let plan = &self.plan.fields[field.index()];
                        clear(plan, batch);
                        self.plan.read(plan, text, batch, &origin, &mut found.findings);
                    }
                    self.join(place, nested, batch, scratch, found);
                    batch.finish();
                    leads.push(row);
                }
            }
        }
        self.report_unmapped(scratch, found);
        leads
    }

    fn table(&self, line: u64, cells: &[String], batch: &mut Batch, scratch: &mut Scratch, found: &mut Found) {
        let Some(header) = &self.header else { return };
        found.findings.all_placed();
        for (column, field) in header.fields.iter().enumerate() {
            let Some(field) = *field else { continue };
            let origin = &mut scratch.origins[column];
            origin.place.line = line;
            let plan = &self.plan.fields[field];
            if !scratch.known[field] && self.plan.read(plan, &cells[column], batch, origin, &mut found.findings) {
                scratch.known[field] = true;
                if field == BuiltIn::Id as usize {
                    batch.set_id(cells[column].trim());
                }
            }
        }
        found.findings.place_cells(|place| header.locate(cells, place));
    }

    fn object<'t>(
        &self,
        begin: Place,
        text: &'t str,
        batch: &mut Batch,
        scratch: &mut Scratch,
        found: &mut Found,
    ) -> Result<json::Nested<'t>, (Place, String)> {
        let line = begin.line;
        let Scratch { origins, known, unmapped, .. } = scratch;
        let mut field = |key: &str, value: Value<'t>| {
            let Some(at) = self.plan.column(key) else {
                if !key.is_empty() {
                    match unmapped.get_mut(key) {
                        Some((count, _)) => *count += 1,
                        None => _ = unmapped.insert(key.to_string(), (1, line)),
                    }
                }
                return;
            };
            if known[at] {
                return;
            }
            self.filled[at].store(true, Ordering::Relaxed);
            let origin = &mut origins[at];
            origin.place.line = line;
            known[at] = self.value(&self.plan.fields[at], value, batch, origin, &mut found.findings);
        };
        let place = Place { line, column: 1 };
        json::read(text, place, (&self.events, &self.contacts), &mut field).map_err(|error| {
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

    fn value(
        &self,
        plan: &FieldPlan,
        value: Value<'_>,
        batch: &mut Batch,
        origin: &Origin,
        findings: &mut Findings,
    ) -> bool {
        match value {
            Value::Null => false,
            Value::Text(text) => {
                let known = self.plan.read(plan, &text, batch, origin, findings);
                if known && plan.id == BuiltIn::Id.field() {
                    batch.set_id(text.trim());
                }
                known
            }
            Value::Literal(text) => {
                let known = self.plan.read_literal(plan, text, batch, origin, findings);
                if known && plan.id == BuiltIn::Id.field() {
                    batch.set_id(text);
                }
                known
            }
            Value::List(members) => match &plan.kind {
                Kind::Set(choices, _) => {
                    // A spelling of *not known* as a member says nothing; a list of nothing else is not known.
                    let said = |m: &&str| !is_one_of(m, &plan.unknown) || is_one_of(m, &plan.empty);
                    let texts: Vec<&str> = members.iter().map(|m| m.trim()).filter(said).collect();
                    let known = !texts.is_empty() || members.is_empty();
                    if known {
                        self.plan.members(plan, choices, texts.into_iter(), batch, origin, findings);
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

    /// Contacts first, because events name them.
    fn join(
        &self,
        place: Place,
        nested: json::Nested<'_>,
        batch: &mut Batch,
        scratch: &mut Scratch,
        found: &mut Found,
    ) {
        let sides = self.sides;
        let id = batch.open_id().to_string();
        let (by_email, by_account) = match (&sides.events, &sides.contacts) {
            (Side::Rows(_), _) | (_, Side::Rows(_)) => (
                batch.open_text(BuiltIn::Email.field()).map(str::to_string),
                self.policy.account.as_ref().and_then(|a| batch.open_text(a.by)).map(str::to_string),
            ),
            _ => (None, None),
        };
        let mine = |rows: &SideRows| rows.of(&id, by_email.as_deref(), by_account.as_deref());
        let mut people: Vec<(String, u32)> = Vec::new();
        let contacts_supplied = sides.contacts.supplied() || nested.contacts.is_some();
        if contacts_supplied {
            batch.supply_contacts();
        }
        for raw in nested.contacts.into_iter().flatten() {
            let origin = self.origin(&self.file, "contacts", place);
            self.contact(&raw, &origin, &mut people, batch, &mut found.findings);
        }
        if let Some(rows) = sides.contacts.rows() {
            for row in mine(rows) {
                let mut raw = RawContact::at_place(Place { line: rows.line(row), column: 1 });
                for (cell, column) in &self.contact_columns {
                    raw.set(*column, Cow::Borrowed(rows.cell(row, *cell)));
                }
                let origin = self.origin(&rows.file, "contacts", raw.place);
                self.contact(&raw, &origin, &mut people, batch, &mut found.findings);
            }
        }
        if sides.events.supplied() || nested.events.is_some() {
            batch.supply_events();
        }
        let people = contacts_supplied.then_some(people.as_slice());
        if let Some(events) = nested.events.filter(|e| !e.is_empty()) {
            scratch.met.clear();
            let known = &mut Known { people, met: &mut scratch.met };
            let origin = self.origin(&self.file, "events", place);
            for raw in &events {
                match self.events.take(raw, &mut scratch.attributes, &origin, &mut found.findings) {
                    Ok(taken) => self.event(raw, taken, &origin, known, batch, found),
                    Err(passed) => {
                        self.events.report(&passed, raw, &origin, &mut found.findings);
                    }
                }
            }
        }
        if let Some(rows) = sides.events.rows() {
            scratch.met.clear();
            let known = &mut Known { people, met: &mut scratch.met };
            for row in mine(rows) {
                let raw = self.raw_event(rows, row);
                let origin = self.origin(&rows.file, "events", raw.place);
                // What cannot be read was told when the file was checked as a whole.
                if let Ok(taken) = self.events.take(&raw, &mut scratch.attributes, &origin, &mut scratch.quiet) {
                    self.event(&raw, taken, &origin, known, batch, found);
                }
            }
            scratch.quiet = Findings::default();
        }
    }

    fn origin(&self, file: &Arc<str>, column: &'static str, place: Place) -> Origin {
        Origin { file: file.clone(), column: column.into(), place }
    }

    fn raw_event<'r>(&self, rows: &'r SideRows, row: u32) -> RawEvent<'r> {
        let mut raw = RawEvent::at_place(Place { line: rows.line(row), column: 1 });
        for (cell, column) in &self.event_columns {
            raw.set(*column, Cow::Borrowed(rows.cell(row, *cell)));
        }
        raw
    }

    /// The same person twice is one person, with all roles and the furthest status.
    fn contact(
        &self,
        raw: &RawContact<'_>,
        origin: &Origin,
        people: &mut Vec<(String, u32)>,
        batch: &mut Batch,
        findings: &mut Findings,
    ) {
        let fact = self.contacts.fact(raw, batch, origin, findings);
        let keys: Vec<String> = self.contacts.keys_of(raw).collect();
        let same = keys.iter().find_map(|k| people.iter().find(|(p, _)| p.eq_ignore_ascii_case(k)).map(|(_, at)| *at));
        let at = match same {
            Some(at) => {
                batch.merge_contact(at, fact);
                let key = Key { kind: "repeated-person", file: origin.file.clone(), column: None, value: None };
                findings.count(key, Some(raw.place), Severity::Note, || {
                    ("a person of a lead is named again; both rows count as one person".to_string(), None)
                });
                at
            }
            None => batch.push_contact(fact),
        };
        people.extend(keys.into_iter().map(|k| (k, at)));
    }

    fn event(
        &self,
        raw: &RawEvent<'_>,
        taken: Taken<'_>,
        origin: &Origin,
        known: &mut Known<'_>,
        batch: &mut Batch,
        found: &mut Found,
    ) {
        let note = |kind, severity, message: String, help: Option<&str>, findings: &mut Findings| {
            let key = Key { kind, file: origin.file.clone(), column: None, value: None };
            findings.count(key, Some(raw.place), severity, || (message, help.map(str::to_string)));
        };
        if !known.met.insert(taken.same) {
            let message = "the same event again; it counts once".to_string();
            return note("repeated-event", Severity::Note, message, None, &mut found.findings);
        }
        if self.events.is_later(taken.at) {
            let message = "an event after the as-of has not happened yet and does not count".to_string();
            note("later-event", Severity::Note, message, None, &mut found.findings);
        }
        let who = raw.contact();
        let contact = known.people.filter(|_| self.events.says(who)).and_then(|people| {
            let met = people.iter().find(|(key, _)| key.eq_ignore_ascii_case(who)).map(|(_, at)| *at);
            if met.is_none() {
                let message = "an event is by somebody who is no contact of its lead; it counts, but for nobody's role";
                let help = Some("add the person to the contacts");
                note("unknown-person", Severity::Warning, message.to_string(), help, &mut found.findings);
            }
            met
        });
        let kind = batch.kind_of(&taken.signals);
        batch.push_event(EventFact { at: taken.at, kind, contact });
    }

    fn report_unmapped(&self, scratch: &mut Scratch, found: &mut Found) {
        let mut unmapped: Vec<(String, (u64, u64))> = scratch.unmapped.drain().collect();
        unmapped.sort_by(|a, b| a.1.1.cmp(&b.1.1).then(a.0.cmp(&b.0)));
        for (key, (count, line)) in unmapped {
            let mut finding = unmapped_finding(&self.file, &key, Place { line, column: 1 }, self.policy);
            finding.count = count;
            found.findings.push(finding);
        }
    }
}

/// Says which columns of a table fill no field of any policy, and which fields no column fills.
pub fn report_header(readers: &[Reader<'_>], findings: &mut Findings) {
    let Some((first, header)) = readers.first().and_then(|r| Some((r, r.header.as_ref()?))) else { return };
    for (column, name) in header.names.iter().enumerate() {
        let fills = |r: &Reader<'_>| r.header.as_ref().is_some_and(|h| h.fields[column].is_some());
        if !readers.iter().any(fills) {
            let place = header.locate(&header.names, Place { line: 1, column: column as u32 + 1 });
            findings.push(unmapped_finding(&first.file, name, place, first.policy));
        }
    }
    for reader in readers {
        let Some(header) = &reader.header else { continue };
        header.report_repeated(reader, findings);
        for (at, _) in reader.policy.fields.iter().enumerate().filter(|(_, f)| !f.built_in) {
            if header.fields.contains(&Some(at)) {
                continue;
            }
            let free = header.names.iter().zip(&header.fields).filter(|(_, f)| f.is_none()).map(|(n, _)| n.as_str());
            unfilled(reader, at, "column", free, findings);
        }
    }
}

/// Says which fields no key of any object fills; a table said so by its header. To be asked once all leads are read.
pub fn report_keys<'r, 'p: 'r>(readers: impl Iterator<Item = &'r Reader<'p>>, findings: &mut Findings) {
    let unmapped = findings.sorted().into_iter().filter(|f| f.key.kind == "unmapped-column");
    let free: Vec<Arc<str>> = unmapped.filter_map(|f| f.key.column.clone()).collect();
    for reader in readers.filter(|r| r.header.is_none()) {
        let filled = |at: usize| reader.filled[at].load(Ordering::Relaxed);
        if !(0..reader.filled.len()).any(filled) {
            continue;
        }
        for (at, _) in reader.policy.fields.iter().enumerate().filter(|(at, f)| !f.built_in && !filled(*at)) {
            unfilled(reader, at, "key", free.iter().map(|f| &**f), findings);
        }
    }
}

fn unfilled<'n>(
    reader: &Reader<'_>,
    field: usize,
    what: &str,
    free: impl Iterator<Item = &'n str>,
    findings: &mut Findings,
) {
    let field = &reader.policy.fields[field];
    let spellings = std::iter::once(&field.name).chain(&field.columns);
    let free: Vec<&str> = free.collect();
    let near = spellings.into_iter().find_map(|s| nearest(s, free.iter().copied()));
    let help = match near {
        Some(near) => format!("is `{0}` meant? name it there: `column \"{0}\"`, or in an import", shown(near)),
        None => format!("if the file has it, name its {what} in `lead` or in an import"),
    };
    let column = Some(field.name.as_str().into());
    let key = Key { kind: "unfilled-field", file: reader.file.clone(), column, value: None };
    if findings.has(&key) {
        return;
    }
    findings.count(key, Some(Place { line: 1, column: 1 }), Severity::Warning, || {
        (format!("no {what} fills `{}`; it is not known for any lead", field.name), Some(help))
    });
}

/// Looks at every row of the events file once, for all policies: what no policy can use is told, and rows without a time are rejected.
pub fn check_events(readers: &[Reader<'_>], found: &mut Found) {
    let Some(first) = readers.first() else { return };
    let Some(rows) = first.sides.events.rows() else { return };
    let mut scratch = first.scratch();
    let mut others: Vec<Batch> = readers.iter().map(|r| r.events.scratch()).collect();
    for row in 0..rows.len() as u32 {
        let raw = first.raw_event(rows, row);
        let origin = first.origin(&rows.file, "events", raw.place);
        let passed = match first.events.take(&raw, &mut scratch.attributes, &origin, &mut found.findings) {
            Ok(_) | Err(Passed::Condition) => continue,
            Err(passed) => passed,
        };
        let taken = readers.iter().zip(&mut others).skip(1).any(|(reader, attributes)| {
            let raw = reader.raw_event(rows, row);
            let taken = reader.events.take(&raw, attributes, &origin, &mut scratch.quiet);
            matches!(taken, Ok(_) | Err(Passed::Condition))
        });
        if taken {
            continue;
        }
        match &passed {
            Passed::Time(reason) => {
                first.events.report(&passed, &raw, &origin, &mut found.findings);
                let (file, reason) = (rows.file.clone(), reason.clone());
                found.rejects.push(Reject { file, place: raw.place, reason, raw: rows.raw(row) });
            }
            _ => first.events.report(&passed, &raw, &origin, &mut found.findings),
        }
    }
}

/// How a header of events or contacts joins to leads.
pub fn joins<C: PartialEq>(header: &[String], column: impl Fn(&str) -> Option<C>, named: [C; 3]) -> Joins {
    let find = |wanted: &C| header.iter().position(|h| column(h).as_ref() == Some(wanted));
    Joins { lead: find(&named[0]), email: find(&named[1]), account: find(&named[2]), every: false }
}

fn mapped<C>(header: &[String], column: impl Fn(&str) -> Option<C>) -> Vec<(usize, C)> {
    header.iter().enumerate().filter_map(|(i, h)| Some((i, column(h)?))).collect()
}

fn no_id(header: &[String]) -> FileError {
    let near = nearest("id", header.iter().map(String::as_str));
    let names: Vec<String> = header.iter().take(6).map(|h| format!("`{}`", shown(h))).collect();
    FileError {
        place: Place { line: 1, column: 1 },
        message: format!("no column holds the ids of the leads (the header begins {})", names.join(", ")),
        help: match near {
            Some(near) => format!("is `{}` meant? map it in an import: `leads {{ id: \"{0}\" }}`", shown(near)),
            None => {
                let map =
                    "map the column in an import, `leads { id: \"Record ID\" }`, or count rows with `--number-rows`";
                format!("does the file begin with a line of headers? {map}")
            }
        },
    }
}

fn unmapped_finding(file: &Arc<str>, name: &str, place: Place, policy: &Policy) -> super::findings::Finding {
    let fields = || policy.fields.iter().filter(|f| !f.built_in);
    let near = fields().find(|f| {
        let mut spellings = std::iter::once(&f.name).chain(&f.columns);
        spellings.any(|s| nearest(name, [s.as_str()]).is_some())
    });
    super::findings::Finding {
        severity: Severity::Note,
        key: Key { kind: "unmapped-column", file: file.clone(), column: Some(shown(name).into()), value: None },
        message: format!("`{}` fills no field and is passed over", shown(name)),
        help: near.map(|f| format!("if `{}` is meant, name the column there", f.name)),
        count: 1,
        places: vec![place],
    }
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

fn why_broken(text: &str, error: &serde_json::Error) -> String {
    match json::broken(text) {
        Some(_) => format!("this is not JSON: {}", plain(error)),
        None => format!("this is not a lead: {}", plain(error)),
    }
}

/// Where a text is broken, in lines and characters of the text.
fn where_broken(text: &str, error: &serde_json::Error) -> Place {
    let line = error.line().max(1);
    let bytes = error.column().saturating_sub(1);
    let written = text.split('\n').nth(line - 1).unwrap_or("");
    let before = written.char_indices().take_while(|(at, _)| *at < bytes).count();
    Place { line: line as u64, column: before as u32 + 1 }
}

/// What is wrong, in words for people; the place is told apart.
fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.rfind(" at line ").map_or(text.as_str(), |at| &text[..at]);
    if error.is_eof() {
        return "it ends before it is closed".to_string();
    }
    match text {
        "trailing characters" => {
            return "something follows the object; put each object in a line of its own".to_string();
        }
        "trailing comma" => return "there is a comma before the closing bracket".to_string(),
        "expected value" => return "a value is missing, or a text lacks its quotes".to_string(),
        "key must be a string" => return "a key lacks its quotes".to_string(),
        _ => {}
    }
    match text.strip_prefix("invalid type: ").and_then(|t| t.split_once(", expected ")) {
        Some((found, expected)) => {
            let found = match found {
                "sequence" => "a list",
                "map" => "an object",
                other => other,
            };
            format!("{expected} is expected here, not {found}")
        }
        None => text.to_string(),
    }
}

fn no_id_in(rows: &Rows) -> String {
    match rows {
        Rows::Objects { objects, .. } if objects.len() == 1 => {
            "the row has no id; if the leads stand in a list inside this object, save that list alone".to_string()
        }
        _ => "the row has no id".to_string(),
    }
}

fn clear(plan: &FieldPlan, batch: &mut Batch) {
    batch.forget(plan.id);
}
