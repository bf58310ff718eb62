//! Leads to look at again, for people, as JSON and as Markdown. All forms are made from one report and the same words.

mod human;
mod json;
mod markdown;
mod words;

pub use human::human;
pub use json::json;
pub use markdown::markdown;
