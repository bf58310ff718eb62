//! Findings as SARIF 2.1.0, the form in which code scanners exchange them.
//!
//! One run with the rules that were raised, and a result for each finding with its places, its help and the fix it carries. Columns count
//! characters, which the log says; line breaks of the text are as they stand in the file.

use crate::diagnostic::{Diagnostic, Fix, Label, Rule, Severity};
use crate::source::{SourceMap, Span};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Findings with the texts they point into.
pub type Found<'a> = (&'a [Diagnostic], &'a SourceMap);

/// The whole log.
pub fn log(all: &[Found<'_>]) -> Value {
    let mut rules: BTreeMap<&str, &Rule> = BTreeMap::new();
    for diagnostic in all.iter().flat_map(|(d, _)| d.iter()) {
        rules.insert(diagnostic.rule.code, diagnostic.rule);
    }
    let index: BTreeMap<&str, usize> = rules.keys().enumerate().map(|(i, code)| (*code, i)).collect();
    let results: Vec<Value> =
        all.iter().flat_map(|(found, sources)| found.iter().map(|d| result(d, sources, &index))).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "rubric",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.values().map(|r| rule(r)).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn rule(rule: &Rule) -> Value {
    json!({
        "id": rule.code,
        "name": rule.name,
        "shortDescription": { "text": rule.summary },
        "help": { "text": why(rule), "markdown": rule.document },
        "defaultConfiguration": { "level": level(rule.severity) },
    })
}

/// The part of a rule's page that says why it matters, without its examples.
fn why(rule: &Rule) -> String {
    let parts = rule.document.split("\n## ");
    let part = parts.into_iter().find_map(|p| p.strip_prefix("Why it matters")).map(str::trim);
    part.filter(|p| !p.is_empty()).unwrap_or(rule.summary).to_string()
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "note",
    }
}

fn result(diagnostic: &Diagnostic, sources: &SourceMap, index: &BTreeMap<&str, usize>) -> Value {
    let (first, others) = (&diagnostic.labels[0], &diagnostic.labels[1..]);
    let mut text = match &diagnostic.help {
        Some(help) => format!("{}; {help}", diagnostic.message),
        None => diagnostic.message.clone(),
    };
    diagnostic.example.iter().for_each(|e| text.push_str(&format!("; such a lead: {}", e.says.join("; "))));
    let mut result = json!({
        "ruleId": diagnostic.rule.code,
        "ruleIndex": index.get(diagnostic.rule.code),
        "level": level(diagnostic.severity),
        "message": { "text": text },
        "locations": [location(first, sources)],
    });
    if !others.is_empty() {
        result["relatedLocations"] = others.iter().map(|l| location(l, sources)).collect();
    }
    if let Some(fix) = &diagnostic.fix {
        result["fixes"] = json!([mended(fix, sources)]);
    }
    result
}

fn location(label: &Label, sources: &SourceMap) -> Value {
    let mut region = region(label.span, sources);
    region["snippet"] = json!({ "text": sources.text(label.span) });
    let mut location = json!({ "physicalLocation": {
        "artifactLocation": { "uri": uri(&sources.file(label.span.file).name) },
        "region": region,
    } });
    if !label.text.is_empty() {
        location["message"] = json!({ "text": label.text });
    }
    location
}

pub(super) fn region(span: Span, sources: &SourceMap) -> Value {
    let file = sources.file(span.file);
    let (start, end) = (file.position(span.start), file.position(span.end));
    json!({ "startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column })
}

/// A fix, with the replacements of each file together.
fn mended(fix: &Fix, sources: &SourceMap) -> Value {
    let mut files: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for (span, text) in &fix.edits {
        let replacement = json!({ "deletedRegion": region(*span, sources), "insertedContent": { "text": text } });
        files.entry(&sources.file(span.file).name).or_default().push(replacement);
    }
    let change = |(file, replacements): (&str, Vec<Value>)| json!({ "artifactLocation": { "uri": uri(file) }, "replacements": replacements });
    json!({ "description": { "text": fix.says }, "artifactChanges": files.into_iter().map(change).collect::<Vec<_>>() })
}

/// A path as a URI reference: relative ones stay relative.
pub(super) fn uri(path: &str) -> String {
    let path = path.replace('\\', "/");
    let mut out = String::new();
    if path.starts_with('/') {
        out.push_str("file://");
    }
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => out.push(byte as char),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}
