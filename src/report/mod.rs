//! What people and machines read.

mod brief;
pub mod diagnostics;
pub mod explain;
pub mod leads;
pub mod sanitize;
pub mod summary;
pub mod tally;
