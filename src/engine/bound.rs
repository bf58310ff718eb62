//! What a lead can still come to: a safe bound over its completions.
//!
//! Every condition gets the set of truth values it can take when open fields get any answer or stay open, computed from the sets of its parts.
//! Two parts that rest on the same field are taken as if they did not, so a set may hold too much, never too little. Behaviour and contacts that
//! were not supplied stay unknown, as a completion leaves them.

use super::answers::{Answer, Answers, is_open};
use super::evaluate::{Engine, Evaluation};
use super::facts::{Batch, Column, NO_CHOICE};
use super::mask::{self, Mask, NO, OPEN, YES};
use super::people::{Contacts, Status};
use crate::policy::condition::Layer;
use crate::policy::exact::Points;
use crate::policy::{Atom, BuiltIn, FieldId, OutcomeId, ScoreKind};
use crate::program::{CriterionPlan, FieldSet, NodeId, Op};
use std::borrow::Cow;

/// Lowest and highest points.
pub type Range = (Points, Points);

/// The bound of one lead.
pub struct Bound<'a> {
    pub(super) engine: &'a Engine<'a>,
    pub(super) e: &'a Evaluation,
    pub(super) lead: usize,
    pub(super) current: u16,
    /// Open fields in order of declaration, with their answers.
    pub(super) open: Vec<(FieldId, Cow<'a, [Answer]>)>,
    /// Statuses of roles, `expected when` left aside.
    pub(super) plain: Vec<Status>,
    /// Nodes that rest on an open field, by layer; gates are all there, because they see the stages before them.
    pub(super) live: Vec<Vec<NodeId>>,
    pub(super) masks: Vec<Mask>,
    /// What the criteria of each score come to.
    pub(super) worth: [Worth; 2],
    pub(super) points: [Range; 2],
    pub(super) levels: Vec<bool>,
    pub(super) outcomes: Vec<OutcomeId>,
    /// By outcome: whether it can come out; filled while the route is looked at.
    pub(super) found: Vec<bool>,
    /// States that were left for another answer, to be taken up again.
    saved: Vec<(Vec<Mask>, [Range; 2])>,
    /// Such states that are not needed any more, for their memory.
    spare: Vec<Vec<Mask>>,
}

/// The criteria of a score, those that no open field can change added up.
pub(super) struct Worth {
    /// By group.
    pub(super) fixed: Vec<i64>,
    /// Group, points and condition of the others, in the order of the groups.
    pub(super) free: Vec<(usize, Points, NodeId)>,
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
}
