//! Columns of a leads file that are no fields of a policy, as text: such as how a lead ended.
//!
//! They are read beside the fields, from the same rows, so that no policy needs to declare what it must not look at.

use super::findings::{Place, shown};
use super::source::Rows;
use super::table::FileError;
use crate::policy::text::{fold, nearest};
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};

/// Some columns (or keys of objects), found by their names as headers are: exactly, else with case, spaces, `_` and `-` ignored.
#[derive(Debug)]
pub struct Columns {
    names: Vec<String>,
    folded: Vec<String>,
    /// Where they stand in a table.
    places: Vec<usize>,
    /// For objects: whether some object has the key.
    met: Vec<AtomicBool>,
}

impl Columns {
    /// For a file with this header, or for objects. A table must have every column, and only once.
    pub fn new(names: Vec<String>, header: Option<&[String]>) -> Result<Columns, FileError> {
        let places = match header {
            Some(header) => names.iter().map(|n| place(n, header)).collect::<Result<_, _>>()?,
            None => Vec::new(),
        };
        let folded = names.iter().map(|n| fold(n)).collect();
        let met = names.iter().map(|_| AtomicBool::new(false)).collect();
        Ok(Columns { names, folded, places, met })
    }

    /// The names they were asked for by.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The cells of a row, in the order of the names, trimmed; empty where an object has no such key, or `null` there.
    pub fn of<'r>(&self, rows: &'r Rows, row: usize) -> Vec<Cow<'r, str>> {
        match rows {
            Rows::Table(cells) => {
                let cell = |at: &usize| cells[row].1.get(*at).map_or("", |c| c.trim());
                self.places.iter().map(|at| Cow::Borrowed(cell(at))).collect()
            }
            Rows::Objects { text, objects } => self.of_object(&text[objects[row].1.clone()]),
        }
    }

    /// A name that no object had so far.
    pub fn missing(&self) -> Option<&str> {
        let objects = self.places.is_empty();
        let unmet = |at: &usize| objects && !self.met[self.first(*at)].load(Ordering::Relaxed);
        (0..self.names.len()).find(unmet).map(|at| self.names[at].as_str())
    }

    /// An object that breaks off keeps what it said before; the reader of leads rejects it.
    fn of_object<'r>(&self, text: &'r str) -> Vec<Cow<'r, str>> {
        let mut found = vec![Cow::Borrowed(""); self.names.len()];
        let _ = serde_json::Deserializer::from_str(text).deserialize_map(Keys { columns: self, found: &mut found });
        (0..found.len()).for_each(|at| found[at] = found[self.first(at)].clone());
        found
    }

    /// The first name that is the same as this one; a key may be asked for twice.
    fn first(&self, at: usize) -> usize {
        self.folded.iter().position(|n| *n == self.folded[at]).unwrap_or(at)
    }

    fn at(&self, key: &str) -> Option<usize> {
        self.names.iter().position(|n| n == key).or_else(|| {
            let key = fold(key);
            self.folded.iter().position(|n| *n == key)
        })
    }
}

struct Keys<'k, 'r> {
    columns: &'k Columns,
    found: &'k mut Vec<Cow<'r, str>>,
}

impl<'r> Visitor<'r> for Keys<'_, 'r> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'r>>(self, mut map: M) -> Result<(), M::Error> {
        while let Some(key) = map.next_key::<Cow<'r, str>>()? {
            let Some(at) = self.columns.at(&key) else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let text = written(map.next_value::<&'r RawValue>()?.get());
            self.columns.met[at].store(true, Ordering::Relaxed);
            // As with fields, the first of several keys that says something counts.
            if self.found[at].is_empty() {
                self.found[at] = text;
            }
        }
        Ok(())
    }
}

/// A text without its quotes; `null` says nothing; everything else as it is written.
fn written(raw: &str) -> Cow<'_, str> {
    if raw == "null" {
        return Cow::Borrowed("");
    }
    match serde_json::from_str::<String>(raw) {
        Ok(text) => Cow::Owned(text.trim().to_string()),
        Err(_) => Cow::Borrowed(raw.trim()),
    }
}

fn place(name: &str, header: &[String]) -> Result<usize, FileError> {
    let exact: Vec<usize> = (0..header.len()).filter(|i| header[*i] == name).collect();
    let folded = fold(name);
    let alike: Vec<usize> = (0..header.len()).filter(|i| fold(&header[*i]) == folded).collect();
    let error = |message, help| Err(FileError { place: Place { line: 1, column: 1 }, message, help });
    match (exact.as_slice(), alike.as_slice()) {
        ([one], _) | ([], [one]) => Ok(*one),
        ([], []) => {
            let help = match nearest(name, header.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{}`?", shown(near)),
                None => {
                    let first: Vec<String> = header.iter().take(12).map(|h| format!("`{}`", shown(h))).collect();
                    format!("the header begins {}", first.join(", "))
                }
            };
            error(format!("no column is called `{}`", shown(name)), help)
        }
        _ => error(
            format!("several columns are called `{}`", shown(name)),
            "give the one that is meant a name of its own".to_string(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(all: &[&str]) -> Vec<String> {
        all.iter().map(|n| n.to_string()).collect()
    }

    #[test]
    fn a_column_is_found_by_its_name_or_the_reason_is_told() {
        let header = names(&["Record ID", "Closed_Won", "closed won", "Stage", "Won At"]);
        let at = |name: &str| place(name, &header).map_err(|e| format!("{}; {}", e.message, e.help));
        assert_eq!([at("closed won"), at("stage"), at("won_at")], [Ok(2), Ok(3), Ok(4)]);
        assert_eq!(
            at("Closed Won"),
            Err("several columns are called `Closed Won`; give the one that is meant a name of its own".to_string())
        );
        assert_eq!(at("Stagee"), Err("no column is called `Stagee`; did you mean `Stage`?".to_string()));
        assert!(
            at("zzzzzz\u{1b}").is_err_and(|e| e.contains("the header begins `Record ID`") && !e.contains('\u{1b}'))
        );
    }

    #[test]
    fn keys_of_objects_are_read_whatever_else_there_is() {
        let columns = Columns::new(names(&["won", "won_at"]), None).expect("objects have no header");
        let of = |text: &str| columns.of_object(text).iter().map(|c| c.to_string()).collect::<Vec<_>>();
        assert_eq!(columns.missing(), Some("won"));
        assert_eq!(
            of(r#"{"id": 7, "events": [{"won": "no"}], "Won": true, "won_at": " 2026-01-02 "}"#),
            ["true", "2026-01-02"]
        );
        assert_eq!(columns.missing(), None);
        assert_eq!(of(r#"{"won": null, "Won": "y\u0065s"}"#), ["yes", ""]);
        assert_eq!(of(r#"{"won": [1, {"a": 2}], "won_at": 20260102}"#), [r#"[1, {"a": 2}]"#, "20260102"]);
        let twice = Columns::new(names(&["won", "Won"]), None).expect("objects have no header");
        assert_eq!(twice.of_object(r#"{"won": 1}"#), ["1", "1"]);
        assert_eq!(twice.missing(), None);
        for broken in ["", "[", "{", r#"{"won"#, r#"{"won": tru"#, "\u{0}"] {
            assert_eq!(of(broken), ["", ""], "{broken:?}");
        }
    }
}
