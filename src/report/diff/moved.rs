//! The leads that moved, as rows that every form of a report shows.

use crate::diff::population::{Flow, Move, Population, Scores};
use crate::diff::{Direction, Report};
use crate::report::page::{counted, listed};

/// The kinds of places with what they are called.
pub(super) fn tables(population: &Population) -> [(&'static str, &[Flow]); 4] {
    [
        ("Routes", &population.routes),
        ("Stages", &population.stages),
        ("Fit bands", &population.fit_bands),
        ("Intent bands", &population.intent_bands),
    ]
}

/// Those of a table that are not where they were.
pub(super) fn changed(flows: &[Flow]) -> impl Iterator<Item = &Flow> {
    flows.iter().filter(|f| f.from != f.to)
}

/// `out_of_scope` as people read it.
pub(in crate::report) fn named(place: &str) -> &str {
    if place == crate::diff::ladder::OUT_OF_SCOPE { "out of scope" } else { place }
}

/// `fit 40 → 52, intent 10`; empty where there is nothing to say.
pub(super) fn scores(one: &Move) -> String {
    points(&one.before, &one.after)
}

/// Points before and after; those that stay are named once.
pub(super) fn points(before: &Option<Scores>, after: &Option<Scores>) -> String {
    let pair =
        |name: &str, a: String, b: String| if a == b { format!("{name} {a}") } else { format!("{name} {a} → {b}") };
    let alone = |s: &Scores| format!("fit {}, intent {}", s.fit, s.intent);
    match (before, after) {
        (Some(a), Some(b)) => {
            let fit = pair("fit", a.fit.to_string(), b.fit.to_string());
            format!("{fit}, {}", pair("intent", a.intent.to_string(), b.intent.to_string()))
        }
        (Some(one), None) | (None, Some(one)) => alone(one),
        (None, None) => String::new(),
    }
}

/// An arrow that says which way, for people who see no colours.
pub(in crate::report) fn arrow(direction: Direction) -> &'static str {
    match direction {
        Direction::Towards => "↑",
        Direction::Away => "↓",
        Direction::Level => "→",
    }
}

/// What there is to say beside the moves: the rows of both sides, leads that only look different, and what is not known.
pub(super) fn remarks(population: &Population) -> Vec<String> {
    let mut said = vec![reconciled("Old", population.old), reconciled("New", population.new)];
    let same = population.same_route;
    let parts: Vec<String> = [
        (same.other_points, ["has", "have"], "other points"),
        (same.other_rule, ["is", "are"], "routed by another rule or policy"),
        (same.other_next_step, ["gets", "get"], "another next step or owner"),
    ]
    .into_iter()
    .filter(|(n, ..)| *n > 0)
    .map(|(n, verb, what)| format!("{n} {} {what}", verb[usize::from(n != 1)]))
    .collect();
    if !parts.is_empty() {
        said.push(format!("Of the leads that keep their route, {}.", listed(&parts)));
    }
    let open = population.open();
    if open > 0 {
        let looked = match population.asked < population.moved.len() as u64 {
            true => format!(" Only the first {} were looked at for this.", counted(population.asked, "moved lead")),
            false => String::new(),
        };
        let (verb, their) = if open == 1 { ("moves", "its") } else { ("move", "their") };
        said.push(format!(
            "{} {verb} only because something is not known: an answer could keep {their} route.{looked}",
            counted(open, "lead")
        ));
    }
    for (who, rows) in [("old", &population.rejected_by_old), ("new", &population.rejected_by_new)] {
        if let Some(first) = rows.first() {
            let n = counted(rows.len() as u64, "row");
            let (file, line) = (&first.file, first.line);
            said.push(format!("Only the {who} version rejects {n}; the first, {file}:{line}: {}.", first.reason));
        }
    }
    said
}

fn reconciled(side: &str, c: crate::diff::population::Counts) -> String {
    format!(
        "{side}: {} read = {} decided + {} out of scope + {} rejected.",
        c.read, c.decided, c.out_of_scope, c.rejected
    )
}

/// Which change moves how many leads, the strongest first; then those that only move together, and those that cannot stand alone.
pub(super) fn causes(report: &Report, population: &Population) -> Vec<(u64, String)> {
    let changes = report.changes();
    let says = |key: &str| changes.iter().find(|c| c.key == key).map_or_else(String::new, |c| c.edit.says.clone());
    let mut rows: Vec<(u64, String)> =
        population.causes.iter().filter(|c| c.alone > 0).map(|c| (c.alone, says(&c.edit))).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.0));
    let together = population.together();
    if together > 0 && !population.causes.is_empty() {
        rows.push((together, "no change alone brings these where they are now, but several together".to_string()));
    }
    for cause in &population.causes {
        if let Some(why) = &cause.not_alone {
            rows.push((0, format!("cannot be made alone ({why}): {}", says(&cause.edit))));
        }
    }
    rows
}

/// That a move is only made where something is unknown.
pub(super) fn only_unknown(fields: &[String]) -> String {
    match fields {
        [one] => format!("only where {one} is unknown"),
        some => format!("only where one of these is unknown: {}", some.join(", ")),
    }
}
