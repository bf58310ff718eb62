//! What `rubric check` writes besides findings for people: coverage of the framework, annotations, SARIF; and advice on several files together.
//!
//! The schema in `fixtures/sarif.schema.json` was written anew from the published SARIF format and holds the parts that are used here.

mod support;

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Output, messages and status.
fn check_in(folder: &Path, args: &[&str]) -> (String, String, i32) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rubric"));
    let output = command.arg("check").args(args).current_dir(folder).output().expect("the binary runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
    (text(output.stdout), text(output.stderr), output.status.code().expect("an exit status"))
}

fn scratch(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a scratch folder");
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("files can be written");
    }
    folder
}

/// Has an error with a fix, one with a second place, and one without either.
const MIXED: &str = "library demo\n\nlead {\n  region: one of { us, canada }\n  region: text\n}\n\ndefine near = regoin is us\n\n\
    define far = region is mexico \n";

#[test]
fn the_policies_of_this_project_cover_the_framework() {
    let (out, err, status) = check_in(&root(), &["--framework", "policies"]);
    assert_eq!((err.as_str(), status), ("", 0));
    insta::assert_snapshot!("framework_policies", out);
}

#[test]
fn a_toy_covers_little_and_is_told_what_else_there_is() {
    let toy = "tests/fixtures/framework/toy.rubric";
    let (out, err, status) = check_in(&root(), &["--framework", toy]);
    assert_eq!((err.as_str(), status), ("", 0));
    insta::assert_snapshot!("framework_toy", out);
    let (out, _, _) = check_in(&root(), &["--framework", "--format", "json", toy]);
    let told: Value = serde_json::from_str(&out).expect("the output is JSON");
    assert_eq!((told[0]["policy"].as_str(), told[0]["covered"].as_u64()), (Some("toy"), Some(0)));
    let steps = told[0]["steps"].as_array().expect("steps");
    let coverage: Vec<&str> = steps.iter().filter_map(|s| s["coverage"].as_str()).collect();
    let expected = ["missing", "partly", "partly", "partly", "partly", "missing", "missing", "missing"];
    assert_eq!(coverage, expected);
    insta::assert_snapshot!("framework_toy_json", out);
    // Nothing is held against a small policy where nobody asks.
    assert_eq!(check_in(&root(), &[toy]).0, "1 file checked: nothing to complain about\n");
}

#[test]
fn coverage_needs_a_policy() {
    let library = scratch(&[("shared.rubric", "library shared\n\nlead { region: text }\n")]);
    let (out, err, status) = check_in(library.path(), &["--framework"]);
    assert_eq!((out.as_str(), status), ("", 2));
    assert!(err.contains("there is no policy among these files"), "{err}");
    let broken = scratch(&[("demo.rubric", MIXED)]);
    let (out, err, status) = check_in(broken.path(), &["--framework"]);
    assert_eq!((out.as_str(), status), ("", 1));
    assert!(err.contains("RB0202"), "{err}");
    let (_, err, status) = check_in(&root(), &["--framework", "--format", "sarif", "policies"]);
    assert_eq!(status, 2);
    assert!(err.contains("--format json"), "{err}");
}

#[test]
fn annotations_are_one_line_each_and_harmless() {
    let folder = scratch(&[("a,b%.rubric", MIXED)]);
    let (out, err, status) = check_in(folder.path(), &["--format", "github"]);
    assert_eq!((err.as_str(), status), ("", 1));
    assert!(out.lines().all(|l| l.starts_with("::error file=a%2Cb%25.rubric,line=")), "{out}");
    insta::assert_snapshot!("github", out);
}

fn sarif(folder: &Path, args: &[&str]) -> Value {
    let (out, err, _) = check_in(folder, &[&["--format", "sarif"], args].concat());
    assert_eq!(err, "");
    let log: Value = serde_json::from_str(&out).expect("the output is JSON");
    support::hold_against_sarif(&log);
    log
}

#[test]
fn sarif_follows_its_schema_and_points_to_its_rules() {
    let folder = scratch(&[("a b.rubric", MIXED)]);
    let log = sarif(folder.path(), &[]);
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    let results = run["results"].as_array().expect("results");
    assert!(results.len() > 2, "{results:?}");
    for result in results {
        let rule = &rules[result["ruleIndex"].as_u64().expect("an index") as usize];
        assert_eq!(rule["id"], result["ruleId"]);
        let text = rule["help"]["text"].as_str().expect("help");
        assert!(text.len() > 20 && !text.contains("```"), "{text}");
        assert_eq!(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "a%20b.rubric");
    }
    let named = |code: &str| results.iter().find(|r| r["ruleId"] == code).expect("the finding is there");
    let typo = named("RB0201");
    let region = &typo["locations"][0]["physicalLocation"]["region"];
    assert_eq!((region["startLine"].as_u64(), region["startColumn"].as_u64()), (Some(8), Some(15)));
    assert_eq!((region["endColumn"].as_u64(), region["snippet"]["text"].as_str()), (Some(21), Some("regoin")));
    let change = &typo["fixes"][0]["artifactChanges"][0];
    assert_eq!(change["replacements"][0]["insertedContent"]["text"], "region");
    assert_eq!(named("RB0202")["relatedLocations"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_log_without_findings_is_a_log() {
    let log = sarif(&root(), &["policies"]);
    assert_eq!(log["runs"][0]["results"].as_array().map(Vec::len), Some(0));
}

/// The same policy under two names, as somebody would begin the next product.
#[test]
fn scores_that_were_copied_are_seen_only_together_and_can_be_allowed() {
    let page = std::fs::read_to_string(root().join("docs/rules/shared-score.md")).expect("the page is there");
    let block = |info: &str| {
        let start = page.find(&format!("```{info}\n")).expect("an example") + info.len() + 4;
        page[start..].split("\n```").next().expect("an end").to_string() + "\n"
    };
    let (one, other) = (block("rubric error"), block("rubric error beside"));
    let folder = scratch(&[("one.rubric", &one), ("other.rubric", &other)]);
    let names = |args: &[&str]| {
        let (out, _, _) = check_in(folder.path(), &[&["--format", "json"], args].concat());
        let all: Value = serde_json::from_str(&out).expect("the output is JSON");
        let all = all["findings"].as_array().expect("a list").clone();
        all.iter()
            .map(|f| format!("{} {}", f["file"].as_str().unwrap_or(""), f["name"].as_str().unwrap_or("")))
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&["one.rubric"]), Vec::<String>::new());
    assert_eq!(names(&[]), ["one.rubric shared-score", "other.rubric shared-score"]);
    let allowed = other.replace(
        "score intent",
        "# rubric: allow shared-score because it is a pilot of the same product\nscore intent",
    );
    std::fs::write(folder.path().join("other.rubric"), allowed).expect("files can be written");
    assert_eq!(names(&[]), ["one.rubric shared-score"]);
    // Alone it holds nothing back, and still it is not unused.
    assert_eq!(names(&["other.rubric"]), Vec::<String>::new());
}

/// Invisible characters reach no terminal, not even in the excerpt of the text.
#[test]
fn what_nobody_sees_is_shown() {
    let library = "library demo\n\n# Where\u{202e} it is.\nlead { region: text label \"Re\u{200b}gi\u{ad}on\" ask \"Whi\u{441}h?\" }\n";
    let folder = scratch(&[("demo.rubric", library)]);
    let (out, _, status) = check_in(folder.path(), &[]);
    assert_eq!(status, 0);
    for unseen in ['\u{202e}', '\u{200b}', '\u{ad}'] {
        assert!(!out.contains(unseen), "{out:?}");
    }
    insta::assert_snapshot!("invisible", out);
    let (out, _, _) = check_in(folder.path(), &["--format", "github"]);
    assert!(out.contains("U+202E") && !out.contains('\u{202e}'), "{out:?}");
}
