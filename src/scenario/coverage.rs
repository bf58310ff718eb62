//! Which parts of a policy its tests have seen at work, read from the decisions that the tests made.

use super::{Outcome, tokens};
use crate::engine::decision::{Earned, Truth, Unmet, Verdict};
use crate::policy::score::Score;
use crate::policy::steps::{Matrix, RuleKind};
use crate::policy::{Policy, Requirement, ScoreKind};
use crate::source::{SourceMap, Span};

/// What kind of part it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A criterion of a score: both earned and not earned.
    Criterion,
    /// A criterion of the profile: both met and failed.
    Profile,
    /// A requirement of a gate: both met and not met by a lead that stood before it or had passed it.
    Gate,
    /// A rule of the route, a matrix too: it decided.
    Rule,
    /// A cell of a matrix that names an outcome: it decided.
    Cell,
    /// A band of a score: a lead lay in it.
    Band,
}

impl Kind {
    /// All, in the order in which they are told.
    pub const ALL: [Kind; 6] = [Kind::Criterion, Kind::Profile, Kind::Gate, Kind::Rule, Kind::Cell, Kind::Band];
}

/// Whether something was seen true, false and unknown, by some test each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    pub yes: bool,
    pub no: bool,
    pub unknown: bool,
}

impl Seen {
    fn note(&mut self, is: Truth) {
        match is {
            Truth::Yes => self.yes = true,
            Truth::No => self.no = true,
            Truth::Unknown => self.unknown = true,
        }
    }
}

/// A part of a policy that tests should see.
#[derive(Clone, Debug)]
pub struct Part {
    pub kind: Kind,
    /// Its stable name: `fit.profile.size`, `mql.interest`, `route.ready.strong.high`, `fit.strong`.
    pub name: String,
    /// What it says, as written, where that is more than its name.
    pub words: String,
    /// Where it stands: of a cell its own place, of everything else where it begins.
    pub span: Span,
    pub seen: Seen,
}

impl Part {
    /// Whether the tests saw all of it that matters.
    pub fn covered(&self) -> bool {
        let Seen { yes, no, unknown } = self.seen;
        match self.kind {
            Kind::Criterion | Kind::Profile => yes && no,
            // A requirement that is unknown is not met, and holds a lead back like one that is false.
            Kind::Gate => yes && (no || unknown),
            Kind::Rule | Kind::Cell | Kind::Band => yes,
        }
    }
}

/// How much of one policy its tests saw.
#[derive(Clone, Debug)]
pub struct Coverage {
    /// By kind, each in order of declaration.
    pub parts: Vec<Part>,
}

impl Coverage {
    /// What these outcomes of the policy's tests saw of it.
    pub fn of(policy: &Policy, sources: &SourceMap, outcomes: &[Outcome]) -> Coverage {
        let verdicts: Vec<&Verdict> = outcomes.iter().filter_map(|o| o.decision.verdict.as_ref()).collect();
        let mut parts = Vec::new();
        ScoreKind::BOTH.into_iter().for_each(|kind| criteria(policy, kind, &verdicts, &mut parts));
        parts.extend(policy.icp.iter().map(|must| profile(must, &verdicts)));
        (1_u16..).zip(&policy.stages).for_each(|(level, stage)| {
            let gate = |require| requirement(policy, level, require, &verdicts);
            parts.extend(stage.require.iter().map(gate));
        });
        rules(policy, sources, &verdicts, &mut parts);
        ScoreKind::BOTH.into_iter().for_each(|kind| bands(policy, kind, &verdicts, &mut parts));
        Coverage { parts }
    }

    /// How many parts are covered, and how many there are; of one kind, or of all.
    pub fn count(&self, kind: Option<Kind>) -> (usize, usize) {
        let all = self.parts.iter().filter(|p| kind.is_none_or(|k| p.kind == k));
        (all.clone().filter(|p| p.covered()).count(), all.count())
    }
}

fn criteria(policy: &Policy, kind: ScoreKind, verdicts: &[&Verdict], parts: &mut Vec<Part>) {
    for (g, group) in policy.score(kind).groups.iter().enumerate() {
        for (c, criterion) in group.criteria.iter().enumerate() {
            let mut seen = Seen::default();
            for verdict in verdicts {
                let result = if kind == ScoreKind::Fit { &verdict.fit } else { &verdict.intent };
                seen.note(match result.groups[g].entries[c].outcome {
                    Earned::Earned => Truth::Yes,
                    Earned::NotEarned => Truth::No,
                    Earned::Unknown => Truth::Unknown,
                });
            }
            let name = format!("{}.{}", kind.name(), criterion.id);
            parts.push(Part {
                kind: Kind::Criterion,
                name,
                words: criterion.text.to_string(),
                span: criterion.span,
                seen,
            });
        }
    }
}

fn profile(must: &Requirement, verdicts: &[&Verdict]) -> Part {
    let mut seen = Seen::default();
    for verdict in verdicts {
        seen.note(is(must, verdict.icp.failed.iter().chain(&verdict.icp.open)));
    }
    let words = must.condition.text.to_string();
    Part { kind: Kind::Profile, name: format!("icp.{}", must.id), words, span: must.span, seen }
}

/// What a list of unmet requirements says of one: what is not in it is met.
fn is<'a>(requirement: &Requirement, unmet: impl Iterator<Item = &'a Unmet>) -> Truth {
    let mut same = unmet.filter(|u| u.id == requirement.id && *u.condition == *requirement.condition.text);
    same.next().map_or(Truth::Yes, |u| u.is)
}

/// A decision tells of the gates that a lead has passed and of the one it stands before; of those behind it says nothing.
fn requirement(policy: &Policy, level: u16, require: &Requirement, verdicts: &[&Verdict]) -> Part {
    let mut seen = Seen::default();
    for verdict in verdicts {
        let stage = &verdict.stage;
        let at = |name: &str| (0_u16..).zip(&policy.stages).find(|(_, s)| s.name == name).map_or(0, |(i, _)| i + 1);
        let reached = at(&stage.reached);
        let claimed = stage.current.as_deref().map_or(0, at);
        if level == reached + 1 {
            seen.note(is(require, stage.blockers.iter().chain(&stage.open)));
        } else if level <= reached.max(claimed) {
            seen.note(is(require, stage.slipped.iter()));
        }
    }
    let stage = &policy.stages[usize::from(level) - 1].name;
    let name = match require.id.strip_prefix(stage.as_str()) {
        Some(rest) if rest.starts_with('.') => require.id.clone(),
        _ => format!("{stage}.{}", require.id),
    };
    Part { kind: Kind::Gate, name, words: require.condition.text.to_string(), span: require.span, seen }
}

fn rules(policy: &Policy, sources: &SourceMap, verdicts: &[&Verdict], parts: &mut Vec<Part>) {
    let mut cells = Vec::new();
    for rule in &policy.route.rules {
        let outcome = |o: crate::policy::OutcomeId| policy.outcomes[o.index()].name.as_str();
        let words = match &rule.kind {
            RuleKind::To { outcome: to, when } => format!("to {} when {}", outcome(*to), when.text),
            RuleKind::Otherwise { outcome: to } => format!("otherwise to {}", outcome(*to)),
            RuleKind::Matrix(m) => {
                let own = matrix(policy, sources, (&rule.id, rule.span), m, verdicts);
                let decided = own.iter().any(|cell| cell.seen.yes);
                cells.extend(own);
                let words = format!("by {}, {}", m.rows.name(), m.columns.name());
                let seen = Seen { yes: decided, ..Seen::default() };
                parts.push(Part { kind: Kind::Rule, name: format!("route.{}", rule.id), words, span: rule.span, seen });
                continue;
            }
        };
        let seen = Seen { yes: verdicts.iter().any(|v| v.route.rule == rule.id), ..Seen::default() };
        parts.push(Part { kind: Kind::Rule, name: format!("route.{}", rule.id), words, span: rule.span, seen });
    }
    parts.append(&mut cells);
}

/// The cells that name an outcome; one that hands on is no place where a lead ends.
fn matrix(
    policy: &Policy,
    sources: &SourceMap,
    (id, at): (&str, Span),
    m: &Matrix,
    verdicts: &[&Verdict],
) -> Vec<Part> {
    let (rows, columns) = (&policy.score(m.rows).bands, &policy.score(m.columns).bands);
    let mut parts = Vec::new();
    for (row, cells) in rows.iter().zip(&m.cells) {
        let words = tokens::from(sources, at).skip_while(|(_, w)| *w != "{").collect::<Vec<_>>();
        let named = words.windows(2).position(|w| w[0].1 == row.name && w[1].1 == ":");
        for (column, to) in columns.iter().zip(cells) {
            let Some(to) = to else { continue };
            let place = words.iter().skip(1).take(columns.len()).position(|(_, w)| *w == column.name);
            let word = named.zip(place).and_then(|(row, column)| words.get(row + 2 + column));
            let span = word.map_or(at, |(span, _)| *span);
            let rule = format!("{id}.{}.{}", row.name, column.name);
            let seen = Seen { yes: verdicts.iter().any(|v| v.route.rule == rule), ..Seen::default() };
            let (rows, columns) = (m.rows.name(), m.columns.name());
            let to = &policy.outcomes[to.index()].name;
            let words = format!("{rows} {}, {columns} {}: {to}", row.name, column.name);
            parts.push(Part { kind: Kind::Cell, name: format!("route.{rule}"), words, span, seen });
        }
    }
    parts
}

fn bands(policy: &Policy, kind: ScoreKind, verdicts: &[&Verdict], parts: &mut Vec<Part>) {
    let score: &Score = policy.score(kind);
    for band in &score.bands {
        let reached = |v: &&Verdict| {
            let result = if kind == ScoreKind::Fit { &v.fit } else { &v.intent };
            result.band == band.name
        };
        let seen = Seen { yes: verdicts.iter().any(reached), ..Seen::default() };
        let words = band.at_least.map_or_else(|| "the rest".to_string(), |points| format!("{points} points or more"));
        parts.push(Part {
            kind: Kind::Band,
            name: format!("{}.{}", kind.name(), band.name),
            words,
            span: band.span,
            seen,
        });
    }
}
