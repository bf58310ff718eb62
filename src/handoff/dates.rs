//! Days that have passed: when a lead has stalled.
//!
//! A lead has stalled if what was agreed lies behind it. Two things can: the due time of its next step (where that is counted from an event or
//! from a date; one that is counted from the as-of never passes), and a day that was to come. A day is *to come* if the policy looks forward to
//! it (`within next`, `due … before`, `revisit on`), or the record shows it and the policy does not look back at it (`within last`). A day on
//! which a lead is only to be looked at again (`revisit on`) is a reminder: past, it stalls the lead only if no other day is still to come. A lead
//! outside the profile holds nothing up, so only its due time counts.

use super::Lead;
use crate::engine::decision::When;
use crate::policy::condition::{DateTest, Test};
use crate::policy::field::FieldType;
use crate::policy::steps::{Anchor, RecordTopic, Revisit};
use crate::policy::time::Day;
use crate::policy::{Atom, FieldId, Policy};
use crate::program::{Op, Program};
use serde::Serialize;

/// What has passed, what is still to come, and whether the lead has stalled.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Dates {
    pub stalled: bool,
    /// The due time of the next step, if it has passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<When>,
    /// Days that were to come and have passed, in order of declaration.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub passed: Vec<DayLine>,
    /// Days that are today or still to come, in order of declaration.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ahead: Vec<DayLine>,
}

/// A day that was or is to come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DayLine {
    pub field: String,
    pub label: String,
    pub day: Day,
    /// How many days it is away.
    pub days: i64,
    /// Whether it only says when to look again.
    pub reminder: bool,
}

/// Date fields of days to come, in order of declaration, with whether each is only a reminder.
pub fn to_come(policy: &Policy, program: &Program) -> Vec<(FieldId, bool)> {
    let tests = |field: FieldId, wanted: fn(&DateTest) -> bool| {
        program.support.tests[field.index()]
            .iter()
            .any(|node| matches!(&program.node(*node).op, Op::Atom(Atom::Field(_, Test::Date(test))) if wanted(test)))
    };
    let due = |field| {
        let mut all = policy.outcomes.iter().flat_map(|o| &o.due);
        all.any(|d| d.value.anchor == Anchor::Before(field))
    };
    let revisited = |field| {
        let mut all = policy.outcomes.iter().flat_map(|o| &o.revisit);
        all.any(|r| r.value == Revisit::On(field))
    };
    let recorded = |field| {
        let mut all = policy.record.iter().flat_map(|s| &s.topics);
        all.any(|t| *t == RecordTopic::Field(field))
    };
    let all = (0..policy.fields.len() as u16).map(FieldId).filter(|f| {
        let field = policy.field(*f);
        matches!(field.ty, FieldType::Date) && !field.built_in
    });
    all.filter(|f| {
        let forward = tests(*f, |t| matches!(t, DateTest::WithinNext(_))) || due(*f) || revisited(*f);
        forward || recorded(*f) && !tests(*f, |t| matches!(t, DateTest::WithinLast(_)))
    })
    .map(|f| (f, revisited(f)))
    .collect()
}

/// The dates of a lead.
pub fn dates(lead: &Lead<'_>) -> Dates {
    let Some(verdict) = &lead.decision.verdict else { return Dates::default() };
    let today = lead.today();
    let due = Some(verdict.next_step.due).filter(|due| match due {
        When::Day(day) => *day < today,
        When::Instant(instant) => *instant < lead.decision.as_of,
    });
    let known = to_come(lead.policy, lead.program).into_iter().filter_map(|(field, reminder)| {
        let day = lead.said(field).and_then(|text| Day::parse(&text))?;
        let days = (i64::from(day.0) - i64::from(today.0)).abs();
        let field = lead.policy.field(field);
        Some(DayLine { field: field.name.clone(), label: field.label.clone(), day, days, reminder })
    });
    let (passed, ahead): (Vec<DayLine>, Vec<DayLine>) = known.partition(|d| d.day < today);
    let holds = |d: &DayLine| !d.reminder || ahead.is_empty();
    let stalled = due.is_some() || verdict.icp.status != "failed" && passed.iter().any(holds);
    Dates { stalled, due, passed, ahead }
}
