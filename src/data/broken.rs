//! Why an object of a leads file cannot be read, and where, in words for people.

use super::findings::Place;
use super::json;

/// Why a text is no lead, in one sentence without a full stop.
pub(super) fn why_broken(text: &str, error: &serde_json::Error) -> String {
    match json::broken(text) {
        Some(_) => format!("this is not JSON: {}", plain(error)),
        None => format!("this is not a lead: {}", plain(error)),
    }
}

/// Where a text is broken, in lines and characters of the text.
pub(super) fn where_broken(text: &str, error: &serde_json::Error) -> Place {
    let line = error.line().max(1);
    let bytes = error.column().saturating_sub(1);
    let written = text.split('\n').nth(line - 1).unwrap_or("");
    let before = written.char_indices().take_while(|(at, _)| *at < bytes).count();
    Place { line: line as u64, column: before as u32 + 1 }
}

/// What is wrong, in words for people; the place is told apart.
pub fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.rfind(" at line ").map_or(text.as_str(), |at| &text[..at]);
    if error.is_eof() {
        return "it ends before it is closed".to_string();
    }
    match text {
        "trailing characters" => {
            return "something follows the object; put each object in a line of its own".to_string();
        }
        "trailing comma" => return "there is a comma before the closing bracket".to_string(),
        "expected value" => return "a value is missing, or a text lacks its quotes".to_string(),
        "key must be a string" => return "a key lacks its quotes".to_string(),
        _ => {}
    }
    match text.strip_prefix("invalid type: ").and_then(|t| t.split_once(", expected ")) {
        Some((found, expected)) => {
            let found = match found {
                "sequence" => "a list",
                "map" => "an object",
                other => other,
            };
            format!("{expected} is expected here, not {found}")
        }
        None => text.to_string(),
    }
}
