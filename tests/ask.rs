//! What `rubric ask` asks: in which words and order, what it says of an answer's worth, and that this is true.

mod support;

use rubric::data::reader::{Found, Reader, Sides};
use rubric::data::side::Side;
use rubric::data::source::Source;
use rubric::driver::{Memory, load};
use rubric::engine::facts::Batch;
use rubric::engine::{Decider, Engine, is_open};
use rubric::policy::field::FieldType;
use rubric::policy::import::Settings;
use rubric::policy::time::{Instant, Offset};
use rubric::policy::{FieldId, OutcomeId, Policy};
use rubric::program::Program;
use serde_json::Value;
use support::{AS_OF, Folder, Ran, objects, root, rubric_in};

fn ask(more: &[&str]) -> Ran {
    let samples = ["ask", "policies/portfolio.rubric", "--leads", "policies/leads/leads.ndjson", "--as-of", AS_OF];
    rubric_in(&root(), &[&samples[..], more].concat())
}

/// Every lead of the samples, with what is answered.
fn all() -> Vec<Value> {
    let ran = ask(&["--format", "json", "--answered"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    objects(&ran.out)
}

#[test]
fn what_people_read() {
    insta::assert_snapshot!(ask(&["--id", "00101"]).out);
    insta::assert_snapshot!(ask(&["--id", "00112", "--answered", "--format", "markdown"]).out);
}

#[test]
fn scripts_follow_their_schema() {
    let text = std::fs::read_to_string(root().join("docs/script.schema.json")).expect("the schema is there");
    let schema: Value = serde_json::from_str(&text).expect("the schema is JSON");
    let validator = jsonschema::draft202012::new(&schema).expect("the schema is a schema");
    let mut scripts = all();
    assert!(scripts.len() > 55, "{}", scripts.len());
    let people = rubric_in(
        &root().join("tests/fixtures/people"),
        &["ask", "remote.rubric", "--leads", "leads.csv", "--as-of", AS_OF, "--format", "json"],
    );
    scripts.extend(objects(&people.out));
    for script in &scripts {
        let wrong: Vec<String> = validator.iter_errors(script).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(wrong.is_empty(), "{}\n{script}", wrong.join("\n"));
    }
    let mut other = scripts.remove(0);
    other["sections"][0]["questions"][0]["surprise"] = 1.into();
    assert!(!validator.is_valid(&other));
}

#[test]
fn sections_stand_in_the_order_of_the_call() {
    let script: Value =
        serde_json::from_str(&ask(&["--id", "00101", "--format", "json", "--answered"]).out).expect("JSON");
    let sections: Vec<&str> =
        script["sections"].as_array().expect("sections").iter().filter_map(|s| s["section"].as_str()).collect();
    assert_eq!(sections, ["context", "workflow", "stakeholders", "systems", "compliance", "timeline", "next_step"]);
    for section in script["sections"].as_array().expect("sections") {
        let states: Vec<bool> = section["questions"]
            .as_array()
            .expect("questions")
            .iter()
            .map(|q| ["open", "partly"].contains(&q["state"].as_str().expect("a state")))
            .collect();
        assert!(states.is_sorted_by(|a, b| a >= b), "what is answered stands behind what is open: {section}");
    }
    // Known before it can be known is not asked for, and nobody is asked twice.
    let later: Vec<&str> =
        script["later"].as_array().expect("later").iter().filter_map(|q| q["name"].as_str()).collect();
    assert_eq!(later, ["success_measure", "sign_off"]);
}

/// The value that changes the route is found by hand for two questions; `explain --set` agrees.
#[test]
fn an_answer_leads_where_the_script_says() {
    let script: Value = serde_json::from_str(&ask(&["--id", "00101", "--format", "json"]).out).expect("JSON");
    let question = |name: &str| {
        let all = script["sections"]
            .as_array()
            .expect("sections")
            .iter()
            .flat_map(|s| s["questions"].as_array().expect("questions"));
        all.into_iter().find(|q| q["name"] == name).unwrap_or_else(|| panic!("{name} is asked")).clone()
    };
    for (field, value, outcome, title) in [
        ("workflow_confirmed", "yes", "demo", "Demo"),
        ("data_exchange", "Custom interface", "disqualify", "Not a fit"),
    ] {
        let set = format!("{field}={value}");
        let args = ["explain", "policies/portfolio.rubric", "--leads", "policies/leads/leads.ndjson", "--as-of", AS_OF];
        let ran = rubric_in(&root(), &[&args[..], &["--id", "00101", "--set", &set, "--format", "json"]].concat());
        let decision: Value = serde_json::from_str(&ran.out).expect("JSON");
        assert_eq!(decision["route"]["outcome"], outcome);
        let decides = &question(field)["worth"]["decides"];
        assert_eq!(decides, &serde_json::json!(["Technical review", title]));
    }
    let first: Vec<&str> = script["first"].as_array().expect("first").iter().filter_map(Value::as_str).collect();
    assert_eq!(first, ["data_exchange", "workflow_confirmed", "stated_problem"]);
}

fn policy(name: &str) -> Policy {
    let mut memory = Memory::default();
    for file in ["healthtech.rubric".to_string(), format!("{name}.rubric")] {
        let text = std::fs::read_to_string(root().join("policies").join(&file)).expect("policies can be read");
        memory.insert(file, text);
    }
    load(&memory, &format!("{name}.rubric"), &[]).policy.expect("the policies of this project check clean")
}

/// What one answer can bring about is what comes out when each answer is given in turn.
#[test]
fn one_answer_alone_does_what_is_said() {
    let as_of = Instant::parse(AS_OF, Offset(0)).expect("an instant");
    let sides = Sides { events: Side::NotSupplied, contacts: Side::NotSupplied };
    let mut compared = 0;
    for name in ["care_management", "interoperability"] {
        let policy = policy(name);
        let program = Program::lower(&policy);
        let decider = Decider::new(Engine::new(&policy, &program, as_of));
        let file = std::fs::File::open(root().join("policies/leads/leads.ndjson")).expect("the samples are there");
        let mut source = Source::open(Box::new(file), "leads.ndjson", &Settings::default()).expect("it can be read");
        let reader =
            Reader::new(&policy, None, as_of, &source.file, source.header(), &sides, false).expect("it can be read");
        let chunk = source.next_chunk(25).expect("it can be read").expect("there are leads");
        let read = |row: usize, sets: &[(FieldId, String)]| {
            let mut batch = Batch::new(&policy);
            let mut one = std::iter::once(row);
            reader.read(&chunk.rows, &mut one, sets, &mut batch, &mut reader.scratch(), &mut Found::default());
            batch
        };
        for row in 0..chunk.rows.len() {
            let batch = read(row, &[]);
            if batch.is_empty() {
                continue;
            }
            let e = decider.engine().evaluate(&batch);
            for told in decider.telling(&e, &batch, 0) {
                let field = policy.field(told.field);
                let names: Vec<String> = match &field.ty {
                    FieldType::Choice(c) | FieldType::Ordered(c) => {
                        c.iter().filter(|c| !c.otherwise).map(|c| c.name.clone()).collect()
                    }
                    FieldType::Boolean => vec!["yes".to_string(), "no".to_string()],
                    _ => continue,
                };
                // A choice that catches the rest is reached by a value that is no other.
                let rest = field.ty.choices().is_some_and(|c| c.iter().any(|c| c.otherwise));
                let names = names.into_iter().chain(rest.then(|| "something nobody lists".to_string()));
                assert!(is_open(&batch, told.field, 0));
                let mut outcomes: Vec<OutcomeId> = vec![e.routes[0].outcome];
                let mut stage = e.stages[0];
                for value in names {
                    let with = read(row, &[(told.field, value)]);
                    let e = decider.engine().evaluate(&with);
                    outcomes.push(e.routes[0].outcome);
                    stage = stage.max(e.stages[0]);
                }
                outcomes.sort_unstable();
                outcomes.dedup();
                assert_eq!(
                    (&told.outcomes, told.stage),
                    (&outcomes, stage),
                    "{name}: {} of {}",
                    field.name,
                    batch.id(0)
                );
                compared += 1;
            }
        }
    }
    assert!(compared > 200, "only {compared} answers were compared");
}

#[test]
fn a_queue_begins_with_what_decides_most() {
    let scripts = all();
    let rank = |s: &Value| {
        let questions: Vec<&Value> = s["sections"]
            .as_array()
            .expect("sections")
            .iter()
            .flat_map(|s| s["questions"].as_array().expect("questions"))
            .filter(|q| ["open", "partly"].contains(&q["state"].as_str().expect("a state")))
            .collect();
        let alone = questions.iter().any(|q| q["worth"]["decides"].is_array());
        (alone, s["standing"]["settled"] == false, questions.iter().any(|q| q["worth"]["opens"].is_string()))
    };
    let ranks: Vec<_> = scripts.iter().map(rank).collect();
    assert!(ranks.is_sorted_by(|a, b| a >= b), "{ranks:?}");
    assert!(ranks.first() > ranks.last());

    let ran = ask(&["--route", "Technical review", "--format", "json", "--limit", "1"]);
    let some = objects(&ran.out);
    assert_eq!(some.len(), 1);
    assert_eq!(some[0]["standing"]["outcome"], "technical_review");
    assert!(ran.err.contains("1 of them shown") && ran.err.contains("go elsewhere"), "{}", ran.err);
    let lost = ask(&["--route", "demmo"]);
    assert_eq!((lost.status, lost.out.as_str()), (2, ""));
    assert!(lost.err.contains("did you mean `demo`?"), "{}", lost.err);
}

#[test]
fn all_leads_are_counted() {
    let ran = ask(&["--limit", "0"]);
    assert_eq!((ran.out.as_str(), ran.status), ("", 0));
    insta::assert_snapshot!(ran.err);
}

/// No script, no record, no sections: the questions in order of declaration, and the committee.
const BARE: &str = r#"
policy bare "Bare" {
  version "1"
  owner "ops@example.com"
  applies when product is not other
}
lead {
  product: one of { ours, other }
    ask on form "Which product?"
  size: number "people" 1..
    ask "How many people?"
  hidden: text
  visit: date
}
channels { form }
signals { demo_request: high from form }
personas {
  clinical: "Clinical leaders" titles "nurs*" cares about "less work"
  it: "IT" titles "CIO"
}
committee {
  engaged within 90 days
  champion: from clinical
  approver: from it when size >= 50
  keeper:   from it when size < 50
}
score fit { size { +60 when size >= 20 } bands { good >= 50, poor } }
score intent { signs { +40 per demo_request newest 1 } bands { high >= 40, low } }
outcomes {
  call  { next "Call them" owner sales due 2 days }
  visit_them { next "Prepare the visit" owner sales due 3 days before visit }
  wait  { next "Wait" owner marketing due 5 days }
}
route {
  to visit_them when visit is known
  to call when fit is good and champion >= identified
  otherwise to wait
}
"#;

fn bare() -> Folder {
    Folder::new()
        .file("bare.rubric", BARE)
        .file(
            "leads.csv",
            "id,email,product,size,visit\n007,a@example.com,,,\n8,b@example.com,other,5,\n9,c@example.com,ours,70,\n",
        )
        .file("contacts.csv", "lead,email,title,status\n9,n@example.com,Nurse manager,\n")
}

#[test]
fn a_policy_without_a_script_asks_all_it_has() {
    let folder = bare();
    let ran = folder.rubric(&[
        "ask",
        "bare.rubric",
        "--leads",
        "leads.csv",
        "--as-of",
        AS_OF,
        "--id",
        "007",
        "--no-contacts",
        "--no-events",
    ]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    insta::assert_snapshot!(ran.out);
    let json = folder.rubric(&[
        "ask",
        "bare.rubric",
        "--leads",
        "leads.csv",
        "--as-of",
        AS_OF,
        "--contacts",
        "contacts.csv",
        "--no-events",
        "--format",
        "json",
        "--answered",
    ]);
    let scripts = objects(&json.out);
    let nine = scripts.iter().find(|s| s["id"] == "9").expect("lead 9 has something to be asked");
    let people =
        nine["sections"].as_array().expect("sections").iter().find(|s| s["section"] == "people").expect("people");
    let role = |name: &str| {
        let all = people["questions"].as_array().expect("questions");
        all.iter().find(|q| q["name"] == name).unwrap_or_else(|| panic!("{name}")).clone()
    };
    assert_eq!(role("keeper")["state"], "not_needed");
    assert_eq!(role("approver")["role"]["gap"], true);
    assert_eq!(role("champion")["question"], "Will n@example.com join the next conversation as champion?");
    // Without --answered, nobody reads of what this lead does not need.
    let short = folder.rubric(&[
        "ask",
        "bare.rubric",
        "--leads",
        "leads.csv",
        "--as-of",
        AS_OF,
        "--contacts",
        "contacts.csv",
        "--no-events",
        "--format",
        "json",
    ]);
    assert!(!short.out.contains("keeper"), "{}", short.out);
}

#[test]
fn who_would_change_the_route_is_said() {
    let folder = bare();
    folder.write("leads.csv", "id,product,size\n1,ours,70\n");
    let run = |more: &[&str]| {
        let args = [
            "ask",
            "bare.rubric",
            "--leads",
            "leads.csv",
            "--as-of",
            AS_OF,
            "--id",
            "1",
            "--no-events",
            "--format",
            "json",
        ];
        let ran = folder.rubric(&[&args[..], more].concat());
        let script: Value = serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{e}: {}", ran.err));
        script["sections"][0]["questions"][0].clone()
    };
    let champion = run(&["--no-contacts"]);
    assert_eq!((&champion["name"], &champion["role"]["status"]), (&"champion".into(), &"missing".into()));
    assert_eq!(champion["worth"]["decides"], serde_json::json!(["wait", "call"]));
    // Where nobody said anything about people, nobody is missing.
    let champion = run(&[]);
    assert_eq!((&champion["role"]["status"], &champion["role"]["gap"]), (&"unknown".into(), &false.into()));
    assert_eq!(champion["worth"], Value::Null);
}

#[test]
fn out_of_scope_and_not_there() {
    let folder = bare();
    let args = ["ask", "bare.rubric", "--leads", "leads.csv", "--as-of", AS_OF, "--no-events", "--no-contacts"];
    let out = folder.rubric(&[&args[..], &["--id", "8"]].concat());
    assert!(out.out.contains("The lead is out of scope, and no answer changes that."), "{}", out.out);
    let lost = folder.rubric(&[&args[..], &["--id", "7"]].concat());
    assert_eq!((lost.status, lost.out.as_str()), (1, ""));
    assert_eq!(lost.err, "rubric: no lead in `leads.csv` has the id `7`; did you mean `007`?\n");
}
