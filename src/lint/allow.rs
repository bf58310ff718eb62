//! Advice that an author has decided against: `# rubric: allow unused-field because the CRM sends it`.
//!
//! Such a comment holds for the line it ends, or, on a line of its own, for the block or the line below it. A reason is required, so that a reviewer
//! sees why.

use super::{Beyond, Texts, across, advice};
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::text::nearest;
use crate::source::{FileId, Span, Spanned};

declare_rule! {
    /// An `allow` that cannot be read.
    pub BAD_ALLOW = "RB1101" "bad-allow" Warning "an `allow` comment without a reason, or for advice that does not exist"
}

declare_rule! {
    /// An `allow` that holds back nothing.
    pub UNUSED_ALLOW = "RB1102" "unused-allow" Advice "an `allow` comment that holds back nothing"
}

/// One comment that allows something.
struct Allow {
    name: String,
    span: Span,
    /// Findings that begin here are held back.
    covers: Span,
    used: bool,
}

/// Where comments that allow something are looked for.
#[derive(Clone, Copy)]
pub struct Allowing<'a> {
    pub texts: Texts<'a>,
    /// The file of the policy, where there is one.
    pub own: Option<FileId>,
    pub beyond: &'a Beyond,
}

impl Allowing<'_> {
    /// The names of what can be allowed.
    fn names(&self) -> impl Iterator<Item = &'static str> {
        advice().chain(self.beyond.rules.iter().copied()).map(|r| r.name)
    }

    /// Whether a comment that held nothing back is of no use. Only in the file `own` can one be called unused: a library may allow what only some of its
    /// policies raise. Nor can one about advice that looks at several policies, as it depends on which are looked at, or about what was not looked for.
    fn is_unused(&self, allow: &Allow) -> bool {
        let across = across::LINTS.iter().any(|l| l.rule.name == allow.name);
        let not_looked_for = self.beyond.found.is_none() && self.beyond.rules.iter().any(|r| r.name == allow.name);
        !allow.used && self.own == Some(allow.span.file) && !across && !not_looked_for
    }
}

/// The findings that nothing allows, and what is wrong with the comments that allow.
pub fn apply(allowing: Allowing<'_>, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let texts = allowing.texts;
    let mut kept = Vec::new();
    let mut allows = Vec::new();
    for tree in texts.trees {
        for comment in &tree.comments {
            match read(allowing, tree.file, comment) {
                Some(Ok(allow)) => allows.push(allow),
                Some(Err(wrong)) => kept.push(wrong),
                None => {}
            }
        }
    }
    for finding in found {
        let covering = allows.iter_mut().find(|a| a.name == finding.rule.name && a.covers.contains(start(&finding)));
        match covering {
            Some(allow) => allow.used = true,
            None => kept.push(finding),
        }
    }
    kept.extend(allows.iter().filter(|a| allowing.is_unused(a)).map(|a| unused(texts, a)));
    kept
}

fn start(finding: &Diagnostic) -> Span {
    let span = finding.span();
    Span { end: span.start, ..span }
}

/// What a comment allows; `None` for all other comments.
fn read(allowing: Allowing<'_>, file: FileId, comment: &Spanned<String>) -> Option<Result<Allow, Diagnostic>> {
    let said = comment.node.trim_start_matches('#').trim();
    let rest = said.strip_prefix("rubric:")?.trim();
    let Some(rest) = rest.strip_prefix("allow ") else {
        let help = "write `# rubric: allow NAME because …`";
        return Some(Err(bad(
            comment.span,
            "this comment speaks to Rubric, but says nothing it knows",
            help.to_string(),
        )));
    };
    let (name, reason) = rest.trim().split_once(char::is_whitespace).unwrap_or((rest.trim(), ""));
    if !allowing.names().any(|known| known == name) {
        let near = nearest(name, allowing.names());
        let help = near.map_or("`rubric rules` lists all advice".to_string(), |n| format!("did you mean `{n}`?"));
        return Some(Err(bad(comment.span, &format!("there is no advice called `{name}`"), help)));
    }
    let reason = reason.trim().strip_prefix("because").map_or("", str::trim);
    if reason.is_empty() {
        let help = format!("write `# rubric: allow {name} because …`");
        return Some(Err(bad(comment.span, "this allows something without a reason", help)));
    }
    let covers = covered(allowing.texts, file, comment.span);
    Some(Ok(Allow { name: name.to_string(), span: comment.span, covers, used: false }))
}

/// What a comment holds for.
fn covered(texts: Texts<'_>, file: FileId, comment: Span) -> Span {
    let text: &str = &texts.sources.file(file).text;
    let at = comment.start as usize;
    let line = text[..at].rfind('\n').map_or(0, |i| i + 1);
    let line_end = |from: usize| text[from..].find('\n').map_or(text.len(), |i| from + i);
    if !text[line..at].trim().is_empty() {
        return Span::new(file, line, line_end(at));
    }
    // The next line that is neither blank nor a comment.
    let mut next = line_end(at);
    while next < text.len() {
        let start = next + 1;
        let end = line_end(start.min(text.len()));
        let said = text[start.min(end)..end].trim();
        if !said.is_empty() && !said.starts_with('#') {
            let items = texts.trees.iter().filter(|t| t.file == file).flat_map(|t| &t.items);
            let begins = start + text[start..end].len() - text[start..end].trim_start().len();
            let block = items.map(|i| i.span).find(|s| s.start as usize == begins);
            return block.unwrap_or(Span::new(file, start, end));
        }
        next = end;
    }
    Span::new(file, at, text.len())
}

fn bad(span: Span, message: &str, help: String) -> Diagnostic {
    Diagnostic::new(&BAD_ALLOW, message, span, "not heeded").with_help(help)
}

fn unused(texts: Texts<'_>, allow: &Allow) -> Diagnostic {
    let whole = texts.with_line(allow.span);
    Diagnostic::new(&UNUSED_ALLOW, format!("nothing here raises `{}`", allow.name), allow.span, "holds back nothing")
        .with_help("remove the comment")
        .with_fix("remove the comment", vec![(whole, String::new())])
}
