//! A file of JSON cut into the texts of its objects: one a line, one behind another, or the members of one array.

use std::io::{self, BufRead};

/// The longest text of one lead; more is a file that is something else, or never closed.
pub(super) const LONGEST: usize = 16 << 20;

/// The text of one object and where it begins.
#[derive(Debug)]
pub(super) struct Piece {
    pub line: u64,
    /// In bytes, from 1.
    pub column: u32,
    pub bytes: Vec<u8>,
}

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
    /// Bytes of the line that were taken, where objects do not stand one a line.
    column: u32,
    shape: Option<Shape>,
    /// A line that was read to see the shape of the file.
    ahead: Option<Piece>,
}

impl<R: BufRead> Splitter<R> {
    pub fn new(reader: R) -> Splitter<R> {
        Splitter { reader, line: 1, column: 0, shape: None, ahead: None }
    }

    /// The next object's text; an [`io::ErrorKind::InvalidData`] for one that is too long.
    pub fn next(&mut self) -> io::Result<Option<Piece>> {
        let shape = match self.shape {
            Some(shape) => shape,
            None => self.look()?,
        };
        match shape {
            Shape::Lines => match self.ahead.take() {
                Some(piece) => Ok(Some(piece)),
                None => self.next_line(),
            },
            Shape::Nested => self.next_nested(),
        }
    }

    /// The shape is told by the first line that is not blank: an object that ends there is one of many lines.
    fn look(&mut self) -> io::Result<Shape> {
        self.skip(b"\xef\xbb\xbf")?;
        let first = loop {
            match self.reader.fill_buf()?.first() {
                Some(b' ' | b'\t' | b'\r') => {
                    self.column += 1;
                    self.reader.consume(1);
                }
                Some(b'\n') => {
                    (self.line, self.column) = (self.line + 1, 0);
                    self.reader.consume(1);
                }
                other => break other.copied(),
            }
        };
        let shape = if first == Some(b'[') {
            self.reader.consume(1);
            self.column += 1;
            Shape::Nested
        } else {
            self.ahead = self.next_line()?;
            let whole =
                self.ahead.as_ref().is_none_or(|p| Depth::default().end(&p.bytes).is_some() || !opens(&p.bytes));
            // A line that is broken is one mistake; where another object begins in the next line, lines are what the file is made of.
            let next = self.reader.fill_buf()?.first() == Some(&b'{');
            if whole || next { Shape::Lines } else { Shape::Nested }
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

    fn next_line(&mut self) -> io::Result<Option<Piece>> {
        loop {
            let line = self.line;
            let mut bytes = Vec::new();
            let mut limited = io::Read::take(&mut self.reader, LONGEST as u64);
            if limited.read_until(b'\n', &mut bytes)? == 0 {
                return Ok(None);
            }
            if bytes.len() >= LONGEST {
                return Err(too_long(line));
            }
            self.line += 1;
            if !bytes.iter().all(u8::is_ascii_whitespace) {
                return Ok(Some(Piece { line, column: 1, bytes }));
            }
        }
    }

    fn next_nested(&mut self) -> io::Result<Option<Piece>> {
        let mut depth = Depth::default();
        let ahead = self.ahead.take();
        let (mut line, mut column, mut bytes) = ahead.map_or((self.line, 1, Vec::new()), |p| (p.line, 1, p.bytes));
        depth.end(&bytes);
        loop {
            let buffer = self.reader.fill_buf()?;
            if buffer.is_empty() {
                return Ok((!bytes.iter().all(u8::is_ascii_whitespace)).then_some(Piece { line, column, bytes }));
            }
            let mut taken = 0;
            let mut whole = false;
            for &b in buffer {
                taken += 1;
                let here = (self.line, self.column + 1);
                (self.line, self.column) = if b == b'\n' { (here.0 + 1, 0) } else { here };
                if bytes.is_empty() {
                    // Between objects: what separates and closes an array is not part of any.
                    if b.is_ascii_whitespace() || b == b',' || b == b']' {
                        continue;
                    }
                    (line, column) = here;
                }
                bytes.push(b);
                if depth.step(b) {
                    whole = true;
                    break;
                }
                // Something that is no object ends where the line ends, so that one mistake costs one piece.
                if b == b'\n' && !opens(&bytes) {
                    whole = true;
                    break;
                }
            }
            self.reader.consume(taken);
            if whole {
                return Ok(Some(Piece { line, column, bytes }));
            }
            if bytes.len() >= LONGEST {
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
