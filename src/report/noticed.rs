//! What readers noticed about the data, for people.

use super::page::{Cell, Page, Style};
use crate::data::findings::{Finding, Findings, Severity};

/// The gravest findings first, `most` at most; says how many more there are.
pub fn noticed(page: &mut Page, findings: &Findings, most: usize) {
    let all = findings.sorted();
    page.rows(2, &all.iter().take(most).map(|f| row(f)).collect::<Vec<_>>());
    if all.len() > most {
        page.line(2, &format!("and {} more; `--all-findings` lists every one", all.len() - most));
    }
}

fn row(finding: &Finding) -> Vec<Cell> {
    let style = match finding.severity {
        Severity::Error => Style::Bad,
        Severity::Warning => Style::Open,
        Severity::Note => Style::Faint,
    };
    let times = if finding.count > 1 { format!("{}×", finding.count) } else { String::new() };
    let place = finding.places.first().map_or(String::new(), |p| format!(":{p}"));
    let help = finding.help.as_ref().map_or(String::new(), |h| format!("; {h}"));
    vec![
        Cell::new(finding.severity.word()).styled(style),
        Cell::new(times).right(),
        Cell::new(format!("{}{place}: {}{help}", finding.key.file, finding.message)),
    ]
}
