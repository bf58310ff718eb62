//! Checklists, stages, risks, and what comes after a decision: calls, triggers, records, accounts.

use super::{Builder, Rule};
use crate::syntax::tree::*;
use pest::iterators::Pair;

impl Builder<'_> {
    pub(super) fn checklist(&self, pair: Pair<'_, Rule>) -> Option<Checklist> {
        let mut parts = self.parts(pair);
        let name = self.next_name(&mut parts)?;
        let title = self.title(&mut parts);
        let items = self.items(parts.next()?, |p| {
            let mut parts = self.parts(p);
            Some((self.next_text(&mut parts)?, self.cond(parts.next()?)?))
        })?;
        Some(Checklist { name, title, items })
    }

    pub(super) fn stage(&self, pair: Pair<'_, Rule>) -> Option<Stage> {
        let span = self.span(&pair);
        let mut parts = self.parts(pair);
        Some(Stage {
            span,
            replace: self.mark(&mut parts, Rule::replace_mark),
            name: self.next_name(&mut parts)?,
            title: self.title(&mut parts),
            items: self.items(parts.next()?, |p| self.stage_item(p))?,
        })
    }

    fn stage_item(&self, pair: Pair<'_, Rule>) -> Option<StageItem> {
        match pair.as_rule() {
            Rule::require => self.must(pair).map(StageItem::Require),
            Rule::should => self.must(pair).map(StageItem::Should),
            _ => {
                let span = self.span(&pair);
                let mut parts = self.parts(pair);
                let to = self.next_name(&mut parts)?;
                Some(StageItem::FallBack { span, to, when: self.cond(parts.next()?)? })
            }
        }
    }

    pub(super) fn risk(&self, pair: Pair<'_, Rule>) -> Option<Risk> {
        let mut parts = self.parts(pair);
        let title = self.next_text(&mut parts)?;
        let condition = self.cond(parts.next()?)?;
        let owner = parts.take(Rule::risk_owner).and_then(|p| self.only(p)).map(|p| self.name(p));
        Some(Risk { title, condition, owner })
    }

    pub(super) fn discovery(&self, pair: Pair<'_, Rule>) -> Option<Discovery> {
        let mut parts = self.parts(pair);
        let title = self.title(&mut parts);
        let sections = self.items(parts.next()?, |p| {
            let mut parts = self.parts(p);
            Some((self.next_name(&mut parts)?, self.names(parts.next()?)))
        })?;
        Some(Discovery { title, sections })
    }

    pub(super) fn trigger(&self, pair: Pair<'_, Rule>) -> Option<Trigger> {
        let span = self.span(&pair);
        let mut parts = self.parts(pair);
        let kind = self.trigger_kind(parts.next()?)?;
        let when = self.cond_if(&mut parts, Rule::when)?;
        Some(Trigger { span, kind, when, because: self.because(&mut parts) })
    }

    fn trigger_kind(&self, pair: Pair<'_, Rule>) -> Option<TriggerKind> {
        let rule = pair.as_rule();
        if rule == Rule::mentions {
            return Some(TriggerKind::Signals(self.names(pair)));
        }
        let mut parts = self.parts(pair);
        if rule == Rule::new_stakeholder {
            return Some(TriggerKind::NewStakeholder);
        }
        let field = self.next_name(&mut parts)?;
        if rule == Rule::change_of {
            return Some(TriggerKind::ChangeOf(field));
        }
        let change = self.only(parts.next()?)?;
        Some(match change.as_rule() {
            Rule::rises => TriggerKind::Rises(field),
            Rule::falls => TriggerKind::Falls(field),
            _ => {
                let mut ends = self.parts(change);
                TriggerKind::FromTo { field, from: self.values(ends.next()?)?, to: self.values(ends.next()?)? }
            }
        })
    }

    pub(super) fn record_section(&self, pair: Pair<'_, Rule>) -> Option<RecordSection> {
        let mut parts = self.parts(pair);
        Some(RecordSection { heading: self.next_text(&mut parts)?, fields: self.names(parts.next()?) })
    }

    pub(super) fn account(&self, pair: Pair<'_, Rule>) -> Option<Account> {
        let mut parts = self.parts(pair);
        let by = self.next_name(&mut parts)?;
        let newest_by = self.only(parts.next()?).and_then(|p| self.only(p)).map(|p| self.name(p));
        Some(Account { by, newest_by })
    }
}
