//! Facts in, decisions with reasons out; pure.
//!
//! [`facts`] holds leads column by column as readers fill them; [`evaluate`] runs a batch through the schedule of a program, a condition at a time,
//! 64 leads to a machine word; [`decision`] is the form in which a decision about one lead is written down.

mod answers;
mod ask;
pub mod atoms;
mod bound;
mod copy;
mod decide;
pub mod decision;
pub mod evaluate;
mod events;
mod evidence;
pub mod facts;
pub mod later;
mod mask;
mod next_step;
pub mod people;
pub mod rolled;
pub mod shown;
pub mod truth;
mod walk;

pub use answers::is_open;
pub use ask::Telling;
pub use decide::{Decider, OpenRoute};
pub use evaluate::{Engine, Evaluation, Routed};
