//! From the pairs of one block to the tree: one file for each family of blocks.
//!
//! The grammar guarantees the children a function takes; should one be missing nevertheless, the function gives `None`, and the block is
//! reported as unreadable instead of being half there.

mod condition;
mod files;
mod imports;
mod lead;
mod people;
mod route;
mod score;
mod steps;
mod test;

use super::grammar::Rule;
use super::scan::Token;
use super::tree::*;
use crate::source::{FileId, Span, Spanned};
use pest::iterators::Pair;

/// What building needs to know besides the pairs.
pub(super) struct Builder<'a> {
    pub file: FileId,
    /// Where the text that was parsed begins in the file.
    pub base: usize,
    /// The tokens of the whole file.
    pub tokens: &'a [Token],
    /// The length of the file.
    pub length: usize,
}

/// The children of a pair that say something: keywords and punctuation are left out.
pub(super) struct Parts<'i> {
    children: std::iter::Peekable<std::vec::IntoIter<Pair<'i, Rule>>>,
}

impl<'i> Parts<'i> {
    /// The next child.
    fn next(&mut self) -> Option<Pair<'i, Rule>> {
        self.children.next()
    }

    /// The next child if it is a `rule`.
    fn take(&mut self, rule: Rule) -> Option<Pair<'i, Rule>> {
        self.children.next_if(|p| p.as_rule() == rule)
    }

    /// All children that are left.
    fn rest(self) -> impl Iterator<Item = Pair<'i, Rule>> {
        self.children
    }
}

impl Builder<'_> {
    /// The children of a pair, without keywords and punctuation.
    fn parts<'i>(&self, pair: Pair<'i, Rule>) -> Parts<'i> {
        let children: Vec<_> = pair.into_inner().filter(|p| !super::words::is_token(p.as_rule())).collect();
        Parts { children: children.into_iter().peekable() }
    }

    /// The only child that says something.
    fn only<'i>(&self, pair: Pair<'i, Rule>) -> Option<Pair<'i, Rule>> {
        self.parts(pair).next()
    }

    /// The first keyword among the children; tells variants of one rule apart.
    fn first_token(&self, pair: &Pair<'_, Rule>) -> Option<Rule> {
        pair.clone().into_inner().map(|p| p.as_rule()).find(|r| super::words::is_token(*r))
    }

    /// The span of a pair. A pair may reach over white space and comments behind it; the span ends with its last token.
    fn span(&self, pair: &Pair<'_, Rule>) -> Span {
        let written = pair.as_span();
        let (start, end) = (self.base + written.start(), self.base + written.end());
        let last = self.tokens.partition_point(|t| t.end <= end);
        let end = self.tokens[..last].last().map_or(end, |t| t.end.max(start).min(end));
        // A bracket that was put in where one is missing may stand past the end of the file.
        Span::new(self.file, start.min(self.length), end.min(self.length))
    }

    fn spanned<T>(&self, pair: &Pair<'_, Rule>, node: T) -> Spanned<T> {
        Spanned { node, span: self.span(pair) }
    }

    fn name(&self, pair: Pair<'_, Rule>) -> Name {
        self.spanned(&pair, pair.as_str().to_string())
    }

    fn next_name(&self, parts: &mut Parts<'_>) -> Option<Name> {
        parts.next().map(|p| self.name(p))
    }

    fn text(&self, pair: Pair<'_, Rule>) -> Text {
        self.spanned(&pair, unescape(pair.as_str()))
    }

    fn next_text(&self, parts: &mut Parts<'_>) -> Option<Text> {
        parts.next().map(|p| self.text(p))
    }

    fn number(&self, pair: Pair<'_, Rule>) -> Number {
        self.spanned(&pair, pair.as_str().replace('_', ""))
    }

    fn next_number(&self, parts: &mut Parts<'_>) -> Option<Number> {
        parts.next().map(|p| self.number(p))
    }

    fn count(&self, pair: Pair<'_, Rule>) -> Count {
        let digits = pair.as_str().replace('_', "");
        self.spanned(&pair, digits.parse().unwrap_or(u32::MAX))
    }

    /// The whole number in `N days`.
    fn days(&self, pair: Pair<'_, Rule>) -> Option<Count> {
        self.only(pair).map(|p| self.count(p))
    }

    fn names(&self, pair: Pair<'_, Rule>) -> Vec<Name> {
        self.parts(pair).rest().map(|p| self.name(p)).collect()
    }

    fn texts(&self, pair: Pair<'_, Rule>) -> Vec<Text> {
        self.parts(pair).rest().map(|p| self.text(p)).collect()
    }

    fn title(&self, parts: &mut Parts<'_>) -> Option<Text> {
        let title = parts.take(Rule::title)?;
        self.only(title).map(|p| self.text(p))
    }

    /// The place of a mark such as `replace`, if it stands there.
    fn mark(&self, parts: &mut Parts<'_>, rule: Rule) -> Option<Span> {
        parts.take(rule).map(|p| self.span(&p))
    }

    /// The name before the colon, if the item has one.
    fn label(&self, parts: &mut Parts<'_>) -> Option<Name> {
        let label = parts.take(Rule::label)?;
        self.only(label).map(|p| self.name(p))
    }

    fn because(&self, parts: &mut Parts<'_>) -> Option<Text> {
        let because = parts.take(Rule::because)?;
        self.only(because).map(|p| self.text(p))
    }

    fn value(&self, pair: Pair<'_, Rule>) -> Option<Value> {
        let pair = match pair.as_rule() {
            Rule::value | Rule::list_value => self.only(pair)?,
            _ => pair,
        };
        let kind = match pair.as_rule() {
            Rule::moment => ValueKind::Date(pair.as_str().to_string()),
            Rule::number_value => ValueKind::Number(pair.as_str().replace('_', "")),
            Rule::text_value => ValueKind::Text(unescape(pair.as_str())),
            _ => ValueKind::Name(pair.as_str().to_string()),
        };
        Some(Value { span: self.span(&pair), kind })
    }

    fn values(&self, pair: Pair<'_, Rule>) -> Option<Vec<Value>> {
        match pair.as_rule() {
            Rule::list => self.parts(pair).rest().map(|p| self.value(p)).collect(),
            _ => self.value(pair).map(|v| vec![v]),
        }
    }

    /// All children of a block's body, each built by `item`.
    fn items<'i, T>(&self, body: Pair<'i, Rule>, item: impl Fn(Pair<'i, Rule>) -> Option<T>) -> Option<Vec<T>> {
        self.parts(body).rest().map(item).collect()
    }

    /// A whole top-level block.
    pub fn chunk(&self, pair: Pair<'_, Rule>) -> Option<Item> {
        let mut parts = self.parts(pair);
        let replace = self.mark(&mut parts, Rule::replace_mark);
        let block = parts.next()?;
        let span = self.span(&block);
        let span = replace.map_or(span, |r| r.to(span));
        Some(Item { span, replace, kind: self.block(block)? })
    }

    fn block(&self, pair: Pair<'_, Rule>) -> Option<ItemKind> {
        Some(match pair.as_rule() {
            Rule::policy => ItemKind::Policy(self.policy(pair)?),
            Rule::library => ItemKind::Library(self.name(self.only(pair)?)),
            Rule::use_library => ItemKind::Use(self.name(self.only(pair)?)),
            Rule::portfolio => ItemKind::Portfolio(self.portfolio(pair)?),
            Rule::lead => ItemKind::Lead(self.items(self.only(pair)?, |p| self.lead_item(p))?),
            Rule::extend => ItemKind::Extend(self.extend(pair)?),
            Rule::channels => ItemKind::Channels(self.names(self.only(pair)?)),
            Rule::events => ItemKind::Events(self.items(self.only(pair)?, |p| self.attribute(p))?),
            Rule::signals => ItemKind::Signals(self.items(self.only(pair)?, |p| self.signal(p))?),
            Rule::personas => ItemKind::Personas(self.items(self.only(pair)?, |p| self.persona(p))?),
            Rule::committee => ItemKind::Committee(self.items(self.only(pair)?, |p| self.committee_item(p))?),
            Rule::define => ItemKind::Define(self.define(pair)?),
            Rule::icp => ItemKind::Icp(self.items(self.only(pair)?, |p| self.must(p))?),
            Rule::score => ItemKind::Score(self.score(pair)?),
            Rule::checklist => ItemKind::Checklist(self.checklist(pair)?),
            Rule::stages => ItemKind::Stages(self.items(self.only(pair)?, |p| self.stage(p))?),
            Rule::risks => ItemKind::Risks(self.items(self.only(pair)?, |p| self.risk(p))?),
            Rule::outcomes => ItemKind::Outcomes(self.items(self.only(pair)?, |p| self.outcome(p))?),
            Rule::route => ItemKind::Route(self.items(self.only(pair)?, |p| self.route_item(p))?),
            Rule::discovery => ItemKind::Discovery(self.discovery(pair)?),
            Rule::requalify => ItemKind::Requalify(self.items(self.only(pair)?, |p| self.trigger(p))?),
            Rule::record => ItemKind::Record(self.items(self.only(pair)?, |p| self.record_section(p))?),
            Rule::account => ItemKind::Account(self.account(pair)?),
            Rule::guarantee => ItemKind::Guarantee(self.guarantee(pair)?),
            Rule::import => ItemKind::Import(self.import(pair)?),
            Rule::test => ItemKind::Test(self.test(pair)?),
            _ => return None,
        })
    }
}

/// The text between the quotes.
fn unescape(quoted: &str) -> String {
    let inner = quoted.strip_prefix('"').and_then(|q| q.strip_suffix('"')).unwrap_or(quoted);
    let mut said = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n') => said.push('\n'),
                Some('t') => said.push('\t'),
                Some(other) => said.push(other),
                None => {}
            },
            c => said.push(c),
        }
    }
    said
}
