//! Two versions of a policy over all possible leads: what the solver says of them, the two engines say too.

#[allow(dead_code)] // Policies are needed here, and no leads.
mod random;
#[allow(dead_code)] // Random leads are made in its terms.
mod reference;

use proptest::prelude::*;
use random::Draw;
use rubric::analysis::pair::{Move, Moves, Pair, Place, Respect};
use rubric::analysis::shared::same_names;
use rubric::analysis::solver::{Answer, Lit};
use rubric::diff::meaning::replay::Version;
use rubric::driver::{Memory, load};
use rubric::policy::time::Instant;
use rubric::policy::{Policy, ScoreKind};
use rubric::program::Program;

const AS_OF: &str = "2026-03-31T12:00Z";
const CONFLICTS: u64 = 20_000;
/// Leads of pairs of more clauses than this are not drawn.
const WALKED: u64 = 300_000;
const RESPECTS: [Respect; 4] =
    [Respect::Route, Respect::Stage, Respect::Band(ScoreKind::Fit), Respect::Band(ScoreKind::Intent)];

fn loaded(text: &str) -> Option<Policy> {
    let mut memory = Memory::default();
    memory.insert("demo.rubric", text);
    load(&memory, "demo.rubric", &[]).policy
}

/// A random possible lead of both.
fn wander(pair: &mut Pair<'_>, draw: &mut Draw) -> bool {
    let people = [pair.old.people.literals(), pair.new.people.literals()].concat();
    let mut wishes = [pair.old.behaviour.literals(), people, pair.old.space.literals()].concat();
    for at in (1..wishes.len()).rev() {
        wishes.swap(at, draw.below(at + 1));
    }
    let mut assumed: Vec<Lit> = Vec::new();
    // A wish that the solver has to think about is not granted: there are hundreds.
    for wish in wishes {
        assumed.push(if draw.chance(60) { !wish } else { wish });
        if pair.gates.solve(&assumed, 20) != Answer::Yes {
            assumed.pop();
        }
    }
    pair.gates.solve(&assumed, 1_000) == Answer::Yes
}

/// Every move is replayed, and no random lead moves in a way that is not among them.
fn agree(old: &Policy, new: &Policy, seed: u64, walks: usize) -> Result<Vec<Moves>, TestCaseError> {
    let programs = [Program::lower(old), Program::lower(new)];
    let as_of = Instant::parse(AS_OF, new.offset).expect("an instant");
    let mut pair = Pair::new((old, &programs[0]), (new, &programs[1]), as_of, &same_names(old, new));
    let all = pair.moves(&RESPECTS, CONFLICTS);
    let at = |policy: &Policy| Instant::parse(AS_OF, policy.offset).expect("an instant");
    let before = Version::new(old, &programs[0], at(old));
    let after = Version::new(new, &programs[1], at(new));
    for (respect, moves) in RESPECTS.iter().zip(&all) {
        // Where not all of a policy is written down, nothing is proved, and what is found may not be.
        prop_assert!(!pair.is_partial() || !moves.complete);
        if pair.is_partial() {
            continue;
        }
        for Move { from, to, old, new, .. } in &moves.found {
            // A lead that needs words nobody found is not decided.
            let (Some(earlier), Some(later)) = (before.says(old), after.says(new)) else { continue };
            prop_assert_eq!(&earlier.place(*respect), from, "{:?} {:?}", respect, old);
            prop_assert_eq!(&later.place(*respect), to, "{:?} {:?}", respect, new);
        }
    }
    // To walk through a very large pair takes minutes; where not all is written down there is nothing to compare besides.
    if pair.is_partial() || pair.gates.clauses() > WALKED {
        return Ok(all);
    }
    let mut draw = Draw::from_seed(seed);
    for _ in 0..walks {
        if !wander(&mut pair, &mut draw) {
            continue;
        }
        let value = |l| pair.gates.value(l);
        let (earlier, later) = (pair.old.read(&value), pair.new.read(&value));
        let (Some(earlier), Some(later)) = (before.says(&earlier), after.says(&later)) else { continue };
        for (respect, moves) in RESPECTS.iter().zip(&all).filter(|(_, m)| m.complete) {
            let (from, to) = (earlier.place(*respect), later.place(*respect));
            let looked_at = *respect == Respect::Route || earlier.scores().is_some() && later.scores().is_some();
            if from != to && looked_at {
                let found = moves.found.iter().any(|m| m.from == from && m.to == to);
                prop_assert!(found, "{:?}: {:?} to {:?} is missing", respect, from, to);
            }
        }
    }
    Ok(all)
}

/// One number, `and` or `or` of a text becomes another.
fn edited(text: &str, draw: &mut Draw) -> String {
    let words: Vec<(usize, &str)> = text
        .split_inclusive([' ', '\n', ',', ')', '('])
        .scan(0, |at, word| {
            let from = *at;
            *at += word.len();
            Some((from, word.trim_end_matches([' ', '\n', ',', ')', '('])))
        })
        .filter(|(_, w)| *w == "and" || *w == "or" || w.trim_start_matches(['+', '-']).parse::<u32>().is_ok())
        .collect();
    if words.is_empty() {
        return text.to_string();
    }
    let (at, word) = words[draw.below(words.len())];
    let other = match word {
        "and" => "or".to_string(),
        "or" => "and".to_string(),
        number => {
            let digits = number.trim_start_matches(['+', '-']);
            let sign = &number[..number.len() - digits.len()];
            let value: i64 = digits.parse().unwrap_or(0);
            format!("{sign}{}", (value + draw.between(-3, 7)).max(0))
        }
    };
    format!("{}{other}{}", &text[..at], &text[at + word.len()..])
}

proptest! {
    #![proptest_config(random::cases(30, 60))]

    #[test]
    fn what_an_edit_moves_is_what_the_engines_say(
        tape in proptest::collection::vec(any::<u32>(), 0..400),
        seed in any::<u64>(),
    ) {
        let text = random::policy::policy(&mut Draw::from_tape(&tape));
        let mut draw = Draw::from_seed(seed);
        let mut changed = edited(&text, &mut draw);
        if draw.chance(30) {
            changed = edited(&changed, &mut draw);
        }
        let (Some(old), Some(new)) = (loaded(&text), loaded(&changed)) else { return Ok(()) };
        agree(&old, &new, seed, 4).map_err(|e| TestCaseError::fail(format!("{e}\n{text}\n--- new\n{changed}")))?;
    }

    #[test]
    fn two_policies_that_have_little_in_common(
        tapes in proptest::array::uniform2(proptest::collection::vec(any::<u32>(), 0..200)),
        seed in any::<u64>(),
    ) {
        let texts = tapes.map(|tape| random::policy::policy(&mut Draw::from_tape(&tape)));
        let [Some(old), Some(new)] = texts.each_ref().map(|text| loaded(text)) else { return Ok(()) };
        agree(&old, &new, seed, 3).map_err(|e| TestCaseError::fail(format!("{e}\n{}\n--- new\n{}", texts[0], texts[1])))?;
    }
}

fn shipped(name: &str) -> (String, Memory) {
    let mut memory = Memory::default();
    for entry in std::fs::read_dir("policies").expect("the policies are there").flatten() {
        if entry.path().is_file() {
            let file = entry.file_name().to_string_lossy().into_owned();
            memory.insert(file, std::fs::read_to_string(entry.path()).unwrap_or_default());
        }
    }
    let text = std::fs::read_to_string(format!("policies/{name}.rubric")).expect("the policy is there");
    (text, memory)
}

fn versions(name: &str, edit: impl Fn(&str) -> String) -> (Policy, Policy) {
    let (text, mut memory) = shipped(name);
    let file = format!("{name}.rubric");
    let old = load(&memory, &file, &[]).policy.expect("it has no errors");
    let changed = edit(&text);
    assert_ne!(changed, text, "nothing was edited");
    memory.insert(file.clone(), changed);
    let loaded = load(&memory, &file, &[]);
    (old, loaded.policy.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics)))
}

#[test]
fn a_shipped_policy_is_the_same_as_itself() {
    let (old, new) = versions("care_management", |text| format!("{text}\n# a comment\n"));
    for moves in agree(&old, &new, 1, 3).expect("they agree") {
        assert!(moves.complete && moves.found.is_empty());
    }
}

#[test]
fn the_threshold_of_a_shipped_policy_moves_leads() {
    let (old, new) = versions("care_management", |text| text.replacen("strong >= 70", "strong >= 75", 1));
    let all = agree(&old, &new, 2, 3).expect("they agree");
    assert!(all.iter().all(|moves| moves.complete));
    let named = |name: &str| Place::Named(name.to_string());
    let [route, stage, fit, intent] = all.as_slice() else { panic!("four respects") };
    let fits: Vec<(&Place, &Place)> = fit.found.iter().map(|m| (&m.from, &m.to)).collect();
    assert_eq!(fits, [(&named("strong"), &named("good"))]);
    assert!(fit.found.iter().chain(&route.found).all(|m| m.fewest && m.unknown.is_empty()));
    assert!(!route.found.is_empty() && stage.found.is_empty() && intent.found.is_empty());
}

const PLAIN: &str = "score intent { timing { +5 when s } bands { high >= 5, low } }";

/// A small policy: its record and signals, its scores, and when it calls.
fn small(before: &str, scores: &str, when: &str) -> Policy {
    let text = format!(
        "policy demo \"Demo\" {{ version \"1\" owner \"o@example.com\" }}\nlead {{ s: boolean {before}\n{scores}\n\
         outcomes {{ call {{ next \"Call\" owner sales due 1 days }} mail {{ next \"Mail\" owner sales due 1 days }} }}\n\
         route {{ to call when {when} otherwise to mail }}\n"
    );
    loaded(&text).unwrap_or_else(|| panic!("it has errors: {text}"))
}

#[test]
fn a_criterion_that_is_split_by_a_field_moves_leads_only_where_that_is_unknown() {
    let policy = |criteria: &str| {
        let fit = format!("score fit {{ match {{ {criteria} }} bands {{ good >= 5, weak }} }} {PLAIN}");
        small("p: boolean q: boolean }", &fit, "fit is good")
    };
    let old = policy("+5 when p");
    let new = policy("+5 when p and q +5 when p and not q");
    let all = agree(&old, &new, 4, 8).expect("they agree");
    let [only] = all[0].found.as_slice() else { panic!("{all:?}") };
    assert!(all[0].complete);
    let unknown: Vec<&str> = only.unknown.iter().map(|u| new.field(u.field).name.as_str()).collect();
    assert_eq!((unknown, only.new.fields.len()), (vec!["q"], 1));
    // Where what is unknown counts on one of the two sides, nothing has changed.
    let same = policy("+5 when p and q +5 when p and unconfirmed q");
    for moves in agree(&old, &same, 5, 4).expect("they agree") {
        assert!(moves.complete && moves.found.is_empty());
    }
}

#[test]
fn what_is_too_large_to_write_down_is_not_called_proved() {
    let policy = |points: &str| {
        let scores = format!("score fit {{ match {{ +5 when s }} bands {{ good >= 5, weak }} }}
             score intent {{ asking up to 300 {{ +{points} per asked halves every 2 days }} bands {{ high >= 5, low }} }}");
        small("}\nchannels { form }\nsignals { asked: high from form }", &scores, "intent is high")
    };
    let (old, new) = (policy("3.33"), policy("7.77"));
    assert!(agree(&old, &new, 3, 2).expect("they agree").iter().all(|moves| !moves.complete));
}

#[test]
fn a_signal_with_another_name_is_the_same_behaviour_where_its_events_are() {
    let policy = |signal: &str, name: &str| {
        let scores = format!(
            "score fit {{ match {{ +5 when s }} bands {{ good >= 5, weak }} }}\n\
             score intent {{ asking {{ +5 per {name} newest 1 +2 when s }} bands {{ high >= 5, low }} }}"
        );
        small(&format!("}}\nchannels {{ form }}\nsignals {{ {signal} }}"), &scores, "intent is high")
    };
    let old = policy("demo_request: high from form", "demo_request");
    let same = policy("asked: high from form event \"Demo_Request\"", "asked");
    for moves in agree(&old, &same, 6, 4).expect("they agree") {
        assert!(moves.complete && moves.found.is_empty());
    }
    // The event type was the name of the signal: events of the old type are nothing to the new version.
    let all = agree(&old, &policy("asked: high from form", "asked"), 7, 4).expect("they agree");
    assert_eq!(all[0].found.len(), 2);
}

#[test]
fn a_choice_that_one_version_does_not_have_is_unknown_there() {
    let scores = format!("score fit {{ match {{ +5 when s }} bands {{ good >= 5, weak }} }} {PLAIN}");
    let policy = |choices: &str| small(&format!("setting: one of {{ {choices} }} }}"), &scores, "setting is known");
    let all = agree(&policy("clinic, hospital"), &policy("clinic, hospital, payer"), 8, 4).expect("they agree");
    let [only] = all[0].found.as_slice() else { panic!("{all:?}") };
    assert_eq!((&only.from, &only.to), (&Place::Named("mail".into()), &Place::Named("call".into())));
    assert_eq!((only.old.fields.len(), only.new.fields.len()), (0, 1));
    // A choice that catches all others leaves nothing unknown.
    let (open, wider) =
        (policy("clinic, hospital, other otherwise"), policy("clinic, payer, hospital, other otherwise"));
    assert!(agree(&open, &wider, 9, 4).expect("they agree").iter().all(|m| m.complete && m.found.is_empty()));
}
