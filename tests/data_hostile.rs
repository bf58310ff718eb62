//! Bytes nobody would call an export: no panic, no hang, no row lost, nothing that a terminal, a spreadsheet or a reader of JSON would obey.

use proptest::prelude::*;
use std::path::Path;
use std::process::{Command, Output};

const POLICY: &str = r#"
policy demo { version "1" owner "team@example.com" }
lead {
  region: one of { us "United States", canada }
  staff: number 0..
  systems: some of { northchart, medilog }
  ready: boolean
  meeting: date
  note: text
  domain: text
}
channels { form, website }
events { path: text }
signals { demo_request: high from form  view: mid from website where path starts with "/p" }
personas { clinical: "Clinical" titles "nurs*" }
committee { engaged within 90 days  champion: from clinical }
score fit { some up to 60 { +30 when region is us  +30 when staff >= 50 } bands { good >= 50, weak } }
score intent { some up to 60 { +40 per demo_request newest 1  +5 per view newest 4 } bands { high >= 40, low } }
outcomes { call { next "Call" owner sales due 2 days } wait { next "Wait" owner sales due 9 days } }
route { to call when fit is good and intent is high  otherwise to wait }
account by domain { newest by updated }
"#;

/// A folder with the policy, where files can be put.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a scratch folder");
    std::fs::write(folder.path().join("demo.rubric"), POLICY).expect("files can be written");
    folder
}

fn rubric(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rubric"))
        .args(args)
        .args(["--as-of", "2026-03-31T12:00Z"])
        .current_dir(folder)
        .output()
        .expect("the binary runs")
}

/// Runs on files; holds what must hold of any run, and gives how many were read, decided and rejected, if the file could be read at all.
fn hold(leads: (&str, &[u8]), events: &[u8], contacts: &[u8]) -> Option<(usize, usize, usize)> {
    let folder = folder();
    let put = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).expect("files can be written");
    put(leads.0, leads.1);
    put("events.csv", events);
    put("contacts.csv", contacts);
    let sides = ["--events", "events.csv", "--contacts", "contacts.csv"];
    let mut args = vec!["run", "demo.rubric", "--leads", leads.0, "--output", "out.ndjson", "--rejects", "bad.ndjson"];
    args.extend(sides);
    let ran = rubric(folder.path(), &args);
    let (out, err) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(!err.contains("panicked"), "{err}");
    let harmless = |text: &str| text.chars().all(|c| c == '\n' || !c.is_control());
    assert!(harmless(&out) && harmless(&err), "{out:?} {err:?}");
    match ran.status.code() {
        Some(0) => {}
        // A file of which no row can be used is most likely another file; what was found in it is told and kept all the same.
        Some(2) if err.starts_with("rubric: no row of ") => {}
        Some(2) => {
            assert!(!folder.path().join("out.ndjson").exists(), "a run that fails leaves no output");
            assert!(err.starts_with("rubric: ") && err.lines().count() == 1, "{err}");
            return None;
        }
        other => panic!("status {other:?}: {out}{err}"),
    }
    let last = out.lines().last().expect("a last line");
    let numbers: Vec<usize> = last.split_whitespace().filter_map(|w| w.parse().ok()).collect();
    let [read, decided, out_of_scope, rejected] = numbers[..] else { panic!("{last}") };
    assert_eq!(read, decided + out_of_scope + rejected, "{last}");
    let written = std::fs::read_to_string(folder.path().join("out.ndjson")).expect("the output is UTF-8");
    written.lines().for_each(|l| drop(serde_json::from_str::<serde_json::Value>(l).expect("each line is JSON")));
    assert_eq!(written.lines().count(), decided + out_of_scope);
    let bad = std::fs::read_to_string(folder.path().join("bad.ndjson")).expect("the rejects are UTF-8");
    let of_leads = bad.lines().filter(|l| {
        let reject: serde_json::Value = serde_json::from_str(l).expect("each reject is JSON");
        reject["file"] == leads.0
    });
    assert_eq!(of_leads.count(), rejected, "every rejected row is kept");
    hold_accounts(folder.path(), leads.0, [read, decided + out_of_scope, rejected]);
    Some((read, decided, rejected))
}

/// The same rows as accounts: each lead is behind exactly one of them, and the same rows are set aside.
fn hold_accounts(folder: &Path, leads: &str, [read, usable, rejected]: [usize; 3]) {
    let sides = ["--events", "events.csv", "--contacts", "contacts.csv"];
    let mut args = vec![
        "run",
        "demo.rubric",
        "--leads",
        leads,
        "--accounts",
        "--output",
        "acc.ndjson",
        "--rejects",
        "accbad.ndjson",
    ];
    args.extend(sides);
    let ran = rubric(folder, &args);
    let (out, err) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(!err.contains("panicked"), "{err}");
    assert!(out.chars().chain(err.chars()).all(|c| c == '\n' || !c.is_control()), "{out:?} {err:?}");
    let text = |name: &str| std::fs::read_to_string(folder.join(name)).expect("the output is UTF-8");
    let json = |line: &str| serde_json::from_str::<serde_json::Value>(line).expect("each line is JSON");
    let leads: usize = text("acc.ndjson").lines().map(|l| json(l)["leads"].as_array().map_or(0, Vec::len)).sum();
    assert_eq!(leads, usable, "{out}");
    assert_eq!(text("accbad.ndjson"), text("bad.ndjson"));
    let lines: Vec<&str> = out.lines().rev().take(2).collect();
    let numbers = |line: &str| line.split_whitespace().filter_map(|w| w.parse().ok()).collect::<Vec<usize>>();
    let [all, in_accounts, accounts, alone, set_aside] = numbers(lines[1])[..] else { panic!("{out}") };
    assert_eq!((all, in_accounts + alone, set_aside), (read, usable, rejected), "{out}");
    let [of_accounts, by_themselves, decided, out_of_scope] = numbers(lines[0])[..] else { panic!("{out}") };
    assert_eq!((of_accounts, by_themselves, decided + out_of_scope), (accounts, alone, accounts + alone), "{out}");
}

const NO_EVENTS: &[u8] = b"lead,type,at,channel,path\n";
const NO_CONTACTS: &[u8] = b"lead,email,title,role,status\n";

/// Text that looks like a table, or nearly.
fn tablish() -> impl Strategy<Value = String> {
    let cell = prop_oneof![
        "[a-z0-9]{0,6}",
        Just("\"".to_string()),
        Just("\"a\nb\"".to_string()),
        Just("us".to_string()),
        Just("1,2".to_string()),
        Just("=1+1".to_string()),
        Just("\u{1b}[31m".to_string()),
        Just("03/04/2026".to_string()),
        Just("\u{0}".to_string()),
    ];
    let row = proptest::collection::vec(cell, 0..9).prop_map(|cells| cells.join(","));
    proptest::collection::vec(row, 0..12)
        .prop_map(|rows| format!("id,region,staff,systems,ready,meeting,note,domain\n{}\n", rows.join("\n")))
}

/// Text that looks like JSON, or nearly.
fn jsonish() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("{\"id\":\"a\"}\n".to_string()),
        Just("{\"id\":7,\"staff\":1e400,\"region\":[\"us\"],\"systems\":[\"medilog\",null,{}]}\n".to_string()),
        Just("{\"id\":\"b\",\"events\":[{\"type\":\"demo_request\",\"at\":\"2026-03-30T12:00Z\"}]}\n".to_string()),
        Just("{\"id\":\"c\",\"events\":{},\"contacts\":7}\n".to_string()),
        Just("{\"id\":\"d\",\"note\":\"\\u0000\\ud800\"}\n".to_string()),
        Just("[{\"id\":\"e\"},".to_string()),
        Just("{\"id\":".to_string()),
        Just("}".to_string()),
        Just("null\n".to_string()),
        "[\\[\\]{}\",:a0-9 \n]{0,12}",
    ];
    proptest::collection::vec(piece, 0..10).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_as_a_table(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        hold(("leads.csv", &bytes), NO_EVENTS, NO_CONTACTS);
    }

    #[test]
    fn any_bytes_as_json(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        hold(("leads.ndjson", &bytes), NO_EVENTS, NO_CONTACTS);
    }

    #[test]
    fn what_looks_like_a_table(text in tablish(), side in tablish()) {
        hold(("leads.csv", text.as_bytes()), NO_EVENTS, NO_CONTACTS);
        let side = side.replacen("id,region,staff,systems,ready,meeting,note", "lead,type,at,channel,path,contact,id", 1);
        let people = side.replacen("lead,type,at,channel,path,contact,id", "lead,email,title,role,status,domain,id", 1);
        hold(("leads.csv", b"id,domain\na,us\nb,\n"), side.as_bytes(), people.as_bytes());
    }

    #[test]
    fn what_looks_like_json(text in jsonish()) {
        hold(("leads.json", text.as_bytes()), NO_EVENTS, NO_CONTACTS);
    }
}

#[test]
fn each_row_is_decided_or_rejected() {
    let text = "id,region,staff\n1,us,60\n,us,1\n2,\"open,7\n3,us,5,9\n1,us,2\n4,us\n\n5,canada,x\n";
    let counts = hold(("leads.csv", text.as_bytes()), NO_EVENTS, NO_CONTACTS);
    assert!(counts.is_some_and(|(read, decided, rejected)| read == decided + rejected && decided >= 1), "{counts:?}");
}

#[test]
fn sizes_that_no_export_has() {
    let long = format!("id,note\n1,{}\n", "x".repeat(900_000));
    assert_eq!(hold(("leads.csv", long.as_bytes()), NO_EVENTS, NO_CONTACTS), Some((1, 1, 0)));
    let wide: Vec<String> = (0..9_000).map(|i| format!("c{i}")).collect();
    let wide = format!("id,{}\n1{}\n", wide.join(","), ",".repeat(9_000));
    assert_eq!(hold(("leads.csv", wide.as_bytes()), NO_EVENTS, NO_CONTACTS), Some((1, 1, 0)));
    let blank = format!("id,note\n1,a\n{}2,b\n", "\n".repeat(300_000));
    assert_eq!(hold(("leads.csv", blank.as_bytes()), NO_EVENTS, NO_CONTACTS), Some((2, 2, 0)));
    let deep = format!("{{\"id\":\"a\",\"note\":{}{}}}\n{{\"id\":\"b\"}}\n", "[".repeat(50_000), "]".repeat(50_000));
    let counts = hold(("leads.ndjson", deep.as_bytes()), NO_EVENTS, NO_CONTACTS);
    assert!(counts.is_some_and(|(read, decided, _)| read == 2 && decided >= 1), "{counts:?}");
    let objects = format!("{{\"id\":\"a\",\"note\":{}1{}}}\n", "{\"a\":".repeat(50_000), "}".repeat(50_000));
    assert!(hold(("leads.ndjson", objects.as_bytes()), NO_EVENTS, NO_CONTACTS).is_some());
}

#[test]
fn nothing_from_the_data_is_obeyed() {
    let folder = folder();
    let leads = "id,region,note\n=cmd|' /C calc'!A0,us,\u{1b}]0;owned\u{7}\n\u{1b}[2J,ca,x\n@SUM(1),us,\u{202e}abc\n+1+cmd,us,\n-2+3,us,\n";
    std::fs::write(folder.path().join("leads.csv"), leads).expect("files can be written");
    let ran = rubric(folder.path(), &["run", "demo.rubric", "--leads", "leads.csv", "--output", "out.csv"]);
    assert_eq!(ran.status.code(), Some(0), "{}", String::from_utf8_lossy(&ran.stderr));
    let written = std::fs::read_to_string(folder.path().join("out.csv")).expect("the output");
    for line in written.lines().skip(1) {
        let starts_bare = line.trim_start_matches('"').starts_with(['=', '@', '+', '-']);
        assert!(!starts_bare, "a spreadsheet would run this: {line}");
    }
    let out = String::from_utf8(ran.stdout).expect("UTF-8");
    assert!(!out.contains('\u{1b}') && !out.contains('\u{202e}'), "{out:?}");
    for id in ["=cmd|' /C calc'!A0", "\u{1b}[2J", "@SUM(1)"] {
        let ran = rubric(folder.path(), &["explain", "demo.rubric", "--leads", "leads.csv", "--id", id]);
        let out = String::from_utf8(ran.stdout).expect("UTF-8");
        assert_eq!(ran.status.code(), Some(0), "{id:?}");
        assert!(!out.contains('\u{1b}') && !out.contains('\u{202e}'), "{out:?}");
    }
}

#[test]
fn keys_that_stand_twice_and_numbers_of_every_size() {
    let lines = concat!(
        "{\"id\":\"a\",\"staff\":5,\"staff\":6,\"region\":null,\"region\":\"us\"}\n",
        "{\"id\":\"b\",\"staff\":123456789012345678901234567890}\n",
        "{\"id\":\"c\",\"staff\":-0.0000001,\"ready\":\"yes\",\"meeting\":20260331}\n",
        "{\"id\":\"d\",\"id\":\"e\"}\n",
    );
    assert_eq!(hold(("leads.ndjson", lines.as_bytes()), NO_EVENTS, NO_CONTACTS), Some((4, 4, 0)));
}
