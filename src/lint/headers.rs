//! Headers that two fields claim.

use super::Lens;
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::field::Field;
use crate::policy::text::fold;
use crate::source::Span;
use std::collections::BTreeMap;

declare_rule! {
    /// A header that fills one field and is claimed by another.
    pub HEADER_CLASH = "RB1130" "header-clash" Warning "a header that two fields claim"
}

/// Finds headers, by declared column or by name, that belong to two fields. A declared column comes before a name, and the first field before the others.
pub fn find(lens: &Lens<'_>, found: &mut Vec<Diagnostic>) {
    let mut owners: BTreeMap<String, &Field> = BTreeMap::new();
    let fields = &lens.policy.fields;
    let columns = fields.iter().flat_map(|f| f.columns.iter().map(move |c| (c, f)));
    let names = fields.iter().map(|f| (&f.name, f));
    for (header, field) in columns.chain(names) {
        match owners.get(&fold(header)) {
            Some(first) if first.name != field.name => found.push(clash(lens, header, first, field)),
            Some(_) => {}
            None => {
                owners.insert(fold(header), field);
            }
        }
    }
}

fn clash(lens: &Lens<'_>, header: &str, first: &Field, second: &Field) -> Diagnostic {
    let message = format!("the header `{header}` is claimed by `{}` and by `{}`", first.name, second.name);
    let filled = format!("a column with this header fills `{}` only", first.name);
    // Built-in fields stand nowhere in the text unless they are declared again.
    let (shown, other) = if second.built_in { (first, second) } else { (second, first) };
    let one = Diagnostic::new(&HEADER_CLASH, message, written(lens, shown, header), filled);
    let one = if other.built_in { one } else { one.with_label(written(lens, other, header), "claimed here too") };
    one.with_help("keep the header with one of the two")
}

/// Where a field names a header, or the field.
fn written(lens: &Lens<'_>, field: &Field, header: &str) -> Span {
    let words = lens.sources.text(field.span);
    let quoted = words.match_indices('"').map(|(i, _)| i).collect::<Vec<_>>();
    let base = field.span.start as usize;
    let texts = quoted.chunks_exact(2).map(|q| (q[0], q[1] + 1));
    let found = texts.into_iter().find(|(start, end)| fold(words[start + 1..end - 1].trim()) == fold(header));
    found.map_or(field.span, |(start, end)| Span::new(field.span.file, base + start, base + end))
}
