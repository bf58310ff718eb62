//! The search for a lead that meets all claims.
//!
//! What a claim says for sure is taken into the [`World`] at once; where it leaves a choice, one way after the other is tried, those with the fewest ways first.
//! Steps and depth are limited; beyond them the answer is *possible*.

use super::world::{World, splits_atom};
use super::{Claim, Reasoner, Want};
use crate::policy::condition::CountRange;
use crate::policy::people::RoleStatus;
use crate::policy::{Atom, ChecklistId, Cond, CondKind, IcpStatus, ScoreKind};

/// How many steps one question is worth.
const STEPS: u32 = 4_000;
/// How many choices may be open on the way to one answer.
const DEEPEST: usize = 120;

/// Something that is claimed.
#[derive(Clone, Copy, Debug)]
enum Goal<'g> {
    Cond(&'g Cond, Want),
    Atom(&'g Atom, Want),
    /// The multi-select that an atom asks about is unknown or open.
    Open(&'g Atom),
    /// One of the two ways in which a count of roles is not in a range.
    Tally(RoleStatus, CountRange, bool, usize),
    /// All criteria of the profile come out like this.
    Profile(Want),
    /// All items of a checklist.
    Checklist(ChecklistId, Want),
    /// A role of the committee is not needed, or has engaged.
    Needed(usize, Want),
}

/// What a goal comes to.
enum Ways<'g> {
    All(Vec<Goal<'g>>),
    One(Vec<Goal<'g>>),
    /// Nothing further: the world takes it in, or there is none.
    Taken(bool),
}

/// Whether some lead meets all claims.
pub fn possible(reasoner: &Reasoner<'_>, claims: &[Claim<'_>]) -> bool {
    let with_scores =
        claims.iter().any(|(c, _)| reasoner.subjects(c).iter().any(|s| matches!(s, super::Subject::Score(_))));
    let mut search = Search { reasoner, steps: STEPS };
    let goals = claims.iter().rev().map(|(cond, want)| Goal::Cond(cond, *want)).collect();
    search.run(reasoner.any_world(with_scores), goals, Vec::new(), 0)
}

/// The answers that a condition can still have in a world, as far as is seen without trying: whether it can be true, and whether it can be not true.
pub fn answers(reasoner: &Reasoner<'_>, world: &World, cond: &Cond) -> (bool, bool) {
    let mut search = Search { reasoner, steps: STEPS };
    let mut can = |want| search.seems_possible(world, Goal::Cond(cond, want));
    (can(Want::True), can(Want::NotTrue))
}

struct Search<'s, 'p> {
    reasoner: &'s Reasoner<'p>,
    steps: u32,
}

impl<'s> Search<'s, '_> {
    /// Takes a step; false if the search should end with *possible*.
    fn step(&mut self) -> bool {
        self.steps = self.steps.saturating_sub(1);
        self.reasoner.step() && self.steps > 0
    }

    fn run(&mut self, mut world: World, mut goals: Vec<Goal<'s>>, mut open: Vec<Vec<Goal<'s>>>, depth: usize) -> bool {
        loop {
            while let Some(goal) = goals.pop() {
                if !self.step() {
                    return true;
                }
                match self.ways(&mut world, goal) {
                    Ways::Taken(true) => {}
                    Ways::Taken(false) => return false,
                    Ways::All(more) => goals.extend(more),
                    Ways::One(ways) => open.push(ways),
                }
            }
            for ways in &mut open {
                ways.retain(|way| self.seems_possible(&world, *way));
                if ways.is_empty() {
                    return false;
                }
            }
            // What has only one way left is no choice.
            open.retain(|ways| {
                if let [only] = ways.as_slice() {
                    goals.push(*only);
                }
                ways.len() > 1
            });
            if goals.is_empty() {
                break;
            }
        }
        if !self.scores_agree(&mut world) {
            return false;
        }
        let fewest = (0..open.len()).min_by_key(|i| open[*i].len());
        let Some(fewest) = fewest else { return true };
        if depth >= DEEPEST || !self.step() {
            return true;
        }
        let ways = open.swap_remove(fewest);
        ways.into_iter().any(|way| self.run(world.clone(), vec![way], open.clone(), depth + 1))
    }

    /// Whether a world could take in a goal, looked at alone and without trying ways of several goals against each other.
    fn seems_possible(&mut self, world: &World, goal: Goal<'s>) -> bool {
        let mut world = world.clone();
        let mut goals = vec![goal];
        while let Some(goal) = goals.pop() {
            if !self.step() {
                return true;
            }
            match self.ways(&mut world, goal) {
                Ways::Taken(true) => {}
                Ways::Taken(false) => return false,
                Ways::All(more) => goals.extend(more),
                // Each way on its own: it is enough that one of them takes a first step.
                Ways::One(ways) => {
                    let takes = |way: &Goal<'s>| {
                        let mut world = world.clone();
                        !matches!(self.ways(&mut world, *way), Ways::Taken(false))
                    };
                    if !ways.iter().any(takes) {
                        return false;
                    }
                }
            }
        }
        true
    }

    /// One step into a goal.
    fn ways(&self, world: &mut World, goal: Goal<'s>) -> Ways<'s> {
        let policy = self.reasoner.policy;
        match goal {
            Goal::Cond(cond, want) => self.cond(&cond.kind, want),
            Goal::Atom(atom, want) => self.atom(world, atom, want),
            Goal::Open(atom) => Ways::Taken(world.restrict_to_open(policy, atom)),
            Goal::Tally(status, range, surely, way) => {
                let (least, most) = &super::people::Tally::outside(range, surely)[way];
                Ways::Taken(world.restrict_tally(status, least, most))
            }
            Goal::Profile(want) => all(policy.icp.iter().map(|r| Goal::Cond(&r.condition, want)).collect(), want),
            Goal::Checklist(id, want) => {
                let items = &policy.checklists[id.index()].items;
                all(items.iter().map(|(_, c)| Goal::Cond(c, want)).collect(), want)
            }
            Goal::Needed(role, want) => {
                let engaged = Goal::Atom(&self.reasoner.engaged[role], want);
                match &policy.committee.roles[role].when {
                    Some(when) => any(vec![engaged, Goal::Cond(when, want.negated())], want),
                    None => Ways::All(vec![engaged]),
                }
            }
        }
    }

    fn cond(&self, kind: &'s CondKind, want: Want) -> Ways<'s> {
        match kind {
            CondKind::Always(value) => Ways::Taken(*value == want.is_yes()),
            CondKind::All(parts) => all(parts.iter().map(|p| Goal::Cond(p, want)).collect(), want),
            CondKind::Any(parts) => any(parts.iter().map(|p| Goal::Cond(p, want)).collect(), want),
            CondKind::Not(inner) => Ways::All(vec![Goal::Cond(inner, want.negated())]),
            CondKind::Confirmed(inner) => {
                Ways::All(vec![Goal::Cond(inner, if want.is_yes() { Want::True } else { Want::NotTrue })])
            }
            CondKind::Unconfirmed(inner) => {
                Ways::All(vec![Goal::Cond(inner, if want.is_yes() { Want::NotTrue } else { Want::True })])
            }
            CondKind::Define(id) => {
                Ways::All(vec![Goal::Cond(&self.reasoner.policy.defines[id.index()].condition, want)])
            }
            CondKind::Atom(atom) => Ways::All(vec![Goal::Atom(atom, want)]),
        }
    }

    fn atom(&self, world: &mut World, atom: &'s Atom, want: Want) -> Ways<'s> {
        match atom {
            Atom::Checklist(id) => Ways::All(vec![Goal::Checklist(*id, want)]),
            Atom::Icp(status) => profile(*status, want.is_yes()),
            Atom::CommitteeComplete => {
                let roles = self.reasoner.policy.committee.roles.iter().enumerate();
                all(roles.filter(|(_, r)| !r.optional).map(|(i, _)| Goal::Needed(i, want)).collect(), want)
            }
            Atom::RoleCount { at_least, range } if splits_atom(atom, want) => {
                let surely = want == Want::False;
                Ways::One((0..2).map(|way| Goal::Tally(*at_least, *range, surely, way)).collect())
            }
            _ if splits_atom(atom, want) => {
                let by_members = if want == Want::NotTrue { Want::False } else { Want::True };
                Ways::One(vec![Goal::Open(atom), Goal::Atom(atom, by_members)])
            }
            _ => Ways::Taken(world.restrict(self.reasoner.policy, atom, want)),
        }
    }

    /// Where points are claimed, whether the criteria that are left can add up to them.
    fn scores_agree(&mut self, world: &mut World) -> bool {
        for kind in ScoreKind::BOTH {
            let at = kind as usize;
            if !world.scored[at] || !self.step() {
                continue;
            }
            let points = super::points::within(self.reasoner, world, kind);
            let left = world.scores[at].and(&super::Ranges::of(Some(points.low.0), Some(points.high.0)));
            if left.is_empty() {
                return false;
            }
            world.scores[at] = left;
        }
        true
    }
}

/// Kleene `and`: true where all are true, false where one is false.
fn all(parts: Vec<Goal<'_>>, want: Want) -> Ways<'_> {
    if want.is_yes() { Ways::All(parts) } else { Ways::One(parts) }
}

/// Kleene `or`.
fn any(parts: Vec<Goal<'_>>, want: Want) -> Ways<'_> {
    if want.is_yes() { Ways::One(parts) } else { Ways::All(parts) }
}

/// The profile is matched where all criteria are true, failed where one is false, else undecided.
fn profile<'g>(status: IcpStatus, holds: bool) -> Ways<'g> {
    match (status, holds) {
        (IcpStatus::Matched, true) => Ways::All(vec![Goal::Profile(Want::True)]),
        (IcpStatus::Matched, false) => Ways::All(vec![Goal::Profile(Want::NotTrue)]),
        (IcpStatus::Failed, true) => Ways::All(vec![Goal::Profile(Want::False)]),
        (IcpStatus::Failed, false) => Ways::All(vec![Goal::Profile(Want::NotFalse)]),
        (IcpStatus::Undecided, true) => Ways::All(vec![Goal::Profile(Want::NotTrue), Goal::Profile(Want::NotFalse)]),
        (IcpStatus::Undecided, false) => Ways::One(vec![Goal::Profile(Want::True), Goal::Profile(Want::False)]),
    }
}
