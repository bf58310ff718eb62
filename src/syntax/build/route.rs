//! Outcomes and routes.

use super::{Builder, Rule};
use crate::syntax::tree::*;
use pest::iterators::Pair;

impl Builder<'_> {
    pub(super) fn outcome(&self, pair: Pair<'_, Rule>) -> Option<Outcome> {
        let span = self.span(&pair);
        let mut parts = self.parts(pair);
        Some(Outcome {
            span,
            replace: self.mark(&mut parts, Rule::replace_mark),
            name: self.next_name(&mut parts)?,
            title: self.title(&mut parts),
            items: self.items(parts.next()?, |p| self.outcome_item(p))?,
        })
    }

    fn outcome_item(&self, pair: Pair<'_, Rule>) -> Option<OutcomeItem> {
        let span = self.span(&pair);
        let mut parts = self.parts(pair);
        let said = parts.next()?;
        let when = self.cond_if(&mut parts, Rule::when)?;
        let rule = said.as_rule();
        let mut said = self.parts(said);
        let first = said.next()?;
        let kind = match rule {
            Rule::next_step => OutcomeItemKind::Next(self.text(first)),
            Rule::outcome_owner => OutcomeItemKind::Owner(self.name(first)),
            Rule::revisit_in => OutcomeItemKind::RevisitIn(self.days(first)?),
            Rule::revisit_on => OutcomeItemKind::RevisitOn(self.name(first)),
            Rule::check => OutcomeItemKind::Check(self.name(first)),
            _ => {
                let unit = match self.first_token(&said.next()?)? {
                    Rule::kw_hours => DueUnit::Hours,
                    Rule::kw_business => DueUnit::BusinessDays,
                    _ => DueUnit::Days,
                };
                let anchor = match said.next() {
                    Some(anchor) => self.anchor(anchor)?,
                    None => DueAnchor::AsOf,
                };
                OutcomeItemKind::Due(Due { amount: self.count(first), unit, anchor })
            }
        };
        Some(OutcomeItem { span, kind, when })
    }

    fn anchor(&self, pair: Pair<'_, Rule>) -> Option<DueAnchor> {
        let rule = pair.as_rule();
        let what = self.only(pair)?;
        if rule == Rule::due_before {
            return Some(DueAnchor::Before(self.name(what)));
        }
        Some(match self.signals_of(what)? {
            Signals::One(name) => DueAnchor::AfterSignal(name),
            Signals::Tiers(tiers) => DueAnchor::AfterTiers(tiers),
        })
    }

    pub(super) fn route_item(&self, pair: Pair<'_, Rule>) -> Option<RouteItem> {
        let span = self.span(&pair);
        let mut parts = self.parts(pair);
        let name = self.label(&mut parts);
        let said = parts.next()?;
        let rule = said.as_rule();
        let mut said = self.parts(said);
        let first = self.next_name(&mut said)?;
        let kind = match rule {
            Rule::route_to => RouteItemKind::To { outcome: first, when: self.cond_if(&mut said, Rule::when)? },
            Rule::route_otherwise => RouteItemKind::Otherwise { outcome: first },
            _ => {
                let columns = self.next_name(&mut said)?;
                let when = self.cond_if(&mut said, Rule::when)?;
                let mut matrix = self.parts(said.next()?);
                let header = self.names(matrix.next()?);
                let body = matrix.rest().map(|p| self.matrix_row(p)).collect::<Option<_>>()?;
                RouteItemKind::By { rows: first, columns, when, header, body }
            }
        };
        Some(RouteItem { span, name, kind, because: self.because(&mut parts) })
    }

    fn matrix_row(&self, pair: Pair<'_, Rule>) -> Option<MatrixRow> {
        let mut parts = self.parts(pair);
        let band = self.next_name(&mut parts)?;
        let cells = parts
            .rest()
            .map(|p| {
                let span = self.span(&p);
                // An empty cell holds only the dash.
                let name = self.only(p).filter(|p| p.as_rule() != Rule::dash);
                Cell { span, outcome: name.map(|p| self.name(p)) }
            })
            .collect();
        Some(MatrixRow { band, cells })
    }
}
