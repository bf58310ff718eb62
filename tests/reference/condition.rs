//! Conditions: Kleene logic by recursion over the typed condition, and every single question about a lead.

use super::lead::{Event, Value};
use super::{Answer, Case};
use rubric::policy::condition::{CountRange, DateTest, NumberRange, PointsRange, Test, TextTest};
use rubric::policy::time::{DAY_MICROS, Day};
use rubric::policy::{Atom, Cond, CondKind, SignalId};

/// False wins, then unknown.
pub fn and(a: Answer, b: Answer) -> Answer {
    match (a, b) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

/// True wins, then unknown.
pub fn or(a: Answer, b: Answer) -> Answer {
    not(and(not(a), not(b)))
}

/// Unknown stays unknown.
pub fn not(a: Answer) -> Answer {
    a.map(|a| !a)
}

impl Case<'_> {
    /// What a condition says of the lead.
    pub fn holds(&self, cond: &Cond) -> Answer {
        match &cond.kind {
            CondKind::Always(answer) => Some(*answer),
            CondKind::All(parts) => self.all(parts),
            CondKind::Any(parts) => parts.iter().fold(Some(false), |any, part| or(any, self.holds(part))),
            CondKind::Not(inner) => not(self.holds(inner)),
            CondKind::Confirmed(inner) => Some(self.holds(inner) == Some(true)),
            CondKind::Unconfirmed(inner) => Some(self.holds(inner) != Some(true)),
            CondKind::Define(define) => self.holds(&self.policy.defines[define.index()].condition),
            CondKind::Atom(atom) => self.atom(atom),
        }
    }

    /// Whether all conditions hold.
    pub fn all<'c>(&self, conds: impl IntoIterator<Item = &'c Cond>) -> Answer {
        conds.into_iter().fold(Some(true), |all, cond| and(all, self.holds(cond)))
    }

    /// Whether a condition is there and holds, or is not there.
    pub fn applies(&self, when: Option<&Cond>) -> bool {
        when.is_none_or(|cond| self.holds(cond) == Some(true))
    }

    fn atom(&self, atom: &Atom) -> Answer {
        match atom {
            Atom::Field(field, test) => self.test(&self.lead.fields[field.index()], test),
            Atom::Count { signals, within_days, range } => {
                let events = self.lead.events.as_ref()?;
                Some(counts(*range, self.recent(events, signals, *within_days).len() as u64))
            }
            Atom::Role(role, status) => self.role_at_least(role.index(), *status),
            Atom::RoleCount { at_least, range } => {
                let roles: Vec<Answer> =
                    (0..self.policy.committee.roles.len()).map(|r| self.role_at_least(r, *at_least)).collect();
                let sure = roles.iter().filter(|r| **r == Some(true)).count() as u64;
                let open = roles.iter().filter(|r| r.is_none()).count() as u64;
                // Any number of the open ones may have come so far.
                agreed((sure..=sure + open).map(|n| counts(*range, n)))
            }
            Atom::CommitteeComplete => self.committee_complete(),
            Atom::Score(kind, range) => Some(points_in(*range, self.points[*kind as usize])),
            Atom::Icp(status) => Some(self.icp == *status),
            Atom::Checklist(list) => self.all(self.policy.checklists[list.index()].items.iter().map(|(_, cond)| cond)),
            Atom::Stage { low, high } => Some((*low..=*high).contains(&self.level)),
            Atom::Route(outcomes) => self.route.map(|route| outcomes.contains(&route)),
            Atom::PreviousRoute(outcomes) => self.previous.map(|was| was.is_some_and(|was| outcomes.contains(&was))),
            // Only the `where` of signals asks this, which readers decide.
            Atom::Attribute(..) => None,
        }
    }

    /// The events of some signals in a window, newest first. An event of two of the signals counts once; later events do not count.
    pub fn recent<'e>(&self, events: &'e [Event], signals: &[SignalId], within_days: Option<u32>) -> Vec<&'e Event> {
        let counts = |event: &&Event| {
            let age = self.as_of.0 - event.at.0;
            let inside = within_days.is_none_or(|days| age < i64::from(days) * DAY_MICROS);
            age >= 0 && inside && event.signals.iter().any(|s| signals.contains(s))
        };
        let mut found: Vec<&Event> = events.iter().filter(counts).collect();
        found.sort_by_key(|event| std::cmp::Reverse(event.at));
        found
    }

    fn test(&self, value: &Value, test: &Test) -> Answer {
        match (value, test) {
            (value, Test::Known) => Some(*value != Value::Unknown),
            (Value::Unknown, _) => None,
            (Value::Choice(choice), Test::Choice(wanted)) => Some(wanted.contains(choice)),
            (Value::Number(number), Test::Number(ranges)) => Some(ranges.iter().any(|r| number_in(*r, *number))),
            (Value::Day(day), Test::Date(test)) => Some(self.date(*day, *test)),
            (Value::Text(text), Test::Text(test)) => Some(text_test(text, test)),
            (Value::Set { members, open }, Test::HasAny(wanted)) => {
                seen(wanted.iter().any(|member| members.contains(member)), *open)
            }
            (Value::Set { members, open }, Test::HasAll(wanted)) => {
                seen(wanted.iter().all(|member| members.contains(member)), *open)
            }
            (Value::Set { members, open }, Test::Empty) => not(seen(!members.is_empty(), *open)),
            (value, test) => panic!("{test:?} does not fit {value:?}"),
        }
    }

    fn date(&self, day: Day, test: DateTest) -> bool {
        let ahead = i64::from(day.0) - i64::from(self.today().0);
        match test {
            DateTest::Range { low, high } => low.is_none_or(|l| day >= l) && high.is_none_or(|h| day <= h),
            DateTest::WithinLast(days) => ahead <= 0 && -ahead < i64::from(days),
            DateTest::WithinNext(days) => ahead >= 0 && ahead < i64::from(days),
        }
    }
}

/// The answer all agree on.
fn agreed(mut answers: impl Iterator<Item = bool>) -> Answer {
    let first = answers.next()?;
    answers.all(|a| a == first).then_some(first)
}

/// What is seen in an open set is there; what is not seen may be there.
fn seen(there: bool, open: bool) -> Answer {
    if there || !open { Some(there) } else { None }
}

fn counts(range: CountRange, n: u64) -> bool {
    n >= u64::from(range.low) && range.high.is_none_or(|high| n <= u64::from(high))
}

fn number_in(range: NumberRange, number: i64) -> bool {
    range.low.is_none_or(|low| number >= low) && range.high.is_none_or(|high| number <= high)
}

fn points_in(range: PointsRange, points: i64) -> bool {
    range.low.is_none_or(|low| points >= low.0) && range.high.is_none_or(|high| points <= high.0)
}

fn text_test(text: &str, test: &TextTest) -> bool {
    let text = text.to_ascii_lowercase();
    match test {
        TextTest::Is(all) => all.iter().any(|one| one.to_ascii_lowercase() == text),
        TextTest::Contains(part) => text.contains(&part.to_ascii_lowercase()),
        TextTest::StartsWith(part) => text.starts_with(&part.to_ascii_lowercase()),
        TextTest::EndsWith(part) => text.ends_with(&part.to_ascii_lowercase()),
        TextTest::MatchesAny(phrases) => phrases.iter().any(|phrase| has_phrase(&text, &phrase.to_ascii_lowercase())),
    }
}

/// Whole words in a row; `*` at the end of a word of the phrase stands for any rest. Both are in lower case.
fn has_phrase(text: &str, phrase: &str) -> bool {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let wanted: Vec<&str> =
        phrase.split(|c: char| !c.is_alphanumeric() && c != '*').filter(|w| !w.is_empty()).collect();
    let fits = |word: &str, wanted: &str| match wanted.strip_suffix('*') {
        Some(stem) => word.starts_with(stem),
        None => word == wanted,
    };
    (0..words.len()).any(|at| {
        words.len() - at >= wanted.len() && words[at..].iter().zip(&wanted).all(|(word, wanted)| fits(word, wanted))
    })
}
