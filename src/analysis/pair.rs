//! Two versions of a policy over the same possible leads: which leads come to something else, all of them or proved that there are none.

use super::behaviour::Behaviour;
use super::encode::Encoding;
use super::gates::Gates;
use super::lead::{Lead, OutOfBudget};
use super::people::People;
use super::scores::Difference;
use super::shared::{Matched, spaces};
use super::simplify::{Inputs, holds};
use super::solver::{Answer, Lit};
use super::sums::{SumId, Sums};
use crate::policy::time::Instant;
use crate::policy::{FieldId, OutcomeId, Policy, ScoreKind};
use crate::program::Program;

/// In which respect a lead can come to something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Respect {
    Route,
    Stage,
    Band(ScoreKind),
}

/// What a lead comes to in one respect.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The policy does not apply.
    OutOfScope,
    /// An outcome, a stage (`none` among them) or a band, by name.
    Named(String),
}

/// Leads that come from one place to another.
#[derive(Clone, Debug)]
pub struct Move {
    pub respect: Respect,
    pub from: Place,
    pub to: Place,
    /// The simplest such lead, as each version reads it.
    pub old: Lead,
    pub new: Lead,
    /// No lead with fewer things known does it: proved, not only found.
    pub fewest: bool,
    /// Not empty: it only happens where something is unknown, one of these fields at least. Empty: it happens with all known too.
    pub unknown: Vec<UnknownField>,
}

/// A field that has to be unknown for a move, in the version that has it; the newer where both do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnknownField {
    pub new: bool,
    pub field: FieldId,
}

/// All moves in one respect.
#[derive(Clone, Debug, Default)]
pub struct Moves {
    pub found: Vec<Move>,
    /// There are no others: proved.
    pub complete: bool,
}

/// Two versions over one space.
pub struct Pair<'p> {
    pub gates: Gates,
    pub old: Encoding<'p>,
    pub new: Encoding<'p>,
    /// By score: how far the later points can lie above the earlier ones before they are clamped, at least and at most, in hundredths.
    pub differences: [Difference; 2],
    sums: Sums,
    levels: Vec<(SumId, SumId, Difference)>,
    /// What says of each field that it is known, where it can be; found out when it is needed first.
    knowable: Vec<Lit>,
}

impl<'p> Pair<'p> {
    /// Encodes two policies and the programs lowered from them, as of one instant; matched fields are the same column of the record.
    pub fn new(
        old: (&'p Policy, &'p Program),
        new: (&'p Policy, &'p Program),
        as_of: Instant,
        matched: &[Matched],
    ) -> Pair<'p> {
        let mut gates = Gates::default();
        let sums = Sums::default();
        let [earlier, later] = spaces([old, new], as_of, matched, &mut gates);
        let [done, done_later] = Behaviour::of([old, new], as_of, &mut gates);
        let [people, people_later] = People::pair([old.0, new.0], [&done, &done_later], &mut gates);
        let over = |(policy, program), space, done, people| {
            Encoding::over(policy, program, gates.clone(), space, done, people, sums.clone())
        };
        let old = over(old, earlier, done, people);
        let new = over(new, later, done_later, people_later);
        let mut pair =
            Pair { gates, old, new, differences: [(0, 0); 2], sums, levels: Vec::new(), knowable: Vec::new() };
        ScoreKind::BOTH.into_iter().for_each(|kind| pair.score(kind));
        pair.old.decide();
        pair.new.decide();
        pair
    }

    fn score(&mut self, kind: ScoreKind) {
        let groups = [self.old.groups(kind), self.new.groups(kind)];
        let out_of = [self.old.out_of(kind), self.new.out_of(kind)];
        let compared = self.sums.compared(&groups[0], &groups[1], out_of, &mut self.gates);
        self.old.scores[kind as usize] = compared.old;
        self.new.scores[kind as usize] = compared.new;
        self.differences[kind as usize] = compared.difference;
        self.levels.extend(compared.levels);
    }

    /// Whether something could not be encoded, so that answers are not to be relied on.
    pub fn is_partial(&self) -> bool {
        self.old.is_partial() || self.new.is_partial()
    }

    /// Every way in which a lead can come to something else in some respects; each question may take so many conflicts.
    pub fn moves(&mut self, respects: &[Respect], conflicts: u64) -> Vec<Moves> {
        let places: Vec<Vec<(Place, [Lit; 2])>> = respects.iter().map(|r| self.places(*r)).collect();
        // All thresholds that are asked about are there now.
        for (one, other, difference) in std::mem::take(&mut self.levels) {
            self.sums.hang_together(one, other, difference, &mut self.gates);
        }
        let moves = respects.iter().zip(&places).map(|(r, places)| self.moves_between(*r, places, conflicts));
        moves.collect()
    }

    fn moves_between(&mut self, respect: Respect, places: &[(Place, [Lit; 2])], conflicts: u64) -> Moves {
        let apart: Vec<Lit> = places.iter().map(|(_, [old, new])| self.gates.and([*old, !*new])).collect();
        // Where a policy does not apply, there is no stage and no band.
        let scope = match respect {
            Respect::Route => Vec::new(),
            Respect::Stage | Respect::Band(_) => vec![self.old.in_scope(), self.new.in_scope()],
        };
        let mut assumed = vec![self.gates.or(apart)];
        assumed.extend(&scope);
        let mut moves = Moves::default();
        loop {
            match self.gates.solve(&assumed, conflicts) {
                Answer::No => {
                    moves.complete = !self.is_partial();
                    break;
                }
                Answer::Unknown => break,
                Answer::Yes => {}
            }
            let at = |side: usize| places.iter().find(|(_, lits)| self.gates.value(lits[side]));
            let (Some((from, [out, _])), Some((to, [_, into]))) = (at(0), at(1)) else { break };
            let wanted = [vec![*out, *into], scope.clone()].concat();
            // The budget was enough to find it; the lead at hand stands if it is not enough to find it again.
            if self.gates.solve(&wanted, conflicts) != Answer::Yes {
                break;
            }
            let (old, new, fewest) = self.simplest(&wanted, conflicts);
            let unknown = self.needs_unknown(&wanted, conflicts);
            moves.found.push(Move { respect, from: from.clone(), to: to.clone(), old, new, fewest, unknown });
            let pair = self.gates.and([*out, *into]);
            assumed.push(!pair);
        }
        let place = |place: &Place| places.iter().position(|(p, _)| p == place);
        moves.found.sort_by_key(|m| (place(&m.from), place(&m.to)));
        moves
    }

    /// The simplest lead for which some literals hold, as each version reads it, and whether none has fewer things in it. `None`: there is none.
    pub fn lead(&mut self, wanted: &[Lit], conflicts: u64) -> Result<Option<(Lead, Lead, bool)>, OutOfBudget> {
        match self.gates.solve(wanted, conflicts) {
            Answer::No => Ok(None),
            Answer::Unknown => Err(OutOfBudget),
            Answer::Yes => Ok(Some(self.simplest(wanted, conflicts))),
        }
    }

    /// Makes the lead that the solver found last as simple as can be.
    fn simplest(&mut self, wanted: &[Lit], conflicts: u64) -> (Lead, Lead, bool) {
        let inputs = Inputs {
            behaviour: vec![&self.old.behaviour],
            people: vec![&self.old.people, &self.new.people],
            spaces: vec![&self.old.space],
        };
        // What a version makes of a field is read from gates over what the field is.
        let read = [self.old.space.literals_read(), self.new.space.literals_read()].concat();
        let simplest = inputs.simplest(wanted, &read, &mut self.gates, conflicts);
        let value = |l| holds(&simplest.values, l);
        (self.old.read(&value), self.new.read(&value), simplest.fewest)
    }

    /// Fields of which one has to be unknown; empty if all can be known, or if the budget does not tell.
    fn needs_unknown(&mut self, wanted: &[Lit], conflicts: u64) -> Vec<UnknownField> {
        let known = self.knowable(conflicts);
        let assumed: Vec<Lit> = wanted.iter().chain(&known).copied().collect();
        if self.gates.solve(&assumed, conflicts) != Answer::No {
            return Vec::new();
        }
        // Fewer and fewer known fields that are too many; what cannot be left out names the reason.
        let mut needed: Vec<Lit> = self.gates.core().into_iter().filter(|l| known.contains(l)).collect();
        needed.sort_unstable();
        let mut at = 0;
        while at < needed.len() {
            let fewer: Vec<Lit> = needed.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, l)| *l).collect();
            let assumed: Vec<Lit> = wanted.iter().chain(&fewer).copied().collect();
            match self.gates.solve(&assumed, conflicts) {
                Answer::No => needed = fewer,
                _ => at += 1,
            }
        }
        let mut fields: Vec<UnknownField> = needed.iter().filter_map(|l| self.field_of(*l)).collect();
        fields.sort_unstable();
        fields
    }

    /// All that can be known together. A stage cannot be where a policy has none.
    fn knowable(&mut self, conflicts: u64) -> Vec<Lit> {
        if self.knowable.is_empty() {
            let all: Vec<Lit> = self.old.space.things().collect();
            // Mostly all can be known, which is one question.
            if self.gates.solve(&all, conflicts) == Answer::Yes {
                self.knowable = all;
                return self.knowable.clone();
            }
            let possible = |known: &Lit| self.gates.solve(&[*known], conflicts) == Answer::Yes;
            self.knowable = all.into_iter().filter(possible).collect();
        }
        self.knowable.clone()
    }

    fn field_of(&self, known: Lit) -> Option<UnknownField> {
        let new = self.new.space.field_known_by(known).map(|field| UnknownField { new: true, field });
        new.or_else(|| self.old.space.field_known_by(known).map(|field| UnknownField { new: false, field }))
    }

    /// All places in one respect, and by version whether a lead comes there. A place of one version only is never come to in the other.
    fn places(&mut self, respect: Respect) -> Vec<(Place, [Lit; 2])> {
        let mut places: Vec<(Place, [Lit; 2])> = Vec::new();
        for (side, encoding) in [&mut self.old, &mut self.new].into_iter().enumerate() {
            for (place, lit) in places_of(encoding, respect) {
                match places.iter_mut().find(|(p, _)| *p == place) {
                    Some((_, lits)) => lits[side] = lit,
                    None => {
                        let mut lits = [!super::gates::TRUE; 2];
                        lits[side] = lit;
                        places.push((place, lits));
                    }
                }
            }
        }
        places
    }
}

/// Where a lead can come to in one version.
fn places_of(encoding: &mut Encoding<'_>, respect: Respect) -> Vec<(Place, Lit)> {
    let policy = encoding.policy;
    let named = |name: &str| Place::Named(name.to_string());
    match respect {
        Respect::Route => {
            let in_scope = encoding.in_scope();
            let mut places = vec![(Place::OutOfScope, !in_scope)];
            for (i, outcome) in policy.outcomes.iter().enumerate() {
                let goes = encoding.goes_to(OutcomeId(i as u16));
                places.push((named(&outcome.name), encoding.gates.and([in_scope, goes])));
            }
            places
        }
        Respect::Stage => {
            (0..=policy.stages.len() as u16).map(|l| (named(policy.stage_name(l)), encoding.level(l))).collect()
        }
        Respect::Band(kind) => {
            let bands = &policy.score(kind).bands;
            (0..bands.len()).map(|b| (named(&bands[b].name), encoding.band(kind, b))).collect()
        }
    }
}
