//! Text to syntax tree.
//!
//! Takes one file; gives its tree, its comments and every independent syntax error. One linear `scan` finds tokens, `bracket` pairs braces,
//! `chunk` cuts the file into top-level blocks, the grammar reads each block (`ahead`: two at a time in a long file), `recover` finds the item to pass over where one cannot be read,
//! and `build` turns what was read into the tree. Names are not resolved here. `outline` keeps what the tree forgets: how the file was written.

mod ahead;
mod bracket;
mod build;
mod chunk;
mod grammar;
mod message;
pub mod outline;
mod parse;
mod problem;
mod recover;
mod scan;
mod sketch;
pub mod tree;
mod words;

use crate::diagnostic::Rule;

pub use parse::{outline, parse};

/// All rules of this layer.
pub static RULES: &[&Rule] = &[
    &message::UNEXPECTED_TEXT,
    &scan::UNTERMINATED_TEXT,
    &scan::UNEXPECTED_CHARACTER,
    &bracket::UNCLOSED_BRACKET,
    &bracket::STRAY_BRACKET,
    &bracket::NESTING_TOO_DEEP,
    &chunk::UNKNOWN_BLOCK,
    &parse::FILE_TOO_LARGE,
    &message::UNFINISHED_ITEM,
];
