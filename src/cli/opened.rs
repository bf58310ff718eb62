//! What a command is given, open and ready: leads, behaviour, contacts, and a desk for each policy.

use super::accounts::refuse_unless_rolled_up;
use super::desk::Desk;
use super::inputs::{Inputs, Policies, Stop, unusable};
use super::look::Look;
use super::progress::Progress;
use crate::data::reader::{Found, Reader, Sides};
use crate::data::source::Source;
use crate::policy::import::Import;
use crate::policy::time::Instant;
use crate::program::Program;

/// How leads are to be read.
#[derive(Clone, Copy, Default)]
pub struct How<'h> {
    /// The id of a lead is its line.
    pub number_rows: bool,
    /// All rows of an account are read as one lead.
    pub accounts: bool,
    /// Who looks at each lead, and may ask more of it than the policies do.
    pub look: Option<&'h dyn Look>,
    /// Told how much of the leads file is read.
    pub progress: Option<&'h Progress>,
}

impl How<'_> {
    /// Each row by itself, as in most commands.
    pub fn leads(number_rows: bool) -> How<'static> {
        How { number_rows, ..How::default() }
    }
}

/// All that stays the same while leads are read. The leads themselves stand apart, because reading them moves on.
pub struct Opened<'p> {
    policies: &'p Policies,
    imports: Vec<Option<&'p Import>>,
    number_rows: bool,
    accounts: bool,
    pub as_of: Instant,
    pub sides: Sides,
    pub programs: Vec<Program>,
}

impl Inputs {
    /// Opens all files for some policies. What was noticed in behaviour and contacts goes to `found`.
    pub fn open<'p>(
        &self,
        policies: &'p Policies,
        how: How<'_>,
        found: &mut Found,
    ) -> Result<(Opened<'p>, Source), Stop> {
        if how.accounts {
            refuse_unless_rolled_up(&policies.list)?;
        }
        let as_of = self.as_of(policies.list[0].offset)?;
        let imports = self.imports(&policies.list)?;
        let sides = self.sides(&policies.list[0], imports[0], as_of, found)?;
        let source = self.source(imports[0], how.progress)?;
        let goals = |policy| how.look.map_or(Vec::new(), |look| look.goals(policy));
        let programs = policies.list.iter().map(|p| Program::with_goals(p, &goals(p))).collect();
        let How { number_rows, accounts, .. } = how;
        Ok((Opened { policies, imports, number_rows, accounts, as_of, sides, programs }, source))
    }
}

impl Opened<'_> {
    /// Who reads the leads for each policy; `beside` are columns that are read although no policy has them.
    pub fn readers(&self, source: &Source, beside: &[String]) -> Result<Vec<Reader<'_>>, Stop> {
        let reader = |(policy, import): (_, &Option<&Import>)| {
            let (file, header) = (&source.file, source.header());
            let reader = Reader::new(policy, *import, self.as_of, file, header, &self.sides, self.number_rows);
            let reader = reader.map_err(|e| unusable(file, &e))?.written(source.written()).beside(beside);
            Ok(if self.accounts { reader.by_account() } else { reader })
        };
        self.policies.list.iter().zip(&self.imports).map(reader).collect()
    }

    /// Who decides what they read.
    pub fn desks<'o>(&'o self, readers: Vec<Reader<'o>>) -> Vec<Desk<'o>> {
        let desk = |(reader, program)| Desk::new(reader, program, self.as_of);
        readers.into_iter().zip(&self.programs).map(desk).collect()
    }
}
