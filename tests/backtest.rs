//! `rubric backtest` on leads of which every figure can be counted by hand, and on files that make it hard.

mod support;

use serde_json::Value;
use support::{Folder, Ran};

/// Twenty strong leads and twenty weak ones; nothing else tells them apart.
const POLICY: &str = r#"
policy demo "Demo" {
  version "1"
  owner   "revenue-ops@example.com"
}

lead {
  region: one of { us, canada }
  staff: number 0..
  signed_on: date
  lead_source: text
}

channels { form }

signals { demo_request: high from form }

icp {
  must size: not staff < 5  because "Too small to roll out"
}

score fit {
  where up to 60 {
    +60 when region is us      # the market we know
    +5  when staff >= 1_000_000
  }
  bands { strong >= 50, weak }
}

score intent {
  asked up to 40 { +40 per demo_request newest 1 }
  bands { high >= 40, low }
}

stages { mql "MQL" { require region is us } }

outcomes {
  demo       { next "Book a demo"     owner sales      due 2 days }
  nurture    { next "Send notes"      owner marketing  due 5 days }
  disqualify { next "Close politely"  owner sales      due 5 days }
}

route {
  to disqualify when icp is failed
  to demo       when fit is strong
  otherwise to nurture
}
"#;

/// Of 20 leads in the US 12 were won, of 20 in Canada 3; the first two of each four days are early.
fn leads() -> String {
    let mut csv = "id,region,staff,updated,lead_source,won\n".to_string();
    for i in 0..40 {
        let (region, won) = if i < 20 { ("us", i < 12) } else { ("canada", i < 23) };
        let source = if i % 4 == 0 { "Web" } else { "Fair" };
        let staff = if i >= 38 { 3 } else { 50 };
        let day = i % 4 + 1;
        csv.push_str(&format!("L{i},{region},{staff},2026-01-0{day},{source},{}\n", if won { "yes" } else { "no" }));
    }
    csv
}

fn folder(csv: &str) -> Folder {
    Folder::new().file("demo.rubric", POLICY).file("leads.csv", csv)
}

fn run(folder: &Folder, more: &[&str]) -> Ran {
    let mut args = vec!["backtest", "demo.rubric", "--leads", "leads.csv", "--won", "won"];
    args.extend(more);
    if !more.contains(&"--as-of") {
        args.extend(["--as-of", "2026-03-31"]);
    }
    folder.rubric(&args)
}

fn figures(folder: &Folder, more: &[&str]) -> Value {
    let mut all = vec!["--format", "json"];
    all.extend(more);
    let ran = run(folder, &all);
    assert_eq!(ran.status, 0, "{}", ran.err);
    serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{e}: {}", ran.out))
}

/// The kinds of the warnings, with what each is about.
fn warnings(figures: &Value) -> Vec<String> {
    let all = figures["policies"][0]["warnings"].as_array().expect("warnings");
    let text = |v: &Value| v.as_str().unwrap_or("-").to_string();
    all.iter().map(|w| format!("{} {}", text(&w["kind"]), text(&w["subject"]))).collect()
}

/// All rows are somewhere.
fn reconciles(figures: &Value) {
    let rows = figures["rows"].as_object().expect("rows");
    let parts: u64 = rows.iter().filter(|(k, _)| *k != "read").map(|(_, n)| n.as_u64().expect("a count")).sum();
    assert_eq!(rows["read"], parts, "{rows:?}");
    let of_policies: u64 = figures["policies"]
        .as_array()
        .expect("policies")
        .iter()
        .map(|p| p["base"]["leads"].as_u64().unwrap_or(0))
        .sum();
    assert_eq!(of_policies, rows["won"].as_u64().unwrap_or(0) + rows["not_won"].as_u64().unwrap_or(0));
}

#[test]
fn every_figure_by_hand() {
    let f = figures(&folder(&leads()), &["--no-events"]);
    reconciles(&f);
    let p = &f["policies"][0];
    assert_eq!(p["base"], serde_json::json!({"leads": 40, "won": 15, "rate": 0.375, "low": 0.2422, "high": 0.5297}));
    let fit = &p["scores"][0];
    // 12 × 17 pairs are in order, 12 × 8 + 3 × 17 are tied, of 15 × 25: (204 + 73.5) / 375.
    assert_eq!(fit["auc"]["value"], 0.74);
    // The best 8 are taken from 20 that tie, of which 12 were won: 4.8 of 15 won leads are among a fifth of the leads.
    assert_eq!(fit["lift_of_best_fifth"]["value"], 1.6);
    // Wilson: (0.6 + 0.09604 ± 1.95996 √(0.012 + 0.0024)) / 1.19207.
    let strong =
        serde_json::json!({"name": "strong", "leads": 20, "won": 12, "rate": 0.6, "low": 0.3866, "high": 0.7812});
    assert_eq!(fit["bands"][0], strong);
    assert_eq!((&fit["bands"][1]["won"], &fit["bands"][1]["rate"]), (&3.into(), &0.15.into()));
    let [region, giants] = [&fit["criteria"][0], &fit["criteria"][1]];
    assert_eq!(
        (&region["lift"], &region["fired"]["leads"], &region["not_fired"]["won"]),
        (&1.6.into(), &20.into(), &3.into())
    );
    assert_eq!((&giants["remark"], &giants["fired"]["leads"]), (&"never_fired".into(), &0.into()));
    assert_eq!(p["scores"][1]["criteria"][0]["remark"], "never_fired");
    assert_eq!((&p["stages"][0]["name"], &p["stages"][1]["won"]), (&"none".into(), &12.into()));
    let routes: Vec<String> = p["routes"]
        .as_array()
        .expect("routes")
        .iter()
        .map(|r| format!("{} {} {}", r["name"], r["leads"], r["won"]))
        .collect();
    assert_eq!(routes, ["\"demo\" 20 12", "\"nurture\" 18 3", "\"disqualify\" 2 0"]);
    // Two of 40 were turned away; with so few, no share is claimed.
    assert_eq!(
        p["disqualified"]["reasons"],
        serde_json::json!([{"id": "size", "because": "Too small to roll out", "leads": 2, "won": 0}])
    );
    let sources = &p["sources"];
    assert_eq!((&sources["field"], &sources["list"][0]["source"]), (&"lead_source".into(), &"Fair".into()));
    assert_eq!((&sources["list"][0]["leads"], &sources["list"][1]["leads"]), (&30.into(), &10.into()));
    assert_eq!(sources["list"][1]["rate"], Value::Null);
    // Days 1 and 2 are 20 leads, days 3 and 4 the others.
    let time = &p["time"];
    assert_eq!((&time["earlier"]["to"], &time["later"]["from"]), (&"2026-01-02".into(), &"2026-01-03".into()));
    assert_eq!((&time["earlier"]["base"]["leads"], &time["undated"]), (&20.into(), &0.into()));
    // 8 won leads in either half: too few to rank.
    assert_eq!(time["earlier"]["fit_auc"], Value::Null);
    assert_eq!(warnings(&f), ["constant-score intent"]);
}

#[test]
fn what_people_read() {
    let folder = folder(&leads());
    insta::assert_snapshot!("page", run(&folder, &["--no-events"]).out);
    insta::assert_snapshot!("markdown", run(&folder, &["--no-events", "--format", "markdown"]).out);
}

#[test]
fn an_outcome_that_says_nothing_is_counted_and_never_a_no() {
    let cells = [
        "yes",
        " WON ",
        "Closed Won",
        "1",
        "no",
        "Closed-Lost",
        "0",
        "",
        "  ",
        "N/A",
        "null",
        "Negotiation",
        "\u{1b}[31mred",
        "=1+1",
        "maybe",
    ];
    let rows: String = cells.iter().enumerate().map(|(i, c)| format!("L{i},us,\"{c}\"\n")).collect();
    let folder = folder(&format!("id,region,won\n{rows}L1,us,yes\n,us,yes\nshort\n"));
    let f = figures(&folder, &[]);
    reconciles(&f);
    let rows = serde_json::json!({
        "read": 18, "rejected": 3, "out_of_scope": 0, "outcome_not_known": 4, "outcome_not_recognised": 4,
        "decided_before": 0, "undated": 0, "won": 4, "not_won": 3
    });
    assert_eq!(f["rows"], rows);
    let page = run(&folder, &[]).out;
    assert!(page.contains("4 leads with an outcome that is neither won nor lost"), "{page}");
    assert!(!page.contains('\u{1b}'), "{page}");
    // Named spellings take the place of the usual ones.
    let f = figures(&folder, &["--won-is", "Negotiation,maybe", "--lost-is", "yes"]);
    reconciles(&f);
    assert_eq!(
        (&f["rows"]["won"], &f["rows"]["not_won"], &f["rows"]["outcome_not_recognised"]),
        (&2.into(), &1.into(), &8.into())
    );
    let both = run(&folder, &["--won-is", "maybe", "--lost-is", "May be"]);
    assert_eq!((both.status, both.out.as_str()), (2, ""));
    assert!(both.err.contains("`maybe` cannot be both won and lost"), "{}", both.err);
}

#[test]
fn leads_as_json_are_read_alike() {
    let lines: String = leads()
        .lines()
        .skip(1)
        .map(|l| {
            let c: Vec<&str> = l.split(',').collect();
            let (won, events) = (c[5] == "yes", "\"events\": []");
            format!("{{\"id\": \"{}\", \"region\": \"{}\", \"staff\": {}, \"updated\": \"{}\", \"lead_source\": \"{}\", \"WON\": {won}, {events}}}\n", c[0], c[1], c[2], c[3], c[4])
        })
        .collect();
    let folder = folder(&leads()).file("leads.ndjson", &lines);
    let args = ["backtest", "demo.rubric", "--leads", "leads.ndjson", "--as-of", "2026-03-31", "--format", "json"];
    let ran = folder.rubric(&[&args[..], &["--won", "won"]].concat());
    let f: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(f["policies"], figures(&folder, &["--no-events"])["policies"]);
    let ran = folder.rubric(&[&args[..], &["--won", "wonn"]].concat());
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("no lead in `leads.ndjson` has the key `wonn`"), "{}", ran.err);
}

#[test]
fn nothing_is_claimed_where_nothing_can_be() {
    for (name, csv, kinds) in [
        ("everyone won", leads().replace(",no\n", ",yes\n"), vec!["too-few -", "constant-score intent"]),
        ("nobody won", leads().replace(",yes\n", ",no\n"), vec!["too-few -", "constant-score intent"]),
        ("few", "id,region,won\na,us,yes\nb,canada,no\n".to_string(), vec!["too-few -", "constant-score intent"]),
        ("no rows", "id,region,won\n".to_string(), vec!["too-few -"]),
        ("no outcome", "id,region,won\na,us,\n".to_string(), vec!["too-few -"]),
    ] {
        let folder = folder(&csv);
        let f = figures(&folder, &["--no-events", "--suggest"]);
        reconciles(&f);
        let p = &f["policies"][0];
        assert_eq!(
            (&p["scores"][0]["auc"], &p["scores"][0]["lift_of_best_fifth"]),
            (&Value::Null, &Value::Null),
            "{name}"
        );
        let found = warnings(&f);
        assert!(kinds.iter().all(|k| found.contains(&k.to_string())), "{name}: {found:?}");
        assert_eq!(p["suggestion"]["patch"], "", "{name}");
        assert!(p["suggestion"]["scores"][0]["refused"].is_string(), "{name}");
        let page = run(&folder, &["--suggest"]);
        assert!(page.status == 0 && page.out.contains("Nothing would change."), "{name}: {}", page.out);
    }
}

#[test]
fn wrong_usage_says_what_to_do() {
    let folder = folder("id,region,Outcome,outcome\na,us,Open,x\nb,us,Paused,x\n").file("empty.csv", "");
    for (args, says) in [
        (vec!["--won", "outcom"], "no column is called `outcom`; did you mean `Outcome`?"),
        (vec!["--won", "OUTCOME"], "several columns are called `OUTCOME`"),
        (
            vec!["--won", "Outcome"],
            "no value of `Outcome` says whether a lead was won; it holds `Open` and `Paused`. Name what means won with `--won-is`",
        ),
        (
            vec!["--won", "Outcome", "--source", "campain", "--won-is", "open"],
            "`--source campain`: neither the policy nor the file has it",
        ),
        (vec!["--won", "Outcome", "--won-is", "open", "--suggest-to", "demo.rubric"], "would be written over"),
    ] {
        let mut all = vec!["backtest", "demo.rubric", "--leads", "leads.csv", "--as-of", "2026-03-31"];
        all.extend(args);
        let ran = folder.rubric(&all);
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{all:?}");
        assert!(ran.err.contains(says), "{all:?}: {}", ran.err);
    }
    let empty =
        folder.rubric(&["backtest", "demo.rubric", "--leads", "empty.csv", "--won", "won", "--as-of", "2026-03-31"]);
    assert!(empty.status == 2 && empty.err.contains("the file is empty"), "{}", empty.err);
    let undated =
        folder.rubric(&["backtest", "demo.rubric", "--leads", "leads.csv", "--won", "Outcome", "--won-at", "won_on"]);
    assert!(undated.status == 2 && undated.err.contains("--as-of"), "{}", undated.err);
}

#[test]
fn only_leads_that_were_decided_after_the_as_of_count() {
    let folder = folder(
        "id,region,won,won_on\n\
         a,us,yes,2026-03-31\n\
         b,us,yes,2026-04-01\n\
         c,us,yes,\n\
         d,us,yes,04/05/2026\n\
         e,us,no,2026-01-01\n\
         f,us,no,2026-05-01\n\
         g,us,no,\n\
         h,us,no,soon\n\
         i,us,,2026-05-01\n",
    );
    let f = figures(&folder, &["--won-at", "won_on"]);
    reconciles(&f);
    let rows = serde_json::json!({
        "read": 9, "rejected": 0, "out_of_scope": 0, "outcome_not_known": 1, "outcome_not_recognised": 0,
        "decided_before": 2, "undated": 3, "won": 1, "not_won": 2
    });
    assert_eq!(f["rows"], rows);
    assert_eq!(f["outcome"]["unreadable_days"], serde_json::json!({"leads": 2, "first": ["04/05/2026", "soon"]}));
    let page = run(&folder, &["--won-at", "won_on"]).out;
    assert!(
        page.contains("`won_on` of 2 leads holds no day that can be read, such as `04/05/2026` and `soon`"),
        "{page}"
    );
    // An import that says how days are written is heard.
    let dated = format!("{POLICY}\nimport us {{ leads {{ dates \"MM/DD/YYYY\" }} }}\n");
    let folder = folder.file("demo.rubric", dated);
    let f = figures(&folder, &["--won-at", "won_on", "--import", "us"]);
    assert_eq!((&f["rows"]["won"], &f["rows"]["undated"]), (&2.into(), &2.into()));
}

/// A table of so many leads, each row made from its number.
fn table(header: &str, n: usize, row: impl Fn(usize) -> String) -> String {
    let rows: String = (0..n).map(|i| format!("L{i},{}\n", row(i))).collect();
    format!("id,{header}\n{rows}")
}

#[test]
fn leads_that_had_no_time_to_be_won_are_told() {
    // One in two of the old leads was won, and one in ten of those updated in the last month.
    let young = table("region,updated,won", 400, |i| {
        let (day, won) = if i < 300 { ("2026-01-05", i % 2 == 0) } else { ("2026-03-20", i % 10 == 0) };
        format!("us,{day},{}", if won { "yes" } else { "no" })
    });
    let f = figures(&folder(&young), &["--no-events"]);
    assert!(warnings(&f).contains(&"truncated -".to_string()), "{f}");
    let old = young.replace("2026-03-20", "2026-01-05");
    assert!(!warnings(&figures(&folder(&old), &["--no-events"])).contains(&"truncated -".to_string()));
    // With days of winning: a win each day until the file was written, or only in the first weeks.
    let steady = |last: usize| {
        table("region,won_on,won", 200, move |i| {
            if i % 2 == 0 {
                format!("us,2026-{:02}-{:02},yes", 4 + (i / 2 % last) / 28, i / 2 % last % 28 + 1)
            } else {
                "us,,no".to_string()
            }
        })
    };
    let late =
        |csv: &str| warnings(&figures(&folder(csv), &["--won-at", "won_on"])).contains(&"truncated -".to_string());
    assert!(late(&steady(84)));
    let done = steady(28).replace("\nL1,us,,no\n", "\nL1,us,2026-09-30,no\n");
    assert!(!late(&done));
}

#[test]
fn fields_that_are_known_only_afterwards_are_told() {
    let with = |line: &str| POLICY.replace("    +5  when staff", &format!("    {line}\n    +5  when staff"));
    let csv = table("region,signed_on,won", 200, |i| match i % 4 {
        0 => "us,2026-02-01,yes".to_string(),
        1 => "us,,yes".to_string(),
        _ => "canada,,no".to_string(),
    });
    let folder = folder(&csv).file("demo.rubric", with("+5 when signed_on is known"));
    let f = figures(&folder, &["--no-events"]);
    let found = warnings(&f);
    assert!(found.contains(&"known-afterwards signed_on".to_string()), "{found:?}");
    // `region` tells the outcome without exception here, and `where.2` was only ever won.
    assert!(found.contains(&"known-afterwards region".to_string()), "{found:?}");
    assert!(found.contains(&"known-afterwards where.2".to_string()), "{found:?}");
    let text = f["policies"][0]["warnings"].to_string();
    assert!(text.contains("is known for 50 of 100 won leads, but only for 0 of 100 others"), "{text}");
    // A field that nothing uses cannot mislead.
    let unused = folder.file("demo.rubric", POLICY);
    assert!(!warnings(&figures(&unused, &["--no-events"])).contains(&"known-afterwards signed_on".to_string()));
    // The outcome column itself as a field.
    let itself = with("+5 when closed")
        .replace("  staff: number 0..\n", "  staff: number 0..\n  closed: boolean column \"won\"\n");
    let folder = unused.file("demo.rubric", itself);
    let text = figures(&folder, &["--no-events"])["policies"][0]["warnings"].to_string();
    assert!(text.contains("`closed` of the policy is filled from `won`, which says how the lead ended"), "{text}");
}

#[test]
fn sources_that_only_cost_work_stand_out() {
    let csv = table("region,staff,lead_source,won", 300, |i| match i % 3 {
        0 => format!("us,3,Bought list,{}", "no"),
        1 => format!("us,90,Referral,{}", if i % 2 == 0 { "yes" } else { "no" }),
        _ => format!("us,90,,{}", if i % 2 == 0 { "yes" } else { "no" }),
    });
    let folder = folder(&csv);
    let f = figures(&folder, &["--no-events"]);
    let list = f["policies"][0]["sources"]["list"].as_array().expect("sources").clone();
    let bought = list.iter().find(|s| s["source"] == "Bought list").expect("it is there");
    assert_eq!(
        (&bought["only_disqualified"], &bought["disqualified"], &bought["disqualified_rate"]),
        (&true.into(), &100.into(), &1.0.into())
    );
    assert_eq!(bought["mostly_because"], "size");
    assert!(list.iter().any(|s| s["source"].is_null() && s["leads"] == 100), "{list:?}");
    let page = run(&folder, &["--no-events"]).out;
    assert!(page.contains("Bought list — only ever turned away"), "{page}");
    // Any column of the file will do.
    let by = figures(&folder, &["--no-events", "--source", "region"]);
    assert_eq!(by["policies"][0]["sources"]["list"][0]["leads"], 300);
    assert_eq!(figures(&folder, &["--source", "won"])["policies"][0]["sources"]["field"], "won");
}

/// 3,000 leads whose odds follow three answers; the policy of [`weighted`] has the weights the wrong way round.
fn many() -> String {
    let mut state = 7_u64;
    let mut next = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % 1000
    };
    let mut csv = "id,region,staff,won\n".to_string();
    for i in 0..3_000 {
        let (us, large, huge) = (next() < 500, next() < 400, next() < 300);
        let staff = if large && huge {
            2_000
        } else if large {
            500
        } else {
            20
        };
        let chance = 60 + if us { 60 } else { 0 } + if large { 300 } else { 0 } + if large && huge { 250 } else { 0 };
        csv.push_str(&format!(
            "L{i},{},{staff},{}\n",
            if us { "us" } else { "canada" },
            if next() < chance { "yes" } else { "no" }
        ));
    }
    csv
}

fn weighted() -> String {
    POLICY.replace(
        "    +60 when region is us      # the market we know\n    +5  when staff >= 1_000_000\n",
        "    +40 when region is us      # the market we know\n    +10 when staff >= 100\n    +10 when staff >= 1_000\n    -5  when staff < 10\n",
    )
}

#[test]
fn suggested_weights_change_numbers_alone_and_rank_better() {
    let folder = folder(&many()).file("demo.rubric", weighted());
    let ran = run(&folder, &["--no-events", "--suggest", "--suggest-to", "new.rubric"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(ran.out.contains("--- demo.rubric\n+++ demo.rubric\n"), "{}", ran.out);
    let f = figures(&folder, &["--no-events", "--suggest"]);
    let s = &f["policies"][0]["suggestion"];
    let fit = &s["scores"][0];
    let auc = |which: &str| fit["held_out"][which]["value"].as_f64().expect("a number");
    assert!(auc("new_auc") > auc("old_auc") + 0.05 && fit["held_out"]["gain"]["low"].as_f64() > Some(0.05), "{fit}");
    let weights = fit["weights"].as_array().expect("weights");
    let new = |at: usize| weights[at]["new"].as_i64().expect("whole points");
    assert!(new(1) > 2 * new(0) && new(0) >= 1, "{weights:?}");
    assert_eq!((new(3), &weights[3]["kept_because"]), (-5, &"fired_too_rarely".into()));
    // Every word but the weights is still there, comments too.
    let (old, text) = (weighted(), folder.text("new.rubric"));
    let words = |t: &str| t.split_whitespace().filter(|w| !w.starts_with('+')).map(str::to_string).collect::<Vec<_>>();
    assert_eq!(words(&old), words(&text));
    assert!(text.contains("# the market we know"), "{text}");
    assert_eq!(folder.rubric(&["check", "new.rubric", "--format", "json"]).status, 0);
    // What the patch promises of bands is what the new text gives.
    let again = folder.rubric(&[
        "backtest",
        "new.rubric",
        "--leads",
        "leads.csv",
        "--won",
        "won",
        "--as-of",
        "2026-03-31",
        "--no-events",
        "--format",
        "json",
    ]);
    let again: Value = serde_json::from_str(&again.out).expect("JSON");
    for (at, band) in again["policies"][0]["scores"][0]["bands"].as_array().expect("bands").iter().enumerate() {
        assert_eq!(s["bands"][at]["new"], band["leads"]);
        assert_eq!(s["bands"][at]["old"], f["policies"][0]["scores"][0]["bands"][at]["leads"]);
    }
}

#[test]
fn behaviour_is_weighed_and_looking_back_is_told() {
    let policy = POLICY.replace(
        "asked up to 40 { +40 per demo_request newest 1 }",
        "asked up to 40 {\n    +8  per demo_request newest 3, halves every 30 days\n    +20 per brochure newest 1\n  }",
    );
    let policy =
        policy.replace("demo_request: high from form }", "demo_request: high from form  brochure: mid from form }");
    // Two of three that asked for a demo a day ago were won, one of three that read a brochure, one of ten others.
    let csv = table("region,won,won_on", 600, |i| {
        let won = match i % 3 {
            0 => i % 9 != 0,
            1 => i % 9 == 1,
            _ => i % 30 == 2,
        };
        if won { "us,yes,2026-04-02".to_string() } else { "us,no,".to_string() }
    });
    let events: String = (0..600)
        .map(|i| match i % 3 {
            0 => format!("L{i},demo_request,2026-03-30T00:00Z\nL{i},demo_request,2026-02-15T00:00Z\nL{i},demo_request,2026-04-20T00:00Z\n"),
            1 => format!("L{i},brochure,2026-03-01T00:00Z\n"),
            _ => String::new(),
        })
        .collect();
    let folder = folder(&csv).file("demo.rubric", policy).file("events.csv", format!("lead,type,at\n{events}"));
    let f = figures(&folder, &["--events", "events.csv", "--suggest"]);
    let p = &f["policies"][0];
    assert!(warnings(&f).contains(&"looks-back -".to_string()), "{f}");
    let criteria = p["scores"][1]["criteria"].as_array().expect("criteria");
    let counts =
        |at: usize| [&criteria[at]["fired"]["leads"], &criteria[at]["fired"]["won"], &criteria[at]["not_known"]];
    assert_eq!(
        (counts(0), counts(1)),
        ([200, 133, 0].map(Value::from).each_ref(), [200, 67, 0].map(Value::from).each_ref())
    );
    // 8 for yesterday and 4 for six weeks ago are 12, less than a brochure's 20: the policy ranks them the wrong way round.
    let weights = p["suggestion"]["scores"][1]["weights"].as_array().expect("weights");
    let new = |at: usize| weights[at]["new"].as_f64().expect("points");
    assert!(new(0) * 1.5 > new(1) && new(1) >= 1.0, "{weights:?}");
    let held = &p["suggestion"]["scores"][1]["held_out"];
    assert!(held["gain"]["low"].as_f64() > Some(0.05), "{held}");
    let dated = figures(&folder, &["--events", "events.csv", "--won-at", "won_on"]);
    assert!(!warnings(&dated).contains(&"looks-back -".to_string()));
}

#[cfg(unix)]
#[test]
fn what_can_be_read_only_once_is_not_read_twice() {
    let ran =
        folder(&leads()).rubric(&["backtest", "demo.rubric", "--leads", "/dev/null", "--won", "won", "--suggest"]);
    assert!(ran.status == 2 && ran.err.contains("`/dev/null` can be read only once"), "{}", ran.err);
}

#[test]
fn a_text_in_canonical_layout_stays_in_it() {
    let folder = folder(&many()).file("demo.rubric", weighted());
    assert_eq!(folder.rubric(&["fmt", "demo.rubric"]).status, 0);
    assert_eq!(run(&folder, &["--no-events", "--suggest-to", "new.rubric"]).status, 0);
    assert_ne!(folder.text("demo.rubric"), folder.text("new.rubric"));
    assert_eq!(folder.rubric(&["fmt", "--check", "new.rubric"]).status, 0);
}

#[test]
fn the_bytes_do_not_depend_on_threads() {
    let folder =
        folder(&many().replace("L7,us", "L7,\"us\"").replace(",yes\n", ",Yes\n")).file("demo.rubric", weighted());
    for format in ["human", "json", "markdown"] {
        let of = |threads: &str| run(&folder, &["--suggest", "--format", format, "--threads", threads]);
        assert_eq!(of("1"), of("4"), "{format}");
    }
}

#[test]
fn figures_of_a_portfolio_stand_by_policy() {
    let other = POLICY.replace("policy demo \"Demo\" {", "policy other \"Other\" {\n  applies when region is canada");
    let first = POLICY.replace("policy demo \"Demo\" {", "policy demo \"Demo\" {\n  applies when region is us");
    let folder = folder(&leads()).file("demo.rubric", first).file("other.rubric", other);
    let args = [
        "backtest",
        "demo.rubric",
        "other.rubric",
        "--leads",
        "leads.csv",
        "--won",
        "won",
        "--as-of",
        "2026-03-31",
        "--format",
        "json",
    ];
    let f: Value = serde_json::from_str(&folder.rubric(&args).out).expect("JSON");
    reconciles(&f);
    let bases: Vec<&Value> = f["policies"].as_array().expect("policies").iter().map(|p| &p["base"]["won"]).collect();
    assert_eq!(bases, [&Value::from(12), &Value::from(3)]);
    let refused = folder.rubric(&[&args[..], &["--suggest"]].concat());
    assert!(refused.status == 2 && refused.err.contains("one policy at a time"), "{}", refused.err);
    // Alone, the policy leaves the others out of scope.
    let alone = figures(&folder, &[]);
    assert_eq!((&alone["rows"]["out_of_scope"], &alone["rows"]["won"]), (&20.into(), &12.into()));
    reconciles(&alone);
}

#[test]
fn texts_of_strangers_stay_texts() {
    let csv = leads().replace("Web", "\"<img src=x> | [a](https://example.com) @all\u{1b}[2J\"");
    let folder = folder(&csv);
    let markdown = run(&folder, &["--format", "markdown"]).out;
    assert!(markdown.contains("&lt;img src=x&gt; \\| \\[a\\](https&#58;//example.com) &#64;all"), "{markdown}");
    for format in ["human", "json", "markdown"] {
        assert!(!run(&folder, &["--format", format]).out.contains('\u{1b}'), "{format}");
    }
}

#[test]
fn figures_are_what_their_schema_says() {
    let text =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/backtest.schema.json")).expect("the schema");
    let schema: Value = serde_json::from_str(&text).expect("JSON");
    let validator = jsonschema::draft202012::new(&schema).expect("the schema is a schema");
    let plain = folder(&leads());
    let fitted = folder(&many()).file("demo.rubric", weighted());
    let dated = folder("id,region,won,won_on\na,us,yes,2026-04-01\nb,us,no,soon\n");
    for f in [
        figures(&plain, &["--no-events"]),
        figures(&plain, &["--source", "region", "--suggest"]),
        figures(&fitted, &["--suggest"]),
        figures(&dated, &["--won-at", "won_on"]),
        figures(&folder("id,won\n"), &[]),
    ] {
        let errors: Vec<String> = validator.iter_errors(&f).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
    // Nothing is allowed that is not described.
    let mut more = figures(&plain, &[]);
    more["policies"][0]["surprise"] = true.into();
    assert!(!validator.is_valid(&more));
}
