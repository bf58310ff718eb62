//! Pages for the browser: what stands on them, that texts from outside stay texts, and, where a browser is installed, that it agrees.

mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use support::{AS_OF, Folder, rubric_in};

/// Texts that would do something if a page let them; each would rename the page.
const HOSTILE: [&str; 5] = [
    "<script>document.title='owned'</script>",
    "\"><img src=x onerror=\"document.title='owned'\">",
    "</script><script>document.title='owned'</script>",
    "=cmd|' /C calc'!A0",
    "a\u{202e}b\u{200b}c' onload='document.title=\"owned\"",
];

const POLICY: &str = r#"
policy demo "TITLE" { version "1" owner "o@example.com" }
lead {
  region: one of { us "United States", canada "Canada", abroad otherwise }
    ask on call "QUESTION"
  size: number "people" 1..
  lead_source: text
}
icp { must region in [us, canada] because "REASON" }
score fit { match "GROUP" up to 100 { +60 when region is us  +40 when size >= 100 } bands { strong >= 80, good >= 40, weak } }
score intent { bands { all } }
stages { mql "STAGE" { require size is known } }
outcomes {
  go   "OUTCOME"   { next "STEP" owner sales due 2 days }
  stop "Not a fit" { next "Close" owner sales due 2 days }
  wait "Wait"      { next "Wait"  owner marketing due 9 days }
}
route {
  outside: to stop when icp is failed because "REASON"
  ready:   to go   when fit >= good
  otherwise to wait
}
discovery "Call" { first: region, size }
risks { "RISK": size is unknown owner sales }
guarantee "PROMISE" { never route is go and icp is failed }
"#;

fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

/// The policy with hostile texts where people write texts; direction marks are no text that a policy may hold.
fn hostile_policy() -> String {
    let mut policy = POLICY.to_string();
    let places = ["TITLE", "QUESTION", "REASON", "GROUP", "STAGE", "OUTCOME", "STEP", "RISK", "PROMISE"];
    for (i, place) in places.iter().enumerate() {
        policy = policy.replace(place, &quoted(HOSTILE[i % 4]));
    }
    policy
}

fn csv_cell(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

fn hostile_leads() -> String {
    let mut csv = "id,region,size,lead_source,won\n".to_string();
    for (i, text) in HOSTILE.iter().enumerate() {
        let cell = csv_cell(text);
        csv.push_str(&format!("{cell},us,{},{cell},yes\n", 50 + i * 40));
    }
    for i in 0..40 {
        let (region, won) = if i % 3 == 0 { ("Canada", "no") } else { ("us", "yes") };
        csv.push_str(&format!("plain-{i},{region},{},Fair,{won}\n", i * 10 + 1));
    }
    csv + "far,France,7,Web,no\n"
}

fn hostile() -> Folder {
    Folder::new().file("demo.rubric", hostile_policy()).file("leads.csv", hostile_leads())
}

fn run(folder: &Folder, more: &[&str]) -> String {
    let mut args =
        vec!["run", "demo.rubric", "--leads", "leads.csv", "--no-events", "--as-of", AS_OF, "--html", "page.html"];
    args.extend(more);
    let ran = folder.rubric(&args);
    assert_eq!(ran.status, 0, "{}", ran.err);
    folder.text("page.html")
}

/// No text from outside became an element, an attribute or an end of one; nothing is loaded from anywhere.
fn hold_harmless(page: &str) {
    for bad in ["<img", "<script>document", "onerror=\"", "onload=\"", "\u{202e}", "\u{200b}", "src=\"", "href=\"http"]
    {
        assert!(!page.contains(bad), "{bad} in {page}");
    }
    assert!(page.contains("&lt;script&gt;document.title="), "the texts are there, as texts");
    // Only the page's own scripts and no other begin; each ends once.
    assert_eq!(page.matches("<script").count(), page.matches("</script>").count());
}

#[test]
fn a_page_of_a_run_counts_every_row_once() {
    let page = run(&hostile(), &[]);
    hold_harmless(&page);
    let count = |what: &str, n: u64| {
        assert!(page.contains(&format!("<dt>{what}</dt><dd>{n}</dd>")), "{what} {n}");
    };
    count("rows read", 46);
    count("decided", 46);
    count("out of scope", 0);
    count("rejected", 0);
    assert_eq!(page.matches("<tbody data-r").count(), 46);
    assert_eq!(page.matches("Why, what to ask, every point").count(), 46);
    assert!(page.contains("All 46 leads."));
    // Fair: 40 leads, none turned away; Web: one of one.
    assert!(page.contains("<th scope=\"row\">Fair</th><td class=\"number\">40</td><td class=\"number\">0</td>"));
    assert!(page.contains("<th scope=\"row\">Web</th><td class=\"number\">1</td><td class=\"number\">1</td><td class=\"number\">100 %</td>"));
}

#[test]
fn the_page_is_the_same_with_any_number_of_threads() {
    let folder = hostile();
    let mut csv = "id,region,size,lead_source\n".to_string();
    (0..5_000)
        .for_each(|i| csv.push_str(&format!("{i},{},{},S{}\n", ["us", "Canada", "x", ""][i % 4], i % 300, i % 7)));
    folder.write("leads.csv", csv);
    let one = run(&folder, &["--threads", "1", "--html-leads", "1500"]);
    let three = run(&folder, &["--threads", "3", "--html-leads", "1500"]);
    assert!(one == three, "the pages differ");
    assert_eq!(one.matches("<tbody data-r").count(), 5_000);
    assert_eq!(one.matches("Why, what to ask, every point").count(), 1_500);
    assert!(one.contains("The first 1500 are told whole"));
}

#[test]
fn a_page_holds_so_many_leads_and_says_so() {
    let folder = hostile();
    let mut csv = "id,region,size\n".to_string();
    (0..21_000).for_each(|i| csv.push_str(&format!("{i},us,{}\n", i % 300 + 1)));
    folder.write("leads.csv", csv);
    let page = run(&folder, &["--html-leads", "5"]);
    assert_eq!(page.matches("<tbody data-r").count(), 20_000);
    assert!(page.contains("The first 20000 of 21000 leads; the charts above are about all of them."), "it says so");
    assert!(page.contains("The first 5 are told whole"));
    assert!(page.contains("<dt>decided</dt><dd>21000</dd>"));
    assert!(page.contains("<span class=\"faint\">not known</span></th><td class=\"number\">21000</td>"), "sources");
    assert!(page.len() < 20_000_000, "{} bytes", page.len());
}

#[test]
fn pages_go_to_standard_output_alone() {
    let folder = hostile();
    let ran = folder.rubric(&["run", "demo.rubric", "--leads", "leads.csv", "--as-of", AS_OF, "--html", "-"]);
    assert!(ran.out.starts_with("<!DOCTYPE html>") && ran.out.ends_with("</html>\n"), "{}", ran.out);
    assert!(ran.err.contains("46 read = 46 decided"), "{}", ran.err);
    let both = folder.rubric(&["run", "demo.rubric", "--leads", "leads.csv", "--html", "-", "--output", "-"]);
    assert_eq!((both.status, both.out.as_str()), (2, ""));
    assert!(both.err.contains("only one thing can be written to standard output"), "{}", both.err);
    let over = folder.rubric(&["run", "demo.rubric", "--leads", "leads.csv", "--html", "leads.csv"]);
    assert_eq!(over.status, 2, "a file that is read is not written over");
    let near =
        folder.rubric(&["run", "demo.rubric", "--leads", "leads.csv", "--html", "p.html", "--source", "lead_sorce"]);
    assert_eq!(near.status, 2);
    assert!(near.err.contains("did you mean `lead_source`?"), "{}", near.err);
    assert!(!folder.names().iter().any(|n| n == "p.html"), "nothing half-written stays");
}

#[test]
fn a_page_of_a_backtest_has_the_figures_and_their_pictures() {
    let folder = hostile();
    let args = ["backtest", "demo.rubric", "--leads", "leads.csv", "--no-events", "--won", "won", "--as-of", AS_OF];
    let plain = folder.rubric(&args);
    let ran = folder.rubric(&[&args[..], &["--html", "page.html"]].concat());
    assert_eq!(ran, plain, "the page changes nothing else");
    let page = folder.text("page.html");
    hold_harmless(&page);
    assert!(page.contains("<h2 id=\"part-"), "{page}");
    for heading in ["Fit bands", "Fit × Intent", "Routes", "Where leads come from"] {
        assert!(page.contains(heading), "{heading}");
    }
    assert_eq!(page.matches("<svg role=\"img\"").count(), 4, "fit, intent, routes, stages");
    let both = folder.rubric(&[&args[..], &["--html", "-"]].concat());
    assert_eq!((both.status, both.out.as_str()), (2, ""), "the figures are there already");
    let over = folder.rubric(&[&args[..], &["--html", "demo.rubric"]].concat());
    assert_eq!(over.status, 2, "a file that is read is not written over");
}

#[test]
fn a_playbook_shows_hostile_titles_as_they_are() {
    let folder = hostile();
    let html = folder.rubric(&["docs", "demo.rubric"]);
    assert_eq!(html.status, 0, "{}", html.err);
    hold_harmless(&html.out);
    let text = folder.rubric(&["docs", "demo.rubric", "--format", "markdown"]).out;
    for line in text.lines() {
        assert!(!line.contains('<') || line.contains("<br>"), "{line}");
    }
    assert!(text.contains("&lt;script&gt;document.title='owned'&lt;/script&gt;"), "{text}");
    // A fence is closed only where it is meant to be.
    assert_eq!(text.matches("```").count(), 2, "{text}");
    folder.rubric(&["docs", "demo.rubric", "--output", "book.md"]);
    assert_eq!(folder.text("book.md"), text, "the ending tells the form");
}

fn policies() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("policies")
}

#[test]
fn the_playbook_of_a_shipped_policy_in_markdown() {
    let ran = rubric_in(&policies(), &["docs", "care_management.rubric", "--format", "markdown"]);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    insta::assert_snapshot!(ran.out);
}

#[test]
fn a_page_of_the_sample_leads_tells_of_every_policy() {
    let folder = Folder::new();
    let page = folder.path("page.html").display().to_string();
    let files = ["--leads", "leads/leads.csv", "--events", "leads/events.csv", "--contacts", "leads/contacts.csv"];
    let args = [&["run", "portfolio.rubric", "--as-of", AS_OF, "--html", &page][..], &files].concat();
    let ran = rubric_in(&policies(), &args);
    assert_eq!(ran.status, 0, "{}", ran.err);
    let page = folder.text("page.html");
    for (what, n) in [("rows read", 66), ("decided", 63), ("out of scope", 0), ("rejected", 3)] {
        assert!(page.contains(&format!("<dt>{what}</dt><dd>{n}</dd>")), "{what} {n}");
    }
    assert_eq!(page.matches("<h2 id=\"policy-").count(), 4);
    assert_eq!(page.matches("<tbody data-r").count(), 63);
    // The terminal says the same of the routes.
    assert!(ran.out.contains("66 read = 63 decided + 0 out of scope + 3 rejected"));
    for part in
        ["From rule to outcome", "Fit × Intent", "Scores", "Funnel", "What blocks most", "Questions that matter most"]
    {
        assert_eq!(page.matches(&format!("<h3>{part}</h3>")).count(), 4, "{part}");
    }
    // Nobody reads names where the policy has words.
    assert!(page.contains("The care setting is Outpatient group or Health system"));
}

/// Identifiers stand only where events are named as they are recorded, and in code.
#[test]
fn playbooks_of_shipped_policies_speak_plain_words() {
    for policy in ["care_management", "clinician_workflow", "interoperability", "privacy_services"] {
        let file = format!("{policy}.rubric");
        let html = rubric_in(&policies(), &["docs", &file]);
        assert!(html.status == 0 && html.out.contains("id=\"part-"), "{policy}: {}", html.err);
        let text = rubric_in(&policies(), &["docs", &file, "--format", "markdown"]).out;
        for line in text.lines().filter(|l| !l.contains("recorded as") && !l.contains("content `")) {
            let plain: String = line.split('`').step_by(2).collect();
            assert!(!plain.contains("\\_") && !plain.contains(" >= "), "{policy}: {line}");
        }
        for part in [
            "Who we serve",
            "Who decides",
            "Stages",
            "Where a lead goes",
            "What happens next",
            "Checklists",
            "Risks",
            "Glossary",
        ] {
            assert!(text.contains(&format!("## {part}\n")), "{policy}: {part}");
        }
    }
    let many = rubric_in(&policies(), &["docs", "portfolio.rubric"]);
    assert_eq!(many.status, 2);
    assert!(many.err.contains("4 policies, and a playbook is of one"), "{}", many.err);
}

/// The first browser on the path that understands these tests.
fn browser() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let found = names.iter().find_map(|n| std::env::split_paths(&path).map(|p| p.join(n)).find(|p| p.is_file()));
    if found.is_none() {
        eprintln!("SKIPPED: there is no browser on the path ({})", names.join(", "));
    }
    found
}

/// The page as the browser leaves it, and what its console said of errors.
fn opened(browser: &Path, folder: &Folder, page: &str) -> (String, Vec<String>) {
    let profile = folder.path(&format!("{page}.profile"));
    let out = std::fs::File::create(folder.path("dom")).expect("a file for the page");
    let err = std::fs::File::create(folder.path("console")).expect("a file for the console");
    let mut child = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"])
        .args(["--enable-logging=stderr", "--v=0", "--virtual-time-budget=3000", "--dump-dom"])
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg(format!("file://{}", folder.path(page).display()))
        .stdout(Stdio::from(out))
        .stderr(Stdio::from(err))
        .spawn()
        .expect("the browser starts");
    let begun = Instant::now();
    while child.try_wait().expect("the browser can be asked").is_none() {
        if begun.elapsed() > Duration::from_secs(120) {
            let _ = child.kill();
            panic!("the browser does not end");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let console = String::from_utf8_lossy(&std::fs::read(folder.path("console")).unwrap_or_default()).into_owned();
    let said = console.lines().filter(|l| l.contains("CONSOLE")).map(str::to_string).collect();
    (folder.text("dom"), said)
}

fn title(dom: &str) -> &str {
    dom.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>")).map_or("", |(title, _)| title)
}

#[test]
fn a_browser_opens_every_page_without_a_word_of_complaint() {
    let Some(browser) = browser() else { return };
    let folder = hostile();
    run(&folder, &[]);
    folder.rubric(&["docs", "demo.rubric", "--output", "book.html"]);
    folder.rubric(&[
        "backtest",
        "demo.rubric",
        "--leads",
        "leads.csv",
        "--no-events",
        "--won",
        "won",
        "--as-of",
        AS_OF,
        "--html",
        "past.html",
    ]);
    for page in ["page.html", "book.html", "past.html"] {
        let (dom, console) = opened(&browser, &folder, page);
        assert_eq!(console, Vec::<String>::new(), "{page}");
        assert!(dom.contains("<h1>") && !title(&dom).is_empty(), "{page} is shown");
        assert_ne!(title(&dom), "owned", "{page}");
    }
    let (dom, _) = opened(&browser, &folder, "page.html");
    assert!(dom.contains("46 of 46 shown"), "the page's own script runs");
}

/// Should a text ever get out as an element, the browser still refuses to run it, and says so.
#[test]
fn a_browser_runs_no_script_but_the_pages_own() {
    let Some(browser) = browser() else { return };
    let folder = hostile();
    let page = run(&folder, &[]);
    let broken = page
        .replace("<h1>", "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\"><h1>");
    folder.write("broken.html", broken);
    let (dom, console) = opened(&browser, &folder, "broken.html");
    assert_ne!(title(&dom), "owned");
    assert!(console.iter().any(|l| l.contains("Content Security Policy")), "{console:?}");
    // The same without the policy of the page does run: the test can fail.
    let start = page.find("<meta http-equiv=\"Content-Security-Policy\"").expect("the page has a policy");
    let end = start + page[start..].find('>').expect("the element ends") + 1;
    let open = format!("{}{}", &page[..start], &page[end..]);
    folder.write("open.html", open.replace("<h1>", "<script>document.title='owned'</script><h1>"));
    assert_eq!(title(&opened(&browser, &folder, "open.html").0), "owned");
}

/// Searching, filtering and sorting, as somebody at the keyboard would.
#[test]
fn a_browser_searches_filters_and_sorts_leads() {
    let Some(browser) = browser() else { return };
    let folder = hostile();
    let page = run(&folder, &[]);
    let start = page.find("<meta http-equiv=\"Content-Security-Policy\"").expect("the page has a policy");
    let end = start + page[start..].find('>').expect("the element ends") + 1;
    let driver = r##"<script>
      const told = [];
      const shown = () => Array.from(document.querySelectorAll("#lead-table > tbody:not([hidden]) > tr:first-child > th"), (c) => c.textContent);
      const search = document.getElementById("search");
      const say = (what) => told.push(what + " " + shown().length + " " + shown()[0] + " | " + document.getElementById("shown").textContent);
      const type = (text) => { search.value = text; search.dispatchEvent(new Event("input")); };
      say("all");
      type("PLAIN-3"); say("search");
      type("ONLOAD owned"); say("hostile");
      type("nothing has this"); told.push("none " + shown().length);
      type("");
      const route = document.getElementById("by-route");
      route.value = Array.from(route.options).find((o) => o.textContent === "Not a fit").value;
      route.dispatchEvent(new Event("change")); say("route");
      route.value = ""; route.dispatchEvent(new Event("change"));
      const head = document.querySelectorAll("#lead-table thead th")[2];
      head.querySelector("button").click(); told.push(head.getAttribute("aria-sort") + " " + document.querySelector("#lead-table > tbody > tr > td.number").textContent);
      head.querySelector("button").click(); told.push(head.getAttribute("aria-sort") + " " + document.querySelector("#lead-table > tbody > tr > td.number").textContent);
      const first = document.querySelector("#lead-table details"); first.querySelector("summary").click(); told.push("open " + first.open);
      told.push("hidden " + document.getElementById("controls").hidden);
      const pre = document.createElement("pre"); pre.id = "told"; pre.textContent = told.join("\n"); document.body.append(pre);
    </script></body>"##;
    folder.write("driven.html", format!("{}{}", &page[..start], &page[end..]).replace("</body>", driver));
    let (dom, console) = opened(&browser, &folder, "driven.html");
    assert_eq!(console, Vec::<String>::new());
    let told =
        dom.split_once("<pre id=\"told\">").and_then(|(_, r)| r.split_once("</pre>")).map_or("", |(told, _)| told);
    let expected = [
        "all 46 &lt;script&gt;document.title='owned'&lt;/script&gt; | 46 of 46 shown",
        "search 11 plain-3 | 11 of 46 shown",
        "hostile 1 a\\u{202e}b\\u{200b}c' onload='document.title=\"owned\" | 1 of 46 shown",
        "none 0",
        "route 1 far | 1 of 46 shown",
        "descending 100",
        "ascending 0",
        "open true",
        "hidden false",
    ];
    assert_eq!(told.lines().collect::<Vec<_>>(), expected);
}
