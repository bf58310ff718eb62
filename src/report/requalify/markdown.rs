//! The report as Markdown, for a message to a team. Names and texts come from leads, so all of them are escaped.

use super::words::{
    GROUPS, SHOWN, ahead, as_of, counts, fired, first_fall, group_title, held, moved, of_group, policies, route, step,
};
use crate::policy::Policy;
use crate::report::diff::moved::arrow;
use crate::report::page::counted;
use crate::report::sanitize::for_markdown;
use crate::requalify::{Again, Against, Report};

/// The whole report, in the order of the page for people.
pub fn markdown(report: &Report, list: &[Policy], all: bool) -> String {
    let most = if all { usize::MAX } else { SHOWN };
    let mut out = String::from("### Leads to look at again\n\n");
    out.push_str(&format!("{}  \n{}\n", for_markdown(&policies(list)), for_markdown(&as_of(report))));
    for group in GROUPS {
        let leads = of_group(report, group);
        if leads.is_empty() {
            continue;
        }
        out.push_str(&format!("\n#### {}: {}\n\n", group_title(group), counted(leads.len() as u64, "lead")));
        leads.iter().take(most).for_each(|one| lead(&mut out, list, one));
        more(&mut out, leads.len(), most);
    }
    if report.leads.is_empty() && report.against != Against::Nothing {
        out.push_str("\nNothing new: there is no lead to look at again.\n");
    }
    if let Some(queue) = &report.queue {
        let (n, days) = (queue.leads.len(), counted(u64::from(queue.days), "day"));
        out.push_str(&format!("\n#### Fading within {days} if nothing happens: {}\n\n", counted(n as u64, "lead")));
        if n > 0 {
            out.push_str("| day | lead | route | loses |\n|---|---|---|---|\n");
        }
        for lead in queue.leads.iter().take(most) {
            let (day, text) = first_fall(lead, list[lead.policy].offset);
            let (route, text) = (for_markdown(&lead.route), for_markdown(&text));
            out.push_str(&format!("| {day} | {} | {route} | {text} |\n", code(&lead.id)));
        }
        more(&mut out, n, most);
    }
    if !report.gone.is_empty() {
        out.push_str(&format!("\n#### Gone since the snapshot: {}\n\n", counted(report.gone.len() as u64, "lead")));
        let shown: Vec<String> = report.gone.iter().take(most).map(|id| code(id)).collect();
        out.push_str(&format!("{}\n", shown.join(", ")));
        more(&mut out, report.gone.len(), most);
    }
    if !report.notes.is_empty() {
        out.push_str("\n#### To keep in mind\n\n");
        report.notes.iter().for_each(|note| out.push_str(&format!("- {}\n", for_markdown(note))));
    }
    out.push('\n');
    for line in held(report).iter().chain(&counts(report)) {
        out.push_str(&format!("{}  \n", for_markdown(line)));
    }
    out
}

fn lead(out: &mut String, list: &[Policy], lead: &Again) {
    let policy = &list[lead.policy];
    let by = if list.len() > 1 { format!(" ({})", policy.name) } else { String::new() };
    let mark = if lead.route.from == lead.route.to { "" } else { arrow(lead.route.direction) };
    let head = format!("{} {}", mark, for_markdown(&format!("{}{by}", route(&lead.route))));
    out.push_str(&format!("- {} {}\n", code(&lead.id), head.trim()));
    let why = lead.fired.iter().map(|f| ("Why", fired(policy, f)));
    let rest = [("Moved", moved(lead)), ("Ahead", ahead(&lead.falls, policy.offset))];
    let next = lead.step.as_ref().map(|s| ("Next", step(s)));
    let [moved, ahead] = rest;
    for (title, text) in why.chain([moved]).chain(next).chain([ahead]).filter(|(_, text)| !text.is_empty()) {
        out.push_str(&format!("  - {title}: {}\n", for_markdown(&text)));
    }
}

fn code(text: &str) -> String {
    format!("<code>{}</code>", for_markdown(text))
}

fn more(out: &mut String, all: usize, most: usize) {
    if all > most {
        out.push_str(&format!("\nand {} more\n", all - most));
    }
}
