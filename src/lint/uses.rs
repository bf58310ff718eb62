//! Where the conditions of a policy stand, and what they mention.

use crate::policy::scenario::{Claim, ExpectationKind};
use crate::policy::score::CriterionKind;
use crate::policy::steps::{Choice, RuleKind};
use crate::policy::{Atom, Cond, CondKind, DefineId, OutcomeId, Policy, RoleId, ScoreKind, SignalId, StageId};

/// Where a condition stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Applies,
    /// The `where` of a signal.
    Signal(SignalId),
    /// `when` or `expected when` of a role.
    Role(RoleId),
    Define(DefineId),
    /// A criterion of the profile, by number.
    Profile(usize),
    /// Score, group, criterion.
    Criterion(ScoreKind, usize, usize),
    /// Checklist and item.
    Checklist(usize, usize),
    /// A requirement of a stage, by number.
    Require(StageId, usize),
    Should(StageId, usize),
    FallBack(StageId, usize),
    Risk(usize),
    /// An alternative of an outcome.
    Outcome(OutcomeId),
    /// A rule of the route, by number.
    Rule(usize),
    Trigger(usize),
    Guarantee(usize),
    Test(usize),
}

impl Place {
    /// Whether what stands here has a part in decisions. Guarantees and tests only look at them; a definition only where it is used.
    pub fn decides(self) -> bool {
        !matches!(self, Place::Guarantee(_) | Place::Test(_) | Place::Define(_))
    }
}

/// A condition and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Use<'p> {
    pub place: Place,
    pub cond: &'p Cond,
}

/// Every condition of a policy, in the order of evaluation.
pub fn of(policy: &Policy) -> Vec<Use<'_>> {
    let mut all = Vec::new();
    people_and_profile(policy, &mut all);
    scores_and_gates(policy, &mut all);
    routes_and_after(policy, &mut all);
    all
}

fn people_and_profile<'p>(policy: &'p Policy, all: &mut Vec<Use<'p>>) {
    let mut add = |place: Place, cond: &'p Cond| all.push(Use { place, cond });
    policy.applies.iter().for_each(|c| add(Place::Applies, c));
    for (i, signal) in policy.signals.iter().enumerate() {
        signal.condition.iter().for_each(|c| add(Place::Signal(SignalId(i as u16)), c));
    }
    for (i, role) in policy.committee.roles.iter().enumerate() {
        role.when.iter().chain(&role.expected_when).for_each(|c| add(Place::Role(RoleId(i as u16)), c));
    }
    for (i, define) in policy.defines.iter().enumerate() {
        add(Place::Define(DefineId(i as u16)), &define.condition);
    }
    policy.icp.iter().enumerate().for_each(|(i, r)| add(Place::Profile(i), &r.condition));
}

fn scores_and_gates<'p>(policy: &'p Policy, all: &mut Vec<Use<'p>>) {
    let mut add = |place: Place, cond: &'p Cond| all.push(Use { place, cond });
    for kind in ScoreKind::BOTH {
        for (g, group) in policy.score(kind).groups.iter().enumerate() {
            for (c, criterion) in group.criteria.iter().enumerate() {
                if let CriterionKind::When(cond) = &criterion.kind {
                    add(Place::Criterion(kind, g, c), cond);
                }
            }
        }
    }
    for (l, list) in policy.checklists.iter().enumerate() {
        list.items.iter().enumerate().for_each(|(i, (_, c))| add(Place::Checklist(l, i), c));
    }
    for (s, stage) in policy.stages.iter().enumerate() {
        let id = StageId(s as u16);
        stage.require.iter().enumerate().for_each(|(i, r)| add(Place::Require(id, i), &r.condition));
        stage.should.iter().enumerate().for_each(|(i, r)| add(Place::Should(id, i), &r.condition));
        stage.fall_back.iter().enumerate().for_each(|(i, f)| add(Place::FallBack(id, i), &f.when));
    }
    policy.risks.iter().enumerate().for_each(|(i, r)| add(Place::Risk(i), &r.condition));
}

fn routes_and_after<'p>(policy: &'p Policy, all: &mut Vec<Use<'p>>) {
    let mut add = |place: Place, cond: &'p Cond| all.push(Use { place, cond });
    for (i, outcome) in policy.outcomes.iter().enumerate() {
        let place = Place::Outcome(OutcomeId(i as u16));
        let conditions = alternatives(&outcome.next)
            .chain(alternatives(&outcome.owner))
            .chain(alternatives(&outcome.due))
            .chain(alternatives(&outcome.revisit));
        conditions.for_each(|c| add(place, c));
    }
    for (i, rule) in policy.route.rules.iter().enumerate() {
        match &rule.kind {
            RuleKind::To { when, .. } => add(Place::Rule(i), when),
            RuleKind::Matrix(m) => m.when.iter().for_each(|c| add(Place::Rule(i), c)),
            RuleKind::Otherwise { .. } => {}
        }
    }
    policy.triggers.iter().enumerate().for_each(|(i, t)| t.when.iter().for_each(|c| add(Place::Trigger(i), c)));
    for (i, guarantee) in policy.guarantees.iter().enumerate() {
        for claim in &guarantee.claims {
            let (Claim::Never(cond) | Claim::Always(cond)) = claim;
            add(Place::Guarantee(i), cond);
        }
    }
    for (i, test) in policy.tests.iter().enumerate() {
        for expectation in &test.expect {
            if let ExpectationKind::Holds(cond) = &expectation.kind {
                add(Place::Test(i), cond);
            }
        }
    }
}

fn alternatives<T>(list: &[Choice<T>]) -> impl Iterator<Item = &Cond> {
    list.iter().filter_map(|c| c.when.as_ref())
}

/// An atom inside a condition.
#[derive(Clone, Copy, Debug)]
pub struct Mention<'p> {
    pub atom: &'p Atom,
    /// The condition that is the atom, with its place and text.
    pub cond: &'p Cond,
    /// Whether an odd number of `not` stands around it.
    pub negated: bool,
    /// Whether a `confirmed` or `unconfirmed` stands around it: what is unknown is decided there.
    pub settled: bool,
    /// Whether it stands in a definition that the condition mentions.
    pub defined: bool,
}

/// Every atom of a condition in the order in which it is written; definitions are entered, each once.
pub fn mentions<'p>(policy: &'p Policy, cond: &'p Cond) -> Vec<Mention<'p>> {
    let mut walk = Walk { policy, found: Vec::new(), entered: vec![false; policy.defines.len()], depth: 0 };
    walk.cond(cond, false, false);
    walk.found
}

struct Walk<'p> {
    policy: &'p Policy,
    found: Vec<Mention<'p>>,
    entered: Vec<bool>,
    /// How many definitions are being looked into.
    depth: usize,
}

impl<'p> Walk<'p> {
    fn cond(&mut self, cond: &'p Cond, negated: bool, settled: bool) {
        match &cond.kind {
            CondKind::Always(_) => {}
            CondKind::All(parts) | CondKind::Any(parts) => parts.iter().for_each(|p| self.cond(p, negated, settled)),
            CondKind::Not(inner) => self.cond(inner, !negated, settled),
            CondKind::Confirmed(inner) => self.cond(inner, negated, true),
            CondKind::Unconfirmed(inner) => self.cond(inner, !negated, true),
            CondKind::Define(id) => {
                // A definition that is mentioned again is the same question again.
                if !std::mem::replace(&mut self.entered[id.index()], true) {
                    self.depth += 1;
                    self.cond(&self.policy.defines[id.index()].condition, negated, settled);
                    self.depth -= 1;
                }
            }
            CondKind::Atom(atom) => {
                let defined = self.depth > 0;
                self.found.push(Mention { atom, cond, negated, settled, defined });
            }
        }
    }
}

/// Every atom of a condition, definitions not entered: for those who look at all conditions, those of definitions among them. Also tells whether an odd number of
/// `not` stands around it.
pub fn own_atoms(cond: &Cond) -> Vec<(&Atom, &Cond, bool)> {
    let mut found = Vec::new();
    let mut open = vec![(cond, false)];
    while let Some((cond, negated)) = open.pop() {
        match &cond.kind {
            CondKind::All(parts) | CondKind::Any(parts) => open.extend(parts.iter().map(|p| (p, negated))),
            CondKind::Not(inner) | CondKind::Unconfirmed(inner) => open.push((inner, !negated)),
            CondKind::Confirmed(inner) => open.push((inner, negated)),
            CondKind::Atom(atom) => found.push((atom, cond, negated)),
            CondKind::Always(_) | CondKind::Define(_) => {}
        }
    }
    found
}

/// The definitions that a condition mentions itself.
pub fn defines(cond: &Cond) -> Vec<DefineId> {
    let mut found = Vec::new();
    let mut open = vec![cond];
    while let Some(cond) = open.pop() {
        match &cond.kind {
            CondKind::All(parts) | CondKind::Any(parts) => open.extend(parts),
            CondKind::Not(inner) | CondKind::Confirmed(inner) | CondKind::Unconfirmed(inner) => open.push(inner),
            CondKind::Define(id) => found.push(*id),
            CondKind::Always(_) | CondKind::Atom(_) => {}
        }
    }
    found
}
