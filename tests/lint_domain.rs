//! The reasoning of lints against the engine: what is claimed about all leads of random policies is held against random leads.
//!
//! `RUBRIC_POLICIES` asks for more policies than are tried otherwise.

// Of both, only what draws policies and leads is needed here.
#[allow(dead_code)]
mod random;
#[allow(dead_code)]
mod reference;

use random::Draw;
use random::lead::Leads;
use rubric::driver::{Memory, load};
use rubric::engine::Engine;
use rubric::engine::facts::Batch;
use rubric::lint::domain::{Attainable, Reasoner, Want};
use rubric::lint::{Lens, Place};
use rubric::policy::exact::Points;
use rubric::policy::time::Instant;
use rubric::policy::{Cond, CondKind, Policy, ScoreKind};
use rubric::program::Program;
use std::collections::BTreeMap;

const AS_OF: &str = "2026-03-31T12:00Z";
const LEADS: usize = 60;

/// How often each kind of claim was made, so that a silent reasoner does not pass.
type Claimed = BTreeMap<&'static str, usize>;

struct Round {
    text: String,
    policy: Policy,
    conditions: Vec<Cond>,
    /// By condition, then by lead.
    answers: Vec<Vec<Option<bool>>>,
    /// By score and lead; by score, group and lead: the sum before cap and floor.
    points: [Vec<Points>; 2],
    sums: [Vec<Vec<i64>>; 2],
}

/// Conditions of a policy that look at leads, their parts included, each text once.
fn conditions(lens: &Lens<'_>) -> Vec<Cond> {
    let mut found: BTreeMap<String, Cond> = BTreeMap::new();
    let mut open: Vec<&Cond> =
        lens.uses.iter().filter(|u| !matches!(u.place, Place::Signal(_))).map(|u| u.cond).collect();
    while let Some(cond) = open.pop() {
        found.entry(format!("{:?}", cond.kind)).or_insert_with(|| cond.clone());
        match &cond.kind {
            CondKind::All(parts) | CondKind::Any(parts) => open.extend(parts),
            CondKind::Not(inner) | CondKind::Confirmed(inner) | CondKind::Unconfirmed(inner) => open.push(inner),
            _ => {}
        }
    }
    found.into_values().collect()
}

fn round(seed: u64) -> Option<Round> {
    let mut draw = Draw::from_seed(seed);
    let text = random::policy::policy(&mut draw);
    let mut memory = Memory::default();
    memory.insert("demo.rubric", text.as_str());
    let loaded = load(&memory, "demo.rubric", &[]);
    let policy = loaded.policy?;
    let conditions = conditions(&Lens::new(&policy, &loaded.sources, &loaded.trees));
    let as_of = Instant::parse(AS_OF, policy.offset).expect("an instant");
    let source = Leads::new(&policy, as_of);
    let mut batch = Batch::new(&policy);
    (0..LEADS).for_each(|i| source.lead(&mut draw, format!("lead {i}")).feed(&mut batch));
    let goals: Vec<&Cond> = conditions.iter().collect();
    let program = Program::with_goals(&policy, &goals);
    let e = Engine::new(&policy, &program, as_of).evaluate(&batch);
    let leads = || 0..LEADS;
    let answers = program.goals.iter().map(|g| leads().map(|l| e.answer(*g, l)).collect()).collect();
    let points = ScoreKind::BOTH.map(|kind| leads().map(|l| e.score(kind, l)).collect());
    let sums = ScoreKind::BOTH.map(|kind| {
        let groups = policy.score(kind).groups.iter().enumerate();
        let sum = |g: usize, len: usize, l: usize| (0..len).map(|c| e.earned(kind, g, c, l).0).sum::<i64>();
        groups.map(|(g, group)| leads().map(|l| sum(g, group.criteria.len(), l)).collect()).collect()
    });
    Some(Round { text, conditions, answers, points, sums, policy })
}

fn meets(answer: Option<bool>, want: Want) -> bool {
    match want {
        Want::True => answer == Some(true),
        Want::False => answer == Some(false),
        Want::NotTrue => answer != Some(true),
        Want::NotFalse => answer != Some(false),
    }
}

const WANTS: [Want; 4] = [Want::True, Want::False, Want::NotTrue, Want::NotFalse];

impl Round {
    fn check_conditions(&self, seed: u64, claimed: &mut Claimed) {
        let reasoner = Reasoner::new(&self.policy);
        let mut draw = Draw::from_seed(seed ^ 0x5EED);
        for (i, cond) in self.conditions.iter().enumerate() {
            for want in WANTS {
                self.hold(seed, &reasoner, &[(i, want)], "alone", claimed);
            }
            // A condition with others, two or three at a time.
            for _ in 0..6 {
                let other = (draw.below(self.conditions.len()), *draw.pick(&WANTS));
                let third = (draw.below(self.conditions.len()), *draw.pick(&WANTS));
                let first = (i, *draw.pick(&WANTS));
                self.hold(seed, &reasoner, &[first, other], "two", claimed);
                self.hold(seed, &reasoner, &[first, other, third], "three", claimed);
            }
            if matches!(cond.kind, CondKind::Atom(_)) {
                for other in i + 1..self.conditions.len().min(i + 8) {
                    self.hold(seed, &reasoner, &[(i, Want::True), (other, Want::NotTrue)], "implies", claimed);
                    self.hold(seed, &reasoner, &[(i, Want::True), (other, Want::True)], "excludes", claimed);
                }
            }
        }
        assert!(reasoner.is_patient(), "seed {seed}: the reasoner ran out of patience\n{}", self.text);
    }

    /// What is not possible is so for no lead.
    fn hold(
        &self,
        seed: u64,
        reasoner: &Reasoner<'_>,
        claims: &[(usize, Want)],
        kind: &'static str,
        claimed: &mut Claimed,
    ) {
        let spelled: Vec<(&Cond, Want)> = claims.iter().map(|(i, want)| (&self.conditions[*i], *want)).collect();
        if reasoner.possible(&spelled) {
            return;
        }
        *claimed.entry(kind).or_default() += 1;
        for lead in 0..LEADS {
            let all = claims.iter().all(|(i, want)| meets(self.answers[*i][lead], *want));
            let said: Vec<String> = spelled.iter().map(|(c, want)| format!("{want:?}: {}", c.text)).collect();
            assert!(
                !all,
                "seed {seed}, lead {lead} meets what is called impossible:\n{}\n{}",
                said.join("\n"),
                self.text
            );
        }
    }

    fn check_points(&self, seed: u64, claimed: &mut Claimed) {
        let reasoner = Reasoner::new(&self.policy);
        for kind in ScoreKind::BOTH {
            let Attainable { score, sums, step, .. } = reasoner.attainable(kind).clone();
            *claimed.entry("narrower score").or_default() += usize::from(score.high < self.policy.score(kind).out_of);
            *claimed.entry("coarse score").or_default() += usize::from(step.0 > 1);
            for points in &self.points[kind as usize] {
                let fits = score.low <= *points && *points <= score.high && points.0 % step.0 == 0;
                assert!(fits, "seed {seed}: {} is {points}, not {score:?} by {step}\n{}", kind.name(), self.text);
            }
            for (group, span) in sums.iter().enumerate() {
                for sum in &self.sums[kind as usize][group] {
                    let fits = (span.low.0..=span.high.0).contains(sum);
                    assert!(fits, "seed {seed}: {} group {group} is {sum}, not {span:?}\n{}", kind.name(), self.text);
                }
            }
        }
    }
}

#[test]
fn what_is_claimed_about_all_leads_holds_for_each() {
    let count = std::env::var("RUBRIC_POLICIES").ok().and_then(|n| n.parse().ok()).unwrap_or(150);
    let mut claimed = Claimed::new();
    let mut tried = 0;
    for seed in 0..count {
        if let Some(round) = round(seed) {
            tried += 1;
            round.check_conditions(seed, &mut claimed);
            round.check_points(seed, &mut claimed);
        }
    }
    assert!(tried * 2 > count, "only {tried} of {count} policies are legal");
    for kind in ["alone", "two", "three", "implies", "excludes", "narrower score", "coarse score"] {
        let times = claimed.get(kind).copied().unwrap_or(0);
        assert!(times as u64 * 5 > count, "`{kind}` was claimed {times} times only: {claimed:?}");
    }
}
