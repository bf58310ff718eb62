//! What every form of a report says: the summary, the places, the sentences about limits.

use crate::diff::budget::{Check, Declared, Outcome};
use crate::diff::{Changed, Direction, Effect, PolicyDiff, Report, Tests};
use crate::report::page::{counted, listed};

/// The whole change in a few sentences, the most telling first.
pub(super) fn summary(report: &Report) -> Vec<String> {
    let mut said = vec![changes(report)];
    said.extend(leads(report));
    let exceeded = report.checks.iter().filter(|c| !c.passes()).count();
    if exceeded > 0 {
        said.push(format!("{} exceeded.", are(exceeded as u64, "limit")));
    }
    if !report.troubles.is_empty() {
        let said_of = if report.troubles.len() == 1 { "Something" } else { "Some things" };
        said.push(format!("{said_of} could not be compared."));
    }
    said
}

/// `1 limit is`, `2 limits are`.
fn are(n: u64, one: &str) -> String {
    format!("{} {}", counted(n, one), if n == 1 { "is" } else { "are" })
}

fn changes(report: &Report) -> String {
    let all = report.changes();
    let count = |effect| all.iter().filter(|c| c.edit.effect == effect).count() as u64;
    let (decides, reads, tells) = (count(Effect::Decides), count(Effect::Reads), count(Effect::Tells));
    if report.portfolios.is_empty() && report.policies.iter().all(PolicyDiff::is_same) {
        return match report.policies.len() {
            0 if !report.troubles.is_empty() => "No policy was compared.".to_string(),
            0 => "There are no policies on either side.".to_string(),
            _ => "Nothing changed that decides, reads or tells anything.".to_string(),
        };
    }
    let mut parts = Vec::new();
    if decides > 0 {
        parts.push(format!("{decides} can move leads"));
    }
    if reads > 0 {
        parts.push(format!("{reads} can change how data are read"));
    }
    if tells > 0 {
        parts.push(format!("{tells} {} words, owners or times", if tells == 1 { "changes" } else { "change" }));
    }
    let parts = if parts.is_empty() { String::new() } else { format!(": {}", listed(&parts)) };
    let both = report.policies.iter().filter(|p| !p.is_same() && p.old.is_some() && p.new.is_some());
    let names: Vec<String> = both.map(|p| format!("`{}`", p.name)).collect();
    let mut said: Vec<String> = Vec::new();
    for (fate, word) in [((false, true), "new"), ((true, false), "gone")] {
        let is = |p: &&PolicyDiff| (p.old.is_some(), p.new.is_some()) == fate;
        let names: Vec<String> = report.policies.iter().filter(is).map(|p| format!("`{}`", p.name)).collect();
        if !names.is_empty() {
            said.push(format!("{} {} {word}.", listed(&names), if names.len() == 1 { "is" } else { "are" }));
        }
    }
    if !names.is_empty() {
        said.push(format!("{} in {}{parts}.", counted(all.len() as u64, "change"), listed(&names)));
    }
    if !report.portfolios.is_empty() {
        said.push(format!("{} changed, which can move leads.", counted(report.portfolios.len() as u64, "portfolio")));
    }
    said.join(" ")
}

fn leads(report: &Report) -> Option<String> {
    let population = report.population.as_ref()?;
    let of = population.compared;
    let moved = population.moved.len() as u64;
    if moved == 0 {
        return Some(format!("None of {} changes its route.", counted(of, "lead")));
    }
    let verb = if moved == 1 { "changes its route" } else { "change their route" };
    let mut ways = Vec::new();
    for direction in [Direction::Towards, Direction::Away, Direction::Level] {
        let n = population.towards(direction);
        if n > 0 {
            ways.push(format!("{n} {}", direction.words()));
        }
    }
    Some(format!("{moved} of {} {verb} ({}): {}.", counted(of, "lead"), share(moved, of), listed(&ways)))
}

/// A share with one decimal, rounded up: a change never looks smaller than it is.
pub(super) fn share(part: u64, of: u64) -> String {
    let thousandths = (u128::from(part) * 1000).div_ceil(u128::from(of.max(1)));
    let (whole, rest) = (thousandths / 10, thousandths % 10);
    if rest == 0 { format!("{whole} %") } else { format!("{whole}.{rest} %") }
}

/// Where an edit stands: `new.rubric:12 (was line 10)`.
pub(super) fn place(change: &Changed<'_>) -> String {
    let at = |span: Option<_>| span.and_then(|s| change.diff.place(s));
    match (at(change.edit.old), at(change.edit.new)) {
        (Some((old, a)), Some((new, b))) if old == new && a == b => format!("{new}:{b}"),
        (Some((old, a)), Some((new, b))) if old == new => format!("{new}:{b} (was line {a})"),
        (Some((old, a)), Some((new, b))) => format!("{new}:{b} (was {old}:{a})"),
        (None, Some((new, b))) => format!("{new}:{b}"),
        (Some((old, a)), None) => format!("was {old}:{a}"),
        (None, None) => String::new(),
    }
}

/// What became of a policy as a whole; `None` where it only has edits.
pub(super) fn fate(diff: &PolicyDiff) -> Option<String> {
    match (&diff.old, &diff.new) {
        (None, Some(new)) => Some(format!("new: `{}`", new.file)),
        (Some(old), None) => Some(format!("gone; it was `{}`", old.file)),
        (Some(old), Some(new)) if old.name != new.name => {
            let moved = if old.path == new.path { String::new() } else { format!(", in `{}`", new.file) };
            Some(format!("renamed; it was called `{}`{moved}", old.name))
        }
        (Some(old), Some(new)) if diff.moved_or_renamed() => Some(format!("in `{}`; it was `{}`", new.file, old.file)),
        _ => None,
    }
}

/// The tests in a sentence; `None` where none changed.
pub(super) fn tests(tests: Tests) -> Option<String> {
    let parts: Vec<String> = [(tests.added, "new"), (tests.removed, "gone"), (tests.changed, "changed")]
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, word)| format!("{n} {word}"))
        .collect();
    (!parts.is_empty()).then(|| format!("Tests: {}", listed(&parts)))
}

/// How a limit came out.
pub(super) fn check(check: &Check) -> String {
    let moved = format!("{} of {}", check.moved, counted(check.of, "lead"));
    match &check.result {
        Outcome::Holds => format!("`{}` holds: {moved}", check.limit),
        Outcome::Exceeded => format!("`{}` is exceeded: {moved}", check.limit),
        Outcome::Excused { reason, up_to } => {
            format!("`{}` is exceeded by {moved}, which the policy declares: \"{reason}\", up to {up_to}", check.limit)
        }
    }
}

/// What is said of a declaration that excuses nothing, because it was made for an earlier change.
pub(super) fn earlier(declared: &Declared) -> Option<String> {
    declared.earlier.then(|| {
        format!(
            "\"{}\" was declared for an earlier change and allows nothing now; take it out, or declare anew",
            declared.reason
        )
    })
}

/// Names of policies that a change belongs to, where it is not the only one.
pub(super) fn policies(report: &Report, change: &Changed<'_>) -> Vec<String> {
    change.policies.iter().map(|at| report.policies[*at].name.clone()).collect()
}
