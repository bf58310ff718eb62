//! What a lead can still come to: a safe bound over its completions.
//!
//! Every condition gets the set of truth values it can take when open fields get any answer or stay open, computed from the sets of its parts.
//! Two parts that rest on the same field are taken as if they did not, so a set may hold too much, never too little. Behaviour and contacts that
//! were not supplied stay unknown, as a completion leaves them.

use super::answers::{Answer, Answers, is_open};
use super::evaluate::{Engine, Evaluation};
use super::facts::{Batch, Column, NO_CHOICE};
use super::mask::{self, Mask, NO, OPEN, YES};
use super::people::{Contacts, Status, in_range};
use crate::policy::condition::{CountRange, Layer, PointsRange};
use crate::policy::exact::Points;
use crate::policy::people::RoleStatus;
use crate::policy::score::Per;
use crate::policy::{Atom, BuiltIn, FieldId, IcpStatus, OutcomeId, ScoreKind};
use crate::program::{CriterionPlan, FieldSet, NodeId, Op, RulePlan};
use std::borrow::Cow;

/// More events than anybody has, and more than any cap lets through.
const MOST_EVENTS: i64 = u32::MAX as i64;

/// Lowest and highest points.
pub type Range = (Points, Points);

/// The bound of one lead.
pub struct Bound<'a> {
    engine: &'a Engine<'a>,
    e: &'a Evaluation,
    lead: usize,
    current: u16,
    /// Open fields in order of declaration, with their answers.
    open: Vec<(FieldId, Cow<'a, [Answer]>)>,
    /// Statuses of roles, `expected when` left aside.
    plain: Vec<Status>,
    /// Nodes that rest on an open field, by layer; gates are all there, because they see the stages before them.
    live: Vec<Vec<NodeId>>,
    pub(super) masks: Vec<Mask>,
    /// What the criteria of each score come to.
    worth: [Worth; 2],
    pub(super) points: [Range; 2],
    levels: Vec<bool>,
    pub(super) outcomes: Vec<OutcomeId>,
    /// By outcome: whether it can come out; filled while the route is looked at.
    found: Vec<bool>,
    /// States that were left for another answer, to be taken up again.
    saved: Vec<(Vec<Mask>, [Range; 2])>,
    /// Such states that are not needed any more, for their memory.
    spare: Vec<Vec<Mask>>,
}

/// The criteria of a score, those that no open field can change added up.
struct Worth {
    /// By group.
    fixed: Vec<i64>,
    /// Group, points and condition of the others, in the order of the groups.
    free: Vec<(usize, Points, NodeId)>,
}

impl Worth {
    fn of(
        e: &Evaluation,
        plans: &[Vec<CriterionPlan>],
        kind: ScoreKind,
        lead: usize,
        rests: impl Fn(&NodeId) -> bool,
    ) -> Worth {
        let mut worth = Worth { fixed: vec![0; plans.len()], free: Vec::new() };
        for (group, criteria) in plans.iter().enumerate() {
            for (place, plan) in criteria.iter().enumerate() {
                match plan {
                    CriterionPlan::When { points, condition } if rests(condition) => {
                        worth.free.push((group, *points, *condition));
                    }
                    _ => worth.fixed[group] += e.earned(kind, group, place, lead).0,
                }
            }
        }
        worth
    }
}

impl<'a> Bound<'a> {
    /// The bound of a lead with every open field free.
    pub fn new(
        engine: &'a Engine<'a>,
        answers: &'a Answers,
        e: &'a Evaluation,
        batch: &'a Batch,
        lead: usize,
    ) -> Bound<'a> {
        let (policy, program) = (engine.policy, engine.program);
        let mut open = Vec::new();
        let mut set = FieldSet::default();
        for field in (BuiltIn::ALL.len() as u16..policy.fields.len() as u16).map(FieldId) {
            if is_open(batch, field, lead) {
                set.insert(field);
                open.push((field, answers.of(engine, batch, field, lead)));
            }
        }
        let contacts = Contacts::new(policy, batch, engine.as_of);
        let rests = |n: &NodeId| program.support.nodes[n.index()].meets(&set);
        let is_seed = |n: &NodeId| matches!(program.node(*n).op, Op::Atom(Atom::Field(..)));
        let mut live: Vec<Vec<NodeId>> = program
            .by_layer
            .iter()
            .map(|nodes| nodes.iter().copied().filter(|n| rests(n) && !is_seed(n)).collect())
            .collect();
        live[Layer::Stages as usize].clone_from(&program.by_layer[Layer::Stages as usize]);
        let current = match batch.column(BuiltIn::CurrentStage.field()) {
            Column::Choice(values) if values[lead] != NO_CHOICE => values[lead] + 1,
            _ => 0,
        };
        let mut bound = Bound {
            engine,
            e,
            lead,
            current,
            open,
            plain: (0..policy.committee.roles.len()).map(|r| contacts.status(r, lead)).collect(),
            live,
            worth: ScoreKind::BOTH.map(|kind| Worth::of(e, &program.scores[kind as usize], kind, lead, rests)),
            masks: (0..program.nodes.len()).map(|n| mask::of(e.answer(NodeId(n as u32), lead))).collect(),
            points: [(Points::ZERO, Points::ZERO); 2],
            levels: Vec::new(),
            outcomes: Vec::new(),
            found: Vec::new(),
            saved: Vec::new(),
            spare: Vec::new(),
        };
        bound.free_all();
        bound.run();
        bound
    }

    /// Open fields, in order of declaration.
    pub fn open_fields(&self) -> impl Iterator<Item = FieldId> + '_ {
        self.open.iter().map(|(f, _)| *f)
    }

    /// How many answers the open field at a place has.
    pub(super) fn answers(&self, at: usize) -> usize {
        self.open[at].1.len()
    }

    /// Gives an open field one answer.
    pub(super) fn give(&mut self, at: usize, answer: usize) {
        let (field, answers) = &self.open[at];
        for (node, mask) in self.engine.program.support.tests[field.index()].iter().zip(&answers[answer]) {
            self.masks[node.index()] = *mask;
        }
    }

    /// Lets an open field have any answer.
    pub(super) fn free(&mut self, at: usize) {
        let (field, answers) = &self.open[at];
        for (i, node) in self.engine.program.support.tests[field.index()].iter().enumerate() {
            self.masks[node.index()] = answers.iter().fold(0, |all, a| all | a[i]);
        }
    }

    /// Leaves an open field as it is.
    pub(super) fn leave(&mut self, at: usize) {
        let (field, _) = &self.open[at];
        for node in &self.engine.program.support.tests[field.index()] {
            self.masks[node.index()] = mask::of(self.e.answer(*node, self.lead));
        }
    }

    pub(super) fn free_all(&mut self) {
        (0..self.open.len()).for_each(|at| self.free(at));
    }

    pub(super) fn leave_all(&mut self) {
        (0..self.open.len()).for_each(|at| self.leave(at));
    }

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

    /// Keeps the state as it is, to be taken up again by [`Bound::restore`].
    pub(super) fn save(&mut self) {
        let mut masks = self.spare.pop().unwrap_or_default();
        masks.clone_from(&self.masks);
        self.saved.push((masks, self.points));
    }

    /// Takes up the state that was saved last. What outcomes there are is known again after the next answer.
    pub(super) fn restore(&mut self) {
        if let Some((masks, points)) = self.saved.pop() {
            self.spare.push(std::mem::replace(&mut self.masks, masks));
            self.points = points;
        }
    }

    /// Whether no completion changes the outcome. Holds for the last run of the schedule.
    pub fn settled(&self) -> bool {
        self.outcomes.iter().all(|o| *o == self.e.routes[self.lead].outcome)
    }

    /// Whether scope can come out both ways.
    pub fn scope_open(&self) -> bool {
        self.engine.program.applies.is_some_and(|n| {
            let mask = self.masks[n.index()];
            mask & YES != 0 && mask & (NO | OPEN) != 0
        })
    }

    /// Whether some completion makes a condition true.
    pub fn can_hold(&self, node: NodeId) -> bool {
        self.masks[node.index()] & YES != 0
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
