//! Gates that no lead can pass by its own facts.

use super::look::Look;
use crate::analysis::encode::View;
use crate::analysis::possible::Claim;
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::Requirement;
use crate::policy::steps::Stage;
use crate::source::Span;

declare_rule! {
    /// A gate whose requirements can never hold together.
    pub UNREACHABLE_GATE = "RB1122" "unreachable-gate" Warning "a stage whose requirements can never hold together"
}

declare_rule! {
    /// A wish of a gate that nobody who passes it can meet.
    pub IMPOSSIBLE_WISH = "RB1205" "impossible-wish" Warning "a `should` that no lead past its gate can meet"
}

/// Finds stages that no lead can pass, where each requirement alone could be met: because of one another, or because of the stages before. What comes
/// after a stage that cannot be passed is not told as well.
pub fn find(look: &Look<'_, '_>, found: &mut Vec<Diagnostic>) {
    let mut so_far: Vec<(&Requirement, Claim)> = Vec::new();
    let mut blocked = false;
    for (level, stage) in (1..).zip(&look.policy.stages) {
        let told = |r: &&Requirement| look.is_told(&r.condition);
        let claim = |r: &Requirement| look.holds(&r.condition, View::Gate(level));
        if stage.require.iter().any(|r| told(&r)) {
            blocked = true;
            continue;
        }
        let own: Vec<(&Requirement, Claim)> = stage.require.iter().filter_map(|r| Some((r, claim(r)?))).collect();
        if look.never(claims(look, &own)) {
            found.push(unreachable(look, stage, &own));
            blocked = true;
            continue;
        }
        wishes(look, stage, level, &own, found);
        so_far.extend(&own);
        if !blocked && look.never(claims(look, &so_far)) {
            found.push(unreachable(look, stage, &so_far));
            blocked = true;
        }
    }
}

fn claims(look: &Look<'_, '_>, list: &[(&Requirement, Claim)]) -> Vec<Claim> {
    look.decided(list.iter().map(|(_, claim)| *claim))
}

/// Finds what a gate wishes for and no lead can have that meets its requirements.
fn wishes(look: &Look<'_, '_>, stage: &Stage, level: u16, own: &[(&Requirement, Claim)], found: &mut Vec<Diagnostic>) {
    for wish in stage.should.iter().filter(|r| !look.is_told(&r.condition)) {
        let Some(claim) = look.holds(&wish.condition, View::Gate(level)) else { continue };
        let mut all = own.to_vec();
        all.push((wish, claim));
        if look.never(claims(look, &all)) {
            let one = Diagnostic::new(
                &IMPOSSIBLE_WISH,
                format!("no lead that passes `{}` can meet this", stage.name),
                wish.span,
                "never met",
            );
            let one = blamed(look, &all, one, Some(wish.span));
            found.push(one.with_help("correct it, or take it out"));
        }
    }
}

fn unreachable(look: &Look<'_, '_>, stage: &Stage, list: &[(&Requirement, Claim)]) -> Diagnostic {
    let own = list.len() <= stage.require.len();
    let label = match own {
        true => "its requirements never hold together",
        false => "its requirements never hold together with those of the stages before",
    };
    let one = Diagnostic::new(&UNREACHABLE_GATE, format!("no lead can pass `{}`", stage.name), stage.span, label);
    blamed(look, list, one, None).with_help("correct one of the requirements, or take it out")
}

/// The finding with those requirements that exclude each other.
fn blamed(look: &Look<'_, '_>, list: &[(&Requirement, Claim)], one: Diagnostic, but: Option<Span>) -> Diagnostic {
    let all = claims(look, list);
    let scope = all.len() - list.len();
    let places = look.conflict(&all);
    let mut one = one;
    if let (Some(applies), true) = (&look.policy.applies, places.iter().any(|p| *p < scope)) {
        one = one.with_label(applies.span, "in scope");
    }
    let blamed: Vec<Span> =
        places.iter().filter_map(|p| list.get(p.checked_sub(scope)?)).map(|(r, _)| r.span).collect();
    let blamed: Vec<Span> = blamed.into_iter().filter(|s| Some(*s) != but).collect();
    let last = blamed.len().saturating_sub(1);
    for (i, span) in blamed.iter().enumerate() {
        one = one.with_label(
            *span,
            match (but, i == last, last) {
                (Some(_), _, _) => "because of this",
                (None, _, 0) => "excluded by what is in scope",
                (None, false, _) => "this",
                (None, true, 1) => "and this exclude each other",
                (None, true, _) => "and this exclude each other together",
            },
        );
    }
    one
}
