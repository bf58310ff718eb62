//! The route: rules in order, with their outcomes, conditions and cells.

use super::Block;
use super::conditions::{clipped, quoted};
use super::gates::named;
use super::lists::{Moved, Parts, list};
use super::walk::{Change, Walk};
use crate::diff::align::Matcher;
use crate::syntax::tree::{Cell, Cond, MatrixRow, Name, RouteItem, RouteItemKind};

struct Rules;

/// Rules by name, by what they say, by what is alike; `otherwise` is always itself.
pub(super) fn route(w: &mut Walk<'_>, old: &[RouteItem], new: &[RouteItem]) -> Vec<RouteItem> {
    w.block(Block::Route);
    let pairs = Matcher::new(old, new)
        .by(|r| r.name.as_ref().map(|n| n.node.clone()))
        .by(|r| Some((form(r), outcome(r).map(|n| n.node.clone()), when(r).map(|c| w.key(c)))))
        .by(|r| matches!(r.kind, RouteItemKind::Otherwise { .. }).then_some(()))
        .by_likeness(|a, b| alike(w, a, b))
        .pairs();
    list(w, &Rules, (old, new), &pairs)
}

/// `to`, `by` with its axes, `otherwise`.
fn form(rule: &RouteItem) -> String {
    match &rule.kind {
        RouteItemKind::To { .. } => "to".to_string(),
        RouteItemKind::By { rows, columns, .. } => format!("by {}, {}", rows.node, columns.node),
        RouteItemKind::Otherwise { .. } => "otherwise".to_string(),
    }
}

fn outcome(rule: &RouteItem) -> Option<&Name> {
    match &rule.kind {
        RouteItemKind::To { outcome, .. } | RouteItemKind::Otherwise { outcome } => Some(outcome),
        RouteItemKind::By { .. } => None,
    }
}

fn when(rule: &RouteItem) -> Option<&Cond> {
    match &rule.kind {
        RouteItemKind::To { when, .. } | RouteItemKind::By { when, .. } => when.as_ref(),
        RouteItemKind::Otherwise { .. } => None,
    }
}

fn alike(w: &Walk<'_>, old: &RouteItem, new: &RouteItem) -> u32 {
    if form(old) != form(new) {
        return 0;
    }
    let conditions = match (when(old), when(new)) {
        (Some(a), Some(b)) => w.alike(a, b),
        (None, None) => 100,
        _ => 50,
    };
    let node = |r| outcome(r).map(|n| n.node.clone());
    // Rules of one outcome are more likely the same rule than those of two.
    if node(old) == node(new) { conditions.max(60) } else { conditions.saturating_sub(20) }
}

/// How a rule is called: its name, else its words, shortened.
fn called(w: &Walk<'_>, rule: &RouteItem) -> String {
    let text = w.text(rule.span);
    rule.name.as_ref().map_or_else(|| clipped(text.split('{').next().unwrap_or(&text).trim()), |n| quoted(&n.node))
}

fn key(w: &Walk<'_>, rule: &RouteItem) -> String {
    rule.name.as_ref().map_or_else(|| w.text(rule.span), |n| n.node.clone())
}

impl Parts<RouteItem> for Rules {
    fn both(&self, w: &mut Walk<'_>, old: &RouteItem, new: &RouteItem) -> RouteItem {
        let id = format!("route {}", key(w, new));
        let around = (old.span, new.span);
        let name = named(w, &id, "rule", (&old.name, &new.name), around);
        let what = format!("the reason of rule {}", called(w, new));
        let kind = kind(w, &id, old, new);
        let because = w.title(&format!("{id}: because"), &what, (&old.because, &new.because), around);
        RouteItem { span: new.span, name, kind, because }
    }

    fn added(&self, w: &Walk<'_>, new: &RouteItem) -> Change {
        let says = format!("one more rule: {}", quoted(&w.text(new.span)));
        Change::decides(format!("route {}: new", key(w, new)), says).places(None, Some(new.span))
    }

    fn removed(&self, w: &Walk<'_>, old: &RouteItem) -> Change {
        let says = format!("rule {} is gone: {}", called(w, old), quoted(&w.text(old.span)));
        Change::decides(format!("route {}: gone", key(w, old)), says).places(Some(old.span), None)
    }

    fn moved(&self, w: &Walk<'_>, moved: Moved<'_, RouteItem>) -> Option<Change> {
        let says = format!("rule {} {}", called(w, moved.new), moved.says(&called(w, moved.past)));
        let change = Change::decides(format!("route {}: order", key(w, moved.new)), says);
        Some(change.at(moved.old.span, moved.new.span))
    }
}

fn kind(w: &mut Walk<'_>, id: &str, old: &RouteItem, new: &RouteItem) -> RouteItemKind {
    let subject = format!("rule {}", called(w, old));
    match (&old.kind, &new.kind) {
        (RouteItemKind::To { outcome: a, when: x }, RouteItemKind::To { outcome: b, when: y }) => {
            let outcome = leads_to(w, (id, &subject), a, b);
            let conditions = (x.as_ref(), y.as_ref());
            let matches = format!("{subject} matches");
            let when = rule_when(w, id, (&subject, &matches), conditions, (old, new));
            RouteItemKind::To { outcome, when }
        }
        (RouteItemKind::Otherwise { outcome: a }, RouteItemKind::Otherwise { outcome: b }) => {
            let says = format!("all other leads go to `{}` instead of `{}`", b.node, a.node);
            let change = || Change::decides(format!("{id}: outcome"), says).at(a.span, b.span);
            RouteItemKind::Otherwise { outcome: w.pick(a.node == b.node, a, b, change) }
        }
        (
            RouteItemKind::By { rows: r, columns: c, when: x, header: h, body: a },
            RouteItemKind::By { rows, columns, when: y, header, body },
        ) if (&r.node, &c.node) == (&rows.node, &columns.node) => {
            let matches = format!("{subject} matches");
            let when = rule_when(w, id, (&subject, &matches), (x.as_ref(), y.as_ref()), (old, new));
            let (header, body) = matrix(w, (id, &subject), (h, a), (header, body), (old, new));
            RouteItemKind::By { rows: rows.clone(), columns: columns.clone(), when, header, body }
        }
        (a, b) => {
            let says =
                format!("{subject} reads {} instead of {}", quoted(&w.text(new.span)), quoted(&w.text(old.span)));
            w.pick(false, a, b, || Change::decides(format!("{id}: what it says"), says).at(old.span, new.span))
        }
    }
}

fn rule_when(
    w: &mut Walk<'_>,
    id: &str,
    (subject, matches): (&str, &str),
    conditions: (Option<&Cond>, Option<&Cond>),
    (old, new): (&RouteItem, &RouteItem),
) -> Option<Cond> {
    let id = format!("{id}: condition");
    match conditions {
        (Some(a), Some(b)) => Some(w.cond(id, subject, a, b)),
        _ => w.cond_if(id, (matches, "in any case"), conditions, (old.span, new.span)),
    }
}

fn leads_to(w: &mut Walk<'_>, (id, subject): (&str, &str), old: &Name, new: &Name) -> Name {
    let says = format!("{subject} leads to `{}` instead of `{}`", new.node, old.node);
    let change = || Change::decides(format!("{id}: outcome"), says).at(old.span, new.span);
    w.pick(old.node == new.node, old, new, change)
}

type Table<'t> = (&'t [Name], &'t [MatrixRow]);

/// The cells of a matrix. Where both have the same bands each cell is a change of its own, else the whole table is one.
fn matrix(
    w: &mut Walk<'_>,
    (id, subject): (&str, &str),
    old: (&Vec<Name>, &Vec<MatrixRow>),
    new: (&Vec<Name>, &Vec<MatrixRow>),
    (was, is): (&RouteItem, &RouteItem),
) -> (Vec<Name>, Vec<MatrixRow>) {
    let bands = |(header, body): Table<'_>| {
        let mut names = [header.iter().map(|n| n.node.clone()).collect::<Vec<_>>(), Vec::new()];
        names[1] = body.iter().map(|r| r.band.node.clone()).collect();
        names.iter_mut().for_each(|n| n.sort());
        names
    };
    let (old_table, new_table) = ((&old.0[..], &old.1[..]), (&new.0[..], &new.1[..]));
    if bands(old_table) != bands(new_table) {
        let says = format!("the table of {subject} has other bands");
        let whole = |t: Table<'_>| (t.0.to_vec(), t.1.to_vec());
        let change = || Change::decides(format!("{id}: table"), says).at(was.span, is.span);
        return w.pick(false, &whole(old_table), &whole(new_table), change);
    }
    let body = new_table
        .1
        .iter()
        .map(|row| MatrixRow { band: row.band.clone(), cells: cells(w, (id, subject), old_table, new_table.0, row) });
    (new_table.0.to_vec(), body.collect())
}

fn cells(w: &mut Walk<'_>, (id, subject): (&str, &str), old: Table<'_>, header: &[Name], row: &MatrixRow) -> Vec<Cell> {
    let goes = |c: &Cell| c.outcome.as_ref().map_or_else(|| "the next rule".to_string(), |o| quoted(&o.node));
    let one = |(column, new): (&Name, &Cell)| {
        let Some(old) = cell(old, &row.band.node, &column.node) else { return new.clone() };
        let (was, is) = (goes(old), goes(new));
        let at = format!("{}, {}", row.band.node, column.node);
        let says = format!("{subject}: `{}` and `{}` leads to {is} instead of {was}", row.band.node, column.node);
        w.pick(was == is, old, new, || Change::decides(format!("{id}: {at}"), says).at(old.span, new.span))
    };
    header.iter().zip(&row.cells).map(one).collect()
}

fn cell<'t>((header, body): Table<'t>, row: &str, column: &str) -> Option<&'t Cell> {
    let at = header.iter().position(|c| c.node == column)?;
    body.iter().find(|r| r.band.node == row)?.cells.get(at)
}
