//! `rubric completions`: what a shell needs to complete commands and options.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

/// Print the completions of a shell, to be put where the shell looks for them.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell.
    shell: Shell,
}

impl Completions {
    /// Prints the script.
    pub fn run(self) -> u8 {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut super::Arguments::command(), "rubric", &mut script);
        super::print(&String::from_utf8_lossy(&script));
        0
    }
}
