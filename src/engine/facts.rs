//! Facts about a batch of leads, column by column, as readers fill them and the evaluator reads them.
//!
//! A reader calls [`Batch::begin`], sets what it knows, pushes contacts and events, and calls [`Batch::finish`] or, for a row it must reject,
//! [`Batch::discard`]. What is not set is unknown. Duplicate events are removed by the reader, which alone sees their ids.

use crate::policy::field::{Field, FieldType};
use crate::policy::people::RoleStatus;
use crate::policy::time::{Day, Instant};
use crate::policy::{ChannelId, FieldId, PersonaId, Policy, SignalId};

/// A choice column's unknown.
pub const NO_CHOICE: u16 = u16::MAX;
/// A number column's unknown.
pub const NO_NUMBER: i64 = i64::MIN;
/// A date column's unknown.
pub const NO_DAY: i32 = i32::MIN;

/// Text inside a batch; see [`Batch::text`]; [`TextRef::NONE`] is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextRef {
    start: u32,
    len: u32,
}

impl TextRef {
    /// Unknown.
    pub const NONE: TextRef = TextRef { start: u32::MAX, len: 0 };

    /// Whether there is a text.
    pub fn is_some(self) -> bool {
        self.start != u32::MAX
    }
}

/// What is known of a multi-select.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetState {
    Unknown,
    Known,
    /// Known members, and at least one that was not recognised: `has` is true for a member, else unknown.
    Open,
}

/// The values of one field, one entry a lead.
#[derive(Clone, Debug)]
pub enum Column {
    /// Single choice, ordered choice, boolean (0 no, 1 yes), `current_stage`; [`NO_CHOICE`] is unknown.
    Choice(Vec<u16>),
    /// Members as bits of the choice index.
    Set { members: Vec<u128>, state: Vec<SetState> },
    /// Scaled by [`Number::SCALE`](crate::policy::exact::Number::SCALE); [`NO_NUMBER`] is unknown.
    Number(Vec<i64>),
    /// Days since 1970; [`NO_DAY`] is unknown.
    Date(Vec<i32>),
    /// Trimmed text.
    Text(Vec<TextRef>),
}

impl Column {
    fn for_type(ty: &FieldType) -> Column {
        match ty {
            FieldType::Choice(_) | FieldType::Ordered(_) | FieldType::Boolean => Column::Choice(Vec::new()),
            FieldType::Set(_) => Column::Set { members: Vec::new(), state: Vec::new() },
            FieldType::Number { .. } => Column::Number(Vec::new()),
            FieldType::Date => Column::Date(Vec::new()),
            FieldType::Text => Column::Text(Vec::new()),
        }
    }

    /// One entry more, which says nothing.
    fn push_unknown(&mut self) {
        match self {
            Column::Choice(v) => v.push(NO_CHOICE),
            Column::Set { members, state } => {
                members.push(0);
                state.push(SetState::Unknown);
            }
            Column::Number(v) => v.push(NO_NUMBER),
            Column::Date(v) => v.push(NO_DAY),
            Column::Text(v) => v.push(TextRef::NONE),
        }
    }

    fn resize(&mut self, len: usize) {
        match self {
            Column::Choice(v) => v.resize(len, NO_CHOICE),
            Column::Set { members, state } => {
                members.resize(len, 0);
                state.resize(len, SetState::Unknown);
            }
            Column::Number(v) => v.resize(len, NO_NUMBER),
            Column::Date(v) => v.resize(len, NO_DAY),
            Column::Text(v) => v.resize(len, TextRef::NONE),
        }
    }
}

/// Index of a distinct set of signals; see [`Batch::kind`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KindId(pub u32);

/// One event of a lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventFact {
    pub at: Instant,
    /// Which signals it is.
    pub kind: KindId,
    /// Index among the lead's contacts of the person who did it; `None` where no known contact did.
    pub contact: Option<u32>,
    /// Where it came from, where the data or its import say so.
    pub channel: Option<ChannelId>,
}

/// One contact of a lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContactFact {
    /// Roles the contact holds, as bits of the role index: the CRM's role alone where there is one, else all roles of the title's persona.
    pub roles: u64,
    /// The status the data states, if any. Without one, holding a role is `identified`.
    pub status: Option<RoleStatus>,
    pub persona: Option<PersonaId>,
    /// How the contact is shown: its email, else its id, else its title.
    pub person: TextRef,
    /// The job title as written.
    pub title: TextRef,
}

/// Rows of a variable number per lead.
#[derive(Clone, Debug)]
pub struct Rows<T> {
    starts: Vec<u32>,
    rows: Vec<T>,
    supplied: Vec<bool>,
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Rows { starts: vec![0], rows: Vec::new(), supplied: Vec::new() }
    }
}

impl<T> Rows<T> {
    /// The rows of a finished lead.
    pub fn of(&self, lead: usize) -> &[T] {
        &self.rows[self.starts[lead] as usize..self.starts[lead + 1] as usize]
    }

    /// Whether this kind of data was supplied for the lead at all. If not, what depends on it is unknown.
    pub fn supplied(&self, lead: usize) -> bool {
        self.supplied[lead]
    }

    /// The same for every lead, the open one too.
    pub fn all_supplied(&self) -> &[bool] {
        &self.supplied
    }

    fn clear(&mut self) {
        self.starts.truncate(1);
        self.rows.clear();
        self.supplied.clear();
    }

    fn open_row(&self) -> usize {
        self.starts[self.starts.len() - 1] as usize
    }
}

/// A batch of leads.
#[derive(Clone, Debug)]
pub struct Batch {
    columns: Vec<Column>,
    text: String,
    ids: Vec<TextRef>,
    events: Rows<EventFact>,
    contacts: Rows<ContactFact>,
    kinds: Vec<Vec<SignalId>>,
    open: bool,
}

impl Batch {
    /// An empty batch with a column for each field of the policy.
    pub fn new(policy: &Policy) -> Batch {
        Batch::of_fields(&policy.fields)
    }

    /// An empty batch with a column for each of some fields, for rows that are no leads: the attributes of events.
    pub fn of_fields(fields: &[Field]) -> Batch {
        Batch {
            columns: fields.iter().map(|f| Column::for_type(&f.ty)).collect(),
            text: String::new(),
            ids: Vec::new(),
            events: Rows::default(),
            contacts: Rows::default(),
            kinds: Vec::new(),
            open: false,
        }
    }

    /// Forgets all leads, keeps memory and kinds.
    pub fn clear(&mut self) {
        self.columns.iter_mut().for_each(|c| c.resize(0));
        self.text.clear();
        self.ids.clear();
        self.events.clear();
        self.contacts.clear();
        self.open = false;
    }

    /// Finished leads.
    pub fn len(&self) -> usize {
        self.ids.len() - usize::from(self.open)
    }

    /// Whether no lead is finished.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The column of a field.
    pub fn column(&self, field: FieldId) -> &Column {
        &self.columns[field.index()]
    }

    /// A text of this batch; the empty text for [`TextRef::NONE`].
    pub fn text(&self, text: TextRef) -> &str {
        if text.is_some() { &self.text[text.start as usize..(text.start + text.len) as usize] } else { "" }
    }

    /// The id of a lead.
    pub fn id(&self, lead: usize) -> &str {
        self.text(self.ids[lead])
    }

    /// The events of each lead, newest first (ties in the order of their kinds).
    pub fn events(&self) -> &Rows<EventFact> {
        &self.events
    }

    /// The contacts of each lead, in the order in which they were pushed.
    pub fn contacts(&self) -> &Rows<ContactFact> {
        &self.contacts
    }

    /// The signals of a kind, ascending.
    pub fn kind(&self, kind: KindId) -> &[SignalId] {
        &self.kinds[kind.0 as usize]
    }

    /// How many kinds there are.
    pub fn kind_count(&self) -> usize {
        self.kinds.len()
    }

    /// Begins a lead; an open one is discarded.
    pub fn begin(&mut self, id: &str) {
        self.discard();
        let id = self.store(id);
        self.ids.push(id);
        self.open = true;
        self.columns.iter_mut().for_each(Column::push_unknown);
        self.events.supplied.push(false);
        self.contacts.supplied.push(false);
    }

    /// Takes the open lead back.
    pub fn discard(&mut self) {
        if !self.open {
            return;
        }
        self.open = false;
        self.ids.pop();
        let len = self.ids.len();
        self.columns.iter_mut().for_each(|c| c.resize(len));
        self.events.rows.truncate(self.events.open_row());
        self.contacts.rows.truncate(self.contacts.open_row());
        self.events.supplied.truncate(len);
        self.contacts.supplied.truncate(len);
    }

    /// Finishes the open lead: from now on it counts.
    pub fn finish(&mut self) {
        if !self.open {
            return;
        }
        self.open = false;
        let from = self.events.open_row();
        self.events.rows[from..]
            .sort_by(|a, b| b.at.cmp(&a.at).then(a.kind.cmp(&b.kind)).then(a.contact.cmp(&b.contact)));
        self.events.starts.push(self.events.rows.len() as u32);
        self.contacts.starts.push(self.contacts.rows.len() as u32);
    }

    /// The id of the open lead; empty where none is open.
    pub fn open_id(&self) -> &str {
        self.ids.last().filter(|_| self.open).map_or("", |id| self.text(*id))
    }

    /// Makes a field of the open lead unknown again.
    pub fn forget(&mut self, field: FieldId) {
        let len = self.ids.len();
        let column = &mut self.columns[field.index()];
        column.resize(len.saturating_sub(1));
        column.resize(len);
    }

    /// Adds what another row says of a contact of the open lead: all its roles, and the furthest status.
    pub fn merge_contact(&mut self, contact: u32, more: ContactFact) {
        let at = self.contacts.open_row() + contact as usize;
        if let Some(one) = self.contacts.rows.get_mut(at) {
            one.roles |= more.roles;
            // A row without a status says that the person is there: identified.
            one.status = match (one.status, more.status) {
                (None, None) => None,
                (a, b) => Some(a.unwrap_or(RoleStatus::Identified).max(b.unwrap_or(RoleStatus::Identified))),
            };
            one.persona = one.persona.or(more.persona);
            if !one.title.is_some() {
                one.title = more.title;
            }
        }
    }

    /// The text that a lead has in a text field, if it is known.
    pub fn text_of(&self, field: FieldId, lead: usize) -> Option<&str> {
        match &self.columns[field.index()] {
            Column::Text(v) => v.get(lead).filter(|t| t.is_some()).map(|t| self.text(*t)),
            _ => None,
        }
    }

    /// The text that the open lead has in a text field, if it is known.
    pub fn open_text(&self, field: FieldId) -> Option<&str> {
        match &self.columns[field.index()] {
            Column::Text(v) => v.last().filter(|t| t.is_some()).map(|t| self.text(*t)),
            _ => None,
        }
    }

    /// Changes the id of the open lead, for readers that meet it late.
    pub fn set_id(&mut self, id: &str) {
        let id = self.store(id);
        if let Some(last) = self.ids.last_mut() {
            *last = id;
        }
    }

    /// Keeps a text in the batch.
    pub fn store(&mut self, text: &str) -> TextRef {
        let start = self.text.len() as u32;
        self.text.push_str(text);
        TextRef { start, len: text.len() as u32 }
    }

    /// Sets a choice, ordered value, boolean or stage of the open lead. Ignored if the field is of another type.
    pub fn set_choice(&mut self, field: FieldId, choice: u16) {
        if let Column::Choice(v) = &mut self.columns[field.index()] {
            set_last(v, choice);
        }
    }

    /// Sets a multi-select of the open lead.
    pub fn set_members(&mut self, field: FieldId, bits: u128, is: SetState) {
        if let Column::Set { members, state } = &mut self.columns[field.index()] {
            set_last(members, bits);
            set_last(state, is);
        }
    }

    /// Sets a scaled number of the open lead.
    pub fn set_number(&mut self, field: FieldId, value: i64) {
        if let Column::Number(v) = &mut self.columns[field.index()] {
            set_last(v, value);
        }
    }

    /// Sets a date of the open lead.
    pub fn set_day(&mut self, field: FieldId, day: Day) {
        if let Column::Date(v) = &mut self.columns[field.index()] {
            set_last(v, day.0);
        }
    }

    /// Sets a text of the open lead; the caller trims it and knows it is not a spelling of unknown.
    pub fn set_text(&mut self, field: FieldId, text: &str) {
        let text = self.store(text);
        if let Column::Text(v) = &mut self.columns[field.index()] {
            set_last(v, text);
        }
    }

    /// Says that behaviour data was supplied for the open lead, even if there is none.
    pub fn supply_events(&mut self) {
        set_last(&mut self.events.supplied, true);
    }

    /// Says that contact data was supplied for the open lead, even if there is none.
    pub fn supply_contacts(&mut self) {
        set_last(&mut self.contacts.supplied, true);
    }

    /// Adds a contact to the open lead; gives its index there.
    pub fn push_contact(&mut self, contact: ContactFact) -> u32 {
        self.contacts.rows.push(contact);
        (self.contacts.rows.len() - self.contacts.open_row()) as u32 - 1
    }

    /// Adds an event to the open lead.
    pub fn push_event(&mut self, event: EventFact) {
        self.events.rows.push(event);
    }

    /// The kind of an event that is exactly these signals (ascending).
    pub fn kind_of(&mut self, signals: &[SignalId]) -> KindId {
        // Nearly all kinds are one signal: compared here, not by a call for each.
        let is = |k: &Vec<SignalId>| k.first() == signals.first() && k.as_slice() == signals;
        let found = self.kinds.iter().position(is).unwrap_or_else(|| {
            self.kinds.push(signals.to_vec());
            self.kinds.len() - 1
        });
        KindId(found as u32)
    }
}

fn set_last<T>(values: &mut [T], value: T) {
    if let Some(last) = values.last_mut() {
        *last = value;
    }
}
