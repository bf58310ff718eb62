//! The words that every form of the report has in common. What comes from leads stands in them as it is: whoever shows it makes it harmless.

use crate::diff::Direction;
use crate::engine::decision::When;
use crate::policy::Policy;
use crate::policy::time::Offset;
use crate::report::diff::moved::named;
use crate::report::page::{counted, listed};
use crate::requalify::{Again, Against, Change, Evidence, Faint, Fall, Fired, Group, Report, Step, Was, trigger_words};

/// So many pieces of evidence of one trigger are shown; JSON has them all.
const EVIDENCE: usize = 5;
/// So many leads of a group are shown, unless all are asked for.
pub const SHOWN: usize = 50;

/// The groups in the order in which they are shown.
pub const GROUPS: [Group; 3] = [Group::Back, Group::Down, Group::Look];

/// The heading of a group.
pub fn group_title(group: Group) -> &'static str {
    match group {
        Group::Back => "Back to sales",
        Group::Down => "Downgrades",
        Group::Look => "Look again",
    }
}

/// What ran.
pub fn policies(policies: &[Policy]) -> String {
    match policies {
        [one] => format!("{}: {} {}, content {}", one.title, one.name, one.version, one.hash),
        several => {
            let names: Vec<String> = several.iter().map(|p| format!("{} {}", p.name, p.version)).collect();
            format!("Policies {}", listed(&names))
        }
    }
}

/// The instant, and what leads are held against.
pub fn as_of(report: &Report) -> String {
    let now = report.as_of;
    match &report.against {
        Against::Nothing => format!("As of {now}; nothing to compare with"),
        Against::Snapshot { file, as_of } => format!("As of {now}, compared with {as_of} as kept in {file}"),
        Against::Instant(since) => format!("As of {now}, compared with the same data at {since}"),
    }
}

/// The leads of a group.
pub fn of_group(report: &Report, group: Group) -> Vec<&Again> {
    report.leads.iter().filter(|l| l.group == group).collect()
}

/// `nurture → demo`, or where it is.
pub fn route(change: &Change) -> String {
    match change.from == change.to {
        true => named(&change.to).to_string(),
        false => format!("{} → {}", named(&change.from), named(&change.to)),
    }
}

/// Why a trigger fired: its reason, and the evidence.
pub fn fired(policy: &Policy, fired: &Fired) -> String {
    let trigger = &policy.triggers[fired.trigger];
    let why = trigger.because.as_ref().map_or_else(|| trigger_words(policy, trigger), |b| b.to_string());
    let mut seen: Vec<String> = fired.evidence.iter().take(EVIDENCE).map(|e| evidence(policy, e)).collect();
    let more = fired.evidence.len().saturating_sub(EVIDENCE);
    if more > 0 {
        seen.push(format!("and {more} more"));
    }
    format!("{why}: {}", seen.join("; "))
}

fn evidence(policy: &Policy, one: &Evidence) -> String {
    match one {
        Evidence::Event { signal, at, channel, person, late } => {
            let channel = channel.as_ref().map_or_else(String::new, |c| format!(" from {c}"));
            let person = person.as_ref().map_or_else(String::new, |p| format!(" by {p}"));
            let late = if *late { ", told late" } else { "" };
            format!("{signal} on {}{channel}{person}{late}", at.day(policy.offset))
        }
        Evidence::Person { person, persona, roles } => {
            let is: Vec<&str> = persona.iter().map(String::as_str).chain(roles.iter().map(String::as_str)).collect();
            let is = if is.is_empty() { "no known role".to_string() } else { is.join(", ") };
            format!("{person} ({is})")
        }
        Evidence::Field { field, from, to } => match from {
            Was::Unknown => format!("{field} not known → {to}"),
            Was::Value(from) => format!("{field} {from} → {to}"),
            Was::Text => format!("{field} another text → {to}"),
        },
        Evidence::Score { score, from, to } => format!("{score} {from} → {to}"),
    }
}

/// What moved beside the route, downwards first; empty where nothing did.
pub fn moved(lead: &Again) -> String {
    let mut all: Vec<&Change> = lead.moved.iter().collect();
    all.sort_by_key(|c| c.direction != Direction::Away);
    let one = |c: &&Change| format!("{} {} → {}", c.what.words(), c.from, c.to);
    all.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// What is to be done, by whom, until when.
pub fn step(step: &Step) -> String {
    let due = match step.due {
        When::Day(day) => day.to_string(),
        When::Instant(instant) => instant.to_string(),
    };
    let kept = if step.kept { ", as before" } else { "" };
    format!("{} ({}), due {due}{kept}", step.action, step.owner)
}

/// What is lost if nothing happens, and when; empty where nothing is.
pub fn ahead(falls: &[Fall], zone: Offset) -> String {
    if falls.is_empty() { String::new() } else { format!("if nothing happens: {}", lost(falls, zone)) }
}

/// What is lost and when, the next first; what goes at one instant stands together.
fn lost(falls: &[Fall], zone: Offset) -> String {
    let together = falls.chunk_by(|a, b| a.at == b.at);
    let one = |all: &[Fall]| format!("{} on {}", parts(all), all[0].at.day(zone));
    together.map(one).collect::<Vec<_>>().join("; ")
}

fn parts(falls: &[Fall]) -> String {
    let one = |f: &Fall| format!("{} {} → {}", f.what.words(), f.from, named(&f.to));
    falls.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// What a lead of the queue loses first, without the day.
pub fn first_fall(lead: &Faint, zone: Offset) -> (String, String) {
    let Some(first) = lead.falls.first() else { return (String::new(), String::new()) };
    let (now, later) = lead.falls.split_at(lead.falls.iter().take_while(|f| f.at == first.at).count());
    let mut text = parts(now);
    if !later.is_empty() {
        text.push_str(&format!("; then {}", lost(later, zone)));
    }
    (first.at.day(zone).to_string(), text)
}

/// That leads are still outside the profile, where there are some.
pub fn held(report: &Report) -> Option<String> {
    let n = report.counts.held;
    let (verb, them) = if n == 1 { ("is", "it") } else { ("are", "them") };
    (n > 0).then(|| {
        format!(
            "{} showed interest but {verb} still outside the profile: what put {them} there still holds.",
            counted(n, "lead")
        )
    })
}

/// How rows and lines add up.
pub fn counts(report: &Report) -> Vec<String> {
    let c = report.counts;
    let mut said = vec![match report.against {
        Against::Nothing => format!("{} read = {} looked at + {} rejected.", c.read, c.new, c.rejected),
        Against::Instant(_) => format!(
            "{} read = {} to look at again + {} with nothing new + {} still outside the profile + {} rejected.",
            c.read, c.again, c.quiet, c.held, c.rejected
        ),
        Against::Snapshot { .. } => format!(
            "{} read = {} to look at again + {} with nothing new + {} still outside the profile + {} new since the snapshot + {} rejected.",
            c.read, c.again, c.quiet, c.held, c.new, c.rejected
        ),
    }];
    if let Some(s) = report.snapshot {
        said.push(format!(
            "{} in the snapshot = {} compared + {} gone + {} unusable.",
            s.read, s.compared, s.gone, s.unusable
        ));
    }
    said
}
