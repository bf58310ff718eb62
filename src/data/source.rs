//! A leads file as chunks of rows: tables and JSON alike, so that memory is bounded by the chunk and not by the file.

use super::accounts::Group;
use super::findings::{Findings, Place, Reject};
use super::side::{report_footer, written};
use super::split::{LONGEST, Splitter};
use super::table::{FileError, Row, Table, Written, no_table};
use crate::policy::import::Settings;
use std::io::{self, BufReader, Read};
use std::ops::Range;
use std::sync::Arc;

/// Rows of leads.
#[derive(Debug)]
pub enum Rows {
    /// The line of each row and its cells.
    Table(Vec<(u64, Vec<String>)>),
    /// Where each object begins in the file, and where in the text.
    Objects { text: String, objects: Vec<(Place, Range<usize>)> },
}

impl Rows {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        match self {
            Rows::Table(rows) => rows.len(),
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
            Rows::Table(rows) => rows[row].0,
            Rows::Objects { objects, .. } => objects[row].0.line,
        }
    }

    /// A row as it stands in the file.
    pub fn raw(&self, row: usize) -> Vec<u8> {
        match self {
            Rows::Table(rows) => written(&rows[row].1),
            Rows::Objects { text, objects } => text[objects[row].1.clone()].trim().as_bytes().to_vec(),
        }
    }
}

/// Some rows in the order of the file.
#[derive(Debug)]
pub struct Chunk {
    /// The place of the chunk among the chunks of the file, from 0.
    pub number: u64,
    pub rows: Rows,
    /// Rows that are no rows: of another width, not UTF-8.
    pub rejects: Vec<Reject>,
    /// The accounts that the rows belong to, side by side; `None` where each row is decided by itself.
    pub groups: Option<Vec<Group>>,
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
    ended: bool,
}

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
        let (start, bytes) = beginning(bytes).map_err(|e| unreadable(&e))?;
        let first = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&start).trim_ascii_start().first().copied();
        let Some(first) = first else { return Err(empty()) };
        let opens = matches!(first, b'{' | b'[');
        let named = by_name(file);
        let form = if named.unwrap_or(opens) {
            if !opens {
                return Err(no_json(&start));
            }
            Form::Objects(Splitter::new(BufReader::new(bytes)))
        } else {
            Form::Table(Box::new(Table::open(bytes, settings)?))
        };
        Ok(Source { file: file.into(), form, next: 0, ended: false })
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
        report_footer(&self.file, table.footer, findings);
    }

    /// The next chunk with at most `most` rows; `None` at the end.
    pub fn next_chunk(&mut self, most: usize) -> Result<Option<Chunk>, FileError> {
        if self.ended {
            return Ok(None);
        }
        let mut rejects = Vec::new();
        let rows = match &mut self.form {
            Form::Table(table) => {
                let mut rows = Vec::new();
                while rows.len() + rejects.len() < most {
                    match table.next_row()? {
                        Some(Row::Cells(line, cells)) => rows.push((line, cells)),
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
                Rows::Table(rows)
            }
            Form::Objects(pieces) => {
                let (mut text, mut objects) = (String::new(), Vec::new());
                while objects.len() + rejects.len() < most {
                    let Some(piece) = pieces.next().map_err(|e| unreadable(&e))? else {
                        self.ended = true;
                        break;
                    };
                    match String::from_utf8(piece.bytes) {
                        Ok(one) => {
                            let start = text.len();
                            text.push_str(&one);
                            let place = Place { line: piece.line, column: piece.column };
                            objects.push((place, start..text.len()));
                        }
                        Err(error) => {
                            let column = piece.column + error.utf8_error().valid_up_to() as u32;
                            let place = Place { line: piece.line, column };
                            let reason = "this is not UTF-8 text; save the file as UTF-8".to_string();
                            rejects.push(Reject { file: self.file.clone(), place, reason, raw: error.into_bytes() });
                        }
                    }
                }
                Rows::Objects { text, objects }
            }
        };
        if rows.is_empty() && rejects.is_empty() {
            return Ok(None);
        }
        let number = self.next;
        self.next += 1;
        Ok(Some(Chunk { number, rows, rejects, groups: None }))
    }
}

/// The first bytes of a file, up to some that are not blank, and the whole file again.
fn beginning(mut bytes: Box<dyn Read + Send>) -> io::Result<(Vec<u8>, Box<dyn Read + Send>)> {
    let mut start = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let blank = start.len();
        let n = bytes.read(&mut buffer)?;
        start.extend_from_slice(&buffer[..n]);
        let text = start[blank..].strip_prefix(b"\xef\xbb\xbf").unwrap_or(&start[blank..]);
        // A file that is blank for so long holds nothing.
        if n == 0 || !text.trim_ascii().is_empty() || start.len() > LONGEST {
            return Ok((start.clone(), Box::new(io::Cursor::new(start).chain(bytes))));
        }
    }
}

fn empty() -> FileError {
    FileError {
        place: Place { line: 1, column: 1 },
        message: "the file is empty".to_string(),
        help: "a table begins with a line of headers; JSON has one object a lead".to_string(),
    }
}

/// Something else that has the name of a JSON file; where it is no table either, that is said instead.
fn no_json(start: &[u8]) -> FileError {
    no_table(start.trim_ascii_start()).unwrap_or_else(|| FileError {
        place: Place { line: 1, column: 1 },
        message: "by its name this is JSON, but it does not begin with `{` or `[`".to_string(),
        help: "if it is a table, let its name end in .csv".to_string(),
    })
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
