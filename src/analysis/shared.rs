//! Fields of two policies over one space: what a value is to each of them.
//!
//! A value is what stands in the record. A choice that one version does not have is not known there, or is its `otherwise`; a number outside its
//! range is not known there. So a field has inputs of its own, and each policy a view of them.

use super::gates::Gates;
use super::solver::Lit;
use super::space::{Domain, Field, Space, asked, cut, ends, one_of, text, within};
use crate::policy::condition::Test;
use crate::policy::exact::Number;
use crate::policy::field::{Choice, FieldType};
use crate::policy::text::fold;
use crate::policy::time::{Day, Instant};
use crate::policy::{FieldId, Policy};
use crate::program::Program;

/// A field in both versions.
pub type Matched = (FieldId, FieldId);

/// One side of a field: its type, what is asked of it, and today.
struct Side<'a> {
    ty: &'a FieldType,
    tests: &'a [&'a Test],
    today: Day,
}

/// The fields of two policies; those that are matched are the same column of the record.
pub fn spaces(
    policies: [(&Policy, &Program); 2],
    as_of: Instant,
    matched: &[Matched],
    gates: &mut Gates,
) -> [Space; 2] {
    let [(old, _), (new, _)] = policies;
    let tests = policies.map(|(policy, program)| asked(policy, program));
    let today = policies.map(|(policy, _)| as_of.day(policy.offset));
    let mut inputs: Vec<Field> = Vec::new();
    let mut later: Vec<Option<(Field, Lit)>> = vec![None; new.fields.len()];
    let mut earlier: Vec<(Field, Lit)> = Vec::new();
    for (place, field) in old.fields.iter().enumerate() {
        let one = Side { ty: &field.ty, tests: &tests[0][place], today: today[0] };
        let other = matched.iter().find(|(id, _)| id.index() == place).map(|(_, id)| id.index());
        let both = other.and_then(|at| {
            let other = Side { ty: &new.fields[at].ty, tests: &tests[1][at], today: today[1] };
            Some((at, shared(place, &one, &other, gates)?))
        });
        match both {
            Some((at, Shared { input, views: [before, after] })) => {
                earlier.push((before, input.known));
                later[at] = Some((after, input.known));
                inputs.push(input);
            }
            None => {
                let own = Field::new(place, one.ty, one.tests, one.today, gates);
                inputs.push(own.clone());
                earlier.push((own.clone(), own.known));
            }
        }
    }
    let later = later.into_iter().enumerate().map(|(place, field)| {
        field.unwrap_or_else(|| {
            let own = Field::new(place, &new.fields[place].ty, &tests[1][place], today[1], gates);
            inputs.push(own.clone());
            (own.clone(), own.known)
        })
    });
    let (later, named_later) = later.unzip();
    let (earlier, named) = earlier.into_iter().unzip();
    [Space::of(earlier, inputs.clone(), named, today[0]), Space::of(later, inputs, named_later, today[1])]
}

/// Fields of the same name.
pub fn same_names(old: &Policy, new: &Policy) -> Vec<Matched> {
    let at = |name: &str| new.fields.iter().position(|f| f.name == name).map(|at| FieldId(at as u16));
    (0_u16..).zip(&old.fields).filter_map(|(i, field)| Some((FieldId(i), at(&field.name)?))).collect()
}

/// A field that two policies look at.
struct Shared {
    input: Field,
    views: [Field; 2],
}

/// `None` where the two types have nothing in common.
fn shared(place: usize, old: &Side<'_>, new: &Side<'_>, gates: &mut Gates) -> Option<Shared> {
    use FieldType as T;
    match (old.ty, new.ty) {
        (T::Choice(a) | T::Ordered(a), T::Choice(b) | T::Ordered(b)) => Some(choices(a, b, gates)),
        (T::Set(a), T::Set(b)) => Some(sets(a, b, gates)),
        (T::Number { low, high, .. }, T::Number { low: lower, high: higher, .. }) => {
            let reach = |low: &Option<Number>, high: &Option<Number>| {
                (low.map_or(i64::MIN, |n| n.0), high.map_or(i64::MAX, |n| n.0))
            };
            Some(lines([old, new], [reach(low, high), reach(lower, higher)], Number::SCALE, gates))
        }
        (T::Date, T::Date) => Some(lines([old, new], [(i64::MIN, i64::MAX); 2], 1, gates)),
        (T::Text, T::Text) => {
            let tests: Vec<&Test> = old.tests.iter().chain(new.tests).copied().collect();
            // The id is always there.
            let known = Field::new(place, old.ty, &[], old.today, gates).known;
            let input = Field { known, domain: text(&tests, known, gates) };
            Some(Shared { views: [input.clone(), input.clone()], input })
        }
        (T::Boolean, T::Boolean) => {
            let input = Field::new(place, old.ty, old.tests, old.today, gates);
            Some(Shared { views: [input.clone(), input.clone()], input })
        }
        _ => None,
    }
}

/// The choices of both, and for each side where its own stand among them.
fn union(old: &[Choice], new: &[Choice]) -> (usize, [Vec<usize>; 2]) {
    let spelled = |choice: &Choice, name: &str| {
        fold(&choice.name) == fold(name) || choice.aliases.iter().any(|alias| fold(alias) == fold(name))
    };
    let mut count = old.len();
    let mut taken = vec![false; old.len()];
    let mut places = Vec::new();
    for choice in new {
        let same = |(at, other): (usize, &Choice)| (!taken[at] && other.name == choice.name).then_some(at);
        // A choice that was renamed still reads what its old name reads, where that is an alias now.
        let renamed = |(at, other): (usize, &Choice)| {
            let kept = new.iter().any(|c| c.name == other.name);
            (!taken[at] && !kept && spelled(choice, &other.name)).then_some(at)
        };
        let found = old.iter().enumerate().find_map(same).or_else(|| old.iter().enumerate().find_map(renamed));
        places.push(found.unwrap_or_else(|| {
            count += 1;
            count - 1
        }));
        if let Some(at) = found {
            taken[at] = true;
        }
    }
    (count, [(0..old.len()).collect(), places])
}

fn choices(old: &[Choice], new: &[Choice], gates: &mut Gates) -> Shared {
    let known = gates.fresh();
    let (count, places) = union(old, new);
    let values = one_of(count, known, gates);
    let views = [(old, &places[0]), (new, &places[1])].map(|(own, places)| {
        let missing: Vec<Lit> = (0..count).filter(|v| !places.contains(v)).map(|v| values[v]).collect();
        let other = gates.or(missing);
        let mut seen: Vec<Lit> = places.iter().map(|v| values[*v]).collect();
        match own.iter().position(|c| c.otherwise) {
            Some(at) => {
                seen[at] = gates.or([seen[at], other]);
                Field { known, domain: Domain::Choice(seen) }
            }
            None => Field { known: gates.and([known, !other]), domain: Domain::Choice(seen) },
        }
    });
    Shared { input: Field { known, domain: Domain::Choice(values) }, views }
}

fn sets(old: &[Choice], new: &[Choice], gates: &mut Gates) -> Shared {
    let known = gates.fresh();
    let (count, places) = union(old, new);
    let open = within(known, 1, gates)[0];
    let members = within(known, count, gates);
    let views = [(old, &places[0]), (new, &places[1])].map(|(own, places)| {
        let missing: Vec<Lit> = (0..count).filter(|v| !places.contains(v)).map(|v| members[v]).collect();
        let other = gates.or(missing);
        let mut seen: Vec<Lit> = places.iter().map(|v| members[*v]).collect();
        let open = match own.iter().position(|c| c.otherwise) {
            Some(at) => {
                seen[at] = gates.or([seen[at], other]);
                open
            }
            // A member that is not recognised leaves the set open.
            None => gates.or([open, other]),
        };
        Field { known, domain: Domain::Set { members: seen, open } }
    });
    Shared { input: Field { known, domain: Domain::Set { members, open } }, views }
}

fn lines(sides: [&Side<'_>; 2], reach: [(i64, i64); 2], unit: i64, gates: &mut Gates) -> Shared {
    let known = gates.fresh();
    let all = (reach[0].0.min(reach[1].0), reach[0].1.max(reach[1].1));
    let asked = sides.iter().flat_map(|side| side.tests.iter().flat_map(|t| ends(t, side.today)));
    let beyond = reach.iter().flat_map(|(low, high)| [*low, high.saturating_add(1)]);
    let domain = cut(asked.chain(beyond).collect(), all, unit, known, gates);
    let views = reach.map(|(low, high)| {
        let Domain::Line { cuts, above, .. } = &domain else { return Field { known, domain: domain.clone() } };
        let at = |end: i64| cuts.binary_search(&end).ok().map(|at| above[at]);
        let parts = [Some(known), at(low), at(high.saturating_add(1)).map(|l| !l)];
        Field { known: gates.and(parts.into_iter().flatten()), domain: domain.clone() }
    });
    Shared { input: Field { known, domain }, views }
}
