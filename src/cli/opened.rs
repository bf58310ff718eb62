//! What a command is given, open and ready: leads, behaviour, contacts, and a desk for each policy.

use super::desk::Desk;
use super::inputs::{Inputs, Policies, Stop, unusable};
use crate::data::reader::{Found, Reader, Sides};
use crate::data::source::Source;
use crate::policy::import::Import;
use crate::policy::time::Instant;
use crate::program::Program;

/// All that stays the same while leads are read. The leads themselves stand apart, because reading them moves on.
pub struct Opened<'p> {
    policies: &'p Policies,
    imports: Vec<Option<&'p Import>>,
    number_rows: bool,
    pub as_of: Instant,
    pub sides: Sides,
    pub programs: Vec<Program>,
}

impl Inputs {
    /// Opens all files for some policies. `number_rows`: the id of a lead is its line. What was noticed in behaviour and contacts goes to `found`.
    pub fn open<'p>(
        &self,
        policies: &'p Policies,
        number_rows: bool,
        found: &mut Found,
    ) -> Result<(Opened<'p>, Source), Stop> {
        let as_of = self.as_of(policies.list[0].offset)?;
        let imports = self.imports(&policies.list)?;
        let sides = self.sides(&policies.list[0], imports[0], as_of, found)?;
        let source = self.source(imports[0])?;
        let programs = policies.list.iter().map(Program::lower).collect();
        Ok((Opened { policies, imports, number_rows, as_of, sides, programs }, source))
    }
}

impl Opened<'_> {
    /// Who reads the leads for each policy; `beside` are columns that are read although no policy has them.
    pub fn readers(&self, source: &Source, beside: &[String]) -> Result<Vec<Reader<'_>>, Stop> {
        let reader = |(policy, import): (_, &Option<&Import>)| {
            let (file, header) = (&source.file, source.header());
            let reader = Reader::new(policy, *import, self.as_of, file, header, &self.sides, self.number_rows);
            Ok(reader.map_err(|e| unusable(file, &e))?.written(source.written()).beside(beside))
        };
        self.policies.list.iter().zip(&self.imports).map(reader).collect()
    }

    /// Who decides what they read.
    pub fn desks<'o>(&'o self, readers: Vec<Reader<'o>>) -> Vec<Desk<'o>> {
        let desk = |(reader, program)| Desk::new(reader, program, self.as_of);
        readers.into_iter().zip(&self.programs).map(desk).collect()
    }
}
