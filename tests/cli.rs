//! The real binary: files and arguments in, standard output, messages and status out.

use std::path::Path;
use std::process::Command;

/// A folder of its own with files, and what running `rubric` in it gives.
struct Try {
    folder: tempfile::TempDir,
}

impl Try {
    fn new() -> Try {
        Try { folder: tempfile::tempdir().expect("a scratch folder") }
    }

    fn file(self, name: &str, text: impl AsRef<[u8]>) -> Try {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("files stand in folders")).expect("folders can be made");
        std::fs::write(path, text).expect("files can be written");
        self
    }

    /// Output, messages and status, with the status last.
    fn run(&self, args: &[&str]) -> (String, String, i32) {
        run_in(self.folder.path(), args)
    }
}

fn run_in(folder: &Path, args: &[&str]) -> (String, String, i32) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_rubric")).args(args).current_dir(folder).output().expect("the binary runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
    (text(output.stdout), text(output.stderr), output.status.code().expect("an exit status"))
}

const LIBRARY: &str = "library demo\n\nlead { region: one of { us, canada } }\n";

#[test]
fn a_clean_file_is_said_to_be_clean() {
    let tried = Try::new().file("demo.rubric", LIBRARY);
    assert_eq!(
        tried.run(&["check", "demo.rubric"]),
        ("1 file checked: nothing to complain about\n".into(), String::new(), 0)
    );
    assert_eq!(tried.run(&["check"]).2, 0);
}

#[test]
fn mistakes_are_shown_where_they_are() {
    let tried = Try::new()
        .file("demo.rubric", format!("{LIBRARY}\ndefine near = regoin is us\ndefine far = region is canda\n"));
    let (out, err, status) = tried.run(&["check", "demo.rubric"]);
    assert_eq!((err.as_str(), status), ("", 1));
    insta::assert_snapshot!(out);
}

#[test]
fn json_names_every_finding_once() {
    let library = "library shared\n\nlead { region: one of { us, US } }\n";
    let user = |name: &str| format!("library {name}\n\nuse shared\n");
    let tried = Try::new().file("shared.rubric", library).file("a.rubric", user("a")).file("b.rubric", user("b"));
    let (out, err, status) = tried.run(&["check", ".", "--format", "json"]);
    assert_eq!((err.as_str(), status), ("", 1));
    let findings: serde_json::Value = serde_json::from_str(&out).expect("the output is JSON");
    let findings = findings["findings"].as_array().expect("a list");
    assert_eq!(findings.len(), 1, "{out}");
    assert_eq!(findings[0]["code"], "RB0206");
    assert_eq!((findings[0]["line"].as_u64(), findings[0]["column"].as_u64()), (Some(3), Some(29)));
}

#[test]
fn files_that_cannot_be_read_are_a_sentence_and_status_2() {
    let tried =
        Try::new().file("folder/notes.txt", "nothing").file("latin.rubric", b"library demo # caf\xe9\n".as_slice());
    for (args, says) in [
        (["check", "missing.rubric"], "there is no file `missing.rubric`"),
        (["check", "folder"], "there is no `.rubric` file in `folder`"),
        (["check", "latin.rubric"], "is not UTF-8 text (line 1)"),
    ] {
        let (out, err, status) = tried.run(&args);
        assert_eq!((out.as_str(), status), ("", 2), "{args:?}");
        assert!(err.contains(says), "{args:?}: {err}");
    }
    let (_, err, status) = tried.run(&["check", "--format", "xml"]);
    assert_eq!(status, 2);
    assert!(err.contains("possible values"), "{err}");
}

#[test]
fn empty_files_and_files_of_comments_say_what_to_do() {
    for text in ["", "\n\n", "# only a comment\n"] {
        let (out, err, status) = Try::new().file("demo.rubric", text).run(&["check", "demo.rubric"]);
        assert_eq!(status, 1, "{text:?} {err}");
        assert!(out.contains("RB0212"), "{out}");
        assert!(out.contains("library NAME"), "{out}");
    }
}

#[test]
fn control_characters_never_reach_the_terminal() {
    let tried = Try::new().file("demo.rubric", "library demo\n\ndefine near = \"\u{1b}[31m\u{202e}x\" is us\n");
    let (out, err, status) = tried.run(&["check", "demo.rubric"]);
    assert_eq!(status, 1, "{err}");
    assert!(!out.contains('\u{1b}'), "{out:?}");
}

#[test]
fn libraries_are_found_in_included_folders() {
    let tried = Try::new()
        .file("shared/base.rubric", "library base\n\nchannels { form }\n")
        .file("demo.rubric", "library demo\n\nuse base\n");
    assert_eq!(tried.run(&["check", "demo.rubric"]).2, 1);
    assert_eq!(tried.run(&["check", "demo.rubric", "--include", "shared"]).2, 0);
}

#[test]
fn a_policy_that_is_misspelt_is_suggested() {
    let tried = Try::new().file("demo.rubric", LIBRARY);
    let (_, err, status) = tried.run(&["check", "dmeo.rubric"]);
    assert_eq!(status, 2);
    assert!(err.contains("did you mean `demo.rubric`?"), "{err}");
}

/// Writing beside and renaming would put a file in the place of a device.
#[cfg(unix)]
#[test]
fn pipes_and_links_stay_what_they_are() {
    use std::os::unix::fs::FileTypeExt;
    let policy = include_str!("fixtures/people/remote.rubric");
    let tried = Try::new().file("remote.rubric", policy).file("leads.csv", "id,product\n1,monitoring\n");
    let at = |name: &str| tried.folder.path().join(name);
    let made = Command::new("mkfifo").arg(at("pipe")).status();
    if !made.is_ok_and(|s| s.success()) {
        eprintln!("SKIPPED: there is no `mkfifo` here");
        return;
    }
    let pipe = at("pipe");
    let reader = std::thread::spawn(move || std::fs::read_to_string(pipe).expect("the pipe is readable"));
    let run = |output: &str| tried.run(&["run", "remote.rubric", "--leads", "leads.csv", "--output", output]);
    assert_eq!(run("pipe").2, 0);
    assert!(reader.join().expect("the reader ends").starts_with("{\"id\":\"1\""));
    assert!(at("pipe").metadata().expect("the pipe is there").file_type().is_fifo());
    std::fs::write(at("real.ndjson"), "old").expect("files can be written");
    std::os::unix::fs::symlink("real.ndjson", at("link.ndjson")).expect("links can be made");
    assert_eq!(run("link.ndjson").2, 0);
    assert!(at("link.ndjson").is_symlink());
    assert!(std::fs::read_to_string(at("real.ndjson")).expect("the file").starts_with("{\"id\":\"1\""));
}
