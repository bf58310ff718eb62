//! A leads file as chunks of rows: tables and JSON alike, so that memory is bounded by the chunk and not by the file.

use super::findings::{Findings, Key, Place, Reject, Severity};
use super::side::written;
use super::split::Splitter;
use super::table::{FileError, Row, Table, Written};
use crate::policy::import::Settings;
use csv::StringRecord;
use std::io::{self, BufRead, BufReader, Read};
use std::ops::Range;
use std::sync::Arc;

/// Rows of leads.
#[derive(Debug)]
pub enum Rows {
    Table(TableRows),
    /// The line of each object and where its text stands.
    Objects { text: String, objects: Vec<(u64, Range<usize>)> },
}

/// Whole rows of a table, all cells behind one another.
#[derive(Debug, Default)]
pub struct TableRows {
    /// Where the row of each line begins in `ends`.
    lines: Vec<(u64, usize)>,
    text: String,
    /// Where each cell ends.
    ends: Vec<usize>,
}

impl TableRows {
    fn push(&mut self, line: u64, cells: &StringRecord) {
        self.lines.push((line, self.ends.len()));
        for cell in cells {
            self.text.push_str(cell);
            self.ends.push(self.text.len());
        }
    }

    /// The cells of a row.
    pub fn cells(&self, row: usize) -> Cells<'_> {
        let end = self.lines.get(row + 1).map_or(self.ends.len(), |next| next.1);
        Cells { rows: self, from: self.lines[row].1, end }
    }
}

/// The cells of one row.
#[derive(Clone, Copy, Debug)]
pub struct Cells<'r> {
    rows: &'r TableRows,
    from: usize,
    end: usize,
}

impl<'r> Cells<'r> {
    /// One cell.
    pub fn get(self, column: usize) -> &'r str {
        let at = self.from + column;
        let start = at.checked_sub(1).map_or(0, |before| self.rows.ends[before]);
        &self.rows.text[start..self.rows.ends[at]]
    }

    /// All of them in order.
    pub fn iter(self) -> impl Iterator<Item = &'r str> {
        (0..self.end - self.from).map(move |column| self.get(column))
    }
}

impl Rows {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        match self {
            Rows::Table(rows) => rows.lines.len(),
            Rows::Objects { objects, .. } => objects.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The line a row begins in.
    pub fn line(&self, row: usize) -> u64 {
        match self {
            Rows::Table(rows) => rows.lines[row].0,
            Rows::Objects { objects, .. } => objects[row].0,
        }
    }

    /// A row as it stands in the file.
    pub fn raw(&self, row: usize) -> Vec<u8> {
        match self {
            Rows::Table(rows) => written(rows.cells(row).iter()),
            Rows::Objects { text, objects } => text[objects[row].1.clone()].trim().as_bytes().to_vec(),
        }
    }
}

/// Some rows in the order of the file.
#[derive(Debug)]
pub struct Chunk {
    /// The place of the chunk among the chunks of the file, from 0.
    pub number: u64,
    /// How many rows of the file stand before it.
    pub before: u64,
    pub rows: Rows,
    /// Rows that are no rows: of another width, not UTF-8.
    pub rejects: Vec<Reject>,
}

enum Form {
    Table(Box<Table<Box<dyn Read + Send>>>),
    Objects(Splitter<BufReader<Box<dyn Read + Send>>>),
}

/// A leads file that is being read.
pub struct Source {
    pub file: Arc<str>,
    form: Form,
    next: u64,
    before: u64,
    /// Bytes of the last chunk of objects: the next one is likely as long.
    length: usize,
    ended: bool,
}

/// A chunk ends with the row that makes it longer than this, so that memory stays bounded where rows are long.
const LONG: usize = 4 << 20;

/// What a file holds by its name; `None`: its first character tells.
fn by_name(file: &str) -> Option<bool> {
    let ending = file.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase());
    match ending.as_deref() {
        Some("json" | "ndjson" | "jsonl") => Some(true),
        Some("csv" | "tsv" | "txt") => Some(false),
        _ => None,
    }
}

impl Source {
    /// Opens a file; a table's header is read at once.
    pub fn open(bytes: Box<dyn Read + Send>, file: &str, settings: &Settings) -> Result<Source, FileError> {
        let mut bytes = BufReader::with_capacity(64 * 1024, bytes);
        let start = bytes.fill_buf().map_err(|e| unreadable(&e))?;
        let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
        let object = matches!(start.first(), Some(b'{' | b'['));
        if start.is_empty() {
            return Err(FileError {
                place: Place { line: 1, column: 1 },
                message: "the file is empty".to_string(),
                help: "a table begins with a line of headers; JSON has one object a lead".to_string(),
            });
        }
        let json = by_name(file).unwrap_or(object) && start.first() != Some(&b'<');
        let form = if json {
            Form::Objects(Splitter::new(bytes))
        } else {
            let bytes: Box<dyn Read + Send> = Box::new(bytes);
            Form::Table(Box::new(Table::open(bytes, settings)?))
        };
        Ok(Source { file: file.into(), form, next: 0, before: 0, length: 0, ended: false })
    }

    /// The header of a table; `None` for JSON.
    pub fn header(&self) -> Option<&[String]> {
        if let Form::Table(table) = &self.form { Some(&table.header) } else { None }
    }

    /// How a table is written.
    pub fn written(&self) -> Written {
        if let Form::Table(table) = &self.form { table.written } else { Written::default() }
    }

    /// Says which lines of a report footer were passed over; known at the end.
    pub fn report_footer(&self, findings: &mut Findings) {
        let Form::Table(table) = &self.form else { return };
        let Some((lines, first)) = table.footer else { return };
        let key = Key { kind: "report-footer", file: self.file.clone(), column: None, value: None };
        findings.count(key, Some(Place { line: first, column: 1 }), Severity::Note, || {
            let what = if lines == 1 { "1 line".to_string() } else { format!("{lines} lines") };
            (format!("the footer of a report ({what} after a blank one) is passed over"), None)
        });
    }

    /// The next chunk with at most `most` rows; `None` at the end.
    pub fn next_chunk(&mut self, most: usize) -> Result<Option<Chunk>, FileError> {
        if self.ended {
            return Ok(None);
        }
        let mut rejects = Vec::new();
        let rows = match &self.form {
            Form::Table(_) => Rows::Table(self.next_rows(most, &mut rejects)?),
            Form::Objects(_) => self.next_objects(most, &mut rejects)?,
        };
        if rows.is_empty() && rejects.is_empty() {
            return Ok(None);
        }
        let (number, before) = (self.next, self.before);
        self.next += 1;
        self.before += (rows.len() + rejects.len()) as u64;
        Ok(Some(Chunk { number, before, rows, rejects }))
    }

    fn next_rows(&mut self, most: usize, rejects: &mut Vec<Reject>) -> Result<TableRows, FileError> {
        let mut rows = TableRows::default();
        let Form::Table(table) = &mut self.form else { return Ok(rows) };
        while rows.lines.len() + rejects.len() < most && rows.text.len() < LONG {
            match table.next_row()? {
                Some(Row::Cells(line, cells)) => rows.push(line, cells),
                Some(Row::Bad(bad)) => {
                    let place = Place { line: bad.line, column: 1 };
                    let raw = written(&bad.cells);
                    rejects.push(Reject { file: self.file.clone(), place, reason: bad.reason, raw });
                }
                None => {
                    self.ended = true;
                    break;
                }
            }
        }
        Ok(rows)
    }

    fn next_objects(&mut self, most: usize, rejects: &mut Vec<Reject>) -> Result<Rows, FileError> {
        let (mut bytes, mut objects) = (Vec::with_capacity(self.length + self.length / 16), Vec::new());
        if let Form::Objects(pieces) = &mut self.form {
            while objects.len() < most && bytes.len() < LONG {
                let start = bytes.len();
                let Some(line) = pieces.next(&mut bytes).map_err(|e| unreadable(&e))? else {
                    self.ended = true;
                    break;
                };
                objects.push((line, start..bytes.len()));
            }
        }
        self.length = bytes.len();
        Ok(match String::from_utf8(bytes) {
            Ok(text) => Rows::Objects { text, objects },
            Err(bytes) => self.readable(bytes.as_bytes(), objects, rejects),
        })
    }

    /// The objects that are UTF-8; the others are rejected.
    fn readable(&self, bytes: &[u8], pieces: Vec<(u64, Range<usize>)>, rejects: &mut Vec<Reject>) -> Rows {
        let (mut text, mut objects) = (String::new(), Vec::new());
        for (line, range) in pieces {
            let start = text.len();
            match std::str::from_utf8(&bytes[range.clone()]) {
                Ok(one) => {
                    text.push_str(one);
                    objects.push((line, start..text.len()));
                }
                Err(error) => {
                    let place = Place { line, column: error.valid_up_to() as u32 + 1 };
                    let reason = "this is not UTF-8 text; save the file as UTF-8".to_string();
                    rejects.push(Reject { file: self.file.clone(), place, reason, raw: bytes[range].to_vec() });
                }
            }
        }
        Rows::Objects { text, objects }
    }
}

fn unreadable(error: &io::Error) -> FileError {
    let help = match error.kind() {
        io::ErrorKind::InvalidData => "is this a file of leads, one object each?",
        _ => "read it again",
    };
    FileError {
        place: Place { line: 1, column: 1 },
        message: format!("the file cannot be read: {error}"),
        help: help.to_string(),
    }
}
