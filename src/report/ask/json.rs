//! The script for machines, as `docs/script.schema.json` says.

use super::FIRST;
use super::Shown;
use super::words::{hint, question, why};
use crate::engine::decision::PolicyRef;
use crate::handoff::people::RoleLine;
use crate::handoff::script::{Item, Script, Standing, State, Worth};
use crate::policy::time::Instant;
use crate::report::sanitize::for_json;
use serde::Serialize;

/// Field order is the order of keys.
#[derive(Serialize)]
struct Written<'s> {
    id: &'s str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    leads: &'s [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'s str>,
    policy: &'s PolicyRef,
    as_of: Instant,
    in_scope: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    scope_open: bool,
    supplied: crate::handoff::record::Supplied,
    title: &'s str,
    #[serde(skip_serializing_if = "Option::is_none")]
    standing: Option<&'s Standing>,
    /// Names of the most telling questions.
    first: Vec<&'s str>,
    sections: Vec<WrittenSection<'s>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    later: Vec<WrittenItem<'s>>,
}

#[derive(Serialize)]
struct WrittenSection<'s> {
    section: &'s str,
    questions: Vec<WrittenItem<'s>>,
}

#[derive(Serialize)]
struct WrittenItem<'s> {
    /// `field` or `role`.
    about: &'static str,
    name: &'s str,
    label: &'s str,
    question: String,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    on: &'s [String],
    state: State,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'s str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    passed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    known_from: Option<&'s str>,
    /// In words, the weightiest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    why: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    #[serde(skip_serializing_if = "Worth::is_nothing")]
    worth: &'s Worth,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'s RoleLine>,
}

fn written(script: &Script, shown: Shown) -> Written<'_> {
    let sections = script.sections.iter().map(|s| {
        let items = s.items.iter().filter(|i| i.is_open() || shown.answered);
        WrittenSection { section: &s.name, questions: items.map(item).collect() }
    });
    Written {
        id: &script.id,
        leads: &script.leads,
        name: script.name.as_deref(),
        policy: &script.policy,
        as_of: script.as_of,
        in_scope: script.standing.is_some(),
        scope_open: script.scope_open,
        supplied: crate::handoff::record::Supplied { events: script.has_events, contacts: script.has_contacts },
        title: &script.title,
        standing: script.standing.as_ref(),
        first: script.first(FIRST).into_iter().map(|i| i.name.as_str()).collect(),
        sections: sections.filter(|s| !s.questions.is_empty()).collect(),
        later: script.later.iter().map(item).collect(),
    }
}

fn item(item: &Item) -> WrittenItem<'_> {
    WrittenItem {
        about: if item.role.is_some() { "role" } else { "field" },
        name: &item.name,
        label: &item.label,
        question: question(item),
        on: &item.on,
        state: item.state,
        value: item.value.as_deref(),
        passed: item.passed,
        known_from: item.known_from.as_deref(),
        why: why(&item.worth),
        hint: hint(item),
        worth: &item.worth,
        role: item.role.as_ref(),
    }
}

/// One object over several lines.
pub fn json(script: &Script, shown: Shown) -> String {
    for_json(&serde_json::to_string_pretty(&written(script, shown)).unwrap_or_default()) + "\n"
}

/// One object in one line.
pub fn line(script: &Script, shown: Shown) -> String {
    for_json(&serde_json::to_string(&written(script, shown)).unwrap_or_default()) + "\n"
}
