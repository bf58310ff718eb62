//! The formatter: what it makes of ugly files, and that it changes nothing but layout.

#[allow(dead_code)] // Only policies are drawn here.
mod random;
#[allow(dead_code)] // What is drawn speaks of it.
mod reference;
mod said;

use proptest::prelude::*;
use random::Draw;
use rubric::format::format;
use rubric::source::{SourceFile, SourceMap};
use said::{Said, said, token_ends};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn with_file<T>(text: &str, ask: impl FnOnce(rubric::source::FileId, &SourceFile) -> T) -> T {
    let mut sources = SourceMap::default();
    let file = sources.add("test.rubric", text);
    ask(file, sources.file(file))
}

/// The text in canonical layout, and how many errors it has.
fn formatted(text: &str) -> (String, usize) {
    with_file(text, |file, source| {
        let formatted = format(file, source).unwrap_or_else(|_| panic!("the meaning would change:\n{text}"));
        (formatted.text, formatted.found.len())
    })
}

fn is_legal(text: &str) -> bool {
    with_file(text, |file, source| rubric::syntax::parse(file, source).1.is_empty())
}

/// The syntax tree without places.
fn tree(text: &str) -> String {
    let (tree, _) = with_file(text, rubric::syntax::parse);
    let shown = format!("{:?}", tree.items);
    let parts = shown.split("Span {");
    parts.map(|p| p.split_once('}').map_or(p, |(_, rest)| rest)).collect()
}

/// Formats a text without syntax errors; what it says must stay, and a second time nothing may change. Gives the result.
fn keep(name: &str, text: &str) -> String {
    let (out, errors) = formatted(text);
    assert_eq!(errors, 0, "{name}");
    assert_eq!(said(&out), said(text), "{name}: tokens and comments");
    assert_eq!(formatted(&out).0, out, "{name}: the second time");
    out
}

/// The same, and the tree must be the same, and lines clean.
fn check(name: &str, text: &str) -> String {
    let out = keep(name, text);
    assert_eq!(tree(&out), tree(text), "{name}: the tree");
    for (number, line) in out.lines().enumerate() {
        assert_eq!(line, line.trim_end_matches([' ', '\t', '\r']), "{name}:{}: spaces at the end", number + 1);
    }
    assert!(!out.contains("\n\n\n") && !out.starts_with('\n') && !out.ends_with("\n\n"), "{name}: blank lines");
    assert!(out.is_empty() || out.ends_with('\n'), "{name}: the end");
    out
}

fn rubric_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> =
        entries.map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "rubric")).collect();
    files.sort();
    files
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The fenced blocks of Markdown that hold policies.
fn blocks(markdown: &str) -> Vec<String> {
    let fences = markdown.split("\n```rubric").skip(1);
    let inner = fences.map(|f| f.split("\n```").next().unwrap_or("").to_string());
    inner.filter_map(|b| b.split_once('\n').map(|(_, text)| format!("{text}\n"))).collect()
}

fn documents() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for folder in ["docs", "docs/rules"] {
        for entry in std::fs::read_dir(root().join(folder)).expect("there are documents").flatten() {
            if entry.path().extension().is_some_and(|e| e == "md") {
                found.push((entry.path().display().to_string(), read(&entry.path())));
            }
        }
    }
    found.sort();
    found
}

/// Policies without syntax errors, with their names.
fn legal() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for folder in ["policies", "../shared/example", "tests/fixtures/syntax/ok", "tests/fixtures/format"] {
        let files = rubric_files(&root().join(folder));
        if files.is_empty() {
            eprintln!("SKIPPED: there is no policy in {folder}");
        }
        found.extend(files.iter().map(|f| (f.display().to_string(), read(f))));
    }
    found
}

#[test]
fn an_ugly_file_becomes_a_beautiful_one() {
    let text = read(&root().join("tests/fixtures/format/ugly.rubric"));
    insta::assert_snapshot!(check("ugly.rubric", &text));
}

#[test]
fn spaces_and_line_ends_do_not_matter() {
    for (name, text) in legal() {
        let out = check(&name, &text);
        // Comments end with the line, so only what stands before them can be spread out.
        let spread: Vec<String> = text.lines().map(|l| format!("\t  {}   ", l.trim_start())).collect();
        assert_eq!(check(&name, &spread.join("\r\n")), out, "{name}");
    }
}

#[test]
fn our_own_policies_are_formatted() {
    for file in rubric_files(&root().join("policies")) {
        let text = read(&file);
        assert!(formatted(&text).0 == text, "run `rubric fmt policies`: {}", file.display());
    }
}

#[test]
fn the_example_of_the_layout_is_laid_out() {
    for block in blocks(&read(&root().join("docs/format.md"))) {
        assert_eq!(check("docs/format.md", &block), block);
    }
}

#[test]
fn examples_in_documents_keep_their_meaning() {
    let mut count = 0;
    for (name, text) in documents() {
        for block in blocks(&text).iter().filter(|b| is_legal(b)) {
            check(&name, block);
            count += 1;
        }
    }
    assert!(count > 100, "only {count} examples");
}

#[test]
fn random_policies_keep_their_meaning() {
    for seed in 0..400 {
        check(&format!("seed {seed}"), &random::policy::policy(&mut Draw::from_seed(seed)));
    }
}

/// A text with a comment behind the token that ends at `at`.
fn planted(text: &str, at: usize, own_line: bool, number: usize) -> String {
    let (before, after) = text.split_at(at);
    let space = if own_line { "\n" } else { " " };
    format!("{before}{space}# planted {number}\n{after}")
}

/// Plants a comment behind each token of a text, one at a time, then all at once; gives how many places there are.
fn plant(name: &str, text: &str) -> usize {
    let mut count = 0;
    for own_line in [true, false] {
        let mut all = text.to_string();
        for (number, at) in token_ends(text).into_iter().enumerate().rev() {
            let one = planted(text, at, own_line, number);
            // A colon that begins a line has lost its name, so a few places cannot hold a comment.
            if is_legal(&one) {
                keep(&format!("{name}, comment {number}"), &one);
                all = planted(&all, at, own_line, number);
                count += 1;
            }
        }
        check(&format!("{name}, all comments"), &all);
    }
    count
}

/// The top-level blocks of a text, each with the comments before it.
fn top_level(text: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    for line in text.lines() {
        let last = found.last_mut().expect("there is one");
        last.push_str(line);
        last.push('\n');
        if line == "}" {
            found.push(String::new());
        }
    }
    found.retain(|b| !b.trim().is_empty());
    found
}

#[test]
fn comments_stay_with_the_tokens_around_them() {
    let ugly = read(&root().join("tests/fixtures/format/ugly.rubric"));
    let blocks = top_level(&check("ugly.rubric", &ugly));
    let count: usize = blocks.iter().map(|b| plant("ugly.rubric", b)).sum();
    assert!(count > 1_500, "only {count} comments were planted");
}

#[test]
fn comments_in_example_policies_stay_with_their_tokens() {
    for file in rubric_files(&root().join("../shared/example")) {
        let name = file.display().to_string();
        let count: usize = top_level(&check(&name, &read(&file))).iter().map(|b| plant(&name, b)).sum();
        assert!(count > 1_000, "only {count} comments were planted");
    }
    for file in rubric_files(&root().join("policies")) {
        let (name, text) = (file.display().to_string(), read(&file));
        // Both ways in turn, all at once in the whole file.
        let mut all = text.clone();
        for (number, at) in token_ends(&text).into_iter().enumerate().rev() {
            // A name before its colon cannot always have a comment behind it.
            if !text[at..].trim_start().starts_with(':') {
                all = planted(&all, at, number % 2 == 0, number);
            }
        }
        check(&name, &all);
    }
}

#[test]
fn comments_in_random_policies_stay_where_they_are() {
    for seed in 0..60 {
        let text = random::policy::policy(&mut Draw::from_seed(1_000 + seed));
        let mut all = text.clone();
        for (number, at) in token_ends(&text).into_iter().enumerate().rev() {
            if number % 7 == seed as usize % 7 {
                let more = planted(&all, at, number % 2 == 0, number);
                all = if is_legal(&more) { more } else { all };
            }
        }
        assert!(all.len() > text.len());
        check(&format!("seed {seed}"), &all);
    }
}

/// Formats a text that may have errors; what it says must stay, and a second time nothing may change.
fn survive(text: &str) -> String {
    let (out, _) = formatted(text);
    let tokens = |text: &str| -> String {
        let written = said(text).into_iter().map(|one| match one {
            Said::Token(t) | Said::OwnLine(t) | Said::EndOfLine(t) => t,
        });
        written.flat_map(|t| t.split_whitespace().map(str::to_string).collect::<Vec<_>>()).collect()
    };
    let bare = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    assert_eq!(tokens(&out), tokens(bare), "of\n{text}");
    assert_eq!(formatted(&out).0, out, "the second time, of\n{text}");
    out
}

#[test]
fn what_cannot_be_read_stays_as_it_is() {
    let text = "library demo\nlead { a:   text\n  b:   txt   \"what  is\n     this\"\n  c:   date }\n\
        define x=a is known\nroute {\n to   demo whenever   x\n  otherwise   to demo }\n";
    insta::assert_snapshot!(survive(text));
}

#[test]
fn blocks_whose_braces_do_not_pair_stay_as_they_are() {
    let text = "library   demo\n\nlead {\n   a:   text\n   b: one of { x,   y\n\ndefine   z = a is known\n";
    let out = survive(text);
    assert!(out.contains("lead {\n   a:   text\n   b: one of { x,   y\n"), "{out}");
    assert!(out.starts_with("library demo\n") && out.ends_with("define z = a is known\n"), "{out}");
}

#[test]
fn broken_files_keep_what_they_say() {
    for folder in ["tests/fixtures/syntax/err", "tests/fixtures/reports", "tests/fixtures/check/err"] {
        for file in rubric_files(&root().join(folder)) {
            survive(&read(&file));
        }
    }
    for (_, text) in documents() {
        blocks(&text).iter().for_each(|b| drop(survive(b)));
    }
}

#[test]
fn deep_and_long_input_is_answered() {
    for text in [
        String::new(),
        "\n \r\n\t".to_string(),
        "# only a comment".to_string(),
        "\u{FEFF}library   l".to_string(),
        "\0\u{1b}[31m".to_string(),
        "{".repeat(20_000),
        "}".repeat(20_000),
        "\"\n".repeat(20_000),
        "a ; ".repeat(5_000),
        "lead {\n".repeat(5_000),
        format!("define a = {}x{}", "(".repeat(60), ")".repeat(60)),
        format!("define a = x{}", " and x or x".repeat(20_000)),
        format!("define a = x in [{}x]", "x, ".repeat(20_000)),
        format!("lead {{\n{}}}\n", "  a: text\n".repeat(10_000)),
        format!("lead {{\n{}}}\n", "  a: txt\n".repeat(5_000)),
        "define a = b\n".repeat(10_000),
        "id,name\n".repeat(600_000),
    ] {
        let started = std::time::Instant::now();
        survive(&text);
        assert!(started.elapsed().as_secs() < 20, "{:?} for {:?}…", started.elapsed(), &text[..text.len().min(20)]);
    }
}

const WORDS: [&str; 30] = [
    "{", "}", "[", "]", "(", ")", ":", ",", "=", ">=", "..", "-", "\"text\"", "\"open", "\n", "\n  ", "# note\n", "12",
    ";", "name", "lead", "route", "test", "define", "when", "and", "one of", "+20", "because", "é",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_text_is_answered(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        survive(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn random_tokens_are_answered(picks in prop::collection::vec(0..WORDS.len(), 0..150)) {
        let words: Vec<&str> = picks.into_iter().map(|i| WORDS[i]).collect();
        survive(&words.join(" "));
    }

    #[test]
    fn a_policy_with_random_changes_is_answered(
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..6usize, 0..WORDS.len()), 1..6)
    ) {
        let mut text = include_str!("fixtures/syntax/ok/all_blocks.rubric").to_string();
        for (place, cut, word) in edits {
            let at = place.index(text.len());
            let end = (at + cut).min(text.len());
            if text.is_char_boundary(at) && text.is_char_boundary(end) {
                text.replace_range(at..end, if cut % 2 == 0 { "" } else { WORDS[word] });
            }
        }
        survive(&text);
    }
}
