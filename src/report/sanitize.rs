//! Text from outside, made harmless for the place it is shown at.

/// Control characters, invisible characters and direction marks as visible escapes, for terminals and logs. Line breaks become escapes too.
pub fn for_terminal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() || is_invisible(c) {
            out.push_str(&format!("\\u{{{:x}}}", c as u32));
        } else {
            out.push(c);
        }
    }
    out
}

/// Characters that change how a line reads without being seen.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{061C}')
}

/// The same for text of several lines: line breaks and tabs stay.
pub fn lines_for_terminal(text: &str) -> String {
    text.split('\n')
        .map(|line| line.split('\t').map(for_terminal).collect::<Vec<_>>().join("\t"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminals_never_see_control_characters() {
        assert_eq!(for_terminal("a\u{1b}[31mb\u{202e}c"), "a\\u{1b}[31mb\\u{202e}c");
        assert_eq!(lines_for_terminal("a\tb\r\nc"), "a\tb\\u{d}\nc");
    }
}
