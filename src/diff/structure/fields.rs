//! Fields of the lead record and attributes of events.

use super::Block;
use super::conditions::quoted;
use super::header::gained;
use super::lists::{Moved, Parts, list};
use super::walk::{Change, Walk};
use crate::diff::align::Matcher;
use crate::policy::text::{fold, fold_spelling};
use crate::source::Span;
use crate::syntax::tree::*;

/// Fields by name; those with another name go by the new one already.
pub(super) fn fields(w: &mut Walk<'_>, old: &[FieldDecl], new: &[FieldDecl]) -> Vec<FieldDecl> {
    w.block(Block::Fields);
    let pairs = Matcher::new(old, new).by(|f| Some(f.name.node.clone())).pairs();
    list(w, &Fields, (old, new), &pairs)
}

struct Fields;

impl Parts<FieldDecl> for Fields {
    fn both(&self, w: &mut Walk<'_>, old: &FieldDecl, new: &FieldDecl) -> FieldDecl {
        let name = &new.name.node;
        let kept = still_called(w, new);
        let ty = typed(w, &format!("field {name}"), name, (&old.ty, &new.ty), (old.name.span, new.name.span));
        let mut modifiers = Vec::new();
        for kind in Kind::ALL {
            modifiers.extend(modifier(w, kind, old, new));
        }
        modifiers.extend(kept);
        FieldDecl { ty, modifiers, ..new.clone() }
    }

    fn added(&self, w: &Walk<'_>, new: &FieldDecl) -> Change {
        let says = format!("`{}` is new: {}", new.name.node, kind_of(w, &new.ty));
        Change::reads(format!("field {}: new", new.name.node), says).places(None, Some(new.name.span))
    }

    fn removed(&self, _: &Walk<'_>, old: &FieldDecl) -> Change {
        let says = format!("`{}` is gone", old.name.node);
        Change::reads(format!("field {}: gone", old.name.node), says).places(Some(old.name.span), None)
    }
}

/// Where a field has another name than before: the old name as a column, unless the renaming is taken.
fn still_called(w: &mut Walk<'_>, new: &FieldDecl) -> Option<Modifier> {
    let renamed = w.pair().renamed.iter().find(|r| r.to == new.name.node)?;
    let says = format!("`{}` is now called `{}`", renamed.from, renamed.to);
    let change = Change::reads(format!("field {}: name", renamed.to), says).at(renamed.old, new.name.span);
    let column = Text { node: renamed.from.clone(), span: renamed.old };
    (!w.take(change)).then(|| Modifier { span: renamed.old, kind: ModifierKind::Column(vec![column]) })
}

/// A type in a few words.
fn kind_of(w: &Walk<'_>, ty: &Type) -> String {
    match &ty.kind {
        TypeKind::OneOf(choices) => format!("one of {}", names(choices)),
        TypeKind::SomeOf(choices) => format!("some of {}", names(choices)),
        TypeKind::Ordered(choices) => format!("{}, in this order", names(choices)),
        _ => quoted(&w.text(ty.span)),
    }
}

fn names(choices: &[Choice]) -> String {
    let shown: Vec<String> = choices.iter().take(6).map(|c| quoted(&c.name.node)).collect();
    let rest = choices.len().saturating_sub(shown.len());
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    format!("{}{more}", shown.join(", "))
}

/// The type of something that is there in both versions.
fn typed(w: &mut Walk<'_>, id: &str, name: &str, (old, new): (&Type, &Type), places: (Span, Span)) -> Type {
    let kind = match (&old.kind, &new.kind) {
        (TypeKind::OneOf(a), TypeKind::OneOf(b)) => Some(TypeKind::OneOf(choices(w, id, name, a, b, false))),
        (TypeKind::SomeOf(a), TypeKind::SomeOf(b)) => Some(TypeKind::SomeOf(choices(w, id, name, a, b, false))),
        (TypeKind::Ordered(a), TypeKind::Ordered(b)) => Some(TypeKind::Ordered(choices(w, id, name, a, b, true))),
        _ => None,
    };
    if let Some(kind) = kind {
        return Type { kind, ..new.clone() };
    }
    let same = w.text(old.span) == w.text(new.span);
    let says = format!("`{name}` is {} instead of {}", kind_of(w, new), kind_of(w, old));
    w.pick(same, old, new, || Change::reads(format!("{id}: type"), says).at(places.0, places.1))
}

struct Choices<'n> {
    id: &'n str,
    field: &'n str,
    ordered: bool,
}

fn choices(w: &mut Walk<'_>, id: &str, field: &str, old: &[Choice], new: &[Choice], ordered: bool) -> Vec<Choice> {
    let pairs = Matcher::new(old, new).by(|c| Some(c.name.node.clone())).pairs();
    list(w, &Choices { id, field, ordered }, (old, new), &pairs)
}

impl Parts<Choice> for Choices<'_> {
    fn both(&self, w: &mut Walk<'_>, old: &Choice, new: &Choice) -> Choice {
        let name = &new.name.node;
        let places = (old.name.span, new.name.span);
        let folded = |c: &Choice| -> Vec<String> { c.aliases.iter().map(|a| fold(&a.node)).collect() };
        let same = sorted(folded(old)) == sorted(folded(new));
        let texts = |c: &Choice| -> Vec<String> { c.aliases.iter().map(|a| a.node.clone()).collect() };
        let says = format!("`{name}` of `{}`: {}", self.field, gained("spelling", &texts(old), &texts(new)));
        let change = || Change::reads(format!("{}: {name}: spellings", self.id), says).at(places.0, places.1);
        let aliases = w.pick(same, &old.aliases, &new.aliases, change);
        let says = match new.otherwise {
            Some(_) => format!("`{name}` of `{}` now catches every other value", self.field),
            None => format!("`{name}` of `{}` no longer catches every other value", self.field),
        };
        let same = old.otherwise.is_some() == new.otherwise.is_some();
        let change = || Change::reads(format!("{}: {name}: otherwise", self.id), says).at(places.0, places.1);
        let otherwise = w.pick(same, &old.otherwise, &new.otherwise, change);
        Choice { name: new.name.clone(), aliases, otherwise }
    }

    fn added(&self, _: &Walk<'_>, new: &Choice) -> Change {
        let says = format!("`{}` has one more choice: `{}`", self.field, new.name.node);
        Change::reads(format!("{}: {}: new", self.id, new.name.node), says).places(None, Some(new.name.span))
    }

    fn removed(&self, _: &Walk<'_>, old: &Choice) -> Change {
        let says = format!("`{}` is no longer a choice of `{}`", old.name.node, self.field);
        Change::reads(format!("{}: {}: gone", self.id, old.name.node), says).places(Some(old.name.span), None)
    }

    fn moved(&self, _: &Walk<'_>, moved: Moved<'_, Choice>) -> Option<Change> {
        let past = moved.says(&quoted(&moved.past.name.node));
        let says = format!("`{}` of `{}` {past}", moved.new.name.node, self.field);
        let change = Change::decides(format!("{}: {}: order", self.id, moved.new.name.node), says);
        self.ordered.then(|| change.at(moved.old.name.span, moved.new.name.span))
    }
}

fn sorted(mut list: Vec<String>) -> Vec<String> {
    list.sort();
    list.dedup();
    list
}

/// The kinds of modifiers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Column,
    Ask,
    KnownFrom,
    Unknown,
    Empty,
    Label,
}

impl Kind {
    const ALL: [Kind; 6] = [Kind::Column, Kind::Ask, Kind::KnownFrom, Kind::Unknown, Kind::Empty, Kind::Label];

    fn of(modifier: &Modifier) -> Kind {
        match modifier.kind {
            ModifierKind::Column(_) => Kind::Column,
            ModifierKind::Ask { .. } => Kind::Ask,
            ModifierKind::KnownFrom(_) => Kind::KnownFrom,
            ModifierKind::Unknown { .. } => Kind::Unknown,
            ModifierKind::Empty(_) => Kind::Empty,
            ModifierKind::Label(_) => Kind::Label,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Kind::Column => "column",
            Kind::Ask => "question",
            Kind::KnownFrom => "known from",
            Kind::Unknown => "spelling of not known",
            Kind::Empty => "spelling of an empty set",
            Kind::Label => "label",
        }
    }
}

/// What a modifier says, as words that can be compared; spellings are folded as they are when values are read.
fn said(modifier: &Modifier) -> Vec<String> {
    let folded = |list: &[Text]| list.iter().map(|t| fold_spelling(&t.node)).collect();
    match &modifier.kind {
        ModifierKind::Column(list) => list.iter().map(|t| fold(&t.node)).collect(),
        ModifierKind::Ask { on, question } => {
            let mut on: Vec<&str> = on.iter().map(|n| n.node.as_str()).collect();
            on.sort_unstable();
            vec![format!("{} {}", on.join(","), question.node)]
        }
        ModifierKind::KnownFrom(stage) => vec![stage.node.clone()],
        ModifierKind::Unknown { only, spellings } => {
            let all: Vec<String> = folded(spellings);
            all.into_iter().chain(only.then(|| "only these".to_string())).collect()
        }
        ModifierKind::Empty(list) => folded(list),
        ModifierKind::Label(text) => vec![text.node.clone()],
    }
}

/// All modifiers of one kind.
fn modifier(w: &mut Walk<'_>, kind: Kind, old: &FieldDecl, new: &FieldDecl) -> Vec<Modifier> {
    let of = |f: &FieldDecl| -> Vec<Modifier> { f.modifiers.iter().filter(|m| Kind::of(m) == kind).cloned().collect() };
    let (a, b) = (of(old), of(new));
    let all = |list: &[Modifier]| sorted(list.iter().flat_map(said).collect());
    let (was, is) = (all(&a), all(&b));
    let place = |list: &[Modifier], f: &FieldDecl| list.first().map_or(f.name.span, |m| m.span);
    let places = (place(&a, old), place(&b, new));
    let name = &new.name.node;
    let id = format!("field {name}: {}", kind.word());
    let says = sentence(w, kind, name, (&was, &is), (&a, &b));
    let change = match kind {
        Kind::Column | Kind::Unknown | Kind::Empty => Change::reads(id, says),
        Kind::Ask | Kind::KnownFrom | Kind::Label => Change::tells(id, says),
    };
    w.pick(was == is, &a, &b, || change.at(places.0, places.1))
}

fn sentence(
    w: &Walk<'_>,
    kind: Kind,
    name: &str,
    (was, is): (&[String], &[String]),
    (a, b): (&[Modifier], &[Modifier]),
) -> String {
    let text = |list: &[Modifier]| list.iter().map(|m| w.text(m.span)).collect::<Vec<_>>().join(" ");
    match kind {
        Kind::Column | Kind::Unknown | Kind::Empty => format!("`{name}`: {}", gained(kind.word(), was, is)),
        _ if a.is_empty() => format!("`{name}` has a {} now: {}", kind.word(), quoted(&text(b))),
        _ if b.is_empty() => format!("`{name}` has no {} any more", kind.word()),
        _ => format!("`{name}` says {} instead of {}", quoted(&text(b)), quoted(&text(a))),
    }
}

struct Attributes;

/// Attributes of events, by name.
pub(super) fn attributes(w: &mut Walk<'_>, old: &[AttributeDecl], new: &[AttributeDecl]) -> Vec<AttributeDecl> {
    w.block(Block::Behaviour);
    let pairs = Matcher::new(old, new).by(|a| Some(a.name.node.clone())).pairs();
    list(w, &Attributes, (old, new), &pairs)
}

impl Parts<AttributeDecl> for Attributes {
    fn both(&self, w: &mut Walk<'_>, old: &AttributeDecl, new: &AttributeDecl) -> AttributeDecl {
        let name = &new.name.node;
        let ty = typed(w, &format!("event {name}"), name, (&old.ty, &new.ty), (old.name.span, new.name.span));
        AttributeDecl { ty, ..new.clone() }
    }

    fn added(&self, w: &Walk<'_>, new: &AttributeDecl) -> Change {
        let says = format!("events have one more attribute: `{}`, {}", new.name.node, kind_of(w, &new.ty));
        Change::reads(format!("event {}: new", new.name.node), says).places(None, Some(new.name.span))
    }

    fn removed(&self, _: &Walk<'_>, old: &AttributeDecl) -> Change {
        let says = format!("`{}` is no longer an attribute of events", old.name.node);
        Change::reads(format!("event {}: gone", old.name.node), says).places(Some(old.name.span), None)
    }
}
