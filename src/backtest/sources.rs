//! Who was turned away, why, and where such leads come from.

use super::case::Case;
use super::figures::{Disqualified, Reason, SourceFigures, Sources};
use super::groups::{is_won, rate};
use super::number::{rounded, share};
use super::rate::{LEAST_LEADS, Rate};
use crate::lint::words::is_disqualification;
use crate::policy::steps::RuleKind;
use crate::policy::{OutcomeId, Policy};
use std::collections::BTreeMap;

/// Names of fields and columns that say where a lead comes from, the likeliest first; compared like headers.
pub const NAMES: [&str; 9] = [
    "lead source",
    "original source",
    "source",
    "utm source",
    "lead origin",
    "acquisition channel",
    "marketing channel",
    "campaign source",
    "channel",
];
/// More sources than this are added up.
const LISTED: usize = 100;
/// A source of which so many percent are turned away, and none is won, only costs work.
const NEARLY_ALL: u64 = 90;

/// Which leads count as turned away: those routed to an outcome that says so by its name, or, where no outcome does, those whose profile failed.
pub struct TurnedAway<'p> {
    policy: &'p Policy,
    outcomes: Vec<usize>,
}

impl<'p> TurnedAway<'p> {
    /// For a policy.
    pub fn new(policy: &'p Policy) -> TurnedAway<'p> {
        let named = policy.outcomes.iter().enumerate().filter(|(_, o)| is_disqualification(o));
        TurnedAway { policy, outcomes: named.map(|(i, _)| i).collect() }
    }

    /// Whether a lead was turned away.
    pub fn has(&self, case: &Case) -> bool {
        self.has_route(case.route, &case.failed)
    }

    /// Whether a lead was turned away, by its route and the criteria of the profile that are false.
    pub fn has_route(&self, route: OutcomeId, failed: &[u16]) -> bool {
        match self.outcomes.is_empty() {
            true => !failed.is_empty(),
            false => self.outcomes.contains(&route.index()),
        }
    }

    /// Why a lead was turned away by a rule, in the policy's words where it has some: the first criterion of the profile that failed, else the
    /// rule.
    pub fn because(&self, rule: usize, failed: &[u16]) -> String {
        let why = failed.first().map_or(Why::Rule(rule), |c| Why::Criterion(usize::from(*c)));
        let (id, because) = self.told(why);
        because.unwrap_or(id).to_string()
    }

    /// All of them, with why.
    pub fn figures(&self, cases: &[Case]) -> Disqualified {
        let away: Vec<&Case> = cases.iter().filter(|c| self.has(c)).collect();
        let mut counts: BTreeMap<Why, (u64, u64)> = BTreeMap::new();
        for case in &away {
            for why in self.why(case) {
                let at = counts.entry(why).or_default();
                *at = (at.0 + u64::from(is_won(case)), at.1 + 1);
            }
        }
        let mut reasons: Vec<Reason> =
            counts.iter().map(|(why, (won, leads))| self.reason(*why, *won, *leads)).collect();
        reasons.sort_by_key(|r| std::cmp::Reverse(r.rate.leads));
        Disqualified {
            outcomes: self.outcomes.iter().map(|i| self.policy.outcomes[*i].name.clone()).collect(),
            all: rate(away.into_iter()),
            reasons,
        }
    }

    /// The criteria of the profile that failed; where none did, the rule.
    fn why(&self, case: &Case) -> Vec<Why> {
        match case.failed.is_empty() {
            true => vec![Why::Rule(case.rule)],
            false => case.failed.iter().map(|c| Why::Criterion(usize::from(*c))).collect(),
        }
    }

    fn reason(&self, why: Why, won: u64, leads: u64) -> Reason {
        let (id, because) = self.told(why);
        Reason { id: id.to_string(), because: because.map(str::to_string), rate: Rate::of(won, leads) }
    }

    /// The name of a reason, and the policy's words for it.
    fn told(&self, why: Why) -> (&str, Option<&str>) {
        match why {
            Why::Criterion(at) => (&self.policy.icp[at].id, self.policy.icp[at].because.as_deref()),
            Why::Rule(at) => {
                let rule = &self.policy.route.rules[at];
                let otherwise = matches!(rule.kind, RuleKind::Otherwise { .. });
                (&rule.id, rule.because.as_deref().or(otherwise.then_some("No rule before it matched")))
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Why {
    Criterion(usize),
    Rule(usize),
}

#[derive(Default)]
struct Count {
    spelling: Option<String>,
    leads: u64,
    won: u64,
    away: u64,
    why: BTreeMap<Why, u64>,
}

/// By source; spellings that differ in case are one, shown as first met.
pub fn sources(field: &str, cases: &[Case], away: &TurnedAway<'_>) -> Sources {
    let mut counts: BTreeMap<Option<String>, Count> = BTreeMap::new();
    for case in cases {
        let source = case.beside.source.as_deref();
        let count = counts.entry(source.map(str::to_ascii_lowercase)).or_default();
        count.spelling.get_or_insert_with(|| source.unwrap_or("").to_string());
        count.leads += 1;
        count.won += u64::from(is_won(case));
        if away.has(case) {
            count.away += 1;
            away.why(case).into_iter().for_each(|why| *count.why.entry(why).or_default() += 1);
        }
    }
    let mut list: Vec<SourceFigures> = counts.into_iter().map(|(key, count)| one(key.is_some(), count, away)).collect();
    list.sort_by_key(|s| std::cmp::Reverse(s.rate.leads));
    let others = list.split_off(list.len().min(LISTED)).iter().map(|s| s.rate.leads).sum();
    Sources { field: field.to_string(), list, others }
}

fn one(known: bool, count: Count, turned_away: &TurnedAway<'_>) -> SourceFigures {
    let Count { spelling, leads, won, away, why } = count;
    // Of reasons that are as frequent, the first that is declared.
    let mostly = why.into_iter().min_by_key(|(_, n)| std::cmp::Reverse(*n));
    let enough = leads >= LEAST_LEADS;
    SourceFigures {
        source: spelling.filter(|_| known),
        rate: Rate::of(won, leads),
        disqualified: away,
        disqualified_rate: enough.then(|| rounded(share(away as f64, leads as f64), 4)),
        mostly_because: mostly.map(|(why, _)| turned_away.told(why).0.to_string()),
        only_disqualified: enough && won == 0 && away * 100 >= leads * NEARLY_ALL,
    }
}
