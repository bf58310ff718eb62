//! Advice about a policy that has no errors: what is probably not meant, or missing.
//!
//! Takes a typed policy with its texts and trees; gives findings. One file for each piece of advice (or a few that look at the same thing), each with
//! its rule and its message. Nothing here changes what a policy decides.

mod allow;
pub mod domain;
mod levels;
mod uses;

mod caps;
mod cells;
mod choices;
mod constant;
mod decay;
mod double_counting;
mod edit;
mod headers;
mod open_negation;
mod owners;
mod pairs;
mod profile;
mod reach;
mod repeated;
mod swallowed;
mod unused;
mod unused_fixes;
mod unused_parts;
mod weights;

pub use levels::{Level, Levels};
pub use uses::{Place, Use};

use crate::diagnostic::{self, Diagnostic, Rule};
use crate::policy::Policy;
use crate::source::{SourceMap, Span};
use crate::syntax::tree::File;
use domain::Reasoner;

/// A piece of advice: its rule, and what finds it.
pub struct Lint {
    pub rule: &'static Rule,
    pub find: fn(&Lens<'_>, &mut Vec<Diagnostic>),
}

/// All advice, in order of code.
pub static LINTS: &[Lint] = &[
    Lint { rule: &unused::UNUSED_FIELD, find: unused::fields },
    Lint { rule: &unused::UNUSED_SIGNAL, find: unused::signals },
    Lint { rule: &unused::UNUSED_DEFINE, find: unused::definitions },
    Lint { rule: &open_negation::OPEN_NEGATION, find: open_negation::find },
    Lint { rule: &unused_parts::UNUSED_PERSONA, find: unused_parts::personas },
    Lint { rule: &unused_parts::UNUSED_OUTCOME, find: unused_parts::outcomes },
    Lint { rule: &unused_parts::UNUSED_CHECKLIST, find: unused_parts::checklists },
    Lint { rule: &repeated::DUPLICATE_CRITERION, find: repeated::duplicates },
    Lint { rule: &double_counting::DOUBLE_COUNTING, find: double_counting::find },
    Lint { rule: &constant::CONSTANT_CONDITION, find: constant::constants },
    Lint { rule: &constant::IMPOSSIBLE_AND, find: constant::impossible },
    Lint { rule: &repeated::IMPLIED_CRITERION, find: repeated::implied },
    Lint { rule: &caps::CAP_TOO_HIGH, find: caps::too_high },
    Lint { rule: &caps::CAP_ALWAYS_BINDS, find: caps::always_binds },
    Lint { rule: &reach::UNREACHABLE_BAND, find: reach::bands },
    Lint { rule: &reach::THRESHOLD_OUT_OF_REACH, find: reach::thresholds },
    Lint { rule: &reach::UNREACHABLE_GATE, find: reach::gates },
    Lint { rule: &weights::GROUPS_AND_MAXIMUM, find: weights::groups },
    Lint { rule: &swallowed::SWALLOWED_RULE, find: swallowed::find },
    Lint { rule: &cells::MERGEABLE_CELLS, find: cells::find },
    Lint { rule: &profile::NEEDLESS_MUST, find: profile::needless },
    Lint { rule: &profile::WORTHLESS_CHOICE, find: profile::worthless },
    Lint { rule: &owners::LONE_OWNER, find: owners::find },
    Lint { rule: &decay::DECAY_OUTLIVES_WINDOW, find: decay::find },
    Lint { rule: &headers::HEADER_CLASH, find: headers::find },
    Lint { rule: &choices::UNMENTIONED_CHOICE, find: choices::find },
    Lint { rule: &weights::HEAVY_CRITERION, find: weights::heavy },
];

/// The rules of this layer.
pub fn rules() -> Vec<&'static Rule> {
    let own: &[&Rule] = &[&allow::BAD_ALLOW, &allow::UNUSED_ALLOW];
    LINTS.iter().map(|l| l.rule).chain(own.iter().copied()).collect()
}

/// What advice is found in: a policy, its text, and what it uses where.
pub struct Lens<'a> {
    pub policy: &'a Policy,
    pub sources: &'a SourceMap,
    /// Libraries before what uses them, the policy's own file last.
    pub trees: &'a [File],
    /// Every condition of the policy with the place it stands at.
    pub uses: Vec<Use<'a>>,
    /// What can be true of its leads.
    pub reasoner: Reasoner<'a>,
}

impl<'a> Lens<'a> {
    /// For a policy that has no errors.
    pub fn new(policy: &'a Policy, sources: &'a SourceMap, trees: &'a [File]) -> Lens<'a> {
        Lens { policy, sources, trees, uses: uses::of(policy), reasoner: Reasoner::new(policy) }
    }

    /// Whether a place stands in the policy's own file. What a library declares may be used by other policies, so nothing is called unused there.
    pub fn is_own(&self, span: Span) -> bool {
        span.file == self.policy.span.file
    }
}

/// All advice about a policy in source order, with the severity it is configured to have; what is allowed is left out.
pub fn lint(lens: &Lens<'_>, levels: &Levels) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for lint in LINTS.iter().filter(|l| levels.is_on(l.rule)) {
        (lint.find)(lens, &mut found);
    }
    let mut kept = allow::apply(lens, found);
    kept.retain_mut(|d| levels.set(d));
    diagnostic::sort(&mut kept);
    kept
}
