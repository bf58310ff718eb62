//! Advice about the framework, case by case: what it sees through, and where it keeps silent.

use rubric::driver::{Memory, load};
use rubric::lint::Levels;

/// A policy with gates, people, a script and a way back, that raises nothing.
const POLICY: &str = r#"
policy demo { version "1" owner "team@example.com" }
lead {
  region: one of { us, canada }  ask on form, call "Where?"
  staff: number 0..              ask on form, call "How many?"
  problem: text                  known from sql  ask on call "What fails today?"
  agreed: boolean                known from sql  ask on call "Is the workflow agreed?"
  security_review: boolean       ask on call "Is a security review in place?"
}
channels { form, email, content }
signals {
  demo_request: high from form
  reply:        mid  from email
  article:      low  from content
  opt_out:      negative from email
}
personas { it: "IT" titles "CIO" }
committee { approver: from it }
define helper = region is us or region is canada
icp { must region: helper because "Only hosted there" }
score fit {
  profile up to 60 { +40 when helper  +20 when staff >= 50 }
  workflow up to 40 { +40 when agreed }
  bands { strong >= 90, good >= 50, weak }
}
score intent {
  buying up to 60 { +40 per demo_request newest 1  +10 per reply newest 2 }
  reading up to 5 { +1 per article newest 9 }
  leaving down to -20 { -20 per opt_out newest 1 }
  bands { high >= 40, mid >= 10, low }
}
checklist ready { "The review is there": security_review  "Somebody of theirs": approver >= identified }
stages {
  mql { require fit >= good }
  sql { require problem is known  require ready is complete }
}
outcomes {
  demo       { next "Book a demo" owner sales due 2 days }
  call       { next "Call" owner sales due 2 days }
  nurture    { next "Write" owner sales due 5 days }
  disqualify { next "Close politely" owner sales due 5 days }
}
discovery { context: region, staff, problem, agreed  compliance: security_review, approver }
requalify { on reply }
route {
  to disqualify when icp is failed
  to demo when fit >= good and intent is high
  to call when intent >= mid
  otherwise to nurture
}
"#;

/// The names of advice about the policy with changes, in order, each as often as it is given.
fn advice(changes: &[(&str, &str)]) -> Vec<&'static str> {
    let mut text = POLICY.to_string();
    for (from, to) in changes {
        assert!(text.contains(from), "`{from}` is not in the policy");
        text = text.replacen(from, to, 1);
    }
    let mut memory = Memory::default();
    memory.insert("demo.rubric", text);
    let loaded = load(&memory, "demo.rubric", &[]);
    let errors: Vec<&str> = loaded.diagnostics.iter().map(|d| d.message.as_str()).collect();
    assert!(errors.is_empty(), "{changes:?}: {errors:?}");
    // Advice about the craft has tests of its own.
    let about_the_framework = |code: &str| ("RB1140".."RB1170").contains(&code);
    let found = loaded.lint(&Levels::default());
    found.iter().filter(|d| about_the_framework(d.rule.code)).map(|d| d.rule.name).collect()
}

const NONE: [&str; 0] = [];

#[test]
fn a_whole_policy_raises_nothing() {
    assert_eq!(advice(&[]), NONE);
}

#[test]
fn fields_of_later_stages_are_found_through_whatever_hides_them() {
    let gate = "require fit >= good";
    let require = |what: &str| advice(&[(gate, what)]);
    assert_eq!(require("require problem is known"), ["field-too-early"]);
    // 90 points are out of reach without those of the workflow; 60 are not.
    assert_eq!(require("require fit is strong"), ["field-too-early"]);
    assert_eq!(require("require fit >= 60"), NONE);
    assert_eq!(require("require fit >= 60 and agreed"), ["field-too-early"]);
    // What can be passed another way is not held up.
    assert_eq!(require("require fit >= good or agreed"), NONE);
    assert_eq!(require("require unconfirmed agreed and fit >= good"), NONE);
    assert_eq!(require("require not agreed and fit >= good"), ["field-too-early"]);
    assert_eq!(
        advice(&[(gate, "require inner"), ("define helper", "define inner = agreed\ndefine helper")]),
        ["field-too-early"]
    );
    let listed = [
        (gate, "require early is complete"),
        ("checklist ready", "checklist early { \"It is agreed\": agreed }\nchecklist ready"),
    ];
    assert_eq!(advice(&listed), ["field-too-early"]);
    // A profile that is matched only with the answer, and one that is only not failed.
    let profile = ("must region", "must agreed: agreed because \"Without it there is nothing to sell\"\n  must region");
    assert_eq!(advice(&[(gate, "require icp is matched"), profile]), ["field-too-early"]);
    assert_eq!(advice(&[(gate, "require icp is not failed"), profile]), NONE);
    // At the stage itself, and in advice to the lead, it is fine.
    assert_eq!(advice(&[(gate, "require fit >= good  should problem is known")]), NONE);
}

#[test]
fn a_gate_that_nothing_can_pass_is_not_blamed_on_a_field() {
    // 90 points are all there are.
    let fewer = ("workflow up to 40 { +40 when agreed }", "workflow up to 30 { +30 when agreed }");
    assert_eq!(advice(&[fewer, ("require fit >= good", "require fit >= 95 and agreed")]), NONE);
    assert_eq!(advice(&[fewer, ("require fit >= good", "require fit >= 85 and agreed")]), ["field-too-early"]);
}

#[test]
fn weak_signals_are_added_up_with_their_caps() {
    assert_eq!(advice(&[("up to 5 { +1 per article newest 9 }", "up to 9 { +3 per article newest 9 }")]), NONE);
    assert_eq!(
        advice(&[("up to 5 { +1 per article newest 9 }", "up to 10 { +3 per article newest 9 }")]),
        ["low-signals-reach-high"]
    );
    assert_eq!(advice(&[("up to 5 { +1 per article newest 9 }", "up to 10 { +3 per article newest 3 }")]), NONE);
    // 20 for replies and 5 for articles stay below 40; 36 do not.
    assert_eq!(advice(&[("+10 per reply newest 2", "+10 per reply newest 3")]), NONE);
    assert_eq!(advice(&[("+10 per reply newest 2", "+12 per reply newest 3")]), ["low-signals-reach-high"]);
    let when = |cond: &str| {
        advice(&[("leaving down to -20 {", &format!("more up to 30 {{ +30 when {cond} }}\n  leaving down to -20 {{"))])
    };
    assert_eq!(when("article ever"), ["low-signals-reach-high", "low-signals-reach-high"]);
    assert_eq!(when("demo_request ever"), NONE);
    assert_eq!(when("no demo_request ever and reply ever"), ["low-signals-reach-high"]);
    // What fields and people add is no reading.
    assert_eq!(when("region is us"), NONE);
    assert_eq!(when("approver >= identified"), NONE);
}

#[test]
fn demos_for_weak_matches_are_found_by_what_the_route_lets_through() {
    let rule = "to demo when fit >= good and intent is high";
    let route = |with: &str| advice(&[(rule, with)]);
    assert_eq!(route("to demo when intent is high"), ["demo-without-fit"]);
    assert_eq!(route("to demo when intent is high and icp is matched"), NONE);
    assert_eq!(route("to demo when intent is high and icp is not failed"), ["demo-without-fit"]);
    assert_eq!(route("to demo when fit >= good or demo_request ever"), ["demo-without-fit"]);
    assert_eq!(route("to demo when intent is high and unconfirmed fit is weak"), NONE);
    assert_eq!(route("to demo when intent is high and stage >= mql"), NONE);
    // Once the weak ones are gone, the rest may be as short as it likes.
    assert_eq!(route("to call when fit is weak\n  to demo when intent is high"), NONE);
    assert_eq!(route("to call when fit < 50\n  to demo when intent is high"), NONE);
    assert_eq!(route("to call when fit < 40\n  to demo when intent is high"), ["demo-without-fit"]);
    let matrix = |weak: &str| {
        let cells = "strong: demo demo nurture\n good: demo call nurture";
        route(&format!("by fit, intent when region is us {{\n high mid low\n {cells}\n weak: {weak}\n}}"))
    };
    assert_eq!(matrix("call call -"), NONE);
    assert_eq!(matrix("demo call -"), ["demo-without-fit"]);
    // An outcome is a demo by its name or by what is booked, not because the word stands somewhere.
    let renamed = |next: &str| {
        advice(&[
            (rule, "to session when intent is high"),
            ("demo       { next \"Book a demo\"", &format!("session {{ next \"{next}\"")),
        ])
    };
    assert_eq!(renamed("Schedule a demonstration"), ["demo-without-fit"]);
    assert_eq!(renamed("Ask for demographic data"), NONE);
    assert_eq!(renamed("Answer what the demo left open"), NONE);
}

#[test]
fn people_and_security_may_stand_anywhere() {
    let items = "\"The review is there\": security_review  \"Somebody of theirs\": approver >= identified";
    let without = |more: &[(&str, &str)]| {
        let mut changes = vec![
            (items, "\"The problem is clear\": problem is known"),
            (
                "security_review: boolean       ask on call \"Is a security review in place?\"",
                "reviewed: boolean ask on call \"Is it reviewed?\"",
            ),
            ("compliance: security_review, approver", "more: reviewed, approver"),
        ];
        changes.extend(more);
        advice(&changes)
    };
    let rest = without(&[]);
    assert_eq!(rest, ["no-security-gate", "no-stakeholder-gate"]);
    assert_eq!(without(&[("more: reviewed", "compliance: reviewed")]), ["no-stakeholder-gate"]);
    assert_eq!(without(&[("Is it reviewed?", "Is HIPAA training done?")]), ["no-stakeholder-gate"]);
    assert_eq!(without(&[("\"The problem is clear\"", "\"Privacy is clear\"")]), ["no-stakeholder-gate"]);
    assert_eq!(without(&[("require problem is known", "require count of engaged roles >= 1")]), ["no-security-gate"]);
    assert_eq!(without(&[("require problem is known", "require committee is complete")]), ["no-security-gate"]);
    // One gate is no ladder.
    let start = POLICY.find("\n  sql {").expect("a second gate");
    let gate = &POLICY[start..start + POLICY[start..].find("\n}").expect("its end")];
    assert_eq!(without(&[(gate, ""), ("known from sql", ""), ("known from sql", "")]), NONE);
}

#[test]
fn questions_are_looked_for_where_they_are_asked() {
    let script = "context: region, staff, problem, agreed";
    assert_eq!(advice(&[(script, "context: region, staff, agreed")]), ["question-missing"]);
    // Fit looks at staff, but no gate and no rule asks for it.
    assert_eq!(advice(&[(script, "context: region, problem, agreed")]), NONE);
    // Asked elsewhere only, it is not for the call.
    assert_eq!(
        advice(&[
            (script, "context: region, staff, agreed"),
            ("ask on call \"What fails today?\"", "ask on email \"What fails?\"")
        ]),
        NONE
    );
    let silent = ("known from sql  ask on call \"What fails today?\"", "known from sql");
    assert_eq!(advice(&[silent]), NONE, "the script asks for it");
    assert_eq!(advice(&[silent, (script, "context: region, staff, agreed")]), ["gate-without-question"]);
    let through_list = [
        ("security_review: boolean       ask on call \"Is a security review in place?\"", "security_review: boolean"),
        ("compliance: security_review, approver", "people: approver"),
    ];
    assert_eq!(advice(&through_list), ["gate-without-question"]);
}

#[test]
fn reasons_and_ways_back() {
    let rule = "to disqualify when icp is failed";
    assert_eq!(advice(&[(rule, "to disqualify when staff < 5")]), ["silent-disqualification"]);
    assert_eq!(advice(&[(rule, "to disqualify when staff < 5 because \"Too small\"")]), NONE);
    assert_eq!(advice(&[("otherwise to nurture", "otherwise to disqualify")]), ["silent-disqualification"]);
    assert_eq!(advice(&[("requalify { on reply }", "")]), ["no-way-back"]);
    // Nobody is sent to nurture, so nobody has to come back from it.
    assert_eq!(advice(&[("requalify { on reply }", ""), ("otherwise to nurture", "otherwise to call")]), NONE);
}

#[test]
fn sources_are_channels_that_something_comes_from() {
    assert_eq!(advice(&[("email, content }", "email, content, webinar }")]), ["idle-source"]);
    assert_eq!(
        advice(&[
            ("reply:        mid  from email", "reply: mid from form"),
            ("low  from content", "low from form"),
            (", content }", " }")
        ]),
        ["forms-only-intent"]
    );
}

/// Advice about writing does not wait for a policy without errors.
#[test]
fn writing_is_looked_at_in_libraries_and_in_broken_files() {
    let names = |text: &str| {
        let mut memory = Memory::default();
        memory.insert("demo.rubric", text);
        let loaded = load(&memory, "demo.rubric", &[]);
        loaded.lint(&Levels::default()).iter().map(|d| d.rule.name).collect::<Vec<_>>()
    };
    let library = "library demo\nlead { region: one of { us \"Uni\u{442}ed\", uk \"\u{421}\u{41e}PY\" } }\n";
    assert_eq!(names(library), ["mixed-script"], "`т` does not look Latin in small letters");
    assert_eq!(names("library demo\n# a\u{200b}b\nlead { region: one of { us, us } }\n"), ["invisible-character"]);
    // A word all in Cyrillic is only a riddle where its Latin twin stands beside it.
    let twin = |other: &str| {
        names(&format!("library demo\nlead {{ role: one of {{ a \"\u{421}\u{420}\u{41e}\", b \"{other}\" }} }}\n"))
    };
    assert_eq!((twin("CPO"), twin("CFO")), (vec!["mixed-script"], vec![]));
    // Writing that needs its own letters, and units with Greek ones, are left alone.
    assert_eq!(
        names(
            "library demo\nlead { a: text label \"Клиника\"  b: number \"\u{3bc}g\"  c: text label \"TNF\u{3b1}\" }\n"
        ),
        NONE
    );
    let allowed = "library demo\n# rubric: allow mixed-script because it is how they write it\nlead { region: one of { us \"\u{415}pic\" } }\n";
    assert_eq!(names(allowed), NONE);
}
