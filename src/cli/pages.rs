//! What `rubric run --html` keeps of each lead while it is decided: its row, and where it comes from.

use super::inputs::{Stop, unusable};
use super::look::{Look, Met, Seen};
use super::sources::SourceOf;
use crate::backtest::TurnedAway;
use crate::data::beside::Columns;
use crate::data::reader::Reader;
use crate::data::source::Source;
use crate::policy::Policy;
use crate::program::Program;
use crate::report::html::run::{ROWS, Rows};
use crate::report::sources::Fate;
use std::sync::OnceLock;

/// Looks at leads for a page.
pub struct Rowing<'p> {
    rows: Rows<'p>,
    away: Vec<TurnedAway<'p>>,
    /// How many leads, the first of the file, are told whole.
    whole: u64,
    /// The field or column that says where leads come from, if one was named.
    source: Option<&'p str>,
    begun: OnceLock<(Columns, SourceOf)>,
}

impl<'p> Rowing<'p> {
    /// For the policies of a run.
    pub fn new(policies: &'p [Policy], whole: u64, source: Option<&'p str>) -> Rowing<'p> {
        let away = policies.iter().map(TurnedAway::new).collect();
        Rowing { rows: Rows::new(policies), away, whole, source, begun: OnceLock::new() }
    }

    /// What says where leads come from, once the file is open.
    pub fn source(&self) -> Option<String> {
        self.begun.get().and_then(|(_, source)| source.name())
    }

    fn fate(&self, met: &Met<'_, '_>) -> Fate {
        if !met.in_scope {
            return Fate::OutOfScope;
        }
        let (e, lead) = (met.evaluation, met.lead);
        let criteria = met.desk.program.icp.iter().enumerate();
        let failed: Vec<u16> =
            criteria.filter(|(_, n)| e.answer(**n, lead) == Some(false)).map(|(i, _)| i as u16).collect();
        let (route, away) = (e.routes[lead], &self.away[met.policy]);
        match away.has_route(route.outcome, &failed) {
            true => Fate::TurnedAway(away.because(route.rule, &failed)),
            false => Fate::Kept,
        }
    }
}

impl Look for Rowing<'_> {
    fn columns(&self, policies: &[&Policy], header: Option<&[String]>) -> Result<Vec<String>, Stop> {
        match SourceOf::find(self.source, policies, header)? {
            SourceOf::Column(name) => Ok(vec![name]),
            _ => Ok(Vec::new()),
        }
    }

    fn begin(&self, source: &Source, readers: &[Reader<'_>], _: &[Program]) -> Result<(), Stop> {
        let policies: Vec<&Policy> = readers.iter().map(Reader::policy).collect();
        let names = self.columns(&policies, source.header())?;
        let columns = Columns::new(names, source.header()).map_err(|e| unusable(&source.file, &e))?;
        let of = SourceOf::find(self.source, &policies, source.header())?;
        // A second file cannot be begun: one page is about one run.
        let _ = self.begun.set((columns, of));
        Ok(())
    }

    fn lead(&self, met: &Met<'_, '_>, seen: &mut Seen) {
        if let Some((columns, source)) = self.begun.get() {
            let cell = match source {
                SourceOf::Column(_) => columns.of(met.rows, met.row).pop(),
                _ => None,
            };
            let source = source.of(met, cell.as_deref());
            seen.lines.sources().count(source.as_deref(), self.fate(met));
        }
        if met.at >= ROWS.max(self.whole) {
            return;
        }
        let (e, batch, lead) = (met.evaluation, met.batch, met.lead);
        // A lead that no policy applies to is not forced on the one that says so.
        let forced = met.forced && met.in_scope;
        let brief = met.desk.decider.brief(e, batch, lead, forced);
        let whole = (met.at < self.whole).then(|| met.desk.decision(e, batch, lead, forced).0);
        seen.lines.row(&self.rows.row(met.policy, &brief, whole.as_ref()), whole.is_some());
    }
}
