//! The lowered policy: each distinct question once, conditions as a graph, everything in the order of evaluation. No syntax in it.
//!
//! Equal conditions share one node, whatever place they stand at, so that each is evaluated once for a batch. Definitions are entered.

mod lower;
mod support;
mod why;

pub use support::{FieldSet, Support};
pub use why::{Shape, Why};

use crate::policy::condition::Layer;
use crate::policy::exact::Points;
use crate::policy::score::Per;
use crate::policy::{Atom, OutcomeId, ScoreKind};
use crate::source::Span;
use std::collections::HashMap;

/// A condition of the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

impl NodeId {
    /// The index as a `usize`.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a condition does with its parts. Invariant: parts have smaller ids.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Always(bool),
    Atom(Atom),
    Not(NodeId),
    Confirmed(NodeId),
    Unconfirmed(NodeId),
    All(Vec<NodeId>),
    Any(Vec<NodeId>),
}

/// A condition with the layer in which all it needs is known.
#[derive(Clone, Debug)]
pub struct Node {
    pub op: Op,
    pub layer: Layer,
}

/// When a role is needed and expected.
#[derive(Clone, Debug)]
pub struct RolePlan {
    pub optional: bool,
    pub when: Option<NodeId>,
    pub expected_when: Option<NodeId>,
}

/// One criterion.
#[derive(Clone, Debug)]
pub enum CriterionPlan {
    When { points: Points, condition: NodeId },
    Per { points: Points, per: Per },
}

/// A gate.
#[derive(Clone, Debug)]
pub struct StagePlan {
    pub require: Vec<NodeId>,
    pub should: Vec<NodeId>,
    /// Level to fall back to, and when.
    pub fall_back: Vec<(u16, NodeId)>,
}

/// A rule of the route.
#[derive(Clone, Debug)]
pub enum RulePlan {
    To { outcome: OutcomeId, when: NodeId },
    Matrix { rows: ScoreKind, columns: ScoreKind, when: Option<NodeId>, cells: Vec<Vec<Option<OutcomeId>>> },
    Otherwise { outcome: OutcomeId },
}

/// The conditions of an outcome's alternatives, in order; `None` always applies.
#[derive(Clone, Debug)]
pub struct OutcomePlan {
    pub next: Vec<Option<NodeId>>,
    pub owner: Vec<Option<NodeId>>,
    pub due: Vec<Option<NodeId>>,
    pub revisit: Vec<Option<NodeId>>,
}

/// The whole lowered policy. Lists have the order of the policy's lists; caps, floors and bands stay in the policy.
#[derive(Clone, Debug)]
pub struct Program {
    pub nodes: Vec<Node>,
    pub applies: Option<NodeId>,
    pub roles: Vec<RolePlan>,
    pub icp: Vec<NodeId>,
    /// Criteria by group, for fit and intent.
    pub scores: [Vec<Vec<CriterionPlan>>; 2],
    pub checklists: Vec<Vec<NodeId>>,
    pub stages: Vec<StagePlan>,
    pub rules: Vec<RulePlan>,
    pub outcomes: Vec<OutcomePlan>,
    pub risks: Vec<NodeId>,
    /// Conditions that the policy does not use itself; see [`Program::with_goals`].
    pub goals: Vec<NodeId>,
    /// The nodes of each layer, by the number of the layer; parts come before what they are parts of.
    pub by_layer: Vec<Vec<NodeId>>,
    /// Which fields an answer rests on.
    pub support: Support,
    /// Conditions as they are written, by place and node, for explanations.
    whys: HashMap<(Span, NodeId), Why>,
}

impl Program {
    /// A condition.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    /// How the condition at a place is written; every condition that a plan names has one.
    pub fn why(&self, span: Span, node: NodeId) -> Option<&Why> {
        self.whys.get(&(span, node))
    }
}
