//! One lead against what it was: whether to look at it again, why, and where it went.

use super::earlier::{Earlier, Place, looks_at_profile};
use super::fading::Fall;
use super::plan::{Blind, Now, Plan};
use super::triggers::{Fired, fired};
use crate::diff::ladder::OUT_OF_SCOPE;
use crate::diff::report::What;
use crate::diff::{Direction, Ladder, Ladders};
use crate::engine::decision::When;
use crate::policy::Policy;
use std::collections::BTreeSet;

/// What there is to say of a lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// Nothing new.
    Quiet,
    /// Triggers fired, but what puts the lead outside the profile still holds.
    Held,
    /// To look at again.
    Again(Box<Again>),
}

/// What is to be done with a lead that is looked at again, the most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Its route leads towards sales.
    Back,
    /// Its route leads away from sales, or a band or stage is lower.
    Down,
    /// Triggers fired; its place is the same, or as near to sales.
    Look,
}

/// A lead to look at again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Again {
    pub id: String,
    /// The place of the policy that decides among those of the run.
    pub policy: usize,
    pub group: Group,
    /// The route before and now; [`OUT_OF_SCOPE`] where there was or is none.
    pub route: Change,
    /// Stage and bands that are other ones, where both times the same policy decided.
    pub moved: Vec<Change>,
    /// Where it was and is, where it was and is in scope.
    pub before: Option<Place>,
    pub now: Option<Place>,
    pub fired: Vec<Fired>,
    /// What follows, where it is in scope.
    pub step: Option<Step>,
    /// What it loses if nothing happens.
    pub falls: Vec<Fall>,
    /// The policy or version that decided before, where that is another one.
    pub by: Option<(String, String)>,
}

/// Something before and now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub what: What,
    pub from: String,
    pub to: String,
    pub direction: Direction,
}

/// The next step of a lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub action: String,
    pub owner: String,
    pub due: When,
    /// The due time is that of the earlier decision, because the route is the same.
    pub kept: bool,
}

/// A lead held against what it was.
#[derive(Clone, Debug)]
pub struct Compared {
    pub told: Told,
    /// What could not be told of it.
    pub blind: BTreeSet<Blind>,
}

impl Now<'_> {
    /// Whether its profile fails, and that is why it goes where it goes. `place`: where it stands.
    pub fn turned_away(&self, place: &Place) -> bool {
        !place.failed.is_empty() && looks_at_profile(self.program, self.e.routes[self.lead].rule)
    }
}

impl Place {
    /// Its due time: the earlier one where the same policy had sent the lead to the same outcome.
    pub fn due_after(&self, policy: &str, earlier: Option<&Earlier>) -> (When, bool) {
        let before = earlier.filter(|e| e.policy.name == policy).and_then(|e| e.place.as_ref());
        before.filter(|p| p.route == self.route).map_or((self.due, false), |p| (p.due, true))
    }
}

impl Plan {
    /// Holds a lead against what it was. `place`: where it stands now; `all`: the outcomes of all policies of the run; `kept`: the earlier lead was
    /// kept in a snapshot, not worked out.
    pub fn compare(
        &self,
        now: &Now<'_>,
        (at, place): (usize, Option<&Place>),
        earlier: &Earlier,
        all: &Ladder,
        kept: bool,
    ) -> Compared {
        let found = fired(self, now, earlier, kept);
        let mut blind = found.blind;
        let decider = (&earlier.policy.name, &earlier.policy.version);
        let (same_policy, same_text) = (earlier.policy.name == now.policy.name, earlier.policy.hash == now.policy.hash);
        if !same_policy {
            blind.insert(Blind::Policy(decider.0.clone()));
        } else if !same_text {
            blind.insert(Blind::Version(decider.1.clone()));
        }
        let name = |place: Option<&Place>| place.map_or_else(|| OUT_OF_SCOPE.to_string(), |p| p.route.clone());
        let (from, to) = (name(earlier.place.as_ref()), name(place));
        let direction = all.direction(&from, &to);
        if still_outside(now, place, earlier) {
            let told = if found.fired.is_empty() { Told::Quiet } else { Told::Held };
            return Compared { told, blind };
        }
        let moved = match (&earlier.place, place) {
            (Some(before), Some(place)) if same_policy => moved(now.policy, before, place),
            _ => Vec::new(),
        };
        let fell = moved.iter().any(|m| m.direction == Direction::Away);
        let group = match direction {
            Direction::Towards => Group::Back,
            Direction::Away => Group::Down,
            Direction::Level if fell => Group::Down,
            Direction::Level => Group::Look,
        };
        if found.fired.is_empty() && from == to && group == Group::Look {
            return Compared { told: Told::Quiet, blind };
        }
        let again = Again {
            id: now.batch.id(now.lead).to_string(),
            policy: at,
            group,
            route: Change { what: What::Route, from, to, direction },
            moved,
            before: earlier.place.clone(),
            now: place.cloned(),
            fired: found.fired,
            step: place.map(|place| step(now, place, earlier)),
            falls: Vec::new(),
            by: (!same_policy || !same_text).then(|| (decider.0.clone(), decider.1.clone())),
        };
        Compared { told: Told::Again(Box::new(again)), blind }
    }
}

/// Whether a lead was turned away for scope and one of the reasons still holds: both times out of scope, or sent to the same outcome by a rule that
/// looks at the profile while a criterion fails that failed before.
fn still_outside(now: &Now<'_>, place: Option<&Place>, earlier: &Earlier) -> bool {
    match (&earlier.place, place) {
        (None, None) => true,
        (Some(before), Some(place)) => {
            before.route == place.route
                && before.failed.iter().any(|f| place.failed.contains(f))
                && now.turned_away(place)
        }
        _ => false,
    }
}

/// The stage and the bands that are other ones.
fn moved(policy: &Policy, before: &Place, now: &Place) -> Vec<Change> {
    let own = std::slice::from_ref(policy);
    let ladders = Ladders::of(own, own);
    let all = [
        (What::Stage, &before.stage, &now.stage),
        (What::FitBand, &before.fit.band, &now.fit.band),
        (What::IntentBand, &before.intent.band, &now.intent.band),
    ];
    let change = |(what, from, to): (What, &String, &String)| {
        let direction = ladders.get(what).direction(from, to);
        (from != to).then(|| Change { what, from: from.clone(), to: to.clone(), direction })
    };
    all.into_iter().filter_map(change).collect()
}

fn step(now: &Now<'_>, place: &Place, earlier: &Earlier) -> Step {
    let step = now.decider.engine().next_step(now.e, now.batch, now.lead);
    let (due, kept) = place.due_after(&now.policy.name, Some(earlier));
    Step { action: step.action, owner: step.owner, due, kept }
}
