//! Fixes of lints: after each, the policy is still legal, the finding is gone, and every lead is decided as before.

// Of both, only what draws policies and leads is needed here.
#[allow(dead_code)]
mod random;
#[allow(dead_code)]
mod reference;

use random::Draw;
use random::lead::Leads;
use reference::lead::Lead;
use rubric::diagnostic::Diagnostic;
use rubric::driver::{Loaded, Memory, load, rules};
use rubric::engine::Engine;
use rubric::engine::facts::Batch;
use rubric::lint::Levels;
use rubric::policy::exact::Points;
use rubric::policy::time::Instant;
use rubric::policy::{Policy, ScoreKind, SignalId};
use rubric::program::Program;
use std::collections::BTreeMap;

fn loaded(text: &str) -> Loaded {
    let mut memory = Memory::default();
    memory.insert("demo.rubric", text);
    load(&memory, "demo.rubric", &[])
}

/// The text after the fix of a finding.
fn fixed(text: &str, finding: &Diagnostic) -> Option<String> {
    let mut edits = finding.fix.as_ref()?.edits.clone();
    edits.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    let mut text = text.to_string();
    for (span, new) in edits {
        text.replace_range(span.start as usize..span.end as usize, &new);
    }
    Some(text)
}

fn lints(loaded: &Loaded) -> Vec<Diagnostic> {
    loaded.lint(&Levels::default())
}

#[test]
fn the_fixes_of_the_pages_mend_what_they_show() {
    let mut mended = Vec::new();
    for rule in rules() {
        let Some(start) = rule.document.find("```rubric error\n") else { continue };
        let text = rule.document[start..].split("\n```").next().and_then(|t| t.split_once('\n')).map_or("", |t| t.1);
        for finding in lints(&loaded(text)).iter().filter(|d| d.rule.code == rule.code) {
            let Some(new) = fixed(text, finding) else { continue };
            let after = loaded(&new);
            assert!(after.policy.is_some(), "{}: {:?}\n{new}", rule.name, after.diagnostics);
            assert!(lints(&after).iter().all(|d| d.rule.code != rule.code), "{}: raised again\n{new}", rule.name);
            mended.push(rule.name);
        }
    }
    let expected = [
        "unused-allow",
        "unused-field",
        "unused-signal",
        "unused-define",
        "unused-outcome",
        "unused-checklist",
        "cap-too-high",
        "decay-outlives-window",
        "invisible-character",
    ];
    assert_eq!(mended, expected);
}

#[test]
fn what_is_removed_takes_its_comma_or_its_line_along() {
    let page = rules().into_iter().find(|r| r.name == "unused-field").map_or("", |r| r.document);
    let text = page.split("```rubric error\n").nth(1).and_then(|t| t.split("\n```").next()).unwrap_or("");
    let fields = "  region: one of { us, canada }\n  fax: text\n";
    assert!(text.contains(fields), "the page has changed");
    for (written, left) in [
        (fields, "  region: one of { us, canada }\n"),
        ("  fax: text,\n  region: one of { us, canada }\n", "  region: one of { us, canada }\n"),
        ("fax: text, region: one of { us, canada }\n", " region: one of { us, canada }\n"),
        ("region: one of { us, canada }, fax: text }\n", "region: one of { us, canada } }\n"),
        (
            "  region: one of { us, canada }\n  fax: text  # once ours\n",
            "  region: one of { us, canada }\n    # once ours\n",
        ),
    ] {
        let text = text.replace(fields, written).replace("fax: text }\n}", "fax: text }");
        let before = loaded(&text);
        let found: Vec<Diagnostic> = lints(&before).into_iter().filter(|d| d.rule.name == "unused-field").collect();
        let [finding] = found.as_slice() else { panic!("{found:?}\n{text}") };
        let new = fixed(&text, finding).expect("it can be removed");
        assert!(new.contains(left) && loaded(&new).policy.is_some(), "{new}");
    }
}

/// A lead of one policy as a lead of another: fields and signals go by name, and what the other does not have is left out.
fn carried(lead: &Lead, from: &Policy, to: &Policy) -> Lead {
    let mut lead = lead.clone();
    let place = |name: &str| from.fields.iter().position(|f| f.name == name).expect("nothing new comes in");
    lead.fields = to.fields.iter().map(|f| lead.fields[place(&f.name)].clone()).collect();
    let signal = |s: &SignalId| to.signals.iter().position(|t| t.name == from.signals[s.index()].name);
    for event in lead.events.iter_mut().flatten() {
        event.signals = event.signals.iter().filter_map(signal).map(|i| SignalId(i as u16)).collect();
    }
    lead.events = lead.events.map(|all| all.into_iter().filter(|e| !e.signals.is_empty()).collect());
    lead
}

/// What is decided about each lead: points, stage, profile, route.
fn decided(policy: &Policy, as_of: Instant, leads: &[Lead]) -> Vec<([Points; 2], u16, String, String)> {
    let program = Program::lower(policy);
    let mut batch = Batch::new(policy);
    leads.iter().for_each(|l| l.feed(&mut batch));
    let e = Engine::new(policy, &program, as_of).evaluate(&batch);
    let one = |l: usize| {
        let points = ScoreKind::BOTH.map(|kind| e.score(kind, l));
        let outcome = policy.outcomes[e.routes[l].outcome.index()].name.clone();
        (points, e.stages[l], e.icp[l].word().to_string(), outcome)
    };
    (0..leads.len()).map(one).collect()
}

#[test]
fn fixes_change_no_decision() {
    let mut applied: BTreeMap<&str, usize> = BTreeMap::new();
    for seed in 0..250 {
        let mut draw = Draw::from_seed(seed);
        let text = random::policy::policy(&mut draw);
        let before = loaded(&text);
        let Some(policy) = &before.policy else { continue };
        let as_of = Instant::parse("2026-03-31T12:00Z", policy.offset).expect("an instant");
        let source = Leads::new(policy, as_of);
        let leads: Vec<Lead> = (0..20).map(|i| source.lead(&mut draw, format!("lead {i}"))).collect();
        let meant = decided(policy, as_of, &leads);
        for finding in lints(&before) {
            let Some(new) = fixed(&text, &finding) else { continue };
            let name = finding.rule.name;
            let after = loaded(&new);
            let Some(changed) = &after.policy else { panic!("seed {seed}, {name}: {:?}\n{new}", after.diagnostics) };
            let carried: Vec<Lead> = leads.iter().map(|l| carried(l, policy, changed)).collect();
            assert_eq!(meant, decided(changed, as_of, &carried), "seed {seed}, {name}\n{text}\n{new}");
            *applied.entry(name).or_default() += 1;
        }
    }
    for name in ["unused-field", "unused-define", "unused-outcome", "cap-too-high", "decay-outlives-window"] {
        assert!(applied.get(name).is_some_and(|n| *n > 5), "`{name}` was hardly ever mended: {applied:?}");
    }
}
