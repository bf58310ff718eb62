//! The header of a table of leads: which column fills which field, where cells stand, and what is missing.

use super::findings::{Finding, Findings, Key, Place, Severity, shown};
use super::reader::Reader;
use super::table::{FileError, Written};
use crate::policy::Policy;
use crate::policy::text::nearest;
use std::sync::Arc;

/// The columns of a table of leads.
#[derive(Debug)]
pub(super) struct Header {
    pub names: Vec<String>,
    /// By column: the field it fills.
    pub fields: Vec<Option<usize>>,
    pub written: Written,
}

impl Header {
    /// Where a cell begins, from its number: as a program writes the row, with quotes around every cell or only where they are needed.
    pub fn locate<'c>(&self, cells: impl Iterator<Item = &'c str>, place: Place) -> Place {
        let (mut line, mut column) = (place.line, 1);
        let delimiter = char::from(self.written.delimiter);
        let needs = |c: &str| self.written.quoted || c.contains(['"', '\n', delimiter]);
        for cell in cells.take((place.column as usize).saturating_sub(1)) {
            let quotes = if needs(cell) { 2 + cell.matches('"').count() } else { 0 };
            if let Some((before, last)) = cell.rsplit_once('\n') {
                line += 1 + before.matches('\n').count() as u64;
                column = last.chars().count() + 3;
            } else {
                column += cell.chars().count() + quotes + 1;
            }
        }
        Place { line, column: column as u32 }
    }
}

/// Says which columns of a table fill no field of any policy, and which fields no column fills.
pub fn report_header(readers: &[Reader<'_>], findings: &mut Findings) {
    let Some((first, header)) = readers.first().and_then(|r| Some((r, r.header.as_ref()?))) else { return };
    for (column, name) in header.names.iter().enumerate() {
        let fills = |r: &Reader<'_>| r.header.as_ref().is_some_and(|h| h.fields[column].is_some());
        if !readers.iter().any(fills) {
            let place = header.locate(header.names.iter().map(String::as_str), Place { line: 1, column: column as u32 + 1 });
            findings.push(unmapped_finding(&first.file, name, place, first.policy));
        }
    }
    for reader in readers {
        let Some(header) = &reader.header else { continue };
        for (at, field) in reader.policy.fields.iter().enumerate().filter(|(_, f)| !f.built_in) {
            if header.fields.contains(&Some(at)) {
                continue;
            }
            let free = header.names.iter().zip(&header.fields).filter(|(_, f)| f.is_none()).map(|(n, _)| n.as_str());
            let near = nearest(&field.name, free).map(|n| format!("is `{}` meant?", shown(n)));
            let key = Key {
                kind: "unfilled-field",
                file: reader.file.clone(),
                column: Some(field.name.as_str().into()),
                value: None,
            };
            findings.count(key, Some(Place { line: 1, column: 1 }), Severity::Warning, || {
                let help = near.unwrap_or_else(|| "name its column in `lead` or in an import".to_string());
                (format!("no column fills `{}`; it is not known for any lead", field.name), Some(help))
            });
        }
    }
}

pub(super) fn no_id(header: &[String]) -> FileError {
    let near = nearest("id", header.iter().map(String::as_str));
    let names: Vec<String> = header.iter().take(6).map(|h| format!("`{}`", shown(h))).collect();
    FileError {
        place: Place { line: 1, column: 1 },
        message: format!("no column holds the ids of the leads (the header begins {})", names.join(", ")),
        help: match near {
            Some(near) => format!("is `{}` meant? map it in an import: `leads {{ id: \"{0}\" }}`", shown(near)),
            None => {
                "map it in an import, `leads { id: \"Record ID\" }`, or count rows with `--number-rows`".to_string()
            }
        },
    }
}

pub(super) fn unmapped_finding(file: &Arc<str>, name: &str, place: Place, policy: &Policy) -> Finding {
    let near = nearest(name, policy.fields.iter().filter(|f| !f.built_in).map(|f| f.name.as_str()));
    Finding {
        severity: Severity::Note,
        key: Key { kind: "unmapped-column", file: file.clone(), column: Some(shown(name).into()), value: None },
        message: format!("`{}` fills no field and is passed over", shown(name)),
        help: near.map(|n| format!("if `{n}` is meant, name the column there")),
        count: 1,
        places: vec![place],
    }
}

