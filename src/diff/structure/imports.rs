//! Imports: how the exports of one system are read.

use super::Block;
use super::conditions::quoted;
use super::lists::{Parts, list};
use super::walk::{Change, Walk};
use crate::diff::align::Matcher;
use crate::source::Span;
use crate::syntax::tree::{Import, ImportItem, ImportSetting, ImportSettingKind, Name, Table, TableItem, Text};

struct Imports;

/// Imports by name.
pub(super) fn imports(w: &mut Walk<'_>, old: &[Import], new: &[Import]) -> Vec<Import> {
    w.block(Block::Imports);
    let pairs = Matcher::new(old, new).by(|i| Some(i.name.node.clone())).pairs();
    list(w, &Imports, (old, new), &pairs)
}

impl Parts<Import> for Imports {
    fn both(&self, w: &mut Walk<'_>, old: &Import, new: &Import) -> Import {
        let name = &new.name.node;
        let around = (old.name.span, new.name.span);
        let (a, b) = (parts(old), parts(new));
        let pairs = Matcher::new(&a, &b).by(|p| Some(p.key())).pairs();
        let whole = list(w, &Pieces { import: name, around }, (&a, &b), &pairs);
        Import { name: new.name.clone(), items: put_together(whole) }
    }

    fn added(&self, _: &Walk<'_>, new: &Import) -> Change {
        let says = format!("import `{}` is new", new.name.node);
        Change::reads(format!("import {}: new", new.name.node), says).places(None, Some(new.name.span))
    }

    fn removed(&self, _: &Walk<'_>, old: &Import) -> Change {
        let says = format!("import `{}` is gone", old.name.node);
        Change::reads(format!("import {}: gone", old.name.node), says).places(Some(old.name.span), None)
    }
}

/// One line of an import, with the table it stands in.
#[derive(Clone, Debug)]
enum Piece {
    Columns(Table, Name, Vec<Text>),
    Setting(Option<Table>, ImportSetting),
    Type(Text, Name),
    Channel(Name, Vec<Name>),
}

/// An import taken apart.
fn parts(import: &Import) -> Vec<Piece> {
    let mut all = Vec::new();
    for item in &import.items {
        match item {
            ImportItem::Table { table, items, .. } => all.extend(items.iter().map(|i| match i {
                TableItem::Map { name, columns } => Piece::Columns(table.node, name.clone(), columns.clone()),
                TableItem::Setting(setting) => Piece::Setting(Some(table.node), setting.clone()),
            })),
            ImportItem::Types(list) => all.extend(list.iter().map(|(a, b)| Piece::Type(a.clone(), b.clone()))),
            ImportItem::Channel { channel, types } => all.push(Piece::Channel(channel.clone(), types.clone())),
            ImportItem::Setting(setting) => all.push(Piece::Setting(None, setting.clone())),
        }
    }
    all
}

fn put_together(pieces: Vec<Piece>) -> Vec<ImportItem> {
    let mut items = Vec::new();
    for table in [Table::Leads, Table::Events, Table::Contacts] {
        let mut of_table = Vec::new();
        let mut place: Option<Span> = None;
        for piece in &pieces {
            let item = match piece {
                Piece::Columns(t, name, columns) if *t == table => {
                    place.get_or_insert(name.span);
                    TableItem::Map { name: name.clone(), columns: columns.clone() }
                }
                Piece::Setting(Some(t), setting) if *t == table => {
                    place.get_or_insert(setting.span);
                    TableItem::Setting(setting.clone())
                }
                _ => continue,
            };
            of_table.push(item);
        }
        if let Some(span) = place {
            let table = crate::source::Spanned { node: table, span };
            items.push(ImportItem::Table { span, table, items: of_table });
        }
    }
    let types: Vec<(Text, Name)> = pieces
        .iter()
        .filter_map(|p| if let Piece::Type(a, b) = p { Some((a.clone(), b.clone())) } else { None })
        .collect();
    if !types.is_empty() {
        items.push(ImportItem::Types(types));
    }
    items.extend(pieces.into_iter().filter_map(|p| match p {
        Piece::Channel(channel, types) => Some(ImportItem::Channel { channel, types }),
        Piece::Setting(None, setting) => Some(ImportItem::Setting(setting)),
        _ => None,
    }));
    items
}

impl Piece {
    /// What it is about: pieces with the same key are one piece.
    fn key(&self) -> String {
        match self {
            Piece::Columns(table, name, _) => format!("{} {}", word(Some(*table)), name.node),
            Piece::Setting(table, setting) => format!("{} {}", word(*table), kind(setting)),
            Piece::Type(theirs, _) => format!("type {}", theirs.node),
            Piece::Channel(channel, _) => format!("channel {}", channel.node),
        }
    }

    /// What it says of that.
    fn says(&self, w: &Walk<'_>) -> String {
        let names = |list: &[Name]| list.iter().map(|n| n.node.clone()).collect::<Vec<_>>().join(", ");
        match self {
            Piece::Columns(_, _, columns) => {
                columns.iter().map(|c| format!("\"{}\"", c.node)).collect::<Vec<_>>().join(", ")
            }
            Piece::Setting(_, setting) => w.text(setting.span),
            Piece::Type(_, ours) => ours.node.clone(),
            Piece::Channel(_, types) => names(types),
        }
    }

    fn place(&self) -> Span {
        match self {
            Piece::Columns(_, name, _) | Piece::Channel(name, _) => name.span,
            Piece::Setting(_, setting) => setting.span,
            Piece::Type(theirs, _) => theirs.span,
        }
    }
}

fn word(table: Option<Table>) -> &'static str {
    match table {
        Some(Table::Leads) => "leads",
        Some(Table::Events) => "events",
        Some(Table::Contacts) => "contacts",
        None => "all tables",
    }
}

/// The kind of a setting, with the fields it is for.
fn kind(setting: &ImportSetting) -> String {
    let for_fields = |word: &str, fields: &[Name]| {
        format!("{word} {}", fields.iter().map(|f| f.node.clone()).collect::<Vec<_>>().join(" ")).trim_end().to_string()
    };
    match &setting.kind {
        ImportSettingKind::Split { fields, .. } => for_fields("split", fields),
        ImportSettingKind::Dates { fields, .. } => for_fields("dates", fields),
        ImportSettingKind::Delimiter(_) => "delimiter".to_string(),
        ImportSettingKind::Encoding(_) => "encoding".to_string(),
        ImportSettingKind::Numbers(_) => "numbers".to_string(),
        ImportSettingKind::Unknown(_) => "unknown".to_string(),
    }
}

struct Pieces<'n> {
    import: &'n str,
    around: (Span, Span),
}

impl Parts<Piece> for Pieces<'_> {
    fn both(&self, w: &mut Walk<'_>, old: &Piece, new: &Piece) -> Piece {
        let (was, is) = (old.says(w), new.says(w));
        let says = format!("`{}`: {} is {} instead of {}", self.import, new.key(), quoted(&is), quoted(&was));
        let id = format!("import {}: {}", self.import, new.key());
        w.pick(was == is, old, new, || Change::reads(id, says).at(old.place(), new.place()))
    }

    fn added(&self, w: &Walk<'_>, new: &Piece) -> Change {
        let says = format!("`{}`: {} is new: {}", self.import, new.key(), quoted(&new.says(w)));
        let change = Change::reads(format!("import {}: {}: new", self.import, new.key()), says);
        change.places(Some(self.around.0), Some(new.place()))
    }

    fn removed(&self, w: &Walk<'_>, old: &Piece) -> Change {
        let says = format!("`{}`: {} is gone: {}", self.import, old.key(), quoted(&old.says(w)));
        let change = Change::reads(format!("import {}: {}: gone", self.import, old.key()), says);
        change.places(Some(old.place()), Some(self.around.1))
    }
}
