//! A sheet as Markdown, for tickets, wikis and CRM notes.

use super::{Block, Entry, Mark};
use crate::report::sanitize::for_markdown;

/// All blocks, parted by blank lines.
pub fn markdown(blocks: &[Block]) -> String {
    let mut out = String::new();
    for block in blocks {
        if !out.is_empty() {
            out.push('\n');
        }
        match block {
            Block::Title(text) => out.push_str(&format!("## {}\n", for_markdown(text))),
            Block::Heading(text) => out.push_str(&format!("### {}\n", for_markdown(text))),
            Block::Label(text) => out.push_str(&format!("**{}**\n", for_markdown(text))),
            Block::Sub(text) => out.push_str(&format!("_{}_\n", for_markdown(text))),
            Block::Call(_, text) => out.push_str(&format!("> **!** {}\n", for_markdown(text))),
            Block::Text(text) => out.push_str(&format!("{}\n", first(text))),
            Block::Pairs(pairs) => {
                let line = |(name, value): &(String, String)| format!("- {}: {}\n", first(name), for_markdown(value));
                out.extend(pairs.iter().map(line));
            }
            Block::List(entries) => out.extend(entries.iter().enumerate().map(|(at, e)| entry(at, e))),
            Block::Table { head, rows } => {
                out.push_str(&row(head));
                out.push_str(&format!("|{}\n", " --- |".repeat(head.len())));
                out.extend(rows.iter().map(|r| row(r)));
            }
        }
    }
    out
}

fn entry(at: usize, entry: &Entry) -> String {
    let (sign, indent) = match entry.mark {
        Mark::Number => (format!("{}. ", at + 1), "   "),
        Mark::Plain => ("- ".to_string(), "  "),
        mark => (format!("- {} ", mark.sign()), "  "),
    };
    let more = match entry.more.is_empty() {
        true => String::new(),
        // The two spaces at the end of the line before break it.
        false => format!("  \n{indent}_{}_", for_markdown(&entry.more)),
    };
    format!("{sign}{}{more}\n", first(&entry.text))
}

fn row(cells: &[String]) -> String {
    format!("| {} |\n", cells.iter().map(|c| for_markdown(c)).collect::<Vec<_>>().join(" | "))
}

/// A text at the beginning of a line, where a dash, a plus or a number would begin a list.
fn first(text: &str) -> String {
    let text = for_markdown(text.trim_start());
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let numbered = digits > 0 && text[digits..].starts_with(['.', ')']);
    match text.chars().next() {
        Some('-' | '+' | '=') => format!("\\{text}"),
        _ if numbered => format!("{}\\{}", &text[..digits], &text[digits..]),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_begins_a_list_or_a_heading() {
        for (text, shown) in
            [("- a", "\\- a"), ("+1", "\\+1"), ("12. b", "12\\. b"), ("3) c", "3\\) c"), ("# d", "\\# d")]
        {
            assert_eq!(first(text), shown);
        }
        assert_eq!(first("===="), "\\====");
        assert_eq!(first("2026-03-31"), "2026-03-31");
    }
}
