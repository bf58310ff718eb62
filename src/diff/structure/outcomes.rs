//! Outcomes: next steps, owners, due times, when to look again, checks.

use super::Block;
use super::conditions::quoted;
use super::lists::{Moved, Parts, list};
use super::walk::{Change, Walk};
use crate::diff::align::Matcher;
use crate::syntax::tree::{Outcome, OutcomeItem, OutcomeItemKind};

struct Outcomes;

/// Outcomes by name. Their order says how near they are to sales, so a change of it is told.
pub(super) fn outcomes(w: &mut Walk<'_>, old: &[Outcome], new: &[Outcome]) -> Vec<Outcome> {
    w.block(Block::Outcomes);
    let pairs = Matcher::new(old, new).by(|o| Some(o.name.node.clone())).pairs();
    list(w, &Outcomes, (old, new), &pairs)
}

impl Parts<Outcome> for Outcomes {
    fn both(&self, w: &mut Walk<'_>, old: &Outcome, new: &Outcome) -> Outcome {
        let name = &new.name.node;
        let around = (old.name.span, new.name.span);
        let what = format!("the title of `{name}`");
        let title = w.title(&format!("outcome {name}: title"), &what, (&old.title, &new.title), around);
        let mut items = Vec::new();
        for kind in Kind::ALL {
            let of =
                |o: &Outcome| -> Vec<OutcomeItem> { o.items.iter().filter(|i| Kind::of(i) == kind).cloned().collect() };
            let (a, b) = (of(old), of(new));
            let pairs = paired(w, &a, &b);
            items.extend(list(w, &Items { outcome: name, kind }, (&a, &b), &pairs));
        }
        Outcome { title, items, ..new.clone() }
    }

    fn added(&self, _: &Walk<'_>, new: &Outcome) -> Change {
        let says = format!("outcome `{}` is new", new.name.node);
        Change::decides(format!("outcome {}: new", new.name.node), says).places(None, Some(new.name.span))
    }

    fn removed(&self, _: &Walk<'_>, old: &Outcome) -> Change {
        let says = format!("outcome `{}` is gone", old.name.node);
        Change::decides(format!("outcome {}: gone", old.name.node), says).places(Some(old.name.span), None)
    }

    fn moved(&self, _: &Walk<'_>, moved: Moved<'_, Outcome>) -> Option<Change> {
        let name = &moved.new.name.node;
        let says = format!("outcome `{name}` {}", moved.says(&quoted(&moved.past.name.node)));
        let change = Change::tells(format!("outcome {name}: order"), says);
        Some(change.at(moved.old.name.span, moved.new.name.span))
    }
}

/// Items of one kind: those that say the same under the same condition, then the same condition, then the same words; a last pair by place.
fn paired(w: &Walk<'_>, old: &[OutcomeItem], new: &[OutcomeItem]) -> Vec<(usize, usize)> {
    let when = |i: &OutcomeItem| i.when.as_ref().map(|c| w.key(c));
    let single = old.len() == 1 && new.len() == 1;
    Matcher::new(old, new)
        .by(|i| Some((said(w, i), when(i))))
        .by(|i| (Kind::of(i) != Kind::Check).then(|| when(i)))
        .by(|i| Some(said(w, i)))
        .by(|i| (single && Kind::of(i) != Kind::Check).then_some(()))
        .pairs()
}

/// The kinds of items.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Next,
    Owner,
    Due,
    Revisit,
    Check,
}

impl Kind {
    const ALL: [Kind; 5] = [Kind::Next, Kind::Owner, Kind::Due, Kind::Revisit, Kind::Check];

    fn of(item: &OutcomeItem) -> Kind {
        match item.kind {
            OutcomeItemKind::Next(_) => Kind::Next,
            OutcomeItemKind::Owner(_) => Kind::Owner,
            OutcomeItemKind::Due(_) => Kind::Due,
            OutcomeItemKind::RevisitIn(_) | OutcomeItemKind::RevisitOn(_) => Kind::Revisit,
            OutcomeItemKind::Check(_) => Kind::Check,
        }
    }

    /// What it is, before `is …`.
    fn noun(self) -> &'static str {
        match self {
            Kind::Next => "the next step",
            Kind::Owner => "the owner",
            Kind::Due => "the due time",
            Kind::Revisit => "the time to look again",
            Kind::Check => "the checklist",
        }
    }
}

/// The value of an item as it is written, without its keyword and its condition.
fn said(w: &Walk<'_>, item: &OutcomeItem) -> String {
    match &item.kind {
        OutcomeItemKind::Next(text) => format!("\"{}\"", text.node),
        OutcomeItemKind::Owner(name) | OutcomeItemKind::Check(name) => quoted(&name.node),
        OutcomeItemKind::RevisitIn(days) => quoted(&format!("in {} days", days.node)),
        OutcomeItemKind::RevisitOn(field) => quoted(&format!("on {}", field.node)),
        OutcomeItemKind::Due(_) => {
            let text = w.text(item.span);
            let text = text.strip_prefix("due").unwrap_or(&text).trim_start();
            let when = w.text_of(item.when.as_ref().map(|c| c.span));
            let bare = text.strip_suffix(when.as_str()).filter(|_| !when.is_empty()).unwrap_or(text).trim_end();
            quoted(bare.strip_suffix("when").filter(|_| !when.is_empty()).unwrap_or(bare).trim_end())
        }
    }
}

struct Items<'n> {
    outcome: &'n str,
    kind: Kind,
}

impl Items<'_> {
    fn id(&self, w: &Walk<'_>, item: &OutcomeItem) -> String {
        let when = w.text_of(item.when.as_ref().map(|c| c.span));
        let which = if self.kind == Kind::Check { said(w, item) } else { when };
        format!("outcome {}: {}: {which}", self.outcome, self.kind.noun())
    }

    /// ` when …`, where there is a condition.
    fn when(&self, w: &Walk<'_>, item: &OutcomeItem) -> String {
        item.when.as_ref().map_or_else(String::new, |c| format!(" when {}", quoted(&w.text(c.span))))
    }
}

impl Parts<OutcomeItem> for Items<'_> {
    fn both(&self, w: &mut Walk<'_>, old: &OutcomeItem, new: &OutcomeItem) -> OutcomeItem {
        let id = self.id(w, new);
        let noun = self.kind.noun();
        let (was, is) = (said(w, old), said(w, new));
        let says = format!("{noun} of `{}`{} is {is} instead of {was}", self.outcome, self.when(w, new));
        let change = || Change::tells(id.clone(), says).at(old.span, new.span);
        let kind = w.pick(was == is, &old.kind, &new.kind, change);
        let same = w.same_if(old.when.as_ref(), new.when.as_ref());
        let says = match (&old.when, &new.when) {
            (Some(a), Some(b)) => format!("{noun} {is} of `{}` {}", self.outcome, w.turned(a, b)),
            _ => format!(
                "{noun} {is} of `{}` is taken{}",
                self.outcome,
                match &new.when {
                    Some(_) => format!(" only{}", self.when(w, new)),
                    None => " whenever no other is".to_string(),
                }
            ),
        };
        let change = || Change::tells(format!("{id}: condition"), says).at(old.span, new.span);
        let when = w.pick(same, &old.when, &new.when, change);
        OutcomeItem { span: new.span, kind, when }
    }

    fn added(&self, w: &Walk<'_>, new: &OutcomeItem) -> Change {
        let says = match self.kind {
            Kind::Check => format!("`{}` now checks {}", self.outcome, said(w, new)),
            _ => format!("{} of `{}` is {}{} now", self.kind.noun(), self.outcome, said(w, new), self.when(w, new)),
        };
        Change::tells(format!("{}: new", self.id(w, new)), says).places(None, Some(new.span))
    }

    fn removed(&self, w: &Walk<'_>, old: &OutcomeItem) -> Change {
        let says = match self.kind {
            Kind::Check => format!("`{}` no longer checks {}", self.outcome, said(w, old)),
            _ => {
                let noun = self.kind.noun();
                format!("{noun} of `{}` is no longer {}{}", self.outcome, said(w, old), self.when(w, old))
            }
        };
        Change::tells(format!("{}: gone", self.id(w, old)), says).places(Some(old.span), None)
    }

    fn moved(&self, w: &Walk<'_>, moved: Moved<'_, OutcomeItem>) -> Option<Change> {
        let noun = self.kind.noun();
        let says = format!("{noun} {} of `{}` {}", said(w, moved.new), self.outcome, moved.says(&said(w, moved.past)));
        let change = Change::tells(format!("{}: order", self.id(w, moved.new)), says);
        (self.kind != Kind::Check).then(|| change.at(moved.old.span, moved.new.span))
    }
}
