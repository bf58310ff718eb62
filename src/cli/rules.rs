//! `rubric rules`: what every code means, as the documents say.

use crate::diagnostic::Rule;
use crate::driver;
use crate::policy::text::nearest;
use crate::report::page::{Cell, Page, Style, counted};
use crate::report::sanitize::{for_terminal, lines_for_terminal};
use clap::{Args, ValueEnum};

/// List all rules, or show the page of one: what it means, why it matters, an example.
#[derive(Debug, Args)]
pub struct Rules {
    /// The code or the name of a rule: `RB0502`, `unreachable-stage`. All rules are listed if none is named.
    rule: Option<String>,
    /// How rules are written.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Human,
    Json,
}

impl Rules {
    /// Shows rules; 0 if there are any to show, 2 if there is no rule of that name.
    pub fn run(self) -> u8 {
        let all = driver::rules();
        let chosen = match &self.rule {
            None => all,
            Some(wanted) => match all.iter().find(|r| is(r, wanted)) {
                Some(rule) => vec![*rule],
                None => {
                    super::message(&format!("rubric: {}", no_rule(wanted, &all)));
                    return 2;
                }
            },
        };
        match (self.format, self.rule) {
            (Format::Json, _) => super::print(&json(&chosen)),
            (Format::Human, Some(_)) => super::print(&lines_for_terminal(chosen[0].document)),
            (Format::Human, None) => super::print(&list(&chosen)),
        }
        0
    }
}

/// Codes and names are read in any case, and names with spaces, too.
fn is(rule: &Rule, wanted: &str) -> bool {
    let wanted = wanted.trim();
    rule.code.eq_ignore_ascii_case(wanted) || rule.name.eq_ignore_ascii_case(&wanted.replace([' ', '_'], "-"))
}

fn no_rule(wanted: &str, all: &[&Rule]) -> String {
    let near = nearest(wanted, all.iter().map(|r| r.name)).or_else(|| nearest(wanted, all.iter().map(|r| r.code)));
    let help = near.map_or("`rubric rules` lists all of them".to_string(), |n| format!("did you mean `{n}`?"));
    format!("there is no rule `{}`; {help}", for_terminal(wanted))
}

fn list(rules: &[&Rule]) -> String {
    let mut page = Page::new(super::layout(&std::io::stdout()));
    let rows = rules.iter().map(|r| {
        vec![
            Cell::new(r.code).styled(Style::Faint),
            Cell::new(r.severity.word()),
            Cell::new(r.name).styled(Style::Strong),
            Cell::new(r.summary),
        ]
    });
    page.rows(0, &rows.collect::<Vec<_>>());
    page.gap();
    page.line(0, &format!("{}; `rubric rules NAME` shows the page of one", counted(rules.len() as u64, "rule")));
    page.text()
}

fn json(rules: &[&Rule]) -> String {
    let one = |r: &&Rule| {
        serde_json::json!({
            "code": r.code,
            "name": r.name,
            "severity": r.severity.word(),
            "summary": r.summary,
            "document": r.document,
        })
    };
    let all: Vec<_> = rules.iter().map(one).collect();
    format!("{:#}\n", serde_json::Value::Array(all))
}
