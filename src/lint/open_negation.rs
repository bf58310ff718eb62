//! A negation that meets a blank answer where a definite one is needed.

use super::uses::{Mention, mentions};
use super::{Lens, Place};
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::condition::Test;
use crate::policy::{Atom, Policy};
use crate::source::Span;

declare_rule! {
    /// `not X`, `is not`, `not in` or `has none of` on a field that can be blank, in a score, a route, a risk or a fall back.
    pub OPEN_NEGATION = "RB1106" "open-negation" Warning "a negation that a blank answer leaves open"
}

/// Finds negations on fields in scores, routes, risks and fall backs that neither `confirmed` nor `unconfirmed` settles.
pub fn find(lens: &Lens<'_>, found: &mut Vec<Diagnostic>) {
    let mut told: Vec<Span> = Vec::new();
    for one in lens.uses.iter().filter(|u| needs_an_answer(u.place)) {
        for mention in mentions(lens.policy, one.cond).into_iter().filter(is_open) {
            let span = mention.cond.span;
            if !told.contains(&span) {
                told.push(span);
                found.push(open_negation(lens.policy, &mention, span));
            }
        }
    }
}

fn needs_an_answer(place: Place) -> bool {
    matches!(place, Place::Criterion(..) | Place::Rule(_) | Place::Risk(_) | Place::FallBack(..))
}

/// The id is always there, `is known` always has an answer, and `is not empty` says that something is known to be in it.
fn is_open(mention: &Mention<'_>) -> bool {
    let Atom::Field(field, test) = mention.atom else { return false };
    let always_known = field.index() == crate::policy::BuiltIn::Id as usize;
    mention.negated && !mention.settled && !always_known && !matches!(test, Test::Known | Test::Empty)
}

fn open_negation(policy: &Policy, mention: &Mention<'_>, span: Span) -> Diagnostic {
    let name = match mention.atom {
        Atom::Field(field, _) => policy.field(*field).name.as_str(),
        _ => "the answer",
    };
    let place = if mention.defined { ", in a definition that decides something" } else { "" };
    Diagnostic::new(
        &OPEN_NEGATION,
        format!("a lead that does not say `{name}` is left out by this negation"),
        span,
        format!("neither true nor false where `{name}` is blank{place}"),
    )
    .with_help("write `unconfirmed …` if a blank counts as well, or `confirmed not …` if only a known answer does")
}
