//! The commands: the only place that touches files, the environment and the terminal.
//!
//! Exit status: 0 fine, 1 findings, 2 wrong usage or a file that cannot be read. Data go to standard output, messages to standard error.

mod accounts;
mod ask;
mod backtest;
mod check;
mod completions;
mod config;
mod decide;
mod desk;
mod diff;
mod docs;
mod explain;
mod files;
mod fix;
mod fixture;
mod fmt;
mod handoff;
mod in_order;
mod init;
mod inputs;
mod lead;
mod look;
mod opened;
mod output;
mod pages;
mod parallel;
mod previous;
mod progress;
mod record;
mod requalify;
mod rules;
mod run;
mod sensitivity;
mod sources;
mod stream;
mod test;
mod totals;
mod watch;

use crate::diagnostic::Severity;
use crate::driver::Loaded;
use crate::report::diagnostics::{self, Layout};
use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Lead-qualification policies: write, check, run, explain.
#[derive(Debug, Parser)]
#[command(name = "rubric", version, about, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// What to ask next: the script of the call for one lead, or for a queue, the most decisive first.
    Ask(Box<ask::Ask>),
    /// Did the scores predict what happened? Conversion, AUC and lift on leads whose end is known.
    Backtest(Box<backtest::Backtest>),
    /// Check policies: syntax, names, types, and advice.
    Check(check::Check),
    /// Print the completions of a shell.
    Completions(completions::Completions),
    /// Compare two versions of policies: what changed, and which leads it moves.
    Diff(Box<diff::Diff>),
    /// Write the playbook of a policy, for people who read no code: HTML or Markdown.
    Docs(docs::Docs),
    /// Explain one lead: scores, gates, route, what to ask, what would change it.
    Explain(Box<explain::Explain>),
    /// Start a policy: a working one with leads, tests and a workflow, to be changed into your own.
    Init(init::Init),
    /// List all rules, or show the page of one.
    Rules(rules::Rules),
    /// Write policies in one layout.
    Fmt(fmt::Fmt),
    /// The handoff record: what is known of a lead, who is involved, what is in the way, what comes next.
    Record(Box<record::Record>),
    /// Which leads to look at again, and why: compared with an earlier snapshot or instant.
    Requalify(Box<requalify::Requalify>),
    /// Dry-run a policy on leads: where each one goes, and what the data left open.
    Run(Box<run::Run>),
    /// How far weights, caps and thresholds can move before a lead goes another way.
    Sensitivity(Box<sensitivity::Sensitivity>),
    /// Run the tests that policies carry, and fixtures: leads with expected decisions.
    Test(test::Test),
    /// Check, test and dry-run again whenever a file is saved, and show what moved.
    Watch(watch::Watch),
}

/// Runs the command that the arguments name.
pub fn main() -> ExitCode {
    let status = match Arguments::parse().command {
        Command::Ask(ask) => ask.run(),
        Command::Backtest(backtest) => backtest.run(),
        Command::Check(check) => check.run(),
        Command::Completions(completions) => completions.run(),
        Command::Diff(diff) => diff.run(),
        Command::Docs(docs) => docs.run(),
        Command::Explain(explain) => explain.run(),
        Command::Init(init) => init.run(),
        Command::Rules(rules) => rules.run(),
        Command::Fmt(fmt) => fmt.run(),
        Command::Record(record) => record.run(),
        Command::Requalify(requalify) => requalify.run(),
        Command::Run(run) => run.run(),
        Command::Sensitivity(sensitivity) => sensitivity.run(),
        Command::Test(test) => test.run(),
        Command::Watch(watch) => watch.run(),
    };
    ExitCode::from(status)
}

/// Writes to standard output; a reader that went away is no error.
fn print(text: &str) {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Writes a message to standard error.
fn message(text: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// How text is laid out for a stream: colours only for a terminal, and only where they are wanted.
fn layout(stream: &impl std::io::IsTerminal) -> Layout {
    let colour = stream.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
    Layout { colour, width: 100 }
}

/// Shows the errors of a policy, which then is of no use; whether there are any.
fn tell_errors(loaded: &Loaded) -> bool {
    let errors: Vec<_> = loaded.diagnostics.iter().filter(|d| d.severity == Severity::Error).cloned().collect();
    if !errors.is_empty() {
        let layout = layout(&std::io::stderr());
        message(diagnostics::human(&errors, &loaded.sources, layout).trim_end());
    }
    !errors.is_empty()
}
