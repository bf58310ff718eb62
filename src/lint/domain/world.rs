//! What is still possible for one lead while claims about it are taken in: every value that conditions can ask for, and how they hang together.

use super::Want;
use super::cell::Cell;
use super::people::{Roles, Tally};
use super::ranges::Ranges;
use crate::policy::people::RoleStatus;
use crate::policy::{Atom, AttributeId, BuiltIn, FieldId, Policy, RoleId, ScoreKind, SignalId};
use std::collections::BTreeMap;

/// Which events are counted: of which signals, and how far back; `u32::MAX` is ever.
pub type Counted = (Vec<SignalId>, u32);

/// All that is left. What is not in a table is as open as its type.
#[derive(Clone, Debug)]
pub struct World {
    fields: BTreeMap<FieldId, Cell>,
    attributes: BTreeMap<AttributeId, Cell>,
    /// Whether behaviour may not have been supplied, so that all counts are unknown.
    behaviour_unknown: bool,
    /// Counts, where behaviour was supplied.
    counts: BTreeMap<Counted, Ranges>,
    pub(super) roles: Roles,
    /// Points by score, always known.
    pub(super) scores: [Ranges; 2],
    /// Which of them claims were made about.
    pub(super) scored: [bool; 2],
    stage: Ranges,
    route: Ranges,
    previous: Ranges,
    previous_unknown: bool,
}

impl World {
    /// Any lead of a policy whose scores lie in these ranges.
    pub fn any(policy: &Policy, scores: [Ranges; 2]) -> World {
        World {
            fields: BTreeMap::new(),
            attributes: BTreeMap::new(),
            behaviour_unknown: true,
            counts: BTreeMap::new(),
            roles: Roles::any(policy.committee.roles.len()),
            scores,
            scored: [false; 2],
            stage: Ranges::of(Some(0), Some(policy.stages.len() as i64)),
            route: Ranges::of(Some(0), Some(policy.outcomes.len() as i64 - 1)),
            previous: Ranges::all(),
            previous_unknown: true,
        }
    }

    /// Takes in that an atom answers as wanted; false if nothing is left. Atoms that [`splits_atom`] names must have been split before; those that are made of
    /// other conditions (profile, checklists, committee) never come here.
    pub fn restrict(&mut self, policy: &Policy, atom: &Atom, want: Want) -> bool {
        match atom {
            Atom::Field(field, test) => self.field(policy, *field).restrict(test, want),
            Atom::Attribute(id, test) => {
                let ty = &policy.attributes[id.index()].ty;
                self.attributes.entry(*id).or_insert_with(|| Cell::of(ty)).restrict(test, want)
            }
            Atom::Count { signals, within_days, range } => {
                let key = (signals.clone(), within_days.unwrap_or(u32::MAX));
                let with = Ranges::of(Some(i64::from(range.low)), range.high.map(i64::from));
                self.behaviour_unknown &= matches!(want, Want::NotTrue | Want::NotFalse);
                let left = self.counts.entry(key).or_insert_with(|| Ranges::of(Some(0), None));
                *left = cut(left, with, want);
                self.counts_agree()
            }
            Atom::Role(role, status) => self.roles.at_least(role.index(), *status, want),
            Atom::RoleCount { at_least, range } => {
                let (least, most) = Tally::for_count(*range, want);
                self.roles.tally(*at_least, &least, &most)
            }
            Atom::Score(kind, range) => {
                let at = *kind as usize;
                let with = Ranges::of(range.low.map(|p| p.0), range.high.map(|p| p.0));
                self.scored[at] = true;
                narrow(&mut self.scores[at], with, want)
            }
            Atom::Stage { low, high } => {
                narrow(&mut self.stage, Ranges::of(Some(i64::from(*low)), Some(i64::from(*high))), want)
            }
            Atom::Route(outcomes) => {
                let with = Ranges::from_list(outcomes.iter().map(|o| (i64::from(o.0), i64::from(o.0))));
                narrow(&mut self.route, with, want)
            }
            Atom::PreviousRoute(outcomes) => {
                let with = Ranges::from_list(outcomes.iter().map(|o| (i64::from(o.0), i64::from(o.0))));
                self.previous_unknown &= matches!(want, Want::NotTrue | Want::NotFalse);
                narrow(&mut self.previous, with, want) || self.previous_unknown
            }
            Atom::CommitteeComplete | Atom::Icp(_) | Atom::Checklist(_) => true,
        }
    }

    /// Takes in that a multi-select is unknown or open.
    pub fn restrict_to_open(&mut self, policy: &Policy, asked: &Atom) -> bool {
        match asked {
            Atom::Field(field, _) => self.field(policy, *field).restrict_to_open(),
            Atom::Attribute(id, _) => {
                let ty = &policy.attributes[id.index()].ty;
                self.attributes.entry(*id).or_insert_with(|| Cell::of(ty)).restrict_to_open()
            }
            _ => true,
        }
    }

    /// Takes in that so few and so many roles have at least a status.
    pub fn restrict_tally(&mut self, at_least: RoleStatus, least: &Ranges, most: &Ranges) -> bool {
        self.roles.tally(at_least, least, most)
    }

    fn field(&mut self, policy: &Policy, field: FieldId) -> &mut Cell {
        let ty = &policy.field(field).ty;
        self.fields
            .entry(field)
            .or_insert_with(|| if field == BuiltIn::Id.field() { Cell::always_known(ty) } else { Cell::of(ty) })
    }

    /// The most events of a signal in a window, as far as something is known of them.
    pub fn most_events(&self, signal: SignalId, within: u32) -> i64 {
        let wider = self.counts.iter().filter(|((s, w), _)| s.contains(&signal) && *w >= within);
        wider.filter_map(|(_, left)| left.most()).min().unwrap_or(i64::MAX)
    }

    /// More signals and longer windows hold at least as many events; where each of some signals has none, together they have none.
    fn counts_agree(&mut self) -> bool {
        let keys: Vec<Counted> = self.counts.keys().cloned().collect();
        for _ in 0..2 {
            for small in &keys {
                for large in keys.iter().filter(|large| *large != small && covers(large, small)) {
                    let (least, most) = (self.counts[small].least(), self.counts[large].most());
                    self.cut_count(small, Ranges::of(None, most));
                    self.cut_count(large, Ranges::of(least, None));
                }
                let nothing: Vec<SignalId> = self.without_events(small.1);
                if small.0.iter().all(|s| nothing.contains(s)) {
                    self.cut_count(small, Ranges::of(None, Some(0)));
                }
            }
        }
        self.behaviour_unknown || self.counts.values().all(|left| !left.is_empty())
    }

    fn cut_count(&mut self, key: &Counted, with: Ranges) {
        if let Some(left) = self.counts.get_mut(key) {
            *left = left.and(&with);
        }
    }

    /// The signals of which nothing happened in a window.
    fn without_events(&self, within: u32) -> Vec<SignalId> {
        let none = self.counts.iter().filter(|((_, w), left)| *w >= within && left.most() == Some(0));
        none.flat_map(|((signals, _), _)| signals.iter().copied()).collect()
    }
}

/// Whether everything that `small` counts is counted by `large` too.
fn covers(large: &Counted, small: &Counted) -> bool {
    large.1 >= small.1 && small.0.iter().all(|s| large.0.contains(s))
}

fn cut(left: &Ranges, with: Ranges, want: Want) -> Ranges {
    left.and(&if matches!(want, Want::True | Want::NotFalse) { with } else { with.not() })
}

fn narrow(left: &mut Ranges, with: Ranges, want: Want) -> bool {
    *left = cut(left, with, want);
    !left.is_empty()
}

/// What a condition is about, coarsely: conditions about different things cannot contradict or imply each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    Field(FieldId),
    Attribute(AttributeId),
    Behaviour,
    People,
    Score(ScoreKind),
    Stage,
    Route,
}

impl Subject {
    /// The subject of an atom that is not made of other conditions.
    pub fn of(atom: &Atom) -> Option<Subject> {
        Some(match atom {
            Atom::Field(field, _) => Subject::Field(*field),
            Atom::Attribute(id, _) => Subject::Attribute(*id),
            Atom::Count { .. } => Subject::Behaviour,
            Atom::Role(..) | Atom::RoleCount { .. } => Subject::People,
            Atom::Score(kind, _) => Subject::Score(*kind),
            Atom::Stage { .. } => Subject::Stage,
            Atom::Route(_) | Atom::PreviousRoute(_) => Subject::Route,
            Atom::CommitteeComplete | Atom::Icp(_) | Atom::Checklist(_) => return None,
        })
    }
}

/// The atom that says that a role has at least engaged.
pub fn engaged(role: usize) -> Atom {
    Atom::Role(RoleId(role as u16), RoleStatus::Engaged)
}

/// Whether an atom answers as wanted in two ways that one world cannot hold.
pub fn splits_atom(atom: &Atom, want: Want) -> bool {
    match atom {
        Atom::Field(_, test) | Atom::Attribute(_, test) => super::cell::splits(test, want),
        Atom::RoleCount { .. } => matches!(want, Want::False | Want::NotTrue),
        _ => false,
    }
}
