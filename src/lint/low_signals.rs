//! Points that add up to too much: reading alone must not look like buying.
//!
//! The tiers of signals say what an event is worth as a sign, the bands say what is done about it. A crowd of weak signs that reaches a band made for
//! strong ones sends people to leads that only read. Only points from events count here: what fields add is not behaviour.

use super::Lens;
use super::possible::{Fixed, Truths, World};
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::condition::{CountRange, Test};
use crate::policy::exact::Points;
use crate::policy::people::RoleStatus;
use crate::policy::score::{Band, Per};
use crate::policy::signal::Tier;
use crate::policy::{Atom, Policy};

declare_rule! {
    /// Weak signals that reach a band made for stronger ones.
    pub LOW_SIGNALS_REACH_HIGH = "RB1146" "low-signals-reach-high" Warning "weak signals that add up to a band made for stronger ones"
}

/// Leads of which nothing is known but events of some tiers.
struct Only<'a>(&'a [Tier]);

impl Fixed for Only<'_> {
    fn atom(&self, world: &World<'_>, atom: &Atom) -> Truths {
        let none = |range: &CountRange| Truths::of(range.low == 0);
        match atom {
            Atom::Count { signals, range, .. } => {
                let happens = signals.iter().any(|s| self.0.contains(&world.policy.signals[s.index()].tier));
                if happens { Truths::EITHER } else { none(range) }
            }
            Atom::Field(_, Test::Known) => Truths::NO,
            Atom::Field(..) => Truths::UNKNOWN,
            Atom::Role(_, status) => Truths::of(*status == RoleStatus::Missing),
            Atom::RoleCount { range, .. } => none(range),
            Atom::CommitteeComplete => Truths::NO,
            _ => Truths::ANY,
        }
    }
}

/// Finds bands of Intent that low signals reach alone, and a highest band that low and mid signals reach together.
pub fn find(lens: &Lens<'_>, found: &mut Vec<Diagnostic>) {
    let policy = lens.policy;
    let bands = &policy.intent.bands;
    // Above the lowest band, highest first.
    let raised: Vec<&Band> = bands.iter().filter(|b| b.at_least.is_some()).collect();
    let Some(lowest) = raised.last() else { return };
    found.extend(reached(policy, &[Tier::Low], "low signals alone", lowest));
    if raised.len() > 1 {
        found.extend(reached(policy, &[Tier::Low, Tier::Mid], "low and mid signals together", raised[0]));
    }
}

fn reached(policy: &Policy, tiers: &[Tier], who: &str, band: &Band) -> Option<Diagnostic> {
    let begins = band.at_least?;
    let only = Only(tiers);
    let world = World::new(policy, &only);
    let counts = |per: &Per| tiers.contains(&policy.signals[per.signal.index()].tier);
    let (_, most) = world.points(&policy.intent, counts);
    if most < begins {
        return None;
    }
    let groups = policy.intent.groups.iter().zip(world.groups(&policy.intent, counts));
    let parts: Vec<(&str, Points)> =
        groups.filter(|(_, (_, most))| *most > Points::ZERO).map(|(g, (_, most))| (g.name.as_str(), most)).collect();
    // Points that no event brings are not the fault of events.
    if parts.is_empty() {
        return None;
    }
    let said: Vec<String> = parts.iter().map(|(name, most)| format!("{most} in `{name}`")).collect();
    Some(
        Diagnostic::new(
            &LOW_SIGNALS_REACH_HIGH,
            format!("{who} can reach `{}`", band.name),
            band.span,
            format!("begins at {begins}; they come to {most}: {}", said.join(", ")),
        )
        .with_help(format!("cap them (`up to`) so that they stay below {begins}, or let the band begin higher")),
    )
}
