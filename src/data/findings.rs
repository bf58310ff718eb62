//! What readers notice: findings with counts and first places, rejected rows, and the counters that reconcile.
//!
//! Findings of several chunks are added up in the order of the chunks, so the result does not depend on who read which chunk.

use hashbrown::HashMap;
use std::fmt;
use std::sync::Arc;

/// How many places of a finding are kept.
const PLACES: usize = 3;
/// How many different values of one kind, file and column are kept apart; the rest is counted together.
const VALUES: usize = 50;
/// How many characters of a value are shown.
const SHOWN: usize = 60;

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Data could not be used as it was meant: a rejected row, a date that may be two days.
    Error,
    /// A value or row counts as unknown, or was left out.
    Warning,
    /// Said for completeness.
    Note,
}

impl Severity {
    /// The word shown.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}

/// One-based line and column, as editors count. In CSV they are those of the cell; in JSON those of the object, or of where its text is broken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Line of the file.
    pub line: u64,
    /// Column in characters.
    pub column: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// What tells one finding from another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Stable kebab-case name of the kind: `unmatched-value`.
    pub kind: &'static str,
    /// The file it stands in.
    pub file: Arc<str>,
    /// The header or key as the file writes it, or the field's name.
    pub column: Option<Arc<str>>,
    /// The value, cut and cleaned of control characters.
    pub value: Option<Box<str>>,
}

/// Something noticed, as often as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How grave it is.
    pub severity: Severity,
    /// What it is about.
    pub key: Key,
    /// One sentence without a full stop: what is the matter and what was done about it.
    pub message: String,
    /// What to do, or the nearest name.
    pub help: Option<String>,
    /// How often.
    pub count: u64,
    /// The first few places, in order.
    pub places: Vec<Place>,
}

impl fmt::Display for Finding {
    /// One line: `leads.csv:3:8: warning[unmatched-value]: …; did you mean …? (12 times)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.key.file)?;
        if let Some(place) = self.places.first() {
            write!(f, ":{place}")?;
        }
        write!(f, ": {}[{}]: {}", self.severity.word(), self.key.kind, self.message)?;
        if let Some(help) = &self.help {
            write!(f, "; {help}")?;
        }
        if self.count > 1 { write!(f, " ({} times)", self.count) } else { Ok(()) }
    }
}

/// Findings by key.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    list: Vec<Finding>,
    index: HashMap<Key, usize>,
    values: HashMap<Key, usize>,
    /// Places that are new, by finding and number of the place: their column may still be the number of a cell.
    fresh: Vec<(usize, usize)>,
}

impl Findings {
    /// Counts something; `build` words it when it is met for the first time.
    pub fn count(
        &mut self,
        key: Key,
        place: Option<Place>,
        severity: Severity,
        build: impl FnOnce() -> (String, Option<String>),
    ) {
        if let Some(&at) = self.index.get(&key) {
            let kept = self.list[at].add(1, place);
            return self.fresh.extend(kept.map(|place| (at, place)));
        }
        let (message, help) = build();
        let places = place.into_iter().collect();
        let kept = self.insert(Finding { severity, key, message, help, count: 1, places });
        self.fresh.extend(kept);
    }

    /// Readers of tables count cells, since counting characters in every row would be slow. Once a row is read, this turns its new places into
    /// those of characters.
    pub fn place_cells(&mut self, locate: impl Fn(Place) -> Place) {
        for (at, place) in self.fresh.drain(..) {
            if let Some(place) = self.list[at].places.get_mut(place) {
                *place = locate(*place);
            }
        }
    }

    /// Says that the places of all findings are what they should be.
    pub fn all_placed(&mut self) {
        self.fresh.clear();
    }

    /// Adds all findings of a later chunk.
    pub fn merge(&mut self, later: Findings) {
        for finding in later.list {
            match self.index.get(&finding.key) {
                Some(&at) => self.list[at].absorb(&finding),
                None => _ = self.insert(finding),
            }
        }
    }

    /// Adds a finding that is already worded.
    pub fn push(&mut self, finding: Finding) {
        match self.index.get(&finding.key) {
            Some(&at) => self.list[at].absorb(&finding),
            None => _ = self.insert(finding),
        }
    }

    /// All findings: the gravest first, then in the order in which they were first met.
    pub fn sorted(&self) -> Vec<&Finding> {
        let mut all: Vec<&Finding> = self.list.iter().collect();
        all.sort_by_key(|f| f.severity);
        all
    }

    /// Whether something was noticed already.
    pub fn has(&self, key: &Key) -> bool {
        self.index.contains_key(key)
    }

    /// How often a kind was met.
    pub fn total(&self, kind: &str) -> u64 {
        self.list.iter().filter(|f| f.key.kind == kind).map(|f| f.count).sum()
    }

    /// Whether there is an error among them.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|f| f.severity == Severity::Error)
    }

    /// Whether nothing was noticed.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Gives the finding and the number of its place, if that was kept.
    fn insert(&mut self, mut finding: Finding) -> Option<(usize, usize)> {
        if finding.key.value.is_some() {
            let group = Key { value: None, ..finding.key.clone() };
            let seen = self.values.entry(group.clone()).or_insert(0);
            if *seen >= VALUES {
                // A column of free text would otherwise fill the memory with its values.
                finding.key = group;
                finding.message = format!("more values of this kind; {VALUES} are listed one by one");
                finding.help = None;
                if let Some(&at) = self.index.get(&finding.key) {
                    let next = self.list[at].places.len();
                    self.list[at].absorb(&finding);
                    return (next < PLACES).then_some((at, next));
                }
            } else {
                *seen += 1;
            }
        }
        self.index.insert(finding.key.clone(), self.list.len());
        self.list.push(finding);
        Some((self.list.len() - 1, 0))
    }
}

impl Finding {
    /// Gives the number of the place, if it was kept.
    fn add(&mut self, count: u64, place: Option<Place>) -> Option<usize> {
        self.count += count;
        let next = self.places.len();
        self.places.extend(place.filter(|_| next < PLACES));
        (next < self.places.len()).then_some(next)
    }

    fn absorb(&mut self, other: &Finding) {
        self.count += other.count;
        let room = PLACES.saturating_sub(self.places.len());
        self.places.extend(other.places.iter().take(room));
    }
}

/// A text from the data as messages may show it: without control characters, cut after 60 characters.
pub fn shown(text: &str) -> String {
    let mut out: String = text.chars().take(SHOWN).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(SHOWN).is_some() {
        out.push('…');
    }
    out
}

/// A row that could not be used, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// The file it stands in.
    pub file: Arc<str>,
    /// Where it begins, or where its text is broken.
    pub place: Place,
    /// Why, in one sentence without a full stop.
    pub reason: String,
    /// The row as read (decoded to UTF-8 where the file says another encoding), without its line end.
    pub raw: Vec<u8>,
}

/// What happened to the rows of one table. `read = accepted + rejected + dropped`; only behaviour and contact rows are ever dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows met (report footers are not rows).
    pub read: u64,
    /// Rows that count.
    pub accepted: u64,
    /// Rows that could not be used.
    pub rejected: u64,
    /// Rows left out on purpose: duplicates, merged people, events that no signal takes.
    pub dropped: u64,
}

impl Counts {
    /// Adds the counts of another chunk.
    pub fn add(&mut self, other: Counts) {
        self.read += other.read;
        self.accepted += other.accepted;
        self.rejected += other.rejected;
        self.dropped += other.dropped;
    }
}
