//! The same leads under both versions, and under the old one with each edit alone.

use super::super::decide::decide;
use super::super::inputs::{Data, Inputs, Policies, Stop, now};
use super::super::stream::{Outputs, Writing};
use super::super::totals::Totals;
use super::recorder::{Kept, Lines, Open};
use super::sides::Side;
use crate::cli::opened::How;
use crate::diff::budget::{Budget, Declared};
use crate::diff::population::{Population, Rejected, Run};
use crate::diff::report::Trouble;
use crate::diff::{Changed, Effect, Ladders, Report};
use crate::policy::Policy;
use crate::report::sanitize::for_terminal;
use std::collections::{BTreeSet, HashSet};
use std::path::PathBuf;

/// So many edits are tried one by one; a change of more is no longer looked at edit by edit.
const TRIED: usize = 64;
/// So many of the moved leads, the first of the file, are looked at for answers that are not known: that takes longer than deciding them.
const ASKED: usize = 2_048;

/// What is to be compared, and how.
pub struct Wanted<'w> {
    pub data: &'w Data,
    pub include: &'w [String],
    pub number_rows: bool,
    pub threads: usize,
    /// Whether to find out which edit moves which lead.
    pub causes: bool,
}

/// Decides the leads with both versions and notes in the report what moved and which limits hold.
pub fn compare(wanted: &Wanted<'_>, sides: &[Side; 2], budget: &Budget, report: &mut Report) -> Result<(), Stop> {
    if !report.troubles.is_empty() {
        let says = "the leads were not compared, because a policy that may decide some of them has errors";
        report.troubles.push(Trouble { file: String::new(), says: says.to_string(), line: None });
        return Ok(());
    }
    let policies = [policies(wanted, &sides[0])?, policies(wanted, &sides[1])?];
    let ladders = Ladders::of(&policies[0].list, &policies[1].list);
    for forbidden in &budget.forbidden {
        forbidden
            .known(ladders.routes.names())
            .map_err(|why| Stop::Unusable(format!("--no-move: {}", for_terminal(&why))))?;
    }
    // One instant for both sides: a version with another time zone is not to look at another moment.
    let inputs = inputs(wanted, &sides[0], None);
    let as_of = match wanted.data.as_of {
        Some(_) => inputs.as_of(policies[0].list[0].offset)?,
        None => now(),
    };
    let old = decided(wanted, &sides[0], policies[0].clone(), as_of)?;
    let new = decided(wanted, &sides[1], policies[1].clone(), as_of)?;
    let mut population = Population::new(as_of, old, new, &ladders);
    if wanted.causes && !population.moved.is_empty() {
        causes(wanted, &sides[0], &policies[0], report, &mut population)?;
    }
    open(wanted, &sides[1], policies[1].clone(), &mut population)?;
    report.declared = declared(&policies);
    report.checks = budget.checks(&population, &report.declared);
    report.population = Some(population);
    Ok(())
}

/// The policies of a side in the order in which they are asked: as its portfolio says, else in the order of their files.
fn policies(wanted: &Wanted<'_>, side: &Side) -> Result<Policies, Stop> {
    if side.files.iter().all(|o| o.loaded.policy.is_none()) {
        let label = for_terminal(&side.label);
        return Err(Stop::Unusable(format!(
            "there is no policy in {label} that could decide the leads; compare without `--leads`"
        )));
    }
    let inputs = inputs(wanted, side, None);
    inputs.policies_by(&|path| {
        let one = side.files.iter().find(|o| o.file == path);
        let loaded = one.map(|o| (o.loaded.policy.clone(), o.loaded.portfolios.clone()));
        loaded.ok_or_else(|| {
            let (path, label) = (for_terminal(path), for_terminal(&side.label));
            Stop::Unusable(format!("a portfolio names `{path}`, which is not in {label}"))
        })
    })
}

fn inputs(wanted: &Wanted<'_>, side: &Side, as_of: Option<crate::policy::time::Instant>) -> Inputs {
    let named = |has: &dyn Fn(&super::sides::One) -> bool| -> Vec<PathBuf> {
        side.files.iter().filter(|o| has(o)).map(|o| PathBuf::from(&o.file)).collect()
    };
    let portfolios = named(&|o| !o.loaded.portfolios.is_empty());
    let deciding = if portfolios.is_empty() { named(&|o| o.loaded.policy.is_some()) } else { portfolios };
    let mut data = wanted.data.clone();
    if let Some(as_of) = as_of {
        data.as_of = Some(as_of.to_string());
    }
    Inputs::new(deciding, data, wanted.include.to_vec())
}

/// Declared moves of the new version; those that the old one declares too were meant for an earlier change.
fn declared(policies: &[Policies; 2]) -> Vec<Declared> {
    let all =
        |side: &Policies| -> Vec<(String, u32)> { side.list.iter().flat_map(|p| p.expect_moves.clone()).collect() };
    let (old, new) = (all(&policies[0]), all(&policies[1]));
    let one = |(reason, share): (String, u32)| {
        let earlier = old.contains(&(reason.clone(), share));
        Declared { reason, share, earlier }
    };
    new.into_iter().map(one).collect()
}

const SHORT: Writing<'static> = Writing { wanted: true, ..Writing::NONE };

/// All leads under the policies of a side.
fn decided(
    wanted: &Wanted<'_>,
    side: &Side,
    policies: Policies,
    as_of: crate::policy::time::Instant,
) -> Result<Run, Stop> {
    let inputs = inputs(wanted, side, Some(as_of));
    let mut kept = Kept::default();
    let mut rejects = Vec::new();
    let mut lines = Lines::new(|line| kept.add(line));
    let mut reject = |row: &crate::data::findings::Reject| {
        rejects.push(Rejected { file: row.file.to_string(), line: row.place.line, reason: row.reason.clone() });
        Ok(())
    };
    let outputs = Outputs { leads: &mut lines, rejects: &mut reject, look: None, progress: inputs.progress() };
    let done = decide(&inputs, policies, How::leads(wanted.number_rows), wanted.threads, SHORT, outputs)?;
    drop(lines);
    let Totals { read, .. } = done.totals;
    Ok(Run { leads: kept.leads, read, rejects })
}

/// Makes each edit alone and sees which leads it brings to where they are now.
fn causes(
    wanted: &Wanted<'_>,
    side: &Side,
    old: &Policies,
    report: &Report,
    population: &mut Population,
) -> Result<(), Stop> {
    let as_of = population.as_of;
    let changes = report.changes();
    for change in changes.iter().filter(|c| c.edit.effect != Effect::Tells).take(TRIED) {
        match with(report, change, old) {
            Ok(policies) => {
                let run = decided(wanted, side, policies, as_of)?;
                population.cause(&change.key, Ok(&run.leads));
            }
            Err(why) => population.cause(&change.key, Err(why)),
        }
    }
    Ok(())
}

/// The old policies with one change; `Err` says why it cannot be made alone.
fn with(report: &Report, change: &Changed<'_>, old: &Policies) -> Result<Policies, String> {
    let mut policies = old.clone();
    let edits = BTreeSet::from([change.edit.id.clone()]);
    for diff in change.policies.iter().map(|at| &report.policies[*at]) {
        let (Some(pair), Some(version)) = (&diff.pair, &diff.old) else { continue };
        let policy = pair.apply(&edits)?;
        if let Some(place) = policies.list.iter_mut().find(|p| p.name == version.name) {
            *place = Policy { name: place.name.clone(), ..policy };
        }
    }
    Ok(policies)
}

/// Looks at moved leads for fields that are not known and whose answers could bring them back.
fn open(wanted: &Wanted<'_>, side: &Side, policies: Policies, population: &mut Population) -> Result<(), Stop> {
    let ids: HashSet<String> = population.moved.iter().take(ASKED).map(|m| m.id.to_string()).collect();
    if ids.is_empty() {
        return Ok(());
    }
    population.asked = ids.len() as u64;
    let inputs = inputs(wanted, side, Some(population.as_of));
    let mut found: Vec<Open> = Vec::new();
    let mut lines = Lines::new(|line| {
        found.push(Open::read(line)?);
        Ok(())
    });
    let outputs = Outputs { leads: &mut lines, rejects: &mut |_| Ok(()), look: None, progress: inputs.progress() };
    let writing = Writing { full: true, only: Some(&ids), ..SHORT };
    decide(&inputs, policies, How::leads(wanted.number_rows), wanted.threads, writing, outputs)?;
    drop(lines);
    let mut found = found.into_iter().peekable();
    // Both are in the order of the file.
    for one in &mut population.moved {
        if found.peek().is_some_and(|open| *open.id == *one.id)
            && let Some(open) = found.next()
        {
            one.open = open.towards(&one.from);
        }
    }
    Ok(())
}
