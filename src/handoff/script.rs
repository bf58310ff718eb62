//! The script of a discovery call: what is still to be asked of one lead, in the order of the call, the most telling of each section first.

use super::Lead;
use super::dates::dates;
use super::people::{RoleLine, role};
use super::worth::Worths;
use crate::engine::decision::{PolicyRef, Verdict};
use crate::policy::exact::Points;
use crate::policy::steps::Topic;
use crate::policy::time::Instant;
use crate::policy::{FieldId, RoleId};
use serde::Serialize;
use std::cmp::Reverse;

/// The whole script.
#[derive(Clone, Debug)]
pub struct Script {
    pub id: String,
    /// The ids of the leads behind an account; empty for a lead.
    pub leads: Vec<String>,
    /// What people know the lead by.
    pub name: Option<String>,
    pub policy: PolicyRef,
    pub as_of: Instant,
    pub title: String,
    /// Nothing is known of the route of a lead that is out of scope.
    pub standing: Option<Standing>,
    /// Whether an answer could bring the lead into scope, or take it out.
    pub scope_open: bool,
    /// Whether contacts and behaviour were supplied.
    pub has_contacts: bool,
    pub has_events: bool,
    /// In the order of the call.
    pub sections: Vec<Section>,
    /// What is not to be known before a later stage, and decides nothing now.
    pub later: Vec<Item>,
    pub decisive: Decisive,
}

/// Where the lead stands before the call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// The outcome and its title.
    pub outcome: String,
    pub title: String,
    pub settled: bool,
    /// Titles of the outcomes that answers could lead to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub could_be: Vec<String>,
    /// The title of the stage reached, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// The title of the stage after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_stage: Option<String>,
    /// What the next stage asks for and no answer gives.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub blocked_by: Vec<super::Lacking>,
}

/// A section of the call.
#[derive(Clone, Debug)]
pub struct Section {
    pub name: String,
    pub items: Vec<Item>,
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Item {
    pub topic: Topic,
    pub name: String,
    pub label: String,
    /// The words of the policy; roles have none, and fields may have none.
    pub question: Option<String>,
    /// `form`, `email`, `call`.
    pub on: Vec<String>,
    pub state: State,
    /// What is known so far.
    pub value: Option<String>,
    /// What is known is a day that was to come and has passed, so it is asked anew.
    pub passed: bool,
    /// Who holds the role and who could.
    pub role: Option<RoleLine>,
    /// The title of the stage from which it is to be known.
    pub known_from: Option<String>,
    pub worth: Worth,
}

/// How much of the answer is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Open,
    /// Some of it: a multi-select with something nobody recognised, a role whose holder has not engaged.
    Partly,
    Answered,
    /// A role that this lead does not need.
    NotNeeded,
}

/// Why it matters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Worth {
    /// Titles of the outcomes that this answer alone decides between, the present one first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub decides: Vec<String>,
    /// The same where other answers are needed besides.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub decides_together: Vec<String>,
    /// Labels of the fields that are needed besides.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub together_with: Vec<String>,
    /// Reasons of the profile for which an answer could rule the lead out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules_out: Vec<String>,
    /// The stage that this answer alone opens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opens: Option<String>,
    /// The next stage, which asks for this and for more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub needed_for: Option<String>,
    /// The stage of the CRM, which asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keeps: Option<String>,
    /// The next stage, which asks for so many people, whoever they are; for roles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counts_for: Option<String>,
    /// What the best answer alone adds.
    #[serde(skip_serializing_if = "none")]
    pub fit: Points,
    #[serde(skip_serializing_if = "none")]
    pub intent: Points,
    /// Open items of the checklists of the next step that it bears on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<String>,
    /// The next stage, which is better with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub helps: Option<String>,
    /// Whether what is done next, by whom or when rests on it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub next_step: bool,
}

fn none(points: &Points) -> bool {
    *points == Points::ZERO
}

/// How telling an answer is: the route before the stages, the stages before points.
type Rank = (usize, bool, bool, bool, bool, i64, usize, bool);

impl Worth {
    fn rank(&self) -> Rank {
        (
            self.decides.len(),
            !self.decides_together.is_empty(),
            !self.rules_out.is_empty(),
            self.opens.is_some(),
            self.needed_for.is_some() || self.keeps.is_some() || self.counts_for.is_some(),
            self.fit.0 + self.intent.0,
            self.checks.len(),
            self.helps.is_some() || self.next_step,
        )
    }

    /// Whether it changes nothing at all.
    pub fn is_nothing(&self) -> bool {
        *self == Worth::default()
    }

    fn decides_route(&self) -> bool {
        !self.decides.is_empty() || !self.decides_together.is_empty() || !self.rules_out.is_empty()
    }
}

/// How much a call with this lead can decide; more is greater.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decisive {
    /// One answer alone can change the route.
    alone: bool,
    /// Answers together can.
    unsettled: bool,
    /// One answer alone opens a stage.
    opens: bool,
    /// To how many outcomes the most telling answer can lead.
    outcomes: usize,
    /// The more somebody wants to buy, the more an answer matters.
    intent: i64,
}

impl Item {
    /// Whether it is still to be asked.
    pub fn is_open(&self) -> bool {
        matches!(self.state, State::Open | State::Partly)
    }
}

impl Script {
    /// The most telling questions of all sections, `most` at most, the most telling first.
    pub fn first(&self, most: usize) -> Vec<&Item> {
        let mut all: Vec<&Item> =
            self.sections.iter().flat_map(|s| &s.items).filter(|i| i.is_open() && !i.worth.is_nothing()).collect();
        all.sort_by_key(|i| Reverse(i.worth.rank()));
        all.truncate(most);
        all
    }

    /// How many questions are open, those for later left aside.
    pub fn open(&self) -> usize {
        self.sections.iter().flat_map(|s| &s.items).filter(|i| i.is_open()).count()
    }
}

/// The script for one lead.
pub fn script(lead: &Lead<'_>) -> Script {
    let decision = lead.decision;
    let mut script = Script {
        id: decision.id.clone(),
        leads: lead.leads(),
        name: lead.name(),
        policy: decision.policy.clone(),
        as_of: decision.as_of,
        title: lead.policy.discovery.as_ref().map_or_else(|| "Questions".to_string(), |d| d.title.clone()),
        standing: None,
        scope_open: decision.scope_open,
        has_contacts: lead.has_contacts(),
        has_events: lead.has_events(),
        sections: Vec::new(),
        later: Vec::new(),
        decisive: Decisive::default(),
    };
    match &decision.verdict {
        None => {
            // What could bring it into scope; everything else is for later, if ever.
            let open = lead.decider.open_fields(decision, lead.batch, lead.at);
            let items = open.into_iter().map(|f| field_item(lead, f, Worth::default())).collect::<Vec<_>>();
            if !items.is_empty() {
                script.sections.push(Section { name: "scope".to_string(), items });
            }
        }
        Some(verdict) => in_scope(lead, verdict, &mut script),
    }
    script
}

fn in_scope(lead: &Lead<'_>, verdict: &Verdict, script: &mut Script) {
    let worths = Worths::new(*lead, verdict);
    let route = &verdict.route;
    script.standing = Some(Standing {
        outcome: route.outcome.clone(),
        title: lead.outcome(&route.outcome),
        settled: route.settled,
        could_be: route.could_be.iter().map(|o| lead.outcome(o)).collect(),
        stage: lead.stage(&verdict.stage.reached),
        next_stage: verdict.stage.next.as_ref().and_then(|s| lead.stage(s)),
        blocked_by: super::Lacking::all(lead, &verdict.stage.blockers),
    });
    let item = |topic: &Topic| match topic {
        Topic::Field(field) => field_item(lead, *field, worths.field(*field)),
        Topic::Role(id) => role_item(lead, *id, worths.role(*id)),
    };
    let level = lead.level(&verdict.stage.reached).max(verdict.stage.current.as_ref().map_or(0, |s| lead.level(s)));
    let (sections, ranked) = match &lead.policy.discovery {
        Some(discovery) => (complete(lead, verdict, discovery.sections.clone()), true),
        None => (complete(lead, verdict, plain(lead)), false),
    };
    for (name, topics) in sections {
        let mut items = Vec::new();
        for one in topics.iter().map(item) {
            let early = |f: FieldId| lead.policy.field(f).known_from.is_some_and(|s| s.index() > level);
            let early = matches!(one.topic, Topic::Field(f) if early(f));
            if early && one.is_open() && !one.worth.decides_route() && one.worth.opens.is_none() {
                script.later.push(one);
            } else {
                items.push(one);
            }
        }
        if ranked {
            // The sort keeps the order of declaration among equals; what is answered stands behind what is open.
            items.sort_by_key(|i| (!i.is_open(), Reverse(i.worth.rank())));
        }
        script.sections.push(Section { name, items });
    }
    let all = || script.sections.iter().flat_map(|s| &s.items).filter(|i| i.is_open()).map(|i| &i.worth);
    script.decisive = Decisive {
        alone: all().any(|w| !w.decides.is_empty()),
        unsettled: !route.settled,
        opens: all().any(|w| w.opens.is_some()),
        outcomes: all().map(|w| w.decides.len()).max().unwrap_or(0),
        intent: verdict.intent.points.0,
    };
}

/// Sections, and behind them what this lead depends on and what stands in none.
fn complete(lead: &Lead<'_>, verdict: &Verdict, mut sections: Vec<(String, Vec<Topic>)>) -> Vec<(String, Vec<Topic>)> {
    let mut rest: Vec<Topic> = Vec::new();
    let asked = verdict.ask.iter().map(|q| &q.field);
    let open = verdict.icp.open.iter().chain(&verdict.stage.open).flat_map(|u| &u.asks);
    let fields: Vec<FieldId> = asked.chain(open).filter_map(|name| lead.field(name)).collect();
    let gaps = (0..lead.policy.committee.roles.len() as u16).map(RoleId).filter(|r| role(lead, *r).gap);
    for topic in fields.into_iter().map(Topic::Field).chain(gaps.map(Topic::Role)) {
        if !rest.contains(&topic) && !sections.iter().any(|(_, topics)| topics.contains(&topic)) {
            rest.push(topic);
        }
    }
    if !rest.is_empty() {
        sections.push(("also open".to_string(), rest));
    }
    sections
}

/// For a policy without a script: every field with a question in order of declaration, then the committee.
fn plain(lead: &Lead<'_>) -> Vec<(String, Vec<Topic>)> {
    let fields = (0..lead.policy.fields.len() as u16).map(FieldId);
    let asked: Vec<Topic> = fields.filter(|f| lead.policy.field(*f).ask.is_some()).map(Topic::Field).collect();
    let roles: Vec<Topic> = (0..lead.policy.committee.roles.len() as u16).map(|r| Topic::Role(RoleId(r))).collect();
    let sections = [("questions", asked), ("people", roles)];
    sections.into_iter().filter(|(_, topics)| !topics.is_empty()).map(|(n, topics)| (n.to_string(), topics)).collect()
}

fn field_item(lead: &Lead<'_>, id: FieldId, worth: Worth) -> Item {
    let field = lead.policy.field(id);
    let value = lead.said(id);
    let passed = dates(lead).passed.iter().any(|d| d.field == field.name);
    Item {
        topic: Topic::Field(id),
        name: field.name.clone(),
        label: field.label.clone(),
        question: field.ask.as_ref().map(|a| a.question.clone()),
        on: field.ask.as_ref().map_or_else(Vec::new, |a| a.on.clone()),
        state: match (lead.open(id), &value) {
            (false, _) if passed => State::Open,
            (false, _) => State::Answered,
            (true, Some(_)) => State::Partly,
            (true, None) => State::Open,
        },
        value,
        passed,
        role: None,
        known_from: field.known_from.map(|s| lead.policy.stages[s.index()].title.clone()),
        worth,
    }
}

fn role_item(lead: &Lead<'_>, id: RoleId, worth: Worth) -> Item {
    let line = role(lead, id);
    Item {
        topic: Topic::Role(id),
        name: line.role.clone(),
        label: line.label.clone(),
        question: None,
        on: Vec::new(),
        state: match (line.status, line.needed) {
            ("engaged" | "approved", _) => State::Answered,
            (_, "no") => State::NotNeeded,
            ("identified", _) => State::Partly,
            _ => State::Open,
        },
        value: line.people.first().map(|p| p.person.clone()).filter(|p| !p.is_empty()),
        passed: false,
        role: Some(line),
        known_from: None,
        worth,
    }
}
