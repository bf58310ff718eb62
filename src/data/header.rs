//! The header of a table of leads: which column fills which field, where cells stand, and what is missing.

use super::findings::{Findings, Key, Place, Severity, shown};
use super::plan::Plan;
use super::reader::Reader;
use super::table::{FileError, Written};
use crate::policy::import::Import;
use crate::policy::text::{fold, nearest};
use crate::policy::{BuiltIn, Policy};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// The columns of a table of leads.
#[derive(Debug)]
pub(super) struct Header {
    pub names: Vec<String>,
    /// By column: the field it fills.
    pub fields: Vec<Option<usize>>,
    pub written: Written,
}

impl Header {
    /// Of several columns that fill one field, the first that is not blank counts; which they are is said.
    pub fn report_repeated(&self, reader: &Reader<'_>, findings: &mut Findings) {
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

    /// Where a cell begins, from its number.
    pub fn locate(&self, cells: &[String], place: Place) -> Place {
        self.written.locate(cells, place)
    }
}

/// Says which columns of a table fill no field of any policy, and which fields no column fills.
pub fn report_header(readers: &[Reader<'_>], findings: &mut Findings) {
    let Some((first, header)) = readers.first().and_then(|r| Some((r, r.header.as_ref()?))) else { return };
    for (column, name) in header.names.iter().enumerate() {
        let fills = |r: &Reader<'_>| r.header.as_ref().is_some_and(|h| h.fields[column].is_some());
        if !readers.iter().any(fills) && !first.beside.contains(&fold(name)) {
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

/// For a table without a column of ids. An import of the policy that knows one of its columns as the id is most likely the one that is meant.
pub(super) fn no_id(policy: &Policy, header: &[String]) -> FileError {
    let is_id = |import: &&Import| {
        let plan = Plan::new(policy, Some(import));
        header.iter().any(|name| plan.column(name) == Some(BuiltIn::Id as usize))
    };
    let import = policy.imports.iter().find(is_id);
    let near = nearest("id", header.iter().map(String::as_str));
    let names: Vec<String> = header.iter().take(6).map(|h| format!("`{}`", shown(h))).collect();
    FileError {
        place: Place { line: 1, column: 1 },
        message: format!("no column holds the ids of the leads (the header begins {})", names.join(", ")),
        help: match (import, near) {
            (Some(import), _) => format!("`--import {}` knows this header", import.name),
            (None, Some(near)) => format!("is `{}` meant? map it in an import: `leads {{ id: \"{0}\" }}`", shown(near)),
            (None, None) => {
                let map =
                    "map the column in an import, `leads { id: \"Record ID\" }`, or count rows with `--number-rows`";
                format!("does the file begin with a line of headers? {map}")
            }
        },
    }
}

pub(super) fn unmapped_finding(file: &Arc<str>, name: &str, place: Place, policy: &Policy) -> super::findings::Finding {
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
