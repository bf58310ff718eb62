//! Conditions that come out the same for every lead.

use super::domain::Subject;
use super::{Lens, Place};
use crate::declare_rule;
use crate::diagnostic::{Diagnostic, Rule};
use crate::policy::condition::Test;
use crate::policy::{Atom, Cond, CondKind, Policy};
use crate::source::Span;

declare_rule! {
    /// A condition that no answer changes.
    pub CONSTANT_CONDITION = "RB1115" "constant-condition" Warning "a condition that comes out the same for every lead"
}

declare_rule! {
    /// Parts that are joined with `and` and can never hold together.
    pub IMPOSSIBLE_AND = "RB1116" "impossible-and" Warning "an `and` whose parts can never hold together"
}

/// Finds the smallest conditions that are constant. Guarantees and tests are left out: they are there to say what never changes. Points out of reach have a
/// rule of their own.
pub fn constants(lens: &Lens<'_>, found: &mut Vec<Diagnostic>) {
    of_rule(lens, found, &CONSTANT_CONDITION);
}

/// Finds the smallest `and` that is never true although each of its parts can be.
pub fn impossible(lens: &Lens<'_>, found: &mut Vec<Diagnostic>) {
    of_rule(lens, found, &IMPOSSIBLE_AND);
}

/// Both rules come from one walk over the policy, which is made for the first of them.
fn of_rule(lens: &Lens<'_>, found: &mut Vec<Diagnostic>, rule: &'static Rule) {
    let all = lens.constants.get_or_init(|| Walk::over(lens));
    found.extend(all.iter().filter(|d| std::ptr::eq(d.rule, rule)).cloned());
}

/// How far definitions are followed into each other.
const DEEPEST: usize = 64;

struct Walk<'l, 'p> {
    lens: &'l Lens<'p>,
    /// By definition: whether something in it was found.
    defines: Vec<Option<bool>>,
    /// How many definitions are being looked into.
    depth: usize,
    found: Vec<Diagnostic>,
}

impl<'l, 'p> Walk<'l, 'p> {
    fn over(lens: &'l Lens<'p>) -> Vec<Diagnostic> {
        let mut walk = Walk { lens, defines: vec![None; lens.policy.defines.len()], depth: 0, found: Vec::new() };
        // Definitions mostly stand before what mentions them, so that none is followed far.
        for define in 0..lens.policy.defines.len() {
            walk.define(define);
        }
        let looked_at = |place: Place| !matches!(place, Place::Guarantee(_) | Place::Test(_) | Place::Define(_));
        for one in lens.uses.iter().filter(|u| looked_at(u.place)) {
            walk.cond(one.cond);
        }
        walk.found
    }

    fn define(&mut self, at: usize) -> bool {
        if let Some(told) = self.defines[at] {
            return told;
        }
        // A longer chain is looked at from its own place, as every definition is.
        if self.depth >= DEEPEST {
            return false;
        }
        self.depth += 1;
        let told = self.cond(&self.lens.policy.defines[at].condition);
        self.depth -= 1;
        self.defines[at] = Some(told);
        told
    }

    /// Looks at a condition, its parts first; whether something was found in it. What stands at one place is one condition: `is not` is not looked into.
    fn cond(&mut self, cond: &'p Cond) -> bool {
        let mut told = false;
        match &cond.kind {
            CondKind::All(parts) | CondKind::Any(parts) => {
                for part in parts.iter().filter(|p| p.span != cond.span) {
                    told |= self.cond(part);
                }
            }
            // What an outer word does to a constant is no finding of its own.
            CondKind::Not(inner) | CondKind::Confirmed(inner) | CondKind::Unconfirmed(inner)
                if inner.span != cond.span =>
            {
                return self.cond(inner);
            }
            CondKind::Define(id) => return self.define(id.index()),
            _ => {}
        }
        if told || self.is_left_to_others(cond) {
            return true;
        }
        let Some(one) = self.finding(cond) else { return false };
        self.found.push(one);
        true
    }

    /// Whether a constant answer would be told by the rules about points.
    fn is_left_to_others(&self, cond: &Cond) -> bool {
        let only_points = matches!(self.lens.reasoner.subjects(cond).as_slice(), [Subject::Score(_)]);
        only_points && super::reach::is_out_of_reach(self.lens, cond)
    }

    fn finding(&self, cond: &'p Cond) -> Option<Diagnostic> {
        let reasoner = &self.lens.reasoner;
        if matches!(cond.kind, CondKind::Atom(Atom::Icp(_) | Atom::Checklist(_) | Atom::CommitteeComplete)) {
            return None;
        }
        if reasoner.never(cond) {
            return Some(self.never(cond));
        }
        if reasoner.always(cond) {
            return Some(constant(cond.span, "always true", "this condition is true for every lead"));
        }
        if reasoner.never_false(cond) && tells_answers_apart(self.lens.policy, cond) {
            return Some(constant(cond.span, "true wherever it is known", "this condition is never false"));
        }
        None
    }

    fn never(&self, cond: &'p Cond) -> Diagnostic {
        let parts = match &cond.kind {
            CondKind::All(parts) if parts.iter().any(|p| p.span != cond.span) => parts,
            _ => return constant(cond.span, "never true", "this condition is true for no lead"),
        };
        let two = super::pairs::pairs(parts).find(|(a, b)| self.lens.reasoner.exclude(a, b));
        let (first, second) = match two {
            Some((first, second)) => (first.span, Some(second.span)),
            None => (cond.span, None),
        };
        let one = Diagnostic::new(
            &IMPOSSIBLE_AND,
            "these parts can never hold together",
            second.unwrap_or(first),
            if second.is_some() { "contradicts the other" } else { "no lead meets all of this" },
        );
        let one = if second.is_some() { one.with_label(first, "holds only where the other does not") } else { one };
        let about_points = reasoner_sees_points(self.lens, cond);
        one.with_help(if about_points {
            "the points of a score were added up from what is left of its criteria; write `or` if one part is enough, or correct the values"
        } else {
            "write `or` if one of them is enough, or correct the values"
        })
    }
}

fn reasoner_sees_points(lens: &Lens<'_>, cond: &Cond) -> bool {
    lens.reasoner.subjects(cond).iter().any(|s| matches!(s, Subject::Score(_)))
}

/// Whether it is worth saying that a condition is never false. The only choice of a field is a way to write `is known`.
fn tells_answers_apart(policy: &Policy, cond: &Cond) -> bool {
    match &cond.kind {
        CondKind::Atom(Atom::Field(field, Test::Choice(_))) => {
            policy.field(*field).ty.choices().is_none_or(|c| c.len() > 1)
        }
        _ => true,
    }
}

fn constant(span: Span, label: &str, message: &str) -> Diagnostic {
    let help = match label {
        "true wherever it is known" => "write `… is known` if any answer will do, or correct the values",
        _ => "correct the values, or take the condition out",
    };
    Diagnostic::new(&CONSTANT_CONDITION, message, span, label).with_help(help)
}
