//! What follows a decision: the call script, the record, what brings a lead back, accounts, guarantees, tests.

use super::conditions::quoted;
use super::lists::{Moved, Parts, list};
use super::walk::{Change, Walk};
use super::{Block, Tests};
use crate::diff::align::Matcher;
use crate::syntax::tree::{Account, Claim, Discovery, Guarantee, Name, RecordSection, Test, Trigger};

/// A section of a script or a record: its heading and what stands under it.
type Section = (Name, Vec<Name>);

struct Sections {
    what: &'static str,
}

impl Parts<Section> for Sections {
    fn both(&self, w: &mut Walk<'_>, old: &Section, new: &Section) -> Section {
        let name = &new.0.node;
        let pairs = Matcher::new(&old.1, &new.1).by(|t| Some(t.node.clone())).pairs();
        let topics = list(w, &Topics { what: self.what, section: name }, (&old.1, &new.1), &pairs);
        (new.0.clone(), topics)
    }

    fn added(&self, _: &Walk<'_>, new: &Section) -> Change {
        let says = format!("the {} has one more section: \"{}\"", self.what, new.0.node);
        Change::tells(format!("{} {}: new", self.what, new.0.node), says).places(None, Some(new.0.span))
    }

    fn removed(&self, _: &Walk<'_>, old: &Section) -> Change {
        let says = format!("the {} no longer has the section \"{}\"", self.what, old.0.node);
        Change::tells(format!("{} {}: gone", self.what, old.0.node), says).places(Some(old.0.span), None)
    }

    fn moved(&self, _: &Walk<'_>, moved: Moved<'_, Section>) -> Option<Change> {
        let name = &moved.new.0.node;
        let says = format!("the section \"{name}\" of the {} {}", self.what, moved.says(&quoted(&moved.past.0.node)));
        let change = Change::tells(format!("{} {name}: order", self.what), says);
        Some(change.at(moved.old.0.span, moved.new.0.span))
    }
}

struct Topics<'n> {
    what: &'static str,
    section: &'n str,
}

impl Parts<Name> for Topics<'_> {
    fn both(&self, _: &mut Walk<'_>, _: &Name, new: &Name) -> Name {
        new.clone()
    }

    fn added(&self, _: &Walk<'_>, new: &Name) -> Change {
        let says = format!("\"{}\" of the {} now has `{}`", self.section, self.what, new.node);
        let id = format!("{} {}: {}: new", self.what, self.section, new.node);
        Change::tells(id, says).places(None, Some(new.span))
    }

    fn removed(&self, _: &Walk<'_>, old: &Name) -> Change {
        let says = format!("\"{}\" of the {} no longer has `{}`", self.section, self.what, old.node);
        let id = format!("{} {}: {}: gone", self.what, self.section, old.node);
        Change::tells(id, says).places(Some(old.span), None)
    }

    fn moved(&self, _: &Walk<'_>, moved: Moved<'_, Name>) -> Option<Change> {
        let name = &moved.new.node;
        let says = format!("`{name}` of \"{}\" {}", self.section, moved.says(&quoted(&moved.past.node)));
        let change = Change::tells(format!("{} {}: {name}: order", self.what, self.section), says);
        Some(change.at(moved.old.span, moved.new.span))
    }
}

fn sections(w: &mut Walk<'_>, what: &'static str, old: &[Section], new: &[Section]) -> Vec<Section> {
    let pairs = Matcher::new(old, new).by(|s| Some(s.0.node.clone())).pairs();
    list(w, &Sections { what }, (old, new), &pairs)
}

/// The call script, whose order is the order of the call.
pub(super) fn discovery(w: &mut Walk<'_>, old: Option<&Discovery>, new: Option<&Discovery>) -> Option<Discovery> {
    w.block(Block::Script);
    let none = Discovery { title: None, sections: Vec::new() };
    if old.is_none() && new.is_none() {
        return None;
    }
    let (a, b) = (old.unwrap_or(&none), new.unwrap_or(&none));
    let place = |d: &Discovery, or: crate::source::Span| {
        d.title.as_ref().map(|t| t.span).or(d.sections.first().map(|s| s.0.span)).unwrap_or(or)
    };
    let around = (place(a, w.pair().old.span), place(b, w.pair().new.span));
    let title = w.title("call script: title", "the title of the call script", (&a.title, &b.title), around);
    let sections = sections(w, "call script", &a.sections, &b.sections);
    Some(Discovery { title, sections })
}

/// The handoff record.
pub(super) fn record(w: &mut Walk<'_>, old: &[RecordSection], new: &[RecordSection]) -> Vec<RecordSection> {
    w.block(Block::Record);
    let as_sections = |list: &[RecordSection]| -> Vec<Section> {
        list.iter().map(|s| (s.heading.clone(), s.fields.clone())).collect()
    };
    let whole = sections(w, "record", &as_sections(old), &as_sections(new));
    whole.into_iter().map(|(heading, fields)| RecordSection { heading, fields }).collect()
}

struct Triggers;

/// The text of a trigger up to its reason: what it is.
fn fires(w: &Walk<'_>, trigger: &Trigger) -> String {
    let text = w.text(trigger.span);
    match &trigger.because {
        Some(because) => {
            let because = w.text(because.span);
            let bare = text.strip_suffix(because.as_str()).unwrap_or(&text).trim_end();
            bare.strip_suffix("because").unwrap_or(bare).trim_end().to_string()
        }
        None => text,
    }
}

/// What brings a lead back.
pub(super) fn triggers(w: &mut Walk<'_>, old: &[Trigger], new: &[Trigger]) -> Vec<Trigger> {
    w.block(Block::ComingBack);
    let pairs = Matcher::new(old, new).by(|t| Some(fires(w, t))).pairs();
    list(w, &Triggers, (old, new), &pairs)
}

impl Parts<Trigger> for Triggers {
    fn both(&self, w: &mut Walk<'_>, old: &Trigger, new: &Trigger) -> Trigger {
        let fires = fires(w, new);
        let what = format!("the reason of {}", quoted(&fires));
        let reasons = (&old.because, &new.because);
        let because = w.title(&format!("requalify {fires}: because"), &what, reasons, (old.span, new.span));
        Trigger { because, ..new.clone() }
    }

    fn added(&self, w: &Walk<'_>, new: &Trigger) -> Change {
        let fires = fires(w, new);
        let says = format!("a lead is now looked at again {}", quoted(&fires));
        Change::tells(format!("requalify {fires}: new"), says).places(None, Some(new.span))
    }

    fn removed(&self, w: &Walk<'_>, old: &Trigger) -> Change {
        let fires = fires(w, old);
        let says = format!("a lead is no longer looked at again {}", quoted(&fires));
        Change::tells(format!("requalify {fires}: gone"), says).places(Some(old.span), None)
    }
}

/// How contacts are rolled up.
pub(super) fn account(w: &mut Walk<'_>, old: Option<&Account>, new: Option<&Account>) -> Option<Account> {
    w.block(Block::Account);
    let said = |a: Option<&Account>| a.map(|a| (a.by.node.clone(), a.newest_by.as_ref().map(|n| n.node.clone())));
    let words = |a: &Account| {
        let newest = a.newest_by.as_ref().map_or_else(String::new, |n| format!(", newest by {}", n.node));
        quoted(&format!("by {}{newest}", a.by.node))
    };
    let says = match (old, new) {
        (Some(a), Some(b)) => format!("accounts go {} instead of {}", words(b), words(a)),
        (None, Some(b)) => format!("leads are rolled up to accounts now: {}", words(b)),
        _ => "leads are no longer rolled up to accounts".to_string(),
    };
    let places = (old.map(|a| a.by.span), new.map(|a| a.by.span));
    let change = || Change::tells("account".into(), says).places(places.0, places.1);
    w.pick(said(old) == said(new), &old.cloned(), &new.cloned(), change)
}

struct Guarantees;

/// Guarantees by their words.
pub(super) fn guarantees(w: &mut Walk<'_>, old: &[Guarantee], new: &[Guarantee]) -> Vec<Guarantee> {
    w.block(Block::Guarantees);
    let pairs = Matcher::new(old, new).by(|g| Some(g.title.node.clone())).by(|g| Some(claims(w, g))).pairs();
    list(w, &Guarantees, (old, new), &pairs)
}

fn claims(w: &Walk<'_>, guarantee: &Guarantee) -> Vec<String> {
    let one = |c: &Claim| match c {
        Claim::Never(cond) => format!("never {}", w.key(cond)),
        Claim::Always(cond) => format!("always {}", w.key(cond)),
    };
    let mut claims: Vec<String> = guarantee.claims.iter().map(one).collect();
    claims.sort();
    claims
}

impl Parts<Guarantee> for Guarantees {
    fn both(&self, w: &mut Walk<'_>, old: &Guarantee, new: &Guarantee) -> Guarantee {
        let id = format!("guarantee {}", new.title.node);
        let places = (old.title.span, new.title.span);
        let says = format!("the guarantee \"{}\" is now called \"{}\"", old.title.node, new.title.node);
        let change = || Change::tells(format!("{id}: words"), says).at(places.0, places.1);
        let title = w.pick(old.title.node == new.title.node, &old.title, &new.title, change);
        let same = claims(w, old) == claims(w, new);
        let says = format!("the guarantee \"{}\" claims something else", new.title.node);
        let change = || Change::tells(format!("{id}: claims"), says).at(places.0, places.1);
        Guarantee { title, claims: w.pick(same, &old.claims, &new.claims, change) }
    }

    fn added(&self, _: &Walk<'_>, new: &Guarantee) -> Change {
        let says = format!("one more guarantee: \"{}\"", new.title.node);
        Change::tells(format!("guarantee {}: new", new.title.node), says).places(None, Some(new.title.span))
    }

    fn removed(&self, _: &Walk<'_>, old: &Guarantee) -> Change {
        let says = format!("\"{}\" is no longer guaranteed", old.title.node);
        Change::tells(format!("guarantee {}: gone", old.title.node), says).places(Some(old.title.span), None)
    }
}

/// What became of the tests, by their titles.
pub(super) fn tests(w: &Walk<'_>, old: &[Test], new: &[Test]) -> Tests {
    let pairs = Matcher::new(old, new).by(|t| Some(t.title.node.clone())).pairs();
    let differs = |(i, j): &&(usize, usize)| text(w, &old[*i]) != text(w, &new[*j]);
    Tests {
        added: new.len() - pairs.len(),
        removed: old.len() - pairs.len(),
        changed: pairs.iter().filter(differs).count(),
    }
}

/// A test as it is written, from its title to the end of its block.
fn text(w: &Walk<'_>, test: &Test) -> String {
    let file = &w.pair().sources.file(test.title.span.file).text;
    let rest = crate::source::Span { end: file.len() as u32, ..test.title.span };
    let text = w.text(rest);
    let mut depth = 0_usize;
    let mut quoted = false;
    for (i, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '{' if !quoted => depth += 1,
            '}' if !quoted && depth == 1 => return text[..=i].to_string(),
            '}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    text
}
