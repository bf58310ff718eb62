//! What a finding is and how a rule is declared.
//!
//! A rule is declared once, beside the check that raises it, with [`declare_rule!`](crate::declare_rule): its code, name,
//! severity, summary and document come from that one place. A [`Diagnostic`] points to its rule and says where and what.

use crate::source::Span;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The policy cannot be used until this is mended.
    Error,
    /// The policy works, but probably not as meant.
    Warning,
    /// A suggestion.
    Advice,
}

impl Severity {
    /// The word that people and machines read.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Advice => "advice",
        }
    }
}

/// A kind of mistake or advice, declared once.
#[derive(Debug)]
pub struct Rule {
    /// `RB` and four digits: area, then number. Never reused.
    pub code: &'static str,
    /// The problem in kebab case; reads well after "allow".
    pub name: &'static str,
    /// How much a finding of this rule matters unless configured otherwise.
    pub severity: Severity,
    /// One sentence for the index.
    pub summary: &'static str,
    /// The Markdown document of the rule, `docs/rules/<name>.md`.
    pub document: &'static str,
}

/// Declares a [`Rule`] as a `static`.
///
/// ```ignore
/// declare_rule! {
///     /// Optional Rust documentation.
///     pub UNKNOWN_NAME = "RB0201" "unknown-name" Error "a name that nothing declares"
/// }
/// ```
#[macro_export]
macro_rules! declare_rule {
    ($(#[$meta:meta])* $vis:vis $id:ident = $code:literal $name:literal $severity:ident $summary:literal) => {
        $(#[$meta])*
        $vis static $id: $crate::diagnostic::Rule = $crate::diagnostic::Rule {
            code: $code,
            name: $name,
            severity: $crate::diagnostic::Severity::$severity,
            summary: $summary,
            document: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/rules/", $name, ".md")),
        };
    };
}

/// A place with a few words on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is to be seen there; may be empty.
    pub text: String,
}

/// A change of the text that mends a finding. It is safe: what the policy decides stays the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, in the imperative: `remove the unused definition`.
    pub says: String,
    /// Places and what stands there instead; they do not overlap.
    pub edits: Vec<(Span, String)>,
}

/// One finding: which rule, what is wrong, where, and what to do about it.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// The rule that found it.
    pub rule: &'static Rule,
    /// How much it matters here: as the rule says, unless it is configured otherwise.
    pub severity: Severity,
    /// What is wrong: lower case, no full stop, user text in backticks.
    pub message: String,
    /// Where; the first label is the main place and decides the order of findings.
    pub labels: Vec<Label>,
    /// What to do.
    pub help: Option<String>,
    /// A change that mends it, where one is safe.
    pub fix: Option<Box<Fix>>,
    /// A lead that shows it, where one was found.
    pub example: Option<Box<Example>>,
}

/// A possible lead that shows what is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// The lead and what comes of it, in words, a line each.
    pub says: Vec<String>,
    /// A test in the language that repeats it, ready to be put into the policy; `None` where no test can say it.
    pub test: Option<String>,
}

impl Diagnostic {
    /// A finding at `span`, with the words that stand on the label there.
    pub fn new(rule: &'static Rule, message: impl Into<String>, span: Span, label: impl Into<String>) -> Self {
        let labels = vec![Label { span, text: label.into() }];
        Diagnostic {
            rule,
            severity: rule.severity,
            message: message.into(),
            labels,
            help: None,
            fix: None,
            example: None,
        }
    }

    /// The same finding with advice on what to do.
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same finding with one more place.
    pub fn with_label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// The same finding with a change that mends it.
    pub fn with_fix(mut self, says: impl Into<String>, edits: Vec<(Span, String)>) -> Self {
        self.fix = Some(Box::new(Fix { says: says.into(), edits }));
        self
    }

    /// The same finding with a lead that shows it.
    pub fn with_example(mut self, example: Example) -> Self {
        self.example = Some(Box::new(example));
        self
    }

    /// The same finding with a change that writes the name that was surely meant, where there is one.
    pub fn with_name(self, span: Span, meant: Option<&str>) -> Self {
        match meant {
            Some(name) => self.with_fix(format!("write `{name}`"), vec![(span, name.to_string())]),
            None => self,
        }
    }

    /// The main place.
    pub fn span(&self) -> Span {
        self.labels[0].span
    }
}

/// Puts findings into source order and drops exact repeats, so that a report is the same on every run.
pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by(|a, b| (a.span(), a.rule.code, &a.message).cmp(&(b.span(), b.rule.code, &b.message)));
    diagnostics.dedup_by(|a, b| a.span() == b.span() && a.rule.code == b.rule.code && a.message == b.message);
}
