//! Braces that do not pair, and nesting that is too deep.
//!
//! Takes tokens; gives findings, and a text of the same layout in which missing braces are put in and stray ones taken out, so that everything
//! around them can still be read. Where braces do not pair, indentation tells where the missing one probably belongs: people lay out blocks well
//! long before they notice a lost brace. Round and square brackets stand inside one item; the grammar finds those more exactly.

use super::chunk::Tokens;
use super::parse::MOST_ERRORS;
use super::scan::{Kind, Token};
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};
use std::ops::Range;

declare_rule! {
    /// A bracket without its partner.
    pub UNCLOSED_BRACKET = "RB0104" "unclosed-bracket" Error "an opening bracket that is never closed"
}
declare_rule! {
    /// A closing bracket without its partner.
    pub STRAY_BRACKET = "RB0105" "stray-bracket" Error "a closing bracket that nothing opens"
}
declare_rule! {
    /// More nesting than a policy can need.
    pub NESTING_TOO_DEEP = "RB0106" "nesting-too-deep" Error "brackets or `not` nested more than 64 deep"
}

/// How deep brackets and `not`, `confirmed`, `unconfirmed` may nest together.
pub(super) const DEPTH_LIMIT: usize = 64;

/// The text with braces mended, the findings, and the regions where a brace had to be put in or taken out.
pub(super) struct Mended {
    pub text: String,
    pub found: Vec<Diagnostic>,
    pub regions: Vec<Region>,
}

/// A place where a brace was put in or taken out.
#[derive(Clone, Debug)]
pub(super) struct Region {
    /// What fails in here probably follows from the brace.
    pub around: Range<usize>,
    /// What surely cannot be read as it stands.
    pub at: Range<usize>,
}

/// Pairs braces; `None` where they pair as they stand.
pub(super) fn mend(file: FileId, tokens: Tokens<'_>) -> Option<Mended> {
    if is_balanced(tokens) {
        return None;
    }
    let mut mender =
        Mender { file, tokens, text: tokens.text.as_bytes().to_vec(), found: Vec::new(), regions: Vec::new() };
    // Braces may be missing at the very end, where the file has no room for them.
    mender.text.extend(std::iter::once(b'\n').chain(std::iter::repeat_n(b' ', DEPTH_LIMIT)));
    for segment in segments(tokens) {
        mender.segment(segment);
    }
    // Only white space and brackets were exchanged, one byte each, so the text is still UTF-8.
    let text = String::from_utf8(mender.text).ok()?;
    Some(Mended { text, found: mender.found, regions: mender.regions })
}

/// Whether braces pair, and none reaches over the beginning of a block in the first column.
fn is_balanced(tokens: Tokens<'_>) -> bool {
    let mut depth = 0usize;
    for (i, token) in tokens.all.iter().enumerate() {
        // `events` and `discovery` also head an item of an import or an outcome.
        let is_head = token.first && token.indent == 0 && !matches!(tokens.said(i), "events" | "discovery");
        if depth > 0 && is_head && tokens.starts_block(i) {
            return false;
        }
        match tokens.said(i) {
            "{" => depth += 1,
            "}" if depth == 0 => return false,
            "}" => depth -= 1,
            _ => {}
        }
    }
    depth == 0
}

/// The file cut at the blocks that begin in the first column.
fn segments(tokens: Tokens<'_>) -> Vec<Range<usize>> {
    let heads =
        (0..tokens.all.len()).filter(|&i| tokens.all[i].first && tokens.all[i].indent == 0 && tokens.starts_block(i));
    let mut found = Vec::new();
    let mut at = 0;
    for head in heads.chain([tokens.all.len()]) {
        if head > at {
            found.push(at..head);
        }
        at = head;
    }
    found
}

struct Mender<'a> {
    file: FileId,
    tokens: Tokens<'a>,
    text: Vec<u8>,
    found: Vec<Diagnostic>,
    regions: Vec<Region>,
}

impl Mender<'_> {
    fn segment(&mut self, segment: Range<usize>) {
        if is_balanced(Tokens { all: &self.tokens.all[segment.clone()], ..self.tokens }) {
            return;
        }
        let mut open: Vec<usize> = Vec::new();
        for i in segment.clone() {
            match self.tokens.said(i) {
                "{" => open.push(i),
                "}" => self.close(&mut open, i, &segment),
                _ => {}
            }
        }
        while let Some(opener) = open.pop().filter(|_| !self.is_hopeless()) {
            self.unclosed(opener, segment.end);
        }
    }

    /// Whether so much is wrong that looking for the right places is no help any more, and only costs time.
    fn is_hopeless(&self) -> bool {
        self.found.len() >= MOST_ERRORS
    }

    fn token(&self, i: usize) -> Token {
        self.tokens.all[i]
    }

    fn close(&mut self, open: &mut Vec<usize>, closer: usize, segment: &Range<usize>) {
        if self.is_hopeless() {
            open.pop();
            return;
        }
        let layout = self.token(closer);
        let opened_here = open.last().is_some_and(|&opener| self.same_line(opener, closer));
        if let (false, false, Some(head)) = (layout.first, opened_here, self.inline_head(segment.start, closer)) {
            return self.unopened(head, closer);
        }
        while let Some(&opener) = open.last() {
            let indent = self.token(opener).indent;
            let on_one_line = !layout.first || self.same_line(opener, closer);
            if on_one_line || layout.indent == indent {
                open.pop();
                return;
            }
            let belongs_further_out = open.iter().any(|&o| self.token(o).indent == layout.indent);
            if layout.indent < indent && belongs_further_out {
                open.pop();
                self.unclosed(opener, closer);
                continue;
            }
            if layout.indent > indent
                && let Some(head) = self.headless(opener + 1, closer)
            {
                self.unopened(head, closer);
                return;
            }
            open.pop();
            return;
        }
        match self.headless(segment.start, closer) {
            Some(head) => self.unopened(head, closer),
            None => self.stray(closer),
        }
    }

    fn same_line(&self, a: usize, b: usize) -> bool {
        !(a + 1..=b).any(|i| self.token(i).first)
    }

    /// The token on the line of `closer` behind which a `{` is missing: the last word there that a block of choices or values follows.
    fn inline_head(&self, from: usize, closer: usize) -> Option<usize> {
        let line = (from..=closer).rev().find(|&i| self.token(i).first)?;
        let opens = |i: &usize| {
            let word = self.tokens.said(*i);
            let is_name = self.tokens.said(i + 1) != ":";
            is_name
                && matches!(
                    word,
                    "of" | "ordered"
                        | "bands"
                        | "given"
                        | "with"
                        | "leads"
                        | "events"
                        | "contacts"
                        | "types"
                        | "channels"
                )
                || *i > line && self.tokens.said(i - 1) == "extend"
        };
        (line..closer).rev().find(opens)
    }

    /// The last token of the nearest line before `closer` that is indented as much, begins with a name and opens nothing: the brace that `closer` wants
    /// is missing there.
    fn headless(&self, from: usize, closer: usize) -> Option<usize> {
        let layout = self.token(closer);
        if !layout.first {
            return None;
        }
        let head = (from..closer).rev().find(|&i| {
            let token = self.token(i);
            token.first && token.indent <= layout.indent
        })?;
        if self.token(head).indent != layout.indent || self.token(head).kind != Kind::Word {
            return None;
        }
        let last = (head..closer).take_while(|&i| i == head || !self.token(i).first).last()?;
        (last + 1 < closer && !(head..=last).any(|i| self.tokens.said(i) == "{")).then_some(last)
    }

    /// Reports an opener that `before` shows to be unclosed, and puts its partner in where indentation says it belongs.
    fn unclosed(&mut self, opener: usize, before: usize) {
        let indent = self.token(opener).indent;
        let is_choices = matches!(self.tokens.said(opener.wrapping_sub(1)), "of" | "ordered");
        let ends = |i: &usize| {
            let token = self.token(*i);
            token.first && (token.indent <= indent || is_choices && self.starts_modifier(*i))
        };
        let next = (opener + 1..before).find(ends).unwrap_or(before);
        let last = next - 1;
        self.put(next, b'}');
        let here = self.token(last);
        let found = Diagnostic::new(
            &UNCLOSED_BRACKET,
            "a `}` is missing",
            self.span(here.start, here.end),
            "expected `}` after this",
        )
        .with_label(self.span(self.token(opener).start, self.token(opener).end), "to close this `{`");
        self.report(found, here.start..self.tokens.all.get(next).map_or(here.end, |t| t.end));
    }

    fn starts_modifier(&self, i: usize) -> bool {
        let (word, next) = (self.tokens.said(i), self.tokens.said(i + 1));
        let is_text = next.starts_with('"');
        match word {
            "column" | "label" | "empty" => is_text,
            "ask" => is_text || next == "on",
            "unknown" => is_text || next == "only",
            "known" => next == "from",
            _ => false,
        }
    }

    /// Reports a closer whose opener is missing after the token `head`.
    fn unopened(&mut self, head: usize, closer: usize) {
        self.put(head + 1, b'{');
        let (here, there) = (self.token(head), self.token(closer));
        let found = Diagnostic::new(
            &STRAY_BRACKET,
            "a `{` is missing",
            self.span(here.start, here.end),
            "expected `{` after this",
        )
        .with_label(self.span(there.start, there.end), "this `}` closes nothing");
        self.report(found, here.start..self.tokens.all.get(head + 1).map_or(here.end, |t| t.end));
    }

    fn stray(&mut self, closer: usize) {
        let there = self.token(closer);
        self.text[there.start] = b' ';
        let found =
            Diagnostic::new(&STRAY_BRACKET, "unexpected `}`", self.span(there.start, there.end), "this closes nothing")
                .with_help("delete it, or put the `{` it belongs to where its block begins");
        self.report(found, there.start..there.end);
    }

    fn report(&mut self, found: Diagnostic, around: Range<usize>) {
        let span = found.span();
        self.found.push(found);
        self.regions.push(Region { around, at: span.start as usize..span.end as usize });
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start, end)
    }

    /// Puts a brace between token `next - 1` and token `next`, in place of one white space that no comment owns.
    fn put(&mut self, next: usize, brace: u8) {
        let from = next.checked_sub(1).map_or(0, |p| self.token(p).end);
        let to = self.tokens.all.get(next).map_or(self.text.len(), |t| t.start);
        let mut in_comment = false;
        let mut line_end = None;
        for at in from..to {
            match self.text[at] {
                b'#' => in_comment = true,
                // The newline behind a comment must stay, or the comment would go on.
                b'\n' if !in_comment => line_end = line_end.or(Some(at)),
                b'\n' => in_comment = false,
                // A space keeps the tokens behind it on their line.
                b' ' | b'\t' if !in_comment => {
                    self.text[at] = brace;
                    return;
                }
                _ => {}
            }
        }
        if let Some(at) = line_end {
            self.text[at] = brace;
        }
    }
}

/// The tokens of a block at which nesting passes the limit.
pub(super) fn too_deep(tokens: Tokens<'_>, block: Range<usize>, live: impl Fn(usize) -> bool) -> Vec<usize> {
    let mut found = Vec::new();
    // For each open bracket: its character and the nesting it adds with the prefixes before it.
    let mut open: Vec<(&str, usize)> = Vec::new();
    let (mut depth, mut prefixes, mut braces) = (0, 0, 0);
    for i in block.filter(|i| live(*i)) {
        let said = tokens.said(i);
        match said {
            "not" | "confirmed" | "unconfirmed" => prefixes += 1,
            "{" | "[" | "(" => {
                open.push((said, prefixes + 1));
                depth += prefixes + 1;
                braces += usize::from(said == "{");
                prefixes = 0;
            }
            "}" | "]" | ")" => {
                prefixes = 0;
                let partner = if said == "}" {
                    "{"
                } else if said == "]" {
                    "["
                } else {
                    "("
                };
                // Only a brace may close over brackets that were forgotten.
                let goes_over = said == "}" && braces > 0;
                while let Some((opener, adds)) = open.pop_if(|(o, _)| goes_over || *o == partner) {
                    depth -= adds;
                    braces -= usize::from(opener == "{");
                    if opener == partner {
                        break;
                    }
                }
            }
            _ => prefixes = 0,
        }
        if depth + prefixes > DEPTH_LIMIT {
            found.push(i);
        }
    }
    found
}

/// The finding at the token where nesting passes the limit.
pub(super) fn nesting(span: Span) -> Diagnostic {
    Diagnostic::new(&NESTING_TOO_DEEP, format!("nested more than {DEPTH_LIMIT} deep"), span, "too deep from here on")
        .with_help("give parts of the condition a name with `define`")
}
