//! `rubric diff` through the real binary: edits of the shipped policies as people read them, leads that move, limits, sides that are broken.

mod support;

use serde_json::Value;
use std::path::PathBuf;
use support::{Folder, Ran};

const AS_OF: &str = "2026-03-31T12:00Z";

fn shipped(path: &str) -> String {
    std::fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("policies").join(path))
        .expect("it is shipped")
}

/// A folder with the care management policy in two versions, `old` and `new`, each with its library.
struct Change {
    folder: Folder,
}

impl Change {
    /// Replaces each first text with the second in the policy and its library; each must be there.
    fn of(edits: &[(&str, &str)]) -> Change {
        let (policy, library) = (shipped("care_management.rubric"), shipped("healthtech.rubric"));
        let folder = Folder::new();
        for side in ["old", "new"] {
            std::fs::create_dir(folder.path(side)).expect("a folder");
            folder.write(&format!("{side}/care_management.rubric"), &policy);
            folder.write(&format!("{side}/healthtech.rubric"), &library);
        }
        let change = Change { folder };
        for (from, to) in edits {
            let mut met = false;
            for file in ["new/care_management.rubric", "new/healthtech.rubric"] {
                let text = change.folder.text(file);
                met |= text.contains(from);
                change.folder.write(file, text.replace(from, to));
            }
            assert!(met, "nothing reads {from}");
        }
        change
    }

    fn run(&self, more: &[&str]) -> Ran {
        let mut args = vec!["diff", "old", "new"];
        args.extend(more);
        self.folder.rubric(&args)
    }

    /// The comparison with the sample leads.
    fn with_leads(&self, more: &[&str]) -> Ran {
        for file in ["leads.csv", "events.csv", "contacts.csv"] {
            self.folder.write(file, shipped(&format!("leads/{file}")));
        }
        let mut args =
            vec!["--leads", "leads.csv", "--events", "events.csv", "--contacts", "contacts.csv", "--as-of", AS_OF];
        args.extend(more);
        self.run(&args)
    }

    fn json(&self) -> Value {
        let ran = self.with_leads(&["--format", "json"]);
        assert_eq!(ran.status, 0, "{}", ran.err);
        serde_json::from_str(&ran.out).expect("one object")
    }
}

/// What is shown of an edit, without leads.
fn shown(edits: &[(&str, &str)]) -> String {
    let ran = Change::of(edits).run(&[]);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    ran.out
}

const STRONG: (&str, &str) = ("strong >= 70, good >= 45", "strong >= 60, good >= 45");

#[test]
fn a_weight() {
    insta::assert_snapshot!(shown(&[("ehr:          +10 when", "ehr:          +4 when")]));
}

#[test]
fn a_threshold() {
    insta::assert_snapshot!(shown(&[STRONG]));
}

#[test]
fn a_cap() {
    insta::assert_snapshot!(shown(&[("\"The organisation\" up to 35", "\"The organisation\" up to 30")]));
}

#[test]
fn a_window() {
    insta::assert_snapshot!(shown(&[(
        "count of integration_docs within 60 days >= 2",
        "count of integration_docs within 30 days >= 2"
    )]));
}

#[test]
fn a_gate() {
    insta::assert_snapshot!(shown(&[(
        "    require fit >= good\n",
        "    require fit >= good and care_team is known\n"
    )]));
}

#[test]
fn the_order_of_a_route() {
    let quiet =
        "  quiet: to nurture              when fit >= good\n    because \"A good match that is not looking yet\"\n";
    let before = format!("{quiet}  call: to discovery");
    insta::assert_snapshot!(shown(&[(quiet, ""), ("  call: to discovery", &before)]));
}

#[test]
fn a_new_criterion() {
    let line = "    security:     +4  when security_review >= planned\n";
    let more = format!("{line}    signs:        +2  when sign_off is known\n");
    insta::assert_snapshot!(shown(&[(line, &more)]));
}

#[test]
fn a_renamed_field() {
    insta::assert_snapshot!(shown(&[("employees", "headcount")]));
}

#[test]
fn the_owner_of_an_outcome() {
    insta::assert_snapshot!(shown(&[(
        "    owner   marketing\n    due     10 business days",
        "    owner   sales_development\n    due     10 business days"
    )]));
}

#[test]
fn a_cell_of_a_matrix() {
    insta::assert_snapshot!(shown(&[(
        "strong:  demo       demo       nurture",
        "strong:  demo       discovery  nurture"
    )]));
}

#[test]
fn the_same_policy_in_another_layout_has_no_changes() {
    let shown = shown(&[
        (
            "  bands { strong >= 70, good >= 45, weak }",
            "\n  # The bands.\n  bands {\n strong >= 70.0\n good >= 45 weak }",
        ),
        ("in [outpatient_group, health_system]", "in [health_system, outpatient_group]"),
    ]);
    assert_eq!(shown, "Nothing changed that decides, reads or tells anything.\nold  old\nnew  new\n");
}

#[test]
fn leads_that_move_are_told_with_what_moves_them() {
    let change =
        Change::of(&[STRONG, ("strong:  demo       demo       nurture", "strong:  demo       discovery  nurture")]);
    let ran = change.with_leads(&[]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    insta::assert_snapshot!(ran.out);
}

#[test]
fn counts_reconcile() {
    let told = Change::of(&[
        STRONG,
        ("ehr:          +10 when", "ehr:          +1 when"),
        ("due     10 business days", "due     9 business days"),
        ("strong:  demo       demo       nurture", "strong:  demo       discovery  nurture"),
    ])
    .json();
    let leads = &told["leads"];
    let n = |v: &Value| v.as_u64().expect("a count");
    for side in ["old", "new"] {
        let c = &leads[side];
        assert_eq!(n(&c["read"]), n(&c["decided"]) + n(&c["out_of_scope"]) + n(&c["rejected"]));
    }
    let compared = n(&leads["compared"]);
    for table in ["routes", "stages", "fit_bands", "intent_bands"] {
        let flows = leads[table].as_array().expect("a list");
        assert_eq!(flows.iter().map(|f| n(&f["leads"])).sum::<u64>(), compared, "{table}");
    }
    let routes = leads["routes"].as_array().expect("a list");
    let moved: u64 = routes.iter().filter(|f| f["from"] != f["to"]).map(|f| n(&f["leads"])).sum();
    let listed = leads["moved"].as_array().expect("a list");
    assert!(moved > 0, "the test moves nobody");
    assert_eq!(moved, listed.len() as u64);
    // What only people are told moves nobody, so it is not tried.
    let tried: Vec<&str> =
        leads["causes"].as_array().expect("a list").iter().filter_map(|c| c["change"].as_str()).collect();
    assert_eq!(tried, ["fit.connection.ehr: points", "fit: band strong", "route ready: strong, mid"]);
}

#[test]
fn both_versions_decide_as_they_do_alone() {
    let change = Change::of(&[STRONG]);
    let told = change.json();
    let decided = |side: &str| -> Vec<(String, String)> {
        let ran = change.folder.rubric(&[
            "run",
            &format!("{side}/care_management.rubric"),
            "--leads",
            "leads.csv",
            "--events",
            "events.csv",
            "--contacts",
            "contacts.csv",
            "--as-of",
            AS_OF,
            "--output",
            "-",
            "--format",
            "ndjson",
            "--detail",
            "brief",
        ]);
        let lead = |v: Value| {
            let text = |v: &Value| v.as_str().unwrap_or("out_of_scope").to_string();
            (text(&v["id"]), text(&v["route"]["outcome"]))
        };
        support::objects(&ran.out).into_iter().map(lead).collect()
    };
    let (old, new) = (decided("old"), decided("new"));
    let expected: Vec<(String, String, String)> = old
        .iter()
        .zip(&new)
        .filter(|(a, b)| a.1 != b.1)
        .map(|(a, b)| (a.0.clone(), a.1.clone(), b.1.clone()))
        .collect();
    let text = |v: &Value| v.as_str().expect("a text").to_string();
    let listed = told["leads"]["moved"].as_array().expect("a list");
    let moved: Vec<(String, String, String)> =
        listed.iter().map(|m| (text(&m["id"]), text(&m["from"]), text(&m["to"]))).collect();
    assert_eq!(moved, expected);
    assert!(!moved.is_empty());
}

#[test]
fn limits_end_with_status_1_and_a_declared_move_excuses_them() {
    let cell = ("strong:  demo       demo       nurture", "strong:  demo       discovery  nurture");
    let change = Change::of(&[cell]);
    assert_eq!(change.with_leads(&["--max-moved", "50%"]).status, 0);
    let over = change.with_leads(&["--max-moved", "0", "--no-move", "demo->*", "--no-move", "nurture->disqualify"]);
    assert_eq!(over.status, 1);
    assert!(over.out.contains("✗  `--max-moved 0` is exceeded"), "{}", over.out);
    assert!(over.out.contains("✗  `--no-move demo->*` is exceeded"), "{}", over.out);
    assert!(over.out.contains("✓  `--no-move nurture->disqualify` holds"), "{}", over.out);
    let header = "version   \"2026.3\"";
    let declares = "version   \"2026.4\"\n  expect-moves \"Warm leads are called first\" up to 20%";
    let declared = Change::of(&[cell, (header, declares)]);
    let ran = declared.with_leads(&["--max-moved", "0.5%"]);
    assert_eq!(ran.status, 0, "{}", ran.out);
    let text = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("which the policy declares: \"Warm leads are called first\", up to 20%"), "{text}");
    assert_eq!(declared.with_leads(&["--no-move", "demo->discovery"]).status, 1);
    // What was declared for an earlier change allows nothing now.
    let old = declared.folder.text("old/care_management.rubric").replace(header, declares);
    declared.folder.write("old/care_management.rubric", old);
    let ran = declared.with_leads(&["--max-moved", "0.5%"]);
    assert_eq!(ran.status, 1);
    let text = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("was declared for an earlier change"), "{text}");
}

#[test]
fn wrong_usage_is_told() {
    let change = Change::of(&[STRONG]);
    let told = |args: &[&str]| {
        let ran = change.run(args);
        (ran.status, ran.err)
    };
    let (status, why) = told(&["--max-moved", "5%"]);
    assert_eq!(status, 2);
    assert_eq!(why, "rubric: `--max-moved` counts leads, and there are none; name a file of them with `--leads`\n");
    let (status, why) = told(&["--max-moved", "a few"]);
    assert!(status == 2 && why.contains("`a few` is no limit"), "{why}");
    let ran = change.with_leads(&["--no-move", "dmo->nurture"]);
    assert!(ran.status == 2 && ran.err.contains("did you mean `demo`?"), "{}", ran.err);
    let ran = change.folder.rubric(&["diff", "old"]);
    assert!(ran.status == 2 && ran.err.contains("rubric diff OLD NEW"), "{}", ran.err);
    let ran = change.folder.rubric(&["diff", "old", "nowhere"]);
    assert!(ran.status == 2 && ran.err.contains("there is no file `nowhere`"), "{}", ran.err);
}

#[test]
fn a_side_with_errors_is_told_and_the_others_are_compared() {
    let change = Change::of(&[STRONG]);
    let other = shipped("privacy_services.rubric");
    change.folder.write("old/privacy_services.rubric", &other);
    change.folder.write("new/privacy_services.rubric", other.replace("score fit {", "score fit {\n  broken +"));
    let ran = change.run(&[]);
    assert_eq!(ran.status, 1);
    assert!(ran.out.contains("fit is `strong` at 60 instead of at 70"), "{}", ran.out);
    assert!(ran.out.contains("`new/privacy_services.rubric` in new has "), "{}", ran.out);
    let ran = change.with_leads(&["--max-moved", "5%"]);
    assert_eq!(ran.status, 1);
    assert!(ran.out.contains("the leads were not compared"), "{}", ran.out);
}

#[test]
fn policies_that_are_new_gone_moved_or_renamed_are_followed() {
    let change = Change::of(&[("policy care_management ", "policy care_programs ")]);
    change.folder.write("new/privacy_services.rubric", shipped("privacy_services.rubric"));
    change.folder.write("old/interoperability.rubric", shipped("interoperability.rubric"));
    let ran = change.run(&[]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    insta::assert_snapshot!(ran.out);
    let ran = change.folder.rubric(&["diff", "old/interoperability.rubric", "/dev/null"]);
    assert!(ran.status == 0 && ran.out.starts_with("`interoperability` is gone."), "{}", ran.out);
}

#[test]
fn a_comment_shows_hostile_texts_as_they_are() {
    let change = Change::of(&[
        STRONG,
        (
            "because \"A good match that is not looking yet\"",
            "because \"</details> @everyone | ![x](https://example.com/x) `code`\"",
        ),
    ]);
    change.with_leads(&[]);
    let leads = change.folder.text("leads.csv").replace("00117", "@all|<b>`x`\u{1b}[31m");
    change.folder.write("leads.csv", leads);
    let ran = change.run(&["--leads", "leads.csv", "--as-of", AS_OF, "--format", "markdown"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert_eq!(ran.out.matches("</details>").count(), ran.out.matches("<details>").count());
    for raw in ["@everyone", "@all", "![x]", "<b>", "\u{1b}", "https://"] {
        assert!(!ran.out.contains(raw), "{raw} is in\n{}", ran.out);
    }
}

#[test]
fn forms_for_pull_requests() {
    let cell = ("strong:  demo       demo       nurture", "strong:  demo       discovery  nurture");
    let change = Change::of(&[STRONG, ("ehr:          +10 when", "ehr:          +9 when"), cell]);
    let ran = change.with_leads(&["--format", "markdown", "--max-moved", "50%"]);
    insta::assert_snapshot!("markdown", ran.out);
    let ran = change.with_leads(&["--format", "github", "--max-moved", "0"]);
    assert_eq!(ran.status, 1);
    insta::assert_snapshot!("annotations", ran.out);
    let log: Value = serde_json::from_str(&change.run(&["--format", "sarif"]).out).expect("a log");
    support::hold_against_sarif(&log);
    let results = log["runs"][0]["results"].as_array().expect("results");
    let place = |r: &Value| {
        let place = &r["locations"][0]["physicalLocation"];
        (r["ruleId"].clone(), place["artifactLocation"]["uri"].clone(), place["region"]["startLine"].clone())
    };
    let file = "new/care_management.rubric";
    let text = change.folder.text(file);
    let line = |part: &str| 1 + text.lines().position(|line| line.contains(part)).expect("it was put in");
    let expected = ["+9 when", STRONG.1, cell.1].map(|part| ("policy-change".into(), file.into(), line(part).into()));
    assert_eq!(results.iter().map(place).collect::<Vec<_>>(), expected);
}
