//! Owners that are named once, in a spelling that is almost another owner's.

use super::Lens;
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::text::fold;
use crate::source::Span;
use crate::syntax::tree::{ItemKind, Name, OutcomeItemKind};

declare_rule! {
    /// An owner named once only whose name is almost that of another.
    pub LONE_OWNER = "RB1128" "lone-owner" Warning "an owner named once, spelled almost like another"
}

/// Finds owners of outcomes and risks that are probably misspelt.
pub fn find(lens: &Lens<'_>, found: &mut Vec<Diagnostic>) {
    let all = owners(lens);
    let times = |name: &str| all.iter().filter(|o| o.node == name).count();
    for (at, owner) in all.iter().enumerate().filter(|(_, o)| times(&o.node) == 1 && lens.is_own(o.span)) {
        // Of two that are named once each, the later is told.
        let other = all
            .iter()
            .enumerate()
            .find(|(other, o)| is_near(&owner.node, &o.node) && (times(&o.node) > 1 || *other < at));
        if let Some((_, other)) = other {
            found.push(lone(owner.span, &owner.node, &other.node, other.span));
        }
    }
}

/// All owners in the order in which they are written.
fn owners<'a>(lens: &'a Lens<'_>) -> Vec<&'a Name> {
    let mut all = Vec::new();
    for item in lens.trees.iter().flat_map(|t| &t.items) {
        match &item.kind {
            ItemKind::Outcomes(list) => {
                let items = list.iter().flat_map(|o| &o.items);
                all.extend(
                    items.filter_map(|i| if let OutcomeItemKind::Owner(name) = &i.kind { Some(name) } else { None }),
                );
            }
            ItemKind::Risks(list) => all.extend(list.iter().filter_map(|r| r.owner.as_ref())),
            _ => {}
        }
    }
    all
}

/// Whether two different names are one or two slips of the keyboard apart; names of a few letters must be nearer.
fn is_near(a: &str, b: &str) -> bool {
    let (folded, other) = (fold(a), fold(b));
    let length = folded.chars().count().min(other.chars().count());
    let slips = if length < 8 { 1 } else { 2 };
    let ends_in_number = |s: &str| s.ends_with(|c: char| c.is_ascii_digit());
    a != b && length > 3 && !ends_in_number(a) && strsim::damerau_levenshtein(&folded, &other) <= slips
}

fn lone(span: Span, name: &str, other: &str, there: Span) -> Diagnostic {
    Diagnostic::new(&LONE_OWNER, format!("`{name}` owns nothing else"), span, "named once only")
        .with_label(there, format!("elsewhere it is `{other}`"))
        .with_help(format!("did you mean `{other}`?"))
}
