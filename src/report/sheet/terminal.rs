//! A sheet for a terminal.

use super::{Block, Entry, Mark};
use crate::report::diagnostics::Layout;
use crate::report::page::{Cell, Page, Style};

/// All blocks, one below the other.
pub fn terminal(blocks: &[Block], layout: Layout) -> String {
    let mut page = Page::new(layout);
    let mut before: Option<&Block> = None;
    for block in blocks {
        let opens = matches!(before, None | Some(Block::Title(_) | Block::Heading(_) | Block::Label(_)));
        match block {
            Block::Title(text) | Block::Heading(text) => page.heading(text),
            Block::Sub(text) => page.rows(0, &[vec![Cell::new(text).styled(Style::Faint)]]),
            Block::Label(text) => {
                if !opens {
                    page.gap();
                }
                page.line(2, text);
            }
            Block::Call(mark, text) => {
                page.gap();
                page.rows(0, &[vec![Cell::new(text).styled(style(*mark))]]);
            }
            Block::Text(text) => {
                if !opens {
                    page.gap();
                }
                page.line(if matches!(before, Some(Block::Heading(_))) { 2 } else { 0 }, text);
            }
            Block::Pairs(pairs) => {
                let row =
                    |(name, value): &(String, String)| vec![Cell::new(name).styled(Style::Faint), Cell::new(value)];
                page.rows(2, &pairs.iter().map(row).collect::<Vec<_>>());
            }
            Block::List(entries) => list(&mut page, entries),
            Block::Table { rows, .. } => table(&mut page, rows),
        }
        before = Some(block);
    }
    page.text()
}

/// A terminal is too narrow for a last column of long texts, so it stands below the one before it. What the columns are can be seen from what is in
/// them.
fn table(page: &mut Page, rows: &[Vec<String>]) {
    let mut lines = Vec::new();
    for row in rows {
        let Some((last, others)) = row.split_last() else { continue };
        lines.push(others.iter().map(Cell::new).collect());
        if !last.is_empty() {
            let blank = others.iter().skip(1).map(|_| Cell::new(""));
            lines.push(blank.chain([Cell::new(last).styled(Style::Faint)]).collect::<Vec<Cell>>());
        }
    }
    page.rows(2, &lines);
}

fn list(page: &mut Page, entries: &[Entry]) {
    let mut rows = Vec::new();
    for (at, entry) in entries.iter().enumerate() {
        let sign = match entry.mark {
            Mark::Number => format!("{}.", at + 1),
            mark => mark.sign().to_string(),
        };
        rows.push(vec![Cell::new(sign).styled(style(entry.mark)), Cell::new(&entry.text)]);
        if !entry.more.is_empty() {
            rows.push(vec![Cell::new(""), Cell::new(&entry.more).styled(Style::Faint)]);
        }
    }
    page.rows(2, &rows);
}

fn style(mark: Mark) -> Style {
    match mark {
        Mark::Plain | Mark::Number => Style::Plain,
        Mark::Good => Style::Good,
        Mark::Bad => Style::Bad,
        Mark::Open => Style::Open,
    }
}
