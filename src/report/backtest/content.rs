//! The words and tables of a backtest.

use super::suggestion::suggestion;
use super::{Block, Picture, Table};
use crate::backtest::figures::*;
use crate::backtest::outcome::Said;
use crate::backtest::{Estimate, Rate};
use crate::report::page::{capital, counted, listed};

/// So many spellings, sources and reasons are shown; JSON has all.
const MOST: usize = 15;

/// The whole report.
pub fn blocks(b: &Backtest) -> Vec<Block> {
    let names: Vec<String> = b.policies.iter().map(|p| format!("{} {}", p.policy.name, p.policy.version)).collect();
    let mut all = vec![
        Block::Title(format!("Backtest of {}, as of {}", listed(&names), b.as_of)),
        Block::Text("Did the scores predict what happened?".to_string()),
    ];
    outcome(&mut all, b);
    for policy in &b.policies {
        if b.policies.len() > 1 {
            all.push(Block::Title(format!("Policy {}", policy.policy.name)));
        }
        of_policy(&mut all, policy, b);
    }
    all.push(Block::Heading("How to read this".to_string()));
    all.push(Block::Text(method(&b.least)));
    all
}

fn method(least: &Least) -> String {
    format!(
        "Ranges in brackets are intervals of 95 %: Wilson's for shares, DeLong's for AUC; that of lift is Wilson's for the share of won leads \
         found in the best fifth. A share is shown from {} leads on, AUC and lift from {} won leads and {} others on. AUC is the probability that \
         a won lead has more points than one that was not won: 0.5 is chance, 1 is perfect.",
        least.leads, least.of_each, least.of_each
    )
}

fn outcome(all: &mut Vec<Block>, b: &Backtest) {
    all.push(Block::Heading(format!("What `{}` says", b.outcome.column)));
    let mut table = Table::new(&["counts as", "#leads", "spelling"]);
    for s in b.outcome.spellings.iter().take(MOST) {
        let spelling = if s.spelling.is_empty() { "(blank)".to_string() } else { s.spelling.clone() };
        table.row([said(s.counts_as).to_string(), s.leads.to_string(), spelling]);
    }
    all.push(Block::Table(table));
    more(all, b.outcome.spellings.len(), "spelling");
    if b.rows.outcome_not_recognised > 0 {
        all.push(Block::Warning(format!(
            "{} with an outcome that is neither won nor lost; they are in no figure. If some of these spellings mean won or lost, name them with \
             `--won-is` or `--lost-is`.",
            counted(b.rows.outcome_not_recognised, "lead")
        )));
    }
    if let (Some(bad), Some(column)) = (&b.outcome.unreadable_days, &b.outcome.decided_at) {
        let first: Vec<String> = bad.first.iter().map(|f| format!("`{f}`")).collect();
        all.push(Block::Warning(format!(
            "`{column}` of {} holds no day that can be read, such as {}; they are in no figure. Other formats than 2026-03-31 are declared in an \
             import: `dates \"MM/DD/YYYY\"`.",
            counted(bad.leads, "lead"),
            listed(&first)
        )));
    }
    rows(all, &b.rows, b.outcome.decided_at.is_some());
}

fn said(said: Said) -> &'static str {
    match said {
        Said::Won => "won",
        Said::NotWon => "not won",
        Said::NotKnown => "not known",
        Said::NotRecognised => "not recognised",
    }
}

/// Every row, so that none is lost unseen.
fn rows(all: &mut Vec<Block>, rows: &Rows, dated: bool) {
    let parts = [
        (rows.won, "won", true),
        (rows.not_won, "not won", true),
        (rows.outcome_not_known, "outcome not known", true),
        (rows.outcome_not_recognised, "outcome not recognised", true),
        (rows.decided_before, "decided on or before the as-of", dated),
        (rows.undated, "won without a day, or with one that cannot be read", dated),
        (rows.out_of_scope, "out of scope", true),
        (rows.rejected, "rejected", true),
    ];
    let told: Vec<String> =
        parts.iter().filter(|(_, _, tell)| *tell).map(|(n, what, _)| format!("{n} {what}")).collect();
    let figures = counted(rows.won + rows.not_won, "lead");
    all.push(Block::Text(format!(
        "Read {}: {}. The figures are about {figures}, won and not won.",
        counted(rows.read, "row"),
        told.join(", ")
    )));
}

fn of_policy(all: &mut Vec<Block>, p: &PolicyFigures, b: &Backtest) {
    all.push(Block::Heading("How often leads are won".to_string()));
    let share = p.base.rate.map_or_else(String::new, |_| format!(": {} ({})", percent(p.base.rate), range(&p.base)));
    all.push(Block::Text(format!("{} of {}{share}", p.base.won, counted(p.base.leads, "lead"))));
    if !p.warnings.is_empty() {
        all.push(Block::Heading("Before you believe the figures".to_string()));
        all.extend(p.warnings.iter().map(|w| Block::Warning(capital(&w.text))));
    }
    ranking(all, p);
    for score in &p.scores {
        all.push(Block::Heading(format!("{} bands", capital(score.score))));
        all.push(shares(&format!("{} bands", capital(score.score)), &score.bands, p));
        all.push(groups("band", &score.bands));
    }
    grid(all, p);
    all.push(Block::Heading("Routes".to_string()));
    all.push(shares("Routes", &p.routes, p));
    all.push(groups("route", &p.routes));
    if !p.stages.is_empty() {
        all.push(Block::Heading("Stages".to_string()));
        all.push(shares("Stages", &p.stages, p));
        all.push(groups("stage", &p.stages));
    }
    p.scores.iter().for_each(|s| criteria(all, s));
    halves(all, p);
    disqualified(all, &p.disqualified);
    sources(all, p.sources.as_ref());
    fields(all, &p.fields);
    if let Some(s) = &p.suggestion {
        suggestion(all, s, &b.least);
    }
}

fn shares(of: &str, groups: &[Group], p: &PolicyFigures) -> Block {
    Block::Picture(Picture::Shares { of: of.to_string(), groups: groups.to_vec(), base: p.base })
}

fn ranking(all: &mut Vec<Block>, p: &PolicyFigures) {
    all.push(Block::Heading("How well the scores rank".to_string()));
    let mut table = Table::new(&["score", "AUC", "the best fifth is won so many times as often as all"]);
    for s in &p.scores {
        table.row([s.score.to_string(), estimate(s.auc, 3), estimate(s.lift_of_best_fifth, 2)]);
    }
    all.push(Block::Table(table));
}

fn groups(what: &'static str, groups: &[Group]) -> Block {
    let mut table = Table::new(&[what, "#leads", "#won", "#share", ""]);
    groups.iter().for_each(|g| table.row(rate_row(&g.name, &g.rate)));
    Block::Table(table)
}

fn rate_row(name: &str, rate: &Rate) -> [String; 5] {
    [name.to_string(), rate.leads.to_string(), rate.won.to_string(), percent(rate.rate), range(rate)]
}

fn grid(all: &mut Vec<Block>, p: &PolicyFigures) {
    all.push(Block::Heading("Fit × Intent".to_string()));
    all.push(Block::Picture(Picture::Grid(p.grid.clone())));
    let mut table = Table::new(&["fit", "intent", "#leads", "#won", "#share", ""]);
    for cell in &p.grid {
        let [fit, leads, won, share, range] = rate_row(&cell.fit, &cell.rate);
        table.row([fit, cell.intent.clone(), leads, won, share, range]);
    }
    all.push(Block::Table(table));
}

fn criteria(all: &mut Vec<Block>, score: &ScoreFigures) {
    if score.criteria.is_empty() {
        return;
    }
    all.push(Block::Heading(format!("What the criteria of {} tell", score.score)));
    let mut table =
        Table::new(&["#points", "#fired", "#won", "#share", "#of others", "#lift", "#not known", "criterion"]);
    for c in &score.criteria {
        let points = if c.points.0 > 0 { format!("+{}", c.points) } else { c.points.to_string() };
        let remark = match c.remark {
            Some(Remark::NeverFired) => " — never fired",
            Some(Remark::FiresOnEveryone) => " — fires on everyone",
            Some(Remark::AgainstItsSign) => " — against its sign",
            None => "",
        };
        table.row([
            points,
            c.fired.leads.to_string(),
            c.fired.won.to_string(),
            percent(c.fired.rate),
            percent(c.not_fired.rate),
            c.lift.map_or_else(dash, |l| format!("{l:.2}")),
            c.not_known.to_string(),
            format!("{}: {}{remark}", c.id, c.text),
        ]);
    }
    all.push(Block::Table(table));
}

fn halves(all: &mut Vec<Block>, p: &PolicyFigures) {
    all.push(Block::Heading("Earlier and later".to_string()));
    let Some(time) = &p.time else {
        let text = "Not split by time: `updated` or the column of `--won-at` must be known for nearly all leads, won and not won.";
        return all.push(Block::Text(text.to_string()));
    };
    let mut table = Table::new(&["half", "from", "to", "#leads", "#won", "#share", "fit AUC", "intent AUC"]);
    for (name, half) in [("earlier", &time.earlier), ("later", &time.later)] {
        table.row([
            name.to_string(),
            half.from.to_string(),
            half.to.to_string(),
            half.base.leads.to_string(),
            half.base.won.to_string(),
            percent(half.base.rate),
            estimate(half.fit_auc, 3),
            estimate(half.intent_auc, 3),
        ]);
    }
    all.push(Block::Table(table));
    let undated = if time.undated > 0 {
        format!(" {} without a day stand in neither.", counted(time.undated, "lead"))
    } else {
        String::new()
    };
    all.push(Block::Text(format!("Split by `{}`.{undated}", time.by)));
}

fn disqualified(all: &mut Vec<Block>, d: &Disqualified) {
    all.push(Block::Heading("Turned away".to_string()));
    let by = match d.outcomes.is_empty() {
        true => "whose profile failed (no outcome is named as a disqualification)".to_string(),
        false => format!("routed to {}", listed(&d.outcomes.iter().map(|o| format!("`{o}`")).collect::<Vec<_>>())),
    };
    all.push(Block::Text(format!("{} {by}; {} of them won.", counted(d.all.leads, "lead"), d.all.won)));
    if d.reasons.is_empty() {
        return;
    }
    let mut table = Table::new(&["#leads", "#won", "reason"]);
    for r in d.reasons.iter().take(MOST) {
        let because = r.because.as_ref().map_or(String::new(), |b| format!(": {b}"));
        table.row([r.rate.leads.to_string(), r.rate.won.to_string(), format!("{}{because}", r.id)]);
    }
    all.push(Block::Table(table));
    more(all, d.reasons.len(), "reason");
}

fn sources(all: &mut Vec<Block>, sources: Option<&Sources>) {
    all.push(Block::Heading("Where leads come from".to_string()));
    let Some(sources) = sources else {
        let text = "No field or column says so by its name; name one with `--source`.";
        return all.push(Block::Text(text.to_string()));
    };
    let mut table = Table::new(&["#leads", "#won", "#share", "#turned away", "#share", "mostly because", "source"]);
    for s in sources.list.iter().take(MOST) {
        let mark = if s.only_disqualified { " — only ever turned away" } else { "" };
        table.row([
            s.rate.leads.to_string(),
            s.rate.won.to_string(),
            percent(s.rate.rate),
            s.disqualified.to_string(),
            percent(s.disqualified_rate),
            s.mostly_because.clone().unwrap_or_default(),
            format!("{}{mark}", s.source.as_deref().unwrap_or("(not known)")),
        ]);
    }
    all.push(Block::Table(table));
    more(all, sources.list.len(), "source");
    if sources.others > 0 {
        all.push(Block::Text(format!("{} of smaller sources are not listed at all.", counted(sources.others, "lead"))));
    }
    all.push(Block::Text(format!("By `{}`.", sources.field)));
}

fn fields(all: &mut Vec<Block>, fields: &[FieldFigures]) {
    if fields.is_empty() {
        return;
    }
    all.push(Block::Heading("What each field tells alone".to_string()));
    let mut table = Table::new(&["#AUC alone", "#known, won", "#known, not won", "field"]);
    for f in fields {
        let auc = f.auc_alone.map_or_else(dash, |a| format!("{a:.3}"));
        table.row([auc, f.known_won.to_string(), f.known_not_won.to_string(), f.field.clone()]);
    }
    all.push(Block::Table(table));
}

/// How many entries of a list were left out.
fn more(all: &mut Vec<Block>, there: usize, what: &str) {
    if there > MOST {
        all.push(Block::Text(format!("and {} more; `--format json` has all", counted((there - MOST) as u64, what))));
    }
}

fn dash() -> String {
    "–".to_string()
}

/// A share; a dash where there are too few leads to have one.
fn percent(share: Option<f64>) -> String {
    share.map_or_else(dash, |s| format!("{:.1} %", s * 100.0))
}

fn range(rate: &Rate) -> String {
    match (rate.low, rate.high) {
        (Some(low), Some(high)) => format!("{:.1}–{:.1} %", low * 100.0, high * 100.0),
        _ => String::new(),
    }
}

/// A figure with its interval, or why there is none.
pub fn estimate(estimate: Option<Estimate>, decimals: usize) -> String {
    let Some(Estimate { value, low, high }) = estimate else { return "too few leads".to_string() };
    match (low, high) {
        (Some(low), Some(high)) => format!("{value:.decimals$} ({low:.decimals$}–{high:.decimals$})"),
        _ => format!("{value:.decimals$}"),
    }
}
