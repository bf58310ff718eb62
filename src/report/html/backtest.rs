//! The page of a backtest: the blocks that every form of it is made of, with pictures of the shares.

use super::chart::{self, Interval};
use super::noticed::noticed;
use super::{Page, Text};
use crate::backtest::Rate;
use crate::backtest::figures::{Backtest, Cell};
use crate::data::findings::Findings;
use crate::report::backtest::{Block, Picture, Table, blocks};
use maud::{Markup, html};

/// The page, with what the readers noticed at its end.
pub fn page(figures: &Backtest, findings: &Findings) -> String {
    let blocks = blocks(figures);
    let title =
        blocks.iter().find_map(|b| if let Block::Title(t) = b { Some(t.as_str()) } else { None }).unwrap_or("Backtest");
    let heading = |(i, b): (usize, &Block)| match b {
        Block::Heading(text) => Some((i, text.clone())),
        _ => None,
    };
    let headings: Vec<(usize, String)> = blocks.iter().enumerate().filter_map(heading).collect();
    let first = headings.first().map_or(blocks.len(), |(i, _)| *i);
    let body = html! {
        @for (i, one) in blocks[..first].iter().enumerate() { (block(i, one, i == 0)) }
        nav aria-label="Contents" { ul.inline {
            @for (i, text) in &headings { li { a href={ "#part-" (i) } { (inline(text)) } } }
            li { a href="#data" { "What the data left open" } }
        } }
        @for (i, one) in blocks.iter().enumerate().skip(first) { (block(i, one, false)) }
        (noticed(findings))
    };
    Page { title, body, style: include_str!("backtest.css"), script: "", data: None }.document()
}

fn block(at: usize, block: &Block, first: bool) -> Markup {
    match block {
        Block::Title(text) if first => html! { h1 { (inline(text)) } },
        Block::Title(text) => html! { h2.policy { (inline(text)) } },
        Block::Heading(text) => html! { h2 id={ "part-" (at) } { (inline(text)) } },
        Block::Text(text) => html! { p { (inline(text)) } },
        Block::Warning(text) => html! { p.note.bad { strong { "! " } (inline(text)) } },
        Block::Table(one) => table(one),
        Block::Picture(Picture::Shares { of, groups, base }) => shares(of, groups, base),
        Block::Picture(Picture::Grid(cells)) => grid(cells),
        Block::Diff(text) => {
            html! { div.scroll { pre { @for line in text.lines() { span class=(class(line)) { (Text(line)) } "\n" } } } }
        }
    }
}

fn class(line: &str) -> &'static str {
    match line.as_bytes().first() {
        Some(b'+') => "good",
        Some(b'-') => "bad",
        _ => "faint",
    }
}

/// Pieces between backticks are names. With an odd number of them something else is meant, and the text stands as it is.
fn inline(text: &str) -> Markup {
    let pieces: Vec<&str> = text.split('`').collect();
    if pieces.len().is_multiple_of(2) {
        return html! { (Text(text)) };
    }
    html! { @for (i, piece) in pieces.iter().enumerate() { @if i % 2 == 0 { (Text(piece)) } @else { code { (Text(piece)) } } } }
}

fn table(table: &Table) -> Markup {
    let number = |i: usize| table.head[i].number;
    html! { div.scroll { table {
        thead { tr { @for (i, column) in table.head.iter().enumerate() { th.number[number(i)] scope="col" { (Text(column.name)) } } } }
        tbody { @for row in &table.rows { tr { @for (i, cell) in row.iter().enumerate() { td.number[number(i)] { (inline(cell)) } } } } }
    } } }
}

/// Parts of ten thousand of a share.
fn parts(share: f64) -> u64 {
    (share.clamp(0.0, 1.0) * 10_000.0).round() as u64
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

fn shares(of: &str, groups: &[crate::backtest::figures::Group], base: &Rate) -> Markup {
    let interval = |g: &crate::backtest::figures::Group| {
        let (at, low, high) = (g.rate.rate?, g.rate.low?, g.rate.high?);
        Some((parts(at), parts(low), parts(high), percent(at)))
    };
    let row = |g: &crate::backtest::figures::Group| Interval { name: g.name.clone(), is: interval(g) };
    let rows: Vec<Interval> = groups.iter().map(row).collect();
    if rows.iter().all(|r| r.is.is_none()) {
        return html! {};
    }
    let says = format!("{of}: the share of won leads with its interval; the table below says the same");
    html! { figure.scroll {
        (chart::intervals(&says, &rows, base.rate.map(|b| (parts(b), format!("all: {}", percent(b))))))
        figcaption { "Share of won leads; the line is its interval of 95 %, the dashed line the share of all. Too few leads have none." }
    } }
}

fn grid(cells: &[Cell]) -> Markup {
    let mut fit: Vec<&str> = Vec::new();
    let mut intent: Vec<&str> = Vec::new();
    for cell in cells {
        if !fit.contains(&cell.fit.as_str()) {
            fit.push(&cell.fit);
        }
        if !intent.contains(&cell.intent.as_str()) {
            intent.push(&cell.intent);
        }
    }
    let largest = cells.iter().filter_map(|c| c.rate.rate).map(parts).max().unwrap_or(0);
    let find = |f: &str, i: &str| cells.iter().find(|c| c.fit == f && c.intent == i);
    html! { div.scroll { table.heat {
        caption { "Share of won leads, and won of all; rows are Fit, columns are Intent" }
        thead { tr { td {} @for i in intent.iter().rev() { th.number scope="col" { (Text(i)) } } } }
        tbody { @for f in &fit { tr {
            th scope="row" { (Text(f)) }
            @for i in intent.iter().rev() {
                @if let Some(cell) = find(f, i) {
                    td.number style=(chart::heat(cell.rate.rate.map_or(0, parts), largest)) {
                        @match cell.rate.rate { Some(rate) => (percent(rate)), None => "–" }
                        br; span.small { (cell.rate.won) " of " (cell.rate.leads) }
                    }
                } @else { td {} }
            }
        } } }
    } } }
}
