//! Choices of the profile that change nothing.

use super::Lens;
use super::domain::{Subject, Want};
use super::pairs::criteria;
use super::uses::mentions;
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::condition::Test;
use crate::policy::exact::Points;
use crate::policy::field::FieldType;
use crate::policy::score::CriterionKind;
use crate::policy::{Atom, Cond, CondKind, FieldId, Requirement, ScoreKind};
use crate::source::Span;

declare_rule! {
    /// A choice that the profile welcomes and fit gives nothing for, though it gives something for the others.
    pub WORTHLESS_CHOICE = "RB1127" "worthless-choice" Advice "a choice that the profile welcomes and fit gives nothing for"
}

/// Finds choices of the profile for which no criterion of fit that looks at their field can be met.
pub fn worthless(lens: &Lens<'_>, found: &mut Vec<Diagnostic>) {
    for must in &lens.policy.icp {
        let Some((field, welcome)) = welcomed(&must.condition) else { continue };
        let earning = earning(lens, field);
        if earning.is_empty() {
            continue;
        }
        let worth = |choice: u16| {
            let here = is_choice(field, choice, must.span);
            earning.iter().any(|c| lens.reasoner.possible(&[(&here, Want::True), (c, Want::True)]))
        };
        let (some, none): (Vec<u16>, Vec<u16>) = welcome.iter().copied().partition(|c| worth(*c));
        if let (false, [only]) = (some.is_empty(), none.as_slice()) {
            found.push(worthless_choice(lens, field, *only, must));
        }
    }
}

/// The field and the choices of a criterion that is nothing but a list of choices.
fn welcomed(cond: &Cond) -> Option<(FieldId, &[u16])> {
    match &cond.kind {
        CondKind::Atom(Atom::Field(field, Test::Choice(choices))) if choices.len() > 1 => Some((*field, choices)),
        _ => None,
    }
}

/// The conditions of fit that earn something and name choices of a field.
fn earning<'p>(lens: &Lens<'p>, field: FieldId) -> Vec<&'p Cond> {
    if !matches!(lens.policy.field(field).ty, FieldType::Choice(_)) {
        return Vec::new();
    }
    let names = |cond: &Cond| {
        mentions(lens.policy, cond).iter().any(|m| matches!(m.atom, Atom::Field(f, Test::Choice(_)) if *f == field))
    };
    let conditions = criteria(lens, ScoreKind::Fit).into_iter().filter(|(_, c)| c.points > Points::ZERO);
    let conditions =
        conditions.filter_map(|(_, c)| if let CriterionKind::When(cond) = &c.kind { Some(cond) } else { None });
    conditions.filter(|c| names(c) && lens.reasoner.subjects(c).contains(&Subject::Field(field))).collect()
}

fn is_choice(field: FieldId, choice: u16, span: Span) -> Cond {
    let atom = Atom::Field(field, Test::Choice(vec![choice]));
    Cond { kind: CondKind::Atom(atom), span, text: "".into() }
}

fn worthless_choice(lens: &Lens<'_>, field: FieldId, choice: u16, must: &Requirement) -> Diagnostic {
    let field = lens.policy.field(field);
    let name = field.ty.choices().map_or("", |c| c[usize::from(choice)].name.as_str());
    let place = super::edit::word_in(lens, must.condition.span, name).unwrap_or(must.condition.span);
    Diagnostic::new(
        &WORTHLESS_CHOICE,
        format!("`{name}` belongs to the profile, and fit gives nothing for it"),
        place,
        "welcome, but worth nothing",
    )
    .with_help(format!("give `{}` points for it as for the others, or take it out of the profile", field.name))
}
