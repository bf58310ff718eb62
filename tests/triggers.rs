//! Re-qualification against the meaning of the language: random policies with triggers, random leads that change.
//!
//! The earlier lead goes through a snapshot as it is written, so what is kept is held to be enough. What a lead loses is held against the reference at
//! every instant that is a whole number of days after an event, and at the start of every day.

#[allow(dead_code)]
mod random;
#[allow(dead_code)]
mod reference;

use random::lead::Leads;
use random::{Draw, policy};
use reference::Case;
use reference::lead::{Event, Lead, Value};
use reference::triggers::{band, fired};
use rubric::diff::Ladders;
use rubric::diff::report::What;
use rubric::driver::{Memory, load};
use rubric::engine::decision::PolicyRef;
use rubric::engine::facts::Batch;
use rubric::engine::{Decider, Engine};
use rubric::policy::field::FieldType;
use rubric::policy::time::{DAY_MICROS, Day, Instant};
use rubric::policy::{BuiltIn, Policy, ScoreKind};
use rubric::program::Program;
use rubric::report::leads::object_line;
use rubric::requalify::{Earlier, Fading, Now, Place, Plan, Snapshot, Told, line};
use std::collections::BTreeSet;
use std::fmt::Write;

const AS_OF: i64 = 1_774_958_400_000_000; // 2026-03-31T12:00Z

fn loaded(text: &str) -> Option<Policy> {
    let mut memory = Memory::default();
    memory.insert("demo.rubric", text);
    load(&memory, "demo.rubric", &[]).policy
}

/// A legal policy with triggers of every kind that its parts allow.
fn with_triggers(draw: &mut Draw) -> Option<Policy> {
    let text = policy::policy(draw);
    let bare = loaded(&text)?;
    let mut triggers = String::from("requalify {\n  on fit rises  on fit falls  on intent rises  on intent falls\n");
    let outcome = &draw.pick(&bare.outcomes).name;
    let when = [
        String::new(),
        format!(" when previous route is {outcome}"),
        format!(" when previous route is not {outcome} and fit >= 20"),
        format!(" when confirmed (route is {outcome} or unconfirmed previous route is {outcome})"),
    ];
    triggers.push_str("  on new stakeholder");
    triggers.push_str(draw.pick::<String>(&when));
    for signal in &bare.signals {
        let _ = write!(triggers, "\n  on {}{}", signal.name, draw.pick(&when));
    }
    if bare.signals.len() > 1 {
        let _ = write!(triggers, "\n  on {}, {}", bare.signals[0].name, bare.signals[1].name);
    }
    for field in &bare.fields[BuiltIn::ALL.len()..] {
        let name = &field.name;
        let _ = write!(triggers, "\n  on change of {name}{}", draw.pick(&when));
        match &field.ty {
            FieldType::Choice(c) | FieldType::Ordered(c) => {
                let named = |draw: &mut Draw| draw.some(c).iter().map(|c| c.name.as_str()).collect::<Vec<_>>();
                let (from, to) = (named(draw).join(", "), named(draw).join(", "));
                let _ = write!(triggers, "\n  on {name} from [{from}] to [{to}]");
            }
            _ => {}
        }
        if matches!(field.ty, FieldType::Ordered(_) | FieldType::Number { .. } | FieldType::Date) {
            let _ = write!(triggers, "\n  on {name} rises\n  on {name} falls{}", draw.pick(&when));
        }
    }
    let text = format!("{text}\n{triggers}\n}}\n");
    Some(loaded(&text).unwrap_or_else(|| panic!("the triggers are legal:\n{text}")))
}

/// The lead later: some of it is another lead's.
fn later(draw: &mut Draw, before: &Lead, other: &Lead) -> Lead {
    let mut now = before.clone();
    for (field, value) in now.fields.iter_mut().enumerate().skip(1) {
        // What is blank keeps what was known before, which the reference does not know of: a value does not go away here.
        if draw.chance(35) && other.fields[field] != Value::Unknown {
            *value = other.fields[field].clone();
        }
    }
    match (&mut now.events, &other.events) {
        (Some(events), Some(more)) => events.extend(more.iter().filter(|_| draw.chance(40)).cloned().map(alone)),
        (events, more) if draw.chance(30) => *events = more.clone().map(|m| m.into_iter().map(alone).collect()),
        _ => {}
    }
    match (&mut now.contacts, &other.contacts) {
        (Some(contacts), Some(more)) => contacts.extend(more.iter().filter(|_| draw.chance(40)).cloned()),
        (contacts, more) if draw.chance(30) => *contacts = more.clone(),
        _ => {}
    }
    if now.contacts.as_ref().is_none_or(|c| c.len() < before.contacts.as_ref().map_or(0, Vec::len)) {
        now.events.iter_mut().flatten().for_each(|e| e.contact = None);
    }
    now
}

/// Places of contacts are those of another lead.
fn alone(event: Event) -> Event {
    Event { contact: None, ..event }
}

fn batch(policy: &Policy, lead: &Lead) -> Batch {
    let mut batch = Batch::new(policy);
    lead.feed(&mut batch);
    batch
}

#[test]
fn triggers_fire_where_the_meaning_says_so() {
    let (mut rounds, mut seen, mut quiet, mut held) = (0, BTreeSet::new(), 0, 0);
    for seed in 0..500 {
        let mut draw = Draw::from_seed(seed);
        let Some(policy) = with_triggers(&mut draw) else { continue };
        let program = Program::with_goals(&policy, &Plan::goals(&policy));
        let plan = Plan::new(&policy, &program);
        let routes = Ladders::of(std::slice::from_ref(&policy), &[]).routes;
        let (first, second) = (Instant(AS_OF), Instant(AS_OF + draw.between(0, 40) * DAY_MICROS / 2));
        let reference =
            PolicyRef { name: policy.name.clone(), version: policy.version.clone(), hash: policy.hash.clone() };
        for at in 0..6 {
            let source = Leads::new(&policy, first);
            let before = source.lead(&mut draw, "1".to_string());
            let other = Leads::new(&policy, second).lead(&mut draw, "1".to_string());
            let now = if draw.chance(15) { before.clone() } else { later(&mut draw, &before, &other) };
            let kept = {
                let decider = Decider::new(Engine::new(&policy, &program, first));
                let batch = batch(&policy, &before);
                let e = decider.engine().evaluate(&batch);
                let in_scope = decider.in_scope(&e, 0, false);
                let lead = Now {
                    policy: &policy,
                    program: &program,
                    decider: &decider,
                    e: &e,
                    batch: &batch,
                    lead: 0,
                    in_scope,
                };
                let place = in_scope.then(|| Place::of(decider.engine(), (&policy, &program), &e, &batch, 0));
                let watched = plan.watched(&lead, None);
                let mut out = Vec::new();
                let earlier = Earlier { policy: reference.clone(), as_of: first, place, watched };
                object_line(&line("1", &earlier), &mut out);
                let snapshot = Snapshot::read(out);
                let read = snapshot.lead("1").expect("what is written can be read").1;
                assert_eq!(read, earlier, "nothing is lost on the way");
                read
            };
            let decider = Decider::new(Engine::new(&policy, &program, second));
            let batch = batch(&policy, &now);
            let e = decider.engine().evaluate(&batch);
            let in_scope = decider.in_scope(&e, 0, false);
            let lead =
                Now { policy: &policy, program: &program, decider: &decider, e: &e, batch: &batch, lead: 0, in_scope };
            let place = in_scope.then(|| Place::of(decider.engine(), (&policy, &program), &e, &batch, 0));
            let told = plan.compare(&lead, (0, place.as_ref()), &kept, &routes, true).told;
            let expected = fired(&Case::decided(&policy, first, &before), &Case::decided(&policy, second, &now));
            let say = || format!("seed {seed}, lead {at}\n{before:#?}\n{now:#?}\n{:#?}", policy.triggers);
            match &told {
                Told::Quiet => assert!(expected.is_empty(), "{expected:?} {}", say()),
                Told::Held => assert!(!expected.is_empty(), "{}", say()),
                Told::Again(again) => {
                    let found: Vec<usize> = again.fired.iter().map(|f| f.trigger).collect();
                    assert_eq!(found, expected, "{}", say());
                    seen.extend(found.iter().map(|t| kind(&policy, *t)));
                }
            }
            if before == now && first == second {
                assert_eq!(told, Told::Quiet, "nothing changed: {}", say());
            }
            rounds += 1;
            quiet += usize::from(told == Told::Quiet);
            held += usize::from(told == Told::Held);
            // What is kept now says nothing new of the same lead.
            let watched = plan.watched(&lead, Some(&kept.watched));
            let again = Earlier { policy: reference.clone(), as_of: second, place: place.clone(), watched };
            let told = plan.compare(&lead, (0, place.as_ref()), &again, &routes, true).told;
            assert_eq!(told, Told::Quiet, "a second look: {}", say());
        }
    }
    assert!(rounds > 1_000 && quiet > 60 && held > 30, "{rounds} rounds, {quiet} quiet, {held} held");
    let all = ["change", "falls field", "falls score", "from", "new", "rises field", "rises score", "signals"];
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), all);
}

fn kind(policy: &Policy, trigger: usize) -> &'static str {
    use rubric::policy::steps::{TriggerKind, Watched};
    match &policy.triggers[trigger].kind {
        TriggerKind::Signals(_) => "signals",
        TriggerKind::NewStakeholder => "new",
        TriggerKind::ChangeOf(_) => "change",
        TriggerKind::FromTo { .. } => "from",
        TriggerKind::Rises(Watched::Score(_)) => "rises score",
        TriggerKind::Rises(Watched::Field(_)) => "rises field",
        TriggerKind::Falls(Watched::Score(_)) => "falls score",
        TriggerKind::Falls(Watched::Field(_)) => "falls field",
    }
}

/// Where a lead stands as numbers that grow away from sales: route, stage, fit, intent; `None` out of scope.
fn standing(policy: &Policy, lead: &Lead, at: Instant) -> Option<[usize; 4]> {
    let case = Case::decided(policy, at, lead);
    let route = case.route.map_or(usize::MAX, |r| r.index());
    let stage = policy.stages.len() - usize::from(case.level);
    case.in_scope().then(|| [route, stage, band(&case, ScoreKind::Fit), band(&case, ScoreKind::Intent)])
}

/// Every instant at which anything could change: all windows, half-lives and dates of the language are whole days.
fn candidates(policy: &Policy, lead: &Lead, as_of: Instant, days: i64) -> BTreeSet<Instant> {
    let until = Instant(as_of.0 + days * DAY_MICROS);
    let mut all = BTreeSet::new();
    let today = as_of.day(policy.offset);
    all.extend((0..=days + 1).map(|n| Day(today.0 + n as i32).start(policy.offset)));
    for event in lead.events.iter().flatten() {
        let past = ((as_of.0 - event.at.0) / DAY_MICROS).max(0);
        all.extend((past..=past + days + 1).map(|n| Instant(event.at.0 + n * DAY_MICROS)));
    }
    all.into_iter().filter(|at| *at > as_of && *at <= until).collect()
}

#[test]
fn what_a_lead_loses_is_told_to_the_microsecond() {
    const DAYS: u32 = 50;
    let (mut falls, mut whats) = (0, BTreeSet::new());
    for seed in 10_000..10_500 {
        let mut draw = Draw::from_seed(seed);
        let Some(policy) = loaded(&policy::policy(&mut draw)) else { continue };
        let program = Program::lower(&policy);
        let fading = Fading::new(&policy, &program);
        let as_of = Instant(AS_OF);
        for _ in 0..4 {
            let lead = Leads::new(&policy, as_of).lead(&mut draw, "1".to_string());
            let Some(now) = standing(&policy, &lead, as_of) else { continue };
            let mut expected: Vec<(What, Instant)> = Vec::new();
            for at in candidates(&policy, &lead, as_of, i64::from(DAYS)) {
                let then = standing(&policy, &lead, at);
                let kinds = [What::Route, What::Stage, What::FitBand, What::IntentBand];
                for (i, what) in kinds.into_iter().enumerate() {
                    let lower = then.map_or(what == What::Route, |then| then[i] > now[i]);
                    if lower && expected.iter().all(|(w, _)| *w != what) {
                        expected.push((what, at));
                    }
                }
            }
            let found = fading.falls((&policy, &program), (&batch(&policy, &lead), 0), false, as_of, DAYS);
            let told: Vec<(What, Instant)> = found.iter().map(|f| (f.what, f.at)).collect();
            assert_eq!(told, expected, "seed {seed}\n{lead:#?}");
            falls += told.len();
            whats.extend(told.iter().map(|(what, _)| *what));
        }
    }
    assert!(falls > 60, "only {falls} falls");
    assert_eq!(whats.len(), 4, "{whats:?}");
}
