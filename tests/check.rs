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
