//! `rubric diff`: what changed between two versions of policies, and which leads it moves.

mod git;
mod moves;
mod recorder;
mod sides;

use super::inputs::{Data, Stop};
use super::parallel;
use crate::diff::budget::{Budget, Forbidden, Most};
use crate::diff::{PolicyDiff, Report, meaning};
use crate::report::diff;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Compare two versions of policies: what changed, and which leads it moves.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  rubric diff old.rubric new.rubric
  rubric diff --git main..HEAD policies
  rubric diff --git main --leads leads.csv --max-moved 5% --no-move 'demo->disqualify'")]
pub struct Diff {
    /// The old and the new version: two files or two folders. With `--git`, the files and folders to look at.
    #[arg(value_name = "OLD NEW | PATHS")]
    paths: Vec<PathBuf>,
    /// Two revisions, `main..HEAD`; `main...HEAD` looks from where they parted; one alone is compared with the files as they are.
    #[arg(long, value_name = "REVISIONS")]
    git: Option<String>,
    #[command(flatten)]
    data: Data,
    /// A further folder to look for libraries in; may be given several times.
    #[arg(long, value_name = "FOLDER")]
    include: Vec<String>,
    /// Count rows instead of reading ids, for a file that has none: the id of a lead is its line.
    #[arg(long, requires = "leads")]
    number_rows: bool,
    /// End with status 1 if more leads change their route: a share, `5%`, or a number. `expect-moves` in the new version allows more.
    #[arg(long, value_name = "LIMIT")]
    max_moved: Option<String>,
    /// End with status 1 if a lead makes this move: `demo->disqualify`, `demo->*`; may be given several times.
    #[arg(long, value_name = "FROM->TO")]
    no_move: Vec<String>,
    /// Do not find out which edit moves which lead; that takes one more run for each edit.
    #[arg(long, requires = "leads")]
    no_causes: bool,
    /// Do not work out what the change means for every possible lead.
    #[arg(long)]
    no_proof: bool,
    /// How many threads; the result is the same with any number.
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// How the comparison is written.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// Works out what a change of a policy means, where there is one.
fn prove(diff: &mut PolicyDiff) {
    if let Some(pair) = diff.pair.as_ref().filter(|_| !diff.edits.is_empty()) {
        diff.meaning = Some(meaning::meaning(pair, &diff.edits, meaning::CONFLICTS));
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Human,
    Json,
    /// For a comment on a pull request.
    Markdown,
    Sarif,
    /// Annotations of GitHub's workflows.
    Github,
}

impl Diff {
    /// Compares; 0 however much changed, 1 if a policy has errors or a limit is exceeded, 2 with wrong usage or a file that cannot be read.
    pub fn run(self) -> u8 {
        match self.go() {
            Ok(status) => status,
            Err(stop) => stop.tell(),
        }
    }

    fn go(&self) -> Result<u8, Stop> {
        let budget = self.budget()?;
        let sides = self.sides()?;
        let (mut policies, troubles) = sides::compared(&sides);
        if !self.no_proof {
            policies.iter_mut().for_each(prove);
        }
        let labels = [sides[0].label.clone(), sides[1].label.clone()];
        let portfolios = sides::portfolios(&sides);
        let mut report = Report { sides: labels, policies, portfolios, troubles, ..Report::default() };
        if self.data.leads.is_some() {
            let causes = !self.no_causes;
            let wanted = moves::Wanted {
                data: &self.data,
                include: &self.include,
                number_rows: self.number_rows,
                threads: parallel::threads(self.threads),
                causes,
            };
            moves::compare(&wanted, &sides, &budget, &mut report)?;
        }
        self.tell(&report);
        Ok(u8::from(!report.passes()))
    }

    fn sides(&self) -> Result<[sides::Side; 2], Stop> {
        match (&self.git, &self.paths[..]) {
            (Some(revisions), paths) => sides::in_git(revisions, paths, &self.include),
            (None, [old, new]) => sides::on_disk(old, new, &self.include),
            (None, _) => {
                let why = "name an old and a new version: `rubric diff OLD NEW`, or `rubric diff --git main..HEAD`";
                Err(Stop::Unusable(why.to_string()))
            }
        }
    }

    fn budget(&self) -> Result<Budget, Stop> {
        let most = self.max_moved.as_deref().map(Most::parse).transpose();
        let most = most.map_err(|why| Stop::Unusable(format!("--max-moved: {why}")))?;
        let forbidden: Result<Vec<Forbidden>, String> = self.no_move.iter().map(|m| Forbidden::parse(m)).collect();
        let forbidden = forbidden.map_err(|why| Stop::Unusable(format!("--no-move: {why}")))?;
        let budget = Budget { most, forbidden };
        if !budget.is_empty() && self.data.leads.is_none() {
            let which = if budget.most.is_some() { "--max-moved" } else { "--no-move" };
            return Err(Stop::Unusable(format!(
                "`{which}` counts leads, and there are none; name a file of them with `--leads`"
            )));
        }
        Ok(budget)
    }

    fn tell(&self, report: &Report) {
        let layout = super::layout(&std::io::stdout());
        match self.format {
            Format::Human => super::print(&diff::human(report, layout)),
            Format::Json => super::print(&diff::json(report)),
            Format::Markdown => super::print(&diff::markdown(report)),
            Format::Sarif => super::print(&diff::sarif(report)),
            Format::Github => super::print(&diff::github(report)),
        }
        if self.format != Format::Human {
            let why = diff::problems(report, super::layout(&std::io::stderr()));
            if !why.is_empty() {
                super::message(why.trim_end());
            }
        }
    }
}
