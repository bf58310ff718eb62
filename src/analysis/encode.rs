//! A policy as literals over all possible leads: every condition, score, gate and rule, as the engine evaluates them.

use super::behaviour::{Behaviour, most_that_count};
use super::gates::{Gates, TRUE};
use super::people::People;
use super::scores::WeightedGroup;
use super::solver::Lit;
use super::space::{Kleene, Space};
use super::sums::{SumId, Sums, Weights};
use crate::policy::condition::PointsRange;
use crate::policy::time::Instant;
use crate::policy::{Atom, IcpStatus, OutcomeId, Policy, ScoreKind};
use crate::program::{CriterionPlan, NodeId, Op, Program, RulePlan};
use std::collections::HashMap;
use std::rc::Rc;

/// What a condition on stages looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum View {
    /// Nothing of stages can be seen yet.
    Before,
    /// The gate of a level is being passed: levels below it are.
    Gate(u16),
    /// The lead stands at a level, before any fall from there.
    At(u16),
    /// All is decided.
    Whole,
}

/// A policy as literals. What it says of a lead is what the engine would; the tests hold the two together.
pub struct Encoding<'p> {
    pub policy: &'p Policy,
    pub program: &'p Program,
    pub gates: Gates,
    pub space: Space,
    pub behaviour: Behaviour,
    pub people: People,
    pub(super) sums: Sums,
    /// Fit and intent, clamped; `None` where a sum has too many values.
    pub(super) scores: [Option<SumId>; 2],
    answers: HashMap<(NodeId, View), Kleene>,
    /// By level from 1: whether the gates so far are passed.
    passed: Vec<Lit>,
    /// By level from 0: whether the lead ends there.
    levels: Vec<Lit>,
    /// By rule, then by cell (one where there are no cells): whether it matches, and whether it decides.
    rules: Vec<Vec<Matched>>,
}

/// A rule or a cell of its matrix.
#[derive(Clone, Copy, Debug)]
pub struct Matched {
    /// Row and column of the matrix, where it is one.
    pub cell: Option<(usize, usize)>,
    pub outcome: OutcomeId,
    pub matches: Lit,
    pub decides: Lit,
}

impl<'p> Encoding<'p> {
    /// Encodes a policy and the program that was lowered from it, with its goals, as of an instant.
    pub fn new(policy: &'p Policy, program: &'p Program, as_of: Instant) -> Encoding<'p> {
        let mut gates = Gates::default();
        let space = Space::new(policy, program, as_of.day(policy.offset), &mut gates);
        let behaviour = Behaviour::new(policy, program, as_of, &mut gates);
        let people = People::new(policy, &behaviour, &mut gates);
        Encoding::whole(policy, program, gates, space, behaviour, people)
    }

    /// Encodes all that a policy says over leads that are there already.
    pub(super) fn whole(
        policy: &'p Policy,
        program: &'p Program,
        gates: Gates,
        space: Space,
        behaviour: Behaviour,
        people: People,
    ) -> Encoding<'p> {
        let mut encoding = Encoding::over(policy, program, gates, space, behaviour, people, Sums::default());
        for kind in ScoreKind::BOTH {
            let groups = encoding.groups(kind);
            encoding.scores[kind as usize] = encoding.sums.score(&groups, encoding.out_of(kind));
        }
        encoding.decide();
        encoding
    }

    /// The same policy about a second lead, of the same behaviour and the same people, with fields of its own over the same gates.
    pub(super) fn second(&self, space: Space) -> Encoding<'p> {
        let (gates, people) = (self.gates.clone(), self.people.clone());
        Encoding::whole(self.policy, self.program, gates, space, self.behaviour.clone(), people)
    }

    /// What is known of a lead before its scores are: these come next, then [`Encoding::decide`].
    pub(super) fn over(
        policy: &'p Policy,
        program: &'p Program,
        gates: Gates,
        space: Space,
        behaviour: Behaviour,
        people: People,
        sums: Sums,
    ) -> Encoding<'p> {
        let mut encoding = Encoding {
            policy,
            program,
            gates,
            space,
            behaviour,
            people,
            sums,
            scores: [None, None],
            answers: HashMap::new(),
            passed: Vec::new(),
            levels: Vec::new(),
            rules: Vec::new(),
        };
        encoding.expect_people();
        encoding
    }

    /// The most that a score can be.
    pub(super) fn out_of(&self, kind: ScoreKind) -> i64 {
        self.policy.score(kind).out_of.0.max(0)
    }

    /// Stages and routes, once both scores are there.
    pub(super) fn decide(&mut self) {
        self.stages();
        self.route();
    }

    /// Whether something could not be encoded, so that answers are not to be relied on.
    pub fn is_partial(&self) -> bool {
        self.scores.contains(&None) || self.behaviour.too_many || self.gates.gave_up()
    }

    /// The answer of a condition once all is decided.
    pub fn answer(&mut self, node: NodeId) -> Kleene {
        self.view(node, View::Whole)
    }

    /// The answer of a condition where it stands: the conditions of a gate see only the stages before it.
    pub fn answer_from(&mut self, node: NodeId, view: View) -> Kleene {
        self.view(node, view)
    }

    /// Whether the policy applies.
    pub fn in_scope(&mut self) -> Lit {
        self.program.applies.map_or(TRUE, |node| self.view(node, View::Before).yes)
    }

    /// Whether a score is at least so many points.
    pub fn at_least(&mut self, kind: ScoreKind, points: i64) -> Lit {
        match self.scores[kind as usize] {
            Some(sum) => self.sums.at_least(sum, points, &mut self.gates),
            None => !TRUE,
        }
    }

    /// What a score can be as far as its parts tell, ascending, in hundredths.
    pub fn points(&self, kind: ScoreKind) -> Rc<[i64]> {
        self.scores[kind as usize].map_or_else(|| Rc::from([]), |sum| self.sums.values(sum))
    }

    /// Whether a lead has a band of a score, by its place.
    pub fn band(&mut self, kind: ScoreKind, band: usize) -> Lit {
        let bands = &self.policy.score(kind).bands;
        let own = bands[band].at_least.map(|p| p.0);
        let above = band.checked_sub(1).and_then(|b| bands[b].at_least).map(|p| p.0);
        let own = own.map_or(TRUE, |points| self.at_least(kind, points));
        let above = above.map_or(!TRUE, |points| self.at_least(kind, points));
        self.gates.and([own, !above])
    }

    /// Whether a lead ends at a level; 0 is `none`.
    pub fn level(&self, level: u16) -> Lit {
        self.levels.get(usize::from(level)).copied().unwrap_or(!TRUE)
    }

    /// By rule of the route, then by cell: what matches and what decides.
    pub fn rules(&self) -> &[Vec<Matched>] {
        &self.rules
    }

    /// Whether a lead goes to an outcome.
    pub fn goes_to(&mut self, outcome: OutcomeId) -> Lit {
        let ways: Vec<Lit> = self.rules.iter().flatten().filter(|m| m.outcome == outcome).map(|m| m.decides).collect();
        self.gates.or(ways)
    }

    /// How a profile comes out.
    pub fn icp(&mut self, status: IcpStatus) -> Lit {
        let all: Vec<Kleene> = self.program.icp.iter().map(|n| self.view(*n, View::Before)).collect();
        let matched = self.gates.and(all.iter().map(|a| a.yes));
        let failed = self.gates.or(all.iter().map(|a| a.no));
        match status {
            IcpStatus::Matched => matched,
            IcpStatus::Failed => failed,
            IcpStatus::Undecided => self.gates.and([!matched, !failed]),
        }
    }

    fn view(&mut self, node: NodeId, view: View) -> Kleene {
        if let Some(known) = self.answers.get(&(node, view)) {
            return *known;
        }
        let program = self.program;
        let answer = match &program.node(node).op {
            Op::Always(value) => Kleene::definite(if *value { TRUE } else { !TRUE }),
            Op::Atom(atom) => self.atom(atom, view),
            Op::Not(n) => self.view(*n, view).negated(),
            Op::Confirmed(n) => Kleene::definite(self.view(*n, view).yes),
            Op::Unconfirmed(n) => Kleene::definite(!self.view(*n, view).yes),
            Op::All(parts) => self.all(parts, view),
            Op::Any(parts) => {
                let parts: Vec<Kleene> = parts.iter().map(|p| self.view(*p, view)).collect();
                Kleene {
                    yes: self.gates.or(parts.iter().map(|p| p.yes)),
                    no: self.gates.and(parts.iter().map(|p| p.no)),
                }
            }
        };
        self.answers.insert((node, view), answer);
        answer
    }

    fn all(&mut self, parts: &[NodeId], view: View) -> Kleene {
        let parts: Vec<Kleene> = parts.iter().map(|p| self.view(*p, view)).collect();
        Kleene { yes: self.gates.and(parts.iter().map(|p| p.yes)), no: self.gates.or(parts.iter().map(|p| p.no)) }
    }

    fn atom(&mut self, atom: &Atom, view: View) -> Kleene {
        match atom {
            Atom::Field(field, test) => self.space.test(*field, test, &mut self.gates),
            Atom::Count { signals, within_days, range } => {
                self.behaviour.count(signals, *within_days, *range, &mut self.gates)
            }
            Atom::Role(role, status) => self.people.at_least(*role, *status),
            Atom::RoleCount { at_least, range } => self.people.count(*at_least, *range, &mut self.gates),
            Atom::CommitteeComplete => self.committee(),
            Atom::Score(kind, range) => Kleene::definite(self.in_range(*kind, *range)),
            Atom::Icp(status) => Kleene::definite(self.icp(*status)),
            Atom::Checklist(list) => {
                let program = self.program;
                self.all(&program.checklists[list.index()], View::Before)
            }
            Atom::Stage { low, high } => {
                let low = self.stage_at_least(*low, view);
                let above = high.checked_add(1).map_or(!TRUE, |level| self.stage_at_least(level, view));
                Kleene::definite(self.gates.and([low, !above]))
            }
            Atom::Route(outcomes) => {
                let ways: Vec<Lit> = outcomes.iter().map(|o| self.goes_to(*o)).collect();
                Kleene::definite(self.gates.or(ways))
            }
            // An earlier run may have come to anything, or there was none.
            Atom::PreviousRoute(_) => {
                let answer = Kleene { yes: self.gates.fresh(), no: self.gates.fresh() };
                self.gates.require(&[!answer.yes, !answer.no]);
                answer
            }
            // No single event is looked at here.
            Atom::Attribute(..) => Kleene { yes: !TRUE, no: !TRUE },
        }
    }

    fn in_range(&mut self, kind: ScoreKind, range: PointsRange) -> Lit {
        let low = range.low.map_or(TRUE, |p| self.at_least(kind, p.0));
        let above = range.high.map_or(!TRUE, |p| self.at_least(kind, p.0 + 1));
        self.gates.and([low, !above])
    }

    /// Roles are at least expected where the policy says so.
    fn expect_people(&mut self) {
        for role in 0..self.policy.committee.roles.len() {
            if let Some(node) = self.program.roles[role].expected_when {
                let expected = self.view(node, View::Before);
                self.people.expect(role, expected, &mut self.gates);
            }
        }
    }

    fn committee(&mut self) -> Kleene {
        let mut parts: Vec<Kleene> = Vec::new();
        for (role, plan) in self.program.roles.iter().enumerate().filter(|(_, p)| !p.optional) {
            let engaged = self.people.engaged(role);
            let needed = plan.when.map(|node| self.view(node, View::Before));
            parts.push(match needed {
                None => engaged,
                Some(needed) => Kleene {
                    yes: self.gates.or([engaged.yes, needed.no]),
                    no: self.gates.and([engaged.no, needed.yes]),
                },
            });
        }
        Kleene { yes: self.gates.and(parts.iter().map(|p| p.yes)), no: self.gates.or(parts.iter().map(|p| p.no)) }
    }

    /// The groups of a score as weights on literals.
    pub(super) fn groups(&mut self, kind: ScoreKind) -> Vec<WeightedGroup> {
        let (score, program) = (self.policy.score(kind), self.program);
        let mut groups = Vec::new();
        for (group, plans) in score.groups.iter().zip(&program.scores[kind as usize]) {
            let mut terms: Vec<(i64, Lit)> = Vec::new();
            for plan in plans {
                match plan {
                    CriterionPlan::When { points, condition } => {
                        terms.push((points.0, self.view(*condition, View::Before).yes));
                    }
                    CriterionPlan::Per { per, .. } => {
                        let most = most_that_count(score, group, per);
                        terms.extend(self.behaviour.earned(per, most, &mut self.gates));
                    }
                }
            }
            groups.push(WeightedGroup {
                name: group.name.clone(),
                weights: Weights::new(&terms),
                floor: group.down_to.map(|p| p.0),
                cap: group.up_to.map(|p| p.0),
            });
        }
        groups
    }

    fn stage_at_least(&mut self, level: u16, view: View) -> Lit {
        if level == 0 {
            return TRUE;
        }
        match view {
            View::Before => !TRUE,
            View::Gate(gate) if level < gate => self.passed[usize::from(level) - 1],
            View::Gate(_) => !TRUE,
            View::At(own) => {
                if level <= own {
                    TRUE
                } else {
                    !TRUE
                }
            }
            View::Whole => {
                let above: Vec<Lit> = self.levels.iter().skip(usize::from(level)).copied().collect();
                self.gates.or(above)
            }
        }
    }

    /// Gates in order; then falls, from the highest level down: a lead that falls lands lower and may fall again.
    fn stages(&mut self) {
        let program = self.program;
        let mut unbroken = TRUE;
        for (level, stage) in (1_u16..).zip(&program.stages) {
            let passes = self.all(&stage.require, View::Gate(level)).yes;
            let past = self.space.current_stage_at_least(level, &mut self.gates);
            let through = self.gates.or([passes, past]);
            unbroken = self.gates.and([unbroken, through]);
            self.passed.push(unbroken);
        }
        let count = program.stages.len();
        let passed = |level: usize| if level == 0 { TRUE } else { self.passed[level - 1] };
        let mut at: Vec<Lit> = Vec::new();
        for level in 0..=count {
            let next = if level < count { passed(level + 1) } else { !TRUE };
            at.push(self.gates.and([passed(level), !next]));
        }
        for level in (1..=count).rev() {
            let mut here = at[level];
            for (to, when) in program.stages[level - 1].fall_back.iter().filter(|(to, _)| usize::from(*to) < level) {
                let when = self.view(*when, View::At(level as u16)).yes;
                let falls = self.gates.and([here, when]);
                let lands = usize::from(*to);
                at[lands] = self.gates.or([at[lands], falls]);
                here = self.gates.and([here, !when]);
            }
            at[level] = here;
        }
        self.levels = at;
    }

    fn route(&mut self) {
        let program = self.program;
        let mut left = TRUE;
        for plan in &program.rules {
            let matched: Vec<Matched> = match plan {
                RulePlan::Otherwise { outcome } => {
                    vec![Matched { cell: None, outcome: *outcome, matches: TRUE, decides: left }]
                }
                RulePlan::To { outcome, when } => {
                    let matches = self.view(*when, View::Whole).yes;
                    vec![Matched { cell: None, outcome: *outcome, matches, decides: self.gates.and([left, matches]) }]
                }
                RulePlan::Matrix { rows, columns, when, cells } => {
                    let when = when.map_or(TRUE, |node| self.view(node, View::Whole).yes);
                    let mut matched = Vec::new();
                    for (row, cells) in cells.iter().enumerate() {
                        for (column, outcome) in cells.iter().enumerate() {
                            let Some(outcome) = *outcome else { continue };
                            let bands = [self.band(*rows, row), self.band(*columns, column)];
                            let matches = self.gates.and([bands[0], bands[1], when]);
                            let decides = self.gates.and([left, matches]);
                            matched.push(Matched { cell: Some((row, column)), outcome, matches, decides });
                        }
                    }
                    matched
                }
            };
            let any = self.gates.or(matched.iter().map(|m| m.matches));
            left = self.gates.and([left, !any]);
            self.rules.push(matched);
        }
    }
}
