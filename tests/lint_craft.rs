//! Lints about the craft of a policy, beside what their pages show: what they find in forms that are easy to miss, and where they stay silent.

use rubric::driver::{Memory, load};
use rubric::lint::Levels;

const HEAD: &str = "policy demo {\n  version \"1\"\n  owner \"team@example.com\"\n}\n";
const LEAD: &str = "lead {
  setting: one of { clinic, hospital, payer, employer }
  staff: number 1..100_000
  timeline: ordered { exploring, later, soon, now }
  systems: some of { ehr, lab, claims }
  source: text
  next_meeting: date
  patient_data: boolean
}
channels { form, email, website }
events { path: text }
signals {
  demo_request: high from form
  rfp:          high from email
  page:         mid  from website event \"page_view\"
}
personas { clinical: \"Clinical\" titles \"clinical\" }
committee { champion: from clinical }
";
const FIT: &str = "score fit {
  profile up to 100 { +60 when setting is clinic  +40 when staff >= 50 }
  bands { strong >= 60, weak }
}
";
const INTENT: &str = "score intent {
  buying up to 100 { +60 per demo_request newest 1  +40 per rfp newest 1 }
  bands { high >= 40, low }
}
";
const END: &str = "outcomes {
  call    { next \"Call\"   owner sales  due 2 days }
  nurture { next \"Write\"  owner sales  due 5 days }
}
";

/// What is found in a policy, apart from fields and signals that a small policy does not use.
fn found(parts: &[&str]) -> Vec<String> {
    let text = format!("{HEAD}{LEAD}{}", parts.concat());
    let mut memory = Memory::default();
    memory.insert("demo.rubric", text.as_str());
    let loaded = load(&memory, "demo.rubric", &[]);
    assert!(loaded.policy.is_some(), "{:?}\n{text}", loaded.diagnostics);
    let lints = loaded.lint(&Levels::default());
    let told = lints.iter().filter(|d| !["unused-field", "unused-signal", "open-negation"].contains(&d.rule.name));
    told.map(|d| format!("{}: {}", d.rule.name, loaded.sources.text(d.span()))).collect()
}

/// What is found about a condition that sends leads to a call.
fn about(cond: &str) -> Vec<String> {
    found(&[FIT, INTENT, END, &format!("route {{\n  to call when {cond}\n  otherwise to nurture\n}}\n")])
}

/// What is found about the criteria of fit.
fn scored(criteria: &str) -> Vec<String> {
    let fit = format!("score fit {{\n  profile up to 1 {{ {criteria} }}\n  bands {{ strong >= 1, weak }}\n}}\n");
    let all = found(&[&fit, INTENT, END, "route {\n  to call when fit is strong\n  otherwise to nurture\n}\n"]);
    let about_weights = ["cap-", "heavy-", "groups-"];
    all.into_iter().filter(|f| !about_weights.iter().any(|w| f.starts_with(w))).collect()
}

#[test]
fn contradictions_of_every_kind_are_found() {
    for cond in [
        "setting is clinic and setting is payer",
        "staff < 10 and (patient_data or staff > 50) and not patient_data",
        "timeline >= soon and timeline <= later",
        "systems is empty and systems has ehr",
        "systems has none of [ehr, lab] and systems has all of [lab, claims]",
        "source starts with \"web\" and source is \"event\"",
        "next_meeting before 2026-01-01 and next_meeting after 2026-06-01",
        "next_meeting within last 3 days and next_meeting within next 3 days and next_meeting is unknown",
        "staff is unknown and staff >= 50",
        "demo_request within 30 days and no demo_request ever",
        "no high signal ever and rfp ever",
        "count of rfp >= 3 and count of high signal <= 2",
        "champion is missing and champion is engaged",
        "count of engaged roles >= 1 and champion is missing",
        "fit is strong and fit < 40",
        "fit is strong and setting is payer",
        "intent is high and no high signal ever",
    ] {
        let found = about(cond);
        assert!(found.len() == 1 && found[0].starts_with("impossible-and"), "{cond}: {found:?}");
    }
}

#[test]
fn conditions_that_no_answer_changes_are_found() {
    for cond in [
        "staff >= 1",
        "staff <= 100_000",
        "timeline >= exploring",
        "timeline <= now",
        "setting in [clinic, hospital, payer, employer]",
        "patient_data or patient_data is no",
        "staff < 100 or staff >= 50",
        "staff is known or staff is unknown",
        "count of rfp >= 0",
        "days since rfp < 0",
        "count of engaged roles >= 2",
        "stage <= none",
    ] {
        let found = about(cond);
        assert!(found.len() == 1 && found[0].starts_with("constant-condition"), "{cond}: {found:?}");
    }
}

#[test]
fn what_can_be_is_left_alone() {
    for cond in [
        "setting is clinic and staff >= 50",
        "unconfirmed setting is clinic and unconfirmed setting is not clinic",
        "systems has ehr and systems has none of [lab]",
        "systems has any of [ehr, lab] and systems has none of [ehr]",
        "source contains \"web\" and source contains \"event\"",
        "next_meeting within last 1 days and next_meeting within next 1 days",
        "next_meeting before 2026-01-01 and next_meeting within next 30 days",
        "demo_request ever and no demo_request within 30 days",
        "count of high signal >= 2 and count of rfp <= 1",
        "champion is missing or champion is engaged",
        "fit is strong and setting is clinic",
        "fit >= 40 and setting is payer",
        "intent is high and no demo_request ever",
        "committee is complete and champion is engaged",
        "setting is known",
        "staff >= 2",
    ] {
        assert_eq!(about(cond), [""; 0], "{cond}");
    }
}

#[test]
fn ladders_and_bonuses_are_no_repetition() {
    for criteria in [
        "+1 when staff >= 50  +1 when staff >= 200  +1 when staff >= 1_000",
        "+1 when timeline >= later  +1 when timeline >= soon",
        "+1 when setting is clinic  +1 when setting is clinic and staff >= 50",
        "+1 when setting is known  +1 when setting is clinic",
        "+1 when systems has ehr  +1 when systems has any of [ehr, lab]",
        "+1 when champion >= identified  +1 when champion is engaged",
        "+1 when setting in [clinic, hospital]  +1 when setting is clinic because \"Clinics are preferred\"",
        "+1 when setting in [clinic, hospital]  +1 when setting in [hospital, payer]",
    ] {
        assert_eq!(scored(criteria), [""; 0], "{criteria}");
    }
    for (criteria, expected) in [
        ("+1 when setting in [clinic, hospital]  +1 when setting is clinic", "implied-criterion"),
        ("+1 when staff >= 50  +1 when not staff < 50", "duplicate-criterion"),
        ("+1 when setting is clinic or setting is payer  +1 when setting in [payer, clinic]", "duplicate-criterion"),
        ("+1 per rfp newest 1  +1 per rfp newest 1", "duplicate-criterion"),
    ] {
        let found = scored(criteria);
        assert!(found.len() == 1 && found[0].starts_with(expected), "{criteria}: {found:?}");
    }
}

#[test]
fn rules_that_others_swallow_together_are_found() {
    let route = |rules: &str| found(&[FIT, INTENT, END, &format!("route {{\n{rules}\n  otherwise to nurture\n}}\n")]);
    let matrix = "  by fit, intent when setting is known { high low\n strong: call call\n weak: - call }\n";
    for (rules, swallowed) in [
        ("to call when staff < 50 to nurture when staff >= 50 to call when staff is known", true),
        ("to call when staff < 50 to nurture when staff >= 60 to call when staff is known", false),
        (&format!("{matrix} to nurture when setting is clinic and intent is low"), true),
        (&format!("{matrix} to nurture when setting is payer and intent is high"), false),
        (&format!("to nurture when setting is known {matrix}"), true),
    ] {
        let found = route(rules);
        let expected: &[&str] = if swallowed { &["swallowed-rule"] } else { &[] };
        let names: Vec<&str> = found.iter().filter_map(|f| f.split(':').next()).collect();
        assert_eq!(names, expected, "{rules}: {found:?}");
    }
}

#[test]
fn points_are_added_up_with_caps_and_without_what_excludes_each_other() {
    let fit = |group: &str, bands: &str| {
        let fit = format!("score fit {{\n  {group}\n  bands {{ {bands} }}\n}}\n");
        found(&[&fit, INTENT, END, "route {\n  to call when fit is strong\n  otherwise to nurture\n}\n"])
    };
    let exclusive = "profile { +60 when setting is clinic  +50 when setting is hospital  +40 when staff >= 50 }";
    assert_eq!(fit(exclusive, "strong >= 100, weak"), [""; 0]);
    // Points are multiples of ten, so none lie from 61 to 69.
    assert_eq!(fit(exclusive, "strong >= 70, odd >= 61, weak"), ["unreachable-band: odd"]);
    let capped = "profile up to 70 { +60 when setting is clinic  +40 when staff >= 50 }";
    assert_eq!(fit(capped, "strong >= 80, weak"), ["unreachable-band: strong"]);
    let groups =
        "a up to 50 { +50 when setting is clinic }  b up to 50 { +50 when setting is hospital  +20 when staff >= 50 }";
    assert_eq!(fit(groups, "strong >= 71, weak"), ["unreachable-band: strong"]);
    assert_eq!(fit(groups, "strong >= 70, weak"), [""; 0]);
    let ladder = "profile { +30 when staff < 50  +30 when staff between 50 and 99  +40 when staff >= 100 }";
    assert_eq!(fit(ladder, "strong >= 41, weak"), ["unreachable-band: strong"]);
}

#[test]
fn a_long_chain_of_definitions_is_told_once_and_in_time() {
    let mut chain = String::from("define d0 = staff < 50\ndefine d1 = d0 or staff >= 50\n");
    for i in 2..1_000 {
        chain += &format!("define d{i} = d{} or setting is clinic\n", i - 1);
    }
    let route = "route {\n  to call when d999\n  otherwise to nurture\n}\n";
    assert_eq!(found(&[&chain, FIT, INTENT, END, route]), ["constant-condition: d0 or staff >= 50"]);
}
