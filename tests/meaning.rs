//! Single cases of what the language means that are easy to get wrong; `agreement` looks for more of them.

use rubric::driver::{Loaded, Memory, load};
use rubric::engine::decision::{Decision, Verdict};
use rubric::engine::facts::{Batch, SetState};
use rubric::engine::{Decider, Engine};
use rubric::policy::time::Instant;
use rubric::policy::{BuiltIn, FieldId, Policy};
use rubric::program::Program;

/// A policy with the fields `a` and `b` (booleans) and `words` (a text), from its scores and stages.
fn policy(rest: &str) -> Policy {
    let loaded = loaded(rest);
    let found: Vec<&String> = loaded.diagnostics.iter().map(|d| &d.message).collect();
    loaded.policy.unwrap_or_else(|| panic!("{found:?}"))
}

fn loaded(rest: &str) -> Loaded {
    let scores = if rest.contains("score fit") { "" } else { "score fit { bands { all } }" };
    let text = format!(
        r#"
policy demo {{ version "1" owner "team@example.com" }}
lead {{ a: boolean  b: boolean  words: text  many: some of {{ m0, m1, m2, m3, m4, m5, m6, m7, m8, m9 }} }}
channels {{ form }}
signals {{ request: high from form }}
{scores}
score intent {{ bands {{ all }} }}
outcomes {{ call {{ next "Call" owner sales due 2 days }} wait {{ next "Wait" owner sales due 2 days }} }}
{rest}
"#
    );
    let mut memory = Memory::default();
    memory.insert("demo.rubric", text);
    load(&memory, "demo.rubric", &[])
}

const A: FieldId = FieldId(BuiltIn::ALL.len() as u16);

fn decide(policy: &Policy, fill: impl Fn(&mut Batch)) -> Decision {
    let program = Program::lower(policy);
    let as_of = Instant::parse("2026-03-31T12:00Z", policy.offset).expect("an instant");
    let engine = Engine::new(policy, &program, as_of);
    let mut batch = Batch::new(policy);
    batch.begin("one");
    fill(&mut batch);
    batch.finish();
    let evaluation = engine.evaluate(&batch);
    Decider::new(engine).decision(&evaluation, &batch, 0, false)
}

fn verdict(policy: &Policy, fill: impl Fn(&mut Batch)) -> Verdict {
    decide(policy, fill).verdict.expect("the lead is in scope")
}

const LADDER: &str = r#"
stages {
  first  { require a is known }
  second { require stage is first }
  third  { require stage is second }
}
route { otherwise to call }
"#;

#[test]
fn a_gate_behind_the_lead_is_judged_from_where_it_stands() {
    let policy = policy(LADDER);
    let v = verdict(&policy, |batch| {
        batch.set_choice(A, 1);
        batch.set_choice(BuiltIn::CurrentStage.field(), 2);
    });
    assert_eq!(v.stage.reached, "third");
    // Each requirement held at its gate, though the lead stands at none of the earlier stages now.
    assert_eq!(v.stage.slipped, []);
}

const FALLS: &str = r#"
stages {
  first  { require a is known }
  second { require a is known  fall back to first when stage is second and a }
  third  { require a is known  fall back to second when a }
}
route { to wait when stage is first and b is unknown  otherwise to call }
"#;

#[test]
fn a_second_fall_back_looks_at_the_stage_after_the_first() {
    let policy = policy(FALLS);
    let v = verdict(&policy, |batch| batch.set_choice(A, 1));
    assert_eq!(v.stage.reached, "first");
    assert_eq!(v.stage.fell_back_because.as_deref(), Some("stage is second and a"));
    assert_eq!((v.route.outcome.as_str(), v.route.could_be), ("wait", vec!["call".to_string()]));
    // Where it is open whether the first fall happens, so is everything after it.
    let open = verdict(&policy, |_| {});
    assert_eq!((open.stage.reached.as_str(), open.route.outcome.as_str()), ("none", "call"));
    assert_eq!(open.route.could_be, ["wait"]);
}

const CROWD: &str = r#"
score fit {
  crowd up to 7 {
    -45 when a
    +2.5 per request
  }
  bands { all }
}
route { otherwise to call }
"#;

#[test]
fn a_crowd_of_events_could_outweigh_anything_up_to_the_cap() {
    let policy = policy(CROWD);
    let v = verdict(&policy, |batch| batch.set_choice(A, 1));
    assert_eq!((v.fit.points.0, v.fit.low.0, v.fit.high.0), (0, 0, 700));
}

const AHEAD: &str = r#"
define ahead = stage >= third
define hidden = ahead or a
define behind = stage >= first
stages {
  first  { require hidden }
  second { require behind  fall back to first when ahead }
  third  { require a  fall back to first when ahead }
}
route { to call when hidden  otherwise to call }
"#;

#[test]
fn a_definition_hides_no_later_stage_from_a_gate() {
    let loaded = loaded(AHEAD);
    let found: Vec<(&str, &str)> =
        loaded.diagnostics.iter().map(|d| (d.rule.code, d.labels[0].text.as_str())).collect();
    assert_eq!(found, [("RB0502", "hidden → ahead → third"), ("RB0502", "ahead → third")]);
}

const WORDS: &str = r#"
score fit {
  told {
    +1 when words contains "one"    +1 when words contains "two"   +1 when words contains "three"
    +1 when words contains "four"   +1 when words contains "five"  +1 when words contains "six"
    +1 when words contains "seven"
  }
  bands { all }
}
route { otherwise to call }
"#;

#[test]
fn a_text_that_is_tested_very_often_still_lifts() {
    let v = verdict(&policy(WORDS), |_| {});
    assert_eq!(v.fit.high.0, 700);
    assert_eq!(v.lifts.fit.iter().map(|l| (l.field.as_str(), l.points.0)).collect::<Vec<_>>(), [("words", 700)]);
}

#[test]
fn what_a_known_member_decides_stays_decided_in_a_large_open_set() {
    let policy = policy(
        r#"
score fit {
  known { +2 when many has m1 }
  open  { +3 when many has any of [m0, m2, m3, m4]  +4 when many has all of [m5, m6, m7, m8, m9] }
  bands { all }
}
route { otherwise to call }
"#,
    );
    let many = FieldId(A.0 + 3);
    let verdict = verdict(&policy, |batch| batch.set_members(many, 1 << 1, SetState::Open));
    assert_eq!((verdict.fit.low.0, verdict.fit.points.0, verdict.fit.high.0), (200, 200, 900));
}
