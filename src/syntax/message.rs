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
    pub items: Vec<&'static str>,
}

impl Failure<'_> {
    /// The finding.
    pub fn diagnostic(&self) -> Diagnostic {
        let list = expected_list(self.expected, &self.items);
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
            let found = Diagnostic::new(rule, format!("unexpected `{said}`"), span, format!("expected {list}"));
            return if std::ptr::eq(rule, &STRAY_BRACKET) {
                found.with_help("delete it, or put the bracket it closes where its part begins")
            } else {
                found
            };
        }
        // Behind a value in a list, only a word that cannot be one more value shows that the list should have ended.
        let ends = !self.expects(&[Rule::comma])
            || matches!(said, "because" | "when" | "and" | "or" | "owner" | "where" | "expected");
        if let (true, Some(open)) = (self.closes() && ends, self.open) {
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

    /// What to do, where more can be said than what was expected.
    fn help(&self) -> Option<String> {
        let (said, _) = self.found?;
        if let Some(help) = self.slip(said) {
            return Some(help.to_string());
        }
        if let Some(word) = nearest(said, candidates(self.expected)).filter(|w| *w != said) {
            return Some(format!("did you mean `{word}`?"));
        }
        if self.unfinished {
            return None;
        }
        // A mistyped keyword is read as a name, and the failure stands behind it; or it stands first on its line, where an item would begin.
        let begins = self.expects(&[Rule::brace_close]);
        if let Some(word) = nearest(said, self.items.iter().copied()).filter(|w| begins && *w != said) {
            return Some(format!("did you mean `{word}`?"));
        }
        let (before, _) = self.before?;
        let word = nearest(before, self.items.iter().copied()).filter(|w| *w != before)?;
        self.expects(&[Rule::colon, Rule::tail]).then(|| format!("did you mean `{word}` instead of `{before}`?"))
    }

    fn expects(&self, any_of: &[Rule]) -> bool {
        any_of.iter().any(|r| self.expected.contains(r))
    }

    /// Slips people bring from other languages and from prose.
    fn slip(&self, said: &str) -> Option<&'static str> {
        let wants_text = self.expects(&[Rule::text, Rule::text_value, Rule::texts]);
        let wants_name = self.expects(&[Rule::name, Rule::mention, Rule::mentions, Rule::value]);
        let compares = self.expects(&[Rule::tail]);
        let is_word = said.starts_with(|c: char| c.is_ascii_alphanumeric());
        let is_number = said.starts_with(|c: char| c.is_ascii_digit());
        let is_keyword = matches!(said, "because" | "when" | "and" | "or" | "not" | "is" | "in" | "has");
        let only_text =
            wants_text && self.expected.iter().all(|r| matches!(r, Rule::text | Rule::text_value | Rule::texts));
        match said {
            "=" | "==" if compares => Some("a comparison is written `is`"),
            "=" if self.expects(&[Rule::colon]) => Some("write `:` here"),
            "=>" | "=<" => Some("comparisons are written `>=` and `<=`"),
            "%" => Some("a number stands alone; only `expect-moves` counts in percent"),
            "if" => Some("a condition follows `when`"),
            _ if self.unfinished => None,
            _ if is_word && self.expects(&[Rule::bracket_open, Rule::list, Rule::name_list]) && !wants_name => {
                Some("several values stand in brackets: `[a, b]`")
            }
            _ if is_word && only_text && !is_keyword => Some("put the text in double quotes"),
            "[" if self.expects(&[Rule::choices, Rule::brace_open]) => Some("choices stand in braces: `{ a, b }`"),
            _ if is_number && self.expects(&[Rule::moment]) => Some("dates are written year-month-day: `2026-03-31`"),
            _ if is_number
                && self.before.is_some_and(|(before, _)| before == ",")
                && self.expects(&[Rule::brace_close]) =>
            {
                Some("numbers are written without commas: `10_000`")
            }
            _ if said.starts_with('"') && wants_name && !wants_text => Some("a name stands without quotes"),
            _ => None,
        }
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

/// What was expected, as a person would list it: what is meant most often first, the beginnings of other items as one, at most five phrases.
fn expected_list(expected: &[Rule], items: &[&str]) -> String {
    const MOST: usize = 5;
    let ends_item = expected.contains(&Rule::brace_close);
    let is_next_item = |r: &Rule| ends_item && words(*r).literal && items.contains(&words(*r).say);
    let mut ranked: Vec<(u8, String)> = Vec::new();
    for rule in expected {
        let words = words(*rule);
        // A comma is never what is missing where an item may end.
        if *rule == Rule::comma && ends_item && expected.len() > 2 {
            continue;
        }
        let rank = match rule {
            Rule::tail => 0,
            Rule::kw_and | Rule::kw_or => 2,
            Rule::brace_close | Rule::bracket_close | Rule::paren_close | Rule::EOI => 6,
            rule if is_next_item(rule) => 5,
            _ if !words.literal && ends_item && (words.say.contains("such as") || words.say.ends_with("…)")) => 4,
            _ if !words.literal => 1,
            _ => 3,
        };
        let said = if words.literal { format!("`{}`", words.say) } else { words.say.to_string() };
        ranked.push((rank, said));
    }
    ranked.sort();
    // Beside other things, several keywords of items are the next item; alone they are what the author looks for.
    let has_others = ranked.iter().any(|(rank, _)| *rank < 5);
    if has_others && ranked.iter().filter(|(rank, _)| *rank == 5).count() > 1 {
        ranked.retain(|(rank, _)| *rank != 5);
        ranked.push((5, "the next item".to_string()));
        ranked.sort();
    }
    let mut phrases: Vec<String> = ranked.into_iter().map(|(_, said)| said).collect();
    phrases.dedup();
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
