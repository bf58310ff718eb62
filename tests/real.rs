//! Public tables, every row: nothing lost, nothing silent. The tables are not part of this project; where they are missing the tests say so.

use std::path::{Path, PathBuf};
use std::process::Command;

fn data(file: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(file);
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED: {file} is not beside this project; this test needs the public table");
    None
}

/// What `rubric run` prints for a table, on standard output.
fn run(policy: &str, leads: &Path, more: &[&str]) -> String {
    let policy = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/real").join(policy);
    let output = Command::new(env!("CARGO_BIN_EXE_rubric"))
        .arg("run")
        .arg(policy)
        .arg("--leads")
        .arg(leads)
        .args(["--as-of", "2026-03-31T12:00Z", "--no-events", "--no-contacts"])
        .args(more)
        .output()
        .expect("the binary runs");
    let text = String::from_utf8(output.stdout).expect("output is UTF-8");
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    text
}

/// The numbers of the closing line, in order: read, decided, out of scope, rejected.
fn counts(report: &str) -> Vec<u64> {
    let last = report.lines().rev().find(|l| !l.trim().is_empty()).expect("a closing line");
    let plain: String = last.chars().filter(|c| *c != ',').collect();
    plain.split(|c: char| !c.is_ascii_digit()).filter(|w| !w.is_empty()).map(|w| w.parse().expect("digits")).collect()
}

fn leads_of(outcome: &str, report: &str) -> u64 {
    let line = report
        .lines()
        .find(|l| l.trim_start().starts_with(outcome))
        .unwrap_or_else(|| panic!("no {outcome}:\n{report}"));
    let plain: String = line.chars().filter(|c| *c != ',').collect();
    plain.split(|c: char| !c.is_ascii_digit()).find(|w| !w.is_empty()).expect("a count").parse().expect("digits")
}

/// An independent count over the table itself: rows whose cells fulfil a test.
fn count_rows(path: &Path, test: impl Fn(&dyn Fn(&str) -> String) -> bool) -> u64 {
    let bytes = std::fs::read(path).expect("the table is readable");
    let (text, _, _) = encoding_rs::WINDOWS_1252.decode(&bytes);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headers = reader.headers().expect("a header").clone();
    let mut count = 0;
    for record in reader.records() {
        let record = record.expect("a row");
        let cell = |name: &str| {
            let at = headers.iter().position(|h| h == name).expect("the column");
            record.get(at).unwrap_or("").to_string()
        };
        count += u64::from(test(&cell));
    }
    count
}

#[test]
fn hospitals_of_three_years_are_read_whole() {
    for (file, import, rows) in [
        ("cms-hospitals/hospitals_2017_cp1252.csv", "cms2017", 4807),
        ("cms-hospitals/hospitals_2019.csv", "cms2019", 4784),
        ("cms-hospitals/hospitals_2026.csv", "cms2026", 5432),
    ] {
        let Some(path) = data(file) else { return };
        let report = run("hospitals.rubric", &path, &["--import", import]);
        assert_eq!(counts(&report), [rows, rows, 0, 0], "{report}");
        let disqualified = count_rows(&path, |cell| {
            let kind = cell("Hospital Type");
            let owner = cell("Hospital Ownership");
            let treats = ["Acute Care Hospitals", "Critical Access Hospitals", "Childrens", "Rural Emergency Hospital"];
            let federal =
                ["Government - Federal", "Veterans Health Administration", "Department of Defense", "Government"];
            !treats.contains(&kind.as_str()) || federal.contains(&owner.as_str())
        });
        assert_eq!(leads_of("disqualify", &report), disqualified, "{report}");
        // A column nobody mapped is named, never passed over in silence.
        assert!(report.contains("ZIP Code"), "{report}");
    }
}

#[test]
fn a_wrong_encoding_is_an_error_with_its_place() {
    let Some(path) = data("cms-hospitals/hospitals_2017_cp1252.csv") else { return };
    let policy = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/real/hospitals.rubric");
    let output = Command::new(env!("CARGO_BIN_EXE_rubric"))
        .arg("run")
        .arg(policy)
        .arg("--leads")
        .arg(path)
        .args(["--import", "cms2019", "--as-of", "2026-03-31T12:00Z", "--no-events", "--no-contacts"])
        .output()
        .expect("the binary runs");
    let text = String::from_utf8_lossy(&output.stderr).to_string() + &String::from_utf8_lossy(&output.stdout);
    assert!(!output.status.success(), "{text}");
    assert!(text.contains("windows-1252"), "{text}");
}

#[test]
fn call_contacts_are_read_whole() {
    let Some(path) = data("uci-bank-marketing/bank-full.csv") else { return };
    let report = run("bank.rubric", &path, &["--number-rows"]);
    assert_eq!(counts(&report), [45_211, 45_211, 0, 0], "{report}");
    assert_eq!(leads_of("disqualify", &report), count_rows(&path, |cell| cell("default") == "yes"), "{report}");
    assert!(report.contains("duration"), "{report}");
}
