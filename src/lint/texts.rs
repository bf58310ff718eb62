//! The texts of a policy: what advice about writing looks at, whether or not there is a policy yet.

use crate::source::{SourceMap, Span};
use crate::syntax::tree::File;

/// Texts with their trees.
#[derive(Clone, Copy, Debug)]
pub struct Texts<'a> {
    pub sources: &'a SourceMap,
    /// Libraries before what uses them, the file itself last.
    pub trees: &'a [File],
}

impl Texts<'_> {
    /// A span with the rest of its line, break included, where nothing else stands on the lines it covers; else with the blanks before it. What is
    /// removed there leaves no empty line and no blanks at a line's end.
    pub fn with_line(self, span: Span) -> Span {
        let bytes = self.sources.file(span.file).text.as_bytes();
        let (start, end) = (span.start as usize, span.end as usize);
        let blank = |b: &&u8| matches!(**b, b' ' | b'\t' | b'\r');
        let before = start - bytes[..start].iter().rev().take_while(blank).count();
        let after = end + bytes[end..].iter().take_while(blank).count();
        let begins_line = before == 0 || bytes[before - 1] == b'\n';
        let ends_line = bytes.get(after).is_none_or(|b| *b == b'\n');
        match (begins_line, ends_line) {
            (true, true) => Span::new(span.file, before, bytes.len().min(after + 1)),
            (false, true) => Span::new(span.file, before, end),
            (_, false) => span,
        }
    }

    /// The first line of what a span covers, up to an opening brace: enough to see what is meant.
    pub fn head(self, span: Span) -> Span {
        let text = self.sources.text(span);
        let first = text.lines().next().unwrap_or("");
        let said = first.split('{').next().unwrap_or("").trim_end();
        let length = if said.is_empty() { first.len().min(1) } else { said.len() };
        Span { end: span.start + length as u32, ..span }
    }
}
