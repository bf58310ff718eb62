//! What a failure of the grammar is called: which words were expected, which were found, and what to do.

use super::bracket::{STRAY_BRACKET, UNCLOSED_BRACKET};
use super::grammar::Rule;
use super::words::words;
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

declare_rule! {
    /// Text that does not belong where it stands.
    pub UNEXPECTED_TEXT = "RB0101" "unexpected-text" Error "text that does not belong where it stands"
}
declare_rule! {
    /// An item that stops before it is complete.
    pub UNFINISHED_ITEM = "RB0109" "unfinished-item" Error "an item that stops before it says all it must"
}

/// A failure of the grammar, told in tokens.
pub(super) struct Failure<'a> {
    /// What could have stood there.
    pub expected: &'a [Rule],
    /// The unexpected token; `None` at the end of the block.
    pub found: Option<(&'a str, Span)>,
    /// The token before it.
    pub before: Option<(&'a str, Span)>,
    /// Whether the item before it is incomplete and the unexpected token begins another line.
    pub unfinished: bool,
    /// The last bracket still open before the failure, of those that stand inside an item.
    pub open: Option<Span>,
    /// The words that begin items in this block.
    pub items: &'a [&'a str],
}

impl Failure<'_> {
    /// The finding.
    pub fn diagnostic(&self) -> Diagnostic {
        let list = expected_list(self.expected);
        let at_end = self.unfinished || self.found.is_none();
        let found = match (self.before, self.found) {
            (Some((said, span)), _) if at_end => self.unfinished_item(said, span, &list),
            (_, Some((said, span))) => self.unexpected(said, span, &list),
            (Some((said, span)), None) => self.unfinished_item(said, span, &list),
            (None, None) => {
                return Diagnostic::new(
                    &UNEXPECTED_TEXT,
                    "nothing stands here",
                    self.anywhere(),
                    format!("expected {list}"),
                );
            }
        };
        match self.help() {
            Some(help) => found.with_help(help),
            None => found,
        }
    }

    fn anywhere(&self) -> Span {
        self.found
            .or(self.before)
            .or(self.open.map(|s| ("", s)))
            .map_or(Span::new(crate::source::FileId(0), 0, 0), |(_, s)| s)
    }

    fn closes(&self) -> bool {
        self.expected.iter().any(|r| matches!(r, Rule::paren_close | Rule::bracket_close))
    }

    fn unfinished_item(&self, said: &str, span: Span, list: &str) -> Diagnostic {
        if let (true, Some(open)) = (self.closes(), self.open) {
            return Diagnostic::new(
                &UNCLOSED_BRACKET,
                "a bracket is not closed",
                span,
                format!("expected {list} after this"),
            )
            .with_label(open, "this is still open");
        }
        Diagnostic::new(
            &UNFINISHED_ITEM,
            format!("something is missing after `{}`", short(said)),
            span,
            format!("expected {list} after this"),
        )
    }

    fn unexpected(&self, said: &str, span: Span, list: &str) -> Diagnostic {
        if matches!(said, ")" | "]" | "}") && !self.closes() {
            let rule = if self.open.is_none() && said != "}" { &STRAY_BRACKET } else { &UNEXPECTED_TEXT };
            return Diagnostic::new(rule, format!("unexpected `{said}`"), span, format!("expected {list}"));
        }
        if let (true, Some(open)) = (self.closes() && !self.expected.contains(&Rule::comma), self.open) {
            return Diagnostic::new(
                &UNCLOSED_BRACKET,
                "a bracket is not closed",
                span,
                format!("expected {list} before this"),
            )
            .with_label(open, "this is still open");
        }
        Diagnostic::new(&UNEXPECTED_TEXT, format!("unexpected `{}`", short(said)), span, format!("expected {list}"))
    }

    fn help(&self) -> Option<String> {
        let (said, _) = self.found?;
        let compares = self.expected.contains(&Rule::tail);
        match said {
            "=" | "==" if compares => return Some("a comparison is written `is`".to_string()),
            "=" if self.expected.contains(&Rule::colon) => return Some("write `:` here".to_string()),
            "%" => return Some("a number stands alone; only `expect-moves` counts in percent".to_string()),
            _ => {}
        }
        let near = |word: &str| nearest(word, candidates(self.expected));
        if let Some(word) = near(said).filter(|w| *w != said) {
            return Some(format!("did you mean `{word}`?"));
        }
        // A mistyped keyword is read as a name, and the failure stands behind it.
        let (before, _) = self.before?;
        let word = nearest(before, self.items.iter().copied()).filter(|w| *w != before)?;
        (self.expected.contains(&Rule::colon) || compares)
            .then(|| format!("did you mean `{word}` instead of `{before}`?"))
    }
}

/// At most this much of a text is repeated in a headline.
fn short(said: &str) -> String {
    const MOST: usize = 40;
    if said.chars().count() <= MOST { said.to_string() } else { said.chars().take(MOST).chain(['…']).collect() }
}

/// All keywords that could have stood there.
fn candidates(expected: &[Rule]) -> Vec<&'static str> {
    let mut found = Vec::new();
    for rule in expected {
        let words = words(*rule);
        found.extend_from_slice(words.starts);
        if words.literal && words.say.starts_with(|c: char| c.is_ascii_alphabetic()) {
            found.push(words.say);
        }
    }
    found
}

/// What was expected, as a person would list it: phrases before single words, at most four of them.
fn expected_list(expected: &[Rule]) -> String {
    let mut phrases: Vec<String> = Vec::new();
    let mut add = |said: String| {
        if !phrases.contains(&said) {
            phrases.push(said);
        }
    };
    let is_closing = |r: &Rule| matches!(r, Rule::brace_close | Rule::bracket_close | Rule::paren_close | Rule::EOI);
    let ordinary = || expected.iter().filter(|r| !is_closing(r));
    for rule in ordinary().filter(|r| !words(**r).literal) {
        add(words(*rule).say.to_string());
    }
    for rule in ordinary().filter(|r| words(**r).literal) {
        add(format!("`{}`", words(*rule).say));
    }
    for rule in expected.iter().filter(|r| is_closing(r)) {
        let words = words(*rule);
        add(if words.literal { format!("`{}`", words.say) } else { words.say.to_string() });
    }
    const MOST: usize = 4;
    if phrases.len() > MOST {
        // What closes a block stays in view; the middle of a long list helps nobody.
        let last = phrases.pop();
        phrases.truncate(MOST - 1);
        phrases.extend(last);
    }
    match phrases.split_last() {
        None => "something else".to_string(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}

/// The keyword most like a word, if one is near enough to be meant.
pub(super) fn nearest<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let written = written.to_ascii_lowercase();
    if written.len() > 40 || !written.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    candidates
        .into_iter()
        .map(|c| (strsim::damerau_levenshtein(&written, c), c))
        .filter(|(distance, c)| *distance <= written.len().max(c.len()) / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, c)| c)
}
