//! One way to write a policy file.
//!
//! Takes a file; gives its text in canonical layout, or refuses if that text would mean anything else. Layout moves tokens and never makes, drops or
//! changes one: `syntax` gives the outline of the file (all tokens, all comments, which of them make up blocks, items and conditions), and what is
//! decided here is only what stands between two tokens, a few spaces or a new line. A comment belongs to the place between two tokens, so it cannot
//! get lost: whoever writes a token first writes the comments before it (`page`).
//!
//! - `written` holds the file as it is: tokens, the gaps between them, widths.
//! - `cells` cuts each kind of item into the cells that align, `align` finds the columns.
//! - `layout` writes blocks and items, `wrap` breaks long conditions and lists, `grid` writes tables.
//! - `verify` reads the result again and compares.
//!
//! Of the old layout only this is heard: blank lines, whether braces were written on one line, whether a part such as `because` began a line, and
//! where a condition too long for one line was broken.

mod align;
mod cells;
mod grid;
mod layout;
mod page;
mod verify;
mod wrap;
mod written;

use crate::diagnostic::Diagnostic;
use crate::source::{FileId, SourceFile, SourceMap};
use crate::syntax;

/// The columns that lines are kept within, where they can be broken.
pub const WIDTH: usize = 100;
/// How often a file with syntax errors is laid out until nothing moves any more.
const MOST_ROUNDS: usize = 4;

/// A file in canonical layout.
#[derive(Debug)]
pub struct Formatted {
    /// The whole text.
    pub text: String,
    /// What could not be read, in the file as it was; those regions stand in the text as they were.
    pub found: Vec<Diagnostic>,
}

/// The layout would have changed what the file says; this is a mistake of the formatter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Changed;

/// Lays a file out. What cannot be read stays as it is, byte for byte; the rest is laid out around it.
pub fn format(file: FileId, source: &SourceFile) -> Result<Formatted, Changed> {
    let (_, found) = syntax::outline(file, source, false);
    if found.is_empty() {
        let text = once(&source.text, false);
        return if verify::is_same(&source.text, &text) { Ok(Formatted { text, found }) } else { Err(Changed) };
    }
    let text = settled(&source.text).unwrap_or_else(|| source.text.to_string());
    Ok(Formatted { text, found })
}

/// The layout of a file with syntax errors that is its own layout, if there is one. Where an error ends depends on the layout around it, so one
/// round may not be enough.
fn settled(text: &str) -> Option<String> {
    let mut at = text.to_string();
    for _ in 0..MOST_ROUNDS {
        let next = [false, true].into_iter().map(|whole| once(&at, whole)).find(|next| verify::is_same(&at, next))?;
        if next == at {
            return Some(at);
        }
        at = next;
    }
    None
}

/// The layout of a text as far as it can be read, unverified; with `whole`, blocks with errors stay as they are.
fn once(text: &str, whole: bool) -> String {
    let mut sources = SourceMap::default();
    let file = sources.add("", text);
    match syntax::outline(file, sources.file(file), whole).0 {
        Some(outline) => layout::write(&written::Written::new(text, &outline), &outline.blocks),
        // Too large to be a policy.
        None => text.to_string(),
    }
}
