//! What a reader needs to know of a policy, looked up once: headers, choices, spellings, event types.

use crate::policy::field::{Choice, Field, FieldType};
use crate::policy::import::{DateFormat, Import, NumberFormat, Settings, TableImport};
use crate::policy::text::{fold, nearest};
use crate::policy::time::Offset;
use crate::policy::{FieldId, Policy};
use std::collections::HashMap;

/// How one field is read.
#[derive(Clone, Debug)]
pub struct FieldPlan {
    pub id: FieldId,
    pub name: String,
    pub kind: Kind,
    /// Folded spellings of *not known*.
    pub unknown: Vec<String>,
    /// Folded spellings of a known empty set.
    pub empty: Vec<String>,
}

/// What a field takes.
#[derive(Clone, Debug)]
pub enum Kind {
    Choice(Choices),
    Set(Choices, String),
    Boolean,
    Number { low: Option<i64>, high: Option<i64>, format: NumberFormat },
    Date(Option<DateFormat>),
    Text,
}

/// Choices by what they may be written as.
#[derive(Clone, Debug)]
pub struct Choices {
    /// Spellings exactly as declared, which most rows use.
    exact: HashMap<String, u16>,
    folded: HashMap<String, u16>,
    /// Catches every other value.
    pub otherwise: Option<u16>,
    pub names: Vec<String>,
    /// Every spelling with its choice, names before aliases, for suggestions.
    spellings: Vec<(String, u16)>,
}

impl Choices {
    fn new(choices: &[Choice]) -> Choices {
        let mut all = Choices {
            exact: HashMap::new(),
            folded: HashMap::new(),
            otherwise: None,
            names: Vec::new(),
            spellings: Vec::new(),
        };
        for (i, choice) in choices.iter().enumerate() {
            all.names.push(choice.name.clone());
            if choice.otherwise {
                all.otherwise = Some(i as u16);
            }
            all.spellings.push((choice.name.clone(), i as u16));
            for spelling in std::iter::once(&choice.name).chain(&choice.aliases) {
                all.exact.entry(spelling.clone()).or_insert(i as u16);
                all.folded.entry(fold(spelling)).or_insert(i as u16);
            }
        }
        for (i, choice) in choices.iter().enumerate() {
            all.spellings.extend(choice.aliases.iter().map(|a| (a.clone(), i as u16)));
        }
        all
    }

    /// The name of the choice that a text is most like, by its name or another spelling.
    pub fn nearest(&self, text: &str) -> Option<&str> {
        let found = nearest(text, self.spellings.iter().map(|(s, _)| s.as_str()))?;
        let (_, choice) = self.spellings.iter().find(|(s, _)| s == found)?;
        Some(&self.names[usize::from(*choice)])
    }

    /// The choice a text names.
    pub fn find(&self, text: &str) -> Option<u16> {
        self.exact.get(text).or_else(|| self.folded.get(&fold(text))).copied()
    }
}

/// Everything a reader looks up.
#[derive(Clone, Debug)]
pub struct Plan {
    pub fields: Vec<FieldPlan>,
    pub offset: Offset,
    columns: HashMap<String, usize>,
}

impl Plan {
    /// For the leads of a policy, as an import says they are written (or as plain exports are).
    pub fn new(policy: &Policy, import: Option<&Import>) -> Plan {
        let plain = TableImport::default();
        let table = import.map_or(&plain, |i| &i.leads);
        let fields: Vec<FieldPlan> =
            policy.fields.iter().enumerate().map(|(i, f)| field_plan(FieldId(i as u16), f, &table.settings)).collect();
        Plan { columns: columns(policy, table), fields, offset: policy.offset }
    }

    /// For fields without columns of their own: the attributes of events.
    pub(super) fn of_fields(fields: Vec<FieldPlan>, offset: Offset) -> Plan {
        Plan { fields, offset, columns: HashMap::new() }
    }

    /// The field a header or key fills.
    pub fn column(&self, header: &str) -> Option<usize> {
        self.columns.get(header).or_else(|| self.columns.get(&fold(header.trim_start_matches('\u{feff}')))).copied()
    }
}

pub(super) fn field_plan(id: FieldId, field: &Field, settings: &Settings) -> FieldPlan {
    let split = settings.split_for.iter().find(|(f, _)| *f == id).map(|(_, s)| s).or(settings.split.as_ref());
    let dates = settings.dates_for.iter().find(|(f, _)| *f == id).map(|(_, d)| d).or(settings.dates.as_ref());
    let kind = match &field.ty {
        FieldType::Choice(choices) | FieldType::Ordered(choices) => Kind::Choice(Choices::new(choices)),
        FieldType::Set(choices) => Kind::Set(Choices::new(choices), split.cloned().unwrap_or_else(|| ";".to_string())),
        FieldType::Boolean => Kind::Boolean,
        FieldType::Number { low, high, .. } => {
            Kind::Number { low: low.map(|n| n.0), high: high.map(|n| n.0), format: settings.numbers }
        }
        FieldType::Date => Kind::Date(dates.cloned()),
        FieldType::Text => Kind::Text,
    };
    let mut unknown = field.unknown.clone();
    unknown.extend(settings.unknown.iter().filter(|s| !field.empty.contains(s)).cloned());
    FieldPlan { id, name: field.name.clone(), kind, unknown, empty: field.empty.clone() }
}

/// Headers to fields: what the import maps comes first, then declared columns, then names.
fn columns(policy: &Policy, table: &TableImport) -> HashMap<String, usize> {
    let mut columns = HashMap::new();
    for (name, headers) in &table.columns {
        if let Some(at) = policy.fields.iter().position(|f| f.name == *name) {
            for header in headers {
                columns.entry(fold(header)).or_insert(at);
            }
        }
    }
    for (at, field) in policy.fields.iter().enumerate() {
        for header in &field.columns {
            columns.entry(fold(header)).or_insert(at);
        }
    }
    for (at, field) in policy.fields.iter().enumerate() {
        let at = *columns.entry(fold(&field.name)).or_insert(at);
        // The name as it is spelled needs no folding when it is looked up.
        columns.insert(field.name.clone(), at);
    }
    columns
}
