//! The record for machines, as `docs/record.schema.json` says.

use super::note::note;
use crate::engine::decision::PolicyRef;
use crate::handoff::dates::Dates;
use crate::handoff::record::{NextStepNote, Record, Section, Supplied};
use crate::policy::time::Instant;
use crate::report::sanitize::for_json;
use serde::Serialize;

/// Field order is the order of keys.
#[derive(Serialize)]
struct Written<'r> {
    id: &'r str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    leads: &'r [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'r str>,
    policy: &'r PolicyRef,
    as_of: Instant,
    in_scope: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    scope_open: bool,
    supplied: Supplied,
    note: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    dates: Option<&'r Dates>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_step: Option<&'r NextStepNote>,
    #[serde(skip_serializing_if = "<[Section]>::is_empty")]
    sections: &'r [Section],
}

fn written(record: &Record) -> Written<'_> {
    Written {
        id: &record.id,
        leads: &record.leads,
        name: record.name.as_deref(),
        policy: &record.policy,
        as_of: record.as_of,
        in_scope: record.in_scope,
        scope_open: record.scope_open,
        supplied: record.supplied,
        note: note(record),
        dates: record.next_step.as_ref().map(|_| &record.dates),
        next_step: record.next_step.as_ref(),
        sections: &record.sections,
    }
}

/// One object over several lines.
pub fn json(record: &Record) -> String {
    for_json(&serde_json::to_string_pretty(&written(record)).unwrap_or_default()) + "\n"
}

/// One object in one line.
pub fn line(record: &Record) -> String {
    for_json(&serde_json::to_string(&written(record)).unwrap_or_default()) + "\n"
}
