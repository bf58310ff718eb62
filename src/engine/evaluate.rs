//! A batch through the whole schedule: conditions layer by layer, scores, stages, routes.

use super::atoms;
use super::facts::{Batch, Column, NO_CHOICE};
use super::people::{self, Status};
use super::truth::Truths;
use crate::policy::condition::{Layer, PointsRange};
use crate::policy::exact::Points;
use crate::policy::people::RoleStatus;
use crate::policy::score::{Per, Score};
use crate::policy::time::{DAY_MICROS, Day, Instant};
use crate::policy::{Atom, BuiltIn, IcpStatus, OutcomeId, Policy, ScoreKind};
use crate::program::{CriterionPlan, NodeId, Op, Program, RulePlan};

/// Everything that was computed for a batch. All columns have one entry a lead; [`Truths`] are asked by lead.
#[derive(Clone, Debug)]
pub struct Evaluation {
    nodes: Vec<Option<Truths>>,
    /// Role by lead.
    pub statuses: Vec<Vec<Status>>,
    pub icp: Vec<IcpStatus>,
    /// Points of fit and intent, clamped.
    pub points: [Vec<Points>; 2],
    /// Points of each criterion of each group, before caps: score, group, criterion, lead.
    pub earned: [Vec<Vec<Vec<Points>>>; 2],
    /// Kleene `and` of the items.
    pub checklists: Vec<Truths>,
    pub committee: Truths,
    /// 0 is `none`.
    pub stages: Vec<u16>,
    /// The requirements of each stage as its gate saw them: there, `stage` means the stages before it.
    pub gates: Vec<Vec<Truths>>,
    /// The stage and the place in it of the last `fall back` that took the lead back.
    pub fell_back: Vec<Option<(u16, usize)>>,
    pub routes: Vec<Routed>,
    pub in_scope: Truths,
    /// Whether behaviour was supplied.
    pub behaviour: Vec<bool>,
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
        self.nodes[node.index()].as_ref().and_then(|t| t.get(lead))
    }

    /// Points of one score of one lead.
    pub fn score(&self, kind: ScoreKind, lead: usize) -> Points {
        self.points[kind as usize][lead]
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

    /// Evaluates all leads of a batch made for the same policy.
    pub fn evaluate(&self, batch: &Batch) -> Evaluation {
        let len = batch.len();
        let mut e = Evaluation {
            nodes: vec![None; self.program.nodes.len()],
            statuses: Vec::new(),
            icp: vec![IcpStatus::Matched; len],
            points: [vec![Points::ZERO; len], vec![Points::ZERO; len]],
            earned: [Vec::new(), Vec::new()],
            checklists: Vec::new(),
            committee: Truths::always(true, len),
            stages: vec![0; len],
            gates: Vec::new(),
            fell_back: vec![None; len],
            routes: Vec::new(),
            in_scope: Truths::always(true, len),
            behaviour: (0..len).map(|lead| batch.events().supplied(lead)).collect(),
        };
        self.layer(&mut e, batch, Layer::Fields);
        self.layer(&mut e, batch, Layer::Signals);
        let expected: Vec<Option<&Truths>> =
            self.program.roles.iter().map(|r| r.expected_when.and_then(|n| e.nodes[n.index()].as_ref())).collect();
        e.statuses = people::statuses(self.policy, batch, self.as_of, &expected);
        self.layer(&mut e, batch, Layer::Roles);
        e.committee = self.committee(&e, len);
        self.layer(&mut e, batch, Layer::Committee);
        e.icp = (0..len).map(|lead| self.icp(&e, lead)).collect();
        for kind in ScoreKind::BOTH {
            self.score(&mut e, batch, kind);
        }
        self.layer(&mut e, batch, Layer::Scores);
        e.checklists = self.program.checklists.iter().map(|items| all(&e, items, len)).collect();
        self.layer(&mut e, batch, Layer::Checklists);
        self.stages(&mut e, batch);
        if let Some(node) = self.program.applies {
            e.in_scope = e.nodes[node.index()].clone().unwrap_or_else(|| Truths::unknown(len)).confirmed();
        }
        e.routes = (0..len).map(|lead| self.route(&e, lead)).collect();
        self.layer(&mut e, batch, Layer::Route);
        e
    }

    /// Evaluates every condition of a layer; parts come before what they are parts of.
    fn layer(&self, e: &mut Evaluation, batch: &Batch, layer: Layer) {
        for (i, node) in self.program.nodes.iter().enumerate() {
            if node.layer == layer {
                e.nodes[i] = Some(self.node(e, batch, &node.op));
            }
        }
    }

    fn node(&self, e: &Evaluation, batch: &Batch, op: &Op) -> Truths {
        let len = batch.len();
        let part = |n: &NodeId| e.nodes[n.index()].clone().unwrap_or_else(|| Truths::unknown(len));
        match op {
            Op::Always(value) => Truths::always(*value, len),
            Op::Atom(atom) => self.atom(e, batch, atom),
            Op::Not(n) => part(n).not(),
            Op::Confirmed(n) => part(n).confirmed(),
            Op::Unconfirmed(n) => part(n).unconfirmed(),
            Op::All(parts) => all(e, parts, len),
            Op::Any(parts) => {
                let mut any = Truths::always(false, len);
                for n in parts {
                    any.or(&part(n));
                }
                any
            }
        }
    }

    fn atom(&self, e: &Evaluation, batch: &Batch, atom: &Atom) -> Truths {
        let len = batch.len();
        match atom {
            Atom::Field(field, test) => atoms::field(batch, *field, test, self.today),
            Atom::Count { signals, within_days, range } => {
                atoms::count(batch, signals, *within_days, *range, self.as_of)
            }
            Atom::Role(role, wanted) => people::at_least(&e.statuses[role.index()], *wanted),
            Atom::RoleCount { at_least, range } => people::counted(&e.statuses, len, *at_least, *range),
            Atom::CommitteeComplete => e.committee.clone(),
            Atom::Score(kind, range) => Truths::collect(len, |lead| Some(inside(*range, e.score(*kind, lead)))),
            Atom::Icp(status) => Truths::collect(len, |lead| Some(e.icp[lead] == *status)),
            Atom::Checklist(list) => e.checklists[list.index()].clone(),
            Atom::Stage { low, high } => Truths::collect(len, |lead| Some((*low..=*high).contains(&e.stages[lead]))),
            Atom::Route(outcomes) => Truths::collect(len, |lead| Some(outcomes.contains(&e.routes[lead].outcome))),
            // Nothing of an earlier run, and no single event, is known here.
            Atom::PreviousRoute(_) | Atom::Attribute(..) => Truths::unknown(len),
        }
    }

    /// Each role not needed, or at least engaged.
    fn committee(&self, e: &Evaluation, len: usize) -> Truths {
        let mut complete = Truths::always(true, len);
        for (role, plan) in self.program.roles.iter().enumerate().filter(|(_, p)| !p.optional) {
            let mut fine = people::at_least(&e.statuses[role], RoleStatus::Engaged);
            if let Some(node) = plan.when {
                let needed = e.nodes[node.index()].clone().unwrap_or_else(|| Truths::unknown(len));
                fine.or(&needed.not());
            }
            complete.and(&fine);
        }
        complete
    }

    fn icp(&self, e: &Evaluation, lead: usize) -> IcpStatus {
        let mut answers = self.program.icp.iter().map(|n| e.answer(*n, lead));
        let open = answers.clone().any(|a| a.is_none());
        if answers.any(|a| a == Some(false)) {
            IcpStatus::Failed
        } else if open {
            IcpStatus::Undecided
        } else {
            IcpStatus::Matched
        }
    }

    fn score(&self, e: &mut Evaluation, batch: &Batch, kind: ScoreKind) {
        let score: &Score = self.policy.score(kind);
        let plans = &self.program.scores[kind as usize];
        let earned: Vec<Vec<Vec<Points>>> =
            plans.iter().map(|g| g.iter().map(|c| self.criterion(e, batch, c)).collect()).collect();
        e.points[kind as usize] = (0..batch.len())
            .map(|lead| {
                let groups = score.groups.iter().zip(&earned);
                let sum: i64 = groups.map(|(g, c)| g.limit(Points(c.iter().map(|p| p[lead].0).sum())).0).sum();
                score.clamp(Points(sum))
            })
            .collect();
        e.earned[kind as usize] = earned;
    }

    fn criterion(&self, e: &Evaluation, batch: &Batch, plan: &CriterionPlan) -> Vec<Points> {
        match plan {
            CriterionPlan::When { points, condition } => {
                let earns = |lead| if e.answer(*condition, lead) == Some(true) { *points } else { Points::ZERO };
                (0..batch.len()).map(earns).collect()
            }
            CriterionPlan::Per { per, .. } => {
                let kinds = atoms::kinds(batch, &[per.signal]);
                (0..batch.len()).map(|lead| self.per(batch, per, &kinds, lead)).collect()
            }
        }
    }

    /// Within, at least, newest, decay: in this order. Events stand newest first.
    fn per(&self, batch: &Batch, per: &Per, kinds: &[bool], lead: usize) -> Points {
        let longest = per.within_days.map_or(i64::MAX, |d| i64::from(d) * DAY_MICROS);
        let ages = || {
            let events = batch.events().of(lead).iter().filter(|e| kinds[e.kind.0 as usize]);
            events.map(|e| self.as_of.0.saturating_sub(e.at.0)).filter(|age| (0..longest).contains(age))
        };
        if per.at_least.is_some_and(|n| ages().count() < n as usize) {
            return Points::ZERO;
        }
        let newest = per.newest.map_or(usize::MAX, |n| n as usize);
        Points(ages().take(newest).fold(0_i64, |sum, age| sum.saturating_add(per.points_at(age / DAY_MICROS).0)))
    }

    /// Gates in order, each seeing the stages before it; then what takes a lead back.
    fn stages(&self, e: &mut Evaluation, batch: &Batch) {
        let len = batch.len();
        let current: Vec<u16> = match batch.column(BuiltIn::CurrentStage.field()) {
            Column::Choice(values) => values[..len].iter().map(|v| if *v == NO_CHOICE { 0 } else { v + 1 }).collect(),
            _ => vec![0; len],
        };
        for (i, stage) in self.program.stages.iter().enumerate() {
            self.layer(e, batch, Layer::Stages);
            let answer = |n: &NodeId| e.nodes[n.index()].clone().unwrap_or_else(|| Truths::unknown(len));
            let gate: Vec<Truths> = stage.require.iter().map(answer).collect();
            let passes = all(e, &stage.require, len);
            let level = i as u16 + 1;
            for (lead, reached) in e.stages.iter_mut().enumerate() {
                if *reached + 1 == level && (level <= current[lead] || passes.is_true(lead)) {
                    *reached = level;
                }
            }
            e.gates.push(gate);
        }
        // A fall back looks at the stage a lead would have, again after each fall; each leads down, so this ends.
        loop {
            self.layer(e, batch, Layer::Stages);
            let falls: Vec<(usize, u16, usize)> =
                (0..len).filter_map(|lead| self.fall_back(e, lead).map(|(to, at)| (lead, to, at))).collect();
            if falls.is_empty() {
                break;
            }
            for (lead, to, at) in falls {
                e.fell_back[lead] = Some((e.stages[lead] - 1, at));
                e.stages[lead] = to;
            }
        }
    }

    /// The level that the first fall back that holds leads to, and its place in the stage.
    fn fall_back(&self, e: &Evaluation, lead: usize) -> Option<(u16, usize)> {
        let level = e.stages[lead];
        let mut ways = self.program.stages[usize::from(level.checked_sub(1)?)].fall_back.iter().enumerate();
        let (at, (to, _)) = ways.find(|(_, (_, when))| e.answer(*when, lead) == Some(true))?;
        (*to < level).then_some((*to, at))
    }

    fn route(&self, e: &Evaluation, lead: usize) -> Routed {
        let found = (0..self.program.rules.len()).find_map(|rule| self.matches(e, rule, lead));
        // The checker holds that a route ends in a rule that matches every lead.
        found.unwrap_or(Routed { outcome: OutcomeId(0), rule: self.program.rules.len(), cell: None })
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

fn inside(range: PointsRange, points: Points) -> bool {
    range.low.is_none_or(|l| points >= l) && range.high.is_none_or(|h| points <= h)
}

/// Kleene `and` of conditions; true where there are none.
fn all(e: &Evaluation, parts: &[NodeId], len: usize) -> Truths {
    let mut all = Truths::always(true, len);
    for n in parts {
        match &e.nodes[n.index()] {
            Some(truths) => all.and(truths),
            None => all.and(&Truths::unknown(len)),
        }
    }
    all
}
