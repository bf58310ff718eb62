//! How far each number of a policy can move before a lead of a file goes another way: weights, caps, floors, thresholds.
//!
//! One number is moved at a time, in the steps in which it is written, and every lead is decided again by the engine. Between two values at which the
//! points of every lead lie between the same thresholds nothing can change, so most values need not be tried.

mod numbers;
mod search;

pub use numbers::{Number, What, numbers};
pub use search::{Crowd, Margin, Move};
