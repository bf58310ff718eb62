//! One lead after another for machines: NDJSON, a JSON array, or CSV in the brief form.
//!
//! A lead is turned into bytes by itself ([`Briefs`], [`decision_bytes`]), so that threads can fill buffers; [`Leads`] only puts them
//! after each other. Any way of cutting the leads into chunks gives the same bytes.

use super::brief;
use crate::engine::decision::{Brief, BriefRoute, BriefScore, BriefStage, BriefVerdict, Decision};
use crate::policy::exact::Number;
use serde::Serialize;
use serde_json::ser::{CharEscape, Formatter};
use std::io;

/// How leads are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One object a line.
    Ndjson,
    /// One array, one object a line.
    Json,
    /// A header and one record a lead, always in the brief form.
    Csv,
}

/// The columns of the CSV form, in order.
pub const COLUMNS: [&str; 17] = [
    "id",
    "policy",
    "version",
    "hash",
    "as_of",
    "in_scope",
    "fit",
    "fit_band",
    "intent",
    "intent_band",
    "stage",
    "outcome",
    "rule",
    "action",
    "owner",
    "due",
    "revisit",
];

/// The columns that follow in the CSV form of accounts: how many leads are behind each, why a lead stands alone, whom to go through.
pub const ACCOUNT_COLUMNS: [&str; 3] = ["leads", "alone", "through"];

/// Writes leads in the order in which they are given.
#[derive(Debug)]
pub struct Leads<W: io::Write> {
    out: W,
    format: Format,
    written: u64,
    buffer: Vec<u8>,
    briefs: Briefs,
}

impl<W: io::Write> Leads<W> {
    /// Writes what stands before the first lead.
    pub fn new(out: W, format: Format) -> io::Result<Leads<W>> {
        Leads::begin(out, format, &[])
    }

    /// The same for accounts.
    pub fn of_accounts(out: W, format: Format) -> io::Result<Leads<W>> {
        Leads::begin(out, format, &ACCOUNT_COLUMNS)
    }

    fn begin(mut out: W, format: Format, more: &[&str]) -> io::Result<Leads<W>> {
        match format {
            Format::Ndjson => {}
            Format::Json => out.write_all(b"[")?,
            Format::Csv => out.write_all(&record(COLUMNS.iter().chain(more))?)?,
        }
        Ok(Leads { out, format, written: 0, buffer: Vec::new(), briefs: Briefs::new(format) })
    }

    /// Writes a whole decision; in CSV, its brief form.
    pub fn decision(&mut self, decision: &Decision) -> io::Result<()> {
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.clear();
        decision_bytes(decision, &mut buffer, self.format)?;
        self.raw(&buffer, 1)?;
        self.buffer = buffer;
        Ok(())
    }

    /// Writes the short form.
    pub fn brief(&mut self, brief: &Brief<'_>) -> io::Result<()> {
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.clear();
        self.briefs.bytes(brief, &mut buffer)?;
        self.raw(&buffer, 1)?;
        self.buffer = buffer;
        Ok(())
    }

    /// Appends `count` leads that [`Briefs`] or [`decision_bytes`] wrote in the same format.
    pub fn raw(&mut self, bytes: &[u8], count: u64) -> io::Result<()> {
        // Each object of an array brings the comma before it; the first has nothing to be parted from.
        let first = self.format == Format::Json && self.written == 0;
        let bytes = if first { bytes.strip_prefix(b",").unwrap_or(bytes) } else { bytes };
        self.written += count;
        self.out.write_all(bytes)
    }

    /// How many leads were written.
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Writes what stands after the last lead and gives the output back, flushed.
    pub fn finish(mut self) -> io::Result<W> {
        if self.format == Format::Json {
            self.out.write_all(if self.written == 0 { b"]\n" } else { b"\n]\n" })?;
        }
        self.out.flush()?;
        Ok(self.out)
    }
}

/// Turns short forms into bytes, one after another; it keeps what many leads have in common.
#[derive(Debug)]
pub struct Briefs {
    format: Format,
    kept: brief::Kept,
}

impl Briefs {
    /// For leads in one format.
    pub fn new(format: Format) -> Briefs {
        Briefs { format, kept: brief::Kept::default() }
    }

    /// Appends the short form of one lead, to be handed to [`Leads::raw`].
    pub fn bytes(&mut self, brief: &Brief<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        match self.format {
            Format::Csv => out.extend(record(cells(brief))?),
            Format::Json => {
                out.extend(b",\n");
                self.kept.object(brief, out)?;
            }
            Format::Ndjson => {
                self.kept.object(brief, out)?;
                out.push(b'\n');
            }
        }
        Ok(())
    }
}

/// Appends the decision about one lead, to be handed to [`Leads::raw`]; in CSV, its brief form.
pub fn decision_bytes(decision: &Decision, out: &mut Vec<u8>, format: Format) -> io::Result<()> {
    match format {
        Format::Csv => Briefs::new(format).bytes(&shortened(decision), out),
        Format::Json => {
            out.extend(b",\n");
            json(decision, out)
        }
        Format::Ndjson => {
            json(decision, out)?;
            out.push(b'\n');
            Ok(())
        }
    }
}

/// The short form of a decision.
pub fn shortened(decision: &Decision) -> Brief<'_> {
    let verdict = decision.verdict.as_ref().map(|v| BriefVerdict {
        fit: BriefScore { points: v.fit.points, band: &v.fit.band },
        intent: BriefScore { points: v.intent.points, band: &v.intent.band },
        stage: BriefStage { reached: &v.stage.reached },
        route: BriefRoute { outcome: &v.route.outcome, rule: &v.route.rule },
        next_step: v.next_step.brief(),
    });
    Brief {
        id: &decision.id,
        account: decision.account.as_ref(),
        policy: &decision.policy,
        as_of: decision.as_of,
        in_scope: decision.in_scope,
        verdict,
    }
}

/// Appends an object as a line of NDJSON.
pub fn object_line(value: &impl Serialize, out: &mut Vec<u8>) {
    // Writing into memory does not fail.
    let _ = json(value, out);
    out.push(b'\n');
}

/// A value as visible JSON.
pub(super) fn json(value: &(impl Serialize + ?Sized), out: &mut Vec<u8>) -> io::Result<()> {
    value.serialize(&mut serde_json::Serializer::with_formatter(out, Visible))?;
    Ok(())
}

/// Compact JSON in which line separators and the control characters that JSON itself would let through are escaped: a line stays a line for
/// every reader, and a terminal sees no commands.
struct Visible;

impl Formatter for Visible {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        if plain(fragment) {
            return out.write_all(fragment.as_bytes());
        }
        let escaped = |c: char| matches!(c, '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}');
        let mut rest = fragment;
        while let Some(at) = rest.find(escaped) {
            out.write_all(&rest.as_bytes()[..at])?;
            let mut after = rest[at..].chars();
            let code = after.next().map_or(0, u32::from);
            write!(out, "\\u{code:04x}")?;
            rest = after.as_str();
        }
        out.write_all(rest.as_bytes())
    }

    fn write_char_escape<W: ?Sized + io::Write>(&mut self, out: &mut W, escape: CharEscape) -> io::Result<()> {
        serde_json::ser::CompactFormatter.write_char_escape(out, escape)
    }
}

/// Whether a text has nothing but visible ASCII characters and spaces that stand for themselves in JSON.
pub(super) fn plain(text: &str) -> bool {
    // Without a way out of the loop, many bytes are looked at at once.
    text.bytes().fold(true, |plain, b| plain & matches!(b, b' '..=b'~') & (b != b'"') & (b != b'\\'))
}

/// The cells of one lead, in the order of [`COLUMNS`], of an account with those of [`ACCOUNT_COLUMNS`]; what only a lead in scope has is blank for the others.
fn cells(brief: &Brief<'_>) -> Vec<String> {
    let policy = brief.policy;
    let mut cells: Vec<String> = [brief.id, &policy.name, &policy.version, &policy.hash].map(harmless).into();
    cells.extend([brief.as_of.to_string(), brief.in_scope.to_string()]);
    if let Some(v) = &brief.verdict {
        let next = &v.next_step;
        cells.extend([v.fit.points.to_string(), harmless(v.fit.band)]);
        cells.extend([v.intent.points.to_string(), harmless(v.intent.band)]);
        cells.extend([v.stage.reached, v.route.outcome, v.route.rule, next.action, next.owner].map(harmless));
        cells.extend([next.due.to_string(), next.revisit.map_or_else(String::new, |r| r.to_string())]);
    }
    cells.resize(COLUMNS.len(), String::new());
    if let Some(account) = brief.account {
        let through = account.through.as_ref().map_or("", |t| &t.person);
        let alone = account.alone.map_or("", |a| a.word());
        cells.extend([account.leads.len().to_string(), alone.to_string(), harmless(through)]);
    }
    cells
}

/// A text that no spreadsheet takes for a formula: one that begins like a formula and is no plain number gets an apostrophe before it.
fn harmless(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if formula && Number::parse(text).is_none() { format!("'{text}") } else { text.to_string() }
}

fn record(cells: impl IntoIterator<Item = impl AsRef<[u8]>>) -> io::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().buffer_capacity(512).from_writer(Vec::with_capacity(256));
    writer.write_record(cells)?;
    writer.into_inner().map_err(|e| io::Error::other(e.to_string()))
}
