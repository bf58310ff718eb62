//! The commands: the only place that touches files, the environment and the terminal.
//!
//! Exit status: 0 fine, 1 findings, 2 wrong usage or a file that cannot be read. Data go to standard output, messages to standard error.

mod check;
mod config;
mod explain;
mod files;
mod fmt;
mod inputs;
mod output;
mod run;
mod stream;
mod test;

use crate::report::diagnostics::Layout;
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
    /// Check policies: syntax, names, types, and advice.
    Check(check::Check),
    /// Explain one lead: scores, gates, route, what to ask, what would change it.
    Explain(Box<explain::Explain>),
    /// Write policies in one layout.
    Fmt(fmt::Fmt),
    /// Dry-run a policy on leads: where each one goes, and what the data left open.
    Run(Box<run::Run>),
    /// Run the tests that policies carry.
    Test(test::Test),
}

/// Runs the command that the arguments name.
pub fn main() -> ExitCode {
    let status = match Arguments::parse().command {
        Command::Check(check) => check.run(),
        Command::Explain(explain) => explain.run(),
        Command::Fmt(fmt) => fmt.run(),
        Command::Run(run) => run.run(),
        Command::Test(test) => test.run(),
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
