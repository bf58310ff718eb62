//! Fields and criteria that look as if they were known only once a lead was won: a score that uses them looks back, and does not predict.

use super::case::{BLANK, Case, Watch};
use super::figures::{FieldFigures, ScoreFigures, Warning};
use super::groups::{is_won, ranked};
use super::number::rounded;
use super::ranking::{LEAST_EACH, Tied, area};
use super::rate::LEAST_LEADS;
use crate::policy::Policy;
use crate::policy::field::{Field, FieldType};
use crate::policy::text::phrase_matches;
use std::collections::BTreeMap;

/// One field alone that ranks leads as well as this is worth a question.
const ALONE: f64 = 0.75;
/// One field alone that ranks leads as well as this tells the outcome.
const NEARLY_PERFECT: f64 = 0.95;
/// Known so many times more often for won leads than for others.
const MORE_OFTEN: u64 = 5;
/// Words in the name of a field or its column that speak of the end.
const NAMES: [&str; 10] =
    ["duration", "closed", "close date", "won", "lost", "outcome", "contract", "invoice", "signed", "talk time"];

/// What each watched field tells alone.
pub fn fields(policy: &Policy, watch: &Watch, cases: &[Case]) -> Vec<FieldFigures> {
    let one = |(at, id): (usize, &crate::policy::FieldId)| {
        let field = policy.field(*id);
        let known = |won: bool| cases.iter().filter(|c| is_won(c) == won && c.fields[at] != BLANK).count() as u64;
        FieldFigures {
            field: field.name.clone(),
            known_won: known(true),
            known_not_won: known(false),
            auc_alone: alone(&ranked(cases.iter(), |c| c.fields[at]), field).map(|a| rounded(a, 3)),
        }
    };
    watch.fields.iter().enumerate().map(one).collect()
}

/// The area under the curve if each value is ranked by how often it was won. Numbers are cut into pieces of a twentieth of the leads, and values
/// of few leads are taken together, so that the figure does not flatter fields of many values.
fn alone(values: &[Tied], field: &Field) -> Option<f64> {
    let (won, lost) = values.iter().fold((0, 0), |(w, l), t| (w + t.won, l + t.lost));
    if won < LEAST_EACH || lost < LEAST_EACH {
        return None;
    }
    let (blank, known): (Vec<Tied>, Vec<Tied>) = values.iter().partition(|t| t.value == BLANK);
    let least = LEAST_LEADS.max((won + lost) / 20);
    let measured = matches!(field.ty, FieldType::Number { .. } | FieldType::Date);
    let mut groups = if measured { pieces(&known, least) } else { common(&known) };
    groups.extend(blank);
    // Only the order of the shares matters; millionths keep it for any file.
    let by_share = |t: &Tied| Tied { value: (t.won * 1_000_000 / (t.won + t.lost).max(1)) as i64, ..*t };
    area(&groups.iter().map(by_share).collect::<Vec<_>>())
}

/// Neighbouring values together, each piece of so many leads at least but the last.
fn pieces(values: &[Tied], least: u64) -> Vec<Tied> {
    let mut pieces: Vec<Tied> = Vec::new();
    for value in values {
        match pieces.last_mut().filter(|p| p.won + p.lost < least) {
            Some(open) => *open = Tied { value: open.value, won: open.won + value.won, lost: open.lost + value.lost },
            None => pieces.push(*value),
        }
    }
    pieces
}

/// Values of enough leads, and all others as one.
fn common(values: &[Tied]) -> Vec<Tied> {
    let (mut common, rare): (Vec<Tied>, Vec<Tied>) = values.iter().partition(|t| t.won + t.lost >= LEAST_LEADS);
    let sum = |of: fn(&Tied) -> u64| rare.iter().map(of).sum();
    common.push(Tied { value: BLANK, won: sum(|t| t.won), lost: sum(|t| t.lost) });
    common
}

/// What is suspicious about the fields.
pub fn warnings(policy: &Policy, watch: &Watch, figures: &[FieldFigures], (won, lost): (u64, u64)) -> Vec<Warning> {
    let mut all = Vec::new();
    for (id, f) in watch.fields.iter().zip(figures) {
        let field = policy.field(*id);
        let reason = mostly_known_for_won(f, won, lost).or_else(|| too_good(f)).or_else(|| named_so(field));
        if let Some(reason) = reason {
            let text = format!(
                "`{}` {reason}. If it is known only once the outcome is, a score that uses it looks back and does not predict; take it out of \
                 the policy and try again.",
                f.field
            );
            all.push(Warning { kind: "known-afterwards", subject: Some(f.field.clone()), text });
        }
    }
    all
}

fn mostly_known_for_won(f: &FieldFigures, won: u64, lost: u64) -> Option<String> {
    let often = f.known_won + f.known_not_won >= LEAST_LEADS;
    // Shares are compared crosswise, which needs no division.
    let more = f.known_won * lost >= f.known_not_won * won * MORE_OFTEN && f.known_won > 0;
    (often && more && won > 0 && lost > 0).then(|| {
        format!("is known for {} of {won} won leads, but only for {} of {lost} others", f.known_won, f.known_not_won)
    })
}

fn too_good(f: &FieldFigures) -> Option<String> {
    let auc = f.auc_alone?;
    match auc {
        a if a >= NEARLY_PERFECT => Some(format!("alone tells the outcome nearly perfectly (AUC {auc:.3})")),
        a if a >= ALONE => Some(format!("alone predicts the outcome strikingly well (AUC {auc:.3})")),
        _ => None,
    }
}

fn named_so(field: &Field) -> Option<String> {
    let names = std::iter::once(&field.name).chain(&field.columns);
    let word = NAMES.iter().find(|word| names.clone().any(|n| phrase_matches(&n.replace('_', " "), word)))?;
    Some(format!("speaks of the end by its name (\"{word}\")"))
}

/// Criteria after which nearly every lead was won: behaviour of customers, most likely.
pub fn criteria(scores: &[ScoreFigures]) -> Vec<Warning> {
    let all = scores.iter().flat_map(|s| &s.criteria);
    let certain =
        all.filter(|c| c.fired.rate.is_some_and(|r| r >= NEARLY_PERFECT) && c.not_fired.rate.is_some_and(|r| r < 0.5));
    let warning = |c: &super::figures::CriterionFigures| Warning {
        kind: "known-afterwards",
        subject: Some(c.id.clone()),
        text: format!(
            "{} of the {} leads that earn `{}` were won; is that something which only customers do or have?",
            c.fired.won, c.fired.leads, c.id
        ),
    };
    certain.map(warning).collect()
}

/// Fields that are filled from the outcome column itself, or from the day of winning.
pub fn filled_from(columns: &BTreeMap<String, String>) -> Vec<Warning> {
    let warning = |(field, column): (&String, &String)| Warning {
        kind: "known-afterwards",
        subject: Some(field.clone()),
        text: format!(
            "`{field}` of the policy is filled from `{column}`, which says how the lead ended: what rests on it is no prediction."
        ),
    };
    columns.iter().map(warning).collect()
}
