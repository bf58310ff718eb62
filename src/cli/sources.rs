//! Where it is read where a lead comes from: a field of the policy, or a column of the leads file.

use super::inputs::Stop;
use super::look::Met;
use crate::backtest::SOURCE_NAMES;
use crate::policy::field::Field;
use crate::policy::text::{UNKNOWN_SPELLINGS, fold, fold_spelling, nearest};
use crate::policy::{FieldId, Policy};
use crate::report::sanitize::for_terminal;

/// Where the source of a lead is read from.
#[derive(Clone, Debug)]
pub enum SourceOf {
    Nothing,
    /// A field: by policy, where it has one; and its name.
    Field(Vec<Option<FieldId>>, String),
    /// A column that no policy declares.
    Column(String),
}

impl SourceOf {
    /// The field or column that was named; without a name, one that is called what sources are usually called. `header`: that of a table.
    pub fn find(name: Option<&str>, policies: &[&Policy], header: Option<&[String]>) -> Result<SourceOf, Stop> {
        let Some(name) = name else {
            let found = SOURCE_NAMES.iter().find_map(|name| named(name, policies, header));
            return Ok(found.unwrap_or(SourceOf::Nothing));
        };
        if let Some(found) = named(name, policies, header) {
            return Ok(found);
        }
        if header.is_none() {
            return Ok(SourceOf::Column(name.to_string()));
        }
        let fields = policies.iter().flat_map(|p| &p.fields).map(|f| f.name.as_str());
        let near = nearest(name, fields.chain(header.into_iter().flatten().map(String::as_str)));
        let help =
            near.map_or("see the header of the file".to_string(), |n| format!("did you mean `{}`?", for_terminal(n)));
        let name = for_terminal(name);
        Err(Stop::Unusable(format!("`--source {name}`: neither the policy nor the file has it; {help}")))
    }

    /// What it is called, if there is one.
    pub fn name(&self) -> Option<String> {
        match self {
            SourceOf::Nothing => None,
            SourceOf::Field(_, name) | SourceOf::Column(name) => Some(name.clone()),
        }
    }

    /// The source of a lead; `None` where it is not known. `cell`: what stands in the column, where it is one.
    pub fn of(&self, met: &Met<'_, '_>, cell: Option<&str>) -> Option<Box<str>> {
        match self {
            SourceOf::Nothing => None,
            SourceOf::Column(_) => cell.filter(|c| !says_nothing(c)).map(Into::into),
            SourceOf::Field(fields, _) => fields[met.policy].and_then(|field| {
                met.desk.decider.value(met.evaluation, met.batch, met.lead, field).map(String::into_boxed_str)
            }),
        }
    }
}

/// A field of this name or column, else a column of the file.
fn named(name: &str, policies: &[&Policy], header: Option<&[String]>) -> Option<SourceOf> {
    let folded = fold(name);
    let is = |f: &Field| std::iter::once(&f.name).chain(&f.columns).any(|n| fold(n) == folded);
    let fields: Vec<Option<FieldId>> =
        policies.iter().map(|p| p.fields.iter().position(is).map(|i| FieldId(i as u16))).collect();
    if let Some((policy, field)) = policies.iter().zip(&fields).find_map(|(p, f)| Some((p, (*f)?))) {
        return Some(SourceOf::Field(fields.clone(), policy.field(field).name.clone()));
    }
    let column = header?.iter().find(|h| fold(h) == folded)?;
    Some(SourceOf::Column(column.clone()))
}

/// Whether a cell is blank or a spelling of *not known*.
pub fn says_nothing(cell: &str) -> bool {
    UNKNOWN_SPELLINGS.contains(&fold_spelling(cell).as_str())
}
