//! Scores: their size, groups with caps and floors, bands.

use super::Block;
use super::conditions::quoted;
use super::criteria::{self, Moving};
use super::lists::{Parts, list};
use super::walk::{Change, Walk};
use crate::diff::align::Matcher;
use crate::policy::ScoreKind;
use crate::policy::exact::Points;
use crate::source::Span;
use crate::syntax::tree::{Band, Criterion, Group, Number, Score, ScoreItem};

/// A score: groups by name, then by what they hold.
pub(super) fn score(w: &mut Walk<'_>, kind: ScoreKind, old: &Score, new: &Score) -> Score {
    w.block(Block::of_score(kind));
    let word = kind.name();
    let around = (old.name.span, new.name.span);
    let out_of = size(w, word, (&old.out_of, &new.out_of), around);
    let (a, b) = (groups(old), groups(new));
    let pairs =
        Matcher::new(&a, &b).by(|g| Some(g.name.node.clone())).by_likeness(|x, y| criteria::alike(w, x, y)).pairs();
    let moving = Moving::between(w, word, (&a, &b), &pairs);
    let parts = Groups { score: word, moving };
    let groups = list(w, &parts, (&a, &b), &pairs);
    let bands = bands(w, word, old, new);
    let items = groups.into_iter().map(ScoreItem::Group).chain(bands).collect();
    Score { name: new.name.clone(), out_of, items }
}

fn groups(score: &Score) -> Vec<Group> {
    score.items.iter().filter_map(|i| if let ScoreItem::Group(g) = i { Some(g.clone()) } else { None }).collect()
}

fn size(
    w: &mut Walk<'_>,
    word: &str,
    (old, new): (&Option<Number>, &Option<Number>),
    around: (Span, Span),
) -> Option<Number> {
    let value =
        |n: &Option<Number>| n.as_ref().and_then(|n| Points::parse(&n.node)).unwrap_or(Points(100 * Points::SCALE));
    let (was, is) = (value(old), value(new));
    let says = format!("{word} is out of {is} instead of {was}");
    let places = (old.as_ref().map_or(around.0, |n| n.span), new.as_ref().map_or(around.1, |n| n.span));
    w.pick(was == is, old, new, || Change::decides(format!("{word}: out of"), says).at(places.0, places.1))
}

struct Groups<'n> {
    score: &'n str,
    moving: Moving,
}

impl Groups<'_> {
    /// A cap or a floor.
    fn limit(
        &self,
        w: &mut Walk<'_>,
        what: &str,
        group: &str,
        (old, new): (&Option<Number>, &Option<Number>),
        around: (Span, Span),
    ) -> Option<Number> {
        let value = |n: &Option<Number>| n.as_ref().and_then(|n| Points::parse(&n.node));
        let (was, is) = (value(old), value(new));
        let says = match (was, is) {
            (Some(was), Some(is)) => format!("`{group}` counts {what} {is} instead of {was}"),
            (None, Some(is)) => format!("`{group}` counts {what} {is} now; it had no such limit"),
            (Some(was), None) => format!("`{group}` no longer counts only {what} {was}"),
            (None, None) => String::new(),
        };
        let places = (old.as_ref().map_or(around.0, |n| n.span), new.as_ref().map_or(around.1, |n| n.span));
        let id = format!("{}.{group}: {what}", self.score);
        w.pick(was == is, old, new, || Change::decides(id, says).at(places.0, places.1))
    }
}

impl Parts<Group> for Groups<'_> {
    fn both(&self, w: &mut Walk<'_>, old: &Group, new: &Group) -> Group {
        let name = &new.name.node;
        let around = (old.name.span, new.name.span);
        let id = format!("{}.{name}", self.score);
        let says = format!("the group `{}` is now called `{name}`", old.name.node);
        let change = || Change::tells(format!("{id}: name"), says).at(around.0, around.1);
        let renamed = w.pick(old.name.node == *name, &old.name, &new.name, change);
        let what = format!("the title of `{name}`");
        let title = w.title(&format!("{id}: title"), &what, (&old.title, &new.title), around);
        let up_to = self.limit(w, "up to", name, (&old.up_to, &new.up_to), around);
        let down_to = self.limit(w, "down to", name, (&old.down_to, &new.down_to), around);
        let criteria = criteria::criteria(w, (self.score, name), &self.moving, &old.criteria, &new.criteria);
        Group { span: new.span, name: renamed, title, up_to, down_to, criteria }
    }

    fn added(&self, w: &Walk<'_>, new: &Group) -> Change {
        let says = format!("group `{}` is new: {}", new.name.node, held(w, &new.criteria));
        Change::decides(format!("{}.{}: new", self.score, new.name.node), says).places(None, Some(new.name.span))
    }

    fn removed(&self, w: &Walk<'_>, old: &Group) -> Change {
        let says = format!("group `{}` is gone: {}", old.name.node, held(w, &old.criteria));
        Change::decides(format!("{}.{}: gone", self.score, old.name.node), says).places(Some(old.name.span), None)
    }
}

fn held(w: &Walk<'_>, criteria: &[Criterion]) -> String {
    let shown: Vec<String> = criteria.iter().take(3).map(|c| quoted(&w.text(c.span))).collect();
    let rest = criteria.len().saturating_sub(shown.len());
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    format!("{}{more}", shown.join(", "))
}

/// The bands: each with its threshold.
fn bands(w: &mut Walk<'_>, word: &str, old: &Score, new: &Score) -> Option<ScoreItem> {
    let find = |s: &Score| {
        s.items
            .iter()
            .find_map(|i| if let ScoreItem::Bands { span, bands } = i { Some((*span, bands.clone())) } else { None })
    };
    let ((_, a), (span, b)) = (find(old)?, find(new)?);
    let pairs = Matcher::new(&a, &b).by(|x| Some(x.name.node.clone())).pairs();
    let bands = list(w, &Bands { score: word }, (&a, &b), &pairs);
    Some(ScoreItem::Bands { span, bands })
}

struct Bands<'n> {
    score: &'n str,
}

fn threshold(band: &Band) -> String {
    match band.at_least.as_ref().and_then(|n| Points::parse(&n.node)) {
        Some(points) => format!("at {points}"),
        None => "below all others".to_string(),
    }
}

impl Parts<Band> for Bands<'_> {
    fn both(&self, w: &mut Walk<'_>, old: &Band, new: &Band) -> Band {
        let name = &new.name.node;
        let (was, is) = (threshold(old), threshold(new));
        let says = format!("{} is `{name}` {is} instead of {was}", self.score);
        let place = |b: &Band| b.at_least.as_ref().map_or(b.name.span, |n| n.span);
        let places = (place(old), place(new));
        let id = format!("{}: band {name}", self.score);
        let change = || Change::decides(id, says).at(places.0, places.1);
        Band { name: new.name.clone(), at_least: w.pick(was == is, &old.at_least, &new.at_least, change) }
    }

    fn added(&self, _: &Walk<'_>, new: &Band) -> Change {
        let says = format!("{} has one more band: `{}` {}", self.score, new.name.node, threshold(new));
        Change::decides(format!("{}: band {}: new", self.score, new.name.node), says).places(None, Some(new.name.span))
    }

    fn removed(&self, _: &Walk<'_>, old: &Band) -> Change {
        let says = format!("{} no longer has the band `{}`", self.score, old.name.node);
        Change::decides(format!("{}: band {}: gone", self.score, old.name.node), says).places(Some(old.name.span), None)
    }
}
