//! Conditions as they are written, for explanations: the parts of `and` and `or` apart, everything below as the questions it asks.

use super::NodeId;
use crate::policy::{Cond, CondKind, DefineId, Policy};
use std::sync::Arc;

/// How a part is put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// All parts must hold.
    All,
    /// One part must hold.
    Any,
    /// No parts: told as a whole, with what its questions saw.
    Leaf,
}

/// A condition or a part of one.
#[derive(Clone, Debug)]
pub struct Why {
    pub node: NodeId,
    /// As written; the name, for a definition that is told as a whole.
    pub text: Arc<str>,
    pub shape: Shape,
    pub parts: Vec<Why>,
    /// The questions below it, in the order in which they are written, without repeats.
    pub atoms: Vec<NodeId>,
}

/// More questions than this are not told apart: an explanation is read by people.
const MOST: usize = 200;

impl Why {
    /// A condition. `node` gives the node of a part.
    pub fn of(policy: &Policy, cond: &Cond, node: &mut dyn FnMut(&Cond) -> NodeId) -> Why {
        Walk { policy, node, entered: Vec::new(), budget: MOST }.why(cond)
    }
}

struct Walk<'w> {
    policy: &'w Policy,
    node: &'w mut dyn FnMut(&Cond) -> NodeId,
    /// Definitions entered so far: each is opened once, so that definitions of definitions cannot multiply.
    entered: Vec<DefineId>,
    budget: usize,
}

impl Walk<'_> {
    fn why(&mut self, cond: &Cond) -> Why {
        let (shape, parts) = match &cond.kind {
            CondKind::All(parts) => (Shape::All, parts),
            CondKind::Any(parts) => (Shape::Any, parts),
            CondKind::Define(id) if !self.entered.contains(id) => {
                let inner = &self.policy.defines[id.index()].condition;
                if matches!(inner.kind, CondKind::All(_) | CondKind::Any(_)) {
                    self.entered.push(*id);
                    return self.why(inner);
                }
                return self.leaf(cond);
            }
            _ => return self.leaf(cond),
        };
        if parts.len() > self.budget {
            return self.leaf(cond);
        }
        self.budget -= parts.len();
        let node = (self.node)(cond);
        let parts: Vec<Why> = parts.iter().map(|p| self.why(p)).collect();
        let mut atoms = Vec::new();
        for atom in parts.iter().flat_map(|p| &p.atoms) {
            if !atoms.contains(atom) {
                atoms.push(*atom);
            }
        }
        Why { node, text: cond.text.clone(), shape, parts, atoms }
    }

    fn leaf(&mut self, cond: &Cond) -> Why {
        let mut atoms = Vec::new();
        self.atoms(cond, &mut atoms, &mut Vec::new());
        Why { node: (self.node)(cond), text: cond.text.clone(), shape: Shape::Leaf, parts: Vec::new(), atoms }
    }

    fn atoms(&mut self, cond: &Cond, found: &mut Vec<NodeId>, entered: &mut Vec<DefineId>) {
        match &cond.kind {
            CondKind::Always(_) => {}
            CondKind::Atom(_) => {
                let node = (self.node)(cond);
                if found.len() < MOST && !found.contains(&node) {
                    found.push(node);
                }
            }
            CondKind::Not(inner) | CondKind::Confirmed(inner) | CondKind::Unconfirmed(inner) => {
                self.atoms(inner, found, entered);
            }
            CondKind::All(parts) | CondKind::Any(parts) => {
                for part in parts {
                    self.atoms(part, found, entered);
                }
            }
            CondKind::Define(id) if !entered.contains(id) => {
                entered.push(*id);
                let policy = self.policy;
                self.atoms(&policy.defines[id.index()].condition, found, entered);
            }
            CondKind::Define(_) => {}
        }
    }
}
