//! Did the scores predict what happened? Decisions about leads whose end is known, to figures.
//!
//! A [`Watch`] keeps of each lead what the figures need (a [`Case`]); [`backtest`] makes the [`figures`] of all of them; [`suggest`] fits other
//! weights to what happened. Decisions themselves stay exact; floating point is used for statistics alone, and rounded before it is shown.

mod afterwards;
mod case;
pub mod figures;
mod fit;
mod gather;
mod groups;
mod number;
pub mod outcome;
mod patch;
mod ranking;
mod rate;
mod sources;
mod suggest;
mod time;

pub use case::{Beside, Case, Decided, Watch};
pub use gather::{Asked, Read, backtest};
pub use patch::patched;
pub use ranking::Estimate;
pub use rate::{LEAST_LEADS, Rate};
pub use sources::{NAMES as SOURCE_NAMES, TurnedAway};
pub use suggest::{Suggested, shifts, suggest};
