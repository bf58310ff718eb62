//! What was seen, in words: `region is us`, `demo_request on 2026-03-24, 6 days ago`.

use crate::engine::decision::{Evidence, Truth};
use crate::policy::exact::Points;
use crate::policy::time::Offset;
use crate::report::page::{Cell, Style};

/// One piece of evidence; days are those of the policy's time zone, as in every window and due date.
pub fn evidence(one: &Evidence, zone: Offset) -> String {
    match one {
        Evidence::Field { field, value: Some(value) } => format!("{field} is {value}"),
        Evidence::Field { field, value: None } => format!("{field} is not known"),
        Evidence::Event { signal, at, days } => {
            format!("{signal} on {}, {}", at.day(zone), ago(*days))
        }
        Evidence::Signals { signals, count: Some(_) } => format!("no {signals}"),
        Evidence::Signals { signals, count: None } => format!("{signals} not known: no behaviour was supplied"),
        Evidence::Role { role, status } => format!("{role} is {status}"),
        Evidence::Computed { name, value } => format!("{name} is {value}"),
    }
}

/// All of it, in one line.
pub fn seen(all: &[Evidence], zone: Offset) -> String {
    all.iter().map(|e| evidence(e, zone)).collect::<Vec<_>>().join("; ")
}

fn ago(days: i64) -> String {
    match days {
        0 => "less than a day ago".to_string(),
        1 => "1 day ago".to_string(),
        n if n < 0 => "still to come".to_string(),
        n => format!("{n} days ago"),
    }
}

/// Points with their sign.
pub fn signed(points: Points) -> String {
    if points > Points::ZERO { format!("+{points}") } else { points.to_string() }
}

/// A truth value as a mark.
pub fn mark(is: Truth) -> Cell {
    match is {
        Truth::Yes => Cell::new("✓").styled(Style::Good),
        Truth::No => Cell::new("✗").styled(Style::Bad),
        Truth::Unknown => Cell::new("?").styled(Style::Open),
    }
}

/// A truth value as a word.
pub fn word(is: Truth) -> &'static str {
    match is {
        Truth::Yes => "yes",
        Truth::No => "no",
        Truth::Unknown => "not known",
    }
}
