//! What must hold: the profile, checklists, the gates of stages, risks.

use super::Block;
use super::conditions::{clipped, quoted};
use super::lists::{Moved, Parts, list};
use super::walk::{Change, Walk};
use crate::diff::align::Matcher;
use crate::source::Span;
use crate::syntax::tree::{Checklist, Cond, Must, Name, Risk, Stage, StageItem, Text};

/// How a requirement is called: its name, else its condition, shortened.
fn called(w: &Walk<'_>, must: &Must) -> String {
    must.name.as_ref().map_or_else(|| clipped(&w.text(must.condition.span)), |n| quoted(&n.node))
}

/// A part of the id of a requirement: its name, else its condition.
fn key(w: &Walk<'_>, must: &Must) -> String {
    must.name.as_ref().map_or_else(|| w.text(must.condition.span), |n| n.node.clone())
}

/// A requirement that stands in both versions. `of` begins the ids, `whose` ends the sentences.
fn both(w: &mut Walk<'_>, (of, whose): (&str, &str), old: &Must, new: &Must) -> Must {
    let id = format!("{of}: {}", key(w, new));
    let name = named(w, &id, "requirement", (&old.name, &new.name), (old.span, new.span));
    let subject = format!("{} {whose}", called(w, old));
    let condition = w.cond(format!("{id}: condition"), &subject, &old.condition, &new.condition);
    let what = format!("the reason of {}", called(w, new));
    let because = w.title(&format!("{id}: because"), &what, (&old.because, &new.because), (old.span, new.span));
    Must { span: new.span, name, condition, because }
}

/// The name of something that may have none: it stands in ledgers and reasons.
pub(super) fn named(
    w: &mut Walk<'_>,
    id: &str,
    what: &str,
    (old, new): (&Option<Name>, &Option<Name>),
    around: (Span, Span),
) -> Option<Name> {
    let node = |n: &Option<Name>| n.as_ref().map(|n| n.node.clone());
    let says = match (old, new) {
        (Some(old), Some(new)) => format!("the {what} `{}` is now called `{}`", old.node, new.node),
        (None, Some(new)) => format!("a {what} is called `{}` now; it had no name", new.node),
        (Some(old), None) => format!("the {what} `{}` has no name any more", old.node),
        (None, None) => String::new(),
    };
    w.pick(node(old) == node(new), old, new, || Change::tells(format!("{id}: name"), says).at(around.0, around.1))
}

struct Profile;

/// The criteria of the profile: by name, by what they say, by what is alike.
pub(super) fn profile(w: &mut Walk<'_>, old: &[Must], new: &[Must]) -> Vec<Must> {
    w.block(Block::Profile);
    let pairs = Matcher::new(old, new)
        .by(|m| m.name.as_ref().map(|n| n.node.clone()))
        .by(|m| Some(w.key(&m.condition)))
        .by_likeness(|a, b| w.alike(&a.condition, &b.condition))
        .pairs();
    list(w, &Profile, (old, new), &pairs)
}

impl Parts<Must> for Profile {
    fn both(&self, w: &mut Walk<'_>, old: &Must, new: &Must) -> Must {
        both(w, ("icp", "in the profile"), old, new)
    }

    fn added(&self, w: &Walk<'_>, new: &Must) -> Change {
        let says = format!("the profile now also asks for {}", quoted(&w.text(new.condition.span)));
        Change::decides(format!("icp: {}: new", key(w, new)), says).places(None, Some(new.span))
    }

    fn removed(&self, w: &Walk<'_>, old: &Must) -> Change {
        let says = format!("the profile no longer asks for {}", quoted(&w.text(old.condition.span)));
        Change::decides(format!("icp: {}: gone", key(w, old)), says).places(Some(old.span), None)
    }
}

struct Checklists;

/// Checklists by name.
pub(super) fn checklists(w: &mut Walk<'_>, old: &[Checklist], new: &[Checklist]) -> Vec<Checklist> {
    w.block(Block::Checklists);
    let pairs = Matcher::new(old, new).by(|c| Some(c.name.node.clone())).pairs();
    list(w, &Checklists, (old, new), &pairs)
}

impl Parts<Checklist> for Checklists {
    fn both(&self, w: &mut Walk<'_>, old: &Checklist, new: &Checklist) -> Checklist {
        let name = &new.name.node;
        let id = format!("checklist {name}: title");
        let around = (old.name.span, new.name.span);
        let title = w.title(&id, &format!("the title of `{name}`"), (&old.title, &new.title), around);
        let pairs = Matcher::new(&old.items, &new.items)
            .by(|(text, _)| Some(text.node.clone()))
            .by(|(_, cond)| Some(w.key(cond)))
            .pairs();
        let items = list(w, &Items { of: name }, (&old.items, &new.items), &pairs);
        Checklist { name: new.name.clone(), title, items }
    }

    fn added(&self, _: &Walk<'_>, new: &Checklist) -> Change {
        let says = format!("checklist `{}` is new, with {} items", new.name.node, new.items.len());
        Change::decides(format!("checklist {}: new", new.name.node), says).places(None, Some(new.name.span))
    }

    fn removed(&self, _: &Walk<'_>, old: &Checklist) -> Change {
        let says = format!("checklist `{}` is gone", old.name.node);
        Change::decides(format!("checklist {}: gone", old.name.node), says).places(Some(old.name.span), None)
    }
}

struct Items<'n> {
    of: &'n str,
}

impl Parts<(Text, Cond)> for Items<'_> {
    fn both(&self, w: &mut Walk<'_>, old: &(Text, Cond), new: &(Text, Cond)) -> (Text, Cond) {
        let id = format!("checklist {}: {}", self.of, new.0.node);
        let says = format!("an item of `{}` reads \"{}\" instead of \"{}\"", self.of, new.0.node, old.0.node);
        let change = || Change::tells(format!("{id}: words"), says).at(old.0.span, new.0.span);
        let text = w.pick(old.0.node == new.0.node, &old.0, &new.0, change);
        let whose = format!("\"{}\" in `{}`", new.0.node, self.of);
        (text, w.cond(format!("{id}: condition"), &whose, &old.1, &new.1))
    }

    fn added(&self, w: &Walk<'_>, new: &(Text, Cond)) -> Change {
        let asks = quoted(&w.text(new.1.span));
        let says = format!("`{}` has one more item: \"{}\", which asks for {asks}", self.of, new.0.node);
        Change::decides(format!("checklist {}: {}: new", self.of, new.0.node), says).places(None, Some(new.0.span))
    }

    fn removed(&self, _: &Walk<'_>, old: &(Text, Cond)) -> Change {
        let says = format!("`{}` no longer has the item \"{}\"", self.of, old.0.node);
        Change::decides(format!("checklist {}: {}: gone", self.of, old.0.node), says).places(Some(old.0.span), None)
    }
}

struct Stages;

/// Stages by name, in order.
pub(super) fn stages(w: &mut Walk<'_>, old: &[Stage], new: &[Stage]) -> Vec<Stage> {
    w.block(Block::Stages);
    let pairs = Matcher::new(old, new).by(|s| Some(s.name.node.clone())).pairs();
    list(w, &Stages, (old, new), &pairs)
}

impl Parts<Stage> for Stages {
    fn both(&self, w: &mut Walk<'_>, old: &Stage, new: &Stage) -> Stage {
        let name = &new.name.node;
        let around = (old.name.span, new.name.span);
        let what = format!("the title of `{name}`");
        let title = w.title(&format!("stage {name}: title"), &what, (&old.title, &new.title), around);
        let must = |i: &StageItem| match i {
            StageItem::Require(m) | StageItem::Should(m) => Some(m.clone()),
            StageItem::FallBack { .. } => None,
        };
        let cond = |i: &StageItem| match i {
            StageItem::Require(m) | StageItem::Should(m) => m.condition.clone(),
            StageItem::FallBack { when, .. } => when.clone(),
        };
        let pairs = Matcher::new(&old.items, &new.items)
            .by(|i| must(i)?.name.map(|n| n.node))
            .by(|i| Some((must(i).is_some(), w.key(&cond(i)))))
            .by_likeness(|a, b| if must(a).is_some() == must(b).is_some() { w.alike(&cond(a), &cond(b)) } else { 0 })
            .pairs();
        let items = list(w, &Gate { stage: name }, (&old.items, &new.items), &pairs);
        Stage { title, items, ..new.clone() }
    }

    fn added(&self, _: &Walk<'_>, new: &Stage) -> Change {
        let says = format!("stage `{}` is new", new.name.node);
        Change::decides(format!("stage {}: new", new.name.node), says).places(None, Some(new.name.span))
    }

    fn removed(&self, _: &Walk<'_>, old: &Stage) -> Change {
        let says = format!("stage `{}` is gone", old.name.node);
        Change::decides(format!("stage {}: gone", old.name.node), says).places(Some(old.name.span), None)
    }

    fn moved(&self, _: &Walk<'_>, moved: Moved<'_, Stage>) -> Option<Change> {
        let name = &moved.new.name.node;
        let says = format!("stage `{name}` {}", moved.says(&quoted(&moved.past.name.node)));
        let change = Change::decides(format!("stage {name}: order"), says);
        Some(change.at(moved.old.name.span, moved.new.name.span))
    }
}

struct Gate<'n> {
    stage: &'n str,
}

impl Gate<'_> {
    fn item(&self, w: &Walk<'_>, item: &StageItem) -> (String, String, Span) {
        match item {
            StageItem::Require(m) => (key(w, m), format!("asks for {}", quoted(&w.text(m.condition.span))), m.span),
            StageItem::Should(m) => (key(w, m), format!("advises {}", quoted(&w.text(m.condition.span))), m.span),
            StageItem::FallBack { span, to, when } => {
                let says = format!("falls back to `{}` when {}", to.node, quoted(&w.text(when.span)));
                (format!("fall back: {}", w.text(when.span)), says, *span)
            }
        }
    }

    /// Whether a requirement must hold or is only advised.
    fn strict(&self, w: &mut Walk<'_>, old: (&Must, bool), new: (&Must, bool)) -> bool {
        let id = format!("stage {}: {}: strict", self.stage, key(w, new.0));
        let says = match new.1 {
            true => format!("`{}` requires {}, which it only advised", self.stage, called(w, new.0)),
            false => format!("`{}` only advises {}, which it required", self.stage, called(w, new.0)),
        };
        let change = || Change::decides(id, says).at(old.0.span, new.0.span);
        w.pick(old.1 == new.1, &old.1, &new.1, change)
    }
}

impl Parts<StageItem> for Gate<'_> {
    fn both(&self, w: &mut Walk<'_>, old: &StageItem, new: &StageItem) -> StageItem {
        use StageItem::{FallBack, Require, Should};
        match (old, new) {
            (Require(a) | Should(a), Require(b) | Should(b)) => {
                let (was, is) = (matches!(old, Require(_)), matches!(new, Require(_)));
                let strict = self.strict(w, (a, was), (b, is));
                let of = (format!("stage {}", self.stage), format!("at the gate of `{}`", self.stage));
                let must = both(w, (&of.0, &of.1), a, b);
                if strict { Require(must) } else { Should(must) }
            }
            (FallBack { to: was, when: a, .. }, FallBack { span, to, when }) => {
                let id = format!("stage {}: fall back: {}", self.stage, w.text(when.span));
                let says = format!("`{}` falls back to `{}` instead of `{}`", self.stage, to.node, was.node);
                let change = || Change::decides(format!("{id}: to"), says).at(was.span, to.span);
                let to = w.pick(was.node == to.node, was, to, change);
                let whose = format!("the fall back of `{}`", self.stage);
                FallBack { span: *span, to, when: w.cond(format!("{id}: condition"), &whose, a, when) }
            }
            (_, new) => new.clone(),
        }
    }

    fn added(&self, w: &Walk<'_>, new: &StageItem) -> Change {
        let (key, says, span) = self.item(w, new);
        let says = format!("`{}` now also {says}", self.stage);
        let change = Change::decides(format!("stage {}: {key}: new", self.stage), says);
        change.places(None, Some(span))
    }

    fn removed(&self, w: &Walk<'_>, old: &StageItem) -> Change {
        let (key, says, span) = self.item(w, old);
        let says = format!("`{}` no longer {says}", self.stage);
        Change::decides(format!("stage {}: {key}: gone", self.stage), says).places(Some(span), None)
    }

    fn moved(&self, w: &Walk<'_>, moved: Moved<'_, StageItem>) -> Option<Change> {
        // The first fall back that holds wins; requirements must all hold, in whatever order.
        let (StageItem::FallBack { .. }, StageItem::FallBack { .. }) = (moved.new, moved.past) else { return None };
        let (key, _, span) = self.item(w, moved.new);
        let (_, past, _) = self.item(w, moved.past);
        let says = format!("a fall back of `{}` {}", self.stage, moved.says(&format!("the one that {past}")));
        let change = Change::decides(format!("stage {}: {key}: order", self.stage), says);
        Some(change.at(self.item(w, moved.old).2, span))
    }
}

struct Risks;

/// Risks by their words, then by what they say.
pub(super) fn risks(w: &mut Walk<'_>, old: &[Risk], new: &[Risk]) -> Vec<Risk> {
    w.block(Block::Risks);
    let pairs = Matcher::new(old, new).by(|r| Some(r.title.node.clone())).by(|r| Some(w.key(&r.condition))).pairs();
    list(w, &Risks, (old, new), &pairs)
}

impl Parts<Risk> for Risks {
    fn both(&self, w: &mut Walk<'_>, old: &Risk, new: &Risk) -> Risk {
        let id = format!("risk {}", new.title.node);
        let says = format!("a risk reads \"{}\" instead of \"{}\"", new.title.node, old.title.node);
        let change = || Change::tells(format!("{id}: words"), says).at(old.title.span, new.title.span);
        let title = w.pick(old.title.node == new.title.node, &old.title, &new.title, change);
        let same = w.same(&old.condition, &new.condition);
        let says = format!("the risk \"{}\" {}", new.title.node, w.turned(&old.condition, &new.condition));
        let change = || Change::tells(format!("{id}: condition"), says).at(old.condition.span, new.condition.span);
        let condition = w.pick(same, &old.condition, &new.condition, change);
        let around = (old.title.span, new.title.span);
        let owner = |r: &Risk| r.owner.as_ref().map(|o| o.node.clone());
        let nobody = || "nobody".to_string();
        let (was, is) = (owner(old).unwrap_or_else(nobody), owner(new).unwrap_or_else(nobody));
        let says = format!("the risk \"{}\" belongs to {is} instead of {was}", new.title.node);
        let change = || Change::tells(format!("{id}: owner"), says).at(around.0, around.1);
        let owner = w.pick(was == is, &old.owner, &new.owner, change);
        Risk { title, condition, owner }
    }

    fn added(&self, w: &Walk<'_>, new: &Risk) -> Change {
        let says = format!("one more risk: \"{}\", when {}", new.title.node, quoted(&w.text(new.condition.span)));
        Change::tells(format!("risk {}: new", new.title.node), says).places(None, Some(new.title.span))
    }

    fn removed(&self, _: &Walk<'_>, old: &Risk) -> Change {
        let says = format!("nobody is warned of \"{}\" any more", old.title.node);
        Change::tells(format!("risk {}: gone", old.title.node), says).places(Some(old.title.span), None)
    }
}
