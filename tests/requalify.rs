//! `rubric requalify` on the real binary: what comes back, by which trigger, what fell, what will fall; and what of it is kept.

mod support;

use serde_json::Value;
use std::path::PathBuf;
use support::{Folder, Ran, objects};

const POLICY: &str = r#"
policy care "Care coordination" { version "1"  owner "revenue-ops@example.com"  applies when region is not asia }

lead {
  region:   one of { us, eu, asia }
  staff:    number
  timeline: ordered { exploring, next_year, next_quarter, this_quarter }
  problem:  text
  use_case: one of { coordination, documentation }
  budget_by: date
}

channels { form, website, email }
signals {
  demo_request: high from form
  pricing_page: mid from website, email event "page_pricing"
  reply:        mid from email
}

personas {
  clinician: "Clinical leader" titles "nurse*", "doctor"
  it:        "IT leader"       titles "IT", "integration"
}
committee { engaged within 30 days  champion: from clinician  approver: optional from it }

icp {
  must size: staff >= 50 because "Small practices cannot run it"
  must area: region in [us]  because "We sell in one country"
}

score fit {
  match up to 60 { +40 when region is us  +20 when staff >= 200 }
  bands { strong >= 60, good >= 40, weak }
}
score intent {
  asks up to 100 { +40 per demo_request newest 1 halves every 30 days  +15 per pricing_page within 14 days newest 2 }
  bands { high >= 40, mid >= 15, low }
}

stages {
  mql "Marketing" { require fit >= good }
  sal "Accepted"  { require intent >= mid  require champion >= identified }
}

outcomes {
  demo       { next "Book a demo"     owner account_executive  due 2 days }
  call       { next "Call"            owner sales_development  due 3 days }
  nurture    { next "Send something"  owner marketing          due 5 days }
  disqualify { next "Close politely"  owner sales_development  due 5 days }
}

route {
  out: to disqualify when icp is failed
  to demo when fit >= good and intent is high and timeline >= next_quarter
  to call when intent >= mid
  otherwise to nurture
}

requalify {
  on pricing_page when previous route is not demo  because "Came back to pricing"
  on timeline from [exploring, next_year] to [next_quarter, this_quarter]  because "From exploring to planning"
  on new stakeholder  because "Somebody new joined"
  on change of problem
  on staff rises
  on intent falls
}
"#;

const LEADS: &str = "id,region,staff,timeline,problem,use_case,budget_by\n\
a,us,300,exploring,too many calls,coordination,\n\
b,us,300,next_quarter,,coordination,\n\
c,us,80,exploring,,documentation,\n\
d,us,20,exploring,,,\n\
e,eu,300,exploring,,,\n\
f,asia,300,exploring,,,\n";

const EVENTS: &str = "id,lead,type,at,channel,contact\n\
1,b,demo_request,2026-03-20T09:00Z,form,\n\
2,c,page_pricing,2026-03-25T10:00Z,website,\n";

const CONTACTS: &str = "lead,email,title,role,status\n\
a,rosa@example.com,Nurse manager,,\n\
b,emil@example.com,Doctor,,\n\
c,kim@example.com,Nurse,,\n";

const MONDAY: &str = "2026-03-30T12:00Z";
const TUESDAY: &str = "2026-03-31T12:00Z";

fn folder() -> Folder {
    let folder = Folder::new().file("care.rubric", POLICY);
    folder.file("leads.csv", LEADS).file("events.csv", EVENTS).file("contacts.csv", CONTACTS)
}

fn requalify(folder: &Folder, as_of: &str, more: &[&str]) -> Ran {
    let files = ["--leads", "leads.csv", "--events", "events.csv", "--contacts", "contacts.csv"];
    let mut all = vec!["requalify", "care.rubric", "--as-of", as_of];
    all.extend(files);
    all.extend(more);
    folder.rubric(&all)
}

/// A folder with a snapshot of Monday.
fn kept() -> Folder {
    let folder = folder();
    let ran = requalify(&folder, MONDAY, &["--save", "monday.ndjson"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    folder
}

fn report(ran: &Ran) -> Value {
    assert_eq!(ran.status, 0, "{}", ran.err);
    let report: Value = serde_json::from_str(&ran.out).expect("one object");
    hold(&report, "requalify.schema.json");
    let n = |v: &Value| v.as_u64().expect("a count");
    let c = &report["counts"];
    let parts = ["look_again", "nothing_new", "still_outside", "new", "rejected"];
    assert_eq!(n(&c["read"]), parts.iter().map(|p| n(&c[p])).sum::<u64>(), "rows reconcile");
    assert_eq!(n(&c["look_again"]), report["leads"].as_array().expect("leads").len() as u64);
    if let Some(s) = report.get("snapshot") {
        assert_eq!(n(&s["read"]), n(&s["compared"]) + n(&s["gone"]) + n(&s["unusable"]), "lines reconcile");
    }
    report
}

fn json(folder: &Folder, as_of: &str, more: &[&str]) -> Value {
    let mut all = more.to_vec();
    all.extend(["--format", "json"]);
    report(&requalify(folder, as_of, &all))
}

fn hold(value: &Value, schema: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs").join(schema);
    let text = std::fs::read_to_string(path).expect("the schema is there");
    let schema: Value = serde_json::from_str(&text).expect("the schema is JSON");
    let validator = jsonschema::draft202012::new(&schema).expect("the schema is a schema");
    let wrong: Vec<String> = validator.iter_errors(value).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(wrong.is_empty(), "{}\n{value}", wrong.join("\n"));
}

fn lead<'v>(report: &'v Value, id: &str) -> &'v Value {
    let leads = report["leads"].as_array().expect("leads");
    leads.iter().find(|l| l["id"] == id).unwrap_or_else(|| panic!("{id} is not among {report:#}"))
}

fn ids(report: &Value) -> Vec<&str> {
    report["leads"].as_array().expect("leads").iter().map(|l| l["id"].as_str().expect("an id")).collect()
}

fn triggers(lead: &Value) -> Vec<&str> {
    lead["triggers"].as_array().expect("triggers").iter().map(|t| t["on"].as_str().expect("words")).collect()
}

/// Tuesday: `a` plans and has a new person, `b` and `c` look at prices again, `d` and `f` do so too but are still outside, `e` moved here.
fn tuesday(folder: &Folder) {
    let leads = LEADS.replace("a,us,300,exploring", "a,us,300,this_quarter").replace("e,eu", "e,us");
    folder.write("leads.csv", leads);
    let events = format!(
        "{EVENTS}3,c,page_pricing,2026-03-31T08:00Z,website,\n4,d,page_pricing,2026-03-31T08:00Z,website,\n\
         5,f,page_pricing,2026-03-31T08:00Z,website,\n6,a,reply,2026-03-31T09:00Z,email,dana@example.com\n\
         7,c,page_pricing,2026-03-31T09:30Z,email,kim@example.com\n\
         9,b,page_pricing,2026-03-31T09:30Z,website,\n8,e,page_pricing,2026-03-31T10:00Z,website,\n"
    );
    folder.write("events.csv", events);
    folder.write("contacts.csv", format!("{CONTACTS}a,dana@example.com,IT Integration,,\n"));
}

#[test]
fn what_is_new_is_reported_once() {
    let folder = kept();
    tuesday(&folder);
    let previous = ["--previous", "monday.ndjson", "--save", "tuesday.ndjson"];
    let first = json(&folder, TUESDAY, &previous);
    // `b` was on its way to a demo, so prices are no reason.
    assert_eq!(ids(&first), ["a", "c", "e"]);
    let a = lead(&first, "a");
    let planning = "timeline from [exploring, next_year] to [next_quarter, this_quarter]";
    assert_eq!(triggers(a), [planning, "new stakeholder"]);
    let seen = &a["triggers"];
    assert_eq!(
        seen[0]["evidence"],
        serde_json::json!([{ "field": "timeline", "from": "exploring", "to": "this_quarter" }])
    );
    assert_eq!(
        seen[1]["evidence"],
        serde_json::json!([{ "person": "dana@example.com", "persona": "IT leader", "roles": ["approver"] }])
    );
    let c = lead(&first, "c");
    let came_back = serde_json::json!([
        {
            "event": "pricing_page", "types": ["page_pricing"], "at": "2026-03-31T09:30:00Z", "channel": "email",
            "person": "kim@example.com", "told_late": false,
        },
        {
            "event": "pricing_page", "types": ["page_pricing"], "at": "2026-03-31T08:00:00Z", "channel": "website",
            "told_late": false,
        },
    ]);
    assert_eq!((triggers(c), &c["triggers"][0]["evidence"]), (vec!["pricing_page"], &came_back));
    // What put it outside does not hold any more, so its trigger counts.
    let e = lead(&first, "e");
    assert_eq!(
        (triggers(e), &e["group"], &e["route"]["direction"]),
        (vec!["pricing_page"], &"back_to_sales".into(), &"towards".into())
    );
    // Turned away for its size, and out of scope.
    assert_eq!((&first["counts"]["still_outside"], &first["counts"]["nothing_new"]), (&2.into(), &1.into()));

    let second = json(&folder, TUESDAY, &["--previous", "tuesday.ndjson", "--save", "tuesday.ndjson"]);
    assert!(ids(&second).is_empty(), "{second:#}");
    assert_eq!(second["counts"]["nothing_new"], 6);
    let person = requalify(&folder, TUESDAY, &["--previous", "tuesday.ndjson"]);
    assert!(person.out.contains("Nothing new\n"), "{}", person.out);
    let whole = requalify(&folder, TUESDAY, &["--previous", "monday.ndjson", "--fading", "20"]);
    insta::assert_snapshot!("page", whole.out);
    let markdown = requalify(&folder, TUESDAY, &["--previous", "monday.ndjson", "--fading", "--format", "markdown"]);
    insta::assert_snapshot!("markdown", markdown.out);
}

#[test]
fn a_snapshot_follows_its_schema_and_names_nobody() {
    let folder = kept();
    let text = folder.text("monday.ndjson");
    let lines = objects(&text);
    assert_eq!(lines.len(), 6);
    lines.iter().for_each(|line| hold(line, "snapshot.schema.json"));
    for secret in ["rosa", "example.com", "Nurse", "too many calls"] {
        assert!(!text.contains(secret), "`{secret}` is in the snapshot");
    }
    let mut broken = lines[0].clone();
    broken["watched"]["names"] = "rosa".into();
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/snapshot.schema.json");
    let schema = serde_json::from_str(&std::fs::read_to_string(path).expect("it is there")).expect("JSON");
    assert!(!jsonschema::draft202012::new(&schema).expect("a schema").is_valid(&broken));
    let again = requalify(&folder, MONDAY, &["--save", "again.ndjson", "--threads", "1"]);
    assert_eq!((again.status, folder.text("again.ndjson")), (0, text), "the same bytes with any number of threads");
}

#[test]
fn what_comes_late_or_goes_away_is_neither_lost_nor_told_twice() {
    let folder = kept();
    // Two page views of one moment count as two; one of them was there on Monday. And one from before Monday comes in late.
    let late = "9,c,page_pricing,2026-03-25T10:00Z,website,\n10,a,page_pricing,2026-03-28T10:00Z,email,\n";
    folder.write("events.csv", format!("{EVENTS}{late}11,a,page_pricing,2026-04-02T10:00Z,website,\n"));
    let told = json(&folder, TUESDAY, &["--previous", "monday.ndjson", "--save", "tuesday.ndjson"]);
    assert_eq!(ids(&told), ["a", "c"]);
    for id in ["a", "c"] {
        let evidence = &lead(&told, id)["triggers"][0]["evidence"];
        assert_eq!((evidence.as_array().map(Vec::len), &evidence[0]["told_late"]), (Some(1), &true.into()), "{id}");
    }
    // What has not happened yet is told when it has.
    let told = json(&folder, "2026-04-02T12:00Z", &["--previous", "tuesday.ndjson", "--save", "thursday.ndjson"]);
    assert_eq!(triggers(lead(&told, "a")), ["pricing_page"]);
    // An export without timelines, behaviour and people is a gap, and so is what was there before it.
    folder.write("gap.csv", LEADS.replace(",exploring,", ",,"));
    let gap =
        ["requalify", "care.rubric", "--leads", "gap.csv", "--as-of", "2026-04-03", "--previous", "thursday.ndjson"];
    let ran = folder.rubric(&[&gap[..], &["--save", "friday.ndjson"]].concat());
    assert_eq!(ran.status, 0, "{}", ran.err);
    let told = json(&folder, "2026-04-04", &["--previous", "friday.ndjson"]);
    let fired: Vec<&str> = told["leads"].as_array().expect("leads").iter().flat_map(triggers).collect();
    assert!(fired.iter().all(|t| *t == "intent falls"), "{told:#}");
}

#[test]
fn downgrades_need_no_trigger() {
    let folder = kept();
    let told = json(&folder, "2026-04-10T12:00Z", &["--previous", "monday.ndjson"]);
    let c = lead(&told, "c");
    assert_eq!((&c["group"], triggers(c)), (&"downgrade".into(), vec!["intent falls"]));
    assert_eq!((&c["route"]["from"], &c["route"]["to"]), (&"call".into(), &"nurture".into()));
    let bare = POLICY.split("requalify {").next().expect("a policy");
    folder.write("care.rubric", bare);
    let told = json(&folder, "2026-04-10T12:00Z", &["--previous", "monday.ndjson"]);
    assert_eq!((ids(&told), triggers(lead(&told, "c"))), (vec!["c"], vec![]));
    let notes = told["notes"].to_string();
    assert!(notes.contains("`care` has no `requalify` block") && notes.contains("version 1"), "{notes}");
}

#[test]
fn a_lead_turned_away_comes_back_when_its_reason_is_gone() {
    let folder = kept();
    let events =
        format!("{EVENTS}3,d,page_pricing,2026-03-31T08:00Z,website,\n4,e,page_pricing,2026-03-31T08:00Z,website,\n");
    folder.write("events.csv", events);
    let told = json(&folder, TUESDAY, &["--previous", "monday.ndjson"]);
    assert_eq!((ids(&told), &told["counts"]["still_outside"]), (vec![], &2.into()));
    let person = requalify(&folder, TUESDAY, &["--previous", "monday.ndjson"]);
    assert!(person.out.contains("2 leads showed interest but are still outside the profile"), "{}", person.out);
    // `d` has grown, but is elsewhere now: the reason is another one, and is told.
    folder.write("leads.csv", LEADS.replace("d,us,20", "d,eu,90"));
    let told = json(&folder, TUESDAY, &["--previous", "monday.ndjson"]);
    let d = lead(&told, "d");
    assert_eq!(triggers(d), ["pricing_page", "staff rises"]);
    assert_eq!((&d["before"]["icp_failed"][0], &d["now"]["icp_failed"][0]), (&"size".into(), &"area".into()));
}

#[test]
fn an_earlier_instant_shows_what_carries_a_time() {
    let folder = folder();
    tuesday(&folder);
    let told = json(&folder, TUESDAY, &["--since", MONDAY]);
    // The plan and the new person of `a` carry no time.
    assert_eq!(ids(&told), ["c", "e"]);
    assert_eq!(triggers(lead(&told, "c")), ["pricing_page"]);
    let e = lead(&told, "e");
    assert_eq!((&e["route"]["from"], &e["route"]["to"]), (&"nurture".into(), &"call".into()));
    let notes = told["notes"].as_array().expect("notes");
    assert_eq!(notes.len(), 1, "{notes:?}");
    for hidden in ["new stakeholder", "change of problem", "staff rises", "timeline from"] {
        assert!(notes[0].as_str().expect("a sentence").contains(hidden), "{notes:?}");
    }
    let quiet = json(&folder, "2026-03-31T12:00:01Z", &["--since", TUESDAY]);
    assert!(ids(&quiet).is_empty(), "{quiet:#}");
}

#[test]
fn signals_that_look_at_today_are_named() {
    let folder = kept();
    let dated = POLICY
        .replace("signals {", "events { ends: date }\nsignals {\n  trial: mid from form where ends within next 30 days")
        .replace("  on staff rises", "  on trial");
    folder.write("care.rubric", dated);
    let note = "Events of `trial` are taken for what they are now: its `where` compares a date with today.";
    for (more, said) in
        [(["--since", MONDAY], true), (["--fading", "9"], true), (["--previous", "monday.ndjson"], false)]
    {
        let notes = json(&folder, TUESDAY, &more)["notes"].to_string();
        assert_eq!(notes.contains(note), said, "{more:?}: {notes}");
    }
}

/// What is told of the time ahead, against runs at that very instant and one microsecond before.
#[test]
fn what_will_fall_falls_at_that_instant() {
    let folder = kept();
    tuesday(&folder);
    let told = json(&folder, TUESDAY, &["--previous", "monday.ndjson", "--fading", "60"]);
    let files = ["--leads", "leads.csv", "--events", "events.csv", "--contacts", "contacts.csv"];
    let queue = told["fading"]["leads"].as_array().expect("a queue");
    let mut checked = 0;
    for one in queue {
        for fall in one["falls"].as_array().expect("falls") {
            let at = fall["at"].as_str().expect("an instant");
            let instant: jiff::Timestamp = at.parse().expect("an instant");
            let before = (instant - jiff::SignedDuration::from_micros(1)).to_string();
            let place = |as_of: &str| {
                let mut args =
                    vec!["run", "care.rubric", "--detail", "brief", "--output", "out.ndjson", "--as-of", as_of];
                args.extend(files);
                assert_eq!(folder.rubric(&args).status, 0);
                let leads = objects(&folder.text("out.ndjson"));
                let lead = leads.into_iter().find(|l| l["id"] == one["id"]).expect("the lead");
                match fall["what"].as_str() {
                    Some("route") => lead["route"]["outcome"].clone(),
                    Some("stage") => lead["stage"]["reached"].clone(),
                    Some("fit_band") => lead["fit"]["band"].clone(),
                    _ => lead["intent"]["band"].clone(),
                }
            };
            assert_eq!((place(&before), place(at)), (fall["from"].clone(), fall["to"].clone()), "{one:#} {at}");
            checked += 1;
        }
    }
    assert!(checked >= 5, "{told:#}");
    let first: Vec<&str> = queue.iter().map(|l| l["falls"][0]["at"].as_str().expect("an instant")).collect();
    assert!(first.is_sorted(), "the next stands first: {first:?}");
    // Who was turned away has nothing to lose.
    assert!(queue.iter().all(|l| l["route"] != "disqualify"), "{told:#}");
}

#[test]
fn an_unchanged_route_keeps_its_due_time() {
    let folder = kept();
    tuesday(&folder);
    let told = json(&folder, TUESDAY, &["--previous", "monday.ndjson", "--save", "tuesday.ndjson"]);
    let due =
        |id: &str| (lead(&told, id)["next_step"]["due"].clone(), lead(&told, id)["next_step"]["due_kept"].clone());
    assert_eq!(due("c"), ("2026-04-02".into(), true.into()));
    assert_eq!(due("e"), ("2026-04-03".into(), false.into()));
    let kept = objects(&folder.text("tuesday.ndjson"));
    assert_eq!(kept[2]["next_step"]["due"], "2026-04-02", "and is kept so");
    let files = ["--leads", "leads.csv", "--events", "events.csv", "--contacts", "contacts.csv", "--as-of", TUESDAY];
    for detail in ["brief", "full"] {
        let mut args =
            vec!["run", "care.rubric", "--output", "out.ndjson", "--detail", detail, "--previous", "monday.ndjson"];
        args.extend(files);
        assert_eq!(folder.rubric(&args).status, 0);
        let run = objects(&folder.text("out.ndjson"));
        assert_eq!(
            (&run[2]["next_step"]["due"], &run[4]["next_step"]["due"]),
            (&"2026-04-02".into(), &"2026-04-03".into())
        );
        // What a run wrote can be compared with, too.
        let told = json(&folder, "2026-04-20", &["--previous", "out.ndjson"]);
        assert_eq!(lead(&told, "c")["group"], "downgrade");
        assert!(told["notes"].to_string().contains("decisions of `rubric run`"), "{}", told["notes"]);
    }
}

#[test]
fn leads_that_are_new_or_gone_are_counted_and_named() {
    let folder = kept();
    folder.write("leads.csv", LEADS.replace("c,us", "g,us").replace("d,us", ",us"));
    let told = json(&folder, TUESDAY, &["--previous", "monday.ndjson", "--rejects", "rejects.ndjson"]);
    assert_eq!(told["gone"], serde_json::json!(["c", "d"]));
    assert_eq!((&told["counts"]["new"], &told["counts"]["rejected"]), (&1.into(), &1.into()));
    assert_eq!(objects(&folder.text("rejects.ndjson")).len(), 1);
    let strict = requalify(&folder, TUESDAY, &["--previous", "monday.ndjson", "--strict"]);
    assert_eq!(strict.status, 1);
}

#[test]
fn the_snapshot_may_be_the_file_that_is_written() {
    let folder = kept();
    tuesday(&folder);
    let other = json(&folder, TUESDAY, &["--previous", "monday.ndjson", "--save", "other.ndjson"]);
    let same = json(&folder, TUESDAY, &["--previous", "monday.ndjson", "--save", "monday.ndjson"]);
    assert_eq!(other["leads"], same["leads"]);
    assert_eq!(folder.text("other.ndjson"), folder.text("monday.ndjson"));
    assert!(!folder.names().iter().any(|n| n.ends_with(".part")), "{:?}", folder.names());
    // A run that cannot be used leaves what is there.
    let before = folder.text("monday.ndjson");
    folder.write("leads.csv", "id,region\n,us\n");
    let ran = requalify(&folder, TUESDAY, &["--previous", "monday.ndjson", "--save", "monday.ndjson"]);
    assert_eq!((ran.status, folder.text("monday.ndjson")), (2, before));
}

/// Every refusal and every remark on bad input, as people read them.
#[test]
fn what_cannot_be_used_is_told() {
    let folder = kept();
    let monday = folder.text("monday.ndjson");
    let first = monday.lines().next().expect("a lead").to_string();
    folder.write(
        "broken.ndjson",
        format!("{monday}{{\n{first}\n[1]\n{}\n", first.replace("\"fit\"", "\"fat\"").replace("\"a\"", "\"z\"")),
    );
    folder.write("other.ndjson", monday.replace("\"name\":\"care\"", "\"name\":\"other\\u001b[31m\""));
    folder.write("empty.ndjson", "");
    folder.write("table.ndjson", LEADS);
    let mut told = String::new();
    let cases: [(&str, &[&str]); 12] = [
        (TUESDAY, &[]),
        (TUESDAY, &["--previous", "monday.ndjson", "--since", MONDAY]),
        (TUESDAY, &["--previous", "nowhere.ndjson"]),
        (TUESDAY, &["--previous", "empty.ndjson"]),
        (TUESDAY, &["--previous", "table.ndjson"]),
        (TUESDAY, &["--previous", "other.ndjson"]),
        ("2026-03-29", &["--previous", "monday.ndjson"]),
        (TUESDAY, &["--since", "yesterday"]),
        (TUESDAY, &["--since", "2026-04-01"]),
        (TUESDAY, &["--save", "-"]),
        (TUESDAY, &["--save", "leads.csv"]),
        (TUESDAY, &["--fading", "0"]),
    ];
    for (as_of, args) in cases {
        let ran = requalify(&folder, as_of, args);
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{args:?}");
        told.push_str(&format!("$ rubric requalify … {}\n{}\n", args.join(" "), ran.err));
    }
    let ran = requalify(&folder, TUESDAY, &["--previous", "broken.ndjson"]);
    assert_eq!(ran.status, 0);
    told.push_str(&format!("$ rubric requalify … --previous broken.ndjson\n{}{}\n", ran.err, ran.out));
    let strict = requalify(&folder, TUESDAY, &["--previous", "broken.ndjson", "--strict"]);
    assert_eq!(strict.status, 1);
    let report = json(&folder, TUESDAY, &["--previous", "broken.ndjson"]);
    assert_eq!((&report["snapshot"]["unusable"], &report["unusable_lines"][0]["line"]), (&4.into(), &7.into()));
    insta::assert_snapshot!("refusals", told);
}

#[test]
fn another_version_is_compared_and_said() {
    let folder = kept();
    folder
        .write("care.rubric", POLICY.replace("version \"1\"", "version \"2\"").replace("strong >= 60", "strong >= 70"));
    let told = json(&folder, TUESDAY, &["--previous", "monday.ndjson"]);
    assert_eq!(lead(&told, "a")["decided_before_by"], serde_json::json!({ "policy": "care", "version": "1" }));
    assert!(told["notes"].to_string().contains("may come from the policy"), "{}", told["notes"]);
}

#[test]
fn hostile_texts_stay_texts() {
    let folder = kept();
    let evil = "\u{1b}]0;x\u{7}<img src=x>|[x](http://example.com)@example.com";
    folder.write("contacts.csv", format!("{CONTACTS}a,{evil},IT,,\n"));
    folder.write(
        "leads.csv",
        LEADS.replace("a,us,300,exploring,too many calls", &format!("a,us,300,exploring,\u{9b}31m{evil}")),
    );
    let person = requalify(&folder, TUESDAY, &["--previous", "monday.ndjson"]).out;
    assert!(person.contains("Somebody new joined") && !person.contains(['\u{1b}', '\u{9b}', '\u{7}']), "{person}");
    let markdown = requalify(&folder, TUESDAY, &["--previous", "monday.ndjson", "--format", "markdown"]).out;
    assert!(
        !markdown.contains("<img")
            && !markdown.contains("[x](")
            && !markdown.contains("://")
            && !markdown.contains('\u{1b}'),
        "{markdown}"
    );
    let json = requalify(&folder, TUESDAY, &["--previous", "monday.ndjson", "--format", "json"]).out;
    assert!(!json.contains(['\u{1b}', '\u{9b}', '\u{7}']), "{json}");
    assert!(serde_json::from_str::<Value>(&json).is_ok());
}

/// Many leads, so that several threads have something to do: the same bytes with any number of them.
#[test]
fn the_report_does_not_depend_on_threads() {
    let leads = |timeline: &str| -> String {
        let row = |n: usize| format!("{n},us,{},{timeline},,,\n", n % 400);
        let rows: String = (0..4_000).map(row).collect();
        format!("id,region,staff,timeline,problem,use_case,budget_by\n{rows}")
    };
    let views = |day: u32| -> String {
        (0..900).map(|n| format!(",{},page_pricing,2026-03-{day}T08:00Z,website,\n", n * 4)).collect()
    };
    let folder = folder().file("leads.csv", leads("exploring")).file("events.csv", format!("{EVENTS}{}", views(29)));
    assert_eq!(requalify(&folder, MONDAY, &["--save", "monday.ndjson"]).status, 0);
    folder.write("leads.csv", leads("next_quarter"));
    folder.write("events.csv", format!("{EVENTS}{}{}", views(29), views(31)));
    let asked = ["--previous", "monday.ndjson", "--format", "json", "--fading", "30", "--save", "out.ndjson"];
    let with = |threads: &str| {
        let ran = requalify(&folder, TUESDAY, &[&asked[..], &["--threads", threads]].concat());
        (ran.out, folder.text("out.ndjson"))
    };
    let one = with("1");
    assert!(one.0.len() > 100_000, "{}", one.0.len());
    assert!(one == with("4"));
}
