//! The blocks of a backtest on a terminal.

use super::{Block, Table};
use crate::data::findings::Findings;
use crate::report::diagnostics::Layout;
use crate::report::noticed::noticed;
use crate::report::page::{Cell, Page, Style};

/// So many findings about the data are shown unless all are asked for.
const MOST_FINDINGS: usize = 20;

/// The page.
pub fn page(blocks: &[Block], findings: &Findings, all_findings: bool, layout: Layout) -> String {
    let mut page = Page::new(layout);
    for block in blocks {
        match block {
            Block::Title(text) | Block::Heading(text) => page.heading(text),
            Block::Text(text) => page.line(2, text),
            Block::Warning(text) => page.rows(2, &[vec![Cell::new("!").styled(Style::Bad), Cell::new(text)]]),
            Block::Table(table) => page.rows(2, &rows(table)),
            Block::Picture(_) => {}
            Block::Diff(text) => {
                page.gap();
                text.lines().for_each(|line| page.verbatim(0, line));
            }
        }
    }
    if !findings.is_empty() {
        page.heading("What the data left open");
        noticed(&mut page, findings, if all_findings { usize::MAX } else { MOST_FINDINGS });
    }
    page.text()
}

fn rows(table: &Table) -> Vec<Vec<Cell>> {
    let cell = |text: &str, at: usize, style: Style| {
        let cell = Cell::new(text).styled(style);
        if table.head[at].number { cell.right() } else { cell }
    };
    let head = table.head.iter().enumerate().map(|(at, column)| cell(column.name, at, Style::Faint)).collect();
    let row = |row: &Vec<String>| row.iter().enumerate().map(|(at, text)| cell(text, at, style(text))).collect();
    std::iter::once(head).chain(table.rows.iter().map(row)).collect()
}

/// What is not there stands out less than what is.
fn style(text: &str) -> Style {
    match text {
        "0" | "–" | "too few leads" => Style::Faint,
        _ => Style::Plain,
    }
}
