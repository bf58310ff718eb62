//! The blocks of a backtest as Markdown, for a pull request.

use super::{Block, Table};
use crate::report::sanitize::{for_markdown, for_terminal};

/// The whole text.
pub fn text(blocks: &[Block]) -> String {
    let mut out = String::new();
    for block in blocks.iter().filter(|b| !matches!(b, Block::Picture(_))) {
        if !out.is_empty() {
            out.push('\n');
        }
        match block {
            Block::Title(text) => out.push_str(&format!("## {}\n", inline(text))),
            Block::Heading(text) => out.push_str(&format!("### {}\n", inline(text))),
            Block::Text(text) => out.push_str(&format!("{}\n", inline(text))),
            Block::Warning(text) => out.push_str(&format!("> **!** {}\n", inline(text))),
            Block::Table(one) => table(&mut out, one),
            Block::Picture(_) => {}
            Block::Diff(text) => diff(&mut out, text),
        }
    }
    out
}

/// A text whose pieces between backticks are code. Whatever a name from outside holds, each piece is either escaped or inside code, where
/// nothing but a backtick means anything.
fn inline(text: &str) -> String {
    let pieces: Vec<&str> = text.split('`').collect();
    if pieces.len().is_multiple_of(2) {
        return for_markdown(text);
    }
    let piece = |(at, piece): (usize, &&str)| match at % 2 {
        0 => for_markdown(piece),
        _ if piece.is_empty() => String::new(),
        // A bar would end the cell of a table even inside code.
        _ => format!("`{}`", for_terminal(piece).replace('|', "\\|")),
    };
    pieces.iter().enumerate().map(piece).collect()
}

fn table(out: &mut String, table: &Table) {
    let line = |cells: &mut dyn Iterator<Item = String>| format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "));
    out.push_str(&line(&mut table.head.iter().map(|c| inline(c.name))));
    out.push_str(&line(&mut table.head.iter().map(|c| if c.number { "---:" } else { "---" }.to_string())));
    table.rows.iter().for_each(|row| out.push_str(&line(&mut row.iter().map(|c| inline(c)))));
}

/// A fence that is longer than every run of backticks in the text cannot be closed by it.
fn diff(out: &mut String, text: &str) {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    out.push_str(&format!("{fence}diff\n{text}{fence}\n"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_code_and_nothing_gets_out_of_it() {
        assert_eq!(inline("by `lead_source`, x_y"), "by `lead_source`, x\\_y");
        assert_eq!(inline("by `a` <b> `c|d`"), "by `a` &lt;b&gt; `c\\|d`");
        assert_eq!(inline("by `a`b`"), "by \\`a\\`b\\`");
        assert_eq!(inline("``*"), "\\*");
    }
}
