//! The lead record and behaviour: fields, types, modifiers, event attributes, signals.

use super::{Builder, Parts, Rule};
use crate::syntax::tree::*;
use pest::iterators::Pair;

impl Builder<'_> {
    pub(super) fn lead_item(&self, pair: Pair<'_, Rule>) -> Option<LeadItem> {
        match pair.as_rule() {
            Rule::extend => self.extend(pair).map(LeadItem::Extend),
            _ => self.field(pair).map(LeadItem::Field),
        }
    }

    pub(super) fn extend(&self, pair: Pair<'_, Rule>) -> Option<Extend> {
        let span = self.span(&pair);
        let mut parts = self.parts(pair);
        let field = self.next_name(&mut parts)?;
        Some(Extend { span, field, choices: self.choices(&mut parts)? })
    }

    fn field(&self, pair: Pair<'_, Rule>) -> Option<FieldDecl> {
        let span = self.span(&pair);
        let mut parts = self.parts(pair);
        let replace = self.mark(&mut parts, Rule::replace_mark);
        let name = self.next_name(&mut parts)?;
        let ty = self.field_type(parts.next()?)?;
        let modifiers = parts.rest().map(|p| self.modifier(p)).collect::<Option<_>>()?;
        Some(FieldDecl { span, replace, name, ty, modifiers })
    }

    fn choices(&self, parts: &mut Parts<'_>) -> Option<Vec<Choice>> {
        self.items(parts.next()?, |p| {
            let mut parts = self.parts(p);
            let name = self.next_name(&mut parts)?;
            let mut aliases = Vec::new();
            while let Some(alias) = parts.take(Rule::text_value) {
                aliases.push(self.text(alias));
            }
            Some(Choice { name, aliases, otherwise: self.mark(&mut parts, Rule::otherwise_mark) })
        })
    }

    fn field_type(&self, pair: Pair<'_, Rule>) -> Option<Type> {
        let span = self.span(&pair);
        let pair = self.only(pair)?;
        let rule = pair.as_rule();
        let mut parts = self.parts(pair);
        let kind = match rule {
            Rule::one_of => TypeKind::OneOf(self.choices(&mut parts)?),
            Rule::some_of => TypeKind::SomeOf(self.choices(&mut parts)?),
            Rule::ordered => TypeKind::Ordered(self.choices(&mut parts)?),
            Rule::type_boolean => TypeKind::Boolean,
            Rule::type_date => TypeKind::Date,
            Rule::type_number => {
                let unit = parts.take(Rule::text_value).map(|p| self.text(p));
                let range = parts.next().map(|p| self.range(p));
                TypeKind::Number { unit, range }
            }
            _ => TypeKind::Text,
        };
        Some(Type { span, kind })
    }

    fn range(&self, pair: Pair<'_, Rule>) -> (Option<Number>, Option<Number>) {
        let mut parts = self.parts(pair);
        let low = parts.take(Rule::range_low).and_then(|p| self.only(p)).map(|p| self.number(p));
        let high = parts.take(Rule::range_high).and_then(|p| self.only(p)).map(|p| self.number(p));
        (low, high)
    }

    fn modifier(&self, pair: Pair<'_, Rule>) -> Option<Modifier> {
        let span = self.span(&pair);
        let pair = self.only(pair)?;
        let rule = pair.as_rule();
        let mut parts = self.parts(pair);
        let kind = match rule {
            Rule::column => ModifierKind::Column(self.texts(parts.next()?)),
            Rule::ask => {
                let on = parts.take(Rule::mentions).map_or_else(Vec::new, |p| self.names(p));
                ModifierKind::Ask { on, question: self.next_text(&mut parts)? }
            }
            Rule::known_from => ModifierKind::KnownFrom(self.next_name(&mut parts)?),
            Rule::unknown => {
                let only = parts.take(Rule::only_mark).is_some();
                let spellings = parts.rest().map(|p| self.spelling(p)).collect::<Option<_>>()?;
                ModifierKind::Unknown { only, spellings }
            }
            Rule::empty => ModifierKind::Empty(self.texts(parts.next()?)),
            _ => ModifierKind::Label(self.next_text(&mut parts)?),
        };
        Some(Modifier { span, kind })
    }

    /// A spelling of *not known*; numbers stand as written.
    fn spelling(&self, pair: Pair<'_, Rule>) -> Option<Text> {
        let pair = self.only(pair)?;
        Some(if pair.as_rule() == Rule::text_value { self.text(pair) } else { self.name(pair) })
    }

    pub(super) fn attribute(&self, pair: Pair<'_, Rule>) -> Option<AttributeDecl> {
        let mut parts = self.parts(pair);
        Some(AttributeDecl { name: self.next_name(&mut parts)?, ty: self.field_type(parts.next()?)? })
    }

    pub(super) fn signal(&self, pair: Pair<'_, Rule>) -> Option<SignalDecl> {
        let span = self.span(&pair);
        let mut parts = self.parts(pair);
        let replace = self.mark(&mut parts, Rule::replace_mark);
        let name = self.next_name(&mut parts)?;
        let tier = self.tier(parts.next()?)?;
        let from = self.names(parts.next()?);
        let events = match parts.take(Rule::event_types) {
            Some(types) => self.texts(self.only(types)?),
            None => Vec::new(),
        };
        let condition = self.cond_if(&mut parts, Rule::where_cond)?;
        Some(SignalDecl { span, replace, name, tier, from, events, condition })
    }
}
