//! The same leads under both versions: how many went where, which ones moved, and which edits move them.
//!
//! Takes what both versions decided, in the order of the file; gives counts that reconcile and every lead that moved. Reads nothing itself.

use super::ladder::{Direction, Ladder, Ladders, OUT_OF_SCOPE};
use crate::policy::exact::Points;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// What one version decided.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// In the order of the file.
    pub leads: Vec<Lead>,
    pub read: u64,
    pub rejects: Vec<Rejected>,
}

/// A lead that was decided, or is out of scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lead {
    pub id: Arc<str>,
    /// The policy that decided.
    pub policy: Arc<str>,
    /// `None`: out of scope.
    pub place: Option<Place>,
}

/// Where a lead came to stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub route: Arc<str>,
    pub rule: Arc<str>,
    pub stage: Arc<str>,
    pub scores: Scores,
    pub fit_band: Arc<str>,
    pub intent_band: Arc<str>,
    pub action: Arc<str>,
    pub owner: Arc<str>,
}

/// The points of both scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scores {
    pub fit: Points,
    pub intent: Points,
}

/// A row that could not be used.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rejected {
    pub file: String,
    pub line: u64,
    pub reason: String,
}

impl Lead {
    /// Its outcome, or that it is out of scope.
    pub fn route(&self) -> &str {
        self.place.as_ref().map_or(OUT_OF_SCOPE, |p| &p.route)
    }
}

/// How the rows of the file came out on one side. Invariant: `read` is the sum of the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub read: u64,
    pub decided: u64,
    pub out_of_scope: u64,
    pub rejected: u64,
}

/// How many leads went from one place to another; those that stayed are among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    pub from: String,
    pub to: String,
    pub leads: u64,
    pub direction: Direction,
}

/// A lead whose route is another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    pub id: Arc<str>,
    pub from: Arc<str>,
    pub to: Arc<str>,
    pub direction: Direction,
    pub before: Option<Scores>,
    pub after: Option<Scores>,
    /// Ids of edits that bring the lead to the same outcome when they are made alone.
    pub edits: Vec<String>,
    /// Fields that are not known and whose answers could bring the lead back to where it was: it moved because nobody knows.
    pub open: Vec<String>,
}

/// How many of the moved leads an edit accounts for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    pub edit: String,
    /// Leads that this edit alone brings to where the new version has them.
    pub alone: u64,
    /// Why the edit cannot be made alone, where it cannot.
    pub not_alone: Option<String>,
}

/// The comparison.
#[derive(Clone, Debug)]
pub struct Population {
    pub as_of: crate::policy::time::Instant,
    pub old: Counts,
    pub new: Counts,
    /// Leads that neither version rejected; all shares are of these.
    pub compared: u64,
    pub routes: Vec<Flow>,
    pub stages: Vec<Flow>,
    pub fit_bands: Vec<Flow>,
    pub intent_bands: Vec<Flow>,
    /// In the order of the file.
    pub moved: Vec<Move>,
    /// Leads with the same route that another policy, rule or person takes care of, or whose points differ.
    pub same_route: SameRoute,
    /// Rows that only one version rejects.
    pub rejected_by_old: Vec<Rejected>,
    pub rejected_by_new: Vec<Rejected>,
    /// Which edits move leads; empty where that was not asked.
    pub causes: Vec<Cause>,
    /// So many of the moved leads were looked at for answers that are not known.
    pub asked: u64,
}

/// What differs for leads that did not move.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SameRoute {
    pub other_points: u64,
    pub other_rule: u64,
    pub other_next_step: u64,
}

impl Population {
    /// Compares what two versions decided about the same files.
    pub fn new(as_of: crate::policy::time::Instant, old: Run, new: Run, ladders: &Ladders) -> Population {
        let mut flows = Flows::default();
        let before: HashMap<&str, &Lead> = old.leads.iter().map(|l| (&*l.id, l)).collect();
        let mut moved = Vec::new();
        let mut same_route = SameRoute::default();
        let mut compared = 0;
        for is in &new.leads {
            let Some(was) = before.get(&*is.id) else { continue };
            compared += 1;
            flows.add(was, is);
            match was.route() == is.route() {
                true => same_route.add(was, is),
                false => moved.push(a_move(was, is, &ladders.routes)),
            }
        }
        Population {
            as_of,
            old: counts(&old),
            new: counts(&new),
            compared,
            routes: listed(flows.routes, &ladders.routes),
            stages: listed(flows.stages, &ladders.stages),
            fit_bands: listed(flows.fit_bands, &ladders.fit_bands),
            intent_bands: listed(flows.intent_bands, &ladders.intent_bands),
            moved,
            same_route,
            rejected_by_old: only(&old.rejects, &new.rejects),
            rejected_by_new: only(&new.rejects, &old.rejects),
            causes: Vec::new(),
            asked: 0,
        }
    }

    /// How many leads moved in a direction.
    pub fn towards(&self, direction: Direction) -> u64 {
        self.moved.iter().filter(|m| m.direction == direction).count() as u64
    }

    /// Notes what one edit, made alone, does to the leads that moved. `alone` is what the old version with that edit decides, or why there is none.
    pub fn cause(&mut self, edit: &str, alone: Result<&[Lead], String>) {
        let leads = match alone {
            Ok(leads) => leads,
            Err(why) => {
                self.causes.push(Cause { edit: edit.to_string(), alone: 0, not_alone: Some(why) });
                return;
            }
        };
        let routes: HashMap<&str, &str> = leads.iter().map(|l| (&*l.id, l.route())).collect();
        let mut alone = 0;
        for one in &mut self.moved {
            if routes.get(&*one.id).is_some_and(|route| *route == &*one.to) {
                one.edits.push(edit.to_string());
                alone += 1;
            }
        }
        self.causes.push(Cause { edit: edit.to_string(), alone, not_alone: None });
    }

    /// Leads that moved, and that no edit alone brings there.
    pub fn together(&self) -> u64 {
        self.moved.iter().filter(|m| m.edits.is_empty()).count() as u64
    }

    /// Leads that moved and could stay where they were, if something were known.
    pub fn open(&self) -> u64 {
        self.moved.iter().filter(|m| !m.open.is_empty()).count() as u64
    }
}

fn counts(run: &Run) -> Counts {
    let decided = run.leads.iter().filter(|l| l.place.is_some()).count() as u64;
    Counts {
        read: run.read,
        decided,
        out_of_scope: run.leads.len() as u64 - decided,
        rejected: run.read - run.leads.len() as u64,
    }
}

fn a_move(was: &Lead, is: &Lead, ladder: &Ladder) -> Move {
    let name = |lead: &Lead| lead.place.as_ref().map_or_else(|| Arc::from(OUT_OF_SCOPE), |p| p.route.clone());
    Move {
        id: is.id.clone(),
        from: name(was),
        to: name(is),
        direction: ladder.direction(was.route(), is.route()),
        before: was.place.as_ref().map(|p| p.scores),
        after: is.place.as_ref().map(|p| p.scores),
        edits: Vec::new(),
        open: Vec::new(),
    }
}

impl SameRoute {
    fn add(&mut self, was: &Lead, is: &Lead) {
        let (Some(a), Some(b)) = (&was.place, &is.place) else { return };
        self.other_points += u64::from(a.scores != b.scores);
        self.other_rule += u64::from(a.rule != b.rule || was.policy != is.policy);
        self.other_next_step += u64::from((&a.action, &a.owner) != (&b.action, &b.owner));
    }
}

type Matrix = BTreeMap<(Arc<str>, Arc<str>), u64>;

#[derive(Default)]
struct Flows {
    routes: Matrix,
    stages: Matrix,
    fit_bands: Matrix,
    intent_bands: Matrix,
}

impl Flows {
    fn add(&mut self, was: &Lead, is: &Lead) {
        let out: Arc<str> = Arc::from(OUT_OF_SCOPE);
        let of =
            |lead: &Lead, part: fn(&Place) -> &Arc<str>| lead.place.as_ref().map_or(out.clone(), |p| part(p).clone());
        let mut count = |matrix: fn(&mut Flows) -> &mut Matrix, part: fn(&Place) -> &Arc<str>| {
            *matrix(self).entry((of(was, part), of(is, part))).or_default() += 1;
        };
        count(|f| &mut f.routes, |p| &p.route);
        count(|f| &mut f.stages, |p| &p.stage);
        count(|f| &mut f.fit_bands, |p| &p.fit_band);
        count(|f| &mut f.intent_bands, |p| &p.intent_band);
    }
}

fn listed(matrix: Matrix, ladder: &Ladder) -> Vec<Flow> {
    let flow = |((from, to), leads): ((Arc<str>, Arc<str>), u64)| Flow {
        direction: ladder.direction(&from, &to),
        from: from.to_string(),
        to: to.to_string(),
        leads,
    };
    let mut flows: Vec<Flow> = matrix.into_iter().map(flow).collect();
    flows.sort_by_key(|f| (ladder.place(&f.from), ladder.place(&f.to)));
    flows
}

/// Rows that only the first side rejects.
fn only(mine: &[Rejected], theirs: &[Rejected]) -> Vec<Rejected> {
    let places: std::collections::BTreeSet<(&str, u64)> = theirs.iter().map(|r| (r.file.as_str(), r.line)).collect();
    mine.iter().filter(|r| !places.contains(&(r.file.as_str(), r.line))).cloned().collect()
}
