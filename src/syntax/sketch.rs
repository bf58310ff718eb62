//! The blocks of a file put together to its outline, and what could not be read in pieces of its own.
//!
//! Takes the shapes of blocks in bytes while they are read; gives the outline, in which all tokens are counted.

use super::bracket::Region;
use super::outline::{Body, Lexeme, Node, Outline, Part};
use super::recover;
use super::scan::Token;
use std::ops::Range;

/// What a look over the file found; ranges count bytes.
pub(super) struct Written<'a> {
    pub text: &'a str,
    pub tokens: &'a [Token],
    pub comments: &'a [Range<usize>],
    /// What stands between tokens, is no comment and must not get lost.
    pub strange: &'a [Range<usize>],
}

/// A block as it was read: nodes count bytes here.
struct Piece {
    bytes: Range<usize>,
    shape: Option<Node>,
    /// What was passed over in it, and whether that is a part of an item.
    unread: Vec<(Range<usize>, bool)>,
}

/// Collects the blocks of a file while they are read.
#[derive(Default)]
pub(super) struct Sketch {
    pieces: Vec<Piece>,
}

impl Sketch {
    /// Adds a block that was read, or one that was not.
    pub fn add(&mut self, bytes: Range<usize>, shape: Option<Node>, unread: Vec<(Range<usize>, bool)>) {
        self.pieces.push(Piece { bytes, shape, unread });
    }

    /// The outline; `regions` are those where braces were mended, and `whole` keeps blocks with unread parts as they are.
    pub fn outline(self, written: Written<'_>, regions: &[Region], whole: bool) -> Outline {
        let Written { tokens, comments, strange, .. } = written;
        let mut kept: Vec<Range<usize>> = strange.to_vec();
        kept.extend(regions.iter().map(|r| r.at.clone()));
        let mut read = Vec::new();
        for piece in self.pieces {
            match piece.shape.and_then(|mut shape| with_unread(&mut shape, &piece.unread).then_some(shape)) {
                Some(shape) if !whole || piece.unread.is_empty() => read.push((shape, piece.unread)),
                _ => kept.push(piece.bytes),
            }
        }
        let kept = spread(kept, &mut read, &written);
        let mut blocks: Vec<Node> = kept.iter().map(|r| leaf(Part::UnreadItem, r.clone())).collect();
        let mut unread = kept;
        for (shape, passed_over) in read {
            blocks.push(shape);
            unread.extend(passed_over.into_iter().map(|(bytes, _)| bytes));
        }
        blocks.sort_by_key(|b| b.start);
        unread.sort_by_key(|r| r.start);
        let lexemes = lexemes(tokens, &unread);
        blocks.iter_mut().for_each(|b| count(b, &lexemes));
        let outside = |c: &&Range<usize>| {
            let before = unread.partition_point(|r| r.start <= c.start);
            before == 0 || unread[before - 1].end <= c.start
        };
        let comments = comments.iter().filter(outside).cloned().collect();
        Outline { lexemes, comments, blocks }.or_whole(written.text)
    }
}

impl Outline {
    /// The outline, if its blocks cover all tokens once; else the whole text is one piece. Where braces were mended, two ways to read a text may
    /// disagree about where a token ends.
    fn or_whole(self, text: &str) -> Outline {
        let ends = std::iter::once(0).chain(self.blocks.iter().map(|b| b.end));
        let follows = self.blocks.iter().map(|b| b.start).chain([self.lexemes.len()]).eq(ends);
        if follows {
            return self;
        }
        let lexemes = vec![Lexeme { start: 0, end: text.len(), unread: true }];
        let block = Node { part: Part::UnreadItem, start: 0, end: 1, children: Vec::new() };
        Outline { lexemes, comments: Vec::new(), blocks: vec![block] }
    }
}

/// A block as far as it could be read, in bytes, and what was passed over in it.
type Read = (Node, Vec<(Range<usize>, bool)>);

/// The regions that stay as they are, in order and without overlaps. They end where tokens and comments end, and take with them all blocks that
/// they reach into.
fn spread(kept: Vec<Range<usize>>, read: &mut Vec<Read>, written: &Written<'_>) -> Vec<Range<usize>> {
    let mut kept = joined(kept, written);
    loop {
        let before = read.len();
        let mut more = Vec::new();
        read.retain(|(shape, _)| {
            let next = kept.partition_point(|r| r.end <= shape.start);
            let apart = kept.get(next).is_none_or(|r| r.start >= shape.end);
            if !apart {
                more.push(shape.start..shape.end);
            }
            apart
        });
        if read.len() == before {
            return kept;
        }
        kept = joined([kept, more].concat(), written);
    }
}

/// Regions in order, without overlaps, cut to the text and grown to whole tokens and comments; where one begins its line, with what stands before it
/// there.
fn joined(mut regions: Vec<Range<usize>>, written: &Written<'_>) -> Vec<Range<usize>> {
    let text = written.text;
    let mut found: Vec<Range<usize>> = Vec::new();
    for region in &mut regions {
        region.end = region.end.min(text.len());
        region.start = region.start.min(region.end);
        written.grow(region);
        let before = &text[..region.start];
        let line = before.trim_end_matches([' ', '\t']);
        if line.is_empty() || line.ends_with('\n') {
            region.start = line.len();
        }
    }
    regions.sort_by_key(|r| r.start);
    for region in regions.into_iter().filter(|r| !text[r.clone()].trim().is_empty()) {
        match found.last_mut() {
            Some(last) if region.start < last.end => last.end = last.end.max(region.end),
            _ => found.push(region),
        }
    }
    found
}

impl Written<'_> {
    /// Grows a region to whole tokens and comments.
    fn grow(&self, region: &mut Range<usize>) {
        for at in [region.start, region.end] {
            let token = self.tokens.get(self.tokens.partition_point(|t| t.end <= at)).map(|t| t.start..t.end);
            let comment = self.comments.get(self.comments.partition_point(|c| c.end <= at)).cloned();
            for cut in [token, comment].into_iter().flatten().filter(|c| c.start < at) {
                region.start = region.start.min(cut.start);
                region.end = region.end.max(cut.end);
            }
        }
    }
}

/// All tokens in order, those of an unread region as one.
fn lexemes(tokens: &[Token], unread: &[Range<usize>]) -> Vec<Lexeme> {
    let mut found = Vec::with_capacity(tokens.len());
    let mut regions = unread.iter().peekable();
    for token in tokens {
        while let Some(region) = regions.next_if(|r| r.start <= token.start) {
            found.push(Lexeme { start: region.start, end: region.end, unread: true });
        }
        let is_inside = found.last().is_some_and(|l| l.unread && token.start < l.end);
        if !is_inside {
            found.push(Lexeme { start: token.start, end: token.end, unread: false });
        }
    }
    found.extend(regions.map(|r| Lexeme { start: r.start, end: r.end, unread: true }));
    found
}

/// Turns the bytes of a node and all in it into indices of lexemes.
fn count(node: &mut Node, lexemes: &[Lexeme]) {
    let start = lexemes.partition_point(|l| l.start < node.start);
    // A pair may reach over white space behind its last token.
    let end = lexemes.partition_point(|l| l.end <= node.end);
    (node.start, node.end) = (start, end.max(start));
    node.children.iter_mut().for_each(|c| count(c, lexemes));
}

/// Puts what was passed over into the bodies it stands in; false where a region stands inside of anything else.
fn with_unread(shape: &mut Node, unread: &[(Range<usize>, bool)]) -> bool {
    unread.iter().all(|(bytes, is_part)| put_unread(shape, bytes, *is_part))
}

fn put_unread(node: &mut Node, bytes: &Range<usize>, is_part: bool) -> bool {
    let at = node.children.partition_point(|c| c.end <= bytes.start);
    if let Some(child) = node.children.get_mut(at).filter(|c| c.start < bytes.end) {
        return child.start <= bytes.start && bytes.end <= child.end && put_unread(child, bytes, is_part);
    }
    let is_field = node.part == Part::Item && node.children.iter().any(|c| c.part == Part::Modifier);
    let is_body = matches!(node.part, Part::Body(kind) if !matches!(kind, Body::Matrix | Body::Cases));
    let part = if is_part { Part::UnreadPart } else { Part::UnreadItem };
    node.children.insert(at, leaf(part, bytes.clone()));
    is_body || is_field && is_part
}

fn leaf(part: Part, bytes: Range<usize>) -> Node {
    Node { part, start: bytes.start, end: bytes.end, children: Vec::new() }
}

/// Whether an unread region that begins with this word is a part of an item in blocks with this keyword.
pub(super) fn is_part(keyword: &str, word: &str) -> bool {
    recover::parts(keyword).contains(&word)
}
