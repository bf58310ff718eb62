//! Re-qualification: which triggers fire between two states of a lead, told from the two states themselves.

use super::Case;
use super::lead::{Contact, Event, Lead, Value};
use rubric::policy::steps::{TriggerKind, Watched};
use rubric::policy::{FieldId, ScoreKind, SignalId};

/// The places of the triggers that fire. `before` is the same lead under the same policy earlier.
pub fn fired(before: &Case, now: &Case) -> Vec<usize> {
    let was = before.in_scope().then_some(before.route).flatten();
    let asking = Case { previous: Some(was), ..*now };
    let fires = |kind: &TriggerKind| match kind {
        TriggerKind::Signals(signals) => signals.iter().any(|s| new_event(before, now, *s)),
        TriggerKind::NewStakeholder => new_person(before.lead, now.lead),
        TriggerKind::ChangeOf(field) => changed(before, now, *field),
        TriggerKind::FromTo { field, from, to } => {
            let among = |lead: &Lead, list: &[u16]| match &lead.fields[field.index()] {
                Value::Choice(choice) => list.contains(choice),
                _ => false,
            };
            changed(before, now, *field) && among(before.lead, from) && among(now.lead, to)
        }
        TriggerKind::Rises(watched) => place(now, *watched) > place(before, *watched) && both(before, now, *watched),
        TriggerKind::Falls(watched) => place(now, *watched) < place(before, *watched) && both(before, now, *watched),
    };
    let triggers = now.policy.triggers.iter().enumerate();
    triggers.filter(|(_, t)| fires(&t.kind) && asking.applies(t.when.as_ref())).map(|(at, _)| at).collect()
}

/// An event of a signal that had not happened or was not in the data before. Where behaviour was not known before, one after that instant.
fn new_event(before: &Case, now: &Case, signal: SignalId) -> bool {
    let Some(events) = &now.lead.events else { return false };
    let of = |case: &Case, events: &[Event]| -> Vec<i64> {
        case.recent(events, &[signal], None).iter().map(|e| e.at.0).collect()
    };
    let mut there = of(now, events);
    match &before.lead.events {
        Some(seen) => {
            for at in of(before, seen) {
                if let Some(place) = there.iter().position(|t| *t == at) {
                    there.remove(place);
                }
            }
        }
        None => there.retain(|at| *at > before.as_of.0),
    }
    !there.is_empty()
}

fn new_person(before: &Lead, now: &Lead) -> bool {
    let (Some(before), Some(now)) = (&before.contacts, &now.contacts) else { return false };
    let there = |one: &Contact| before.iter().any(|b| b.person.eq_ignore_ascii_case(&one.person));
    now.iter().any(|one| !one.person.is_empty() && !there(one))
}

/// Whether a field has another value that is known.
fn changed(before: &Case, now: &Case, field: FieldId) -> bool {
    let (was, is) = (&before.lead.fields[field.index()], &now.lead.fields[field.index()]);
    match (was, is) {
        (_, Value::Unknown) => false,
        (Value::Text(was), Value::Text(is)) => was.to_lowercase() != is.to_lowercase(),
        (was, is) => was != is,
    }
}

/// How high something stands.
fn place(case: &Case, watched: Watched) -> i64 {
    match watched {
        Watched::Score(kind) => -(band(case, kind) as i64),
        Watched::Field(field) => match &case.lead.fields[field.index()] {
            Value::Choice(choice) => i64::from(*choice),
            Value::Number(number) => *number,
            Value::Day(day) => i64::from(day.0),
            _ => 0,
        },
    }
}

/// Whether it is known both times.
fn both(before: &Case, now: &Case, watched: Watched) -> bool {
    match watched {
        Watched::Score(_) => before.in_scope() && now.in_scope(),
        Watched::Field(field) => [before, now].iter().all(|c| c.lead.fields[field.index()] != Value::Unknown),
    }
}

/// The place of the band among those of the score, highest first.
pub fn band(case: &Case, kind: ScoreKind) -> usize {
    let bands = &case.policy.score(kind).bands;
    let points = case.points[kind as usize];
    bands.iter().position(|b| b.at_least.is_none_or(|least| points >= least.0)).unwrap_or(bands.len() - 1)
}
