//! Bands that a matrix tells apart for nothing.

use super::Lens;
use super::uses::own_atoms;
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::exact::Points;
use crate::policy::steps::{Matrix, RecordTopic, RuleKind, TriggerKind, Watched};
use crate::policy::{Atom, ScoreKind};
use crate::source::Span;

declare_rule! {
    /// Neighbouring rows or columns of a matrix that are the same, for bands that nothing else tells apart.
    pub MERGEABLE_CELLS = "RB1125" "mergeable-cells" Advice "two bands that lead to the same everywhere"
}

/// Finds neighbouring bands that have the same cells in every matrix and that nothing else tells apart.
pub fn find(lens: &Lens<'_>, found: &mut Vec<Diagnostic>) {
    let matrices: Vec<&Matrix> = lens
        .policy
        .route
        .rules
        .iter()
        .filter_map(|r| if let RuleKind::Matrix(m) = &r.kind { Some(m) } else { None })
        .collect();
    if matrices.is_empty() {
        return;
    }
    for kind in ScoreKind::BOTH {
        let bands = &lens.policy.score(kind).bands;
        for (upper, two) in bands.windows(2).enumerate() {
            let same = matrices.iter().all(|m| line(m, kind, upper) == line(m, kind, upper + 1));
            if same && !is_told_apart(lens, kind, two[0].at_least) {
                found.push(mergeable(kind, &two[0].name, &two[1].name, two[0].span));
            }
        }
    }
}

/// The cells of a band: a row or a column.
fn line(matrix: &Matrix, kind: ScoreKind, band: usize) -> Vec<Option<crate::policy::OutcomeId>> {
    if matrix.rows == kind { matrix.cells[band].clone() } else { matrix.cells.iter().map(|row| row[band]).collect() }
}

/// Whether some condition, trigger or record looks at the border between two bands.
fn is_told_apart(lens: &Lens<'_>, kind: ScoreKind, border: Option<Points>) -> bool {
    let Some(border) = border else { return true };
    let watched = lens.policy.triggers.iter().any(|t| match &t.kind {
        TriggerKind::Rises(Watched::Score(k)) | TriggerKind::Falls(Watched::Score(k)) => *k == kind,
        _ => false,
    });
    let shown =
        lens.policy.record.iter().flat_map(|r| &r.topics).any(|t| matches!(t, RecordTopic::Score(k) if *k == kind));
    let asked = lens.uses.iter().flat_map(|u| own_atoms(u.cond)).any(|(atom, _, _)| match atom {
        Atom::Score(k, range) if *k == kind => range.low == Some(border) || range.high == Some(Points(border.0 - 1)),
        _ => false,
    });
    watched || shown || asked
}

fn mergeable(kind: ScoreKind, upper: &str, lower: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        &MERGEABLE_CELLS,
        format!("`{upper}` and `{lower}` lead to the same everywhere"),
        place,
        format!("nothing depends on this border of {}", kind.name()),
    )
    .with_help("make them one band, or give them different cells in the matrix")
}
