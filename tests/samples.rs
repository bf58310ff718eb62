//! The policies of this project on its sample leads, run with the real binary: what everybody gets, pinned lead by lead.

use rubric::data::findings::Reject;
use rubric::data::reader::{Found, Reader, Sides, check_events, joins, report_header};
use rubric::data::side::{Joins, Side, SideRows};
use rubric::data::source::Source;
use rubric::data::{contacts, events};
use rubric::driver::{Memory, load};
use rubric::engine::facts::Batch;
use rubric::policy::Policy;
use rubric::policy::import::Settings;
use rubric::policy::time::Instant;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::Command;

const AS_OF: &str = "2026-03-31T12:00Z";
const POLICIES: [&str; 4] = ["interoperability", "privacy_services", "clinician_workflow", "care_management"];
const CSV: [&str; 6] = [
    "--leads",
    "policies/leads/leads.csv",
    "--events",
    "policies/leads/events.csv",
    "--contacts",
    "policies/leads/contacts.csv",
];
const NDJSON: [&str; 2] = ["--leads", "policies/leads/leads.ndjson"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// What a run writes, and what it says beside that.
fn run(policies: &[&str], data: &[&str], more: &[&str]) -> (String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rubric"));
    command.current_dir(root()).arg("run").args(policies).args(data).args(["--as-of", AS_OF, "--output", "-"]);
    let output = command.args(more).output().expect("the binary runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
    let (out, err) = (text(output.stdout), text(output.stderr));
    assert_eq!(output.status.code(), Some(0), "{err}");
    (out, err)
}

/// Whole decisions by id.
fn decisions(data: &[&str]) -> BTreeMap<String, Value> {
    let (out, _) = run(&["policies/portfolio.rubric"], data, &["--format", "ndjson"]);
    let parse = |line: &str| serde_json::from_str::<Value>(line).expect("each line is JSON");
    let named = |decision: Value| (decision["id"].as_str().expect("each lead has an id").to_string(), decision);
    out.lines().map(|line| named(parse(line))).collect()
}

fn policy(name: &str) -> Policy {
    let mut memory = Memory::default();
    for file in ["healthtech.rubric".to_string(), format!("{name}.rubric")] {
        let text = std::fs::read_to_string(root().join("policies").join(&file)).expect("policies can be read");
        memory.insert(file, text);
    }
    load(&memory, &format!("{name}.rubric"), &[]).policy.expect("the policies of this project check clean")
}

/// One readable line: id, policy, fit, intent, profile, stage, route and rule, next step, owner, due, revisit.
fn line(decision: &Value) -> String {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_string);
    let score = |name: &str| format!("{} {}", decision[name]["points"], text(&decision[name]["band"]));
    let stage = &decision["stage"];
    let slipped = stage["slipped"].as_array().map_or(0, Vec::len);
    let slipped = if slipped > 0 { format!(", {slipped} slipped") } else { String::new() };
    let next = &decision["next_step"];
    let revisit = next["revisit"].as_str().map_or_else(String::new, |day| format!(", again {day}"));
    format!(
        "{} {} | fit {} | intent {} | {} | {} ({}{slipped}) | {} by {} | {} | {}, due {}{revisit}",
        text(&decision["id"]),
        text(&decision["policy"]["name"]),
        score("fit"),
        score("intent"),
        text(&decision["icp"]["status"]),
        text(&stage["reached"]),
        text(&stage["change"]),
        text(&decision["route"]["outcome"]),
        text(&decision["route"]["rule"]),
        text(&next["action"]),
        text(&next["owner"]),
        text(&next["due"]),
    )
}

#[test]
fn every_sample_lead_goes_where_it_should() {
    let lines: Vec<String> = decisions(&CSV).values().map(line).collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn tables_and_json_give_the_same_decisions() {
    let (tables, objects) = (decisions(&CSV), decisions(&NDJSON));
    assert_eq!(tables.keys().collect::<Vec<_>>(), objects.keys().collect::<Vec<_>>());
    for (id, decision) in &tables {
        assert_eq!(decision, &objects[id], "lead {id}");
    }
}

/// The CRM's own labels, dates and numbers for types are read by the import into the same decisions.
#[test]
fn the_crm_export_gives_the_same_decisions() {
    let export = [
        "--import",
        "crm_export",
        "--leads",
        "policies/leads/crm/leads.csv",
        "--events",
        "policies/leads/crm/events.csv",
        "--contacts",
        "policies/leads/crm/contacts.csv",
    ];
    let (plain, exported) = (decisions(&CSV), decisions(&export));
    assert_eq!(exported.keys().collect::<Vec<_>>(), ["00104", "00106", "00203"]);
    for (id, decision) in &exported {
        assert_eq!(decision, &plain[id], "lead {id}");
    }
}

/// The three numbers after `read`, wherever the summary puts them.
fn counts(summary: &str) -> [u64; 4] {
    let number = |word: &str| {
        let line = summary.lines().find(|l| l.contains(" read")).unwrap_or_else(|| panic!("no counts in:\n{summary}"));
        let words: Vec<&str> = line.split([' ', ',', '=', '+']).filter(|w| !w.is_empty()).collect();
        let at = words.iter().position(|w| *w == word).unwrap_or_else(|| panic!("no `{word}` in: {line}"));
        words[at - 1].parse().unwrap_or_else(|_| panic!("no number before `{word}` in: {line}"))
    };
    [number("read"), number("decided"), number("out"), number("rejected")]
}

#[test]
fn counts_reconcile() {
    let (out, summary) = run(&["policies/portfolio.rubric"], &CSV, &["--format", "ndjson"]);
    let [read, decided, outside, rejected] = counts(&summary);
    assert_eq!(read, decided + outside + rejected, "{summary}");
    // One id twice, one row without an id, one short row.
    assert_eq!((decided, outside, rejected), (out.lines().count() as u64, 0, 3), "{summary}");

    // Without a policy that takes the rest, leads that name no product and no use case of ours are out of scope, and still written.
    let files: Vec<String> = POLICIES.iter().map(|p| format!("policies/{p}.rubric")).collect();
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let (out, summary) = run(&files, &CSV, &["--format", "ndjson"]);
    let [read, decided, outside, rejected] = counts(&summary);
    assert_eq!((read, rejected, outside), (decided + outside + rejected, 3, 3), "{summary}");
    let outside: Vec<String> = out
        .lines()
        .map(|l| serde_json::from_str::<Value>(l).expect("each line is JSON"))
        .filter(|d| d["in_scope"] == false)
        .map(|d| d["id"].as_str().unwrap_or_default().to_string())
        .collect();
    assert_eq!(outside, ["00503", "00504", "00505"]);

    let (_, summary) = run(&["policies/portfolio.rubric"], &NDJSON, &["--format", "ndjson"]);
    let [read, decided, outside, rejected] = counts(&summary);
    assert_eq!((read, outside, rejected), (decided, 0, 0), "{summary}");
}

#[test]
fn every_outcome_and_every_stage_is_reached() {
    let decisions = decisions(&CSV);
    for name in POLICIES {
        let policy = policy(name);
        let of_policy = || decisions.values().filter(|d| d["policy"]["name"] == name);
        let routes: BTreeSet<&str> = of_policy().filter_map(|d| d["route"]["outcome"].as_str()).collect();
        let outcomes: BTreeSet<&str> = policy.outcomes.iter().map(|o| o.name.as_str()).collect();
        assert_eq!(routes, outcomes, "outcomes of {name}");
        let reached: BTreeSet<&str> = of_policy().filter_map(|d| d["stage"]["reached"].as_str()).collect();
        let stages: BTreeSet<&str> = policy.stages.iter().map(|s| s.name.as_str()).chain(["none"]).collect();
        assert_eq!(reached, stages, "stages of {name}");
        assert!(policy.guarantees.len() >= 3, "guarantees of {name}");
    }
    let slipped = |d: &&Value| d["stage"]["slipped"].as_array().is_some_and(|s| !s.is_empty());
    assert!(decisions.values().filter(slipped).count() >= 3);
    assert!(decisions.values().any(|d| d["stage"]["change"] == "fall_back"));
}

/// Fields that a list of open requirements would be answered by.
fn asks(requirements: &Value) -> Vec<&str> {
    let lists = requirements.as_array().into_iter().flatten().filter_map(|r| r["asks"].as_array());
    lists.flatten().filter_map(Value::as_str).collect()
}

/// An outpatient group in the region, compatible EHR, security review planned, workflow not confirmed; champion and technical approver are
/// in; a questionnaire a week ago, two looks at the integration docs, a reply, an event.
#[test]
fn a_group_that_asks_how_it_connects_gets_an_engineer_first() {
    let decisions = decisions(&CSV);
    let lead = &decisions["00101"];
    assert_eq!(lead["route"]["outcome"], "technical_review");
    assert_eq!(lead["route"]["also_matches"][0]["outcome"], "demo");
    assert_eq!((&lead["fit"]["band"], &lead["intent"]["band"]), (&"strong".into(), &"high".into()));
    assert_eq!(lead["stage"]["reached"], "mql");
    let roles = lead["committee"]["roles"].as_array().expect("roles");
    let status = |role: &str| {
        let found = roles.iter().find(|r| r["role"] == role).unwrap_or_else(|| panic!("no role {role}"));
        found["status"].as_str().unwrap_or_default().to_string()
    };
    assert_eq!(status("champion"), "engaged");
    assert_eq!(status("technical_approver"), "engaged");
    // Known only by the domain of the organisation, from a contact who is a lead for another product.
    assert_eq!(status("security_reviewer"), "identified");
    assert_eq!(status("finance_buyer"), "missing");
    assert!(asks(&lead["stage"]["open"]).contains(&"stated_problem"), "{}", lead["stage"]);
    assert!(asks(&lead["icp"]["open"]).contains(&"data_exchange"), "{}", lead["icp"]);
    let open: Vec<&str> =
        lead["next_step"]["open_items"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    assert!(open.contains(&"The path through procurement is known"), "{open:?}");
    assert!(open.contains(&"The way data is exchanged is known"), "{open:?}");
}

#[test]
fn almost_empty_leads_are_open_not_bad() {
    let decisions = decisions(&CSV);
    for id in ["00109", "00311", "00504", "00505"] {
        let lead = &decisions[id];
        assert_eq!((&lead["icp"]["status"], &lead["route"]["outcome"]), (&"undecided".into(), &"watch".into()), "{id}");
        assert_eq!((&lead["fit"]["points"], &lead["fit"]["high"]), (&0.into(), &100.into()), "{id}");
        assert_eq!(lead["route"]["settled"], false, "{id}");
    }
}

/// What is said of the data: for each lead by the policy that decides it, as a run does.
#[test]
fn what_is_said_of_the_data() {
    let policies: Vec<Policy> = POLICIES.iter().map(|name| policy(name)).collect();
    let mut decided_by: BTreeMap<String, String> = BTreeMap::new();
    for (id, decision) in decisions(&CSV) {
        decided_by.insert(id, decision["policy"]["name"].as_str().expect("a policy").to_string());
    }
    let as_of = Instant::parse(AS_OF, policies[0].offset).expect("an instant");
    let settings = Settings::default();
    let file = |name: &str| {
        let path = root().join("policies/leads").join(name);
        Box::new(std::fs::File::open(path).expect("the samples are there"))
    };
    let mut found = Found::default();
    let side = |name: &str, joins: &dyn Fn(&[String]) -> Joins| {
        let rows = SideRows::read(file(name), &name.into(), &settings, joins, &mut Default::default(), &mut Vec::new());
        Side::Rows(rows.expect("the samples can be read"))
    };
    let (behaviour, people) =
        (events::EventPlan::new(&policies[0], None, as_of), contacts::ContactPlan::new(&policies[0], None));
    let sides = Sides {
        events: side("events.csv", &|header| {
            use events::EventColumn::*;
            joins(header, |h| behaviour.column(h), [Lead, Email, Account])
        }),
        contacts: side("contacts.csv", &|header| {
            use contacts::ContactColumn::*;
            Joins { every: true, ..joins(header, |h| people.column(h), [Lead, Email, Account]) }
        }),
    };
    let mut source = Source::open(file("leads.csv"), "leads.csv", &settings).expect("the samples can be read");
    let name = source.file.clone();
    let readers: Vec<Reader<'_>> = policies
        .iter()
        .map(|p| Reader::new(p, None, as_of, &name, source.header(), &sides, false).expect("there is an id"))
        .collect();
    report_header(&readers, &mut found.findings);
    check_events(&readers, &mut found);
    let chunk = source.next_chunk(1024).expect("the samples can be read").expect("there are rows");
    let mut rejects: Vec<Reject> = chunk.rejects;
    // First who is who, then for each policy only what it decides; the second row of an id is nobody's.
    let mut batch = Batch::new(&policies[0]);
    let mut first = Found::default();
    let leads = readers[0].read(
        &chunk.rows,
        &mut (0..chunk.rows.len()),
        &[],
        &mut batch,
        &mut readers[0].scratch(),
        &mut first,
    );
    let mut met = BTreeSet::new();
    let rows: Vec<(usize, String)> = leads
        .iter()
        .enumerate()
        .map(|(at, row)| (*row, batch.id(at).to_string()))
        .filter(|(_, id)| met.insert(id.clone()))
        .collect();
    rejects.extend(first.rejects);
    rejects.into_iter().for_each(|r| found.reject(r));
    for reader in &readers {
        let mine = |(_, id): &&(usize, String)| decided_by[id] == reader.policy().name;
        let mut which = rows.iter().filter(mine).map(|(row, _)| *row);
        let mut here = Found::default();
        reader.read(&chunk.rows, &mut which, &[], &mut Batch::new(reader.policy()), &mut reader.scratch(), &mut here);
        found.merge(here);
    }
    for (side, what) in [(&sides.events, "behaviour"), (&sides.contacts, "contact")] {
        side.rows().expect("a file").report_unjoined(what, &mut found.findings);
    }
    let lines: Vec<String> = found.findings.sorted().iter().map(|f| f.to_string()).collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn rejected_rows_are_kept_whole() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let path = folder.path().join("rejects.ndjson");
    let path = path.to_str().expect("a plain path");
    run(&["policies/portfolio.rubric"], &CSV, &["--format", "ndjson", "--rejects", path]);
    let text = std::fs::read_to_string(path).expect("rejects are written");
    let rejects: Vec<Value> = text.lines().map(|l| serde_json::from_str(l).expect("each line is JSON")).collect();
    let reasons: Vec<&str> = rejects.iter().filter_map(|r| r["reason"].as_str()).collect();
    insta::assert_snapshot!(reasons.join("\n"));
    assert!(rejects.iter().any(|r| r["row"].as_str().is_some_and(|row| row.starts_with("00399,Short Row Hospital"))));
}
