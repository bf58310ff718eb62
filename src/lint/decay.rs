//! A decay that has no time to act.

use super::Lens;
use super::pairs::criteria;
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::ScoreKind;
use crate::policy::score::{Criterion, CriterionKind};
use crate::source::Span;

declare_rule! {
    /// A criterion whose events leave its window before their points are halved for the first time.
    pub DECAY_OUTLIVES_WINDOW = "RB1129" "decay-outlives-window" Warning "a decay that is slower than its window is long"
}

/// Finds criteria with `halves every` at least as long as their `within`.
pub fn find(lens: &Lens<'_>, found: &mut Vec<Diagnostic>) {
    for kind in ScoreKind::BOTH {
        for (_, criterion) in criteria(lens, kind) {
            if let CriterionKind::Per(per) = &criterion.kind
                && let (Some(window), Some(period)) = (per.within_days, per.halves_every_days)
                && period >= window
            {
                found.push(outlives(lens, criterion, window, period));
            }
        }
    }
}

fn outlives(lens: &Lens<'_>, criterion: &Criterion, window: u32, period: u32) -> Diagnostic {
    let setting = setting(lens, criterion.span);
    let one = Diagnostic::new(
        &DECAY_OUTLIVES_WINDOW,
        "these points are never halved",
        setting.map_or(criterion.span, |(words, _)| words),
        format!("after {period} days, when the event has not counted for {} days", period - window),
    )
    .with_help("make the window longer, let the points halve sooner, or leave `halves every` out");
    match setting {
        Some((_, whole)) => one.with_fix("leave `halves every` out", vec![(whole, String::new())]),
        None => one,
    }
}

/// Where `halves every N days` stands in a criterion: the words alone, and with the comma that goes with them. `None` where a comment or something else stands
/// between the words.
fn setting(lens: &Lens<'_>, criterion: Span) -> Option<(Span, Span)> {
    let text = lens.sources.text(criterion);
    let start = text.find("halves every")?;
    let tail = &text[start + "halves every".len()..];
    let number = tail.trim_start();
    let unit = number.trim_start_matches(|c: char| c.is_ascii_digit() || c == '_').trim_start();
    let rest = unit.strip_prefix("days").or_else(|| unit.strip_prefix("day"))?;
    let end = text.len() - rest.len();
    let (before, after) = (text[..start].trim_end(), rest.trim_start());
    let whole = match (before.strip_suffix(','), after.strip_prefix(',')) {
        (Some(kept), _) => (kept.trim_end().len(), end),
        (None, Some(after)) => (start, text.len() - after.trim_start().len()),
        (None, None) => (before.len(), end),
    };
    let base = criterion.start as usize;
    let span = |from: usize, to: usize| Span::new(criterion.file, base + from, base + to);
    Some((span(start, end), span(whole.0, whole.1)))
}
