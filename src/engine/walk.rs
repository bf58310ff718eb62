//! A bound through the schedule: what every condition, score, gate and rule can come to for the answers that are given.

use super::bound::{Bound, Range, Worth};
use super::mask::{self, Mask, NO, OPEN, YES};
use super::people::{Status, in_range};
use crate::policy::condition::{CountRange, Layer, PointsRange};
use crate::policy::exact::Points;
use crate::policy::people::RoleStatus;
use crate::policy::score::Per;
use crate::policy::{Atom, IcpStatus, OutcomeId, ScoreKind};
use crate::program::{CriterionPlan, NodeId, Op, RulePlan};

/// More events than anybody has, and more than any cap lets through.
const MOST_EVENTS: i64 = u32::MAX as i64;

impl Bound<'_> {
    /// Takes everything through the schedule once more, with the answers given now.
    pub(super) fn run(&mut self) {
        self.run_scores();
        self.layer(Layer::Scores);
        self.layer(Layer::Checklists);
        self.run_stages();
        self.run_route();
        self.layer(Layer::Route);
    }

    /// The schedule as far as the scores.
    pub(super) fn run_scores(&mut self) {
        self.layer(Layer::Fields);
        self.layer(Layer::Signals);
        self.layer(Layer::Roles);
        self.layer(Layer::Committee);
        self.points = ScoreKind::BOTH.map(|kind| self.score(kind));
    }

    /// Gives an open field one answer, and takes what rests on it through the schedule. Everything else must be as the last run left it.
    pub(super) fn answer(&mut self, at: usize, answer: usize) {
        self.answer_scores(at, answer);
        let touched = &self.engine.program.support.touched[self.open[at].0.index()];
        self.again(&touched.nodes[Layer::Scores as usize]);
        self.again(&touched.nodes[Layer::Checklists as usize]);
        if touched.stages {
            self.run_stages();
        }
        self.run_route();
        self.again(&touched.nodes[Layer::Route as usize]);
    }

    /// The same as far as the scores.
    pub(super) fn answer_scores(&mut self, at: usize, answer: usize) {
        self.give(at, answer);
        let touched = &self.engine.program.support.touched[self.open[at].0.index()];
        for layer in [Layer::Fields, Layer::Signals, Layer::Roles, Layer::Committee] {
            self.again(&touched.nodes[layer as usize]);
        }
        for kind in ScoreKind::BOTH.into_iter().filter(|kind| touched.scores[*kind as usize]) {
            self.points[kind as usize] = self.score(kind);
        }
    }

    fn again(&mut self, nodes: &[NodeId]) {
        for node in nodes {
            self.masks[node.index()] = self.node(*node);
        }
    }

    fn layer(&mut self, layer: Layer) {
        for i in 0..self.live[layer as usize].len() {
            let node = self.live[layer as usize][i];
            self.masks[node.index()] = self.node(node);
        }
    }

    fn node(&self, node: NodeId) -> Mask {
        let part = |n: &NodeId| self.masks[n.index()];
        match &self.engine.program.node(node).op {
            Op::Always(value) => mask::of(Some(*value)),
            Op::Not(n) => mask::not(part(n)),
            Op::Confirmed(n) => mask::confirmed(part(n)),
            Op::Unconfirmed(n) => mask::unconfirmed(part(n)),
            Op::All(parts) => self.all(parts),
            Op::Any(parts) => parts.iter().map(part).fold(NO, mask::or),
            Op::Atom(atom) => self.atom(node, atom),
        }
    }

    fn all(&self, parts: &[NodeId]) -> Mask {
        parts.iter().map(|n| self.masks[n.index()]).fold(YES, mask::and)
    }

    fn atom(&self, node: NodeId, atom: &Atom) -> Mask {
        match atom {
            Atom::Field(..) | Atom::Attribute(..) | Atom::Count { .. } | Atom::PreviousRoute(_) => {
                self.masks[node.index()]
            }
            Atom::Role(role, wanted) => self.role(role.index(), *wanted),
            Atom::RoleCount { at_least, range } => self.role_count(*at_least, *range),
            Atom::CommitteeComplete => self.committee(),
            Atom::Score(kind, range) => score_in(*range, self.points[*kind as usize]),
            Atom::Icp(status) => {
                let all = self.all(&self.engine.program.icp);
                let statuses = [(YES, IcpStatus::Matched), (OPEN, IcpStatus::Undecided), (NO, IcpStatus::Failed)];
                let can = statuses.into_iter().filter(|(bit, _)| all & bit != 0);
                can.fold(0, |all, (_, s)| all | mask::of(Some(s == *status)))
            }
            Atom::Checklist(list) => self.all(&self.engine.program.checklists[list.index()]),
            Atom::Stage { low, high } => {
                let levels = (0_u16..).zip(&self.levels).filter(|(_, can)| **can).map(|(level, _)| level);
                levels.fold(0, |all, level| all | mask::of(Some((*low..=*high).contains(&level))))
            }
            Atom::Route(outcomes) => self.outcomes.iter().fold(0, |all, o| all | mask::of(Some(outcomes.contains(o)))),
        }
    }

    /// The statuses a role can have.
    fn statuses(&self, role: usize) -> impl Iterator<Item = Status> + '_ {
        let (plain, plan) = (self.plain[role], &self.engine.program.roles[role]);
        // Without `expected when` the role is as it is.
        let mask = plan.expected_when.map_or(NO, |node| self.masks[node.index()]);
        let answers = [(YES, Some(true)), (NO, Some(false)), (OPEN, None)];
        answers.into_iter().filter(move |(bit, _)| mask & bit != 0).map(move |(_, answer)| plain.expected(answer))
    }

    fn role(&self, role: usize, wanted: RoleStatus) -> Mask {
        self.statuses(role).fold(0, |all, s| all | mask::of(s.at_least(wanted)))
    }

    /// Every pair of least and most that the roles can add up to.
    fn role_count(&self, wanted: RoleStatus, range: CountRange) -> Mask {
        let mut pairs = vec![(0_u32, 0_u32)];
        for role in 0..self.plain.len() {
            let mut next = Vec::new();
            for status in self.statuses(role) {
                let (least, most) = (u32::from(status.low >= wanted), u32::from(status.high >= wanted));
                next.extend(pairs.iter().map(|(l, m)| (l + least, m + most)));
            }
            next.sort_unstable();
            next.dedup();
            pairs = next;
        }
        pairs.into_iter().fold(0, |all, (least, most)| all | mask::of(in_range(least, most, range)))
    }

    fn committee(&self) -> Mask {
        let plans = self.engine.program.roles.iter().enumerate().filter(|(_, p)| !p.optional);
        plans.fold(YES, |all, (role, plan)| {
            let engaged = self.role(role, RoleStatus::Engaged);
            let fine = plan.when.map_or(engaged, |n| mask::or(engaged, mask::not(self.masks[n.index()])));
            mask::and(all, fine)
        })
    }

    fn score(&self, kind: ScoreKind) -> Range {
        let score = self.engine.policy.score(kind);
        let Worth { fixed, free } = &self.worth[kind as usize];
        let mut free = free.iter().peekable();
        let (mut low, mut high) = (0_i64, 0_i64);
        for (at, (group, fixed)) in score.groups.iter().zip(fixed).enumerate() {
            let (mut least, mut most) = (*fixed, *fixed);
            while let Some((_, points, condition)) = free.next_if(|(of, _, _)| *of == at) {
                let range = when_mask(*points, self.masks[condition.index()]);
                least += range.0.0;
                most += range.1.0;
            }
            low += group.limit(Points(least)).0;
            high += group.limit(Points(most)).0;
        }
        (score.clamp(Points(low)), score.clamp(Points(high)))
    }

    /// The range of a score as it is reported: what is unknown now counts both ways, behaviour that was not supplied too.
    pub fn reported(&self, kind: ScoreKind) -> Range {
        let score = self.engine.policy.score(kind);
        let groups = score.groups.iter().zip(&self.engine.program.scores[kind as usize]);
        let (mut low, mut high) = (0_i64, 0_i64);
        for (at, (group, plans)) in groups.enumerate() {
            let (mut least, mut most) = (0_i64, 0_i64);
            for (place, plan) in plans.iter().enumerate() {
                let range = match plan {
                    CriterionPlan::When { points, condition } if self.e.answer(*condition, self.lead).is_none() => {
                        both_ways(*points)
                    }
                    CriterionPlan::When { points, condition } => when_mask(*points, self.masks[condition.index()]),
                    CriterionPlan::Per { per, .. } if !self.e.behaviour[self.lead] => both_ways(most_of(per)),
                    CriterionPlan::Per { .. } => {
                        let earned = self.e.earned(kind, at, place, self.lead);
                        (earned, earned)
                    }
                };
                least = least.saturating_add(range.0.0);
                most = most.saturating_add(range.1.0);
            }
            low += group.limit(Points(least)).0;
            high += group.limit(Points(most)).0;
        }
        (score.clamp(Points(low)), score.clamp(Points(high)))
    }

    /// Gates in order, then what takes a lead back, for every level it can have reached.
    fn run_stages(&mut self) {
        let program = self.engine.program;
        if program.by_layer[Layer::Stages as usize].is_empty() {
            return; // No condition looks at stages.
        }
        let mut can = vec![false; program.stages.len() + 1];
        can[0] = true;
        for (level, plan) in program.stages.iter().enumerate() {
            if !can[level] {
                break;
            }
            self.stand_at(level, can.len());
            let passes = if level < usize::from(self.current) { YES } else { self.all(&plan.require) };
            can[level + 1] = passes & YES != 0;
            can[level] = passes != YES;
        }
        // Falls lead down, so the highest level comes first.
        for level in (1..can.len()).rev().filter(|l| !program.stages[l - 1].fall_back.is_empty()) {
            if !can[level] {
                continue;
            }
            self.stand_at(level, can.len());
            for (to, when) in &program.stages[level - 1].fall_back {
                let mask = self.masks[when.index()];
                can[usize::from(*to)] |= mask & YES != 0;
                if mask == YES {
                    can[level] = false;
                    break;
                }
            }
        }
        self.levels = can;
        self.layer(Layer::Stages);
    }

    /// Takes the lead to be at one level: what a gate and a fall back look at.
    fn stand_at(&mut self, level: usize, levels: usize) {
        self.levels = (0..levels).map(|l| l == level).collect();
        self.layer(Layer::Stages);
    }

    fn run_route(&mut self) {
        let policy = self.engine.policy;
        let mut found = std::mem::take(&mut self.found);
        found.clear();
        found.resize(policy.outcomes.len(), false);
        for rule in &self.engine.program.rules {
            match rule {
                RulePlan::Otherwise { outcome } => {
                    found[outcome.index()] = true;
                    break;
                }
                RulePlan::To { outcome, when } => {
                    let mask = self.masks[when.index()];
                    found[outcome.index()] |= mask & YES != 0;
                    if mask == YES {
                        break;
                    }
                }
                RulePlan::Matrix { rows, columns, when, cells } => {
                    let mask = when.map_or(YES, |n| self.masks[n.index()]);
                    if mask & YES == 0 {
                        continue;
                    }
                    let bands = |kind: ScoreKind| {
                        let (low, high) = self.points[kind as usize];
                        policy.score(kind).band(high)..=policy.score(kind).band(low)
                    };
                    let mut whole = mask == YES;
                    for (row, column) in bands(*rows).flat_map(|r| bands(*columns).map(move |c| (r, c))) {
                        match cells[row][column] {
                            Some(outcome) => found[outcome.index()] = true,
                            None => whole = false,
                        }
                    }
                    if whole {
                        break;
                    }
                }
            }
        }
        self.outcomes.clear();
        self.outcomes.extend((0_u16..).zip(&found).filter(|(_, can)| **can).map(|(i, _)| OutcomeId(i)));
        self.found = found;
    }
}

/// What a criterion can give for the answers its condition can have.
fn when_mask(points: Points, mask: Mask) -> Range {
    match mask {
        YES => (points, points),
        _ if mask & YES != 0 => both_ways(points),
        _ => (Points::ZERO, Points::ZERO),
    }
}

/// Given or not.
fn both_ways(points: Points) -> Range {
    (points.min(Points::ZERO), points.max(Points::ZERO))
}

/// The most that behaviour can give to a criterion.
fn most_of(per: &Per) -> Points {
    let first = per.steps.first().copied().unwrap_or(Points::ZERO);
    // Without `newest` any number of events may come, whatever else the group takes away; its cap or floor ends it.
    let most = per.newest.map_or(MOST_EVENTS, i64::from);
    Points(first.0.saturating_mul(most))
}

/// Whether points somewhere in a range lie in another.
fn score_in(range: PointsRange, (low, high): Range) -> Mask {
    let starts = range.low.is_none_or(|l| low >= l);
    let ends = range.high.is_none_or(|h| high <= h);
    if starts && ends {
        return YES;
    }
    let apart = range.low.is_some_and(|l| high < l) || range.high.is_some_and(|h| low > h);
    if apart { NO } else { YES | NO }
}
