//! Behaviour and people from exports: each event counts once, joins the lead it belongs to, and is told where it cannot be used.

mod support;

use serde_json::Value;
use support::{Decided, Files, Folder, Seen, look, policy};

const POLICY: &str = r#"
policy desk "Scheduling desk" { version "1" owner "revenue-ops@example.com" time-zone "-05:00" }
lead { company: text column "Company Domain"  staff: number }
channels { form, website, email }
events { path: text  seats: number }
signals {
  demo_request: high from form
  page_view:    mid from website event "page_view" where path starts with "/pricing"
  reply:        mid from email
}
personas { clinical: "Clinical leaders" titles "clinical", "nurs*"  it: "IT" titles "CIO", "integration" }
committee {
  engaged within 90 days
  champion: from clinical
  approver: from it
}
score fit { size up to 10 { +10 when staff >= 1 } bands { some >= 5, none_yet } }
score intent {
  asked up to 90 { +10 per demo_request newest 9 }
  read up to 9 { +1 per page_view newest 9  +2 per reply newest 2 }
  bands { high >= 10, low }
}
outcomes { call { next "Call" owner sales due 2 days }  wait { next "Wait" owner marketing due 9 days } }
route { to call when intent is high  otherwise to wait }
account by company { newest by updated }
import marketo {
  unknown "null"
  events { lead: "leadId" id: "marketoGUID" type: "activityTypeId" at: "activityDate" path: "primaryAttributeValue" }
  types { "1": page_view, "2": demo_request }
  channel website for page_view
  channel form for demo_request
}
import fair { events { dates "DD/MM/YYYY" } }
import hubspot { leads { id: "Record ID" } contacts { title: "Job Title" } }
"#;

const LEADS: &str = "id,email,company\nu-9,Dana.Roe@rivermead.example.org,rivermead.example.org\n7,ines@maplegrove.example.com,Maple Grove\n";

fn decide(leads: (&str, &str), more: &[(&str, &str)], args: &[&str]) -> Decided {
    let folder = Folder::new().file("desk.rubric", POLICY).file(leads.0, leads.1);
    let mut all = vec!["desk.rubric", "--leads", leads.0];
    for (name, text) in more {
        folder.write(name, text);
        all.extend(if name.starts_with("events") { ["--events", name] } else { ["--contacts", name] });
    }
    all.extend(args);
    folder.decide(&all)
}

fn with_events(events: &str) -> (Decided, Seen) {
    let files = Files {
        leads: ("leads.csv", LEADS.as_bytes()),
        events: Some(("events.csv", events.as_bytes())),
        ..Files::default()
    };
    let seen = look(&policy(POLICY), None, files).expect("the files can be read");
    (decide(("leads.csv", LEADS), &[("events.csv", events)], &[]), seen)
}

/// Points of Intent, or the range where they are open.
fn intent(lead: &Value) -> String {
    let i = &lead["intent"];
    if i["low"] == i["high"] { i["points"].to_string() } else { format!("{}..{}", i["low"], i["high"]) }
}

fn role(lead: &Value, role: &str) -> String {
    let roles = lead["committee"]["roles"].as_array().expect("roles");
    let found = roles.iter().find(|r| r["role"] == role).expect("the role");
    let could = found["could_be"].as_str().map_or_else(String::new, |c| format!(" to {c}"));
    let who = found["person"].as_str().map_or_else(String::new, |p| format!(" by {p}"));
    format!("{}{could}{who}", found["status"].as_str().unwrap_or_default())
}

/// Findings that are not about columns of the leads file.
fn told(seen: &Seen) -> Vec<String> {
    let columns = ["unfilled-field", "unmapped-column"];
    seen.findings.iter().filter(|f| !columns.contains(&f.key.kind)).map(ToString::to_string).collect()
}

#[test]
fn one_message_counts_once_however_often_it_was_sent() {
    let (decided, seen) = with_events(
        "id,email,type,at,channel\n\
         m-2,Dana.Roe@rivermead.example.org,demo_request,2026-03-30T12:00:00-04:00,form\n\
         m-2,dana.roe@rivermead.example.org,Demo Request,2026-03-30T16:00:00Z,form\n\
         m-3,dana.roe@rivermead.example.org,demo_request,2026-03-30T16:00:00Z,form\n",
    );
    assert_eq!(intent(&decided.lead("u-9")), "20");
    assert_eq!(told(&seen), ["events.csv:3:1: note[repeated-event]: the same event again; it counts once"],);
}

#[test]
fn without_ids_the_same_instant_in_two_zones_is_one_event() {
    let (decided, seen) = with_events(
        "lead,type,at,path,channel\n\
         u-9,page_view,2026-03-30T12:00:00-04:00,/pricing,website\n\
         u-9,page_view,2026-03-30T16:00:00.000+0000,/pricing,website\n\
         u-9,page_view,2026-03-30 11:00,/pricing,website\n\
         u-9,page_view,2026-03-30T16:00:00Z,/pricing/teams,website\n\
         7,page_view,2026-03-30T16:00:00Z,/pricing,website\n",
    );
    assert_eq!(intent(&decided.lead("u-9")), "2", "two pages; the third row is local time of the policy");
    assert_eq!(intent(&decided.lead("7")), "1");
    assert_eq!(told(&seen), ["events.csv:3:1: note[repeated-event]: the same event again; it counts once (2 times)"]);
}

#[test]
fn what_cannot_be_used_is_told_once_and_the_rest_is_scored() {
    let events = "lead,type,at,channel,contact\n\
         u-9,demo_request,2026-03-30T16:00:00Z,form,\n\
         u-9,demo_request,2026-04-01T09:00:00Z,form,\n\
         u-404,demo_request,2026-03-30T16:00:00Z,form,\n\
         u-404,demo_request,2026-03-29T16:00:00Z,form,\n\
         u-9,demo_request,yesterday,form,\n\
         u-9,demo_request,03/04/2026,form,\n\
         u-9,demo_request,,form,\n\
         u-9,demo_reqest,2026-03-30T16:00:00Z,form,\n\
         u-9,reply,2026-03-30T16:00:00Z,fax,\n\
         u-9,reply,2026-03-30T16:00:00Z,,stranger@example.com\n\
         ,reply,2026-03-30T16:00:00Z,,\n";
    let contacts = "lead,email,title\nu-9,nell@rivermead.example.org,Nurse manager\n";
    let files = Files {
        leads: ("leads.csv", LEADS.as_bytes()),
        events: Some(("events.csv", events.as_bytes())),
        contacts: Some(("contacts.csv", contacts.as_bytes())),
        ..Files::default()
    };
    let seen = look(&policy(POLICY), None, files).expect("the files can be read");
    let decided = decide(("leads.csv", LEADS), &[("events.csv", events), ("contacts.csv", contacts)], &[]);
    assert_eq!(intent(&decided.lead("u-9")), "12");
    assert_eq!(decided.leads().len(), 2);
    assert_eq!(decided.rejects.len(), 3, "{:?}", decided.told());
    assert_eq!(decided.rejects[0]["row"], "u-9,demo_request,yesterday,form,");
    insta::assert_snapshot!(told(&seen).join("\n"));
}

#[test]
fn nested_events_are_held_to_the_same() {
    let lead = r#"{"id":"u-9","events":[
        {"id":"m-1","type":"demo_request","at":"2026-03-30T16:00:00Z","channel":"form"},
        {"id":"m-1","type":"demo_request","at":"2026-03-30T12:00:00-04:00","channel":"form"},
        {"type":"reply","at":"2026-03-30T16:00:00Z"},
        {"type":"reply","at":"2026-03-30T12:00:00-0400","channel":"email"},
        {"type":"demo_request","at":"2026-04-02T16:00:00Z","channel":"form"},
        {"type":"demo_request","at":"late","channel":"form"},
        {"type":"demo_request","at":1774886400,"channel":"form"},
        {"type":"opened","at":"2026-03-30T16:00:00Z"},
        {"type":null,"at":{}},
        {"type":"reply","at":"2026-03-29T16:00:00Z","contact":"stranger@example.com"}],
        "contacts":[{"email":"nell@rivermead.example.org","title":"Nurse manager"}]}"#;
    let lead = lead.replace('\n', "");
    let files = Files { leads: ("leads.ndjson", lead.as_bytes()), ..Files::default() };
    let seen = look(&policy(POLICY), None, files).expect("the file can be read");
    let decided = decide(("leads.ndjson", &lead), &[], &[]);
    assert_eq!(intent(&decided.lead("u-9")), "14");
    insta::assert_snapshot!(told(&seen).join("\n"));
}

#[test]
fn rows_join_by_id_else_by_email_else_by_account() {
    let rows = "lead,email,company,type,at\n\
         u-9,ines@maplegrove.example.com,,demo_request,2026-03-30T16:00:00Z\n\
         ,INES@maplegrove.example.com,,demo_request,2026-03-29T16:00:00Z\n\
         null,ines@maplegrove.example.com ,,demo_request,2026-03-28T16:00:00Z\n\
         N/A,-,maple_grove,demo_request,2026-03-27T16:00:00Z\n\
         -,,,demo_request,2026-03-26T16:00:00Z\n";
    let (decided, seen) = with_events(rows);
    assert_eq!(intent(&decided.lead("u-9")), "10");
    assert_eq!(intent(&decided.lead("7")), "30");
    let found = told(&seen);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("events.csv:6:1: warning[unknown-lead]: behaviour that names no lead"), "{found:?}");
}

#[test]
fn an_activity_log_with_numbers_for_types_and_json_in_a_cell() {
    let log = "marketoGUID,leadId,activityDate,activityTypeId,campaignId,primaryAttributeValue,attributes\n\
        90000001,7,2026-03-24T15:00:00Z,2,null,Contact us,\"{\"\"Webpage ID\"\":88,\"\"Form Fields\"\":\"\"topic=audit, logs\"\"}\"\n\
        90000002,7,2026-03-24T15:00:00Z,1,null,/pricing,\"{\"\"Referrer URL\"\":\"\"\"\"}\"\n\
        90000003,7,2026-03-24T15:01:00Z,1,null,/blog,\"{}\"\n\
        90000002,7,2026-03-24T15:00:00Z,1,null,/pricing,\"{\"\"Referrer URL\"\":\"\"\"\"}\"\n\
        90000004,7,2026-03-24T15:02:00Z,13,null,,\"{}\"\n";
    let decided = decide(("leads.csv", LEADS), &[("events.csv", log)], &["--import", "marketo"]);
    assert_eq!(intent(&decided.lead("7")), "11");
    let files = Files {
        leads: ("leads.csv", LEADS.as_bytes()),
        events: Some(("events.csv", log.as_bytes())),
        ..Files::default()
    };
    let seen = look(&policy(POLICY), Some("marketo"), files).expect("the files can be read");
    insta::assert_snapshot!(told(&seen).join("\n"));
    let unmapped = log.replace("leadId", "person").replace("marketoGUID", "guid");
    let folder = Folder::new().file("desk.rubric", POLICY).file("leads.csv", LEADS).file("events.csv", unmapped);
    let ran = folder.rubric(&["run", "desk.rubric", "--leads", "leads.csv", "--events", "events.csv"]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("events.csv:1:1: no column says which lead a row belongs to"), "{}", ran.err);
}

#[test]
fn declared_dates_hold_for_events() {
    let events = "lead,type,at\n7,demo_request,05/03/2026\n7,demo_request,31/03/2026\n7,demo_request,03/31/2026\n";
    let decided = decide(("leads.csv", LEADS), &[("events.csv", events)], &["--import", "fair"]);
    assert_eq!(intent(&decided.lead("7")), "20");
    assert_eq!(decided.told(), ["events.csv:4:1: `03/31/2026` does not fit the declared `DD/MM/YYYY`"]);
}

#[test]
fn people_join_by_id_email_or_account_and_one_person_counts_once() {
    let contacts = "company,email,Job Title,lead,role,status\n\
         Rivermead.example.org,nell@rivermead.example.org,Nurse manager,,,\n\
         rivermead.example.org,NELL@rivermead.example.org,,,champion,approved\n\
         ,dana.roe@rivermead.example.org,Integration engineer,,,\n\
         ,cara@maplegrove.example.com,CIO,7,,identifed\n\
         ,N/A,Clinical lead,7,,\n\
         ,N/A,CIO,7,aprover,\n\
         ,lost@nowhere.example.com,CIO,,,\n";
    let decided =
        decide(("leads.csv", LEADS), &[("contacts.csv", contacts)], &["--import", "hubspot", "--number-rows"]);
    assert_eq!(decided.leads().len(), 2);
    let decided = decide(
        ("leads.csv", &LEADS.replace("id,", "Record ID,")),
        &[("contacts.csv", contacts)],
        &["--import", "hubspot"],
    );
    let (dana, ines) = (decided.lead("u-9"), decided.lead("7"));
    assert_eq!(role(&dana, "champion"), "approved by nell@rivermead.example.org");
    assert_eq!(role(&dana, "approver"), "identified to engaged by dana.roe@rivermead.example.org");
    assert_eq!(role(&ines, "champion"), "identified to engaged by Clinical lead");
    assert_eq!(role(&ines, "approver"), "identified to engaged by cara@maplegrove.example.com");
    let leads = LEADS.replace("id,", "Record ID,");
    let files = Files {
        leads: ("leads.csv", leads.as_bytes()),
        contacts: Some(("contacts.csv", contacts.as_bytes())),
        ..Files::default()
    };
    let seen = look(&policy(POLICY), Some("hubspot"), files).expect("the files can be read");
    insta::assert_snapshot!(told(&seen).join("\n"));
}

#[test]
fn an_event_engages_the_person_it_names() {
    let contacts =
        "lead,id,email,title\nu-9,c1,nell@rivermead.example.org,Nurse manager\nu-9,c2,omar@rivermead.example.org,CIO\n";
    let events = "lead,type,at,contact\nu-9,reply,2026-03-30T16:00:00Z,NELL@rivermead.example.org\nu-9,reply,2025-03-30T16:00:00Z,c2\n";
    let decided = decide(("leads.csv", LEADS), &[("events.csv", events), ("contacts.csv", contacts)], &[]);
    let lead = decided.lead("u-9");
    assert_eq!(role(&lead, "champion"), "engaged by nell@rivermead.example.org");
    assert_eq!(role(&lead, "approver"), "identified by omar@rivermead.example.org");
    assert_eq!(role(&decided.lead("7"), "champion"), "missing");
}

#[test]
fn not_supplied_is_unknown_and_none_is_none() {
    let csv = ("leads.csv", LEADS);
    let state = |decided: Decided, id: &str| {
        let lead = decided.lead(id);
        format!("{} {}", intent(&lead), role(&lead, "champion"))
    };
    assert_eq!(state(decide(csv, &[], &[]), "7"), "0..99 missing to approved");
    assert_eq!(state(decide(csv, &[], &["--no-events"]), "7"), "0 missing to approved");
    assert_eq!(state(decide(csv, &[], &["--no-events", "--no-contacts"]), "7"), "0 missing");
    assert_eq!(state(decide(csv, &[("events.csv", "lead,type,at\n")], &["--no-contacts"]), "7"), "0 missing");
    for (lead, is) in [
        (r#"{"id":"7"}"#, "0..99 missing to approved"),
        (r#"{"id":"7","events":null,"contacts":null}"#, "0..99 missing to approved"),
        (r#"{"id":"7","events":[],"contacts":[]}"#, "0 missing"),
        (r#"{"id":"7","events":[]}"#, "0 missing to approved"),
        (
            r#"{"id":"7","contacts":[{"title":"Nurse"}],"events":[{"type":"reply","at":"2026-03-30T16:00Z"}]}"#,
            "2 identified by Nurse",
        ),
    ] {
        assert_eq!(state(decide(("leads.ndjson", lead), &[], &[]), "7"), is, "{lead}");
    }
    let folder = Folder::new().file("desk.rubric", POLICY).file("leads.csv", LEADS);
    let ran = folder.rubric(&["run", "desk.rubric", "--leads", "leads.csv", "--events", "e.csv", "--no-events"]);
    assert_eq!(ran.status, 2);
}

#[test]
fn the_footer_of_an_activity_report_is_said() {
    let (decided, seen) =
        with_events("lead,type,at\n7,demo_request,2026-03-30T16:00:00Z\n\nGenerated by: Example Operator\n");
    assert_eq!(intent(&decided.lead("7")), "10");
    assert_eq!(told(&seen).len(), 1, "{:?}", told(&seen));
    assert!(told(&seen)[0].contains("events.csv:4:1: note[report-footer]"), "{:?}", told(&seen));
}
