//! A whole policy, or a library alone, from its parts.

use super::Checker;
use super::expectation::Said;
use super::names::Names;
use super::poison::Poison;
use crate::diagnostic::Diagnostic;
use crate::policy::time::Offset;
use crate::policy::{Policy, ScoreKind};
use crate::source::{SourceMap, Span};
use crate::syntax::tree::{File, ItemKind, PolicyHeader};

/// What is checked together.
pub struct Input<'a> {
    pub sources: &'a SourceMap,
    /// The libraries in order of use, then the file itself.
    pub files: Vec<&'a File>,
    /// Fixed by the caller: see [`Policy::hash`].
    pub hash: String,
    /// A library could not be loaded.
    pub missing_library: bool,
}

/// Checks a policy file with its libraries, or a library alone.
///
/// Gives the policy where there is one and nothing is wrong with it, and all findings in source order. Findings in libraries are given too.
pub fn check(input: &Input) -> (Option<Policy>, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let names = Names::collect(&input.files, &mut found);
    let mut poison = Poison::of(&input.files);
    poison.missing_library = input.missing_library;
    let header = input.files.last().and_then(|f| header_of(f));
    let mut checker = Checker {
        sources: input.sources,
        names,
        poison,
        found,
        fields: Vec::new(),
        attributes: Vec::new(),
        define_layers: Vec::new(),
        library_only: header.is_none(),
    };
    checker.resolve_fields();
    checker.resolve_define_layers();
    let policy = checker.whole(header, &input.hash);
    let mut found = checker.found;
    let broken = checker.poison.any();
    crate::diagnostic::sort(&mut found);
    let policy = policy.filter(|_| found.is_empty() && !broken);
    (policy, found)
}

fn header_of(file: &File) -> Option<(&PolicyHeader, Span)> {
    file.items.iter().find_map(|i| match &i.kind {
        ItemKind::Policy(header) => Some((header, i.span)),
        _ => None,
    })
}

impl Checker<'_> {
    /// Resolves everything, in the order in which a reader meets it. Each part is resolved even if an earlier one failed.
    fn whole(&mut self, header: Option<(&PolicyHeader, Span)>, hash: &str) -> Option<Policy> {
        let settings = header.and_then(|(h, span)| self.resolve_header(h, span));
        let name_span = header.map(|(h, _)| h.name.span);
        self.check_scores(name_span);
        let signals = self.resolve_signals();
        let personas = self.resolve_personas();
        let committee = self.resolve_committee();
        let defines = self.resolve_defines();
        let icp = self.resolve_icp();
        let fit = self.resolve_score(ScoreKind::Fit);
        let intent = self.resolve_score(ScoreKind::Intent);
        let checklists = self.resolve_checklists();
        let stages = self.resolve_stages();
        let risks = self.resolve_risks();
        let outcomes = self.resolve_outcomes();
        let route = match name_span {
            Some(span) => self.resolve_route(span),
            None => None,
        };
        let discovery = self.resolve_discovery();
        let triggers = self.resolve_triggers();
        let record = self.resolve_record();
        let account = self.resolve_account();
        let guarantees = self.resolve_guarantees();
        let imports = self.resolve_imports();
        let offset = settings.as_ref().map_or(Offset::default(), |s| s.offset);
        let said = Said {
            stages: stages.as_deref(),
            outcomes: outcomes.as_deref(),
            route: route.as_ref(),
            checklists: checklists.as_deref(),
            scores: fit.as_ref().zip(intent.as_ref()),
        };
        let tests = self.resolve_tests(offset, &said);
        let (header, span) = header?;
        let settings = settings?;
        Some(Policy {
            name: header.name.node.clone(),
            title: header.title.as_ref().map_or_else(|| header.name.node.replace('_', " "), |t| t.node.clone()),
            version: settings.version,
            owner: settings.owner,
            hash: hash.to_string(),
            offset,
            holidays: settings.holidays,
            applies: settings.applies,
            fields: std::mem::take(&mut self.fields),
            attributes: std::mem::take(&mut self.attributes),
            channels: self.names.channels.names().map(str::to_string).collect(),
            signals,
            personas,
            committee,
            defines: defines?,
            icp: icp?,
            fit: fit?,
            intent: intent?,
            checklists: checklists?,
            stages: stages?,
            risks: risks?,
            outcomes: outcomes?,
            route: route?,
            discovery: discovery?,
            triggers: triggers?,
            record: record?,
            account: account?,
            guarantees: guarantees?,
            imports,
            tests: tests?,
            expect_moves: settings.expect_moves,
            span,
        })
    }
}
