//! Backtests on real public tables: figures that are counted again here, fields that only look as if they predicted, and suggested weights beside a
//! plain logistic regression that is written here, on its own.
//!
//! The tables stand beside the project on some machines only; without them the tests say that they skipped.

mod support;

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use support::{rubric_in, table};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

type Row = BTreeMap<String, String>;

fn cells(path: &Path) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(path).expect("the table is readable");
    let header: Vec<String> = reader.headers().expect("a header").iter().map(str::to_string).collect();
    let row = |r: csv::StringRecord| header.iter().cloned().zip(r.iter().map(str::to_string)).collect();
    reader.records().map(|r| row(r.expect("a record"))).collect()
}

/// A backtest of a policy of the fixtures, as JSON.
fn backtest(policy: &str, leads: &Path, more: &[&str]) -> Value {
    let leads = leads.display().to_string();
    let mut args = vec!["backtest", policy, "--leads", &leads, "--as-of", "2026-03-31T12:00Z", "--format", "json"];
    args.extend(more);
    let ran = rubric_in(&root(), &args);
    assert_eq!(ran.status, 0, "{}", ran.err);
    serde_json::from_str(&ran.out).expect("JSON")
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// The share of pairs in which the won lead ranks higher, ties half: looked up in the sorted others.
fn auc(leads: &[(f64, bool)]) -> f64 {
    let mut lost: Vec<f64> = leads.iter().filter(|(_, won)| !won).map(|(s, _)| *s).collect();
    lost.sort_by(f64::total_cmp);
    let won: Vec<f64> = leads.iter().filter(|(_, won)| *won).map(|(s, _)| *s).collect();
    let beaten = |s: &f64| lost.partition_point(|l| l < s) + lost.partition_point(|l| l <= s);
    won.iter().map(|s| beaten(s) as f64 / 2.0).sum::<f64>() / (won.len() * lost.len()) as f64
}

/// Logistic regression by Newton's method: an intercept and free weights, no signs, no scale, no rounding, and next to no ridge.
fn regression(leads: &[(Vec<f64>, bool)]) -> Vec<f64> {
    let n = leads[0].0.len() + 1;
    let mut weights = vec![0.0; n];
    for _ in 0..25 {
        let mut system = vec![vec![0.0; n + 1]; n];
        for (features, won) in leads {
            let x: Vec<f64> = std::iter::once(1.0).chain(features.iter().copied()).collect();
            let eta: f64 = x.iter().zip(&weights).map(|(x, w)| x * w).sum();
            let p = 1.0 / (1.0 + (-eta).exp());
            for i in 0..n {
                for j in 0..n {
                    system[i][j] += p * (1.0 - p) * x[i] * x[j];
                }
                system[i][n] += x[i] * (f64::from(u8::from(*won)) - p);
            }
        }
        for i in 0..n {
            system[i][i] += 1e-6;
            system[i][n] -= 1e-6 * weights[i];
        }
        for (weight, step) in weights.iter_mut().zip(solved(system)) {
            *weight += step;
        }
    }
    weights
}

/// Gauss and Jordan.
fn solved(mut system: Vec<Vec<f64>>) -> Vec<f64> {
    let n = system.len();
    for i in 0..n {
        let pivot = (i..n).max_by(|a, b| system[*a][i].abs().total_cmp(&system[*b][i].abs())).expect("rows are left");
        system.swap(i, pivot);
        let head = system[i][i];
        system[i].iter_mut().for_each(|x| *x /= head);
        let row = system[i].clone();
        for (_, other) in system.iter_mut().enumerate().filter(|(k, _)| *k != i) {
            let times = other[i];
            other.iter_mut().zip(&row).for_each(|(x, y)| *x -= times * y);
        }
    }
    system.iter().map(|row| row[n]).collect()
}

/// The mean AUC over ten parts, each ranked by a regression on the others.
fn out_of_sample(leads: &[(Vec<f64>, bool)]) -> f64 {
    let parts = 10;
    let areas = (0..parts).map(|part| {
        let of = |held: bool| {
            leads.iter().enumerate().filter(move |(i, _)| (i % parts == part) == held).map(|(_, l)| l.clone())
        };
        let weights = regression(&of(false).collect::<Vec<_>>());
        let score = |x: &[f64]| weights[0] + x.iter().zip(&weights[1..]).map(|(x, w)| x * w).sum::<f64>();
        auc(&of(true).map(|(x, won)| (score(&x), won)).collect::<Vec<_>>())
    });
    areas.sum::<f64>() / parts as f64
}

fn flags<const N: usize>(flags: [bool; N]) -> Vec<f64> {
    flags.iter().map(|f| f64::from(u8::from(*f))).collect()
}

/// What the policy for call contacts asks, written out by hand.
fn contact(row: &Row) -> Vec<f64> {
    let is = |column: &str, value: &str| row[column] == value;
    let number = |column: &str| row[column].parse::<i64>().expect("a number");
    flags([
        is("education", "tertiary"),
        is("job", "student") || is("job", "retired"),
        number("balance") >= 1_000,
        is("housing", "no"),
        is("loan", "no"),
        is("poutcome", "success"),
        (60..=200).contains(&number("dayspassed")),
        number("campaign") > 3,
    ])
}

/// What the policy for accounts asks, written out by hand; what is blank is no.
fn account(row: &Row) -> Vec<f64> {
    let is = |column: &str, value: &str| row[column] == value;
    let number = |column: &str| row[column].parse::<i64>().ok();
    let rating = number("overall_rating");
    let at_least = |n: i64| number("tracked_discharges").is_some_and(|d| d >= n);
    flags([
        rating.is_some_and(|r| r <= 2),
        rating == Some(3),
        rating == Some(4),
        is("emergency_services", "Yes"),
        is("ownership", "Physician"),
        at_least(800),
        at_least(1_400),
        is("ownership", "Proprietary"),
    ])
}

/// The fields that a backtest suspects.
fn suspected(figures: &Value) -> Vec<String> {
    let warnings = figures["policies"][0]["warnings"].as_array().expect("warnings");
    let about = warnings.iter().filter(|w| w["kind"] == "known-afterwards");
    about.map(|w| w["subject"].as_str().unwrap_or_default().to_string()).collect()
}

/// The suggestion for fit ranks leads that it was not made from about as well as the regression does, and better than the policy.
fn hold_suggestion(name: &str, figures: &Value, leads: &[(Vec<f64>, bool)]) {
    let held = &figures["policies"][0]["suggestion"]["scores"][0]["held_out"];
    let (old, new) = (number(&held["old_auc"]["value"]), number(&held["new_auc"]["value"]));
    let plain = out_of_sample(leads);
    println!("{name}: policy {old:.3}, suggested {new:.3}, plain logistic regression {plain:.3}");
    assert!((plain - new).abs() <= 0.02, "{name}: suggested {new}, regression {plain}");
    assert!(new > old, "{name}: {held}");
    assert!(number(&held["gain"]["low"]) > 0.0, "{name}: {held}");
    for weight in figures["policies"][0]["suggestion"]["scores"][0]["weights"].as_array().expect("weights") {
        let (old, new) = (&weight["old"], weight["new"].as_i64().expect("whole points"));
        assert_eq!(number(old).signum(), (new as f64).signum(), "{name}: {weight}");
    }
}

#[test]
fn contacts_of_a_call_campaign() {
    let Some(path) = table("uci-bank-marketing/bank-full.csv") else { return };
    let all = cells(&path);
    let figures =
        backtest("tests/fixtures/real/bank.rubric", &path, &["--won", "outcome", "--number-rows", "--suggest"]);
    let rows = &figures["rows"];
    assert_eq!([&rows["read"], &rows["won"], &rows["not_won"]], [45_211, 5_289, 39_922]);
    let policy = &figures["policies"][0];
    let leads: Vec<(Vec<f64>, bool)> = all.iter().map(|r| (contact(r), r["outcome"] == "yes")).collect();
    // Each criterion, counted again from the table.
    for (at, criterion) in policy["scores"][0]["criteria"].as_array().expect("criteria").iter().enumerate() {
        let fired = leads.iter().filter(|(x, _)| x[at] > 0.0);
        let won = fired.clone().filter(|(_, won)| *won).count();
        assert_eq!([&criterion["fired"]["leads"], &criterion["fired"]["won"]], [fired.count(), won], "{criterion}");
    }
    let points = |x: &[f64]| {
        let sum = |from: usize, points: &[f64]| points.iter().zip(&x[from..]).map(|(p, x)| p * x).sum::<f64>();
        (sum(0, &[20.0, 25.0, 15.0, 10.0, 10.0]).min(60.0) + sum(5, &[40.0, 10.0, -10.0]).min(40.0)).clamp(0.0, 100.0)
    };
    let ranked: Vec<(f64, bool)> = leads.iter().map(|(x, won)| (points(x), *won)).collect();
    assert_eq!(number(&policy["scores"][0]["auc"]["value"]), (auc(&ranked) * 1000.0).round() / 1000.0);
    assert_eq!(suspected(&figures), [""; 0]);
    hold_suggestion("bank", &figures, &leads);
}

#[test]
fn the_length_of_a_call_is_known_only_after_it() {
    let Some(path) = table("uci-bank-marketing/bank-full.csv") else { return };
    let policy = std::fs::read_to_string(root().join("tests/fixtures/real/bank.rubric")).expect("the policy is there");
    // Under another name, so that the figures and not the name give it away.
    let cheat = policy
        .replace("  balance: number", "  talk: number \"seconds\" 0..  column \"duration\"\n  balance: number")
        .replace("    +10 when loan is no\n", "    +10 when loan is no\n    +30 when talk >= 300\n");
    assert_ne!(policy, cheat);
    let folder = support::Folder::new().file("bank.rubric", cheat);
    let path = path.display().to_string();
    let args = [
        "backtest",
        "bank.rubric",
        "--leads",
        &path,
        "--as-of",
        "2026-03-31",
        "--won",
        "outcome",
        "--number-rows",
        "--format",
        "json",
    ];
    let ran = folder.rubric(&args);
    assert_eq!(ran.status, 0, "{}", ran.err);
    let figures: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(suspected(&figures), ["talk"]);
    let text = figures["policies"][0]["warnings"].to_string();
    assert!(text.contains("`talk` alone predicts the outcome strikingly well"), "{text}");
}

#[test]
fn hospitals_whose_patients_come_back() {
    let Some(path) = table("cms-hospitals/derived_accounts_2019.csv") else { return };
    let all = cells(&path);
    let more = ["--import", "cms", "--won", "readmission_pain", "--suggest"];
    let figures = backtest("tests/fixtures/real/accounts.rubric", &path, &more);
    let rows = &figures["rows"];
    // A hospital without measures has no outcome; it is neither won nor lost.
    assert_eq!(
        [&rows["read"], &rows["won"], &rows["not_won"], &rows["outcome_not_known"]],
        [4_784, 1_287, 1_809, 1_688]
    );
    assert_eq!(suspected(&figures), [""; 0]);
    let known = all.iter().filter(|r| !r["readmission_pain"].is_empty());
    let leads: Vec<(Vec<f64>, bool)> = known.map(|r| (account(r), r["readmission_pain"] == "1")).collect();
    hold_suggestion("hospitals", &figures, &leads);
}

#[test]
fn the_measures_an_outcome_was_made_from_give_it_away() {
    let Some(path) = table("cms-hospitals/derived_accounts_2019.csv") else { return };
    let policy =
        std::fs::read_to_string(root().join("tests/fixtures/real/accounts.rubric")).expect("the policy is there");
    let cheat = policy
        .replace("  ehr: boolean", "  excess: number 0..  column \"measures_over_1\"\n  ehr: boolean")
        .replace("    +15 when discharges >= 800\n", "    +15 when discharges >= 800\n    +20 when excess >= 3\n");
    let folder = support::Folder::new().file("accounts.rubric", cheat);
    let path = path.display().to_string();
    let args = [
        "backtest",
        "accounts.rubric",
        "--leads",
        &path,
        "--as-of",
        "2026-03-31",
        "--won",
        "readmission_pain",
        "--import",
        "cms",
        "--format",
        "json",
    ];
    let ran = folder.rubric(&args);
    assert_eq!(ran.status, 0, "{}", ran.err);
    let figures: Value = serde_json::from_str(&ran.out).expect("JSON");
    // The field itself, and the criterion after which every hospital has the outcome.
    assert_eq!(suspected(&figures), ["excess", "size.2"]);
    assert!(figures.to_string().contains("`excess` alone tells the outcome nearly perfectly"), "{figures}");
}
