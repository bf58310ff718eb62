//! Which leads to look at again, and why: what a lead is now against what was kept of it, or against what the same policy says of an earlier instant.
//!
//! [`Snapshot`] is what is kept: one line a lead, without personal data. [`Plan`] knows what the triggers of a policy look at; given a lead as it is
//! now and [`Earlier`], it says which triggers fired, with evidence, and what moved. [`Fading`] finds the exact instants at which a lead loses a band, a
//! stage or its route if nothing happens. Reads nothing itself.

mod again;
mod digest;
mod earlier;
mod fading;
mod line;
mod notes;
mod plan;
mod report;
mod snapshot;
mod triggers;

pub use again::{Again, Change, Compared, Group, Step, Told};
pub use earlier::{Earlier, Place, Score, Watched};
pub use fading::{Fading, Fall};
pub use line::line;
pub use notes::notes;
pub use plan::{Blind, Now, Plan, trigger_words};
pub use report::{Against, Counts, Faint, Queue, Report, SnapshotCounts};
pub use snapshot::{Snapshot, Unusable};
pub use triggers::{Evidence, Fired, Was};
