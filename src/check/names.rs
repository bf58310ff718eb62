//! Everything a policy and its libraries declare, by name.
//!
//! Takes the syntax trees in order (libraries first); gives tables from name to index and declaration. What can start a condition shares one
//! namespace: fields, definitions, signals, roles, checklists, scores and the built-in words.

use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::text::{fold, nearest};
use crate::source::Span;
use crate::syntax::tree::{self, File, ItemKind, LeadItem, Name, ScoreItem};
use std::collections::HashMap;

declare_rule! {
    /// A name declared twice.
    pub DUPLICATE_NAME = "RB0202" "duplicate-name" Error "a name that is declared twice"
}

declare_rule! {
    /// `replace` where nothing is declared yet.
    pub NOTHING_TO_REPLACE = "RB0203" "nothing-to-replace" Error "`replace` of something that is not declared"
}

declare_rule! {
    /// A name that the language itself uses.
    pub RESERVED_NAME = "RB0204" "reserved-name" Error "a name that the language uses itself"
}

/// Declarations of one kind, in order.
#[derive(Debug)]
pub struct Table<T> {
    entries: Vec<(String, Span, T)>,
    index: HashMap<String, usize>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Table { entries: Vec::new(), index: HashMap::new() }
    }
}

impl<T: Copy> Table<T> {
    /// The index of a name.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.index.get(name).copied()
    }

    /// The declaration at an index.
    pub fn get(&self, index: usize) -> T {
        self.entries[index].2
    }

    /// The declaration of a name.
    pub fn named(&self, name: &str) -> Option<T> {
        self.find(name).map(|i| self.get(i))
    }

    /// All declarations in order.
    pub fn iter(&self) -> impl Iterator<Item = T> + '_ {
        self.entries.iter().map(|e| e.2)
    }

    /// All names in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|e| e.0.as_str())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn add(&mut self, name: &Name, replace: bool, value: T, found: &mut Vec<Diagnostic>) {
        match (self.index.get(&name.node), replace) {
            (Some(&at), true) => self.entries[at] = (name.node.clone(), name.span, value),
            (Some(&at), false) => found.push(duplicate(name, self.entries[at].1)),
            (None, replace) => {
                if replace {
                    found.push(nothing_to_replace(name, nearest(&name.node, self.names())));
                }
                self.index.insert(name.node.clone(), self.entries.len());
                self.entries.push((name.node.clone(), name.span, value));
            }
        }
    }
}

/// A block that stands once.
#[derive(Debug)]
pub struct Single<T>(pub Option<(Span, T)>);

impl<T> Default for Single<T> {
    fn default() -> Self {
        Single(None)
    }
}

impl<T: Copy> Single<T> {
    /// The block, where there is one.
    pub fn get(&self) -> Option<T> {
        self.0.as_ref().map(|(_, t)| *t)
    }

    fn set(&mut self, word: &str, span: Span, replace: bool, value: T, found: &mut Vec<Diagnostic>) {
        if let (Some((first, _)), false) = (&self.0, replace) {
            found.push(block_twice(word, span, *first));
            return;
        }
        self.0 = Some((span, value));
    }
}

/// What kind of thing a condition can start with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    Field(usize),
    Attribute(usize),
    Define(usize),
    Signal(usize),
    Role(usize),
    Checklist(usize),
    Score(crate::policy::ScoreKind),
    Icp,
    Stage,
    Committee,
    Route,
}

/// A field, with the choices that `extend` adds to it.
#[derive(Clone, Copy, Debug)]
pub struct FieldSource<'a> {
    pub decl: &'a tree::FieldDecl,
}

/// All declarations of a policy and its libraries.
#[derive(Debug, Default)]
pub struct Names<'a> {
    /// Declared fields; built-in ones are not among them unless redeclared.
    pub fields: Table<&'a tree::FieldDecl>,
    pub extends: Vec<&'a tree::Extend>,
    pub attributes: Table<&'a tree::AttributeDecl>,
    pub channels: Table<&'a Name>,
    pub signals: Table<&'a tree::SignalDecl>,
    pub personas: Table<&'a tree::PersonaDecl>,
    pub roles: Table<&'a tree::RoleDecl>,
    pub engaged_within: Vec<&'a tree::Count>,
    pub defines: Table<&'a tree::Define>,
    pub icp: Vec<&'a tree::Must>,
    pub scores: Table<&'a tree::Score>,
    pub checklists: Table<&'a tree::Checklist>,
    pub stages: Table<&'a tree::Stage>,
    pub risks: Vec<&'a tree::Risk>,
    pub outcomes: Table<&'a tree::Outcome>,
    pub route: Single<&'a [tree::RouteItem]>,
    /// Scripts in order; their sections add up.
    pub discovery: Vec<(Span, &'a tree::Discovery)>,
    pub triggers: Vec<&'a tree::Trigger>,
    /// Sections in order; those of one heading add up.
    pub record: Vec<&'a tree::RecordSection>,
    pub account: Single<&'a tree::Account>,
    pub guarantees: Vec<(Span, &'a tree::Guarantee)>,
    pub imports: Table<&'a tree::Import>,
    pub tests: Vec<(Span, &'a tree::Test)>,
    /// Spans of the blocks of scores and checklists, by index.
    pub score_spans: Vec<Span>,
}

/// Words that begin conditions and are no declarations.
const RESERVED: [&str; 6] = ["icp", "stage", "committee", "route", "fit", "intent"];

impl<'a> Names<'a> {
    /// Collects the declarations of files in order, libraries first.
    pub fn collect(files: &[&'a File], found: &mut Vec<Diagnostic>) -> Names<'a> {
        let mut names = Names::default();
        for file in files {
            for item in &file.items {
                names.item(item, found);
            }
        }
        names.shared_namespace(found);
        names
    }

    fn item(&mut self, item: &'a tree::Item, found: &mut Vec<Diagnostic>) {
        let all = item.replace.is_some();
        match &item.kind {
            ItemKind::Lead(items) => {
                for item in items {
                    match item {
                        LeadItem::Field(f) => self.fields.add(&f.name, all || f.replace.is_some(), f, found),
                        LeadItem::Extend(e) => self.extends.push(e),
                    }
                }
            }
            ItemKind::Extend(e) => self.extends.push(e),
            ItemKind::Channels(list) => list.iter().for_each(|c| self.channels.add(c, all, c, found)),
            ItemKind::Events(list) => list.iter().for_each(|a| self.attributes.add(&a.name, all, a, found)),
            ItemKind::Signals(list) => {
                list.iter().for_each(|s| self.signals.add(&s.name, all || s.replace.is_some(), s, found));
            }
            ItemKind::Personas(list) => {
                list.iter().for_each(|p| self.personas.add(&p.name, all || p.replace.is_some(), p, found));
            }
            ItemKind::Committee(list) => {
                for item in list {
                    match item {
                        tree::CommitteeItem::EngagedWithin { days, .. } => self.engaged_within.push(days),
                        tree::CommitteeItem::Role(r) => self.roles.add(&r.name, all || r.replace.is_some(), r, found),
                    }
                }
            }
            ItemKind::Define(d) => self.defines.add(&d.name, all, d, found),
            ItemKind::Score(s) => {
                let before = self.scores.len();
                self.scores.add(&s.name, all, s, found);
                if self.scores.len() > before {
                    self.score_spans.push(item.span);
                } else if let (Some(at), true) = (self.scores.find(&s.name.node), all) {
                    self.score_spans[at] = item.span;
                }
            }
            ItemKind::Checklist(c) => self.checklists.add(&c.name, all, c, found),
            ItemKind::Import(i) => self.imports.add(&i.name, all, i, found),
            _ => self.later_item(item, all, found),
        }
    }

    fn later_item(&mut self, item: &'a tree::Item, all: bool, found: &mut Vec<Diagnostic>) {
        match &item.kind {
            ItemKind::Icp(list) => {
                if all {
                    self.icp.clear();
                }
                self.icp.extend(list);
            }
            ItemKind::Stages(list) => {
                list.iter().for_each(|s| self.stages.add(&s.name, all || s.replace.is_some(), s, found));
            }
            ItemKind::Risks(list) => self.risks.extend(list),
            ItemKind::Outcomes(list) => {
                list.iter().for_each(|o| self.outcomes.add(&o.name, all || o.replace.is_some(), o, found));
            }
            ItemKind::Route(list) => self.route.set("route", item.span, all, list.as_slice(), found),
            ItemKind::Discovery(d) => {
                if all {
                    self.discovery.clear();
                }
                self.discovery.push((item.span, d));
            }
            ItemKind::Requalify(list) => {
                if all {
                    self.triggers.clear();
                }
                self.triggers.extend(list);
            }
            ItemKind::Record(list) => {
                if all {
                    self.record.clear();
                }
                self.record.extend(list);
            }
            ItemKind::Account(a) => self.account.set("account", item.span, all, a, found),
            ItemKind::Guarantee(g) => self.guarantees.push((item.span, g)),
            ItemKind::Test(t) => self.tests.push((item.span, t)),
            _ => {}
        }
    }

    /// Reports what shares a name with something else that can start a condition.
    fn shared_namespace(&self, found: &mut Vec<Diagnostic>) {
        let mut taken: HashMap<&str, Span> = HashMap::new();
        let fields = self.fields.iter().map(|d| &d.name);
        let defines = self.defines.iter().map(|d| &d.name);
        let signals = self.signals.iter().map(|d| &d.name);
        let roles = self.roles.iter().map(|d| &d.name);
        let lists = self.checklists.iter().map(|d| &d.name);
        for name in fields.chain(defines).chain(signals).chain(roles).chain(lists) {
            if RESERVED.contains(&name.node.as_str()) || name.node == "current_stage" {
                found.push(reserved(name));
            } else if let Some(first) = taken.insert(&name.node, name.span) {
                found.push(duplicate(name, first));
            }
        }
        for stage in self.stages.iter().filter(|s| s.name.node == "none") {
            found.push(reserved(&stage.name));
        }
    }

    /// What a name that starts a condition is.
    pub fn subject(&self, name: &str) -> Option<Subject> {
        match name {
            "icp" => return Some(Subject::Icp),
            "stage" => return Some(Subject::Stage),
            "committee" => return Some(Subject::Committee),
            "route" => return Some(Subject::Route),
            "fit" => return Some(Subject::Score(crate::policy::ScoreKind::Fit)),
            "intent" => return Some(Subject::Score(crate::policy::ScoreKind::Intent)),
            _ => {}
        }
        let define = || self.defines.find(name).map(Subject::Define);
        let signal = || self.signals.find(name).map(Subject::Signal);
        let role = || self.roles.find(name).map(Subject::Role);
        let list = || self.checklists.find(name).map(Subject::Checklist);
        self.field_index(name).map(Subject::Field).or_else(define).or_else(signal).or_else(role).or_else(list)
    }

    /// The place of a field in the typed policy: built-in fields first, then declared ones in order.
    pub fn field_index(&self, name: &str) -> Option<usize> {
        use crate::policy::BuiltIn;
        if let Some(at) = BuiltIn::ALL.iter().position(|b| b.name() == name) {
            return Some(at);
        }
        self.plain_fields().position(|f| f.name.node == name).map(|i| i + BuiltIn::ALL.len())
    }

    /// Declared fields that are not built in, in order.
    pub fn plain_fields(&self) -> impl Iterator<Item = &'a tree::FieldDecl> + '_ {
        self.fields.iter().filter(|f| !is_built_in(&f.name.node))
    }

    /// All names that can start a condition.
    pub fn subjects(&self) -> Vec<&str> {
        let mut all: Vec<&str> = RESERVED.to_vec();
        all.extend(crate::policy::BuiltIn::ALL.map(|b| b.name()));
        all.extend(self.fields.names());
        all.extend(self.defines.names());
        all.extend(self.signals.names());
        all.extend(self.roles.names());
        all.extend(self.checklists.names());
        all
    }

    /// The bands of a score, as declared.
    pub fn bands(&self, score: crate::policy::ScoreKind) -> &'a [tree::Band] {
        let items = self.scores.named(score.name()).map(|s| s.items.as_slice()).unwrap_or_default();
        let bands = |item: &'a ScoreItem| match item {
            ScoreItem::Bands { bands, .. } => Some(bands.as_slice()),
            ScoreItem::Group(_) => None,
        };
        items.iter().find_map(bands).unwrap_or_default()
    }

    /// The level of a stage: 0 for `none`, else its place plus one; its name or its title, as the CRM may write it.
    pub fn stage_level(&self, name: &str) -> Option<u16> {
        if name == "none" {
            return Some(0);
        }
        let wanted = fold(name);
        let matches =
            |s: &tree::Stage| fold(&s.name.node) == wanted || s.title.as_ref().is_some_and(|t| fold(&t.node) == wanted);
        self.stages.iter().position(matches).map(|i| i as u16 + 1)
    }
}

/// Whether this is the name of a built-in field.
pub fn is_built_in(name: &str) -> bool {
    crate::policy::BuiltIn::ALL.iter().any(|b| b.name() == name)
}

fn duplicate(name: &Name, first: Span) -> Diagnostic {
    Diagnostic::new(&DUPLICATE_NAME, format!("`{}` is declared twice", name.node), name.span, "declared again here")
        .with_label(first, "first declared here")
        .with_help("give one of them another name; to change what a library says, write `replace` before it")
}

fn block_twice(word: &str, span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(
        &DUPLICATE_NAME,
        format!("there are two `{word}` blocks"),
        head(span, word),
        "the second begins here",
    )
    .with_label(head(first, word), "the first begins here")
    .with_help(format!("keep one; to take the place of a library's, write `replace {word}`"))
}

/// The first word of a block.
fn head(span: Span, word: &str) -> Span {
    Span { end: span.end.min(span.start + word.len() as u32), ..span }
}

fn nothing_to_replace(name: &Name, near: Option<&str>) -> Diagnostic {
    let help = match near {
        Some(near) => format!("did you mean `{near}`? Without `replace`, this declares something new"),
        None => "leave `replace` out to declare something new".to_string(),
    };
    Diagnostic::new(
        &NOTHING_TO_REPLACE,
        format!("`{}` replaces nothing", name.node),
        name.span,
        "no library declares this",
    )
    .with_help(help)
}

fn reserved(name: &Name) -> Diagnostic {
    Diagnostic::new(
        &RESERVED_NAME,
        format!("`{}` is a word of the language", name.node),
        name.span,
        "cannot be declared",
    )
    .with_help("choose another name")
}
