//! Records of a CSV file with their places: encoding, delimiter, header, footers, rows that are not what they should be.

use super::findings::{Place, shown};
use crate::policy::import::{Encoding, Settings};
use std::collections::VecDeque;
use std::io::{self, Read};

/// Why a whole file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileError {
    pub place: Place,
    /// One sentence without a full stop, and what to do.
    pub message: String,
    pub help: String,
}

/// A row that is not as wide as the header, or otherwise unusable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRow {
    pub line: u64,
    pub cells: Vec<String>,
    pub reason: String,
}

/// The next thing in a table.
#[derive(Debug)]
pub enum Row {
    /// A whole record: the line it begins in, and its cells.
    Cells(u64, Vec<String>),
    Bad(BadRow),
}

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// Whether the header, and so most likely every row, has quotes around each cell.
    pub quoted: bool,
    pub delimiter: u8,
}

impl Default for Written {
    fn default() -> Written {
        Written { quoted: false, delimiter: b',' }
    }
}

impl Written {
    /// Where a cell begins, from its number: as a program writes the row, with quotes around every cell or only where they are needed.
    pub fn locate(self, cells: &[String], place: Place) -> Place {
        let (mut line, mut column) = (place.line, 1);
        let delimiter = char::from(self.delimiter);
        let needs = |c: &String| self.quoted || c.contains(['"', '\n', delimiter]);
        for cell in &cells[..(place.column as usize).saturating_sub(1).min(cells.len())] {
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

    /// The cells as text; `Err` is the place of the first character that is not UTF-8.
    fn cells(self, line: u64, record: &csv::ByteRecord) -> Result<Vec<String>, Place> {
        let mut cells = Vec::with_capacity(record.len());
        for cell in record {
            match std::str::from_utf8(cell) {
                Ok(text) => cells.push(text.to_string()),
                Err(error) => {
                    let start = self.locate(&cells, Place { line, column: cells.len() as u32 + 1 });
                    let before = String::from_utf8_lossy(&cell[..error.valid_up_to()]);
                    let inside = before.rsplit('\n').next().unwrap_or("").chars().count() as u32;
                    return Err(match before.matches('\n').count() {
                        0 => Place { column: start.column + inside + u32::from(self.quoted), ..start },
                        lines => Place { line: start.line + lines as u64, column: inside + 1 },
                    });
                }
            }
        }
        Ok(cells)
    }
}

/// Reads one table from bytes, a record at a time.
pub struct Table<R: Read> {
    reader: csv::Reader<Decoded<R>>,
    /// Headers as the file writes them, without a byte order mark.
    pub header: Vec<String>,
    pub written: Written,
    /// Short rows that are a footer if nothing but short rows follows, else bad rows.
    held: VecDeque<BadRow>,
    ready: VecDeque<Row>,
    ended: bool,
    /// The line after the last record, to see blank lines, which the reader passes over.
    next_line: u64,
    /// Lines of a report footer that were passed over, and the first of them; known at the end.
    pub footer: Option<(usize, u64)>,
}

/// A field with more line breaks than this is a quote that nobody closed.
const MOST_LINES: usize = 200;
/// The longest field that is still data.
const LONGEST_FIELD: usize = 1 << 20;
/// More cells than this are no table.
const MOST_COLUMNS: usize = 10_000;

impl<R: Read> Table<R> {
    /// Reads the header.
    pub fn open(bytes: R, settings: &Settings) -> Result<Table<R>, FileError> {
        let mut bytes = Decoded::new(bytes, settings.encoding);
        let first = bytes.first_line().map_err(|e| unreadable(&e))?;
        if let Some(error) = no_table(&first) {
            return Err(error);
        }
        let delimiter = settings.delimiter.unwrap_or_else(|| likely_delimiter(&first));
        let quoted = first.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&first).starts_with(b"\"");
        let written = Written { quoted, delimiter };
        let mut reader =
            csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).has_headers(false).from_reader(bytes);
        let mut record = csv::ByteRecord::new();
        let found = reader.read_byte_record(&mut record).map_err(|e| broken(&e))?;
        if !found {
            return Err(empty());
        }
        let header = written.cells(1, &record).map_err(encoding_error)?;
        if header.len() == 1 && header[0].contains([',', ';', '\t']) {
            return Err(quoted_whole(&header[0]));
        }
        if header.len() > MOST_COLUMNS {
            return Err(too_wide(header.len()));
        }
        let header = header.iter().map(|h| h.trim_start_matches('\u{feff}').trim().to_string()).collect();
        let next_line = reader.position().line();
        let (held, ready) = (VecDeque::new(), VecDeque::new());
        Ok(Table { reader, header, written, held, ready, ended: false, next_line, footer: None })
    }

    /// The next row; `None` at the end.
    pub fn next_row(&mut self) -> Result<Option<Row>, FileError> {
        loop {
            if let Some(row) = self.ready.pop_front() {
                return Ok(Some(row));
            }
            if self.ended {
                return Ok(None);
            }
            self.advance()?;
        }
    }

    /// The line a record begins in. The reader knows where it stands after it; blank lines before it are no part of it. The decoder sees to it
    /// that lines end in a single `\n`, the last one too.
    fn line_of(&self, record: &csv::ByteRecord) -> u64 {
        let inside: usize = record.iter().map(|c| c.iter().filter(|b| **b == b'\n').count()).sum();
        self.reader.position().line().saturating_sub(1 + inside as u64).max(1)
    }

    /// Whether lines inside a cell have as many cells as the header: then they are rows, behind a quote that nobody closed.
    fn holds_rows(&self, cells: &[String]) -> bool {
        let columns = self.header.len();
        let delimiter = char::from(self.written.delimiter);
        cells.iter().any(|cell| {
            let lines: Vec<&str> = cell.split('\n').collect();
            let inside = lines.get(1..lines.len() - 1).unwrap_or(&[]);
            let mut rows = inside.iter().map(|l| l.matches(delimiter).count() + 1 == columns);
            match columns {
                0 | 1 => false,
                // A comma is soon in a line of prose.
                2 => !inside.is_empty() && rows.all(|is| is),
                _ => rows.any(|is| is),
            }
        })
    }

    fn advance(&mut self) -> Result<(), FileError> {
        let mut record = csv::ByteRecord::new();
        if !self.reader.read_byte_record(&mut record).map_err(|e| broken(&e))? {
            self.ended = true;
            let said: Vec<&BadRow> = self.held.iter().filter(|b| !is_blank(&b.cells)).collect();
            self.footer = said.first().map(|first| (said.len(), first.line));
            return Ok(());
        }
        let line = self.line_of(&record);
        let found = self.written.cells(line, &record).map_err(encoding_error)?;
        if let Some(column) = found.iter().position(|c| c.len() > LONGEST_FIELD || c.matches('\n').count() > MOST_LINES)
        {
            let place = Place { line, column: column as u32 + 1 };
            return Err(open_quote(self.written.locate(&found, place)));
        }
        let blank = is_blank(&found);
        let after_blank = line > self.next_line;
        self.next_line = self.reader.position().line();
        // A report ends in a blank row and short rows that say who made it; a table of one column has no such thing.
        let footer = found.len() <= 1 && after_blank || !self.held.is_empty();
        let open = found.iter().any(|c| c.contains('\n'));
        let row = match found.len() {
            _ if open && self.holds_rows(&found) => {
                let reason = "whole rows stand inside a cell of this row; a quote is probably never closed".to_string();
                Row::Bad(BadRow { line, cells: found, reason })
            }
            n if n == self.header.len() && !(blank && n > 1) => Row::Cells(line, found),
            n if n < self.header.len() && footer && !open || blank => {
                let reason = short_reason(&found, self.header.len());
                self.held.push_back(BadRow { line, cells: found, reason });
                return Ok(());
            }
            n => {
                let reason = if n < self.header.len() {
                    short_reason(&found, self.header.len())
                } else {
                    format!(
                        "{n} cells for {} columns; a delimiter inside a cell needs quotes around it",
                        self.header.len()
                    )
                };
                Row::Bad(BadRow { line, cells: found, reason })
            }
        };
        // Something whole follows, so what was held back was no footer. Blank lines are nothing.
        let held = std::mem::take(&mut self.held);
        self.ready.extend(held.into_iter().filter(|b| !is_blank(&b.cells)).map(Row::Bad));
        self.ready.push_back(row);
        Ok(())
    }
}

fn is_blank(cells: &[String]) -> bool {
    cells.iter().all(|c| c.trim().is_empty())
}

fn short_reason(cells: &[String], columns: usize) -> String {
    let count = if cells.len() == 1 { "1 cell".to_string() } else { format!("{} cells", cells.len()) };
    let hint = match cells {
        _ if cells.iter().any(|c| c.contains('\n')) => "; a quote is probably never closed",
        [one] if one.contains([',', ';', '\t']) => {
            "; the whole row is quoted as one cell, so export it without those quotes"
        }
        _ => "; is the row cut off, or is a delimiter missing?",
    };
    format!("{count} for {columns} columns{hint}")
}

/// The character that separates most of the header's cells, outside quotes.
fn likely_delimiter(line: &[u8]) -> u8 {
    let mut counts = [0_usize; 3];
    let mut quoted = false;
    for b in line {
        quoted ^= *b == b'"';
        if let Some(i) = b",;\t".iter().position(|d| d == b).filter(|_| !quoted) {
            counts[i] += 1;
        }
    }
    let best = (0..3).max_by_key(|&i| (counts[i], 3 - i)).unwrap_or(0);
    b",;\t"[best]
}

/// What a file is that is no table, by its first line.
pub(super) fn no_table(line: &[u8]) -> Option<FileError> {
    let text = String::from_utf8_lossy(line);
    let start = text.trim_start_matches('\u{feff}').trim_start();
    let page = ["<!doctype", "<html", "<table", "<?xml"];
    let (message, help) = if page.iter().any(|p| start.get(..p.len()).is_some_and(|s| s.eq_ignore_ascii_case(p))) {
        (
            "this is a web page or XML, not a table",
            "export the data as CSV; a page saved from the browser is not the export",
        )
    } else if line.starts_with(b"PK\x03\x04") || line.starts_with(b"\xd0\xcf\x11\xe0") {
        ("this is a spreadsheet file, not text", "save it as CSV (UTF-8) in the spreadsheet program first")
    } else if line.starts_with(b"\x1f\x8b") {
        ("this file is compressed", "unpack it first")
    } else if line.starts_with(b"\xff\xfe") || line.starts_with(b"\xfe\xff") || line.contains(&0) {
        ("this text is UTF-16, or no text at all", "save it as CSV (UTF-8)")
    } else if start.starts_with('{') || start.strip_prefix('[').is_some_and(|s| s.trim_start().starts_with('{')) {
        (
            "this is JSON, not a table",
            "leads in JSON stand in a file whose name ends in .json or .ndjson, and bring their events and contacts",
        )
    } else {
        return None;
    };
    let place = Place { line: 1, column: 1 };
    Some(FileError { place, message: message.to_string(), help: help.to_string() })
}

fn empty() -> FileError {
    FileError {
        place: Place { line: 1, column: 1 },
        message: "the file is empty".to_string(),
        help: "a table begins with a line of headers".to_string(),
    }
}

fn quoted_whole(header: &str) -> FileError {
    FileError {
        place: Place { line: 1, column: 1 },
        message: format!("each row is quoted as one cell: `{}`", shown(header)),
        help: "export it again without quotes around whole rows".to_string(),
    }
}

fn too_wide(columns: usize) -> FileError {
    FileError {
        place: Place { line: 1, column: 1 },
        message: format!("the header has {columns} columns"),
        help: format!("tables have at most {MOST_COLUMNS}; is this the right file, and the right delimiter?"),
    }
}

fn open_quote(place: Place) -> FileError {
    FileError {
        place,
        message: "a quote opens here and is not closed for hundreds of lines".to_string(),
        help: "close the quote, or double it if it belongs to the text".to_string(),
    }
}

fn encoding_error(place: Place) -> FileError {
    FileError {
        place,
        message: "this is not UTF-8 text".to_string(),
        help: "save it as UTF-8, or declare its encoding in an import: `encoding \"windows-1252\"`".to_string(),
    }
}

fn unreadable(error: &io::Error) -> FileError {
    FileError {
        place: Place { line: 1, column: 1 },
        message: format!("the file cannot be read: {error}"),
        help: "read it again".to_string(),
    }
}

fn broken(error: &csv::Error) -> FileError {
    let line = error.position().map_or(1, csv::Position::line);
    FileError {
        place: Place { line, column: 1 },
        message: format!("the table is broken here: {error}"),
        help: "mend the row".to_string(),
    }
}

/// Bytes decoded to UTF-8 where another encoding is declared, every line ending in a single `\n`, with the first line looked at in advance.
struct Decoded<R: Read> {
    inner: R,
    encoding: Encoding,
    ready: VecDeque<u8>,
    /// The last byte as it was read; `None` before the first.
    last: Option<u8>,
    ended: bool,
}

/// How much of a file is looked at to find its delimiter.
const LOOK_AHEAD: usize = 64 * 1024;

impl<R: Read> Decoded<R> {
    fn new(inner: R, encoding: Encoding) -> Decoded<R> {
        Decoded { inner, encoding, ready: VecDeque::new(), last: None, ended: false }
    }

    /// The first line that is not blank, without taking it.
    fn first_line(&mut self) -> io::Result<Vec<u8>> {
        let (mut blank, mut seen) = (0, 0);
        loop {
            let fresh = self.ready.iter().skip(seen.max(blank));
            if blank == seen {
                blank += fresh.take_while(|b| b.is_ascii_whitespace()).count();
            }
            seen = self.ready.len();
            let line: Vec<u8> = self.ready.iter().copied().skip(blank).take_while(|b| *b != b'\n').collect();
            let whole = blank + line.len() < seen;
            if whole || line.len() >= LOOK_AHEAD || !self.fill()? {
                return Ok(line);
            }
        }
    }

    /// Reads more of the file; false at its end.
    fn fill(&mut self) -> io::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        let mut raw = [0; 16 * 1024];
        let n = self.inner.read(&mut raw)?;
        if n == 0 {
            self.ended = true;
            if self.last.is_some_and(|b| b != b'\n' && b != b'\r') {
                self.ready.push_back(b'\n');
            }
            return Ok(true);
        }
        match self.encoding {
            Encoding::Utf8 => self.take(&raw[..n]),
            Encoding::Windows1252 => {
                let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&raw[..n]);
                self.take(text.as_bytes());
            }
        }
        Ok(true)
    }

    fn take(&mut self, bytes: &[u8]) {
        for &b in bytes {
            match b {
                b'\r' => self.ready.push_back(b'\n'),
                b'\n' if self.last == Some(b'\r') => {}
                _ => self.ready.push_back(b),
            }
            self.last = Some(b);
        }
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.ready.is_empty() && self.fill()? {}
        self.ready.read(out)
    }
}
