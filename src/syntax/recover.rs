//! Which item to pass over when a block cannot be read.
//!
//! Takes tokens whose braces pair; gives, for a token, the tokens of the item around it. An item begins with a token that stands first on its line (or
//! behind `{` or `,`) and looks like the beginning of one: `name:`, `"text":`, a sign and a number, a keyword of the block, a name with a block.

use super::chunk::Tokens;
use super::scan::Kind;
use std::ops::Range;

/// Tokens, and for each the brace it stands in.
pub(super) struct Nest<'a> {
    pub tokens: Tokens<'a>,
    /// The index of the innermost `{` around a token; a brace stands in its own block if it closes it, in the outer one if it opens it.
    parents: Vec<Option<usize>>,
    /// For each `{` the index of its `}`; for other tokens their own index.
    mates: Vec<usize>,
    /// Tokens that are passed over.
    dead: Vec<bool>,
}

impl<'a> Nest<'a> {
    pub fn new(tokens: Tokens<'a>) -> Self {
        let count = tokens.all.len();
        let (mut parents, mut mates, mut open) =
            (Vec::with_capacity(count), (0..count).collect::<Vec<_>>(), Vec::new());
        for i in 0..count {
            parents.push(open.last().copied());
            match tokens.said(i) {
                "{" => open.push(i),
                "}" => {
                    if let Some(opener) = open.pop() {
                        mates[opener] = i;
                    }
                }
                _ => {}
            }
        }
        for opener in open {
            mates[opener] = count.saturating_sub(1);
        }
        Nest { tokens, parents, mates, dead: vec![false; count] }
    }

    pub fn is_live(&self, i: usize) -> bool {
        !self.dead[i]
    }

    pub fn kill(&mut self, range: Range<usize>) {
        self.dead[range].fill(true);
    }

    /// The last token before `i`, not before `from`, that is not passed over.
    pub fn before(&self, i: usize, from: usize) -> Option<usize> {
        (from..i).rev().find(|&k| self.is_live(k))
    }

    /// The `{` and `}` around token `i`.
    pub fn block_of(&self, i: usize) -> Option<(usize, usize)> {
        let opener = self.parents.get(i).copied().flatten()?;
        Some((opener, self.mates[opener]))
    }

    /// The `{` and `}` that stand directly in the block and begin at `i` or later, up to `end`.
    pub fn first_block(&self, i: usize, end: usize) -> Option<(usize, usize)> {
        let opener = (i..end).find(|&k| self.tokens.said(k) == "{")?;
        Some((opener, self.mates[opener]))
    }

    /// The outermost item around token `i`, if it stands in a block at all.
    pub fn outer_item(&self, i: usize, keyword: &str) -> Option<Range<usize>> {
        let mut at = i;
        let mut outer = self.block_of(i)?;
        while let Some(block) = self.block_of(outer.0) {
            at = outer.0;
            outer = block;
        }
        self.item_in(at, outer, keyword, false)
    }

    /// The item around token `i` in the innermost block. `begins` says that `i` itself begins an item, whatever it looks like.
    pub fn item(&self, i: usize, keyword: &str, begins: bool) -> Option<Range<usize>> {
        let block = self.block_of(i)?;
        self.item_in(i, block, keyword, begins)
    }

    fn item_in(&self, i: usize, (opener, closer): (usize, usize), keyword: &str, begins: bool) -> Option<Range<usize>> {
        let is_child = |k: usize| self.parents[k] == Some(opener) && self.is_live(k);
        let starts = |k: usize| is_child(k) && self.starts_item(k, opener, keyword);
        let start = if begins { i } else { (opener + 1..=i).rev().find(|&k| starts(k)).unwrap_or(opener + 1) };
        // A part goes alone; with an item go its parts, which would stand there without it.
        let is_part = |k: usize| parts(keyword).contains(&self.tokens.said(k)) && self.tokens.said(k + 1) != ":";
        let alone = is_part(start);
        let end = (i.max(start) + 1..closer).find(|&k| starts(k) && (alone || !is_part(k))).unwrap_or(closer);
        (start < end).then_some(start..end)
    }

    /// Whether token `i` begins an item or a part of one.
    pub fn begins_item(&self, i: usize, keyword: &str) -> bool {
        self.block_of(i).is_some_and(|(opener, _)| self.starts_item(i, opener, keyword))
    }

    fn starts_item(&self, k: usize, opener: usize, keyword: &str) -> bool {
        let token = self.tokens.all[k];
        let (word, next, before) = (self.tokens.said(k), self.tokens.said(k + 1), self.tokens.said(k - 1));
        let is_head = matches!(token.kind, Kind::Word | Kind::Text) && next == ":";
        let is_map = self.is_map(opener);
        let is_keyword = items(keyword).contains(&word) || parts(keyword).contains(&word);
        if is_head && is_map && !matches!(before, "must" | "require" | "should" | "replace") {
            return true;
        }
        let after_start = k == opener + 1 || before == ",";
        if self.is_list(opener, keyword) {
            return token.kind == Kind::Word && (token.first || after_start);
        }
        if !token.first && k != opener + 1 {
            return is_map && is_keyword && token.kind == Kind::Word && self.inline_item(k);
        }
        let is_points = matches!(word, "+" | "-") && self.tokens.all.get(k + 1).is_some_and(|t| t.kind == Kind::Number);
        let is_block =
            token.kind == Kind::Word && (next == "{" || next.starts_with('"') && self.tokens.said(k + 2) == "{");
        let is_group = keyword == "score" && token.kind == Kind::Word && matches!(next, "up" | "down");
        is_head || is_points || is_block || is_group || word == "replace" || is_keyword || self.is_aligned(k, opener)
    }

    /// Whether a line begins where the first line of its block does, and does not go on with a condition: people align items.
    fn is_aligned(&self, k: usize, opener: usize) -> bool {
        let (token, first) = (self.tokens.all[k], self.tokens.all[opener + 1]);
        let goes_on =
            matches!(self.tokens.said(k), "and" | "or" | "when" | "because" | "," | ")" | "]" | "}" | "{" | "[" | "(");
        first.first && token.first && token.indent == first.indent && !goes_on
    }

    /// Settings of an import often share a line with columns.
    fn inline_item(&self, k: usize) -> bool {
        self.tokens.said(k + 1).starts_with('"')
    }

    /// Blocks whose items are `name: …` and often share a line.
    fn is_map(&self, opener: usize) -> bool {
        matches!(
            self.tokens.said(opener.wrapping_sub(1)),
            "given"
                | "with"
                | "leads"
                | "events"
                | "contacts"
                | "types"
                | "lead"
                | "signals"
                | "personas"
                | "committee"
        )
    }

    /// Blocks that hold names and nothing else.
    fn is_list(&self, opener: usize, keyword: &str) -> bool {
        matches!(self.tokens.said(opener.wrapping_sub(1)), "of" | "ordered" | "bands" | "channels")
            || matches!(keyword, "extend" | "portfolio")
    }
}

/// The words that begin an item in blocks with this keyword.
pub(super) fn items(keyword: &str) -> &'static [&'static str] {
    match keyword {
        "policy" => &["version", "owner", "applies", "time-zone", "holidays", "expect-moves"],
        "lead" => &["extend", "replace"],
        "committee" => &["engaged"],
        "icp" => &["must"],
        "score" => &["bands"],
        "stages" => &["require", "should", "fall"],
        "outcomes" => &["next", "owner", "due", "revisit", "check"],
        "route" => &["to", "by", "otherwise"],
        "requalify" => &["on"],
        "account" => &["newest"],
        "portfolio" => &["otherwise"],
        "guarantee" => &["never", "always"],
        "test" => &["as", "given", "cases", "expect"],
        "import" => &[
            "leads",
            "events",
            "contacts",
            "types",
            "channel",
            "split",
            "dates",
            "delimiter",
            "encoding",
            "numbers",
            "unknown",
        ],
        _ => &[],
    }
}

/// The words that begin a part of an item which can be passed over alone.
pub(super) fn parts(keyword: &str) -> &'static [&'static str] {
    match keyword {
        "lead" => &["column", "ask", "known", "unknown", "empty", "label"],
        "personas" => &["cares"],
        "icp" | "score" | "stages" | "route" | "requalify" => &["because"],
        _ => &[],
    }
}
