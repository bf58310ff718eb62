//! `rubric check --fix`: what it changes in files, what it leaves, and what it shows before it does.

use std::path::Path;
use std::process::Command;

/// Output, messages and status.
fn check(folder: &Path, args: &[&str]) -> (String, String, i32) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rubric"));
    let output = command.arg("check").args(args).current_dir(folder).output().expect("the binary runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
    (text(output.stdout), text(output.stderr), output.status.code().expect("an exit status"))
}

fn scratch(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a scratch folder");
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("files can be written");
    }
    folder
}

fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).expect("the file is there")
}

const LIBRARY: &str =
    "library shared\n\nlead { region: one of { us, canada }  fax: text }\n\ndefine near = regoin is us\n";

/// A misspelt name, a misspelt value, a definition that only an unused one mentions, an unused `allow`, and a negation, which only its author can mend.
const POLICY: &str = r#"policy demo {
  version "1"
  owner "team@example.com"
}

use shared

lead {
  size: one of { small, middling, large }
  notes: text
}

channels { form }

signals {
  # rubric: allow unused-signal because the pilot counts it
  demo_request: high from form
}

define grown = size is large
define inner = size is small
define outer = inner and region is us

score fit {
  profile up to 60 { +60 when regoin is us and grown and near }
  bands { strong >= 50, weak }
}

score intent {
  buying up to 40 { +40 per demo_reqest newest 1 }
  bands { high >= 40, low }
}

outcomes {
  call    { next "Call"  owner sales  due 2 days }
  nurture { next "Write" owner sales  due 5 days }
}

route {
  to call when intent is high and size is midling and not notes contains "pilot"
  otherwise to nurture
}
"#;

#[test]
fn fixes_go_round_after_round_and_what_is_left_is_told() {
    let folder = scratch(&[("shared.rubric", LIBRARY), ("demo.rubric", POLICY)]);
    let (out, err, status) = check(folder.path(), &["--fix"]);
    // Only with the names mended is there a policy, whose advice can be mended next; `inner` is unused once `outer` is gone.
    assert_eq!(err, "demo.rubric: mended 6 findings\nshared.rubric: mended 1 finding\n");
    assert_eq!(status, 0, "{out}");
    let expected = POLICY
        .replace("regoin", "region")
        .replace("midling", "middling")
        .replace("demo_reqest", "demo_request")
        .replace("  # rubric: allow unused-signal because the pilot counts it\n", "")
        .replace("define inner = size is small\ndefine outer = inner and region is us\n", "");
    assert_eq!(read(folder.path(), "demo.rubric"), expected);
    assert_eq!(read(folder.path(), "shared.rubric"), LIBRARY.replace("regoin", "region"));
    assert!(out.contains("does not say `notes`") && !out.contains("inner"), "{out}");
    assert!(out.ends_with("2 files checked: 1 warning\n"), "{out}");
    let left: Vec<_> = std::fs::read_dir(folder.path()).expect("the folder").flatten().map(|e| e.file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
    // Nothing more to do, and nothing is said to be done.
    let again = check(folder.path(), &["--fix"]);
    assert_eq!((again.0, again.1.as_str(), again.2), (out, "", 0));
}

#[test]
fn a_dry_run_shows_a_difference_and_writes_nothing() {
    let folder = scratch(&[("shared.rubric", LIBRARY), ("demo.rubric", POLICY)]);
    let (out, err, status) = check(folder.path(), &["--fix", "--dry-run"]);
    assert_eq!((err.as_str(), status), ("", 1));
    assert_eq!(
        (read(folder.path(), "demo.rubric").as_str(), read(folder.path(), "shared.rubric").as_str()),
        (POLICY, LIBRARY)
    );
    insta::assert_snapshot!(out);
    check(folder.path(), &["--fix"]);
    assert_eq!(check(folder.path(), &["--fix", "--dry-run"]), (String::new(), String::new(), 0));
    let (_, err, status) = check(folder.path(), &["--dry-run"]);
    assert_eq!(status, 2);
    assert!(err.contains("--fix"), "{err}");
}

#[test]
fn a_library_that_two_policies_use_is_mended_once_whatever_path_leads_to_it() {
    let user = |name: &str| format!("library {name}\n\nuse shared\n");
    let folder = scratch(&[("shared.rubric", LIBRARY), ("a.rubric", &user("a")), ("b.rubric", &user("b"))]);
    let (out, err, status) = check(folder.path(), &["--fix", "a.rubric", "./b.rubric", "./shared.rubric"]);
    assert_eq!((err.as_str(), status), ("shared.rubric: mended 1 finding\n", 0), "{out}");
    assert_eq!(read(folder.path(), "shared.rubric"), LIBRARY.replace("regoin", "region"));
}

#[test]
fn a_name_that_could_be_two_is_left_to_its_author() {
    let library = "library demo\n\nlead { system: boolean  systems: boolean }\n\ndefine both = systms\n";
    let folder = scratch(&[("demo.rubric", library)]);
    let (out, err, status) = check(folder.path(), &["--fix"]);
    assert_eq!((err.as_str(), status), ("", 1));
    assert!(out.contains("did you mean"), "{out}");
    assert_eq!(read(folder.path(), "demo.rubric"), library);
}

/// Line breaks and marks at the start stay; what a difference shows of a file does nothing to a terminal.
#[test]
fn odd_files_are_mended_where_they_are_wrong_and_nowhere_else() {
    let text = "\u{feff}library demo\r\n\r\n# \u{1b}[31mred \u{202e}here\r\nlead { region: one of { us, canada } }\r\ndefine near = regoin is us";
    let folder = scratch(&[("demo.rubric", text)]);
    let (out, _, _) = check(folder.path(), &["--fix", "--dry-run"]);
    assert!(out.contains("\\u{1b}[31m") && !out.contains('\u{1b}') && !out.contains('\u{202e}'), "{out:?}");
    assert!(out.contains("\\ No newline at end of file"), "{out}");
    let (_, err, _) = check(folder.path(), &["--fix"]);
    assert_eq!(err, "demo.rubric: mended 2 findings\n");
    assert_eq!(read(folder.path(), "demo.rubric"), text.replace("\u{202e}", "").replace("regoin", "region"));
}

#[cfg(unix)]
#[test]
fn who_may_read_a_file_may_still_read_it_and_links_stay_links() {
    use std::os::unix::fs::PermissionsExt;
    let folder = scratch(&[("real.rubric", LIBRARY)]);
    let real = folder.path().join("real.rubric");
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).expect("permissions can be set");
    std::os::unix::fs::symlink(&real, folder.path().join("link.rubric")).expect("links can be made");
    let (_, err, status) = check(folder.path(), &["--fix", "link.rubric"]);
    assert_eq!((err.as_str(), status), ("link.rubric: mended 1 finding\n", 0));
    assert!(folder.path().join("link.rubric").is_symlink());
    assert_eq!(std::fs::metadata(&real).expect("the file is there").permissions().mode() & 0o777, 0o640);
    assert_eq!(read(folder.path(), "real.rubric"), LIBRARY.replace("regoin", "region"));
}
