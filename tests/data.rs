//! Cells of exports: what each type takes, and what it says of the rest.

use rubric::data::cell::Origin;
use rubric::data::findings::{Findings, Place};
use rubric::data::plan::Plan;
use rubric::driver::{Memory, load};
use rubric::engine::facts::{Batch, Column, NO_CHOICE, NO_DAY, NO_NUMBER, SetState};
use rubric::policy::Policy;

const POLICY: &str = r#"
policy demo { version "1" owner "team@example.com" }
lead {
  setting: one of { clinic "Clinic" "Ambulatory clinic", care_coordination "Care coordination" }
  region: one of { us "United States", abroad otherwise }
  systems: some of { northchart "NorthChart", medilog } empty "No systems"
  staff: number 0..100_000 unknown 0
  handles_phi: boolean
  next_meeting: date
  note: text
}
channels { form }
signals { demo_request: high from form }
score fit { some up to 10 { +10 when handles_phi } bands { good >= 10, weak } }
score intent { some up to 40 { +40 per demo_request newest 1 } bands { high >= 40, low } }
outcomes { call { next "Call" owner sales due 2 days } }
route { otherwise to call }
import crm { leads { dates "DD/MM/YYYY" numbers "1.200,00" split "|" staff: "Employees" } }
"#;

fn policy() -> Policy {
    let mut memory = Memory::default();
    memory.insert("demo.rubric", POLICY);
    load(&memory, "demo.rubric", &[]).policy.expect("the policy checks clean")
}

/// One lead with one cell, its findings one a line.
fn cell(import: Option<&str>, header: &str, text: &str) -> (Batch, usize, String) {
    let policy = policy();
    let import = import.map(|n| policy.imports.iter().find(|i| i.name == n).expect("the import"));
    let plan = Plan::new(&policy, import);
    let at = plan.column(header).unwrap_or_else(|| panic!("no field takes {header}"));
    let mut batch = Batch::new(&policy);
    batch.begin("a");
    let mut findings = Findings::default();
    let origin = Origin { file: "leads.csv".into(), column: header.into(), place: Place { line: 2, column: 7 } };
    plan.read(&plan.fields[at], text, &mut batch, &origin, &mut findings);
    batch.finish();
    let lines: Vec<String> = findings.sorted().iter().map(|f| f.to_string()).collect();
    (batch, at, lines.join("\n"))
}

/// What a cell became, as text.
fn read(import: Option<&str>, header: &str, text: &str) -> (String, String) {
    let (batch, at, findings) = cell(import, header, text);
    let value = match batch.column(rubric::policy::FieldId(at as u16)) {
        Column::Choice(v) if v[0] == NO_CHOICE => "?".to_string(),
        Column::Choice(v) => v[0].to_string(),
        Column::Set { members, state } => match state[0] {
            SetState::Unknown => "?".to_string(),
            state => format!("{:b} {state:?}", members[0]),
        },
        Column::Number(v) if v[0] == NO_NUMBER => "?".to_string(),
        Column::Number(v) => rubric::policy::exact::Number(v[0]).to_string(),
        Column::Date(v) if v[0] == NO_DAY => "?".to_string(),
        Column::Date(v) => rubric::policy::time::Day(v[0]).to_string(),
        Column::Text(v) if v[0].is_some() => batch.text(v[0]).to_string(),
        Column::Text(_) => "?".to_string(),
    };
    (value, findings)
}

#[test]
fn each_type_takes_its_spellings_without_a_word() {
    for (header, text, value) in [
        ("Setting", " CLINIC ", "0"),
        ("setting", "ambulatory-clinic", "0"),
        ("SETTING", "Care_Coordination", "1"),
        ("setting", "N/A", "?"),
        ("setting", "-none-", "?"),
        ("region", "usa?", "1"),
        ("systems", "NorthChart;medilog", "11 Known"),
        ("systems", ";medilog", "10 Known"),
        ("systems", "No systems", "0 Known"),
        ("systems", "", "?"),
        ("staff", "1,200", "1200"),
        ("staff", "$1,250.00", "1250"),
        ("staff", "0", "?"),
        ("handles_phi", "TRUE", "1"),
        ("Handles PHI", "n", "0"),
        ("next meeting", "2026-04-07", "2026-04-07"),
        ("next_meeting", "2026-04-07T23:30:00-05:00", "2026-04-08"),
        ("note", "  two words ", "two words"),
    ] {
        let (read, findings) = read(None, header, text);
        assert_eq!(read, value, "{header}: {text}");
        assert!(findings.is_empty() || header == "region", "{header}: {text}: {findings}");
    }
}

#[test]
fn what_cannot_be_read_is_unknown_and_told() {
    for (header, text, says) in [
        (
            "setting",
            "Care Coord.",
            "leads.csv:2:7: warning[unmatched-value]: `setting`: `Care Coord.` is no value of the field and counts as not known; did you mean `care_coordination`?",
        ),
        // A slip in a spelling is a slip all the same; the spelling that was meant is named.
        ("setting", "Ambulatori clinc", "did you mean `Ambulatory clinic`?"),
        ("staff", "10k", "warning[unreadable-number]"),
        ("staff", "12,34", "warning[unreadable-number]"),
        ("staff", "200000", "warning[out-of-range]"),
        ("handles_phi", "maybe", "write yes or no"),
        ("next_meeting", "03/04/2026", "error[undeclared-date]"),
        ("next_meeting", "soon", "warning[unreadable-date]"),
        ("setting", "a\u{1b}[31mb", "`a\u{fffd}[31mb`"),
    ] {
        let (read, findings) = read(None, header, text);
        assert_eq!(read, "?", "{header}: {text}");
        assert!(findings.contains(says), "{header}: {text}: {findings}");
    }
    assert_eq!(read(None, "systems", "medilog;Epicure").0, "10 Open");
}

#[test]
fn imports_declare_other_shapes() {
    for (header, text, value) in [
        ("next_meeting", "03/04/2026", "2026-04-03"),
        ("Employees", "1.250,5", "1250.5"),
        ("systems", "northchart|medilog", "11 Known"),
    ] {
        assert_eq!(read(Some("crm"), header, text), (value.to_string(), String::new()), "{header}: {text}");
    }
}
