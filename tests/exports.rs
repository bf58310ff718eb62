//! Exports of real shapes: three systems write the same leads in their own way, and the same decisions come out.

mod support;

use support::{Decided, Files, Folder, look, policy};

const POLICY: &str = r#"
policy desk "Scheduling desk" { version "1" owner "revenue-ops@example.com" }
lead {
  setting: one of { clinic "Clinic" "Ambulatory clinic", hospital "Hospital", care_coordination "Care coordination" }
    column "Care Setting", "Care_Setting__c"
  region: one of { us "United States" "USA", elsewhere otherwise }
    column "Country/Region", "Country"
  staff: number "people" 0..
    column "Number of Employees", "NumberOfEmployees"
  systems: some of { northchart "NorthChart", medilog "Medilog", casetrail "CaseTrail" }
    column "Current Systems", "Current_Systems__c"
    empty "No systems"
  handles_phi: boolean  column "Handles PHI", "Handles_PHI__c"
  opted_out: boolean    column "Opted out", "HasOptedOutOfEmail"
  created: date         column "Create Date", "CreatedDate"
  tier: one of { gold, silver, none_yet "None" } unknown only "n/s"
}
channels { form }
signals { demo_request: high from form }
icp {
  must setting in [clinic, hospital] because "Sold to providers"
  must region is us because "Hosted there"
}
score fit {
  profile up to 60 {
    +20 when setting is clinic
    +10 when staff between 50 and 2_000
    +10 when systems has northchart
    +5  when handles_phi is no
    +5  when created within last 60 days
    +5  when not opted_out
  }
  bands { strong >= 40, good >= 20, weak }
}
score intent { asked up to 40 { +40 per demo_request newest 1 } bands { high >= 40, low } }
outcomes {
  demo { next "Book a demo" owner sales due 2 days }
  nurture { next "Send the guide" owner marketing due 10 days }
  disqualify { next "Close politely" owner sales due 5 days }
}
route { to disqualify when icp is failed  to demo when fit is strong  otherwise to nurture }

import hubspot   { leads { id: "Record ID" } }
import force     { leads { id: "Lead ID" } }
import slashes   { leads { dates "DD/MM/YYYY" split "|" } }
import american  { leads { dates "MM/DD/YYYY HH:mm" } }
import latin     { leads { encoding "windows-1252" } }
import continent { leads { numbers "1.200,00" } }
import shorthand { leads { unknown "n.n."  staff: "MA" } }
"#;

const HUBSPOT: &str = "\u{feff}\"Record ID\";\"First Name\";\"Care Setting\";\"Country/Region\";\"Number of Employees\";\"Current Systems\";\"Handles PHI\";\"Opted out\";\"Create Date\"\r\n\
\"0051001\";\"Ines\";\"Ambulatory Clinic\";\"united states\";\"1,200\";\";NorthChart;CaseTrail\";\"False\";\"No\";\"2026-03-01T09:14:00-05:00\"\r\n\
\"0051002\";\"Tomas\";\"HOSPITAL\";\"USA\";\"\";\"No systems\";\"Yes\";\"False\";\"2026-01-05T00:30:00+01:00\"\r\n\
\"0051003\";\"Lena\";\"\";\"(No value)\";\"--\";\"\";\"\";\"True\";\"\"\r\n";

const FORCE: &str = "Id,FirstName,Care_Setting__c,Country,NumberOfEmployees,Current_Systems__c,Handles_PHI__c,HasOptedOutOfEmail,CreatedDate\n\
0051001,Ines,clinic,US,1200.0,northchart;casetrail,No,false,2026-03-01T14:14:00.000+0000\n\
0051002,Tomas,Hospital,United_States,,no systems,1,0,2026-01-04T23:30:00.000Z\n\
0051003,Lena,-None-,Select one,null,N/A,,TRUE,-\n";

const NDJSON: &str = r#"{"id":"0051001","first_name":"Ines","setting":"CLINIC","region":"us","staff":"$1,200.00","systems":["CaseTrail","NorthChart"],"handles_phi":0,"opted_out":false,"created":"2026-03-01T14:14:00Z"}
{"id":"0051002","first_name":"Tomas","setting":"hospital","region":"us","systems":[],"handles_phi":"y","opted_out":"OFF","created":"2026-01-04"}
{"id":"0051003","first_name":"Lena","setting":null,"region":"Unknown","staff":null,"opted_out":true}
"#;

fn decide(name: &str, bytes: impl AsRef<[u8]>, import: Option<&str>) -> Decided {
    let folder = Folder::new().file("desk.rubric", POLICY).file(name, bytes);
    let mut args = vec!["desk.rubric", "--leads", name];
    args.extend(import.iter().flat_map(|i| ["--import", *i]));
    folder.decide(&args)
}

/// Findings of a table with the headers given and one row, one a line.
fn noticed(import: Option<&str>, table: &str) -> Vec<String> {
    let files = Files { leads: ("leads.csv", table.as_bytes()), ..Files::default() };
    let seen = look(&policy(POLICY), import, files).expect("the table can be read");
    let about_columns = ["unfilled-field", "unmapped-column"];
    seen.findings.iter().filter(|f| !about_columns.contains(&f.key.kind)).map(ToString::to_string).collect()
}

/// Points of Fit for a table of one lead.
fn fit(import: Option<&str>, table: &str) -> String {
    let decided = decide("leads.csv", table, import);
    let leads = decided.leads();
    assert_eq!(leads.len(), 1, "{table}: {:?}", decided.told());
    format!("{} of {}..{}", leads[0]["fit"]["points"], leads[0]["fit"]["low"], leads[0]["fit"]["high"])
}

#[test]
fn three_exports_of_the_same_leads_give_the_same_bytes() {
    let hubspot = decide("leads.csv", HUBSPOT, Some("hubspot"));
    let force = decide("leads.csv", FORCE, None);
    let ndjson = decide("leads.ndjson", NDJSON, None);
    assert_eq!(hubspot.ids(), ["0051001", "0051002", "0051003"]);
    assert_eq!(hubspot.lead("0051001")["fit"]["points"], 55, "{}", hubspot.decisions);
    assert_eq!(hubspot.lead("0051001")["route"]["outcome"], "demo");
    assert_eq!(hubspot.lead("0051002")["fit"]["points"], 5, "{}", hubspot.decisions);
    assert_eq!(hubspot.lead("0051003")["icp"]["status"], "undecided");
    assert_eq!(hubspot.decisions, force.decisions);
    assert_eq!(force.decisions, ndjson.decisions);
    for decided in [hubspot, force, ndjson] {
        assert_eq!(decided.told(), Vec::<String>::new());
    }
}

#[test]
fn nothing_but_passed_over_columns_is_said_of_a_good_export() {
    let policy = policy(POLICY);
    for (name, text, import) in
        [("leads.csv", HUBSPOT, Some("hubspot")), ("leads.csv", FORCE, None), ("leads.ndjson", NDJSON, None)]
    {
        let files = Files { leads: (name, text.as_bytes()), ..Files::default() };
        let seen = look(&policy, import, files).expect("it can be read");
        let kinds: Vec<&str> = seen.findings.iter().map(|f| f.key.kind).collect();
        // No export has the tier, and all have a first name that the policy does not ask for.
        assert_eq!(kinds, ["unfilled-field", "unmapped-column"], "{:?}", seen.lines());
        assert_eq!((seen.rows, seen.leads), (3, 3));
    }
}

#[test]
fn line_ends_and_delimiters_change_nothing() {
    let plain = decide("leads.csv", FORCE, None).decisions;
    for text in [
        FORCE.replace('\n', "\r\n"),
        FORCE.replace('\n', "\r"),
        FORCE.replace(',', "\t"),
        FORCE
            .replace(';', "|")
            .replace(',', ";")
            .replace('|', "\";\"")
            .replace("northchart\";\"casetrail", "\"northchart;casetrail\""),
        format!("\u{feff}{FORCE}"),
        format!("\n\n{FORCE}"),
        FORCE.trim_end().to_string(),
        FORCE.replace("\n0051003", "\n\n\n0051003"),
    ] {
        assert_eq!(decide("leads.csv", &text, None).decisions, plain, "{text:?}");
    }
    assert_eq!(decide("leads.tsv", FORCE.replace(',', "\t"), None).decisions, plain);
}

#[test]
fn objects_may_stand_in_lines_in_an_array_or_over_several_lines() {
    let plain = decide("leads.ndjson", NDJSON, None).decisions;
    let objects: Vec<&str> = NDJSON.lines().collect();
    let pretty: Vec<String> =
        support::objects(NDJSON).iter().map(|o| serde_json::to_string_pretty(o).expect("it is JSON")).collect();
    for (name, text) in [
        ("leads.json", format!("[{}]", objects.join(","))),
        ("leads.json", format!("[\n  {}\n]\n", objects.join(",\n  "))),
        ("leads.json", format!("[{}]", pretty.join(","))),
        ("leads.json", pretty.join("\n")),
        ("leads.json", NDJSON.to_string()),
        ("leads.jsonl", format!("\u{feff}{}", NDJSON.replace('\n', "\r\n\r\n"))),
        ("leads", NDJSON.to_string()),
        ("leads.export", format!("[{}]", objects.join(","))),
    ] {
        assert_eq!(decide(name, &text, None).decisions, plain, "{name}: {text}");
    }
}

#[test]
fn a_value_that_is_nearly_a_choice_is_unknown_with_a_suggestion_and_a_count() {
    let table = "id,setting\n1,Care Coord.\n2,Clinic\n3,Care Coord.\n";
    assert_eq!(
        noticed(None, table),
        [
            "leads.csv:2:3: warning[unmatched-value]: `setting`: `Care Coord.` is no value of the field and counts as not known; did you mean `care_coordination`? (2 times)"
        ]
    );
    let decided = decide("leads.csv", table, None);
    assert_eq!(decided.lead("1")["icp"]["status"], "undecided");
    assert_eq!(decided.lead("2")["icp"]["status"], "undecided");
}

#[test]
fn places_are_lines_and_columns_of_the_file() {
    for (table, place) in [
        ("id,systems,first,setting\n1,northchart;medilog,Zo\u{eb},x\n", "2:26"),
        ("id,systems,first,setting\n1,northchart;medilog,\"Roe, Zo\u{eb}\",x\n", "2:33"),
        ("id;first;setting\n1;\"a;b\";x\n", "2:9"),
        ("\"id\",\"first\",\"setting\"\n\"1\",\"a \"\"b\"\"\",\"x\"\n", "2:15"),
        ("id,first,setting\n1,\"two\nlines\",x\n", "3:8"),
        ("id\tfirst\tsetting\r\n\r\n1\ta,b\tx\r\n", "3:7"),
    ] {
        let found = noticed(None, table);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with(&format!("leads.csv:{place}: warning[unmatched-value]")), "{table}: {found:?}");
    }
}

#[test]
fn what_otherwise_catches_is_counted_with_the_nearest_choice() {
    let table = "id,region\n1,Untied States\n2,France\n3,France\n4,USA\n";
    assert_eq!(
        noticed(None, table),
        [
            "leads.csv:2:3: note[caught-by-otherwise]: `region`: `Untied States` counts as `elsewhere`; if `United States` is meant, declare it as a spelling",
            "leads.csv:3:3: note[caught-by-otherwise]: `region`: `France` counts as `elsewhere` (2 times)",
        ]
    );
}

#[test]
fn dates_are_read_as_declared_and_never_guessed() {
    let table = "id,setting,created\n1,clinic,03/04/2026\n";
    assert_eq!(fit(None, table), "20 of 20..55");
    let found = noticed(None, table);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("leads.csv:2:10: error[undeclared-date]: `created`: `03/04/2026`"), "{found:?}");
    assert_eq!(fit(Some("american"), table), "25 of 25..55");
    assert_eq!(noticed(Some("american"), table), Vec::<String>::new());
    // The third of April is after the as-of.
    assert_eq!(fit(Some("slashes"), table), "20 of 20..50");
    let table = "id,created\n1,31/12/2026 9:05 PM\n";
    assert!(noticed(Some("american"), table)[0].contains("does not fit the declared `MM/DD/YYYY HH:mm`"));
    let table = "id,created\n1,2026-02-30\n";
    assert!(noticed(None, table)[0].contains("`2026-02-30` is no day of the calendar"));
}

#[test]
fn separators_of_multi_selects_are_declared() {
    let table = "id,setting,systems\n1,clinic,medilog|northchart\n";
    assert_eq!(fit(Some("slashes"), table), "30 of 30..55");
    assert_eq!(fit(None, table), "20 of 20..55");
    assert!(noticed(None, table)[0].contains("warning[unmatched-value]: `systems`: `medilog|northchart`"));
    // A member nobody declared leaves the set open: what is there is known, what is not is not.
    assert_eq!(fit(None, "id,setting,systems\n1,clinic,medilog; Epicure\n"), "20 of 20..55");
    assert_eq!(fit(None, "id,setting,systems\n1,clinic,medilog; NORTHCHART ;;Epicure\n"), "30 of 30..55");
    assert_eq!(fit(None, "id,setting,systems\n1,clinic,medilog\n"), "20 of 20..45");
}

#[test]
fn empty_is_known_and_unknown_is_not() {
    for (systems, range) in [
        ("No systems", "20 of 20..45"),
        ("NO SYSTEMS", "20 of 20..45"),
        ("none", "20 of 20..55"),
        ("", "20 of 20..55"),
        (" -None- ", "20 of 20..55"),
        ("(no value)", "20 of 20..55"),
        ("select ONE", "20 of 20..55"),
    ] {
        let table = format!("id,setting,systems\n1,clinic,{systems}\n");
        assert_eq!(fit(None, &table), range, "{systems}");
        assert_eq!(noticed(None, &table), Vec::<String>::new());
    }
    // `unknown only` gives the other spellings back: `None` is a choice here.
    assert_eq!(noticed(None, "id,tier\n1,None\n2,n/s\n3,gold\n"), Vec::<String>::new());
    assert!(noticed(None, "id,tier\n1,n/a\n")[0].contains("`tier`: `n/a` is no value"));
    assert_eq!(noticed(Some("shorthand"), "id,setting,MA\n1,N.N.,n.n.\n"), Vec::<String>::new());
}

#[test]
fn windows_1252_is_read_where_it_is_declared() {
    let table = b"id,setting,region\n1,clinic,Curac\x80o\x92s\n".as_slice();
    let decided = decide("leads.csv", table, Some("latin"));
    assert_eq!(decided.ids(), ["1"]);
    let files = Files { leads: ("leads.csv", table), ..Files::default() };
    let seen = look(&policy(POLICY), Some("latin"), files).expect("it is declared");
    assert!(seen.lines().iter().any(|l| l.contains("`Curac€o’s` counts as `elsewhere`")), "{:?}", seen.lines());
}

#[test]
fn numbers_are_read_in_the_declared_shape_only() {
    for (import, staff, points) in [
        (None, "1,200", "30 of 30..55"),
        (None, "1200.0", "30 of 30..55"),
        (None, "$1,250.00", "30 of 30..55"),
        (None, "51-200", "20 of 20..55"),
        (None, "1.200,00", "20 of 20..55"),
        (None, "-5", "20 of 20..55"),
        (Some("continent"), "1.200,00", "30 of 30..55"),
        (Some("continent"), "1.200", "30 of 30..55"),
    ] {
        let table = format!("id,setting,staff\n1,clinic,\"{staff}\"\n");
        assert_eq!(fit(import, &table), points, "{staff}");
        assert_eq!(noticed(import, &table).is_empty(), points.starts_with("30"), "{staff}");
    }
}

#[test]
fn a_report_footer_is_passed_over_and_said() {
    let report = "\"Id\",\"Care Setting\",\"Country/Region\"\n\"007\",\"Clinic\",\"USA\"\n\"008\",\"Hospital\",\"USA\"\n\"\"\n\"Leads by care setting\"\n\"Copyright (c) 2026 Example Inc.\"\n\"Generated By: Example Operator 3/31/2026 9:00 AM\"\n";
    for text in [report.to_string(), report.replace("\"\"\n", "\n\n\n"), report.replace("\"\"\n", ",,\n")] {
        let decided = decide("leads.csv", &text, None);
        assert_eq!(decided.ids(), ["007", "008"], "{text}");
        assert_eq!(decided.told(), Vec::<String>::new());
        let found = noticed(None, &text);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("note[report-footer]") && found[0].contains("3 lines"), "{found:?}");
    }
}

#[test]
fn what_only_looks_like_a_footer_is_rejected() {
    // Cut off in the middle of a row, and rows that are quoted as one cell: nothing says that they are no leads.
    let table = "id,setting,region\n1,clinic,us\n2\n";
    assert_eq!(
        decide("leads.csv", table, None).told(),
        ["leads.csv:3:1: 1 cell for 3 columns; is the row cut off, or is a delimiter missing?"]
    );
    let table = "id,setting,region\n\"1,clinic,us\"\n\"2,clinic,us\"\n3,clinic,us\n";
    let decided = decide("leads.csv", table, None);
    assert_eq!(decided.rejects.len(), 2, "{:?}", decided.told());
    assert!(decided.told()[0].contains("the whole row is quoted as one cell"), "{:?}", decided.told());
}

#[test]
fn every_column_is_used_or_listed() {
    let table = "id,Care Seting,staf,Number of Employees,staff,Colour\n1,clinic,5,7,,red\n";
    let files = Files { leads: ("leads.csv", table.as_bytes()), ..Files::default() };
    let seen = look(&policy(POLICY), None, files).expect("it can be read");
    insta::assert_snapshot!(seen.lines().join("\n"));
}

#[test]
fn fields_that_no_key_of_json_fills_are_listed_too() {
    let text =
        "{\"id\":\"1\",\"seting\":\"clinic\",\"staff\":null}\n{\"id\":\"2\",\"seting\":\"clinic\",\"region\":\"us\"}\n";
    let files = Files { leads: ("leads.ndjson", text.as_bytes()), ..Files::default() };
    let seen = look(&policy(POLICY), None, files).expect("it can be read");
    insta::assert_snapshot!(seen.lines().join("\n"));
}
