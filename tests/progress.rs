//! How far a run is, shown on a terminal and nowhere else.
#![cfg(unix)]

mod support;

use std::process::Command;
use support::Folder;

/// Everything is known of its leads, so they are decided quickly.
const POLICY: &str = r#"
policy demo "Demo" { version "1" owner "o@example.com" }
lead { region: one of { us, canada } }
score fit { where { +60 when region is us } bands { strong >= 50, weak } }
score intent { bands { all } }
outcomes {
  go   { next "Call" owner sales due 2 days }
  wait { next "Wait" owner sales due 2 days }
}
route { to go when fit is strong  otherwise to wait }
"#;

/// More than one chunk of rows comes before the pause, and some after it.
fn folder() -> Folder {
    let rows = |from: usize, to: usize| (from..to).map(|i| format!("{i},us\n")).collect::<String>();
    Folder::new()
        .file("demo.rubric", POLICY)
        .file("head.csv", format!("id,region\n{}", rows(0, 1_500)))
        .file("tail.csv", rows(1_500, 3_000))
        .file("leads.csv", format!("id,region\n{}", rows(0, 3_000)))
}

/// What a terminal shows of a command; nothing where there is no `script` that makes one.
fn on_a_terminal(folder: &Folder, command: &str, settings: &[(&str, &str)]) -> Option<String> {
    let mut script = Command::new("script");
    script.args(["-qec", command, "/dev/null"]).current_dir(folder.path("."));
    script.env_remove("NO_COLOR").env("TERM", "xterm").envs(settings.iter().copied());
    let ran = script.stdin(std::process::Stdio::null()).output();
    let Ok(output) = ran else {
        eprintln!("SKIPPED: there is no `script` of util-linux, which makes a terminal");
        return None;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    Some(String::from_utf8(output.stdout).expect("text"))
}

/// A run whose leads come with a pause, so that it takes long enough to be told of.
fn slow(more: &str) -> String {
    let rubric = env!("CARGO_BIN_EXE_rubric");
    format!(
        "(cat head.csv; sleep 1.2; cat tail.csv) | {rubric} run demo.rubric --leads /dev/stdin --as-of 2026-03-31 {more}"
    )
}

#[test]
fn a_terminal_shows_rows_and_the_line_goes_again() {
    let folder = folder();
    let Some(shown) = on_a_terminal(&folder, &slow("--output out.ndjson"), &[]) else { return };
    let first = shown.find(" rows, ").unwrap_or_else(|| panic!("no progress in {shown:?}"));
    assert!(shown[first..].contains(" a second"), "{shown:?}");
    // The line is written over with blanks before the summary begins in its place.
    let summary = shown.find("As of ").expect("a summary");
    let before = shown[..summary].trim_end_matches('\r');
    let last = before.rsplit('\r').next().unwrap_or("");
    assert!(first < summary && !last.is_empty() && last.trim().is_empty(), "{:?}", &shown[..summary]);
    assert!(shown[summary..].contains("3000 read = "), "{shown:?}");
    assert!(!shown[summary..].contains(" a second"), "{shown:?}");
}

#[test]
fn no_colour_is_used_and_a_dumb_terminal_is_left_alone() {
    let folder = folder();
    let Some(shown) = on_a_terminal(&folder, &slow(""), &[("NO_COLOR", "1")]) else { return };
    assert!(shown.contains(" rows, ") && !shown.contains('\u{1b}'), "{shown:?}");
    let dumb = on_a_terminal(&folder, &slow(""), &[("TERM", "dumb")]).expect("there was a terminal before");
    assert!(!dumb.contains(" rows, "), "{dumb:?}");
}

#[test]
fn files_and_pipes_see_none_of_it_and_bytes_stay_the_same() {
    let folder = folder();
    let quiet =
        folder.rubric(&["run", "demo.rubric", "--leads", "leads.csv", "--as-of", "2026-03-31", "--output", "a.ndjson"]);
    assert_eq!((quiet.status, quiet.err.as_str()), (0, ""));
    assert!(!quiet.out.contains('\r') && !quiet.out.contains(" a second"), "{}", quiet.out);
    let rubric = env!("CARGO_BIN_EXE_rubric");
    let run = format!(
        "(cat head.csv; sleep 1.2; cat tail.csv) | {rubric} run demo.rubric --leads /dev/stdin --as-of 2026-03-31 --output -"
    );
    // Data on a terminal are not run through by the line; and a terminal elsewhere leaves the bytes of a file as they are.
    let Some(both) = on_a_terminal(&folder, &run, &[]) else { return };
    assert!(!both.contains(" a second"), "{both:?}");
    let Some(shown) = on_a_terminal(&folder, &format!("{run} > b.ndjson"), &[]) else { return };
    assert!(shown.contains(" a second"), "{shown:?}");
    assert!(folder.text("a.ndjson") == folder.text("b.ndjson"), "the bytes differ");
}
