//! Counts over all leads that one policy decided: routes, stages, bands, what is in the way, what to ask.
//!
//! Tallies of chunks add up to the same numbers in any order.

use crate::engine::facts::{Batch, Column, NO_CHOICE};
use crate::engine::{Evaluation, OpenRoute, Routed};
use crate::policy::exact::Points;
use crate::policy::score::Score;
use crate::policy::{BuiltIn, FieldId, IcpStatus, OutcomeId, Policy, ScoreKind};
use crate::program::Program;

/// Counters for one policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    decided: u64,
    out_of_scope: u64,
    /// By outcome.
    routes: Vec<RouteCount>,
    /// By level: 0 is `none`.
    stages: Vec<StageCount>,
    /// By fit band, then intent band.
    grid: Vec<Vec<u64>>,
    /// By a twentieth of fit, then of intent, lowest first.
    points: Vec<u64>,
    /// By rule, then outcome.
    flow: Vec<Vec<u64>>,
    icp: [u64; 3],
    /// By stage, then requirement: of leads for which that stage is next.
    blocks: Vec<Vec<BlockCount>>,
    asked_of: u64,
    /// By field.
    asked: Vec<u64>,
}

/// Leads of one outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RouteCount {
    /// Leads routed there.
    pub leads: u64,
    /// Those of them whose whole decision was looked at ([`Tally::add_asked`]) and is not settled.
    pub open: u64,
}

/// Leads at one stage, by what their CRM stage makes of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StageCount {
    /// Further than the CRM says.
    pub advance: u64,
    /// As the CRM says.
    pub hold: u64,
    /// Not as far as the CRM says.
    pub fall_back: u64,
}

impl StageCount {
    /// All leads at the stage.
    pub fn leads(self) -> u64 {
        self.advance + self.hold + self.fall_back
    }
}

/// Leads for which one requirement is in the way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BlockCount {
    /// It does not hold.
    pub no: u64,
    /// It is not known whether it holds.
    pub unknown: u64,
}

impl BlockCount {
    /// Both.
    pub fn leads(self) -> u64 {
        self.no + self.unknown
    }
}

/// Into so many equal parts the points of a score are put for a picture of all leads.
pub const PARTS: usize = 20;

/// The part of these points.
fn part(score: &Score, points: Points) -> usize {
    let part = (points.0.max(0) * PARTS as i64).checked_div(score.out_of.0).unwrap_or(0);
    (part as usize).min(PARTS - 1)
}

impl Tally {
    /// All zero.
    pub fn new(policy: &Policy) -> Tally {
        Tally {
            decided: 0,
            out_of_scope: 0,
            routes: vec![RouteCount::default(); policy.outcomes.len()],
            stages: vec![StageCount::default(); policy.stages.len() + 1],
            grid: vec![vec![0; policy.intent.bands.len()]; policy.fit.bands.len()],
            points: vec![0; PARTS * PARTS],
            flow: vec![vec![0; policy.outcomes.len()]; policy.route.rules.len()],
            icp: [0; 3],
            blocks: policy.stages.iter().map(|s| vec![BlockCount::default(); s.require.len()]).collect(),
            asked_of: 0,
            asked: vec![0; policy.fields.len()],
        }
    }

    /// Counts a lead in scope.
    pub fn add(&mut self, policy: &Policy, program: &Program, e: &Evaluation, batch: &Batch, lead: usize) {
        self.decided += 1;
        let Routed { outcome, rule, .. } = e.routes[lead];
        self.routes[outcome.index()].leads += 1;
        self.flow[rule][outcome.index()] += 1;
        let part = |kind: ScoreKind| part(policy.score(kind), e.score(kind, lead));
        self.points[part(ScoreKind::Fit) * PARTS + part(ScoreKind::Intent)] += 1;
        let band = |kind: ScoreKind| policy.score(kind).band(e.score(kind, lead));
        self.grid[band(ScoreKind::Fit)][band(ScoreKind::Intent)] += 1;
        self.icp[e.icp[lead] as usize] += 1;
        let reached = e.stages[lead];
        let stage = &mut self.stages[usize::from(reached)];
        match reached.cmp(&current_level(batch, lead)) {
            std::cmp::Ordering::Greater => stage.advance += 1,
            std::cmp::Ordering::Equal => stage.hold += 1,
            std::cmp::Ordering::Less => stage.fall_back += 1,
        }
        if let Some(next) = program.stages.get(usize::from(reached)) {
            for (count, node) in self.blocks[usize::from(reached)].iter_mut().zip(&next.require) {
                match e.answer(*node, lead) {
                    Some(true) => {}
                    Some(false) => count.no += 1,
                    None => count.unknown += 1,
                }
            }
        }
    }

    /// Counts a lead out of scope.
    pub fn add_out_of_scope(&mut self) {
        self.out_of_scope += 1;
    }

    /// Counts what to ask about a lead in scope, and whether its route is settled; the lead itself is counted by [`Tally::add`].
    pub fn add_asked(&mut self, e: &Evaluation, lead: usize, open: &OpenRoute) {
        self.asked_of += 1;
        self.routes[e.routes[lead].outcome.index()].open += u64::from(!open.settled());
        open.ask.iter().for_each(|field| self.asked[field.index()] += 1);
    }

    /// Adds the tally of another chunk of the same policy.
    pub fn merge(&mut self, other: &Tally) {
        self.decided += other.decided;
        self.out_of_scope += other.out_of_scope;
        self.asked_of += other.asked_of;
        for (mine, theirs) in self.routes.iter_mut().zip(&other.routes) {
            mine.leads += theirs.leads;
            mine.open += theirs.open;
        }
        for (mine, theirs) in self.stages.iter_mut().zip(&other.stages) {
            mine.advance += theirs.advance;
            mine.hold += theirs.hold;
            mine.fall_back += theirs.fall_back;
        }
        add_all(self.grid.iter_mut().flatten(), other.grid.iter().flatten());
        add_all(&mut self.points, &other.points);
        add_all(self.flow.iter_mut().flatten(), other.flow.iter().flatten());
        add_all(&mut self.icp, &other.icp);
        add_all(&mut self.asked, &other.asked);
        for (mine, theirs) in self.blocks.iter_mut().flatten().zip(other.blocks.iter().flatten()) {
            mine.no += theirs.no;
            mine.unknown += theirs.unknown;
        }
    }

    /// Leads in scope.
    pub fn decided(&self) -> u64 {
        self.decided
    }

    /// Leads out of scope.
    pub fn out_of_scope(&self) -> u64 {
        self.out_of_scope
    }

    /// Leads of an outcome.
    pub fn route(&self, outcome: OutcomeId) -> RouteCount {
        self.routes[outcome.index()]
    }

    /// Leads whose stage is this level; 0 is `none`.
    pub fn stage(&self, level: usize) -> StageCount {
        self.stages[level]
    }

    /// Leads with these bands (places among the bands of each score, highest first).
    pub fn grid(&self, fit: usize, intent: usize) -> u64 {
        self.grid[fit][intent]
    }

    /// Leads by [`PARTS`] of their points, lowest first: of fit, then of intent.
    pub fn points(&self, fit: usize, intent: usize) -> u64 {
        self.points[fit * PARTS + intent]
    }

    /// Leads that a rule sent to an outcome: places of both, in order of the rules; only those that some lead took.
    pub fn flow(&self) -> Vec<(usize, OutcomeId, u64)> {
        let rules = self.flow.iter().enumerate();
        let all = rules.flat_map(|(r, row)| row.iter().enumerate().map(move |(o, n)| (r, OutcomeId(o as u16), *n)));
        all.filter(|(_, _, n)| *n > 0).collect()
    }

    /// Leads with this profile status.
    pub fn icp(&self, status: IcpStatus) -> u64 {
        self.icp[status as usize]
    }

    /// What is in the way: place of the stage, place of the requirement in it, counts. Most leads first, ties in order of declaration;
    /// requirements that are in nobody's way are left out.
    pub fn blocks(&self) -> Vec<(usize, usize, BlockCount)> {
        let numbered = self.blocks.iter().enumerate();
        let all = numbered.flat_map(|(s, list)| list.iter().enumerate().map(move |(r, count)| (s, r, *count)));
        let mut found: Vec<_> = all.filter(|(_, _, count)| count.leads() > 0).collect();
        found.sort_by_key(|(_, _, count)| std::cmp::Reverse(count.leads()));
        found
    }

    /// How many leads were looked at for what to ask.
    pub fn asked_of(&self) -> u64 {
        self.asked_of
    }

    /// Fields to ask for, with how many of the leads looked at need them. Most first, ties in order of declaration.
    pub fn asked(&self) -> Vec<(FieldId, u64)> {
        let all = self.asked.iter().enumerate().map(|(i, n)| (FieldId(i as u16), *n));
        let mut found: Vec<_> = all.filter(|(_, n)| *n > 0).collect();
        found.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
        found
    }
}

/// The level of the CRM's stage; 0 where it says nothing.
fn current_level(batch: &Batch, lead: usize) -> u16 {
    match batch.column(BuiltIn::CurrentStage.field()) {
        Column::Choice(v) if v[lead] != NO_CHOICE => v[lead] + 1,
        _ => 0,
    }
}

fn add_all<'a>(mine: impl IntoIterator<Item = &'a mut u64>, theirs: impl IntoIterator<Item = &'a u64>) {
    for (mine, theirs) in mine.into_iter().zip(theirs) {
        *mine += theirs;
    }
}
