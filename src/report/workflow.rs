//! Annotations in the form of GitHub's workflow commands: one line each, with every text made harmless.

use super::sanitize::for_terminal;
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::SourceMap;

/// One annotation. `places` are properties like `line` and `col`, one-based.
pub fn command(level: &str, file: &str, places: &[(&str, u32)], title: &str, says: &str) -> String {
    let places: String = places.iter().map(|(name, at)| format!("{name}={at},")).collect();
    format!("::{level} file={},{places}title={}::{}\n", property(file), property(title), data(says))
}

/// One annotation a finding, with its help.
pub fn findings(diagnostics: &[Diagnostic], sources: &SourceMap) -> String {
    diagnostics.iter().map(|d| finding(d, sources)).collect()
}

fn finding(diagnostic: &Diagnostic, sources: &SourceMap) -> String {
    let level = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "notice",
    };
    let file = sources.file(diagnostic.span().file);
    let (start, end) = (file.position(diagnostic.span().start), file.position(diagnostic.span().end));
    let mut places = vec![("line", start.line), ("endLine", end.line), ("col", start.column)];
    // An end column counts only within the first line.
    if start.line == end.line {
        places.push(("endColumn", end.column));
    }
    let title = format!("{} {}", diagnostic.rule.code, diagnostic.rule.name);
    let label = Some(&diagnostic.labels[0].text).filter(|t| !t.is_empty());
    let mut says = diagnostic.message.clone();
    label.into_iter().for_each(|l| says.push_str(&format!(": {l}")));
    diagnostic.help.iter().for_each(|h| says.push_str(&format!(" ({h})")));
    diagnostic.example.iter().for_each(|e| says.push_str(&format!("; such a lead: {}", e.says.join("; "))));
    command(level, &file.name, &places, &title, &says)
}

/// A text as the message of a command.
fn data(text: &str) -> String {
    for_terminal(text).replace('%', "%25")
}

/// A text as a property of a command, where `:` and `,` mean something too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
