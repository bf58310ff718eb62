//! A change as a comment on a pull request: the summary first, details folded away.
//!
//! Names and texts come from policies and leads of whoever opened the request, so all of them are escaped, and stand as code where no one is
//! mentioned and nothing is linked.

use super::facts::{check, earlier, fate, place, policies, summary, tests};
use super::moved::{arrow, causes, changed, named, only_unknown, points, remarks, scores, tables};
use crate::diff::population::{Flow, Population};
use crate::diff::{Changed, Meaning, Report};
use crate::report::page::{counted, listed};
use crate::report::sanitize::for_markdown;

/// So many lines of one kind; what is beyond is counted.
const MOST: usize = 60;

/// The whole report.
pub fn markdown(report: &Report) -> String {
    let mut out = String::from("### Policy change\n\n");
    for line in summary(report) {
        out.push_str(&format!("- {}\n", sentence(&line)));
    }
    limits(report, &mut out);
    edits(report, &mut out);
    folded(&mut out, "Portfolios", &list(report.portfolios.iter().map(|line| sentence(line))));
    if let Some(population) = &report.population {
        leads(report, population, &mut out);
    }
    out.push_str(&format!("\n<sub>{} → {}</sub>\n", code(&report.sides[0]), code(&report.sides[1])));
    out
}

/// A text from outside as code.
fn code(text: &str) -> String {
    format!("<code>{}</code>", for_markdown(text))
}

/// A sentence in which what stands in backticks or quotes is from outside.
fn sentence(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['`', '"']) {
        let mark = if rest[at..].starts_with('`') { '`' } else { '"' };
        let after = &rest[at + 1..];
        let Some(end) = after.find(mark) else { break };
        out.push_str(&for_markdown(&rest[..at]));
        out.push_str(&code(&after[..end]));
        rest = &after[end + 1..];
    }
    out.push_str(&for_markdown(rest));
    out
}

/// So long may the report become: a comment holds 65,536 characters, and its end is to be seen, too.
const LONGEST: usize = 60_000;

fn folded(out: &mut String, title: &str, body: &str) {
    if body.is_empty() {
        return;
    }
    if out.len() + title.len() + body.len() > LONGEST {
        out.push_str(&format!("\n{title}: left out, because a comment only holds so much; `rubric diff` shows it.\n"));
        return;
    }
    out.push_str(&format!("\n<details><summary>{title}</summary>\n\n{body}\n</details>\n"));
}

/// Lines of a list, no more than a comment can hold.
fn list(lines: impl ExactSizeIterator<Item = String>) -> String {
    let all = lines.len();
    let mut body: String = lines.take(MOST).map(|line| format!("- {line}\n")).collect();
    if all > MOST {
        body.push_str(&format!("- and {} more\n", all - MOST));
    }
    body
}

fn limits(report: &Report, out: &mut String) {
    let mut lines: Vec<String> = Vec::new();
    for one in &report.checks {
        let mark = if one.passes() { "✅" } else { "❌" };
        lines.push(format!("{mark} {}", sentence(&check(one))));
    }
    lines
        .extend(report.declared.iter().filter(|_| !report.checks.is_empty()).filter_map(earlier).map(|l| sentence(&l)));
    lines.extend(report.troubles.iter().map(|t| format!("❌ {}", sentence(&t.says))));
    if !lines.is_empty() {
        out.push('\n');
        out.push_str(&list(lines.into_iter()));
    }
}

fn edits(report: &Report, out: &mut String) {
    let changes = report.changes();
    let line = |c: &&Changed<'_>| {
        format!("**{}:** {} <sub>{}</sub>", c.edit.block.title(), sentence(&c.edit.says), code(&place(c)))
    };
    for (at, diff) in report.policies.iter().enumerate() {
        let own: Vec<&Changed<'_>> = changes.iter().filter(|c| c.policies == [at]).collect();
        let mut body = list(own.iter().map(line));
        let said = tests(diff.tests).into_iter().map(|t| format!("- {t}\n"));
        body.extend(said);
        if let Some(meaning) = &diff.meaning {
            body.push_str(&meant(meaning, &changes));
        }
        let fate = fate(diff);
        if body.is_empty() && fate.is_none() {
            continue;
        }
        let title = format!("{}: {}", code(&diff.name), counted(own.len() as u64, "change"));
        let title = fate.map_or(title.clone(), |fate| format!("{title}, {}", sentence(&fate)));
        folded(out, &title, if body.is_empty() { "- no change inside\n" } else { &body });
    }
    let mut shared: Vec<&Changed<'_>> = changes.iter().filter(|c| c.policies.len() > 1).collect();
    while let Some(first) = shared.first().copied() {
        let (together, rest): (Vec<_>, Vec<_>) = shared.into_iter().partition(|c| c.policies == first.policies);
        let names: Vec<String> = policies(report, first).iter().map(|n| code(n)).collect();
        let title = format!("In {}: {}", listed(&names), counted(together.len() as u64, "change"));
        folded(out, &title, &list(together.iter().map(line)));
        shared = rest;
    }
}

fn meant(meaning: &Meaning, changes: &[Changed<'_>]) -> String {
    let mut body = String::from("\n**Every possible lead**\n\n");
    if meaning.transitions.is_empty() && meaning.undecided.is_empty() {
        body.push_str("- No possible lead changes its route, its stage or a band.\n");
    }
    body.push_str(&list(meaning.scores.iter().map(|says| sentence(says))));
    let lines = meaning.transitions.iter().map(|t| {
        let says: Vec<String> =
            changes.iter().filter(|c| t.edits.contains(&c.edit.id)).map(|c| sentence(&c.edit.says)).collect();
        let because = if says.is_empty() { String::new() } else { format!(", because {}", listed(&says)) };
        let mut parts: Vec<String> = t.lead.iter().map(|p| sentence(p)).collect();
        parts.extend(Some(points(&t.before, &t.after)).filter(|p| !p.is_empty()).map(|p| sentence(&p)));
        if !t.only_unknown.is_empty() {
            parts.push(sentence(&only_unknown(&t.only_unknown)));
        }
        let (from, to) = (code(named(&t.from)), code(named(&t.to)));
        format!("{} {from} → {to}, {}{because}. For example: {}", t.what.words(), t.direction.words(), parts.join("; "))
    });
    body.push_str(&list(lines));
    body.push_str(&list(meaning.undecided.iter().map(|why| sentence(why))));
    body
}

fn leads(report: &Report, population: &Population, out: &mut String) {
    let mut body = String::new();
    for (title, flows) in tables(population) {
        let mut rows: String = changed(flows).take(MOST).map(flow).collect();
        let more = changed(flows).count().saturating_sub(MOST);
        if more > 0 {
            rows.push_str(&format!("| and {more} more | | | |\n"));
        }
        if !rows.is_empty() {
            body.push_str(&format!("**{title}**\n\n| from | | to | leads |\n|---|---|---|---:|\n{rows}\n"));
        }
    }
    let rows = causes(report, population);
    if !rows.is_empty() {
        body.push_str("**Which change moves how many**\n\n");
        body.push_str(&list(rows.iter().map(|(n, says)| format!("{n}: {}", sentence(says)))));
        body.push('\n');
    }
    body.push_str(&list(remarks(population).iter().map(|line| sentence(line))));
    let title = format!("{}, as of {}", counted(population.compared, "lead"), population.as_of);
    folded(out, &title, &body);
    let moved = population.moved.len();
    let rows: String = population.moved.iter().take(MOST).map(row).collect();
    if moved > 0 {
        let more = if moved > MOST { format!("\nand {} more\n", moved - MOST) } else { String::new() };
        let table = format!("| lead | from | | to | points | depends on |\n|---|---|---|---|---|---|\n{rows}{more}");
        folded(out, &format!("{} that move", counted(moved as u64, "lead")), &table);
    }
}

fn flow(f: &Flow) -> String {
    format!("| {} | {} | {} | {} |\n", code(named(&f.from)), arrow(f.direction), code(named(&f.to)), f.leads)
}

fn row(one: &crate::diff::population::Move) -> String {
    let open: Vec<String> = one.open.iter().map(|f| code(f)).collect();
    let (from, to) = (code(named(&one.from)), code(named(&one.to)));
    format!(
        "| {} | {from} | {} | {to} | {} | {} |\n",
        code(&one.id),
        arrow(one.direction),
        scores(one),
        open.join(", ")
    )
}
