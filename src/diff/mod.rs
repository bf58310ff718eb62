//! Old against new: what changed in two versions of a policy, edit by edit, and which leads it moves.
//!
//! [`Pair`] holds both versions over one map of sources. [`structure`] walks them side by side: the same walk lists the edits and puts any part of them
//! into the old version, so that an edit means exactly what it does. [`population`] compares what both versions decide about the same leads,
//! and [`meaning`] about every possible one.

mod align;
mod alike;
pub mod budget;
mod flat;
pub mod ladder;
pub mod meaning;
mod pair;
mod paired;
pub mod population;
mod renamed;
pub mod report;
pub mod structure;

pub use ladder::{Direction, Ladder, Ladders};
pub use pair::{Pair, Side};
pub use paired::{Found, paired};
pub use report::{Changed, Meaning, PolicyDiff, Report, Transition};
pub use structure::{Block, Edit, Effect, Tests};
