//! The documents are tests: the language reference is one policy that checks clean, and every rubric example elsewhere is real.

use rubric::driver;
use std::collections::BTreeMap;
use std::path::PathBuf;

fn read(path: &str) -> String {
    std::fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)).expect("the document is there")
}

/// The fenced blocks of a Markdown text whose info string begins with `rubric`, joined per file name (the word after `rubric`).
fn examples(markdown: &str) -> BTreeMap<String, String> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    let mut open: Option<String> = None;
    for line in markdown.lines() {
        match (&open, line.strip_prefix("```")) {
            (None, Some(info)) => {
                let mut words = info.split_whitespace();
                open = Some(if words.next() == Some("rubric") {
                    words.next().unwrap_or("reference").to_string()
                } else {
                    String::new()
                });
            }
            (Some(_), Some(_)) => open = None,
            (Some(file), None) if !file.is_empty() => {
                let text = files.entry(file.clone()).or_default();
                text.push_str(line);
                text.push('\n');
            }
            _ => {}
        }
    }
    files
}

#[test]
fn the_language_reference_is_one_policy_that_checks_clean() {
    let files = examples(&read("docs/language.md"));
    assert_eq!(files.keys().collect::<Vec<_>>(), ["portfolio", "reference", "shared"]);
    let mut memory = driver::Memory::default();
    for (name, text) in &files {
        memory.insert(format!("{name}.rubric"), text.clone());
    }
    for name in ["reference.rubric", "portfolio.rubric"] {
        let loaded = driver::load(&memory, name, &[]);
        let found: Vec<String> = loaded
            .diagnostics
            .iter()
            .map(|d| {
                let place = loaded.sources.position(d.span());
                format!(
                    "{}:{}:{} {} {}",
                    loaded.sources.file(d.span().file).name,
                    place.line,
                    place.column,
                    d.rule.code,
                    d.message
                )
            })
            .collect();
        assert!(found.is_empty(), "{name}:\n{}", found.join("\n"));
    }
}
