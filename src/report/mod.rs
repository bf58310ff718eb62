//! What people and machines read.

pub mod diagnostics;
pub mod sanitize;
