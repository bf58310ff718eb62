//! The parser that pest makes from `grammar/rubric.pest`.
//!
//! `Rule` and pest's pairs stay inside the syntax layer.

#[derive(pest_derive::Parser)]
#[grammar = "../grammar/rubric.pest"]
pub(super) struct Grammar;
