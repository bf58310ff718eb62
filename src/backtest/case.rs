//! One lead as a backtest keeps it: what was decided about it, what its scores are made of, and what happened.

use super::outcome::Said;
use crate::engine::Evaluation;
use crate::engine::facts::{Batch, Column, NO_CHOICE, NO_DAY, NO_NUMBER, SetState};
use crate::policy::exact::Points;
use crate::policy::time::Day;
use crate::policy::{BuiltIn, FieldId, OutcomeId, Policy, ScoreKind};
use crate::program::{CriterionPlan, Program};

/// A criterion whose answer is not known; it earns nothing.
pub const NOT_KNOWN: i64 = i64::MIN;
/// A field that is not known.
pub const BLANK: i64 = i64::MIN;

/// What the files say beside the fields of the policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beside {
    pub said: Said,
    /// The cell of the outcome, as it is written.
    pub cell: Box<str>,
    /// When it was decided, if a column says so.
    pub decided: Decided,
    /// Where the lead comes from.
    pub source: Option<Box<str>>,
}

/// When the outcome of a lead was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decided {
    /// Nothing was asked, or the cell is blank.
    NotSaid,
    /// The cell holds no day that can be read.
    Unreadable(Box<str>),
    On(Day),
}

/// One lead.
#[derive(Clone, Debug)]
pub struct Case {
    /// The place of the policy that decided.
    pub policy: usize,
    pub in_scope: bool,
    pub beside: Beside,
    pub updated: Option<Day>,
    pub points: [Points; 2],
    pub route: OutcomeId,
    pub rule: usize,
    pub stage: u16,
    /// Places of the profile's criteria that are false.
    pub failed: Vec<u16>,
    /// What each criterion earned, in hundredths before caps: those of fit, then those of intent, in order of declaration.
    pub earned: Box<[i64]>,
    /// The watched fields; see [`Watch`].
    pub fields: Box<[i64]>,
    /// Which of the parts that are held out in turn the lead belongs to.
    pub fold: u8,
}

/// Into how many parts leads are dealt to try a suggestion on leads it was not made from.
pub const FOLDS: u8 = 5;

/// What is kept of the leads of one policy.
#[derive(Clone, Debug)]
pub struct Watch {
    /// Fields that the scores or the route rest on, in order of declaration.
    pub fields: Vec<FieldId>,
}

impl Watch {
    /// The program must be lowered from this policy.
    pub fn new(policy: &Policy, program: &Program) -> Watch {
        let support = &program.support;
        let rests = |f: &FieldId| support.scores.iter().chain([&support.route]).any(|s| s.has(*f));
        let fields = (BuiltIn::ALL.len()..policy.fields.len()).map(|i| FieldId(i as u16)).filter(rests).collect();
        Watch { fields }
    }

    /// Looks at a lead of a batch that the program evaluated; `place` is that of the policy.
    pub fn case(
        &self,
        (place, program): (usize, &Program),
        (e, batch, lead): (&Evaluation, &Batch, usize),
        in_scope: bool,
        beside: Beside,
    ) -> Case {
        let failed = program.icp.iter().enumerate().filter(|(_, n)| e.answer(**n, lead) == Some(false));
        let updated = match batch.column(BuiltIn::Updated.field()) {
            Column::Date(v) if v[lead] != NO_DAY => Some(Day(v[lead])),
            _ => None,
        };
        Case {
            policy: place,
            in_scope,
            beside,
            updated,
            points: ScoreKind::BOTH.map(|kind| e.score(kind, lead)),
            route: e.routes[lead].outcome,
            rule: e.routes[lead].rule,
            stage: e.stages[lead],
            failed: failed.map(|(i, _)| i as u16).collect(),
            earned: earned(program, e, lead),
            fields: self.fields.iter().map(|f| value(batch.column(*f), lead)).collect(),
            fold: fold_of(batch.id(lead)),
        }
    }
}

/// What each criterion earned: those of fit, then those of intent.
fn earned(program: &Program, e: &Evaluation, lead: usize) -> Box<[i64]> {
    let mut all = Vec::new();
    for kind in ScoreKind::BOTH {
        for (group, plans) in program.scores[kind as usize].iter().enumerate() {
            for (at, plan) in plans.iter().enumerate() {
                let known = match plan {
                    CriterionPlan::When { condition, .. } => e.answer(*condition, lead).is_some(),
                    CriterionPlan::Per { .. } => e.behaviour[lead],
                };
                all.push(if known { e.earned(kind, group, at, lead).0 } else { NOT_KNOWN });
            }
        }
    }
    all.into()
}

/// A value as a number: equal values are equal, ordered ones keep their order; texts only say whether they are there.
fn value(column: &Column, lead: usize) -> i64 {
    match column {
        Column::Choice(v) if v[lead] == NO_CHOICE => BLANK,
        Column::Choice(v) => i64::from(v[lead]),
        Column::Number(v) if v[lead] == NO_NUMBER => BLANK,
        Column::Number(v) => v[lead],
        Column::Date(v) if v[lead] == NO_DAY => BLANK,
        Column::Date(v) => i64::from(v[lead]),
        Column::Text(v) => {
            if v[lead].is_some() {
                1
            } else {
                BLANK
            }
        }
        Column::Set { state, .. } if state[lead] == SetState::Unknown => BLANK,
        // Which members there are is told by criteria; a set of many members has too many values to compare.
        Column::Set { members, .. } => i64::from(members[lead].count_ones()),
    }
}

/// The part of a lead: FNV-1a over its id, so that it depends on nothing else and stays the same for years.
pub fn fold_of(id: &str) -> u8 {
    let hash = id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    // The lowest bits of FNV are its weakest.
    ((hash >> 32) % u64::from(FOLDS)) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leads_are_dealt_evenly_whatever_their_ids_look_like() {
        for ids in [
            (0..5_000).map(|i| i.to_string()).collect::<Vec<_>>(),
            (0..5_000).map(|i| format!("00Q{i:07}AAA")).collect(),
        ] {
            let mut counts = [0; FOLDS as usize];
            ids.iter().for_each(|id| counts[usize::from(fold_of(id))] += 1);
            assert!(counts.iter().all(|n| (850..1_150).contains(n)), "{counts:?}");
        }
        assert_eq!(["", "00101", "lead-7"].map(fold_of), [4, 0, 1]);
    }
}
