//! Real public tables, every row of them: nothing lost, nothing silent, and the same answers as a few lines written for the table alone.
//!
//! The tables stand beside the project on some machines only; without them the tests say that they skipped.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use support::table;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// What a run wrote: the summary, and per lead its id, fit and outcome.
struct Ran {
    summary: String,
    leads: Vec<(String, String, String)>,
    rejects: usize,
}

fn run(policy: &str, leads: &Path, more: &[&str]) -> Ran {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let (output, rejects) = (folder.path().join("out.csv"), folder.path().join("rejects.ndjson"));
    let ran = Command::new(env!("CARGO_BIN_EXE_rubric"))
        .args(["run", policy, "--as-of", "2026-03-31T12:00Z", "--all-findings", "--leads"])
        .arg(leads)
        .arg("--output")
        .arg(&output)
        .arg("--rejects")
        .arg(&rejects)
        .args(more)
        .current_dir(root())
        .output()
        .expect("the binary runs");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let mut reader = csv::Reader::from_path(&output).expect("the output is a table");
    let header = reader.headers().expect("a header").clone();
    let at = |name: &str| header.iter().position(|h| h == name).expect("the column");
    let (id, fit, outcome) = (at("id"), at("fit"), at("outcome"));
    let row = |r: csv::StringRecord| (r[id].to_string(), r[fit].to_string(), r[outcome].to_string());
    let leads = reader.records().map(|r| row(r.expect("a record"))).collect();
    let rejects = std::fs::read_to_string(&rejects).expect("the rejects").lines().count();
    Ran { summary: String::from_utf8(ran.stdout).expect("UTF-8"), leads, rejects }
}

/// The cells of a table by header, as the file writes them; Windows-1252 where it is said.
fn cells(path: &Path, windows: bool) -> (Vec<String>, Vec<BTreeMap<String, String>>) {
    let bytes = std::fs::read(path).expect("the table is readable");
    let text = if windows {
        encoding_rs::WINDOWS_1252.decode(&bytes).0.into_owned()
    } else {
        String::from_utf8(bytes).expect("the table is UTF-8")
    };
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header: Vec<String> = reader.headers().expect("a header").iter().map(str::to_string).collect();
    let rows = reader.records().map(|r| {
        let record = r.expect("a record");
        header.iter().cloned().zip(record.iter().map(str::to_string)).collect()
    });
    let rows = rows.collect();
    (header, rows)
}

/// Every column is used by the policy, or the summary says that it is not.
fn no_silent_column(ran: &Ran, header: &[String], used: &[&str]) {
    // Lines of the summary are wrapped, so white space is folded before looking.
    let summary = ran.summary.split_whitespace().collect::<Vec<_>>().join(" ");
    for column in header.iter().filter(|h| !used.contains(&h.as_str())) {
        let shown: String = column.chars().take(60).collect();
        assert!(summary.contains(&format!("`{shown}")), "nothing is said of the column `{column}`");
    }
}

fn outcomes(ran: &Ran) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    ran.leads.iter().for_each(|(_, _, outcome)| *counts.entry(outcome.as_str()).or_insert(0) += 1);
    counts
}

/// The points of the policy for hospitals, and where it sends one, written out by hand. Empty cells and `Not Available` are not known.
fn hospital(row: &BTreeMap<String, String>) -> (i64, &'static str) {
    let cell = |names: &[&str]| {
        let found = names.iter().find_map(|n| row.get(*n)).map_or("", |c| c.trim());
        if found == "Not Available" { "" } else { found }
    };
    let kind = cell(&["Hospital Type"]);
    let owner = cell(&["Hospital Ownership"]);
    let yes = |text: &str| matches!(text, "Yes" | "true" | "Y");
    let rating = cell(&["Hospital overall rating"]);
    let outside =
        ["Psychiatric", "Acute Care - Veterans Administration", "Acute Care - Department of Defense", "Long-term"];
    let federal = ["Government - Federal", "Veterans Health Administration", "Department of Defense", "Government"];
    let mut profile = match kind {
        "Acute Care Hospitals" => 40,
        "Critical Access Hospitals" | "Childrens" => 25,
        _ => 0,
    };
    if owner.starts_with("Voluntary non-profit") {
        profile += 20;
    }
    if matches!(owner, "Government - Hospital District or Authority" | "Government - Local") {
        profile += 10;
    }
    profile += if yes(cell(&["Emergency Services"])) { 10 } else { 0 };
    let mut need = match rating {
        "1" | "2" => 20,
        "3" => 10,
        _ => 0,
    };
    need += if yes(cell(&["Meets criteria for meaningful use of EHRs"])) { 10 } else { 0 };
    let fit = profile.min(70) + need.min(30);
    let outcome = if outside.contains(&kind) || federal.contains(&owner) {
        "disqualify"
    } else if fit >= 45 {
        "nurture"
    } else if rating.is_empty() {
        "research"
    } else {
        "nurture"
    };
    (fit, outcome)
}

#[test]
fn hospitals_of_three_years() {
    for (file, import, id, rows, windows) in [
        ("cms-hospitals/hospitals_2017_cp1252.csv", "cms2017", "Provider ID", 4_807, true),
        ("cms-hospitals/hospitals_2019.csv", "cms2019", "Provider ID", 4_784, false),
        ("cms-hospitals/hospitals_2026.csv", "cms2026", "Facility ID", 5_432, false),
    ] {
        let Some(path) = table(file) else { return };
        let ran = run("tests/fixtures/real/hospitals.rubric", &path, &["--import", import]);
        let (header, all) = cells(&path, windows);
        assert_eq!((all.len(), ran.leads.len() + ran.rejects), (rows, rows), "{file}");
        assert_eq!(ran.rejects, 0, "{file}");
        let used = [
            id,
            "State",
            "Hospital Type",
            "Hospital Ownership",
            "Emergency Services",
            "Hospital overall rating",
            "Meets criteria for meaningful use of EHRs",
        ];
        no_silent_column(&ran, &header, &used);
        assert!(!ran.summary.contains("is no value of the field"), "{file}: {}", ran.summary);
        for (row, (read, fit, outcome)) in all.iter().zip(&ran.leads) {
            assert_eq!(read, row[id].trim(), "{file}: ids keep their zeros and their order");
            let (points, expected) = hospital(row);
            assert_eq!((fit.as_str(), outcome.as_str()), (points.to_string().as_str(), expected), "{file}: {row:?}");
        }
        assert!(outcomes(&ran).len() >= 3, "{file}: {:?}", outcomes(&ran));
    }
}

/// The points of the policy for call contacts, and where it sends one, written out by hand.
fn client(row: &BTreeMap<String, String>) -> (i64, &'static str) {
    let is = |column: &str, value: &str| row[column] == value;
    let number = |column: &str| row[column].parse::<i64>().expect("a number");
    let mut person = 0;
    person += if is("education", "tertiary") { 20 } else { 0 };
    person += if is("job", "student") || is("job", "retired") { 25 } else { 0 };
    person += if number("balance") >= 1_000 { 15 } else { 0 };
    person += if is("housing", "no") { 10 } else { 0 };
    person += if is("loan", "no") { 10 } else { 0 };
    let mut history = if is("poutcome", "success") { 40 } else { 0 };
    history += if (60..=200).contains(&number("dayspassed")) { 10 } else { 0 };
    history -= if number("campaign") > 3 { 10 } else { 0 };
    let fit = (person.min(60) + history.min(40)).clamp(0, 100);
    let outcome = if is("default", "yes") {
        "disqualify"
    } else if fit >= 30 {
        "call"
    } else {
        "mailing"
    };
    (fit, outcome)
}

#[test]
fn every_contact_of_a_call_campaign() {
    let Some(path) = table("uci-bank-marketing/bank-full.csv") else { return };
    let ran = run("tests/fixtures/real/bank.rubric", &path, &["--number-rows"]);
    let (header, all) = cells(&path, false);
    assert_eq!((all.len(), ran.leads.len(), ran.rejects), (45_211, 45_211, 0));
    let used = [
        "age",
        "job",
        "marital",
        "education",
        "default",
        "balance",
        "housing",
        "loan",
        "contact",
        "campaign",
        "dayspassed",
        "previouscontact",
        "poutcome",
    ];
    no_silent_column(&ran, &header, &used);
    for (number, (row, (id, fit, outcome))) in all.iter().zip(&ran.leads).enumerate() {
        let (points, expected) = client(row);
        assert_eq!(*id, (number + 2).to_string(), "the id is the line");
        assert_eq!(
            (fit.as_str(), outcome.as_str()),
            (points.to_string().as_str(), expected),
            "line {}: {row:?}",
            number + 2
        );
    }
    let ids: BTreeSet<&String> = ran.leads.iter().map(|(id, ..)| id).collect();
    assert_eq!(ids.len(), 45_211);
}

/// A change of the policy for hospitals, on the tables of two years: what `diff` counts is what two runs give.
#[test]
fn a_change_on_the_hospitals_of_two_years() {
    let years = [
        ("cms-hospitals/hospitals_2019.csv", "cms2019", 4_784),
        ("cms-hospitals/hospitals_2026.csv", "cms2026", 5_432),
    ];
    let folder = tempfile::tempdir().expect("a scratch folder");
    let old = std::fs::read_to_string(root().join("tests/fixtures/real/hospitals.rubric")).expect("the policy");
    let new = old
        .replace("good >= 45", "good >= 50")
        .replace("to research    when rating is unknown", "to disqualify  when rating is unknown");
    let paths = [folder.path().join("old.rubric"), folder.path().join("new.rubric")];
    std::fs::write(&paths[0], &old).expect("a file");
    std::fs::write(&paths[1], &new).expect("a file");
    let named = paths.each_ref().map(|p| p.display().to_string());
    for (name, import, rows) in years {
        let Some(table) = table(name) else { return };
        let more = ["--import", import, "--no-events"];
        let runs = named.each_ref().map(|p| run(p, &table, &more));
        let mut expected: BTreeMap<(String, String), u64> = BTreeMap::new();
        for (a, b) in runs[0].leads.iter().zip(&runs[1].leads) {
            assert_eq!(a.0, b.0, "the runs tell of the same leads in the same order");
            *expected.entry((a.2.clone(), b.2.clone())).or_default() += 1;
        }
        let args = ["diff", &named[0], &named[1], "--as-of", "2026-03-31T12:00Z", "--format", "json", "--leads"];
        let ran =
            Command::new(env!("CARGO_BIN_EXE_rubric")).args(args).arg(&table).args(more).output().expect("it runs");
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        let told: serde_json::Value = serde_json::from_slice(&ran.stdout).expect("one object");
        let leads = &told["leads"];
        let text = |v: &serde_json::Value| v.as_str().unwrap_or_default().to_string();
        let flows = leads["routes"].as_array().expect("a list").iter();
        let counted: BTreeMap<(String, String), u64> =
            flows.map(|f| ((text(&f["from"]), text(&f["to"])), f["leads"].as_u64().unwrap_or_default())).collect();
        assert_eq!(counted, expected, "{name}");
        assert_eq!(leads["old"]["read"], rows, "{name}");
        let moved = expected.iter().filter(|((a, b), _)| a != b).map(|(_, n)| n).sum::<u64>();
        assert!(moved > 100, "{name}: the change moves {moved}");
        assert_eq!(leads["moved"].as_array().map(Vec::len), Some(moved as usize), "{name}");
    }
}

/// What triggers look at in one hospital, written out by hand: rating, ownership (federal owners are one), criteria of the profile that fail, and
/// the place on the way to sales of its outcome and its band of fit, lower is nearer.
struct Looked {
    rating: Option<u8>,
    owner: Option<String>,
    failed: BTreeSet<&'static str>,
    outcome: usize,
    band: usize,
}

fn looked(row: &BTreeMap<String, String>) -> Looked {
    let cell = |name: &str| row.get(name).map_or("", |c| c.trim());
    let federal = ["Government - Federal", "Veterans Health Administration", "Department of Defense", "Government"];
    let outside =
        ["Psychiatric", "Acute Care - Veterans Administration", "Acute Care - Department of Defense", "Long-term"];
    let owner = cell("Hospital Ownership");
    let mut failed = BTreeSet::new();
    if outside.contains(&cell("Hospital Type")) {
        failed.insert("type");
    }
    if federal.contains(&owner) {
        failed.insert("buyer");
    }
    let (fit, outcome) = hospital(row);
    Looked {
        rating: cell("Hospital overall rating").parse().ok(),
        owner: (!owner.is_empty()).then(|| if federal.contains(&owner) { "federal" } else { owner }.to_string()),
        failed,
        outcome: ["demo", "research", "nurture", "disqualify"].iter().position(|o| *o == outcome).expect("an outcome"),
        band: if fit >= 70 { 0 } else { usize::from(fit < 45) + 1 },
    }
}

/// The hospitals of 2026 against those of 2019, as they were kept.
#[test]
fn hospitals_to_look_at_again_after_seven_years() {
    let (Some(old), Some(new)) = (table("cms-hospitals/hospitals_2019.csv"), table("cms-hospitals/hospitals_2026.csv"))
    else {
        return;
    };
    let folder = tempfile::tempdir().expect("a scratch folder");
    let path = folder.path().join("hospitals.rubric");
    let text = std::fs::read_to_string(root().join("tests/fixtures/real/hospitals.rubric")).expect("the policy");
    let triggers = "requalify { on rating rises  on rating falls  on change of ownership because \"A new owner\" }";
    std::fs::write(&path, format!("{text}\n{triggers}\n")).expect("a file");
    let snapshot = folder.path().join("2019.ndjson").display().to_string();
    let requalify = |leads: &Path, more: &[&str]| {
        let ran = Command::new(env!("CARGO_BIN_EXE_rubric"))
            .arg("requalify")
            .arg(&path)
            .args(["--no-events", "--no-contacts", "--format", "json", "--leads"])
            .arg(leads)
            .args(more)
            .output()
            .expect("it runs");
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        serde_json::from_slice::<serde_json::Value>(&ran.stdout).expect("one object")
    };
    requalify(&old, &["--import", "cms2019", "--as-of", "2019-06-30", "--save", &snapshot]);
    let told = requalify(&new, &["--import", "cms2026", "--as-of", "2026-03-31", "--previous", &snapshot]);

    let by_id = |path: &Path, id: &str| -> BTreeMap<String, Looked> {
        cells(path, false).1.iter().map(|row| (row[id].trim().to_string(), looked(row))).collect()
    };
    let (before, now) = (by_id(&old, "Provider ID"), by_id(&new, "Facility ID"));
    let mut expected: BTreeMap<&str, u64> = BTreeMap::new();
    let mut count = |what: &'static str| *expected.entry(what).or_default() += 1;
    for (id, is) in &now {
        let Some(was) = before.get(id) else {
            count("new");
            continue;
        };
        let ratings = was.rating.zip(is.rating);
        let fired = [
            ("rating rises", ratings.is_some_and(|(was, is)| is > was)),
            ("rating falls", ratings.is_some_and(|(was, is)| is < was)),
            ("change of ownership", is.owner.is_some() && is.owner != was.owner),
        ];
        let any = fired.iter().any(|(_, fired)| *fired);
        if was.outcome == 3 && is.outcome == 3 && !was.failed.is_disjoint(&is.failed) {
            count(if any { "still_outside" } else { "nothing_new" });
            continue;
        }
        match is.outcome.cmp(&was.outcome) {
            std::cmp::Ordering::Less => count("back_to_sales"),
            std::cmp::Ordering::Greater => count("downgrade"),
            std::cmp::Ordering::Equal if is.band > was.band => count("downgrade"),
            std::cmp::Ordering::Equal if any => count("look_again"),
            std::cmp::Ordering::Equal => {
                count("nothing_new");
                continue;
            }
        }
        fired.iter().filter(|(_, fired)| *fired).for_each(|(trigger, _)| count(trigger));
    }
    let gone: Vec<&String> = before.keys().filter(|id| !now.contains_key(*id)).collect();

    let mut found: BTreeMap<&str, u64> = BTreeMap::new();
    for key in ["new", "still_outside", "nothing_new"] {
        found.insert(key, told["counts"][key].as_u64().expect("a count"));
    }
    for lead in told["leads"].as_array().expect("leads") {
        *found.entry(lead["group"].as_str().expect("a group")).or_default() += 1;
        for trigger in lead["triggers"].as_array().expect("triggers") {
            *found.entry(trigger["on"].as_str().expect("words")).or_default() += 1;
        }
    }
    assert_eq!(found, expected);
    assert!(found["rating rises"] > 300 && found["change of ownership"] > 100, "{found:?}");
    let mut named: Vec<String> =
        told["gone"].as_array().expect("ids").iter().map(|id| id.as_str().expect("an id").to_string()).collect();
    named.sort();
    assert_eq!(named.iter().collect::<Vec<_>>(), gone);
    assert_eq!(told["counts"]["read"], 5_432);
    // The same again says nothing.
    let again = folder.path().join("2026.ndjson").display().to_string();
    requalify(&new, &["--import", "cms2026", "--as-of", "2026-03-31", "--save", &again]);
    let told = requalify(&new, &["--import", "cms2026", "--as-of", "2026-04-30", "--previous", &again]);
    assert_eq!((told["counts"]["look_again"].as_u64(), told["counts"]["nothing_new"].as_u64()), (Some(0), Some(5_432)));
}
