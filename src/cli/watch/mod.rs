//! `rubric watch`: on every save, what is wrong, which tests changed, and which leads moved.

mod eyes;
mod known;
mod look;

use super::files::why;
use super::inputs::{Data, now};
use crate::report::watch::{Look, told};
use clap::Args;
use eyes::{Eyes, Woken};
use known::Knowledge;
use look::Looking;
use std::path::PathBuf;
use std::time::Instant;

/// Check, test and dry-run again whenever a file is saved, and show what moved.
#[derive(Debug, Args)]
pub struct Watch {
    /// Policy files, or folders with policies; the current folder if none is named.
    paths: Vec<PathBuf>,
    #[command(flatten)]
    data: Data,
    /// A further folder to look for libraries in; may be given several times.
    #[arg(long, value_name = "FOLDER")]
    include: Vec<String>,
    /// How much advice matters: a file like `rubric.toml`, which is looked for in this folder and above it if none is named.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Watch {
    /// Watches until it is stopped by Ctrl-C or a termination signal, which is status 0; 2 if a path named is not there to begin with.
    pub fn run(self) -> u8 {
        match self.go() {
            Ok(()) => 0,
            Err(why) => {
                super::message(&format!("rubric: {why}"));
                2
            }
        }
    }

    fn go(self) -> Result<(), String> {
        let paths = if self.paths.is_empty() { vec![PathBuf::from(".")] } else { self.paths };
        for path in paths.iter().map(PathBuf::as_path).chain(self.data.files()) {
            // Later on, files may come and go; one that is not there to begin with is a slip of the hand.
            path.metadata().map_err(|e| why(&path.display().to_string(), &e))?;
        }
        let layout = super::layout(&std::io::stdout());
        let (mut eyes, note) = Eyes::open()?;
        note.iter().for_each(|note| super::message(&format!("rubric: {note}")));
        let mut looking = Looking {
            paths,
            data: self.data.at(now()),
            include: self.include,
            config: self.config,
            known: Knowledge::default(),
        };
        let mut before: Option<Look> = None;
        let mut files = looking.named();
        loop {
            eyes.remember(&files);
            let started = Instant::now();
            let (look, read) = looking.look(layout);
            super::print(&told(before.as_ref(), &look, started.elapsed(), layout));
            files = read;
            eyes.follow(&files);
            // What cannot be decided now is compared once it can be again.
            let leads = look.leads.clone().or_else(|| before.and_then(|b| b.leads));
            before = Some(Look { leads, ..look });
            match eyes.wait() {
                Woken::Changed(names) => super::print(&format!("\n{} changed\n", names.join(", "))),
                Woken::Stopped => return Ok(()),
            }
        }
    }
}
