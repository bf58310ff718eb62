//! Behaviour and contacts of leads from files of their own: rows in memory, found by what they are joined by.

use super::account_key::AccountKey;
use super::findings::{Counts, Findings, Key, Place, Reject, Severity, shown};
use super::table::{FileError, Row, Table};
use crate::policy::import::Settings;
use crate::policy::text::UNKNOWN_SPELLINGS;
use hashbrown::HashMap;
use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What is known of behaviour, or of contacts, beside what the leads themselves bring.
#[derive(Debug)]
pub enum Side {
    /// Nothing was supplied: what depends on it is unknown.
    NotSupplied,
    /// It was said that there is none.
    None,
    /// A file.
    Rows(SideRows),
}

impl Side {
    /// Whether this kind of data was supplied for every lead.
    pub fn supplied(&self) -> bool {
        !matches!(self, Side::NotSupplied)
    }

    /// The file, if there is one.
    pub fn rows(&self) -> Option<&SideRows> {
        if let Side::Rows(rows) = self { Some(rows) } else { None }
    }
}

/// Which columns of a side file say whose row it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Joins {
    pub lead: Option<usize>,
    pub email: Option<usize>,
    pub account: Option<usize>,
    /// Rows without the id of a lead join by all columns they fill, not only by the first of them. Contacts do, since their address is their
    /// own and says of what account they are only by chance; behaviour does not, or it would count for every lead of an account.
    pub every: bool,
}

/// The rows of one side file.
#[derive(Debug)]
pub struct SideRows {
    pub file: Arc<str>,
    pub header: Vec<String>,
    /// All cells behind one another, and where each ends: millions of rows stay two allocations.
    text: String,
    ends: Vec<usize>,
    lines: Vec<u64>,
    groups: HashMap<String, usize>,
    rows: Vec<Vec<u32>>,
    claimed: Vec<AtomicBool>,
    footer: Option<(usize, u64)>,
}

impl SideRows {
    /// Reads a whole file. `joins` tells from the header what rows are joined by; rows that are no rows go to `rejects`.
    pub fn read(
        bytes: impl Read,
        file: &Arc<str>,
        settings: &Settings,
        joins: impl FnOnce(&[String]) -> Joins,
        counts: &mut Counts,
        rejects: &mut Vec<Reject>,
    ) -> Result<SideRows, FileError> {
        let mut table = Table::open(bytes, settings)?;
        let joins = joins(&table.header);
        if joins.lead.is_none() && joins.email.is_none() && joins.account.is_none() {
            return Err(FileError {
                place: Place { line: 1, column: 1 },
                message: "no column says which lead a row belongs to".to_string(),
                help: "name a column `lead` (the id of the lead) or `email`, or map one in an import".to_string(),
            });
        }
        let mut side = SideRows {
            file: file.clone(),
            header: table.header.clone(),
            text: String::new(),
            ends: Vec::new(),
            lines: Vec::new(),
            groups: HashMap::new(),
            rows: Vec::new(),
            claimed: Vec::new(),
            footer: None,
        };
        while let Some(row) = table.next_row()? {
            counts.read += 1;
            match row {
                Row::Cells(line, cells) => side.push(line, &cells, joins, &settings.unknown),
                Row::Bad(bad) => {
                    counts.rejected += 1;
                    let place = Place { line: bad.line, column: 1 };
                    rejects.push(Reject { file: file.clone(), place, reason: bad.reason, raw: written(&bad.cells) });
                }
            }
        }
        side.footer = table.footer;
        Ok(side)
    }

    fn push(&mut self, line: u64, cells: &[String], joins: Joins, unknown: &[String]) {
        let row = self.lines.len() as u32;
        self.lines.push(line);
        for cell in cells {
            self.text.push_str(cell.trim());
            self.ends.push(self.text.len());
        }
        let says = |c: &&str| {
            !UNKNOWN_SPELLINGS.iter().any(|s| s.eq_ignore_ascii_case(c))
                && !unknown.iter().any(|s| s.eq_ignore_ascii_case(c))
        };
        let cell = |at: Option<usize>| at.map(|i| cells[i].trim()).filter(says);
        match (cell(joins.lead), cell(joins.email), cell(joins.account).and_then(by_account)) {
            (Some(lead), ..) => self.group(by_lead(lead), row),
            (None, Some(email), Some(account)) if joins.every => {
                self.group(by_email(email), row);
                self.group(account, row);
            }
            (None, Some(email), _) => self.group(by_email(email), row),
            (None, None, Some(account)) => self.group(account, row),
            (None, None, None) => self.group(String::new(), row),
        }
    }

    fn group(&mut self, key: String, row: u32) {
        let next = self.rows.len();
        let group = *self.groups.entry(key).or_insert(next);
        if group == next {
            self.rows.push(Vec::new());
            self.claimed.push(AtomicBool::new(false));
        }
        self.rows[group].push(row);
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The trimmed cell of a row.
    pub fn cell(&self, row: u32, column: usize) -> &str {
        let at = row as usize * self.header.len() + column;
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start..self.ends[at]]
    }

    /// The line a row begins in.
    pub fn line(&self, row: u32) -> u64 {
        self.lines[row as usize]
    }

    /// A row as it would be written again.
    pub fn raw(&self, row: u32) -> Vec<u8> {
        let cells: Vec<String> = (0..self.header.len()).map(|c| self.cell(row, c).to_string()).collect();
        written(&cells)
    }

    /// The rows of a lead in the order of the file, which count as joined from now on.
    pub fn of(&self, id: &str, email: Option<&str>, account: Option<&str>) -> Vec<u32> {
        let keys = [Some(by_lead(id)), email.map(by_email), account.and_then(by_account)];
        let mut found = Vec::new();
        for key in keys.into_iter().flatten() {
            if let Some(&group) = self.groups.get(&key) {
                self.claimed[group].store(true, Ordering::Relaxed);
                found.extend_from_slice(&self.rows[group]);
            }
        }
        // A lead that is joined by its address, too, has its rows in the order of the file; most have one group, or none.
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Says which lines of a report footer were passed over.
    pub fn report_footer(&self, findings: &mut Findings) {
        report_footer(&self.file, self.footer, findings);
    }

    /// Counts the rows whose lead was not met, once all leads are read.
    pub fn report_unjoined(&self, what: &str, findings: &mut Findings) -> u64 {
        let mut lost = 0;
        // A row in two groups is joined by either, and told of once.
        let mut told = vec![false; self.len()];
        let claimed = self.rows.iter().zip(&self.claimed).filter(|(_, claimed)| claimed.load(Ordering::Relaxed));
        claimed.flat_map(|(rows, _)| rows).for_each(|row| told[*row as usize] = true);
        let mut groups: Vec<(&String, &usize)> = self.groups.iter().collect();
        groups.sort_by_key(|(_, group)| **group);
        for (key, &group) in groups {
            if self.claimed[group].load(Ordering::Relaxed) {
                continue;
            }
            for row in &self.rows[group] {
                if std::mem::replace(&mut told[*row as usize], true) {
                    continue;
                }
                lost += 1;
                let name = key.get(1..).unwrap_or("");
                let value = (!name.is_empty()).then(|| shown(name).into());
                let key = Key { kind: "unknown-lead", file: self.file.clone(), column: None, value };
                let place = Place { line: self.line(*row), column: 1 };
                findings.count(key, Some(place), Severity::Warning, || match name.is_empty() {
                    true => (
                        format!("{what} that names no lead is left out"),
                        Some("fill the column of the lead's id".into()),
                    ),
                    false => (
                        format!("no lead is `{}`; its {what} is left out", shown(name)),
                        Some("is the leads file complete?".into()),
                    ),
                });
            }
        }
        lost
    }
}

/// Says which lines of a report footer were passed over: how many, and the first.
pub(super) fn report_footer(file: &Arc<str>, footer: Option<(usize, u64)>, findings: &mut Findings) {
    let Some((lines, first)) = footer else { return };
    let key = Key { kind: "report-footer", file: file.clone(), column: None, value: None };
    findings.count(key, Some(Place { line: first, column: 1 }), Severity::Note, || {
        let what = if lines == 1 { "1 line".to_string() } else { format!("{lines} lines") };
        (format!("the footer of a report ({what} after a blank one) is passed over"), None)
    });
}

fn by_lead(id: &str) -> String {
    format!("i{}", id.trim())
}

fn by_email(email: &str) -> String {
    format!("e{}", email.trim().to_ascii_lowercase())
}

/// `None` for a domain of free mail: whoever has an address there is no colleague of the others.
fn by_account(account: &str) -> Option<String> {
    Some(format!("a{}", AccountKey::of(account)?.named()?))
}

/// Cells as a line of CSV, without its end.
pub(super) fn written(cells: &[String]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    // Writing to memory does not fail.
    let _ = writer.write_record(cells);
    let mut bytes = writer.into_inner().unwrap_or_default();
    while bytes.last().is_some_and(|b| *b == b'\n' || *b == b'\r') {
        bytes.pop();
    }
    bytes
}
