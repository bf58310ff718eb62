//! `rubric diff` about every possible lead, through the real binary: what is proved, what moves, and where something has to be unknown for it.

mod support;

use serde_json::Value;
use support::Folder;

/// A small policy: criteria of its fit score, and when it calls.
fn policy(criteria: &str, when: &str) -> String {
    format!(
        "policy demo \"Demo\" {{ version \"1\" owner \"rev@example.com\" }}\n\
         lead {{\n  setting: one of {{ clinic, hospital, payer }}\n  integrates: boolean\n  staff: number 0..\n  problem: text\n}}\n\
         score fit {{\n  match {{\n{criteria}\n  }}\n  bands {{ good >= 10, weak }}\n}}\n\
         score intent {{\n  size {{ +5 when staff > 100 }}\n  bands {{ high >= 5, low }}\n}}\n\
         outcomes {{\n  call {{ next \"Call\" owner sales due 2 days }}\n  mail {{ next \"Write\" owner marketing due 5 days }}\n}}\n\
         route {{\n  to call when {when}\n  otherwise to mail\n}}\n"
    )
}

/// What is said of two versions, for people.
fn compared(old: &str, new: &str) -> String {
    let folder = Folder::new().file("old.rubric", old).file("new.rubric", new);
    let ran = folder.rubric(&["diff", "old.rubric", "new.rubric"]);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{}", ran.out);
    ran.out
}

fn meaning(old: &str, new: &str) -> Value {
    let folder = Folder::new().file("old.rubric", old).file("new.rubric", new);
    let ran = folder.rubric(&["diff", "old.rubric", "new.rubric", "--format", "json"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    let report: Value = serde_json::from_str(&ran.out).expect("one object");
    report["policies"][0]["meaning"].clone()
}

const SETTING: &str = "    +10 when setting is clinic\n    +5 when integrates";

#[test]
fn another_way_to_say_the_same_moves_no_lead() {
    let old = policy(SETTING, "fit is good and not (setting is payer or integrates)");
    let new = policy(
        "    +5 when integrates and staff is known\n    +5 when integrates and staff is unknown\n    +10 when setting is clinic",
        "not (not fit >= 10) and setting is not payer and not integrates",
    );
    assert!(compared(&old, &new).contains("no possible lead changes its route, its stage or a band"));
}

#[test]
fn a_criterion_split_by_a_field_differs_only_where_that_is_unknown() {
    let old = policy(SETTING, "fit is good");
    let new = policy(
        "    +10 when setting is clinic and integrates\n    +10 when setting is clinic and not integrates\n    +5 when integrates",
        "fit is good",
    );
    insta::assert_snapshot!(compared(&old, &new));
}

#[test]
fn a_heavier_criterion_can_only_raise_fit() {
    let old = policy(SETTING, "fit is good");
    let meaning = meaning(&old, &old.replace("+5 when integrates", "+12 when integrates"));
    assert_eq!(meaning["scores"], serde_json::json!(["`fit` can only rise, by at most 7"]));
    let moves = meaning["transitions"].as_array().expect("a list");
    assert_eq!(moves.len(), 2, "a route and a band");
    for one in moves {
        assert_eq!((&one["direction"], &one["smallest"]), (&"towards".into(), &true.into()));
        assert_eq!(one["changes"].as_array().map(Vec::len), Some(1));
    }
}

#[test]
fn two_changes_that_only_move_a_lead_together_are_both_named() {
    let old = policy(SETTING, "fit is good");
    let new = policy("    +8 when setting is clinic\n    +8 when integrates", "fit is good");
    let moves = meaning(&old, &new)["transitions"].as_array().expect("a list").clone();
    let to_call: Vec<&Value> = moves.iter().filter(|t| t["to"] == "call").collect();
    // Neither is in the way of a lead that both move down: the first alone does it.
    assert!(
        to_call.is_empty()
            && moves.iter().any(|t| t["from"] == "call" && t["changes"].as_array().map(Vec::len) == Some(1))
    );
    let raised = policy("    +5 when setting is hospital\n    +5 when integrates", "fit is good");
    let low = policy("    +4 when setting is hospital\n    +4 when integrates", "fit is good");
    let moves = meaning(&low, &raised)["transitions"].as_array().expect("a list").clone();
    assert!(moves.iter().all(|t| t["changes"].as_array().map(Vec::len) == Some(2)), "{moves:?}");
}

#[test]
fn a_lead_that_needs_words_is_found_or_said_to_be_unconfirmed() {
    let old = policy(SETTING, "fit is good and problem contains \"audit\"");
    let new = policy(SETTING, "fit is good and problem starts with \"audit\"");
    let meaning = meaning(&old, &new);
    let moves = meaning["transitions"].as_array().expect("a list");
    assert_eq!(moves.len(), 1);
    assert!(moves[0]["lead"].to_string().contains("audit"), "{moves:?}");
    assert_eq!(meaning["undecided"], serde_json::json!([]));
}

#[test]
fn a_proof_can_be_left_out() {
    let (old, new) = (policy(SETTING, "fit is good"), policy(SETTING, "fit >= 12"));
    let folder = Folder::new().file("old.rubric", &old).file("new.rubric", &new);
    let ran = folder.rubric(&["diff", "old.rubric", "new.rubric", "--no-proof"]);
    assert_eq!(ran.status, 0);
    assert!(!ran.out.contains("possible lead"));
    assert!(compared(&old, &new).contains("possible lead"));
}
