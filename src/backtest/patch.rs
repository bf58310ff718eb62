//! New weights in the text of a policy: only the numbers change, and the layout stays what it was.

use super::figures::SuggestedScore;
use crate::format::format;
use crate::policy::exact::Points;
use crate::policy::score::Criterion;
use crate::policy::{Policy, ScoreKind};
use crate::scenario::tokens;
use crate::source::{FileId, SourceMap, Span};

/// The text of the file `main` with the weights of the suggestions. A text that was laid out by the formatter is laid out again, since a number of
/// another length can move what stands beside it; in any other text, only the numbers and the blanks right behind them change.
pub fn patched(policy: &Policy, sources: &SourceMap, main: FileId, scores: &[SuggestedScore]) -> String {
    let mut edits: Vec<(Span, String)> = Vec::new();
    for (kind, score) in ScoreKind::BOTH.into_iter().zip(scores) {
        let all = policy.score(kind).groups.iter().flat_map(|g| &g.criteria);
        let changed = all.zip(&score.weights).filter(|(c, w)| w.new != w.old && c.span.file == main);
        edits.extend(changed.filter_map(|(c, w)| Some(in_place(sources, number(sources, c)?, signed(w.new)))));
    }
    edits.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    let old = &sources.file(main).text;
    let mut text = old.to_string();
    for (span, new) in edits {
        text.replace_range(span.start as usize..span.end as usize, &new);
    }
    let laid_out = |text: &str| {
        let mut one = SourceMap::default();
        let file = one.add("", text);
        format(file, one.file(file)).ok().map(|f| f.text)
    };
    match laid_out(old).is_some_and(|same| *same == **old) {
        true => laid_out(&text).unwrap_or(text),
        false => text,
    }
}

/// A number with the blanks behind it, so that what follows stays in its column where it can.
fn in_place(sources: &SourceMap, span: Span, new: String) -> (Span, String) {
    let behind = &sources.file(span.file).text[span.end as usize..];
    let blanks = behind.len() - behind.trim_start_matches(' ').len();
    let width = (span.end - span.start) as usize + blanks;
    let padded = format!("{new}{}", " ".repeat(width.saturating_sub(new.len()).max(1)));
    let all = Span { end: span.end + blanks as u32, ..span };
    if blanks == 0 { (span, new) } else { (all, padded) }
}

/// Where the points of a criterion stand.
fn number(sources: &SourceMap, criterion: &Criterion) -> Option<Span> {
    let mut words = tokens::within(sources, criterion.span);
    words.find(|(_, word)| Points::parse(word) == Some(criterion.points)).map(|(span, _)| span)
}

fn signed(points: Points) -> String {
    if points < Points::ZERO { points.to_string() } else { format!("+{points}") }
}
