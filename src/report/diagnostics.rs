//! Findings for people (through miette's renderer, with our own places) and as JSON.

use super::page::Page;
use super::sanitize::{drawn, lines_for_terminal};
use crate::diagnostic::{Diagnostic, Example, Fix, Rule, Severity};
use crate::source::{FileId, SourceMap, Span};
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, NamedSource, SourceCode, SpanContents};
use serde::Serialize;
use std::fmt;

/// How a report is laid out.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// Whether the output takes colours.
    pub colour: bool,
    /// Columns.
    pub width: usize,
}

/// One finding as miette sees it.
#[derive(Debug)]
struct Shown<'a> {
    diagnostic: &'a Diagnostic,
    source: NamedSource<String>,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&lines_for_terminal(&self.diagnostic.message))
    }
}

impl std::error::Error for Shown<'_> {}

impl SourceCode for Shown<'_> {
    fn read_span<'b>(
        &'b self,
        span: &miette::SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'b> + 'b>, MietteError> {
        self.source.read_span(span, before, after)
    }
}

impl miette::Diagnostic for Shown<'_> {
    fn code<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        let Rule { code, name, .. } = self.diagnostic.rule;
        Some(Box::new(format!("{code} {name}").trim_start().to_string()))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.diagnostic.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Advice => miette::Severity::Advice,
        })
    }

    fn help<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        self.diagnostic.help.as_ref().map(|h| Box::new(lines_for_terminal(h)) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let file = self.diagnostic.span().file;
        let here = self.diagnostic.labels.iter().filter(move |l| l.span.file == file);
        Some(Box::new(here.enumerate().map(move |(i, l)| {
            let text = Some(lines_for_terminal(&l.text)).filter(|t| !t.is_empty());
            let (start, len) = (l.span.start as usize, (l.span.end - l.span.start) as usize);
            match i {
                0 => LabeledSpan::new_primary_with_span(text, (start, len)),
                _ => LabeledSpan::new_with_span(text, (start, len)),
            }
        })))
    }
}

/// All findings for people, each followed by a blank line.
pub fn human(diagnostics: &[Diagnostic], sources: &SourceMap, layout: Layout) -> String {
    let theme = if layout.colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler =
        GraphicalReportHandler::new_themed(theme).with_width(layout.width).with_links(false).with_context_lines(1);
    let mut out = String::new();
    for diagnostic in diagnostics {
        let file = sources.file(diagnostic.span().file);
        let elsewhere = diagnostic.labels.iter().filter(|l| l.span.file != diagnostic.span().file);
        let source = NamedSource::new(lines_for_terminal(&file.name), drawn(&file.text));
        let shown = Shown { diagnostic: &visible(diagnostic, &file.text), source };
        if handler.render_report(&mut out, &shown).is_err() {
            out.push_str(&format!("{}\n", lines_for_terminal(&diagnostic.message)));
        }
        for label in elsewhere {
            let other = sources.file(label.span.file);
            let place = sources.position(label.span);
            out.push_str(&format!(
                "  also {}:{}:{}: {}\n",
                lines_for_terminal(&other.name),
                place.line,
                place.column,
                lines_for_terminal(&label.text)
            ));
        }
        if let Some(example) = &diagnostic.example {
            out.push_str(&shown_example(example, layout));
        }
        out.push('\n');
    }
    out
}

/// A lead that shows a finding. The test begins at the left edge, so that it can be copied as it is.
fn shown_example(example: &Example, layout: Layout) -> String {
    let mut page = Page::new(layout);
    page.line(2, "such a lead:");
    example.says.iter().for_each(|line| page.line(4, line));
    match &example.test {
        Some(test) => {
            page.line(2, "as a test, to be put into the policy:");
            page.gap();
            test.lines().for_each(|line| page.verbatim(0, line));
        }
        None => page.line(2, "no test can say this"),
    }
    page.text()
}

/// The finding with places at the end of a file pulled back to the last visible character, where a mark can be drawn.
fn visible(diagnostic: &Diagnostic, text: &str) -> Diagnostic {
    let mut diagnostic = diagnostic.clone();
    let last = text.trim_end().len();
    let main = diagnostic.span().file;
    for label in diagnostic.labels.iter_mut().filter(|l| l.span.file == main) {
        if label.span.start as usize >= last && last > 0 {
            let start = text[..last].char_indices().next_back().map_or(0, |(i, _)| i);
            label.span = Span::new(main, start, last);
        }
    }
    diagnostic
}

/// One finding in JSON. The keys are stable; `docs/diagnostics.md` tells what they mean.
#[derive(Debug, Serialize)]
pub struct Finding<'a> {
    pub code: &'a str,
    pub name: &'a str,
    pub severity: &'a str,
    pub message: &'a str,
    pub file: &'a str,
    pub line: u32,
    pub column: u32,
    pub end_line: u32,
    pub end_column: u32,
    pub labels: Vec<Place<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<Mending<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<ExampleShown<'a>>,
}

/// A lead that shows a finding, in JSON.
#[derive(Debug, Serialize)]
pub struct ExampleShown<'a> {
    pub says: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test: Option<&'a str>,
}

/// A fix in JSON.
#[derive(Debug, Serialize)]
pub struct Mending<'a> {
    pub says: &'a str,
    pub edits: Vec<Replacement<'a>>,
}

/// A place in JSON, and what stands there instead.
#[derive(Debug, Serialize)]
pub struct Replacement<'a> {
    pub file: &'a str,
    pub line: u32,
    pub column: u32,
    pub end_line: u32,
    pub end_column: u32,
    pub text: &'a str,
}

/// A labelled place in JSON.
#[derive(Debug, Serialize)]
pub struct Place<'a> {
    pub file: &'a str,
    pub line: u32,
    pub column: u32,
    pub text: &'a str,
}

/// All findings for machines.
pub fn findings<'a>(diagnostics: &'a [Diagnostic], sources: &'a SourceMap) -> Vec<Finding<'a>> {
    let finding = |d: &'a Diagnostic| {
        let file = sources.file(d.span().file);
        let (start, end) = (file.position(d.span().start), file.position(d.span().end));
        let place = |l: &'a crate::diagnostic::Label| {
            let at = sources.position(l.span);
            Place { file: &sources.file(l.span.file).name, line: at.line, column: at.column, text: &l.text }
        };
        Finding {
            code: d.rule.code,
            name: d.rule.name,
            severity: d.severity.word(),
            message: &d.message,
            file: &file.name,
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            labels: d.labels.iter().map(place).collect(),
            help: d.help.as_deref(),
            fix: d.fix.as_deref().map(|f| mending(f, sources)),
            example: d.example.as_deref().map(example),
        }
    };
    diagnostics.iter().map(finding).collect()
}

/// A lead that shows a finding, for machines.
pub fn example(example: &Example) -> ExampleShown<'_> {
    ExampleShown { says: &example.says, test: example.test.as_deref() }
}

fn mending<'a>(fix: &'a Fix, sources: &'a SourceMap) -> Mending<'a> {
    let edit = |(span, text): &'a (Span, String)| {
        let file = sources.file(span.file);
        let (start, end) = (file.position(span.start), file.position(span.end));
        Replacement {
            file: &file.name,
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            text,
        }
    };
    Mending { says: &fix.says, edits: fix.edits.iter().map(edit).collect() }
}

/// How many files a report is about, for its closing line.
pub fn files_named(diagnostics: &[Diagnostic]) -> usize {
    let mut files: Vec<FileId> = diagnostics.iter().map(|d| d.span().file).collect();
    files.sort_unstable();
    files.dedup();
    files.len()
}
