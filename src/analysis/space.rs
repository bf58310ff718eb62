//! All leads there can be, as literals: what is known of each field, and where its value lies.
//!
//! Values matter only as far as conditions can tell them apart, so a number is the regions between the constants that some condition compares
//! it with, and so is a date. Regions are half-open, since numbers are whole millionths and dates whole days.

use super::gates::{Gates, TRUE};
use super::simplify::Change;
use super::solver::Lit;
use super::words::Words;
use crate::engine::facts::SetState;
use crate::policy::condition::{DateTest, Test, TextTest};
use crate::policy::field::FieldType;
use crate::policy::scenario::Given;
use crate::policy::time::Day;
use crate::policy::{Atom, BuiltIn, FieldId, Policy};
use crate::program::{Op, Program};

/// An answer of three: the literals that it is true, and that it is false. Never both; neither where it is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Kleene {
    pub yes: Lit,
    pub no: Lit,
}

impl Kleene {
    /// An answer that is never unknown.
    pub fn definite(yes: Lit) -> Kleene {
        Kleene { yes, no: !yes }
    }

    /// The other answer.
    pub fn negated(self) -> Kleene {
        Kleene { yes: self.no, no: self.yes }
    }
}

/// What one field can be.
#[derive(Clone, Debug)]
pub(super) enum Domain {
    /// One literal a choice; exactly one holds where the field is known.
    Choice(Vec<Lit>),
    /// One literal a member; `open` where there are members that were not recognised.
    Set { members: Vec<Lit>, open: Lit },
    /// Cuts, ascending, and for each whether the value is there or above. What is not cut lies below or above all that can be.
    Line { cuts: Vec<i64>, above: Vec<Lit>, least: i64, most: i64, unit: i64 },
    /// Every test on the text, and whether it holds.
    Text { tests: Vec<(TextTest, Lit)>, words: Words },
}

#[derive(Clone, Debug)]
pub(super) struct Field {
    pub known: Lit,
    pub domain: Domain,
}

/// The fields of a policy as literals.
#[derive(Clone, Debug)]
pub struct Space {
    /// As the policy reads them.
    pub(super) fields: Vec<Field>,
    /// As they are free to be; what a policy does not know of a value is told apart from it.
    inputs: Vec<Field>,
    /// By field: the literal of its input that something is known.
    named: Vec<Lit>,
    today: Day,
}

impl Field {
    /// A field by its place, and all that is asked of it.
    pub(super) fn new(place: usize, ty: &FieldType, tests: &[&Test], today: Day, gates: &mut Gates) -> Field {
        // The id is always there.
        let known = if place == BuiltIn::Id as usize { TRUE } else { gates.fresh() };
        Field { known, domain: domain(ty, tests, known, today, gates) }
    }
}

impl Field {
    /// Where a field that is constant lies: which choice it is, or in which region of a line.
    pub(super) fn place(&self) -> Option<usize> {
        match &self.domain {
            Domain::Choice(values) => values.iter().position(|l| *l == TRUE),
            Domain::Line { above, .. } if self.known == TRUE => Some(above.iter().filter(|l| **l == TRUE).count()),
            _ => None,
        }
    }

    /// Everything that says what it is.
    pub(super) fn literals(&self) -> Vec<Lit> {
        let mut list = vec![self.known];
        match &self.domain {
            Domain::Choice(values) => list.extend(values),
            Domain::Set { members, open } => list.extend(members.iter().chain([open])),
            Domain::Line { above, .. } => list.extend(above),
            Domain::Text { tests, .. } => list.extend(tests.iter().map(|(_, lit)| *lit)),
        }
        list
    }
}

/// By field: what a program asks of it.
pub(super) fn asked<'p>(policy: &Policy, program: &'p Program) -> Vec<Vec<&'p Test>> {
    let mut asked: Vec<Vec<&Test>> = vec![Vec::new(); policy.fields.len()];
    for node in &program.nodes {
        if let Op::Atom(Atom::Field(field, test)) = &node.op {
            asked[field.index()].push(test);
        }
    }
    asked
}

impl Space {
    /// For the fields of a policy and all that its program asks of them on a day.
    pub fn new(policy: &Policy, program: &Program, today: Day, gates: &mut Gates) -> Space {
        let asked = asked(policy, program);
        let fields: Vec<Field> = policy
            .fields
            .iter()
            .zip(&asked)
            .enumerate()
            .map(|(i, (field, tests))| Field::new(i, &field.ty, tests, today, gates))
            .collect();
        Space::given(fields, today)
    }

    /// A space from views of fields, all that is free to be, and by field what says that something is known.
    pub(super) fn of(fields: Vec<Field>, inputs: Vec<Field>, named: Vec<Lit>, today: Day) -> Space {
        Space { fields, inputs, named, today }
    }

    /// For the fields of one policy that are given.
    pub(super) fn given(fields: Vec<Field>, today: Day) -> Space {
        let named = fields.iter().map(|f| f.known).collect();
        Space { inputs: fields.clone(), fields, named, today }
    }

    /// Whether a field is known.
    pub fn known(&self, field: FieldId) -> Lit {
        self.fields[field.index()].known
    }

    /// What a field has to be for the level of a stage, counted from 1, to be taken as passed already.
    pub fn current_stage_at_least(&self, level: u16, gates: &mut Gates) -> Lit {
        match &self.fields[BuiltIn::CurrentStage as usize].domain {
            Domain::Choice(values) => gates.or(values.iter().skip(usize::from(level) - 1).copied()),
            _ => !TRUE,
        }
    }

    /// The answer to a test on a field.
    pub fn test(&self, field: FieldId, test: &Test, gates: &mut Gates) -> Kleene {
        let Field { known, domain } = &self.fields[field.index()];
        let closed = |yes: Lit, gates: &mut Gates| Kleene { yes, no: gates.and([*known, !yes]) };
        match (domain, test) {
            (_, Test::Known) => Kleene::definite(*known),
            (Domain::Choice(values), Test::Choice(list)) => {
                let yes = gates.or(list.iter().filter_map(|v| values.get(usize::from(*v))).copied());
                closed(yes, gates)
            }
            (Domain::Line { .. }, Test::Number(_) | Test::Date(_)) => {
                let ranges: Vec<Lit> = ranges(test, self.today).iter().map(|r| self.within(field, *r, gates)).collect();
                let yes = gates.or(ranges);
                closed(yes, gates)
            }
            (Domain::Set { members, open }, Test::HasAny(_) | Test::HasAll(_) | Test::Empty) => {
                let of = |list: &[u16]| list.iter().filter_map(|m| members.get(usize::from(*m))).copied().collect();
                let some: Vec<Lit> = match test {
                    Test::HasAny(list) | Test::HasAll(list) => of(list),
                    _ => members.clone(),
                };
                // A member that is there answers at once; that one is missing is known only of a set that is whole.
                let yes = match test {
                    Test::HasAll(_) => gates.and(some.into_iter().chain([*known])),
                    _ => gates.or(some),
                };
                let no = gates.and([*known, !*open, !yes]);
                let answer = Kleene { yes, no };
                if *test == Test::Empty { answer.negated() } else { answer }
            }
            (Domain::Text { tests, .. }, Test::Text(text)) => {
                let yes = tests.iter().find(|(t, _)| t == text).map_or(!TRUE, |(_, lit)| *lit);
                closed(yes, gates)
            }
            // The checker holds that a test fits its field.
            _ => Kleene { yes: !TRUE, no: !TRUE },
        }
    }

    /// Whether the value of a number or date is known and lies from `low` up to, not including, `high`.
    fn within(&self, field: FieldId, (low, high): (i64, i64), gates: &mut Gates) -> Lit {
        let Field { known, domain } = &self.fields[field.index()];
        let Domain::Line { cuts, above, least, .. } = domain else { return !TRUE };
        let at_least = |value: i64| match cuts.binary_search(&value) {
            Ok(at) => above[at],
            // A constant that is no cut lies below or above all that the field can be.
            Err(_) if value <= *least => TRUE,
            Err(_) => !TRUE,
        };
        gates.and([*known, at_least(low), !at_least(high)])
    }

    /// The literals from which the fields of a lead are read.
    pub fn literals_read(&self) -> Vec<Lit> {
        self.fields.iter().flat_map(Field::literals).collect()
    }

    /// The field, as the policy has it, that a literal of [`Space::things`] says is known.
    pub fn field_known_by(&self, known: Lit) -> Option<FieldId> {
        self.named.iter().position(|l| *l == known).map(|at| FieldId(at as u16))
    }

    /// What makes a lead larger: each field that is known; the id always is.
    pub fn things(&self) -> impl Iterator<Item = Lit> + '_ {
        self.inputs.iter().map(|f| f.known).filter(|known| *known != TRUE)
    }

    /// How many parts can change one by one: the fields.
    pub fn parts(&self) -> usize {
        self.inputs.len()
    }

    /// What would make a field simpler, simplest first: not known; then values that come before its own.
    pub fn changes(&self, part: usize, holds: &dyn Fn(Lit) -> bool) -> Vec<Change> {
        let Field { known, domain } = &self.inputs[part];
        if !holds(*known) {
            return Vec::new();
        }
        let only = |list: &[Lit], one: usize| list.iter().enumerate().map(|(i, l)| (*l, i == one)).collect::<Change>();
        let mut ways: Vec<Change> = Vec::new();
        let mut all: Vec<Lit> = Vec::new();
        match domain {
            Domain::Choice(values) => {
                all.extend(values);
                let own = values.iter().position(|l| holds(*l)).unwrap_or(0);
                ways.extend((0..own).map(|i| only(values, i)));
            }
            Domain::Set { members, open } => {
                all.extend(members.iter().chain([open]));
                let some: Vec<Lit> = all.iter().copied().filter(|l| holds(*l)).collect();
                ways.push(some.iter().map(|l| (*l, false)).collect());
                ways.extend(some.iter().rev().map(|l| vec![(*l, false)]));
            }
            Domain::Line { above, .. } => {
                all.extend(above);
                let own = above.iter().take_while(|l| holds(**l)).count();
                let at = |n: usize| above.iter().enumerate().map(|(i, l)| (*l, i < n)).collect::<Change>();
                ways.extend((0..own).map(at));
            }
            Domain::Text { tests, words } => {
                all.extend(tests.iter().map(|(_, l)| *l));
                let said = |row: &Vec<bool>| tests.iter().zip(row).map(|((_, l), to)| (*l, *to)).collect::<Change>();
                let own = |row: &&Vec<bool>| tests.iter().zip(*row).all(|((_, l), to)| holds(*l) == *to);
                ways.extend(words.patterns().take_while(|row| !own(row)).map(said));
            }
        }
        if *known != TRUE {
            let none = [*known].into_iter().chain(all).map(|l| (l, false)).collect();
            ways.insert(0, none);
        }
        ways.retain(|way| !way.is_empty());
        ways
    }

    /// All the literals that say what is known, for leads made at random.
    pub fn literals(&self) -> Vec<Lit> {
        self.inputs.iter().flat_map(Field::literals).filter(|l| *l != TRUE).collect()
    }

    /// A state of each field, drawn by numbers below so many.
    pub fn draw(&self, below: &mut dyn FnMut(usize) -> usize) -> Change {
        let mut all = Change::new();
        for Field { known, domain } in &self.inputs {
            let is_known = *known == TRUE || below(4) > 0;
            if *known != TRUE {
                all.push((*known, is_known));
            }
            let mut set = |lit: &Lit, to: bool| all.push((*lit, to && is_known));
            match domain {
                Domain::Choice(values) => {
                    let own = below(values.len());
                    values.iter().enumerate().for_each(|(i, l)| set(l, i == own));
                }
                Domain::Set { members, open } => {
                    members.iter().for_each(|l| set(l, below(3) == 0));
                    set(open, below(4) == 0);
                }
                Domain::Line { above, .. } => {
                    let own = below(above.len() + 1);
                    above.iter().enumerate().for_each(|(i, l)| set(l, i < own));
                }
                Domain::Text { tests, words } => {
                    let own = below(words.patterns().count().max(1));
                    let row = words.patterns().nth(own);
                    tests.iter().zip(row.into_iter().flatten()).for_each(|((_, l), to)| set(l, *to));
                }
            }
        }
        all
    }

    /// Literals without which some multi-select has members that nobody recognised.
    pub fn whole_sets(&self) -> Vec<Lit> {
        let open = |f: &Field| if let Domain::Set { open, .. } = &f.domain { Some(!*open) } else { None };
        self.fields.iter().filter_map(open).collect()
    }

    /// The known fields of a lead, with a value each; a text that no words fit is `None`.
    pub fn values(&self, holds: &dyn Fn(Lit) -> bool) -> Vec<(FieldId, Option<Given>, SetState)> {
        let mut all = Vec::new();
        for (i, field) in self.fields.iter().enumerate().filter(|(i, _)| *i != BuiltIn::Id as usize) {
            if !holds(field.known) {
                continue;
            }
            let mut state = SetState::Known;
            let held = |list: &[Lit]| (0_u16..).zip(list).filter(|(_, l)| holds(**l)).map(|(v, _)| v).collect();
            let given = match &field.domain {
                Domain::Choice(values) => {
                    let held: Vec<u16> = held(values);
                    held.first().map(|v| Given::Choice(*v))
                }
                Domain::Set { members, open } => {
                    if holds(*open) {
                        state = SetState::Open;
                    }
                    Some(Given::Set(held(members)))
                }
                Domain::Line { cuts, above, least, most, unit } => {
                    let at = above.iter().take_while(|l| holds(**l)).count();
                    let low = at.checked_sub(1).map_or(*least, |at| cuts[at]);
                    let high = cuts.get(at).map_or(*most, |next| next - 1);
                    Some(match unit {
                        1 => Given::Day(Day(i64::from(self.today.0).clamp(low, high) as i32)),
                        // Nothing is compared with it: one, if that can be.
                        _ if cuts.is_empty() => Given::Number((*unit).clamp(low, high)),
                        _ => Given::Number(plain(low, high, *unit, at == 0)),
                    })
                }
                Domain::Text { tests, words } => {
                    let wanted: Vec<bool> = tests.iter().map(|(_, l)| holds(*l)).collect();
                    words.fit(&wanted).map(|text| Given::Text(text.to_string()))
                }
            };
            all.push((FieldId(i as u16), given, state));
        }
        all
    }
}

/// The literals of a field, and how they hang together.
pub(super) fn domain(ty: &FieldType, tests: &[&Test], known: Lit, today: Day, gates: &mut Gates) -> Domain {
    match ty {
        FieldType::Choice(_) | FieldType::Ordered(_) | FieldType::Boolean => {
            Domain::Choice(one_of(ty.choices().map_or(2, <[_]>::len), known, gates))
        }
        FieldType::Set(choices) => {
            let open = within(known, 1, gates)[0];
            Domain::Set { members: within(known, choices.len(), gates), open }
        }
        FieldType::Number { low, high, .. } => {
            let ends = (low.map_or(i64::MIN, |n| n.0), high.map_or(i64::MAX, |n| n.0));
            line(tests, today, ends, crate::policy::exact::Number::SCALE, known, gates)
        }
        FieldType::Date => line(tests, today, (i64::MIN, i64::MAX), 1, known, gates),
        FieldType::Text => text(tests, known, gates),
    }
}

/// Literals that hold only where a field is known.
pub(super) fn within(known: Lit, count: usize, gates: &mut Gates) -> Vec<Lit> {
    let list: Vec<Lit> = (0..count).map(|_| gates.fresh()).collect();
    list.iter().for_each(|l| gates.implies(*l, known));
    list
}

/// Literals of which exactly one holds where a field is known.
pub(super) fn one_of(count: usize, known: Lit, gates: &mut Gates) -> Vec<Lit> {
    let values = within(known, count, gates);
    let one: Vec<Lit> = values.iter().copied().chain([!known]).collect();
    gates.require(&one);
    gates.at_most_one(&values);
    values
}

fn line(tests: &[&Test], today: Day, (least, most): (i64, i64), unit: i64, known: Lit, gates: &mut Gates) -> Domain {
    cut(tests.iter().flat_map(|t| ends(t, today)).collect(), (least, most), unit, known, gates)
}

/// The constants that a test compares a number or date with: where its ranges begin, and where they have ended.
pub(super) fn ends(test: &Test, today: Day) -> Vec<i64> {
    ranges(test, today).into_iter().flat_map(|(low, high)| [low, high]).collect()
}

/// A number or date that is cut at some constants.
pub(super) fn cut(mut cuts: Vec<i64>, (least, most): (i64, i64), unit: i64, known: Lit, gates: &mut Gates) -> Domain {
    // An open end is no constant: nothing lies beyond it.
    cuts.retain(|cut| *cut > least && *cut <= most && *cut != i64::MAX);
    cuts.sort_unstable();
    cuts.dedup();
    let above: Vec<Lit> = cuts.iter().map(|_| gates.fresh()).collect();
    above.iter().for_each(|a| gates.implies(*a, known));
    above.windows(2).for_each(|pair| gates.implies(pair[1], pair[0]));
    Domain::Line { cuts, above, least, most, unit }
}

/// A number of a range that people would write: whole if there is one, and near to the constant at one of its ends.
fn plain(low: i64, high: i64, unit: i64, compared_above: bool) -> i64 {
    let up = low.div_euclid(unit).saturating_add(i64::from(low.rem_euclid(unit) != 0)).saturating_mul(unit);
    let down = high.div_euclid(unit).saturating_mul(unit);
    if compared_above {
        if down >= low { down } else { high }
    } else if up <= high {
        up
    } else {
        low
    }
}

/// The ranges of a test on a number or date: from, and up to but not including. The ends of all integers are open ends.
fn ranges(test: &Test, today: Day) -> Vec<(i64, i64)> {
    let after = |last: i64| last.saturating_add(1);
    let today = i64::from(today.0);
    match test {
        Test::Number(list) => {
            list.iter().map(|r| (r.low.unwrap_or(i64::MIN), r.high.map_or(i64::MAX, after))).collect()
        }
        Test::Date(DateTest::Range { low, high }) => {
            let day = |d: &Day| i64::from(d.0);
            vec![(low.as_ref().map_or(i64::MIN, day), high.as_ref().map_or(i64::MAX, |d| after(day(d))))]
        }
        Test::Date(DateTest::WithinLast(days)) => vec![(today - i64::from(*days) + 1, today + 1)],
        Test::Date(DateTest::WithinNext(days)) => vec![(today, today + i64::from(*days))],
        _ => Vec::new(),
    }
}

pub(super) fn text(asked: &[&Test], known: Lit, gates: &mut Gates) -> Domain {
    let mut tests: Vec<(TextTest, Lit)> = Vec::new();
    for test in asked {
        if let Test::Text(test) = test
            && !tests.iter().any(|(t, _)| t == test)
        {
            let lit = gates.fresh();
            gates.implies(lit, known);
            tests.push((test.clone(), lit));
        }
    }
    for (i, (one, a)) in tests.iter().enumerate() {
        for (other, b) in &tests[..i] {
            if one.excludes(other) {
                gates.require(&[!*a, !*b]);
            }
            if one.implies(other) {
                gates.implies(*a, *b);
            }
            if other.implies(one) {
                gates.implies(*b, *a);
            }
        }
    }
    let words = Words::new(tests.iter().map(|(t, _)| t));
    Domain::Text { tests, words }
}
