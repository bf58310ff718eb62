//! One object of JSON into the open lead, without a document tree in between: the policy's names drive the reader.

use super::contacts::{ContactPlan, RawContact};
use super::events::{EventPlan, RawEvent};
use super::findings::Place;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// A value of a field as it is written.
#[derive(Debug)]
pub(super) enum Value<'a> {
    Null,
    Text(Cow<'a, str>),
    /// A number, `true` or `false`.
    Literal(&'a str),
    /// The members that are not `null`.
    List(Vec<Cow<'a, str>>),
    /// An object, or a list of lists or objects.
    Other,
}

/// What one object holds beside its fields.
#[derive(Debug, Default)]
pub(super) struct Nested<'a> {
    /// `None`: not supplied.
    pub events: Option<Vec<RawEvent<'a>>>,
    pub contacts: Option<Vec<RawContact<'a>>>,
}

/// Reads an object; `field` is told each key that is not `events` or `contacts`, with its value.
pub(super) fn read<'a>(
    text: &'a str,
    place: Place,
    plans: (&EventPlan<'_>, &ContactPlan<'_>),
    field: &mut dyn FnMut(&str, Value<'a>),
) -> Result<Nested<'a>, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let nested = Lead { place, plans, field }.deserialize(&mut reader)?;
    reader.end()?;
    Ok(nested)
}

struct Lead<'r, 'p, 'a> {
    place: Place,
    plans: (&'r EventPlan<'p>, &'r ContactPlan<'p>),
    field: &'r mut dyn FnMut(&str, Value<'a>),
}

impl<'a> DeserializeSeed<'a> for Lead<'_, '_, 'a> {
    type Value = Nested<'a>;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<Nested<'a>, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'a> Visitor<'a> for Lead<'_, '_, 'a> {
    type Value = Nested<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with the fields of a lead")
    }

    fn visit_map<M: MapAccess<'a>>(self, mut map: M) -> Result<Nested<'a>, M::Error> {
        let mut nested = Nested::default();
        while let Some(key) = map.next_key_seed(Text)? {
            match &*key {
                "events" => {
                    let plan = self.plans.0;
                    let make = |keys: &mut Keys<'a, '_>| {
                        let mut event = RawEvent::at_place(self.place);
                        while let Some((key, value)) = keys.next() {
                            if let Some(column) = plan.column(&key) {
                                event.set(column, value);
                            }
                        }
                        event
                    };
                    let found = map.next_value_seed(Objects { what: "a list of events", make })?;
                    add(&mut nested.events, found);
                }
                "contacts" => {
                    let plan = self.plans.1;
                    let make = |keys: &mut Keys<'a, '_>| {
                        let mut contact = RawContact::at_place(self.place);
                        while let Some((key, value)) = keys.next() {
                            if let Some(column) = plan.column(&key) {
                                contact.set(column, value);
                            }
                        }
                        contact
                    };
                    let found = map.next_value_seed(Objects { what: "a list of contacts", make })?;
                    add(&mut nested.contacts, found);
                }
                key => {
                    let raw: &RawValue = map.next_value()?;
                    (self.field)(key, value(raw.get()));
                }
            }
        }
        Ok(nested)
    }
}

fn add<T>(all: &mut Option<Vec<T>>, found: Option<Vec<T>>) {
    match (all, found) {
        (Some(all), Some(found)) => all.extend(found),
        (all, Some(found)) => *all = Some(found),
        (_, None) => {}
    }
}

/// A text, borrowed where it has no escapes.
struct Text;

impl<'a> DeserializeSeed<'a> for Text {
    type Value = Cow<'a, str>;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<Cow<'a, str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'a> Visitor<'a> for Text {
    type Value = Cow<'a, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, text: &'a str) -> Result<Cow<'a, str>, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Cow<'a, str>, E> {
        Ok(Cow::Owned(text.to_string()))
    }
}

/// A key and its value.
type Pair<'a> = (Cow<'a, str>, Cow<'a, str>);

/// The keys of one nested object with their values as text; blank where a value is no plain one.
struct Keys<'a, 'm> {
    next: &'m mut dyn FnMut() -> Option<Pair<'a>>,
}

impl<'a> Keys<'a, '_> {
    fn next(&mut self) -> Option<Pair<'a>> {
        (self.next)()
    }
}

/// A list of objects, or `null`.
struct Objects<F> {
    what: &'static str,
    make: F,
}

impl<'a, T, F: Fn(&mut Keys<'a, '_>) -> T> DeserializeSeed<'a> for Objects<F> {
    type Value = Option<Vec<T>>;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'a, T, F: Fn(&mut Keys<'a, '_>) -> T> Visitor<'a> for Objects<F> {
    type Value = Option<Vec<T>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_seq<S: SeqAccess<'a>>(self, mut seq: S) -> Result<Self::Value, S::Error> {
        let mut all = Vec::new();
        while let Some(one) = seq.next_element_seed(Object(&self.make))? {
            all.push(one);
        }
        Ok(Some(all))
    }
}

struct Object<'f, F>(&'f F);

impl<'a, T, F: Fn(&mut Keys<'a, '_>) -> T> DeserializeSeed<'a> for Object<'_, F> {
    type Value = T;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'a, T, F: Fn(&mut Keys<'a, '_>) -> T> Visitor<'a> for Object<'_, F> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'a>>(self, mut map: M) -> Result<T, M::Error> {
        let mut failed = None;
        let mut next = || {
            let mut step = || -> Result<Option<Pair<'a>>, M::Error> {
                let Some(key) = map.next_key_seed(Text)? else { return Ok(None) };
                let raw: &RawValue = map.next_value()?;
                let text = match value(raw.get()) {
                    Value::Text(text) => text,
                    Value::Literal(text) => Cow::Borrowed(text),
                    Value::Null | Value::List(_) | Value::Other => Cow::Borrowed(""),
                };
                Ok(Some((key, text)))
            };
            step().unwrap_or_else(|error| {
                failed = Some(error);
                None
            })
        };
        let made = (self.0)(&mut Keys { next: &mut next });
        match failed {
            Some(error) => Err(error),
            None => Ok(made),
        }
    }
}

/// What a checked piece of JSON is.
fn value(raw: &str) -> Value<'_> {
    match raw.as_bytes().first() {
        Some(b'"') => text(raw).map_or(Value::Other, Value::Text),
        Some(b'[') => list(raw),
        Some(b'{') | None => Value::Other,
        Some(b'n') => Value::Null,
        Some(_) => Value::Literal(raw),
    }
}

fn text(raw: &str) -> Option<Cow<'_, str>> {
    let inside = raw.get(1..raw.len().checked_sub(1)?)?;
    if inside.contains('\\') { serde_json::from_str(raw).ok().map(Cow::Owned) } else { Some(Cow::Borrowed(inside)) }
}

fn list(raw: &str) -> Value<'_> {
    let Ok(members) = serde_json::from_str::<Vec<&RawValue>>(raw) else { return Value::Other };
    let mut texts = Vec::with_capacity(members.len());
    for member in members {
        // A list in a list is no member; looking into it would go as deep as hostile data does.
        if member.get().starts_with(['[', '{']) {
            return Value::Other;
        }
        match value(member.get()) {
            Value::Null => {}
            Value::Text(text) => texts.push(text),
            Value::Literal(text) => texts.push(Cow::Borrowed(text)),
            Value::List(_) | Value::Other => return Value::Other,
        }
    }
    Value::List(texts)
}

/// Whether a text is JSON at all, and where it breaks if not.
pub(super) fn broken(text: &str) -> Option<serde_json::Error> {
    serde_json::from_str::<IgnoredAny>(text).err()
}
