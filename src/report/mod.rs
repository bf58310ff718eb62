//! What people and machines read.

mod brief;
pub mod ci;
pub mod coverage;
pub mod diagnostics;
pub mod explain;
pub mod fixture;
pub mod leads;
pub mod mutation;
pub mod noticed;
pub mod page;
pub mod sanitize;
pub mod scenario;
mod share;
pub mod summary;
pub mod tally;
