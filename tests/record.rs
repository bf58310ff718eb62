//! The handoff record: what people and machines read, what is never left out, when a lead has stalled, and that no text of a lead does anything.

mod support;

use serde_json::Value;
use support::{AS_OF, Folder, Ran, SAMPLES, objects, root, rubric_in};

fn record(more: &[&str]) -> Ran {
    rubric_in(&root(), &[&["record"][..], &SAMPLES, &["--as-of", AS_OF], more].concat())
}

fn of(id: &str) -> Value {
    let ran = record(&["--id", id, "--format", "json"]);
    serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{e}: {}{}", ran.out, ran.err))
}

#[test]
fn what_people_read() {
    insta::assert_snapshot!(record(&["--id", "00101"]).out);
    insta::assert_snapshot!(record(&["--id", "00112", "--format", "markdown"]).out);
    insta::assert_snapshot!(record(&["--id", "00111"]).out);
}

/// Care coordination for outpatient clinics, systems that connect, a clinical operations lead and an integration analyst, a security
/// questionnaire and a reply, next a technical session and a walk through the workflow.
#[test]
fn the_record_tells_what_a_colleague_would() {
    let record = of("00101");
    let note = record["note"].as_str().expect("a note");
    for said in [
        "use case: Care coordination",
        "Care setting: Outpatient group",
        "current systems: AlderChart, Lab system",
        "Clinical Operations Lead rosa.linden@maplewater.example.com (champion, engaged)",
        "IT Integration Analyst emil.stroud@maplewater.example.com (technical approver, engaged)",
        "security questionnaire on 24 March",
        "reply on 26 March, audit question on 26 March",
        "technical session with their integration team, then walk a care manager through the outreach workflow",
        "solutions engineer, due 3 April.",
    ] {
        assert!(note.contains(said), "{said}: {note}");
    }
    let sections = record["sections"].as_array().expect("sections");
    let items = || sections.iter().flat_map(|s| s["items"].as_array().expect("items"));
    let connected = items().find(|i| i["score"] == "fit").expect("fit")["notes"]
        .as_array()
        .expect("notes")
        .iter()
        .any(|n| n["group"] == "Can be connected");
    assert!(connected);
    let map = items().find(|i| i["kind"] == "committee").expect("a map");
    assert_eq!(map["roles"][1]["people"][0]["persona"]["title"], "IT and integration");
    assert_eq!(map["roles"][1]["people"][0]["persona"]["cares_about"][0], "fit with the EHR and its data flows");
    assert_eq!(record["next_step"]["outcome"], "technical_review");
}

/// Each lead of the samples and of a file without people and behaviour, and what a record must never lack.
#[test]
fn records_follow_their_schema_and_are_whole() {
    let text = std::fs::read_to_string(root().join("docs/record.schema.json")).expect("the schema is there");
    let schema: Value = serde_json::from_str(&text).expect("the schema is JSON");
    let validator = jsonschema::draft202012::new(&schema).expect("the schema is a schema");
    let mut records = objects(&record(&["--format", "json"]).out);
    assert_eq!(records.len(), 63);
    let people = root().join("tests/fixtures/people");
    let bare = ["record", "remote.rubric", "--leads", "leads.csv", "--as-of", AS_OF, "--format", "json"];
    records.extend(objects(&rubric_in(&people, &bare).out));
    let mut outside = 0;
    for record in &records {
        let wrong: Vec<String> = validator.iter_errors(record).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(wrong.is_empty(), "{}\n{record}", wrong.join("\n"));
        if record["in_scope"] == false {
            outside += 1;
            continue;
        }
        let sections = record["sections"].as_array().expect("sections");
        let count = |kind: &str| {
            sections.iter().flat_map(|s| s["items"].as_array().expect("items")).filter(|i| i["kind"] == kind).count()
        };
        for kind in ["risks", "next_step", "committee"] {
            assert_eq!(count(kind), 1, "{kind}: {record}");
        }
        assert!(record["note"].as_str().is_some_and(|n| n.contains("Next (")), "{record}");
    }
    assert!(outside > 0);
    let mut other = records.remove(0);
    other["sections"][0]["items"][0]["surprise"] = 1.into();
    assert!(!validator.is_valid(&other));
}

/// One object a line, in the order of the file, the same as one by one; and every row is counted.
#[test]
fn many_are_the_same_as_one_by_one() {
    let ran = record(&["--format", "json"]);
    let ids: Vec<String> = objects(&ran.out).iter().map(|r| r["id"].as_str().expect("an id").to_string()).collect();
    let file = std::fs::read_to_string(root().join("policies/leads/leads.csv")).expect("the samples are there");
    let mut of_file: Vec<&str> = file.lines().skip(1).filter_map(|l| l.split(',').next()).collect();
    of_file.retain(|id| ids.iter().any(|i| i == id));
    of_file.dedup();
    assert_eq!(ids, of_file);
    let record = objects(&ran.out).into_iter().find(|r| r["id"] == "00112").expect("00112");
    assert_eq!(record, of("00112"));
    let told = "rubric: 63 records, 2 of them of stalled leads; 3 rows that could not be used; \
                `rubric run` tells what was noticed about the data\n";
    assert_eq!(ran.err, told);
}

#[test]
fn records_can_be_picked() {
    let ran = record(&["--stalled", "--format", "json"]);
    let ids: Vec<Value> = objects(&ran.out).into_iter().map(|r| r["id"].clone()).collect();
    assert_eq!(ids, ["00112", "00312"]);
    assert!(ran.err.contains("61 leads not asked for"), "{}", ran.err);
    let ran = record(&["--route", "Technical review", "--format", "markdown"]);
    assert!(ran.out.starts_with("## Lead 00101"), "{}", ran.out);
    let lost = record(&["--route", "nuture"]);
    assert_eq!(lost.status, 2);
    assert!(lost.err.contains("did you mean `nurture`?"), "{}", lost.err);
    let lost = record(&["--id", "101"]);
    let told = "rubric: no lead in `policies/leads/leads.csv` has the id `101`; did you mean `00101`?\n";
    assert_eq!((lost.status, lost.out.as_str(), lost.err.as_str()), (1, "", told));
}

const POLICY: &str = r#"
policy demo "Demo" {
  version "1"
  owner "ops@example.com"
  time-zone "-05:00"
  applies when product is not other
}
lead {
  product: one of { ours, other }
    ask "Which product?"
  problem: text
    ask "What goes wrong?"
  size: number "people" 1..
    ask "How many people?"
  meeting: date
  wake_on: date
  founded: date
}
channels { form, website }
signals {
  demo_request: high from form
  page_view:    low  from website
}
personas { clinical: "Clinical leaders" titles "nurs*" cares about "less work" }
committee {
  engaged within 90 days
  champion: from clinical
}
icp { must size >= 5 because "Too small to run it" }
score fit { size { +60 when size >= 20 } bands { good >= 50, poor } }
score intent { signs { +40 per demo_request newest 1 +1 per page_view newest 3 } bands { high >= 40, low } }
stages { sal "Accepted" { require meeting within next 60 days  should founded within last 9_000 days } }
risks { "Nobody knows them": champion is missing owner account_manager }
outcomes {
  call { next "Call them" owner sales due 2 days after latest high signal  when demo_request ever
                                      due 5 days }
  wait { next "Wait" owner marketing due 5 days revisit on wake_on when wake_on is known }
}
route {
  to call when fit is good and icp is not failed
  otherwise to wait
}
"#;

fn demo(leads: &str) -> Folder {
    Folder::new().file("demo.rubric", POLICY).file("leads.csv", leads)
}

fn run(folder: &Folder, more: &[&str]) -> Ran {
    folder.rubric(&[&["record", "demo.rubric", "--leads", "leads.csv"][..], more].concat())
}

/// What has passed for each lead: whether it stalls, the due time, the fields.
fn passed(folder: &Folder, as_of: &str) -> Vec<(String, bool, String, String)> {
    let ran = run(folder, &["--events", "events.csv", "--no-contacts", "--as-of", as_of, "--format", "json"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    let one = |r: Value| {
        let dates = &r["dates"];
        let days = dates["passed"].as_array().cloned().unwrap_or_default();
        let fields: Vec<String> = days.iter().map(|d| d["field"].as_str().expect("a field").to_string()).collect();
        let text = |v: &Value| v.as_str().unwrap_or_default().to_string();
        (text(&r["id"]), dates["stalled"] == true, text(&dates["due"]), fields.join(" "))
    };
    objects(&ran.out).into_iter().map(one).collect()
}

#[test]
fn a_lead_has_stalled_when_what_was_agreed_lies_behind_it() {
    let leads = "id,product,size,meeting,wake_on,founded\n\
                 today,ours,30,2026-03-31,,1990-01-01\n\
                 past,ours,30,2026-03-30,,\n\
                 late,ours,30,,,\n\
                 reminded,ours,30,,2026-03-01,\n\
                 agreed,ours,30,2026-04-09,2026-03-01,\n\
                 small,ours,2,2026-01-01,,\n\
                 outside,other,30,2026-01-01,,\n";
    let folder = demo(leads).file("events.csv", "lead,type,channel,at\nlate,demo_request,form,2026-03-26T12:00:00Z\n");
    let told =
        |id: &str, stalled: bool, due: &str, days: &str| (id.to_string(), stalled, due.to_string(), days.to_string());
    // In the offset of the policy it is still the evening of the 30th: a meeting of that day has not passed.
    let evening = passed(&folder, "2026-03-31T04:59:59Z");
    assert_eq!(evening[1], told("past", false, "", ""));
    assert_eq!(
        passed(&folder, "2026-03-31T05:00:00Z"),
        [
            told("today", false, "", ""),
            told("past", true, "", "meeting"),
            told("late", true, "2026-03-28", ""),
            told("reminded", true, "", "wake_on"),
            told("agreed", false, "", "wake_on"),
            // Outside the profile it holds nothing up.
            told("small", false, "", "meeting"),
            told("outside", false, "", ""),
        ]
    );
    let text = run(&folder, &["--events", "events.csv", "--no-contacts", "--as-of", AS_OF, "--id", "past"]).out;
    assert!(text.contains("Stalled: meeting was 30 March, 1 day ago."), "{text}");
    let text = run(&folder, &["--events", "events.csv", "--no-contacts", "--as-of", AS_OF, "--id", "late"]).out;
    assert!(
        text.contains("Stalled: the next step was due 28 March.") && text.contains("2026-03-28 (has passed)"),
        "{text}"
    );
}

/// Neither a script nor a record: the usual headings, with everything that was asked.
#[test]
fn a_policy_without_a_record_gets_the_usual_one() {
    let folder = demo("id,email,product,problem,size,meeting\n1,a@example.com,ours,Calls are lost,30,2026-04-02\n");
    folder.write(
        "contacts.csv",
        "lead,email,title,status\n1,n@example.com,Nurse manager,engaged\n1,x@example.com,Porter,\n",
    );
    let args = ["--contacts", "contacts.csv", "--no-events", "--as-of", AS_OF, "--id", "1"];
    insta::assert_snapshot!(run(&folder, &args).out);
}

#[test]
fn what_was_not_supplied_is_not_missing() {
    let folder = demo("id,product,size\n1,ours,30\n");
    let bare = run(&folder, &["--as-of", AS_OF, "--id", "1"]);
    insta::assert_snapshot!(bare.out);
    assert!(!bare.out.contains("missing"), "{}", bare.out);
    let said = run(&folder, &["--as-of", AS_OF, "--id", "1", "--no-contacts", "--no-events"]).out;
    assert!(said.contains("missing") && said.contains("Nobody is named yet as champion."), "{said}");
    let outside = demo("id,product\n1,other\n");
    let ran = run(&outside, &["--as-of", AS_OF, "--id", "1"]);
    assert!(ran.out.contains("Out of scope of Demo, which applies where the product is not other."), "{}", ran.out);
}

const HOSTILE: [&str; 6] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "=cmd|' /C calc'!A0",
    "a | b ` c ` [d](https://example.com) **e** @all #1",
    "one\u{202e}two\u{1b}[31m\u{200b}three",
    "- not a list",
];

/// Whatever stands in the data of a lead, each form shows it as text.
#[test]
fn no_text_of_a_lead_does_anything() {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut leads = "id,email,product,problem,size\n".to_string();
    let mut contacts = "lead,email,title,status\n".to_string();
    for (n, text) in HOSTILE.iter().enumerate() {
        let text = quoted(text);
        leads.push_str(&format!("{},{text},ours,{text},30\n", quoted(&format!("{n}{}", HOSTILE[n]))));
        contacts.push_str(&format!("{},{text},{text},\n", quoted(&format!("{n}{}", HOSTILE[n]))));
        contacts.push_str(&format!(
            "{},nurse{n}@example.com,{},\n",
            quoted(&format!("{n}{}", HOSTILE[n])),
            quoted(&format!("Nurse {}", HOSTILE[n]))
        ));
    }
    let folder = demo(&leads);
    folder.write("contacts.csv", contacts);
    let seen = |c: char| c == '\n' || !c.is_control() && !['\u{202e}', '\u{200b}'].contains(&c);
    for command in ["record", "ask"] {
        let with = |more: &[&str]| {
            let args = [
                command,
                "demo.rubric",
                "--leads",
                "leads.csv",
                "--contacts",
                "contacts.csv",
                "--no-events",
                "--as-of",
                AS_OF,
            ];
            let ran = folder.rubric(&[&args[..], more].concat());
            assert_eq!(ran.status, 0, "{}", ran.err);
            assert!(ran.out.chars().all(seen), "{command} {more:?}");
            ran.out
        };
        assert!(with(&[]).contains("<script>alert(1)</script>"), "people at a terminal read it as it is");
        let markdown = with(&["--format", "markdown"]);
        for raw in ["<script", "<img", "[d](", "**e**", " @all", "https://", "` c `"] {
            assert!(!markdown.contains(raw), "{command}: {raw} in\n{markdown}");
        }
        let json = with(&["--format", "json"]);
        let names: Vec<Value> = objects(&json).into_iter().map(|r| r["name"].clone()).collect();
        for text in HOSTILE {
            assert!(names.contains(&text.into()), "{command}: {text:?} reads as the same value");
        }
    }
    let ran = run(&folder, &["--contacts", "contacts.csv", "--no-events", "--as-of", AS_OF, "--html", "all.html"]);
    assert_eq!((ran.status, ran.out.as_str()), (0, ""), "{}", ran.err);
    let page = folder.text("all.html");
    assert!(page.chars().all(seen));
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && page.contains("script-src 'none'"));
    for raw in ["<script", "<img", "href=\"http", "<a href=\"h"] {
        assert!(!page.contains(raw), "{raw}");
    }
}

#[test]
fn a_page_is_one_file_for_one_lead_or_for_many() {
    let folder = demo("id,product,size,meeting\n1,ours,30,2026-01-02\n2,ours,3,\n3,other,,\n");
    let data = ["--no-contacts", "--no-events", "--as-of", AS_OF];
    let one = run(&folder, &[&data[..], &["--id", "1", "--html", "one.html"]].concat());
    assert_eq!((one.out.as_str(), one.err.as_str(), one.status), ("", "", 0));
    let page = folder.text("one.html");
    assert!(page.contains("<h1>Lead 1</h1>") && page.contains("<h2>Next step</h2>"), "{page}");
    assert!(page.contains("Stalled: meeting was 2 January, 88 days ago."), "{page}");
    let many = run(&folder, &[&data[..], &["--html", "all.html", "--format", "json"]].concat());
    assert_eq!(objects(&many.out).len(), 3);
    let page = folder.text("all.html");
    assert!(page.contains("1 of 3 has stalled.") && page.contains("href=\"#lead-2\""), "{page}");
    assert!(page.find("id=\"lead-0\"") < page.find("id=\"lead-1\"") && page.contains("Out of scope"), "{page}");
    for page in [page, folder.text("one.html")] {
        assert!(!page.contains("http:") && !page.contains("https:") && !page.contains("<link"), "nothing is fetched");
    }
    let lost = run(&folder, &["--html", "leads.csv"]);
    assert_eq!(lost.status, 2);
    assert!(lost.err.contains("would be written over"), "{}", lost.err);
    assert!(folder.text("leads.csv").starts_with("id,"));
}

/// What the page about scripts and records shows is what comes out.
#[test]
fn an_account_has_a_record_and_a_script_of_its_own() {
    let account = |command: &str, id: &str| {
        let format = &["--accounts", "--format", "json", "--as-of", AS_OF, "--id", id];
        let ran = rubric_in(&root(), &[&[command][..], &SAMPLES, format].concat());
        assert_eq!(ran.status, 0, "{}", ran.err);
        serde_json::from_str::<Value>(&ran.out).expect("one object")
    };
    for command in ["record", "ask"] {
        // By its key, and by any of its leads.
        let whole = account(command, "maplewater.example.com");
        assert_eq!(whole, account(command, "00506"));
        assert_eq!(whole["id"], "maplewater.example.com");
        assert_eq!(whole["leads"], serde_json::json!(["00101", "00506"]));
        hold_against_schema(command, &whole);
        let queue = rubric_in(&root(), &[&[command][..], &SAMPLES, &["--accounts", "--as-of", AS_OF]].concat());
        assert_eq!(queue.status, 2);
        assert!(queue.err.contains("--id"), "{}", queue.err);
    }
    let read = record(&["--accounts", "--id", "00506"]).out;
    assert!(read.starts_with("Account maplewater.example.com · leads 00101 and 00506\n"), "{read}");
}

fn hold_against_schema(command: &str, value: &Value) {
    let page = if command == "ask" { "docs/script.schema.json" } else { "docs/record.schema.json" };
    let schema = std::fs::read_to_string(root().join(page)).expect("the schema is there");
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
    let schema = jsonschema::validator_for(&schema).expect("a schema");
    assert!(schema.is_valid(value), "{:?}", schema.iter_errors(value).map(|e| e.to_string()).collect::<Vec<_>>());
}

#[test]
fn the_examples_of_the_page_are_real() {
    let page = std::fs::read_to_string(root().join("docs/handoff.md")).expect("the page is there");
    let shown: Vec<&str> = page.split("```text\n").skip(1).filter_map(|p| p.split("```").next()).collect();
    let script = rubric_in(&root(), &[&["ask"][..], &SAMPLES, &["--as-of", AS_OF, "--id", "00101"]].concat()).out;
    let out = [script, record(&["--id", "00101"]).out, record(&["--id", "00112"]).out].concat();
    assert_eq!(shown.len(), 3);
    for part in shown {
        assert!(out.contains(part), "no part of the output:\n{part}");
    }
    let commands = page.split("```sh\n").nth(1).and_then(|p| p.split("```").next()).expect("commands");
    for command in format!("\n{commands}").split("\nrubric ").skip(1) {
        let args: Vec<&str> = command.split_whitespace().filter(|a| *a != "\\").collect();
        assert_eq!(rubric_in(&root(), &args).status, 0, "{command}");
    }
}
