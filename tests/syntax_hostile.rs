//! Hostile input for the parser: no panic, no overflow of the 2 MiB stack that test threads have, no blow-up in time.

use proptest::prelude::*;
use rubric::source::SourceMap;
use std::time::{Duration, Instant};

/// Parses and holds what must be true of every result; gives the codes found.
fn survive(text: &str) -> Vec<&'static str> {
    let mut sources = SourceMap::default();
    let id = sources.add("hostile.rubric", text);
    let started = Instant::now();
    let (tree, found) = rubric::syntax::parse(id, sources.file(id));
    let taken = started.elapsed();
    let allowed = Duration::from_secs(5) + Duration::from_micros(text.len() as u64 * 20);
    assert!(taken < allowed, "{taken:?} for {} bytes", text.len());
    let length = text.len() as u32;
    for diagnostic in &found {
        for label in &diagnostic.labels {
            assert!(label.span.start <= label.span.end && label.span.end <= length, "{diagnostic:?}");
            assert!(text.is_char_boundary(label.span.start as usize) && text.is_char_boundary(label.span.end as usize));
        }
    }
    assert!(found.windows(2).all(|w| w[0].span().start <= w[1].span().start), "findings stand in source order");
    assert!(tree.broken.is_empty() || !found.is_empty(), "what is passed over is reported");
    found.iter().map(|d| d.rule.code).collect()
}

#[test]
fn deep_and_long_input_is_answered() {
    let wrap = |condition: &str| format!("library l\ndefine a = {condition}\ndefine b = c\n");
    assert_eq!(survive(&wrap(&"(".repeat(25))).len(), 1);
    assert_eq!(survive(&wrap(&format!("{}x{}", "(".repeat(63), ")".repeat(63)))), Vec::<&str>::new());
    assert_eq!(survive(&wrap(&format!("{}x{}", "(".repeat(65), ")".repeat(65)))), ["RB0106"]);
    assert_eq!(survive(&wrap(&"(".repeat(10_000))), ["RB0106"]);
    assert_eq!(survive(&wrap(&format!("{}x", "not ".repeat(100_000)))), ["RB0106"]);
    assert_eq!(survive(&wrap(&format!("x{}", " and x or x".repeat(50_000)))), Vec::<&str>::new());
    assert_eq!(survive(&wrap(&format!("x in [{}x]", "x, ".repeat(50_000)))), Vec::<&str>::new());
    survive(&"{".repeat(100_000));
    survive(&"}".repeat(100_000));
    survive(&"[(".repeat(50_000));
    survive(&"lead {\n".repeat(20_000));
    survive(&"\"\n".repeat(100_000));
    survive(&"“ ; ".repeat(50_000));
    survive(&format!("lead {{\n{}}}\n", "  a: txt\n".repeat(20_000)));
    survive(&format!("icp {{\n{}}}\n", "  must ((((((x is y\n".repeat(20_000)));
    survive(&format!("icp {{\n{}}}\n", "  must not ( not ( not (\n".repeat(20_000)));
    survive(&"define a = \n".repeat(20_000));
    survive(&format!("# {}", "c".repeat(3_000_000)));
}

#[test]
fn a_file_that_is_no_policy_is_refused() {
    assert_eq!(survive(&"id,name\n".repeat(600_000)), ["RB0108"]);
    assert_eq!(survive(""), Vec::<&str>::new());
    assert_eq!(survive("# nothing but a comment"), Vec::<&str>::new());
    assert_eq!(survive("\u{FEFF}library l"), Vec::<&str>::new());
}

const WORDS: [&str; 48] = [
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    ":",
    ",",
    "=",
    ">=",
    "..",
    "+",
    "-",
    "%",
    "\"text\"",
    "\"open",
    "\n",
    "\n  ",
    "# note\n",
    "12",
    "2.5",
    "2026-03-31",
    "name",
    "other",
    "lead",
    "icp",
    "route",
    "score",
    "test",
    "define",
    "must",
    "to",
    "when",
    "and",
    "or",
    "not",
    "is",
    "in",
    "known",
    "one",
    "of",
    "+20",
    "because",
    "given",
    "expect",
    "count",
    "within",
    "days",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_text_is_answered(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        survive(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn random_tokens_are_answered(picks in prop::collection::vec(0..WORDS.len(), 0..200)) {
        let words: Vec<&str> = picks.into_iter().map(|i| WORDS[i]).collect();
        survive(&words.join(" "));
    }

    #[test]
    fn a_policy_with_random_changes_is_answered(edits in prop::collection::vec((any::<prop::sample::Index>(), 0..6usize, 0..WORDS.len()), 1..8)) {
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
