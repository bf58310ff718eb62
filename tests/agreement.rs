//! The engine against the meaning of the language: random policies and leads, decided by both.
//!
//! What a decision says now must be equal. What it says about completions (`could_be`, `settled`, `low`, `high`, blockers, `ask`, `lifts`) is a
//! bound, and is held against completions that the reference decides. `PROPTEST_CASES` asks for more cases.

mod random;
mod reference;

use proptest::prelude::*;
use random::lead::Leads;
use random::{Draw, walk};
use reference::Case;
use reference::lead::Lead;
use rubric::driver::{Memory, load};
use rubric::engine::decision::{Decision, ScoreResult, Verdict};
use rubric::engine::facts::Batch;
use rubric::engine::{Decider, Engine};
use rubric::policy::exact::Points;
use rubric::policy::score::CriterionKind;
use rubric::policy::time::Instant;
use rubric::policy::{Atom, BuiltIn, Cond, CondKind, Policy, ScoreKind};
use rubric::program::Program;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

fn loaded(text: &str) -> Result<Policy, String> {
    let mut memory = Memory::default();
    memory.insert("demo.rubric", text);
    let loaded = load(&memory, "demo.rubric", &[]);
    let found: Vec<String> = loaded.diagnostics.iter().map(|d| format!("{}: {}", d.rule.code, d.message)).collect();
    loaded.policy.ok_or_else(|| format!("{}\n{text}", found.join("\n")))
}

/// A policy with leads at an instant, and what the engine decides about them.
struct Round {
    text: String,
    policy: Policy,
    as_of: Instant,
    leads: Vec<Lead>,
    decisions: Vec<Decision>,
    briefs: Vec<Json>,
    forced: bool,
}

const MOMENTS: [&str; 4] =
    ["2026-03-31T12:00Z", "2026-04-03T23:30:00.000001Z", "2026-04-05T00:00Z", "2026-02-28T05:00Z"];

/// `None` where the policy is not legal.
fn round(tape: &Tape, seeds: &[u64]) -> Option<Round> {
    let mut draw = Draw::from_tape(&tape.0);
    let text = random::policy::policy(&mut draw);
    let policy = loaded(&text).ok()?;
    let as_of = Instant::parse(MOMENTS[draw.below(MOMENTS.len())], policy.offset).expect("an instant");
    let forced = draw.chance(25);
    let source = Leads::new(&policy, as_of);
    let lead = |(i, seed): (usize, &u64)| source.lead(&mut Draw::from_seed(*seed), format!("lead {i}"));
    let leads: Vec<Lead> = seeds.iter().enumerate().map(lead).collect();
    let (decisions, briefs) = decided(&policy, as_of, &leads, forced);
    Some(Round { text, as_of, leads, decisions, briefs, forced, policy })
}

/// What the engine says about leads, whole and in short.
fn decided(policy: &Policy, as_of: Instant, leads: &[Lead], forced: bool) -> (Vec<Decision>, Vec<Json>) {
    let program = Program::lower(policy);
    let engine = Engine::new(policy, &program, as_of);
    let mut batch = Batch::new(policy);
    leads.iter().for_each(|lead| lead.feed(&mut batch));
    let evaluation = engine.evaluate(&batch);
    let decider = Decider::new(engine);
    (0..leads.len())
        .map(|lead| {
            let brief = decider.brief(&evaluation, &batch, lead, forced);
            let brief = serde_json::to_value(brief).expect("decisions are JSON");
            (decider.decision(&evaluation, &batch, lead, forced), brief)
        })
        .unzip()
}

/// The part of a decision that says what is so now, in the form in which the reference writes it.
fn now(decision: &Decision) -> Decision {
    let mut decision = decision.clone();
    decision.scope_open = false;
    let Some(v) = &mut decision.verdict else { return decision };
    v.stage.open.append(&mut v.stage.blockers);
    let unmet = [&mut v.icp.failed, &mut v.icp.open, &mut v.stage.open, &mut v.stage.advised, &mut v.stage.slipped];
    for one in unmet.into_iter().flatten() {
        one.evidence.clear();
        one.asks.clear();
    }
    v.stage.open.sort_by(|a, b| a.id.cmp(&b.id));
    for score in [&mut v.fit, &mut v.intent] {
        (score.low, score.high) = (Points::ZERO, Points::ZERO);
        score.groups.iter_mut().flat_map(|g| &mut g.entries).for_each(|e| e.evidence.clear());
    }
    v.route.settled = false;
    v.route.exact = false;
    v.route.could_be.clear();
    v.route.not_matched.iter_mut().for_each(|n| n.reasons.clear());
    v.ask.clear();
    v.lifts = Default::default();
    decision
}

/// The places at which two decisions differ, with both values.
fn differences(path: &str, ours: &Json, theirs: &Json, found: &mut Vec<String>) {
    match (ours, theirs) {
        (Json::Object(a), Json::Object(b)) => {
            let keys: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            for key in keys {
                let of = |map: &serde_json::Map<String, Json>| map.get(key).cloned().unwrap_or(Json::Null);
                differences(&format!("{path}.{key}"), &of(a), &of(b), found);
            }
        }
        (Json::Array(a), Json::Array(b)) if a.len() == b.len() => {
            let pairs = a.iter().zip(b).enumerate();
            pairs.for_each(|(i, (a, b))| differences(&format!("{path}[{i}]"), a, b, found));
        }
        (a, b) if a != b => found.push(format!("{path}: the engine says {a}, the meaning is {b}")),
        _ => {}
    }
}

fn different(engine: &Decision, meaning: &Decision) -> Vec<String> {
    if engine == meaning {
        return Vec::new();
    }
    let json = |d: &Decision| serde_json::to_value(d).expect("decisions are JSON");
    let mut found = Vec::new();
    differences("", &json(engine), &json(meaning), &mut found);
    if found.is_empty() {
        found.push("they differ in something that is not written down".to_string());
    }
    found
}

impl Round {
    fn case<'a>(&'a self, lead: &'a Lead) -> Case<'a> {
        Case::decided(&self.policy, self.as_of, lead)
    }

    fn told(&self, lead: &Lead, wrong: &[String]) -> String {
        format!("{}\nas of {}\n{lead:#?}\n{}", self.text, self.as_of, wrong.join("\n"))
    }

    /// Checks all leads, and tells of the first that is wrong.
    fn check(&self, check: impl Fn(&Lead, &Decision) -> Vec<String>) -> Result<(), TestCaseError> {
        for (lead, decision) in self.leads.iter().zip(&self.decisions) {
            let wrong = check(lead, decision);
            prop_assert!(wrong.is_empty(), "{}", self.told(lead, &wrong));
        }
        Ok(())
    }

    fn same_now(&self, lead: &Lead, decision: &Decision) -> Vec<String> {
        let mut meaning = self.case(lead).decision(self.forced);
        let ranges = meaning.verdict.as_ref().map(|v| [&v.fit, &v.intent].map(|s| (s.low, s.high)));
        let mut wrong = Vec::new();
        if let (Some(verdict), Some(ranges)) = (&decision.verdict, ranges) {
            for (kind, (low, high)) in ScoreKind::BOTH.into_iter().zip(ranges) {
                let found = score(verdict, kind);
                let exact = !has_definite_parts(&self.policy, kind);
                if found.low > low || found.high < high || (exact && (found.low, found.high) != (low, high)) {
                    wrong.push(format!(
                        "{}: the engine says {}..{}, the meaning is {low}..{high}",
                        kind.name(),
                        found.low,
                        found.high
                    ));
                }
            }
        }
        meaning = now(&meaning);
        wrong.extend(different(&now(decision), &meaning));
        wrong
    }
}

/// What a decision says of completions, against random ones.
impl Round {
    fn bounds(&self, lead: &Lead, decision: &Decision, draw: &mut Draw) -> Vec<String> {
        let source = Leads::new(&self.policy, self.as_of);
        let mut wrong = Vec::new();
        for _ in 0..12 {
            let whole = source.completion(draw, lead);
            let found = self.completed(decision, &self.case(&whole));
            wrong.extend(found.into_iter().map(|w| format!("{w}, as for {whole:#?}")));
        }
        let Some(verdict) = &decision.verdict else { return wrong };
        wrong.extend(self.asks(lead, verdict, draw, &source));
        wrong.extend(self.lifts(lead, verdict, draw, &source));
        wrong
    }

    /// One completion.
    fn completed(&self, decision: &Decision, case: &Case) -> Vec<String> {
        let mut wrong = Vec::new();
        let in_scope = self.forced || case.in_scope();
        if in_scope != decision.in_scope && !decision.scope_open {
            wrong.push("the scope changes although it is not open".to_string());
        }
        let (Some(verdict), true) = (&decision.verdict, in_scope) else { return wrong };
        let outcome = self.outcome(case);
        if *outcome != verdict.route.outcome && !verdict.route.could_be.contains(outcome) {
            wrong.push(format!("the route can be {outcome}"));
        }
        for kind in ScoreKind::BOTH {
            let (points, result) = (Points(case.points[kind as usize]), score(verdict, kind));
            if points < result.low || points > result.high {
                wrong.push(format!("{} can be {points}", kind.name()));
            }
        }
        let next = self.policy.stages.iter().position(|s| Some(&s.name) == verdict.stage.next.as_ref());
        for (at, requirement) in
            next.into_iter().flat_map(|s| self.policy.stages[s].require.iter().map(move |r| (s, r)))
        {
            let blocks = verdict.stage.blockers.iter().any(|b| b.id == requirement.id);
            if blocks && case.at_gate(at as u16).holds(&requirement.condition) == Some(true) {
                wrong.push(format!("{} blocks and can be met", requirement.id));
            }
        }
        wrong
    }

    fn outcome(&self, case: &Case) -> &String {
        &self.policy.outcomes[case.find_route().1.index()].name
    }

    /// The fields asked about are open, and two completions that agree on them have one route.
    fn asks(&self, lead: &Lead, verdict: &Verdict, draw: &mut Draw, source: &Leads) -> Vec<String> {
        let mut wrong = Vec::new();
        let route = &verdict.route;
        let settled = route.could_be.is_empty();
        if route.settled != settled || verdict.ask.is_empty() != settled || route.could_be.contains(&route.outcome) {
            wrong.push("`settled`, `could_be` and `ask` contradict each other".to_string());
        }
        let asked: Vec<usize> = verdict.ask.iter().map(|q| self.field(&q.field)).collect();
        wrong.extend(asked.iter().filter(|f| !lead.fields[**f].is_open()).map(|f| format!("asks known field {f}")));
        for _ in 0..4 {
            let one = source.completion(draw, lead);
            let mut other = source.completion(draw, lead);
            asked.iter().for_each(|f| other.fields[*f] = one.fields[*f].clone());
            let (one, other) = (self.case(&one), self.case(&other));
            let both = self.forced || (one.in_scope() && other.in_scope());
            if both && one.route != other.route {
                wrong.push(format!("the answers do not decide the route: {:#?} and {:#?}", one.lead, other.lead));
            }
        }
        wrong
    }

    fn field(&self, name: &str) -> usize {
        self.policy.fields.iter().position(|f| f.name == name).expect("decisions name fields")
    }

    /// No answer to one field adds more than its lift says, and no lift goes beyond the range.
    fn lifts(&self, lead: &Lead, verdict: &Verdict, draw: &mut Draw, source: &Leads) -> Vec<String> {
        let mut wrong = Vec::new();
        for (kind, lifts) in ScoreKind::BOTH.into_iter().zip([&verdict.lifts.fit, &verdict.lifts.intent]) {
            let result = score(verdict, kind);
            for lift in lifts {
                let open = lead.fields[self.field(&lift.field)].is_open();
                if !open || lift.points.0 <= 0 || lift.points.0 > result.high.0 - result.points.0 {
                    wrong.push(format!("{} cannot lift {} by {}", lift.field, kind.name(), lift.points));
                }
            }
            let open = (BuiltIn::ALL.len()..lead.fields.len()).filter(|f| lead.fields[*f].is_open());
            for field in open {
                let name = &self.policy.fields[field].name;
                let most = lifts.iter().find(|l| l.field == *name).map_or(0, |l| l.points.0);
                let answered = source.answered(draw, lead, field);
                let gain = self.case(&answered).points[kind as usize] - result.points.0;
                if gain > most {
                    wrong.push(format!("{name} lifts {} by {}, not {}", kind.name(), Points(gain), Points(most)));
                }
            }
        }
        wrong
    }
}

fn score(verdict: &Verdict, kind: ScoreKind) -> &ScoreResult {
    match kind {
        ScoreKind::Fit => &verdict.fit,
        ScoreKind::Intent => &verdict.intent,
    }
}

/// Whether an answer could change something in a score that is definite now: `is known`, `confirmed`, `unconfirmed`. Without them, what is
/// definite stays so.
fn has_definite_parts(policy: &Policy, kind: ScoreKind) -> bool {
    let criteria = policy.score(kind).groups.iter().flat_map(|g| &g.criteria);
    let conds = criteria.filter_map(|c| if let CriterionKind::When(cond) = &c.kind { Some(cond) } else { None });
    let roles = policy.committee.roles.iter().flat_map(|r| r.when.iter().chain(&r.expected_when));
    let mut open: Vec<&Cond> = conds.chain(roles).collect();
    let mut definite = false;
    while let Some(cond) = open.pop() {
        walk::visit(cond, &mut |c| match &c.kind {
            CondKind::Define(d) => open.push(&policy.defines[d.index()].condition),
            CondKind::Confirmed(_) | CondKind::Unconfirmed(_) => definite = true,
            CondKind::Atom(Atom::Field(_, rubric::policy::condition::Test::Known)) => definite = true,
            _ => {}
        });
    }
    definite
}

/// Entries − capped = the group's points; groups − clamped = the score's points.
fn ledger(score: &ScoreResult) -> Vec<String> {
    let mut wrong = Vec::new();
    for group in &score.groups {
        let sum: i64 = group.entries.iter().map(|e| e.points.0).sum();
        if sum - group.capped.0 != group.points.0 {
            wrong.push(format!("group {} does not add up", group.name));
        }
    }
    let sum: i64 = score.groups.iter().map(|g| g.points.0).sum();
    if sum - score.clamped.0 != score.points.0 {
        wrong.push("the score does not add up".to_string());
    }
    wrong
}

/// What the short form says must stand in the long one.
fn shortened(brief: &Json, whole: &Json) -> bool {
    match (brief, whole) {
        (Json::Object(brief), Json::Object(whole)) => {
            brief.iter().all(|(k, v)| whole.get(k).is_some_and(|w| shortened(v, w)))
        }
        (brief, whole) => brief == whole,
    }
}

/// Numbers to draw a policy from. They say nothing to people; a failure shows the policy instead.
#[derive(Clone)]
struct Tape(Vec<u32>);

impl std::fmt::Debug for Tape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} numbers", self.0.len())
    }
}

fn tape() -> impl Strategy<Value = Tape> {
    proptest::collection::vec(any::<u32>(), 50..900).prop_map(Tape)
}

proptest! {
    #![proptest_config(random::cases(200, 3_000))]

    /// Decisions, ledgers and short forms, in batches around the size of a machine word.
    #[test]
    fn the_engine_says_what_is_meant(
        tape in tape(),
        seeds in prop_oneof![
            6 => proptest::collection::vec(any::<u64>(), 1..6),
            1 => proptest::collection::vec(any::<u64>(), 62..67),
            1 => proptest::collection::vec(any::<u64>(), 1..200),
        ],
    ) {
        let Some(round) = round(&tape, &seeds) else { return Ok(()) };
        round.check(|lead, decision| {
            let mut wrong = round.same_now(lead, decision);
            if let Some(v) = &decision.verdict {
                wrong.extend(ledger(&v.fit).into_iter().chain(ledger(&v.intent)));
            }
            wrong
        })?;
        for (brief, decision) in round.briefs.iter().zip(&round.decisions) {
            let whole = serde_json::to_value(decision).expect("decisions are JSON");
            prop_assert!(shortened(brief, &whole), "{}\n{brief}\n{whole}", round.text);
        }
    }

    /// What is said of completions holds in completions.
    #[test]
    fn bounds_hold_in_completions(tape in tape(), seeds in proptest::collection::vec(any::<u64>(), 1..6)) {
        let Some(round) = round(&tape, &seeds) else { return Ok(()) };
        round.check(|lead, decision| {
            // Its own numbers for each lead, whatever the others are.
            let at = round.leads.iter().position(|l| l.id == lead.id).unwrap_or(0);
            round.bounds(lead, decision, &mut Draw::from_seed(!seeds[at]))
        })?;
    }

    /// The same inputs give the same bytes.
    #[test]
    fn decisions_are_the_same_each_time(tape in tape(), seeds in proptest::collection::vec(any::<u64>(), 1..20)) {
        let (Some(one), Some(two)) = (round(&tape, &seeds), round(&tape, &seeds)) else { return Ok(()) };
        let bytes = |r: &Round| serde_json::to_string(&r.decisions).expect("decisions are JSON");
        prop_assert_eq!(bytes(&one), bytes(&two));
    }
}

#[test]
fn nearly_all_random_policies_are_legal() {
    const COUNT: u64 = 300;
    let refused: Vec<String> =
        (0..COUNT).filter_map(|seed| loaded(&random::policy::policy(&mut Draw::from_seed(seed))).err()).collect();
    let first = refused.first().map_or("", String::as_str);
    assert!(refused.len() as u64 * 20 <= COUNT, "{} of {COUNT} are refused, the first with {first}", refused.len());
}

#[test]
fn random_policies_hold_every_form_of_condition() {
    let mut forms = BTreeSet::new();
    for policy in (0..200).filter_map(|seed| loaded(&random::policy::policy(&mut Draw::from_seed(seed))).ok()) {
        for cond in walk::conditions(&policy) {
            walk::visit(cond, &mut |c| {
                forms.insert(walk::form(c));
            });
        }
    }
    let missing: Vec<&str> = [
        "always",
        "and",
        "or",
        "not",
        "confirmed",
        "unconfirmed",
        "define",
        "count",
        "role",
        "role count",
        "committee",
        "score",
        "icp",
        "checklist",
        "stage",
        "route",
        "known",
        "choice",
        "number",
        "date range",
        "within last",
        "within next",
        "has any",
        "has all",
        "empty",
        "text is",
        "contains",
        "starts with",
        "ends with",
        "matches",
    ]
    .into_iter()
    .filter(|f| !forms.contains(f))
    .collect();
    assert!(missing.is_empty(), "{missing:?} never come up");
}

#[test]
fn every_form_means_what_it_says_in_another_way() {
    use reference::forms::{PAIRS, POLICY};
    let define =
        |(i, (one, other)): (usize, &(&str, &str))| format!("define one_{i} = {one}\ndefine other_{i} = {other}\n");
    let defines: String = PAIRS.iter().enumerate().map(define).collect();
    let policy = loaded(&format!("{POLICY}{defines}")).unwrap_or_else(|found| panic!("{found}"));
    let as_of = Instant::parse(MOMENTS[0], policy.offset).expect("an instant");
    let source = Leads::new(&policy, as_of);
    let mut came = vec![BTreeSet::new(); PAIRS.len()];
    for seed in 0..400 {
        let lead = source.lead(&mut Draw::from_seed(seed), "lead".to_string());
        let case = Case::decided(&policy, as_of, &lead);
        for (at, pair) in policy.defines.chunks(2).enumerate() {
            let (one, other) = (case.holds(&pair[0].condition), case.holds(&pair[1].condition));
            assert_eq!(one, other, "{:?} for {lead:#?}", PAIRS[at]);
            came[at].insert(one);
        }
    }
    let dull: Vec<_> = PAIRS.iter().zip(&came).filter(|(_, answers)| answers.len() < 2).collect();
    assert!(dull.iter().all(|((one, _), _)| one.ends_with("is unknown")), "always the same: {dull:?}");
}

/// Properties say nothing about what never comes up.
#[test]
fn random_leads_come_to_everything_that_matters() {
    let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
    for seed in 0..250_u64 {
        let mut draw = Draw::from_seed(seed);
        let tape = Tape((0..600).map(|_| draw.below(1 << 30) as u32).collect());
        let Some(round) = round(&tape, &[seed, seed + 1_000, seed + 2_000]) else { continue };
        for decision in &round.decisions {
            for (what, there) in random::seen::happened(decision) {
                *seen.entry(what).or_default() += u32::from(there);
            }
        }
    }
    let rare: Vec<_> = seen.iter().filter(|(_, count)| **count < 10).collect();
    assert!(rare.is_empty() && seen.len() > 25, "too rare: {rare:?} of {seen:?}");
}
