//! A file of JSON cut into the texts of its objects: one a line, one behind another, or the members of one array.

use std::io::{self, BufRead};

/// The longest text of one lead; more is a file that is something else, or never closed.
pub(super) const LONGEST: usize = 16 << 20;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// One object a line.
    Lines,
    /// Objects over several lines, behind one another or in an array.
    Nested,
}

/// Cuts a file.
pub(super) struct Splitter<R> {
    reader: R,
    line: u64,
    shape: Option<Shape>,
    /// A line that was read to see the shape of the file, with its number.
    ahead: Option<(u64, Vec<u8>)>,
}

impl<R: BufRead> Splitter<R> {
    pub fn new(reader: R) -> Splitter<R> {
        Splitter { reader, line: 1, shape: None, ahead: None }
    }

    /// Adds the next object's text to `bytes`, and gives the line it begins in; an [`io::ErrorKind::InvalidData`] for one that is too long.
    pub fn next(&mut self, bytes: &mut Vec<u8>) -> io::Result<Option<u64>> {
        let shape = match self.shape {
            Some(shape) => shape,
            None => self.look()?,
        };
        match shape {
            Shape::Lines => match self.ahead.take() {
                Some((line, ahead)) => {
                    bytes.extend_from_slice(&ahead);
                    Ok(Some(line))
                }
                None => self.next_line(bytes),
            },
            Shape::Nested => self.next_nested(bytes),
        }
    }

    /// The shape is told by the first line that is not blank: an object that ends there is one of many lines.
    fn look(&mut self) -> io::Result<Shape> {
        self.skip(b"\xef\xbb\xbf")?;
        let first = loop {
            match self.reader.fill_buf()?.first() {
                Some(b' ' | b'\t' | b'\r') => self.reader.consume(1),
                Some(b'\n') => {
                    self.line += 1;
                    self.reader.consume(1);
                }
                other => break other.copied(),
            }
        };
        let shape = if first == Some(b'[') {
            self.reader.consume(1);
            Shape::Nested
        } else {
            let mut ahead = Vec::new();
            self.ahead = self.next_line(&mut ahead)?.map(|line| (line, ahead));
            let whole = self.ahead.as_ref().is_none_or(|(_, b)| Depth::default().end(b).is_some() || !opens(b));
            if whole { Shape::Lines } else { Shape::Nested }
        };
        self.shape = Some(shape);
        Ok(shape)
    }

    fn skip(&mut self, mark: &[u8]) -> io::Result<()> {
        if self.reader.fill_buf()?.starts_with(mark) {
            self.reader.consume(mark.len());
        }
        Ok(())
    }

    fn next_line(&mut self, bytes: &mut Vec<u8>) -> io::Result<Option<u64>> {
        let start = bytes.len();
        loop {
            let line = self.line;
            let mut limited = io::Read::take(&mut self.reader, LONGEST as u64);
            let read = limited.read_until(b'\n', bytes)?;
            if read == 0 {
                return Ok(None);
            }
            if read >= LONGEST {
                return Err(too_long(line));
            }
            self.line += 1;
            if !bytes[start..].iter().all(u8::is_ascii_whitespace) {
                return Ok(Some(line));
            }
            bytes.truncate(start);
        }
    }

    fn next_nested(&mut self, bytes: &mut Vec<u8>) -> io::Result<Option<u64>> {
        let start = bytes.len();
        let mut depth = Depth::default();
        let (mut line, ahead) = self.ahead.take().unwrap_or((self.line, Vec::new()));
        depth.end(&ahead);
        bytes.extend_from_slice(&ahead);
        loop {
            let buffer = self.reader.fill_buf()?;
            if buffer.is_empty() {
                return Ok((!bytes[start..].iter().all(u8::is_ascii_whitespace)).then_some(line));
            }
            let mut taken = 0;
            let mut whole = false;
            for &b in buffer {
                taken += 1;
                if bytes.len() == start {
                    // Between objects: what separates and closes an array is not part of any.
                    if b.is_ascii_whitespace() || b == b',' || b == b']' {
                        self.line += u64::from(b == b'\n');
                        continue;
                    }
                    line = self.line;
                }
                self.line += u64::from(b == b'\n');
                bytes.push(b);
                if depth.step(b) {
                    whole = true;
                    break;
                }
                // Something that is no object ends where the line ends, so that one mistake costs one piece.
                if b == b'\n' && !opens(&bytes[start..]) {
                    whole = true;
                    break;
                }
            }
            self.reader.consume(taken);
            if whole {
                return Ok(Some(line));
            }
            if bytes.len() - start >= LONGEST {
                return Err(too_long(line));
            }
        }
    }
}

fn opens(bytes: &[u8]) -> bool {
    bytes.trim_ascii_start().first() == Some(&b'{')
}

fn too_long(line: u64) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("the object that begins in line {line} is not closed within 16 MiB"),
    )
}

/// Brackets that are open, strings left aside.
#[derive(Default)]
struct Depth {
    open: usize,
    string: bool,
    escape: bool,
}

impl Depth {
    /// Takes a byte; true if it closes the outermost bracket.
    fn step(&mut self, b: u8) -> bool {
        if self.string {
            match b {
                _ if self.escape => self.escape = false,
                b'\\' => self.escape = true,
                b'"' => self.string = false,
                _ => {}
            }
            return false;
        }
        match b {
            b'"' => self.string = true,
            b'{' | b'[' => self.open += 1,
            b'}' | b']' => {
                self.open = self.open.saturating_sub(1);
                return self.open == 0;
            }
            _ => {}
        }
        false
    }

    /// Where the outermost bracket closes.
    fn end(&mut self, bytes: &[u8]) -> Option<usize> {
        bytes.iter().position(|b| self.step(*b))
    }
}
