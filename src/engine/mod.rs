//! Facts in, decisions with reasons out; pure.
//!
//! [`facts`] holds leads column by column as readers fill them; [`decision`] is what comes out for one lead.

pub mod decision;
pub mod facts;
