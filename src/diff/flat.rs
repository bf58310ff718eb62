//! A policy with all it uses in one piece: each declaration once, whatever file it stands in.
//!
//! Libraries, `extend` and `replace` are ways of writing; two policies are compared, and edits applied, after they are resolved. A flat policy can be
//! put together again into one file, which is checked like any other.

use crate::check::names::{Names, Table};
use crate::source::{Span, Spanned};
use crate::syntax::tree::*;

/// All declarations of a policy and its libraries.
#[derive(Clone, Debug)]
pub(super) struct Flat {
    pub header: PolicyHeader,
    /// The whole policy block.
    pub span: Span,
    /// With the choices that `extend` adds.
    pub fields: Vec<FieldDecl>,
    pub attributes: Vec<AttributeDecl>,
    pub channels: Vec<Name>,
    pub signals: Vec<SignalDecl>,
    pub personas: Vec<PersonaDecl>,
    pub engaged_within: Option<Count>,
    pub roles: Vec<RoleDecl>,
    pub defines: Vec<Define>,
    pub icp: Vec<Must>,
    /// Fit, then intent.
    pub scores: [Score; 2],
    pub checklists: Vec<Checklist>,
    pub stages: Vec<Stage>,
    pub risks: Vec<Risk>,
    pub outcomes: Vec<Outcome>,
    pub route: Vec<RouteItem>,
    /// The last title wins; sections of one name add up.
    pub discovery: Option<Discovery>,
    pub triggers: Vec<Trigger>,
    /// Sections of one heading add up.
    pub record: Vec<RecordSection>,
    pub account: Option<Account>,
    pub guarantees: Vec<Guarantee>,
    pub imports: Vec<Import>,
    pub tests: Vec<Test>,
}

impl Flat {
    /// The declarations of files that were checked without errors, libraries first; `None` where they hold no policy.
    pub fn of(files: &[File]) -> Option<Flat> {
        let main = files.last()?;
        let (header, span) = main.items.iter().find_map(|i| match &i.kind {
            ItemKind::Policy(header) => Some((header.clone(), i.span)),
            _ => None,
        })?;
        let names = Names::collect(&files.iter().collect::<Vec<_>>(), &mut Vec::new());
        let scores = [names.scores.named("fit")?.clone(), names.scores.named("intent")?.clone()];
        Some(Flat {
            header,
            span,
            fields: fields(&names),
            attributes: all(&names.attributes),
            channels: all(&names.channels),
            signals: all(&names.signals).into_iter().map(|s| SignalDecl { replace: None, ..s }).collect(),
            personas: all(&names.personas).into_iter().map(|p| PersonaDecl { replace: None, ..p }).collect(),
            engaged_within: names.engaged_within.first().map(|c| (*c).clone()),
            roles: all(&names.roles).into_iter().map(|r| RoleDecl { replace: None, ..r }).collect(),
            defines: all(&names.defines),
            icp: names.icp.iter().map(|m| (*m).clone()).collect(),
            scores,
            checklists: all(&names.checklists),
            stages: all(&names.stages).into_iter().map(|s| Stage { replace: None, ..s }).collect(),
            risks: names.risks.iter().map(|r| (*r).clone()).collect(),
            outcomes: all(&names.outcomes).into_iter().map(|o| Outcome { replace: None, ..o }).collect(),
            route: names.route.get().unwrap_or_default().to_vec(),
            discovery: discovery(&names),
            triggers: names.triggers.iter().map(|t| (*t).clone()).collect(),
            record: record(&names),
            account: names.account.get().cloned(),
            guarantees: names.guarantees.iter().map(|(_, g)| (*g).clone()).collect(),
            imports: all(&names.imports),
            tests: names.tests.iter().map(|(_, t)| (*t).clone()).collect(),
        })
    }

    /// One file that says the same. Tests and guarantees are left out: they look at decisions and make none.
    pub fn file(self) -> File {
        let span = self.span;
        let engaged = self.engaged_within.map(|days| CommitteeItem::EngagedWithin { span: days.span, days });
        let roles = self.roles.into_iter().map(CommitteeItem::Role);
        let mut kinds = vec![
            ItemKind::Policy(self.header),
            ItemKind::Lead(self.fields.into_iter().map(LeadItem::Field).collect()),
            ItemKind::Channels(self.channels),
            ItemKind::Events(self.attributes),
            ItemKind::Signals(self.signals),
            ItemKind::Personas(self.personas),
            ItemKind::Committee(engaged.into_iter().chain(roles).collect()),
            ItemKind::Icp(self.icp),
        ];
        kinds.extend(self.defines.into_iter().map(ItemKind::Define));
        kinds.extend(self.scores.map(ItemKind::Score));
        kinds.extend(self.checklists.into_iter().map(ItemKind::Checklist));
        kinds.extend([
            ItemKind::Stages(self.stages),
            ItemKind::Risks(self.risks),
            ItemKind::Outcomes(self.outcomes),
            ItemKind::Route(self.route),
            ItemKind::Requalify(self.triggers),
            ItemKind::Record(self.record),
        ]);
        kinds.extend(self.discovery.map(ItemKind::Discovery));
        kinds.extend(self.account.map(ItemKind::Account));
        kinds.extend(self.imports.into_iter().map(ItemKind::Import));
        let items = kinds.into_iter().map(|kind| Item { span, replace: None, kind }).collect();
        File { file: span.file, items, comments: Vec::new(), broken: Vec::new() }
    }
}

fn all<T: Clone>(table: &Table<&T>) -> Vec<T> {
    table.iter().cloned().collect()
}

/// Fields with the choices that are added to them elsewhere.
fn fields(names: &Names<'_>) -> Vec<FieldDecl> {
    let whole = |decl: &FieldDecl| {
        let mut decl = FieldDecl { replace: None, ..decl.clone() };
        let added = names.extends.iter().filter(|e| e.field.node == decl.name.node).flat_map(|e| e.choices.clone());
        if let TypeKind::OneOf(choices) | TypeKind::SomeOf(choices) | TypeKind::Ordered(choices) = &mut decl.ty.kind {
            choices.extend(added);
        }
        decl
    };
    names.fields.iter().map(whole).collect()
}

fn discovery(names: &Names<'_>) -> Option<Discovery> {
    let mut scripts = names.discovery.iter().map(|(_, d)| *d);
    let mut whole = scripts.next()?.clone();
    for script in scripts {
        whole.title = script.title.clone().or(whole.title);
        whole.sections.extend(script.sections.clone());
    }
    whole.sections = added_up(whole.sections);
    Some(whole)
}

fn record(names: &Names<'_>) -> Vec<RecordSection> {
    let sections = names.record.iter().map(|s| (s.heading.clone(), s.fields.clone())).collect();
    added_up(sections).into_iter().map(|(heading, fields)| RecordSection { heading, fields }).collect()
}

/// Sections of one name put together, at the place of the first.
fn added_up(sections: Vec<(Spanned<String>, Vec<Name>)>) -> Vec<(Spanned<String>, Vec<Name>)> {
    let mut whole: Vec<(Spanned<String>, Vec<Name>)> = Vec::new();
    for (name, topics) in sections {
        match whole.iter_mut().find(|(n, _)| n.node == name.node) {
            Some((_, there)) => there.extend(topics),
            None => whole.push((name, topics)),
        }
    }
    whole
}
