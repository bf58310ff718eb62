//! What truth values a condition can take when only some things are fixed, and what points a score can then come to.
//!
//! The answers may allow too much, since each atom is taken to be free of all others; they never allow too little. So "cannot be true" is sure,
//! and advice that rests on it is never wrong about that.

use super::uses::defines;
use crate::policy::exact::Points;
use crate::policy::score::{CriterionKind, Per, Score};
use crate::policy::{Atom, ChecklistId, Cond, CondKind, DefineId, IcpStatus, Policy, ScoreKind};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// A set of truth values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Truths {
    pub yes: bool,
    pub no: bool,
    pub unknown: bool,
}

impl Truths {
    pub const ANY: Truths = Truths { yes: true, no: true, unknown: true };
    pub const YES: Truths = Truths { yes: true, no: false, unknown: false };
    pub const NO: Truths = Truths { yes: false, no: true, unknown: false };
    pub const UNKNOWN: Truths = Truths { yes: false, no: false, unknown: true };
    /// Either answer, but always one.
    pub const EITHER: Truths = Truths { yes: true, no: true, unknown: false };

    /// The set with just this answer.
    pub fn of(answer: bool) -> Truths {
        if answer { Truths::YES } else { Truths::NO }
    }

    fn not(self) -> Truths {
        Truths { yes: self.no, no: self.yes, ..self }
    }

    fn and(self, other: Truths) -> Truths {
        Truths {
            yes: self.yes && other.yes,
            no: self.no || other.no,
            unknown: self.unknown && (other.yes || other.unknown) || other.unknown && self.yes,
        }
    }

    fn confirmed(self) -> Truths {
        Truths { yes: self.yes, no: self.no || self.unknown, unknown: false }
    }
}

/// What is fixed about the leads that are looked at.
pub trait Fixed {
    /// What an atom can come to. Definitions, scores and the like of lower layers can be asked of `world`.
    fn atom(&self, world: &World<'_>, atom: &Atom) -> Truths;
}

/// All leads for which something is fixed.
pub struct World<'p> {
    pub policy: &'p Policy,
    fixed: &'p dyn Fixed,
    defines: Vec<Truths>,
    /// What was worked out once, since many conditions may ask for it.
    scores: RefCell<BTreeMap<ScoreKind, (Points, Points)>>,
    profile: RefCell<Option<Vec<Truths>>>,
    checklists: RefCell<BTreeMap<ChecklistId, bool>>,
}

impl<'p> World<'p> {
    /// Decides each definition once, in an order in which nothing is asked for before it is decided.
    pub fn new(policy: &'p Policy, fixed: &'p dyn Fixed) -> World<'p> {
        let mut world = World {
            policy,
            fixed,
            defines: vec![Truths::ANY; policy.defines.len()],
            scores: RefCell::default(),
            profile: RefCell::default(),
            checklists: RefCell::default(),
        };
        for id in order(policy) {
            world.defines[id.index()] = world.of(&policy.defines[id.index()].condition);
        }
        world
    }

    /// What a condition can come to.
    pub fn of(&self, cond: &Cond) -> Truths {
        match &cond.kind {
            CondKind::Always(answer) => Truths::of(*answer),
            CondKind::All(parts) => parts.iter().map(|p| self.of(p)).fold(Truths::YES, Truths::and),
            CondKind::Any(parts) => parts.iter().map(|p| self.of(p).not()).fold(Truths::YES, Truths::and).not(),
            CondKind::Not(inner) => self.of(inner).not(),
            CondKind::Confirmed(inner) => self.of(inner).confirmed(),
            CondKind::Unconfirmed(inner) => self.of(inner).confirmed().not(),
            CondKind::Define(id) => self.defines[id.index()],
            CondKind::Atom(atom) => self.fixed.atom(self, atom),
        }
    }

    /// The least and the most points of a score, whatever happens.
    pub fn score(&self, kind: ScoreKind) -> (Points, Points) {
        if let Some(known) = self.scores.borrow().get(&kind) {
            return *known;
        }
        let points = self.points(self.policy.score(kind), |_| true);
        self.scores.borrow_mut().insert(kind, points);
        points
    }

    /// What the profile can come to.
    pub fn profile(&self, status: IcpStatus) -> Truths {
        if self.profile.borrow().is_none() {
            let criteria = self.policy.icp.iter().map(|r| self.of(&r.condition)).collect();
            *self.profile.borrow_mut() = Some(criteria);
        }
        let known = self.profile.borrow();
        let mut criteria = known.iter().flatten();
        let yes = match status {
            IcpStatus::Matched => criteria.all(|t| t.yes),
            IcpStatus::Failed => criteria.any(|t| t.no),
            IcpStatus::Undecided => criteria.any(|t| t.unknown),
        };
        Truths { yes, ..Truths::EITHER }
    }

    /// Whether every item of a checklist can hold.
    pub fn can_complete(&self, id: ChecklistId) -> bool {
        if let Some(known) = self.checklists.borrow().get(&id) {
            return *known;
        }
        let can = self.policy.checklists[id.index()].items.iter().all(|(_, c)| self.of(c).yes);
        self.checklists.borrow_mut().insert(id, can);
        can
    }

    /// The least and the most points of a score, where only events of the signals that `counts` names happen.
    pub fn points(&self, score: &Score, counts: impl Fn(&Per) -> bool) -> (Points, Points) {
        let (mut low, mut high) = (0_i64, 0_i64);
        for (least, most) in self.groups(score, counts) {
            low = low.saturating_add(least.0);
            high = high.saturating_add(most.0);
        }
        (score.clamp(Points(low)), score.clamp(Points(high)))
    }

    /// The same for each group, with its cap and floor.
    pub fn groups(&self, score: &Score, counts: impl Fn(&Per) -> bool) -> Vec<(Points, Points)> {
        let mut all = Vec::new();
        for group in &score.groups {
            let (mut low, mut high) = (0_i64, 0_i64);
            for criterion in &group.criteria {
                let (least, most) = match &criterion.kind {
                    CriterionKind::When(cond) => self.earned(cond, criterion.points),
                    CriterionKind::Per(per) if counts(per) => per_event(per, criterion.points),
                    CriterionKind::Per(_) => (0, 0),
                };
                low = low.saturating_add(least);
                high = high.saturating_add(most);
            }
            all.push((group.limit(Points(low)), group.limit(Points(high))));
        }
        all
    }

    fn earned(&self, cond: &Cond, points: Points) -> (i64, i64) {
        let truths = self.of(cond);
        match (truths.yes, truths.no || truths.unknown) {
            (false, _) => (0, 0),
            (true, false) => (points.0, points.0),
            (true, true) => (points.0.min(0), points.0.max(0)),
        }
    }
}

/// Without `newest`, events go on; then only the cap of the group holds them.
fn per_event(per: &Per, points: Points) -> (i64, i64) {
    let events = per.newest.map_or(i64::MAX, i64::from);
    let all = points.0.saturating_mul(events);
    (all.min(0), all.max(0))
}

/// Definitions in an order of evaluation: what one mentions comes before it, lower layers before higher ones.
fn order(policy: &Policy) -> Vec<DefineId> {
    let mut done = Vec::new();
    let mut state = vec![0_u8; policy.defines.len()];
    for first in 0..policy.defines.len() {
        let mut open = vec![DefineId(first as u16)];
        while let Some(&id) = open.last() {
            match state[id.index()] {
                0 => {
                    state[id.index()] = 1;
                    let mentioned = defines(&policy.defines[id.index()].condition);
                    open.extend(mentioned.into_iter().filter(|m| state[m.index()] == 0));
                }
                1 => {
                    state[id.index()] = 2;
                    done.push(id);
                    open.pop();
                }
                _ => {
                    open.pop();
                }
            }
        }
    }
    // A definition's layer is never below that of what it mentions, so the order among equals is kept.
    done.sort_by_key(|id| policy.defines[id.index()].layer);
    done
}
