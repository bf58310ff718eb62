//! What people and machines read.

pub mod accounts;
pub mod backtest;
mod brief;
pub mod ci;
pub mod coverage;
pub mod diagnostics;
pub mod diff;
pub mod exact;
pub mod explain;
pub mod fixture;
pub mod framework;
pub mod leads;
pub mod mutation;
pub mod noticed;
pub mod page;
pub mod rejects;
pub mod sanitize;
pub mod sarif;
pub mod scenario;
pub mod sensitivity;
mod share;
pub mod summary;
pub mod tally;
pub mod unified;
pub mod watch;
pub mod workflow;
