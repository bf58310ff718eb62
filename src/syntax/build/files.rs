//! The blocks that make files hang together: `policy`, `portfolio`, `define`.

use super::{Builder, Rule};
use crate::syntax::tree::*;
use pest::iterators::Pair;

impl Builder<'_> {
    pub(super) fn policy(&self, pair: Pair<'_, Rule>) -> Option<PolicyHeader> {
        let mut parts = self.parts(pair);
        let name = self.next_name(&mut parts)?;
        let title = self.title(&mut parts);
        let settings = self.items(parts.next()?, |p| self.policy_setting(self.only(p)?))?;
        Some(PolicyHeader { name, title, settings })
    }

    fn policy_setting(&self, pair: Pair<'_, Rule>) -> Option<PolicySetting> {
        let rule = pair.as_rule();
        let mut parts = self.parts(pair);
        Some(match rule {
            Rule::version => PolicySetting::Version(self.next_text(&mut parts)?),
            Rule::policy_owner => PolicySetting::Owner(self.next_text(&mut parts)?),
            Rule::applies => PolicySetting::Applies(self.cond(parts.next()?)?),
            Rule::time_zone => PolicySetting::TimeZone(self.next_text(&mut parts)?),
            Rule::holidays => PolicySetting::Holidays(self.values(parts.next()?)?),
            _ => PolicySetting::ExpectMoves {
                reason: self.next_text(&mut parts)?,
                percent: self.next_number(&mut parts)?,
            },
        })
    }

    pub(super) fn portfolio(&self, pair: Pair<'_, Rule>) -> Option<Portfolio> {
        let mut parts = self.parts(pair);
        let name = self.next_name(&mut parts)?;
        let (mut policies, mut otherwise) = (Vec::new(), None);
        for part in self.parts(parts.next()?).rest() {
            match part.as_rule() {
                Rule::portfolio_rest => otherwise = self.only(part).map(|p| self.name(p)),
                _ => policies.push(self.name(part)),
            }
        }
        Some(Portfolio { name, policies, otherwise })
    }

    pub(super) fn define(&self, pair: Pair<'_, Rule>) -> Option<Define> {
        let mut parts = self.parts(pair);
        Some(Define { name: self.next_name(&mut parts)?, condition: self.cond(parts.next()?)? })
    }
}
