//! Leads put together by the account they belong to: rows are kept whole and close together, and given out account by account.
//!
//! An account needs all its leads, and they may stand anywhere in a file. So the text of the rows is kept, and nothing that is made of them.

use super::account_key::AccountKey;
use super::findings::Place;
use super::source::{Chunk, Rows};
use crate::engine::rolled::Alone;
use hashbrown::HashMap;
use std::ops::Range;

/// Whose the rows of a group are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// An account.
    Account(String),
    /// One lead by itself.
    Alone(Alone),
}

impl Key {
    /// From what a lead says in the field of the account.
    pub fn of(text: Option<&str>) -> Key {
        match text.and_then(AccountKey::of) {
            Some(AccountKey::Named(key)) => Key::Account(key),
            Some(AccountKey::FreeMail) => Key::Alone(Alone::FreeMail),
            None => Key::Alone(Alone::NoKey),
        }
    }
}

/// Rows of a chunk that are decided as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub key: Key,
    /// In the order of the file, not empty.
    pub rows: Range<usize>,
}

/// All leads of a file by account.
#[derive(Debug, Default)]
pub struct Pool {
    /// Cells, or objects, behind one another, and where each cell ends.
    text: String,
    ends: Vec<usize>,
    rows: Vec<Kept>,
    /// In the order in which accounts were first met.
    groups: Vec<(Key, Vec<u32>)>,
    by_key: HashMap<String, usize>,
    table: bool,
    next: usize,
    number: u64,
}

/// A row: its place in the file, and its cells by number or its text.
#[derive(Debug)]
struct Kept {
    place: Place,
    what: Range<usize>,
}

impl Pool {
    /// Keeps a row; gives the place of its account among all.
    pub fn push(&mut self, rows: &Rows, row: usize, key: Key) -> usize {
        let number = self.rows.len() as u32;
        self.rows.push(match rows {
            Rows::Table(cells) => {
                self.table = true;
                let first = self.ends.len();
                for cell in &cells[row].1 {
                    self.text.push_str(cell);
                    self.ends.push(self.text.len());
                }
                Kept { place: Place { line: cells[row].0, column: 1 }, what: first..self.ends.len() }
            }
            Rows::Objects { text, objects } => {
                let (place, range) = &objects[row];
                let start = self.text.len();
                self.text.push_str(&text[range.clone()]);
                Kept { place: *place, what: start..self.text.len() }
            }
        });
        let next = self.groups.len();
        let at = match &key {
            Key::Account(name) => *self.by_key.entry_ref(name.as_str()).or_insert(next),
            Key::Alone(_) => next,
        };
        if at == next {
            self.groups.push((key, Vec::new()));
        }
        self.groups[at].1.push(number);
        at
    }

    /// The account of a key as people write it.
    pub fn find(&self, text: &str) -> Option<usize> {
        self.by_key.get(&AccountKey::of(text)?.named()?).copied()
    }

    /// How an account is called; `None` for a lead that stands alone.
    pub fn name(&self, account: usize) -> Option<&str> {
        match &self.groups[account].0 {
            Key::Account(key) => Some(key),
            Key::Alone(_) => None,
        }
    }

    /// All accounts by name.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        (0..self.groups.len()).filter_map(|account| self.name(account))
    }

    /// The next accounts, whole: as many as have `most` rows or just more; `None` at the end.
    pub fn next_chunk(&mut self, most: usize) -> Option<Chunk> {
        let first = self.next;
        let mut rows = 0;
        while rows < most && self.next < self.groups.len() {
            rows += self.groups[self.next].1.len();
            self.next += 1;
        }
        if first == self.next {
            return None;
        }
        let number = self.number;
        self.number += 1;
        let (rows, groups) = self.some(first..self.next);
        Some(Chunk { number, rows, rejects: Vec::new(), groups: Some(groups) })
    }

    /// Some accounts, whole, with their rows side by side.
    pub fn some(&self, accounts: Range<usize>) -> (Rows, Vec<Group>) {
        let mut groups = Vec::new();
        let mut at = 0;
        for (key, rows) in &self.groups[accounts.clone()] {
            groups.push(Group { key: key.clone(), rows: at..at + rows.len() });
            at += rows.len();
        }
        let rows = self.groups[accounts].iter().flat_map(|(_, rows)| rows).map(|row| &self.rows[*row as usize]);
        if self.table {
            let cell = |i: usize| &self.text[i.checked_sub(1).map_or(0, |before| self.ends[before])..self.ends[i]];
            let row = |r: &Kept| (r.place.line, r.what.clone().map(|i| cell(i).to_string()).collect());
            return (Rows::Table(rows.map(row).collect()), groups);
        }
        let (mut text, mut objects) = (String::new(), Vec::new());
        for row in rows {
            let start = text.len();
            text.push_str(&self.text[row.what.clone()]);
            objects.push((row.place, start..text.len()));
        }
        (Rows::Objects { text, objects }, groups)
    }
}
