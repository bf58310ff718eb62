//! What stands between a lead and its next stage: profile, committee, checklists, gates.

use super::evidence::{mark, seen};
use crate::engine::decision::{RoleResult, Truth, Unmet, Verdict};
use crate::policy::people::Role;
use crate::policy::{ChecklistId, Policy};
use crate::report::page::{Cell, Page, Style, listed};

/// The ideal customer profile.
pub fn profile(page: &mut Page, policy: &Policy, verdict: &Verdict) {
    if policy.icp.is_empty() {
        return;
    }
    let icp = &verdict.icp;
    page.heading(&format!("Profile: {}", icp.status));
    unmet(page, policy, &icp.failed);
    unmet(page, policy, &icp.open);
    if icp.failed.is_empty() && icp.open.is_empty() {
        page.line(2, "Every criterion holds.");
    }
}

/// Who is there, who has engaged, who is missing.
pub fn committee(page: &mut Page, policy: &Policy, verdict: &Verdict) {
    let committee = &verdict.committee;
    if committee.roles.is_empty() {
        return;
    }
    let complete = match committee.complete {
        Truth::Yes => "complete",
        Truth::No => "not complete",
        Truth::Unknown => "not known whether complete",
    };
    page.heading(&format!("Committee: {complete}"));
    let row = |(declared, role): (&Role, &RoleResult)| {
        let status = match role.could_be {
            Some(more) => format!("{} or up to {more}", role.status),
            None => role.status.to_string(),
        };
        let needed = match role.needed {
            _ if declared.optional => "optional",
            Truth::Yes => "needed",
            Truth::No => "not needed",
            Truth::Unknown => "not known whether needed",
        };
        let style = match (role.status, role.needed) {
            ("engaged" | "approved", _) => Style::Good,
            ("missing", Truth::Yes) => Style::Bad,
            _ => Style::Plain,
        };
        vec![
            Cell::new(declared.label()),
            Cell::new(status).styled(style),
            Cell::new(needed).styled(Style::Faint),
            Cell::new(role.person.as_deref().unwrap_or("")),
        ]
    };
    page.rows(2, &policy.committee.roles.iter().zip(&committee.roles).map(row).collect::<Vec<_>>());
}

/// A readiness list, item by item.
pub fn checklist(page: &mut Page, policy: &Policy, verdict: &Verdict, list: ChecklistId) {
    let (declared, list) = (&policy.checklists[list.index()], &verdict.checklists[list.index()]);
    let open = list.items.iter().filter(|i| i.is != Truth::Yes).count();
    let state = match open {
        0 => "complete".to_string(),
        n => format!("{n} of {} open", list.items.len()),
    };
    page.heading(&format!("{}: {state}", declared.title));
    page.rows(2, &list.items.iter().map(|i| vec![mark(i.is), Cell::new(&i.item)]).collect::<Vec<_>>());
}

/// The stage reached and the gate before the next one.
pub fn stage(page: &mut Page, policy: &Policy, verdict: &Verdict) {
    if policy.stages.is_empty() {
        return;
    }
    let stage = &verdict.stage;
    let title = |name: &str| {
        let found = policy.stages.iter().find(|s| s.name == name);
        found.map_or_else(|| "none yet".to_string(), |s| s.title.clone())
    };
    let crm = match &stage.current {
        Some(current) => format!("; the CRM says {}", title(current)),
        None => String::new(),
    };
    page.heading(&format!("Stage: {}{crm}", title(&stage.reached)));
    match stage.change {
        "advance" if stage.current.is_some() => page.line(2, "It may advance."),
        "fall_back" => {
            let because = stage.fell_back_because.as_ref().map_or(String::new(), |b| format!(", because {b}"));
            page.line(2, &format!("It falls back{because}."));
        }
        _ => {}
    }
    if let Some(next) = &stage.next {
        let next = title(next);
        let fell = stage.fell_back_because.is_some();
        if stage.blockers.is_empty() && stage.open.is_empty() && !fell {
            page.line(2, &format!("Nothing is in the way of {next}."));
        }
        if !stage.blockers.is_empty() {
            page.line(2, &format!("Blocks {next}; no answer to an open question changes it:"));
            unmet(page, policy, &stage.blockers);
        }
        if !stage.open.is_empty() {
            page.line(2, &format!("Open before {next}:"));
            unmet(page, policy, &stage.open);
        }
        if !stage.advised.is_empty() {
            page.line(2, "Better with:");
            unmet(page, policy, &stage.advised);
        }
    }
    if !stage.slipped.is_empty() {
        page.line(2, "No longer established, though the CRM's stage asks for it:");
        unmet(page, policy, &stage.slipped);
    }
}

/// Requirements that are not met: what, what was seen, why it is asked for, which answers could meet it.
fn unmet(page: &mut Page, policy: &Policy, list: &[Unmet]) {
    let row = |one: &Unmet| {
        let mut text = one.condition.clone();
        if !one.evidence.is_empty() {
            text.push_str(&format!(" — {}", seen(&one.evidence, policy.offset)));
        }
        if let Some(because) = &one.because {
            text.push_str(&format!(". {because}"));
        }
        let labels: Vec<String> = one.asks.iter().map(|f| label(policy, f)).collect();
        if !labels.is_empty() {
            text.push_str(&format!(". To find out: {}", listed(&labels)));
        }
        vec![mark(one.is), Cell::new(text)]
    };
    page.rows(4, &list.iter().map(row).collect::<Vec<_>>());
}

/// How people see a field.
pub fn label(policy: &Policy, field: &str) -> String {
    policy.fields.iter().find(|f| f.name == field).map_or_else(|| field.to_string(), |f| f.label.clone())
}
