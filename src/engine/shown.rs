//! Values of fields as text.

use super::facts::{Batch, Column, NO_CHOICE, NO_DAY, NO_NUMBER, SetState};
use crate::policy::exact::Number;
use crate::policy::field::{Choice, FieldType};
use crate::policy::time::Day;
use crate::policy::{FieldId, Policy};

/// The value of a field of a lead; `None` is unknown. `word` says how choices are called: by their name, or as people see them. A multi-select
/// that holds something nobody recognised ends with `…`.
pub fn shown(
    policy: &Policy,
    batch: &Batch,
    lead: usize,
    field: FieldId,
    word: impl Fn(&Choice) -> String,
) -> Option<String> {
    let ty = &policy.field(field).ty;
    let choice = |i: usize| ty.choices().and_then(|c| c.get(i)).map(&word);
    match batch.column(field) {
        Column::Choice(v) if v[lead] == NO_CHOICE => None,
        Column::Choice(v) => match ty {
            FieldType::Boolean => Some(if v[lead] == 1 { "yes" } else { "no" }.to_string()),
            _ => choice(usize::from(v[lead])),
        },
        Column::Number(v) => (v[lead] != NO_NUMBER).then(|| Number(v[lead]).to_string()),
        Column::Date(v) => (v[lead] != NO_DAY).then(|| Day(v[lead]).to_string()),
        Column::Text(v) => v[lead].is_some().then(|| batch.text(v[lead]).to_string()),
        Column::Set { members, state } => {
            let there = (0..128).filter(|m| members[lead] & (1 << m) != 0);
            let mut names: Vec<String> = there.filter_map(choice).collect();
            match state[lead] {
                SetState::Unknown => return None,
                SetState::Open => names.push("…".to_string()),
                SetState::Known if names.is_empty() => names.push("none".to_string()),
                SetState::Known => {}
            }
            Some(names.join(", "))
        }
    }
}
