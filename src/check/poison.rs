//! What must not be reported, because text that could not be read may hold it.

use crate::source::Span;
use crate::syntax::tree::File;
use std::collections::BTreeSet;

/// Broken regions of the files of a policy.
#[derive(Debug, Default)]
pub struct Poison {
    blocks: BTreeSet<String>,
    spans: Vec<Span>,
    /// A library could not be loaded: any name may come from there.
    pub missing_library: bool,
}

impl Poison {
    /// Gathers the broken regions of all files.
    pub fn of(files: &[&File]) -> Poison {
        let broken = files.iter().flat_map(|f| &f.broken);
        Poison {
            blocks: broken.clone().map(|b| b.block.clone()).collect(),
            spans: broken.map(|b| b.span).collect(),
            missing_library: false,
        }
    }

    /// Whether something of these blocks may be declared in text that could not be read.
    pub fn hides(&self, blocks: &[&str]) -> bool {
        self.missing_library
            || self.blocks.contains("")
            || self.blocks.contains("use")
            || blocks.iter().any(|b| self.blocks.contains(*b))
    }

    /// Whether any name that starts a condition may be declared in text that could not be read.
    pub fn hides_subjects(&self) -> bool {
        self.hides(&["lead", "define", "signals", "committee", "checklist", "score", "events"])
    }

    /// Whether part of this place could not be read.
    pub fn touches(&self, span: Span) -> bool {
        self.spans.iter().any(|b| b.file == span.file && b.start < span.end && span.start < b.end)
    }

    /// Whether anything at all could not be read.
    pub fn any(&self) -> bool {
        self.missing_library || !self.spans.is_empty()
    }
}
