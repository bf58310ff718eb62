//! What a policy file says, read without the help of the library: its tokens and comments in order. Two texts that differ only in layout say the same.

/// A token or a comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    Token(String),
    /// A comment on a line of its own.
    OwnLine(String),
    /// A comment behind a token, on its line.
    EndOfLine(String),
}

/// All tokens and comments of a text. A sign belongs to the number it touches.
pub fn said(text: &str) -> Vec<Said> {
    let (mut found, mut at, mut begins_line) = (Vec::new(), 0, true);
    while at < text.len() {
        let rest = &text[at..];
        let length = match rest.as_bytes()[0] {
            b'\n' => {
                begins_line = true;
                at += 1;
                continue;
            }
            b' ' | b'\t' | b'\r' => {
                at += 1;
                continue;
            }
            b'#' => {
                let length = rest.find('\n').unwrap_or(rest.len());
                let comment = rest[..length].trim_end().to_string();
                found.push(if begins_line { Said::OwnLine(comment) } else { Said::EndOfLine(comment) });
                at += length;
                continue;
            }
            b'"' => quoted(rest),
            _ => plain(rest),
        };
        found.push(Said::Token(rest[..length].to_string()));
        begins_line = false;
        at += length;
    }
    found
}

/// Where the tokens of a text end.
pub fn token_ends(text: &str) -> Vec<usize> {
    let mut at = 0;
    let mut ends = Vec::new();
    for one in said(text) {
        let (Said::Token(written) | Said::OwnLine(written) | Said::EndOfLine(written)) = &one;
        at += text[at..].find(written.as_str()).expect("what was read is there") + written.len();
        if matches!(one, Said::Token(_)) {
            ends.push(at);
        }
    }
    ends
}

fn quoted(rest: &str) -> usize {
    let mut escaped = false;
    for (i, c) in rest.char_indices().skip(1) {
        match c {
            '"' if !escaped => return i + 1,
            '\n' => return i,
            _ => escaped = c == '\\' && !escaped,
        }
    }
    rest.len()
}

/// A word, a number, a date, or a mark.
fn plain(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let is_word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    let signed = matches!(bytes[0], b'+' | b'-') && bytes.get(1).is_some_and(u8::is_ascii_digit);
    let start = usize::from(signed);
    if !is_word(bytes[start]) {
        let two = [">=", "<=", ".."].iter().any(|m| rest.starts_with(m));
        return if two { 2 } else { rest.chars().next().map_or(1, char::len_utf8) };
    }
    let is_date = bytes[0].is_ascii_digit() && bytes.get(4) == Some(&b'-');
    let mut at = start;
    while at < bytes.len() {
        let next_is_digit = bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
        let hyphened = matches!(&rest[..at], "time" | "expect") && bytes[at] == b'-';
        let in_date = is_date && matches!(bytes[at], b'-' | b':' | b'+');
        let in_number = bytes[at] == b'.' && next_is_digit && at > 0 && bytes[at - 1].is_ascii_digit();
        if !(is_word(bytes[at]) || hyphened || in_date || in_number) {
            break;
        }
        at += 1;
    }
    at
}
