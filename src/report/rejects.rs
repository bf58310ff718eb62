//! Rows that could not be used, for machines: where, why, and the row whole.

use crate::data::findings::Reject;
use std::io::{self, Write};

/// Writes a reject as one object on a line of its own. Bytes that are no text become replacement characters.
pub fn write(reject: &Reject, out: &mut impl Write) -> io::Result<()> {
    let line = serde_json::json!({
        "file": &*reject.file,
        "line": reject.place.line,
        "column": reject.place.column,
        "reason": reject.reason,
        "row": String::from_utf8_lossy(&reject.raw),
    });
    writeln!(out, "{line}")
}
