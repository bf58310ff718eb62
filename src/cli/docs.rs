//! `rubric docs`: the playbook of a policy, for people who read no code.

use super::inputs::{Data, Inputs, Stop};
use super::output::{apart, replace};
use crate::report::html::playbook;
use crate::report::playbook::markdown;
use crate::report::sanitize::for_terminal;
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

/// Write the playbook of a policy, for people who read no code: whom we serve, the two scores, stages, routes, questions, a glossary.
#[derive(Debug, Args)]
pub struct Docs {
    /// The policy. What it takes from libraries is included.
    #[arg(value_name = "POLICY")]
    policy: PathBuf,
    /// How it is written; told by the ending of `--output` if it is not given, else HTML.
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Write it to a file instead of standard output.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// A further folder to look for libraries in; may be given several times.
    #[arg(long, value_name = "FOLDER")]
    include: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Html,
    Markdown,
}

impl Docs {
    /// Writes; 0 if it was written, 1 if the policy has errors, 2 if a file cannot be read or written.
    pub fn run(self) -> u8 {
        match self.go() {
            Ok(()) => 0,
            Err(stop) => stop.tell(),
        }
    }

    fn go(&self) -> Result<(), Stop> {
        let inputs = Inputs::new(vec![self.policy.clone()], Data::default(), self.include.clone());
        let output = self.output.as_deref().filter(|o| *o != Path::new("-"));
        apart(&output.iter().copied().collect::<Vec<_>>(), &inputs.files())?;
        let list = inputs.policies()?.list;
        let [policy] = &list[..] else {
            let names: Vec<String> = list.iter().map(|p| format!("`{}.rubric`", p.name)).collect();
            return Err(Stop::Unusable(format!(
                "`{}` leads to {} policies, and a playbook is of one; name one of {}",
                for_terminal(&self.policy.display().to_string()),
                list.len(),
                crate::report::page::listed(&names)
            )));
        };
        let text = match self.format() {
            Format::Html => playbook::page(policy),
            Format::Markdown => markdown(policy),
        };
        match output {
            Some(path) => replace(path, &text),
            None => {
                super::print(&text);
                Ok(())
            }
        }
    }

    fn format(&self) -> Format {
        let ending = self.output.as_deref().and_then(Path::extension).and_then(|e| e.to_str()).unwrap_or("");
        match (self.format, ending) {
            (Some(format), _) => format,
            (None, "md" | "markdown") => Format::Markdown,
            (None, _) => Format::Html,
        }
    }
}
