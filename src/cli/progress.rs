//! How far a long run is, on a terminal only: rows, their rate, the time that is left. The clock is read once a chunk.

use crate::report::page::counted;
use crate::report::words::digits;
use std::collections::VecDeque;
use std::io::{IsTerminal, Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A run that is over sooner shows nothing.
const AFTER: Duration = Duration::from_millis(500);
/// The line is drawn no more often.
const EVERY: Duration = Duration::from_millis(100);

/// Rates look back so far.
const LATELY: Duration = Duration::from_secs(3);

/// What is left is told once a fiftieth of the file was read or so much time has passed; before, it would be a guess from the slow beginning.
const GUESS: Duration = Duration::from_secs(10);

/// How much of a file was read, and how much there is; a pipe does not say.
#[derive(Clone, Debug)]
pub struct Reading {
    read: Arc<AtomicU64>,
    size: Option<u64>,
}

impl Reading {
    /// For a file.
    pub fn of(path: &Path) -> Reading {
        let size = path.metadata().ok().filter(std::fs::Metadata::is_file).map(|m| m.len());
        Reading { read: Arc::default(), size }
    }

    /// The same bytes, counted while they are read.
    pub fn count(&self, bytes: Box<dyn Read + Send>) -> Box<dyn Read + Send> {
        Box::new(Counted { bytes, read: self.read.clone() })
    }
}

struct Counted {
    bytes: Box<dyn Read + Send>,
    read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.bytes.read(buffer)?;
        self.read.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

/// How far a run was at a time.
#[derive(Clone, Copy, Debug, Default)]
struct Mark {
    at: Duration,
    rows: u64,
    /// Bytes.
    read: u64,
}

/// A line on standard error that says how far a run is; erased when it goes.
pub struct Progress {
    of: Reading,
    begun: Instant,
    drawn: Option<Duration>,
    /// Rates are those of the last seconds: the first leads of a run are asked more than the others, and take longer.
    marks: VecDeque<Mark>,
    /// How much of the line must be written over.
    wide: usize,
}

impl Progress {
    /// Nothing unless standard error is a terminal that can go back to the beginning of a line.
    pub fn new(of: Reading) -> Option<Progress> {
        let dumb = std::env::var_os("TERM").is_some_and(|t| t == "dumb");
        let shows = std::io::stderr().is_terminal() && !dumb;
        shows.then(|| Progress {
            of,
            begun: Instant::now(),
            drawn: None,
            marks: VecDeque::from([Mark::default()]),
            wide: 0,
        })
    }

    /// What counts the bytes that are read.
    pub fn reading(&self) -> &Reading {
        &self.of
    }

    /// The first row is about to be read: rates and times count from here.
    pub fn begin(&mut self) {
        self.begun = Instant::now();
    }

    /// So many rows are done.
    pub fn rows(&mut self, rows: u64) {
        let now = Mark { at: self.begun.elapsed(), rows, read: self.of.read.load(Ordering::Relaxed) };
        let soon = self.drawn.is_some_and(|at| now.at.saturating_sub(at) < EVERY);
        if now.at < AFTER || soon {
            return;
        }
        self.drawn = Some(now.at);
        while self.marks.len() > 1 && now.at.saturating_sub(self.marks[1].at) >= LATELY {
            self.marks.pop_front();
        }
        let text = line(now, self.marks[0], self.of.size);
        self.marks.push_back(now);
        self.draw(&text);
    }

    /// Spaces write over what was longer before: no control sequence but the return, so no terminal and no setting is in the way.
    fn draw(&mut self, text: &str) {
        let blank = " ".repeat(self.wide.saturating_sub(text.len()));
        self.wide = text.len();
        let mut err = std::io::stderr().lock();
        // A line that cannot be shown holds nobody up.
        let _ = write!(err, "\r{text}{blank}").and_then(|()| err.flush());
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.wide > 0 {
            self.draw("");
            let mut err = std::io::stderr().lock();
            let _ = write!(err, "\r").and_then(|()| err.flush());
        }
    }
}

/// `120,000 rows, 45,000 a second, 62 %, 3 s left`: at the rate since an earlier mark.
fn line(now: Mark, since: Mark, size: Option<u64>) -> String {
    let millis = u64::try_from(now.at.saturating_sub(since.at).as_millis()).unwrap_or(u64::MAX).max(1);
    let rate = (now.rows - since.rows).saturating_mul(1_000) / millis;
    let mut text = format!("{}, {} a second", counted_digits(now.rows), digits(rate));
    if let Some(size) = size.filter(|s| *s > 0) {
        let read = now.read.min(size);
        text.push_str(&format!(", {} %", read.saturating_mul(100) / size));
        let lately = now.read - since.read;
        let left = (u128::from(millis) * u128::from(size - read)).checked_div(u128::from(lately)).unwrap_or(0);
        if left > 0 && (read.saturating_mul(50) >= size || now.at >= GUESS) {
            text.push_str(&format!(", {} left", time(left.div_ceil(1_000))));
        }
    }
    text
}

fn counted_digits(rows: u64) -> String {
    let said = counted(rows, "row");
    said.split_once(' ').map_or(said.clone(), |(n, what)| format!("{} {what}", digits(n)))
}

/// Seconds as people say them.
fn time(seconds: u128) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min {:02} s", seconds / 60, seconds % 60),
        _ => format!("{} h {:02} min", seconds / 3_600, seconds / 60 % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_rows_rate_and_time_left() {
        let none = Mark::default();
        let at = |seconds: u64, rows: u64, read: u64| Mark { at: Duration::from_secs(seconds), rows, read };
        assert_eq!(line(at(2, 1_024, 100), none, None), "1,024 rows, 512 a second");
        assert_eq!(line(at(2, 120_000, 25), none, Some(100)), "120,000 rows, 60,000 a second, 25 %, 6 s left");
        assert_eq!(line(at(2, 1, 1), none, Some(1_000)), "1 row, 0 a second, 0 %");
        assert_eq!(line(at(20, 1, 1), none, Some(1_000)), "1 row, 0 a second, 0 %, 5 h 33 min left");
        assert_eq!(line(at(2, 9, 100), none, Some(100)), "9 rows, 4 a second, 100 %");
        // A slow beginning is forgotten.
        assert_eq!(line(at(12, 3_000, 30), at(10, 1_000, 10), Some(100)), "3,000 rows, 1,000 a second, 30 %, 7 s left");
        // A file that grows while it is read is never more than whole, and one of which nothing was read lately says nothing of time.
        assert_eq!(line(at(2, 9, 150), none, Some(100)), "9 rows, 4 a second, 100 %");
        assert_eq!(line(at(2, 9, 50), at(1, 5, 50), Some(100)), "9 rows, 4 a second, 50 %");
        assert_eq!(time(7_384), "2 h 03 min");
    }

    #[test]
    fn bytes_are_counted_as_they_are_read() {
        let reading = Reading { read: Arc::default(), size: None };
        let mut bytes = reading.count(Box::new(std::io::Cursor::new(vec![1; 1_000])));
        std::io::copy(&mut bytes, &mut std::io::sink()).expect("memory can be read");
        assert_eq!(reading.read.load(Ordering::Relaxed), 1_000);
    }
}
