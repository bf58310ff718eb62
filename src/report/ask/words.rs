//! What is asked, and why it matters, in plain words.

use crate::handoff::people::{PersonaLine, RoleLine};
use crate::handoff::script::{Item, State, Worth};
use crate::policy::exact::Points;
use crate::report::page::{alternatives, capital, listed};
use crate::report::phrases::small;

/// So many other questions are named that an answer decides together with.
const TOGETHER: usize = 3;

/// The words of a question: those of the policy; for a role, made from what it is and who could hold it.
pub fn question(item: &Item) -> String {
    match (&item.role, &item.question) {
        (Some(role), _) => about_role(role),
        (None, Some(question)) => question.clone(),
        (None, None) => format!("{}? (The policy has no words for this question.)", capital(&item.label)),
    }
}

fn about_role(role: &RoleLine) -> String {
    let who = role.people.iter().map(|p| p.person.as_str()).find(|p| !p.is_empty());
    let label = &role.label;
    match (role.status, who) {
        ("identified", Some(who)) => format!("Will {who} join the next conversation as {label}?"),
        ("identified", None) => format!("Will the {label} join the next conversation?"),
        ("expected", _) => format!("Who is the {label} you said will take part, and when do they join?"),
        _ => format!("Who on your side is the {label}?"),
    }
}

/// What helps to ask about a role: whose titles to look for, and what such people care about.
pub fn hint(item: &Item) -> Option<String> {
    let role = item.role.as_ref()?;
    let of_people: Vec<&PersonaLine> = role.people.iter().filter_map(|p| p.persona.as_ref()).collect();
    let personas: Vec<&PersonaLine> = if of_people.is_empty() { role.personas.iter().collect() } else { of_people };
    let titles: Vec<String> = personas.iter().map(|p| p.title.clone()).collect();
    let cares: Vec<String> = personas.iter().flat_map(|p| p.cares_about.iter().cloned()).collect();
    if titles.is_empty() {
        return None;
    }
    let titles = match role.people.is_empty() {
        true => format!("Usually from {}", alternatives(&titles)),
        false => capital(&listed(&titles)),
    };
    Some(match cares.is_empty() {
        true => titles,
        false => format!("{titles}, who care about {}", listed(&cares)),
    })
}

/// What is known so far, where that is not all, or no longer holds.
pub fn so_far(item: &Item) -> Option<String> {
    match (item.state, &item.role, &item.value) {
        (_, None, Some(value)) if item.passed => Some(format!("It was {value}, which has passed")),
        (State::Partly, None, Some(value)) => Some(format!("So far: {value}")),
        _ => None,
    }
}

/// What is known of a role before it is asked about.
pub fn standing(item: &Item) -> Option<&'static str> {
    let role = item.role.as_ref()?;
    Some(match (role.needed, role.status) {
        (_, "unknown") => "Not known: no contacts were supplied",
        ("yes", "missing") => "Needed, and nobody is known",
        ("yes", "expected") => "Needed and expected, but not named",
        ("yes", _) => "Needed and named, but not heard of",
        ("optional", "missing") => "Optional, and nobody is known",
        ("optional", _) => "Optional; named or expected, but not heard of",
        (_, "missing") => "Perhaps needed, and nobody is known",
        _ => "Perhaps needed",
    })
}

/// Why an answer matters, the weightiest reason first; nothing where it changes nothing.
pub fn why(worth: &Worth) -> Vec<String> {
    let mut reasons = Vec::new();
    if !worth.decides.is_empty() {
        reasons.push(format!("decides between {}", listed(&worth.decides)));
    }
    if !worth.decides_together.is_empty() {
        let with = match worth.together_with.len() {
            0 => String::new(),
            // A list of everything that is open helps nobody.
            n if n > TOGETHER => format!("together with {n} other answers "),
            _ => format!("together with {} ", listed(&worth.together_with)),
        };
        reasons.push(format!("{with}decides between {}", listed(&worth.decides_together)));
    }
    for reason in &worth.rules_out {
        reasons.push(format!("could rule the lead out ({})", small(reason)));
    }
    reasons.extend(worth.opens.as_ref().map(|s| format!("opens {s}")));
    reasons.extend(worth.needed_for.as_ref().map(|s| format!("needed for {s}")));
    reasons.extend(worth.keeps.as_ref().map(|s| format!("needed to stay {s}")));
    reasons.extend(worth.counts_for.as_ref().map(|s| format!("counts towards the people that {s} asks for")));
    for (points, score) in [(worth.fit, "fit"), (worth.intent, "intent")] {
        if points > Points::ZERO {
            reasons.push(format!("up to +{points} {score}"));
        }
    }
    reasons.extend(worth.checks.iter().map(|item| format!("on the checklist: {}", small(item))));
    reasons.extend(worth.helps.as_ref().map(|s| format!("makes {s} better")));
    if worth.next_step {
        reasons.push("shapes the next step".to_string());
    }
    reasons
}

/// All reasons as one sentence without its end.
pub fn because(worth: &Worth) -> Option<String> {
    let reasons = why(worth);
    (!reasons.is_empty()).then(|| capital(&reasons.join("; ")))
}

/// Where it is asked.
pub fn asked(item: &Item) -> Option<String> {
    (!item.on.is_empty()).then(|| format!("Asked on {}", alternatives(&item.on)))
}
