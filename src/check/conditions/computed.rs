//! Comparisons of what is computed: roles, the committee, scores, the profile, checklists, stages, the route.

use super::compare::range;
use super::signals::count_range;
use super::{allowed, wrong_comparison};
use crate::check::names::Subject;
use crate::check::values::word;
use crate::check::{Checker, Context};
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::condition::{Atom, Layer, PointsRange};
use crate::policy::exact::Points;
use crate::policy::people::RoleStatus;
use crate::policy::text::{nearest, surely};
use crate::policy::{ChecklistId, CondKind, IcpStatus, OutcomeId, RoleId, ScoreKind};
use crate::source::{Span, Spanned};
use crate::syntax::tree::{self, CondKind as Written, Name, Op, Value, ValueKind};

declare_rule! {
    /// A status, band, stage or outcome that does not exist.
    pub UNKNOWN_STATE = "RB0306" "unknown-state" Error "a status, band, stage or outcome that does not exist"
}

declare_rule! {
    /// A threshold no score can have.
    pub THRESHOLD_OUT_OF_RANGE = "RB0501" "threshold-out-of-range" Error "a threshold outside the range of its score"
}

declare_rule! {
    /// A stage that is looked at before it is reached.
    pub STAGE_TOO_EARLY = "RB0502" "stage-too-early" Error "a stage looked at before its turn"
}

/// Something in a line of states: from `first` to `last`, as whole units.
#[derive(Clone, Copy)]
struct Stretch {
    first: Option<i64>,
    last: Option<i64>,
}

impl Stretch {
    fn at(n: i64) -> Stretch {
        Stretch { first: Some(n), last: Some(n) }
    }
}

impl Checker<'_> {
    /// A comparison of something computed.
    pub(super) fn computed_test(
        &mut self,
        cond: &tree::Cond,
        name: &Name,
        subject: Subject,
        context: Context,
    ) -> Option<CondKind> {
        match subject {
            Subject::Role(i) => self.role_test(cond, RoleId(i as u16)),
            Subject::Score(kind) => self.score_test(cond, kind),
            Subject::Stage => self.stage_test(cond, context),
            Subject::Route => {
                let outcomes = self.outcomes_named(cond)?;
                Some(self.negate_if(is_negated(cond), CondKind::Atom(Atom::Route(outcomes)), cond.span))
            }
            Subject::Icp => self.icp_test(cond),
            Subject::Committee => self.complete_test(cond, name, CondKind::Atom(Atom::CommitteeComplete)),
            Subject::Checklist(i) => {
                self.complete_test(cond, name, CondKind::Atom(Atom::Checklist(ChecklistId(i as u16))))
            }
            Subject::Signal(_) => {
                let help = format!(
                    "write `{} ever`, `{} within 30 days` or `count of {} >= 2`",
                    name.node, name.node, name.node
                );
                self.report(wrong_comparison(
                    &format!("`{}`, a signal,", name.node),
                    cond.span,
                    "signals happen or not",
                    help,
                ));
                None
            }
            Subject::Define(_) => {
                let help = format!("write `{}` or `not {}`", name.node, name.node);
                self.report(wrong_comparison(
                    &format!("`{}`, a definition,", name.node),
                    cond.span,
                    "it is true or not",
                    help,
                ));
                None
            }
            Subject::Field(_) | Subject::Attribute(_) => None,
        }
    }

    /// `count of engaged roles >= N`.
    pub(super) fn count_roles(
        &mut self,
        status: &Name,
        op: &Spanned<Op>,
        count: &tree::Count,
        span: Span,
        context: Context,
    ) -> Option<CondKind> {
        if !allowed(Layer::Roles, context) || context.attributes_only {
            let early = Diagnostic::new(
                &crate::check::layers::USED_TOO_EARLY,
                format!("{} cannot look at roles", context.place),
                span,
                "roles are known only later",
            );
            self.report(early.with_help("use fields or signals here"));
            return None;
        }
        let at_least = self.status(&status.node, status.span)?;
        if at_least == RoleStatus::Missing {
            let help = "ask for `identified`, `engaged` or `approved`; every role is at least `missing`";
            self.report(wrong_comparison("`missing` roles", status.span, "counts all roles", help));
            return None;
        }
        let at = Some(i64::from(count.node));
        let r = range(op.node, at, at);
        let kind = match count_range(r.low, r.high) {
            Some(range) => CondKind::Atom(Atom::RoleCount { at_least, range }),
            None => CondKind::Always(false),
        };
        Some(self.negate_if(r.negated, kind, span))
    }

    fn status(&mut self, written: &str, span: Span) -> Option<RoleStatus> {
        let found = RoleStatus::from_word(written);
        if found.is_none() {
            let words: Vec<&str> = RoleStatus::ALL.iter().map(|s| s.word()).collect();
            self.report(unknown_state("a role", written, span, &words));
        }
        found
    }

    fn role_test(&mut self, cond: &tree::Cond, role: RoleId) -> Option<CondKind> {
        // `is engaged` means at least engaged; `is missing` alone means below expected.
        if let Written::Compare { op: Spanned { node: op @ (Op::Is | Op::IsNot), .. }, value, .. } = &cond.kind {
            let status = self.status(word(value), value.span)?;
            let negated = (status == RoleStatus::Missing) != (*op == Op::IsNot);
            let at_least = if status == RoleStatus::Missing { RoleStatus::Expected } else { status };
            return Some(self.negate_if(negated, CondKind::Atom(Atom::Role(role, at_least)), cond.span));
        }
        let r = self.line(cond, "a role", |checker, value| {
            let status = checker.status(word(value), value.span)?;
            Some(Stretch::at(status as i64))
        })?;
        let low = r.low.unwrap_or(0);
        if r.low.is_some() && low <= 0 && r.high.is_none() {
            let help = "every role is at least `missing`; ask for `expected` or more";
            self.report(wrong_comparison("a role with `missing`", cond.span, "always true", help));
            return None;
        }
        let at_least = |n: i64| RoleStatus::ALL.get(n.max(0) as usize).map(|s| CondKind::Atom(Atom::Role(role, *s)));
        let lower = if low > 0 { Some(at_least(low).unwrap_or(CondKind::Always(false))) } else { None };
        let upper = r.high.and_then(|h| at_least(h + 1)).map(|k| self.negate_if(true, k, cond.span));
        Some(self.both(lower, upper, cond.span))
    }

    fn both(&self, lower: Option<CondKind>, upper: Option<CondKind>, span: Span) -> CondKind {
        match (lower, upper) {
            (Some(a), Some(b)) => CondKind::All(vec![self.made(a, span), self.made(b, span)]),
            (Some(a), None) | (None, Some(a)) => a,
            (None, None) => CondKind::Always(true),
        }
    }

    fn score_test(&mut self, cond: &tree::Cond, kind: ScoreKind) -> Option<CondKind> {
        if let Written::In { values, negated, .. } = &cond.kind {
            let parts: Vec<Option<Stretch>> = values.iter().map(|v| self.points_or_band(kind, v)).collect();
            let parts: Vec<Stretch> = parts.into_iter().collect::<Option<_>>()?;
            let part = |s: Stretch| self.made(CondKind::Atom(score_atom(kind, s.first, s.last)), cond.span);
            let any = CondKind::Any(parts.into_iter().map(part).collect());
            return Some(self.negate_if(*negated, any, cond.span));
        }
        let r = self.line(cond, "a score", |checker, value| checker.points_or_band(kind, value))?;
        Some(self.negate_if(r.negated, CondKind::Atom(score_atom(kind, r.low, r.high)), cond.span))
    }

    /// A number of points, or a band from its threshold to below the next higher band's.
    fn points_or_band(&mut self, kind: ScoreKind, value: &Value) -> Option<Stretch> {
        match &value.kind {
            ValueKind::Number(text) => {
                let Some(points) = Points::parse(text) else {
                    self.report(crate::check::values::bad_number(text, value.span));
                    return None;
                };
                self.threshold_in_range(kind, points, value.span)?;
                Some(Stretch::at(points.0))
            }
            _ => {
                let bands = self.names.bands(kind);
                let written = word(value);
                let Some(at) = bands.iter().position(|b| b.name.node == written) else {
                    let names: Vec<&str> = bands.iter().map(|b| b.name.node.as_str()).collect();
                    if !self.poison.hides(&["score"]) {
                        self.report(unknown_state(&format!("`{}`", kind.name()), written, value.span, &names));
                    }
                    return None;
                };
                let threshold = |i: usize| {
                    let band: Option<&tree::Band> = bands.get(i);
                    band.and_then(|b| b.at_least.as_ref()).and_then(|n| Points::parse(&n.node)).map(|p| p.0)
                };
                let above = at.checked_sub(1).and_then(threshold);
                Some(Stretch { first: threshold(at), last: above.map(|a| a - 1) })
            }
        }
    }

    /// Whether a score can have so many points; reports if not.
    pub(crate) fn threshold_in_range(&mut self, kind: ScoreKind, points: Points, span: Span) -> Option<()> {
        let out_of = self.names.scores.named(kind.name()).and_then(|s| s.out_of.as_ref());
        let most = out_of.and_then(|n| Points::parse(&n.node)).unwrap_or(Points(100 * Points::SCALE));
        if points.0 < 0 || points > most {
            self.report(out_of_range(kind, points, most, span));
            return None;
        }
        Some(())
    }

    fn stage_test(&mut self, cond: &tree::Cond, context: Context) -> Option<CondKind> {
        let top = self.names.stages.len() as i64;
        if let Written::In { values, negated, .. } = &cond.kind {
            let parts: Vec<Option<i64>> = values.iter().map(|v| self.level(v, context)).collect();
            let parts: Vec<i64> = parts.into_iter().collect::<Option<_>>()?;
            let part = |n: i64| self.made(stage_atom(n, n), cond.span);
            let any = CondKind::Any(parts.into_iter().map(part).collect());
            return Some(self.negate_if(*negated, any, cond.span));
        }
        let r = self.line(cond, "a stage", |checker, value| checker.level(value, context).map(Stretch::at))?;
        let (low, high) = (r.low.unwrap_or(0).max(0), r.high.unwrap_or(top).min(top));
        let kind = if low > high { CondKind::Always(false) } else { stage_atom(low, high) };
        Some(self.negate_if(r.negated, kind, cond.span))
    }

    /// The level of a stage that may be looked at here.
    fn level(&mut self, value: &Value, context: Context) -> Option<i64> {
        let written = word(value);
        let Some(level) = self.names.stage_level(written) else {
            if !self.poison.hides(&["stages"]) && !self.library_only {
                let mut names: Vec<&str> = self.names.stages.names().collect();
                names.push("none");
                self.report(unknown_state("`stage`", written, value.span, &names));
            }
            return None;
        };
        if context.stages_before.is_some_and(|before| level > before) {
            self.report(stage_too_early(written, value.span, "a stage can look at earlier stages only"));
            return None;
        }
        Some(i64::from(level))
    }

    /// That a definition mentions no stage that is decided only later; reports the way to it if it does.
    pub(super) fn stages_in_order(&mut self, name: &Name, define: usize, context: Context) -> Option<()> {
        let Some(way) = context.stages_before.and_then(|level| self.way_to_later_stage(define, level)) else {
            return Some(());
        };
        self.report(stage_too_early(way.last().map_or("", String::as_str), name.span, &way.join(" → ")));
        None
    }

    fn icp_test(&mut self, cond: &tree::Cond) -> Option<CondKind> {
        const ALL: [IcpStatus; 3] = [IcpStatus::Matched, IcpStatus::Failed, IcpStatus::Undecided];
        let values: Vec<&Value> = match &cond.kind {
            Written::Compare { op: Spanned { node: Op::Is | Op::IsNot, .. }, value, .. } => vec![value],
            Written::In { values, .. } => values.iter().collect(),
            _ => {
                let help = "write `icp is matched`, `icp is failed` or `icp is undecided`";
                self.report(wrong_comparison("`icp`", cond.span, "it has no order", help));
                return None;
            }
        };
        let mut parts = Vec::new();
        for value in values {
            let Some(status) = ALL.into_iter().find(|s| s.word() == word(value)) else {
                self.report(unknown_state("`icp`", word(value), value.span, &ALL.map(|s| s.word())));
                return None;
            };
            parts.push(CondKind::Atom(Atom::Icp(status)));
        }
        let kind = match parts.len() {
            1 => parts.remove(0),
            _ => CondKind::Any(parts.into_iter().map(|k| self.made(k, cond.span)).collect()),
        };
        Some(self.negate_if(is_negated(cond), kind, cond.span))
    }

    fn complete_test(&mut self, cond: &tree::Cond, name: &Name, kind: CondKind) -> Option<CondKind> {
        if let Written::Compare { op: Spanned { node: Op::Is | Op::IsNot, .. }, value, .. } = &cond.kind {
            match word(value) {
                "complete" => return Some(self.negate_if(is_negated(cond), kind, cond.span)),
                "incomplete" => return Some(self.negate_if(!is_negated(cond), kind, cond.span)),
                other => {
                    let what = format!("`{}`", name.node);
                    self.report(unknown_state(&what, other, value.span, &["complete"]));
                    return None;
                }
            }
        }
        let help = format!("write `{} is complete`", name.node);
        self.report(wrong_comparison(&format!("`{}`", name.node), cond.span, "it is complete or not", help));
        None
    }

    /// `previous route is …`.
    pub(super) fn previous_route(&mut self, cond: &tree::Cond, span: Span, context: Context) -> Option<CondKind> {
        if !context.previous_route {
            let help = "only re-qualification compares with an earlier route: `on … when previous route is …`";
            self.report(wrong_comparison("`previous route`", span, "not known here", help));
            return None;
        }
        let outcomes = self.outcomes_named(cond)?;
        Some(self.negate_if(is_negated(cond), CondKind::Atom(Atom::PreviousRoute(outcomes)), cond.span))
    }

    fn outcomes_named(&mut self, cond: &tree::Cond) -> Option<Vec<OutcomeId>> {
        let values: Vec<&Value> = match &cond.kind {
            Written::Compare { op: Spanned { node: Op::Is | Op::IsNot, .. }, value, .. } => vec![value],
            Written::In { values, .. } => values.iter().collect(),
            _ => {
                let help = "write `route is demo` or `route in [demo, nurture]`";
                self.report(wrong_comparison("`route`", cond.span, "outcomes have no order", help));
                return None;
            }
        };
        let found: Vec<Option<OutcomeId>> = values.iter().map(|v| self.outcome(word(v), v.span)).collect();
        let mut found: Vec<OutcomeId> = found.into_iter().collect::<Option<_>>()?;
        found.sort_unstable();
        found.dedup();
        Some(found)
    }

    /// An outcome by name; reports what nothing declares.
    pub(crate) fn outcome(&mut self, written: &str, span: Span) -> Option<OutcomeId> {
        let found = self.names.outcomes.find(written);
        if found.is_none() && !self.poison.hides(&["outcomes"]) && !self.library_only {
            let names: Vec<String> = self.names.outcomes.names().map(str::to_string).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            self.report(unknown_state("the route", written, span, &names));
        }
        found.map(|i| OutcomeId(i as u16))
    }

    /// A comparison on something whose states stand in a line.
    fn line(
        &mut self,
        cond: &tree::Cond,
        what: &str,
        stretch: impl Fn(&mut Self, &Value) -> Option<Stretch>,
    ) -> Option<super::compare::Range> {
        match &cond.kind {
            Written::Compare { op, value, .. } => {
                let s = stretch(self, value)?;
                Some(range(op.node, s.first, s.last))
            }
            Written::Between { low, high, .. } => {
                let (low, high) = (stretch(self, low), stretch(self, high));
                let (low, high) = (low?, high?);
                if low.first.zip(high.last).is_some_and(|(a, b)| a > b) {
                    let help = "write the lower end first";
                    self.report(wrong_comparison(
                        "a range that ends before it begins",
                        cond.span,
                        "the first is above the second",
                        help,
                    ));
                    return None;
                }
                Some(super::compare::Range { low: low.first, high: high.last, negated: false })
            }
            _ => {
                self.report(wrong_comparison(
                    what,
                    cond.span,
                    "this form is for fields",
                    "compare with `is`, `>=` or `between`",
                ));
                None
            }
        }
    }
}

fn is_negated(cond: &tree::Cond) -> bool {
    match &cond.kind {
        Written::Compare { op, .. } => op.node == Op::IsNot,
        Written::In { negated, .. } => *negated,
        _ => false,
    }
}

fn score_atom(kind: ScoreKind, low: Option<i64>, high: Option<i64>) -> Atom {
    Atom::Score(kind, PointsRange { low: low.map(Points), high: high.map(Points) })
}

fn stage_atom(low: i64, high: i64) -> CondKind {
    CondKind::Atom(Atom::Stage { low: low as u16, high: high as u16 })
}

fn unknown_state(what: &str, written: &str, span: Span, states: &[&str]) -> Diagnostic {
    let help = match nearest(written, states.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if states.is_empty() => "none are declared".to_string(),
        None => format!("it can be {}", states.iter().map(|s| format!("`{s}`")).collect::<Vec<_>>().join(", ")),
    };
    Diagnostic::new(&UNKNOWN_STATE, format!("{what} is never `{written}`"), span, "no such state")
        .with_help(help)
        .with_name(span, surely(written, states.iter().copied()))
}

fn out_of_range(kind: ScoreKind, points: Points, most: Points, span: Span) -> Diagnostic {
    Diagnostic::new(
        &THRESHOLD_OUT_OF_RANGE,
        format!("{} can never be {points}", kind.name()),
        span,
        format!("{} goes from 0 to {most}", kind.name()),
    )
    .with_help(format!("use a threshold from 0 to {most}, or declare `score {} out of {points}`", kind.name()))
}

fn stage_too_early(written: &str, span: Span, label: &str) -> Diagnostic {
    Diagnostic::new(&STAGE_TOO_EARLY, format!("`{written}` is not decided yet here"), span, label)
        .with_help("move this requirement to a later stage")
}
