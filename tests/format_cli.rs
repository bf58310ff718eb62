//! `rubric fmt` on real files.

mod support;

use support::{Folder, Ran, rubric_in};

const UGLY: &str = "library demo\nlead {region:one of{us,canada} }\n";
const BROKEN: &str = "library demo\nlead {\n a:   txt\n   b:   text\n}\n";

fn ran(out: &str, err: &str, status: i32) -> Ran {
    Ran { out: out.into(), err: err.into(), status }
}

/// The same, laid out.
fn fine() -> String {
    "library demo\nlead { region: one of { us, canada } }\n".to_string()
}

#[test]
fn files_are_rewritten_in_place_and_listed() {
    let folder = Folder::new().file("ugly.rubric", UGLY).file("fine.rubric", fine());
    assert_eq!(folder.rubric(&["fmt"]), ran("ugly.rubric changed\n2 files: 1 changed\n", "", 0));
    assert_eq!(folder.text("ugly.rubric"), fine());
    assert_eq!(folder.rubric(&["fmt", "ugly.rubric"]), ran("1 file: 0 changed\n", "", 0));
    assert_eq!(folder.names(), ["fine.rubric", "ugly.rubric"], "nothing stays beside");
}

#[test]
fn check_writes_nothing_and_ends_with_1() {
    let folder = Folder::new().file("ugly.rubric", UGLY).file("fine.rubric", fine());
    assert_eq!(
        folder.rubric(&["fmt", "--check", "."]),
        ran("ugly.rubric would change\n2 files: 1 would change\n", "", 1)
    );
    assert_eq!(folder.text("ugly.rubric"), UGLY);
    assert_eq!(folder.rubric(&["fmt", "--check", "fine.rubric"]), ran("1 file: 0 would change\n", "", 0));
}

#[test]
fn diff_shows_what_would_change() {
    let folder = Folder::new().file("ugly.rubric", format!("# \u{1b}[31m\n{UGLY}")).file("fine.rubric", fine());
    let shown = "--- ugly.rubric\n+++ ugly.rubric\n@@ -1,3 +1,3 @@\n # \\u{1b}[31m\n library demo\n\
        -lead {region:one of{us,canada} }\n+lead { region: one of { us, canada } }\n";
    assert_eq!(folder.rubric(&["fmt", "--diff"]), ran(shown, "", 1));
    assert!(folder.text("ugly.rubric").ends_with(UGLY));
    assert_eq!(folder.rubric(&["fmt", "--diff", "fine.rubric"]), ran("", "", 0));
}

#[test]
fn standard_input_goes_to_standard_output() {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let run = |args: &[&str], text: &[u8]| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_rubric"))
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        child.stdin.take().expect("a pipe").write_all(text).expect("it is read");
        let output = child.wait_with_output().expect("it ends");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        ran(&text(output.stdout), &text(output.stderr), output.status.code().expect("a status"))
    };
    assert_eq!(run(&["fmt", "-"], UGLY.as_bytes()), ran(&fine(), "", 0));
    assert_eq!(run(&["fmt", "--check", "-"], UGLY.as_bytes()), ran("", "", 1));
    let latin = run(&["fmt", "-"], b"library demo # caf\xe9\n");
    assert_eq!((latin.out.as_str(), latin.status), ("", 2));
    assert!(latin.err.contains("is not UTF-8 text"), "{}", latin.err);
}

#[test]
fn files_with_errors_are_laid_out_around_them() {
    let folder = Folder::new().file("broken.rubric", BROKEN);
    let ran = folder.rubric(&["fmt", "broken.rubric"]);
    assert_eq!((ran.out.as_str(), ran.status), ("broken.rubric changed\n1 file: 1 changed, 1 with syntax errors\n", 1));
    assert!(ran.err.contains("broken.rubric:3:7"), "{}", ran.err);
    assert_eq!(folder.text("broken.rubric"), "library demo\n\nlead {\n  a:   txt\n  b: text\n}\n");
    assert_eq!(folder.rubric(&["fmt", "--check"]).status, 1);
}

#[test]
fn files_that_cannot_be_read_are_a_sentence_and_status_2() {
    let folder = Folder::new().file("latin.rubric", b"library demo # caf\xe9\n").file("notes.txt", "nothing");
    std::fs::create_dir(folder.path("empty")).expect("folders can be made");
    for (name, says) in [
        ("missing.rubric", "there is no file `missing.rubric`"),
        ("latin.rubric", "is not UTF-8 text (line 1)"),
        ("empty", "there is no `.rubric` file in `empty`"),
    ] {
        let ran = folder.rubric(&["fmt", name]);
        assert_eq!(ran.status, 2, "{name}");
        assert!(ran.err.contains(says), "{name}: {}", ran.err);
    }
}

#[cfg(unix)]
#[test]
fn permissions_and_links_stay() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new().file("real.rubric", UGLY);
    std::fs::set_permissions(folder.path("real.rubric"), PermissionsExt::from_mode(0o640)).expect("it is ours");
    std::os::unix::fs::symlink("real.rubric", folder.path("link.rubric")).expect("links can be made");
    assert_eq!(folder.rubric(&["fmt", "link.rubric"]).status, 0);
    assert!(folder.path("link.rubric").is_symlink());
    assert_eq!(folder.text("real.rubric"), fine());
    let mode = folder.path("real.rubric").metadata().expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[test]
fn our_own_policies_pass_the_check() {
    let ran = rubric_in(env!("CARGO_MANIFEST_DIR").as_ref(), &["fmt", "--check", "policies"]);
    assert_eq!((ran.err.as_str(), ran.status), ("", 0), "{}", ran.out);
}
