//! People: personas and the buying committee.

use super::{Builder, Rule};
use crate::syntax::tree::*;
use pest::iterators::Pair;

impl Builder<'_> {
    pub(super) fn persona(&self, pair: Pair<'_, Rule>) -> Option<PersonaDecl> {
        let span = self.span(&pair);
        let mut parts = self.parts(pair);
        let replace = self.mark(&mut parts, Rule::replace_mark);
        let name = self.next_name(&mut parts)?;
        let title = self.next_text(&mut parts)?;
        let titles = self.texts(parts.next()?);
        let cares_about = match parts.take(Rule::cares) {
            Some(cares) => self.texts(self.only(cares)?),
            None => Vec::new(),
        };
        Some(PersonaDecl { span, replace, name, title, titles, cares_about })
    }

    pub(super) fn committee_item(&self, pair: Pair<'_, Rule>) -> Option<CommitteeItem> {
        let span = self.span(&pair);
        if pair.as_rule() == Rule::engaged_within {
            let days = self.days(self.only(pair)?)?;
            return Some(CommitteeItem::EngagedWithin { span, days });
        }
        let mut parts = self.parts(pair);
        Some(CommitteeItem::Role(RoleDecl {
            span,
            replace: self.mark(&mut parts, Rule::replace_mark),
            name: self.next_name(&mut parts)?,
            optional: self.mark(&mut parts, Rule::optional_mark),
            from: self.names(parts.next()?),
            when: self.cond_if(&mut parts, Rule::when)?,
            expected_when: self.cond_if(&mut parts, Rule::expected_when)?,
        }))
    }
}
