//! Accounts on the real binary: leads put together, people and events pooled, strangers kept apart, and what is said of it all.

mod support;

use serde_json::{Value, json};
use std::path::Path;
use support::{AS_OF, Folder, Ran, SAMPLES, root, rubric_in};

const FILES: [&str; 7] =
    ["telehealth.rubric", "--leads", "leads.csv", "--events", "events.csv", "--contacts", "contacts.csv"];
fn ran(folder: &Path, command: &str, files: &[&str], more: &[&str]) -> Ran {
    let all: Vec<&str> =
        [command].iter().chain(files).chain(&["--accounts", "--as-of", AS_OF]).chain(more).copied().collect();
    rubric_in(folder, &all)
}

fn fixture(command: &str, more: &[&str]) -> Ran {
    ran(&root().join("tests/fixtures/accounts"), command, &FILES, more)
}

fn said(ran: &Ran) -> String {
    assert_eq!((ran.err.as_str(), ran.status), ("", 0));
    ran.out.clone()
}

/// All accounts of the fixture.
fn all() -> Vec<Value> {
    support::objects(&fixture("run", &["--output", "-"]).out)
}

fn account(id: &str) -> Value {
    all().into_iter().find(|a| a["id"] == id).unwrap_or_else(|| panic!("no account {id}"))
}

fn points(of: &Value, group: &str) -> Value {
    let groups = of["intent"]["groups"].as_array().expect("groups");
    groups.iter().find(|g| g["name"] == group).expect("the group")["points"].clone()
}

#[test]
fn what_a_run_says_of_accounts() {
    insta::assert_snapshot!("run", said(&fixture("run", &[])));
}

#[test]
fn what_an_explanation_says_of_an_account() {
    insta::assert_snapshot!("explain", said(&fixture("explain", &["--id", "harbor.example.com"])));
    let head = |id: &str| said(&fixture("explain", &["--id", id])).lines().take(6).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!("alone", format!("{}\n\n{}", head("g-2"), head("n-1")));
}

#[test]
fn the_sample_leads_as_accounts() {
    let run = said(&ran(&root(), "run", &SAMPLES, &[]));
    let upto = run.find("\nPolicies, in the order").expect("the policies of the portfolio");
    let last: Vec<&str> = run.lines().rev().take(2).collect();
    insta::assert_snapshot!("samples", format!("{}\n…\n{}\n{}", &run[..upto], last[1], last[0]));
    let explained = said(&ran(&root(), "explain", &SAMPLES, &["--id", "00506"]));
    insta::assert_snapshot!("samples_explain", explained);
}

/// Three exports name one person in three spellings; one of them says more.
#[test]
fn one_person_in_three_exports_is_one_person() {
    let harbor = account("harbor.example.com");
    assert_eq!(harbor["leads"], json!(["h-1", "h-2", "h-3"]));
    assert_eq!(harbor["pooled"], json!({"people": 4, "people_merged": 2, "events": 5, "events_merged": 3}));
    let champion = &harbor["committee"]["roles"][0];
    assert_eq!((&champion["status"], &champion["person"]), (&json!("approved"), &json!("dana.roe@harbor.example.com")));
    let through =
        json!({"person": "dana.roe@harbor.example.com", "role": "champion", "status": "approved", "lead": "h-1"});
    assert_eq!(harbor["through"], through);
}

/// One request that three exports show is one; two colleagues who open one page at one moment are two.
#[test]
fn an_event_is_whoever_did_it() {
    let harbor = account("harbor.example.com");
    assert_eq!(
        [points(&harbor, "asked"), points(&harbor, "read"), points(&harbor, "crowd")],
        [60, 30, 1].map(Value::from)
    );
}

#[test]
fn a_crowd_of_low_signals_stays_low() {
    let willow = account("willow.example.org");
    assert_eq!(willow["pooled"]["people"], 15);
    assert_eq!(willow["pooled"]["events"], 12);
    assert_eq!((&willow["intent"]["points"], &willow["intent"]["band"]), (&json!(10), &json!("low")));
    assert_eq!(willow["route"]["outcome"], "nurture");
}

/// The same of a policy that people use.
#[test]
fn a_crowd_stays_low_in_the_sample_policies() {
    let mut leads = "id,email,Company Domain,Product Interest,Care Setting\n".to_string();
    let mut contacts = "lead,email,title\n".to_string();
    let mut events = "lead,type,at,channel,contact\n".to_string();
    for i in 1..=15 {
        let who = format!("p{i}@willow.example.org");
        leads.push_str(&format!("{i:05},{who},willow.example.org,Care management,Outpatient clinics\n"));
        contacts.push_str(&format!("{i:05},{who},Nurse manager\n"));
        if i <= 12 {
            events.push_str(&format!("{i:05},blog_read,2026-03-2{}T10:00Z,content,{who}\n", i % 9));
        }
    }
    let folder = Folder::new().file("leads.csv", leads).file("contacts.csv", contacts).file("events.csv", events);
    let policy = root().join("policies/care_management.rubric").display().to_string();
    let files = [&policy, "--leads", "leads.csv", "--events", "events.csv", "--contacts", "contacts.csv", "--accounts"];
    let decided = folder.decide(&files);
    let [crowd] = decided.leads().try_into().unwrap_or_else(|all| panic!("one account, not {all:?}"));
    assert_eq!(crowd["pooled"], json!({"people": 15, "people_merged": 0, "events": 12, "events_merged": 0}));
    assert_eq!(crowd["intent"]["band"], "low", "{}", crowd["intent"]);
    assert!(crowd["intent"]["points"].as_f64() > Some(0.0), "they did read");
}

#[test]
fn three_of_four_roles_engaged_names_the_missing_one() {
    let harbor = account("harbor.example.com");
    let roles = harbor["committee"]["roles"].as_array().expect("roles");
    let status: Vec<(&str, &str)> =
        roles.iter().map(|r| (r["role"].as_str().unwrap_or(""), r["status"].as_str().unwrap_or(""))).collect();
    let expected = [
        ("champion", "approved"),
        ("technical_approver", "engaged"),
        ("security_reviewer", "missing"),
        ("finance_buyer", "engaged"),
    ];
    assert_eq!(status, expected);
    assert_eq!(harbor["committee"]["complete"], "no");
    let run = said(&fixture("run", &[]));
    assert!(run.contains("3 of 4 needed roles engaged: security reviewer missing"), "{run}");
}

/// What is blank, or a domain that strangers share, joins nobody; every row is accounted for.
#[test]
fn leads_without_an_account_stand_alone_and_all_counts_reconcile() {
    let all = all();
    let alone: Vec<(&str, &str, &Value)> =
        all.iter().filter_map(|a| Some((a["id"].as_str()?, a["alone"].as_str()?, &a["leads"]))).collect();
    let expected =
        [("g-1", "free_mail", json!(["g-1"])), ("n-1", "no_key", json!(["n-1"])), ("g-2", "free_mail", json!(["g-2"]))];
    assert_eq!(alone.iter().map(|(a, b, c)| (*a, *b, (*c).clone())).collect::<Vec<_>>(), expected);
    let ids: Vec<&str> = all.iter().filter_map(|a| a["id"].as_str()).collect();
    let order = ["harbor.example.com", "willow.example.org", "g-1", "n-1", "g-2", "faraway.example.org"];
    assert_eq!(ids, order, "accounts stand where their first lead does");
    let run = said(&fixture("run", &[]));
    let last = run.trim_end().lines().rev().take(2).collect::<Vec<_>>();
    assert_eq!(last[1], "10 read = 6 in 3 accounts + 3 alone + 1 rejected");
    assert_eq!(last[0], "3 accounts + 3 alone = 5 decided + 1 out of scope");
    // A contact that names nothing but gmail.com is nobody's, not everybody's.
    assert_eq!(all[2]["pooled"]["people"], 1);
    assert!(run.contains("no lead is `lost@gmail.com`"), "{run}");
}

/// A policy whose route tells every field that accounts are made of.
const NEWEST: &str = r#"
policy newest { version "1" owner "team@example.com" }
lead {
  account: text
  size: number
  tools: some of { chart, lab, imaging }
  place: one of { clinic, hospital }
  seen: date
}
channels { form }
signals { ask: high from form }
personas { clinical: "Clinical" titles "nurs*"  it: "IT" titles "CIO" }
committee { engaged within 90 days  champion: from clinical  approver: from it }
score fit {
  all { +1 when size is 1  +2 when size is 2  +4 when tools has chart  +8 when tools has lab  +16 when place is clinic  +32 when place is hospital }
  bands { some >= 1, none_yet }
}
score intent { asked { +1 per ask newest 90 } bands { high >= 90, low } }
stages { mql "MQL" { require size is known } sal "SAL" { require size >= 9 } }
outcomes { wait { next "Wait" owner team due 9 days } }
route { otherwise to wait }
account by account { newest by seen }
"#;

fn newest(leads: &str) -> Value {
    let folder = Folder::new().file("newest.rubric", NEWEST).file("leads.csv", leads);
    let decided =
        folder.decide(&["newest.rubric", "--leads", "leads.csv", "--accounts", "--no-events", "--no-contacts"]);
    let [one] = decided.leads().try_into().unwrap_or_else(|all| panic!("one account, not {all:?}"));
    one
}

#[test]
fn the_newest_known_value_counts() {
    let fit = |leads: &str| {
        newest(&format!("id,account,seen,size,tools,place,current_stage\n{leads}"))["fit"]["points"].clone()
    };
    // The exact instant decides within a day, in whatever order rows stand.
    assert_eq!(fit("1,a.example.com,2026-03-01T10:00Z,1,,,\n2,a.example.com,2026-03-01T09:00Z,2,,,\n"), 1);
    assert_eq!(fit("1,a.example.com,2026-03-01T09:00Z,1,,,\n2,a.example.com,2026-03-01T10:00Z,2,,,\n"), 2);
    assert_eq!(fit("1,a.example.com,2026-03-01T23:30-05:00,1,,,\n2,a.example.com,2026-03-02T04:00Z,2,,,\n"), 1);
    // What is not known, or cannot be read, never wins over what is.
    assert_eq!(fit("1,a.example.com,2026-03-01,1,,clinic,\n2,a.example.com,2026-03-02,?,,Unknown,\n"), 17);
    // Of one instant, and of none, the first row of the file; a row without a date is older than any with one.
    assert_eq!(fit("1,a.example.com,2026-03-01,1,,,\n2,a.example.com,2026-03-01,2,,,\n"), 1);
    assert_eq!(fit("1,a.example.com,,1,,,\n2,a.example.com,,2,,,\n"), 1);
    assert_eq!(fit("1,a.example.com,,1,,,\n2,a.example.com,1999-01-01,2,,,\n"), 2);
    // A set is the newest known set, not all that anybody ever named.
    assert_eq!(fit("1,a.example.com,2026-03-01,,chart,,\n2,a.example.com,2026-03-02,,lab,,\n"), 8);
    // The stage of the system of record is a value like any other.
    let two = "id,account,seen,size,current_stage\n1,a.example.com,2026-03-01,1,sal\n2,a.example.com,2026-03-02,,mql\n";
    assert_eq!(newest(two)["stage"]["current"], "mql");
}

#[test]
fn an_account_of_one_lead_is_decided_as_the_lead() {
    let folder = root().join("policies/leads");
    let decide = |more: &[&str]| {
        let files = ["../portfolio.rubric", "--leads", "leads.ndjson", "--as-of", AS_OF, "--output", "-"];
        let all: Vec<&str> = ["run"].iter().chain(&files).chain(more).copied().collect();
        support::objects(&rubric_in(&folder, &all).out)
    };
    let leads = decide(&[]);
    let mut compared = 0;
    for mut account in decide(&["--accounts"]) {
        let [Value::String(id)] = account["leads"].as_array().expect("leads").as_slice() else { continue };
        let mut lead = leads.iter().find(|l| l["id"] == *id).expect("the lead").clone();
        for key in ["id", "leads", "alone", "pooled", "through"] {
            account.as_object_mut().expect("an object").remove(key);
            lead.as_object_mut().expect("an object").remove(key);
        }
        assert_eq!(account, lead);
        compared += 1;
    }
    assert!(compared > 50, "only {compared} accounts of one lead");
}

#[test]
fn threads_and_forms_of_files_make_no_difference() {
    let one = fixture("run", &["--output", "-", "--threads", "1"]);
    assert_eq!(fixture("run", &["--output", "-", "--threads", "4"]), one);
    // More than one chunk, with leads of one account far apart.
    let mut leads = "id,account,seen,size\n".to_string();
    let mut lines = String::new();
    for i in 0..5_000 {
        leads.push_str(&format!("{i},a{}.example.com,2026-01-{:02},{}\n", i % 1_700, 1 + i % 28, i % 3));
        let domain = format!("a{}.example.com", i % 1_700);
        lines.push_str(
            &json!({"id": i, "account": domain, "seen": format!("2026-01-{:02}", 1 + i % 28), "size": i % 3})
                .to_string(),
        );
        lines.push('\n');
    }
    let folder = Folder::new().file("newest.rubric", NEWEST).file("leads.csv", leads).file("leads.ndjson", lines);
    let decide = |leads: &str, threads: &str| {
        let none = ["--accounts", "--no-events", "--no-contacts", "--threads", threads];
        folder.decide(&[&["newest.rubric", "--leads", leads][..], &none].concat())
    };
    let decided = decide("leads.csv", "1");
    assert_eq!(decided.leads().len(), 1_700);
    assert_eq!(decide("leads.csv", "3").decisions, decided.decisions);
    assert_eq!(decide("leads.ndjson", "3").decisions, decided.decisions);
}

/// Ids that each lead counts anew join nobody across leads; ids of a file do.
#[test]
fn ids_count_as_far_as_their_system_reaches() {
    let lead = |id: &str, day: u32, title: &str| {
        json!({"id": id, "account": "a.example.com", "size": 1,
               "contacts": [{"id": "1", "title": title}],
               "events": [{"id": "e1", "type": "ask", "at": format!("2026-03-{day:02}T10:00Z"), "contact": "1"}]})
        .to_string()
    };
    let folder = Folder::new()
        .file("newest.rubric", NEWEST)
        .file("leads.ndjson", [lead("1", 1, "Nurse"), lead("2", 2, "CIO")].join("\n"));
    let decided = folder.decide(&["newest.rubric", "--leads", "leads.ndjson", "--accounts"]);
    let nested = &decided.leads()[0];
    assert_eq!(nested["pooled"], json!({"people": 2, "people_merged": 0, "events": 2, "events_merged": 0}));
    let roles = nested["committee"]["roles"].as_array().expect("roles");
    assert!(roles.iter().all(|r| r["status"] == "engaged"), "each event is by the contact of its own lead: {roles:?}");

    folder.write("leads.csv", "id,account,size\n1,a.example.com,1\n2,a.example.com,1\n");
    folder.write(
        "contacts.csv",
        "id,lead,email,title\nc1,1,dana@a.example.com,Nurse\nc1,2,,Nurse\n,2,DANA@a.example.com,\n,2,,CIO\n,1,,CIO\n",
    );
    folder.write(
        "events.csv",
        "id,lead,type,at,contact\ne1,1,ask,2026-03-01,c1\ne1,2,ask,2026-03-02,c1\n,2,ask,2026-03-03,C1\n",
    );
    let decided = folder.decide(&[
        "newest.rubric",
        "--leads",
        "leads.csv",
        "--contacts",
        "contacts.csv",
        "--events",
        "events.csv",
        "--accounts",
    ]);
    let filed = &decided.leads()[0];
    // Two people of one title and no name are two; nobody is merged by title alone.
    assert_eq!(filed["pooled"], json!({"people": 3, "people_merged": 2, "events": 2, "events_merged": 1}));
    assert_eq!(filed["committee"]["roles"][0]["person"], "dana@a.example.com");
}

#[test]
fn what_only_some_leads_bring_counts_and_the_rest_is_told() {
    let leads = r#"{"id":"1","account":"a.example.com","contacts":[{"email":"dana@a.example.com","title":"Nurse"}],"events":[]}
{"id":"2","account":"A.example.com"}
"#;
    let folder = Folder::new().file("newest.rubric", NEWEST).file("leads.ndjson", leads);
    let files = ["newest.rubric", "--leads", "leads.ndjson"];
    let out = said(&ran(folder.path(".").as_path(), "run", &files, &[]));
    let plain: String = out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(plain.contains("leads.ndjson:2:1: a lead brings no contacts while others of its account do"), "{out}");
    assert!(plain.contains("leads.ndjson:2:1: a lead brings no behaviour while others of its account do"), "{out}");
    let decided = folder.decide(&["newest.rubric", "--leads", "leads.ndjson", "--accounts"]);
    assert_eq!(decided.leads()[0]["committee"]["roles"][0]["status"], "identified");
}

#[test]
fn a_policy_must_say_what_an_account_is() {
    let without = NEWEST.replace("account by account { newest by seen }", "");
    let bare = without.replace("  account: text\n", "");
    let other = NEWEST.replace("policy newest", "policy other").replace("newest by seen", "newest by updated");
    let folder = Folder::new()
        .file("newest.rubric", NEWEST)
        .file("without.rubric", &without)
        .file("bare.rubric", &bare)
        .file("other.rubric", &other)
        .file("leads.csv", "id,account\n1,a.example.com\n");
    let told = |command: &str, policies: &[&str], more: &[&str]| {
        let files = [policies, &["--leads", "leads.csv"]].concat();
        let ran = ran(folder.path(".").as_path(), command, &files, more);
        assert_eq!((ran.out.as_str(), ran.status), ("", 2), "{}", ran.err);
        ran.err
    };
    let all = [
        told("run", &["without.rubric"], &[]),
        told("run", &["bare.rubric"], &[]),
        told("run", &["newest.rubric", "other.rubric"], &[]),
        told("explain", &["without.rubric"], &["--id", "1"]),
    ];
    insta::assert_snapshot!("refused", all.concat());
    let missing = ran(
        folder.path(".").as_path(),
        "explain",
        &["newest.rubric", "--leads", "leads.csv"],
        &["--id", "b.example.com"],
    );
    assert_eq!(missing.status, 1);
    let expected =
        "rubric: no account and no lead in `leads.csv` has the id `b.example.com`; did you mean `a.example.com`?\n";
    assert_eq!(missing.err, expected);
}

/// Texts of leads are those of strangers: a spreadsheet, a terminal and a reader of JSON see nothing but text.
#[test]
fn hostile_keys_ids_and_names_are_harmless() {
    let leads = "id,account\n=cmd|'/c calc'!A1,=HYPERLINK(\"x\")\n\u{1b}[31m2,\u{202e}evil\u{7}\n";
    let contacts = "lead,email,title\n=cmd|'/c calc'!A1,=1+1,Nurse\n";
    let folder = Folder::new().file("newest.rubric", NEWEST).file("leads.csv", leads).file("contacts.csv", contacts);
    let files = ["newest.rubric", "--leads", "leads.csv", "--contacts", "contacts.csv"];
    let at = folder.path(".");
    let run = said(&ran(&at, "run", &files, &[]));
    assert!(run.chars().all(|c| c == '\n' || !c.is_control() && c != '\u{202e}'), "{run:?}");
    let csv = ran(&at, "run", &files, &["--output", "-", "--format", "csv"]).out;
    let mut rows = csv::Reader::from_reader(csv.as_bytes());
    let header = rows.headers().expect("a header").clone();
    assert_eq!(header.iter().rev().take(3).collect::<Vec<_>>(), ["through", "alone", "leads"]);
    for row in rows.records() {
        let row = row.expect("a row");
        assert_eq!(row.len(), header.len());
        assert!(row.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@'])), "{row:?}");
    }
    for shape in [["--format", "ndjson"], ["--format", "json"]] {
        let out = ran(&at, "run", &files, &[&["--output", "-", "--detail", "brief"], &shape[..]].concat()).out;
        assert!(out.chars().all(|c| c == '\n' || !c.is_control()), "{out:?}");
    }
    let explained = said(&ran(&at, "explain", &files, &["--id", "\u{1b}[31m2"]));
    assert!(explained.chars().all(|c| c == '\n' || !c.is_control()), "{explained:?}");
}

#[test]
fn brief_forms_tell_the_leads_too() {
    let brief = support::objects(&fixture("run", &["--output", "-", "--detail", "brief"]).out);
    for (brief, full) in brief.iter().zip(all()) {
        for key in ["id", "leads", "alone", "pooled", "through"] {
            assert_eq!(brief.get(key), full.get(key), "{key}");
        }
    }
    let csv = fixture("run", &["--output", "-", "--format", "csv"]).out;
    let ends: Vec<String> = csv.lines().map(|l| l.rsplit(',').take(3).collect::<Vec<_>>().join(",")).collect();
    let expected = ["through,alone,leads", "dana.roe@harbor.example.com,,3", "a1@willow.example.org,,2"];
    assert_eq!(ends[..3], expected);
    assert_eq!(ends[4], ",no_key,1");
}

#[test]
fn the_page_about_accounts_lists_free_mail_as_it_is() {
    let page = std::fs::read_to_string(root().join("docs/accounts.md")).expect("the page is there");
    let list: Vec<String> = rubric::data::account_key::FREE_MAIL.iter().map(|d| format!("`{d}`")).collect();
    let plain: String = page.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(plain.contains(&list.join(" ")), "docs/accounts.md lists:\n{}", list.join(" "));
}
