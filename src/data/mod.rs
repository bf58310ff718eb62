//! CSV, NDJSON and JSON to facts; findings and rejects.
//!
//! A [`source`] cuts a leads file into chunks; a [`reader`] fills a batch from a chunk as one policy and one import say it is written, with the
//! behaviour and contacts of [`side`] files joined in. What it notices goes into [`findings`].

pub mod account_key;
pub mod accounts;
pub mod beside;
pub mod broken;
pub mod cell;
pub mod contacts;
pub mod date;
pub mod events;
pub mod findings;
mod header;
mod join;
mod json;
mod names;
pub mod number;
mod people;
pub mod plan;
pub mod reader;
mod roll_up;
pub mod side;
pub mod source;
pub mod spellings;
mod split;
pub mod table;
