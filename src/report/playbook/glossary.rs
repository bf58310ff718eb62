//! What the words of the playbook mean: terms, signals, fields.

use super::{Block, Item, Rich, Table, plain, when};
use crate::policy::{DefineId, Policy, SignalId};
use crate::report::page::capital;
use crate::report::words::Words;

/// The last part of a playbook.
pub fn glossary(all: &mut Vec<Block>, policy: &Policy, words: Words<'_>) {
    all.push(Block::Heading("Glossary".to_string()));
    reading(all, policy);
    if !policy.defines.is_empty() {
        all.push(Block::Sub("Terms".to_string()));
        let item = |(i, define): (usize, &crate::policy::Define)| {
            let name = capital(&words.define(DefineId(i as u16)));
            when(Rich::default().strong(format!("{name}: ")), words, &define.condition)
        };
        all.push(Block::List { ordered: false, items: policy.defines.iter().enumerate().map(item).collect() });
    }
    signals(all, policy, words);
    fields(all, policy, words);
}

/// How sentences of the playbook are meant.
fn reading(all: &mut Vec<Block>, policy: &Policy) {
    let mut items = vec![
        Item::new(Rich::default().strong("Not known ").and("is neither yes nor no: a rule that rests on it does not match, a criterion earns nothing, a requirement is not met.")),
        Item::new(Rich::default().strong("It is established that … ").and("holds where that is true, and fails where it is false or not known.")),
        Item::new(Rich::default().strong("It is not established that … ").and("holds where that is false or not known.")),
        Item::new(Rich::default().strong("Within the last 30 days ").and("counts from the moment a lead is looked at; a day has 24 hours.")),
    ];
    let zone = match policy.offset.0 {
        0 => "UTC".to_string(),
        _ => format!("UTC {}", policy.offset),
    };
    let holidays: Vec<String> = policy.holidays.iter().map(ToString::to_string).collect();
    let days = match holidays.is_empty() {
        true => "Business days leave out Saturdays and Sundays".to_string(),
        false => format!("Business days leave out Saturdays, Sundays and {}", holidays.join(", ")),
    };
    items.push(Item::new(Rich::default().strong("Days ").and(format!("are those of the time zone {zone}. {days}."))));
    all.push(Block::List { ordered: false, items });
}

fn signals(all: &mut Vec<Block>, policy: &Policy, words: Words<'_>) {
    let mut table = Table::new(&["signal", "what counts"]);
    for i in 0..policy.signals.len() {
        table.row([
            Rich::default().strong(capital(&words.signal(SignalId(i as u16)))),
            words.signal_source(SignalId(i as u16)).into(),
        ]);
    }
    if let Some(table) = table.block() {
        all.push(Block::Sub("Signals".to_string()));
        all.push(table);
    }
}

fn fields(all: &mut Vec<Block>, policy: &Policy, words: Words<'_>) {
    let mut table = Table::new(&["field", "holds", "question", "asked"]);
    for field in policy.fields.iter().filter(|f| !f.built_in) {
        let (question, on) =
            field.ask.as_ref().map_or((String::new(), String::new()), |a| (a.question.clone(), words.asked_on(&a.on)));
        let from = field.known_from.map_or(String::new(), |s| format!("from {} on", policy.stages[s.index()].title));
        let asked = [on, from].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(", ");
        let mut name = Rich::default().strong(capital(&plain(&field.label)));
        if plain(&field.name) != field.label {
            name = name.and(" ").code(&field.name);
        }
        table.row([name, words.takes(field).into(), question.into(), asked.into()]);
    }
    if let Some(table) = table.block() {
        all.push(Block::Sub("Fields".to_string()));
        all.push(table);
    }
}
