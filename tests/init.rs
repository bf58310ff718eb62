//! `rubric init`, `rubric rules` and `rubric completions` on the real binary.

mod support;

use support::Folder;

const DATA: [&str; 8] = [
    "--leads",
    "leads/leads.csv",
    "--events",
    "leads/events.csv",
    "--contacts",
    "leads/contacts.csv",
    "--as-of",
    "2026-03-31T12:00Z",
];

#[test]
fn a_new_project_works_at_once() {
    let folder = Folder::new();
    let ran = folder.rubric(&["init"]);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    insta::assert_snapshot!("init", ran.out);
    for command in ["check --strict", "test --fail-on-empty"] {
        let ran = folder.rubric(&command.split(' ').collect::<Vec<_>>());
        assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{command}: {}", ran.out);
    }
    let run = folder.rubric(&[&["run", "starter.rubric", "--strict"], &DATA[..]].concat());
    assert_eq!((run.status, run.err.as_str()), (0, ""), "{}", run.out);
    insta::assert_snapshot!("init_run", run.out);
}

#[test]
fn a_folder_is_made_and_the_policy_named() {
    let folder = Folder::new();
    let ran = folder.rubric(&["init", "new/desk", "--name", "front_desk", "--no-workflow"]);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    assert!(folder.text("new/desk/front_desk.rubric").contains("policy front_desk \""));
    assert!(!folder.path("new/desk/.github").exists());
    assert!(ran.out.contains("cd new/desk\n") && ran.out.contains("rubric run front_desk.rubric "), "{}", ran.out);
    let ran = folder.rubric(&["run", "new/desk/front_desk.rubric", "--leads", "new/desk/leads/leads.csv"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
}

#[test]
fn nothing_that_is_there_is_written_over() {
    let folder = Folder::new().file("starter.rubric", "mine\n");
    let ran = folder.rubric(&["init"]);
    assert_eq!((ran.status, ran.out.as_str()), (1, ""));
    assert_eq!(ran.err, "rubric: `starter.rubric` is there already; move it away, or name another folder\n");
    assert_eq!(
        (folder.text("starter.rubric"), folder.names()),
        ("mine\n".to_string(), vec!["starter.rubric".to_string()])
    );
    let ran = folder.rubric(&["init", "starter.rubric/sub"]);
    assert_eq!((ran.status, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("a file stands where a folder"), "{}", ran.err);
}

#[test]
fn names_that_are_no_names_are_refused() {
    let folder = Folder::new();
    for name in ["../up", "two words", "x\" { } #", "", "9lives", "a/b", "é", "\u{1b}[31m"] {
        let ran = folder.rubric(&["init", "--name", name]);
        assert_eq!((ran.status, ran.out.as_str(), folder.names().len()), (2, "", 0), "{name}: {}", ran.err);
        assert!(ran.err.contains("take a word such as `starter`") && !ran.err.contains('\u{1b}'), "{}", ran.err);
    }
}

#[test]
fn rules_are_listed_and_shown() {
    let folder = Folder::new();
    let list = folder.rubric(&["rules"]);
    let rules = rubric::driver::rules();
    assert_eq!(list.status, 0);
    assert!(rules.iter().all(|r| list.out.contains(r.code) && list.out.contains(r.name)), "{}", list.out);
    for name in ["RB1103", "rb1103", "unused-field", "Unused_Field"] {
        let ran = folder.rubric(&["rules", name]);
        assert_eq!((ran.status, ran.out.lines().next()), (0, Some("# RB1103 unused-field")), "{name}");
    }
    let json = folder.rubric(&["rules", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json.out).expect("it is JSON");
    assert_eq!(json.as_array().map(Vec::len), Some(rules.len()));
    let ran = folder.rubric(&["rules", "unused-feild"]);
    assert_eq!(
        (ran.status, ran.err.as_str()),
        (2, "rubric: there is no rule `unused-feild`; did you mean `unused-field`?\n")
    );
}

#[test]
fn every_shell_gets_its_completions() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = folder.rubric(&["completions", shell]);
        assert_eq!((ran.status, ran.err.as_str()), (0, ""));
        for word in ["check", "explain", "watch", "as-of", "no-events"] {
            assert!(ran.out.contains(word), "{shell} does not know {word}");
        }
    }
    // A shell that is there reads its script without complaint.
    let script = folder.rubric(&["completions", "bash"]).out;
    let read = std::process::Command::new("bash").args(["-n", "-c", &script]).output();
    match read {
        Ok(read) => assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr)),
        Err(_) => println!("skipped: no bash on this machine"),
    }
}
