//! A playbook as Markdown, as GitHub and most wikis read it; the route is a Mermaid chart.

use super::{Block, Face, Item, Rich, Table, Turn, blocks};
use crate::policy::Policy;
use crate::report::html::chart::clipped;
use crate::report::sanitize::{for_markdown, for_terminal};

/// The whole text.
pub fn markdown(policy: &Policy) -> String {
    let mut out = String::new();
    for block in blocks(policy) {
        if !out.is_empty() {
            out.push('\n');
        }
        match &block {
            Block::Title(text) => out.push_str(&format!("# {}\n", for_markdown(text))),
            Block::Heading(text) => out.push_str(&format!("## {}\n", for_markdown(text))),
            Block::Sub(text) => out.push_str(&format!("### {}\n", for_markdown(text))),
            Block::Text(text) => out.push_str(&format!("{}\n", begun(&rich(text)))),
            Block::List { ordered, items } => list(&mut out, *ordered, items, 0),
            Block::Table(one) => table(&mut out, one),
            Block::Route(turns) => route(&mut out, turns),
        }
    }
    out
}

fn rich(text: &Rich) -> String {
    text.0.iter().map(piece).collect()
}

fn piece((face, text): &(Face, String)) -> String {
    // Marks bind only to what is not blank, so blanks stand outside of them.
    let inner = text.trim();
    let (before, after) = (&text[..text.len() - text.trim_start().len()], &text[text.trim_end().len()..]);
    let (before, after) = (if inner.is_empty() { "" } else { before }, after);
    match face {
        _ if inner.is_empty() => text.clone(),
        Face::Plain => for_markdown(text),
        Face::Strong => format!("{before}**{}**{after}", for_markdown(inner)),
        Face::Faint => format!("{before}*{}*{after}", for_markdown(inner)),
        // Inside code only backticks mean anything, and a bar would end the cell of a table.
        Face::Code => format!("`{}`", for_terminal(text).replace('`', "'").replace('|', "\\|")),
    }
}

/// A text that begins a line is no list of its own, whatever it begins with.
fn begun(text: &str) -> String {
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    match text[digits..].chars().next() {
        Some('.' | ')') if digits > 0 => format!("{}\\{}", &text[..digits], &text[digits..]),
        Some('-' | '+' | '=') if digits == 0 => format!("\\{text}"),
        _ => text.to_string(),
    }
}

fn list(out: &mut String, ordered: bool, items: &[Item], indent: usize) {
    for (i, item) in items.iter().enumerate() {
        let mark = if ordered { format!("{}.", i + 1) } else { "-".to_string() };
        out.push_str(&format!("{}{mark} {}\n", " ".repeat(indent), begun(&rich(&item.text))));
        list(out, false, &item.items, indent + mark.len() + 1);
    }
}

fn table(out: &mut String, table: &Table) {
    let line = |cells: &mut dyn Iterator<Item = String>| format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "));
    out.push_str(&line(&mut table.head.iter().map(|h| for_markdown(h.trim_start_matches('#')))));
    out.push_str(&line(&mut table.head.iter().map(|h| if h.starts_with('#') { "---:" } else { "---" }.to_string())));
    table.rows.iter().for_each(|row| out.push_str(&line(&mut row.iter().map(rich))));
}

/// A text inside the quotes of a Mermaid label.
fn label(text: &str, most: usize) -> String {
    let mut out = String::new();
    for c in for_terminal(&clipped(text, most)).chars() {
        match c {
            '"' | '<' | '>' | '&' | '#' | '`' | '\\' | ';' => out.push_str(&format!("#{};", c as u32)),
            c => out.push(c),
        }
    }
    out
}

fn route(out: &mut String, turns: &[Turn]) {
    out.push_str("```mermaid\nflowchart TD\n");
    for (i, turn) in turns.iter().enumerate() {
        let name = if turn.name.is_empty() { format!("Rule {}", i + 1) } else { turn.name.clone() };
        let asks = if turn.asks.is_empty() { String::new() } else { format!("<br>{}", label(&turn.asks, 160)) };
        out.push_str(&format!("  q{i}[\"{}{asks}\"]\n", label(&name, 60)));
        for (n, to) in turn.to.iter().enumerate() {
            let arrow = if turn.to.len() > 1 { "yes, by band" } else { "yes" };
            out.push_str(&format!("  q{i} -- {arrow} --> o{i}x{n}([\"{}\"])\n", label(to, 60)));
        }
        if i + 1 < turns.len() {
            let arrow = if turn.may_go_on { "no, or open in the table" } else { "no" };
            out.push_str(&format!("  q{i} -- {arrow} --> q{}\n", i + 1));
        }
    }
    out.push_str("```\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_a_line_begins_no_list() {
        assert_eq!(
            ["1. a", "12) b", "- c", "+ d", "1 e", "f"].map(begun),
            ["1\\. a", "12\\) b", "\\- c", "\\+ d", "1 e", "f"]
        );
        assert_eq!(piece(&(Face::Strong, "Next: ".to_string())), "**Next:** ");
        assert_eq!(label("a \"b\" <c>", 60), "a #34;b#34; #60;c#62;");
    }
}
