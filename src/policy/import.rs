//! How one system's exports are read.

use super::ids::{ChannelId, FieldId};
use crate::source::Span;

/// One system.
#[derive(Clone, Debug)]
pub struct Import {
    pub name: String,
    pub leads: TableImport,
    pub events: TableImport,
    pub contacts: TableImport,
    /// The system's event type → the event type signals take.
    pub types: Vec<(String, String)>,
    /// The channel of events (by event type, after `types`) whose rows name none.
    pub channels: Vec<(ChannelId, Vec<String>)>,
    pub span: Span,
}

/// How one file is read. Settings of the whole import are copied into each table; a table's own win.
#[derive(Clone, Debug, Default)]
pub struct TableImport {
    /// Field, attribute or built-in column name (`id`, `lead`, `type`, `at`, …) → headers.
    pub columns: Vec<(String, Vec<String>)>,
    pub settings: Settings,
}

/// Settings of a file.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The separator of multi-selects; `;` where nothing is said.
    pub split: Option<String>,
    pub split_for: Vec<(FieldId, String)>,
    /// The declared date format; ISO where nothing is said.
    pub dates: Option<DateFormat>,
    pub dates_for: Vec<(FieldId, DateFormat)>,
    /// Found out among `,` `;` and tab where nothing is said.
    pub delimiter: Option<u8>,
    pub encoding: Encoding,
    pub numbers: NumberFormat,
    /// More spellings of *not known*, folded with [`fold_spelling`](super::text::fold_spelling).
    pub unknown: Vec<String>,
}

/// The encodings a file may be declared to have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    #[default]
    Utf8,
    Windows1252,
}

/// How thousands and decimals are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NumberFormat {
    /// `1,200.50`
    #[default]
    Point,
    /// `1.200,50`
    Comma,
}

/// A declared date format: the order of year, month and day, the separator, and whether a time may follow.
///
/// Written with `YYYY`, `MM` or `M`, `DD` or `D`, and optionally ` HH:mm` or ` HH:mm:ss`: `MM/DD/YYYY`, `DD.MM.YYYY`, `YYYY-MM-DD HH:mm`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateFormat {
    pub order: DateOrder,
    pub separator: char,
    pub time: bool,
    /// As written.
    pub text: String,
}

/// The order of the parts of a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    YearMonthDay,
    MonthDayYear,
    DayMonthYear,
}
