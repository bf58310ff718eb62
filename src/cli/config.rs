//! `rubric.toml`: how much each piece of advice matters in a project, and under some paths.
//!
//! ```toml
//! [lints]
//! unused-field = "off"
//!
//! [[override]]
//! path = "policies/pilots/**"
//! lints = { double-counting = "error" }
//! ```

use super::files::why;
use crate::driver;
use crate::lint::{Level, Levels};
use crate::policy::text::nearest;
use crate::report::sanitize::for_terminal;
use globset::{Glob, GlobMatcher};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The name of the file.
const NAME: &str = "rubric.toml";

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Written {
    lints: BTreeMap<String, String>,
    #[serde(rename = "override")]
    overrides: Vec<WrittenOverride>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenOverride {
    path: String,
    lints: BTreeMap<String, String>,
}

/// The configuration of a project.
#[derive(Debug, Default)]
pub struct Config {
    /// The folder the file stands in; paths are told from there.
    folder: PathBuf,
    /// The file itself, as it was found.
    file: Option<PathBuf>,
    lints: Vec<(String, Level)>,
    overrides: Vec<(GlobMatcher, Vec<(String, Level)>)>,
}

impl Config {
    /// Reads the file that is named, else the nearest `rubric.toml` in the current folder or above it; without one, everything is as declared.
    pub fn find(named: Option<&Path>) -> Result<Config, String> {
        if let Some(path) = named {
            return Config::read(path);
        }
        let here = std::env::current_dir().map_err(|e| format!("the current folder cannot be read: {e}"))?;
        match here.ancestors().map(|f| f.join(NAME)).find(|p| p.is_file()) {
            Some(path) => Config::read(&path),
            None => Ok(Config::default()),
        }
    }

    fn read(path: &Path) -> Result<Config, String> {
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|e| why(&shown, &e))?;
        let shown = for_terminal(&shown);
        let written: Written = toml::from_str(&text).map_err(|e| format!("`{shown}` cannot be used: {e}"))?;
        let mut config = Config {
            folder: path.parent().map(Path::to_path_buf).unwrap_or_default(),
            file: Some(path.to_path_buf()),
            lints: levels(&shown, &written.lints)?,
            overrides: Vec::new(),
        };
        for one in &written.overrides {
            let glob = Glob::new(&one.path).map_err(|e| format!("`{shown}`: `path` is no pattern: {e}"))?;
            config.overrides.push((glob.compile_matcher(), levels(&shown, &one.lints)?));
        }
        Ok(config)
    }

    /// The file that was read, or else where one would be looked for first.
    pub fn file(&self) -> PathBuf {
        self.file.clone().unwrap_or_else(|| PathBuf::from(NAME))
    }

    /// The levels for one policy file.
    pub fn levels(&self, file: &str) -> Levels {
        let mut levels = Levels::default();
        self.lints.iter().for_each(|(name, level)| levels.insert(name, *level));
        let path = std::path::absolute(file).unwrap_or_else(|_| PathBuf::from(file));
        let folder = std::path::absolute(&self.folder).unwrap_or_default();
        let path = path.strip_prefix(&folder).unwrap_or(&path);
        for (_, lints) in self.overrides.iter().filter(|(glob, _)| glob.is_match(path)) {
            lints.iter().for_each(|(name, level)| levels.insert(name, *level));
        }
        levels
    }
}

fn levels(file: &str, written: &BTreeMap<String, String>) -> Result<Vec<(String, Level)>, String> {
    let known: Vec<&str> = driver::advice_rules().iter().map(|r| r.name).collect();
    let one = |(name, word): (&String, &String)| {
        if !known.contains(&name.as_str()) {
            let is_error = driver::rules().iter().any(|r| r.name == name);
            let help = match nearest(name, known.iter().copied()) {
                _ if is_error => "it is an error of the language, which no configuration changes".to_string(),
                Some(near) => format!("did you mean `{near}`?"),
                None => "`docs/rules/README.md` lists all advice".to_string(),
            };
            return Err(format!("`{file}`: there is no advice called `{}`; {help}", for_terminal(name)));
        }
        let level = Level::parse(word).ok_or_else(|| {
            let word = for_terminal(word);
            format!("`{file}`: `{name}` cannot be `{word}`; write `off`, `advice`, `warning` or `error`")
        })?;
        Ok((name.clone(), level))
    };
    written.iter().map(one).collect()
}
