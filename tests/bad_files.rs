//! Files that are not what they should be: each gets a sentence with its place and what to do, and no row is lost.

mod support;

use std::fmt::Write;
use support::{Decided, Folder};

const POLICY: &str = r#"
policy desk "Scheduling desk" { version "1" owner "revenue-ops@example.com" }
lead { setting: one of { clinic, hospital }  staff: number  note: text }
channels { form }
signals { demo_request: high from form }
score fit { size up to 10 { +10 when staff >= 1 } bands { some >= 5, none_yet } }
score intent { asked up to 10 { +10 per demo_request newest 1 } bands { high >= 10, low } }
outcomes { call { next "Call" owner sales due 2 days } }
route { otherwise to call }
import crm { leads { id: "Record ID" } }
"#;

/// What people are told of a leads file that cannot be read, which must be status 2 and leave no output behind.
fn refused(name: &str, bytes: impl AsRef<[u8]>) -> String {
    refused_with(name, bytes, "id,setting\n1,clinic\n", &[])
}

fn refused_with(name: &str, bytes: impl AsRef<[u8]>, leads: &str, option: &[&str]) -> String {
    let folder = Folder::new().file("desk.rubric", POLICY).file("good.csv", leads).file(name, bytes);
    let mut args = vec!["run", "desk.rubric", "--output", "out.ndjson", "--rejects", "rejects.ndjson"];
    args.extend(if option.is_empty() { vec!["--leads", name] } else { vec!["--leads", "good.csv", option[0], name] });
    let ran = folder.rubric(&args);
    assert_eq!((ran.out.as_str(), ran.status), ("", 2), "{name}: {}", ran.err);
    assert_eq!(folder.names().len(), 3, "{name}: {:?}", folder.names());
    ran.err
}

fn decide(name: &str, bytes: impl AsRef<[u8]>) -> Decided {
    let folder = Folder::new().file("desk.rubric", POLICY).file(name, bytes);
    folder.decide(&["desk.rubric", "--leads", name])
}

/// Which leads were decided, what was rejected and why, and the rejected rows whole.
fn sorted_out(name: &str, bytes: impl AsRef<[u8]>) -> String {
    let decided = decide(name, bytes);
    let mut text = format!("decided: {}\n", decided.ids().join(" "));
    for (told, reject) in decided.told().iter().zip(&decided.rejects) {
        let _ = writeln!(text, "{told}\n  {}", reject["row"].as_str().unwrap_or_default().replace('\n', "\n  "));
    }
    text
}

fn utf16(text: &str, mark: bool) -> Vec<u8> {
    let mark = mark.then_some(0xfeff_u16);
    mark.into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

#[test]
fn what_people_read_when_a_file_cannot_be_used() {
    let table = "id,setting\n1,clinic\n";
    let cases: Vec<(&str, &str, Vec<u8>)> = vec![
        ("wrong encoding", "leads.csv", b"id,setting,note\n1,clinic,fine\n2,clinic,Caf\xe9 & Co\n".to_vec()),
        ("wrong encoding in the header", "leads.csv", b"id,pr\xe9nom\n1,x\n".to_vec()),
        ("a web page", "leads.csv", b"\n<!DOCTYPE html>\n<html><body>Please log in</body></html>\n".to_vec()),
        ("an XML file", "leads.csv", b"<?xml version=\"1.0\"?><rows/>".to_vec()),
        ("a web page with the ending of JSON", "leads.json", b"<html></html>".to_vec()),
        ("rows quoted whole", "leads.csv", b"\"id,setting\"\n\"1,clinic\"\n".to_vec()),
        ("no header", "leads.csv", b"1,clinic,5\n2,clinic,6\n".to_vec()),
        ("no column of ids", "leads.csv", b"Record ID,setting\n1,clinic\n".to_vec()),
        ("a column nearly of ids", "leads.csv", b"idd;setting\n1;clinic\n".to_vec()),
        ("a spreadsheet", "leads.csv", b"PK\x03\x04\x14\x00\x06\x00".to_vec()),
        ("a spreadsheet with its own ending", "leads.xlsx", b"PK\x03\x04\x14\x00\x06\x00".to_vec()),
        ("an old spreadsheet", "leads.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\x00".to_vec()),
        ("a compressed file", "leads.csv", b"\x1f\x8b\x08\x00abc".to_vec()),
        ("UTF-16 with a mark", "leads.csv", utf16(table, true)),
        ("UTF-16 without a mark", "leads.csv", utf16(table, false)),
        ("an empty file", "leads.csv", Vec::new()),
        ("an empty file of JSON", "leads.ndjson", Vec::new()),
        ("only blank lines", "leads.csv", b"\n\n  \n".to_vec()),
        ("a table that calls itself JSON", "leads.json", table.as_bytes().to_vec()),
        ("JSON that calls itself a table", "leads.csv", b"{\"id\":\"1\"}\n".to_vec()),
        ("a list of JSON that calls itself a table", "leads.csv", b"[{\"id\":\"1\"}]\n".to_vec()),
    ];
    let mut told = String::new();
    for (what, name, bytes) in cases {
        let _ = writeln!(told, "{what}\n  {}", refused(name, bytes).trim_end());
    }
    insta::assert_snapshot!(told);
}

#[test]
fn files_without_a_usable_row_are_refused_with_the_first_reason() {
    let mut told = String::new();
    for (what, name, bytes) in [
        ("JSON that is no list of objects", "leads.json", b"[1, 2, 3]".as_slice()),
        (
            "the answer of an interface",
            "leads.json",
            b"{\"results\":[{\"id\":\"1\"}],\"paging\":{\"next\":2}}".as_slice(),
        ),
        (
            "the same over several lines",
            "leads.json",
            b"{\n  \"total\": 1,\n  \"records\": [\n    {\"Id\": \"1\"}\n  ]\n}\n".as_slice(),
        ),
        ("rows quoted whole behind a good header", "leads.csv", b"id,setting\n\"1,clinic\"\n\"2,clinic\"\n".as_slice()),
    ] {
        let folder = Folder::new().file("desk.rubric", POLICY).file(name, bytes);
        let ran = folder.rubric(&["run", "desk.rubric", "--leads", name, "--rejects", "rejects.ndjson"]);
        assert_eq!(ran.status, 2, "{what}: {}", ran.err);
        assert!(!folder.text("rejects.ndjson").is_empty(), "{what}");
        let _ = writeln!(told, "{what}\n  {}", ran.err.trim_end());
    }
    insta::assert_snapshot!(told);
}

#[test]
fn files_of_behaviour_and_people_are_held_to_the_same() {
    let leads = "id,setting\n1,clinic\n";
    let mut told = String::new();
    for (option, name, bytes) in [
        ("--events", "events.csv", b"when,what\n1,2\n".as_slice()),
        ("--events", "events.csv", b""),
        ("--events", "events.ndjson", b"{\"type\":\"page\"}\n"),
        ("--events", "events.csv", b"lead,type,at\n1,demo_request,\xff\n"),
        ("--contacts", "contacts.csv", b"name;title\nx;y\n"),
        ("--contacts", "contacts.csv", b"<html>"),
    ] {
        let _ = writeln!(told, "{option} {}", refused_with(name, bytes, leads, &[option]).trim_end());
    }
    insta::assert_snapshot!(told);
}

#[test]
fn files_that_are_not_there() {
    let folder = Folder::new().file("desk.rubric", POLICY).file("leads.csv", "id\n1\n");
    std::fs::create_dir(folder.path("folder")).expect("a folder can be made");
    let mut told = String::new();
    for args in [
        ["desk.rubric", "--leads", "lead.csv"],
        ["desk.rubric", "--leads", "folder"],
        ["desk.rubric", "--leads", "no\u{1b}[31mfile.csv"],
        ["dusk.rubric", "--leads", "leads.csv"],
        ["folder", "--leads", "leads.csv"],
    ] {
        let ran = folder.rubric(&[&["run"], args.as_slice()].concat());
        assert_eq!((ran.out.as_str(), ran.status), ("", 2), "{args:?}");
        told.push_str(&ran.err);
    }
    for option in ["--output", "--rejects"] {
        for path in ["folder", "nowhere/out.csv"] {
            let ran = folder.rubric(&["run", "desk.rubric", "--leads", "leads.csv", option, path]);
            assert_eq!(ran.status, 2, "{option} {path}");
            let _ = write!(told, "{option} {}", ran.err);
        }
    }
    assert!(!told.contains('\u{1b}'), "{told:?}");
    insta::assert_snapshot!(told);
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new().file("desk.rubric", POLICY).file("leads.csv", "id\n1\n");
    let path = folder.path("leads.csv");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).expect("permissions can be set");
    if std::fs::read(&path).is_ok() {
        eprintln!("skipped: this user may read every file");
        return;
    }
    let ran = folder.rubric(&["run", "desk.rubric", "--leads", "leads.csv"]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("`leads.csv` may not be read by you"), "{}", ran.err);
}

#[test]
fn bad_rows_of_tables_are_set_aside_whole() {
    let mut told = String::new();
    for (what, table) in [
        (
            "too short, too long, without an id",
            "id,setting,note\n1,clinic,ok\n2,clinic\n3,clinic,a,b\n ,clinic,x\nN/A,clinic,y\n6,hospital,ok\n",
        ),
        ("the same id again", "id,setting,note\n007,clinic,first\n7,clinic,other\n 007 ,hospital,again\n"),
        (
            "a quote that is not closed",
            "id,setting,note\n1,clinic,ok\n2,clinic,\"never closed\n3,clinic,ok\n4,clinic,ok\n",
        ),
        ("a quote that opens a row", "id,setting,note\n1,clinic,ok\n\"2,clinic,never closed\n3,clinic,ok\n"),
        (
            "a quote that the next one closes",
            "id,setting,note\n1,clinic,ok\n2,clinic,\"never closed\n3,clinic,ok\n4,clinic,\"fine\"\n5,clinic,ok\n",
        ),
        (
            "lines of a note",
            "id,setting,note\n1,clinic,\"first line,\nsecond line, longer\nthird\"\n2,clinic,\"5\"\" pipe\"\n",
        ),
        (
            "a row of one cell in the middle",
            "id,setting,note\n1,clinic,ok\nhere somebody wrote a remark\n3,clinic,ok\n",
        ),
        ("a row cut off", "id,setting,note\n1,clinic,ok\n2,cli"),
    ] {
        let _ = writeln!(told, "{what}\n{}", sorted_out("leads.csv", table));
    }
    insta::assert_snapshot!(told);
}

#[test]
fn bad_objects_of_json_are_set_aside_whole() {
    let mut told = String::new();
    for (what, name, text) in [
        (
            "a broken line",
            "leads.ndjson",
            "{\"id\":\"1\"}\n{\"id\":\"2\",\"n\u{f6}te\":\"x\" \"staff\":1}\n{\"id\":\"3\"}\n",
        ),
        ("a broken first line", "leads.ndjson", "{\"id\":\"1\",\"x\":\n{\"id\":\"2\"}\n{\"id\":\"3\"}\n"),
        ("a line that is no object", "leads.ndjson", "{\"id\":\"1\"}\n[1]\nnull\n\"x\"\nid,setting\n{\"id\":\"3\"}\n"),
        ("cut off", "leads.ndjson", "{\"id\":\"1\"}\n{\"id\":\"2\"}\n{\"id\":\"3\",\"sta"),
        ("two on a line", "leads.ndjson", "{\"id\":\"1\"}\n{\"id\":\"2\"}{\"id\":\"3\"}\n"),
        ("a list that is cut off", "leads.json", "[{\"id\":\"1\"},\n {\"id\":\"2\"},\n {\"id\":\"3\",\n  \"sta"),
        (
            "a broken member of a list",
            "leads.json",
            "[{\"id\":\"1\"}, {\"id\":\"2\",}, {\"id\":\"3\"},\n  {\"id\":\"4\" 4}]",
        ),
        (
            "ids that are none",
            "leads.ndjson",
            "{\"id\":null}\n{\"id\":[\"1\"]}\n{\"id\":{\"a\":1}}\n{\"id\":\" \"}\n{}\n{\"id\":5}\n{\"id\":5.0}\n{\"id\":true}\n",
        ),
        (
            "events that are none",
            "leads.ndjson",
            "{\"id\":\"1\",\"events\":7}\n{\"id\":\"2\",\"events\":[7]}\n{\"id\":\"3\",\"contacts\":{}}\n{\"id\":\"4\",\"events\":[{}]}\n",
        ),
    ] {
        let _ = writeln!(told, "{what}\n{}", sorted_out(name, text));
    }
    insta::assert_snapshot!(told);
}

#[test]
fn bytes_that_are_no_text_cost_one_row_of_json() {
    let decided = decide("leads.ndjson", b"{\"id\":\"1\"}\n{\"id\":\"\xff\"}\n{\"id\":\"3\"}\n");
    assert_eq!(decided.ids(), ["1", "3"]);
    assert_eq!(decided.told(), ["leads.ndjson:2:8: this is not UTF-8 text; save the file as UTF-8"]);
}

#[test]
fn the_last_output_stays_when_a_run_fails() {
    let folder = Folder::new().file("desk.rubric", POLICY).file("out.csv", "yesterday\n").file("rejects", "old\n");
    let mut table = "id,setting\n".to_string();
    (0..5_000).for_each(|i| _ = writeln!(table, "{i},clinic"));
    let mut bytes = table.into_bytes();
    bytes.extend(b"5001,\xff\n");
    folder.write("leads.csv", &bytes);
    for threads in ["1", "4"] {
        let ran = folder.rubric(&[
            "run",
            "desk.rubric",
            "--leads",
            "leads.csv",
            "--output",
            "out.csv",
            "--rejects",
            "rejects",
            "--threads",
            threads,
        ]);
        assert_eq!(ran.status, 2, "{}", ran.err);
        assert!(ran.err.contains("leads.csv:5002:"), "{}", ran.err);
        assert_eq!((folder.text("out.csv"), folder.text("rejects")), ("yesterday\n".into(), "old\n".into()));
        assert_eq!(folder.names(), ["desk.rubric", "leads.csv", "out.csv", "rejects"]);
    }
}

#[test]
fn a_file_may_not_be_written_over_one_that_is_read() {
    let folder = Folder::new().file("desk.rubric", POLICY).file("leads.csv", "id\n1\n");
    for args in [
        ["--output", "leads.csv"].as_slice(),
        &["--output", "./leads.csv"],
        &["--rejects", "leads.csv"],
        &["--output", "desk.rubric"],
        &["--output", "same", "--rejects", "same"],
    ] {
        let ran = folder.rubric(&[&["run", "desk.rubric", "--leads", "leads.csv"], args].concat());
        assert_eq!(ran.status, 2, "{args:?}");
        assert!(ran.err.contains("would be written over"), "{args:?}: {}", ran.err);
    }
    assert_eq!(folder.names(), ["desk.rubric", "leads.csv"]);
}

#[test]
fn rejects_of_many_chunks_stand_in_the_order_of_the_file() {
    let mut table = "id,setting\n".to_string();
    (0..5_000).for_each(|i| _ = writeln!(table, "{},clinic", if i % 3 == 0 { 7 } else { i + 10_000 }));
    let folder = Folder::new().file("desk.rubric", POLICY).file("leads.csv", &table);
    let rejects = |threads: &str| {
        let args = ["run", "desk.rubric", "--leads", "leads.csv", "--rejects", "rejects.ndjson", "--threads", threads];
        let ran = folder.rubric(&args);
        assert!(ran.out.ends_with("5000 read = 3334 decided + 0 out of scope + 1666 rejected\n"), "{}", ran.out);
        folder.text("rejects.ndjson")
    };
    let (one, four) = (rejects("1"), rejects("4"));
    let lines: Vec<u64> = one
        .lines()
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(line).expect("one object a line")["line"].as_u64().unwrap_or(0)
        })
        .collect();
    // The first row of an id counts; every third row after it repeats it.
    let expected: Vec<u64> = (1..1_667).map(|i| i * 3 + 2).collect();
    assert_eq!(lines, expected);
    assert_eq!(one, four);
}
