//! Conditions: whether they say the same, and what of them changed.

use super::Block;
use super::lists::{Parts, list};
use super::walk::{Change, Walk};
use crate::diff::align::{Matcher, likeness};
use crate::source::Span;
use crate::syntax::tree::{Cond, CondKind, Define};

impl Walk<'_> {
    /// Whether two conditions say the same: in the same words, or in another order or spelling.
    pub fn same(&self, old: &Cond, new: &Cond) -> bool {
        let said = |c: &Cond| self.pair().conditions.said(c.span);
        self.text(old.span) == self.text(new.span) || said(old).is_some() && said(old) == said(new)
    }

    /// The same for conditions that may not be there.
    pub fn same_if(&self, old: Option<&Cond>, new: Option<&Cond>) -> bool {
        match (old, new) {
            (Some(old), Some(new)) => self.same(old, new),
            (None, None) => true,
            _ => false,
        }
    }

    /// A condition as a key: those that say the same have the same.
    pub fn key(&self, cond: &Cond) -> String {
        self.pair().conditions.said(cond.span).map_or_else(|| self.text(cond.span), str::to_string)
    }

    /// How much two conditions are alike, in hundredths.
    pub fn alike(&self, old: &Cond, new: &Cond) -> u32 {
        likeness(&self.text(old.span), &self.text(new.span))
    }

    /// What changed from one condition to another, as the rest of a sentence: `` when `a` instead of `b` ``, or only the parts that differ.
    pub fn turned(&self, old: &Cond, new: &Cond) -> String {
        let texts = |parts: &[Cond]| -> Vec<String> { parts.iter().map(|p| self.text(p.span)).collect() };
        let (parts, joined) = match (&old.kind, &new.kind) {
            (CondKind::And(a), CondKind::And(b)) => ((texts(a), texts(b)), true),
            (CondKind::Or(a), CondKind::Or(b)) => ((texts(a), texts(b)), false),
            (CondKind::And(a), _) => ((texts(a), vec![self.text(new.span)]), true),
            (_, CondKind::And(b)) => ((vec![self.text(old.span)], texts(b)), true),
            (CondKind::Or(a), _) => ((texts(a), vec![self.text(new.span)]), false),
            (_, CondKind::Or(b)) => ((vec![self.text(old.span)], texts(b)), false),
            _ => ((vec![self.text(old.span)], vec![self.text(new.span)]), true),
        };
        let gone: Vec<String> = parts.0.iter().filter(|t| !parts.1.contains(t)).map(|t| quoted(t)).collect();
        let come: Vec<String> = parts.1.iter().filter(|t| !parts.0.contains(t)).map(|t| quoted(t)).collect();
        let word = if joined { "and" } else { "or" };
        let kept = gone.len() < parts.0.len() || come.len() < parts.1.len();
        match (gone.join(&format!(" {word} ")), come.join(&format!(" {word} "))) {
            (gone, come) if gone.is_empty() && joined => format!("also asks for {come}"),
            (gone, come) if gone.is_empty() => format!("also holds when {come}"),
            (gone, come) if come.is_empty() && joined => format!("no longer asks for {gone}"),
            (gone, come) if come.is_empty() => format!("no longer holds when {gone}"),
            (gone, come) if kept => format!("asks for {come} instead of {gone}"),
            (gone, come) => format!("holds when {come} instead of {gone}"),
        }
    }

    /// A condition that stands in both versions. `whose` begins the sentence.
    pub fn cond(&mut self, id: String, whose: &str, old: &Cond, new: &Cond) -> Cond {
        let same = self.same(old, new);
        let says = if same { String::new() } else { format!("{whose} {}", self.turned(old, new)) };
        self.pick(same, old, new, || Change::decides(id, says).at(old.span, new.span))
    }

    /// A condition that may stand in one version only; `bare` says what holds where there is none. `around` are the places of the whole parts.
    pub fn cond_if(
        &mut self,
        id: String,
        (whose, bare): (&str, &str),
        (old, new): (Option<&Cond>, Option<&Cond>),
        around: (Span, Span),
    ) -> Option<Cond> {
        let same = self.same_if(old, new);
        let says = match (old, new) {
            _ if same => String::new(),
            (Some(old), Some(new)) => format!("{whose} {}", self.turned(old, new)),
            (None, Some(new)) if bare == NEVER => format!("{whose} when {} now", quoted(&self.text(new.span))),
            (Some(old), None) if bare == NEVER => format!("{whose} no longer when {}", quoted(&self.text(old.span))),
            (None, Some(new)) => format!("{whose} only when {}, not {bare}", quoted(&self.text(new.span))),
            (Some(old), None) => format!("{whose} {bare}, not only when {}", quoted(&self.text(old.span))),
            (None, None) => String::new(),
        };
        let places = (old.map_or(around.0, |c| c.span), new.map_or(around.1, |c| c.span));
        self.pick(same, &old.cloned(), &new.cloned(), || Change::decides(id, says).at(places.0, places.1))
    }
}

/// What holds where a part has no condition: nothing.
pub(super) const NEVER: &str = "never";

/// A text of the policy inside a sentence.
pub(super) fn quoted(text: &str) -> String {
    format!("`{text}`")
}

/// A condition inside a sentence, shortened where it is long.
pub(super) fn clipped(text: &str) -> String {
    const MOST: usize = 60;
    match text.char_indices().nth(MOST) {
        None => quoted(text),
        Some(_) => {
            let end = text.char_indices().nth(MOST - 1).map_or(text.len(), |(i, _)| i);
            quoted(&format!("{}…", text[..end].trim_end()))
        }
    }
}

struct Defines;

/// Definitions by name.
pub(super) fn defines(w: &mut Walk<'_>, old: &[Define], new: &[Define]) -> Vec<Define> {
    w.block(Block::Definitions);
    let pairs = Matcher::new(old, new).by(|d| Some(d.name.node.clone())).pairs();
    list(w, &Defines, (old, new), &pairs)
}

impl Parts<Define> for Defines {
    fn both(&self, w: &mut Walk<'_>, old: &Define, new: &Define) -> Define {
        let whose = quoted(&new.name.node);
        let condition = w.cond(format!("define {}", new.name.node), &whose, &old.condition, &new.condition);
        Define { condition, ..new.clone() }
    }

    fn added(&self, w: &Walk<'_>, new: &Define) -> Change {
        let says = format!("`{}` is new: {}", new.name.node, quoted(&w.text(new.condition.span)));
        Change::decides(format!("define {}: new", new.name.node), says).places(None, Some(new.name.span))
    }

    fn removed(&self, _: &Walk<'_>, old: &Define) -> Change {
        let says = format!("`{}` is gone", old.name.node);
        Change::decides(format!("define {}: gone", old.name.node), says).places(Some(old.name.span), None)
    }
}
