//! The handoff record: what is known of one lead, under the headings of its policy, for whoever takes it on.

use super::dates::{Dates, dates, to_come};
use super::people::{RoleLine, Stakeholders, role, stakeholders};
use super::signals::{SignalLine, others, signal};
use super::{Lacking, Lead};
use crate::engine::decision::{
    Earned, Entry, Evidence, ItemResult, PolicyRef, RiskResult, Truth, Unmet, Verdict, When,
};
use crate::policy::exact::Points;
use crate::policy::field::FieldType;
use crate::policy::steps::{RecordSection, RecordTopic};
use crate::policy::time::{Day, Instant};
use crate::policy::{BuiltIn, ChecklistId, FieldId, ScoreKind, SignalId};
use serde::Serialize;

/// The whole record.
#[derive(Clone, Debug)]
pub struct Record {
    pub id: String,
    /// The ids of the leads behind an account; empty for a lead.
    pub leads: Vec<String>,
    /// What people know the lead by.
    pub name: Option<String>,
    pub policy: PolicyRef,
    /// The title of the policy.
    pub title: String,
    pub as_of: Instant,
    /// The day of the as-of in the time zone of the policy.
    pub today: Day,
    pub in_scope: bool,
    pub scope_open: bool,
    /// The condition under which the policy applies, where the lead is out of scope.
    pub applies: Option<String>,
    pub supplied: Supplied,
    pub dates: Dates,
    /// Nothing for a lead out of scope, as for everything below.
    pub next_step: Option<NextStepNote>,
    pub sections: Vec<Section>,
}

/// What the decision could see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Supplied {
    pub events: bool,
    pub contacts: bool,
}

/// A heading and what stands under it.
#[derive(Clone, Debug, Serialize)]
pub struct Section {
    pub heading: String,
    pub items: Vec<Item>,
}

/// One thing that a record tells.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Item {
    Field(FieldLine),
    Score(ScoreNote),
    Icp(IcpNote),
    Signal(SignalLine),
    /// Signals that happened and stand nowhere else in the record.
    OtherSignals {
        signals: Vec<SignalLine>,
    },
    Role(RoleLine),
    Committee(Stakeholders),
    Checklist(ChecklistNote),
    Stage(StageNote),
    Risks(RiskNote),
    NextStep(NextStepNote),
}

/// A field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldLine {
    pub field: String,
    pub label: String,
    /// As people see it; `null` is unknown.
    pub value: Option<String>,
    /// The title of the stage from which it is to be known, where that is not the next one yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known_from: Option<String>,
    /// How its value is put into a sentence.
    #[serde(skip)]
    pub shape: Shape,
}

/// What a value is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Plain,
    /// Somebody's own words.
    Text,
}

/// A score, and what it was earned by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ScoreNote {
    pub score: &'static str,
    pub points: Points,
    pub out_of: Points,
    pub low: Points,
    pub high: Points,
    pub band: String,
    /// Criteria that earned or lost points by what the lead is; what it did is told signal by signal.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
}

/// One criterion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Note {
    pub id: String,
    pub points: Points,
    /// The title of its group.
    pub group: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    /// What was seen, in the words of people.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub saw: Vec<String>,
}

/// The profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IcpNote {
    /// `matched`, `failed`, `undecided`.
    pub status: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<Lacking>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<Lacking>,
}

/// A readiness list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ChecklistNote {
    pub checklist: String,
    pub title: String,
    pub complete: Truth,
    pub items: Vec<ItemResult>,
}

/// Where the lead stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StageNote {
    /// The stage reached, or `none`, and its title.
    pub stage: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The title of the stage that the CRM says, where that is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crm: Option<String>,
    /// `advance`, `hold`, `fall_back`.
    pub change: &'static str,
    /// The title of the stage after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// What would make that stage better.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub better_with: Vec<Lacking>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fell_back_because: Option<String>,
}

/// What stands in the way.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RiskNote {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub risks: Vec<RiskResult>,
    /// The title of the stage that the rest is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// What it asks for and no answer gives.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub blockers: Vec<Lacking>,
    /// What it asks for and answers could give.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<Lacking>,
    /// What the CRM's stage asks for and no longer holds, as far as it is not said above.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub slipped: Vec<Lacking>,
}

/// What happens next.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NextStepNote {
    /// The outcome and its title.
    pub outcome: String,
    pub title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    pub action: String,
    pub owner: String,
    pub due: When,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revisit: Option<When>,
    pub settled: bool,
    /// Titles of the outcomes that answers could lead to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub could_be: Vec<String>,
    /// The lists that its outcome checks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub checklists: Vec<ChecklistNote>,
}

/// The record of one lead.
pub fn record(lead: &Lead<'_>) -> Record {
    let decision = lead.decision;
    let builder = decision.verdict.as_ref().map(|verdict| Builder::new(*lead, verdict));
    Record {
        id: decision.id.clone(),
        leads: lead.leads(),
        name: lead.name(),
        policy: decision.policy.clone(),
        title: lead.policy.title.clone(),
        as_of: decision.as_of,
        today: lead.today(),
        in_scope: decision.in_scope,
        scope_open: decision.scope_open,
        applies: lead.policy.applies.as_ref().filter(|_| !decision.in_scope).map(|c| (lead.say)(lead.policy, c)),
        supplied: Supplied { events: lead.has_events(), contacts: lead.has_contacts() },
        dates: dates(lead),
        next_step: builder.as_ref().map(Builder::next_step),
        sections: builder.map_or_else(Vec::new, |b| b.sections()),
    }
}

struct Builder<'a> {
    lead: Lead<'a>,
    verdict: &'a Verdict,
    layout: Vec<RecordSection>,
}

impl<'a> Builder<'a> {
    fn new(lead: Lead<'a>, verdict: &'a Verdict) -> Builder<'a> {
        let layout = if lead.policy.record.is_empty() { usual(&lead) } else { lead.policy.record.clone() };
        Builder { lead, verdict, layout }
    }

    /// The headings of the policy; what a record must not lack is put where it belongs if the policy leaves it out.
    fn sections(&self) -> Vec<Section> {
        let section = |s: &RecordSection| Section {
            heading: s.heading.clone(),
            items: s.topics.iter().flat_map(|t| self.items(*t)).collect(),
        };
        let mut sections: Vec<Section> = self.layout.iter().map(section).collect();
        let shows = |topic: RecordTopic| self.layout.iter().position(|s| s.topics.contains(&topic));
        if shows(RecordTopic::Committee).is_none() && !self.lead.policy.committee.roles.is_empty() {
            let any = self.layout.iter().any(|s| s.topics.iter().any(|t| matches!(t, RecordTopic::Role(_))));
            if !any {
                let items = vec![Item::Committee(stakeholders(&self.lead))];
                sections.push(Section { heading: "Stakeholders".to_string(), items });
            }
        }
        let end = shows(RecordTopic::Route).unwrap_or(sections.len());
        let risks = Item::Risks(self.risks());
        match sections.iter_mut().find(|s| s.heading.to_ascii_lowercase().contains("risk")) {
            Some(section) => section.items.insert(0, risks),
            None => sections.insert(end, Section { heading: "Risks and blockers".to_string(), items: vec![risks] }),
        }
        if shows(RecordTopic::Route).is_none() {
            let items = vec![Item::NextStep(self.shown_step())];
            sections.push(Section { heading: "Next step".to_string(), items });
        }
        sections
    }

    fn items(&self, topic: RecordTopic) -> Vec<Item> {
        let lead = &self.lead;
        vec![match topic {
            RecordTopic::Field(field) => Item::Field(self.field(field)),
            RecordTopic::Role(id) => Item::Role(role(lead, id)),
            RecordTopic::Score(kind) => {
                let score = Item::Score(self.score(kind));
                if kind == ScoreKind::Fit || !lead.has_events() {
                    return vec![score];
                }
                let signals = others(lead, &self.signals());
                let rest = (!signals.is_empty()).then_some(Item::OtherSignals { signals });
                return std::iter::once(score).chain(rest).collect();
            }
            RecordTopic::Signal(id) => Item::Signal(signal(lead, id)),
            RecordTopic::Checklist(list) => Item::Checklist(self.checklist(list)),
            RecordTopic::Icp => Item::Icp(IcpNote {
                status: self.verdict.icp.status,
                failed: Lacking::all(lead, &self.verdict.icp.failed),
                open: Lacking::all(lead, &self.verdict.icp.open),
            }),
            RecordTopic::Stage => Item::Stage(self.stage()),
            RecordTopic::Route => Item::NextStep(self.shown_step()),
            RecordTopic::Committee => Item::Committee(stakeholders(lead)),
        }]
    }

    /// Signals that the record names.
    fn signals(&self) -> Vec<SignalId> {
        let topics = self.layout.iter().flat_map(|s| &s.topics);
        topics.filter_map(|t| if let RecordTopic::Signal(s) = t { Some(*s) } else { None }).collect()
    }

    fn field(&self, id: FieldId) -> FieldLine {
        let field = self.lead.policy.field(id);
        let stage = &self.verdict.stage;
        let level = self.lead.level(&stage.reached).max(stage.current.as_ref().map_or(0, |s| self.lead.level(s)));
        let later = field.known_from.filter(|s| s.index() > level);
        FieldLine {
            field: field.name.clone(),
            label: field.label.clone(),
            value: self.lead.said(id),
            known_from: later.map(|s| self.lead.policy.stages[s.index()].title.clone()),
            shape: match field.ty {
                FieldType::Text => Shape::Text,
                _ => Shape::Plain,
            },
        }
    }

    fn score(&self, kind: ScoreKind) -> ScoreNote {
        let result = if kind == ScoreKind::Fit { &self.verdict.fit } else { &self.verdict.intent };
        let declared = self.lead.policy.score(kind);
        let mut notes = Vec::new();
        for (group, groups) in declared.groups.iter().zip(&result.groups) {
            let title = group.title.clone().unwrap_or_else(|| group.name.replace('_', " "));
            let earned = groups.entries.iter().filter(|e| e.outcome == Earned::Earned && !by_events(e));
            notes.extend(earned.map(|e| Note {
                id: e.id.clone(),
                points: e.points,
                group: title.clone(),
                because: e.because.clone(),
                saw: self.saw(&e.evidence),
            }));
        }
        ScoreNote {
            score: kind.name(),
            points: result.points,
            out_of: declared.out_of,
            low: result.low,
            high: result.high,
            band: result.band.clone(),
            notes,
        }
    }

    /// Evidence with the labels of people; what is not known did not count.
    fn saw(&self, evidence: &[Evidence]) -> Vec<String> {
        let one = |e: &Evidence| match e {
            Evidence::Field { field, value: Some(_) } => {
                let id = self.lead.field(field)?;
                Some(format!("{}: {}", self.lead.policy.field(id).label, self.lead.said(id)?))
            }
            Evidence::Role { role, status } => Some(format!("{} {status}", role.replace('_', " "))),
            Evidence::Computed { name, value } => Some(format!("{} {value}", name.replace('_', " "))),
            Evidence::Field { .. } | Evidence::Event { .. } | Evidence::Signals { .. } => None,
        };
        evidence.iter().filter_map(one).collect()
    }

    fn checklist(&self, list: ChecklistId) -> ChecklistNote {
        let (declared, result) = (&self.lead.policy.checklists[list.index()], &self.verdict.checklists[list.index()]);
        ChecklistNote {
            checklist: declared.name.clone(),
            title: declared.title.clone(),
            complete: result.complete,
            items: result.items.clone(),
        }
    }

    fn stage(&self) -> StageNote {
        let stage = &self.verdict.stage;
        let crm = stage.current.as_ref().filter(|c| **c != stage.reached);
        StageNote {
            stage: stage.reached.clone(),
            title: self.lead.stage(&stage.reached),
            crm: crm.and_then(|c| self.lead.stage(c)),
            change: stage.change,
            next: stage.next.as_ref().and_then(|s| self.lead.stage(s)),
            better_with: Lacking::all(&self.lead, &stage.advised),
            fell_back_because: stage.fell_back_because.clone(),
        }
    }

    fn risks(&self) -> RiskNote {
        let (stage, lead) = (&self.verdict.stage, &self.lead);
        // A lead that fell back has the same requirement before it and behind it; once is enough.
        let told = |id: &str| stage.blockers.iter().chain(&stage.open).any(|u| u.id == id);
        let slipped = |u: &&Unmet| !told(&u.id);
        RiskNote {
            risks: self.verdict.risks.clone(),
            stage: stage.next.as_ref().and_then(|s| self.lead.stage(s)),
            blockers: Lacking::all(lead, &stage.blockers),
            open: Lacking::all(lead, &stage.open),
            slipped: Lacking::all(lead, &stage.slipped.iter().filter(slipped).cloned().collect::<Vec<_>>()),
        }
    }

    /// The next step without lists that the record shows by themselves.
    fn shown_step(&self) -> NextStepNote {
        let mut next = self.next_step();
        let shown = |name: &str| {
            let topics = self.layout.iter().flat_map(|s| &s.topics);
            let mut lists = topics.filter_map(|t| if let RecordTopic::Checklist(c) = t { Some(*c) } else { None });
            lists.any(|c| self.lead.policy.checklists[c.index()].name == name)
        };
        next.checklists.retain(|c| !shown(&c.checklist));
        next
    }

    fn next_step(&self) -> NextStepNote {
        let (next, route) = (&self.verdict.next_step, &self.verdict.route);
        let outcome = self.lead.e.routes[self.lead.at].outcome;
        NextStepNote {
            outcome: route.outcome.clone(),
            title: self.lead.outcome(&route.outcome),
            because: route.because.clone(),
            action: next.action.clone(),
            owner: next.owner.clone(),
            due: next.due,
            revisit: next.revisit,
            settled: route.settled,
            could_be: route.could_be.iter().map(|o| self.lead.outcome(o)).collect(),
            checklists: self.lead.policy.outcomes[outcome.index()].checks.iter().map(|c| self.checklist(*c)).collect(),
        }
    }
}

/// Whether a criterion was earned by what the lead did.
fn by_events(entry: &Entry) -> bool {
    entry.evidence.iter().any(|e| matches!(e, Evidence::Event { .. }))
}

/// The record of a policy that says nothing of it: what fit rests on stands under fit, days to come under the evaluation, and everything else
/// that is asked under what they told us.
fn usual(lead: &Lead<'_>) -> Vec<RecordSection> {
    let (policy, program) = (lead.policy, lead.program);
    let to_come: Vec<FieldId> = to_come(policy, program).into_iter().map(|(f, _)| f).collect();
    let fits = |f: &FieldId| {
        let profile = program.icp.iter().any(|n| program.support.nodes[n.index()].has(*f));
        profile || program.support.scores[ScoreKind::Fit as usize].has(*f)
    };
    let own = (BuiltIn::ALL.len() as u16..policy.fields.len() as u16).map(FieldId);
    let asked = own.filter(|f| policy.field(*f).ask.is_some() && !to_come.contains(f));
    let (fit, told): (Vec<FieldId>, Vec<FieldId>) = asked.partition(fits);
    let fields = |list: Vec<FieldId>| list.into_iter().map(RecordTopic::Field).collect::<Vec<_>>();
    let icp = (!policy.icp.is_empty()).then_some(RecordTopic::Icp);
    let committee = (!policy.committee.roles.is_empty()).then_some(RecordTopic::Committee);
    let stage = (!policy.stages.is_empty()).then_some(RecordTopic::Stage);
    let fit = icp.into_iter().chain([RecordTopic::Score(ScoreKind::Fit)]).chain(fields(fit)).collect();
    let sections: [(&str, Vec<RecordTopic>); 6] = [
        ("What they told us", fields(told)),
        ("Fit", fit),
        ("Intent", vec![RecordTopic::Score(ScoreKind::Intent)]),
        ("Stakeholders", committee.into_iter().collect()),
        ("Evaluation steps and next meeting", stage.into_iter().chain(fields(to_come)).collect()),
        ("Next step", vec![RecordTopic::Route]),
    ];
    let there = sections.into_iter().filter(|(_, topics)| !topics.is_empty());
    there.map(|(heading, topics)| RecordSection { heading: heading.to_string(), topics }).collect()
}
