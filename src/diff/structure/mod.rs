//! What changed in the text of a policy, part by part, in the policy's own words.
//!
//! One walk over both versions does two things. It lists every difference as an [`Edit`]; and, given some edits, it builds the policy that has these and
//! no others. A difference that is listed is therefore exactly one that can be put in. Formatting, comments, and order where order means nothing, are
//! no differences.

mod conditions;
mod criteria;
mod fields;
mod gates;
mod header;
mod imports;
mod lists;
mod outcomes;
mod people;
mod route;
mod scores;
mod script;
mod signals;
mod walk;

use super::flat::Flat;
use super::pair::Pair;
use crate::policy::ScoreKind;
use crate::source::Span;
use std::collections::BTreeSet;
use walk::Walk;

/// One difference between two versions of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Names the difference: block, part, what of it. No two edits of a pair share one, and the same texts give the same ids.
    pub id: String,
    pub block: Block,
    pub effect: Effect,
    /// A sentence in the words of the policy, without a full stop: `` `ehr` earns 12 instead of 10 ``.
    pub says: String,
    /// Where it stands in the old version; `None` where it is new.
    pub old: Option<Span>,
    /// Where it stands in the new version; `None` where it is gone.
    pub new: Option<Span>,
}

/// What an edit can do to a lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// It has a part in scores, stages or routes.
    Decides,
    /// It changes how data are read.
    Reads,
    /// It changes what people are told: words, owners, due times, questions.
    Tells,
}

/// A block of a policy, in the order in which changes are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Block {
    Policy,
    Fields,
    Behaviour,
    People,
    Definitions,
    Profile,
    Fit,
    Intent,
    Checklists,
    Stages,
    Route,
    Outcomes,
    Risks,
    Script,
    Record,
    ComingBack,
    Account,
    Guarantees,
    Imports,
}

impl Block {
    /// The heading for people.
    pub fn title(self) -> &'static str {
        match self {
            Block::Policy => "Policy",
            Block::Fields => "Lead record",
            Block::Behaviour => "Behaviour",
            Block::People => "People",
            Block::Definitions => "Definitions",
            Block::Profile => "Profile",
            Block::Fit => "Fit",
            Block::Intent => "Intent",
            Block::Checklists => "Checklists",
            Block::Stages => "Stages",
            Block::Route => "Route",
            Block::Outcomes => "Outcomes",
            Block::Risks => "Risks",
            Block::Script => "Call script",
            Block::Record => "Record",
            Block::ComingBack => "Coming back",
            Block::Account => "Accounts",
            Block::Guarantees => "Guarantees",
            Block::Imports => "Imports",
        }
    }

    /// The block of a score.
    fn of_score(kind: ScoreKind) -> Block {
        match kind {
            ScoreKind::Fit => Block::Fit,
            ScoreKind::Intent => Block::Intent,
        }
    }
}

/// How many tests are new, gone or different.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tests {
    pub added: usize,
    pub removed: usize,
    pub changed: usize,
}

/// All differences, in the order of [`Block`].
pub(super) fn edits(pair: &Pair) -> Vec<Edit> {
    let mut walk = Walk::listing(pair);
    whole(&mut walk);
    let mut edits = walk.edits();
    edits.sort_by_key(|e| e.block);
    edits
}

/// The old version with the edits of these ids.
pub(super) fn with(pair: &Pair, edits: &BTreeSet<String>) -> Flat {
    whole(&mut Walk::taking(pair, edits))
}

/// Both versions side by side, block by block.
fn whole(w: &mut Walk<'_>) -> Flat {
    let [old, new] = &w.pair().flats;
    Flat {
        header: header::header(w, &old.header, &new.header),
        span: new.span,
        fields: fields::fields(w, &old.fields, &new.fields),
        attributes: fields::attributes(w, &old.attributes, &new.attributes),
        channels: signals::channels(w, &old.channels, &new.channels),
        signals: signals::signals(w, &old.signals, &new.signals),
        personas: people::personas(w, &old.personas, &new.personas),
        engaged_within: people::engaged_within(w, &old.engaged_within, &new.engaged_within),
        roles: people::roles(w, &old.roles, &new.roles),
        defines: conditions::defines(w, &old.defines, &new.defines),
        icp: gates::profile(w, &old.icp, &new.icp),
        scores: [
            scores::score(w, ScoreKind::Fit, &old.scores[0], &new.scores[0]),
            scores::score(w, ScoreKind::Intent, &old.scores[1], &new.scores[1]),
        ],
        checklists: gates::checklists(w, &old.checklists, &new.checklists),
        stages: gates::stages(w, &old.stages, &new.stages),
        risks: gates::risks(w, &old.risks, &new.risks),
        outcomes: outcomes::outcomes(w, &old.outcomes, &new.outcomes),
        route: route::route(w, &old.route, &new.route),
        discovery: script::discovery(w, old.discovery.as_ref(), new.discovery.as_ref()),
        triggers: script::triggers(w, &old.triggers, &new.triggers),
        record: script::record(w, &old.record, &new.record),
        account: script::account(w, old.account.as_ref(), new.account.as_ref()),
        guarantees: script::guarantees(w, &old.guarantees, &new.guarantees),
        imports: imports::imports(w, &old.imports, &new.imports),
        tests: Vec::new(),
    }
}

/// What became of the tests; they look at decisions and make none, so they are only counted.
pub(super) fn tests(pair: &Pair) -> Tests {
    let [old, new] = &pair.flats;
    script::tests(&Walk::listing(pair), &old.tests, &new.tests)
}
