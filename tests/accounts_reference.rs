//! What an account is, written down plainly: rows of random exports are merged by simple maps into one lead, which is run as any lead. The account
//! of the same rows must be decided in the same way.

mod support;

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use support::Folder;

/// A policy in whose decisions every field, person and event shows.
const POLICY: &str = r#"
policy pooled { version "1" owner "team@example.com" }
lead {
  account: text
  place: one of { clinic, hospital, employer }
  tools: some of { chart, lab, imaging }
  staff: number
  wants: date
  note: text
  keen: boolean
}
channels { form, website, content }
events { path: text }
signals {
  ask:  high from form
  view: mid from website
  view_price: mid from website event "view" where path starts with "/price"
  read: low from content
}
personas { clinical: "Clinical" titles "nurs*"  it: "IT" titles "CIO"  finance: "Finance" titles "CFO" }
committee { engaged within 60 days  champion: from clinical  approver: from it  buyer: optional from finance }
score fit {
  all up to 100 {
    +1 when place is clinic  +2 when place is hospital  +3 when place is employer
    +4 when tools has chart  +8 when tools has lab  +16 when tools has imaging  +5 when tools is empty
    +7 when staff >= 10  +9 when staff >= 100
    +6 when wants before 2026-06-01
    +10 when note contains "urgent"  +11 when keen
  }
  bands { good >= 40, weak }
}
score intent out of 400 {
  asked up to 100 { +11 per ask newest 9 }
  seen  up to 200 { +3 per view newest 40  +5 per view_price newest 20 }
  crowd up to 9   { +2 per read newest 99 }
  bands { high >= 60, mid >= 20, low }
}
stages { mql "MQL" { require place is known } sal "SAL" { require champion >= engaged } sql "SQL" { require committee is complete } }
outcomes { call { next "Call" owner sales due 2 days after latest high signal } wait { next "Wait" owner team due 9 days } }
route { to call when intent >= mid and fit is good  otherwise to wait }
account by account { newest by updated }
"#;

/// Spellings of accounts, and the account each means; `None` stands alone.
const KEYS: [(&str, Option<&str>); 9] = [
    ("harbor.example.com", Some("harbor.example.com")),
    ("https://www.Harbor.example.com/x", Some("harbor.example.com")),
    (" dana@HARBOR.example.com ", Some("harbor.example.com")),
    ("Willow Health", Some("willow health")),
    ("willow_ Health", Some("willow health")),
    ("A7x", Some("A7x")),
    ("a7X", Some("a7X")),
    ("gmail.com", None),
    ("", None),
];
/// Instants in their order, and one that says nothing.
const UPDATED: [&str; 5] =
    ["", "2026-03-01", "2026-03-01T08:00Z", "2026-03-01T17:00+02:00", "2026-03-20T10:00:00.000001Z"];
const RANK: [u8; 5] = [0, 1, 2, 3, 4];
/// By field: its texts, of which those in front say nothing that can be used.
const FIELDS: [(&str, usize, &[&str]); 7] = [
    ("place", 2, &["", "Unknown", "clinic", "Hospital", "employer"]),
    ("tools", 1, &["", "chart", "lab;imaging", "imaging"]),
    ("staff", 2, &["", "many", "7", "12", "250"]),
    ("wants", 1, &["", "2026-05-01", "2026-07-01"]),
    ("note", 2, &["", "N/A", "urgent, please", "no hurry"]),
    ("keen", 1, &["", "yes", "no"]),
    ("current_stage", 1, &["", "mql", "sal", "sql"]),
];
const PEOPLE: [&str; 6] =
    ["", "dana@example.com", "DANA@example.com", "li@example.com", "Sam@example.com", "kim@example.com"];
const TITLES: [&str; 5] = ["", "Nurse manager", "CIO", "CFO", "Front desk"];
const STATUS: [&str; 4] = ["", "identified", "engaged", "approved"];
const TYPES: [(&str, &str); 3] = [("ask", "form"), ("view", "website"), ("read", "content")];
const TIMES: [&str; 5] = [
    "2026-03-30T10:00:00Z",
    "2026-03-30T10:00:01Z",
    "2026-03-10T10:00:00Z",
    "2025-11-01T10:00:00Z",
    "2026-04-20T10:00:00Z",
];
const PATHS: [&str; 3] = ["", "/price", "/about"];

#[derive(Clone, Debug)]
struct Contact {
    email: &'static str,
    title: &'static str,
    status: &'static str,
}

#[derive(Clone, Debug)]
struct Event {
    /// Events of one id are the same event wherever they stand.
    id: Option<usize>,
    kind: usize,
    at: usize,
    path: usize,
    who: &'static str,
}

#[derive(Clone, Debug)]
struct Row {
    key: usize,
    email: &'static str,
    updated: usize,
    /// By field: which of its texts.
    values: Vec<usize>,
    contacts: Vec<Contact>,
    events: Vec<Event>,
}

fn row() -> impl Strategy<Value = Row> {
    let values: Vec<_> = FIELDS.iter().map(|(.., texts)| 0..texts.len()).collect();
    let contact = (0..PEOPLE.len(), 0..TITLES.len(), 0..STATUS.len()).prop_map(|(e, t, s)| Contact {
        email: PEOPLE[e],
        title: TITLES[t],
        status: STATUS[s],
    });
    let event =
        (prop::option::weighted(0.3, 0..6_usize), 0..TYPES.len(), 0..TIMES.len(), 0..PATHS.len(), 0..PEOPLE.len());
    let event = event.prop_map(|(id, kind, at, path, who)| match id {
        // An id stands for one type, time and path.
        Some(n) => Event { id, kind: n % 3, at: n % 5, path: n % 2, who: PEOPLE[who] },
        None => Event { id, kind, at, path, who: PEOPLE[who] },
    });
    let lists = (prop::collection::vec(contact, 0..4), prop::collection::vec(event, 0..6));
    (0..KEYS.len(), 0..PEOPLE.len(), 0..UPDATED.len(), values, lists).prop_map(
        |(key, email, updated, values, (contacts, events))| Row {
            key,
            email: PEOPLE[email],
            updated,
            values,
            contacts,
            events,
        },
    )
}

fn id_of(row: usize) -> String {
    format!("{row:03}")
}

/// What is known of it as a spelling, as both readers are given it.
fn fields(row: &Row) -> impl Iterator<Item = (&'static str, &'static str)> {
    FIELDS.iter().zip(&row.values).map(|((name, _, texts), at)| (*name, texts[*at]))
}

/// The export as files of CSV.
fn tables(rows: &[Row]) -> [(&'static str, String); 3] {
    let mut leads = csv::Writer::from_writer(Vec::new());
    let mut contacts = csv::Writer::from_writer(Vec::new());
    let mut events = csv::Writer::from_writer(Vec::new());
    let names = ["id", "account", "email", "updated"].into_iter().chain(FIELDS.iter().map(|f| f.0));
    leads.write_record(names).expect("memory");
    contacts.write_record(["lead", "email", "title", "status"]).expect("memory");
    events.write_record(["id", "lead", "type", "at", "channel", "path", "contact"]).expect("memory");
    for (i, row) in rows.iter().enumerate() {
        let id = id_of(i);
        let head = [&id, KEYS[row.key].0, row.email, UPDATED[row.updated]];
        leads.write_record(head.into_iter().chain(fields(row).map(|f| f.1))).expect("memory");
        for c in &row.contacts {
            contacts.write_record([&id, c.email, c.title, c.status]).expect("memory");
        }
        for e in &row.events {
            let number = e.id.map_or(String::new(), |n| format!("ev-{n}"));
            let (kind, channel) = TYPES[e.kind];
            events.write_record([&number, &id, kind, TIMES[e.at], channel, PATHS[e.path], e.who]).expect("memory");
        }
    }
    let text = |w: csv::Writer<Vec<u8>>| String::from_utf8(w.into_inner().expect("memory")).expect("UTF-8");
    [("leads.csv", text(leads)), ("contacts.csv", text(contacts)), ("events.csv", text(events))]
}

fn contact(c: &Contact) -> Value {
    json!({"email": c.email, "title": c.title, "status": c.status})
}

fn event(e: &Event, id: &str) -> Value {
    let (kind, channel) = TYPES[e.kind];
    json!({"id": id, "type": kind, "at": TIMES[e.at], "channel": channel, "path": PATHS[e.path], "contact": e.who})
}

/// The export as leads that bring their people and events themselves.
fn objects(rows: &[Row]) -> String {
    let mut text = String::new();
    for (i, row) in rows.iter().enumerate() {
        let mut lead = Map::new();
        for (key, value) in [
            ("id", id_of(i).as_str()),
            ("account", KEYS[row.key].0),
            ("email", row.email),
            ("updated", UPDATED[row.updated]),
        ] {
            lead.insert(key.to_string(), value.into());
        }
        lead.extend(fields(row).map(|(name, value)| (name.to_string(), value.into())));
        lead.insert("contacts".to_string(), row.contacts.iter().map(contact).collect());
        let number = |e: &Event| e.id.map_or(String::new(), |n| format!("ev-{n}"));
        lead.insert("events".to_string(), row.events.iter().map(|e| event(e, &number(e))).collect());
        text.push_str(&Value::Object(lead).to_string());
        text.push('\n');
    }
    text
}

/// An account as one lead, and what must be said of it.
struct Merged {
    id: String,
    lead: Value,
    leads: Vec<String>,
    alone: Option<&'static str>,
    people: usize,
    events: usize,
}

/// The rows of each account by their places, in the order of first leads.
fn accounts(rows: &[Row]) -> Vec<(String, Option<&'static str>, Vec<usize>)> {
    let mut all: Vec<(String, Option<&'static str>, Vec<usize>)> = Vec::new();
    for (i, row) in rows.iter().enumerate() {
        match KEYS[row.key] {
            (_, Some(key)) => match all.iter_mut().find(|(k, alone, _)| k == key && alone.is_none()) {
                Some((.., members)) => members.push(i),
                None => all.push((key.to_string(), None, vec![i])),
            },
            (text, None) => all.push((id_of(i), Some(if text.is_empty() { "no_key" } else { "free_mail" }), vec![i])),
        }
    }
    all
}

/// What the meaning of an account makes of some rows.
fn merged(rows: &[Row], (id, alone, members): (String, Option<&'static str>, Vec<usize>)) -> Merged {
    let mut lead = Map::new();
    lead.insert("id".to_string(), id.as_str().into());
    // From the oldest to the newest, each known value over those before; of one instant, the first row comes last.
    let mut order = members.clone();
    order.sort_by_key(|m| (RANK[rows[*m].updated], std::cmp::Reverse(*m)));
    for member in order {
        let row = &rows[member];
        let mut put = |name: &str, value: &str, known: bool| {
            if known {
                lead.insert(name.to_string(), value.into());
            }
        };
        put("account", KEYS[row.key].0, !KEYS[row.key].0.is_empty());
        put("email", row.email, !row.email.is_empty());
        put("updated", UPDATED[row.updated], row.updated > 0);
        for ((name, useless, texts), at) in FIELDS.iter().zip(&row.values) {
            put(name, texts[*at], at >= useless);
        }
    }
    // Everybody by email; whoever has none is a person each.
    let mut people: Vec<Value> = Vec::new();
    let mut emails = BTreeSet::new();
    for (n, c) in members.iter().flat_map(|m| &rows[*m].contacts).enumerate() {
        emails.insert(if c.email.is_empty() { format!("nobody {n}") } else { c.email.to_lowercase() });
        people.push(contact(c));
    }
    // Within a lead, then across leads.
    let mut events = Vec::new();
    let mut shown: BTreeMap<String, ()> = BTreeMap::new();
    for member in &members {
        let mut own = BTreeSet::new();
        for e in &rows[*member].events {
            let what = format!("{} {} {}", e.kind, e.at, PATHS[e.path]);
            let same = e.id.map_or(what.clone(), |n| format!("id {n}"));
            if !own.insert(same.clone()) {
                continue;
            }
            let doer = [e.who, rows[*member].email].into_iter().find(|who| !who.is_empty()).map(str::to_lowercase);
            let doer = doer.unwrap_or_else(|| format!("lead {member}"));
            let across = if e.id.is_some() { same } else { format!("{what} by {doer}") };
            if shown.insert(across, ()).is_none() {
                events.push(event(e, &format!("one of its own {}", events.len())));
            }
        }
    }
    let count = events.len();
    lead.insert("contacts".to_string(), Value::Array(people));
    lead.insert("events".to_string(), Value::Array(events));
    let leads = members.iter().map(|m| id_of(*m)).collect();
    Merged { id, lead: Value::Object(lead), leads, alone, people: emails.len(), events: count }
}

fn without_account(mut decision: Value) -> Value {
    for key in ["leads", "alone", "pooled", "through"] {
        decision.as_object_mut().expect("an object").remove(key);
    }
    decision
}

fn hold(rows: &[Row]) {
    let folder = Folder::new().file("pooled.rubric", POLICY).file("leads.ndjson", objects(rows));
    tables(rows).iter().for_each(|(name, text)| folder.write(name, text));
    let all: Vec<Merged> = accounts(rows).into_iter().map(|account| merged(rows, account)).collect();
    folder.write("merged.ndjson", all.iter().map(|m| m.lead.to_string() + "\n").collect::<String>());
    let expected = folder.decide(&["pooled.rubric", "--leads", "merged.ndjson"]).leads();
    let files = ["--leads", "leads.csv", "--contacts", "contacts.csv", "--events", "events.csv"];
    let forms = [
        folder.decide(&[&["pooled.rubric", "--accounts"], &files[..]].concat()).leads(),
        folder.decide(&["pooled.rubric", "--accounts", "--leads", "leads.ndjson"]).leads(),
    ];
    for decided in forms {
        assert_eq!(decided.len(), all.len());
        for ((account, merged), expected) in decided.into_iter().zip(&all).zip(&expected) {
            assert_eq!(account["leads"], json!(merged.leads));
            assert_eq!(account.get("alone").and_then(Value::as_str), merged.alone);
            assert_eq!(account["pooled"]["people"], merged.people, "{}", merged.lead);
            assert_eq!(account["pooled"]["events"], merged.events, "{}", merged.lead);
            assert_eq!(account["id"], merged.id.as_str());
            assert_eq!(without_account(account), *expected, "{}", merged.lead);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn accounts_are_decided_as_their_rows_merged_by_hand(rows in prop::collection::vec(row(), 1..14)) {
        hold(&rows);
    }
}
