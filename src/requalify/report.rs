//! The whole comparison, as every form of the report shows it.

use super::again::Again;
use super::fading::Fall;
use super::snapshot::Unusable;
use crate::policy::time::Instant;

/// What leads were held against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Against {
    /// Nothing: leads were only kept, or only looked ahead for.
    Nothing,
    /// A file, and the latest instant of its leads.
    Snapshot { file: String, as_of: Instant },
    /// The same data at an earlier instant.
    Instant(Instant),
}

/// How the rows came out. Invariant: `read` is the sum of the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub read: u64,
    /// To look at again.
    pub again: u64,
    /// Nothing new.
    pub quiet: u64,
    /// Interest, but still outside the profile.
    pub held: u64,
    /// Not in the snapshot; all, where there is nothing to compare with.
    pub new: u64,
    pub rejected: u64,
}

/// How the lines of the snapshot came out. Invariant: `read` is the sum of the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SnapshotCounts {
    pub read: u64,
    pub compared: u64,
    pub gone: u64,
    pub unusable: u64,
}

/// A lead that fades.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faint {
    pub id: String,
    pub policy: usize,
    pub route: String,
    /// Not empty; the first is the next.
    pub falls: Vec<Fall>,
}

/// Every lead in scope that loses something soon, the next first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queue {
    pub days: u32,
    pub leads: Vec<Faint>,
}

impl Queue {
    /// The leads of a file, put in order: the next fall first, ties as in the file.
    pub fn new(days: u32, mut leads: Vec<Faint>) -> Queue {
        leads.sort_by_key(|lead| lead.falls.first().map(|f| f.at));
        Queue { days, leads }
    }
}

/// The comparison.
#[derive(Clone, Debug)]
pub struct Report {
    pub as_of: Instant,
    pub against: Against,
    pub counts: Counts,
    pub snapshot: Option<SnapshotCounts>,
    /// In the order of the file.
    pub leads: Vec<Again>,
    /// Ids that only the snapshot has, in its order.
    pub gone: Vec<String>,
    pub unusable: Vec<Unusable>,
    pub queue: Option<Queue>,
    /// So many days ahead was looked for what leads lose.
    pub horizon: u32,
    /// What could not be told, and what to keep in mind; each a sentence.
    pub notes: Vec<String>,
}
