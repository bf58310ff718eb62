//! `rubric diff --git` in repositories that are made for the test.

mod support;

use std::path::Path;
use std::process::Command;
use support::{Folder, Ran};

const POLICY: &str = "\
policy small \"Small\" { version \"1\"  owner \"team@example.com\" }
use shared
channels { form }
signals { asked: high from form }
score fit { size up to 50 { +50 when staff >= 100 }  bands { good >= 50, weak } }
score intent { asking up to 40 { +40 per asked newest 1 }  bands { high >= 40, low } }
outcomes {
  demo    { next \"Show it\"  owner sales      due 2 days }
  nurture { next \"Write\"    owner marketing  due 5 days }
}
route { to demo when fit is good and intent is high  otherwise to nurture }
";

const LIBRARY: &str = "library shared\nlead { staff: number \"people\" 0.. column \"Staff\" }\n";

fn git(folder: &Path, args: &[&str]) -> Option<()> {
    let ran = Command::new("git")
        .args(["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"])
        .args(args)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .output()
        .ok()?;
    assert!(ran.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&ran.stderr));
    Some(())
}

/// A repository with one commit of a policy and its library in `policies`; `None`, with a message, where there is no git.
fn repository() -> Option<Folder> {
    let folder = Folder::new();
    if git(&folder.path("."), &["init", "-q", "-b", "main"]).is_none() {
        eprintln!("SKIPPED: there is no git");
        return None;
    }
    std::fs::create_dir(folder.path("policies")).expect("a folder");
    folder.write("policies/small.rubric", POLICY);
    folder.write("policies/shared.rubric", LIBRARY);
    commit(&folder, "first");
    Some(folder)
}

fn commit(folder: &Folder, message: &str) {
    git(&folder.path("."), &["add", "-A"]);
    git(&folder.path("."), &["commit", "-q", "-m", message]);
}

/// The output without the numbers of commits, which differ from run to run.
fn steady(ran: &Ran) -> String {
    let mut out = String::new();
    let mut rest = ran.out.as_str();
    while let Some(at) = rest.find(" (") {
        let after = &rest[at + 2..];
        let number =
            after.get(..7).is_some_and(|n| n.bytes().all(|b| b.is_ascii_hexdigit())) && after.get(7..8) == Some(")");
        out.push_str(&rest[..at + 2]);
        out.push_str(if number { "COMMIT" } else { "" });
        rest = if number { &after[7..] } else { after };
    }
    out + rest
}

#[test]
fn two_revisions_each_with_its_own_library() {
    let Some(folder) = repository() else { return };
    folder.write("policies/shared.rubric", LIBRARY.replace("staff:", "people:"));
    folder.write("policies/small.rubric", POLICY.replace("staff >= 100", "people >= 80"));
    commit(&folder, "second");
    // The files as they are differ again, and do not count.
    folder.write("policies/shared.rubric", "library shared\n");
    let ran = folder.rubric(&["diff", "--git", "main~1..main"]);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    insta::assert_snapshot!(steady(&ran));
}

#[test]
fn a_revision_against_the_files_as_they_are() {
    let Some(folder) = repository() else { return };
    folder.write("policies/small.rubric", POLICY.replace("good >= 50", "good >= 40"));
    folder.write("leads.csv", "id,Staff\na,120\nb,20\n");
    let args = [
        "diff",
        "--git",
        "main",
        "policies",
        "--leads",
        "leads.csv",
        "--no-events",
        "--as-of",
        "2026-03-31",
        "--max-moved",
        "0",
    ];
    let ran = folder.rubric(&args);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    insta::assert_snapshot!(steady(&ran));
}

#[test]
fn a_policy_that_moves_or_is_renamed_is_followed() {
    let Some(folder) = repository() else { return };
    std::fs::create_dir(folder.path("policies/pilots")).expect("a folder");
    std::fs::remove_file(folder.path("policies/small.rubric")).expect("it was there");
    folder.write("policies/pilots/small.rubric", POLICY);
    folder.write("policies/pilots/shared.rubric", LIBRARY);
    commit(&folder, "moved");
    let ran = folder.rubric(&["diff", "--git", "HEAD~1..HEAD"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(
        ran.out.contains("small – in `policies/pilots/small.rubric`; it was `policies/small.rubric`"),
        "{}",
        ran.out
    );
}

#[test]
fn only_what_a_branch_changed_since_it_parted() {
    let Some(folder) = repository() else { return };
    let root = folder.path(".");
    git(&root, &["checkout", "-q", "-b", "topic"]);
    folder.write("policies/small.rubric", POLICY.replace("+50 when", "+45 when").replace("good >= 50", "good >= 45"));
    commit(&folder, "topic");
    git(&root, &["checkout", "-q", "main"]);
    folder.write("policies/small.rubric", POLICY.replace("owner marketing", "owner events"));
    commit(&folder, "main goes on");
    let since = folder.rubric(&["diff", "--git", "main...topic"]);
    assert!(since.out.starts_with("2 changes in `small`"), "{}", since.out);
    let both = folder.rubric(&["diff", "--git", "main..topic"]);
    assert!(both.out.starts_with("3 changes in `small`"), "{}", both.out);
}

#[test]
fn paths_are_told_from_the_current_folder() {
    let Some(folder) = repository() else { return };
    folder.write("policies/small.rubric", POLICY.replace("good >= 50", "good >= 40"));
    commit(&folder, "second");
    let ran = support::rubric_in(&folder.path("policies"), &["diff", "--git", "HEAD~1..HEAD", "small.rubric"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(ran.out.contains("      small.rubric:5\n"), "{}", ran.out);
}

#[test]
fn revisions_that_are_none_are_told() {
    let Some(folder) = repository() else { return };
    let told = |revision: &str| {
        let ran = folder.rubric(&["diff", &format!("--git={revision}")]);
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{revision}");
        ran.err
    };
    assert!(told("nowhere..HEAD").contains("there is no revision `nowhere` in this repository"));
    assert!(told("main..nowhere").contains("there is no revision `nowhere`"));
    assert!(told("--output=x..HEAD").contains("is no revision"));
    assert!(told("main..-x").contains("`-x` is no revision"));
    assert!(told("main:policies").contains("there is no revision"));
    assert!(told("\u{1b}[31m").contains("\\u{1b}[31m"));
    assert!(!folder.path("x").exists());
    let ran = folder.rubric(&["diff", "--git", "main", "elsewhere"]);
    assert!(ran.status == 2 && ran.err.contains("neither side has a `.rubric` file there"), "{}", ran.err);
    let outside = Folder::new();
    let ran = outside.rubric(&["diff", "--git", "main"]);
    assert!(ran.status == 2 && ran.err.contains("in no git repository"), "{}", ran.err);
}

#[test]
fn settings_of_a_repository_start_nothing() {
    let Some(folder) = repository() else { return };
    let root = folder.path(".");
    folder.write(".gitattributes", "*.rubric diff=evil filter=evil\n");
    for (key, value) in [
        ("diff.evil.textconv", "touch started; cat"),
        ("diff.external", "touch started"),
        ("filter.evil.smudge", "touch started; cat"),
        ("core.fsmonitor", "touch started"),
        ("core.pager", "touch started"),
    ] {
        git(&root, &["config", key, value]);
    }
    folder.write("policies/small.rubric", POLICY.replace("good >= 50", "good >= 40"));
    let ran = folder.rubric(&["diff", "--git", "main"]);
    assert!(ran.status == 0 && ran.out.starts_with("1 change in `small`"), "{}{}", ran.out, ran.err);
    assert!(!folder.names().contains(&"started".to_string()));
}

#[test]
fn links_and_large_files_are_no_policies() {
    let Some(folder) = repository() else { return };
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc/passwd", folder.path("policies/linked.rubric")).expect("a link");
    commit(&folder, "a link");
    std::fs::remove_file(folder.path("policies/linked.rubric")).expect("it was there");
    let ran = folder.rubric(&["diff", "--git", "HEAD"]);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    assert!(ran.out.starts_with("Nothing changed"), "{}", ran.out);
}
