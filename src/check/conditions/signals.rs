//! Conditions on behaviour: `ever`, windows, counts, days since. All become counts of events in windows.

use super::compare::range;
use crate::check::names::Subject;
use crate::check::{Checker, Context};
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::condition::{Atom, CountRange, Layer};
use crate::policy::text::{nearest, surely};
use crate::policy::{CondKind, SignalId};
use crate::source::{Span, Spanned};
use crate::syntax::tree::{self, CondKind as Written, Name, Op, Signals};

declare_rule! {
    /// A signal that nothing declares.
    pub UNKNOWN_SIGNAL = "RB0401" "unknown-signal" Error "a signal that nothing declares"
}

declare_rule! {
    /// A tier that no signal has.
    pub EMPTY_TIER = "RB0402" "empty-tier" Error "a tier that no signal has"
}

impl Checker<'_> {
    /// `S ever`, `no S within …`, `count of S …`, `days since S …`.
    pub(super) fn signal_condition(&mut self, cond: &tree::Cond, context: Context) -> Option<CondKind> {
        if !super::allowed(Layer::Signals, context) || context.attributes_only {
            self.report(no_signals_here(cond.span, context));
            return None;
        }
        match &cond.kind {
            Written::Happened { negated, signals, within } => {
                let ids = self.signals(signals);
                let within = self.optional_window(within.as_ref());
                let happened = count_atom(ids?, within?, CountRange { low: 1, high: None });
                Some(self.negate_if(*negated, happened, cond.span))
            }
            Written::CountSignals { signals, within, op, count } => {
                let ids = self.signals(signals);
                let within = self.optional_window(within.as_ref());
                self.counted(ids?, within?, op, count.node, cond.span)
            }
            Written::DaysSince { signals, op, days } => self.days_since(signals, op, days, cond.span),
            _ => None,
        }
    }

    /// A window, or none; `None` after a report.
    fn optional_window(&mut self, within: Option<&tree::Count>) -> Option<Option<u32>> {
        match within {
            None => Some(None),
            Some(days) => self.window(days).map(Some),
        }
    }

    fn counted(
        &mut self,
        ids: Vec<SignalId>,
        within: Option<u32>,
        op: &Spanned<Op>,
        count: u32,
        span: Span,
    ) -> Option<CondKind> {
        let at = Some(i64::from(count));
        let r = range(op.node, at, at);
        let kind = match count_range(r.low, r.high) {
            Some(range) => count_atom(ids, within, range),
            None => CondKind::Always(false),
        };
        Some(self.negate_if(r.negated, kind, span))
    }

    /// Full days since the newest event: `< N` is "within N days", `<= N` is "within N + 1 days"; never is infinite.
    fn days_since(&mut self, signals: &Signals, op: &Spanned<Op>, days: &tree::Count, span: Span) -> Option<CondKind> {
        let ids = self.signals(signals);
        if days.node > super::LONGEST_WINDOW {
            self.report(super::bad_window(days.node, days.span));
            return None;
        }
        let ids = ids?;
        let happened = |days: u32| match days {
            0 => CondKind::Always(false),
            days => count_atom(ids.clone(), Some(days), CountRange { low: 1, high: None }),
        };
        let n = days.node;
        let exactly = |checker: &Self| {
            let not_sooner = CondKind::Not(Box::new(checker.made(happened(n), span)));
            CondKind::All(vec![checker.made(happened(n + 1), span), checker.made(not_sooner, span)])
        };
        Some(match op.node {
            Op::Lt => happened(n),
            Op::Le => happened(n + 1),
            Op::Ge => self.negate_if(true, happened(n), span),
            Op::Gt => self.negate_if(true, happened(n + 1), span),
            Op::Is => exactly(self),
            Op::IsNot => {
                let is = exactly(self);
                self.negate_if(true, is, span)
            }
        })
    }

    /// The signals that are meant, ascending.
    fn signals(&mut self, signals: &Signals) -> Option<Vec<SignalId>> {
        match signals {
            Signals::One(name) => self.signal(name).map(|s| vec![s]),
            Signals::Tiers(tiers) => {
                let meant = |(i, s): (usize, &tree::SignalDecl)| {
                    tiers.iter().any(|t| t.node == s.tier.node).then_some(SignalId(i as u16))
                };
                let ids: Vec<SignalId> = self.names.signals.iter().enumerate().filter_map(meant).collect();
                if ids.is_empty() {
                    if !self.poison.hides(&["signals"]) {
                        self.report(empty_tier(tiers));
                    }
                    return None;
                }
                Some(ids)
            }
        }
    }

    /// A signal by name; reports what nothing declares.
    pub(crate) fn signal(&mut self, name: &Name) -> Option<SignalId> {
        let found = self.names.signals.find(&name.node);
        if found.is_none() && !self.poison.hides(&["signals"]) {
            let near = nearest(&name.node, self.names.signals.names()).map(str::to_string);
            let subject = self.names.subject(&name.node);
            let meant = surely(&name.node, self.names.signals.names()).filter(|_| subject.is_none());
            self.report(unknown_signal(name, near, subject).with_name(name.span, meant));
        }
        found.map(|i| SignalId(i as u16))
    }
}

fn count_atom(signals: Vec<SignalId>, within_days: Option<u32>, range: CountRange) -> CondKind {
    CondKind::Atom(Atom::Count { signals, within_days, range })
}

/// A range of counts; `None` if no count lies in it.
pub(super) fn count_range(low: Option<i64>, high: Option<i64>) -> Option<CountRange> {
    let low = low.unwrap_or(0).max(0);
    match high {
        Some(high) if high < low => None,
        high => Some(CountRange {
            low: low.min(i64::from(u32::MAX)) as u32,
            high: high.map(|h| h.min(i64::from(u32::MAX)) as u32),
        }),
    }
}

/// A signal that nothing declares.
fn unknown_signal(name: &Name, near: Option<String>, subject: Option<Subject>) -> Diagnostic {
    let help = match (near, subject) {
        (_, Some(_)) => format!("`{}` is declared, but it is no signal", name.node),
        (Some(near), None) => format!("did you mean `{near}`?"),
        (None, None) => format!("declare it in `signals`: `{}: mid from website`", name.node),
    };
    Diagnostic::new(&UNKNOWN_SIGNAL, format!("there is no signal `{}`", name.node), name.span, "not among the signals")
        .with_help(help)
}

fn empty_tier(tiers: &[Spanned<tree::Tier>]) -> Diagnostic {
    let span = tiers.iter().map(|t| t.span).reduce(Span::to).unwrap_or(tiers[0].span);
    Diagnostic::new(&EMPTY_TIER, "no signal has this tier", span, "never happens")
        .with_help("declare a signal of the tier, or ask for another tier")
}

fn no_signals_here(span: Span, context: Context) -> Diagnostic {
    Diagnostic::new(
        &crate::check::layers::USED_TOO_EARLY,
        format!("{} cannot look at signals", context.place),
        span,
        "signals are counted later",
    )
    .with_help("use fields here")
}
