//! Portfolios: the policies they name must be there, each in a file of its own name or in the file itself.

use super::{Provider, folder};
use crate::declare_rule;
use crate::diagnostic::Diagnostic;
use crate::policy::Portfolio;
use crate::policy::text::nearest;
use crate::source::{SourceMap, Span};
use crate::syntax;
use crate::syntax::tree::{self, File, ItemKind, Name};

declare_rule! {
    /// A portfolio that names a policy nobody finds.
    pub UNKNOWN_POLICY = "RB0213" "unknown-policy" Error "a portfolio that names a policy which is not there, or twice"
}

/// The portfolios of a file, and what is wrong with them. `path` is the file they stand in.
pub(super) fn portfolios(file: &File, path: &str, provider: &dyn Provider) -> (Vec<Portfolio>, Vec<Diagnostic>) {
    let own = policy_name(file);
    let (mut all, mut found) = (Vec::new(), Vec::new());
    for item in &file.items {
        let ItemKind::Portfolio(decl) = &item.kind else { continue };
        found.extend(repeated(decl));
        for name in decl.policies.iter().chain(&decl.otherwise) {
            found.extend(lookup(name, own.as_deref(), path, provider).err());
        }
        all.push(portfolio(decl, item.span));
    }
    (all, found)
}

fn portfolio(decl: &tree::Portfolio, span: Span) -> Portfolio {
    Portfolio {
        name: decl.name.node.clone(),
        policies: decl.policies.iter().map(|n| n.node.clone()).collect(),
        otherwise: decl.otherwise.as_ref().map(|n| n.node.clone()),
        span,
    }
}

fn policy_name(file: &File) -> Option<String> {
    file.items.iter().find_map(|i| if let ItemKind::Policy(p) = &i.kind { Some(p.name.node.clone()) } else { None })
}

/// The policy of a name is the one of this file, or stands beside it in a file of its name.
fn lookup(name: &Name, own: Option<&str>, path: &str, provider: &dyn Provider) -> Result<(), Diagnostic> {
    if own == Some(&name.node) {
        return Ok(());
    }
    let beside = format!("{}{}.rubric", folder(path), name.node);
    if !provider.exists(&beside) {
        let near = nearest(&name.node, provider.beside(path).iter().map(String::as_str)).map(str::to_string);
        return Err(missing(name, near));
    }
    let text = provider.read(&beside).map_err(|why| unreadable(name, &why))?;
    let mut sources = SourceMap::default();
    let id = sources.add(beside, text);
    let (tree, _) = syntax::parse(id, sources.file(id));
    match policy_name(&tree) {
        Some(other) if other == name.node => Ok(()),
        Some(other) => Err(misnamed(name, &other)),
        // What cannot be read there is told when that file is checked.
        None if !tree.broken.is_empty() => Ok(()),
        None => Err(no_policy(name)),
    }
}

fn repeated(decl: &tree::Portfolio) -> Vec<Diagnostic> {
    let again = |(i, name): (usize, &Name)| {
        let first = decl.policies[..i].iter().find(|n| n.node == name.node)?;
        Some(
            Diagnostic::new(&UNKNOWN_POLICY, format!("`{}` stands twice", name.node), name.span, "asked already")
                .with_label(first.span, "the first")
                .with_help("name each policy once; the first that applies decides"),
        )
    };
    decl.policies.iter().enumerate().filter_map(again).collect()
}

fn missing(name: &Name, near: Option<String>) -> Diagnostic {
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("put the policy into `{}.rubric` beside this file", name.node),
    };
    Diagnostic::new(&UNKNOWN_POLICY, format!("there is no policy `{}`", name.node), name.span, "not found")
        .with_help(help)
}

fn misnamed(name: &Name, other: &str) -> Diagnostic {
    let message = format!("`{}.rubric` holds another policy", name.node);
    Diagnostic::new(&UNKNOWN_POLICY, message, name.span, format!("it is called `{other}` there"))
        .with_help("name the file after its policy")
}

fn no_policy(name: &Name) -> Diagnostic {
    let message = format!("`{}.rubric` holds no policy", name.node);
    Diagnostic::new(&UNKNOWN_POLICY, message, name.span, "a library cannot decide")
        .with_help("name a file that begins with `policy`")
}

fn unreadable(name: &Name, why: &str) -> Diagnostic {
    Diagnostic::new(&UNKNOWN_POLICY, format!("the policy `{}` cannot be read", name.node), name.span, why)
        .with_help("make the file readable")
}
