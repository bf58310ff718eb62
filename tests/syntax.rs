//! The syntax layer: what parses, what is reported where, and that nothing makes it panic or hang.

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

/// The fenced examples of the language reference.
fn reference_examples() -> Vec<String> {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/language.md")).expect("readable");
    page.split("```rubric")
        .skip(1)
        .filter_map(|part| part.split_once('\n')?.1.split("```").next().map(str::to_string))
        .collect()
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
