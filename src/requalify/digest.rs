//! What stands in a snapshot for people, events and free texts: short hashes that tell whether something was there before, and nothing else.
//!
//! Each is made with the id of its lead, so that the same person or text cannot be followed from lead to lead.

use crate::policy::time::Instant;
use sha2::{Digest, Sha256};

/// Bytes of a hash that are kept. Within one lead, even a thousand people or events share a hash with a probability of less than one in a billion.
const KEPT: usize = 8;

fn digest(parts: [&str; 3]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        // Lengths first, so that no two lists of parts read alike.
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().iter().take(KEPT).map(|b| format!("{b:02x}")).collect()
}

/// A person of a lead, as the contacts name them; case does not matter.
pub fn person(lead: &str, named: &str) -> String {
    digest(["person", lead, &named.trim().to_lowercase()])
}

/// An event of a signal.
pub fn event(lead: &str, signal: &str, at: Instant) -> String {
    digest(["event", lead, &format!("{signal} {}", at.0)])
}

/// A free text; case does not matter, as it does not in conditions.
pub fn text(lead: &str, text: &str) -> String {
    format!("text:{}", digest(["text", lead, &text.trim().to_lowercase()]))
}

/// Whether a kept value is the hash of a free text.
pub fn is_text(value: &str) -> bool {
    value.starts_with("text:")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_know_the_same_again_and_nothing_else() {
        let one = person("1", "Dana@Example.com");
        assert_eq!(one, person("1", " dana@example.com "));
        assert_ne!(one, person("2", "dana@example.com"), "another lead, another hash");
        assert_eq!(one.len(), 2 * KEPT);
        assert!(!one.contains("dana") && is_text(&text("1", "x")) && !is_text("planning"));
        assert_ne!(event("1", "reply", Instant(1)), event("1", "reply", Instant(2)));
    }
}
