//! Text from outside, made harmless for the place it is shown at.

use crate::source::invisible;

/// Control characters, invisible characters and direction marks as visible escapes, for terminals and logs. Line breaks become escapes too.
pub fn for_terminal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() || invisible::name(c).is_some() {
            out.push_str(&format!("\\u{{{:x}}}", c as u32));
        } else {
            out.push(c);
        }
    }
    out
}

/// The text of a file as it is drawn under marks: what is not seen becomes something that is, of as many bytes, so that places stay right.
pub fn drawn(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let harmless = matches!(c, '\n' | '\t') || !c.is_control() && invisible::name(c).is_none();
        match c.len_utf8() {
            _ if harmless => out.push(c),
            1 => out.push('?'),
            2 => out.push('¿'),
            3 => out.push('\u{FFFD}'),
            _ => out.push_str("\u{FFFD}?"),
        }
    }
    out
}

/// The same for text of several lines: line breaks and tabs stay.
pub fn lines_for_terminal(text: &str) -> String {
    text.split('\n')
        .map(|line| line.split('\t').map(for_terminal).collect::<Vec<_>>().join("\t"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// A text as Markdown that shows it as it is: no markup, no mention of people, no link. What terminals must not see is escaped, too.
pub fn for_markdown(text: &str) -> String {
    let text = for_terminal(text);
    let mut out = String::with_capacity(text.len());
    for (i, c) in text.char_indices() {
        match c {
            '\\' | '`' | '*' | '_' | '~' | '[' | ']' | '|' | '#' | '$' => out.extend(['\\', c]),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '@' => out.push_str("&#64;"),
            // Addresses become links by themselves.
            ':' if text[i..].starts_with("://") => out.push_str("&#58;"),
            '.' if out.to_ascii_lowercase().ends_with("www") => out.push_str("&#46;"),
            c => out.push(c),
        }
    }
    out
}

/// JSON in which nothing hides: what is not seen is written as an escape, and reads as the same value. JSON has such characters only inside
/// texts, so they can be escaped wherever they stand.
pub fn for_json(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        let hidden = matches!(c, '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}') || invisible::name(c).is_some();
        if hidden {
            c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_hides_in_json() {
        let value = serde_json::json!({ "a\u{202e}b": "c\u{e0041}d\u{9b}31m\n\u{feff}" });
        let shown = for_json(&serde_json::to_string_pretty(&value).expect("JSON"));
        assert!(shown.chars().all(|c| c == '\n' || !c.is_control() && invisible::name(c).is_none()), "{shown}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).expect("JSON"), value);
    }

    #[test]
    fn terminals_never_see_control_characters() {
        assert_eq!(for_terminal("a\u{1b}[31mb\u{202e}c"), "a\\u{1b}[31mb\\u{202e}c");
        assert_eq!(lines_for_terminal("a\tb\r\nc"), "a\tb\\u{d}\nc");
        assert_eq!(for_terminal("co\u{ad}op\u{e0041}"), "co\\u{ad}op\\u{e0041}");
    }

    #[test]
    fn markdown_shows_a_text_as_it_is() {
        let text = "a|b <img src=x> [x](https://example.com) @all #1 `c` **d** & www.example.com\n- \u{202e}e";
        let shown = "a\\|b &lt;img src=x&gt; \\[x\\](https&#58;//example.com) &#64;all \\#1 \\`c\\` \\*\\*d\\*\\* &amp; www&#46;example.com\\\\u{a}- \\\\u{202e}e";
        assert_eq!(for_markdown(text), shown);
    }

    #[test]
    fn what_is_drawn_is_seen_and_keeps_its_places() {
        let text = "a\u{1b}b\u{85}c\u{ad}d\u{202e}e\u{e0041}f\n\tg";
        assert_eq!(drawn(text), "a?b¿c¿d\u{FFFD}e\u{FFFD}?f\n\tg");
        assert_eq!(drawn(text).len(), text.len());
    }
}
