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
        let Some(policy) = &loaded.policy else { continue };
        let suite = rubric::scenario::Suite::new(policy);
        let desks = suite.desks();
        for (at, test) in policy.tests.iter().enumerate() {
            let failed = suite.run(at, &desks).failures;
            assert!(failed.is_empty(), "{}: {failed:#?}", test.title);
        }
    }
}

/// The fenced blocks of a Markdown text with this info string, without their fences.
fn fenced(markdown: &str, info: &str) -> Vec<String> {
    let fence = format!("\n```{info}\n");
    let parts = markdown.split(&fence).skip(1);
    parts.map(|p| p.split("\n```").next().unwrap_or("").to_string()).collect()
}

/// The output of the binary for arguments as a shell would split them; quotes are not needed here.
fn rubric(arguments: &str) -> String {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_rubric"))
        .args(arguments.split_whitespace().filter(|a| *a != "\\"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("the binary runs");
    assert!(output.status.success(), "{arguments}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("output is UTF-8")
}

/// The arguments of the first command of the README.
fn first_command(readme: &str) -> String {
    let command = fenced(readme, "sh").into_iter().next().expect("a first command");
    command.strip_prefix("cargo run --release -- ").expect("it runs Rubric").to_string()
}

#[test]
fn the_first_command_of_the_readme_prints_routes_and_counts() {
    let out = rubric(&first_command(&read("README.md")));
    assert!(out.contains("\nRoutes\n"), "{out}");
    let last = out.lines().last().unwrap_or("");
    let counted = ["read", "decided", "out of scope", "rejected"].iter().all(|word| last.contains(word));
    assert!(counted, "{last}");
}

#[test]
fn the_excerpts_of_the_readme_are_real() {
    let readme = read("README.md");
    let policy = read("policies/care_management.rubric");
    for block in fenced(&readme, "rubric") {
        assert!(policy.contains(&block), "no part of the policy:\n{block}");
    }
    let texts = fenced(&readme, "text");
    let (mistakes, explanations): (Vec<&String>, Vec<&String>) = texts.iter().partition(|t| t.starts_with("RB"));
    assert!(!mistakes.is_empty() && !explanations.is_empty());
    let report = read("tests/snapshots/check__reports_of_twelve_broken_policies@08_too_early.rubric.snap");
    for block in mistakes {
        assert!(report.contains(block.as_str()), "no part of the report:\n{block}");
    }
    let explained = rubric(&format!("{} --id 00101", first_command(&readme).replacen("run ", "explain ", 1)));
    for block in explanations {
        assert!(explained.contains(block.as_str()), "no part of the explanation:\n{block}\n{explained}");
    }
}

#[test]
fn the_examples_of_the_page_on_testing_are_real() {
    let page = read("docs/testing.md");
    let folder = tempfile::tempdir().expect("a scratch folder");
    let policy = fenced(&page, "rubric").concat() + "\n";
    std::fs::write(folder.path().join("demo.rubric"), policy).expect("the policy can be written");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_rubric"))
        .args(["test", "--coverage", "--mutate"])
        .current_dir(folder.path())
        .output()
        .expect("the binary runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let out = String::from_utf8(output.stdout).expect("output is UTF-8");
    let texts = fenced(&page, "text");
    assert_eq!(texts.len(), 2);
    for text in texts {
        assert!(out.contains(&text), "no part of the output:\n{text}\n{out}");
    }
    let commands = fenced(&page, "sh").concat();
    let flags: Vec<&str> = commands.split_whitespace().filter(|w| w.starts_with("--")).collect();
    assert!(!flags.is_empty());
    let help = rubric("test --help");
    for flag in flags {
        assert!(help.contains(flag), "no flag {flag}");
    }
}

/// Flags that the page on re-qualification names are those of the command, its triggers are the language's, and its numbers come from a test.
#[test]
fn the_examples_of_the_page_on_requalifying_are_real() {
    let page = read("docs/requalify.md");
    let help = rubric("requalify --help");
    let commands = fenced(&page, "sh").concat();
    let flags: std::collections::BTreeSet<&str> =
        commands.split_whitespace().map(|w| w.trim_start_matches('"')).filter(|w| w.starts_with("--")).collect();
    assert!(flags.len() > 8, "{flags:?}");
    for flag in flags {
        assert!(help.contains(flag), "no flag {flag}");
    }
    let library = read("policies/healthtech.rubric");
    let block = fenced(&page, "rubric").concat();
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (library, block) = (words(&library), words(&block));
    for trigger in block.trim_start_matches("requalify {").split(" on ").skip(1).filter(|t| t.contains("because")) {
        assert!(library.contains(trigger.trim_end()), "not in the library: {trigger}");
    }
    let told = read("tests/snapshots/requalify__page.snap");
    for text in fenced(&page, "text") {
        assert!(told.contains(&text), "no part of the report:\n{text}");
    }
}

#[test]
fn the_documents_link_to_what_is_there() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    for document in [
        "README.md",
        "docs/language.md",
        "docs/testing.md",
        "docs/requalify.md",
        "docs/architecture.md",
        "docs/decisions.md",
        "policies/README.md",
    ] {
        let text = read(document);
        let folder = root.join(document).parent().expect("documents stand in folders").to_path_buf();
        for target in text.split("](").skip(1).filter_map(|p| p.split(')').next()) {
            let path = target.split('#').next().unwrap_or("");
            let outside = target.starts_with("http") || path.is_empty();
            assert!(outside || folder.join(path).exists(), "{document}: nothing at `{target}`");
        }
    }
}
