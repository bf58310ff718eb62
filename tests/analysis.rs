//! Possible leads against the engine: whatever lead the solver makes up, the engine decides it as the literals say.

#[allow(dead_code)] // Policies are needed here, and no leads.
mod random;
#[allow(dead_code)] // Random leads are made in its terms.
mod reference;

use proptest::prelude::*;
use random::Draw;
use rubric::analysis::Encoding;
use rubric::analysis::guarantee::{CONFLICTS, Verdict, verdicts};
use rubric::analysis::solver::{Answer, Lit};
use rubric::driver::{Memory, load};
use rubric::engine::{Decider, Engine};
use rubric::policy::time::Instant;
use rubric::policy::{Cond, IcpStatus, Policy, ScoreKind};
use rubric::program::{NodeId, Program};

fn loaded(text: &str) -> Option<Policy> {
    let mut memory = Memory::default();
    memory.insert("demo.rubric", text);
    load(&memory, "demo.rubric", &[]).policy
}

const AS_OF: &str = "2026-03-31T12:00Z";

/// A random possible lead: literals of the space are wished for in a random order, each one way or the other, and kept where they can be.
fn wander(encoding: &mut Encoding<'_>, draw: &mut Draw) -> bool {
    let mut wishes = [encoding.behaviour.literals(), encoding.people.literals(), encoding.space.literals()].concat();
    for at in (1..wishes.len()).rev() {
        wishes.swap(at, draw.below(at + 1));
    }
    let mut assumed: Vec<Lit> = Vec::new();
    for wish in wishes {
        let wish = if draw.chance(60) { !wish } else { wish };
        assumed.push(wish);
        if encoding.gates.solve(&assumed, 10_000) != Answer::Yes {
            assumed.pop();
        }
    }
    encoding.gates.solve(&assumed, 10_000) == Answer::Yes
}

/// Holds everything that is encoded against what the engine says of one lead.
fn agree(policy: &Policy, program: &Program, text: &str, seed: u64) -> Result<bool, TestCaseError> {
    let as_of = Instant::parse(AS_OF, policy.offset).expect("an instant");
    let mut encoding = Encoding::new(policy, program, as_of);
    if encoding.is_partial() {
        return Ok(false);
    }
    // All literals are made before the lead is, so that they have values.
    let nodes: Vec<NodeId> = program.goals.clone();
    let answers: Vec<_> = nodes.iter().map(|n| encoding.answer(*n)).collect();
    let in_scope = encoding.in_scope();
    let icp = [IcpStatus::Matched, IcpStatus::Failed, IcpStatus::Undecided].map(|s| (s, encoding.icp(s)));
    let levels: Vec<Lit> = (0..=policy.stages.len() as u16).map(|l| encoding.level(l)).collect();
    let bands = ScoreKind::BOTH
        .map(|kind| (0..policy.score(kind).bands.len()).map(|b| encoding.band(kind, b)).collect::<Vec<_>>());
    let points = ScoreKind::BOTH.map(|kind| {
        let values: Vec<i64> = encoding.points(kind).iter().copied().take(200).collect();
        values.into_iter().map(|v| (v, encoding.at_least(kind, v))).collect::<Vec<_>>()
    });
    let rules = encoding.rules().to_vec();
    let mut draw = Draw::from_seed(seed);
    if !wander(&mut encoding, &mut draw) {
        return Ok(false);
    }
    let lead = encoding.found();
    if lead.without_words {
        return Ok(false);
    }
    let batch = lead.batch(policy, as_of);
    let decider = Decider::new(Engine::new(policy, program, as_of));
    let evaluation = decider.engine().evaluate(&batch);
    let value = |l: Lit| encoding.gates.value(l);
    for (node, answer) in nodes.iter().zip(&answers) {
        let says = match (value(answer.yes), value(answer.no)) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            (false, false) => None,
            (true, true) => return Err(TestCaseError::fail(format!("both true and false: {node:?}\n{text}"))),
        };
        let op = &program.node(*node).op;
        prop_assert_eq!(says, evaluation.answer(*node, 0), "{:?}\n{:?}\n{}", op, lead, text);
    }
    prop_assert_eq!(value(in_scope), decider.in_scope(&evaluation, 0, false), "{}", text);
    for (status, lit) in icp {
        prop_assert_eq!(value(lit), evaluation.icp[0] == status, "{}", text);
    }
    for (level, lit) in levels.iter().enumerate() {
        prop_assert_eq!(value(*lit), usize::from(evaluation.stages[0]) == level, "{:?}\n{}", lead, text);
    }
    for kind in ScoreKind::BOTH {
        let own = evaluation.score(kind, 0);
        for (threshold, lit) in &points[kind as usize] {
            prop_assert_eq!(
                value(*lit),
                own.0 >= *threshold,
                "{:?} {} {:?}\n{:?}\n{}",
                kind,
                threshold,
                own,
                lead,
                text
            );
        }
        let band = policy.score(kind).band(own);
        for (at, lit) in bands[kind as usize].iter().enumerate() {
            prop_assert_eq!(value(*lit), at == band, "{}", text);
        }
    }
    let routed = evaluation.routes[0];
    for (rule, cells) in rules.iter().enumerate() {
        for one in cells {
            let decides = routed.rule == rule && routed.cell == one.cell;
            prop_assert_eq!(value(one.decides), decides, "{:?}\n{:?}\n{}", one, lead, text);
        }
    }
    Ok(true)
}

proptest! {
    #![proptest_config(random::cases(40, 100))]

    #[test]
    fn the_engine_decides_possible_leads_as_the_literals_say(
        tape in proptest::collection::vec(any::<u32>(), 0..400),
        seed in any::<u64>(),
    ) {
        let text = random::policy::policy(&mut Draw::from_tape(&tape));
        let Some(policy) = loaded(&text) else { return Ok(()) };
        let conditions: Vec<&Cond> = random::walk::conditions(&policy);
        let program = Program::with_goals(&policy, &conditions);
        agree(&policy, &program, &text, seed)?;
    }
}

fn shipped(name: &str) -> Policy {
    let mut memory = Memory::default();
    for entry in std::fs::read_dir("policies").expect("the policies are there").flatten() {
        if entry.path().is_file() {
            let file = entry.file_name().to_string_lossy().into_owned();
            memory.insert(file, std::fs::read_to_string(entry.path()).unwrap_or_default());
        }
    }
    load(&memory, &format!("{name}.rubric"), &[]).policy.expect("it has no errors")
}

const SHIPPED: [&str; 4] = ["care_management", "clinician_workflow", "interoperability", "privacy_services"];

#[test]
fn every_guarantee_of_the_shipped_policies_is_proved() {
    for name in SHIPPED {
        let policy = shipped(name);
        assert!(!policy.guarantees.is_empty(), "{name} guarantees nothing");
        let begun = std::time::Instant::now();
        for (guarantee, verdicts) in policy.guarantees.iter().zip(verdicts(&policy, CONFLICTS)) {
            for verdict in verdicts {
                assert!(matches!(verdict, Verdict::Proved), "{name}: {}: {verdict:?}", guarantee.title);
            }
        }
        println!("{name}: {} guarantees in {:?}", policy.guarantees.len(), begun.elapsed());
    }
}

#[test]
fn shipped_policies_decide_possible_leads_as_the_literals_say() {
    for name in SHIPPED {
        let policy = shipped(name);
        let program = Program::with_goals(&policy, &random::walk::conditions(&policy));
        for seed in 0..5 {
            let looked = agree(&policy, &program, name, seed).unwrap_or_else(|e| panic!("{name}: {e}"));
            assert!(looked, "{name}: nothing was looked at");
        }
    }
}
