//! Whole files through the front end: the shared examples, and policies with mistakes, each shown with its findings.

use rubric::driver::{Loaded, Memory, load};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All rubric files of a folder, by name.
fn memory(folder: &Path) -> Memory {
    let mut memory = Memory::default();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|e| e == "rubric") {
            let name = path.file_name().unwrap_or_default().to_string_lossy().to_string();
            memory.insert(name, std::fs::read_to_string(&path).expect("policies are UTF-8"));
        }
    }
    memory
}

/// Findings one a line: code, name, place, message, label, help.
fn lines(loaded: &Loaded) -> String {
    let mut out = String::new();
    for d in &loaded.diagnostics {
        let file = loaded.sources.file(d.span().file);
        let place = loaded.sources.position(d.span());
        let under = loaded.sources.text(d.span()).lines().next().unwrap_or("");
        out.push_str(&format!(
            "{} {} {}:{}:{} `{under}`\n  {}\n  {}\n",
            d.rule.code, d.rule.name, file.name, place.line, place.column, d.message, d.labels[0].text
        ));
        for label in &d.labels[1..] {
            let at = loaded.sources.position(label.span);
            out.push_str(&format!("  also {}:{} {}\n", at.line, at.column, label.text));
        }
        if let Some(help) = &d.help {
            out.push_str(&format!("  help: {help}\n"));
        }
    }
    out
}

#[test]
fn the_shared_examples_check_clean() {
    let folder = root().join("../shared/example");
    if !folder.exists() {
        eprintln!("SKIPPED: the shared examples are not beside this project");
        return;
    }
    let memory = memory(&folder);
    for name in ["care_coordination.rubric", "healthtech.rubric"] {
        let loaded = load(&memory, name, &[]);
        assert!(loaded.diagnostics.is_empty(), "{}", lines(&loaded));
        assert_eq!(loaded.policy.is_some(), name.starts_with("care"));
    }
}

#[test]
fn policies_of_this_project_check_clean() {
    for folder in ["policies", "tests/fixtures/real", "benches/pipeline"] {
        let folder = root().join(folder);
        let memory = memory(&folder);
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().to_string();
            if name.ends_with(".rubric") {
                let loaded = load(&memory, &name, &[]);
                assert!(loaded.diagnostics.is_empty(), "{name}\n{}", lines(&loaded));
            }
        }
    }
}

#[test]
fn findings_of_broken_policies() {
    let folder = root().join("tests/fixtures/check/err");
    insta::glob!("fixtures/check/err/*.rubric", |path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_string();
        let loaded = load(&memory(&folder), &name, &[]);
        assert!(!loaded.diagnostics.is_empty(), "{name} has no findings");
        let source = std::fs::read_to_string(path).expect("fixtures are UTF-8");
        insta::assert_snapshot!(format!("{source}\n---\n{}", lines(&loaded)));
    });
}

/// What a person sees, at a fixed width and without colour.
#[test]
fn reports_of_twelve_broken_policies() {
    use rubric::report::diagnostics::{Layout, human};
    let folder = root().join("tests/fixtures/reports");
    insta::glob!("fixtures/reports/*.rubric", |path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_string();
        let loaded = load(&memory(&folder), &name, &[]);
        let count = loaded.diagnostics.len();
        assert!((2..=4).contains(&count), "{name} has {count} findings\n{}", lines(&loaded));
        insta::assert_snapshot!(human(&loaded.diagnostics, &loaded.sources, Layout { colour: false, width: 100 }));
    });
}

/// What a policy adds to a script or record of its library stands in the section of the same name, not in a second one.
#[test]
fn sections_of_calls_and_records_add_up() {
    use rubric::policy::steps::{RecordTopic, Topic};
    let library = r#"
library shared
lead { region: one of { us, canada }  problem: text  when_due: date }
discovery "First call" { context: region  next_step: when_due }
record { "Problem": problem }
"#;
    let policy = r#"
policy demo { version "1" owner "team@example.com" }
use shared
lead { systems: text  sites: number }
channels { form }
signals { demo_request: high from form }
score fit { some up to 10 { +10 when region is us } bands { good >= 10, weak } }
score intent { some up to 90 { +45 per demo_request newest 2 } bands { high >= 40, low } }
outcomes { call { next "Call" owner sales due 2 days } }
route { otherwise to call }
discovery { context: systems  growth: sites }
record { "Problem": systems }
"#;
    let checked = |policy: &str| {
        let mut memory = Memory::default();
        memory.insert("shared.rubric", library);
        memory.insert("demo.rubric", policy);
        let loaded = load(&memory, "demo.rubric", &[]);
        assert!(loaded.diagnostics.is_empty(), "{}", lines(&loaded));
        loaded.policy.expect("a policy without findings")
    };
    let added = checked(policy);
    let name = |topic: &Topic| match topic {
        Topic::Field(f) => added.field(*f).name.clone(),
        Topic::Role(_) => "a role".to_string(),
    };
    let script = added.discovery.as_ref().expect("a script");
    let sections: Vec<(String, Vec<String>)> =
        script.sections.iter().map(|(n, topics)| (n.clone(), topics.iter().map(name).collect())).collect();
    let section = |name: &str, topics: &[&str]| (name.to_string(), topics.iter().map(|t| t.to_string()).collect());
    let wanted: Vec<(String, Vec<String>)> = vec![
        section("context", &["region", "systems"]),
        section("next_step", &["when_due"]),
        section("growth", &["sites"]),
    ];
    assert_eq!((script.title.as_str(), sections), ("First call", wanted));
    assert_eq!(added.record.len(), 1);
    assert!(matches!(added.record[0].topics[..], [RecordTopic::Field(_), RecordTopic::Field(_)]));

    let replaced = checked(&policy.replace("\ndiscovery {", "\nreplace discovery {"));
    let names: Vec<String> = replaced.discovery.expect("a script").sections.into_iter().map(|(n, _)| n).collect();
    assert_eq!(names, ["context", "growth"]);
}
