//! Fields of the intake record, and attributes of events.

use super::exact::Number;
use super::ids::StageId;
use crate::source::Span;

/// A field of the lead, or (without columns and questions) an attribute of events.
#[derive(Clone, Debug)]
pub struct Field {
    pub name: String,
    /// How people see it: the declared label, else the name with `_` as spaces.
    pub label: String,
    pub ty: FieldType,
    /// Declared header aliases, in order; the name itself always matches too.
    pub columns: Vec<String>,
    pub ask: Option<Ask>,
    pub known_from: Option<StageId>,
    /// Spellings of *not known*, folded with [`fold_spelling`](super::text::fold_spelling): the general ones and the declared ones, without
    /// those declared `empty`; only the declared ones where the field says `unknown only`. The blank is always among them.
    pub unknown: Vec<String>,
    /// Spellings of a known empty set, folded the same way.
    pub empty: Vec<String>,
    /// Built in: `id`, `email`, `current_stage`, `updated`.
    pub built_in: bool,
    pub span: Span,
}

/// The question that fills a field.
#[derive(Clone, Debug)]
pub struct Ask {
    /// `form`, `email`, `call`; all three where nothing is said.
    pub on: Vec<String>,
    pub question: String,
}

/// What values a field takes.
#[derive(Clone, Debug)]
pub enum FieldType {
    /// Single choice; at most [`FieldType::MAX_CHOICES`].
    Choice(Vec<Choice>),
    /// Multi-select; at most [`FieldType::MAX_MEMBERS`].
    Set(Vec<Choice>),
    /// Single choice in ascending order. `current_stage` is one, over the stages.
    Ordered(Vec<Choice>),
    /// 0 no, 1 yes.
    Boolean,
    Number {
        unit: Option<String>,
        low: Option<Number>,
        high: Option<Number>,
    },
    Date,
    Text,
}

impl FieldType {
    /// The most choices of a single-choice field.
    pub const MAX_CHOICES: usize = 1000;
    /// The most members of a multi-select: one bit each in 128.
    pub const MAX_MEMBERS: usize = 128;

    /// The choices, where there are some.
    pub fn choices(&self) -> Option<&[Choice]> {
        match self {
            FieldType::Choice(c) | FieldType::Set(c) | FieldType::Ordered(c) => Some(c),
            _ => None,
        }
    }

    /// What people call the type.
    pub fn word(&self) -> &'static str {
        match self {
            FieldType::Choice(_) => "single choice",
            FieldType::Set(_) => "multi-select",
            FieldType::Ordered(_) => "ordered choice",
            FieldType::Boolean => "yes/no field",
            FieldType::Number { .. } => "number",
            FieldType::Date => "date",
            FieldType::Text => "text",
        }
    }
}

/// One choice.
#[derive(Clone, Debug)]
pub struct Choice {
    pub name: String,
    pub aliases: Vec<String>,
    /// Catches every other value.
    pub otherwise: bool,
    pub span: Span,
}

impl Choice {
    /// How people see it: the first alias, else the name with `_` as spaces.
    pub fn label(&self) -> String {
        self.aliases.first().cloned().unwrap_or_else(|| self.name.replace('_', " "))
    }
}
