//! Rubric: a language for lead-qualification policies, and the tool that checks, runs and explains them.
//!
//! The modules are the pipeline, in order; each imports only from those above it (`tests/tidy.rs` holds the table).
//! `docs/architecture.md` tells what each takes and gives.

// The parser that `pest_derive` makes names it, since it is built without its `std` feature (docs/decisions.md says why).
extern crate alloc;

pub mod analysis;
pub mod backtest;
pub mod check;
pub mod cli;
pub mod data;
pub mod diagnostic;
pub mod diff;
pub mod driver;
pub mod engine;
pub mod format;
pub mod handoff;
pub mod lint;
pub mod policy;
pub mod program;
pub mod report;
pub mod requalify;
pub mod scenario;
pub mod sensitivity;
pub mod source;
pub mod syntax;
