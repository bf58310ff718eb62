//! Cases to figures: which leads count, and everything that is said about them.

use super::afterwards;
use super::case::{Case, Decided, Watch};
use super::figures::{Backtest, Least, OutcomeColumn, PolicyFigures, Remark, Rows, ScoreFigures, Unreadable, Warning};
use super::groups;
use super::outcome::{Said, Spellings};
use super::ranking::LEAST_EACH;
use super::rate::{LEAST_LEADS, Rate};
use super::sources::{TurnedAway, sources};
use super::suggest::LEAST_FOR_WEIGHTS;
use super::time;
use crate::data::findings::shown;
use crate::engine::decision::PolicyRef;
use crate::policy::score::{Criterion, CriterionKind};
use crate::policy::time::{Day, Instant};
use crate::policy::{Policy, ScoreKind};
use std::collections::BTreeMap;

/// What a backtest was asked.
#[derive(Clone, Debug)]
pub struct Asked {
    pub as_of: Instant,
    /// The day of the as-of, as the policy counts days.
    pub today: Day,
    pub won: String,
    pub won_at: Option<String>,
    /// The field or column that says where leads come from.
    pub source: Option<String>,
    /// Fields of a policy that are filled from the columns that say how leads ended: the field and the column.
    pub filled: BTreeMap<String, String>,
}

/// What was read.
#[derive(Debug)]
pub struct Read {
    pub rows: u64,
    pub rejected: u64,
    pub cases: Vec<Case>,
}

/// What becomes of a lead.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    OutOfScope,
    NotKnown,
    NotRecognised,
    Before,
    Undated,
    Counts,
}

/// With a day of winning asked for, only leads that were decided after the as-of count: the others were scored in the knowledge of their end.
/// A lead that was not won and has no day was still open when the file was written, and counts as not won.
fn fate(case: &Case, asked: &Asked) -> Fate {
    let said = case.beside.said;
    match said {
        _ if !case.in_scope => return Fate::OutOfScope,
        Said::NotKnown => return Fate::NotKnown,
        Said::NotRecognised => return Fate::NotRecognised,
        Said::Won | Said::NotWon => {}
    }
    match &case.beside.decided {
        _ if asked.won_at.is_none() => Fate::Counts,
        Decided::On(day) if *day > asked.today => Fate::Counts,
        Decided::On(_) => Fate::Before,
        Decided::NotSaid if said == Said::NotWon => Fate::Counts,
        Decided::NotSaid | Decided::Unreadable(_) => Fate::Undated,
    }
}

fn rows(read: &Read, asked: &Asked) -> Rows {
    let mut rows = Rows { read: read.rows, rejected: read.rejected, ..Rows::default() };
    for case in &read.cases {
        *match (fate(case, asked), case.beside.said) {
            (Fate::OutOfScope, _) => &mut rows.out_of_scope,
            (Fate::NotKnown, _) => &mut rows.outcome_not_known,
            (Fate::NotRecognised, _) => &mut rows.outcome_not_recognised,
            (Fate::Before, _) => &mut rows.decided_before,
            (Fate::Undated, _) => &mut rows.undated,
            (Fate::Counts, Said::Won) => &mut rows.won,
            (Fate::Counts, _) => &mut rows.not_won,
        } += 1;
    }
    rows
}

/// All figures, and the leads of each policy that they were made from.
pub fn backtest(policies: &[Policy], watches: &[Watch], read: Read, asked: &Asked) -> (Backtest, Vec<Vec<Case>>) {
    let rows = rows(&read, asked);
    let mut spellings = Spellings::default();
    read.cases.iter().for_each(|c| spellings.count(&c.beside.cell, c.beside.said));
    let unreadable_days = unreadable_days(&read.cases);
    let mut cases: Vec<Vec<Case>> = policies.iter().map(|_| Vec::new()).collect();
    for case in read.cases.into_iter().filter(|c| fate(c, asked) == Fate::Counts) {
        cases[case.policy].push(case);
    }
    let figures = Backtest {
        as_of: asked.as_of,
        outcome: OutcomeColumn {
            column: asked.won.clone(),
            decided_at: asked.won_at.clone(),
            spellings: spellings.list(),
            unreadable_days,
        },
        rows,
        least: Least { leads: LEAST_LEADS, of_each: LEAST_EACH, of_each_for_weights: LEAST_FOR_WEIGHTS },
        policies: policies
            .iter()
            .zip(watches)
            .zip(&cases)
            .map(|((p, watch), cases)| policy(p, watch, cases, asked))
            .collect(),
    };
    (figures, cases)
}

/// The cells that should say when a lead was decided and hold no day: how many, and the first few.
fn unreadable_days(cases: &[Case]) -> Option<Unreadable> {
    let cell = |c: &Case| if let Decided::Unreadable(text) = &c.beside.decided { Some(shown(text)) } else { None };
    let mut all = cases.iter().filter_map(cell);
    let first: Vec<String> = all.by_ref().take(3).collect();
    (!first.is_empty()).then(|| Unreadable { leads: (first.len() + all.count()) as u64, first })
}

fn policy(policy: &Policy, watch: &Watch, cases: &[Case], asked: &Asked) -> PolicyFigures {
    let base = groups::rate(cases.iter());
    let scores: Vec<ScoreFigures> =
        ScoreKind::BOTH.into_iter().map(|kind| groups::score(policy, kind, cases, &base)).collect();
    let fields = afterwards::fields(policy, watch, cases);
    let away = TurnedAway::new(policy);
    let disqualified = away.figures(cases);
    let won_at = asked.won_at.as_deref();
    let mut warnings: Vec<Warning> = size(&base).into_iter().collect();
    warnings.extend(looks_back(policy, cases, won_at));
    warnings.extend(time::truncated(cases, won_at, asked.today));
    warnings.extend(afterwards::filled_from(&asked.filled));
    warnings.extend(afterwards::warnings(policy, watch, &fields, (base.won, base.leads - base.won)));
    warnings.extend(afterwards::criteria(&scores));
    scores.iter().for_each(|s| warnings.extend(of_score(s)));
    if disqualified.all.won > 0 {
        warnings.push(won_anyway(&disqualified.all));
    }
    PolicyFigures {
        policy: PolicyRef { name: policy.name.clone(), version: policy.version.clone(), hash: policy.hash.clone() },
        base,
        warnings,
        scores,
        grid: groups::grid(policy, cases),
        routes: groups::routes(policy, cases),
        stages: groups::stages(policy, cases),
        time: time::halves(cases, won_at),
        disqualified,
        sources: asked.source.as_ref().map(|field| sources(field, cases, &away)),
        fields,
        suggestion: None,
    }
}

/// Whether there are enough leads of both kinds to say anything.
fn size(base: &Rate) -> Option<Warning> {
    let lost = base.leads - base.won;
    let text = match (base.won, lost) {
        (0, 0) => "no lead has a known outcome, so nothing can be said.".to_string(),
        (_, 0) => {
            "every lead was won, so nothing tells won leads from others: does the file hold only customers?".to_string()
        }
        (0, _) => "no lead was won, so nothing can be said about what predicts it.".to_string(),
        (won, lost) if won < LEAST_EACH || lost < LEAST_EACH => format!(
            "{won} won and {lost} others are too few to judge a score: AUC and lift are shown from {LEAST_EACH} of each on."
        ),
        _ => return None,
    };
    Some(Warning { kind: "too-few", subject: None, text })
}

/// Behaviour counts up to the as-of; without days of winning nobody can tell what came before a lead was won and what after.
fn looks_back(policy: &Policy, cases: &[Case], won_at: Option<&str>) -> Option<Warning> {
    let per_event = |c: &Criterion| matches!(c.kind, CriterionKind::Per(_));
    let mut all = ScoreKind::BOTH.into_iter().flat_map(|kind| groups::criteria(policy, kind));
    let counts =
        won_at.is_none() && all.any(|(at, c)| per_event(c) && cases.iter().any(|case| groups::fired(case, at)));
    counts.then(|| Warning {
        kind: "looks-back",
        subject: None,
        text: "behaviour counts up to the as-of, so what leads did after they were won counts too. Give `--won-at` and an `--as-of` before it."
            .to_string(),
    })
}

/// Scores that do not do what their points say.
fn of_score(score: &ScoreFigures) -> Vec<Warning> {
    let mut all = Vec::new();
    let mut warn = |kind, subject: &str, text| all.push(Warning { kind, subject: Some(subject.to_string()), text });
    if score.constant {
        warn(
            "constant-score",
            score.score,
            format!("all leads have the same {}, so it tells nothing about them.", score.score),
        );
    }
    if let Some(auc) = score.auc {
        match (auc.low, auc.high) {
            (_, Some(high)) if high < 0.5 => {
                warn("ranks-backwards", score.score, format!("{} ranks won leads *behind* the others.", score.score));
            }
            (Some(low), _) if low <= 0.5 => {
                let text = format!(
                    "{} does not surely rank won leads before the others: it may be no better than chance.",
                    score.score
                );
                warn("no-better-than-chance", score.score, text);
            }
            _ => {}
        }
    }
    for pair in score.bands.windows(2).filter(|pair| pair[1].rate.surely_above(&pair[0].rate)) {
        let text = format!(
            "{} `{}` is won more often than `{}`, which stands above it.",
            score.score, pair[1].name, pair[0].name
        );
        warn("bands-out-of-order", &pair[1].name, text);
    }
    for criterion in score.criteria.iter().filter(|c| c.remark == Some(Remark::AgainstItsSign)) {
        let does = if criterion.points.0 > 0 { "less" } else { "more" };
        let text = format!(
            "leads that earn `{}` ({:+} {}) are won {does} often than the others.",
            criterion.id, criterion.points, criterion.text
        );
        warn("against-its-sign", &criterion.id, text);
    }
    all
}

fn won_anyway(turned_away: &Rate) -> Warning {
    let text = format!(
        "{} of {} leads that the policy turns away were won: either it is too strict, or they were won outside it.",
        turned_away.won, turned_away.leads
    );
    Warning { kind: "won-though-turned-away", subject: None, text }
}
