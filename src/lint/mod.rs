//! Advice about a policy that has no errors: what is probably not meant, or missing.
//!
//! Takes a typed policy with its texts and trees; gives findings. One file for each piece of advice (or a few that look at the same thing), each with
//! its rule and its message. Nothing here changes what a policy decides.
//!
//! Some advice is about the mistakes of qualification itself: a demo without fit, gates without people. It takes a policy at its word and speaks only
//! to one that claims the subject: about gates where there are gates, about the script where there is a script. A small policy is a start, not a
//! mistake; all that it does not speak of is shown by [`framework`], for whoever asks.

mod allow;
pub mod domain;
mod levels;
mod possible;
mod sees;
mod texts;
mod uses;
pub(crate) mod words;

mod across;
mod caps;
mod cells;
mod choices;
mod decay;
mod double_counting;
mod early_field;
mod edit;
mod ends;
pub mod framework;
mod headers;
mod hygiene;
mod low_signals;
mod open_negation;
mod owners;
mod pairs;
mod people_and_security;
mod profile;
mod questions;
mod repeated;
mod sources;
mod unused;
mod unused_fixes;
mod unused_parts;
mod weights;

use allow::Allowing;
pub use levels::{Level, Levels};
pub use texts::Texts;
pub use uses::{Mention, Place, Use, mentions, of as uses_of, own_atoms};

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
    Lint { rule: &repeated::IMPLIED_CRITERION, find: repeated::implied },
    Lint { rule: &caps::CAP_TOO_HIGH, find: caps::too_high },
    Lint { rule: &caps::CAP_ALWAYS_BINDS, find: caps::always_binds },
    Lint { rule: &weights::GROUPS_AND_MAXIMUM, find: weights::groups },
    Lint { rule: &cells::MERGEABLE_CELLS, find: cells::find },
    Lint { rule: &profile::WORTHLESS_CHOICE, find: profile::worthless },
    Lint { rule: &owners::LONE_OWNER, find: owners::find },
    Lint { rule: &decay::DECAY_OUTLIVES_WINDOW, find: decay::find },
    Lint { rule: &headers::HEADER_CLASH, find: headers::find },
    Lint { rule: &choices::UNMENTIONED_CHOICE, find: choices::find },
    Lint { rule: &weights::HEAVY_CRITERION, find: weights::heavy },
    Lint { rule: &sources::FORMS_ONLY_INTENT, find: sources::forms_only },
    Lint { rule: &people_and_security::NO_SECURITY_GATE, find: people_and_security::security },
    Lint { rule: &people_and_security::NO_STAKEHOLDER_GATE, find: people_and_security::stakeholders },
    Lint { rule: &ends::DEMO_WITHOUT_FIT, find: ends::demo },
    Lint { rule: &low_signals::LOW_SIGNALS_REACH_HIGH, find: low_signals::find },
    Lint { rule: &early_field::FIELD_TOO_EARLY, find: early_field::find },
    Lint { rule: &sources::IDLE_SOURCE, find: sources::idle },
    Lint { rule: &questions::LONG_FORM, find: questions::long_form },
    Lint { rule: &questions::QUESTION_MISSING, find: questions::missing },
    Lint { rule: &ends::SILENT_DISQUALIFICATION, find: ends::disqualification },
    Lint { rule: &ends::NO_WAY_BACK, find: ends::way_back },
    Lint { rule: &questions::GATE_WITHOUT_QUESTION, find: questions::gates },
];

/// Advice about writing, which needs no policy.
pub struct TextLint {
    pub rule: &'static Rule,
    pub find: fn(Texts<'_>, &mut Vec<Diagnostic>),
}

/// All advice about writing, in order of code.
pub static TEXT_LINTS: &[TextLint] = &[
    TextLint { rule: &hygiene::MIXED_SCRIPT, find: hygiene::mixed_script },
    TextLint { rule: &hygiene::INVISIBLE_CHARACTER, find: hygiene::invisible },
];

/// The rules of this layer.
pub fn rules() -> Vec<&'static Rule> {
    let own: &[&Rule] = &[&allow::BAD_ALLOW, &allow::UNUSED_ALLOW];
    advice().chain(own.iter().copied()).collect()
}

/// The rules of what this layer advises.
fn advice() -> impl Iterator<Item = &'static Rule> {
    let alone = LINTS.iter().map(|l| l.rule).chain(TEXT_LINTS.iter().map(|l| l.rule));
    alone.chain(across::LINTS.iter().map(|l| l.rule))
}

/// Advice that comes from beyond this layer, and is allowed and weighed as its own.
#[derive(Clone, Debug, Default)]
pub struct Beyond {
    /// All its rules.
    pub rules: &'static [&'static Rule],
    /// What was found in each policy; `None` where it was not looked for.
    pub found: Option<Vec<Vec<Diagnostic>>>,
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

    /// Its texts alone.
    pub fn texts(&self) -> Texts<'a> {
        Texts { sources: self.sources, trees: self.trees }
    }

    /// Whether a place stands in the policy's own file. What a library declares may be used by other policies, so nothing is called unused there.
    pub fn is_own(&self, span: Span) -> bool {
        span.file == self.policy.span.file
    }
}

/// All advice about policies that are looked at together, each in source order with the severity its levels give it; what is allowed is left out.
/// There is one list for each policy, in the order given.
pub fn lint(lenses: &[Lens<'_>], levels: &[Levels], beyond: &Beyond) -> Vec<Vec<Diagnostic>> {
    let mut found: Vec<Vec<Diagnostic>> = lenses.iter().map(|_| Vec::new()).collect();
    for (lens, found) in lenses.iter().zip(&mut found) {
        LINTS.iter().for_each(|l| (l.find)(lens, found));
        TEXT_LINTS.iter().for_each(|l| (l.find)(lens.texts(), found));
    }
    across::LINTS.iter().for_each(|l| (l.find)(lenses, &mut found));
    for (found, more) in found.iter_mut().zip(beyond.found.iter().flatten()) {
        found.extend(more.iter().cloned());
    }
    let one = |((lens, found), levels): ((&Lens<'_>, Vec<Diagnostic>), &Levels)| {
        let allowing = Allowing { texts: lens.texts(), own: Some(lens.policy.span.file), beyond };
        finished(allowing, found, levels)
    };
    lenses.iter().zip(found).zip(levels).map(one).collect()
}

/// Advice about the writing of files that make no policy: libraries, and policies with errors.
pub fn lint_texts(texts: Texts<'_>, levels: &Levels, beyond: &Beyond) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    TEXT_LINTS.iter().for_each(|l| (l.find)(texts, &mut found));
    finished(Allowing { texts, own: None, beyond }, found, levels)
}

/// Findings without those that are allowed or switched off.
fn finished(allowing: Allowing<'_>, mut found: Vec<Diagnostic>, levels: &Levels) -> Vec<Diagnostic> {
    found.retain(|d| levels.is_on(d.rule));
    let mut kept = allow::apply(allowing, found);
    kept.retain_mut(|d| levels.set(d));
    diagnostic::sort(&mut kept);
    kept
}
