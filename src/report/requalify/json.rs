//! The report for machines: one object with every lead to look at again. The documented schema is `docs/requalify.schema.json`.

use crate::diff::Direction;
use crate::diff::report::What;
use crate::engine::decision::When;
use crate::policy::Policy;
use crate::policy::exact::Points;
use crate::policy::time::{Day, Instant};
use crate::report::leads;
use crate::requalify::{
    Again, Against, Change, Evidence, Faint, Fall, Fired, Group, Place, Report, Was, trigger_words,
};
use serde::Serialize;

#[derive(Serialize)]
struct Json<'a> {
    as_of: Instant,
    #[serde(skip_serializing_if = "Option::is_none")]
    compared_with: Option<ComparedWith<'a>>,
    policies: Vec<Reference<'a>>,
    counts: Counts,
    #[serde(skip_serializing_if = "Option::is_none")]
    snapshot: Option<Lines>,
    leads: Vec<Lead<'a>>,
    gone: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    fading: Option<Queue<'a>>,
    unusable_lines: Vec<Unusable<'a>>,
    notes: &'a [String],
}

#[derive(Serialize)]
struct ComparedWith<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    as_of: Instant,
}

#[derive(Serialize)]
struct Reference<'a> {
    name: &'a str,
    version: &'a str,
    hash: &'a str,
}

#[derive(Serialize)]
struct Counts {
    read: u64,
    look_again: u64,
    nothing_new: u64,
    still_outside: u64,
    new: u64,
    rejected: u64,
}

#[derive(Serialize)]
struct Lines {
    read: u64,
    compared: u64,
    gone: u64,
    unusable: u64,
}

#[derive(Serialize)]
struct Unusable<'a> {
    line: u64,
    reason: &'a str,
}

#[derive(Serialize)]
struct Lead<'a> {
    id: &'a str,
    policy: &'a str,
    group: &'static str,
    route: Moved<'a>,
    moved: Vec<Moved<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Stood<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    now: Option<Stood<'a>>,
    triggers: Vec<Trigger<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_step: Option<Step<'a>>,
    falls: Vec<Falls<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_before_by: Option<Decider<'a>>,
}

#[derive(Serialize)]
struct Decider<'a> {
    policy: &'a str,
    version: &'a str,
}

#[derive(Serialize)]
struct Moved<'a> {
    what: &'static str,
    from: &'a str,
    to: &'a str,
    direction: &'static str,
}

#[derive(Serialize)]
struct Stood<'a> {
    rule: &'a str,
    stage: &'a str,
    fit: Score<'a>,
    intent: Score<'a>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    icp_failed: &'a [String],
}

#[derive(Serialize)]
struct Score<'a> {
    points: Points,
    band: &'a str,
}

#[derive(Serialize)]
struct Trigger<'a> {
    on: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<&'a str>,
    evidence: Vec<Seen<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Seen<'a> {
    Event {
        event: &'a str,
        types: &'a [String],
        at: Instant,
        #[serde(skip_serializing_if = "Option::is_none")]
        channel: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        person: Option<&'a str>,
        told_late: bool,
    },
    Person {
        person: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        persona: Option<&'a str>,
        roles: &'a [String],
    },
    Field {
        field: &'a str,
        /// `null`: not known. Left out: a free text, which is not kept.
        #[serde(skip_serializing_if = "Option::is_none")]
        from: Option<Option<&'a str>>,
        to: &'a str,
    },
    Score {
        score: &'a str,
        from: &'a str,
        to: &'a str,
    },
}

#[derive(Serialize)]
struct Step<'a> {
    action: &'a str,
    owner: &'a str,
    due: When,
    due_kept: bool,
}

#[derive(Serialize)]
struct Falls<'a> {
    what: &'static str,
    from: &'a str,
    to: &'a str,
    at: Instant,
    day: Day,
}

#[derive(Serialize)]
struct Queue<'a> {
    days: u32,
    leads: Vec<Fading<'a>>,
}

#[derive(Serialize)]
struct Fading<'a> {
    id: &'a str,
    policy: &'a str,
    route: &'a str,
    falls: Vec<Falls<'a>>,
}

/// The whole report, on one line.
pub fn json(report: &Report, list: &[Policy]) -> String {
    let c = report.counts;
    let whole = Json {
        as_of: report.as_of,
        compared_with: match &report.against {
            Against::Nothing => None,
            Against::Snapshot { file, as_of } => Some(ComparedWith { file: Some(file), as_of: *as_of }),
            Against::Instant(as_of) => Some(ComparedWith { file: None, as_of: *as_of }),
        },
        policies: list.iter().map(|p| Reference { name: &p.name, version: &p.version, hash: &p.hash }).collect(),
        counts: Counts {
            read: c.read,
            look_again: c.again,
            nothing_new: c.quiet,
            still_outside: c.held,
            new: c.new,
            rejected: c.rejected,
        },
        snapshot: report.snapshot.map(|s| Lines {
            read: s.read,
            compared: s.compared,
            gone: s.gone,
            unusable: s.unusable,
        }),
        leads: report.leads.iter().map(|l| lead(l, &list[l.policy])).collect(),
        gone: &report.gone,
        fading: report.queue.as_ref().map(|queue| Queue {
            days: queue.days,
            leads: queue.leads.iter().map(|l| fading(l, &list[l.policy])).collect(),
        }),
        unusable_lines: report.unusable.iter().map(|u| Unusable { line: u.line, reason: &u.reason }).collect(),
        notes: &report.notes,
    };
    let mut out = Vec::new();
    leads::object_line(&whole, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

fn lead<'a>(lead: &'a Again, policy: &'a Policy) -> Lead<'a> {
    Lead {
        id: &lead.id,
        policy: &policy.name,
        group: match lead.group {
            Group::Back => "back_to_sales",
            Group::Down => "downgrade",
            Group::Look => "look_again",
        },
        route: moved(&lead.route),
        moved: lead.moved.iter().map(moved).collect(),
        before: lead.before.as_ref().map(stood),
        now: lead.now.as_ref().map(stood),
        triggers: lead.fired.iter().map(|f| trigger(f, policy)).collect(),
        next_step: lead.step.as_ref().map(|s| Step {
            action: &s.action,
            owner: &s.owner,
            due: s.due,
            due_kept: s.kept,
        }),
        falls: falls(&lead.falls, policy),
        decided_before_by: lead.by.as_ref().map(|(policy, version)| Decider { policy, version }),
    }
}

fn stood(place: &Place) -> Stood<'_> {
    Stood {
        rule: &place.rule,
        stage: &place.stage,
        fit: Score { points: place.fit.points, band: &place.fit.band },
        intent: Score { points: place.intent.points, band: &place.intent.band },
        icp_failed: &place.failed,
    }
}

/// Words that are one in JSON.
fn what(what: What) -> &'static str {
    match what {
        What::Route => "route",
        What::Stage => "stage",
        What::FitBand => "fit_band",
        What::IntentBand => "intent_band",
    }
}

fn moved(change: &Change) -> Moved<'_> {
    let direction: Direction = change.direction;
    Moved { what: what(change.what), from: &change.from, to: &change.to, direction: direction.word() }
}

fn trigger<'a>(fired: &'a Fired, policy: &'a Policy) -> Trigger<'a> {
    let trigger = &policy.triggers[fired.trigger];
    Trigger {
        on: trigger_words(policy, trigger),
        because: trigger.because.as_deref(),
        evidence: fired.evidence.iter().map(|e| seen(e, policy)).collect(),
    }
}

fn seen<'a>(one: &'a Evidence, policy: &'a Policy) -> Seen<'a> {
    match one {
        Evidence::Event { signal, at, channel, person, late } => Seen::Event {
            event: signal,
            types: policy.signals.iter().find(|s| s.name == *signal).map_or(&[], |s| &s.events),
            at: *at,
            channel: channel.as_deref(),
            person: person.as_deref(),
            told_late: *late,
        },
        Evidence::Person { person, persona, roles } => Seen::Person { person, persona: persona.as_deref(), roles },
        Evidence::Field { field, from, to } => Seen::Field {
            field,
            from: match from {
                Was::Unknown => Some(None),
                Was::Value(from) => Some(Some(from)),
                Was::Text => None,
            },
            to,
        },
        Evidence::Score { score, from, to } => Seen::Score { score, from, to },
    }
}

fn falls<'a>(falls: &'a [Fall], policy: &Policy) -> Vec<Falls<'a>> {
    let one =
        |f: &'a Fall| Falls { what: what(f.what), from: &f.from, to: &f.to, at: f.at, day: f.at.day(policy.offset) };
    falls.iter().map(one).collect()
}

fn fading<'a>(lead: &'a Faint, policy: &'a Policy) -> Fading<'a> {
    Fading { id: &lead.id, policy: &policy.name, route: &lead.route, falls: falls(&lead.falls, policy) }
}
