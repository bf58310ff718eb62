//! Policy → program.

use super::support::Support;
use super::why::Why;
use super::{CriterionPlan, Node, NodeId, Op, OutcomePlan, Program, RolePlan, RulePlan, StagePlan};
use crate::policy::condition::Layer;
use crate::policy::score::{CriterionKind, Score};
use crate::policy::steps::{Choice, RuleKind};
use crate::policy::{Atom, Cond, CondKind, Policy, Requirement};
use crate::source::Span;
use std::collections::HashMap;

/// The graph while it is built.
struct Builder<'p> {
    policy: &'p Policy,
    nodes: Vec<Node>,
    known: HashMap<Op, NodeId>,
    /// The node of each definition, once it was met.
    defines: Vec<Option<NodeId>>,
    whys: HashMap<(Span, NodeId), Why>,
}

impl Program {
    /// Lowers a checked policy.
    pub fn lower(policy: &Policy) -> Program {
        Program::with_goals(policy, &[])
    }

    /// Lowers a checked policy together with further conditions that are asked about its decisions, such as what a test expects.
    pub fn with_goals(policy: &Policy, goals: &[&Cond]) -> Program {
        let mut b = Builder {
            policy,
            nodes: Vec::new(),
            known: HashMap::new(),
            defines: vec![None; policy.defines.len()],
            whys: HashMap::new(),
        };
        let applies = policy.applies.as_ref().map(|c| b.goal(c));
        let roles = policy.committee.roles.iter().map(|r| RolePlan {
            optional: r.optional,
            when: r.when.as_ref().map(|c| b.goal(c)),
            expected_when: r.expected_when.as_ref().map(|c| b.goal(c)),
        });
        let roles = roles.collect();
        let icp = b.requirements(&policy.icp);
        let scores = [b.score(&policy.fit), b.score(&policy.intent)];
        let checklists = policy.checklists.iter().map(|l| l.items.iter().map(|(_, c)| b.goal(c)).collect()).collect();
        let stages = policy.stages.iter().map(|s| StagePlan {
            require: b.requirements(&s.require),
            should: b.requirements(&s.should),
            fall_back: s.fall_back.iter().map(|f| (f.to, b.goal(&f.when))).collect(),
        });
        let stages = stages.collect();
        let rules = policy.route.rules.iter().map(|r| b.rule(&r.kind)).collect();
        let outcomes = policy.outcomes.iter().map(|o| OutcomePlan {
            next: b.alternatives(&o.next),
            owner: b.alternatives(&o.owner),
            due: b.alternatives(&o.due),
            revisit: b.alternatives(&o.revisit),
        });
        let outcomes = outcomes.collect();
        let risks = policy.risks.iter().map(|r| b.goal(&r.condition)).collect();
        let goals = goals.iter().map(|c| b.goal(c)).collect();
        let by_layer = b.by_layer();
        let Builder { nodes, whys, .. } = b;
        let mut program = Program {
            nodes,
            applies,
            roles,
            icp,
            scores,
            checklists,
            stages,
            rules,
            outcomes,
            risks,
            goals,
            by_layer,
            support: Support::default(),
            whys,
        };
        program.support = Support::of(policy, &program);
        program
    }
}

impl Builder<'_> {
    fn requirements(&mut self, list: &[Requirement]) -> Vec<NodeId> {
        list.iter().map(|r| self.goal(&r.condition)).collect()
    }

    fn alternatives<T>(&mut self, list: &[Choice<T>]) -> Vec<Option<NodeId>> {
        list.iter().map(|c| c.when.as_ref().map(|w| self.goal(w))).collect()
    }

    fn score(&mut self, score: &Score) -> Vec<Vec<CriterionPlan>> {
        let mut groups = Vec::new();
        for group in &score.groups {
            let criteria = group.criteria.iter().map(|c| match &c.kind {
                CriterionKind::When(cond) => CriterionPlan::When { points: c.points, condition: self.goal(cond) },
                CriterionKind::Per(per) => CriterionPlan::Per { points: c.points, per: per.clone() },
            });
            groups.push(criteria.collect());
        }
        groups
    }

    fn rule(&mut self, kind: &RuleKind) -> RulePlan {
        match kind {
            RuleKind::To { outcome, when } => RulePlan::To { outcome: *outcome, when: self.goal(when) },
            RuleKind::Otherwise { outcome } => RulePlan::Otherwise { outcome: *outcome },
            RuleKind::Matrix(m) => RulePlan::Matrix {
                rows: m.rows,
                columns: m.columns,
                when: m.when.as_ref().map(|c| self.goal(c)),
                cells: m.cells.clone(),
            },
        }
    }

    /// A condition that a plan names: its node, with the way it is written kept for explanations.
    fn goal(&mut self, cond: &Cond) -> NodeId {
        let node = self.node(cond);
        let why = Why::of(self.policy, cond, &mut |c| self.node(c));
        self.whys.insert((cond.span, node), why);
        node
    }

    fn by_layer(&self) -> Vec<Vec<NodeId>> {
        let mut layers = vec![Vec::new(); Layer::After as usize + 1];
        for (i, node) in self.nodes.iter().enumerate() {
            layers[node.layer as usize].push(NodeId(i as u32));
        }
        layers
    }

    /// The node of a condition. It goes as deep as the condition is written, which the parser limits; definitions have no cycles.
    fn node(&mut self, cond: &Cond) -> NodeId {
        let op = match &cond.kind {
            CondKind::Always(value) => Op::Always(*value),
            CondKind::Atom(atom) => Op::Atom(atom.clone()),
            CondKind::Not(inner) => Op::Not(self.node(inner)),
            CondKind::Confirmed(inner) => Op::Confirmed(self.node(inner)),
            CondKind::Unconfirmed(inner) => Op::Unconfirmed(self.node(inner)),
            CondKind::All(parts) => Op::All(self.parts(parts)),
            CondKind::Any(parts) => Op::Any(self.parts(parts)),
            CondKind::Define(id) => {
                if let Some(node) = self.defines[id.index()] {
                    return node;
                }
                let policy = self.policy;
                let node = self.node(&policy.defines[id.index()].condition);
                self.defines[id.index()] = Some(node);
                return node;
            }
        };
        self.share(op)
    }

    fn parts(&mut self, parts: &[Cond]) -> Vec<NodeId> {
        let mut ids: Vec<NodeId> = parts.iter().map(|p| self.node(p)).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    fn share(&mut self, op: Op) -> NodeId {
        if let Some(&id) = self.known.get(&op) {
            return id;
        }
        let layer = self.layer(&op);
        let id = NodeId(self.nodes.len() as u32);
        self.nodes.push(Node { op: op.clone(), layer });
        self.known.insert(op, id);
        id
    }

    fn layer(&self, op: &Op) -> Layer {
        let of = |id: &NodeId| self.nodes[id.index()].layer;
        match op {
            Op::Always(_) => Layer::Fields,
            Op::Atom(atom) => atom_layer(atom),
            Op::Not(a) | Op::Confirmed(a) | Op::Unconfirmed(a) => of(a),
            Op::All(parts) | Op::Any(parts) => parts.iter().map(of).max().unwrap_or(Layer::Fields),
        }
    }
}

/// The layer in which the answer to an atom is known.
fn atom_layer(atom: &Atom) -> Layer {
    match atom {
        Atom::Field(..) | Atom::Attribute(..) => Layer::Fields,
        Atom::Count { .. } => Layer::Signals,
        Atom::Role(..) | Atom::RoleCount { .. } => Layer::Roles,
        Atom::CommitteeComplete => Layer::Committee,
        Atom::Score(..) | Atom::Icp(_) => Layer::Scores,
        Atom::Checklist(_) => Layer::Checklists,
        Atom::Stage { .. } => Layer::Stages,
        Atom::Route(_) | Atom::PreviousRoute(_) => Layer::Route,
    }
}
