//! What `rubric run` writes is what its schemas say, in the order the schemas name; nothing else.

use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn schema(name: &str) -> Value {
    let text = std::fs::read_to_string(root().join("docs").join(name)).expect("the schema is there");
    serde_json::from_str(&text).expect("the schema is JSON")
}

/// The decisions of a run, one a line.
fn decisions(folder: &str, files: &[&str], more: &[&str]) -> Vec<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_rubric"))
        .arg("run")
        .args(files)
        .args(["--as-of", "2026-03-31T12:00Z", "--output", "-"])
        .args(more)
        .current_dir(root().join(folder))
        .output()
        .expect("the binary runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("output is UTF-8").lines().map(str::to_string).collect()
}

/// Leads of every kind: of a portfolio, out of scope, fallen back and slipped, with and without behaviour and people.
fn all(detail: &str) -> Vec<String> {
    let samples = ["policies/portfolio.rubric", "--leads", "policies/leads/leads.ndjson"];
    let people = ["remote.rubric", "--leads", "leads.csv", "--events", "events.csv", "--contacts", "contacts.csv"];
    let bare = ["remote.rubric", "--leads", "leads.csv"];
    let detail = ["--detail", detail];
    let mut all = decisions("", &samples, &detail);
    all.extend(decisions("tests/fixtures/people", &people, &detail));
    all.extend(decisions("tests/fixtures/people", &bare, &detail));
    all.extend(accounts(&detail));
    assert!(all.len() > 70, "only {} decisions", all.len());
    all
}

/// Accounts of every kind: of several leads and of one, alone for each reason, out of scope.
fn accounts(detail: &[&str]) -> Vec<String> {
    let files = ["telehealth.rubric", "--leads", "leads.csv", "--events", "events.csv", "--contacts", "contacts.csv"];
    let all = decisions("tests/fixtures/accounts", &files, &[&["--accounts"], detail].concat());
    for key in
        ["\"alone\":\"no_key\"", "\"alone\":\"free_mail\"", "\"through\":", "\"leads\":[\"h-1\",\"h-2\",\"h-3\"]"]
    {
        assert!(all.iter().any(|line| line.contains(key)), "no account with {key}");
    }
    all
}

/// The keys of an object in the order in which its text has them.
fn keys_in_order(text: &str, keys: &[String]) -> Vec<String> {
    let (mut found, mut depth, mut quoted, mut escaped, mut start) = (Vec::new(), 0, false, false, 0);
    for (i, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => {
                quoted = !quoted;
                if quoted {
                    start = i + 1;
                } else if depth == 1 && text[i + 1..].starts_with(':') {
                    found.push(text[start..i].to_string());
                }
            }
            '{' | '[' if !quoted => depth += 1,
            '}' | ']' if !quoted => depth -= 1,
            _ => {}
        }
    }
    assert!(found.iter().all(|k| keys.contains(k)), "{found:?}");
    found
}

fn hold(name: &str, detail: &str) {
    let schema = schema(name);
    let validator = jsonschema::draft202012::new(&schema).expect("the schema is a schema");
    // The schema's own text says the order; a parsed object would not.
    let text = std::fs::read_to_string(root().join("docs").join(name)).expect("the schema is there");
    let order: Vec<String> = {
        let keys = schema["properties"].as_object().expect("properties").keys().cloned();
        let mut keys: Vec<String> = keys.collect();
        keys.sort_by_key(|k| text.find(&format!("\n    \"{k}\": {{")).unwrap_or(usize::MAX));
        keys
    };
    let (mut inside, mut outside) = (0, 0);
    for line in all(detail) {
        let decision: Value = serde_json::from_str(&line).expect("each line is JSON");
        let wrong: Vec<String> =
            validator.iter_errors(&decision).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(wrong.is_empty(), "{}\n{line}", wrong.join("\n"));
        let keys = keys_in_order(&line, &order);
        let expected: Vec<&String> = order.iter().filter(|k| keys.contains(k)).collect();
        assert_eq!(keys.iter().collect::<Vec<_>>(), expected, "the order of keys");
        if decision["in_scope"] == true { inside += 1 } else { outside += 1 }
    }
    assert!(inside > 60 && outside > 1, "{inside} in scope, {outside} out of it");
}

#[test]
fn whole_decisions_follow_their_schema() {
    hold("decision.schema.json", "full");
}

#[test]
fn short_decisions_follow_theirs() {
    hold("decision-brief.schema.json", "brief");
}

#[test]
fn the_schema_refuses_what_is_not_in_it() {
    let validator = jsonschema::draft202012::new(&schema("decision.schema.json")).expect("the schema is a schema");
    let line = all("full").remove(0);
    let mut decision: Value = serde_json::from_str(&line).expect("JSON");
    assert!(validator.is_valid(&decision));
    decision["fit"]["surprise"] = 1.into();
    assert!(!validator.is_valid(&decision));
    let mut bare: Value = serde_json::from_str(&line).expect("JSON");
    bare["in_scope"] = false.into();
    assert!(!validator.is_valid(&bare), "a lead out of scope has no scores");
    let mut account: Value = serde_json::from_str(&accounts(&[]).remove(0)).expect("JSON");
    assert!(validator.is_valid(&account));
    account["leads"] = Value::Array(Vec::new());
    assert!(!validator.is_valid(&account), "an account has leads");
    account.as_object_mut().expect("an object").remove("leads");
    assert!(!validator.is_valid(&account), "what is pooled comes from leads");
}
