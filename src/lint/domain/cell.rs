//! What is still possible for one value: a field of the lead, or an attribute of an event.

use super::Want;
use super::ranges::Ranges;
use super::texts;
use crate::policy::condition::{DateTest, Test, TextTest};
use crate::policy::field::FieldType;

/// The values that are left.
#[derive(Clone, Debug)]
pub struct Cell {
    /// Whether it may be unknown.
    pub unknown: bool,
    /// What it may be where it is known; `None`: it is not known.
    known: Option<Known>,
}

/// Values by type.
#[derive(Clone, Debug)]
enum Known {
    /// Choices, ordered values and booleans by index; scaled numbers.
    Line(Ranges),
    /// Days, and days from today: nothing is known of today, so the two are independent.
    Date { day: Ranges, from_today: Ranges },
    /// A multi-select.
    Set(Members),
    /// The tests that a text must pass or fail.
    Text(Vec<(TextTest, bool)>),
}

/// What is in a multi-select. Members are bits.
#[derive(Clone, Debug)]
struct Members {
    /// Those that are in it for sure.
    there: u128,
    /// Those that are not.
    absent: u128,
    /// Of each of these, at least one is in it.
    any: Vec<u128>,
    /// Of each of these, at least one is not in it.
    lacks: Vec<u128>,
    /// Whether it has members that nobody recognised; `None`: either.
    open: Option<bool>,
    /// All declared members.
    all: u128,
}

impl Cell {
    /// Any value of a type, or none.
    pub fn of(ty: &FieldType) -> Cell {
        let known = match ty {
            FieldType::Choice(c) | FieldType::Ordered(c) => Known::Line(Ranges::of(Some(0), Some(c.len() as i64 - 1))),
            FieldType::Boolean => Known::Line(Ranges::of(Some(0), Some(1))),
            FieldType::Number { low, high, .. } => Known::Line(Ranges::of(low.map(|n| n.0), high.map(|n| n.0))),
            FieldType::Date => Known::Date { day: Ranges::all(), from_today: Ranges::all() },
            FieldType::Set(c) => {
                let all = c.iter().take(128).enumerate().fold(0, |bits, (i, _)| bits | 1_u128 << i);
                Known::Set(Members { there: 0, absent: 0, any: Vec::new(), lacks: Vec::new(), open: None, all })
            }
            FieldType::Text => Known::Text(Vec::new()),
        };
        Cell { unknown: true, known: Some(known) }
    }

    /// A value that is always known.
    pub fn always_known(ty: &FieldType) -> Cell {
        Cell { unknown: false, ..Cell::of(ty) }
    }

    /// Leaves only values for which a test answers as wanted; false if none is left. What needs a choice between two ways
    /// ([`splits`]) must have been split before.
    pub fn restrict(&mut self, test: &Test, want: Want) -> bool {
        match (test, want) {
            (Test::Known, Want::True | Want::NotFalse) => self.unknown = false,
            (Test::Known, Want::False | Want::NotTrue) => self.known = None,
            _ => {
                self.unknown &= matches!(want, Want::NotTrue | Want::NotFalse);
                self.known = self.known.take().and_then(|known| known.restricted(test, want));
            }
        }
        self.is_possible()
    }

    /// Leaves only *unknown* and sets that may have more members than are recognised.
    pub fn restrict_to_open(&mut self) -> bool {
        self.known = match self.known.take() {
            Some(Known::Set(members)) => members.opened(true).map(Known::Set),
            other => other,
        };
        self.is_possible()
    }

    fn is_possible(&self) -> bool {
        self.unknown || self.known.is_some()
    }
}

/// Whether a test answers as wanted in two ways that one set of values cannot hold: because the set is open or unknown, or because of its members.
pub fn splits(test: &Test, want: Want) -> bool {
    match test {
        Test::HasAny(_) | Test::HasAll(_) => want == Want::NotFalse,
        Test::Empty => want == Want::NotTrue,
        _ => false,
    }
}

impl Known {
    /// `None` if no value is left.
    fn restricted(self, test: &Test, want: Want) -> Option<Known> {
        let yes = matches!(want, Want::True | Want::NotFalse);
        let cut = |values: Ranges, with: Ranges| {
            let left = values.and(&if yes { with } else { with.not() });
            (!left.is_empty()).then_some(left)
        };
        Some(match (self, test) {
            (Known::Line(values), Test::Choice(list)) => {
                let list = list.iter().map(|c| (i64::from(*c), i64::from(*c)));
                Known::Line(cut(values, Ranges::from_list(list))?)
            }
            (Known::Line(values), Test::Number(ranges)) => {
                let ends = ranges.iter().map(|r| (r.low.unwrap_or(i64::MIN), r.high.unwrap_or(i64::MAX)));
                Known::Line(cut(values, Ranges::from_list(ends))?)
            }
            (Known::Date { day, from_today }, Test::Date(test)) => match test {
                DateTest::Range { low, high } => {
                    let with = Ranges::of(low.map(|d| i64::from(d.0)), high.map(|d| i64::from(d.0)));
                    Known::Date { day: cut(day, with)?, from_today }
                }
                DateTest::WithinLast(days) => {
                    let with = Ranges::of(Some(1 - i64::from(*days)), Some(0));
                    Known::Date { day, from_today: cut(from_today, with)? }
                }
                DateTest::WithinNext(days) => {
                    let with = Ranges::of(Some(0), Some(i64::from(*days) - 1));
                    Known::Date { day, from_today: cut(from_today, with)? }
                }
            },
            (Known::Set(members), test) => Known::Set(members.restricted(test, want)?),
            (Known::Text(mut tests), Test::Text(test)) => {
                tests.push((test.clone(), yes));
                if !texts::possible(&tests) {
                    return None;
                }
                Known::Text(tests)
            }
            (same, _) => same,
        })
    }
}

impl Members {
    fn restricted(mut self, test: &Test, want: Want) -> Option<Members> {
        let closed = want == Want::False;
        match (test, want) {
            (Test::HasAny(list), Want::True | Want::NotFalse) => self.any.push(bits(list)),
            (Test::HasAny(list), _) => self.absent |= bits(list),
            (Test::HasAll(list), Want::True | Want::NotFalse) => self.there |= bits(list),
            (Test::HasAll(list), _) => self.lacks.push(bits(list)),
            (Test::Empty, Want::True | Want::NotFalse) => {
                self.absent = self.all;
                if want == Want::True {
                    return self.opened(false);
                }
            }
            (Test::Empty, _) => {
                self.any.push(self.all);
                return self.possible();
            }
            _ => return Some(self),
        }
        if closed { self.opened(false) } else { self.possible() }
    }

    fn opened(mut self, open: bool) -> Option<Members> {
        if self.open == Some(!open) {
            return None;
        }
        self.open = Some(open);
        self.possible()
    }

    /// Itself, unless its parts contradict each other. Several lists of which one member each is needed may still contradict each other together.
    fn possible(self) -> Option<Members> {
        let torn = self.there & self.absent != 0;
        let starved = self.any.iter().any(|list| list & !self.absent == 0);
        let full = self.lacks.iter().any(|list| list & !self.there == 0);
        (!torn && !starved && !full).then_some(self)
    }
}

fn bits(list: &[u16]) -> u128 {
    list.iter().filter(|m| **m < 128).fold(0, |bits, m| bits | 1_u128 << m)
}
