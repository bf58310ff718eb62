//! When an unused field or signal can just be removed: where nothing else of the policy names it.

use super::uses::own_atoms;
use super::{Lens, edit};
use crate::policy::scenario::ExpectationKind;
use crate::policy::text::fold;
use crate::policy::{Atom, FieldId, SignalId};
use crate::source::Span;
use crate::syntax::tree::{ItemKind, LeadItem};

/// The removal of a field that no condition, test or import names, if it stands in the policy's own file beside others.
pub fn field(lens: &Lens<'_>, id: FieldId) -> Option<(Span, String)> {
    let name = &lens.policy.field(id).name;
    let asked = lens
        .uses
        .iter()
        .flat_map(|u| own_atoms(u.cond))
        .any(|(atom, _, _)| matches!(atom, Atom::Field(f, _) if *f == id));
    let tested = lens.policy.tests.iter().any(|t| {
        let expected =
            t.expect.iter().any(|e| matches!(&e.kind, ExpectationKind::Asks(fields) if fields.contains(&id)));
        expected || t.fields.iter().any(|(f, _)| *f == id)
    });
    let imported = lens.policy.imports.iter().flat_map(|i| [&i.leads, &i.events, &i.contacts]).any(|t| {
        let set = &t.settings;
        let split = set.split_for.iter().any(|(f, _)| *f == id);
        split || set.dates_for.iter().any(|(f, _)| *f == id) || t.columns.iter().any(|(column, _)| column == name)
    });
    if asked || tested || imported {
        return None;
    }
    let own = lens.trees.last()?;
    // More than one thing may be written about a field; then it is not for a machine to say what goes.
    let extended = own.items.iter().any(|i| matches!(&i.kind, ItemKind::Extend(e) if e.field.node == *name));
    let blocks = own.items.iter().filter_map(|i| if let ItemKind::Lead(items) = &i.kind { Some(items) } else { None });
    let block = blocks.into_iter().find(|items| items.iter().any(|i| is_field(i, name)))?;
    let extended = extended || block.iter().any(|i| matches!(i, LeadItem::Extend(e) if e.field.node == *name));
    let plain = block.iter().find_map(|i| match i {
        LeadItem::Field(f) if f.name.node == *name && f.replace.is_none() => Some(f.span),
        _ => None,
    })?;
    (block.len() > 1 && !extended).then(|| edit::removal(lens, plain))
}

fn is_field(item: &LeadItem, name: &str) -> bool {
    matches!(item, LeadItem::Field(f) if f.name.node == name)
}

/// The removal of a signal that no condition, test or import names, if it stands in the policy's own file beside others.
pub fn signal(lens: &Lens<'_>, id: SignalId) -> Option<(Span, String)> {
    let signal = &lens.policy.signals[id.index()];
    let asked = lens.uses.iter().flat_map(|u| own_atoms(u.cond)).any(|(atom, _, _)| match atom {
        Atom::Count { signals, .. } => signals.contains(&id),
        _ => false,
    });
    let tested = lens.policy.tests.iter().flat_map(|t| &t.events).any(|e| e.signal == id);
    let takes = |event: &String| signal.events.iter().any(|e| fold(e) == fold(event));
    let imported = lens.policy.imports.iter().any(|i| {
        i.types.iter().any(|(_, event)| takes(event)) || i.channels.iter().flat_map(|(_, events)| events).any(takes)
    });
    if asked || tested || imported {
        return None;
    }
    let own = lens.trees.last()?;
    let blocks = own.items.iter().filter_map(|i| if let ItemKind::Signals(list) = &i.kind { Some(list) } else { None });
    let block = blocks.into_iter().find(|list| list.iter().any(|s| s.name.node == signal.name))?;
    let plain = block.iter().find(|s| s.name.node == signal.name && s.replace.is_none())?;
    (block.len() > 1).then(|| edit::removal(lens, plain.span))
}
