//! A change of policies as people and machines read it.

mod facts;
mod human;
mod json;
mod markdown;
mod marks;
pub(super) mod moved;

pub use human::{human, problems};
pub use json::json;
pub use markdown::markdown;
pub use marks::{github, sarif};
