//! What a comparison could not tell, and what to keep in mind when it is read; in sentences.

use super::plan::{Blind, trigger_words};
use super::report::Against;
use crate::engine::later::dated_signals;
use crate::policy::Policy;
use crate::policy::steps::{Trigger, TriggerKind, Watched};
use std::collections::BTreeMap;

/// All notes of a comparison. `blind`: for how many leads something could not be told; `bare`: the snapshot does not say what was watched; `ahead`:
/// whether what leads lose is told.
pub fn notes(
    policies: &[Policy],
    against: &Against,
    blind: &BTreeMap<Blind, u64>,
    bare: bool,
    ahead: bool,
) -> Vec<String> {
    let mut notes = Vec::new();
    if *against != Against::Nothing {
        notes.extend(without_triggers(policies));
    }
    match against {
        Against::Instant(_) => notes.extend(needs_snapshot(policies)),
        Against::Snapshot { file, .. } if bare && policies.iter().any(|p| !p.triggers.is_empty()) => {
            notes.push(format!(
                "`{file}` holds decisions of `rubric run`, which do not say what was seen: events after its as-of count as new, and fields and people cannot be compared. `--save` writes a snapshot that can."
            ));
        }
        _ => {}
    }
    notes.extend(blind.iter().filter_map(|(what, leads)| blind_to(what, *leads, bare)));
    if ahead || matches!(against, Against::Instant(_)) {
        for policy in policies {
            for signal in dated_signals(policy) {
                notes.push(format!(
                    "Events of `{signal}` are taken for what they are now: its `where` compares a date with today."
                ));
            }
        }
    }
    notes
}

fn without_triggers(policies: &[Policy]) -> Option<String> {
    let without: Vec<String> =
        policies.iter().filter(|p| p.triggers.is_empty()).map(|p| format!("`{}`", p.name)).collect();
    let (names, verb) = match without.as_slice() {
        [] => return None,
        [one] => (one.clone(), "has"),
        [all @ .., last] => (format!("{} and {last}", all.join(", ")), "have"),
    };
    Some(format!(
        "{names} {verb} no `requalify` block, so only moves between routes, bands and stages are told. Write `requalify {{ on SIGNAL because \"…\" }}` to say what makes you look again."
    ))
}

/// The triggers that the same data at an earlier instant cannot show.
fn needs_snapshot(policies: &[Policy]) -> Option<String> {
    let sees = |t: &Trigger| {
        let score = |w: &Watched| matches!(w, Watched::Score(_));
        match &t.kind {
            TriggerKind::Signals(_) => true,
            TriggerKind::Rises(w) | TriggerKind::Falls(w) => score(w),
            TriggerKind::NewStakeholder | TriggerKind::ChangeOf(_) | TriggerKind::FromTo { .. } => false,
        }
    };
    let mut unseen: Vec<String> = Vec::new();
    for policy in policies {
        for trigger in policy.triggers.iter().filter(|t| !sees(t)) {
            let words = format!("`{}`", trigger_words(policy, trigger));
            if !unseen.contains(&words) {
                unseen.push(words);
            }
        }
    }
    let what = unseen.join(", ");
    (!unseen.is_empty()).then(|| {
        format!(
            "Contacts and fields carry no time, so both are taken as they are now, and `--since` cannot see {what}. A snapshot can: `--save` one, and compare with `--previous`."
        )
    })
}

fn blind_to(what: &Blind, leads: u64, bare: bool) -> Option<String> {
    let (n, were) = if leads == 1 { ("1 lead".to_string(), "was") } else { (format!("{leads} leads"), "were") };
    Some(match what {
        Blind::People | Blind::Events | Blind::Field(_) if bare => return None,
        Blind::People => format!("For {n} the snapshot does not say who was known, so nobody is told as new."),
        Blind::Events => {
            format!("For {n} the snapshot does not say which events were seen; those after it count as new.")
        }
        Blind::Field(name) => {
            format!("For {n} the snapshot does not say what `{name}` was, so no change of it is told.")
        }
        Blind::Version(version) => format!(
            "{n} {were} decided by another text of the policy before (version {version}), so what moved may come from the policy; `rubric diff` tells."
        ),
        Blind::Policy(name) => {
            format!("{n} {were} decided by policy `{name}` before, so bands and stages are not compared.")
        }
    })
}
