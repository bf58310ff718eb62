//! Tidy tests: what keeps the tree in order and would otherwise only be a habit.
//!
//! They hold the layer table, the purity of the core and the words that must not stand in the sources.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The layers in order: each imports only from those before it (and from itself).
const LAYERS: [&str; 21] = [
    "source",
    "diagnostic",
    "syntax",
    "format",
    "policy",
    "check",
    "lint",
    "program",
    "engine",
    "data",
    "analysis",
    "diff",
    "requalify",
    "scenario",
    "backtest",
    "sensitivity",
    "handoff",
    "sql",
    "driver",
    "report",
    "cli",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let Ok(entries) = std::fs::read_dir(folder) else { return found };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = std::fs::read_to_string(&path).expect("sources are UTF-8");
            found.push((path, text));
        }
    }
    found.sort();
    found
}

/// The layer a file under `src` belongs to; `None` for `lib.rs` and `main.rs`.
fn layer_of(path: &Path) -> Option<String> {
    let relative = path.strip_prefix(root().join("src")).ok()?;
    let first = relative.components().next()?.as_os_str().to_str()?;
    let name = first.strip_suffix(".rs").unwrap_or(first);
    (name != "lib" && name != "main").then(|| name.to_string())
}

/// The layers a text names after `crate::`, comments left out.
fn imports(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let code = line.split("//").next().unwrap_or("");
        for part in code.split("crate::").skip(1) {
            let name: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if LAYERS.contains(&name.as_str()) {
                found.push((number + 1, name));
            }
        }
    }
    found
}

#[test]
fn each_layer_imports_only_from_those_above_it() {
    let place: BTreeMap<&str, usize> = LAYERS.iter().enumerate().map(|(i, l)| (*l, i)).collect();
    let mut wrong = Vec::new();
    let mut seen = 0;
    for (path, text) in sources(&root().join("src")) {
        let Some(layer) = layer_of(&path) else { continue };
        let Some(&at) = place.get(layer.as_str()) else {
            wrong.push(format!("{}: `{layer}` is not in the layer table", path.display()));
            continue;
        };
        for (line, name) in imports(&text) {
            seen += 1;
            if place[name.as_str()] > at {
                wrong.push(format!("{}:{line}: `{layer}` must not import from `{name}`", path.display()));
            }
        }
    }
    assert!(seen > 20, "the test no longer sees the imports");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_cli_touches_the_world() {
    let forbidden = [
        "std::fs",
        "std::env",
        "std::process",
        "SystemTime",
        "Instant::now",
        "println!",
        "eprintln!",
        "print!",
        "std::io::stdout",
    ];
    let mut wrong = Vec::new();
    for (path, text) in sources(&root().join("src")) {
        if layer_of(&path).is_none_or(|l| l == "cli") {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or("");
            for word in forbidden.iter().filter(|w| code.contains(**w)) {
                wrong.push(format!("{}:{}: `{word}` outside `cli`", path.display(), number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn sources_hold_no_unfinished_work() {
    // The words are put together here so that this file does not find itself.
    let words =
        [["to", "do!"].concat(), ["unimpl", "emented!"].concat(), ["FIX", "ME"].concat(), ["TO", "DO"].concat()];
    let mut wrong = Vec::new();
    for folder in ["src", "tests", "benches"] {
        for (path, text) in sources(&root().join(folder)) {
            for word in words.iter().filter(|w| text.contains(w.as_str())) {
                wrong.push(format!("{}: `{word}`", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_says_what_it_is() {
    let bare: Vec<String> = sources(&root().join("src"))
        .into_iter()
        .filter(|(_, text)| !text.starts_with("//!"))
        .map(|(path, _)| path.display().to_string())
        .collect();
    assert!(bare.is_empty(), "without a `//!` header:\n{}", bare.join("\n"));
}
