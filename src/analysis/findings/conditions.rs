//! Conditions that come out the same for every lead.

use super::look::Look;
use crate::analysis::encode::View;
use crate::analysis::possible::{Claim, Is};
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::lint::domain::Subject;
use crate::lint::{Place, mentions};
use crate::policy::condition::Test;
use crate::policy::{Atom, Cond, CondKind, Policy, StageId};
use crate::source::Span;

declare_rule! {
    /// A condition that no answer changes.
    pub CONSTANT_CONDITION = "RB1115" "constant-condition" Warning "a condition that comes out the same for every lead"
}

declare_rule! {
    /// Parts that are joined with `and` and can never hold together.
    pub IMPOSSIBLE_AND = "RB1116" "impossible-and" Warning "an `and` whose parts can never hold together"
}

/// How far definitions are followed into each other.
const DEEPEST: usize = 64;

/// Finds the smallest conditions that are constant. Guarantees and tests are left out: they are there to say what never changes. Points out of reach have
/// rules of their own.
pub fn find(look: &Look<'_, '_>, found: &mut Vec<Diagnostic>) {
    let mut walk = Walk { look, defines: vec![None; look.policy.defines.len()], depth: 0, found };
    let uses = &look.lens.uses;
    // The scope, which all the rest is asked in; then what scores, the profile and checklists are made of comes first, so that what follows from it is known to follow.
    for one in uses.iter().filter(|u| is_early(u.place)) {
        walk.use_of(one.place, one.cond);
    }
    // Definitions mostly stand before what mentions them, so that none is followed far.
    for define in 0..look.policy.defines.len() {
        walk.define(define);
    }
    let looked_at =
        |place: Place| !is_early(place) && !matches!(place, Place::Guarantee(_) | Place::Test(_) | Place::Define(_));
    for one in uses.iter().filter(|u| looked_at(u.place)) {
        walk.use_of(one.place, one.cond);
    }
}

/// Whether other conditions rest on what stands here without mentioning it.
fn is_early(place: Place) -> bool {
    matches!(place, Place::Applies | Place::Role(_) | Place::Profile(_) | Place::Criterion(..) | Place::Checklist(..))
}

/// From where a condition at a place looks at stages.
pub fn view_from(place: Place) -> View {
    let level = |stage: StageId| stage.0 + 1;
    match place {
        Place::Require(stage, _) | Place::Should(stage, _) => View::Gate(level(stage)),
        Place::FallBack(stage, _) => View::At(level(stage)),
        _ => View::Whole,
    }
}

struct Walk<'w, 'l, 'p> {
    look: &'w Look<'l, 'p>,
    /// By definition: whether something in it was found.
    defines: Vec<Option<bool>>,
    /// How many definitions are being looked into.
    depth: usize,
    found: &'w mut Vec<Diagnostic>,
}

impl<'p> Walk<'_, '_, 'p> {
    fn use_of(&mut self, place: Place, cond: &'p Cond) {
        let mut told = match place {
            Place::Signal(_) => self.event(cond),
            _ => self.cond(cond, view_from(place)),
        };
        if !told && place.decides() && !matches!(place, Place::Signal(_) | Place::Applies) {
            told = self.out_of_scope(cond, view_from(place));
        }
        if told {
            self.look.tell(cond);
            if let Place::Criterion(kind, _, _) = place {
                self.look.tell_short(kind);
            }
        }
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
        let told = self.cond(&self.look.policy.defines[at].condition, View::Whole);
        self.depth -= 1;
        self.defines[at] = Some(told);
        told
    }

    /// Looks at a condition, its parts first; whether something was found in it. What stands at one place is one condition: `is not` is not looked into.
    fn cond(&mut self, cond: &'p Cond, view: View) -> bool {
        let mut told = false;
        match &cond.kind {
            CondKind::All(parts) | CondKind::Any(parts) => {
                for part in parts.iter().filter(|p| p.span != cond.span) {
                    told |= self.cond(part, view);
                }
            }
            // What an outer word does to a constant is no finding of its own.
            CondKind::Not(inner) | CondKind::Confirmed(inner) | CondKind::Unconfirmed(inner)
                if inner.span != cond.span =>
            {
                return self.cond(inner, view);
            }
            CondKind::Define(id) => return self.define(id.index()),
            _ => {}
        }
        if told || self.is_left_to_others(cond, view) {
            return true;
        }
        let Some(one) = self.finding(cond, view) else { return false };
        self.found.push(one);
        true
    }

    /// Whether a constant answer is told by the rules about points, or follows from what is told already.
    fn is_left_to_others(&self, cond: &'p Cond, view: View) -> bool {
        let constant = || [Is::True, Is::NotTrue, Is::False].into_iter().any(|is| self.look.never_is(cond, view, is));
        (is_comparison(cond) || self.follows(cond)) && constant()
    }

    /// Whether a condition rests on something that was told without mentioning it.
    fn follows(&self, cond: &Cond) -> bool {
        let policy = self.look.policy;
        let told = |cond: &Cond| self.look.is_told(cond);
        let rests = match &cond.kind {
            CondKind::Atom(Atom::Icp(_)) => policy.icp.iter().any(|r| told(&r.condition)),
            CondKind::Atom(Atom::Checklist(id)) => policy.checklists[id.index()].items.iter().any(|(_, c)| told(c)),
            CondKind::Atom(Atom::Stage { .. }) => {
                policy.stages.iter().flat_map(|s| &s.require).any(|r| told(&r.condition))
            }
            _ => false,
        };
        let short = |atom: &Atom| matches!(atom, Atom::Score(kind, _) if self.look.is_short(*kind));
        rests || mentions(policy, cond).iter().any(|m| short(m.atom))
    }

    fn finding(&self, cond: &'p Cond, view: View) -> Option<Diagnostic> {
        if self.look.never_is(cond, view, Is::True) {
            return Some(self.never(cond, view));
        }
        if self.look.never_is(cond, view, Is::NotTrue) {
            return Some(constant(cond.span, "always true", "this condition is true for every lead"));
        }
        if tells_answers_apart(self.look.policy, cond) && self.look.never_is(cond, view, Is::False) {
            return Some(constant(cond.span, "true wherever it is known", "this condition is never false"));
        }
        None
    }

    fn never(&self, cond: &'p Cond, view: View) -> Diagnostic {
        let parts: Vec<&Cond> = match &cond.kind {
            CondKind::All(parts) => parts.iter().filter(|p| p.span != cond.span).collect(),
            _ => Vec::new(),
        };
        if parts.is_empty() {
            return constant(cond.span, "never true", "this condition is true for no lead");
        }
        let claims: Vec<Claim> = parts.iter().filter_map(|p| self.look.holds(p, view)).collect();
        let places = self.look.conflict(&claims);
        let message = "these parts can never hold together";
        let one = match places.as_slice() {
            [first, others @ .., last] => {
                let one = Diagnostic::new(&IMPOSSIBLE_AND, message, parts[*last].span, contradicts(others.len()));
                let one = one.with_label(parts[*first].span, "holds only where the other does not");
                others.iter().fold(one, |one, other| one.with_label(parts[*other].span, "and this"))
            }
            _ => Diagnostic::new(&IMPOSSIBLE_AND, message, cond.span, "no lead meets all of this"),
        };
        one.with_help(if sees_points(self.look, cond) {
            "the points of a score were added up from what is left of its criteria; write `or` if one part is enough, or correct the values"
        } else {
            "write `or` if one of them is enough, or correct the values"
        })
    }

    /// A condition of the policy's own file that leads meet, but none that the policy is for.
    fn out_of_scope(&mut self, cond: &'p Cond, view: View) -> bool {
        let (Some(applies), Some(holds)) = (&self.look.policy.applies, self.look.holds(cond, view)) else {
            return false;
        };
        let claims = self.look.decided([holds]);
        if claims.len() < 2 || !self.look.lens.is_own(cond.span) || !self.look.never(claims) {
            return false;
        }
        let one = constant(cond.span, "never true in scope", "this condition is true for no lead in scope");
        self.found.push(one.with_label(applies.span, "this leaves none of them"));
        true
    }

    /// The condition of a signal looks at one event, not at a lead, so it is reasoned about by the ranges of its attributes.
    fn event(&mut self, cond: &'p Cond) -> bool {
        let mut told = false;
        if let CondKind::All(parts) | CondKind::Any(parts) = &cond.kind {
            for part in parts.iter().filter(|p| p.span != cond.span) {
                told |= self.event(part);
            }
        }
        if told {
            return true;
        }
        let reasoner = &self.look.lens.reasoner;
        let one = if reasoner.never(cond) {
            match &cond.kind {
                CondKind::All(_) => Diagnostic::new(
                    &IMPOSSIBLE_AND,
                    "these parts can never hold together",
                    cond.span,
                    "no event meets all of this",
                )
                .with_help("write `or` if one of them is enough, or correct the values"),
                _ => constant(cond.span, "never true", "this condition is true for no event"),
            }
        } else if reasoner.always(cond) {
            constant(cond.span, "always true", "this condition is true for every event")
        } else {
            return false;
        };
        self.found.push(one);
        true
    }
}

/// Whether a condition is nothing but a comparison of points, in a negative form or not.
fn is_comparison(cond: &Cond) -> bool {
    match &cond.kind {
        CondKind::Not(inner) => is_comparison(inner),
        kind => matches!(kind, CondKind::Atom(Atom::Score(..))),
    }
}

fn contradicts(others: usize) -> &'static str {
    if others == 0 { "contradicts the other" } else { "contradicts the others together" }
}

fn sees_points(look: &Look<'_, '_>, cond: &Cond) -> bool {
    look.lens.reasoner.subjects(cond).iter().any(|s| matches!(s, Subject::Score(_)))
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
