//! Edits that fixes are made of.

use super::Lens;
use crate::source::Span;
use crate::syntax::tree::Item;

/// The removal of something that was written: with the comma that parts it from its neighbour, and with its whole lines where nothing else stands on them.
pub fn removal(lens: &Lens<'_>, span: Span) -> (Span, String) {
    let text: &str = &lens.sources.file(span.file).text;
    let (mut start, mut end) = (span.start as usize, span.end as usize);
    let (before, after) = (text[..start].trim_end(), text[end..].trim_start());
    if let Some(after) = after.strip_prefix(',') {
        end = text.len() - after.len();
    } else if let Some(before) = before.strip_suffix(',') {
        start = before.len();
    }
    let whole = lens.texts().with_line(Span::new(span.file, start, end));
    (whole, String::new())
}

/// The block that is written around a place, such as the whole checklist around its name.
pub fn block_around<'a>(lens: &'a Lens<'_>, place: Span) -> Option<&'a Item> {
    lens.trees.iter().flat_map(|t| &t.items).find(|i| i.span.contains(place))
}

/// Where a word stands inside a place, as a whole word; the first time.
pub fn word_in(lens: &Lens<'_>, place: Span, word: &str) -> Option<Span> {
    let text = lens.sources.text(place);
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let mut from = 0;
    while let Some(found) = text[from..].find(word) {
        let (start, end) = (from + found, from + found + word.len());
        let apart = !text[..start].ends_with(is_part) && !text[end..].starts_with(is_part);
        if apart {
            let base = place.start as usize;
            return Some(Span::new(place.file, base + start, base + end));
        }
        from = end;
    }
    None
}
