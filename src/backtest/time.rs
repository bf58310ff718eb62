//! Earlier and later leads apart: whether a score still does what it did, and whether the newest leads had time to be won.

use super::case::{Case, Decided};
use super::figures::{Half, Halves, Warning};
use super::groups::{by_score, is_won, rate};
use super::ranking;
use super::rate::Rate;
use crate::policy::ScoreKind;
use crate::policy::time::Day;

/// The share of leads that must have a day for a split by that day to speak for all, in percent.
const DATED: u64 = 90;
/// More wins than this in the last third of the time that was watched, in percent, and more are likely to come.
const STILL_COMING: u64 = 20;
/// Fewer wins than this say nothing about when they come.
const LEAST_WINS: usize = 20;

/// The day a lead was decided on, if its cell says so.
pub fn decided_on(case: &Case) -> Option<Day> {
    if let Decided::On(day) = &case.beside.decided { Some(*day) } else { None }
}

/// Splits at the middle day: by when leads were decided, if nearly all won leads and nearly all others have such a day, else by `updated`.
/// `None` where neither says enough, or all leads have one day.
pub fn halves(cases: &[Case], won_at: Option<&str>) -> Option<Halves> {
    let decided = won_at.filter(|_| dated(cases, decided_on)).map(|column| (column, decided_on as fn(&Case) -> _));
    let updated = dated(cases, |c| c.updated).then_some(("updated", (|c| c.updated) as fn(&Case) -> _));
    let (by, day) = decided.or(updated)?;
    let mut sorted: Vec<(Day, &Case)> = cases.iter().filter_map(|c| Some((day(c)?, c))).collect();
    sorted.sort_by_key(|(day, _)| *day);
    // Leads of one day stay together, so that the order of the file does not matter.
    let middle = sorted.get(sorted.len() / 2)?.0;
    let cut = match sorted.partition_point(|(day, _)| *day < middle) {
        0 => sorted.partition_point(|(day, _)| *day <= middle),
        cut => cut,
    };
    let (earlier, later) = sorted.split_at(cut);
    let undated = (cases.len() - sorted.len()) as u64;
    Some(Halves { by: by.to_string(), undated, earlier: half(earlier)?, later: half(later)? })
}

fn dated(cases: &[Case], day: impl Fn(&Case) -> Option<Day>) -> bool {
    [true, false].into_iter().all(|won| {
        let of = || cases.iter().filter(move |c| is_won(c) == won);
        of().filter(|c| day(c).is_some()).count() as u64 * 100 >= of().count() as u64 * DATED
    })
}

fn half(cases: &[(Day, &Case)]) -> Option<Half> {
    let all = || cases.iter().map(|(_, c)| *c);
    let auc = |kind| ranking::auc(&by_score(all(), kind));
    Some(Half {
        from: cases.first()?.0,
        to: cases.last()?.0,
        base: rate(all()),
        fit_auc: auc(ScoreKind::Fit),
        intent_auc: auc(ScoreKind::Intent),
    })
}

/// Whether leads that count as not won may only have had no time to be won.
pub fn truncated(cases: &[Case], won_at: Option<&str>, today: Day) -> Option<Warning> {
    match won_at {
        Some(_) => still_coming(cases, today),
        None => newest_convert_less(cases),
    }
    .map(|text| Warning { kind: "truncated", subject: None, text })
}

/// With days of winning: wins that were still coming in when the file was written.
fn still_coming(cases: &[Case], today: Day) -> Option<String> {
    let end = cases.iter().filter_map(decided_on).max()?;
    let wins: Vec<Day> = cases.iter().filter(|c| is_won(c)).filter_map(decided_on).collect();
    let watched = i64::from(end.0) - i64::from(today.0);
    let late = wins.iter().filter(|d| (i64::from(d.0) - i64::from(today.0)) * 3 > watched * 2).count();
    (wins.len() >= LEAST_WINS && late as u64 * 100 >= wins.len() as u64 * STILL_COMING).then(|| {
        format!(
            "{late} of {} wins came in the last third of the {watched} days that were watched, so wins were still coming in: \
             some leads that count as not won will be won yet. Choose an earlier `--as-of`, or wait.",
            wins.len()
        )
    })
}

/// Without them: the quarter that was updated last is won surely less often than the others.
fn newest_convert_less(cases: &[Case]) -> Option<String> {
    let mut days: Vec<Day> = cases.iter().filter_map(|c| c.updated).collect();
    days.sort();
    let from = *days.get(days.len() * 3 / 4)?;
    let of = |newest: bool| rate(cases.iter().filter(|c| c.updated.is_some_and(|d| (d >= from) == newest)));
    let (newest, others) = (of(true), of(false));
    let percent = |r: &Rate| format!("{:.1} %", r.rate.unwrap_or(0.0) * 100.0);
    others.surely_above(&newest).then(|| {
        format!(
            "leads updated since {from} were won less often than older ones ({} of {}, against {} of {}); they probably had no time to be won \
             yet. Leave the newest out, or give `--won-at` and an earlier `--as-of`.",
            percent(&newest), newest.leads, percent(&others), others.leads
        )
    })
}
