//! Single questions as sentences.

use super::Words;
use super::value::{choices, count, digits, many, number_ranges};
use crate::policy::condition::{Atom, CountRange, DateTest, PointsRange, Test, TextTest};
use crate::policy::exact::Points;
use crate::policy::field::{Field, FieldType};
use crate::policy::people::RoleStatus;
use crate::policy::signal::{Tier, tier_word};
use crate::policy::{IcpStatus, OutcomeId, ScoreKind, SignalId};
use crate::report::page::{alternatives, listed};

impl Words<'_> {
    /// A question, or that its answer is no.
    pub(super) fn atom(&self, atom: &Atom, yes: bool) -> String {
        let policy = self.policy;
        match atom {
            Atom::Field(id, test) => self.test(policy.field(*id), test, yes),
            Atom::Attribute(id, test) => self.test(&policy.attributes[id.index()], test, yes),
            Atom::Count { signals, within_days, range } => self.count(signals, *within_days, *range, yes),
            Atom::Role(id, status) => {
                let role = policy.committee.roles[id.index()].label();
                match (status, yes) {
                    (RoleStatus::Expected, false) => format!("the {role} is missing"),
                    (_, false) => format!("the {role} is not yet {}", status.word()),
                    (RoleStatus::Approved, true) => format!("the {role} has approved"),
                    (_, true) => format!("the {role} is at least {}", status.word()),
                }
            }
            Atom::RoleCount { at_least, range } => {
                let no = if yes { "" } else { "not " };
                let one = range.low == 1 && range.high.is_none();
                let (roles, are) = if one { ("role", "is") } else { ("roles", "are") };
                format!("{no}{} {roles} of the committee {are} {} or further", count(*range), at_least.word())
            }
            Atom::CommitteeComplete => format!("the buying committee is {}complete", not(yes)),
            Atom::Score(kind, range) => self.score_range(*kind, *range, yes),
            Atom::Icp(status) => match (status, yes) {
                (IcpStatus::Failed, true) => "the profile fails".to_string(),
                (IcpStatus::Failed, false) => "the profile does not fail".to_string(),
                (status, yes) => format!("the profile is {}{}", not(yes), status.word()),
            },
            Atom::Checklist(id) => format!("“{}” is {}complete", policy.checklists[id.index()].title, not(yes)),
            Atom::Stage { low, high } => self.stages(*low, *high, yes),
            Atom::Route(outcomes) => format!("the route is {}{}", not(yes), self.outcomes(outcomes)),
            Atom::PreviousRoute(outcomes) => format!("the route was {}{}", not(yes), self.outcomes(outcomes)),
        }
    }

    fn outcomes(&self, outcomes: &[OutcomeId]) -> String {
        let title = |o: &OutcomeId| format!("“{}”", self.policy.outcomes[o.index()].title);
        alternatives(&outcomes.iter().map(title).collect::<Vec<_>>())
    }

    /// A test on a field of a lead or an attribute of an event.
    fn test(&self, field: &Field, test: &Test, yes: bool) -> String {
        let subject = subject(field);
        let plural = matches!(field.ty, FieldType::Set(_)) && many(&field.label);
        let be = if plural { "are" } else { "is" };
        let include = match (plural, yes) {
            (true, true) => "include",
            (true, false) => "do not include",
            (false, true) => "includes",
            (false, false) => "does not include",
        };
        let member = |m: &u16| field.ty.choices().map_or_else(String::new, |c| c[usize::from(*m)].label());
        let members = |list: &[u16]| list.iter().map(member).collect::<Vec<_>>();
        match test {
            Test::Known => format!("{subject} {be} {}known", not(yes)),
            Test::Choice(values) => format!("{subject} {be} {}", choices(field, values, yes)),
            Test::Number(ranges) => {
                let unit = match &field.ty {
                    FieldType::Number { unit: Some(unit), .. }
                        if !many(&field.label) && !field.label.contains(unit) =>
                    {
                        format!(" {unit}")
                    }
                    _ => String::new(),
                };
                format!("{subject} {be} {}{}{unit}", not(yes), number_ranges(ranges))
            }
            Test::Date(test) => format!("{subject} {be} {}{}", not(yes), date(test)),
            Test::HasAny(list) if !yes && list.len() > 1 => {
                let names = members(list);
                let (last, others) = (&names[names.len() - 1], &names[..names.len() - 1]);
                let include = if plural { "include" } else { "includes" };
                format!("{subject} {include} neither {} nor {last}", others.join(", "))
            }
            Test::HasAny(list) => format!("{subject} {include} {}", alternatives(&members(list))),
            Test::HasAll(list) => format!("{subject} {include} {}", listed(&members(list))),
            Test::Empty if plural => format!("there are {} {}", if yes { "no" } else { "some" }, field.label),
            Test::Empty => format!("{subject} is {}empty", not(yes)),
            Test::Text(test) => format!("{subject} {}", text(test, yes)),
        }
    }

    fn count(&self, signals: &[SignalId], within: Option<u32>, range: CountRange, yes: bool) -> String {
        let (what, tiers) = self.signals(signals);
        let ago = within.map_or(String::new(), last);
        let (some, none) = ((range.low, range.high) == (1, None), (range.low, range.high) == (0, Some(0)));
        let (one, come) = if tiers { (format!("{what} signal"), "come") } else { (what, "happened") };
        match (some, none, yes) {
            (true, _, true) | (_, true, false) => format!("{} {one} has {come}{ago}", article(&one)),
            (true, _, false) | (_, true, true) if within.is_none() => format!("no {one} has ever {come}"),
            (true, _, false) | (_, true, true) => format!("no {one} has {come}{ago}"),
            _ => {
                let no = if yes { "" } else { "not " };
                let many = if tiers { format!("{one}s") } else { format!("{one} events") };
                format!("{no}{} {many}{ago}", count(range))
            }
        }
    }

    /// What the signals are called together, and whether they are all those of some tiers.
    fn signals(&self, signals: &[SignalId]) -> (String, bool) {
        let all = &self.policy.signals;
        let has = |i: usize| signals.contains(&SignalId(i as u16));
        let tiers = [Tier::High, Tier::Mid, Tier::Low, Tier::Negative];
        let met: Vec<Tier> =
            tiers.into_iter().filter(|t| all.iter().enumerate().any(|(i, s)| s.tier == *t && has(i))).collect();
        let whole = all.iter().enumerate().all(|(i, s)| has(i) == met.contains(&s.tier));
        if whole && signals.len() > 1 {
            return (alternatives(&met.iter().map(|t| tier_word(*t)).collect::<Vec<_>>()), true);
        }
        let names: Vec<String> = signals.iter().map(|s| self.signal(*s)).collect();
        (alternatives(&names), false)
    }

    /// A range of points, as bands where it begins and ends with them.
    fn score_range(&self, kind: ScoreKind, range: PointsRange, yes: bool) -> String {
        let score = self.policy.score(kind);
        let name = score_name(kind);
        let first = |low: Points| score.bands.iter().position(|b| b.at_least == Some(low));
        // The band whose upper neighbour begins one hundredth above.
        let below = |high: Points| {
            let above = score.bands.iter().position(|b| b.at_least == Some(Points(high.0 + 1)));
            above.map(|i| i + 1).filter(|i| *i < score.bands.len())
        };
        let last = score.bands.len() - 1;
        let ends = match (range.low, range.high) {
            (Some(low), None) => first(low).map(|lowest| (0, lowest)),
            (None, Some(high)) => below(high).map(|highest| (highest, last)),
            (Some(low), Some(high)) => below(high).zip(first(low)),
            (None, None) => None,
        };
        let band = |i: usize| score.bands[i].name.replace('_', " ");
        let said = match ends {
            Some((high, low)) if high == low => Some(band(high)),
            Some((0, low)) => Some(format!("{} or better", band(low))),
            Some((high, low)) if low == last => Some(format!("{} or lower", band(high))),
            Some((high, low)) => Some(format!("between {} and {}", band(low), band(high))),
            None => None,
        };
        if let Some(said) = said {
            return format!("{name} is {}{said}", not(yes));
        }
        let points = |p: Points| digits(p);
        let whole = |p: Points| p.0 % Points::SCALE == 0;
        let at_least = |p: Points| {
            if whole(p) { format!("at least {}", points(p)) } else { format!("more than {}", points(Points(p.0 - 1))) }
        };
        let at_most = |p: Points| {
            if whole(p) { format!("at most {}", points(p)) } else { format!("less than {}", points(Points(p.0 + 1))) }
        };
        let said = match (range.low, range.high) {
            (Some(low), Some(high)) if low == high => points(low),
            (Some(low), Some(high)) => format!("{} and {}", at_least(low), at_most(high)),
            (Some(low), None) => at_least(low),
            (None, Some(high)) => at_most(high),
            (None, None) => "any number of".to_string(),
        };
        format!("{name} {} {said} points", if yes { "has" } else { "does not have" })
    }

    fn stages(&self, low: u16, high: u16, yes: bool) -> String {
        let top = self.policy.stages.len() as u16;
        let title = |level: u16| self.policy.stages[usize::from(level) - 1].title.clone();
        match (low, high) {
            (0, 0) if yes => "no stage is reached".to_string(),
            (0, 0) => "a stage is reached".to_string(),
            (low, high) if low == high => format!("the stage is {}{}", not(yes), title(low)),
            (low, high) if high >= top && low > 0 => match yes {
                true => format!("the stage is {} or further", title(low)),
                false => format!("the stage is before {}", title(low)),
            },
            (0, high) => format!("the stage is {}{} or before", not(yes), title(high.min(top))),
            (low, high) => format!("the stage is {}between {} and {}", not(yes), title(low), title(high.min(top))),
        }
    }
}

/// How people see a score.
pub(super) fn score_name(kind: ScoreKind) -> &'static str {
    match kind {
        ScoreKind::Fit => "Fit",
        ScoreKind::Intent => "Intent",
    }
}

/// What a sentence about a field begins with. A label that was written for people is quoted, one that is only the name gets an article.
fn subject(field: &Field) -> String {
    let label = &field.label;
    if *label != field.name.replace('_', " ") {
        return format!("“{label}”");
    }
    let last = label.rsplit(' ').next().unwrap_or("");
    match field.ty {
        // `waiting on` is no thing that an article could stand before.
        _ if ["as", "at", "by", "for", "from", "in", "of", "on", "to", "with"].contains(&last) => format!("“{label}”"),
        FieldType::Number { .. } if many(label) => format!("the number of {label}"),
        FieldType::Boolean | FieldType::Number { .. } => format!("“{label}”"),
        _ => format!("the {label}"),
    }
}

fn article(noun: &str) -> &'static str {
    let vowel = |c: char| matches!(c.to_ascii_lowercase(), 'a' | 'e' | 'i' | 'o');
    // The first letter of an abbreviation is spoken as its name: an RFP.
    let mut two = noun.chars().take(2);
    let letters =
        matches!((two.next(), two.next()), (Some(a), Some(b)) if "AEFHILMNORSX".contains(a) && b.is_ascii_uppercase());
    if noun.starts_with(vowel) || letters { "an" } else { "a" }
}

/// A window that ends now.
pub(super) fn last(days: u32) -> String {
    if days == 1 { " within the last day".to_string() } else { format!(" within the last {days} days") }
}

fn not(yes: bool) -> &'static str {
    if yes { "" } else { "not " }
}

fn date(test: &DateTest) -> String {
    match test {
        DateTest::Range { low: Some(low), high: Some(high) } if low == high => low.to_string(),
        DateTest::Range { low: Some(low), high: Some(high) } => format!("between {low} and {high}"),
        DateTest::Range { low: Some(low), high: None } => format!("{low} or later"),
        DateTest::Range { low: None, high: Some(high) } => format!("{high} or before"),
        DateTest::Range { low: None, high: None } => "any day".to_string(),
        DateTest::WithinLast(days) => last(*days).trim().to_string(),
        // A day that is none away is today.
        DateTest::WithinNext(1) => "today".to_string(),
        DateTest::WithinNext(days) => format!("within the next {days} days"),
    }
}

fn text(test: &TextTest, yes: bool) -> String {
    let quoted = |texts: &[String]| alternatives(&texts.iter().map(|t| format!("“{t}”")).collect::<Vec<_>>());
    let verb = |third: &str, plain: &str| if yes { third.to_string() } else { format!("does not {plain}") };
    match test {
        TextTest::Is(texts) => format!("is {}{}", not(yes), quoted(texts)),
        TextTest::Contains(part) => format!("{} “{part}”", verb("contains", "contain")),
        TextTest::StartsWith(part) => format!("{} “{part}”", verb("starts with", "start with")),
        TextTest::EndsWith(part) => format!("{} “{part}”", verb("ends with", "end with")),
        TextTest::MatchesAny(phrases) => format!("{} {}", verb("has the words", "have the words"), quoted(phrases)),
    }
}
