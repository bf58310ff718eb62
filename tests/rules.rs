//! The documents of the rules are tests: each bad example raises its rule and nothing else, each good one nothing.

use rubric::diagnostic::{Diagnostic, Rule};
use rubric::driver::{self, Loaded, Memory};
use rubric::lint::Levels;
use std::collections::BTreeSet;
use std::path::PathBuf;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/rules")
}

/// The text of the fenced block whose info string is `info`.
fn block(document: &str, info: &str) -> Option<String> {
    let start = document.find(&format!("```{info}\n"))? + info.len() + 4;
    let end = document[start..].find("\n```")? + start;
    Some(document[start..=end].to_string())
}

/// The names of the rules that an example raises: its errors, and what is advised about it. Some advice needs another policy beside it.
fn raised(document: &str, kind: &str) -> Option<(BTreeSet<&'static str>, BTreeSet<&'static str>)> {
    let text = block(document, &format!("rubric {kind}"))?;
    let beside = block(document, &format!("rubric {kind} beside"));
    let mut memory = Memory::default();
    let files = ["demo.rubric", "beside.rubric"];
    let loads: Vec<Loaded> = std::iter::once(text)
        .chain(beside)
        .zip(files)
        .map(|(text, file)| {
            memory.insert(file, text);
            driver::load(&memory, file, &[])
        })
        .collect();
    let levels = vec![Levels::default(); loads.len()];
    let advice = driver::lint_together(&loads.iter().collect::<Vec<_>>(), &levels);
    let names = |all: &[&Diagnostic]| all.iter().map(|d| d.rule.name).collect();
    let errors: Vec<&Diagnostic> = loads.iter().flat_map(|l| &l.diagnostics).collect();
    Some((names(&errors), names(&advice.iter().flatten().collect::<Vec<_>>())))
}

#[test]
fn codes_and_names_are_used_once() {
    let rules = driver::rules();
    assert!(rules.len() > 50, "only {} rules are registered", rules.len());
    let codes: BTreeSet<&str> = rules.iter().map(|r| r.code).collect();
    let names: BTreeSet<&str> = rules.iter().map(|r| r.name).collect();
    assert_eq!((codes.len(), names.len()), (rules.len(), rules.len()));
}

#[test]
fn every_declared_rule_is_registered_and_has_its_page() {
    let registered: BTreeSet<String> = driver::rules().iter().map(|r| format!("{}.md", r.name)).collect();
    let entries = std::fs::read_dir(folder()).expect("the folder is there").flatten();
    let pages: BTreeSet<String> = entries.map(|e| e.file_name().to_string_lossy().to_string()).collect();
    let pages: BTreeSet<String> = pages.into_iter().filter(|p| p != "README.md").collect();
    assert_eq!(registered, pages);
}

#[test]
fn the_examples_behave() {
    let mut wrong = Vec::new();
    for rule in driver::rules() {
        wrong.extend(misbehaviour(rule));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn misbehaviour(rule: &Rule) -> Vec<String> {
    let mut wrong = Vec::new();
    if !rule.document.starts_with(&format!("# {} {}\n", rule.code, rule.name)) {
        wrong.push(format!("{}: the page does not begin with its code and name", rule.name));
    }
    // A page cannot hold a file that is too large; the tests of the parser make one.
    let too_large = rule.document.contains("```rubric error 4-MiB");
    let is_lint = driver::advice_rules().iter().any(|r| r.name == rule.name);
    match raised(rule.document, "error") {
        None if too_large => {}
        None => wrong.push(format!("{}: no bad example", rule.name)),
        Some((errors, advice)) => {
            // Small examples leave much to be advised; advice about a page's own rule is what it must show.
            let shows = if is_lint {
                errors.is_empty() && advice.contains(rule.name)
            } else {
                errors == BTreeSet::from([rule.name])
            };
            if !shows {
                wrong.push(format!("{}: the bad example raises {errors:?}, and as advice {advice:?}", rule.name));
            }
        }
    }
    match raised(rule.document, "ok") {
        None => wrong.push(format!("{}: no good example", rule.name)),
        Some((errors, advice)) => {
            if !errors.is_empty() || advice.contains(rule.name) {
                wrong.push(format!("{}: the good example raises {errors:?}, and as advice {advice:?}", rule.name));
            }
        }
    }
    wrong
}

/// Advice about the framework and about writing speaks to one mistake at a time: its examples raise nothing else, though they are small.
#[test]
fn examples_of_advice_about_the_framework_raise_nothing_else() {
    let rules: Vec<&Rule> = driver::rules().into_iter().filter(|r| ("RB1140".."RB1170").contains(&r.code)).collect();
    assert!(rules.len() > 10, "only {} rules", rules.len());
    let mut wrong = Vec::new();
    for rule in rules {
        let bad = raised(rule.document, "error").unwrap_or_default();
        let good = raised(rule.document, "ok").unwrap_or_default();
        if bad != (BTreeSet::new(), BTreeSet::from([rule.name])) || good != (BTreeSet::new(), BTreeSet::new()) {
            wrong.push(format!("{}: bad {bad:?}, good {good:?}", rule.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The index of the rules. Set `RUBRIC_WRITE_INDEX=1` to write it anew.
#[test]
fn the_index_is_up_to_date() {
    let mut index = String::from(
        "# The rules\n\nEvery finding has a code that stays. Each page shows one example that raises it and one that does not.\n\n",
    );
    index.push_str("| code | name | severity | finds |\n|---|---|---|---|\n");
    for rule in driver::rules() {
        index.push_str(&format!(
            "| {} | [{}]({}.md) | {} | {} |\n",
            rule.code,
            rule.name,
            rule.name,
            rule.severity.word(),
            rule.summary
        ));
    }
    let path = folder().join("README.md");
    if std::env::var_os("RUBRIC_WRITE_INDEX").is_some() {
        std::fs::write(&path, &index).expect("the index can be written");
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), index, "run the tests with RUBRIC_WRITE_INDEX=1");
}
