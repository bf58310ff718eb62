//! `rubric explain`: one lead, whole: why it went where it went, what is open, and what a change would change.

use super::accounts::{gather, refuse_unless_rolled_up};
use super::desk::Desk;
use super::inputs::{Inputs, Policies, Stop, unusable};
use crate::analysis::Reaching;
use crate::analysis::reach::Goal;
use crate::data::accounts::Group;
use crate::data::findings::Severity;
use crate::data::reader::{Found, Reader};
use crate::data::source::{Rows, Source};
use crate::engine::decision::Decision;
use crate::engine::facts::Batch;
use crate::engine::rolled::Rolled;
use crate::policy::text::nearest;
use crate::policy::{BuiltIn, FieldId, OutcomeId, Policy};
use crate::program::Program;
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

/// A row of the leads file that is the lead, kept while it is read again and again.
struct Lead {
    rows: Rows,
    row: usize,
    /// The account that all the rows are, where accounts are explained.
    account: Option<Vec<Group>>,
}

impl Lead {
    /// Reads it as a policy does; for an account, gives what it was made of.
    fn read(
        &self,
        reader: &Reader<'_>,
        set: &[(FieldId, String)],
        batch: &mut Batch,
        found: &mut Found,
    ) -> Option<Rolled> {
        let mut scratch = reader.scratch();
        match &self.account {
            None => {
                reader.read(&self.rows, &mut std::iter::once(self.row), set, batch, &mut scratch, found);
                None
            }
            Some(groups) => {
                let mut which = std::iter::once(0);
                let read = reader.read_accounts((&self.rows, groups), &mut which, set, batch, &mut scratch, found);
                read.into_iter().next().map(|(_, rolled)| rolled)
            }
        }
    }
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
        if self.accounts {
            refuse_unless_rolled_up(&policies.list)?;
        }
        let as_of = self.inputs.as_of(policies.list[0].offset)?;
        let imports = self.inputs.imports(&policies.list)?;
        let mut found = Found::default();
        let sides = self.inputs.sides(&policies.list[0], imports[0], as_of, &mut found)?;
        let mut source = self.inputs.source(imports[0], None)?;
        let programs: Vec<Program> = policies.list.iter().map(Program::lower).collect();
        let mut readers = Vec::new();
        for (policy, import) in policies.list.iter().zip(&imports) {
            let (file, header) = (&source.file, source.header());
            let reader = Reader::new(policy, *import, as_of, file, header, &sides, self.number_rows);
            let reader = reader.map_err(|e| unusable(&source.file, &e))?.written(source.written());
            readers.push(if self.accounts { reader.by_account() } else { reader });
        }
        let sets: Vec<Vec<(FieldId, String)>> = policies.list.iter().map(|p| self.sets(p)).collect::<Result<_, _>>()?;
        if let Some(unknown) = self.set.iter().enumerate().find(|(i, _)| sets.iter().all(|s| s[*i].0 == NOWHERE)) {
            return Err(no_field(unknown.1, &policies.list));
        }
        let desks: Vec<Desk<'_>> =
            readers.into_iter().zip(&programs).map(|(reader, program)| Desk::new(reader, program, as_of)).collect();
        let lead = match self.accounts {
            false => find(&mut source, &desks[0].reader, &self.id)?,
            true => find_account(&mut source, &desks[0].reader, &self.id)?,
        };
        let lead = match lead {
            Ok(lead) => lead,
            Err(near) => {
                let help = match near {
                    Some(near) => format!("did you mean `{}`?", for_terminal(&near)),
                    None => "ids are compared whole".to_string(),
                };
                let (file, id) = (for_terminal(&source.file), for_terminal(&self.id));
                let what = if self.accounts { "no account and no lead" } else { "no lead" };
                super::message(&format!("rubric: {what} in `{file}` has the id `{id}`; {help}"));
                return Ok(1);
            }
        };
        let before = decide(&policies, &desks, &lead, &vec![Vec::new(); sets.len()], &mut found);
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
        let Decided { batch, forced, decision, .. } = lead;
        let reach = Reaching::new(policy, desk.program, decision.as_of).reach(batch, 0, *forced, goal);
        let e = desk.decider.engine().evaluate(batch);
        let value = |field: FieldId| desk.decider.value(&e, batch, 0, field);
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

/// The row of an id: the first, as in a run; else an id that differs only in leading zeros or case.
fn find(source: &mut Source, reader: &Reader<'_>, id: &str) -> Result<Result<Lead, Option<String>>, Stop> {
    let bare = |id: &str| id.trim().trim_start_matches('0').to_ascii_lowercase();
    let mut batch = Batch::new(reader.policy());
    let mut scratch = reader.scratch();
    let mut near = None;
    let file = source.file.to_string();
    while let Some(chunk) = source.next_chunk(256).map_err(|e| unusable(&file, &e))? {
        let mut found = Found::default();
        let mut all = 0..chunk.rows.len();
        let rows = reader.read(&chunk.rows, &mut all, &[], &mut batch, &mut scratch, &mut found);
        for (lead, row) in rows.iter().enumerate() {
            if batch.id(lead) == id.trim() {
                return Ok(Ok(Lead { row: *row, rows: chunk.rows, account: None }));
            }
            if near.is_none() && bare(batch.id(lead)) == bare(id) {
                near = Some(batch.id(lead).to_string());
            }
        }
    }
    Ok(Err(near))
}

/// The account of a name, or of the lead of an id; else a name or an id that differs only in leading zeros or case, or a name that is nearly the
/// same.
fn find_account(source: &mut Source, reader: &Reader<'_>, id: &str) -> Result<Result<Lead, Option<String>>, Stop> {
    let bare = |id: &str| id.trim().trim_start_matches('0').to_ascii_lowercase();
    let (mut of_lead, mut near) = (None, None);
    let mut seen = |lead: &str, account: usize| {
        if lead == id.trim() {
            of_lead.get_or_insert(account);
        } else if near.is_none() && bare(lead) == bare(id) {
            near = Some(lead.to_string());
        }
    };
    let pool = gather(source, reader, &mut Found::default(), &mut |_| Ok(()), &mut seen)?.pool;
    let Some(account) = pool.find(id).or(of_lead) else {
        return Ok(Err(near.or_else(|| nearest(id, pool.names()).map(str::to_string))));
    };
    let (rows, groups) = pool.some(account..account + 1);
    Ok(Ok(Lead { rows, row: 0, account: Some(groups) }))
}

/// A decision, the place of the policy that made it, and what of the lead that policy asks for and does not know.
struct Decided {
    policy: usize,
    decision: Decision,
    open: Vec<FieldId>,
    /// The lead as it was read, and whether the policy decides it whether it applies or not.
    batch: Batch,
    forced: bool,
}

/// The first policy that applies decides, else the one for the rest; else the first says that the lead is out of scope.
fn decide(
    policies: &Policies,
    desks: &[Desk<'_>],
    lead: &Lead,
    sets: &[Vec<(FieldId, String)>],
    found: &mut Found,
) -> Decided {
    let read = |policy: usize, forced: bool| {
        let Desk { reader, decider, .. } = &desks[policy];
        let (mut batch, mut here) = (Batch::new(reader.policy()), Found::default());
        let rolled = lead.read(reader, &sets[policy], &mut batch, &mut here);
        let e = decider.engine().evaluate(&batch);
        let (mut decision, _) = desks[policy].decision(&e, &batch, 0, forced);
        decision.account = rolled.map(|rolled| decider.behind(&e, &batch, 0, &rolled));
        let open = decider.open_fields(&decision, &batch, 0);
        (Decided { policy, decision, open, batch, forced }, here)
    };
    let mut first = None;
    for policy in 0..desks.len() {
        let (decided, here) = read(policy, false);
        if decided.decision.in_scope {
            found.merge(here);
            return decided;
        }
        first = first.or(Some((decided, here)));
    }
    let (decided, here) = match (policies.otherwise, first) {
        (None, Some(first)) => first,
        (Some(policy), _) => read(policy, true),
        (None, None) => read(0, false),
    };
    found.merge(here);
    decided
}
