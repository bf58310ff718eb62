//! Criteria of the profile that turn nobody away.

use super::look::Look;
use crate::analysis::encode::View;
use crate::analysis::possible::{Claim, Is};
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::Requirement;
use crate::source::Span;

declare_rule! {
    /// A criterion of the profile that every lead in scope meets.
    pub NEEDLESS_MUST = "RB1126" "needless-must" Advice "a profile criterion that every lead in scope meets"
}

/// Finds criteria of the profile that `applies when` already guarantees.
pub fn find(look: &Look<'_, '_>, found: &mut Vec<Diagnostic>) {
    let Some(applies) = &look.policy.applies else { return };
    for must in look.policy.icp.iter().filter(|must| !look.is_told(&must.condition)) {
        let Some(node) = look.conditions.node(&must.condition) else { continue };
        let claims = look.decided([Claim::Comes(node, View::Whole, Is::NotTrue)]);
        // Where leads out of scope are decided too, the scope guarantees nothing.
        if claims.len() > 1 && look.never(claims) {
            found.push(needless(applies.span, must));
        }
    }
}

fn needless(applies: Span, must: &Requirement) -> Diagnostic {
    Diagnostic::new(&NEEDLESS_MUST, "every lead in scope meets this already", must.span, "turns nobody away")
        .with_label(applies, "guaranteed here")
        .with_help("take it out, or make it narrower than the scope")
}
