//! Behaviour: rows of events to the signals that take them.

use super::cell::Origin;
use super::date::{is_iso_like, looks_like_a_date, read_instant, why_no_date};
use super::findings::{Findings, Key, Place, Severity, shown};
use super::plan::{FieldPlan, Plan, field_plan};
use super::spellings::{Spellings, trimmed};
use crate::engine::atoms;
use crate::engine::facts::Batch;
use crate::policy::condition::{Cond, CondKind};
use crate::policy::import::{DateFormat, Import, Settings};
use crate::policy::text::{UNKNOWN_SPELLINGS, fold, nearest};
use crate::policy::time::{Day, Instant};
use crate::policy::{Atom, ChannelId, FieldId, Policy, SignalId};
use hashbrown::HashMap;
use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};

/// What a column of an event row holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventColumn {
    Id,
    Lead,
    Email,
    Account,
    Type,
    At,
    Channel,
    Contact,
    Attribute(u16),
}

/// How many kinds of columns there are beside attributes.
const COLUMNS: usize = 8;

/// One event as written.
#[derive(Clone, Debug, Default)]
pub struct RawEvent<'a> {
    cells: [Cow<'a, str>; COLUMNS],
    attributes: Vec<(u16, Cow<'a, str>)>,
    pub place: Place,
}

impl<'a> RawEvent<'a> {
    /// A blank row.
    pub fn at_place(place: Place) -> RawEvent<'a> {
        RawEvent { place, ..RawEvent::default() }
    }

    /// Sets a cell, trimmed; the first that is not blank counts.
    pub fn set(&mut self, column: EventColumn, text: Cow<'a, str>) {
        let cell = match column {
            EventColumn::Id => &mut self.cells[0],
            EventColumn::Lead => &mut self.cells[1],
            EventColumn::Email => &mut self.cells[2],
            EventColumn::Account => &mut self.cells[3],
            EventColumn::Type => &mut self.cells[4],
            EventColumn::At => &mut self.cells[5],
            EventColumn::Channel => &mut self.cells[6],
            EventColumn::Contact => &mut self.cells[7],
            EventColumn::Attribute(at) => return self.attributes.push((at, text)),
        };
        if cell.is_empty() {
            *cell = match text {
                Cow::Borrowed(text) => Cow::Borrowed(trimmed(text)),
                Cow::Owned(text) => Cow::Owned(trimmed(&text).to_string()),
            };
        }
    }

    /// Its id in the system it comes from; empty where it has none.
    pub fn id(&self) -> &str {
        &self.cells[0]
    }

    /// The event type as written.
    pub fn kind(&self) -> &str {
        &self.cells[4]
    }

    /// The time as written.
    pub fn at(&self) -> &str {
        &self.cells[5]
    }

    /// The channel as written.
    pub fn channel(&self) -> &str {
        &self.cells[6]
    }

    /// The person as written.
    pub fn contact(&self) -> &str {
        &self.cells[7]
    }
}

/// An event that some signal takes.
#[derive(Clone, Debug)]
pub struct Taken<'p> {
    pub at: Instant,
    /// Ascending, not empty.
    pub signals: Cow<'p, [SignalId]>,
    /// Where it came from, as its row or its import says.
    pub channel: Option<ChannelId>,
    /// The same for the same event twice.
    pub same: Same,
}

/// What tells an event from another: its id; else its type, time and attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Same {
    /// The type and time of an event that has neither id nor attributes, as most have.
    Plain(usize, Instant),
    Hash(u64),
}

/// Why an event does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Passed {
    /// Its time cannot be read; the reason, and whether a declaration would help.
    Time(String),
    /// No signal takes its type.
    Type,
    /// Signals take its type, but not from its channel.
    Channel,
    /// The conditions of the signals that take its type do not hold.
    Condition,
}

/// What is known of one event type.
#[derive(Clone, Debug)]
struct EventType {
    /// Signals of the type, whatever the channel.
    any: Vec<SignalId>,
    /// By channel: the signals of the type from there.
    from: Vec<Vec<SignalId>>,
    /// Whether one of the signals has a condition.
    conditions: bool,
    /// Where events of the type come from when their rows do not say so.
    channel: Option<ChannelId>,
}

/// How events are read for one policy.
#[derive(Clone, Debug)]
pub struct EventPlan<'p> {
    policy: &'p Policy,
    attributes: Plan,
    columns: HashMap<String, EventColumn>,
    types: Vec<EventType>,
    by_name: HashMap<String, usize>,
    channels: HashMap<String, ChannelId>,
    dates: Option<DateFormat>,
    unknown: Spellings,
    as_of: Instant,
    today: Day,
}

impl<'p> EventPlan<'p> {
    /// For a policy and the way its events are written.
    pub fn new(policy: &'p Policy, import: Option<&Import>, as_of: Instant) -> EventPlan<'p> {
        let plain = Settings::default();
        let settings = import.map_or(&plain, |i| &i.events.settings);
        let fields: Vec<FieldPlan> =
            policy.attributes.iter().enumerate().map(|(i, f)| field_plan(FieldId(i as u16), f, settings)).collect();
        let unknown = UNKNOWN_SPELLINGS.iter().map(|s| s.to_string()).chain(settings.unknown.iter().cloned());
        let mut plan = EventPlan {
            policy,
            attributes: Plan::of_fields(fields, policy.offset),
            columns: columns(policy, import),
            types: Vec::new(),
            by_name: HashMap::new(),
            channels: channels(policy),
            dates: settings.dates.clone(),
            unknown: Spellings::new(unknown),
            as_of,
            today: as_of.day(policy.offset),
        };
        plan.name_types(import);
        plan
    }

    fn name_types(&mut self, import: Option<&Import>) {
        for (i, signal) in self.policy.signals.iter().enumerate() {
            for event in &signal.events {
                let next = self.types.len();
                let at = *self.by_name.entry(fold(event)).or_insert(next);
                if at == next {
                    let from = vec![Vec::new(); self.policy.channels.len()];
                    self.types.push(EventType { any: Vec::new(), from, conditions: false, channel: None });
                }
                // The spelling of the policy needs no folding when it is looked up.
                self.by_name.insert(event.clone(), at);
                let kind = &mut self.types[at];
                let id = SignalId(i as u16);
                if kind.any.last() != Some(&id) {
                    kind.any.push(id);
                    signal.channels.iter().for_each(|c| kind.from[c.index()].push(id));
                    kind.conditions |= signal.condition.is_some();
                }
            }
        }
        for (channel, types) in import.map_or(&[][..], |i| &i.channels) {
            for name in types {
                if let Some(&at) = self.by_name.get(&fold(name)) {
                    self.types[at].channel = Some(*channel);
                }
            }
        }
        for (from, to) in import.map_or(&[][..], |i| &i.types) {
            if let Some(&at) = self.by_name.get(&fold(to)) {
                self.by_name.insert(fold(from), at);
            }
        }
    }

    /// What a header or key holds.
    pub fn column(&self, header: &str) -> Option<EventColumn> {
        let found = self.columns.get(header);
        found.or_else(|| self.columns.get(&fold(header.trim_start_matches('\u{feff}')))).copied()
    }

    /// Whether a text says something, and is no spelling of *not known*.
    pub fn says(&self, text: &str) -> bool {
        !self.unknown.hold(text)
    }

    /// A batch for the attributes of one event at a time.
    pub fn scratch(&self) -> Batch {
        Batch::of_fields(&self.policy.attributes)
    }

    /// What an event is; a value of an attribute that cannot be read is reported.
    pub fn take(
        &self,
        raw: &RawEvent<'_>,
        scratch: &mut Batch,
        origin: &Origin,
        findings: &mut Findings,
    ) -> Result<Taken<'_>, Passed> {
        let written = raw.kind();
        let found = self.by_name.get(written).or_else(|| self.by_name.get(&fold(written)));
        let number = *found.ok_or(Passed::Type)?;
        let kind = &self.types[number];
        let at = read_instant(raw.at(), self.dates.as_ref(), self.policy.offset).filter(|t| believable(*t));
        let at = at.ok_or_else(|| Passed::Time(no_time(raw.at(), self.dates.as_ref())))?;
        let channel = match raw.channel() {
            "" => kind.channel,
            text if self.unknown.hold(text) => kind.channel,
            text => {
                let found = self.channels.get(text).or_else(|| self.channels.get(&fold(text)));
                Some(*found.ok_or(Passed::Channel)?)
            }
        };
        let signals = channel.map_or(&kind.any, |c| &kind.from[c.index()]);
        if signals.is_empty() {
            return Err(Passed::Channel);
        }
        let same = same(raw, number, at);
        if !kind.conditions {
            return Ok(Taken { at, signals: Cow::Borrowed(signals), channel, same });
        }
        scratch.clear();
        scratch.begin("");
        for (field, text) in &raw.attributes {
            self.attributes.read(&self.attributes.fields[usize::from(*field)], text, scratch, origin, findings);
        }
        scratch.finish();
        let holds = |s: &&SignalId| {
            let condition = &self.policy.signals[s.index()].condition;
            condition.as_ref().is_none_or(|c| self.answer(c, scratch) == Some(true))
        };
        let signals: Vec<SignalId> = signals.iter().filter(holds).copied().collect();
        if signals.is_empty() {
            return Err(Passed::Condition);
        }
        Ok(Taken { at, signals: Cow::Owned(signals), channel, same })
    }

    /// Whether an event has not happened yet.
    pub fn is_later(&self, at: Instant) -> bool {
        at > self.as_of
    }

    /// The condition of a signal on the attributes of one event, which is the first row of a batch of attributes.
    pub fn answer(&self, condition: &Cond, event: &Batch) -> Option<bool> {
        match &condition.kind {
            CondKind::Always(value) => Some(*value),
            CondKind::All(parts) => {
                let mut answers = parts.iter().map(|p| self.answer(p, event));
                kleene(&mut answers, false)
            }
            CondKind::Any(parts) => {
                let mut answers = parts.iter().map(|p| self.answer(p, event));
                kleene(&mut answers, true)
            }
            CondKind::Not(inner) => self.answer(inner, event).map(|a| !a),
            CondKind::Confirmed(inner) => Some(self.answer(inner, event) == Some(true)),
            CondKind::Unconfirmed(inner) => Some(self.answer(inner, event) != Some(true)),
            CondKind::Atom(Atom::Attribute(attribute, test)) => {
                atoms::field(event, FieldId(attribute.0), test, self.today).get(0)
            }
            // The checker lets nothing else into a `where`.
            CondKind::Define(_) | CondKind::Atom(_) => None,
        }
    }

    /// Reports an event that does not count.
    pub fn report(&self, passed: &Passed, raw: &RawEvent<'_>, origin: &Origin, findings: &mut Findings) {
        let place = raw.place;
        let key = |kind, column: &str, text: &str| Key {
            kind,
            file: origin.file.clone(),
            column: Some(column.into()),
            value: Some(shown(text).into()),
        };
        match passed {
            Passed::Time(reason) => {
                let help = match looks_like_a_date(raw.at()) && !is_iso_like(raw.at()) {
                    true if self.dates.is_some() => "mend the time, or the `dates` of the import",
                    true => "declare the format in an import: `events { dates \"MM/DD/YYYY\" }`",
                    false => "write times like 2026-03-31T12:00Z",
                };
                findings.count(key("unreadable-time", "at", raw.at()), Some(place), Severity::Error, || {
                    (format!("an event is left out: {reason}"), Some(help.to_string()))
                });
            }
            Passed::Type => {
                findings.count(key("unknown-event-type", "type", raw.kind()), Some(place), Severity::Warning, || {
                    let types = self.policy.signals.iter().flat_map(|s| s.events.iter().map(String::as_str));
                    let near = nearest(raw.kind(), types).map(|n| format!("did you mean `{n}`?"));
                    let what = match raw.kind() {
                        "" => "an event says no type and counts nowhere".to_string(),
                        kind => format!("no signal takes events of type `{}`; they count nowhere", shown(kind)),
                    };
                    (what, near)
                });
            }
            Passed::Channel => {
                let key = key("unknown-channel", "channel", raw.channel());
                findings.count(key, Some(place), Severity::Warning, || {
                    let near = nearest(raw.channel(), self.policy.channels.iter().map(String::as_str));
                    let what =
                        format!("no signal takes this from channel `{}`; it counts nowhere", shown(raw.channel()));
                    (what, near.map(|n| format!("did you mean `{n}`?")))
                });
            }
            // The policy says which of these count; the others are meant to be left out.
            Passed::Condition => {}
        }
    }
}

/// Instants that a calendar can show.
fn believable(at: Instant) -> bool {
    let year = 366 * crate::policy::time::DAY_MICROS;
    (-1000 * year..7000 * year).contains(&at.0)
}

fn no_time(text: &str, format: Option<&DateFormat>) -> String {
    if text.is_empty() {
        "it says no time".to_string()
    } else if looks_like_a_date(text) {
        format!("`{}` {}", shown(text), why_no_date(text, format).0)
    } else {
        format!("`{}` is not a time", shown(text))
    }
}

fn same(raw: &RawEvent<'_>, kind: usize, at: Instant) -> Same {
    let mut hasher = DefaultHasher::new();
    let mut attributes = raw.attributes.iter().filter(|(_, t)| !t.trim().is_empty()).peekable();
    if !raw.id().is_empty() {
        raw.id().hash(&mut hasher);
    } else if attributes.peek().is_some() {
        (kind, at).hash(&mut hasher);
        attributes.for_each(|(attribute, text)| (attribute, text.trim()).hash(&mut hasher));
    } else {
        return Same::Plain(kind, at);
    }
    Same::Hash(hasher.finish())
}

/// `any` where `decides` is true, else `all`.
fn kleene(answers: &mut dyn Iterator<Item = Option<bool>>, decides: bool) -> Option<bool> {
    let mut open = false;
    for answer in answers {
        match answer {
            Some(a) if a == decides => return Some(decides),
            None => open = true,
            Some(_) => {}
        }
    }
    if open { None } else { Some(!decides) }
}

fn channels(policy: &Policy) -> HashMap<String, ChannelId> {
    let named = |(i, c): (usize, &String)| [(fold(c), ChannelId(i as u16)), (c.clone(), ChannelId(i as u16))];
    policy.channels.iter().enumerate().flat_map(named).collect()
}

fn columns(policy: &Policy, import: Option<&Import>) -> HashMap<String, EventColumn> {
    use EventColumn::*;
    let account = policy.account.as_ref().map(|a| policy.field(a.by));
    let mut named: Vec<(&str, EventColumn)> = vec![
        ("id", Id),
        ("lead", Lead),
        ("email", Email),
        ("type", Type),
        ("at", At),
        ("channel", Channel),
        ("contact", Contact),
    ];
    named.extend(policy.attributes.iter().enumerate().map(|(i, a)| (a.name.as_str(), Attribute(i as u16))));
    named.extend(account.map(|f| (f.name.as_str(), Account)));
    let mut columns = HashMap::new();
    for (name, headers) in import.map_or(&[][..], |i| &i.events.columns) {
        if let Some((_, column)) = named.iter().find(|(n, _)| n == name) {
            headers.iter().for_each(|h| _ = columns.entry(fold(h)).or_insert(*column));
        }
    }
    for (name, column) in &named {
        let column = *columns.entry(fold(name)).or_insert(*column);
        columns.insert(name.to_string(), column);
    }
    for (i, attribute) in policy.attributes.iter().enumerate() {
        attribute.columns.iter().for_each(|h| _ = columns.entry(fold(h)).or_insert(Attribute(i as u16)));
    }
    for header in account.map_or(&[][..], |f| &f.columns) {
        columns.entry(fold(header)).or_insert(Account);
    }
    columns
}
