//! A record as blocks: under each heading first what has a name and a value, then lists and maps.

use super::note::{note, stalled};
use crate::engine::decision::Truth;
use crate::handoff::dates::DayLine;
use crate::handoff::people::{Person, PersonaLine, RoleLine, Stakeholders};
use crate::handoff::record::{
    ChecklistNote, IcpNote, Item, NextStepNote, Record, RiskNote, ScoreNote, Section, Shape, StageNote,
};
use crate::handoff::signals::SignalLine;
use crate::policy::exact::Points;
use crate::report::page::{alternatives, capital, listed};
use crate::report::phrases::{ago, lacking, plain, spoken, whom};
use crate::report::sheet::{Block, Entry, Mark};
use std::cmp::Reverse;

/// The whole record.
pub fn blocks(record: &Record) -> Vec<Block> {
    let mut blocks = vec![
        Block::Title(capital(&whom(&record.id, record.name.as_deref(), &record.leads))),
        Block::Sub(format!(
            "{} ({} {}), as of {}",
            record.title, record.policy.name, record.policy.version, record.as_of
        )),
    ];
    blocks.extend(calls(record));
    blocks.push(Block::Text(without_stall(record)));
    for section in &record.sections {
        blocks.push(Block::Heading(section.heading.clone()));
        blocks.extend(self::section(record, section));
    }
    blocks
}

/// The note; what stalls the lead stands above it already.
fn without_stall(record: &Record) -> String {
    let whole = note(record);
    let stall = stalled(record, record.today).unwrap_or_default();
    whole.strip_prefix(&stall).unwrap_or(&whole).trim_start().to_string()
}

fn calls(record: &Record) -> Vec<Block> {
    let mut calls = Vec::new();
    let passed = &record.dates.passed;
    if let Some(stall) = stalled(record, record.today) {
        calls.push(Block::Call(Mark::Bad, stall));
    } else if !passed.is_empty() {
        let day = |d: &DayLine| format!("{} was {}", d.label, spoken(d.day, record.today));
        let days: Vec<String> = passed.iter().map(day).collect();
        calls.push(Block::Call(Mark::Open, format!("Passed: {}.", listed(&days))));
    }
    if record.in_scope && !record.supplied.contacts {
        calls.push(Block::Call(Mark::Open, "No contacts were supplied, so nothing is known about roles.".to_string()));
    }
    if record.in_scope && !record.supplied.events {
        calls
            .push(Block::Call(Mark::Open, "No behaviour was supplied, so nothing is known about signals.".to_string()));
    }
    if record.in_scope && record.scope_open {
        calls.push(Block::Call(Mark::Open, "An answer could take this lead out of scope.".to_string()));
    }
    calls
}

/// What is collected under one heading.
#[derive(Default)]
struct Under {
    pairs: Vec<(String, String)>,
    /// Lists and maps, below the pairs.
    blocks: Vec<Block>,
    /// Labels of fields that nobody knows yet.
    missing: Vec<String>,
    /// Labels of signals that never happened.
    quiet: Vec<String>,
    /// Signals that happened.
    signals: Vec<SignalLine>,
    /// Single roles, which make one table.
    roles: Vec<RoleLine>,
}

fn section(record: &Record, section: &Section) -> Vec<Block> {
    let mut under = Under::default();
    for item in &section.items {
        under.item(record, item);
    }
    under.happened();
    if !under.missing.is_empty() {
        under.pair("Not known", capital(&under.missing.join(", ")));
    }
    if !under.quiet.is_empty() {
        under.pair("Not seen", capital(&under.quiet.join(", ")));
    }
    let map = (!under.roles.is_empty()).then(|| roles(&under.roles));
    let pairs = (!under.pairs.is_empty()).then_some(Block::Pairs(under.pairs));
    let blocks: Vec<Block> = pairs.into_iter().chain(map).chain(under.blocks).collect();
    if blocks.is_empty() { vec![Block::Text("Nothing is known yet.".to_string())] } else { blocks }
}

impl Under {
    fn pair(&mut self, name: &str, value: impl Into<String>) {
        self.pairs.push((capital(name), value.into()));
    }

    fn item(&mut self, record: &Record, item: &Item) {
        match item {
            Item::Field(field) => match (&field.value, &field.known_from) {
                (Some(value), _) if field.shape == Shape::Text => self.pair(&field.label, format!("“{value}”")),
                (Some(value), _) => {
                    let past = record.dates.passed.iter().any(|d| d.field == field.field);
                    self.pair(&field.label, format!("{value}{}", if past { " (has passed)" } else { "" }));
                }
                (None, Some(stage)) => self.missing.push(format!("{} (from {stage} on)", field.label)),
                (None, None) => self.missing.push(field.label.clone()),
            },
            Item::Score(score) => self.score(score),
            Item::Icp(icp) => self.icp(icp),
            Item::Signal(one) => self.signal(one),
            Item::OtherSignals { signals } => signals.iter().for_each(|s| self.signal(s)),
            Item::Role(role) => self.roles.push(role.clone()),
            Item::Committee(map) => self.committee(map),
            Item::Checklist(list) => self.checklist(list),
            Item::Stage(stage) => self.stage(stage),
            Item::Risks(risks) => self.risks(risks),
            Item::NextStep(next) => self.next_step(record, next),
        }
    }

    fn score(&mut self, score: &ScoreNote) {
        let range = match score.low == score.high {
            true => String::new(),
            false => format!("; between {} and {} once all is known", score.low, score.high),
        };
        self.pair(score.score, format!("{} of {}, {}{range}", score.points, score.out_of, score.band));
        let entry = |note: &crate::handoff::record::Note| {
            let sign = if note.points > Points::ZERO { "+" } else { "" };
            let mark = if note.points < Points::ZERO { Mark::Bad } else { Mark::Good };
            let saw = if note.saw.is_empty() { String::new() } else { format!(" – {}", note.saw.join("; ")) };
            let because = note.because.as_ref().map_or_else(String::new, |b| format!(". {b}"));
            Entry::new(mark, format!("{} ({sign}{}){saw}{because}", note.group, note.points))
        };
        if !score.notes.is_empty() {
            self.blocks.push(Block::List(score.notes.iter().map(entry).collect()));
        }
    }

    fn icp(&mut self, icp: &IcpNote) {
        self.pair("Profile", icp.status);
        let failed = icp.failed.iter().map(|l| Entry::new(Mark::Bad, lacking(l)));
        let open = icp.open.iter().map(|l| Entry::new(Mark::Open, lacking(l)).and(to_ask(&l.ask)));
        let all: Vec<Entry> = failed.chain(open).collect();
        if !all.is_empty() {
            self.blocks.push(Block::List(all));
        }
    }

    fn signal(&mut self, signal: &SignalLine) {
        match (signal.count, signal.newest.is_empty()) {
            (Some(_), false) => self.signals.push(signal.clone()),
            (Some(_), true) => self.quiet.push(signal.label.clone()),
            (None, _) => self.missing.push(signal.label.clone()),
        }
    }

    /// Signals that happened, the newest first.
    fn happened(&mut self) {
        let mut signals = std::mem::take(&mut self.signals);
        signals.sort_by_key(|s| Reverse(s.newest.first().map(|h| h.at)));
        for signal in signals {
            let Some((newest, before)) = signal.newest.split_first() else { continue };
            let who = newest.person.as_ref().map_or_else(String::new, |p| format!(", by {p}"));
            let others: Vec<String> = before.iter().map(|h| h.day.to_string()).collect();
            let more = match signal.count {
                _ if others.is_empty() => String::new(),
                Some(count) if count as usize > signal.newest.len() => {
                    format!("; before that {}, {count} times in all", others.join(", "))
                }
                _ => format!("; before that {}", listed(&others)),
            };
            let name = format!("{} ({})", signal.label, signal.tier);
            self.pair(&name, format!("{}, {}{who}{more}", newest.day, ago(newest.days)));
        }
    }

    fn committee(&mut self, map: &Stakeholders) {
        let complete = match (map.supplied, map.complete) {
            (false, _) => "not known: no contacts were supplied",
            (_, Truth::Yes) => "complete: every role that is needed has engaged",
            (_, Truth::No) => "not complete",
            (_, Truth::Unknown) => "not known whether complete",
        };
        self.pair("Committee", complete);
        self.blocks.push(roles(&map.roles));
        if !map.others.is_empty() {
            let who: Vec<String> = map.others.iter().map(person).collect();
            self.pair("Without a role", who.join(", "));
        }
    }

    fn checklist(&mut self, list: &ChecklistNote) {
        let open = list.items.iter().filter(|i| i.is != Truth::Yes).count();
        let state = match open {
            0 => "complete".to_string(),
            n => format!("{n} of {} open", list.items.len()),
        };
        self.blocks.push(Block::Label(format!("{}: {state}", list.title)));
        self.blocks.push(Block::List(list.items.iter().map(|i| Entry::new(mark(i.is), &i.item)).collect()));
    }

    fn stage(&mut self, stage: &StageNote) {
        let next = stage.next.as_ref().map_or_else(String::new, |n| format!("; next is {n}"));
        let crm = stage.crm.as_ref().map_or_else(String::new, |c| format!("; the CRM says {c}"));
        let fell = match (stage.change, &stage.fell_back_because) {
            ("fall_back", Some(because)) => format!("; fell back because {}", plain(because)),
            _ => String::new(),
        };
        self.pair("Stage", format!("{}{next}{crm}{fell}", stage.title.as_deref().unwrap_or("none yet")));
        if !stage.better_with.is_empty() {
            let with: Vec<String> = stage.better_with.iter().map(lacking).collect();
            self.pair("Better with", with.join("; "));
        }
    }

    fn risks(&mut self, risks: &RiskNote) {
        let mut entries: Vec<Entry> = Vec::new();
        for risk in &risks.risks {
            let owner = risk.owner.as_ref().map_or_else(String::new, |o| format!("Owner: {}", plain(o)));
            entries.push(Entry::new(Mark::Bad, &risk.risk).and(owner));
        }
        let stage = risks.stage.as_deref().unwrap_or("the next stage");
        entries.extend(risks.blockers.iter().map(|l| Entry::new(Mark::Bad, format!("Blocks {stage}: {}", lacking(l)))));
        let open = risks.open.iter();
        entries.extend(
            open.map(|l| Entry::new(Mark::Open, format!("Open before {stage}: {}", lacking(l))).and(to_ask(&l.ask))),
        );
        let slipped = risks.slipped.iter();
        entries.extend(slipped.map(|l| Entry::new(Mark::Bad, format!("No longer established: {}", lacking(l)))));
        if entries.is_empty() {
            entries.push(Entry::new(Mark::Good, "No risk of the policy is seen, and nothing is in the way"));
        }
        self.blocks.insert(0, Block::List(entries));
    }

    fn next_step(&mut self, record: &Record, next: &NextStepNote) {
        self.pair("Next step", &next.action);
        self.pair("Owner", plain(&next.owner));
        let passed = if record.dates.due.is_some() { " (has passed)" } else { "" };
        self.pair("Due", format!("{}{passed}", next.due));
        if let Some(revisit) = next.revisit {
            self.pair("Look again", revisit.to_string());
        }
        let because = next.because.as_ref().map_or_else(String::new, |b| format!(": {b}"));
        self.pair("Route", format!("{}{because}", next.title));
        if !next.could_be.is_empty() {
            self.pair("Answers could lead to", alternatives(&next.could_be));
        }
        next.checklists.iter().for_each(|list| self.checklist(list));
    }
}

fn to_ask(fields: &[String]) -> String {
    if fields.is_empty() { String::new() } else { format!("To find out: {}", listed(fields)) }
}

fn mark(is: Truth) -> Mark {
    match is {
        Truth::Yes => Mark::Good,
        Truth::No => Mark::Bad,
        Truth::Unknown => Mark::Open,
    }
}

fn person(person: &Person) -> String {
    match &person.title {
        Some(title) if *title != person.person && !person.person.is_empty() => format!("{} ({title})", person.person),
        Some(title) => title.clone(),
        None => person.person.clone(),
    }
}

/// The map of roles.
fn roles(roles: &[RoleLine]) -> Block {
    let row = |role: &RoleLine| {
        let who: Vec<String> = role.people.iter().map(person).collect();
        let status = match role.needed {
            "yes" => role.status.to_string(),
            "no" => format!("{}, not needed", role.status),
            "optional" => format!("{}, optional", role.status),
            _ => format!("{}, perhaps needed", role.status),
        };
        let who = if who.is_empty() { "–".to_string() } else { who.join(", ") };
        vec![capital(&role.label), status, who, cares(role)]
    };
    Block::Table {
        head: ["Role", "Status", "Who", "Cares about"].map(str::to_string).to_vec(),
        rows: roles.iter().map(row).collect(),
    }
}

/// What the people in a role care about; where there are none, the personas that could hold it.
fn cares(role: &RoleLine) -> String {
    let of_people: Vec<&PersonaLine> = role.people.iter().filter_map(|p| p.persona.as_ref()).collect();
    let mut all: Vec<&PersonaLine> = Vec::new();
    for one in if of_people.is_empty() { role.personas.iter().collect() } else { of_people } {
        if !all.iter().any(|p| p.persona == one.persona) {
            all.push(one);
        }
    }
    let one = |p: &&PersonaLine| match p.cares_about.is_empty() {
        true => p.title.clone(),
        false => format!("{}: {}", p.title, p.cares_about.join(", ")),
    };
    all.iter().map(one).collect::<Vec<_>>().join("; ")
}
