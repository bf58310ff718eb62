//! Fixture folders on the real binary: leads with expected decisions, compared, blessed, and told where they are wrong.

mod support;

use support::{Folder, Ran};

const POLICY: &str = r#"
policy demo "Demo" {
  version "1"
  owner "team@example.com"
}

lead {
  setting: one of { clinic, hospital }
    ask on form "Where?"
  staff: number 0..
}

channels { form }
signals { demo_request: high from form }

score fit { size { +20 when staff >= 50  +40 when setting is clinic } bands { good >= 60, weak } }
score intent { asked { +50 per demo_request newest 1 } bands { high >= 50, low } }

outcomes {
  call    { next "Call"  owner sales  due 2 days }
  nurture { next "Write" owner sales  due 5 days  revisit in 90 days }
}

route {
  hot: to call when fit is good and intent is high
  otherwise to nurture
}
"#;

const LEADS: &str = "id,setting,staff\n1,clinic,50\n2,hospital,60\n3,clinic,49\n";
const EVENTS: &str =
    "lead,type,at,channel\n1,demo_request,2026-03-30T12:00Z,form\n3,demo_request,2026-03-30T12:00Z,form\n";
const FIXTURE: &str = "as_of = \"2026-03-31T12:00Z\"\n";

fn folder() -> Folder {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("cases")).expect("a folder");
    folder
        .file("cases/demo.rubric", POLICY)
        .file("cases/leads.csv", LEADS)
        .file("cases/events.csv", EVENTS)
        .file("cases/fixture.toml", FIXTURE)
}

/// A folder whose decisions are expected as they are.
fn blessed() -> Folder {
    let folder = folder();
    assert_eq!(folder.rubric(&["test", "--bless"]).status, 0);
    folder
}

fn failed(ran: &Ran) -> &str {
    assert_eq!((ran.err.as_str(), ran.status), ("", 1), "{}", ran.out);
    &ran.out
}

#[test]
fn nothing_is_expected_until_it_is_blessed() {
    let folder = folder();
    insta::assert_snapshot!("nothing_expected", failed(&folder.rubric(&["test"])));
    let ran = folder.rubric(&["test", "--bless"]);
    assert_eq!((ran.err.as_str(), ran.status), ("", 0));
    insta::assert_snapshot!("blessed", ran.out);
    insta::assert_snapshot!("expected", folder.text("cases/expected.ndjson"));
    let ran = folder.rubric(&["test", "cases"]);
    assert_eq!((ran.out.as_str(), ran.status), ("cases: 3 leads as expected\n", 0));
}

#[test]
fn a_difference_is_shown_with_what_decided() {
    let folder = blessed();
    folder.write("cases/demo.rubric", POLICY.replace("staff >= 50", "staff >= 49"));
    insta::assert_snapshot!("difference", failed(&folder.rubric(&["test"])));
    insta::assert_snapshot!("difference_json", failed(&folder.rubric(&["test", "--format", "json"])));
    insta::assert_snapshot!("difference_junit", failed(&folder.rubric(&["test", "--format", "junit"])));
    insta::assert_snapshot!("difference_github", failed(&folder.rubric(&["test", "--format", "github"])));
    let ran = folder.rubric(&["test", "--bless"]);
    insta::assert_snapshot!("blessed_again", ran.out);
    assert_eq!(folder.rubric(&["test"]).status, 0);
    assert_eq!(folder.names(), ["cases"], "nothing half-written stays behind");
}

#[test]
fn leads_that_come_and_go_are_told() {
    let folder = blessed();
    folder.write("cases/leads.csv", "id,setting,staff\n3,clinic,49\n1,clinic,50\n4,clinic,1\n");
    insta::assert_snapshot!("come_and_go", failed(&folder.rubric(&["test"])));
}

#[test]
fn a_broken_row_is_told_and_can_be_expected() {
    let folder = blessed();
    folder.write("cases/leads.csv", format!("{LEADS},clinic,7\n"));
    insta::assert_snapshot!("broken_row", failed(&folder.rubric(&["test"])));
    let ran = folder.rubric(&["test", "--bless"]);
    assert!(ran.out.contains("now expects 3 leads and 1 rejected row; 1 change"), "{}", ran.out);
    assert_eq!(folder.rubric(&["test"]).status, 0);
}

#[test]
fn fixtures_are_chosen_by_their_folder_and_count_as_tests() {
    let folder = blessed();
    let ran = folder.rubric(&["test", "--run", "nowhere", "--fail-on-empty"]);
    assert_eq!((ran.out.as_str(), ran.status), ("no tests\n", 1));
    assert_eq!(folder.rubric(&["test", "--run", "cases", "--fail-on-empty"]).status, 0);
    for threads in ["1", "5"] {
        assert_eq!(folder.rubric(&["test", "--threads", threads]), folder.rubric(&["test"]));
    }
}

#[test]
fn leads_as_json_bring_their_own_behaviour() {
    let folder = blessed();
    let csv = folder.text("cases/expected.ndjson");
    let events = r#""events":[{"type":"demo_request","at":"2026-03-30T12:00Z","channel":"form"}]"#;
    let leads = format!(
        "{{\"id\":\"1\",\"setting\":\"clinic\",\"staff\":50,{events}}}\n{{\"id\":\"2\",\"setting\":\"hospital\",\"staff\":60,\"events\":[]}}\n{{\"id\":\"3\",\"setting\":\"clinic\",\"staff\":49,{events}}}\n"
    );
    folder.write("cases/leads.ndjson", leads);
    let ran = folder.rubric(&["test"]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("several files of leads; name one in `fixture.toml`"), "{}", ran.err);
    folder.write("cases/fixture.toml", format!("{FIXTURE}leads = \"leads.ndjson\"\n"));
    let ran = folder.rubric(&["test"]);
    assert_eq!((ran.status, folder.text("cases/expected.ndjson")), (0, csv), "{}{}", ran.out, ran.err);
}

/// Wrong usage, and what cannot be read: status 2, one message, nothing on standard output.
#[test]
fn what_cannot_be_read_is_told() {
    let told = |name: &str, text: &str| {
        let folder = blessed();
        folder.write(&format!("cases/{name}"), text);
        let ran = folder.rubric(&["test"]);
        assert_eq!((ran.out.as_str(), ran.status), ("", 2), "{name}: {text}: {}", ran.err);
        ran.err
    };
    let all = [
        told("fixture.toml", "as-of = \"2026-03-31\"\n"),
        told("fixture.toml", "policy = \"demo.rubric\"\n"),
        told("fixture.toml", "as_of = \"soon\"\n"),
        told("fixture.toml", &format!("{FIXTURE}policy = \"demos.rubric\"\n")),
        told("fixture.toml", &format!("{FIXTURE}import = \"crm\"\n")),
        told("fixture.toml", &format!("{FIXTURE}leads = \"lead.csv\"\n")),
        told("expected.ndjson", "{\"id\": \"1\"}\n{\"id\": \"2\",\n"),
        told("expected.ndjson", "{\"lead\": \"1\"}\n"),
        told("leads.csv", "name\n1\n"),
    ];
    insta::assert_snapshot!("unreadable", all.concat());
}

#[test]
fn several_policies_or_none_are_told() {
    let folder = blessed();
    folder.write("cases/other.rubric", POLICY.replace("policy demo", "policy other"));
    let ran = folder.rubric(&["test"]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("has several policies; name the one that decides"), "{}", ran.err);
    folder.write("cases/all.rubric", "portfolio all { demo  otherwise other }\n");
    let ran = folder.rubric(&["test"]);
    assert_eq!(ran.status, 0, "a portfolio comes before the policies it names: {}{}", ran.out, ran.err);
    let bare = Folder::new().file("leads.csv", LEADS).file("fixture.toml", FIXTURE);
    let ran = bare.rubric(&["test"]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("has no policies; name the one that decides"), "{}", ran.err);
}

#[test]
fn a_policy_with_errors_fails_its_fixture() {
    let folder = blessed();
    folder.write("cases/demo.rubric", POLICY.replace("setting is clinic", "setting is clinik"));
    let ran = folder.rubric(&["test"]);
    assert_eq!((ran.out.as_str(), ran.status), ("no tests\n", 1));
    assert!(ran.err.contains("did you mean `clinic`?"), "{}", ran.err);
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_read_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let folder = blessed();
    let cases = folder.path("cases");
    let allow = |mode| std::fs::set_permissions(&cases, std::fs::Permissions::from_mode(mode)).expect("it is ours");
    allow(0o000);
    let forbidden = std::fs::read_dir(&cases).is_err();
    let ran = folder.rubric(&["test"]);
    allow(0o755);
    // Who may read everything sees no difference.
    if forbidden {
        assert_eq!(ran.status, 2);
        assert!(ran.err.contains("may not be read by you"), "{}", ran.err);
    }
}
