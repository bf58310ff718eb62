//! Imports.

use super::{Builder, Parts, Rule};
use crate::syntax::tree::*;
use pest::iterators::Pair;

impl Builder<'_> {
    pub(super) fn import(&self, pair: Pair<'_, Rule>) -> Option<Import> {
        let mut parts = self.parts(pair);
        let name = self.next_name(&mut parts)?;
        Some(Import { name, items: self.items(parts.next()?, |p| self.import_item(p))? })
    }

    fn import_item(&self, pair: Pair<'_, Rule>) -> Option<ImportItem> {
        let span = self.span(&pair);
        let rule = pair.as_rule();
        if rule == Rule::import_setting {
            return self.import_setting(pair).map(ImportItem::Setting);
        }
        let mut parts = self.parts(pair);
        match rule {
            Rule::table => self.table(span, &mut parts),
            Rule::types => Some(ImportItem::Types(self.items(parts.next()?, |p| {
                let mut parts = self.parts(p);
                Some((self.next_text(&mut parts)?, self.next_name(&mut parts)?))
            })?)),
            _ => Some(ImportItem::Channel { channel: self.next_name(&mut parts)?, types: self.names(parts.next()?) }),
        }
    }

    fn table(&self, span: crate::source::Span, parts: &mut Parts<'_>) -> Option<ImportItem> {
        let kind = parts.next()?;
        let table = match self.first_token(&kind)? {
            Rule::kw_leads => Table::Leads,
            Rule::kw_events => Table::Events,
            _ => Table::Contacts,
        };
        let table = self.spanned(&kind, table);
        let items = self.items(parts.next()?, |p| {
            if p.as_rule() == Rule::import_setting {
                return self.import_setting(p).map(TableItem::Setting);
            }
            let mut parts = self.parts(p);
            Some(TableItem::Map { name: self.next_name(&mut parts)?, columns: self.texts(parts.next()?) })
        })?;
        Some(ImportItem::Table { span, table, items })
    }

    fn import_setting(&self, pair: Pair<'_, Rule>) -> Option<ImportSetting> {
        let span = self.span(&pair);
        let setting = self.only(pair)?;
        let rule = setting.as_rule();
        let mut parts = self.parts(setting);
        let first = parts.next()?;
        let kind = match rule {
            Rule::split => {
                ImportSettingKind::Split { separator: self.text(first), fields: self.for_fields(&mut parts)? }
            }
            Rule::dates => ImportSettingKind::Dates { format: self.text(first), fields: self.for_fields(&mut parts)? },
            Rule::delimiter => ImportSettingKind::Delimiter(self.text(first)),
            Rule::encoding => ImportSettingKind::Encoding(self.text(first)),
            Rule::numbers => ImportSettingKind::Numbers(self.text(first)),
            _ => ImportSettingKind::Unknown(self.texts(first)),
        };
        Some(ImportSetting { span, kind })
    }

    fn for_fields(&self, parts: &mut Parts<'_>) -> Option<Vec<Name>> {
        match parts.take(Rule::for_fields) {
            Some(fields) => Some(self.names(self.only(fields)?)),
            None => Some(Vec::new()),
        }
    }
}
