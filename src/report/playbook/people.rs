//! Whom we serve and who decides there.

use super::{Block, Rich, Table, negated, plain, when};
use crate::policy::Policy;
use crate::report::page::{capital, counted};
use crate::report::words::Words;

/// The ideal customer profile, each criterion with its reason.
pub fn profile(all: &mut Vec<Block>, policy: &Policy, words: Words<'_>) {
    if policy.icp.is_empty() {
        return;
    }
    all.push(Block::Heading("Who we serve".to_string()));
    let items = policy.icp.iter().map(|criterion| {
        let mut item = match negated(&criterion.condition) {
            Some(inner) => when(Rich::default().strong("Must not hold: "), words, inner),
            None => when(Rich::default().strong("Must hold: "), words, &criterion.condition),
        };
        if let Some(because) = &criterion.because {
            item.text = item.text.and(". ").faint(&**because);
        }
        item
    });
    all.push(Block::List { ordered: false, items: items.collect() });
    let text = "The profile is matched when every line holds, and fails when one is broken. While an answer is missing it is undecided: not known is not no.";
    all.push(Block::Text(text.into()));
}

/// The buying committee and the personas its roles are filled from.
pub fn committee(all: &mut Vec<Block>, policy: &Policy, words: Words<'_>) {
    let committee = &policy.committee;
    if committee.roles.is_empty() && policy.personas.is_empty() {
        return;
    }
    all.push(Block::Heading("Who decides".to_string()));
    let mut table = Table::new(&["role", "comes from", "needed"]);
    for role in &committee.roles {
        let (from, needed) = words.role(role);
        table.row([Rich::default().strong(capital(&role.label())), from.into(), needed.into()]);
    }
    all.extend(table.block());
    if !committee.roles.is_empty() {
        let engaged = committee.engaged_within_days.map_or(String::new(), |days| {
            format!(
                " Somebody has engaged who showed a mid or high signal within the last {}, or is marked so.",
                counted(days.into(), "day")
            )
        });
        let text = "How far a role has come: missing, expected, identified (somebody holds it), engaged, approved (only where somebody said so).";
        all.push(Block::Text(format!("{text}{engaged}").into()));
    }
    let mut table = Table::new(&["persona", "cares about", "told by words in the job title"]);
    for persona in &policy.personas {
        let cares = persona.cares_about.join("; ");
        table.row([Rich::default().strong(&persona.title), cares.into(), persona.titles.join(", ").into()]);
    }
    if let Some(table) = table.block() {
        all.push(Block::Sub("Personas".to_string()));
        all.push(table);
        all.push(Block::Text(
            "The first persona whose words stand in a title is taken; * stands for any rest of a word.".into(),
        ));
    }
    if let Some(account) = &policy.account {
        let (by, newest) = (words.label(account.by), words.label(account.newest_by));
        let text = format!(
            "Leads with the same {} are one account: their people and what they did are taken together, and of each field the newest known value counts, by “{}”.",
            plain(&by),
            plain(&newest)
        );
        all.push(Block::Text(text.into()));
    }
}
