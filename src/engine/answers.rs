//! The different answers a field can get: one for each way in which its tests can come out.
//!
//! Values that no test tells apart are one answer, so a number with two thresholds has three answers and *not known*. Answers may be too many
//! (text that no one could write, a set with very many tested members), never too few.

use super::atoms;
use super::evaluate::Engine;
use super::facts::{Batch, Column, NO_CHOICE, NO_DAY, NO_NUMBER, SetState};
use super::mask::{ANY, Mask, NO, OPEN, of};
use super::truth::Truths;
use crate::policy::condition::{DateTest, Test, TextTest};
use crate::policy::field::FieldType;
use crate::policy::time::Day;
use crate::policy::{Atom, FieldId, Policy};
use crate::program::{Op, Program};
use std::borrow::Cow;

/// How each test of a field comes out, in the order of [`Support::tests`](crate::program::Support).
pub type Answer = Vec<Mask>;

/// More tested members than this are not told apart.
const MEMBERS: usize = 8;
/// More tests of free text than this are not told apart.
const TEXTS: usize = 6;

/// The answers of every field that is tested, for a lead that does not know it.
#[derive(Clone, Debug)]
pub struct Answers {
    by_field: Vec<Vec<Answer>>,
}

impl Answers {
    /// For the leads of a policy on a day.
    pub fn new(policy: &Policy, program: &Program, today: Day) -> Answers {
        let fields = (0..policy.fields.len() as u16).map(FieldId);
        let by_field = fields.map(|f| {
            let tests = tests(program, f);
            if tests.is_empty() { Vec::new() } else { unknown(&policy.field(f).ty, &tests, today) }
        });
        Answers { by_field: by_field.collect() }
    }

    /// The answers a field of a lead can still get; none where it is known. Leaving it as it is is always one of them.
    pub fn of(&self, engine: &Engine<'_>, batch: &Batch, field: FieldId, lead: usize) -> Cow<'_, [Answer]> {
        match batch.column(field) {
            Column::Set { members, state } if state[lead] == SetState::Open => {
                let FieldType::Set(choices) = &engine.policy.field(field).ty else { return Cow::default() };
                Cow::Owned(open_set(choices.len(), &tests(engine.program, field), members[lead]))
            }
            _ if is_open(batch, field, lead) => Cow::Borrowed(&self.by_field[field.index()]),
            _ => Cow::default(),
        }
    }
}

/// Whether a field of a lead is not, or not wholly, known.
pub fn is_open(batch: &Batch, field: FieldId, lead: usize) -> bool {
    match batch.column(field) {
        Column::Choice(v) => v[lead] == NO_CHOICE,
        Column::Set { state, .. } => state[lead] != SetState::Known,
        Column::Number(v) => v[lead] == NO_NUMBER,
        Column::Date(v) => v[lead] == NO_DAY,
        Column::Text(v) => !v[lead].is_some(),
    }
}

fn tests(program: &Program, field: FieldId) -> Vec<&Test> {
    let nodes = program.support.tests[field.index()].iter();
    nodes
        .filter_map(|n| if let Op::Atom(Atom::Field(_, test)) = &program.node(*n).op { Some(test) } else { None })
        .collect()
}

/// A list of answers without repeats.
#[derive(Default)]
struct List(Vec<Answer>);

impl List {
    fn add(&mut self, answer: Answer) {
        if !self.0.contains(&answer) {
            self.0.push(answer);
        }
    }

    /// How tests come out for each of `len` values.
    fn known(&mut self, tests: &[&Test], len: usize, test: impl Fn(&Test) -> Truths) {
        let columns: Vec<Truths> = tests.iter().map(|t| test(t)).collect();
        (0..len).for_each(|i| self.add(columns.iter().map(|c| of(c.get(i))).collect()));
    }
}

fn unknown(ty: &FieldType, tests: &[&Test], today: Day) -> Vec<Answer> {
    let mut list = List::default();
    match ty {
        FieldType::Choice(choices) | FieldType::Ordered(choices) => {
            let values: Vec<u16> = (0..choices.len() as u16).collect();
            list.known(tests, values.len(), |t| atoms::choices(&values, t));
        }
        FieldType::Boolean => list.known(tests, 2, |t| atoms::choices(&[0, 1], t)),
        FieldType::Number { low, high, .. } => {
            let values = numbers(tests, low.map(|n| n.0), high.map(|n| n.0));
            list.known(tests, values.len(), |t| atoms::numbers(&values, t));
        }
        FieldType::Date => {
            let values: Vec<i32> = dates(tests, today).iter().map(|d| d.0).collect();
            list.known(tests, values.len(), |t| atoms::days(&values, t, today));
        }
        FieldType::Text => texts(tests, &mut list),
        FieldType::Set(choices) => {
            let members = subsets(choices.len(), tests, 0, &mut list);
            let state = vec![SetState::Known; members.len()];
            list.known(tests, members.len(), |t| atoms::sets(&members, &state, t));
        }
    }
    list.add(tests.iter().map(|t| if matches!(t, Test::Known) { NO } else { OPEN }).collect());
    list.0
}

/// An open set keeps its members; it may get more, and may then be whole.
fn open_set(choices: usize, tests: &[&Test], members: u128) -> Vec<Answer> {
    let mut list = List::default();
    let (mut all, mut state) = (Vec::new(), Vec::new());
    for one in subsets(choices, tests, members, &mut list) {
        all.extend([one, one]);
        state.extend([SetState::Known, SetState::Open]);
    }
    all.push(members);
    state.push(SetState::Open);
    list.known(tests, all.len(), |t| atoms::sets(&all, &state, t));
    list.0
}

/// Numbers at and beside every threshold, inside the declared range.
fn numbers(tests: &[&Test], low: Option<i64>, high: Option<i64>) -> Vec<i64> {
    const MOST: i64 = 999_999_999_999_999_999;
    let (low, high) = (low.unwrap_or(-MOST), high.unwrap_or(MOST));
    let mut found = vec![low, high, 0];
    for test in tests {
        if let Test::Number(ranges) = test {
            for end in ranges.iter().flat_map(|r| [r.low, r.high]).flatten() {
                found.extend([end.saturating_sub(1), end, end.saturating_add(1)]);
            }
        }
    }
    found.retain(|v| (low..=high).contains(v));
    found.sort_unstable();
    found.dedup();
    found
}

/// Days at and beside every limit.
fn dates(tests: &[&Test], today: Day) -> Vec<Day> {
    let mut ends = vec![today];
    for test in tests {
        match test {
            Test::Date(DateTest::Range { low, high }) => ends.extend([*low, *high].into_iter().flatten()),
            Test::Date(DateTest::WithinLast(days)) => ends.push(today.plus(-i64::from(*days))),
            Test::Date(DateTest::WithinNext(days)) => ends.push(today.plus(i64::from(*days))),
            _ => {}
        }
    }
    let mut found: Vec<Day> = ends.iter().flat_map(|d| [d.plus(-1), *d, d.plus(1)]).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Every text some test asks for, and for all other texts every way the remaining tests could come out.
fn texts(tests: &[&Test], list: &mut List) {
    let named = tests.iter().filter_map(|t| if let Test::Text(TextTest::Is(texts)) = t { Some(texts) } else { None });
    for text in named.flatten() {
        let one = |t: &&Test| of(Some(matches!(t, Test::Known) || atoms::text(t, text)));
        list.add(tests.iter().map(one).collect());
    }
    let fixed = |t: &Test| matches!(t, Test::Known | Test::Text(TextTest::Is(_)));
    let loose = tests.iter().filter(|t| !fixed(t)).count();
    let start = |t: &&Test| if matches!(t, Test::Known) { of(Some(true)) } else { NO };
    if loose > TEXTS {
        return list.add(tests.iter().map(|t| if fixed(t) { start(t) } else { ANY & !OPEN }).collect());
    }
    for way in 0_u32..1 << loose {
        let mut bit = 0;
        let answer = tests.iter().map(|t| {
            if fixed(t) {
                return start(t);
            }
            bit += 1;
            of(Some(way & (1 << (bit - 1)) != 0))
        });
        let answer = answer.collect();
        list.add(answer);
    }
}

/// Sets with every choice of tested members, all with what is there already, and each with a member nobody tests.
fn subsets(choices: usize, tests: &[&Test], there: u128, list: &mut List) -> Vec<u128> {
    let mut tested: u128 = 0;
    for test in tests {
        if let Test::HasAny(members) | Test::HasAll(members) = test {
            tested |= atoms::bits(members);
        }
    }
    let other = (0..choices).map(|m| 1_u128 << m).find(|m| tested & m == 0).unwrap_or(0);
    let free: Vec<u128> = (0..choices).map(|m| 1_u128 << m).filter(|m| tested & m != 0 && there & m == 0).collect();
    if free.len() > MEMBERS {
        // What the members that are there decide, no further member changes.
        let any = |t: &&Test| match t {
            Test::Known => of(Some(true)),
            t => atoms::sets(&[there], &[SetState::Open], t).get(0).map_or(ANY, |answer| of(Some(answer))),
        };
        list.add(tests.iter().map(any).collect());
        return vec![there];
    }
    let one =
        |way: u32| free.iter().enumerate().filter(|(i, _)| way & (1 << i) != 0).fold(there, |all, (_, m)| all | m);
    let mut found: Vec<u128> = (0_u32..1 << free.len()).map(one).collect();
    found.push(there | other);
    found
}
