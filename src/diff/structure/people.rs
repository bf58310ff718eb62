//! Personas and the buying committee.

use super::Block;
use super::conditions::{NEVER, quoted};
use super::header::gained;
use super::lists::{Moved, Parts, list};
use super::walk::{Change, Walk};
use crate::diff::align::Matcher;
use crate::syntax::tree::{Count, PersonaDecl, RoleDecl, Text};

struct Personas;

/// Personas by name; the first with a matching title wins, so their order counts.
pub(super) fn personas(w: &mut Walk<'_>, old: &[PersonaDecl], new: &[PersonaDecl]) -> Vec<PersonaDecl> {
    w.block(Block::People);
    let pairs = Matcher::new(old, new).by(|p| Some(p.name.node.clone())).pairs();
    list(w, &Personas, (old, new), &pairs)
}

fn texts(list: &[Text]) -> Vec<String> {
    let mut texts: Vec<String> = list.iter().map(|t| t.node.clone()).collect();
    texts.sort();
    texts
}

impl Parts<PersonaDecl> for Personas {
    fn both(&self, w: &mut Walk<'_>, old: &PersonaDecl, new: &PersonaDecl) -> PersonaDecl {
        let name = &new.name.node;
        let id = |what: &str| format!("persona {name}: {what}");
        let says = format!("`{name}` is called \"{}\" instead of \"{}\"", new.title.node, old.title.node);
        let change = || Change::tells(id("title"), says).at(old.title.span, new.title.span);
        let title = w.pick(old.title.node == new.title.node, &old.title, &new.title, change);
        let lower = |list: &[Text]| -> Vec<String> { texts(list).iter().map(|t| t.to_ascii_lowercase()).collect() };
        let says = format!("`{name}`: {}", gained("job title", &texts(&old.titles), &texts(&new.titles)));
        let change = || Change::decides(id("titles"), says).at(old.name.span, new.name.span);
        let titles = w.pick(lower(&old.titles) == lower(&new.titles), &old.titles, &new.titles, change);
        let (a, b) = (&old.cares_about, &new.cares_about);
        let says = format!("`{name}`: {}", gained("concern", &texts(a), &texts(b)));
        let change = || Change::tells(id("cares about"), says).at(old.name.span, new.name.span);
        let cares_about = w.pick(texts(a) == texts(b), a, b, change);
        PersonaDecl { title, titles, cares_about, ..new.clone() }
    }

    fn added(&self, _: &Walk<'_>, new: &PersonaDecl) -> Change {
        let titles = texts(&new.titles).iter().map(|t| quoted(t)).collect::<Vec<_>>().join(", ");
        let says = format!("persona `{}` is new, with the titles {titles}", new.name.node);
        Change::decides(format!("persona {}: new", new.name.node), says).places(None, Some(new.name.span))
    }

    fn removed(&self, _: &Walk<'_>, old: &PersonaDecl) -> Change {
        let says = format!("persona `{}` is gone", old.name.node);
        Change::decides(format!("persona {}: gone", old.name.node), says).places(Some(old.name.span), None)
    }

    fn moved(&self, _: &Walk<'_>, moved: Moved<'_, PersonaDecl>) -> Option<Change> {
        let name = &moved.new.name.node;
        let says = format!("persona `{name}` {}", moved.says(&quoted(&moved.past.name.node)));
        let change = Change::decides(format!("persona {name}: order"), says);
        Some(change.at(moved.old.name.span, moved.new.name.span))
    }
}

/// How long a signal keeps a person engaged.
pub(super) fn engaged_within(w: &mut Walk<'_>, old: &Option<Count>, new: &Option<Count>) -> Option<Count> {
    w.block(Block::People);
    let days = |c: &Option<Count>| c.as_ref().map(|c| c.node);
    let says = match (days(old), days(new)) {
        (Some(old), Some(new)) => format!("people count as engaged within {new} days of a signal instead of {old}"),
        (None, Some(new)) => format!("people count as engaged within {new} days of a signal; no signal did that"),
        _ => "signals no longer make people engaged".to_string(),
    };
    let places = (old.as_ref().map(|c| c.span), new.as_ref().map(|c| c.span));
    let change = || Change::decides("committee: engaged within".into(), says).places(places.0, places.1);
    w.pick(days(old) == days(new), old, new, change)
}

struct Roles;

/// Roles by name.
pub(super) fn roles(w: &mut Walk<'_>, old: &[RoleDecl], new: &[RoleDecl]) -> Vec<RoleDecl> {
    w.block(Block::People);
    let pairs = Matcher::new(old, new).by(|r| Some(r.name.node.clone())).pairs();
    list(w, &Roles, (old, new), &pairs)
}

impl Parts<RoleDecl> for Roles {
    fn both(&self, w: &mut Walk<'_>, old: &RoleDecl, new: &RoleDecl) -> RoleDecl {
        let name = &new.name.node;
        let id = |what: &str| format!("role {name}: {what}");
        let around = (old.name.span, new.name.span);
        let says = match new.optional {
            Some(_) => format!("`{name}` is optional now"),
            None => format!("`{name}` is no longer optional"),
        };
        let same = old.optional.is_some() == new.optional.is_some();
        let change = || Change::decides(id("optional"), says).at(around.0, around.1);
        let optional = w.pick(same, &old.optional, &new.optional, change);
        let personas = |r: &RoleDecl| -> Vec<String> {
            let mut list: Vec<String> = r.from.iter().map(|n| n.node.clone()).collect();
            list.sort();
            list
        };
        let says = format!("`{name}`: {}", gained("persona", &personas(old), &personas(new)));
        let change = || Change::decides(id("personas"), says).at(around.0, around.1);
        let from = w.pick(personas(old) == personas(new), &old.from, &new.from, change);
        let conditions = (old.when.as_ref(), new.when.as_ref());
        let needed = format!("`{name}` is needed");
        let when = w.cond_if(id("when"), (&needed, "in any case"), conditions, around);
        let conditions = (old.expected_when.as_ref(), new.expected_when.as_ref());
        let expected = format!("`{name}` is expected");
        let expected_when = w.cond_if(id("expected when"), (&expected, NEVER), conditions, around);
        RoleDecl { optional, from, when, expected_when, ..new.clone() }
    }

    fn added(&self, w: &Walk<'_>, new: &RoleDecl) -> Change {
        let says = format!("role `{}` is new: {}", new.name.node, quoted(&w.text(new.span)));
        Change::decides(format!("role {}: new", new.name.node), says).places(None, Some(new.name.span))
    }

    fn removed(&self, _: &Walk<'_>, old: &RoleDecl) -> Change {
        let says = format!("role `{}` is gone", old.name.node);
        Change::decides(format!("role {}: gone", old.name.node), says).places(Some(old.name.span), None)
    }
}
