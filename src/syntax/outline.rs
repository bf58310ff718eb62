//! The outline of a file: all tokens and comments, and which of them make up blocks, items, conditions and lists.
//!
//! The tree says what a file means and forgets how it was written. The outline is for whoever writes the file anew: it covers every token once,
//! and what could not be read stands in it as one piece of text.

use super::grammar::Rule;
use super::scan::Token;
use super::words::is_token;
use pest::iterators::Pair;
use std::ops::Range;

/// A token, or a piece of text that could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lexeme {
    /// Its first byte.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
    /// Whether it could not be read, so that nothing in it may be changed.
    pub unread: bool,
}

/// What a part of a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A top-level block.
    Block,
    /// What stands in braces, braces included.
    Body(Body),
    /// What stands in a body: a field, a rule, a setting.
    Item,
    /// The column names of a table.
    Header,
    /// A row of a table.
    Row,
    /// A cell of a row.
    Cell,
    /// `name:` behind the keyword of an item.
    Label,
    /// Conditions joined by `and`, or by `or`; the children are what is joined.
    Chain,
    /// A member of a chain.
    Operand,
    /// A condition in parentheses.
    Group,
    /// `[a, b]`
    List,
    /// `a, b`
    Series,
    /// `when COND`
    When,
    /// `where COND`
    Where,
    /// `expected when COND`
    Expected,
    /// `because "…"`
    Because,
    /// `owner NAME` of a risk.
    Owner,
    /// `event "…"`
    Event,
    /// `cares about "…"`
    Cares,
    /// `column "…"` and other modifiers of a field.
    Modifier,
    /// `per SIGNAL …`
    Per,
    /// `newest 1` and other settings of `per`.
    PerSetting,
    /// An item that could not be read.
    UnreadItem,
    /// A part of an item that could not be read.
    UnreadPart,
}

/// Whose braces a body stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    Policy,
    Portfolio,
    Lead,
    Choices,
    Channels,
    Events,
    Signals,
    Personas,
    Committee,
    Icp,
    Score,
    Group,
    Bands,
    Checklist,
    Stages,
    Stage,
    Risks,
    Outcomes,
    Outcome,
    Route,
    Matrix,
    Discovery,
    Requalify,
    Record,
    Account,
    Guarantee,
    Test,
    Given,
    Cases,
    Import,
    Table,
    Types,
}

/// A part and the lexemes it is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub part: Part,
    /// The index of its first lexeme.
    pub start: usize,
    /// One past the index of its last lexeme.
    pub end: usize,
    /// The parts in it, in order; lexemes between them belong to the node alone.
    pub children: Vec<Node>,
}

/// A file as it is written.
#[derive(Clone, Debug)]
pub struct Outline {
    /// All tokens, and the regions that could not be read.
    pub lexemes: Vec<Lexeme>,
    /// The bytes of all comments outside of regions that could not be read.
    pub comments: Vec<Range<usize>>,
    /// The top-level blocks in order; together they cover all lexemes.
    pub blocks: Vec<Node>,
}

/// The shape of one block, in bytes; `base` is where the text of the pair begins in the file.
pub(super) fn shape(pair: Pair<'_, Rule>, base: usize, tokens: &[Token]) -> Node {
    let drawing = Drawing { base, tokens };
    drawing.node(Part::Block, pair)
}

struct Drawing<'a> {
    base: usize,
    tokens: &'a [Token],
}

impl Drawing<'_> {
    /// The bytes of a pair, without white space and comments behind its last token.
    fn bytes(&self, pair: &Pair<'_, Rule>) -> Range<usize> {
        let written = pair.as_span();
        let (start, end) = (self.base + written.start(), self.base + written.end());
        let last = self.tokens.partition_point(|t| t.end <= end);
        let end = self.tokens[..last].last().map_or(end, |t| t.end.clamp(start, end));
        start..end
    }

    fn node(&self, part: Part, pair: Pair<'_, Rule>) -> Node {
        let bytes = self.bytes(&pair);
        let children = match part {
            Part::Body(_) => said(pair).flat_map(|p| self.item(p)).collect(),
            _ => self.children(pair),
        };
        Node { part, start: bytes.start, end: bytes.end, children }
    }

    fn children(&self, pair: Pair<'_, Rule>) -> Vec<Node> {
        said(pair).flat_map(|p| self.parts(p)).collect()
    }

    /// What stands directly in a body.
    fn item(&self, pair: Pair<'_, Rule>) -> Vec<Node> {
        let part = match pair.as_rule() {
            Rule::header => Part::Header,
            Rule::matrix_row | Rule::case_row => Part::Row,
            _ => Part::Item,
        };
        let is_series = pair.as_rule() == Rule::expect;
        let mut node = self.node(part, pair.clone());
        if is_series {
            node.children = self.parts(pair);
        }
        // A table may have no column.
        if node.start == node.end { Vec::new() } else { vec![node] }
    }

    /// The parts of a pair: itself, or the parts in it where it is none.
    fn parts(&self, pair: Pair<'_, Rule>) -> Vec<Node> {
        match pair.as_rule() {
            Rule::cond => self.condition(pair),
            Rule::mentions | Rule::texts | Rule::on_times | Rule::ago_times | Rule::given_roles | Rule::expect => {
                self.series(pair, |_| true)
            }
            // `unknown only "a", 0`
            Rule::unknown => self.series(pair, |rule| rule == Rule::spelling),
            rule => match part(rule) {
                Some(part) => vec![self.node(part, pair)],
                None => self.children(pair),
            },
        }
    }

    /// A series begins with its first member, behind the keyword.
    fn series(&self, pair: Pair<'_, Rule>, is_member: impl Fn(Rule) -> bool) -> Vec<Node> {
        let bytes = self.bytes(&pair);
        let first = said(pair.clone()).find(|p| is_member(p.as_rule()));
        let Some(first) = first else { return Vec::new() };
        let members = said(pair).filter(|p| is_member(p.as_rule()));
        let children = members.flat_map(|p| self.parts(p)).collect();
        vec![Node { part: Part::Series, start: self.bytes(&first).start, end: bytes.end, children }]
    }

    /// `or` over `and` over single conditions; levels with one member are left out.
    fn condition(&self, pair: Pair<'_, Rule>) -> Vec<Node> {
        let bytes = self.bytes(&pair);
        let mut members: Vec<Node> = said(pair).map(|p| self.conjunction(p)).collect();
        match members.len() {
            1 => {
                let only = members.remove(0);
                if only.part == Part::Operand { only.children } else { vec![only] }
            }
            _ => vec![Node { part: Part::Chain, start: bytes.start, end: bytes.end, children: members }],
        }
    }

    fn conjunction(&self, pair: Pair<'_, Rule>) -> Node {
        let bytes = self.bytes(&pair);
        let mut members: Vec<Node> = said(pair).map(|p| self.node(Part::Operand, p)).collect();
        match members.len() {
            1 => members.remove(0),
            _ => Node { part: Part::Chain, start: bytes.start, end: bytes.end, children: members },
        }
    }
}

/// The children that are neither keywords nor punctuation.
fn said<'i>(pair: Pair<'i, Rule>) -> impl Iterator<Item = Pair<'i, Rule>> {
    pair.into_inner().filter(|p| !is_token(p.as_rule()))
}

fn part(rule: Rule) -> Option<Part> {
    Some(match rule {
        Rule::cell | Rule::case_cell => Part::Cell,
        Rule::label => Part::Label,
        Rule::group_cond => Part::Group,
        Rule::list | Rule::name_list | Rule::text_list => Part::List,
        Rule::when => Part::When,
        Rule::where_cond => Part::Where,
        Rule::expected_when => Part::Expected,
        Rule::because => Part::Because,
        Rule::risk_owner => Part::Owner,
        Rule::event_types => Part::Event,
        Rule::cares => Part::Cares,
        Rule::modifier => Part::Modifier,
        Rule::per => Part::Per,
        Rule::per_setting => Part::PerSetting,
        other => Part::Body(body(other)?),
    })
}

fn body(rule: Rule) -> Option<Body> {
    Some(match rule {
        Rule::policy_body => Body::Policy,
        Rule::portfolio_body => Body::Portfolio,
        Rule::lead_body => Body::Lead,
        Rule::choices => Body::Choices,
        Rule::channels_body => Body::Channels,
        Rule::events_body => Body::Events,
        Rule::signals_body => Body::Signals,
        Rule::personas_body => Body::Personas,
        Rule::committee_body => Body::Committee,
        Rule::icp_body => Body::Icp,
        Rule::score_body => Body::Score,
        Rule::group_body => Body::Group,
        Rule::bands_body => Body::Bands,
        Rule::checklist_body => Body::Checklist,
        Rule::stages_body => Body::Stages,
        Rule::stage_body => Body::Stage,
        Rule::risks_body => Body::Risks,
        Rule::outcomes_body => Body::Outcomes,
        Rule::outcome_body => Body::Outcome,
        Rule::route_body => Body::Route,
        Rule::matrix => Body::Matrix,
        Rule::discovery_body => Body::Discovery,
        Rule::requalify_body => Body::Requalify,
        Rule::record_body => Body::Record,
        Rule::account_body => Body::Account,
        Rule::guarantee_body => Body::Guarantee,
        Rule::test_body => Body::Test,
        Rule::given_fields => Body::Given,
        Rule::cases_body => Body::Cases,
        Rule::import_body => Body::Import,
        Rule::table_body => Body::Table,
        Rule::types_body => Body::Types,
        _ => return None,
    })
}
