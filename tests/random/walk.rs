//! All conditions of a typed policy, and the constants they compare with.

use rubric::policy::condition::{DateTest, Test, TextTest};
use rubric::policy::score::CriterionKind;
use rubric::policy::steps::RuleKind;
use rubric::policy::time::Day;
use rubric::policy::{Atom, Cond, CondKind, Policy};

/// Every condition that stands in a policy, parts not taken apart.
pub fn conditions(policy: &Policy) -> Vec<&Cond> {
    let mut all: Vec<&Cond> = policy.applies.iter().collect();
    all.extend(policy.defines.iter().map(|d| &d.condition));
    all.extend(policy.icp.iter().map(|r| &r.condition));
    for role in &policy.committee.roles {
        all.extend(role.when.iter().chain(&role.expected_when));
    }
    for criterion in [&policy.fit, &policy.intent].into_iter().flat_map(|s| &s.groups).flat_map(|g| &g.criteria) {
        if let CriterionKind::When(cond) = &criterion.kind {
            all.push(cond);
        }
    }
    all.extend(policy.checklists.iter().flat_map(|c| &c.items).map(|(_, cond)| cond));
    for stage in &policy.stages {
        all.extend(stage.require.iter().chain(&stage.should).map(|r| &r.condition));
        all.extend(stage.fall_back.iter().map(|f| &f.when));
    }
    all.extend(policy.risks.iter().map(|r| &r.condition));
    for outcome in &policy.outcomes {
        all.extend(outcome.next.iter().filter_map(|c| c.when.as_ref()));
        all.extend(outcome.owner.iter().filter_map(|c| c.when.as_ref()));
        all.extend(outcome.due.iter().filter_map(|c| c.when.as_ref()));
        all.extend(outcome.revisit.iter().filter_map(|c| c.when.as_ref()));
    }
    for rule in &policy.route.rules {
        match &rule.kind {
            RuleKind::To { when, .. } => all.push(when),
            RuleKind::Matrix(m) => all.extend(&m.when),
            RuleKind::Otherwise { .. } => {}
        }
    }
    all
}

/// A condition and everything in it; definitions are not followed.
pub fn visit<'c>(cond: &'c Cond, see: &mut dyn FnMut(&'c Cond)) {
    see(cond);
    match &cond.kind {
        CondKind::All(parts) | CondKind::Any(parts) => parts.iter().for_each(|p| visit(p, see)),
        CondKind::Not(inner) | CondKind::Confirmed(inner) | CondKind::Unconfirmed(inner) => visit(inner, see),
        CondKind::Always(_) | CondKind::Define(_) | CondKind::Atom(_) => {}
    }
}

/// What a policy compares with: the places where answers change.
pub struct Constants {
    /// By field, in millionths.
    pub numbers: Vec<Vec<i64>>,
    /// By field.
    pub days: Vec<Vec<Day>>,
    /// Windows and half-lives, in days.
    pub windows: Vec<u32>,
}

impl Constants {
    /// The constants of a policy that is run on a day.
    pub fn of(policy: &Policy, today: Day) -> Constants {
        let mut found = Constants {
            numbers: vec![Vec::new(); policy.fields.len()],
            days: vec![vec![today]; policy.fields.len()],
            windows: vec![1],
        };
        found.windows.extend(policy.committee.engaged_within_days);
        for criterion in [&policy.fit, &policy.intent].into_iter().flat_map(|s| &s.groups).flat_map(|g| &g.criteria) {
            if let CriterionKind::Per(per) = &criterion.kind {
                found.windows.extend(per.within_days.into_iter().chain(per.halves_every_days));
            }
        }
        for cond in conditions(policy) {
            visit(cond, &mut |c| {
                if let CondKind::Atom(atom) = &c.kind {
                    found.atom(atom, today);
                }
            });
        }
        found
    }

    fn atom(&mut self, atom: &Atom, today: Day) {
        match atom {
            Atom::Field(field, Test::Number(ranges)) => {
                self.numbers[field.index()].extend(ranges.iter().flat_map(|r| [r.low, r.high]).flatten());
            }
            Atom::Field(field, Test::Date(test)) => {
                let days = &mut self.days[field.index()];
                match test {
                    DateTest::Range { low, high } => days.extend(low.iter().chain(high)),
                    DateTest::WithinLast(n) => days.push(today.plus(-i64::from(*n))),
                    DateTest::WithinNext(n) => days.push(today.plus(i64::from(*n))),
                }
            }
            Atom::Count { within_days, .. } => self.windows.extend(within_days),
            _ => {}
        }
    }
}

/// A word for the form of a condition, to see that all forms come up.
pub fn form(cond: &Cond) -> &'static str {
    match &cond.kind {
        CondKind::Always(_) => "always",
        CondKind::All(_) => "and",
        CondKind::Any(_) => "or",
        CondKind::Not(_) => "not",
        CondKind::Confirmed(_) => "confirmed",
        CondKind::Unconfirmed(_) => "unconfirmed",
        CondKind::Define(_) => "define",
        CondKind::Atom(Atom::Field(_, test)) => test_form(test),
        CondKind::Atom(Atom::Attribute(..)) => "attribute",
        CondKind::Atom(Atom::Count { .. }) => "count",
        CondKind::Atom(Atom::Role(..)) => "role",
        CondKind::Atom(Atom::RoleCount { .. }) => "role count",
        CondKind::Atom(Atom::CommitteeComplete) => "committee",
        CondKind::Atom(Atom::Score(..)) => "score",
        CondKind::Atom(Atom::Icp(_)) => "icp",
        CondKind::Atom(Atom::Checklist(_)) => "checklist",
        CondKind::Atom(Atom::Stage { .. }) => "stage",
        CondKind::Atom(Atom::Route(_)) => "route",
        CondKind::Atom(Atom::PreviousRoute(_)) => "previous route",
    }
}

fn test_form(test: &Test) -> &'static str {
    match test {
        Test::Known => "known",
        Test::Choice(_) => "choice",
        Test::Number(_) => "number",
        Test::Date(DateTest::Range { .. }) => "date range",
        Test::Date(DateTest::WithinLast(_)) => "within last",
        Test::Date(DateTest::WithinNext(_)) => "within next",
        Test::HasAny(_) => "has any",
        Test::HasAll(_) => "has all",
        Test::Empty => "empty",
        Test::Text(TextTest::Is(_)) => "text is",
        Test::Text(TextTest::Contains(_)) => "contains",
        Test::Text(TextTest::StartsWith(_)) => "starts with",
        Test::Text(TextTest::EndsWith(_)) => "ends with",
        Test::Text(TextTest::MatchesAny(_)) => "matches",
    }
}
