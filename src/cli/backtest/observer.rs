//! Looks at each decided lead and keeps what a backtest needs of it.

use super::{Backtest, stage_of_the_crm};
use crate::backtest::outcome::Meaning;
use crate::backtest::{Beside, Decided, SOURCE_NAMES, Watch};
use crate::cli::inputs::{Stop, unusable};
use crate::cli::look::{Look, Met, Seen};
use crate::data::beside::Columns;
use crate::data::reader::Reader;
use crate::data::source::Source;
use crate::policy::field::Field;
use crate::policy::text::{UNKNOWN_SPELLINGS, fold, fold_spelling, nearest};
use crate::policy::{FieldId, Policy};
use crate::program::Program;
use crate::report::sanitize::for_terminal;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Where the source of a lead is read from.
#[derive(Clone, Debug)]
pub enum SourceOf {
    Nothing,
    /// A field: by policy, where it has one; and its name.
    Field(Vec<Option<FieldId>>, String),
    /// The last of the columns that are read beside the fields.
    Column(String),
}

impl SourceOf {
    /// What it is called, if there is one.
    pub fn name(&self) -> Option<String> {
        match self {
            SourceOf::Nothing => None,
            SourceOf::Field(_, name) | SourceOf::Column(name) => Some(name.clone()),
        }
    }
}

/// What is known once the file is open.
pub struct Begun {
    pub columns: Columns,
    pub watches: Vec<Watch>,
    pub source: SourceOf,
    /// Fields that are filled from the columns that say how leads ended.
    pub filled: BTreeMap<String, String>,
}

/// Looks at leads for a backtest.
pub struct Observer<'b> {
    asked: &'b Backtest,
    meaning: Meaning,
    begun: OnceLock<Begun>,
}

impl<'b> Observer<'b> {
    /// For what was asked.
    pub fn new(asked: &'b Backtest, meaning: Meaning) -> Observer<'b> {
        Observer { asked, meaning, begun: OnceLock::new() }
    }

    /// What is known of the file. Invariant: asked only after [`Look::begin`].
    pub fn begun(&self) -> &Begun {
        self.begun.get_or_init(|| unreachable!("the file is opened before its leads are looked at"))
    }

    fn source(&self, policies: &[&Policy], header: Option<&[String]>) -> Result<SourceOf, Stop> {
        let Some(name) = &self.asked.source else {
            let mut all = SOURCE_NAMES.iter();
            return Ok(all.find_map(|name| source_named(name, policies, header)).unwrap_or(SourceOf::Nothing));
        };
        if let Some(found) = source_named(name, policies, header) {
            return Ok(found);
        }
        if header.is_none() {
            return Ok(SourceOf::Column(name.clone()));
        }
        let fields = policies.iter().flat_map(|p| &p.fields).map(|f| f.name.as_str());
        let near = nearest(name, fields.chain(header.into_iter().flatten().map(String::as_str)));
        let help =
            near.map_or("see the header of the file".to_string(), |n| format!("did you mean `{}`?", for_terminal(n)));
        Err(Stop::Unusable(format!(
            "`--source {}`: neither the policy nor the file has it; {help}",
            for_terminal(name)
        )))
    }
}

/// A field of this name or column, else a column of the file.
fn source_named(name: &str, policies: &[&Policy], header: Option<&[String]>) -> Option<SourceOf> {
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

impl Look for Observer<'_> {
    fn columns(&self, policies: &[&Policy], header: Option<&[String]>) -> Result<Vec<String>, Stop> {
        let outcome = std::iter::once(&self.asked.won).chain(&self.asked.won_at).cloned();
        let source = match self.source(policies, header)? {
            SourceOf::Column(name) => Some(name),
            _ => None,
        };
        Ok(outcome.chain(source).collect())
    }

    fn begin(&self, source: &Source, readers: &[Reader<'_>], programs: &[Program]) -> Result<(), Stop> {
        let policies: Vec<&Policy> = readers.iter().map(Reader::policy).collect();
        let names = self.columns(&policies, source.header())?;
        let columns = Columns::new(names, source.header()).map_err(|e| unusable(&source.file, &e))?;
        let watches: Vec<Watch> = policies.iter().zip(programs).map(|(p, program)| Watch::new(p, program)).collect();
        let mut filled = BTreeMap::new();
        for (reader, watch) in readers.iter().zip(&watches) {
            for column in std::iter::once(&self.asked.won).chain(&self.asked.won_at) {
                let field = reader.fills_field(column);
                let counts = |f: &FieldId| watch.fields.contains(f) || stage_of_the_crm(reader.policy(), *f);
                if let Some(field) = field.filter(counts) {
                    filled.insert(reader.policy().field(field).name.clone(), column.clone());
                }
            }
        }
        let source = self.source(&policies, source.header())?;
        // A second file cannot be begun: one observer looks at one run.
        let _ = self.begun.set(Begun { columns, watches, source, filled });
        Ok(())
    }

    fn lead(&self, met: &Met<'_, '_>, seen: &mut Seen) {
        let begun = self.begun();
        let cells = begun.columns.of(met.rows, met.row);
        let decided = self.asked.won_at.as_ref().map_or(Decided::NotSaid, |_| day(met, &cells[1]));
        let source = match &begun.source {
            SourceOf::Nothing => None,
            SourceOf::Column(_) => cells.last().filter(|c| !says_nothing(c)).map(|c| (&**c).into()),
            SourceOf::Field(fields, _) => fields[met.policy].and_then(|field| {
                met.desk.decider.value(met.evaluation, met.batch, met.lead, field).map(String::into_boxed_str)
            }),
        };
        let said = self.meaning.of(&cells[0]);
        let beside = Beside { said, cell: (&*cells[0]).into(), decided, source };
        let lead = (met.evaluation, met.batch, met.lead);
        seen.cases.push(begun.watches[met.policy].case((met.policy, met.desk.program), lead, met.in_scope, beside));
    }
}

fn day(met: &Met<'_, '_>, cell: &str) -> Decided {
    match says_nothing(cell) {
        true => Decided::NotSaid,
        false => met.desk.reader.day(cell).map_or_else(|| Decided::Unreadable(cell.into()), Decided::On),
    }
}

/// Whether a cell is blank or a spelling of *not known*.
fn says_nothing(cell: &str) -> bool {
    UNKNOWN_SPELLINGS.contains(&fold_spelling(cell).as_str())
}
