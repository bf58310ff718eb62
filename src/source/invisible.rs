//! Characters that change how a text reads, or whether two texts are the same, without being seen.
//!
//! One list for everybody who shows text or looks for such characters in it, so that what one warns of the other makes visible.

/// What an invisible character is called, without its number; `None` for everything that is seen, for spaces and for control characters.
pub fn name(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{AD}' => "a soft hyphen",
        '\u{34F}' => "a grapheme joiner",
        '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {
            "a mark of writing direction"
        }
        '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}' => "a blank letter",
        '\u{180E}' | '\u{200B}' => "a zero-width space",
        '\u{200C}' | '\u{200D}' | '\u{2060}' => "a zero-width joiner",
        '\u{2061}'..='\u{2065}' | '\u{206A}'..='\u{206F}' => "an invisible mark",
        '\u{FEFF}' => "a byte order mark",
        '\u{FFF9}'..='\u{FFFB}' => "an annotation mark",
        '\u{E0000}'..='\u{E007F}' => "an invisible tag",
        _ => return None,
    })
}
