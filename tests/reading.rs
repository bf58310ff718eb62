//! What people read after `rubric run` and `rubric explain`: whole texts of the real binary, at a fixed width and without colour.

use std::path::PathBuf;
use std::process::Command;

fn rubric(args: &[&str]) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/people");
    let files = ["remote.rubric", "--leads", "leads.csv", "--events", "events.csv", "--contacts", "contacts.csv"];
    let output = Command::new(env!("CARGO_BIN_EXE_rubric"))
        .arg(args[0])
        .args(files)
        .args(["--as-of", "2026-03-31T12:00Z"])
        .args(&args[1..])
        .current_dir(folder)
        .output()
        .expect("the binary runs");
    let messages = String::from_utf8(output.stderr).expect("messages are UTF-8");
    assert_eq!((output.status.code(), messages.as_str()), (Some(0), ""));
    String::from_utf8(output.stdout).expect("output is UTF-8")
}

#[test]
fn the_summary_of_a_run() {
    insta::assert_snapshot!(rubric(&["run"]));
}

#[test]
fn a_lead_that_gets_a_demo() {
    insta::assert_snapshot!(rubric(&["explain", "--id", "001"]));
}

#[test]
fn a_lead_of_which_little_is_known() {
    insta::assert_snapshot!(rubric(&["explain", "--id", "002"]));
}

#[test]
fn a_lead_that_falls_back() {
    insta::assert_snapshot!(rubric(&["explain", "--id", "007"]));
}

#[test]
fn a_lead_out_of_scope() {
    insta::assert_snapshot!(rubric(&["explain", "--id", "005"]));
}

#[test]
fn a_lead_that_slipped() {
    insta::assert_snapshot!(rubric(&["explain", "--id", "003"]));
}

#[test]
fn what_an_answer_brings_into_scope() {
    insta::assert_snapshot!(rubric(&["explain", "--id", "002", "--set", "product=monitoring"]));
}

#[test]
fn what_an_answer_would_change() {
    insta::assert_snapshot!(rubric(&[
        "explain",
        "--id",
        "006",
        "--set",
        "setting=clinic",
        "--set",
        "timeline=next_quarter"
    ]));
}

#[test]
fn an_answer_that_changes_nothing_says_so() {
    let text = rubric(&["explain", "--id", "001", "--set", "staff=121"]);
    assert_eq!(text, "Lead 001 with staff=121\n\nNothing changes.\n");
}
