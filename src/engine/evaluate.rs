//! A batch through the whole schedule: conditions layer by layer, scores, stages, routes.

use super::atoms;
use super::events::Events;
use super::facts::{Batch, Column, NO_CHOICE};
use super::people::{self, Status};
use super::truth::{Truths, bits, places, words};
use crate::policy::condition::{Layer, PointsRange};
use crate::policy::exact::Points;
use crate::policy::people::RoleStatus;
use crate::policy::time::{Day, Instant};
use crate::policy::{Atom, BuiltIn, IcpStatus, OutcomeId, Policy, ScoreKind};
use crate::program::{CriterionPlan, NodeId, Op, Program, RulePlan};

/// Everything that was computed for a batch. All columns have one entry a lead; [`Truths`] are asked by lead.
#[derive(Clone, Debug)]
pub struct Evaluation {
    /// By node; unknown for those that belong to no layer of this schedule.
    nodes: Vec<Truths>,
    /// Role by lead.
    pub statuses: Vec<Vec<Status>>,
    pub icp: Vec<IcpStatus>,
    /// Points of fit and intent, clamped.
    pub points: [Vec<Points>; 2],
    /// Score, group, criterion.
    earnings: [Vec<Vec<Earning>>; 2],
    /// Kleene `and` of the items.
    pub checklists: Vec<Truths>,
    pub committee: Truths,
    /// 0 is `none`.
    pub stages: Vec<u16>,
    /// By stage, then requirement: the answer when the gate was passed, or not; conditions that look at stages see only those before it.
    pub gates: Vec<Vec<Truths>>,
    /// The stage and the place in it of the last `fall back` that took the lead back.
    pub fell_back: Vec<Option<(u16, usize)>>,
    pub routes: Vec<Routed>,
    pub in_scope: Truths,
    /// Whether behaviour was supplied.
    pub behaviour: Vec<bool>,
}

/// What a criterion gives to the leads of a batch, before caps.
#[derive(Clone, Debug)]
enum Earning {
    /// These points, where the condition is true.
    When(Points, NodeId),
    /// By lead.
    Per(Vec<Points>),
}

/// Where a lead goes: the outcome, the rule, and for a matrix the row and column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Routed {
    pub outcome: OutcomeId,
    pub rule: usize,
    pub cell: Option<(usize, usize)>,
}

impl Evaluation {
    /// The answer of a condition for one lead; `None` is unknown.
    pub fn answer(&self, node: NodeId, lead: usize) -> Option<bool> {
        self.node(node).get(lead)
    }

    /// Points of one score of one lead.
    pub fn score(&self, kind: ScoreKind, lead: usize) -> Points {
        self.points[kind as usize][lead]
    }

    /// Points of one criterion of one lead, before caps. Group and criterion are places in the policy.
    pub fn earned(&self, kind: ScoreKind, group: usize, criterion: usize, lead: usize) -> Points {
        match &self.earnings[kind as usize][group][criterion] {
            Earning::When(points, condition) if self.node(*condition).is_true(lead) => *points,
            Earning::When(..) => Points::ZERO,
            Earning::Per(points) => points[lead],
        }
    }

    fn node(&self, node: NodeId) -> &Truths {
        &self.nodes[node.index()]
    }

    /// Kleene `and` of conditions; true where there are none.
    fn all(&self, len: usize, parts: &[NodeId]) -> Truths {
        Truths::all(len, parts.iter().map(|n| self.node(*n)))
    }
}

/// A program with the instant it is run at.
#[derive(Clone, Copy, Debug)]
pub struct Engine<'p> {
    pub(super) policy: &'p Policy,
    pub(super) program: &'p Program,
    pub(super) as_of: Instant,
    pub(super) today: Day,
}

impl<'p> Engine<'p> {
    /// The program must be lowered from this policy.
    pub fn new(policy: &'p Policy, program: &'p Program, as_of: Instant) -> Engine<'p> {
        Engine { policy, program, as_of, today: as_of.day(policy.offset) }
    }

    /// The instant it is run at.
    pub fn as_of(&self) -> Instant {
        self.as_of
    }

    /// Evaluates all leads of a batch made for the same policy.
    pub fn evaluate(&self, batch: &Batch) -> Evaluation {
        let mut run = Run::new(self, batch);
        run.conditions(Layer::Fields);
        run.conditions(Layer::Signals);
        run.roles();
        run.conditions(Layer::Roles);
        run.committee();
        run.conditions(Layer::Committee);
        run.icp();
        ScoreKind::BOTH.into_iter().for_each(|kind| run.score(kind));
        run.conditions(Layer::Scores);
        run.checklists();
        run.conditions(Layer::Checklists);
        run.stages();
        run.scope();
        run.routes();
        run.conditions(Layer::Route);
        run.e
    }

    /// Where a rule would send a lead, if it matches.
    pub fn matches(&self, e: &Evaluation, rule: usize, lead: usize) -> Option<Routed> {
        match &self.program.rules[rule] {
            RulePlan::Otherwise { outcome } => Some(Routed { outcome: *outcome, rule, cell: None }),
            RulePlan::To { outcome, when } => {
                (e.answer(*when, lead) == Some(true)).then_some(Routed { outcome: *outcome, rule, cell: None })
            }
            RulePlan::Matrix { rows, columns, when, cells } => {
                if when.is_some_and(|n| e.answer(n, lead) != Some(true)) {
                    return None;
                }
                let band = |kind: ScoreKind| self.policy.score(kind).band(e.score(kind, lead));
                let (row, column) = (band(*rows), band(*columns));
                let outcome = cells[row][column]?;
                Some(Routed { outcome, rule, cell: Some((row, column)) })
            }
        }
    }
}

/// A batch on its way through the schedule.
struct Run<'r> {
    engine: &'r Engine<'r>,
    program: &'r Program,
    batch: &'r Batch,
    len: usize,
    events: Events<'r>,
    e: Evaluation,
}

impl<'r> Run<'r> {
    fn new(engine: &'r Engine<'r>, batch: &'r Batch) -> Run<'r> {
        let len = batch.len();
        let e = Evaluation {
            nodes: vec![Truths::unknown(len); engine.program.nodes.len()],
            statuses: Vec::new(),
            icp: Vec::new(),
            points: [Vec::new(), Vec::new()],
            earnings: [Vec::new(), Vec::new()],
            checklists: Vec::new(),
            committee: Truths::always(true, len),
            stages: vec![0; len],
            gates: Vec::new(),
            fell_back: vec![None; len],
            routes: Vec::new(),
            in_scope: Truths::always(true, len),
            behaviour: batch.events().all_supplied()[..len].to_vec(),
        };
        let events = Events::of(engine.program, batch, engine.as_of);
        Run { engine, program: engine.program, batch, len, events, e }
    }

    /// Evaluates every condition of a layer; parts come before what they are parts of.
    fn conditions(&mut self, layer: Layer) {
        for node in &self.program.by_layer[layer as usize] {
            self.e.nodes[node.index()] = self.condition(&self.program.node(*node).op);
        }
    }

    fn condition(&self, op: &Op) -> Truths {
        match op {
            Op::Always(value) => Truths::always(*value, self.len),
            Op::Atom(atom) => self.atom(atom),
            Op::Not(n) => self.e.node(*n).not(),
            Op::Confirmed(n) => self.e.node(*n).confirmed(),
            Op::Unconfirmed(n) => self.e.node(*n).unconfirmed(),
            Op::All(parts) => self.e.all(self.len, parts),
            Op::Any(parts) => Truths::any(self.len, parts.iter().map(|n| self.e.node(*n))),
        }
    }

    fn atom(&self, atom: &Atom) -> Truths {
        let e = &self.e;
        match atom {
            Atom::Field(field, test) => atoms::field(self.batch, *field, test, self.engine.today),
            Atom::Count { signals, within_days, range } => {
                let supplied = words(&e.behaviour, |supplied| supplied);
                let (low, high) = (range.low, range.high.unwrap_or(u32::MAX));
                Truths::known(self.events.counts(signals, *within_days), supplied, |n| (low..=high).contains(&n))
            }
            Atom::Role(role, wanted) => people::at_least(&e.statuses[role.index()], *wanted),
            Atom::RoleCount { at_least, range } => people::counted(&e.statuses, self.len, *at_least, *range),
            Atom::CommitteeComplete => e.committee.clone(),
            Atom::Score(kind, range) => Truths::definite(&e.points[*kind as usize], |points| inside(*range, points)),
            Atom::Icp(status) => Truths::definite(&e.icp, |icp| icp == *status),
            Atom::Checklist(list) => e.checklists[list.index()].clone(),
            Atom::Stage { low, high } => Truths::definite(&e.stages, |stage| (*low..=*high).contains(&stage)),
            Atom::Route(outcomes) => Truths::definite(&e.routes, |routed| outcomes.contains(&routed.outcome)),
            // Nothing of an earlier run, and no single event, is known here.
            Atom::PreviousRoute(_) | Atom::Attribute(..) => Truths::unknown(self.len),
        }
    }

    fn roles(&mut self) {
        let expected: Vec<Option<&Truths>> =
            self.program.roles.iter().map(|r| r.expected_when.map(|n| self.e.node(n))).collect();
        self.e.statuses = people::statuses(self.engine.policy, self.batch, self.engine.as_of, &expected);
    }

    /// Each role not needed, or at least engaged.
    fn committee(&mut self) {
        for (role, plan) in self.program.roles.iter().enumerate().filter(|(_, p)| !p.optional) {
            let mut fine = people::at_least(&self.e.statuses[role], RoleStatus::Engaged);
            if let Some(node) = plan.when {
                fine.or(&self.e.node(node).not());
            }
            self.e.committee.and(&fine);
        }
    }

    fn icp(&mut self) {
        let all = self.e.all(self.len, &self.program.icp);
        let status = |lead| match all.get(lead) {
            Some(true) => IcpStatus::Matched,
            Some(false) => IcpStatus::Failed,
            None => IcpStatus::Undecided,
        };
        self.e.icp = (0..self.len).map(status).collect();
    }

    /// The points of groups, each within its cap and floor, added up and clamped.
    fn score(&mut self, kind: ScoreKind) {
        let score = self.engine.policy.score(kind);
        let plans = &self.program.scores[kind as usize];
        let earnings: Vec<Vec<Earning>> = plans.iter().map(|g| g.iter().map(|c| self.earning(c)).collect()).collect();
        let mut sums = vec![Points::ZERO; self.len];
        let mut of_group = vec![[0_i64; 64]; self.len.div_ceil(64)];
        for (group, earnings) in score.groups.iter().zip(&earnings) {
            of_group.fill([0; 64]);
            earnings.iter().for_each(|earning| self.add(earning, &mut of_group));
            let both = sums.iter_mut().zip(of_group.as_flattened());
            both.for_each(|(sum, points)| sum.0 += group.limit(Points(*points)).0);
        }
        sums.iter_mut().for_each(|sum| *sum = score.clamp(*sum));
        self.e.points[kind as usize] = sums;
        self.e.earnings[kind as usize] = earnings;
    }

    fn earning(&self, plan: &CriterionPlan) -> Earning {
        match plan {
            CriterionPlan::When { points, condition } => Earning::When(*points, *condition),
            CriterionPlan::Per { per, .. } => Earning::Per(self.events.points(per).to_vec()),
        }
    }

    /// Adds what a criterion gives to sums that stand 64 to a word of answers.
    fn add(&self, earning: &Earning, sums: &mut [[i64; 64]]) {
        match earning {
            Earning::When(points, condition) => {
                for (sums, yes) in sums.iter_mut().zip(&self.e.node(*condition).yes) {
                    bits(*yes).for_each(|bit| sums[bit] += points.0);
                }
            }
            Earning::Per(points) => {
                sums.as_flattened_mut().iter_mut().zip(points).for_each(|(sum, points)| *sum += points.0);
            }
        }
    }

    fn checklists(&mut self) {
        self.e.checklists = self.program.checklists.iter().map(|items| self.e.all(self.len, items)).collect();
    }

    /// Gates in order, each seeing the stages before it; then what takes a lead back.
    fn stages(&mut self) {
        let current: Vec<u16> = match self.batch.column(BuiltIn::CurrentStage.field()) {
            Column::Choice(values) => {
                values[..self.len].iter().map(|v| if *v == NO_CHOICE { 0 } else { v + 1 }).collect()
            }
            _ => vec![0; self.len],
        };
        let mut unbroken = words(&current, |_| true);
        for (level, stage) in (1_u16..).zip(&self.program.stages) {
            self.conditions(Layer::Stages);
            let passes = self.e.all(self.len, &stage.require);
            self.e.gates.push(stage.require.iter().map(|n| self.e.node(*n).clone()).collect());
            let past = words(&current, |c| c >= level);
            for ((run, passes), past) in unbroken.iter_mut().zip(&passes.yes).zip(past) {
                *run &= passes | past;
            }
            places(&unbroken).for_each(|lead| self.e.stages[lead] = level);
        }
        self.fall_backs();
    }

    /// Every fall back looks at the stage a lead would have, again after each fall; each leads down, so this ends.
    fn fall_backs(&mut self) {
        self.conditions(Layer::Stages);
        if self.program.stages.iter().all(|stage| stage.fall_back.is_empty()) {
            return;
        }
        loop {
            let falls: Vec<(usize, u16, usize)> =
                (0..self.len).filter_map(|lead| self.fall_back(lead).map(|(to, at)| (lead, to, at))).collect();
            if falls.is_empty() {
                return;
            }
            for (lead, to, at) in falls {
                self.e.fell_back[lead] = Some((self.e.stages[lead] - 1, at));
                self.e.stages[lead] = to;
            }
            self.conditions(Layer::Stages);
        }
    }

    /// The level that the first fall back that holds leads to, and its place in the stage.
    fn fall_back(&self, lead: usize) -> Option<(u16, usize)> {
        let level = self.e.stages[lead];
        let mut ways = self.program.stages[usize::from(level.checked_sub(1)?)].fall_back.iter().enumerate();
        let (at, (to, _)) = ways.find(|(_, (_, when))| self.e.answer(*when, lead) == Some(true))?;
        (*to < level).then_some((*to, at))
    }

    fn scope(&mut self) {
        if let Some(node) = self.program.applies {
            self.e.in_scope = self.e.node(node).confirmed();
        }
    }

    /// Rules in order, each for the leads that no rule before it took.
    fn routes(&mut self) {
        // The checker holds that a route ends in a rule that matches every lead.
        let nowhere = Routed { outcome: OutcomeId(0), rule: self.program.rules.len(), cell: None };
        let mut routes = vec![nowhere; self.len];
        let mut left = words(&routes, |_| true);
        for (rule, plan) in self.program.rules.iter().enumerate() {
            let when = match plan {
                RulePlan::To { when, .. } => Some(when),
                RulePlan::Matrix { when, .. } => when.as_ref(),
                RulePlan::Otherwise { .. } => None,
            };
            for (at, left) in left.iter_mut().enumerate() {
                let asked = *left & when.map_or(u64::MAX, |n| self.e.node(*n).yes[at]);
                for bit in bits(asked) {
                    if let Some(routed) = self.engine.matches(&self.e, rule, at * 64 + bit) {
                        routes[at * 64 + bit] = routed;
                        *left &= !(1 << bit);
                    }
                }
            }
        }
        self.e.routes = routes;
    }
}

fn inside(range: PointsRange, points: Points) -> bool {
    range.low.is_none_or(|l| points >= l) && range.high.is_none_or(|h| points <= h)
}
