//! Accounts for people: how leads were put together, and which accounts are nearest to sales.

use super::page::{Cell, Page, Style, counted, listed};
use crate::engine::Evaluation;
use crate::engine::decision::{Committee, Decision, NextStep, RoleResult, Truth, Verdict, When};
use crate::engine::rolled::{Alone, Behind, Pooled, Through};
use crate::policy::exact::Points;
use crate::policy::people::RoleStatus;
use crate::policy::{OutcomeId, Policy, ScoreKind};
use std::cmp::Reverse;

/// So many accounts are shown; the rest is counted.
const MOST: usize = 6;
/// So many leads of an account are named; the rest is counted.
const NAMED: usize = 12;

/// What the accounts of a run add up to.
#[derive(Clone, Debug, Default)]
pub struct RollUp {
    /// Leads that belong to an account.
    leads: u64,
    /// Accounts with a key.
    accounts: u64,
    /// Of these, the ones with more than one lead.
    several: u64,
    no_key: u64,
    free_mail: u64,
    pooled: Pooled,
    /// Accounts in scope.
    in_scope: u64,
    /// Of these, the ones nearest to sales, nearest first.
    nearest: Vec<Shown>,
}

/// Nearest to sales first: outcomes in their order, then the higher Intent, then the higher Fit; in the order of the file where all are the same.
type Rank = (OutcomeId, Reverse<Points>, Reverse<Points>);

#[derive(Clone, Debug)]
struct Shown {
    rank: Rank,
    name: String,
    account: Behind,
    route: String,
    fit: String,
    intent: String,
    next: NextStep,
    committee: Option<String>,
}

impl RollUp {
    /// Adds an account that this policy decided, or found out of scope; `decision` is asked only where the account is shown.
    pub fn add(
        &mut self,
        policy: &Policy,
        e: &Evaluation,
        lead: usize,
        in_scope: bool,
        account: &Behind,
        decision: impl FnOnce() -> Decision,
    ) {
        self.pooled.add(account.pooled);
        match account.alone {
            Some(Alone::NoKey) => return self.no_key += 1,
            Some(Alone::FreeMail) => return self.free_mail += 1,
            None => {}
        }
        self.accounts += 1;
        self.leads += account.leads.len() as u64;
        self.several += u64::from(account.leads.len() > 1);
        if !in_scope {
            return;
        }
        self.in_scope += 1;
        let points = |kind| Reverse(e.score(kind, lead));
        let rank = (e.routes[lead].outcome, points(ScoreKind::Intent), points(ScoreKind::Fit));
        if self.nearest.len() < MOST || self.nearest.last().is_some_and(|last| rank < last.rank) {
            let Decision { id, verdict: Some(verdict), .. } = decision() else { return };
            self.insert(Shown::new(policy, rank, id, account, verdict));
        }
    }

    /// Adds the accounts of a later chunk.
    pub fn merge(&mut self, later: RollUp) {
        self.leads += later.leads;
        self.accounts += later.accounts;
        self.several += later.several;
        self.no_key += later.no_key;
        self.free_mail += later.free_mail;
        self.in_scope += later.in_scope;
        self.pooled.add(later.pooled);
        later.nearest.into_iter().for_each(|one| self.insert(one));
    }

    fn insert(&mut self, one: Shown) {
        let at = self.nearest.partition_point(|there| there.rank <= one.rank);
        self.nearest.insert(at, one);
        self.nearest.truncate(MOST);
    }

    /// Leads that no other can join.
    pub fn alone(&self) -> u64 {
        self.no_key + self.free_mail
    }

    /// How leads were put together, and the accounts nearest to sales.
    pub(super) fn tell(&self, page: &mut Page) {
        page.heading("Accounts");
        let several = match self.several {
            0 => "none of them with more than one lead".to_string(),
            1 => "1 of them with more than one lead".to_string(),
            n => format!("{n} of them with more than one lead"),
        };
        page.line(2, &format!("{} in {}, {several}.", counted(self.leads, "lead"), counted(self.accounts, "account")));
        let alone = |page: &mut Page, n: u64, why: &str| {
            if n > 0 {
                let has = if n == 1 { "has" } else { "have" };
                page.line(2, &format!("{} {has} {why}: decided alone.", counted(n, "lead")));
            }
        };
        alone(page, self.no_key, "no account");
        alone(page, self.free_mail, "a free-mail domain for an account, which strangers share");
        let Pooled { people_merged: people, events_merged: events, .. } = self.pooled;
        let mut once = Vec::new();
        if people > 0 {
            once.push(format!("{} whom another lead had named", counted(people, "contact")));
        }
        if events > 0 {
            once.push(format!("{} that another lead had shown", counted(events, "event")));
        }
        if !once.is_empty() {
            page.line(2, &format!("Counted once: {}.", listed(&once)));
        }
        if self.nearest.is_empty() {
            return;
        }
        page.heading("Accounts nearest to sales");
        for one in &self.nearest {
            let scores = format!("fit {}, intent {}", one.fit, one.intent);
            let name = Cell::new(&one.name).styled(Style::Strong);
            page.rows(2, &[vec![name, Cell::new(format!("→ {}", one.route)), Cell::new(scores).styled(Style::Faint)]]);
            page.rows(4, &one.rows());
        }
        let rest = self.in_scope - self.nearest.len() as u64;
        if rest > 0 {
            let accounts = if rest == 1 { "account" } else { "accounts" };
            page.line(2, &format!("and {rest} more {accounts}; `--output` writes them all"));
        }
    }

    /// How the rows of the file, the accounts and the decisions reconcile.
    pub(super) fn reconciled(&self, read: u64, decided: u64, out_of_scope: u64, rejected: u64) -> [String; 2] {
        let accounts = counted(self.accounts, "account");
        [
            format!("{read} read = {} in {accounts} + {} alone + {rejected} rejected", self.leads, self.alone()),
            format!("{accounts} + {} alone = {decided} decided + {out_of_scope} out of scope", self.alone()),
        ]
    }
}

impl Shown {
    fn new(policy: &Policy, rank: Rank, name: String, account: &Behind, verdict: Verdict) -> Shown {
        let Verdict { fit, intent, committee, next_step, .. } = verdict;
        let route = policy.outcomes[rank.0.index()].title.clone();
        let committee = coverage(policy, &committee);
        let account = account.clone();
        Shown { rank, name, account, route, fit: fit.band, intent: intent.band, next: next_step, committee }
    }

    fn rows(&self) -> Vec<Vec<Cell>> {
        let NextStep { action, owner, due, .. } = &self.next;
        let due = match due {
            When::Day(day) => day.to_string(),
            When::Instant(instant) => instant.to_string(),
        };
        let mut rows = behind(&self.account);
        rows.push(("Next step", format!("{action} ({owner}, due {due})")));
        rows.extend(self.account.through.as_ref().map(|t| ("Through", through(t, self.account.leads.len() > 1))));
        rows.extend(self.committee.clone().map(|text| ("Committee", text)));
        let cells = |(label, text): (&str, String)| vec![Cell::new(label).styled(Style::Faint), Cell::new(text)];
        rows.into_iter().map(cells).collect()
    }
}

/// The leads behind a decision, and whom and what they share.
pub(super) fn behind(account: &Behind) -> Vec<(&'static str, String)> {
    let all = &account.leads;
    let mut named: Vec<String> = all.iter().take(NAMED).cloned().collect();
    if all.len() > NAMED {
        named.push(format!("{} more", all.len() - NAMED));
    }
    let Pooled { people, people_merged, events, events_merged } = account.pooled;
    let mut rows = vec![(if all.len() == 1 { "Lead" } else { "Leads" }, listed(&named))];
    if all.len() > 1 {
        let more = |n: u64, what: &str| match n {
            0 => String::new(),
            1 => format!(" (1 more {what} was one of them)"),
            n => format!(" ({n} more {what}s were among them)"),
        };
        let people = if people == 1 { "1 person".to_string() } else { format!("{people} people") };
        let (who, what) = (more(people_merged, "contact"), more(events_merged, "event"));
        rows.push(("Pooled", format!("{people}{who}, {}{what}", counted(events, "event"))));
    }
    rows
}

/// What is behind a decision about an account, for an explanation: why a lead stands alone, or whose people and events are pooled.
pub(super) fn behind_it(page: &mut Page, account: &Behind) {
    page.gap();
    match account.alone {
        Some(Alone::NoKey) => page.line(2, "It has no account, so it is decided alone."),
        Some(Alone::FreeMail) => {
            page.line(2, "Its account is a free-mail domain, which strangers share, so it is decided alone.");
        }
        None => {
            let mut rows = behind(account);
            rows.extend(account.through.as_ref().map(|t| ("Go through", through(t, account.leads.len() > 1))));
            let cells = |(label, text): (&str, String)| vec![Cell::new(label), Cell::new(text)];
            page.rows(2, &rows.into_iter().map(cells).collect::<Vec<_>>());
        }
    }
}

/// Whom to go through, and where they are found.
pub(super) fn through(one: &Through, several: bool) -> String {
    let from = if several { format!("; from lead {}", one.lead) } else { String::new() };
    format!("{} ({}, {}{from})", one.person, one.role.replace('_', " "), one.status)
}

/// How many of the needed roles are engaged, and what of the others; nothing where no role is needed for sure.
pub(super) fn coverage(policy: &Policy, committee: &Committee) -> Option<String> {
    let declared = policy.committee.roles.iter().zip(&committee.roles);
    let needed: Vec<(String, &RoleResult)> =
        declared.filter(|(_, r)| r.needed == Truth::Yes).map(|(d, r)| (d.label(), r)).collect();
    let engaged = |r: &RoleResult| RoleStatus::from_word(r.status) >= Some(RoleStatus::Engaged);
    let rest: Vec<String> = needed
        .iter()
        .filter(|(_, r)| !engaged(r))
        .map(|(label, r)| match r.could_be {
            Some(most) if RoleStatus::from_word(most) >= Some(RoleStatus::Engaged) => format!("{label} not known"),
            Some(most) => format!("{label} {}, perhaps {most}", r.status),
            None => format!("{label} {}", r.status),
        })
        .collect();
    let there = needed.len() - rest.len();
    let rest = if rest.is_empty() { String::new() } else { format!(": {}", listed(&rest)) };
    let roles = if needed.len() == 1 { "role" } else { "roles" };
    (!needed.is_empty()).then(|| format!("{there} of {} needed {roles} engaged{rest}", needed.len()))
}
