//! Headers that two fields claim.

use super::Lens;
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::field::Field;
use crate::policy::text::fold;
use std::collections::BTreeMap;

declare_rule! {
    /// A header that fills one field and is claimed by another.
    pub HEADER_CLASH = "RB1130" "header-clash" Warning "a header that two fields claim"
}

/// Finds headers, by declared column or by name, that belong to two fields.
pub fn find(lens: &Lens<'_>, found: &mut Vec<Diagnostic>) {
    let mut owners: BTreeMap<String, &Field> = BTreeMap::new();
    for field in &lens.policy.fields {
        let headers = std::iter::once(&field.name).chain(&field.columns);
        for header in headers {
            match owners.get(&fold(header)) {
                Some(first) if first.name != field.name => found.push(clash(lens, header, first, field)),
                Some(_) => {}
                None => {
                    owners.insert(fold(header), field);
                }
            }
        }
    }
}

fn clash(lens: &Lens<'_>, header: &str, first: &Field, second: &Field) -> Diagnostic {
    // Built-in fields stand nowhere in the text unless they are declared again.
    let (shown, other) = if second.built_in { (first, second) } else { (second, first) };
    let quoted = format!("\"{header}\"");
    let words = lens.sources.text(shown.span);
    let base = shown.span.start as usize;
    let at = words.find(&quoted).map(|i| (base + i, base + i + quoted.len()));
    let place = at.map_or(shown.span, |(start, end)| crate::source::Span::new(shown.span.file, start, end));
    let one = Diagnostic::new(
        &HEADER_CLASH,
        format!("the header `{header}` fills both `{}` and `{}`", first.name, second.name),
        place,
        "one column cannot answer two questions",
    );
    let one = if other.built_in { one } else { one.with_label(other.span, "claimed here too") };
    one.with_help("keep the header with one of the two")
}
