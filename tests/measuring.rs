//! `rubric test --coverage` and `--mutate` on the real binary: what tests saw, and which changes they would have noticed.

mod support;

use serde_json::Value;
use support::{Folder, Ran};

/// One of each thing that is measured, with numbers, signs, caps, windows and words to change.
const POLICY: &str = r#"
policy demo "Demo" {
  version "1"
  owner "team@example.com"
}

lead {
  setting: one of { clinic, hospital, bank }
    ask on form "Where?"
  staff: number 1..
  timeline: ordered { exploring, this_year, now }
}

channels { form }
signals { demo_request: high from form }

icp { must setting: setting in [clinic, hospital] because "Sold to care providers" }

score fit {
  profile up to 60 {
    clinic: +40 when setting is clinic
    size:   +20 when staff >= 50 and timeline >= this_year
  }
  bands { strong >= 60, good >= 40, weak }
}

score intent {
  buying up to 50 { +30 per demo_request newest 1, halves every 30 days }
  bands { high >= 30, low }
}

stages {
  mql "Qualified" {
    require fit >= good
    require interest: demo_request within 60 days
  }
}

outcomes {
  call    { next "Call"  owner sales  due 2 days }
  nurture { next "Write" owner sales  due 5 days  revisit in 90 days }
}

route {
  outside: to nurture when icp is failed
  by fit, intent when timeline is now {
             high  low
    strong:  call  nurture
    good:    call  -
    weak:    -     -
  }
  warm: to call when intent is high and fit >= good
  otherwise to nurture
}
"#;

const TESTS: &str = r#"
test "who is called" {
  as of 2026-03-31T12:00Z
  given { setting: clinic, staff: 50 }
  cases {
                 timeline   demo_request  fit  intent  stage  rule
    "at once":   now        29            60   30      mql    "rule.2.strong.high"
    "soon":      this_year  30            60   15      mql    "rule.4"
    "unsure":    exploring  61            40   8       none   "rule.4"
  }
}

test "a bank is not called" {
  as of 2026-03-31T12:00Z
  given { setting: bank, staff: 49, timeline: now }
  expect fit is 0, rule is outside, stage is none, due 2026-04-05
}
"#;

/// Comparisons of every kind, each deciding something that the tests after it look at from both sides.
const FORMS: &str = r#"
policy forms "Forms" {
  version "1"
  owner "team@example.com"
  applies when seats > 0 or seats is unknown
}

lead {
  seats: number 0..1_000
  rate: number
  day: date
  size: ordered { s, m, l, xl }
  systems: some of { ehr, lab }
}

channels { form, email }
signals { demo_request: high from form  reply: mid from email }
personas { it: "IT" titles "CIO"  clinical: "Clinical" titles "CMO" }
committee {
  champion: from clinical
  approver: from it when size >= l and seats <= 900  expected when seats between 10 and 20
}

define early = day before 2026-05-01 and day after 2026-01-31
define quiet = days since reply > 10 and days since reply <= 90
define loud  = (count of reply within 30 days >= 2 or demo_request ever) and not (size < m)

icp { must early or rate < 2.5 or day within last 20 days because "Season" }

score fit {
  a up to 50 { +20.5 when seats >= 100  +30 when size > m or size <= s  +4 when rate between 1.5 and 7 }
  b down to -10 { -10 when rate > 100  +5 when day within next 14 days }
  bands { good >= 45.5, fair >= 20, weak }
}

score intent out of 60 {
  asked up to 40 { +25 per demo_request newest 1, within 60 days  +5.5 per reply newest 2, at least 2 within 45 days }
  left down to -5 { -5 when quiet }
  bands { hot >= 25, cold }
}

checklist ready "Ready" {
  "People": champion > identified and approver >= expected
  "Loud":   loud
}

stages {
  one "One" { require count of identified roles >= 1  require fit > weak }
  two "Two" { require champion < approved or intent is hot  require fit >= 45  fall back to one when intent < hot and fit <= fair }
}

outcomes {
  go   { next "Soon" when stage > one  next "Go"  owner sales when stage >= one  owner ops  due 3 business days when stage < two  due 1 days }
  wait { next "Wait" owner ops due 10 days  revisit in 30 days when intent <= cold  revisit in 60 days }
}

route {
  no: to wait when icp is failed
  hot: to go when intent > cold and ready is complete or committee is complete and fit between 20 and 46
  fair: to go when fit < good and fit >= fair and unconfirmed quiet
  otherwise to wait
}

test "forms" {
  as of 2026-03-31T12:00Z
  cases {
          seats  rate   day         size  systems  champion    approver    demo_request  reply  reply  fit  intent  stage  rule         owner
    "1":  100    1.5    2026-01-31  l     [ehr]    engaged     engaged     59            3      29     50   36      two    hot          sales
    "2":  99     2.5    2026-02-01  m     -        identified  missing     60            11     -      4    0       -      -            -
    "3":  20     7      2026-04-13  s     [lab]    engaged     expected    -             90     -      39   0       -      hot          -
    "4":  901    100    2026-04-14  xl    []       approved    -           1             10     44     50   36      -      -            -
    "5":  900    101    2026-05-01  l     -        -           identified  30            91     -      -    -       -      no           ops
    "6":  0      2.4    2026-03-12  -     -        -           -           -             -      -      -    -       -      -            -
  }
}
"#;

fn folder() -> Folder {
    Folder::new().file("demo.rubric", format!("{POLICY}{TESTS}"))
}

fn test(args: &[&str]) -> Ran {
    folder().rubric(&[&["test"], args].concat())
}

fn json(args: &[&str]) -> Value {
    let ran = test(&[args, &["--format", "json"]].concat());
    serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{e}: {}{}", ran.out, ran.err))
}

#[test]
fn coverage_tells_what_no_test_saw() {
    let ran = test(&["--coverage"]);
    assert_eq!((ran.err.as_str(), ran.status), ("", 0));
    insta::assert_snapshot!(ran.out);
}

#[test]
fn every_part_is_told_as_json_with_what_was_seen() {
    let told = json(&["--coverage"]);
    assert!(told.get("mutation").is_none() && told["tests"].as_array().is_some_and(|t| t.len() == 4), "{told}");
    let parts = told["coverage"][0]["parts"].as_array().expect("parts");
    let lines: Vec<String> = parts
        .iter()
        .map(|p| format!("{} {} line {}: {} {}", p["kind"], p["name"], p["line"], p["covered"], p["seen"]))
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn changes_that_no_test_notices_are_told_as_edits() {
    let ran = test(&["--mutate"]);
    assert_eq!((ran.err.as_str(), ran.status), ("", 0));
    insta::assert_snapshot!(ran.out);
}

/// Each mutant is an edit of the text: the policy of the edited file fails its tests just where the mutant was noticed.
fn edits_do_what_mutants_do(text: &str) -> Vec<Value> {
    let ran = Folder::new().file("demo.rubric", text).rubric(&["test", "--mutate", "--format", "json"]);
    let told: Value = serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{e}: {}{}", ran.out, ran.err));
    let mutants = told["mutation"][0]["mutants"].as_array().unwrap_or_else(|| panic!("{}", ran.out)).clone();
    for mutant in mutants.iter().filter(|m| m["change"] != "order") {
        let word = |key: &str| mutant[key].as_str().expect("a text").to_string();
        let (line, column) = (mutant["line"].as_u64().expect("a line"), mutant["column"].as_u64().expect("a column"));
        let start: usize = text.split_inclusive('\n').take(line as usize - 1).map(str::len).sum();
        let at = start + column as usize - 1;
        let rest = text[at..].strip_prefix(&word("before")).unwrap_or_else(|| panic!("{mutant} is not there"));
        let changed = format!("{}{}{rest}", &text[..at], word("after"));
        let ran = Folder::new().file("demo.rubric", changed).rubric(&["test"]);
        assert_eq!(ran.status == 1, mutant["noticed"] == true, "{mutant}: {}{}", ran.out, ran.err);
    }
    mutants
}

#[test]
fn every_mutant_is_what_its_edit_of_the_text_says() {
    let mutants = edits_do_what_mutants_do(&format!("{POLICY}{TESTS}"));
    let changes: std::collections::BTreeSet<&str> = mutants.iter().filter_map(|m| m["change"].as_str()).collect();
    let all = ["cap", "comparison", "connective", "order", "threshold", "weight", "window"];
    assert_eq!(changes.into_iter().collect::<Vec<_>>(), all);
}

#[test]
fn every_form_of_a_comparison_is_edited_as_it_is_written() {
    let mutants = edits_do_what_mutants_do(FORMS);
    let lines = mutants.iter().map(|m| format!("{}: {} → {}", m["line"], m["before"], m["after"]).replace('"', ""));
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"));
}

#[test]
fn the_number_of_threads_changes_no_result() {
    let one = test(&["--coverage", "--mutate", "--threads", "1"]);
    assert_eq!(one, test(&["--coverage", "--mutate", "--threads", "7"]));
}

#[test]
fn a_budget_tries_some_and_says_how_many_were_left_out() {
    let all = json(&["--mutate"])["mutation"][0]["of"].as_u64().expect("a number");
    let some = &json(&["--mutate", "--budget", "10"])["mutation"][0];
    assert_eq!((some["of"].as_u64(), some["left_out"].as_u64()), (Some(10), Some(all - 10)));
    let lines: Vec<u64> = some["mutants"].as_array().into_iter().flatten().filter_map(|m| m["line"].as_u64()).collect();
    assert!(lines.first() < Some(&22) && lines.last() > Some(&45), "spread over the policy: {lines:?}");
    assert!(test(&["--mutate", "--budget", "10"]).out.contains("left out by `--budget`"));
}

#[test]
fn a_threshold_holds_what_is_measured() {
    let coverage = test(&["--coverage", "--threshold", "90"]);
    assert_eq!(coverage.status, 1);
    assert_eq!(coverage.err, "rubric: `demo.rubric` is below 90 %: its tests see too little of it\n");
    assert_eq!(test(&["--coverage", "--threshold", "10"]).status, 0);
    let mutation = test(&["--mutate", "--threshold", "99"]);
    assert_eq!(mutation.status, 1);
    assert_eq!(mutation.err, "rubric: `demo.rubric` is below 99 %: its tests notice too few changes to it\n");
    assert_eq!(test(&["--mutate", "--threshold", "10"]).status, 0);
}

#[test]
fn a_policy_without_tests_has_no_coverage() {
    let bare = Folder::new().file("demo.rubric", POLICY);
    let ran = bare.rubric(&["test", "--coverage", "--mutate", "--threshold", "1"]);
    assert_eq!(ran.status, 1);
    assert_eq!(ran.err.lines().count(), 2, "{}", ran.err);
}

#[test]
fn wrong_usage_is_told() {
    for (args, told) in [
        (&["--threshold", "50"][..], "`--threshold` needs something to hold; add `--coverage` or `--mutate`"),
        (&["--coverage", "--threshold", "101"], "101 is not in 0..=100"),
        (&["--budget", "5"], "--mutate"),
        (&["--mutate", "--budget", "0"], "0 is not in 1.."),
    ] {
        let ran = test(args);
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{args:?}");
        assert!(ran.err.contains(told), "{args:?}: {}", ran.err);
    }
}

#[test]
fn changes_are_tried_only_where_tests_pass() {
    let failing = format!("{POLICY}{}", TESTS.replace("fit is 0", "fit is 1"));
    let ran = Folder::new().file("demo.rubric", failing).rubric(&["test", "--mutate", "--format", "github"]);
    assert_eq!(ran.status, 1);
    assert!(ran.err.contains("changes are tried only where all tests pass"), "{}", ran.err);
    assert!(ran.out.starts_with("::error file=demo.rubric"), "{}", ran.out);
}
