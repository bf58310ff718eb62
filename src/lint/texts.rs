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
        let text: &str = &self.sources.file(span.file).text;
        let (start, end) = (span.start as usize, span.end as usize);
        let line = text[..start].rfind('\n').map_or(0, |i| i + 1);
        let before = text[line..start].trim_matches(is_blank);
        let line_end = text[end..].find('\n').map_or(text.len(), |i| end + i);
        let after = text[end..line_end].trim_matches(is_blank);
        if before.is_empty() && after.is_empty() {
            return Span::new(span.file, line, text.len().min(line_end + 1));
        }
        let from = if after.is_empty() { line + text[line..start].trim_end_matches(is_blank).len() } else { start };
        Span::new(span.file, from, end)
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

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r')
}
