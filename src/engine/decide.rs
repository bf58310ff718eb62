//! The decision about one lead, read from the columns of its batch.

use super::answers::{Answers, is_open};
use super::bound::Bound;
use super::decision::*;
use super::evaluate::{Engine, Evaluation, Routed};
use super::evidence::{Seen, add};
use super::facts::{Batch, Column, NO_CHOICE};
use super::next_step::DueTimes;
use super::people::Contacts;
use crate::policy::condition::Cond;
use crate::policy::exact::Points;
use crate::policy::score::{Band, Criterion, CriterionKind, Group};
use crate::policy::steps::RuleKind;
use crate::policy::{BuiltIn, FieldId, IcpStatus, OutcomeId, Policy, Requirement, ScoreKind};
use crate::program::{CriterionPlan, NodeId, Program, RulePlan};

/// Words decisions about leads: an engine with what it needs to know about answers that leads could still give.
#[derive(Clone, Debug)]
pub struct Decider<'p> {
    pub(super) engine: Engine<'p>,
    pub(super) answers: Answers,
    reference: PolicyRef,
    rules: RuleIds,
    due: DueTimes,
}

impl<'p> Decider<'p> {
    /// For an engine.
    pub fn new(engine: Engine<'p>) -> Decider<'p> {
        let policy = engine.policy;
        Decider {
            answers: Answers::new(policy, engine.program, engine.today),
            reference: PolicyRef {
                name: policy.name.clone(),
                version: policy.version.clone(),
                hash: policy.hash.clone(),
            },
            rules: RuleIds::new(policy),
            due: DueTimes::new(&engine),
            engine,
        }
    }

    /// The engine it speaks for.
    pub fn engine(&self) -> &Engine<'p> {
        &self.engine
    }

    /// Whether a lead is in scope. A lead that this policy was made to decide (`forced`) always is.
    pub fn in_scope(&self, e: &Evaluation, lead: usize, forced: bool) -> bool {
        forced || e.in_scope.is_true(lead)
    }

    /// The whole decision.
    pub fn decision(&self, e: &Evaluation, batch: &Batch, lead: usize, forced: bool) -> Decision {
        self.decision_with_open(e, batch, lead, forced).0
    }

    /// The decision without what to ask and what would lift its scores, which take much longer to find than everything else.
    pub fn decision_without_questions(&self, e: &Evaluation, batch: &Batch, lead: usize, forced: bool) -> Decision {
        self.decide(e, batch, lead, forced, false).0
    }

    /// The whole decision and, for a lead in scope, what its route rests on.
    pub fn decision_with_open(
        &self,
        e: &Evaluation,
        batch: &Batch,
        lead: usize,
        forced: bool,
    ) -> (Decision, Option<OpenRoute>) {
        self.decide(e, batch, lead, forced, true)
    }

    fn decide(
        &self,
        e: &Evaluation,
        batch: &Batch,
        lead: usize,
        forced: bool,
        questions: bool,
    ) -> (Decision, Option<OpenRoute>) {
        let mut bound = Bound::new(&self.engine, &self.answers, e, batch, lead);
        let in_scope = self.in_scope(e, lead, forced);
        let scope_open = !forced && bound.scope_open();
        let (verdict, open) = in_scope
            .then(|| {
                let seen = Seen { engine: &self.engine, e, batch, lead };
                let (policy, program) = (self.engine.policy, self.engine.program);
                Case { policy, program, rules: &self.rules, seen }.verdict(&mut bound, questions)
            })
            .unzip();
        let decision = Decision {
            id: batch.id(lead).to_string(),
            account: None,
            policy: self.reference.clone(),
            as_of: self.engine.as_of,
            in_scope,
            scope_open,
            verdict,
        };
        (decision, open)
    }

    /// The value of a field as people see it; `None` is unknown.
    pub fn value(&self, e: &Evaluation, batch: &Batch, lead: usize, field: FieldId) -> Option<String> {
        Seen { engine: &self.engine, e, batch, lead }.value(field)
    }

    /// What the route of a lead in scope rests on, without the rest of the decision.
    pub fn open_route(&self, e: &Evaluation, batch: &Batch, lead: usize) -> OpenRoute {
        let mut bound = Bound::new(&self.engine, &self.answers, e, batch, lead);
        let ask = bound.ask(self.engine.program);
        OpenRoute::new(&bound, e.routes[lead].outcome, ask)
    }

    /// The short form.
    pub fn brief<'a>(&'a self, e: &Evaluation, batch: &'a Batch, lead: usize, forced: bool) -> Brief<'a> {
        let policy = self.engine.policy;
        let score = |kind: ScoreKind| {
            let points = e.score(kind, lead);
            let score = policy.score(kind);
            BriefScore { points, band: &score.bands[score.band(points)].name }
        };
        let verdict = self.in_scope(e, lead, forced).then(|| BriefVerdict {
            fit: score(ScoreKind::Fit),
            intent: score(ScoreKind::Intent),
            stage: BriefStage { reached: policy.stage_name(e.stages[lead]) },
            route: BriefRoute {
                outcome: &policy.outcomes[e.routes[lead].outcome.index()].name,
                rule: self.rules.of(e.routes[lead]),
            },
            next_step: self.engine.step(e, batch, lead, &self.due),
        });
        Brief {
            id: batch.id(lead),
            account: None,
            policy: &self.reference,
            as_of: self.engine.as_of,
            in_scope: verdict.is_some(),
            verdict,
        }
    }

    /// What a condition of the program saw in a lead, part by part: the parts that are not true, or all of a condition without parts.
    pub fn reasons(&self, e: &Evaluation, batch: &Batch, lead: usize, cond: &Cond, node: NodeId) -> Vec<Reason> {
        let seen = Seen { engine: &self.engine, e, batch, lead };
        self.engine.program.why(cond.span, node).map_or_else(Vec::new, |why| seen.reasons(why))
    }

    /// Fields of a lead that are open and that something about its decision rests on, in order of declaration; no built-in ones. For a lead out
    /// of scope: the fields that scope rests on.
    pub fn open_fields(&self, decision: &Decision, batch: &Batch, lead: usize) -> Vec<FieldId> {
        let support = &self.engine.program.support;
        let scope = match (decision.in_scope, self.engine.program.applies) {
            (false, Some(applies)) => Some(&support.nodes[applies.index()]),
            _ => None,
        };
        let own = (BuiltIn::ALL.len()..support.tests.len()).map(|i| FieldId(i as u16));
        own.filter(|f| scope.map_or(!support.tests[f.index()].is_empty(), |s| s.has(*f)) && is_open(batch, *f, lead))
            .collect()
    }
}

/// What the route of a lead rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenRoute {
    /// Where it goes as it is.
    pub now: OutcomeId,
    /// Where else completions can lead, in order of declaration.
    pub could_be: Vec<OutcomeId>,
    /// Whether that is exact; otherwise it may name too many, never too few.
    pub exact: bool,
    /// Fields that together decide the route, most telling first; empty where it is settled.
    pub ask: Vec<FieldId>,
}

impl OpenRoute {
    fn new(bound: &Bound, now: OutcomeId, ask: Vec<FieldId>) -> OpenRoute {
        let could_be: Vec<OutcomeId> = bound.outcomes.iter().copied().filter(|o| *o != now).collect();
        // A bound that leaves one route leaves no doubt; one that leaves several may name too many.
        OpenRoute { now, exact: could_be.is_empty(), could_be, ask }
    }

    /// No completion of the unknowns changes the outcome.
    pub fn settled(&self) -> bool {
        self.could_be.is_empty()
    }

    /// Writes it into a decision about the lead.
    pub fn tell(&self, policy: &Policy, verdict: &mut Verdict) {
        verdict.route.settled = self.settled();
        verdict.route.exact = self.exact;
        verdict.route.could_be = self.could_be.iter().map(|o| policy.outcomes[o.index()].name.clone()).collect();
        verdict.ask = self.ask.iter().map(|f| Question::about(policy, *f)).collect();
    }
}

impl Question {
    /// What to ask to fill a field.
    pub fn about(policy: &Policy, field: FieldId) -> Question {
        let field = policy.field(field);
        Question {
            field: field.name.clone(),
            question: field.ask.as_ref().map(|a| a.question.clone()),
            on: field.ask.as_ref().map_or_else(Vec::new, |a| a.on.clone()),
        }
    }
}

/// One lead with what it is read against.
struct Case<'a> {
    policy: &'a Policy,
    program: &'a Program,
    rules: &'a RuleIds,
    seen: Seen<'a>,
}

impl<'a> Case<'a> {
    fn verdict(&self, bound: &mut Bound<'a>, questions: bool) -> (Verdict, OpenRoute) {
        let (e, batch, lead) = (self.seen.e, self.seen.batch, self.seen.lead);
        let engine = self.seen.engine;
        let [fit, intent] = ScoreKind::BOTH.map(|kind| self.score(kind, bound));
        let stage = self.stage(bound);
        let route = self.route();
        let ask = if questions { bound.ask(self.program) } else { Vec::new() };
        let open = OpenRoute::new(bound, e.routes[lead].outcome, ask);
        let mut lifts = |kind: ScoreKind| {
            let found = if questions { bound.lifts(self.program, kind, e.score(kind, lead)) } else { Vec::new() };
            found.into_iter().map(|(f, points)| Lift { field: self.policy.field(f).name.clone(), points }).collect()
        };
        let lifts = Lifts { fit: lifts(ScoreKind::Fit), intent: lifts(ScoreKind::Intent) };
        let mut verdict = Verdict {
            icp: self.icp(),
            fit,
            intent,
            committee: self.committee(),
            checklists: self.checklists(),
            stage,
            route,
            next_step: engine.next_step(e, batch, lead),
            ask: Vec::new(),
            lifts,
            risks: engine.risks(e, lead),
        };
        open.tell(self.policy, &mut verdict);
        (verdict, open)
    }

    fn icp(&self) -> Icp {
        let list = |wanted: Option<bool>| {
            let all = self.policy.icp.iter().zip(&self.program.icp);
            all.filter(|(_, n)| self.seen.answer(**n) == wanted)
                .map(|(r, n)| self.unmet(r, *n, wanted))
                .collect::<Vec<_>>()
        };
        let status: IcpStatus = self.seen.e.icp[self.seen.lead];
        Icp { status: status.word(), failed: list(Some(false)), open: list(None) }
    }

    /// A requirement that is not true, with what was seen and what to ask.
    fn unmet(&self, requirement: &Requirement, node: NodeId, answer: Option<bool>) -> Unmet {
        let mut evidence = Vec::new();
        if let Some(why) = self.program.why(requirement.condition.span, node) {
            for reason in self.seen.reasons(why) {
                reason.evidence.into_iter().for_each(|one| add(&mut evidence, one));
            }
        }
        let fields = self.program.support.nodes[node.index()].iter();
        let open = fields.filter(|f| is_open(self.seen.batch, *f, self.seen.lead));
        Unmet {
            id: requirement.id.clone(),
            condition: requirement.condition.text.to_string(),
            is: Truth::of(answer),
            because: requirement.because.as_ref().map(|b| b.to_string()),
            evidence,
            asks: open.map(|f| self.policy.field(f).name.clone()).collect(),
        }
    }

    fn score(&self, kind: ScoreKind, bound: &Bound) -> ScoreResult {
        let score = self.policy.score(kind);
        let points = self.seen.e.score(kind, self.seen.lead);
        let (low, high) = bound.reported(kind);
        let groups: Vec<GroupResult> = (0..score.groups.len()).map(|g| self.group(kind, g, &score.groups[g])).collect();
        let sum: i64 = groups.iter().map(|g| g.points.0).sum();
        ScoreResult {
            points,
            low,
            high,
            band: score.bands[score.band(points)].name.clone(),
            groups,
            clamped: Points(sum - points.0),
        }
    }

    fn group(&self, kind: ScoreKind, at: usize, group: &Group) -> GroupResult {
        let plans = group.criteria.iter().zip(&self.program.scores[kind as usize][at]).enumerate();
        let entry = |(place, (criterion, plan)): (usize, (&Criterion, &CriterionPlan))| {
            self.entry(criterion, plan, self.seen.e.earned(kind, at, place, self.seen.lead))
        };
        let entries: Vec<Entry> = plans.map(entry).collect();
        let sum = Points(entries.iter().map(|e| e.points.0).sum());
        let points = group.limit(sum);
        GroupResult {
            name: group.name.clone(),
            points,
            cap: group.up_to,
            floor: group.down_to,
            capped: Points(sum.0 - points.0),
            entries,
        }
    }

    fn entry(&self, criterion: &Criterion, plan: &CriterionPlan, points: Points) -> Entry {
        let (answer, evidence) = match (plan, &criterion.kind) {
            (CriterionPlan::When { condition, .. }, CriterionKind::When(cond)) => {
                let atoms = self.program.why(cond.span, *condition).map_or(&[][..], |w| &w.atoms);
                (self.seen.answer(*condition), self.seen.of_nodes(atoms))
            }
            (CriterionPlan::Per { per, .. }, _) => {
                let known = self.seen.e.behaviour[self.seen.lead];
                (known.then_some(points != Points::ZERO), self.seen.counted_by(per))
            }
            (CriterionPlan::When { condition, .. }, CriterionKind::Per(_)) => {
                (self.seen.answer(*condition), Vec::new())
            }
        };
        Entry {
            id: criterion.id.clone(),
            outcome: match answer {
                Some(true) => Earned::Earned,
                Some(false) => Earned::NotEarned,
                None => Earned::Unknown,
            },
            points,
            worth: criterion.points,
            text: criterion.text.to_string(),
            because: criterion.because.clone(),
            evidence,
        }
    }

    fn committee(&self) -> Committee {
        let contacts = Contacts::new(self.policy, self.seen.batch, self.seen.engine.as_of);
        let roles = self.policy.committee.roles.iter().enumerate().map(|(i, role)| {
            let status = self.seen.e.statuses[i][self.seen.lead];
            let plan = &self.program.roles[i];
            let needed = match (plan.optional, plan.when) {
                (true, _) => Truth::No,
                (false, None) => Truth::Yes,
                (false, Some(node)) => Truth::of(self.seen.answer(node)),
            };
            RoleResult {
                role: role.name.clone(),
                status: status.low.word(),
                could_be: (status.high > status.low).then(|| status.high.word()),
                needed,
                person: contacts
                    .furthest(i, self.seen.lead)
                    .map(|c| self.seen.batch.text(c.person).to_string())
                    .filter(|p| !p.is_empty()),
            }
        });
        Committee { roles: roles.collect(), complete: Truth::of(self.seen.e.committee.get(self.seen.lead)) }
    }

    fn checklists(&self) -> Vec<ChecklistResult> {
        let lists = self.policy.checklists.iter().zip(&self.program.checklists).zip(&self.seen.e.checklists);
        let item = |((item, _), node): (&(String, Cond), &NodeId)| ItemResult {
            item: item.clone(),
            is: Truth::of(self.seen.answer(*node)),
        };
        lists
            .map(|((list, nodes), complete)| ChecklistResult {
                name: list.name.clone(),
                complete: Truth::of(complete.get(self.seen.lead)),
                items: list.items.iter().zip(nodes).map(item).collect(),
            })
            .collect()
    }

    fn stage(&self, bound: &Bound) -> StageResult {
        let reached = self.seen.e.stages[self.seen.lead];
        let current = match self.seen.batch.column(BuiltIn::CurrentStage.field()) {
            Column::Choice(v) if v[self.seen.lead] != NO_CHOICE => Some(v[self.seen.lead] + 1),
            _ => None,
        };
        let level = current.unwrap_or(0);
        let next = self.policy.stages.get(usize::from(reached)).zip(self.program.stages.get(usize::from(reached)));
        let unmet = |requirements: &[Requirement], nodes: &[NodeId]| -> Vec<(NodeId, Unmet)> {
            let all = requirements.iter().zip(nodes).map(|(r, n)| (r, *n, self.seen.answer(*n)));
            all.filter(|(.., a)| *a != Some(true)).map(|(r, n, a)| (n, self.unmet(r, n, a))).collect()
        };
        let required = next.map_or_else(Vec::new, |(s, p)| unmet(&s.require, &p.require));
        let (open, blockers): (Vec<_>, Vec<_>) = required.into_iter().partition(|(n, _)| bound.can_hold(*n));
        let advised = next.map_or_else(Vec::new, |(s, p)| unmet(&s.should, &p.should));
        let behind =
            self.policy.stages.iter().zip(&self.program.stages).zip(&self.seen.e.gates).take(usize::from(level));
        let slipped = behind.flat_map(|((stage, plan), gate)| {
            let all =
                stage.require.iter().zip(&plan.require).zip(gate).map(|((r, n), t)| (r, *n, t.get(self.seen.lead)));
            all.filter(|(.., a)| *a != Some(true)).map(|(r, n, a)| self.unmet(r, n, a))
        });
        let only = |list: Vec<(NodeId, Unmet)>| list.into_iter().map(|(_, u)| u).collect::<Vec<_>>();
        StageResult {
            reached: self.policy.stage_name(reached).to_string(),
            current: current.map(|c| self.policy.stage_name(c).to_string()),
            change: match reached.cmp(&level) {
                std::cmp::Ordering::Greater => "advance",
                std::cmp::Ordering::Equal => "hold",
                std::cmp::Ordering::Less => "fall_back",
            },
            next: next.map(|(s, _)| s.name.clone()),
            blockers: only(blockers),
            open: only(open),
            advised: only(advised),
            slipped: slipped.collect(),
            fell_back_because: self.seen.e.fell_back[self.seen.lead]
                .map(|(stage, at)| self.policy.stages[usize::from(stage)].fall_back[at].when.text.to_string()),
        }
    }

    /// Where the lead goes as it is; what its completions can come to is told apart.
    fn route(&self) -> RouteResult {
        let routed = self.seen.e.routes[self.seen.lead];
        let name = |o: OutcomeId| self.policy.outcomes[o.index()].name.clone();
        let later = (routed.rule + 1..self.program.rules.len())
            .filter(|r| !matches!(self.program.rules[*r], RulePlan::Otherwise { .. }));
        let also = later.filter_map(|r| self.seen.engine.matches(self.seen.e, r, self.seen.lead));
        RouteResult {
            outcome: name(routed.outcome),
            rule: self.rules.of(routed).to_string(),
            because: self.policy.route.rules.get(routed.rule).and_then(|r| r.because.as_ref()).map(|b| b.to_string()),
            settled: false,
            exact: false,
            could_be: Vec::new(),
            also_matches: also
                .map(|r| RuleMatch { rule: self.rules.of(r).to_string(), outcome: name(r.outcome) })
                .collect(),
            not_matched: (0..routed.rule).map(|rule| self.not_matched(rule)).collect(),
        }
    }

    fn not_matched(&self, rule: usize) -> NotMatched {
        let (decl, plan) = (&self.policy.route.rules[rule], &self.program.rules[rule]);
        let told = |node: NodeId, cond: &Cond| {
            let reasons = self.program.why(cond.span, node).map_or_else(Vec::new, |w| self.seen.reasons(w));
            (Truth::of(self.seen.answer(node)), reasons)
        };
        let (is, reasons) = match (plan, &decl.kind) {
            (RulePlan::To { when, .. }, RuleKind::To { when: cond, .. }) => told(*when, cond),
            (RulePlan::Matrix { when: Some(when), .. }, RuleKind::Matrix(m))
                if self.seen.answer(*when) != Some(true) =>
            {
                m.when.as_ref().map_or((Truth::Unknown, Vec::new()), |cond| told(*when, cond))
            }
            (RulePlan::Matrix { rows, columns, .. }, _) => (Truth::No, vec![self.goes_on(*rows, *columns)]),
            _ => (Truth::No, Vec::new()),
        };
        let outcome = match plan {
            RulePlan::To { outcome, .. } => Some(self.policy.outcomes[outcome.index()].name.clone()),
            _ => None,
        };
        NotMatched { rule: decl.id.clone(), outcome, is, reasons }
    }

    /// The cell of a matrix that hands on to the next rule.
    fn goes_on(&self, rows: ScoreKind, columns: ScoreKind) -> Reason {
        let band = |kind: ScoreKind| {
            let score = self.policy.score(kind);
            &score.bands[score.band(self.seen.e.score(kind, self.seen.lead))].name
        };
        Reason {
            condition: format!("{} {}, {} {}: goes on", band(rows), rows.name(), band(columns), columns.name()),
            is: Truth::No,
            evidence: vec![self.seen.score(rows), self.seen.score(columns)],
        }
    }
}

/// The ids of rules: for a matrix also of each cell, with the names of its bands.
#[derive(Clone, Debug)]
struct RuleIds(Vec<(String, Vec<Vec<String>>)>);

impl RuleIds {
    fn new(policy: &Policy) -> RuleIds {
        let ids = policy.route.rules.iter().map(|rule| {
            let RuleKind::Matrix(m) = &rule.kind else { return (rule.id.clone(), Vec::new()) };
            let (rows, columns) = (&policy.score(m.rows).bands, &policy.score(m.columns).bands);
            let cell = |row: &Band, column: &Band| cell_id(&rule.id, row, column);
            (rule.id.clone(), rows.iter().map(|r| columns.iter().map(|c| cell(r, c)).collect()).collect())
        });
        RuleIds(ids.collect())
    }

    /// The rule that sends a lead somewhere, with the cell of a matrix; empty where none does.
    fn of(&self, routed: Routed) -> &str {
        let Some((rule, cells)) = self.0.get(routed.rule) else { return "" };
        routed.cell.and_then(|(row, column)| cells.get(row)?.get(column)).unwrap_or(rule)
    }
}

fn cell_id(rule: &str, row: &Band, column: &Band) -> String {
    format!("{rule}.{}.{}", row.name, column.name)
}

impl Routed {
    /// The id of the rule, with the cell of a matrix, for whoever asks about a few leads and keeps no table.
    pub fn rule_id(self, policy: &Policy) -> String {
        let Some(rule) = policy.route.rules.get(self.rule) else { return String::new() };
        match (&rule.kind, self.cell) {
            (RuleKind::Matrix(m), Some((row, column))) => {
                cell_id(&rule.id, &policy.score(m.rows).bands[row], &policy.score(m.columns).bands[column])
            }
            _ => rule.id.clone(),
        }
    }
}
