//! The profile and the scores.

use super::{Builder, Rule};
use crate::syntax::tree::*;
use pest::iterators::Pair;

impl Builder<'_> {
    /// `must`, `require` and `should`: a keyword and what it demands.
    pub(super) fn must(&self, pair: Pair<'_, Rule>) -> Option<Must> {
        let span = self.span(&pair);
        let mut parts = self.parts(self.only(pair)?);
        let name = self.label(&mut parts);
        let condition = self.cond(parts.next()?)?;
        Some(Must { span, name, condition, because: self.because(&mut parts) })
    }

    pub(super) fn score(&self, pair: Pair<'_, Rule>) -> Option<Score> {
        let mut parts = self.parts(pair);
        let name = self.next_name(&mut parts)?;
        let out_of = parts.take(Rule::out_of).and_then(|p| self.only(p)).map(|p| self.number(p));
        let items = self.items(parts.next()?, |p| match p.as_rule() {
            Rule::bands => self.bands(p),
            _ => self.group(p).map(ScoreItem::Group),
        })?;
        Some(Score { name, out_of, items })
    }

    fn bands(&self, pair: Pair<'_, Rule>) -> Option<ScoreItem> {
        let span = self.span(&pair);
        let bands = self.items(self.only(pair)?, |p| {
            let mut parts = self.parts(p);
            Some(Band { name: self.next_name(&mut parts)?, at_least: self.next_number(&mut parts) })
        })?;
        Some(ScoreItem::Bands { span, bands })
    }

    fn group(&self, pair: Pair<'_, Rule>) -> Option<Group> {
        let span = self.span(&pair);
        let mut parts = self.parts(pair);
        let name = self.next_name(&mut parts)?;
        let title = self.title(&mut parts);
        let (mut up_to, mut down_to, mut criteria) = (None, None, Vec::new());
        for part in parts.rest() {
            match part.as_rule() {
                Rule::up_to => up_to = self.only(part).map(|p| self.number(p)),
                Rule::down_to => down_to = self.only(part).map(|p| self.number(p)),
                _ => criteria = self.items(part, |p| self.criterion(p))?,
            }
        }
        Some(Group { span, name, title, up_to, down_to, criteria })
    }

    fn criterion(&self, pair: Pair<'_, Rule>) -> Option<Criterion> {
        let span = self.span(&pair);
        let mut parts = self.parts(pair);
        let name = self.label(&mut parts);
        let points = self.next_number(&mut parts)?;
        let earns = parts.next()?;
        let kind = match earns.as_rule() {
            Rule::when => CriterionKind::When(self.cond_in(earns)?),
            _ => {
                let mut per = self.parts(earns);
                let signal = self.next_name(&mut per)?;
                let settings = per.rest().map(|p| self.per_setting(p)).collect::<Option<_>>()?;
                CriterionKind::Per { signal, settings }
            }
        };
        Some(Criterion { span, name, points, kind, because: self.because(&mut parts) })
    }

    fn per_setting(&self, pair: Pair<'_, Rule>) -> Option<PerSetting> {
        let setting = self.only(pair)?;
        let rule = setting.as_rule();
        let said = self.only(setting)?;
        Some(match rule {
            Rule::newest => PerSetting::Newest(self.count(said)),
            Rule::at_least => PerSetting::AtLeast(self.count(said)),
            Rule::in_days => PerSetting::Within(self.days(said)?),
            _ => PerSetting::HalvesEvery(self.days(said)?),
        })
    }
}
