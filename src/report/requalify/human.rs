//! The report for a terminal.

use super::words::{
    GROUPS, SHOWN, ahead, as_of, counts, fired, first_fall, group_title, held, moved, of_group, policies, route, step,
};
use crate::diff::Direction;
use crate::policy::Policy;
use crate::report::diagnostics::Layout;
use crate::report::diff::moved::arrow;
use crate::report::page::{Cell, Page, Style, counted};
use crate::requalify::{Again, Against, Queue, Report};

/// The whole report: back to sales first, then downgrades, then the rest. `all`: every lead is listed.
pub fn human(report: &Report, list: &[Policy], all: bool, layout: Layout) -> String {
    let mut page = Page::new(layout);
    let most = if all { usize::MAX } else { SHOWN };
    page.heading("Leads to look at again");
    page.line(0, &policies(list));
    page.line(0, &as_of(report));
    for group in GROUPS {
        let leads = of_group(report, group);
        if leads.is_empty() {
            continue;
        }
        page.heading(&format!("{}: {}", group_title(group), counted(leads.len() as u64, "lead")));
        for one in leads.iter().take(most) {
            lead(&mut page, list, one);
        }
        more(&mut page, leads.len(), most);
    }
    if report.leads.is_empty() && report.against != Against::Nothing {
        page.heading("Nothing new");
        page.line(2, "There is no lead to look at again.");
    }
    if let Some(queue) = &report.queue {
        fading(&mut page, list, queue, most);
    }
    if !report.gone.is_empty() {
        page.heading(&format!("Gone since the snapshot: {}", counted(report.gone.len() as u64, "lead")));
        let shown: Vec<&str> = report.gone.iter().take(most).map(String::as_str).collect();
        page.line(2, &shown.join(", "));
        more(&mut page, report.gone.len(), most);
    }
    let notes: Vec<&String> = report.notes.iter().collect();
    if !notes.is_empty() {
        page.heading("To keep in mind");
        notes.iter().for_each(|note| page.line(2, note));
    }
    page.gap();
    held(report).iter().for_each(|line| page.line(0, line));
    counts(report).iter().for_each(|line| page.line(0, line));
    page.text()
}

fn lead(page: &mut Page, list: &[Policy], lead: &Again) {
    let policy = &list[lead.policy];
    let style = match lead.route.direction {
        Direction::Towards => Style::Good,
        Direction::Away => Style::Bad,
        Direction::Level => Style::Plain,
    };
    let mark = if lead.route.from == lead.route.to { " " } else { arrow(lead.route.direction) };
    let by = if list.len() > 1 { format!(" ({})", policy.name) } else { String::new() };
    page.rows(
        2,
        &[vec![
            Cell::new(mark).styled(style),
            Cell::new(&lead.id).styled(Style::Strong),
            Cell::new(format!("{}{by}", route(&lead.route))),
        ]],
    );
    let mut rows: Vec<(&str, String)> = lead.fired.iter().map(|f| ("Why", fired(policy, f))).collect();
    rows.extend(Some(("Moved", moved(lead))).filter(|(_, text)| !text.is_empty()));
    rows.extend(lead.step.as_ref().map(|s| ("Next", step(s))));
    rows.extend(Some(("Ahead", ahead(&lead.falls, policy.offset))).filter(|(_, text)| !text.is_empty()));
    let mut last = "";
    let mut cells = Vec::new();
    for (title, text) in rows {
        // A title stands once.
        let shown = if title == last { "" } else { title };
        last = title;
        cells.push(vec![Cell::new(shown).styled(Style::Faint), Cell::new(text)]);
    }
    page.rows(7, &cells);
}

fn fading(page: &mut Page, list: &[Policy], queue: &Queue, most: usize) {
    let (n, days) = (queue.leads.len(), counted(u64::from(queue.days), "day"));
    page.heading(&format!("Fading within {days} if nothing happens: {}", counted(n as u64, "lead")));
    let rows: Vec<Vec<Cell>> = queue
        .leads
        .iter()
        .take(most)
        .map(|lead| {
            let (day, text) = first_fall(lead, list[lead.policy].offset);
            vec![Cell::new(day), Cell::new(&lead.id).styled(Style::Strong), Cell::new(&lead.route), Cell::new(text)]
        })
        .collect();
    page.rows(2, &rows);
    more(page, n, most);
}

fn more(page: &mut Page, all: usize, most: usize) {
    if all > most {
        page.line(2, &format!("and {} more; `--all` lists every one", all - most));
    }
}
