//! How much of the framework a policy covers: eight steps, from the profile to coming back, each with what is there and what is missing.
//!
//! This is no advice and has no rule: a policy may leave a step out for good reasons. It is what somebody reads who wants to know what else there is.

use super::words::{about_security, is_disqualification, is_nurture};
use super::{Lens, ends, people_and_security, sees, sources};
use crate::policy::signal::Tier;
use crate::policy::steps::{RecordTopic, RuleKind, Topic, TriggerKind, Watched};
use crate::policy::{Atom, Policy, ScoreKind};

/// How much of a step is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    Covered,
    Partly,
    Missing,
}

impl Coverage {
    /// The word that people and machines read.
    pub fn word(self) -> &'static str {
        match self {
            Coverage::Covered => "covered",
            Coverage::Partly => "partly",
            Coverage::Missing => "missing",
        }
    }
}

/// One of the eight steps in a policy.
#[derive(Clone, Debug)]
pub struct Step {
    pub name: &'static str,
    /// What the policy says, in a few words each.
    pub has: Vec<String>,
    /// What it does not say, each with the words that say it.
    pub missing: Vec<String>,
}

impl Step {
    fn new(name: &'static str) -> Step {
        Step { name, has: Vec::new(), missing: Vec::new() }
    }

    /// Adds what is there, or what is missing.
    fn expect(&mut self, is_there: bool, has: impl Into<String>, missing: impl Into<String>) {
        if is_there {
            self.has.push(has.into());
        } else {
            self.missing.push(missing.into());
        }
    }

    /// How much of it is there.
    pub fn coverage(&self) -> Coverage {
        match (self.has.is_empty(), self.missing.is_empty()) {
            (_, true) => Coverage::Covered,
            (false, false) => Coverage::Partly,
            (true, false) => Coverage::Missing,
        }
    }
}

/// The eight steps, in the order of the work.
pub fn steps(lens: &Lens<'_>) -> Vec<Step> {
    let policy = lens.policy;
    vec![
        profile_and_personas(policy),
        fit(policy),
        intent(policy),
        separate_scores(lens),
        routes(policy),
        discovery(lens),
        record(policy),
        coming_back(policy),
    ]
}

fn counted(n: usize, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}

fn profile_and_personas(policy: &Policy) -> Step {
    let mut step = Step::new("profile and personas");
    let (criteria, personas, roles) = (policy.icp.len(), policy.personas.len(), policy.committee.roles.len());
    step.expect(
        criteria > 0,
        counted(criteria, "profile criterion", "profile criteria"),
        "whom the product is for: `icp { must … because \"…\" }`",
    );
    step.expect(personas > 0, counted(personas, "persona", "personas"), "people by what they decide: `personas`");
    let silent: Vec<&str> =
        policy.personas.iter().filter(|p| p.cares_about.is_empty()).map(|p| p.name.as_str()).collect();
    if personas > 0 {
        let missing = format!("what {} cares about: `cares about \"…\"`", silent.join(", "));
        step.expect(silent.is_empty(), "what each cares about", missing);
    }
    step.expect(roles > 0, counted(roles, "committee role", "committee roles"), "who has to agree: `committee`");
    step
}

fn fit(policy: &Policy) -> Step {
    let mut step = Step::new("fit criteria");
    let groups = policy.fit.groups.iter().filter(|g| !g.criteria.is_empty()).count();
    let criteria: usize = policy.fit.groups.iter().map(|g| g.criteria.len()).sum();
    if criteria > 0 {
        let said = counted(criteria, "criterion", "criteria");
        step.has.push(format!("{said} in {}", counted(groups, "group", "groups")));
    }
    if groups < 2 {
        step.missing.push("several groups with caps, so that no single answer makes a match".to_string());
    }
    let conditions = sees::score_conditions(policy, ScoreKind::Fit).chain(policy.icp.iter().map(|r| &r.condition));
    let on_security = conditions.flat_map(|c| sees::fields(policy, c)).any(|f| {
        let field = policy.field(f);
        let asked = field.ask.as_ref().is_some_and(|a| about_security(&a.question));
        asked || about_security(&field.name) || about_security(&field.label)
    });
    step.expect(on_security, "readiness for security or regulation", "points for readiness in security and regulation");
    step
}

fn intent(policy: &Policy) -> Step {
    let mut step = Step::new("intent criteria");
    let raising = sources::raising(policy);
    for (tier, word) in [(Tier::High, "high"), (Tier::Mid, "mid"), (Tier::Low, "low")] {
        let n = raising.iter().filter(|s| policy.signals[s.index()].tier == tier).count();
        let missing = format!("points for {word} signals");
        step.expect(n > 0, counted(n, &format!("{word} signal"), &format!("{word} signals")), missing);
    }
    if !raising.is_empty() {
        let beside = !sources::only_forms(policy, &raising);
        step.expect(beside, "sources beside forms", "signals from elsewhere than forms: email, website, events");
    }
    step
}

/// The scores that the route looks at.
fn routed_by(lens: &Lens<'_>, kind: ScoreKind) -> bool {
    let policy = lens.policy;
    policy.route.rules.iter().any(|rule| {
        let asks = |c| sees::atoms(policy, c).iter().any(|a| matches!(a, Atom::Score(k, _) if *k == kind));
        match &rule.kind {
            // A matrix has one of the scores on each side.
            RuleKind::Matrix(_) => true,
            RuleKind::To { when, .. } => asks(when),
            RuleKind::Otherwise { .. } => false,
        }
    })
}

fn separate_scores(lens: &Lens<'_>) -> Step {
    let mut step = Step::new("separate scores");
    for kind in ScoreKind::BOTH {
        let name = kind.name();
        let bands: Vec<&str> = lens.policy.score(kind).bands.iter().map(|b| b.name.as_str()).collect();
        let has = format!("{name} in bands: {}", bands.join(", "));
        step.expect(bands.len() > 1, has, format!("thresholds for {name}: `bands {{ high >= 70, low }}`"));
        step.expect(routed_by(lens, kind), format!("a route by {name}"), format!("a route that looks at {name}"));
    }
    step
}

fn routes(policy: &Policy) -> Step {
    let mut step = Step::new("routes");
    let given: Vec<_> = policy.route.rules.iter().flat_map(ends::outcomes).collect();
    let outcomes = policy.outcomes.iter().enumerate().filter(|(i, _)| given.iter().any(|g| g.index() == *i));
    let outcomes: Vec<_> = outcomes.map(|(_, o)| o).collect();
    let rules = counted(policy.route.rules.len(), "rule", "rules");
    step.has.push(format!("{rules} to {}", counted(outcomes.len(), "outcome", "outcomes")));
    let nurture = outcomes.iter().any(|o| is_nurture(o));
    step.expect(nurture, "nurture", "an outcome for a good match whose time has not come: nurture");
    let turned_away = outcomes.iter().any(|o| is_disqualification(o));
    step.expect(turned_away, "disqualification", "an outcome for who is outside the market: disqualify");
    let stages = policy.stages.len();
    let missing = "gates that say what a stage needs: `stages { mql { require … } … }`";
    step.expect(stages > 0, counted(stages, "gate", "gates"), missing);
    step
}

fn discovery(lens: &Lens<'_>) -> Step {
    let policy = lens.policy;
    let mut step = Step::new("discovery checklists");
    let sections = policy.discovery.as_ref().map_or(0, |d| d.sections.len());
    let has = format!("a call script of {}", counted(sections, "section", "sections"));
    step.expect(sections > 0, has, "a call script: `discovery { context: … }`");
    if sections > 0 {
        let mut topics = policy.discovery.iter().flat_map(|d| &d.sections).flat_map(|(_, t)| t);
        let people = topics.any(|t| matches!(t, Topic::Role(_)));
        step.expect(people, "stakeholders in it", "stakeholders in the script: roles of the committee");
    }
    let security = people_and_security::speaks_of_security(lens);
    step.expect(security, "security and compliance", "a question or gate about security and compliance");
    let lists = policy.checklists.len();
    step.expect(lists > 0, counted(lists, "checklist", "checklists"), "what must be clear before a demo: `checklist`");
    if lists > 0 {
        let checked = policy.outcomes.iter().any(|o| !o.checks.is_empty());
        step.expect(checked, "checked with an outcome", "an outcome that is held against a checklist: `check NAME`");
    }
    step
}

fn record(policy: &Policy) -> Step {
    let mut step = Step::new("record");
    let topics: Vec<RecordTopic> = policy.record.iter().flat_map(|r| r.topics.clone()).collect();
    let sections = policy.record.len();
    let missing =
        "headings of your own for the handoff: `record { \"Problem\": … }`; without them a plain record is made";
    step.expect(sections > 0, counted(sections, "section", "sections"), missing);
    if sections > 0 {
        let people = topics.iter().any(|t| matches!(t, RecordTopic::Role(_) | RecordTopic::Committee));
        step.expect(people, "the stakeholder map", "the stakeholder map: `committee`");
        let next = topics.iter().any(|t| matches!(t, RecordTopic::Route | RecordTopic::Stage));
        step.expect(next, "stage or next step", "where the evaluation stands: `stage`, `route`");
    }
    let risks = policy.risks.len();
    step.expect(risks > 0, counted(risks, "risk", "risks"), "what can go wrong: `risks`");
    step
}

fn coming_back(policy: &Policy) -> Step {
    let mut step = Step::new("re-qualification");
    let any = |is: fn(&TriggerKind) -> bool| policy.triggers.iter().any(|t| is(&t.kind));
    step.expect(
        any(|k| matches!(k, TriggerKind::Signals(_))),
        "on what they do",
        "a look at leads that do something again: `requalify { on pricing_page }`",
    );
    step.expect(
        any(|k| matches!(k, TriggerKind::NewStakeholder)),
        "on new people",
        "on new people: `on new stakeholder`",
    );
    let moves = |k: &TriggerKind| {
        matches!(k, TriggerKind::ChangeOf(_) | TriggerKind::FromTo { .. } | TriggerKind::Rises(Watched::Field(_)))
    };
    step.expect(
        any(moves),
        "on changed answers",
        "on answers that change: `on timeline rises`, `on change of use_case`",
    );
    let dated = policy.outcomes.iter().any(|o| !o.revisit.is_empty());
    step.expect(dated, "on a date", "a date to look again: `revisit in 90 days`");
    step
}
