//! One policy with all that reads its leads and decides them.

use crate::analysis::Completions;
use crate::data::reader::Reader;
use crate::engine::decision::Decision;
use crate::engine::facts::Batch;
use crate::engine::{Decider, Engine, Evaluation, OpenRoute};
use crate::policy::time::Instant;
use crate::program::Program;
use std::sync::OnceLock;

/// One policy, ready to read and decide.
pub struct Desk<'p> {
    pub reader: Reader<'p>,
    pub decider: Decider<'p>,
    pub program: &'p Program,
    as_of: Instant,
    /// What tells exactly what leads can still come to, made when a first lead needs it.
    completions: OnceLock<Completions<'p>>,
}

impl<'p> Desk<'p> {
    /// For a reader of leads of a policy, and its program.
    pub fn new(reader: Reader<'p>, program: &'p Program, as_of: Instant) -> Desk<'p> {
        let decider = Decider::new(Engine::new(reader.policy(), program, as_of));
        Desk { decider, reader, program, as_of, completions: OnceLock::new() }
    }

    /// The whole decision about a lead, exact as far as that can be told, and what its route rests on where it is in scope.
    pub fn decision(&self, e: &Evaluation, batch: &Batch, lead: usize, forced: bool) -> (Decision, Option<OpenRoute>) {
        let (mut decision, mut open) = self.decider.decision_with_open(e, batch, lead, forced);
        if Completions::needed(&decision) {
            self.completions().refine(batch, lead, forced, &mut decision, open.as_mut());
        }
        (decision, open)
    }

    /// What the route of a lead in scope rests on, the same way.
    pub fn open_route(&self, e: &Evaluation, batch: &Batch, lead: usize, forced: bool) -> OpenRoute {
        let mut open = self.decider.open_route(e, batch, lead);
        if !open.exact {
            self.completions().refine_route(batch, lead, forced, &mut open);
        }
        open
    }

    fn completions(&self) -> &Completions<'p> {
        self.completions.get_or_init(|| Completions::new(self.reader.policy(), self.program, self.as_of))
    }
}
