//! A script as blocks.

use super::words::{asked, because, hint, question, so_far, standing};
use super::{FIRST, Shown};
use crate::handoff::script::{Item, Script, Section, State};
use crate::report::page::{alternatives, capital, listed};
use crate::report::phrases::{lacking, plain, whom};
use crate::report::sheet::{Block, Entry, Mark};

/// The whole script.
pub fn blocks(script: &Script, shown: Shown) -> Vec<Block> {
    let whom = whom(&script.id, script.name.as_deref(), &script.leads);
    let policy = &script.policy;
    let mut blocks = vec![
        Block::Title(format!("{}: {whom}", script.title)),
        Block::Sub(format!("{} {}, as of {}", policy.name, policy.version, script.as_of)),
    ];
    blocks.extend(calls(script));
    blocks.push(Block::Text(stands(script)));
    let first = script.first(FIRST);
    if script.open() > FIRST && !first.is_empty() {
        blocks.push(Block::Label(format!("If there is time for {} only", questions(first.len()))));
        blocks.push(Block::List(first.iter().map(|i| Entry::new(Mark::Number, question(i))).collect()));
    }
    for section in &script.sections {
        blocks.extend(self::section(section, shown));
    }
    if script.open() == 0 {
        blocks.push(Block::Text("Everything that is to be asked now is answered.".to_string()));
    }
    if !script.later.is_empty() {
        let entry = |i: &Item| {
            let from = i.known_from.as_ref().map_or_else(String::new, |s| format!("From {s} on"));
            Entry::new(Mark::Plain, question(i)).and(from)
        };
        blocks.push(Block::Heading("Not yet".to_string()));
        blocks.push(Block::List(script.later.iter().map(entry).collect()));
    }
    blocks
}

fn questions(n: usize) -> String {
    match n {
        1 => "one question".to_string(),
        2 => "two questions".to_string(),
        n => format!("{} questions", if n == 3 { "three".to_string() } else { n.to_string() }),
    }
}

fn calls(script: &Script) -> Vec<Block> {
    let mut calls = Vec::new();
    let mut call = |text: &str| calls.push(Block::Call(Mark::Open, text.to_string()));
    if script.standing.is_some() && !script.has_contacts {
        call("No contacts were supplied: whether anybody is missing is not known.");
    }
    if script.standing.is_some() && !script.has_events {
        call("No behaviour was supplied: what the lead did is not known.");
    }
    if script.standing.is_some() && script.scope_open {
        call("An answer could take this lead out of scope.");
    }
    calls
}

/// Where the lead stands, and where answers could take it.
fn stands(script: &Script) -> String {
    let Some(standing) = &script.standing else {
        return match script.sections.is_empty() {
            true => "The lead is out of scope, and no answer changes that.".to_string(),
            false => "The lead is out of scope so far; these answers could change that.".to_string(),
        };
    };
    let route = match (standing.settled, standing.could_be.is_empty()) {
        (true, _) | (_, true) => format!("It goes to {}, and no answer changes that.", standing.title),
        _ => format!("It goes to {}; answers could lead to {}.", standing.title, alternatives(&standing.could_be)),
    };
    let stage = match (&standing.stage, &standing.next_stage) {
        (Some(stage), Some(next)) => format!(" It is a {stage}; next is {next}."),
        (Some(stage), None) => format!(" It is a {stage}."),
        (None, Some(next)) => format!(" It has reached no stage yet; next is {next}."),
        (None, None) => String::new(),
    };
    let blocked = match standing.blocked_by.is_empty() {
        true => String::new(),
        false => {
            let list: Vec<String> = standing.blocked_by.iter().map(lacking).collect();
            format!(" No answer helps with: {}.", list.join("; "))
        }
    };
    format!("{route}{stage}{blocked}")
}

fn section(section: &Section, shown: Shown) -> Vec<Block> {
    let open: Vec<Entry> = section.items.iter().filter(|i| i.is_open()).map(entry).collect();
    let answered: Vec<Entry> = match shown.answered {
        true => section.items.iter().filter(|i| !i.is_open()).map(answer).collect(),
        false => Vec::new(),
    };
    if open.is_empty() && answered.is_empty() {
        return Vec::new();
    }
    let lists = [open, answered].into_iter().filter(|l| !l.is_empty()).map(Block::List);
    std::iter::once(Block::Heading(capital(&plain(&section.name)))).chain(lists).collect()
}

fn entry(item: &Item) -> Entry {
    let parts = [standing(item).map(str::to_string), so_far(item), because(&item.worth), hint(item), asked(item)];
    let more: Vec<String> = parts.into_iter().flatten().map(|p| format!("{p}.")).collect();
    Entry::new(Mark::Plain, question(item)).and(more.join(" "))
}

fn answer(item: &Item) -> Entry {
    let what = capital(&item.label);
    match (&item.role, item.state) {
        (_, State::NotNeeded) => Entry::new(Mark::Good, format!("{what}: not needed for this lead")),
        (Some(role), _) => {
            let people: Vec<String> = role.people.iter().map(|p| p.person.clone()).filter(|p| !p.is_empty()).collect();
            Entry::new(Mark::Good, format!("{what}: {}, {}", listed(&people), role.status))
        }
        (None, _) => Entry::new(Mark::Good, format!("{what}: {}", item.value.as_deref().unwrap_or("known"))),
    }
}
