//! What to ask: fields that together decide the route, and fields that would lift a score.

use super::bound::Bound;
use super::decide::Decider;
use super::evaluate::Evaluation;
use super::facts::Batch;
use crate::policy::exact::Points;
use crate::policy::{FieldId, OutcomeId, ScoreKind};
use crate::program::Program;

/// How often the bound of one lead is computed at most to find out what to ask. Past it, a field is kept: asking too much is safe.
const BUDGET: usize = 4_000;

/// What one answer alone can bring about, everything else as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Telling {
    pub field: FieldId,
    /// Where the lead can go, in order of declaration; where it goes without an answer is among them.
    pub outcomes: Vec<OutcomeId>,
    /// The highest stage it can reach: 0 is `none`.
    pub stage: u16,
}

impl Decider<'_> {
    /// What each open field can bring about by itself, in order of declaration. Some answers may be ones that nobody could give (very many tests
    /// of one text), so it may name too much, never too little.
    pub fn telling(&self, e: &Evaluation, batch: &Batch, lead: usize) -> Vec<Telling> {
        Bound::new(&self.engine, &self.answers, e, batch, lead).alone()
    }
}

impl Bound<'_> {
    fn alone(&mut self) -> Vec<Telling> {
        self.leave_all();
        self.run();
        let levels = self.levels.clone();
        let fields: Vec<FieldId> = self.open_fields().collect();
        let telling = |(at, field): (usize, FieldId)| {
            let (mut outcomes, mut stage) = (Vec::new(), 0);
            self.save();
            self.levels.clone_from(&levels);
            for answer in 0..self.answers(at) {
                self.answer(at, answer);
                outcomes.extend(self.outcomes.iter().copied());
                stage =
                    stage.max((0_u16..).zip(&self.levels).filter(|(_, can)| **can).map(|(l, _)| l).max().unwrap_or(0));
            }
            self.restore();
            outcomes.sort_unstable();
            outcomes.dedup();
            Telling { field, outcomes, stage }
        };
        fields.into_iter().enumerate().map(telling).collect()
    }

    /// A set of open fields that decides the route and from which none can be dropped, most telling first; empty where the route is settled.
    pub fn ask(&mut self, program: &Program) -> Vec<FieldId> {
        if self.outcomes.len() <= 1 {
            return Vec::new();
        }
        let fields: Vec<FieldId> = self.open_fields().collect();
        let telling: Vec<(usize, usize)> = fields
            .iter()
            .enumerate()
            .filter(|(_, f)| program.support.route.has(**f))
            .map(|(at, _)| (at, self.removed_by(at)))
            .collect();
        let mut search = Search { bound: self, left: BUDGET };
        let mut kept: Vec<(usize, usize)> = telling;
        for place in (0..kept.len()).rev() {
            let mut rest = kept.clone();
            rest.remove(place);
            if search.decides(&rest) {
                kept = rest;
            }
        }
        // The most telling first; the sort keeps the order of declaration among equals.
        kept.sort_by_key(|(_, removed)| std::cmp::Reverse(*removed));
        kept.iter().map(|(at, _)| fields[*at]).collect()
    }

    /// How many outcomes the best answer to one field takes away, everything else free.
    fn removed_by(&mut self, at: usize) -> usize {
        let all = self.outcomes.clone();
        let mut most = 0;
        self.save();
        for answer in 0..self.answers(at) {
            self.answer(at, answer);
            most = most.max(all.len().saturating_sub(self.outcomes.len()));
        }
        self.restore();
        self.outcomes = all;
        most
    }

    /// Per open field, the points its best answer adds to a score, everything else as it is now: most first, ties in order of declaration.
    /// Leaves the bound with nothing free; ask for everything else before.
    pub fn lifts(&mut self, program: &Program, kind: ScoreKind, points: Points) -> Vec<(FieldId, Points)> {
        let fields: Vec<FieldId> = self.open_fields().collect();
        self.leave_all();
        self.run_scores();
        let mut lifts = Vec::new();
        for (at, field) in fields.into_iter().enumerate() {
            if !program.support.scores[kind as usize].has(field) {
                continue;
            }
            let mut best = Points::ZERO;
            self.save();
            for answer in 0..self.answers(at) {
                self.answer_scores(at, answer);
                // An answer that holds several values (very many tests of one text) counts with the best of them.
                best = best.max(Points(self.points[kind as usize].1.0 - points.0));
            }
            self.restore();
            if best > Points::ZERO {
                lifts.push((field, best));
            }
        }
        lifts.sort_by_key(|(_, p)| std::cmp::Reverse(*p));
        lifts
    }
}

struct Search<'s, 'b> {
    bound: &'s mut Bound<'b>,
    left: usize,
}

impl Search<'_, '_> {
    /// Whether answers to these fields always leave one route, whatever the others are.
    fn decides(&mut self, fields: &[(usize, usize)]) -> bool {
        let mut order = fields.to_vec();
        // What tells most comes first, so that most branches end early.
        order.sort_by_key(|(_, removed)| std::cmp::Reverse(*removed));
        // Every field is free here, so the outcomes are those of the lead as it is.
        let all = self.bound.outcomes.clone();
        let decides = self.settles(&order);
        self.bound.outcomes = all;
        decides
    }

    /// The bound is up to date when this is called, and as it was when it ends, its outcomes left aside.
    fn settles(&mut self, fields: &[(usize, usize)]) -> bool {
        if self.left == 0 {
            return false;
        }
        self.left -= 1;
        if self.bound.outcomes.len() <= 1 {
            return true;
        }
        let Some(((at, _), rest)) = fields.split_first() else { return false };
        self.bound.save();
        let settles = (0..self.bound.answers(*at)).all(|answer| {
            self.bound.answer(*at, answer);
            self.settles(rest)
        });
        self.bound.restore();
        settles
    }
}
