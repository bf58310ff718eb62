//! Leads as they were kept, from a file.

use super::inputs::Stop;
use crate::policy::Policy;
use crate::policy::time::Instant;
use crate::report::page::{counted, listed};
use crate::report::sanitize::for_terminal;
use crate::requalify::{Snapshot, Unusable};
use std::path::Path;

/// So many lines that cannot be used are named.
const NAMED: usize = 5;

/// Reads the whole file, so that it may be written anew afterwards. Refused: a file without a usable line, one that another policy made, and one from
/// after the as-of.
pub fn previous(path: &Path, policies: &[Policy], as_of: Instant) -> Result<Snapshot, Stop> {
    let shown = for_terminal(&path.display().to_string());
    let text = std::fs::read(path).map_err(|e| Stop::Unusable(super::files::why(&path.display().to_string(), &e)))?;
    let snapshot = Snapshot::read(text);
    let Some((_, last)) = snapshot.as_of else {
        let why = snapshot.unusable.first().map_or_else(
            || "it is empty".to_string(),
            |first| format!("the first, in line {}: {}", first.line, for_terminal(&first.reason)),
        );
        return Err(Stop::Unusable(format!(
            "no line of `{shown}` is a kept lead ({why}); a snapshot is what `rubric requalify --save FILE` writes"
        )));
    };
    let known = |name: &&String| policies.iter().any(|p| p.name == **name);
    if let Some(other) = snapshot.policies.iter().find(|name| !known(name)) {
        let names: Vec<String> = policies.iter().map(|p| format!("`{}`", p.name)).collect();
        return Err(Stop::Unusable(format!(
            "`{shown}` was made by policy `{}`, and leads are now decided by {}; name the policies that made it, or begin anew with `--save`",
            for_terminal(other),
            listed(&names)
        )));
    }
    if last > as_of {
        return Err(Stop::Unusable(format!(
            "`{shown}` was made as of {last}, which is later than {as_of}; give a later `--as-of`, or an earlier snapshot"
        )));
    }
    Ok(snapshot)
}

/// Tells of lines that could not be used: the first few with their places, and how many there are.
pub fn tell_unusable(path: &Path, unusable: &[Unusable]) {
    let file = for_terminal(&path.display().to_string());
    for Unusable { line, reason } in unusable.iter().take(NAMED) {
        super::message(&format!("rubric: {file}:{line}: {}", for_terminal(reason)));
    }
    if !unusable.is_empty() {
        let lines = counted(unusable.len() as u64, "line");
        super::message(&format!("rubric: {lines} of `{file}` could not be used"));
    }
}
