//! Which fields an answer rests on, whatever stands between: scores, profile, roles, checklists, stages.

use super::{CriterionPlan, NodeId, Op, Program, RulePlan};
use crate::policy::{Atom, BuiltIn, FieldId, Policy, ScoreKind};

/// A set of fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldSet(Vec<u64>);

impl FieldSet {
    /// Puts a field into it.
    pub fn insert(&mut self, field: FieldId) {
        let word = field.index() / 64;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= 1 << (field.index() % 64);
    }

    fn add(&mut self, other: &FieldSet) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        self.0.iter_mut().zip(&other.0).for_each(|(a, b)| *a |= b);
    }

    /// Whether a field is in it.
    pub fn has(&self, field: FieldId) -> bool {
        self.0.get(field.index() / 64).is_some_and(|w| w & (1 << (field.index() % 64)) != 0)
    }

    /// Whether the two have a field in common.
    pub fn meets(&self, other: &FieldSet) -> bool {
        self.0.iter().zip(&other.0).any(|(a, b)| a & b != 0)
    }

    /// Whether no field is in it.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|w| *w == 0)
    }

    /// The fields, in order of declaration.
    pub fn iter(&self) -> impl Iterator<Item = FieldId> + '_ {
        (0..self.0.len() * 64).map(|i| FieldId(i as u16)).filter(|f| self.has(*f))
    }
}

/// Supports. Built-in fields are never in them: they are what the system of record says, not answers to questions.
#[derive(Clone, Debug, Default)]
pub struct Support {
    /// By node.
    pub nodes: Vec<FieldSet>,
    pub scores: [FieldSet; 2],
    pub route: FieldSet,
    /// The nodes that test each field, by field.
    pub tests: Vec<Vec<NodeId>>,
    /// What another answer to a field can change, by field.
    pub touched: Vec<Touched>,
}

/// What rests on one field.
#[derive(Clone, Debug, Default)]
pub struct Touched {
    /// By layer: the nodes that rest on it, its own tests left out; parts come before what they are parts of.
    pub nodes: Vec<Vec<NodeId>>,
    pub scores: [bool; 2],
    /// Whether a gate, a fall back, or a condition that looks at stages rests on it.
    pub stages: bool,
}

impl Support {
    /// The supports of a lowered policy.
    pub fn of(policy: &Policy, program: &Program) -> Support {
        let mut s = Support {
            nodes: vec![FieldSet::default(); program.nodes.len()],
            tests: vec![Vec::new(); policy.fields.len()],
            ..Support::default()
        };
        let mut known = Computed::default();
        for layer in 0..program.by_layer.len() {
            known.refresh(layer, program, &mut s);
            for node in &program.by_layer[layer] {
                s.nodes[node.index()] = known.node(program, &s, *node);
                if let Op::Atom(Atom::Field(field, _)) = &program.node(*node).op {
                    s.tests[field.index()].push(*node);
                }
            }
        }
        s.route = route(program, &s);
        let fields = (0..policy.fields.len() as u16).map(FieldId);
        s.touched = fields.map(|f| touched(program, &s, &known.stages, f)).collect();
        s
    }
}

fn touched(program: &Program, s: &Support, stages: &FieldSet, field: FieldId) -> Touched {
    let rests = |n: &NodeId| s.nodes[n.index()].has(field);
    let is_test = |n: &NodeId| matches!(program.node(*n).op, Op::Atom(Atom::Field(..)));
    let on = |nodes: &Vec<NodeId>| nodes.iter().copied().filter(|n| rests(n) && !is_test(n)).collect::<Vec<_>>();
    let nodes: Vec<Vec<NodeId>> = program.by_layer.iter().map(on).collect();
    let gates = stages.has(field) || !nodes[crate::policy::condition::Layer::Stages as usize].is_empty();
    Touched { nodes, scores: ScoreKind::BOTH.map(|kind| s.scores[kind as usize].has(field)), stages: gates }
}

/// What conditions of later layers look at.
#[derive(Default)]
struct Computed {
    roles: Vec<FieldSet>,
    committee: FieldSet,
    icp: FieldSet,
    checklists: Vec<FieldSet>,
    stages: FieldSet,
}

fn union(s: &Support, nodes: impl IntoIterator<Item = NodeId>) -> FieldSet {
    let mut all = FieldSet::default();
    nodes.into_iter().for_each(|n| all.add(&s.nodes[n.index()]));
    all
}

impl Computed {
    /// Called before each layer; what a layer needs is then complete.
    fn refresh(&mut self, layer: usize, program: &Program, s: &mut Support) {
        use crate::policy::condition::Layer as L;
        if layer == L::Roles as usize {
            self.roles = program.roles.iter().map(|r| union(s, r.expected_when)).collect();
        } else if layer == L::Committee as usize {
            self.committee = union(s, program.roles.iter().flat_map(|r| r.when.into_iter().chain(r.expected_when)));
        } else if layer == L::Scores as usize {
            self.icp = union(s, program.icp.iter().copied());
            for kind in ScoreKind::BOTH {
                let criteria = program.scores[kind as usize].iter().flatten();
                let conditions = criteria.filter_map(|c| match c {
                    CriterionPlan::When { condition, .. } => Some(*condition),
                    CriterionPlan::Per { .. } => None,
                });
                s.scores[kind as usize] = union(s, conditions);
            }
        } else if layer == L::Checklists as usize {
            self.checklists = program.checklists.iter().map(|items| union(s, items.iter().copied())).collect();
        } else if layer == L::Stages as usize {
            // Conditions of gates that look at stages are of this layer themselves; what they rest on apart from stages is found here, and
            // the stages they look at rest on the same gates.
            for node in &program.by_layer[layer] {
                let own = self.node(program, s, *node);
                s.nodes[node.index()] = own;
            }
            let gates = program
                .stages
                .iter()
                .flat_map(|p| p.require.iter().copied().chain(p.fall_back.iter().map(|(_, n)| *n)).collect::<Vec<_>>());
            self.stages = union(s, gates);
        }
    }

    fn node(&self, program: &Program, s: &Support, node: NodeId) -> FieldSet {
        match &program.node(node).op {
            Op::Always(_) => FieldSet::default(),
            Op::Not(n) | Op::Confirmed(n) | Op::Unconfirmed(n) => s.nodes[n.index()].clone(),
            Op::All(parts) | Op::Any(parts) => union(s, parts.iter().copied()),
            Op::Atom(atom) => match atom {
                Atom::Field(field, _) => {
                    let mut one = FieldSet::default();
                    if field.index() >= BuiltIn::ALL.len() {
                        one.insert(*field);
                    }
                    one
                }
                Atom::Attribute(..) | Atom::Count { .. } | Atom::PreviousRoute(_) => FieldSet::default(),
                Atom::Role(role, _) => self.roles[role.index()].clone(),
                Atom::RoleCount { .. } => {
                    let mut all = FieldSet::default();
                    self.roles.iter().for_each(|r| all.add(r));
                    all
                }
                Atom::CommitteeComplete => self.committee.clone(),
                Atom::Score(kind, _) => s.scores[*kind as usize].clone(),
                Atom::Icp(_) => self.icp.clone(),
                Atom::Checklist(list) => self.checklists[list.index()].clone(),
                Atom::Stage { .. } => self.stages.clone(),
                Atom::Route(_) => route(program, s),
            },
        }
    }
}

fn route(program: &Program, s: &Support) -> FieldSet {
    let mut all = FieldSet::default();
    for rule in &program.rules {
        match rule {
            RulePlan::To { when, .. } => all.add(&s.nodes[when.index()]),
            RulePlan::Matrix { rows, columns, when, .. } => {
                when.iter().for_each(|n| all.add(&s.nodes[n.index()]));
                all.add(&s.scores[*rows as usize]);
                all.add(&s.scores[*columns as usize]);
            }
            RulePlan::Otherwise { .. } => {}
        }
    }
    all
}
