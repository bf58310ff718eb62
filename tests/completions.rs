//! What is said exactly of completions, against all of them: of small random leads every completion is written down and decided by the engine.

#[allow(dead_code)] // Not all that random policies offer is needed here.
mod random;
#[allow(dead_code)] // Random leads are made in its terms.
mod reference;

use random::Draw;
use random::lead::Leads;
use random::walk::Constants;
use reference::lead::{Lead, Value};
use rubric::analysis::Completions;
use rubric::analysis::words::Words;
use rubric::driver::{Memory, load};
use rubric::engine::decision::Decision;
use rubric::engine::facts::Batch;
use rubric::engine::{Decider, Engine, OpenRoute};
use rubric::policy::condition::Test;
use rubric::policy::field::FieldType;
use rubric::policy::time::Instant;
use rubric::policy::{Atom, BuiltIn, OutcomeId, Policy};
use rubric::program::{Op, Program};
use std::collections::{BTreeMap, BTreeSet};

const AS_OF: &str = "2026-03-31T12:00Z";
/// Leads with more completions than this get some of their answers first.
const MOST: usize = 3_000;

fn loaded(text: &str) -> Option<Policy> {
    let mut memory = Memory::default();
    memory.insert("demo.rubric", text);
    load(&memory, "demo.rubric", &[]).policy
}

/// Every value of every field that some condition can tell apart from others.
struct Values<'p> {
    policy: &'p Policy,
    program: &'p Program,
    constants: Constants,
}

impl Values<'_> {
    /// What an open field can become, itself among it.
    fn of(&self, field: usize, value: &Value) -> Vec<Value> {
        if let Value::Set { members, open: true } = value {
            let FieldType::Set(choices) = &self.policy.fields[field].ty else { return vec![value.clone()] };
            return sets(choices.len(), members);
        }
        let mut all = vec![Value::Unknown];
        match &self.policy.fields[field].ty {
            FieldType::Choice(c) | FieldType::Ordered(c) => all.extend((0..c.len() as u16).map(Value::Choice)),
            FieldType::Boolean => all.extend([Value::Choice(0), Value::Choice(1)]),
            FieldType::Set(c) => all.extend(sets(c.len(), &BTreeSet::new())),
            FieldType::Number { low, high, .. } => {
                let ends = (low.map_or(-1_000_000_000_000, |n| n.0), high.map_or(1_000_000_000_000, |n| n.0));
                let near = self.constants.numbers[field].iter().flat_map(|n| [n - 1, *n, n + 1]);
                let numbers: BTreeSet<i64> =
                    near.chain([ends.0, ends.1, 0]).filter(|n| (ends.0..=ends.1).contains(n)).collect();
                all.extend(numbers.into_iter().map(Value::Number));
            }
            FieldType::Date => {
                let near = self.constants.days[field].iter().flat_map(|d| [d.plus(-1), *d, d.plus(1)]);
                let days: BTreeSet<_> = near.collect();
                all.extend(days.into_iter().map(Value::Day));
            }
            FieldType::Text => {
                let nodes = self.program.support.tests[field].iter();
                let tests = nodes.filter_map(|n| match &self.program.node(*n).op {
                    Op::Atom(Atom::Field(_, Test::Text(test))) => Some(test),
                    _ => None,
                });
                all.extend(Words::new(tests).all().map(Value::Text));
            }
        }
        all
    }

    /// By field: what it can become. The lead gets answers until few enough completions are left.
    fn narrowed(&self, lead: &mut Lead, source: &Leads, draw: &mut Draw) -> Vec<Vec<Value>> {
        loop {
            let own = BuiltIn::ALL.len()..lead.fields.len();
            let of = |field: usize| match lead.fields[field].is_open() && own.contains(&field) {
                true => self.of(field, &lead.fields[field]),
                false => vec![lead.fields[field].clone()],
            };
            let all: Vec<Vec<Value>> = (0..lead.fields.len()).map(of).collect();
            if all.iter().map(Vec::len).try_fold(1_usize, usize::checked_mul).is_some_and(|n| n <= MOST) {
                return all;
            }
            let open: Vec<usize> = own.filter(|f| all[*f].len() > 1).collect();
            let field = *draw.pick(&open);
            *lead = source.answered(draw, lead, field);
        }
    }
}

/// Every set with these members, whole and open.
fn sets(choices: usize, there: &BTreeSet<u16>) -> Vec<Value> {
    let free: Vec<u16> = (0..choices as u16).filter(|m| !there.contains(m)).collect();
    let mut all = Vec::new();
    for bits in 0..1_u32 << free.len().min(12) {
        let more = free.iter().enumerate().filter(|(i, _)| bits >> i & 1 == 1).map(|(_, m)| *m);
        let members: BTreeSet<u16> = there.iter().copied().chain(more).collect();
        all.extend([false, true].map(|open| Value::Set { members: members.clone(), open }));
    }
    all
}

/// All completions in scope, each with its answers (by field, a place in its values) and its route.
struct Written {
    completions: Vec<(Vec<usize>, OutcomeId)>,
    /// Whether there are completions in scope, and out of it.
    scope: (bool, bool),
}

impl Written {
    fn all(policy: &Policy, engine: &Engine<'_>, lead: &Lead, values: &[Vec<Value>], forced: bool) -> Written {
        let count: usize = values.iter().map(Vec::len).product();
        let answers = |mut number: usize| -> Vec<usize> {
            let place = |values: &Vec<Value>| {
                let at = number % values.len();
                number /= values.len();
                at
            };
            values.iter().map(place).collect()
        };
        let all: Vec<Vec<usize>> = (0..count).map(answers).collect();
        let mut batch = Batch::new(policy);
        for answers in &all {
            let mut whole = lead.clone();
            whole.fields = answers.iter().zip(values).map(|(at, values)| values[*at].clone()).collect();
            whole.feed(&mut batch);
        }
        let e = engine.evaluate(&batch);
        let inside = |i: usize| forced || e.in_scope.is_true(i);
        let scope = ((0..count).any(inside), !(0..count).all(inside));
        let completions =
            all.into_iter().enumerate().filter(|(i, _)| inside(*i)).map(|(i, a)| (a, e.routes[i].outcome));
        Written { completions: completions.collect(), scope }
    }

    fn routes(&self) -> BTreeSet<OutcomeId> {
        self.completions.iter().map(|(_, route)| *route).collect()
    }

    /// By the answers to some fields: the routes that are left.
    fn left(&self, fields: &[usize]) -> BTreeMap<Vec<usize>, BTreeSet<OutcomeId>> {
        let mut left: BTreeMap<Vec<usize>, BTreeSet<OutcomeId>> = BTreeMap::new();
        for (answers, route) in &self.completions {
            left.entry(fields.iter().map(|f| answers[*f]).collect()).or_default().insert(*route);
        }
        left
    }

    fn decide(&self, fields: &[usize]) -> bool {
        self.left(fields).values().all(|routes| routes.len() == 1)
    }

    fn removed(&self, field: usize) -> usize {
        let fewest = self.left(&[field]).values().map(BTreeSet::len).min().unwrap_or(0);
        self.routes().len() - fewest
    }

    /// What to ask, by the letter of its definition.
    fn ask(&self, mut fields: Vec<usize>) -> Vec<usize> {
        for field in fields.clone().into_iter().rev() {
            let rest: Vec<usize> = fields.iter().copied().filter(|f| *f != field).collect();
            if self.decide(&rest) {
                fields = rest;
            }
        }
        fields.sort_by_key(|f| std::cmp::Reverse(self.removed(*f)));
        fields
    }
}

/// How often something came up.
#[derive(Debug, Default)]
struct Seen {
    leads: usize,
    open: usize,
    exact: usize,
    tightened: usize,
    asked: usize,
    several: usize,
    scope_open: usize,
}

/// A lead with everything that is needed to see what is wrong with it.
struct Case<'a> {
    text: &'a str,
    policy: &'a Policy,
    program: &'a Program,
    values: &'a [Vec<Value>],
    written: Written,
    lead: &'a Lead,
}

impl Case<'_> {
    fn check(&self, bound: &(Decision, Option<OpenRoute>), exact: &(Decision, Option<OpenRoute>), seen: &mut Seen) {
        let told = || format!("{:#?}\nbound {:?}\nexact {:?}\n{}", self.lead, bound.1, exact.1, self.text);
        let scope_open = self.written.scope == (true, true);
        assert_eq!(exact.0.scope_open, scope_open, "scope\n{}", told());
        seen.scope_open += usize::from(scope_open);
        let (Some(before), Some(open), Some(verdict)) = (&bound.1, &exact.1, &exact.0.verdict) else { return };
        seen.leads += 1;
        seen.open += usize::from(!before.settled());
        let found: BTreeSet<OutcomeId> = open.could_be.iter().copied().chain([open.now]).collect();
        let all = self.written.routes();
        assert!(found.is_superset(&all), "something can be that is not said: {all:?}\n{}", told());
        let names: Vec<&String> = open.could_be.iter().map(|o| &self.policy.outcomes[o.index()].name).collect();
        assert_eq!(verdict.route.could_be.iter().collect::<Vec<_>>(), names);
        assert_eq!((verdict.route.settled, verdict.route.exact), (open.settled(), open.exact));
        if before.settled() {
            assert_eq!(before, open, "what is settled stays as it is\n{}", told());
        }
        let asked: Vec<usize> = open.ask.iter().map(|f| f.index()).collect();
        assert!(self.written.decide(&asked), "the answers do not decide\n{}", told());
        if !open.exact {
            return;
        }
        assert_eq!(found, all, "something is said that cannot be\n{}", told());
        seen.exact += usize::from(!before.settled());
        seen.tightened += usize::from(before.could_be != open.could_be);
        // Every way in which tests of one text could come out is taken as possible there, so a question too many may be asked about texts.
        let texts = |f: &usize| matches!(self.policy.fields[*f].ty, FieldType::Text) && self.values[*f].len() > 1;
        let telling = (0..self.values.len()).filter(|f| self.values[*f].len() > 1);
        let telling: Vec<usize> =
            telling.filter(|f| self.program.support.route.has(rubric::policy::FieldId(*f as u16))).collect();
        if open.settled() {
            assert!(asked.is_empty(), "asks although it is settled\n{}", told());
        } else if !telling.iter().any(texts) {
            assert_eq!(asked, self.written.ask(telling), "what to ask\n{}", told());
            seen.asked += 1;
            seen.several += usize::from(asked.len() > 1);
        }
    }
}

#[test]
fn what_is_exact_is_what_all_completions_say() {
    let rounds: u64 = std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(120);
    let mut seen = Seen::default();
    for seed in 0..rounds {
        let mut draw = Draw::from_seed(seed);
        let text = random::policy::policy(&mut draw);
        let Some(policy) = loaded(&text) else { continue };
        let as_of = Instant::parse(AS_OF, policy.offset).expect("an instant");
        let program = Program::lower(&policy);
        let engine = Engine::new(&policy, &program, as_of);
        let decider = Decider::new(engine);
        let completions = Completions::new(&policy, &program, as_of);
        let source = Leads::new(&policy, as_of);
        let constants = Constants::of(&policy, as_of.day(policy.offset));
        let values = Values { policy: &policy, program: &program, constants };
        let forced = draw.chance(20);
        for i in 0..4 {
            let mut lead = source.lead(&mut draw, format!("lead {i}"));
            if draw.chance(60) {
                // An event that is several signals by chance is one that no policy can make.
                lead.events.iter_mut().flatten().for_each(|e| e.signals.truncate(1));
            }
            let values = values.narrowed(&mut lead, &source, &mut draw);
            let mut batch = Batch::new(&policy);
            lead.feed(&mut batch);
            let e = engine.evaluate(&batch);
            let bound = decider.decision_with_open(&e, &batch, 0, forced);
            let (mut decision, mut open) = bound.clone();
            completions.refine(&batch, 0, forced, &mut decision, open.as_mut());
            let written = Written::all(&policy, &engine, &lead, &values, forced);
            if open.as_ref().is_some_and(|o| !o.exact) || decision.scope_open && written.scope != (true, true) {
                // Not to be told exactly: then it is the bound, which other tests look at.
                assert_eq!((&decision.scope_open, &open), (&bound.0.scope_open, &bound.1), "{text}\n{lead:#?}");
                seen.leads += 1;
                seen.open += 1;
                continue;
            }
            Case { text: &text, policy: &policy, program: &program, values: &values, written, lead: &lead }.check(
                &bound,
                &(decision, open),
                &mut seen,
            );
        }
    }
    println!("{seen:?}");
    assert!(seen.exact * 10 >= seen.open * 8, "too little is exact: {seen:?}");
    assert!(seen.tightened > 5 && seen.several > 5 && seen.scope_open > 5, "too little comes up: {seen:?}");
}
