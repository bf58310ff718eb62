//! What readers noticed about the data, for browsers.

use super::Text;
use crate::data::findings::{Finding, Findings, Severity};
use maud::{Markup, html};

/// So many findings, the gravest, are seen at once; the others unfold.
const FINDINGS: usize = 10;

/// The part of a page with the id `data`.
pub fn noticed(findings: &Findings) -> Markup {
    let all = findings.sorted();
    let class = |severity| match severity {
        Severity::Error => "bad",
        Severity::Warning => "open",
        Severity::Note => "faint",
    };
    let list = |some: &[&Finding]| {
        html! {
            div.scroll { table {
                thead { tr { th scope="col" { "kind" } th.number scope="col" { "times" } th scope="col" { "first at" } th scope="col" { "what" } } }
                tbody { @for f in some { tr {
                    td class=(class(f.severity)) { (f.severity.word()) }
                    td.number { (f.count) }
                    td { code { (Text(&f.key.file)) @if let Some(place) = f.places.first() { ":" (place.to_string()) } } }
                    td { (Text(&f.message)) @if let Some(help) = &f.help { "; " (Text(help)) } }
                } } }
            } }
        }
    };
    html! {
        h2 #data { "What the data left open" }
        @if all.is_empty() { p { "Every value could be read." } } @else {
            (list(&all[..all.len().min(FINDINGS)]))
            @if all.len() > FINDINGS { details { summary { "and " (all.len() - FINDINGS) " more" } (list(&all[FINDINGS..])) } }
        }
    }
}
