//! `rubric test` on the real binary: what passes, what fails and why, for people and for CI.

use std::process::Command;

const POLICY: &str = r#"
policy demo "Demo" {
  version "1"
  owner "team@example.com"
  applies when product is not coding
}

lead {
  product: one of { monitoring, coding }
  setting: one of { clinic, hospital }
    ask on form "Where?"
  staff: number 0..
}

channels { form }
signals { demo_request: high from form }

icp { must size: staff >= 20 because "Smaller teams have no one to run it" }

score fit {
  profile up to 60 { +60 when setting is clinic }
  bands { strong >= 50, weak }
}

score intent {
  buying up to 40 { +40 per demo_request newest 1, halves every 30 days }
  bands { high >= 40, low }
}

outcomes {
  call    { next "Call"  owner sales  due 2 days }
  nurture { next "Write" owner sales  due 5 days }
}

route {
  to call when fit is strong
    and intent is high
  otherwise to nurture
}
"#;

const PASSING: &str = r#"
test "a clinic that asks is called" {
  as of 2026-03-31T12:00Z
  given { product: monitoring, setting: clinic, staff: 50 }
  given signal demo_request 3 days ago
  expect fit is strong, intent is 40, route is call
}
"#;

const FAILING: &str = r#"
test "a clinic that asked long ago is called" {
  as of 2026-03-31T12:00Z
  given { product: monitoring, setting: clinic }
  given signal demo_request 40 days ago
  expect icp is matched, intent >= 30, fit range 0..60
  expect route is call, also matches call, asks [setting]
}

test "coding % : is decided, too" {
  as of 2026-03-31T12:00Z
  given { product: coding }
  expect route is nurture
}
"#;

/// Output, messages and status.
fn rubric(policy: &str, args: &[&str]) -> (String, String, i32) {
    let folder = tempfile::tempdir().expect("a scratch folder");
    std::fs::write(folder.path().join("demo.rubric"), policy).expect("the policy can be written");
    let output = Command::new(env!("CARGO_BIN_EXE_rubric"))
        .arg("test")
        .args(args)
        .current_dir(folder.path())
        .output()
        .expect("the binary runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
    (text(output.stdout), text(output.stderr), output.status.code().expect("an exit status"))
}

fn failing() -> String {
    format!("{POLICY}{PASSING}{FAILING}")
}

#[test]
fn tests_that_hold_pass() {
    let (out, err, status) = rubric(&format!("{POLICY}{PASSING}"), &[]);
    assert_eq!((out.as_str(), err.as_str(), status), ("demo.rubric: 1 passed\n1 test passed\n", "", 0));
}

#[test]
fn a_failure_shows_what_came_out_and_why() {
    let (out, err, status) = rubric(&failing(), &["demo.rubric"]);
    assert_eq!((err.as_str(), status), ("", 1));
    insta::assert_snapshot!(out);
}

#[test]
fn machines_read_the_same() {
    let (out, _, status) = rubric(&failing(), &["--format", "json"]);
    assert_eq!(status, 1);
    insta::assert_snapshot!("json", out);
    let told: serde_json::Value = serde_json::from_str(&out).expect("the output is JSON");
    assert_eq!(told["tests"].as_array().map(Vec::len), Some(3));
    insta::assert_snapshot!("junit", rubric(&failing(), &["--format", "junit"]).0);
    insta::assert_snapshot!("github", rubric(&failing(), &["--format", "github"]).0);
}

const TABLE: &str = r#"
test "how big" {
  as of 2026-03-31T12:00Z
  given { product: monitoring, setting: clinic }
  cases {
                staff  demo_request  icp        fit     route     rule       owner
    "small":    19     -             failed     strong  nurture   -          -
    "warm":     20     3             matched    60      call      "rule.1"   sales
    "unsaid":   -      31            undecided  60      call      -          -
  }
}

test "next steps" {
  as of 2026-03-31T12:00Z
  given { product: monitoring, setting: clinic, staff: 50 }
  given signal demo_request 3 days ago
  expect rule is "rule.2", next "Write", owner sales, due 2026-04-03
}

test "nothing is decided" {
  as of 2026-03-31T12:00Z
  given { product: coding }
  expect out of scope
}

test "something is" {
  as of 2026-03-31T12:00Z
  given { product: monitoring }
  expect out of scope
}
"#;

#[test]
fn each_row_of_a_table_is_a_test() {
    let (out, err, status) = rubric(&format!("{POLICY}{TABLE}"), &["--format", "github"]);
    assert_eq!((err.as_str(), status), ("", 1));
    insta::assert_snapshot!("rows", out);
}

#[test]
fn mistakes_in_tables_and_expectations_are_told() {
    let wrong = r#"
test "wrong" {
  as of 2026-03-31T12:00Z
  cases {
              stafff  route   fit
    "a":      19      call
    "b":      20      calls   [1]
  }
  expect rule is "rule.7", blocked by size, next "Wrote", owner sale, due 2026-02-30, "No such item" is yes
}
"#;
    let (_, err, status) = rubric(&format!("{POLICY}{wrong}"), &[]);
    assert_eq!(status, 1);
    insta::assert_snapshot!("mistakes", err);
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let one = rubric(&failing(), &["--threads", "1"]);
    assert_eq!(one, rubric(&failing(), &["--threads", "8"]));
}

#[test]
fn tests_are_chosen_by_their_title() {
    let (out, _, status) = rubric(&failing(), &["--run", "^a clinic that asks "]);
    assert_eq!((out.as_str(), status), ("demo.rubric: 1 passed\n1 test passed\n", 0));
    let (out, err, status) = rubric(&failing(), &["--run", "nothing like it"]);
    assert_eq!((out.as_str(), err.as_str(), status), ("no tests\n", "", 0));
    let (_, err, status) = rubric(&failing(), &["--run", "nothing like it", "--fail-on-empty"]);
    assert_eq!(status, 1);
    assert!(err.contains("no test was run"), "{err}");
    let (_, err, status) = rubric(&failing(), &["--run", "("]);
    assert_eq!(status, 2);
    assert!(err.contains("`--run` is no regular expression"), "{err}");
}

#[test]
fn a_policy_with_errors_is_told() {
    let (out, err, status) = rubric(&POLICY.replace("setting is clinic", "setting is clinik"), &[]);
    assert_eq!((out.as_str(), status), ("no tests\n", 1));
    assert!(err.contains("unknown-value") && err.contains("did you mean `clinic`?"), "{err}");
}

#[test]
fn a_test_of_an_unknown_field_is_told() {
    let (_, err, status) = rubric(&format!("{POLICY}{}", PASSING.replace("staff:", "staf:")), &[]);
    assert_eq!(status, 1);
    assert!(err.contains("did you mean `staff`?"), "{err}");
}

#[test]
fn a_folder_without_policies_is_told() {
    let (_, err, status) = rubric(POLICY, &["nowhere"]);
    assert_eq!(status, 2);
    assert!(err.contains("there is no file `nowhere`"), "{err}");
}

/// The shape that CI systems read: suites in one root, cases in suites, failures in cases, with the attributes that are required there, and counts that add up.
#[test]
fn junit_has_the_shape_that_ci_reads() {
    use quick_xml::events::Event;
    let text = rubric(&failing(), &["--format", "junit"]).0;
    let mut reader = quick_xml::Reader::from_str(&text);
    let mut open: Vec<String> = Vec::new();
    // By depth: what the element says it holds, and what was found in it.
    let mut said: Vec<[u64; 2]> = Vec::new();
    let (mut cases, mut failed, mut last_failed) = (0, 0, 0);
    loop {
        let event = reader.read_event().expect("the output is XML");
        let (element, empty) = match &event {
            Event::Start(element) => (element, false),
            Event::Empty(element) => (element, true),
            Event::End(_) => {
                let name = open.pop().expect("what ends has begun");
                if name != "failure" && name != "testcase" {
                    let counts = said.pop().expect("suites count");
                    assert_eq!(counts, [cases, failed], "{name}");
                }
                continue;
            }
            Event::Eof => break,
            _ => continue,
        };
        let name = element.name().as_ref().to_string();
        let within = match name.as_str() {
            "testsuites" => None,
            "testsuite" => Some("testsuites"),
            "testcase" => Some("testsuite"),
            "failure" => Some("testcase"),
            other => panic!("`{other}` is no element of JUnit"),
        };
        assert_eq!(open.last().map(String::as_str), within, "`{name}` stands in the wrong place");
        let attribute = |wanted: &str| {
            let found = element.try_get_attribute(wanted).expect("attributes are well formed");
            found.map(|a| a.value.into_owned())
        };
        let number = |wanted: &str| attribute(wanted).and_then(|n| n.parse::<u64>().ok()).expect("a count");
        match name.as_str() {
            "testsuites" | "testsuite" => {
                assert!(attribute("name").is_some(), "{name}");
                said.push([number("tests"), number("failures")]);
            }
            "testcase" => {
                assert!(attribute("name").is_some() && attribute("classname").is_some());
                cases += 1;
            }
            _ => {
                assert!(attribute("message").is_some());
                // Several failures of one case are one failed case.
                failed += u64::from(last_failed != cases);
                last_failed = cases;
            }
        }
        if !empty {
            open.push(name);
        }
    }
    assert_eq!((open.len(), said.len(), cases, failed), (0, 0, 3, 2));
}
