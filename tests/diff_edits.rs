//! Edits are found, worded and put in: any part of a change gives a policy, and all of it gives the new version, part by part.

use rubric::diff::{Edit, Pair, Side};
use rubric::driver::{self, Loaded, Memory};
use rubric::policy::Policy;
use std::collections::BTreeSet;
use std::path::PathBuf;

fn read(path: &str) -> String {
    std::fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)).expect("the file is there")
}

fn loaded(text: &str, library: &str) -> Loaded {
    let mut memory = Memory::default();
    memory.insert("policy.rubric", text);
    memory.insert("healthtech.rubric", library);
    let loaded = driver::load(&memory, "policy.rubric", &[]);
    let found: Vec<&str> = loaded.diagnostics.iter().map(|d| d.message.as_str()).collect();
    assert!(loaded.policy.is_some(), "{found:?}");
    loaded
}

fn pair(old: &str, new: &str) -> Pair {
    let library = read("policies/healthtech.rubric");
    pair_with((old, &library), (new, &library))
}

fn pair_with(old: (&str, &str), new: (&str, &str)) -> Pair {
    let (old, new) = (loaded(old.0, old.1), loaded(new.0, new.1));
    let side = |l: &'static Loaded| Side { sources: &l.sources, trees: &l.trees };
    // A pair keeps nothing of what it is made from; leaking spares the test its lifetimes.
    let leaked = |l: Loaded| side(Box::leak(Box::new(l)));
    Pair::new(leaked(old), leaked(new)).expect("both are policies")
}

fn ids(edits: &[Edit]) -> BTreeSet<String> {
    edits.iter().map(|e| e.id.clone()).collect()
}

/// A policy without places, hash, tests and guarantees, which edits leave out.
fn bare(policy: &Policy) -> String {
    let mut policy = policy.clone();
    policy.hash.clear();
    policy.tests.clear();
    policy.guarantees.clear();
    let text = format!("{policy:#?}");
    let mut out = String::new();
    let mut inside: Option<usize> = None;
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        match inside {
            Some(at) if indent == at => inside = None,
            Some(_) => {}
            None if line.trim_start().starts_with("span: Span {") => inside = Some(indent),
            None => {
                out.push_str(line);
                out.push('\n');
            }
        }
    }
    out
}

fn same(a: &Policy, b: &Policy) {
    let (a, b) = (bare(a), bare(b));
    if a != b {
        let at = a.lines().zip(b.lines()).position(|(x, y)| x != y).unwrap_or_default();
        let around = |t: &str| t.lines().skip(at.saturating_sub(12)).take(24).collect::<Vec<_>>().join("\n");
        panic!("line {at}:\n{}\n--- instead of ---\n{}", around(&a), around(&b));
    }
}

const SHIPPED: [&str; 4] = ["care_management", "clinician_workflow", "interoperability", "privacy_services"];

fn shipped() -> Vec<String> {
    SHIPPED.iter().map(|n| read(&format!("policies/{n}.rubric"))).collect()
}

#[test]
fn all_edits_give_the_new_version_and_none_the_old_one() {
    let texts = shipped();
    for old in &texts {
        for new in &texts {
            let pair = pair(old, new);
            let edits = pair.edits();
            let all = ids(&edits);
            assert_eq!(all.len(), edits.len(), "ids are not told apart");
            assert_eq!(old == new, edits.is_empty());
            same(&pair.apply(&all).expect("all edits together"), &pair.new);
        }
    }
}

#[test]
fn no_edits_give_the_old_version() {
    let texts = shipped();
    let pair = pair(&texts[0], &texts[0].replace("+20 when care_setting", "+18 when care_setting"));
    same(&pair.apply(&BTreeSet::new()).expect("no edits"), &pair.old);
}

#[test]
fn any_part_of_a_change_gives_a_policy_or_says_why_not() {
    let texts = shipped();
    let pair = pair(&texts[0], &texts[2]);
    let edits = pair.edits();
    let (mut stand, mut not) = (0, 0);
    for (i, edit) in edits.iter().enumerate() {
        let some: BTreeSet<String> = edits.iter().skip(i % 3).step_by(3).map(|e| e.id.clone()).collect();
        for part in [BTreeSet::from([edit.id.clone()]), some] {
            match pair.apply(&part) {
                Ok(_) => stand += 1,
                Err(why) => {
                    assert!(!why.is_empty());
                    not += 1;
                }
            }
        }
    }
    assert!(stand > 20 && not > 0, "{stand} stand, {not} do not");
}

#[test]
fn comments_layout_and_order_without_meaning_are_no_edits() {
    let old = read("policies/care_management.rubric");
    let new = old
        .replace("in [clinic, outpatient_group]", "in [outpatient_group, clinic]")
        .replace(
            "care_setting in [outpatient_group, health_system]",
            "care_setting   in [health_system, outpatient_group]  # why\n",
        )
        .replace(
            "fit >= good and timeline <= next_year and intent <= mid",
            "intent <= mid and fit >= good and timeline <= next_year",
        )
        .replace("employees between 100 and 8_000", "employees between 100 and 8000");
    assert_ne!(old, new);
    assert_eq!(pair(&old, &new).edits(), []);
}
