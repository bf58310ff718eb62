//! Advice that only shows when several policies are looked at together.

use super::Lens;
use crate::declare_rule;
use crate::diagnostic::{Diagnostic, Rule};
use crate::policy::ScoreKind;
use crate::policy::score::Score;
use std::collections::BTreeMap;

declare_rule! {
    /// Policies of several products with one and the same score.
    pub SHARED_SCORE = "RB1144" "shared-score" Warning "several policies that score by the same points"
}

/// Advice about several policies: its rule, and what finds it. Findings come by policy, in the order given.
pub struct Across {
    pub rule: &'static Rule,
    pub find: fn(&[Lens<'_>], &mut [Vec<Diagnostic>]),
}

/// All of it, in order of code.
pub static LINTS: &[Across] = &[Across { rule: &SHARED_SCORE, find: shared_scores }];

/// So many criteria are a model; fewer may well be the same by chance.
const MODEL: usize = 3;

/// Finds scores that are the same in policies of different names. One model does not fit every product: what shows that somebody is close to buying
/// a security review is not what shows it for a clinician tool.
fn shared_scores(lenses: &[Lens<'_>], found: &mut [Vec<Diagnostic>]) {
    for kind in ScoreKind::BOTH {
        let mut same: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (i, lens) in lenses.iter().enumerate() {
            let score = lens.policy.score(kind);
            if score.groups.iter().map(|g| g.criteria.len()).sum::<usize>() >= MODEL {
                same.entry(what_it_says(score)).or_default().push(i);
            }
        }
        for group in same.values() {
            let mut names: Vec<&str> = group.iter().map(|i| lenses[*i].policy.name.as_str()).collect();
            names.sort_unstable();
            names.dedup();
            if names.len() < 2 {
                continue;
            }
            for i in group {
                let span = lenses[*i].policy.score(kind).span;
                found[*i].push(shared_score(kind, &names, span));
            }
        }
    }
}

/// Everything that gives points, without titles and reasons.
fn what_it_says(score: &Score) -> String {
    let mut said = format!("{}", score.out_of);
    for group in &score.groups {
        said.push_str(&format!("\n{} {:?} {:?}", group.name, group.up_to, group.down_to));
        for criterion in &group.criteria {
            said.push_str(&format!("\n  {} {}", criterion.points, criterion.text));
        }
    }
    for band in &score.bands {
        said.push_str(&format!("\n{} {:?}", band.name, band.at_least));
    }
    said
}

fn shared_score(kind: ScoreKind, names: &[&str], span: crate::source::Span) -> Diagnostic {
    let name = kind.name();
    let quoted: Vec<String> = names.iter().map(|n| format!("`{n}`")).collect();
    let (last, others) = quoted.split_last().map_or((String::new(), String::new()), |(l, o)| (l.clone(), o.join(", ")));
    Diagnostic::new(
        &SHARED_SCORE,
        format!("{others} and {last} score {name} by the same points"),
        span,
        "one model for several products",
    )
    .with_help(format!("weigh for each product what shows {name} there; if they are one product, make them one policy"))
}
