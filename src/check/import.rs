//! Imports: how one system's exports are read.

use super::Checker;
use super::names::is_built_in;
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::import::{DateFormat, DateOrder, Encoding, Import, NumberFormat, Settings, TableImport};
use crate::policy::text::{fold, fold_spelling, nearest};
use crate::source::Span;
use crate::syntax::tree::{self, ImportItem, ImportSetting, ImportSettingKind, Name, Table, TableItem};
use std::collections::HashMap;

declare_rule! {
    /// A mapping to something that exports do not fill.
    pub UNKNOWN_MAPPING = "RB1001" "unknown-mapping" Error "an import that maps a column to nothing"
}

declare_rule! {
    /// A setting of an import that cannot be meant.
    pub BAD_IMPORT_SETTING = "RB1002" "bad-import-setting" Error "a setting of an import that cannot be meant"
}

const EVENT_COLUMNS: [&str; 7] = ["id", "lead", "email", "type", "at", "channel", "contact"];
const CONTACT_COLUMNS: [&str; 6] = ["id", "lead", "email", "title", "role", "status"];

impl Checker<'_> {
    /// All imports, in order.
    pub(crate) fn resolve_imports(&mut self) -> Vec<Import> {
        let decls: Vec<&tree::Import> = self.names.imports.iter().collect();
        decls.into_iter().map(|d| self.import(d)).collect()
    }

    fn import(&mut self, decl: &tree::Import) -> Import {
        let mut shared = Settings::default();
        for item in &decl.items {
            if let ImportItem::Setting(setting) = item {
                self.setting(&mut shared, setting);
            }
        }
        let table = |settings: &Settings| TableImport { columns: Vec::new(), settings: settings.clone() };
        let mut import = Import {
            name: decl.name.node.clone(),
            leads: table(&shared),
            events: table(&shared),
            contacts: table(&shared),
            types: Vec::new(),
            channels: Vec::new(),
            span: decl.name.span,
        };
        for item in &decl.items {
            match item {
                ImportItem::Table { table, items, .. } => {
                    let target = match table.node {
                        Table::Leads => &mut import.leads,
                        Table::Events => &mut import.events,
                        Table::Contacts => &mut import.contacts,
                    };
                    self.table(table.node, target, items);
                }
                ImportItem::Types(list) => {
                    for (from, to) in list {
                        self.event_type(to);
                        import.types.push((from.node.clone(), to.node.clone()));
                    }
                }
                ImportItem::Channel { channel, types } => {
                    let id = self.channel(channel);
                    types.iter().for_each(|t| self.event_type(t));
                    if let Some(id) = id {
                        import.channels.push((id, types.iter().map(|t| t.node.clone()).collect()));
                    }
                }
                ImportItem::Setting(_) => {}
            }
        }
        import
    }

    fn table(&mut self, table: Table, target: &mut TableImport, items: &[TableItem]) {
        let mut seen: HashMap<&str, Span> = HashMap::new();
        for item in items {
            match item {
                TableItem::Setting(setting) => self.setting(&mut target.settings, setting),
                TableItem::Map { name, columns } => {
                    if let Some(first) = seen.insert(&name.node, name.span) {
                        let one = Diagnostic::new(
                            &super::names::DUPLICATE_NAME,
                            format!("`{}` is mapped twice", name.node),
                            name.span,
                            "again here",
                        );
                        self.report(
                            one.with_label(first, "first here")
                                .with_help("list several columns after one name: `\"A\", \"B\"`"),
                        );
                    }
                    self.mapped(table, name);
                    target.columns.push((name.node.clone(), columns.iter().map(|c| c.node.clone()).collect()));
                }
            }
        }
    }

    /// Reports a name that this table does not fill.
    fn mapped(&mut self, table: Table, name: &Name) {
        let account = self.names.account.get().map(|a| a.by.node.as_str());
        let mut known: Vec<&str> = match table {
            Table::Leads => {
                crate::policy::BuiltIn::ALL.iter().map(|b| b.name()).chain(self.names.fields.names()).collect()
            }
            Table::Events => EVENT_COLUMNS.into_iter().chain(self.names.attributes.names()).collect(),
            Table::Contacts => CONTACT_COLUMNS.into_iter().collect(),
        };
        if table != Table::Leads {
            known.extend(account);
        }
        let hidden = self.poison.hides(&["lead", "events", "account"]);
        if known.contains(&name.node.as_str()) || is_built_in(&name.node) && table == Table::Leads || hidden {
            return;
        }
        let near = nearest(&name.node, known.iter().copied());
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!(
                "this table fills {}",
                known.iter().take(12).map(|k| format!("`{k}`")).collect::<Vec<_>>().join(", ")
            ),
        };
        let what = match table {
            Table::Leads => "leads",
            Table::Events => "events",
            Table::Contacts => "contacts",
        };
        let one = Diagnostic::new(
            &UNKNOWN_MAPPING,
            format!("{what} have no `{}`", name.node),
            name.span,
            "nothing reads this column",
        );
        self.report(one.with_help(help));
    }

    /// Reports an event type that no signal takes.
    fn event_type(&mut self, name: &Name) {
        let wanted = fold(&name.node);
        let taken = |s: &tree::SignalDecl| match s.events.is_empty() {
            true => fold(&s.name.node) == wanted,
            false => s.events.iter().any(|e| fold(&e.node) == wanted),
        };
        if self.names.signals.iter().any(taken) || self.poison.hides(&["signals"]) {
            return;
        }
        let types: Vec<&str> = self
            .names
            .signals
            .iter()
            .flat_map(|s| match s.events.is_empty() {
                true => vec![s.name.node.as_str()],
                false => s.events.iter().map(|e| e.node.as_str()).collect(),
            })
            .collect();
        let help = nearest(&name.node, types)
            .map_or("name a type that a signal takes".to_string(), |n| format!("did you mean `{n}`?"));
        let one = Diagnostic::new(
            &UNKNOWN_MAPPING,
            format!("no signal takes `{}`", name.node),
            name.span,
            "these events would count nowhere",
        );
        self.report(one.with_help(help));
    }

    fn setting(&mut self, settings: &mut Settings, setting: &ImportSetting) {
        match &setting.kind {
            ImportSettingKind::Split { separator, fields } => {
                if separator.node.is_empty() {
                    self.report(bad(separator.span, "an empty separator", "expected `\";\"` or the like"));
                    return;
                }
                let ids = self.fields_named(fields);
                match fields.is_empty() {
                    true => settings.split = Some(separator.node.clone()),
                    false => settings.split_for.extend(ids.into_iter().map(|f| (f, separator.node.clone()))),
                }
            }
            ImportSettingKind::Dates { format, fields } => {
                let Some(parsed) = date_format(&format.node) else {
                    let message = format!("`{}` is no date format", format.node);
                    self.report(bad(
                        format.span,
                        &message,
                        "expected the likes of `\"MM/DD/YYYY\"` or `\"DD.MM.YYYY HH:mm\"`",
                    ));
                    return;
                };
                let ids = self.fields_named(fields);
                match fields.is_empty() {
                    true => settings.dates = Some(parsed),
                    false => settings.dates_for.extend(ids.into_iter().map(|f| (f, parsed.clone()))),
                }
            }
            ImportSettingKind::Delimiter(text) => match text.node.as_str() {
                "tab" | "\t" => settings.delimiter = Some(b'\t'),
                one if one.len() == 1 && !one.contains(['"', '\n', '\r']) && one.is_ascii() => {
                    settings.delimiter = one.bytes().next();
                }
                _ => self.report(bad(
                    text.span,
                    &format!("`{}` cannot separate columns", text.node),
                    "expected one character, or `\"tab\"`",
                )),
            },
            ImportSettingKind::Encoding(text) => match fold(&text.node).as_str() {
                "utf8" => settings.encoding = Encoding::Utf8,
                "windows1252" | "cp1252" | "latin1" | "iso88591" => settings.encoding = Encoding::Windows1252,
                _ => self.report(bad(
                    text.span,
                    &format!("`{}` is no encoding Rubric reads", text.node),
                    "expected `\"utf-8\"` or `\"windows-1252\"`",
                )),
            },
            ImportSettingKind::Numbers(text) => match text.node.as_str() {
                "1,200.00" | "1,200" => settings.numbers = NumberFormat::Point,
                "1.200,00" | "1.200" => settings.numbers = NumberFormat::Comma,
                _ => self.report(bad(
                    text.span,
                    &format!("`{}` shows no way to write numbers", text.node),
                    "expected `\"1,200.00\"` or `\"1.200,00\"`",
                )),
            },
            ImportSettingKind::Unknown(texts) => settings.unknown.extend(texts.iter().map(|t| fold_spelling(&t.node))),
        }
    }

    fn fields_named(&mut self, names: &[Name]) -> Vec<crate::policy::FieldId> {
        names.iter().filter_map(|n| self.field_named(n)).collect()
    }
}

/// Reads `MM/DD/YYYY`, `D.M.YYYY HH:mm`, `YYYY-MM-DD HH:mm:ss`.
pub fn date_format(text: &str) -> Option<DateFormat> {
    let (date, time) = match text.trim().split_once(' ') {
        Some((date, "HH:mm" | "HH:mm:ss" | "H:mm" | "h:mm a" | "h:mm A")) => (date, true),
        Some(_) => return None,
        None => (text.trim(), false),
    };
    let separator = date.chars().find(|c| !c.is_ascii_alphabetic())?;
    let parts: Vec<&str> = date.split(separator).collect();
    let order = match parts.as_slice() {
        ["YYYY", "MM" | "M", "DD" | "D"] => DateOrder::YearMonthDay,
        ["MM" | "M", "DD" | "D", "YYYY"] => DateOrder::MonthDayYear,
        ["DD" | "D", "MM" | "M", "YYYY"] => DateOrder::DayMonthYear,
        _ => return None,
    };
    (!separator.is_ascii_digit()).then(|| DateFormat { order, separator, time, text: text.trim().to_string() })
}

fn bad(span: Span, message: &str, label: &str) -> Diagnostic {
    Diagnostic::new(&BAD_IMPORT_SETTING, message, span, label)
        .with_help("the language reference lists the settings under Imports")
}
