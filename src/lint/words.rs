//! Words by which people name what the framework speaks of: a demo, a nurture track, a disqualification, security.
//!
//! A policy names its outcomes and fields freely, so some advice has to go by words. Whole words only, so that a `demographic` is no demo.

use crate::policy::steps::Outcome;
use crate::policy::text::phrase_matches;

/// Words about showing the product.
const DEMO: &[&str] = &["demo", "demos", "demonstration*"];
/// Words that set a demo up, rather than speak of one.
const ARRANGE: &[&str] = &["book", "schedule", "set up", "arrange", "give", "hold", "run", "offer", "invite"];
/// Words about staying in touch until the time has come.
const NURTURE: &[&str] = &["nurtur*"];
/// Words about turning a lead away.
const DISQUALIFY: &[&str] =
    &["disqualif*", "unqualified", "not a fit", "no fit", "reject*", "declin*", "turn away", "turned away"];
/// Words about security, privacy and regulation.
const SECURITY: &[&str] = &[
    "security",
    "secure",
    "complian*",
    "privacy",
    "hipaa",
    "gdpr",
    "audit*",
    "regulat*",
    "phi",
    "data protection",
    "data handling",
];

fn says(text: &str, words: &[&str]) -> bool {
    words.iter().any(|w| phrase_matches(text, w))
}

fn named(outcome: &Outcome, words: &[&str]) -> bool {
    says(&outcome.name, words) || says(&outcome.title, words)
}

/// Whether an outcome is a demo: by its name, or because its next step sets one up.
pub fn is_demo(outcome: &Outcome) -> bool {
    named(outcome, DEMO) || outcome.next.iter().any(|n| says(&n.value, DEMO) && says(&n.value, ARRANGE))
}

/// Whether an outcome keeps a lead warm for later.
pub fn is_nurture(outcome: &Outcome) -> bool {
    named(outcome, NURTURE)
}

/// Whether an outcome turns a lead away.
pub fn is_disqualification(outcome: &Outcome) -> bool {
    named(outcome, DISQUALIFY)
}

/// Whether a text is about security, privacy or regulation.
pub fn about_security(text: &str) -> bool {
    says(text, SECURITY)
}

/// Whether a channel is a form.
pub fn is_form(channel: &str) -> bool {
    says(channel, &["form", "forms", "webform*"])
}
