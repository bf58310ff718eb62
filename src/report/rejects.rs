//! Rows that could not be used, for machines: where, why, and the row whole.

use crate::data::findings::Reject;
use std::io::{self, Write};

/// Writes rejects as NDJSON, one object each, in the order given. Bytes that are no text become replacement characters.
pub fn write<'r>(rejects: impl IntoIterator<Item = &'r Reject>, out: &mut (impl Write + ?Sized)) -> io::Result<()> {
    for reject in rejects {
        let line = serde_json::json!({
            "file": &*reject.file,
            "line": reject.place.line,
            "column": reject.place.column,
            "reason": reject.reason,
            "row": String::from_utf8_lossy(&reject.raw),
        });
        writeln!(out, "{line}")?;
    }
    Ok(())
}
