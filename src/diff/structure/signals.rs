//! Channels and signals.

use super::Block;
use super::conditions::quoted;
use super::header::gained;
use super::lists::{Parts, list};
use super::walk::{Change, Walk};
use crate::diff::align::Matcher;
use crate::policy::signal::tier_word;
use crate::policy::text::fold;
use crate::syntax::tree::{Name, SignalDecl, Text};

struct Channels;

/// Channels by name.
pub(super) fn channels(w: &mut Walk<'_>, old: &[Name], new: &[Name]) -> Vec<Name> {
    w.block(Block::Behaviour);
    let pairs = Matcher::new(old, new).by(|c| Some(c.node.clone())).pairs();
    list(w, &Channels, (old, new), &pairs)
}

impl Parts<Name> for Channels {
    fn both(&self, _: &mut Walk<'_>, _: &Name, new: &Name) -> Name {
        new.clone()
    }

    fn added(&self, _: &Walk<'_>, new: &Name) -> Change {
        let says = format!("channel `{}` is new", new.node);
        Change::reads(format!("channel {}: new", new.node), says).places(None, Some(new.span))
    }

    fn removed(&self, _: &Walk<'_>, old: &Name) -> Change {
        let says = format!("channel `{}` is gone", old.node);
        Change::reads(format!("channel {}: gone", old.node), says).places(Some(old.span), None)
    }
}

struct Signals;

/// Signals by name.
pub(super) fn signals(w: &mut Walk<'_>, old: &[SignalDecl], new: &[SignalDecl]) -> Vec<SignalDecl> {
    w.block(Block::Behaviour);
    let pairs = Matcher::new(old, new).by(|s| Some(s.name.node.clone())).pairs();
    list(w, &Signals, (old, new), &pairs)
}

impl Parts<SignalDecl> for Signals {
    fn both(&self, w: &mut Walk<'_>, old: &SignalDecl, new: &SignalDecl) -> SignalDecl {
        let name = &new.name.node;
        let id = |what: &str| format!("signal {name}: {what}");
        let says = format!("`{name}` is {} instead of {}", tier_word(new.tier.node), tier_word(old.tier.node));
        let change = || Change::decides(id("tier"), says).at(old.tier.span, new.tier.span);
        let tier = w.pick(old.tier.node == new.tier.node, &old.tier, &new.tier, change);
        let sources = |s: &SignalDecl| -> Vec<String> { sorted(s.from.iter().map(|n| n.node.clone())) };
        let says = format!("`{name}`: {}", gained("source", &sources(old), &sources(new)));
        let change = || Change::decides(id("sources"), says).at(old.name.span, new.name.span);
        let from = w.pick(sources(old) == sources(new), &old.from, &new.from, change);
        let says = format!("`{name}`: {}", gained("event type", &types(old), &types(new)));
        let same = folded(&types(old)) == folded(&types(new));
        let change = || Change::decides(id("event types"), says).at(old.name.span, new.name.span);
        let events: Vec<Text> = w.pick(same, &old.events, &new.events, change);
        let conditions = (old.condition.as_ref(), new.condition.as_ref());
        let whose = format!("`{name}` counts an event");
        let around = (old.name.span, new.name.span);
        let condition = w.cond_if(id("where"), (&whose, "in any case"), conditions, around);
        SignalDecl { tier, from, events, condition, ..new.clone() }
    }

    fn added(&self, w: &Walk<'_>, new: &SignalDecl) -> Change {
        let says = format!("signal `{}` is new: {}", new.name.node, quoted(&said(w, new)));
        Change::decides(format!("signal {}: new", new.name.node), says).places(None, Some(new.name.span))
    }

    fn removed(&self, _: &Walk<'_>, old: &SignalDecl) -> Change {
        let says = format!("signal `{}` is gone", old.name.node);
        Change::decides(format!("signal {}: gone", old.name.node), says).places(Some(old.name.span), None)
    }
}

/// The words of a signal from its tier on.
fn said(w: &Walk<'_>, signal: &SignalDecl) -> String {
    w.text(signal.tier.span.to(signal.span))
        .split_once(tier_word(signal.tier.node))
        .map_or_else(|| w.text(signal.span), |(_, rest)| format!("{}{rest}", tier_word(signal.tier.node)))
}

/// The event types a signal takes: its own name where it names none.
fn types(signal: &SignalDecl) -> Vec<String> {
    match signal.events.is_empty() {
        true => vec![signal.name.node.clone()],
        false => sorted(signal.events.iter().map(|t| t.node.clone())),
    }
}

fn folded(types: &[String]) -> Vec<String> {
    sorted(types.iter().map(|t| fold(t)))
}

fn sorted(list: impl Iterator<Item = String>) -> Vec<String> {
    let mut list: Vec<String> = list.collect();
    list.sort();
    list
}
