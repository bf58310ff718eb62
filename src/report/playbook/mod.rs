//! The playbook of a policy, for people who read no code: who we serve, how leads are scored, where they go, what to ask and to do.
//!
//! The policy is worded once, as blocks; [`markdown`] lays them out as Markdown, `report::html::playbook` for browsers and printers. Every condition is
//! worded by `report::words`. Parts that a library lends are included, as if they stood in the policy.

mod glossary;
mod markdown;
mod people;
mod scores;
mod steps;

pub use markdown::markdown;

use super::words::{Said, Words, spoken as plain};
use crate::policy::{Cond, CondKind, Policy};

/// How a piece of text stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    Plain,
    Strong,
    /// Said for completeness.
    Faint,
    /// A name as it stands in the policy.
    Code,
}

/// A text with pieces that stand out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rich(pub Vec<(Face, String)>);

impl Rich {
    /// Begins with plain text.
    pub fn plain(text: impl Into<String>) -> Rich {
        Rich::default().and(text)
    }

    /// Goes on with plain text.
    pub fn and(self, text: impl Into<String>) -> Rich {
        self.with(Face::Plain, text)
    }

    /// Goes on with what the eye should find first.
    pub fn strong(self, text: impl Into<String>) -> Rich {
        self.with(Face::Strong, text)
    }

    /// Goes on with what is said for completeness.
    pub fn faint(self, text: impl Into<String>) -> Rich {
        self.with(Face::Faint, text)
    }

    /// Goes on with a name of the policy.
    pub fn code(self, text: impl Into<String>) -> Rich {
        self.with(Face::Code, text)
    }

    fn with(mut self, face: Face, text: impl Into<String>) -> Rich {
        let text = text.into();
        if !text.is_empty() {
            self.0.push((face, text));
        }
        self
    }
}

impl From<String> for Rich {
    fn from(text: String) -> Rich {
        Rich::plain(text)
    }
}

impl From<&str> for Rich {
    fn from(text: &str) -> Rich {
        Rich::plain(text)
    }
}

/// A point of a list, with points below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub text: Rich,
    pub items: Vec<Item>,
}

impl Item {
    fn new(text: impl Into<Rich>) -> Item {
        Item { text: text.into(), items: Vec::new() }
    }
}

/// Rows below a head; columns whose head begins with `#` hold numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    pub head: Vec<String>,
    pub rows: Vec<Vec<Rich>>,
}

impl Table {
    fn new(head: &[&str]) -> Table {
        Table { head: head.iter().map(|h| h.to_string()).collect(), rows: Vec::new() }
    }

    fn row<const N: usize>(&mut self, cells: [Rich; N]) {
        self.rows.push(cells.into());
    }

    fn block(self) -> Option<Block> {
        (!self.rows.is_empty()).then_some(Block::Table(self))
    }
}

/// A question on the way of a lead: what is asked, and where a yes leads; a no leads to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    pub name: String,
    /// In words; empty for the last, which asks nothing.
    pub asks: String,
    /// Outcomes that a yes can lead to; several for a table of bands.
    pub to: Vec<String>,
    /// Whether a yes may still go on to the next.
    pub may_go_on: bool,
}

/// A piece of a playbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    Title(String),
    Heading(String),
    Sub(String),
    Text(Rich),
    List {
        ordered: bool,
        items: Vec<Item>,
    },
    Table(Table),
    /// The route as a picture; the list beside it says the same.
    Route(Vec<Turn>),
}

/// The whole playbook of a policy.
pub fn blocks(policy: &Policy) -> Vec<Block> {
    let words = Words::new(policy);
    let mut all = vec![Block::Title(policy.title.clone()), Block::Text(about(policy))];
    all.push(Block::Text(Rich::plain("This playbook is for ").and(format!("{}.", words.applies()))));
    people::profile(&mut all, policy, words);
    people::committee(&mut all, policy, words);
    scores::scores(&mut all, policy, words);
    steps::stages(&mut all, policy, words);
    steps::route(&mut all, policy, words);
    steps::outcomes(&mut all, policy, words);
    steps::checklists(&mut all, policy, words);
    steps::discovery(&mut all, policy);
    steps::back(&mut all, policy, words);
    steps::risks(&mut all, policy, words);
    steps::record(&mut all, policy, words);
    steps::guarantees(&mut all, policy, words);
    glossary::glossary(&mut all, policy, words);
    all
}

fn about(policy: &Policy) -> Rich {
    let mut text = Rich::plain("Policy ").code(&policy.name);
    if !policy.version.is_empty() {
        text = text.and(format!(", version {}", policy.version));
    }
    if !policy.owner.is_empty() {
        text = text.and(format!(", kept by {}", policy.owner));
    }
    text.and(", content ").code(&policy.hash).and(".")
}

/// A condition as a point: short ones in one line, long ones with their parts below. `lead` says what the condition decides.
fn when(lead: Rich, words: Words<'_>, cond: &Cond) -> Item {
    let said = words.said(cond);
    if short(&said) {
        return Item::new(lead.and(said.inline()));
    }
    let (how, parts) = match said {
        Said::All(parts) => ("all of these hold:", parts),
        Said::Any(parts) => ("one of these holds:", parts),
        Said::One(text) => return Item::new(lead.and(text)),
    };
    Item { text: lead.and(how), items: parts.iter().map(part).collect() }
}

/// More than this is laid out as a list.
const SHORT: usize = 130;

fn short(said: &Said) -> bool {
    match said {
        Said::One(_) => true,
        Said::All(parts) | Said::Any(parts) => parts.len() < 3 && said.inline().len() < SHORT,
    }
}

fn part(said: &Said) -> Item {
    match said {
        Said::One(text) => Item::new(text.as_str()),
        said if short(said) => match said {
            Said::Any(_) => Item::new(format!("either {}", said.inline())),
            _ => Item::new(said.inline()),
        },
        Said::All(parts) => Item { text: "all of these:".into(), items: parts.iter().map(part).collect() },
        Said::Any(parts) => Item { text: "one of these:".into(), items: parts.iter().map(part).collect() },
    }
}

/// What must not hold, where a condition is written that way.
fn negated(cond: &Cond) -> Option<&Cond> {
    match &cond.kind {
        CondKind::Not(inner) => Some(inner),
        _ => None,
    }
}
