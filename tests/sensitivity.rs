//! How far numbers can move, against every value tried one after another, and as people read it.

mod support;

use rubric::driver::{Memory, load};
use rubric::engine::Engine;
use rubric::engine::facts::Batch;
use rubric::policy::time::Instant;
use rubric::policy::{FieldId, OutcomeId, Policy};
use rubric::program::Program;
use rubric::sensitivity::{Crowd, Number, What, numbers};
use std::path::PathBuf;
use support::{AS_OF, rubric_in};

const POLICY: &str = r#"
policy demo "Demo" { version "1" owner "a@example.com" time-zone "+00:00" }
lead { size: number 0..  kind: one of { a, b, c }  hot: boolean }
score fit {
  size up to 30 { +12 when size >= 10  +9 when size >= 100  +15 when size >= 1_000 }
  kind down to -10 { +20 when kind is a  -7.5 when kind is b  -20 when kind is c }
  bands { strong >= 40, good >= 20, weak }
}
score intent {
  hot { +30 when hot }
  bands { high >= 30, low }
}
define big = fit > 25
outcomes {
  demo "Demo" { next "Show" owner sales due 2 days }
  call "Call" { next "Call" owner sales due 2 days }
  wait "Wait" { next "Wait" owner sales due 2 days }
}
route {
  to demo when fit is strong and intent is high
  to call when big or intent is high
  to wait when fit < 15
  otherwise to call
}
"#;

fn policy(text: &str) -> Policy {
    let mut memory = Memory::default();
    memory.insert("demo.rubric", text);
    let loaded = load(&memory, "demo.rubric", &[]);
    loaded.policy.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics.iter().map(|d| &d.message).collect::<Vec<_>>()))
}

/// Every kind of lead that the policy tells apart, some of them twice.
fn leads(policy: &Policy) -> Batch {
    let field = |name: &str| FieldId(policy.fields.iter().position(|f| f.name == name).expect("a field") as u16);
    let mut batch = Batch::new(policy);
    for (i, size) in [5, 50, 500, 5_000].into_iter().enumerate() {
        for kind in 0..3 {
            for hot in 0..2 {
                // Not every kind of lead is there, so that numbers have room.
                if (i + kind as usize + hot as usize).is_multiple_of(3) {
                    continue;
                }
                batch.begin(&format!("{size}-{kind}-{hot}"));
                batch.set_number(field("size"), size * 1_000_000);
                batch.set_choice(field("kind"), kind);
                batch.set_choice(field("hot"), hot);
                batch.finish();
            }
        }
    }
    batch
}

fn routes(policy: &Policy, batch: &Batch) -> Vec<OutcomeId> {
    let as_of = Instant::parse(AS_OF, policy.offset).expect("an instant");
    let program = Program::lower(policy);
    Engine::new(policy, &program, as_of).evaluate(batch).routes.iter().map(|r| r.outcome).collect()
}

/// Step by step: the last value at which nothing moves, and the first at which something does.
fn walked(policy: &Policy, batch: &Batch, number: &Number, step: i64, end: i64) -> (i64, Option<i64>) {
    let now = routes(policy, batch);
    let mut at = number.value;
    while at != end {
        if (end - at) / step == 0 {
            break;
        }
        if routes(&number.changed(policy, at + step), batch) != now {
            return (at, Some(at + step));
        }
        at += step;
    }
    (at, None)
}

#[test]
fn margins_are_those_of_every_value_tried() {
    let policy = policy(POLICY);
    let as_of = Instant::parse(AS_OF, policy.offset).expect("an instant");
    let batch = leads(&policy);
    let crowd = Crowd::new(&policy, as_of, vec![batch.clone()]);
    let mut moved = 0;
    for number in numbers(&policy) {
        let margin = crowd.margin(&number);
        let (lowest, below) = walked(&policy, &batch, &number, -number.step, number.least);
        let (highest, above) = walked(&policy, &batch, &number, number.step, number.most);
        assert_eq!((margin.lowest, margin.below.as_ref().map(|m| m.at)), (lowest, below), "{number:?}");
        assert_eq!((margin.highest, margin.above.as_ref().map(|m| m.at)), (highest, above), "{number:?}");
        moved += usize::from(below.is_some()) + usize::from(above.is_some());
    }
    assert!(moved > 10, "too little moves: {moved}");
}

#[test]
fn every_number_is_found_and_changing_it_is_the_same_as_editing_the_text() {
    let policy = policy(POLICY);
    let all = numbers(&policy);
    let of = |what: What| all.iter().filter(|n| n.what == what).count();
    let counts = [What::Weight, What::Cap, What::Floor, What::Band, What::Condition].map(of);
    assert_eq!(counts, [7, 1, 1, 3, 2], "{all:#?}");
    let batch = leads(&policy);
    for (name, before, after, value) in [
        ("fit size: when size >= 10", "+12 when", "+25 when", 2500),
        ("fit size up to", "up to 30", "up to 11", 1100),
        ("fit kind down to", "down to -10", "down to -19", -1900),
        ("fit strong", "strong >= 40", "strong >= 30", 3000),
        ("fit > 25", "fit > 25", "fit > 12", 1200),
        ("fit < 15", "fit < 15", "fit < 30", 3000),
    ] {
        let number = all.iter().find(|n| n.name == name).unwrap_or_else(|| panic!("no {name} in {all:#?}"));
        let edited = self::policy(&POLICY.replace(before, after));
        assert_eq!(routes(&number.changed(&policy, value), &batch), routes(&edited, &batch), "{name}");
    }
}

#[test]
fn what_people_and_machines_read() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("policies");
    let files = [
        "portfolio.rubric",
        "--leads",
        "leads/leads.csv",
        "--events",
        "leads/events.csv",
        "--contacts",
        "leads/contacts.csv",
    ];
    let with = |more: &[&str]| {
        let args: Vec<&str> =
            ["sensitivity"].iter().chain(&files).chain(&["--as-of", AS_OF]).chain(more).copied().collect();
        let ran = rubric_in(&folder, &args);
        assert_eq!(ran.status, 0, "{}", ran.err);
        ran
    };
    let human = with(&[]);
    insta::assert_snapshot!(format!("{}{}", human.out, human.err));
    let one: serde_json::Value =
        serde_json::from_str(&with(&["--format", "json", "--threads", "1"]).out).expect("JSON");
    let two: serde_json::Value =
        serde_json::from_str(&with(&["--format", "json", "--threads", "2"]).out).expect("JSON");
    assert_eq!(one, two);
    insta::assert_snapshot!(
        serde_json::to_string_pretty(&one[0]["numbers"].as_array().expect("numbers")[..3]).expect("JSON")
    );
}
