//! The syntax layer: what parses and what is reported where, as snapshots.

use rubric::diagnostic::Diagnostic;
use rubric::source::SourceMap;
use rubric::syntax::tree::File;

fn parse(text: &str) -> (File, Vec<Diagnostic>, SourceMap) {
    let mut sources = SourceMap::default();
    let id = sources.add("test.rubric", text);
    let (tree, found) = rubric::syntax::parse(id, sources.file(id));
    (tree, found, sources)
}

/// One line for each finding: code, place, message, label, help.
fn lines(found: &[Diagnostic], sources: &SourceMap) -> String {
    let mut out = String::new();
    for d in found {
        let at = sources.position(d.span());
        let labels: Vec<&str> = d.labels.iter().map(|l| l.text.as_str()).collect();
        let help = d.help.as_deref().unwrap_or("-");
        out += &format!("{} {}:{} {} | {} | {help}\n", d.rule.code, at.line, at.column, d.message, labels.join(" / "));
    }
    out
}

/// The tree in one line for each block, spans left out.
fn outline(tree: &File) -> String {
    let mut out = String::new();
    for item in &tree.items {
        let mut said = format!("{:?}", item.kind);
        while let Some(start) = said.find("Span { file") {
            let end = said[start..].find('}').map_or(said.len(), |e| start + e + 1);
            said.replace_range(start..end, "@");
        }
        for (from, to) in [("span: @, ", ""), (", span: @", ""), ("Spanned { node: ", "{ ")] {
            said = said.replace(from, to);
        }
        out += &format!("{}{said}\n", if item.replace.is_some() { "replace " } else { "" });
    }
    for comment in &tree.comments {
        out += &format!("{}\n", comment.node);
    }
    out
}

#[test]
fn what_is_right_becomes_a_tree() {
    insta::glob!("fixtures/syntax/ok/*.rubric", |path| {
        let text = std::fs::read_to_string(path).expect("readable");
        let (tree, found, sources) = parse(&text);
        assert!(found.is_empty(), "{}", lines(&found, &sources));
        assert!(tree.broken.is_empty());
        insta::assert_snapshot!(outline(&tree));
    });
}

#[test]
fn what_is_wrong_is_reported_once_each() {
    insta::glob!("fixtures/syntax/err/*.rubric", |path| {
        let text = std::fs::read_to_string(path).expect("readable");
        let (tree, found, sources) = parse(&text);
        assert!(!tree.broken.is_empty() && tree.broken.iter().all(|b| b.span.start < b.span.end));
        insta::assert_snapshot!(format!("{text}\n----\n{}", lines(&found, &sources)));
    });
}

/// The fenced examples of the language reference.
fn reference_examples() -> Vec<String> {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/language.md")).expect("readable");
    let parts = page.split("```rubric").skip(1);
    parts.filter_map(|part| part.split_once('\n')?.1.split("```").next().map(str::to_string)).collect()
}

#[test]
fn the_examples_of_the_reference_parse() {
    let examples = reference_examples();
    assert!(examples.len() > 10, "the test no longer sees the examples");
    for example in examples {
        let (tree, found, sources) = parse(&example);
        assert!(found.is_empty() && !tree.items.is_empty(), "{example}\n{}", lines(&found, &sources));
    }
}

/// The block of a page that is fenced with `fence`.
fn fenced(page: &str, fence: &str) -> String {
    let start = page.find(fence).unwrap_or_else(|| panic!("no {fence} in:\n{page}")) + fence.len();
    page[start..].split("\n```").next().unwrap_or("").to_string()
}

#[test]
fn the_pages_of_the_rules_show_their_rule() {
    for rule in rubric::syntax::RULES {
        assert!(rule.document.starts_with(&format!("# {} {}\n", rule.code, rule.name)), "{}", rule.name);
        let (_, found, sources) = parse(&fenced(rule.document, "```rubric ok\n"));
        assert!(found.is_empty(), "{}:\n{}", rule.name, lines(&found, &sources));
        // A file of 4 MiB is too long for a page.
        if rule.name == "file-too-large" {
            continue;
        }
        let (_, found, sources) = parse(&fenced(rule.document, "```rubric error\n"));
        let codes: Vec<&str> = found.iter().map(|d| d.rule.code).collect();
        assert_eq!(codes, [rule.code], "{}:\n{}", rule.name, lines(&found, &sources));
    }
}
