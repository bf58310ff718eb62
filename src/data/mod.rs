//! Data of leads → facts: what exports write, read exactly or said to be unreadable.

pub mod cell;
pub mod date;
pub mod findings;
pub mod number;
pub mod plan;
pub mod table;
