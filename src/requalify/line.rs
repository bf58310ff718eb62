//! A lead as it is kept: one line of a snapshot. The documented schema is `docs/snapshot.schema.json`.
//!
//! The keys are those of a decision, as far as they are compared, and `watched`. No name, address or text that somebody wrote is among them; only the id
//! of the lead and values of choices, numbers and dates.

use super::earlier::{Earlier, Score};
use crate::engine::decision::{PolicyRef, When};
use crate::policy::exact::Points;
use crate::policy::time::Instant;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    policy: &'a PolicyRef,
    as_of: Instant,
    in_scope: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    icp: Option<Icp<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fit: Option<Scored<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    intent: Option<Scored<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<Stage<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    route: Option<Route<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_step: Option<Due>,
    watched: Seen<'a>,
}

#[derive(Serialize)]
struct Icp<'a> {
    failed: &'a [String],
}

#[derive(Serialize)]
struct Scored<'a> {
    points: Points,
    band: &'a str,
}

#[derive(Serialize)]
struct Stage<'a> {
    reached: &'a str,
}

#[derive(Serialize)]
struct Route<'a> {
    outcome: &'a str,
    rule: &'a str,
}

#[derive(Serialize)]
struct Due {
    due: When,
}

#[derive(Serialize)]
struct Seen<'a> {
    fields: &'a BTreeMap<String, Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    events: Option<&'a BTreeMap<String, Vec<String>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    people: Option<&'a [String]>,
}

/// What is written of a lead.
pub fn line<'a>(id: &'a str, lead: &'a Earlier) -> impl Serialize + use<'a> {
    let place = lead.place.as_ref();
    let scored = |score: &'a Score| Scored { points: score.points, band: &score.band };
    Line {
        id,
        policy: &lead.policy,
        as_of: lead.as_of,
        in_scope: place.is_some(),
        icp: place.filter(|p| !p.failed.is_empty()).map(|p| Icp { failed: &p.failed }),
        fit: place.map(|p| scored(&p.fit)),
        intent: place.map(|p| scored(&p.intent)),
        stage: place.map(|p| Stage { reached: &p.stage }),
        route: place.map(|p| Route { outcome: &p.route, rule: &p.rule }),
        next_step: place.map(|p| Due { due: p.due }),
        watched: Seen {
            fields: &lead.watched.fields,
            events: lead.watched.events.as_ref(),
            people: lead.watched.people.as_deref(),
        },
    }
}
