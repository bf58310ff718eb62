//! The policy block: name, version, owner, scope, calendar.

use super::Block;
use super::conditions::quoted;
use super::walk::{Change, Walk};
use crate::source::Span;
use crate::syntax::tree::{Cond, PolicyHeader, PolicySetting, Text, ValueKind};

/// The header, setting by setting.
pub(super) fn header(w: &mut Walk<'_>, old: &PolicyHeader, new: &PolicyHeader) -> PolicyHeader {
    w.block(Block::Policy);
    let spans = (old.name.span, new.name.span);
    let says = format!("the policy `{}` is now called `{}`", old.name.node, new.name.node);
    let same = old.name.node == new.name.node;
    let name = w.pick(same, &old.name, &new.name, || Change::tells("policy: name".into(), says).at(spans.0, spans.1));
    let title = w.title("policy: title", "the title", (&old.title, &new.title), spans);
    let mut settings = Vec::new();
    for kind in ["version", "owner"] {
        let (a, b) = (text(old, kind), text(new, kind));
        settings.extend(w.text_setting(kind, a, b));
    }
    let (a, b) = (applies(old), applies(new));
    let applies = w.cond_if("policy: applies".into(), ("applies", "to every lead"), (a, b), spans);
    settings.extend(applies.map(PolicySetting::Applies));
    settings.extend(calendar(w, old, new));
    settings.extend(moves(w, old, new));
    PolicyHeader { name, title, settings }
}

fn text<'h>(header: &'h PolicyHeader, kind: &str) -> Option<&'h PolicySetting> {
    header
        .settings
        .iter()
        .find(|s| matches!((s, kind), (PolicySetting::Version(_), "version") | (PolicySetting::Owner(_), "owner")))
}

fn applies(header: &PolicyHeader) -> Option<&Cond> {
    header.settings.iter().find_map(|s| if let PolicySetting::Applies(c) = s { Some(c) } else { None })
}

/// Time zone and holidays: both decide what day it is and what a business day is.
fn calendar(w: &mut Walk<'_>, old: &PolicyHeader, new: &PolicyHeader) -> Vec<PolicySetting> {
    let find = |h: &PolicyHeader, wanted: fn(&PolicySetting) -> bool| h.settings.iter().find(|s| wanted(s)).cloned();
    let zone = |s: &PolicySetting| matches!(s, PolicySetting::TimeZone(_));
    let days = |s: &PolicySetting| matches!(s, PolicySetting::Holidays(_));
    let mut settings = Vec::new();
    let (a, b) = (find(old, zone), find(new, zone));
    let said = |s: &Option<PolicySetting>| match s {
        Some(PolicySetting::TimeZone(t)) => t.node.clone(),
        _ => "UTC".to_string(),
    };
    let (was, is) = (said(&a), said(&b));
    let places = (place(old, a.as_ref()), place(new, b.as_ref()));
    let says = format!("the time zone is {} instead of {}", quoted(&is), quoted(&was));
    let change = || Change::decides("policy: time zone".into(), says).at(places.0, places.1);
    settings.extend(w.pick(was == is, &a, &b, change));
    let (a, b) = (find(old, days), find(new, days));
    let (was, is) = (holidays(a.as_ref()), holidays(b.as_ref()));
    let places = (place(old, a.as_ref()), place(new, b.as_ref()));
    let says = gained("holiday", &was, &is);
    let change = || Change::tells("policy: holidays".into(), says).at(places.0, places.1);
    settings.extend(w.pick(was == is, &a, &b, change));
    settings
}

fn holidays(setting: Option<&PolicySetting>) -> Vec<String> {
    let Some(PolicySetting::Holidays(list)) = setting else { return Vec::new() };
    let day = |v: &crate::syntax::tree::Value| if let ValueKind::Date(d) = &v.kind { Some(d.clone()) } else { None };
    let mut days: Vec<String> = list.iter().filter_map(day).collect();
    days.sort();
    days
}

/// Declared moves; they only speak to reviewers and to budgets.
fn moves(w: &mut Walk<'_>, old: &PolicyHeader, new: &PolicyHeader) -> Vec<PolicySetting> {
    let declared = |h: &PolicyHeader| -> Vec<PolicySetting> {
        h.settings.iter().filter(|s| matches!(s, PolicySetting::ExpectMoves { .. })).cloned().collect()
    };
    let said = |list: &[PolicySetting]| -> Vec<String> {
        let one = |s: &PolicySetting| match s {
            PolicySetting::ExpectMoves { reason, percent } => format!("\"{}\" up to {}%", reason.node, percent.node),
            _ => String::new(),
        };
        list.iter().map(one).collect()
    };
    let (a, b) = (declared(old), declared(new));
    let (was, is) = (said(&a), said(&b));
    let places = (place(old, a.first()), place(new, b.first()));
    let says = match is.is_empty() {
        true => "no longer declares that leads are meant to move".to_string(),
        false => format!("declares that leads are meant to move: {}", is.join(", ")),
    };
    w.pick(was == is, &a, &b, || Change::tells("policy: expect-moves".into(), says).at(places.0, places.1))
}

fn place(header: &PolicyHeader, setting: Option<&PolicySetting>) -> Span {
    match setting {
        Some(PolicySetting::Version(t) | PolicySetting::Owner(t) | PolicySetting::TimeZone(t)) => t.span,
        Some(PolicySetting::Applies(c)) => c.span,
        Some(PolicySetting::Holidays(list)) => list.first().map_or(header.name.span, |v| v.span),
        Some(PolicySetting::ExpectMoves { reason, .. }) => reason.span,
        None => header.name.span,
    }
}

/// What a list of names gained and lost, as a sentence: `` one more holiday: `a`; no longer a holiday: `b` ``.
pub(super) fn gained(what: &str, old: &[String], new: &[String]) -> String {
    let only = |a: &[String], b: &[String]| -> String {
        a.iter().filter(|x| !b.contains(x)).map(|x| quoted(x)).collect::<Vec<_>>().join(", ")
    };
    let (more, less) = (only(new, old), only(old, new));
    let more = (!more.is_empty()).then(|| format!("{what} {more} is new"));
    let less = (!less.is_empty()).then(|| format!("{what} {less} is gone"));
    let said: Vec<String> = more.into_iter().chain(less).collect();
    if said.is_empty() { format!("each {what} is the same, in another order") } else { said.join(", and ") }
}

impl Walk<'_> {
    /// A title or a reason, which decides nothing. `what` begins the sentence.
    pub fn title(
        &mut self,
        id: &str,
        what: &str,
        (old, new): (&Option<Text>, &Option<Text>),
        around: (Span, Span),
    ) -> Option<Text> {
        let node = |t: &Option<Text>| t.as_ref().map(|t| t.node.clone());
        let says = match (old, new) {
            (Some(old), Some(new)) => format!("{what} is \"{}\" instead of \"{}\"", new.node, old.node),
            (None, Some(new)) => format!("{what} is \"{}\"; there was none", new.node),
            (Some(old), None) => format!("{what} is gone: \"{}\"", old.node),
            (None, None) => String::new(),
        };
        let places = (old.as_ref().map_or(around.0, |t| t.span), new.as_ref().map_or(around.1, |t| t.span));
        self.pick(node(old) == node(new), old, new, || Change::tells(id.into(), says).at(places.0, places.1))
    }

    /// Version or owner, which every policy has.
    fn text_setting(
        &mut self,
        kind: &str,
        old: Option<&PolicySetting>,
        new: Option<&PolicySetting>,
    ) -> Option<PolicySetting> {
        let (Some(old), Some(new)) = (old, new) else { return new.cloned() };
        let text = |s: &PolicySetting| match s {
            PolicySetting::Version(t) | PolicySetting::Owner(t) => t.clone(),
            _ => Text { node: String::new(), span: self.pair().new.span },
        };
        let (a, b) = (text(old), text(new));
        let says = format!("the {kind} is \"{}\" instead of \"{}\"", b.node, a.node);
        let change = || Change::tells(format!("policy: {kind}"), says).at(a.span, b.span);
        Some(self.pick(a.node == b.node, old, new, change))
    }
}
