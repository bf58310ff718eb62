//! What an answer is worth: what it decides, opens and adds for one lead.

use super::Lead;
use super::script::Worth;
use crate::engine::Telling;
use crate::engine::decision::{Evidence, Lift, Truth, Unmet, Verdict};
use crate::engine::facts::{Batch, ContactFact, TextRef};
use crate::policy::exact::Points;
use crate::policy::people::RoleStatus;
use crate::policy::steps::{Anchor, Revisit};
use crate::policy::{Atom, FieldId, OutcomeId, RoleId};
use crate::program::{NodeId, Op};

/// Tells worths for one lead in scope.
pub(super) struct Worths<'a> {
    lead: Lead<'a>,
    verdict: &'a Verdict,
    telling: Vec<Telling>,
    level: u16,
    now: OutcomeId,
}

impl<'a> Worths<'a> {
    pub fn new(lead: Lead<'a>, verdict: &'a Verdict) -> Worths<'a> {
        let telling = lead.decider.telling(lead.e, lead.batch, lead.at);
        Worths { telling, level: lead.e.stages[lead.at], now: lead.e.routes[lead.at].outcome, lead, verdict }
    }

    /// What an answer to a field is worth.
    pub fn field(&self, field: FieldId) -> Worth {
        let name = &self.lead.policy.field(field).name;
        if !self.lead.open(field) {
            return self.again(name);
        }
        let told = self.telling.iter().find(|t| t.field == field);
        let (alone, level) = told.map_or((&[][..], 0), |t| (t.outcomes.as_slice(), t.stage));
        let mut worth = Worth { decides: self.decides(alone), ..Worth::default() };
        if worth.decides.is_empty() && self.verdict.ask.iter().any(|q| q.field == *name) {
            let others = self.verdict.ask.iter().filter(|q| q.field != *name);
            worth.together_with = others.map(|q| self.label(&q.field)).collect();
            worth.decides_together = self.possible();
        }
        let open = self.verdict.icp.open.iter().filter(|u| u.asks.contains(name));
        worth.rules_out = open.map(|u| u.because.clone().unwrap_or_else(|| u.condition.clone())).collect();
        let stage = &self.verdict.stage;
        let asks = |list: &[Unmet]| list.iter().any(|u| u.asks.contains(name));
        self.stages(&mut worth, level, asks(&stage.open));
        let keeps = stage.current.as_ref().filter(|_| asks(&stage.slipped)).and_then(|s| self.lead.stage(s));
        worth.keeps = keeps.filter(|s| worth.needed_for.as_ref() != Some(s) && worth.opens.as_ref() != Some(s));
        worth.helps = stage.next.as_ref().filter(|_| asks(&stage.advised)).and_then(|s| self.lead.stage(s));
        let lift = |lifts: &[Lift]| lifts.iter().find(|l| l.field == *name).map_or(Points::ZERO, |l| l.points);
        (worth.fit, worth.intent) = (lift(&self.verdict.lifts.fit), lift(&self.verdict.lifts.intent));
        let rests = |node: NodeId| self.lead.program.support.nodes[node.index()].has(field);
        worth.checks = self.checks(rests);
        worth.next_step = self.shapes_next_step(field);
        worth
    }

    /// What another answer to a field that is known is worth: where the one that is there no longer does.
    fn again(&self, name: &str) -> Worth {
        let stage = &self.verdict.stage;
        let saw = |list: &[Unmet]| {
            list.iter().flat_map(|u| &u.evidence).any(|e| matches!(e, Evidence::Field { field, .. } if field == name))
        };
        let title = |stage: &Option<String>| stage.as_ref().and_then(|s| self.lead.stage(s));
        let needed_for = title(&stage.next).filter(|_| saw(&stage.open) || saw(&stage.blockers));
        let keeps = title(&stage.current).filter(|s| saw(&stage.slipped) && needed_for.as_ref() != Some(s));
        Worth { needed_for, keeps, ..Worth::default() }
    }

    /// What it is worth to know who holds a role, or to have them join, whichever comes next.
    pub fn role(&self, role: RoleId) -> Worth {
        let status = self.lead.e.statuses[role.index()][self.lead.at];
        let mut worth = Worth::default();
        if status.low >= RoleStatus::Engaged {
            return worth;
        }
        let (mut outcomes, mut level) = (Vec::new(), 0);
        for wanted in [RoleStatus::Identified, RoleStatus::Engaged].into_iter().filter(|s| *s > status.low) {
            if let Some((outcome, stage)) = self.with(role, wanted) {
                outcomes.push(outcome);
                level = level.max(stage);
            }
        }
        worth.decides = self.decides(&outcomes);
        let is = |atom: &Atom| match atom {
            Atom::Role(one, _) => *one == role,
            Atom::CommitteeComplete => !self.lead.program.roles[role.index()].optional,
            _ => false,
        };
        let mentions = |node: NodeId| self.mentions(node, &is);
        let counts = |node: NodeId| self.mentions(node, &|atom| matches!(atom, Atom::RoleCount { .. }));
        let gate = self.lead.program.stages.get(usize::from(self.level));
        let open = |nodes: &[NodeId], bears: &dyn Fn(NodeId) -> bool| {
            nodes.iter().any(|n| self.lead.e.answer(*n, self.lead.at) != Some(true) && bears(*n))
        };
        self.stages(&mut worth, level, gate.is_some_and(|g| open(&g.require, &mentions)));
        let next = || self.lead.policy.stages.get(usize::from(self.level)).map(|s| s.title.clone());
        if worth.opens.is_none() && worth.needed_for.is_none() {
            worth.counts_for = gate.filter(|g| open(&g.require, &counts)).and_then(|_| next());
        }
        worth.helps = gate.filter(|g| open(&g.should, &mentions)).and_then(|_| next());
        worth.checks = self.checks(mentions);
        worth
    }

    /// The outcomes of answers, if there are several; where the lead goes now stands first.
    fn decides(&self, outcomes: &[OutcomeId]) -> Vec<String> {
        let mut all: Vec<OutcomeId> = outcomes.iter().copied().filter(|o| *o != self.now).collect();
        all.sort_unstable();
        all.dedup();
        if all.is_empty() {
            return Vec::new();
        }
        let title = |o: OutcomeId| self.lead.policy.outcomes[o.index()].title.clone();
        std::iter::once(self.now).chain(all).map(title).collect()
    }

    /// Every outcome that completions lead to, where the lead goes now first.
    fn possible(&self) -> Vec<String> {
        let route = &self.verdict.route;
        std::iter::once(&route.outcome).chain(&route.could_be).map(|o| self.lead.outcome(o)).collect()
    }

    fn stages(&self, worth: &mut Worth, level: u16, needed: bool) {
        if level > self.level {
            worth.opens = self.lead.policy.stages.get(usize::from(level) - 1).map(|s| s.title.clone());
        } else if needed {
            worth.needed_for = self.lead.policy.stages.get(usize::from(self.level)).map(|s| s.title.clone());
        }
    }

    /// Open items of the checklists of the outcome that a question bears on.
    fn checks(&self, bears: impl Fn(NodeId) -> bool) -> Vec<String> {
        let lists = &self.lead.policy.outcomes[self.now.index()].checks;
        let items = lists.iter().flat_map(|list| {
            let declared = &self.lead.policy.checklists[list.index()].items;
            declared.iter().zip(&self.lead.program.checklists[list.index()])
        });
        let open = |node: NodeId| Truth::of(self.lead.e.answer(node, self.lead.at)) != Truth::Yes;
        items.filter(|(_, node)| open(**node) && bears(**node)).map(|((item, _), _)| item.clone()).collect()
    }

    /// Whether what is done next, by whom or when asks for a field itself, not only for what is made of it: everything is made of many fields.
    fn shapes_next_step(&self, field: FieldId) -> bool {
        let plan = &self.lead.program.outcomes[self.now.index()];
        let mut conditions = plan.next.iter().chain(&plan.owner).chain(&plan.due).chain(&plan.revisit).flatten();
        let is = |atom: &Atom| matches!(atom, Atom::Field(one, _) if *one == field);
        let declared = &self.lead.policy.outcomes[self.now.index()];
        let revisited = declared.revisit.iter().any(|r| r.value == Revisit::On(field));
        let due = declared.due.iter().any(|d| d.value.anchor == Anchor::Before(field));
        revisited || due || conditions.any(|n| self.mentions(*n, &is))
    }

    /// Whether a condition asks for something, in itself or in the checklists it looks at.
    fn mentions(&self, node: NodeId, is: &dyn Fn(&Atom) -> bool) -> bool {
        match &self.lead.program.node(node).op {
            Op::Always(_) => false,
            Op::Not(n) | Op::Confirmed(n) | Op::Unconfirmed(n) => self.mentions(*n, is),
            Op::All(parts) | Op::Any(parts) => parts.iter().any(|n| self.mentions(*n, is)),
            Op::Atom(Atom::Checklist(list)) => {
                self.lead.program.checklists[list.index()].iter().any(|n| self.mentions(*n, is))
            }
            Op::Atom(atom) => is(atom),
        }
    }

    /// Where the lead would go, and which stage it would reach, if somebody held a role with this status. Not known without contacts: then
    /// nothing is known about the other roles, and one more person would say something about them.
    fn with(&self, role: RoleId, status: RoleStatus) -> Option<(OutcomeId, u16)> {
        if !self.lead.has_contacts() {
            return None;
        }
        let mut batch = Batch::new(self.lead.policy);
        batch.begin_like(self.lead.batch, self.lead.at, self.lead.policy.fields.len());
        let (roles, none) = (1 << role.index(), TextRef::NONE);
        batch.push_contact(ContactFact { roles, status: Some(status), persona: None, person: none, title: none });
        batch.finish();
        let e = self.lead.decider.engine().evaluate(&batch);
        Some((e.routes[0].outcome, e.stages[0]))
    }

    fn label(&self, name: &str) -> String {
        self.lead.field(name).map_or_else(|| name.to_string(), |f| self.lead.policy.field(f).label.clone())
    }
}
