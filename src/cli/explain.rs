//! `rubric explain`: one lead, whole: why it went where it went, what is open, and what a change would change.

use super::desk::Desk;
use super::inputs::{Inputs, Policies, Stop};
use super::lead::{Decided, Lead, decide, find, find_account};
use super::opened::How;
use crate::analysis::Reaching;
use crate::analysis::reach::Goal;
use crate::data::findings::Severity;
use crate::data::reader::Found;
use crate::policy::text::nearest;
use crate::policy::{BuiltIn, FieldId, OutcomeId, Policy};
use crate::report::explain::{Reached, changes, explain, unit};
use crate::report::sanitize::for_terminal;
use clap::{Args, ValueEnum};

/// Explain one lead: scores, gates, route, what to ask, what would change it.
#[derive(Debug, Args)]
#[command(mut_arg("leads", |leads| leads.required(true)))]
pub struct Explain {
    #[command(flatten)]
    inputs: Inputs,
    /// The id of the lead; with `--accounts`, the account or the id of any of its leads.
    #[arg(long, value_name = "ID")]
    id: String,
    /// Explain the account instead of the lead: leads with the same key, as `account by` of the policy says, are decided as one.
    #[arg(long)]
    accounts: bool,
    /// What if a field had another value: `--set region=us`; may be given several times.
    #[arg(long, value_name = "FIELD=VALUE")]
    set: Vec<String>,
    /// What would have to change for the lead to go to an outcome or to reach a stage: as little as can be, or what stands in the way.
    #[arg(long, value_name = "OUTCOME|STAGE", conflicts_with = "set")]
    reach: Option<String>,
    /// How the decision is written.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Count rows instead of reading ids, for a file that has none: the id of a lead is its line.
    #[arg(long)]
    number_rows: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Human,
    Json,
}

impl Explain {
    /// Explains; 0 if the lead is there, 1 if it is not or the policy has errors, 2 if a file cannot be read.
    pub fn run(self) -> u8 {
        match self.go() {
            Ok(status) => status,
            Err(stop) => stop.tell(),
        }
    }

    fn go(&self) -> Result<u8, Stop> {
        let policies = self.inputs.policies()?;
        let mut found = Found::default();
        let how = How { number_rows: self.number_rows, accounts: self.accounts, ..How::default() };
        let (opened, mut source) = self.inputs.open(&policies, how, &mut found)?;
        let readers = opened.readers(&source, &[])?;
        let sets: Vec<Vec<(FieldId, String)>> = policies.list.iter().map(|p| self.sets(p)).collect::<Result<_, _>>()?;
        if let Some(unknown) = self.set.iter().enumerate().find(|(i, _)| sets.iter().all(|s| s[*i].0 == NOWHERE)) {
            return Err(no_field(unknown.1, &policies.list));
        }
        let desks = opened.desks(readers);
        let find = if self.accounts { find_account } else { find };
        let Some(lead) = find(&mut source, &desks[0].reader, &self.id)? else { return Ok(1) };
        let before = decide(&policies, &desks, &lead, &[], &mut found);
        if let Some(name) = &self.reach {
            return self.reach(name, &policies.list[before.policy], &desks[before.policy], &before);
        }
        let after = match self.set.is_empty() {
            true => None,
            false => Some(self.changed(&policies, &desks, &lead, &sets)?),
        };
        match self.format {
            Format::Human => self.human(&policies, &before, after.as_ref(), &found),
            Format::Json => {
                let shown = after.as_ref().unwrap_or(&before);
                let text = serde_json::to_string_pretty(&shown.decision).unwrap_or_default();
                super::print(&(text + "\n"));
            }
        }
        Ok(0)
    }

    /// The decision with what `--set` says; a value that the field does not take is refused.
    fn changed(
        &self,
        policies: &Policies,
        desks: &[Desk<'_>],
        lead: &Lead,
        sets: &[Vec<(FieldId, String)>],
    ) -> Result<Decided, Stop> {
        let known: Vec<Vec<(FieldId, String)>> =
            sets.iter().map(|s| s.iter().filter(|(f, _)| *f != NOWHERE).cloned().collect()).collect();
        let mut noticed = Found::default();
        let after = decide(policies, desks, lead, &known, &mut noticed);
        let refused =
            noticed.findings.sorted().into_iter().find(|f| &*f.key.file == "--set" && f.severity != Severity::Note);
        match refused {
            None => Ok(after),
            Some(finding) => {
                let help = finding.help.as_ref().map_or(String::new(), |h| format!("; {h}"));
                Err(Stop::Unusable(format!("`--set`: {}{}", for_terminal(&finding.message), for_terminal(&help))))
            }
        }
    }

    /// Tells what leads to an outcome or a stage of the policy that decides.
    fn reach(&self, name: &str, policy: &Policy, desk: &Desk<'_>, lead: &Decided) -> Result<u8, Stop> {
        let goal = goal(policy, name)?;
        let Decided { batch, forced, decision, e, .. } = lead;
        let reach = Reaching::new(policy, desk.program, decision.as_of).reach(batch, 0, *forced, goal);
        let value = |field: FieldId| desk.decider.value(e, batch, 0, field);
        let reached = Reached { policy, decision, goal, reach: &reach, value: &value };
        super::print(&match self.format {
            Format::Human => reached.human(super::layout(&std::io::stdout())),
            Format::Json => reached.json(),
        });
        Ok(0)
    }

    fn human(&self, policies: &Policies, before: &Decided, after: Option<&Decided>, found: &Found) {
        let layout = super::layout(&std::io::stdout());
        let text = match after {
            None => explain(&policies.list[before.policy], &before.decision, &before.open, &found.findings, layout),
            Some(after) => {
                let said: Vec<String> = self.set.iter().map(|s| for_terminal(s)).collect();
                let what = unit(&before.decision);
                let mut text = format!("{what} {} with {}\n\n", for_terminal(&before.decision.id), said.join(", "));
                if after.policy != before.policy {
                    text.push_str(&format!(
                        "Policy {} decides instead of {}.\n\n",
                        after.decision.policy.name, before.decision.policy.name
                    ));
                }
                text.push_str(&changes(&policies.list[after.policy], &before.decision, &after.decision, layout));
                text
            }
        };
        super::print(&text);
    }

    /// The fields that `--set` names, in this policy; [`NOWHERE`] for those it does not have.
    fn sets(&self, policy: &Policy) -> Result<Vec<(FieldId, String)>, Stop> {
        let set = |text: &String| {
            let Some((name, value)) = text.split_once('=') else {
                return Err(Stop::Unusable(format!(
                    "`--set {}` has no `=`; write `--set region=us`",
                    for_terminal(text)
                )));
            };
            let at = policy.fields.iter().position(|f| f.name == name.trim());
            let field = at.filter(|i| *i != BuiltIn::Id as usize).map_or(NOWHERE, |i| FieldId(i as u16));
            Ok((field, value.to_string()))
        };
        self.set.iter().map(set).collect()
    }
}

/// The outcome or the stage of a name or title.
fn goal(policy: &Policy, name: &str) -> Result<Goal, Stop> {
    let is = |own: &str, title: &str| own == name.trim() || title.eq_ignore_ascii_case(name.trim());
    if let Some(at) = policy.outcomes.iter().position(|o| is(&o.name, &o.title)) {
        return Ok(Goal::Outcome(OutcomeId(at as u16)));
    }
    if let Some(at) = policy.stages.iter().position(|s| is(&s.name, &s.title)) {
        return Ok(Goal::Stage(at as u16 + 1));
    }
    let outcomes = policy.outcomes.iter().map(|o| o.name.as_str());
    let names: Vec<&str> = outcomes.chain(policy.stages.iter().map(|s| s.name.as_str())).collect();
    let help = match nearest(name, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("it has {}", names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ")),
    };
    Err(Stop::Unusable(format!(
        "`--reach`: policy `{}`, which decides this lead, has no outcome or stage called `{}`; {help}",
        policy.name,
        for_terminal(name)
    )))
}

/// A field that a policy does not have.
const NOWHERE: FieldId = FieldId(u16::MAX);

fn no_field(set: &str, policies: &[Policy]) -> Stop {
    let name = set.split('=').next().unwrap_or("").trim();
    let fields = policies.iter().flat_map(|p| p.fields.iter()).map(|f| f.name.as_str());
    let help = nearest(name, fields).map_or("see its `lead` block".to_string(), |n| format!("did you mean `{n}`?"));
    Stop::Unusable(format!("`--set`: no field is called `{}`; {help}", for_terminal(name)))
}
