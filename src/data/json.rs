//! One object of JSON as a list of what it says, without a document tree in between: the policy's names drive the reader.
//!
//! An object is read twice at most. The quick way takes values as `serde_json` gives them. Where that would lose how something is written (a
//! number with a fraction in a field that is no number) or where it fails, the exact way reads the object again, each value as a piece of text
//! first: it decides what is an error, and where.

use super::contacts::{ContactColumn, ContactPlan, RawContact};
use super::events::{EventColumn, EventPlan, RawEvent};
use super::findings::Place;
use super::names::Names;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

/// A value of a field as it is written.
#[derive(Debug, PartialEq)]
pub(super) enum Value<'a> {
    Null,
    Text(Cow<'a, str>),
    /// A number, `true` or `false`.
    Literal(Cow<'a, str>),
    /// The members that are not `null`, among the [`Said::members`].
    List(Range<usize>),
    /// An object, or a list of lists or objects.
    Other,
}

/// What a key of a lead fills.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fills {
    /// A field, and whether it is a number.
    Field(usize, bool),
    Events,
    Contacts,
    Nothing,
}

/// The keys that were met, in leads and what is nested in them.
#[derive(Debug)]
pub(super) struct Keys {
    pub lead: Names<Fills>,
    event: Names<Option<EventColumn>>,
    contact: Names<Option<ContactColumn>>,
}

impl Keys {
    pub fn new() -> Keys {
        Keys { lead: Names::new(), event: Names::new(), contact: Names::new() }
    }

    /// Forgets keys that are too many to be names.
    pub fn shrink(&mut self) {
        self.lead.shrink();
        self.event.shrink();
        self.contact.shrink();
    }
}

/// What an object says.
#[derive(Debug, Default)]
pub(super) struct Said<'a> {
    /// The keys by their number in [`Keys::lead`], each with its value, in the order of the object.
    pub values: Vec<(usize, Value<'a>)>,
    pub members: Vec<Cow<'a, str>>,
    pub events: Vec<RawEvent<'a>>,
    pub contacts: Vec<RawContact<'a>>,
    /// Whether there is a list of events, even an empty one.
    pub has_events: bool,
    pub has_contacts: bool,
}

impl Said<'_> {
    pub fn clear(&mut self) {
        self.values.clear();
        self.members.clear();
        self.events.clear();
        self.contacts.clear();
        (self.has_events, self.has_contacts) = (false, false);
    }
}

/// What reading an object needs to know.
#[derive(Clone, Copy)]
pub(super) struct Plans<'r, 'p> {
    /// What a key of a lead fills.
    pub lead: &'r dyn Fn(&str) -> Fills,
    pub events: &'r EventPlan<'p>,
    pub contacts: &'r ContactPlan<'p>,
}

/// Reads an object. On an error, `said` holds the fields before it.
pub(super) fn read<'a>(
    text: &'a str,
    place: Place,
    plans: Plans<'_, '_>,
    keys: &mut Keys,
    said: &mut Said<'a>,
) -> Result<(), serde_json::Error> {
    read_way(Way::Quick, text, place, plans, keys, said)
        .or_else(|_| read_way(Way::Exact, text, place, plans, keys, said))
}

fn read_way<'a>(
    way: Way,
    text: &'a str,
    place: Place,
    plans: Plans<'_, '_>,
    keys: &mut Keys,
    said: &mut Said<'a>,
) -> Result<(), serde_json::Error> {
    said.clear();
    let mut reader = serde_json::Deserializer::from_str(text);
    Lead { way, place, plans, keys, said }.deserialize(&mut reader)?;
    reader.end()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Quick,
    Exact,
}

struct Lead<'r, 'p, 'a> {
    way: Way,
    place: Place,
    plans: Plans<'r, 'p>,
    keys: &'r mut Keys,
    said: &'r mut Said<'a>,
}

impl<'a> DeserializeSeed<'a> for Lead<'_, '_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'a> Visitor<'a> for Lead<'_, '_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with the fields of a lead")
    }

    fn visit_map<M: MapAccess<'a>>(self, mut map: M) -> Result<(), M::Error> {
        let Lead { way, place, plans, keys, said } = self;
        while let Some(name) = map.next_key_seed(Key { names: &mut keys.lead, fills: plans.lead })? {
            match keys.lead.fills(name) {
                Fills::Field(_, number) => {
                    let way = if number { Way::Exact } else { way };
                    let value = map.next_value_seed(Field { way, members: &mut said.members })?;
                    said.values.push((name, value));
                }
                Fills::Nothing => {
                    map.next_value::<IgnoredAny>()?;
                    said.values.push((name, Value::Null));
                }
                Fills::Events => {
                    let fills = &|key: &str| plans.events.column(key);
                    let begin = || RawEvent::at_place(place);
                    let set = RawEvent::set;
                    let (names, all) = (&mut keys.event, &mut said.events);
                    let list = Objects { what: "a list of events", way, names, fills, all, begin, set };
                    said.has_events |= map.next_value_seed(list)?;
                }
                Fills::Contacts => {
                    let fills = &|key: &str| plans.contacts.column(key);
                    let begin = || RawContact::at_place(place);
                    let set = RawContact::set;
                    let (names, all) = (&mut keys.contact, &mut said.contacts);
                    let list = Objects { what: "a list of contacts", way, names, fills, all, begin, set };
                    said.has_contacts |= map.next_value_seed(list)?;
                }
            }
        }
        Ok(())
    }
}

/// A key, as its number.
struct Key<'r, T> {
    names: &'r mut Names<T>,
    fills: &'r dyn Fn(&str) -> T,
}

impl<'a, T: Copy> DeserializeSeed<'a> for Key<'_, T> {
    type Value = usize;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<T: Copy> Visitor<'_> for Key<'_, T> {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, text: &str) -> Result<usize, E> {
        Ok(self.names.find(text, self.fills))
    }
}

/// A value of a field; the members of a list go to `members`.
struct Field<'r, 'a> {
    way: Way,
    members: &'r mut Vec<Cow<'a, str>>,
}

impl<'a> DeserializeSeed<'a> for Field<'_, 'a> {
    type Value = Value<'a>;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<Value<'a>, D::Error> {
        match self.way {
            Way::Quick => deserializer.deserialize_any(self),
            Way::Exact => Ok(written(<&RawValue>::deserialize(deserializer)?.get(), self.members)),
        }
    }
}

impl<'a> Visitor<'a> for Field<'_, 'a> {
    type Value = Value<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value<'a>, E> {
        Ok(Value::Null)
    }

    fn visit_borrowed_str<E>(self, text: &'a str) -> Result<Value<'a>, E> {
        Ok(Value::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value<'a>, E> {
        Ok(Value::Text(Cow::Owned(text.to_string())))
    }

    fn visit_bool<E>(self, yes: bool) -> Result<Value<'a>, E> {
        Ok(Value::Literal(Cow::Borrowed(if yes { "true" } else { "false" })))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value<'a>, E> {
        Ok(Value::Literal(Cow::Owned(number.to_string())))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value<'a>, E> {
        Ok(Value::Literal(Cow::Owned(number.to_string())))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Value<'a>, E> {
        Err(needs_its_text())
    }

    fn visit_seq<S: SeqAccess<'a>>(self, mut seq: S) -> Result<Value<'a>, S::Error> {
        let start = self.members.len();
        let mut plain = true;
        while let Some(member) = seq.next_element_seed(Plain)? {
            match member {
                Member::Null => {}
                Member::Text(text) => self.members.push(text),
                Member::Other => plain = false,
            }
        }
        Ok(if plain { Value::List(start..self.members.len()) } else { Value::Other })
    }

    fn visit_map<M: MapAccess<'a>>(self, mut map: M) -> Result<Value<'a>, M::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Value::Other)
    }
}

/// An error that only says: read this the exact way.
fn needs_its_text<E: Error>() -> E {
    E::custom("a number that is not whole")
}

/// A value that can be no list: a member of one, or a cell of an event or contact.
enum Member<'a> {
    Null,
    /// Also a number, `true` or `false`.
    Text(Cow<'a, str>),
    Other,
}

/// Reads a [`Member`] the quick way.
struct Plain;

impl<'a> DeserializeSeed<'a> for Plain {
    type Value = Member<'a>;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<Member<'a>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Plain {
    type Value = Member<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Member<'a>, E> {
        Ok(Member::Null)
    }

    fn visit_borrowed_str<E>(self, text: &'a str) -> Result<Member<'a>, E> {
        Ok(Member::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Member<'a>, E> {
        Ok(Member::Text(Cow::Owned(text.to_string())))
    }

    fn visit_bool<E>(self, yes: bool) -> Result<Member<'a>, E> {
        Ok(Member::Text(Cow::Borrowed(if yes { "true" } else { "false" })))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Member<'a>, E> {
        Ok(Member::Text(Cow::Owned(number.to_string())))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Member<'a>, E> {
        Ok(Member::Text(Cow::Owned(number.to_string())))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Member<'a>, E> {
        Err(needs_its_text())
    }

    fn visit_seq<S: SeqAccess<'a>>(self, mut seq: S) -> Result<Member<'a>, S::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Member::Other)
    }

    fn visit_map<M: MapAccess<'a>>(self, mut map: M) -> Result<Member<'a>, M::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Member::Other)
    }
}

/// A list of objects, or `null`; gives whether it is a list. `begin` makes a blank row, `set` fills a cell of it.
struct Objects<'r, T, C, B, S> {
    what: &'static str,
    way: Way,
    names: &'r mut Names<Option<C>>,
    fills: &'r dyn Fn(&str) -> Option<C>,
    all: &'r mut Vec<T>,
    begin: B,
    set: S,
}

impl<'a, T, C: Copy, B: Fn() -> T, S: Fn(&mut T, C, Cow<'a, str>)> DeserializeSeed<'a> for Objects<'_, T, C, B, S> {
    type Value = bool;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'a, T, C: Copy, B: Fn() -> T, S: Fn(&mut T, C, Cow<'a, str>)> Visitor<'a> for Objects<'_, T, C, B, S> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what)
    }

    fn visit_unit<E>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_seq<Q: SeqAccess<'a>>(mut self, mut seq: Q) -> Result<bool, Q::Error> {
        while seq.next_element_seed(Object(&mut self))?.is_some() {}
        Ok(true)
    }
}

/// One of the objects.
struct Object<'l, L>(&'l mut L);

impl<'a, T, C: Copy, B: Fn() -> T, S: Fn(&mut T, C, Cow<'a, str>)> DeserializeSeed<'a>
    for Object<'_, Objects<'_, T, C, B, S>>
{
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'a, T, C: Copy, B: Fn() -> T, S: Fn(&mut T, C, Cow<'a, str>)> Visitor<'a> for Object<'_, Objects<'_, T, C, B, S>> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'a>>(self, mut map: M) -> Result<(), M::Error> {
        let Objects { way, names, fills, all, begin, set, .. } = self.0;
        all.push(begin());
        let Some(row) = all.last_mut() else { return Ok(()) };
        while let Some(name) = map.next_key_seed(Key { names, fills: *fills })? {
            let Some(column) = names.fills(name) else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let member = match way {
                Way::Quick => map.next_value_seed(Plain)?,
                Way::Exact => member(map.next_value::<&RawValue>()?.get()),
            };
            let text = match member {
                Member::Text(text) => text,
                Member::Null | Member::Other => Cow::Borrowed(""),
            };
            set(row, column, text);
        }
        Ok(())
    }
}

/// What a checked piece of JSON is.
fn written<'a>(raw: &'a str, members: &mut Vec<Cow<'a, str>>) -> Value<'a> {
    match raw.as_bytes().first() {
        Some(b'"') => text(raw).map_or(Value::Other, Value::Text),
        Some(b'[') => list(raw, members).map_or(Value::Other, Value::List),
        Some(b'{') | None => Value::Other,
        Some(b'n') => Value::Null,
        Some(_) => Value::Literal(Cow::Borrowed(raw)),
    }
}

/// What a checked piece of JSON is, where a list has no place.
fn member(raw: &str) -> Member<'_> {
    match raw.as_bytes().first() {
        Some(b'"') => text(raw).map_or(Member::Other, Member::Text),
        Some(b'[' | b'{') | None => Member::Other,
        Some(b'n') => Member::Null,
        Some(_) => Member::Text(Cow::Borrowed(raw)),
    }
}

/// `None` for half a character of two: escaped, it is JSON, but no text.
fn text(raw: &str) -> Option<Cow<'_, str>> {
    let inside = raw.get(1..raw.len().checked_sub(1)?)?;
    if inside.contains('\\') { serde_json::from_str(raw).ok().map(Cow::Owned) } else { Some(Cow::Borrowed(inside)) }
}

fn list<'a>(raw: &'a str, members: &mut Vec<Cow<'a, str>>) -> Option<Range<usize>> {
    let start = members.len();
    for piece in serde_json::from_str::<Vec<&RawValue>>(raw).ok()? {
        match member(piece.get()) {
            Member::Null => {}
            Member::Text(text) => members.push(text),
            Member::Other => return None,
        }
    }
    Some(start..members.len())
}

/// Whether a text is JSON at all, and where it breaks if not.
pub(super) fn broken(text: &str) -> Option<serde_json::Error> {
    serde_json::from_str::<IgnoredAny>(text).err()
}
