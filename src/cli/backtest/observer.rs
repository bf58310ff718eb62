//! Looks at each decided lead and keeps what a backtest needs of it.

use super::{Backtest, stage_of_the_crm};
use crate::backtest::outcome::Meaning;
use crate::backtest::{Beside, Decided, Watch};
use crate::cli::inputs::{Stop, unusable};
use crate::cli::look::{Look, Met, Seen};
use crate::cli::sources::{SourceOf, says_nothing};
use crate::data::beside::Columns;
use crate::data::reader::Reader;
use crate::data::source::Source;
use crate::policy::{FieldId, Policy};
use crate::program::Program;
use std::collections::BTreeMap;
use std::sync::OnceLock;

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
}

impl Look for Observer<'_> {
    fn columns(&self, policies: &[&Policy], header: Option<&[String]>) -> Result<Vec<String>, Stop> {
        let outcome = std::iter::once(&self.asked.won).chain(&self.asked.won_at).cloned();
        let source = match SourceOf::find(self.asked.source.as_deref(), policies, header)? {
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
        let source = SourceOf::find(self.asked.source.as_deref(), &policies, source.header())?;
        // A second file cannot be begun: one observer looks at one run.
        let _ = self.begun.set(Begun { columns, watches, source, filled });
        Ok(())
    }

    fn lead(&self, met: &Met<'_, '_>, seen: &mut Seen) {
        let begun = self.begun();
        let cells = begun.columns.of(met.rows, met.row);
        let decided = self.asked.won_at.as_ref().map_or(Decided::NotSaid, |_| day(met, &cells[1]));
        let source = begun.source.of(met, cells.last().map(|c| &**c));
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
