//! Load, parse, check: one call that every command and test uses.
//!
//! Files come through a [`Provider`], so that nothing here touches a disk. Libraries are found beside the file and in folders to include, never
//! outside them: their names are plain words.

pub mod mend;
mod portfolio;

use crate::analysis::findings::{self, Exact};
use crate::check::{self, Input};
use crate::declare_rule;
use crate::diagnostic::{self, Diagnostic, Rule};
use crate::lint::framework::{self, Step};
use crate::lint::{self, Beyond, Lens, Levels, Texts};
use crate::policy::text::nearest;
use crate::policy::{Policy, Portfolio};
use crate::source::{FileId, SourceMap, Span};
use crate::syntax;
use crate::syntax::tree::{File, ItemKind, Name};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};

declare_rule! {
    /// A library that cannot be found.
    pub MISSING_LIBRARY = "RB0210" "missing-library" Error "a library that cannot be found"
}

declare_rule! {
    /// Libraries that use each other.
    pub LIBRARY_CYCLE = "RB0211" "library-cycle" Error "libraries that use each other in a circle"
}

declare_rule! {
    /// A file whose blocks do not make a policy or a library.
    pub BAD_FILE = "RB0212" "bad-file" Error "a file that is neither one policy nor one library"
}

/// All rules that can be found while a policy is loaded, of this layer and of those it calls, in order of code.
pub fn rules() -> Vec<&'static Rule> {
    let own: &[&Rule] = &[&MISSING_LIBRARY, &LIBRARY_CYCLE, &BAD_FILE, &portfolio::UNKNOWN_POLICY];
    let mut rules: Vec<&Rule> = syntax::RULES.iter().chain(check::RULES).chain(own).copied().collect();
    rules.extend(advice_rules());
    rules.sort_by_key(|r| r.code);
    rules
}

/// The rules that a project can configure and allow: advice, and what all possible leads show.
pub fn advice_rules() -> Vec<&'static Rule> {
    lint::rules().into_iter().chain(findings::RULES.iter().copied()).collect()
}

/// Where files come from.
pub trait Provider {
    /// The text of a file; `Err` says in a sentence why it cannot be read.
    fn read(&self, path: &str) -> Result<String, String>;

    /// Whether there is such a file.
    fn exists(&self, path: &str) -> bool;

    /// The names of the rubric files in the folder of `path`, without their ending.
    fn beside(&self, path: &str) -> Vec<String>;
}

/// Files in memory.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    files: BTreeMap<String, String>,
}

impl Memory {
    /// Adds or replaces a file.
    pub fn insert(&mut self, path: impl Into<String>, text: impl Into<String>) {
        self.files.insert(path.into(), text.into());
    }
}

impl Provider for Memory {
    fn read(&self, path: &str) -> Result<String, String> {
        self.files.get(path).cloned().ok_or_else(|| format!("there is no file `{path}`"))
    }

    fn exists(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    fn beside(&self, path: &str) -> Vec<String> {
        let folder = folder(path);
        let names = self.files.keys().filter_map(|k| k.strip_prefix(folder)?.strip_suffix(".rubric"));
        names.filter(|n| !n.contains('/')).map(str::to_string).collect()
    }
}

/// What came of loading a file.
#[derive(Debug, Default)]
pub struct Loaded {
    pub sources: SourceMap,
    /// The policy, where the file holds one and nothing is wrong.
    pub policy: Option<Policy>,
    /// Portfolios of the file.
    pub portfolios: Vec<Portfolio>,
    /// All findings, in order of file and place.
    pub diagnostics: Vec<Diagnostic>,
    /// Why the file itself could not be read.
    pub unreadable: Option<String>,
    /// The syntax trees: libraries before what uses them, the file itself last.
    pub trees: Vec<File>,
}

impl Loaded {
    /// All advice about the policy, in order of file and place. Where there is none, because of errors or because the file holds a library, only the
    /// writing is advised on.
    pub fn lint(&self, levels: &Levels) -> Vec<Diagnostic> {
        lint_together(&[self], std::slice::from_ref(levels)).pop().unwrap_or_default()
    }

    /// How much of each step of the framework the policy covers; `None` where there is no policy.
    pub fn framework(&self) -> Option<Vec<Step>> {
        let policy = self.policy.as_ref()?;
        Some(framework::steps(&Lens::new(policy, &self.sources, &self.trees)))
    }
}

/// How far advice goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// What can be told at once.
    Quick,
    /// With all that possible leads show: guarantees, and what no lead gets to.
    AllLeads,
}

/// Advice about one file.
#[derive(Clone, Debug, Default)]
pub struct Advised {
    pub findings: Vec<Diagnostic>,
    /// What all possible leads of its policy show, where there is one and they were looked at.
    pub exact: Option<Exact>,
}

/// All advice about files that are checked together: some only shows when several policies are looked at. One list for each, in the order given.
pub fn lint_together(loads: &[&Loaded], levels: &[Levels]) -> Vec<Vec<Diagnostic>> {
    advise(loads, levels, Depth::AllLeads).into_iter().map(|a| a.findings).collect()
}

/// The same as deep as wanted, with what it was found from.
pub fn advise(loads: &[&Loaded], levels: &[Levels], depth: Depth) -> Vec<Advised> {
    let (mut lenses, mut of_lenses) = (Vec::new(), Vec::new());
    for (loaded, levels) in loads.iter().zip(levels) {
        if let Some(policy) = &loaded.policy {
            lenses.push(Lens::new(policy, &loaded.sources, &loaded.trees));
            of_lenses.push(levels.clone());
        }
    }
    // A portfolio sends a policy all leads that are left, whether it applies or not.
    let others: Vec<&str> = loads.iter().flat_map(|l| &l.portfolios).filter_map(|p| p.otherwise.as_deref()).collect();
    let exact: Option<Vec<Exact>> = (depth == Depth::AllLeads).then(|| {
        let everyone = |lens: &Lens<'_>| others.contains(&lens.policy.name.as_str());
        lenses.iter().map(|lens| findings::find(lens, everyone(lens))).collect()
    });
    let found = exact.as_ref().map(|all| all.iter().map(|e| e.findings.clone()).collect());
    let beyond = Beyond { rules: findings::RULES, found };
    let mut advised = lint::lint(&lenses, &of_lenses, &beyond).into_iter();
    let mut exact = exact.into_iter().flatten();
    let one = |(loaded, levels): (&&Loaded, &Levels)| match &loaded.policy {
        Some(_) => Advised { findings: advised.next().unwrap_or_default(), exact: exact.next() },
        None => {
            let texts = Texts { sources: &loaded.sources, trees: &loaded.trees };
            Advised { findings: lint::lint_texts(texts, levels, &beyond), exact: None }
        }
    };
    loads.iter().zip(levels).map(one).collect()
}

/// Loads a policy or library file with all it uses.
pub fn load(provider: &dyn Provider, path: &str, include: &[String]) -> Loaded {
    let mut loader = Loader {
        provider,
        include,
        sources: SourceMap::default(),
        found: Vec::new(),
        missing: false,
        open: Vec::new(),
        done: HashMap::new(),
        order: Vec::new(),
    };
    if let Err(why) = loader.file(path) {
        return Loaded { unreadable: Some(why), ..Loaded::default() };
    }
    loader.finish()
}

struct Loader<'p> {
    provider: &'p dyn Provider,
    include: &'p [String],
    sources: SourceMap,
    found: Vec<Diagnostic>,
    missing: bool,
    /// Paths being loaded, for cycles.
    open: Vec<String>,
    done: HashMap<String, usize>,
    /// Libraries before what uses them.
    order: Vec<File>,
}

/// How deep libraries may use libraries.
const DEEPEST: usize = 32;

impl Loader<'_> {
    fn file(&mut self, path: &str) -> Result<(), String> {
        let text = self.provider.read(path)?;
        let id = self.sources.add(path, text);
        let (tree, found) = syntax::parse(id, self.sources.file(id));
        self.found.extend(found);
        self.open.push(path.to_string());
        let uses: Vec<Name> = tree
            .items
            .iter()
            .filter_map(|i| if let ItemKind::Use(n) = &i.kind { Some(n.clone()) } else { None })
            .collect();
        for name in uses {
            self.library(path, &name);
        }
        self.open.pop();
        self.check_kind(&tree);
        self.done.insert(path.to_string(), self.order.len());
        self.order.push(tree);
        Ok(())
    }

    fn library(&mut self, from: &str, name: &Name) {
        let file = format!("{}.rubric", name.node);
        let beside = format!("{}{file}", folder(from));
        let places =
            std::iter::once(beside).chain(self.include.iter().map(|d| format!("{}/{file}", d.trim_end_matches('/'))));
        let Some(path) = places.into_iter().find(|p| self.provider.exists(p)) else {
            let near = nearest(&name.node, self.provider.beside(from).iter().map(String::as_str)).map(str::to_string);
            self.found.push(missing(name, near));
            self.missing = true;
            return;
        };
        if self.open.contains(&path) || self.open.len() > DEEPEST {
            self.found.push(cycle(name, &self.open));
            return;
        }
        if self.done.contains_key(&path) {
            return;
        }
        if let Err(why) = self.file(&path) {
            self.found.push(unreadable(name, &why));
            self.missing = true;
        }
    }

    /// A file is one policy, one library, or portfolios alone.
    fn check_kind(&mut self, tree: &File) {
        let heads: Vec<(Span, bool)> = tree
            .items
            .iter()
            .filter_map(|i| match &i.kind {
                ItemKind::Policy(_) => Some((i.span, true)),
                ItemKind::Library(_) => Some((i.span, false)),
                _ => None,
            })
            .collect();
        if let [first, second, ..] = heads.as_slice() {
            self.found.push(two_heads(second.0, first.0));
        }
        let portfolio_only =
            !tree.items.is_empty() && tree.items.iter().all(|i| matches!(i.kind, ItemKind::Portfolio(_)));
        if heads.is_empty() && !portfolio_only && tree.broken.is_empty() {
            self.found.push(no_head(tree));
        }
        if self.open.is_empty() {
            return;
        }
        if let Some((span, true)) = heads.first() {
            self.found.push(policy_used(*span));
        }
    }

    fn finish(self) -> Loaded {
        let Loader { provider, sources, mut found, missing, order, .. } = self;
        let mut loaded = Loaded::default();
        let Some(main) = order.last() else { return loaded };
        let (portfolios, wrong) = portfolio::portfolios(main, &sources.file(main.file).name, provider);
        loaded.portfolios = portfolios;
        found.extend(wrong);
        let only_portfolios =
            main.items.iter().all(|i| matches!(i.kind, ItemKind::Portfolio(_))) && main.broken.is_empty();
        if !only_portfolios {
            let hash = hash(&sources, &order);
            let input = Input { sources: &sources, files: order.iter().collect(), hash, missing_library: missing };
            let (policy, more) = check::check(&input);
            found.extend(more);
            loaded.policy = policy.filter(|_| !found.iter().any(|d| d.severity == diagnostic::Severity::Error));
        }
        diagnostic::sort(&mut found);
        loaded.trees = order;
        loaded.diagnostics = found;
        loaded.sources = sources;
        loaded
    }
}

/// The folder of a path with its closing slash; empty where there is none.
fn folder(path: &str) -> &str {
    path.rfind('/').map_or("", |i| &path[..=i])
}

fn hash(sources: &SourceMap, order: &[File]) -> String {
    let mut hasher = Sha256::new();
    for file in order {
        let text = &sources.file(file.file).text;
        hasher.update((text.len() as u64).to_be_bytes());
        hasher.update(text.as_bytes());
    }
    hasher.finalize().iter().take(8).map(|b| format!("{b:02x}")).collect()
}

fn missing(name: &Name, near: Option<String>) -> Diagnostic {
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("put `{}.rubric` beside this file, or name its folder with `--include`", name.node),
    };
    Diagnostic::new(&MISSING_LIBRARY, format!("there is no library `{}`", name.node), name.span, "not found")
        .with_help(help)
}

fn unreadable(name: &Name, why: &str) -> Diagnostic {
    Diagnostic::new(&MISSING_LIBRARY, format!("the library `{}` cannot be read", name.node), name.span, why)
        .with_help("make the file readable")
}

fn cycle(name: &Name, open: &[String]) -> Diagnostic {
    let mut path: Vec<&str> = open.iter().map(|p| p.rsplit('/').next().unwrap_or(p)).collect();
    path.push(&name.node);
    Diagnostic::new(&LIBRARY_CYCLE, format!("`{}` is used by what it uses", name.node), name.span, path.join(" → "))
        .with_help("move what both need into a third library")
}

fn two_heads(second: Span, first: Span) -> Diagnostic {
    let head = |s: Span| Span { end: s.end.min(s.start + 6), ..s };
    Diagnostic::new(&BAD_FILE, "this file holds two policies or libraries", head(second), "the second begins here")
        .with_label(head(first), "the first begins here")
        .with_help("put each into a file of its own")
}

fn no_head(tree: &File) -> Diagnostic {
    let span = tree.items.first().map_or(Span::new(tree.file, 0, 0), |i| i.span);
    let span = Span { end: span.end.min(span.start + 1).max(span.start), ..span };
    Diagnostic::new(
        &BAD_FILE,
        "this file is neither a policy nor a library",
        span,
        "expected `policy` or `library` first",
    )
    .with_help(
        "begin with `policy NAME \"Title\" { version \"1\"  owner \"team@example.com\" }`, or with `library NAME`",
    )
}

fn policy_used(span: Span) -> Diagnostic {
    let head = Span { end: span.end.min(span.start + 6), ..span };
    Diagnostic::new(&BAD_FILE, "a policy cannot be used as a library", head, "this file is a policy")
        .with_help("move what is shared into a file that begins with `library NAME`")
}

/// The id of the first file of a load, which is the file that was asked for.
pub const MAIN: FileId = FileId(0);
