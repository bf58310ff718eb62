//! What is needed, and whether anybody asks for it: forms that ask too much, scripts that ask too little.
//!
//! These speak only to policies that ask: a policy without questions gets its fields from elsewhere, and one without a script has none to complete.

use super::{Lens, Place, sees};
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::field::{Ask, Field};
use crate::policy::steps::Topic;
use crate::policy::{Cond, FieldId, Policy};

declare_rule! {
    /// A form with more questions than people answer.
    pub LONG_FORM = "RB1149" "long-form" Advice "a form with more questions than people answer"
}

declare_rule! {
    /// A field that a gate or the route needs and the call script leaves out.
    pub QUESTION_MISSING = "RB1150" "question-missing" Advice "a field that a gate or the route needs and the call script leaves out"
}

declare_rule! {
    /// A gate that needs what nobody can ask for.
    pub GATE_WITHOUT_QUESTION = "RB1153" "gate-without-question" Warning "a gate that needs what no question brings"
}

/// The most questions of a form that people can be expected to answer: the handful that every intake has, and as many for the product.
pub const LONGEST_FORM: usize = 10;

fn is_on(ask: &Ask, place: &str) -> bool {
    ask.on.iter().any(|on| on == place)
}

/// The fields that the form asks for, in order.
pub fn on_form(policy: &Policy) -> Vec<&Field> {
    policy.fields.iter().filter(|f| f.ask.as_ref().is_some_and(|a| is_on(a, "form"))).collect()
}

/// Finds a form that asks for more than [`LONGEST_FORM`] fields; told at the first that is too many.
pub fn long_form(lens: &Lens<'_>, found: &mut Vec<Diagnostic>) {
    let asked = on_form(lens.policy);
    let Some(over) = asked.get(LONGEST_FORM) else { return };
    found.push(
        Diagnostic::new(
            &LONG_FORM,
            format!("the form asks {} questions", asked.len()),
            lens.texts().head(over.span),
            format!("people stop filling a form after about {LONGEST_FORM}"),
        )
        .with_help("ask the rest by email or on a call: `ask on call \"…\"`"),
    );
}

/// The fields of the call script.
fn in_script(policy: &Policy) -> Vec<FieldId> {
    let topics = policy.discovery.iter().flat_map(|d| &d.sections).flat_map(|(_, topics)| topics);
    topics.filter_map(|t| if let Topic::Field(f) = t { Some(*f) } else { None }).collect()
}

/// Fields with the condition that needs them first.
fn needed<'a>(lens: &Lens<'a>, places: impl Fn(Place) -> bool) -> Vec<(FieldId, &'a Cond)> {
    let mut found: Vec<(FieldId, &Cond)> = Vec::new();
    for one in lens.uses.iter().filter(|u| places(u.place)) {
        for field in sees::fields(lens.policy, one.cond) {
            if !lens.policy.field(field).built_in && found.iter().all(|(f, _)| *f != field) {
                found.push((field, one.cond));
            }
        }
    }
    found
}

fn is_gate(place: Place) -> bool {
    matches!(place, Place::Require(..))
}

/// Finds fields that a gate or the route needs and that are asked neither in the script nor only elsewhere: on a form, by email.
pub fn missing(lens: &Lens<'_>, found: &mut Vec<Diagnostic>) {
    let policy = lens.policy;
    let Some(script) = &policy.discovery else { return };
    let asked = in_script(policy);
    let silent = without_question(lens);
    for (field, cond) in needed(lens, |p| is_gate(p) || matches!(p, Place::Rule(_))) {
        let elsewhere = policy.field(field).ask.as_ref().is_some_and(|a| !is_on(a, "call"));
        if asked.contains(&field) || elsewhere || silent.iter().any(|(f, _)| *f == field) {
            continue;
        }
        let name = &policy.field(field).name;
        found.push(
            Diagnostic::new(
                &QUESTION_MISSING,
                format!("the call script leaves out `{name}`"),
                cond.span,
                format!("needs `{name}`"),
            )
            .with_label(lens.texts().head(script.span), "the script")
            .with_help(format!("add `{name}` to a section of `discovery`")),
        );
    }
}

/// Fields that a gate needs, in a policy that asks for things, and that neither a question nor the script asks for.
fn without_question<'a>(lens: &Lens<'a>) -> Vec<(FieldId, &'a Cond)> {
    let policy = lens.policy;
    if policy.fields.iter().all(|f| f.ask.is_none()) {
        return Vec::new();
    }
    let asked = in_script(policy);
    let silent = |f: FieldId| policy.field(f).ask.is_none() && !asked.contains(&f);
    needed(lens, is_gate).into_iter().filter(|(f, _)| silent(*f)).collect()
}

/// Finds gates that need a field nobody asks for.
pub fn gates(lens: &Lens<'_>, found: &mut Vec<Diagnostic>) {
    for (field, cond) in without_question(lens) {
        let field = lens.policy.field(field);
        found.push(
            Diagnostic::new(
                &GATE_WITHOUT_QUESTION,
                format!("nobody asks for `{}`, which this gate needs", field.name),
                cond.span,
                format!("a lead stops here until somebody thinks of `{}`", field.name),
            )
            .with_label(lens.texts().head(field.span), "declared without a question")
            .with_help(format!("write the question that fills it: `{}: … ask on call \"…\"`", field.name)),
        );
    }
}
