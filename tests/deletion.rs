//! Delete any single token of a policy: the report must hold one error, on the right line.

use rubric::source::SourceMap;
use std::path::PathBuf;

/// A token of the text: its bytes.
fn tokens(text: &str) -> Vec<(usize, usize)> {
    let bytes = text.as_bytes();
    let is_word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    let (mut found, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let start = at;
        match bytes[at] {
            b if b.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            b'#' => {
                at += text[at..].find('\n').unwrap_or(text.len() - at);
                continue;
            }
            b'"' => {
                at += 1;
                while at < bytes.len() && bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                at += 1;
            }
            b if is_word(b) => {
                let is_date = b.is_ascii_digit() && bytes.get(at + 4) == Some(&b'-');
                while at < bytes.len()
                    && (is_word(bytes[at])
                        || is_date && matches!(bytes[at], b'-' | b':' | b'+')
                        || bytes[at] == b'.' && bytes[at - 1].is_ascii_digit() && bytes[at + 1].is_ascii_digit()
                        || matches!(&text[start..at], "time" | "expect") && bytes[at] == b'-')
                {
                    at += 1;
                }
            }
            _ => at += if [">=", "<=", ".."].iter().any(|m| text[at..].starts_with(m)) { 2 } else { 1 },
        }
        found.push((start, at));
    }
    found
}

fn line(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// The line of each error of a text.
fn errors(text: &str) -> Vec<(usize, String)> {
    let mut sources = SourceMap::default();
    let id = sources.add("test.rubric", text);
    let (_, found) = rubric::syntax::parse(id, sources.file(id));
    found
        .iter()
        .map(|d| (sources.position(d.span()).line as usize, format!("{} | {}", d.message, d.labels[0].text)))
        .collect()
}

/// Every how many tokens one is deleted. A large file says the same things many times, and each deletion reads it anew.
fn step(tokens: usize) -> usize {
    // Odd, so that it does not fall in step with `name: value` pairs.
    (tokens / 1_200) * 2 + 1
}

/// How many deletions were not legal, and how many of those were reported well.
fn measure(text: &str, errors: impl Fn(&str) -> Vec<(usize, String)>) -> (usize, usize, String) {
    let all = tokens(text);
    let (mut illegal, mut good, mut misses) = (0, 0, String::new());
    for (i, &(start, end)) in all.iter().enumerate().step_by(step(all.len())) {
        let without = format!("{}{}{}", &text[..start], " ".repeat(end - start), &text[end..]);
        let found = errors(&without);
        if found.is_empty() {
            continue;
        }
        illegal += 1;
        let own = line(text, start);
        let said = &text[start..end];
        let mut right = vec![own];
        if matches!(said, "{" | "}" | "[" | "]" | "(" | ")") {
            // A bracket alone on its line may be missed at the end of the line before it or at the beginning of the next.
            let before = i.checked_sub(1).map(|b| line(text, all[b].0));
            let after = all.get(i + 1).map(|a| line(text, a.0));
            right.extend(before);
            right.extend(after);
        }
        if found.len() == 1 && right.contains(&found[0].0) {
            good += 1;
        } else {
            misses += &format!("  `{said}` of line {own}: {found:?}\n");
        }
    }
    (illegal, good, misses)
}

/// Two mistakes far from each other: how many pairs there were, and how many of them were reported as two errors.
fn measure_pairs(text: &str) -> (usize, usize, String) {
    const APART: usize = 80;
    let all = tokens(text);
    let without = |skip: &[usize]| {
        let mut edited = text.to_string();
        for &i in skip {
            let (start, end) = all[i];
            edited.replace_range(start..end, &" ".repeat(end - start));
        }
        errors(&edited)
    };
    let (mut pairs, mut good, mut misses) = (0, 0, String::new());
    for i in (0..all.len().saturating_sub(APART)).step_by(7 * step(all.len())) {
        let (first, second) = (without(&[i]), without(&[i + APART]));
        if first.len() != 1 || second.len() != 1 {
            continue;
        }
        pairs += 1;
        let mut both = [first, second].concat();
        both.sort();
        let found = without(&[i, i + APART]);
        if found == both {
            good += 1;
        } else {
            let said = |i: usize| format!("`{}` of line {}", &text[all[i].0..all[i].1], line(text, all[i].0));
            misses += &format!("  {} and {}: {found:?}\n", said(i), said(i + APART));
        }
    }
    (pairs, good, misses)
}

fn hold(name: &str, text: &str) {
    assert!(errors(text).is_empty(), "{name} has errors of its own: {:?}", errors(text));
    let (illegal, good, misses) = measure(text, errors);
    println!("{name}: {good} of {illegal} deletions reported once and on the right line\n{misses}");
    let (pairs, good_pairs, missed_pairs) = measure_pairs(text);
    println!("{name}: {good_pairs} of {pairs} pairs of deletions reported as two errors\n{missed_pairs}");
    assert!(good_pairs * 10 >= pairs * 9, "{name}: only {good_pairs} of {pairs} pairs\n{missed_pairs}");
    assert!(illegal > 100, "{name} is too small to measure anything");
    assert!(good * 10 >= illegal * 9, "{name}: only {good} of {illegal}\n{misses}");
}

fn policies(folder: PathBuf) -> Vec<(String, String)> {
    let Ok(entries) = std::fs::read_dir(&folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e == "rubric"));
    paths.sort();
    paths.into_iter().map(|p| (p.display().to_string(), std::fs::read_to_string(&p).expect("readable"))).collect()
}

#[test]
fn any_token_of_the_fixture_with_all_blocks() {
    hold("all_blocks", include_str!("fixtures/syntax/ok/all_blocks.rubric"));
}

#[test]
fn any_token_of_the_policies() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    for folder in ["policies", "../shared/example"] {
        let found = policies(root.join(folder));
        if found.is_empty() {
            println!("skipped: no policies in {folder}");
        }
        // A portfolio is too small to measure anything.
        for (name, text) in found.into_iter().filter(|(_, text)| !text.contains("portfolio ")) {
            hold(&name, &text);
        }
    }
}

/// The line of each finding of the whole front end, in a folder of files of which one is edited.
fn whole_errors(files: &[(String, String)], name: &str, text: &str) -> Vec<(usize, String)> {
    let mut memory = rubric::driver::Memory::default();
    for (file, content) in files {
        memory.insert(file.clone(), if file == name { text } else { content });
    }
    let loaded = rubric::driver::load(&memory, name, &[]);
    let line = |d: &rubric::diagnostic::Diagnostic| loaded.sources.position(d.span()).line as usize;
    loaded.diagnostics.iter().map(|d| (line(d), format!("{} | {}", d.message, d.labels[0].text))).collect()
}

/// Names and types join in: what follows only from the deleted token must not be reported as well.
#[test]
fn any_token_through_the_whole_front_end() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut measured = 0;
    for folder in ["../shared/example", "policies", "tests/fixtures/real", "benches/pipeline"] {
        let named = |(path, text): (String, String)| (path.rsplit('/').next().unwrap_or_default().to_string(), text);
        let files: Vec<(String, String)> = policies(root.join(folder)).into_iter().map(named).collect();
        if files.is_empty() {
            println!("SKIPPED: no policies in {folder}");
        }
        for (name, text) in files.iter().filter(|(_, text)| !text.contains("portfolio ")) {
            let (illegal, good, misses) = measure(text, |edited| whole_errors(&files, name, edited));
            println!("{folder}/{name}: {good} of {illegal} deletions reported once and on the right line\n{misses}");
            assert!(good * 10 >= illegal * 9, "{folder}/{name}: only {good} of {illegal}\n{misses}");
            measured += 1;
        }
    }
    assert!(measured > 0, "nothing was measured");
}
