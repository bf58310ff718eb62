//! Scores: groups, criteria, caps and bands.

use super::{Checker, Context};
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::ScoreKind;
use crate::policy::condition::Layer;
use crate::policy::exact::Points;
use crate::policy::score::{Band, Criterion, CriterionKind, Group, Per, Score, decay_steps};
use crate::source::Span;
use crate::syntax::tree::{self, Name, PerSetting, ScoreItem};
use std::collections::HashMap;

declare_rule! {
    /// Points that cannot be earned.
    pub BAD_POINTS = "RB0504" "bad-points" Error "points, a cap or a floor that cannot be meant"
}

declare_rule! {
    /// `per` without a limit.
    pub UNLIMITED_POINTS = "RB0505" "unlimited-points" Error "points per event without a limit"
}

declare_rule! {
    /// Bands that do not descend to a last one without threshold.
    pub BANDS_OUT_OF_ORDER = "RB0506" "bands-out-of-order" Error "bands that do not stand highest first"
}

declare_rule! {
    /// A score that is missing or has another name.
    pub MISSING_SCORE = "RB0507" "missing-score" Error "a policy without its two scores, or a score with another name"
}

declare_rule! {
    /// A setting of `per` that stands twice.
    pub REPEATED_SETTING = "RB0508" "repeated-setting" Error "a setting that stands twice"
}

impl Checker<'_> {
    /// One of the two scores; `None` after a report.
    pub(crate) fn resolve_score(&mut self, kind: ScoreKind) -> Option<Score> {
        let decl = self.names.scores.named(kind.name())?;
        let span = self.names.scores.find(kind.name()).map(|i| self.names.score_spans[i])?;
        let out_of = decl.out_of.as_ref().map_or(Some(Points(100 * Points::SCALE)), |n| self.positive(n))?;
        let mut groups = Vec::new();
        let mut bands = None;
        let mut seen: HashMap<&str, Span> = HashMap::new();
        for item in &decl.items {
            match item {
                ScoreItem::Group(group) => {
                    self.once(&mut seen, &group.name, "group");
                    groups.push(self.group(group));
                }
                ScoreItem::Bands { span, bands: list } => {
                    if bands.is_some() {
                        let one = Diagnostic::new(
                            &BANDS_OUT_OF_ORDER,
                            format!("{} has two sets of bands", kind.name()),
                            *span,
                            "the second",
                        );
                        self.report(one.with_help("keep one"));
                    }
                    bands = Some(self.bands(kind, *span, list));
                }
            }
        }
        if bands.is_none() && !self.poison.touches(span) {
            let head = decl.name.span;
            let one = Diagnostic::new(
                &BANDS_OUT_OF_ORDER,
                format!("{} has no bands", kind.name()),
                head,
                "its points mean nothing yet",
            );
            self.report(one.with_help("add `bands { strong >= 70, good >= 50, weak }`"));
        }
        Some(Score { out_of, groups, bands: bands?, span: decl.name.span })
    }

    /// Reports what is no score, and in a policy what is missing.
    pub(crate) fn check_scores(&mut self, header: Option<Span>) {
        let names: Vec<Name> = self.names.scores.iter().map(|s| s.name.clone()).collect();
        for name in names.iter().filter(|n| ScoreKind::BOTH.iter().all(|k| k.name() != n.node)) {
            let one = Diagnostic::new(
                &MISSING_SCORE,
                format!("`{}` is no score", name.node),
                name.span,
                "expected `fit` or `intent`",
            );
            self.report(
                one.with_help("there are two scores, and nothing adds them up; make this a group of one of them"),
            );
        }
        let Some(header) = header else { return };
        for kind in ScoreKind::BOTH {
            if self.names.scores.find(kind.name()).is_none() && !self.poison.hides(&["score"]) {
                let one = Diagnostic::new(
                    &MISSING_SCORE,
                    format!("the policy has no score `{}`", kind.name()),
                    header,
                    "two scores belong to it",
                );
                self.report(one.with_help(format!("add `score {} {{ … }}`", kind.name())));
            }
        }
    }

    fn positive(&mut self, number: &tree::Number) -> Option<Points> {
        let points = self.points(number)?;
        if points.0 <= 0 {
            self.report(bad_points(
                number.span,
                format!("`{}` is no size for a score", number.node),
                "expected more than 0",
            ));
            return None;
        }
        Some(points)
    }

    /// Points as written; reports what cannot be held.
    fn points(&mut self, number: &tree::Number) -> Option<Points> {
        let points = Points::parse(&number.node);
        if points.is_none() {
            self.report(bad_points(
                number.span,
                format!("`{}` cannot be counted exactly", number.node),
                "at most 6 digits before and 2 after the point",
            ));
        }
        points
    }

    fn once<'t>(&mut self, seen: &mut HashMap<&'t str, Span>, name: &'t Name, what: &str) {
        if let Some(first) = seen.insert(&name.node, name.span) {
            let one = Diagnostic::new(
                &super::names::DUPLICATE_NAME,
                format!("the {what} `{}` stands twice", name.node),
                name.span,
                "again here",
            );
            self.report(one.with_label(first, "first here").with_help("give one of them another name"));
        }
    }

    fn group(&mut self, decl: &tree::Group) -> Group {
        let up_to = decl.up_to.as_ref().and_then(|n| self.points(n));
        let down_to = decl.down_to.as_ref().and_then(|n| self.points(n));
        if let (Some(cap), Some(floor)) = (up_to, down_to)
            && floor > cap
        {
            self.report(bad_points(
                decl.name.span,
                format!("`{}` is capped below its floor", decl.name.node),
                "the floor is above the cap",
            ));
        }
        let mut seen = HashMap::new();
        let mut criteria = Vec::new();
        for (i, criterion) in decl.criteria.iter().enumerate() {
            if let Some(name) = &criterion.name {
                self.once(&mut seen, name, "criterion");
            }
            criteria.extend(self.criterion(decl, i, criterion));
        }
        Group {
            name: decl.name.node.clone(),
            title: decl.title.as_ref().map(|t| t.node.clone()),
            up_to,
            down_to,
            criteria,
            span: decl.name.span,
        }
    }

    fn criterion(&mut self, group: &tree::Group, index: usize, decl: &tree::Criterion) -> Option<Criterion> {
        let points = self.points(&decl.points);
        if points == Some(Points::ZERO) {
            self.report(bad_points(decl.points.span, "a criterion of 0 points".to_string(), "earns nothing"));
        }
        let decimals = decl.points.node.split_once('.').map_or(0, |(_, d)| d.len().min(2) as u8);
        let kind = match &decl.kind {
            tree::CriterionKind::When(cond) => {
                let context = Context::new("a criterion", Layer::Committee);
                self.resolve_condition(cond, context).map(CriterionKind::When)
            }
            tree::CriterionKind::Per { signal, settings } => {
                self.per(group, decl, signal, settings, points.unwrap_or_default(), decimals).map(CriterionKind::Per)
            }
        };
        let name = decl.name.as_ref().map_or_else(|| (index + 1).to_string(), |n| n.node.clone());
        let end = decl.because.as_ref().map_or(decl.span.end, |b| b.span.start);
        let text = self.text(Span { start: decl.points.span.end, end, ..decl.span });
        let text = text.strip_suffix("because").unwrap_or(&text).trim().into();
        Some(Criterion {
            id: format!("{}.{name}", group.name.node),
            points: points?,
            decimals,
            kind: kind?,
            because: decl.because.as_ref().map(|b| b.node.clone()),
            text,
            span: decl.span,
        })
    }

    fn per(
        &mut self,
        group: &tree::Group,
        decl: &tree::Criterion,
        signal: &Name,
        settings: &[PerSetting],
        points: Points,
        decimals: u8,
    ) -> Option<Per> {
        let found = self.signal(signal);
        let mut per = Per {
            signal: found.unwrap_or(crate::policy::SignalId(0)),
            within_days: None,
            at_least: None,
            newest: None,
            halves_every_days: None,
            steps: Vec::new(),
        };
        for setting in settings {
            let (slot, count, window, word) = match setting {
                PerSetting::Newest(c) => (&mut per.newest, c, false, "newest"),
                PerSetting::AtLeast(c) => (&mut per.at_least, c, false, "at least"),
                PerSetting::Within(c) => (&mut per.within_days, c, true, "within"),
                PerSetting::HalvesEvery(c) => (&mut per.halves_every_days, c, true, "halves every"),
            };
            if slot.is_some() {
                let one =
                    Diagnostic::new(&REPEATED_SETTING, format!("`{word}` stands twice"), count.span, "the second");
                self.report(one.with_help("keep one of them"));
            }
            if window {
                *slot = self.window(count);
            } else if count.node == 0 || count.node > 1_000_000 {
                self.report(bad_points(
                    count.span,
                    format!("`{word} {}` counts nothing", count.node),
                    "expected 1 or more",
                ));
            } else {
                *slot = Some(count.node);
            }
        }
        let (limit, word) = if points.0 < 0 { (&group.down_to, "down to") } else { (&group.up_to, "up to") };
        if per.newest.is_none() && limit.is_none() && found.is_some() {
            self.report(unlimited(decl.span, group, word));
        }
        per.steps = decay_steps(points, decimals, per.halves_every_days.is_some());
        found.map(|_| per)
    }

    fn bands(&mut self, kind: ScoreKind, span: Span, list: &[tree::Band]) -> Vec<Band> {
        let mut seen = HashMap::new();
        let mut last: Option<(Points, Span)> = None;
        let mut bands = Vec::new();
        for (i, band) in list.iter().enumerate() {
            self.once(&mut seen, &band.name, "band");
            let at_least = band.at_least.as_ref().and_then(|n| self.points(n).map(|p| (p, n.span)));
            if let Some((points, place)) = at_least {
                self.threshold_in_range(kind, points, place);
                if let Some((above, first)) = last
                    && points >= above
                {
                    let one = order(
                        place,
                        format!("`{}` begins at {points}, not below the band before it", band.name.node),
                        "expected less",
                    );
                    self.report(one.with_label(first, format!("{above} here")));
                }
                last = Some((points, place));
            }
            match (i + 1 == list.len(), &band.at_least) {
                (true, Some(n)) => {
                    self.report(order(
                        n.span,
                        format!("`{}` is the last band and has a threshold", band.name.node),
                        "what is below it has no band",
                    ));
                }
                (false, None) => {
                    self.report(order(
                        band.name.span,
                        format!("`{}` has no threshold", band.name.node),
                        "only the last band goes without",
                    ));
                }
                _ => {}
            }
            bands.push(Band { name: band.name.node.clone(), at_least: at_least.map(|a| a.0), span: band.name.span });
        }
        if bands.is_empty() && !self.poison.touches(span) {
            self.report(order(span, "no bands in `bands`".to_string(), "expected at least one"));
        }
        if bands.is_empty() {
            bands.push(Band { name: "all".to_string(), at_least: None, span });
        }
        bands
    }
}

fn bad_points(span: Span, message: String, label: &str) -> Diagnostic {
    Diagnostic::new(&BAD_POINTS, message, span, label)
        .with_help("points are numbers such as `20` or `7.5`; caps stand above floors")
}

fn order(span: Span, message: String, label: &str) -> Diagnostic {
    Diagnostic::new(&BANDS_OUT_OF_ORDER, message, span, label).with_help(
        "bands stand highest first, and the last has no threshold: `bands { strong >= 70, good >= 50, weak }`",
    )
}

fn unlimited(span: Span, group: &tree::Group, word: &str) -> Diagnostic {
    Diagnostic::new(
        &UNLIMITED_POINTS,
        "points for every event, without a limit",
        span,
        "a crowd of events would decide alone",
    )
    .with_help(format!("add `newest 3`, or a limit to the group: `{} {word} 20 {{`", group.name.node))
}
