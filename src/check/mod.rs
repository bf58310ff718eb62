//! Syntax trees of a policy and its libraries → the typed policy, or findings.
//!
//! Names are collected first ([`names`]), then block by block is resolved. A file per kind of block, and the messages beside the checks that raise
//! them. Whatever follows only from text that could not be read is kept back ([`Poison`]).

mod cases;
pub mod conditions;
mod expectation;
pub mod fields;
mod follow_up;
mod header;
mod import;
pub mod layers;
pub mod names;
mod outcomes;
pub mod poison;
mod route;
mod scenario;
mod score;
mod signals;
mod stages;
pub mod values;
mod whole;

pub use whole::{Input, check};

use crate::diagnostic::{Diagnostic, Rule};
use crate::policy::condition::Layer;
use crate::source::{SourceMap, Span};
use names::Names;
use poison::Poison;
use std::sync::Arc;

/// All rules of this layer.
pub static RULES: &[&Rule] = &[
    &conditions::computed::UNKNOWN_STATE,
    &conditions::computed::THRESHOLD_OUT_OF_RANGE,
    &conditions::computed::STAGE_TOO_EARLY,
    &conditions::UNKNOWN_NAME,
    &conditions::WRONG_COMPARISON,
    &conditions::BAD_WINDOW,
    &conditions::signals::UNKNOWN_SIGNAL,
    &conditions::signals::EMPTY_TIER,
    &fields::DUPLICATE_CHOICE,
    &fields::CHOICE_MEANS_UNKNOWN,
    &fields::BAD_FIELD,
    &fields::UNKNOWN_STAGE,
    &fields::BAD_ASK,
    &follow_up::BAD_TRIGGER,
    &follow_up::BAD_ACCOUNT,
    &header::INCOMPLETE_HEADER,
    &header::BAD_SETTING,
    &import::UNKNOWN_MAPPING,
    &import::BAD_IMPORT_SETTING,
    &layers::USED_TOO_EARLY,
    &layers::DEFINITION_CYCLE,
    &names::DUPLICATE_NAME,
    &names::NOTHING_TO_REPLACE,
    &names::RESERVED_NAME,
    &outcomes::INCOMPLETE_OUTCOME,
    &outcomes::OPEN_ALTERNATIVES,
    &outcomes::BAD_DUE,
    &route::ROUTE_WITHOUT_END,
    &route::RULE_WITHOUT_CONDITION,
    &route::BAD_MATRIX,
    &route::UNKNOWN_OUTCOME,
    &scenario::BAD_TEST_TIME,
    &scenario::BAD_GIVEN,
    &expectation::BAD_EXPECTATION,
    &score::BAD_POINTS,
    &score::UNLIMITED_POINTS,
    &score::BANDS_OUT_OF_ORDER,
    &score::MISSING_SCORE,
    &score::REPEATED_SETTING,
    &signals::UNKNOWN_CHANNEL,
    &signals::UNKNOWN_PERSONA,
    &signals::BAD_ROLE,
    &signals::UNKNOWN_ROLE,
    &stages::MISSING_REASON,
    &stages::BAD_FALL_BACK,
    &stages::EMPTY_STEP,
    &stages::UNKNOWN_CHECKLIST,
    &values::UNKNOWN_VALUE,
    &values::WRONG_VALUE,
    &values::NUMBER_OUT_OF_RANGE,
    &values::BAD_LITERAL,
];

/// What all resolvers share.
pub struct Checker<'a> {
    pub sources: &'a SourceMap,
    pub names: Names<'a>,
    pub poison: Poison,
    pub found: Vec<Diagnostic>,
    /// The typed fields, built-in first; filled before conditions are resolved.
    pub fields: Vec<crate::policy::field::Field>,
    pub attributes: Vec<crate::policy::field::Field>,
    /// The layer of each definition; filled before conditions are resolved.
    pub define_layers: Vec<Layer>,
    /// Only a library is looked at: what it borrows from policies is not checked.
    pub library_only: bool,
}

/// Where a condition stands and what it may mention.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    /// The highest layer it may mention.
    pub allowed: Layer,
    /// How messages name the place: `a fit criterion`.
    pub place: &'static str,
    /// Stages may be mentioned up to this one (exclusive); all of them where nothing is said.
    pub stages_before: Option<u16>,
    pub attributes_only: bool,
    pub previous_route: bool,
}

impl Context {
    /// A place that may mention everything up to a layer.
    pub fn new(place: &'static str, allowed: Layer) -> Context {
        Context { allowed, place, stages_before: None, attributes_only: false, previous_route: false }
    }
}

impl Checker<'_> {
    /// Reports a finding.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// The text under a span with white space folded and comments left out.
    pub fn text(&self, span: Span) -> Arc<str> {
        folded(self.sources.text(span)).into()
    }
}

/// Folds white space outside quotes to single spaces and leaves comments out.
pub(crate) fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut quoted, mut comment, mut escaped) = (false, false, false);
    for c in text.chars() {
        if comment {
            comment = c != '\n';
            continue;
        }
        if quoted {
            out.push(c);
            quoted = escaped || c != '"';
            escaped = c == '\\' && !escaped;
            continue;
        }
        match c {
            '#' => comment = true,
            c if c.is_whitespace() => {
                if !out.ends_with(' ') && !out.is_empty() {
                    out.push(' ');
                }
            }
            c => {
                quoted = c == '"';
                out.push(c);
            }
        }
    }
    out.truncate(out.trim_end().len());
    out
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn texts_are_shown_on_one_line() {
        assert_eq!(folded("fit  >= good # why\n   and x is \"a  # b\""), "fit >= good and x is \"a  # b\"");
        assert_eq!(folded("x is \"say \\\" # no\"  "), "x is \"say \\\" # no\"");
    }
}
