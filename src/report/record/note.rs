//! The record in a few plain sentences, as a colleague would write it.

use crate::handoff::dates::DayLine;
use crate::handoff::people::{Person, RoleLine, Stakeholders};
use crate::handoff::record::{FieldLine, Item, NextStepNote, Record, ScoreNote, Section, Shape};
use crate::handoff::signals::SignalLine;
use crate::policy::time::Day;
use crate::report::page::{capital, counted, listed};
use crate::report::phrases::{plain, small, spoken, spoken_when};

/// So many signals are told, the newest first.
const SIGNALS: usize = 5;

/// The whole note, in one paragraph.
pub fn note(record: &Record) -> String {
    let Some(next) = &record.next_step else { return outside(record) };
    let today = record.today;
    let mut sentences: Vec<String> = Vec::new();
    sentences.extend(stalled(record, today));
    sentences.extend(wanted(record));
    sentences.extend(fit(record));
    sentences.extend(people(record));
    sentences.extend(intent(record, today));
    sentences.extend(way(record));
    sentences.extend(ahead(record, today));
    sentences.push(next_step(next, today));
    sentences.join(" ")
}

fn outside(record: &Record) -> String {
    let applies = record.applies.as_ref().map_or_else(String::new, |a| format!(", which applies where {a}"));
    let open = if record.scope_open { " An answer could change that." } else { "" };
    format!("Out of scope of {}{applies}.{open}", record.title)
}

/// What has passed, if that stalls the lead.
pub fn stalled(record: &Record, today: Day) -> Option<String> {
    let dates = &record.dates;
    if !dates.stalled {
        return None;
    }
    let day = |d: &DayLine| {
        format!("{} was {}, {} ago", small(&d.label), spoken(d.day, today), counted(d.days as u64, "day"))
    };
    let due = dates.due.map(|due| format!("the next step was due {}", spoken_when(due, today)));
    let what: Vec<String> = due.into_iter().chain(dates.passed.iter().map(day)).collect();
    Some(format!("Stalled: {}.", listed(&what)))
}

fn fields(section: &Section) -> impl Iterator<Item = &FieldLine> {
    section.items.iter().filter_map(|i| if let Item::Field(f) = i { Some(f) } else { None })
}

fn is_about(section: &Section, what: fn(&Item) -> bool) -> bool {
    section.items.iter().any(what)
}

/// `use case: Care coordination`; somebody's own words stand in quotes.
fn known(fields: &[&FieldLine]) -> Vec<String> {
    let one = |f: &&FieldLine| {
        let value = f.value.as_ref()?;
        let label = small(&f.label);
        Some(match f.shape {
            Shape::Text => format!("{label}: “{value}”"),
            Shape::Plain => format!("{label}: {value}"),
        })
    };
    fields.iter().filter_map(one).collect()
}

/// What stands in the sections before fit and intent, which is what the lead wants.
fn wanted(record: &Record) -> Vec<String> {
    let scores = |s: &Section| is_about(s, |i| matches!(i, Item::Score(_) | Item::Icp(_)));
    let first: Vec<&FieldLine> = record.sections.iter().take_while(|s| !scores(s)).flat_map(fields).collect();
    let told = known(&first);
    let missing: Vec<String> =
        first.iter().filter(|f| f.value.is_none() && f.known_from.is_none()).map(|f| small(&f.label)).collect();
    let mut sentences = Vec::new();
    if !told.is_empty() {
        sentences.push(format!("{}.", capital(&told.join("; "))));
    }
    if !missing.is_empty() {
        sentences.push(format!("Not known yet: {}.", listed(&missing)));
    }
    sentences
}

fn score<'r>(record: &'r Record, name: &str) -> Option<(&'r Section, &'r ScoreNote)> {
    let of = |section: &'r Section| {
        let mut all = section.items.iter().filter_map(|i| if let Item::Score(s) = i { Some(s) } else { None });
        all.find(|s| s.score == name).map(|s| (section, s))
    };
    record.sections.iter().find_map(of)
}

fn fit(record: &Record) -> Option<String> {
    let (section, fit) = score(record, "fit")?;
    let profile = section.items.iter().find_map(|i| if let Item::Icp(p) = i { Some(p) } else { None });
    let profile = profile.map_or_else(String::new, |p| {
        let failed: Vec<String> =
            p.failed.iter().map(|l| l.because.clone().unwrap_or_else(|| l.said.clone())).collect();
        let mut unknown: Vec<String> = Vec::new();
        for label in p.open.iter().flat_map(|l| &l.ask).map(|label| small(label)) {
            if !unknown.contains(&label) {
                unknown.push(label);
            }
        }
        match (p.status, failed.is_empty(), unknown.is_empty()) {
            ("matched", ..) => ", and the profile matches".to_string(),
            ("failed", false, _) => format!(", but it is outside the profile ({})", failed.join("; ")),
            (_, _, false) => format!(", and the profile matches as far as is known ({} open)", unknown.join(", ")),
            (status, ..) => format!(", and the profile is {status}"),
        }
    });
    let told = known(&fields(section).collect::<Vec<_>>());
    let told = if told.is_empty() { String::new() } else { format!(" {}.", capital(&told.join("; "))) };
    Some(format!("Fit is {} ({} of {}){profile}.{told}", fit.band, fit.points, fit.out_of))
}

fn people(record: &Record) -> Vec<String> {
    let map = record.sections.iter().flat_map(|s| &s.items).find_map(|i| match i {
        Item::Committee(map) => Some(map),
        _ => None,
    });
    let Some(map) = map else { return Vec::new() };
    if !map.supplied {
        return vec!["Who is involved is not known: no contacts were supplied.".to_string()];
    }
    let mut sentences = Vec::new();
    let involved = involved(map);
    if !involved.is_empty() {
        let verb = if involved.len() == 1 { "is" } else { "are" };
        sentences.push(format!("{} {verb} involved.", capital(&listed(&involved))));
    }
    let expected = roles(map, |r| r.people.is_empty() && r.status == "expected");
    if !expected.is_empty() {
        let verb = if expected.len() == 1 { "is" } else { "are" };
        sentences.push(format!("The {} {verb} expected but not named.", listed(&expected)));
    }
    let missing = roles(map, |r| r.gap && r.status == "missing");
    if !missing.is_empty() {
        sentences.push(format!("Nobody is named yet as {}.", crate::report::page::alternatives(&missing)));
    }
    sentences
}

fn roles(map: &Stakeholders, wanted: impl Fn(&RoleLine) -> bool) -> Vec<String> {
    map.roles.iter().filter(|r| wanted(r)).map(|r| r.label.clone()).collect()
}

/// Everybody who holds a role, with all roles of that person.
fn involved(map: &Stakeholders) -> Vec<String> {
    let mut all: Vec<(&Person, Vec<String>)> = Vec::new();
    for role in &map.roles {
        for person in &role.people {
            let status = person.status.filter(|s| *s != "identified").map_or_else(String::new, |s| format!(", {s}"));
            let said = format!("{}{status}", role.label);
            match all.iter_mut().find(|(p, _)| p.person == person.person && p.title == person.title) {
                Some((_, roles)) => roles.push(said),
                None => all.push((person, vec![said])),
            }
        }
    }
    let one = |(person, roles): (&Person, Vec<String>)| {
        let roles = roles.join("; ");
        match &person.title {
            Some(title) if *title != person.person && !person.person.is_empty() => {
                format!("{title} {} ({roles})", person.person)
            }
            Some(title) => format!("{title} ({roles})"),
            None if person.person.is_empty() => format!("somebody ({roles})"),
            None => format!("{} ({roles})", person.person),
        }
    };
    all.into_iter().map(one).collect()
}

/// Signals of the whole record that happened, the newest first, each with its days.
fn intent(record: &Record, today: Day) -> Vec<String> {
    let band = score(record, "intent").map(|(_, s)| format!("Intent is {} ({})", s.band, s.points));
    if !record.supplied.events {
        return vec![format!(
            "{}: no behaviour was supplied.",
            band.as_deref().unwrap_or("What they did is not known")
        )];
    }
    let items = record.sections.iter().flat_map(|s| &s.items);
    let mut all: Vec<&SignalLine> = items
        .flat_map(|i| match i {
            Item::Signal(s) => std::slice::from_ref(s),
            Item::OtherSignals { signals } => signals,
            _ => &[],
        })
        .filter(|s| !s.newest.is_empty())
        .collect();
    all.sort_by_key(|s| std::cmp::Reverse(s.newest[0].at));
    let more = all.len().saturating_sub(SIGNALS);
    let one = |s: &&SignalLine| {
        let day = spoken(s.newest[0].day, today);
        match s.count {
            Some(n) if n > 1 => format!("{} {n} times, last on {day}", s.label),
            _ => format!("{} on {day}", s.label),
        }
    };
    let mut told: Vec<String> = all.iter().take(SIGNALS).map(one).collect();
    if more > 0 {
        told.push(counted(more as u64, "other signal"));
    }
    let told = if told.is_empty() { "nothing that counts was seen".to_string() } else { listed(&told) };
    match band {
        Some(band) => vec![format!("{band}: {told}.")],
        None => vec![format!("{}.", capital(&told))],
    }
}

/// Where it stands, and what is in the way.
fn way(record: &Record) -> Vec<String> {
    let items = || record.sections.iter().flat_map(|s| &s.items);
    let stage = items().find_map(|i| if let Item::Stage(s) = i { s.title.clone() } else { None });
    let mut sentences: Vec<String> = stage.into_iter().map(|s| format!("Stage: {s}.")).collect();
    for item in items() {
        let Item::Risks(r) = item else { continue };
        let lacking: Vec<String> = r.blockers.iter().chain(&r.open).map(|l| format!("that {}", l.said)).collect();
        if let (Some(stage), false) = (&r.stage, lacking.is_empty()) {
            sentences.push(format!("{stage} still needs {}.", listed(&lacking)));
        }
        if !r.risks.is_empty() {
            let risks: Vec<String> = r.risks.iter().map(|r| small(&r.risk)).collect();
            sentences.push(format!("Risks: {}.", risks.join("; ")));
        }
    }
    sentences
}

/// Days that are agreed.
fn ahead(record: &Record, today: Day) -> Option<String> {
    let day = |d: &DayLine| format!("{}: {}", small(&d.label), spoken(d.day, today));
    let days: Vec<String> = record.dates.ahead.iter().map(day).collect();
    (!days.is_empty()).then(|| format!("{}.", capital(&days.join("; "))))
}

fn next_step(next: &NextStepNote, today: Day) -> String {
    let again = next.revisit.map_or_else(String::new, |r| format!(" Look at it again on {}.", spoken_when(r, today)));
    let action = small(next.action.trim_end_matches('.'));
    let due = spoken_when(next.due, today);
    format!("Next ({}): {action}; {}, due {due}.{again}", small(&next.title), plain(&next.owner))
}
