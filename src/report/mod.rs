//! What people and machines read.

mod brief;
pub mod ci;
pub mod diagnostics;
pub mod explain;
pub mod leads;
pub mod line_diff;
pub mod noticed;
pub mod page;
pub mod sanitize;
pub mod scenario;
pub mod summary;
pub mod tally;
