//! The parser: scan, mend braces, cut into blocks, read each block, pass over what cannot be read.
//!
//! Takes a file; gives its tree and its findings, in source order. Never panics, and neither its time nor its stack grows more than linearly
//! (within a budget of repeated readings) with what it is given.

use super::ahead::{self, LONG};
use super::bracket::{self, Region};
use super::build::Builder;
use super::chunk::{self, BLOCKS, Tokens};
use super::grammar::{Grammar, Rule};
use super::message::Failure;
use super::outline::{self, Node, Outline};
use super::problem::{Hurt, Problem};
use super::recover::{self, Nest};
use super::scan::{Kind, Token, scan};
use super::sketch::{self, Sketch, Written};
use super::tree::{Broken, File, Item};
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, SourceFile, Span};
use pest::Parser;
use pest::error::{ErrorVariant, InputLocation};
use std::ops::Range;

declare_rule! {
    /// A file larger than any policy.
    pub FILE_TOO_LARGE = "RB0108" "file-too-large" Error "a policy file of more than 4 MiB"
}

/// The largest file that is read.
const LARGEST: usize = 4 << 20;
/// How many errors of one kind are reported for one file.
pub(super) const MOST_ERRORS: usize = 200;
/// How many bytes may be read again after errors, besides those of the file itself.
const SECOND_READINGS: usize = 2 << 20;

/// Reads a file: its tree, and everything in it that could not be read.
pub fn parse(file: FileId, source: &SourceFile) -> (File, Vec<Diagnostic>) {
    let (tree, found, _) = read(file, source, None);
    (tree, found)
}

/// The outline of a file, and everything in it that could not be read; no outline of a file that is too large. With `whole`, a block in which
/// anything could not be read stands in the outline as one piece of text.
pub fn outline(file: FileId, source: &SourceFile, whole: bool) -> (Option<Outline>, Vec<Diagnostic>) {
    let (_, found, outline) = read(file, source, Some(whole));
    (outline, found)
}

/// Reads a file; with its outline, if it is asked for.
pub(super) fn read(
    file: FileId,
    source: &SourceFile,
    outlined: Option<bool>,
) -> (File, Vec<Diagnostic>, Option<Outline>) {
    let mut tree = File { file, items: Vec::new(), comments: Vec::new(), broken: Vec::new() };
    let text: &str = &source.text;
    if text.len() > LARGEST {
        let span = Span::new(file, 0, 0);
        let found = Diagnostic::new(
            &FILE_TOO_LARGE,
            "this file is too large for a policy",
            span,
            format!("{} bytes; at most {LARGEST} are read", text.len()),
        )
        .with_help("a policy holds rules; leads, events and contacts are given to `rubric run`");
        tree.broken.push(Broken { span: Span::new(file, 0, text.len().min(u32::MAX as usize)), block: String::new() });
        return (tree, vec![found], None);
    }
    let scanned = scan(file, text);
    tree.comments = scanned.comments;
    let bytes = |span: Span| span.start as usize..span.end as usize;
    let strange = scanned.problems.iter().filter(|p| p.hurt == Hurt::Nothing).map(|p| bytes(p.diagnostic.span()));
    let strange: Vec<Range<usize>> = strange.collect();
    let mended = bracket::mend(file, Tokens { text, all: &scanned.tokens });
    let mut found: Vec<Diagnostic> = Vec::new();
    let mut sketch = outlined.map(|_| Sketch::default());
    let regions = match mended {
        None => Reader::new(file, text, text.to_string(), &scanned.tokens, Vec::new()).read(
            scanned.problems,
            &mut tree,
            &mut found,
            sketch.as_mut(),
        ),
        Some(mended) => {
            found.extend(mended.found);
            let tokens = scan(file, &mended.text).tokens;
            let work = mended.text.clone();
            Reader::new(file, &mended.text, work, &tokens, mended.regions).read(
                scanned.problems,
                &mut tree,
                &mut found,
                sketch.as_mut(),
            )
        }
    };
    let comments: Vec<Range<usize>> = tree.comments.iter().map(|c| bytes(c.span)).collect();
    let outline = sketch.map(|sketch| {
        let whole = outlined == Some(true);
        sketch.outline(
            Written { text, tokens: &scanned.tokens, comments: &comments, strange: &strange },
            &regions,
            whole,
        )
    });
    let clamp = |s: &mut Span| {
        s.start = s.start.min(text.len() as u32);
        s.end = s.end.min(text.len() as u32);
    };
    found.iter_mut().flat_map(|d| d.labels.iter_mut()).for_each(|l| clamp(&mut l.span));
    tree.broken.iter_mut().for_each(|b| clamp(&mut b.span));
    tree.broken.sort_by_key(|b| b.span);
    crate::diagnostic::sort(&mut found);
    if let (true, Some(last)) = (found.len() >= MOST_ERRORS, found.last_mut()) {
        last.help = Some("there may be more errors than are shown here: mend these first".to_string());
    }
    (tree, found, outline)
}

struct Reader<'a> {
    file: FileId,
    nest: Nest<'a>,
    all: &'a [Token],
    /// What the grammar reads: the text with the items that are passed over blanked out.
    work: String,
    /// Where braces were mended; what fails there follows from it.
    regions: Vec<Region>,
    errors: usize,
    budget: usize,
}

impl<'a> Reader<'a> {
    fn new(file: FileId, text: &'a str, work: String, all: &'a [Token], regions: Vec<Region>) -> Self {
        let nest = Nest::new(Tokens { text, all });
        Reader { file, nest, all, work, regions, errors: 0, budget: SECOND_READINGS }
    }

    /// Reads all blocks; gives the regions where braces were mended.
    fn read(
        mut self,
        problems: Vec<Problem>,
        tree: &mut File,
        found: &mut Vec<Diagnostic>,
        mut sketch: Option<&mut Sketch>,
    ) -> Vec<Region> {
        let chunks = self.nest.tokens.chunks();
        for region in self.regions.clone() {
            let token = self.all.partition_point(|t| t.end <= region.at.start);
            let block =
                chunks.get(chunks.partition_point(|c| c.end <= token)).map_or("", |c| self.nest.tokens.keyword(c).1);
            tree.broken.push(self.broken(region.at, block));
        }
        for problem in problems {
            if self.errors >= MOST_ERRORS {
                break;
            }
            self.pass_over_problem(problem, &chunks, tree, found);
        }
        // What was read ahead has no shape any more.
        let ready = if sketch.is_none() && self.work.len() >= LONG { self.ahead(&chunks) } else { Vec::new() };
        for (chunk, ready) in chunks.iter().zip(ready.into_iter().chain(std::iter::repeat_with(|| None))) {
            self.pass_over_depth(chunk, tree, found);
            let mut shape = None;
            if let Some(item) = self.chunk(chunk, ready, tree, found, sketch.is_some().then_some(&mut shape)) {
                tree.items.push(item);
            } else {
                shape = None;
            }
            if let Some(sketch) = &mut sketch {
                sketch.add(self.bytes(chunk), shape, self.passed_over(chunk));
            }
        }
        self.regions
    }

    /// The regions of a block that were passed over, and whether each is a part of an item.
    fn passed_over(&self, chunk: &Range<usize>) -> Vec<(Range<usize>, bool)> {
        let keyword = self.nest.tokens.keyword(chunk).1;
        let mut found = Vec::new();
        let mut at = chunk.start;
        while let Some(start) = (at..chunk.end).find(|&i| !self.nest.is_live(i)) {
            let end = (start..chunk.end).find(|&i| self.nest.is_live(i)).unwrap_or(chunk.end);
            found.push((self.bytes(&(start..end)), sketch::is_part(keyword, self.nest.tokens.said(start))));
            at = end;
        }
        found
    }

    fn broken(&self, bytes: Range<usize>, block: &str) -> Broken {
        let block = if BLOCKS.contains(&block) { block.to_string() } else { String::new() };
        Broken { span: Span::new(self.file, bytes.start, bytes.end), block }
    }

    fn bytes(&self, tokens: &Range<usize>) -> Range<usize> {
        let start = self.all.get(tokens.start).map_or(0, |t| t.start);
        let end = tokens.end.checked_sub(1).and_then(|i| self.all.get(i)).map_or(start, |t| t.end);
        start..end.max(start)
    }

    /// Blanks tokens out, so that the grammar no longer sees them.
    fn blank(&mut self, tokens: Range<usize>, keyword: &str, tree: &mut File) {
        let bytes = self.bytes(&tokens);
        let spaces: String = self.work[bytes.clone()]
            .chars()
            .map(|c| if c == '\n' { "\n".to_string() } else { " ".repeat(c.len_utf8()) })
            .collect();
        self.work.replace_range(bytes.clone(), &spaces);
        tree.broken.push(self.broken(bytes, keyword));
        self.nest.kill(tokens);
    }

    fn pass_over_problem(
        &mut self,
        problem: Problem,
        chunks: &[Range<usize>],
        tree: &mut File,
        found: &mut Vec<Diagnostic>,
    ) {
        let at = problem.start();
        let token = self.all.partition_point(|t| t.end <= at);
        let chunk = chunks.get(chunks.partition_point(|c| c.end <= token));
        let Some(chunk) = chunk else { return found.push(problem.diagnostic) };
        if problem.hurt == Hurt::Nothing {
            let bytes = at..problem.diagnostic.span().end as usize;
            if self.work.get(bytes.clone()).is_some() {
                self.work.replace_range(bytes.clone(), &" ".repeat(bytes.len()));
            }
            return found.push(problem.diagnostic);
        }
        if !self.nest.is_live(token) {
            return;
        }
        found.push(problem.diagnostic);
        let keyword = self.nest.tokens.keyword(chunk).1;
        let item = self.nest.item(token, keyword, false).unwrap_or(chunk.clone());
        self.errors += 1;
        self.blank(item, keyword, tree);
    }

    /// Passes over items that nest too deep, before anything recursive sees them.
    fn pass_over_depth(&mut self, chunk: &Range<usize>, tree: &mut File, found: &mut Vec<Diagnostic>) {
        let keyword = self.nest.tokens.keyword(chunk).1;
        // Items are told apart by their looks, so what is left may still be too deep; the second time the whole block goes.
        let mut whole_block = false;
        for _ in 0..2 {
            for token in bracket::too_deep(self.nest.tokens, chunk.clone(), |i| self.nest.is_live(i)) {
                if !self.nest.is_live(token) {
                    continue;
                }
                let item = self.nest.outer_item(token, keyword).filter(|_| !whole_block);
                if !whole_block && self.errors < MOST_ERRORS {
                    let at = &self.all[token];
                    found.push(bracket::nesting(Span::new(self.file, at.start, at.end)));
                    self.errors += 1;
                }
                whole_block |= self.errors >= MOST_ERRORS;
                self.blank(item.unwrap_or(chunk.clone()), keyword, tree);
            }
            whole_block = true;
        }
    }

    /// The blocks in which nothing is wrong, each read by one of two threads; the others are left to [`Reader::chunk`].
    fn ahead(&self, chunks: &[Range<usize>]) -> Vec<Option<Item>> {
        ahead::each(chunks, |chunk| {
            let is_flat = || bracket::too_deep(self.nest.tokens, chunk.clone(), |_| true).is_empty();
            let bytes = self.bytes(chunk);
            let reads = self.is_whole(chunk) && BLOCKS.contains(&self.nest.tokens.keyword(chunk).1) && is_flat();
            let pair = reads.then(|| Grammar::parse(Rule::chunk, &self.work[bytes.clone()]).ok()?.next())??;
            self.builder(bytes.start).chunk(pair)
        })
    }

    /// Whether nothing of a block is passed over.
    fn is_whole(&self, chunk: &Range<usize>) -> bool {
        chunk.clone().all(|i| self.nest.is_live(i))
    }

    /// Builds the tree of a text that begins at a byte of the file.
    fn builder(&self, base: usize) -> Builder<'_> {
        Builder { file: self.file, base, tokens: self.all, length: self.nest.tokens.text.len() }
    }

    /// Reads one top-level block, if it is not `ready` and still whole; its shape goes where it is wanted.
    fn chunk(
        &mut self,
        chunk: &Range<usize>,
        ready: Option<Item>,
        tree: &mut File,
        found: &mut Vec<Diagnostic>,
        wanted: Option<&mut Option<Node>>,
    ) -> Option<Item> {
        let (at, keyword) = self.nest.tokens.keyword(chunk);
        if !self.nest.is_live(at) {
            return None;
        }
        if !BLOCKS.contains(&keyword) {
            self.unknown(chunk, at, tree, found);
            return None;
        }
        if let Some(ready) = ready.filter(|_| self.is_whole(chunk)) {
            return Some(ready);
        }
        loop {
            let bytes = self.bytes(chunk);
            let failure = match Grammar::parse(Rule::chunk, &self.work[bytes.clone()]) {
                Ok(mut pairs) => {
                    let pair = pairs.next()?;
                    if let Some(shape) = wanted {
                        *shape = Some(outline::shape(pair.clone(), bytes.start, self.all));
                    }
                    return self.builder(bytes.start).chunk(pair);
                }
                Err(error) => self.failure(error, bytes.start),
            };
            if !self.mend_item(chunk, failure, keyword, tree, found) {
                self.rest_of_block(chunk, keyword, tree, found);
                return None;
            }
        }
    }

    /// The head of a block could not be read: the block is passed over, but what stands in its braces is still looked at.
    fn rest_of_block(&mut self, chunk: &Range<usize>, keyword: &str, tree: &mut File, found: &mut Vec<Diagnostic>) {
        let bytes = self.bytes(chunk);
        tree.broken.push(self.broken(bytes, keyword));
        let (Some(rule), Some((open, close))) = (body(keyword), self.nest.first_block(chunk.start, chunk.end)) else {
            return;
        };
        self.body(rule, open..close + 1, keyword, tree, found);
    }

    /// Looks for errors between the braces of a block whose head could not be read.
    fn body(&mut self, rule: Rule, block: Range<usize>, keyword: &str, tree: &mut File, found: &mut Vec<Diagnostic>) {
        loop {
            let bytes = self.bytes(&block);
            let failure = match Grammar::parse(rule, &self.work[bytes.clone()]) {
                Ok(_) => return,
                Err(error) => self.failure(error, bytes.start),
            };
            if !self.mend_item(&block, failure, keyword, tree, found) {
                return;
            }
        }
    }

    fn unknown(&mut self, chunk: &Range<usize>, at: usize, tree: &mut File, found: &mut Vec<Diagnostic>) {
        let (word, follows) = (self.nest.tokens.said(at), self.nest.tokens.said(at + 1));
        let bytes = self.bytes(chunk);
        tree.broken.push(self.broken(bytes, chunk::meant(word, follows).unwrap_or_default()));
        let token = self.all[at];
        if self.errors >= MOST_ERRORS {
            return;
        }
        self.errors += 1;
        if self.regions.iter().any(|r| r.around.contains(&token.start)) {
            return;
        }
        let span = Span::new(self.file, token.start, token.end);
        found.push(chunk::unknown_block(word, follows, token.kind == Kind::Word, span));
    }

    /// Where the grammar failed, as a byte of the file, and what it expected there.
    fn failure(&self, error: pest::error::Error<Rule>, base: usize) -> (usize, Vec<Rule>) {
        let at = match error.location {
            InputLocation::Pos(at) | InputLocation::Span((at, _)) => base + at,
        };
        let expected = match error.variant {
            ErrorVariant::ParsingError { positives, .. } => positives,
            ErrorVariant::CustomError { .. } => Vec::new(),
        };
        (at, expected)
    }

    /// Reports a failure and blanks the item it spoils; false where no item can be passed over.
    fn mend_item(
        &mut self,
        chunk: &Range<usize>,
        (at, expected): (usize, Vec<Rule>),
        keyword: &str,
        tree: &mut File,
        found: &mut Vec<Diagnostic>,
    ) -> bool {
        if self.errors >= MOST_ERRORS {
            return false;
        }
        let next = (self.all.partition_point(|t| t.end <= at)..chunk.end).find(|&i| self.nest.is_live(i));
        let before = self.nest.before(next.unwrap_or(chunk.end), chunk.start);
        let is_complete = expected.iter().any(|r| matches!(r, Rule::brace_close | Rule::EOI));
        let opens_line = next.is_none_or(|i| self.all[i].first);
        // A comma promises more, even where items may be parted by commas.
        let promised = before.is_some_and(|i| self.nest.tokens.said(i) == ",")
            && expected.iter().any(|r| matches!(r, Rule::text_value | Rule::mention | Rule::spelling))
            && next.is_some_and(|i| self.nest.begins_item(i, keyword));
        let is_complete = is_complete && !promised;
        let unfinished = opens_line && !is_complete && before.is_some();
        let spoiled = if is_complete { next } else { before.or(next) };

        let cause = if unfinished { before } else { next.or(before) };
        let follows_from_brace =
            cause.is_some_and(|i| self.regions.iter().any(|r| r.around.contains(&self.all[i].start)));
        if !follows_from_brace {
            let failure = Failure {
                expected: &expected,
                found: next.map(|i| self.token(i)),
                before: before.map(|i| self.token(i)),
                unfinished,
                open: before.and_then(|i| self.open_bracket(i, chunk.start)),
                items: [recover::items(keyword), recover::parts(keyword)].concat(),
            };
            found.push(failure.diagnostic());
        }

        self.errors += 1;
        let size = self.bytes(chunk).len();
        if self.errors >= MOST_ERRORS || self.budget < size {
            return false;
        }
        self.budget -= size;
        let begins = is_complete && next.is_some_and(|i| self.all[i].first && self.nest.tokens.said(i) != "}");
        let item = spoiled.and_then(|i| self.nest.item(i, keyword, begins));
        // Only an item that still says something brings the next reading further.
        let item = item.filter(|r| r.clone().any(|i| self.nest.is_live(i)));
        if let Some(item) = item.clone() {
            // Where only the head of a block within the block is broken, what its braces hold is still looked at.
            // A nameless `{` may be anything.
            let inner =
                next.filter(|&i| self.nest.tokens.said(i) != "{").and_then(|i| self.nest.first_block(i + 1, item.end));
            if let (Some(rule), Some((open, close))) = (inner_body(keyword), inner.filter(|b| b.1 < item.end)) {
                self.body(rule, open..close + 1, keyword, tree, found);
            }
            self.blank(item, keyword, tree);
        }
        item.is_some()
    }

    fn token(&self, i: usize) -> (&str, Span) {
        (self.nest.tokens.said(i), Span::new(self.file, self.all[i].start, self.all[i].end))
    }

    /// The innermost `(` or `[` that is open behind token `i`, if no brace stands between.
    fn open_bracket(&self, i: usize, from: usize) -> Option<Span> {
        let mut closed = 0usize;
        for k in (from..=i).rev().filter(|&k| self.nest.is_live(k)) {
            match self.nest.tokens.said(k) {
                ")" | "]" => closed += 1,
                "(" | "[" if closed == 0 => return Some(self.token(k).1),
                "(" | "[" => closed -= 1,
                "{" | "}" => return None,
                _ => {}
            }
        }
        None
    }
}

/// The rule for what stands in the braces of a block.
fn body(keyword: &str) -> Option<Rule> {
    Some(match keyword {
        "policy" => Rule::policy_body,
        "portfolio" => Rule::portfolio_body,
        "lead" => Rule::lead_body,
        "extend" => Rule::choices,
        "channels" => Rule::channels_body,
        "events" => Rule::events_body,
        "signals" => Rule::signals_body,
        "personas" => Rule::personas_body,
        "committee" => Rule::committee_body,
        "icp" => Rule::icp_body,
        "score" => Rule::score_body,
        "checklist" => Rule::checklist_body,
        "stages" => Rule::stages_body,
        "risks" => Rule::risks_body,
        "outcomes" => Rule::outcomes_body,
        "route" => Rule::route_body,
        "discovery" => Rule::discovery_body,
        "requalify" => Rule::requalify_body,
        "record" => Rule::record_body,
        "account" => Rule::account_body,
        "guarantee" => Rule::guarantee_body,
        "import" => Rule::import_body,
        "test" => Rule::test_body,
        _ => return None,
    })
}

/// The rule for what stands in the braces of a named item within a block.
fn inner_body(keyword: &str) -> Option<Rule> {
    match keyword {
        "score" => Some(Rule::group_body),
        "stages" => Some(Rule::stage_body),
        "outcomes" => Some(Rule::outcome_body),
        _ => None,
    }
}
