//! Bytes of a table decoded to UTF-8 where another encoding is declared, every line ending in a single `\n`, with the first line looked at in
//! advance.

use crate::policy::import::Encoding;
use std::io::{self, Read};

/// How much of a file is looked at to find its delimiter.
const LOOK_AHEAD: usize = 64 * 1024;
/// How much is read at once.
const BUFFER: usize = 64 * 1024;

/// A reader of decoded bytes.
pub(super) struct Decoded<R: Read> {
    inner: R,
    encoding: Encoding,
    raw: Vec<u8>,
    ready: Vec<u8>,
    /// How much of `ready` was given.
    given: usize,
    /// The last byte as it was read; `None` before the first.
    last: Option<u8>,
    ended: bool,
}

impl<R: Read> Decoded<R> {
    pub fn new(inner: R, encoding: Encoding) -> Decoded<R> {
        Decoded { inner, encoding, raw: vec![0; BUFFER], ready: Vec::new(), given: 0, last: None, ended: false }
    }

    /// The bytes up to the first line break, without taking them.
    pub fn first_line(&mut self) -> io::Result<Vec<u8>> {
        while self.ready.len() < LOOK_AHEAD && !self.ready.contains(&b'\n') && self.fill()? {}
        Ok(self.ready.iter().copied().take_while(|b| *b != b'\n').collect())
    }

    /// Reads more of the file; false at its end.
    fn fill(&mut self) -> io::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        let n = self.inner.read(&mut self.raw)?;
        if self.given == self.ready.len() {
            self.ready.clear();
            self.given = 0;
        }
        let raw = &self.raw[..n];
        let Some(&last) = raw.last() else {
            self.ended = true;
            if self.last.is_some_and(|b| b != b'\n' && b != b'\r') {
                self.ready.push(b'\n');
            }
            return Ok(true);
        };
        match self.encoding {
            Encoding::Utf8 => take(raw, self.last, &mut self.ready),
            Encoding::Windows1252 => {
                let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(raw);
                take(text.as_bytes(), self.last, &mut self.ready);
            }
        }
        // Line ends are the same byte in both encodings.
        self.last = Some(last);
        Ok(true)
    }
}

/// Adds bytes with `\r\n` and `\r` as `\n`; `last` is the byte before them.
fn take(bytes: &[u8], last: Option<u8>, ready: &mut Vec<u8>) {
    let whole = bytes.strip_prefix(b"\n").filter(|_| last == Some(b'\r')).unwrap_or(bytes);
    if !whole.contains(&b'\r') {
        return ready.extend_from_slice(whole);
    }
    let mut lines = whole.split(|b| *b == b'\r');
    ready.extend_from_slice(lines.next().unwrap_or(&[]));
    for line in lines {
        ready.push(b'\n');
        ready.extend_from_slice(line.strip_prefix(b"\n").unwrap_or(line));
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.given == self.ready.len() && self.fill()? {}
        let ready = &self.ready[self.given..];
        let n = ready.len().min(out.len());
        out[..n].copy_from_slice(&ready[..n]);
        self.given += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives so many bytes at a time.
    struct Drops<'a>(&'a [u8], usize);

    impl Read for Drops<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let n = self.1.min(self.0.len()).min(out.len());
            out[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }

    #[test]
    fn line_ends_are_one_byte_however_the_file_comes() {
        for (text, lines) in [
            ("a\r\nb\rc\nd", "a\nb\nc\nd\n"),
            ("a\r\r\n\n\r", "a\n\n\n\n"),
            ("\r\n", "\n"),
            ("\n\r\na", "\n\na\n"),
            ("\r\n\r\n\r\nab\n", "\n\n\nab\n"),
            ("", ""),
        ] {
            for size in 1..8 {
                let mut read = String::new();
                let mut decoded = Decoded::new(Drops(text.as_bytes(), size), Encoding::Utf8);
                let first = decoded.first_line().expect("a line");
                decoded.read_to_string(&mut read).expect("text");
                assert_eq!(read, lines, "{text:?} by {size}");
                assert_eq!(first, lines.split('\n').next().unwrap_or("").as_bytes(), "{text:?} by {size}");
            }
        }
    }
}
