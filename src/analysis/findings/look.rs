//! What findings are made from: a policy with its text, and answers about all its possible leads.
//!
//! Every finding is looked for twice: first to gather its questions, which are then answered together, so that one lead can answer many; then to tell
//! what came of them.

use crate::analysis::encode::View;
use crate::analysis::possible::{Claim, Found, Is, Possible};
use crate::lint::{Lens, Place, Use};
use crate::policy::exact::Points;
use crate::policy::{Cond, CondKind, Policy, ScoreKind};
use crate::program::NodeId;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// The conditions of a policy and their parts, and what they were lowered to.
pub struct Conditions<'p> {
    pub all: Vec<&'p Cond>,
    nodes: HashMap<*const Cond, NodeId>,
}

impl<'p> Conditions<'p> {
    /// Of all places, definitions among them. What looks at single events has no part in it.
    pub fn of(uses: &[Use<'p>]) -> Conditions<'p> {
        let mut all: Vec<&'p Cond> = Vec::new();
        let mut open: Vec<&'p Cond> =
            uses.iter().filter(|u| !matches!(u.place, Place::Signal(_) | Place::Test(_))).map(|u| u.cond).collect();
        while let Some(cond) = open.pop() {
            all.push(cond);
            match &cond.kind {
                CondKind::All(parts) | CondKind::Any(parts) => open.extend(parts),
                CondKind::Not(inner) | CondKind::Confirmed(inner) | CondKind::Unconfirmed(inner) => open.push(inner),
                CondKind::Always(_) | CondKind::Define(_) | CondKind::Atom(_) => {}
            }
        }
        Conditions { all, nodes: HashMap::new() }
    }

    /// Says what they were lowered to, in the same order.
    pub fn lowered_to(&mut self, nodes: &[NodeId]) {
        self.nodes = self.all.iter().map(|c| std::ptr::from_ref(*c)).zip(nodes.iter().copied()).collect();
    }

    /// The node of a condition.
    pub fn node(&self, cond: &Cond) -> Option<NodeId> {
        self.nodes.get(&std::ptr::from_ref(cond)).copied()
    }
}

/// Where findings are looked for.
pub struct Look<'l, 'p> {
    pub lens: &'l Lens<'p>,
    pub policy: &'p Policy,
    pub conditions: Conditions<'p>,
    possible: RefCell<Possible<'p>>,
    /// Whether leads out of scope are decided too.
    everyone: bool,
    /// What was asked, and what came of it.
    answers: RefCell<BTreeMap<Vec<Claim>, Found>>,
    /// Questions are being gathered, and none is answered yet.
    gathering: Cell<bool>,
    /// Conditions in which something was told.
    told: RefCell<HashSet<*const Cond>>,
    /// Scores of which some criterion never earns anything, which is told.
    short: RefCell<BTreeSet<ScoreKind>>,
}

impl<'l, 'p> Look<'l, 'p> {
    /// For a policy of which all conditions were lowered.
    pub fn new(lens: &'l Lens<'p>, conditions: Conditions<'p>, possible: Possible<'p>, everyone: bool) -> Self {
        Look {
            lens,
            policy: lens.policy,
            conditions,
            possible: RefCell::new(possible),
            everyone,
            answers: RefCell::default(),
            gathering: Cell::new(false),
            told: RefCell::default(),
            short: RefCell::default(),
        }
    }

    /// Looks once without answers to gather the questions, answers them together, and looks again.
    pub fn twice<T>(&self, look: impl Fn(&Self) -> T) -> T {
        self.gathering.set(true);
        look(self);
        self.gathering.set(false);
        self.told.borrow_mut().clear();
        self.short.borrow_mut().clear();
        let questions: Vec<Vec<Claim>> = self.answers.borrow().keys().cloned().collect();
        let answers = self.possible.borrow_mut().ask(&questions);
        *self.answers.borrow_mut() = questions.into_iter().zip(answers).collect();
        look(self)
    }

    /// Whether no lead meets these claims; proved. While questions are gathered, everything can be.
    pub fn never(&self, claims: Vec<Claim>) -> bool {
        if let Some(known) = self.answers.borrow().get(&claims) {
            return !self.gathering.get() && *known == Found::No;
        }
        let found = if self.gathering.get() {
            Found::Yes
        } else {
            self.possible.borrow_mut().ask(std::slice::from_ref(&claims))[0]
        };
        self.answers.borrow_mut().insert(claims, found);
        found == Found::No
    }

    /// Whether a condition never comes out so, for any lead whether in scope or not.
    pub fn never_is(&self, cond: &Cond, view: View, is: Is) -> bool {
        self.conditions.node(cond).is_some_and(|node| self.never(vec![Claim::Comes(node, view, is)]))
    }

    /// Claims about leads that the policy decides. A scope that is constant, which is told, leaves nobody out: all else would follow from it.
    pub fn decided(&self, claims: impl IntoIterator<Item = Claim>) -> Vec<Claim> {
        let scope = self.policy.applies.as_ref().filter(|applies| !self.everyone && !self.is_told(applies));
        let scope = scope.map(|_| Claim::InScope);
        scope.into_iter().chain(claims).collect()
    }

    /// That a condition is true where it stands.
    pub fn holds(&self, cond: &Cond, view: View) -> Option<Claim> {
        self.conditions.node(cond).map(|node| Claim::Comes(node, view, Is::True))
    }

    /// Of claims that exclude each other, a few that do so already, by their places.
    pub fn conflict(&self, claims: &[Claim]) -> Vec<usize> {
        self.possible.borrow_mut().conflict(claims)
    }

    /// The least and the most points that a lead can have.
    pub fn points(&self, kind: ScoreKind) -> Option<(Points, Points)> {
        let claims = self.decided([]);
        let (least, most) = self.possible.borrow_mut().points(kind, &claims)?;
        Some((Points(least), Points(most)))
    }

    /// The leads themselves, for questions of another kind.
    pub fn possible(&self) -> std::cell::RefMut<'_, Possible<'p>> {
        self.possible.borrow_mut()
    }

    /// How many questions were too hard.
    pub fn unsure(&self) -> usize {
        self.answers.borrow().values().filter(|f| **f == Found::Unsure).count()
    }

    /// Remembers that something in a condition was told, so that nothing that follows from it is.
    pub fn tell(&self, cond: &Cond) {
        self.told.borrow_mut().insert(std::ptr::from_ref(cond));
    }

    /// Whether something in a condition was told.
    pub fn is_told(&self, cond: &Cond) -> bool {
        self.told.borrow().contains(&std::ptr::from_ref(cond))
    }

    /// Remembers that some criterion of a score is told to earn nothing.
    pub fn tell_short(&self, kind: ScoreKind) {
        self.short.borrow_mut().insert(kind);
    }

    /// Whether a score may fall short because of what was told already.
    pub fn is_short(&self, kind: ScoreKind) -> bool {
        self.short.borrow().contains(&kind)
    }
}
