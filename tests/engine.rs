//! The evaluator against the tests that policies carry: given facts, expected scores, stages and routes.

use rubric::driver::{Memory, load};
use rubric::engine::Engine;
use rubric::engine::facts::{Batch, EventFact, SetState};
use rubric::policy::time::{DAY_MICROS, Instant};
use rubric::policy::{Policy, ScoreKind};
use rubric::program::Program;
use rubric::scenario::Suite;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn policies(folder: &Path) -> Vec<Policy> {
    let mut memory = Memory::default();
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|e| e == "rubric") {
            let name = path.file_name().unwrap_or_default().to_string_lossy().to_string();
            memory.insert(name.clone(), std::fs::read_to_string(&path).expect("policies are UTF-8"));
            names.push(name);
        }
    }
    names.sort();
    names.iter().filter_map(|n| load(&memory, n, &[]).policy).collect()
}

fn policy(text: &str) -> Policy {
    let mut memory = Memory::default();
    memory.insert("demo.rubric", text);
    let loaded = load(&memory, "demo.rubric", &[]);
    let found: Vec<&String> = loaded.diagnostics.iter().map(|d| &d.message).collect();
    loaded.policy.unwrap_or_else(|| panic!("{found:?}"))
}

#[test]
fn tests_of_policies_hold() {
    let (mut run, mut failed) = (0, Vec::new());
    for folder in ["../shared/example", "policies", "tests/fixtures/real", "tests/fixtures/engine"] {
        let found = policies(&root().join(folder));
        if found.is_empty() {
            eprintln!("SKIPPED: no policies in {folder}");
        }
        for policy in found {
            let suite = Suite::new(&policy);
            let desks = suite.desks();
            for (at, test) in policy.tests.iter().enumerate() {
                for one in suite.run(at, &desks).failures {
                    failed
                        .push(format!("{}: {}: expected {}, {:?}", policy.name, test.title, one.expected, one.actual));
                }
                run += 1;
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    assert!(run >= 5, "only {run} tests ran");
}

const WINDOWS: &str = r#"
policy demo { version "1" owner "team@example.com" }
channels { form }
signals { demo_request: high from form }
score fit { some up to 10 { +10 when demo_request within 30 days } bands { good >= 10, weak } }
score intent { some up to 90 { +45 per demo_request newest 2, halves every 60 days } bands { high >= 40, low } }
outcomes { call { next "Call" owner sales due 2 days } }
route { otherwise to call }
"#;

#[test]
fn windows_are_half_open_to_the_microsecond() {
    let policy = policy(WINDOWS);
    let program = Program::lower(&policy);
    let as_of = Instant::parse("2026-03-31T12:00Z", policy.offset).expect("an instant");
    let engine = Engine::new(&policy, &program, as_of);
    for (age, fit, intent) in [
        (-1, 0, 0),
        (0, 10, 45),
        (30 * DAY_MICROS - 1, 10, 45),
        (30 * DAY_MICROS, 0, 45),
        (60 * DAY_MICROS - 1, 0, 45),
        (60 * DAY_MICROS, 0, 23),
        (120 * DAY_MICROS, 0, 11),
    ] {
        let mut batch = Batch::new(&policy);
        batch.begin("a");
        batch.supply_events();
        let kind = batch.kind_of(&[rubric::policy::SignalId(0)]);
        batch.push_event(EventFact { at: Instant(as_of.0 - age), kind, contact: None, channel: None });
        batch.finish();
        let e = engine.evaluate(&batch);
        assert_eq!(
            (e.score(ScoreKind::Fit, 0).0, e.score(ScoreKind::Intent, 0).0),
            (fit * 100, intent * 100),
            "age {age}"
        );
    }
}

#[test]
fn leads_do_not_depend_on_their_neighbours() {
    let policy = policies(&root().join("benches/pipeline")).remove(0);
    let program = Program::lower(&policy);
    let as_of = Instant::parse("2026-03-31T12:00Z", policy.offset).expect("an instant");
    let engine = Engine::new(&policy, &program, as_of);
    let lead = |batch: &mut Batch, n: u16| {
        batch.begin(&n.to_string());
        for (i, field) in policy.fields.iter().enumerate().skip(4) {
            let id = rubric::policy::FieldId(i as u16);
            let roll = (n.wrapping_mul(31).wrapping_add(i as u16 * 7)) % 11;
            if let Some(choices) = field.ty.choices() {
                if usize::from(roll) < choices.len() {
                    batch.set_choice(id, roll);
                    batch.set_members(id, 1 << roll, SetState::Known);
                }
            } else {
                batch.set_choice(id, roll % 2);
                batch.set_number(id, i64::from(roll) * 100_000_000);
            }
        }
        if !n.is_multiple_of(3) {
            batch.supply_events();
            let kind = batch.kind_of(&[rubric::policy::SignalId(n % 8)]);
            batch.push_event(EventFact {
                at: Instant(as_of.0 - i64::from(n) * DAY_MICROS),
                kind,
                contact: None,
                channel: None,
            });
        }
        batch.finish();
    };
    let mut together = Batch::new(&policy);
    (0..200).for_each(|n| lead(&mut together, n));
    let all = engine.evaluate(&together);
    for n in 0..200_usize {
        let mut alone = Batch::new(&policy);
        lead(&mut alone, n as u16);
        let one = engine.evaluate(&alone);
        assert_eq!((all.routes[n], all.stages[n], all.icp[n]), (one.routes[0], one.stages[0], one.icp[0]), "lead {n}");
        assert_eq!((all.points[0][n], all.points[1][n]), (one.points[0][0], one.points[1][0]), "lead {n}");
    }
}

#[test]
fn next_steps_have_their_due_times() {
    let text = r#"
policy demo { version "1" owner "team@example.com" holidays [2026-04-03] time-zone "-05:00" }
lead { next_meeting: date  region: one of { us, canada }  problem: text }
channels { form }
signals { demo_request: high from form }
checklist ready { "Problem known": problem is known }
score fit { some up to 10 { +10 when region is us } bands { good >= 10, weak } }
score intent { some up to 90 { +45 per demo_request newest 2 } bands { high >= 40, low } }
risks { "Region unknown": region is unknown owner sales }
outcomes {
  meet { next "Meet" owner sales due 1 days before next_meeting check ready }
  call { next "Call back" when demo_request ever  next "Call" owner sales
         due 2 business days after latest high signal  revisit in 90 days }
  wait { next "Wait" owner sales due 36 hours revisit on next_meeting }
}
route { to meet when region is us  to call when region is canada  otherwise to wait }
"#;
    let policy = policy(text);
    let program = Program::lower(&policy);
    // A Thursday evening in UTC, still Thursday at the policy's offset; the Friday is a holiday.
    let as_of = Instant::parse("2026-04-02T23:00Z", policy.offset).expect("an instant");
    let engine = Engine::new(&policy, &program, as_of);
    let mut batch = Batch::new(&policy);
    let day = |text| rubric::policy::time::Day::parse(text).expect("a day");
    let region = rubric::policy::FieldId(5);
    batch.begin("meets");
    batch.set_choice(region, 0);
    batch.set_day(rubric::policy::FieldId(4), day("2026-04-20"));
    batch.finish();
    batch.begin("asked");
    batch.set_choice(region, 1);
    batch.supply_events();
    let kind = batch.kind_of(&[rubric::policy::SignalId(0)]);
    for at in ["2026-04-01T12:00Z", "2026-04-09T12:00Z"] {
        let at = Instant::parse(at, policy.offset).expect("an instant");
        batch.push_event(EventFact { at, kind, contact: None, channel: None });
    }
    batch.finish();
    batch.begin("unknown");
    batch.finish();
    let e = engine.evaluate(&batch);
    let shown: Vec<serde_json::Value> =
        (0..3).map(|lead| serde_json::to_value(engine.next_step(&e, &batch, lead)).expect("JSON")).collect();
    assert_eq!(shown[0]["due"], "2026-04-19");
    assert_eq!(shown[0]["open_items"][0], "Problem known");
    // Two working days after the request of the 1st: the 2nd, then over holiday and weekend to the 6th. The later event has not happened.
    assert_eq!((&shown[1]["action"], &shown[1]["due"]), (&"Call back".into(), &"2026-04-06".into()));
    assert_eq!(shown[1]["revisit"], "2026-07-01");
    assert_eq!((&shown[2]["due"], shown[2].get("revisit")), (&"2026-04-04T11:00:00Z".into(), None));
    assert_eq!((engine.risks(&e, 0).len(), engine.risks(&e, 2).len()), (0, 1));
}
