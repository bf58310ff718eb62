//! Records of a CSV file with their places: encoding, delimiter, header, footers, rows that are not what they should be.

use super::decoded::Decoded;
use super::findings::{Place, shown};
use crate::policy::import::Settings;
use csv::{ByteRecord, StringRecord};
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
pub enum Row<'t> {
    /// A whole record: the line it begins in, and its cells.
    Cells(u64, &'t StringRecord),
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

/// Reads one table from bytes, a record at a time.
pub struct Table<R: Read> {
    reader: csv::Reader<Decoded<R>>,
    /// Headers as the file writes them, without a byte order mark.
    pub header: Vec<String>,
    pub written: Written,
    /// Short rows that are a footer if nothing but short rows follows, else bad rows.
    held: Vec<BadRow>,
    /// Bad rows to give next.
    ready: VecDeque<BadRow>,
    /// The last record, and the line it begins in if it is still to be given, after the bad rows.
    record: StringRecord,
    whole: Option<u64>,
    ended: bool,
    /// The line after the last record, to see blank lines, which the reader passes over.
    next_line: u64,
    /// Lines of a report footer that were passed over, and the first of them; known at the end.
    pub footer: Option<(usize, u64)>,
}

/// How much of a file is read at once.
const BUFFER: usize = 64 * 1024;
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
        let mut builder = csv::ReaderBuilder::new();
        builder.delimiter(delimiter).flexible(true).has_headers(false).buffer_capacity(BUFFER);
        let mut reader = builder.from_reader(bytes);
        let mut record = ByteRecord::new();
        let found = reader.read_byte_record(&mut record).map_err(|e| broken(&e))?;
        if !found {
            return Err(empty());
        }
        let record = text(record, 1)?;
        let header: Vec<String> = record.iter().map(str::to_string).collect();
        if header.len() == 1 && header[0].contains([',', ';', '\t']) {
            return Err(quoted_whole(&header[0]));
        }
        if header.len() > MOST_COLUMNS {
            return Err(too_wide(header.len()));
        }
        let header = header.iter().map(|h| h.trim_start_matches('\u{feff}').trim().to_string()).collect();
        let quoted = first.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&first).starts_with(b"\"");
        let written = Written { quoted, delimiter };
        let next_line = reader.position().line();
        Ok(Table {
            reader,
            header,
            written,
            held: Vec::new(),
            ready: VecDeque::new(),
            record,
            whole: None,
            ended: false,
            next_line,
            footer: None,
        })
    }

    /// The next row; `None` at the end.
    pub fn next_row(&mut self) -> Result<Option<Row<'_>>, FileError> {
        loop {
            if let Some(bad) = self.ready.pop_front() {
                return Ok(Some(Row::Bad(bad)));
            }
            if let Some(line) = self.whole.take() {
                return Ok(Some(Row::Cells(line, &self.record)));
            }
            if self.ended {
                return Ok(None);
            }
            self.advance()?;
        }
    }

    fn advance(&mut self) -> Result<(), FileError> {
        let mut record = std::mem::take(&mut self.record).into_byte_record();
        if !self.reader.read_byte_record(&mut record).map_err(|e| broken(&e))? {
            self.ended = true;
            let said: Vec<&BadRow> = self.held.iter().filter(|b| !is_blank(&b.cells)).collect();
            self.footer = said.first().map(|first| (said.len(), first.line));
            return Ok(());
        }
        let breaks = record.as_slice().iter().filter(|b| **b == b'\n').count();
        // The reader knows where it stands after a record; blank lines before it are no part of it. The decoder sees to it that lines end in a
        // single `\n`, the last one too.
        let end = self.reader.position().line();
        let line = end.saturating_sub(1 + breaks as u64).max(1);
        let record = text(record, line)?;
        if (breaks > MOST_LINES || record.as_slice().len() > LONGEST_FIELD)
            && let Some(column) =
                record.iter().position(|c| c.len() > LONGEST_FIELD || c.matches('\n').count() > MOST_LINES)
        {
            return Err(open_quote(line, column));
        }
        let after_blank = line > self.next_line;
        self.next_line = end;
        self.sort_in(line, record, breaks > 0, after_blank);
        Ok(())
    }

    /// Tells rows from bad rows and from what may be a footer.
    fn sort_in(&mut self, line: u64, record: StringRecord, breaks: bool, after_blank: bool) {
        let (n, columns) = (record.len(), self.header.len());
        let blank = is_blank(&record);
        // A report ends in a blank row and short rows that say who made it; a table of one column has no such thing.
        let footer = n <= 1 && after_blank || !self.held.is_empty();
        let whole = n == columns && !(blank && n > 1);
        if !whole && (n < columns && footer && !breaks || blank) {
            return self.held.push(bad(line, &record, columns));
        }
        // Something whole follows, so what was held back was no footer. Blank lines are nothing.
        self.ready.extend(self.held.drain(..).filter(|b| !is_blank(&b.cells)));
        match whole {
            true => self.whole = Some(line),
            false => self.ready.push_back(bad(line, &record, columns)),
        }
        self.record = record;
    }
}

fn is_blank<C: AsRef<str>>(cells: impl IntoIterator<Item = C>) -> bool {
    cells.into_iter().all(|c| c.as_ref().trim().is_empty())
}

fn bad(line: u64, record: &StringRecord, columns: usize) -> BadRow {
    let cells: Vec<String> = record.iter().map(str::to_string).collect();
    let reason = match cells.len() {
        n if n > columns => {
            format!("{n} cells for {columns} columns; a delimiter inside a cell needs quotes around it")
        }
        _ => short_reason(&cells, columns),
    };
    BadRow { line, cells, reason }
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

/// The record as text.
fn text(record: ByteRecord, line: u64) -> Result<StringRecord, FileError> {
    StringRecord::from_byte_record(record).map_err(|e| encoding_error(line, e.utf8_error().field() as u32 + 1))
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

fn no_table(line: &[u8]) -> Option<FileError> {
    let start = String::from_utf8_lossy(line).trim_start_matches('\u{feff}').trim_start().to_ascii_lowercase();
    if start.starts_with("<!doctype")
        || start.starts_with("<html")
        || start.starts_with("<table")
        || start.starts_with("<?xml")
    {
        return Some(FileError {
            place: Place { line: 1, column: 1 },
            message: "this is a web page, not a table".to_string(),
            help: "export the data as CSV; a page saved from the browser is not the export".to_string(),
        });
    }
    if line.starts_with(b"PK\x03\x04") {
        return Some(FileError {
            place: Place { line: 1, column: 1 },
            message: "this is a spreadsheet file, not text".to_string(),
            help: "save it as CSV (UTF-8) first".to_string(),
        });
    }
    if line.starts_with(b"\xff\xfe") || line.starts_with(b"\xfe\xff") {
        return Some(FileError {
            place: Place { line: 1, column: 1 },
            message: "this text is UTF-16".to_string(),
            help: "save it as UTF-8".to_string(),
        });
    }
    None
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

fn open_quote(line: u64, column: usize) -> FileError {
    FileError {
        place: Place { line, column: column as u32 + 1 },
        message: "a quote opens here and is not closed for hundreds of lines".to_string(),
        help: "close the quote, or double it if it belongs to the text".to_string(),
    }
}

fn encoding_error(line: u64, column: u32) -> FileError {
    FileError {
        place: Place { line, column },
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
