//! Whether two texts say the same.

use crate::source::SourceMap;
use crate::syntax;
use crate::syntax::outline::{Node, Outline};

/// What must not change: the tokens, how they belong together, and the comments with the token each one stands before.
#[derive(PartialEq)]
struct Said {
    lexemes: Vec<String>,
    blocks: Vec<Node>,
    /// Each comment, the index of the token behind it, and whether it stands at the end of the line of the token before it.
    comments: Vec<(String, usize, bool)>,
}

/// Whether two texts hold the same tokens in the same structure, and the same comments in the same places. What cannot be read must be the same
/// byte for byte.
pub fn is_same(one: &str, other: &str) -> bool {
    one == other || said(one).is_some_and(|one| Some(one) == said(other))
}

fn said(text: &str) -> Option<Said> {
    let mut sources = SourceMap::default();
    let file = sources.add("", text);
    let outline = syntax::outline(file, sources.file(file), false).0?;
    let lexemes = outline.lexemes.iter().map(|l| text[l.start..l.end].to_string()).collect();
    let comments = comments(text, &outline);
    Some(Said { lexemes, blocks: outline.blocks, comments })
}

fn comments(text: &str, outline: &Outline) -> Vec<(String, usize, bool)> {
    let place = |c: &std::ops::Range<usize>| {
        let behind = outline.lexemes.partition_point(|l| l.start < c.start);
        let line = text[..c.start].rfind('\n').map_or(0, |at| at + 1);
        let at_end = behind > 0 && outline.lexemes[behind - 1].end > line;
        (text[c.clone()].to_string(), behind, at_end)
    };
    outline.comments.iter().map(place).collect()
}
