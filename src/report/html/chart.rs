//! Pictures, drawn here as SVG so that a page needs no script for them. Each says in words what it shows; the exact numbers stand in a table beside.

use super::Text;
use crate::report::playbook::Turn;
use maud::{Markup, html};

/// The text colour stays readable on a cell of at most this weight, in both schemes.
const HEAVIEST: u64 = 45;

/// How a cell of a heat map is filled: the square root of the share of the largest, so that small counts are still seen.
pub fn heat(n: u64, largest: u64) -> String {
    let share = n.saturating_mul(10_000).checked_div(largest).unwrap_or(0);
    let weight = (share.isqrt() * HEAVIEST).div_ceil(100);
    format!("background: rgba(var(--heat), {}.{:02})", weight / 100, weight % 100)
}

/// A bar in a cell of a table, as long as the share; the number stands beside it.
pub fn bar(n: u64, of: u64) -> Markup {
    let share = n.saturating_mul(1_000).checked_div(of).unwrap_or(0).min(1_000);
    let share = if n > 0 { share.max(5) } else { 0 };
    html! { span.bar aria-hidden="true" { span style={ "width: " (share / 10) "." (share % 10) "%" } {} } }
}

/// So much of a text as a label has room for.
pub fn clipped(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_string();
    }
    let short: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", short.trim_end())
}

/// Where something begins on an axis, in hundredths of its length.
#[derive(Clone, Debug)]
pub struct Edge {
    pub at: u64,
    /// What begins there.
    pub name: String,
}

/// How many have so much, with the edges between bands drawn.
pub fn distribution(name: &str, says: &str, counts: &[u64], edges: &[Edge], end: &str) -> Markup {
    let (width, height, top, left) = (420_u64, 130_u64, 34_u64, 4_u64);
    let largest = counts.iter().copied().max().unwrap_or(0).max(1);
    let step = width / counts.len().max(1) as u64;
    html! {
        svg role="img" viewBox={ "0 0 " (width + 2 * left) " " (top + height + 24) } width=(width + 2 * left) aria-label={ (Text(name)) ": " (Text(says)) } {
            @for (i, n) in counts.iter().enumerate() {
                @let tall = if *n > 0 { (n * height / largest).max(2) } else { 0 };
                rect.fill x=(left + i as u64 * step + 1) y=(top + height - tall) width=(step - 2) height=(tall) { title { (n) } }
            }
            line.axis x1=(left) y1=(top + height) x2=(left + width) y2=(top + height) {}
            @for (i, edge) in edges.iter().enumerate() {
                @let x = left + edge.at * width / 100;
                @if edge.at > 0 { line.edge x1=(x) y1=(top - 4) x2=(x) y2=(top + height) {} }
                // Two lines of labels by turns, so that narrow bands do not write over one another.
                text x=(x + 3) y=(if i % 2 == 0 { 11 } else { 25 }) { (Text(&clipped(&edge.name, 16))) }
            }
            text x=(left) y=(top + height + 16) { "0" }
            text x=(left + width) y=(top + height + 16) text-anchor="end" { (end) }
        }
    }
}

/// One square a pair of parts of two scores, with the edges between bands drawn. `count` by place on the upright axis and on the level one.
pub fn squares(
    says: &str,
    parts: usize,
    count: &dyn Fn(usize, usize) -> u64,
    upright: (&str, &[Edge]),
    level: (&str, &[Edge]),
) -> Markup {
    let (cell, left, top) = (15_u64, 92_u64, 30_u64);
    let side = cell * parts as u64;
    let largest = (0..parts * parts).map(|i| count(i / parts, i % parts)).max().unwrap_or(0);
    html! {
        svg role="img" viewBox={ "0 0 " (left + side + 6) " " (top + side + 24) } width=(left + side + 6) aria-label=(Text(says)) {
            rect.frame x=(left) y=(top) width=(side) height=(side) {}
            @for i in 0..parts * parts {
                @let (up, along) = (i / parts, i % parts);
                @let n = count(up, along);
                @if n > 0 {
                    rect x=(left + along as u64 * cell) y=(top + side - (up as u64 + 1) * cell) width=(cell) height=(cell) style={ "fill: rgb(var(--heat)); fill-opacity: " (weight(n, largest)) } {
                        title { (n) }
                    }
                }
            }
            @for edge in upright.1 {
                @let y = top + side - edge.at * side / 100;
                @if edge.at > 0 { line.edge x1=(left) y1=(y) x2=(left + side) y2=(y) {} }
                text x=(left - 6) y=(y - 3) text-anchor="end" { (Text(&clipped(&edge.name, 12))) }
            }
            @for (i, edge) in level.1.iter().enumerate() {
                @let x = left + edge.at * side / 100;
                @if edge.at > 0 { line.edge x1=(x) y1=(top) x2=(x) y2=(top + side) {} }
                text x=(x + 2) y=(if i % 2 == 0 { 12 } else { 25 }) { (Text(&clipped(&edge.name, 12))) }
            }
            text x=(left) y=(top + side + 17) { (level.0) " →" }
            text x="0" y=(top + 8) { (upright.0) " ↑" }
        }
    }
}

fn weight(n: u64, largest: u64) -> String {
    let share = n.saturating_mul(10_000).checked_div(largest).unwrap_or(0);
    let weight = 15 + share.isqrt() * 85 / 100;
    format!("{}.{:02}", weight / 100, weight % 100)
}

/// Something that flows from the left to the right.
#[derive(Clone, Debug)]
pub struct Stream {
    pub from: usize,
    pub to: usize,
    pub count: u64,
}

/// Where a node stands.
struct Node {
    y: u64,
    tall: u64,
    /// How much of its height has been given to ribbons.
    used: u64,
}

/// Ribbons from nodes on the left to nodes on the right, as thick as what flows; nodes that nothing flows through are left out.
pub fn flow(says: &str, left: &[String], right: &[String], streams: &[Stream]) -> Markup {
    const TALL: u64 = 260;
    const GAP: u64 = 10;
    const LEAST: u64 = 16;
    let all: u64 = streams.iter().map(|s| s.count).sum::<u64>().max(1);
    let thick = |n: u64| (n * TALL / all).max(1);
    let lay = |names: &[String], end: &dyn Fn(&Stream) -> usize| -> Vec<Option<Node>> {
        let mut y = 4;
        let place = |i: usize| {
            let ribbons: u64 = streams.iter().filter(|s| end(s) == i).map(|s| thick(s.count)).sum();
            (ribbons > 0).then(|| {
                let node = Node { y, tall: ribbons.max(LEAST), used: 0 };
                y += node.tall + GAP;
                node
            })
        };
        (0..names.len()).map(place).collect()
    };
    let mut from = lay(left, &|s| s.from);
    let mut to = lay(right, &|s| s.to);
    let bottom = from.iter().chain(&to).flatten().map(|n| n.y + n.tall).max().unwrap_or(0) + 6;
    let (x1, x2) = (220_u64, 470_u64);
    let mut paths = Vec::new();
    for stream in streams {
        let (Some(a), Some(b)) = (&mut from[stream.from], &mut to[stream.to]) else { continue };
        let width = thick(stream.count);
        let (ya, yb) = (a.y + a.used, b.y + b.used);
        (a.used, b.used) = (a.used + width, b.used + width);
        let middle = (x1 + x2) / 2;
        let path = format!(
            "M{x1},{ya} C{middle},{ya} {middle},{yb} {x2},{yb} L{x2},{} C{middle},{} {middle},{} {x1},{} Z",
            yb + width,
            yb + width,
            ya + width,
            ya + width
        );
        paths.push((path, format!("{} → {}: {}", left[stream.from], right[stream.to], stream.count)));
    }
    html! {
        svg role="img" viewBox={ "0 0 700 " (bottom) } width="700" aria-label=(Text(says)) {
            @for (path, says) in &paths {
                path.ribbon d=(path) { title { (Text(says)) } }
            }
            @for (node, name) in from.iter().zip(left).filter_map(|(n, name)| Some((n.as_ref()?, name))) {
                rect.node x=(x1 - 6) y=(node.y) width="6" height=(node.tall) {}
                text x=(x1 - 12) y=(node.y + node.tall / 2 + 4) text-anchor="end" { (Text(&clipped(name, 32))) }
            }
            @for (node, name) in to.iter().zip(right).filter_map(|(n, name)| Some((n.as_ref()?, name))) {
                rect.node x=(x2) y=(node.y) width="6" height=(node.tall) {}
                text x=(x2 + 12) y=(node.y + node.tall / 2 + 4) { (Text(&clipped(name, 32))) }
            }
        }
    }
}

/// A share with its interval, in parts of ten thousand, and how it is written; nothing where there are too few to have one.
#[derive(Clone, Debug)]
pub struct Interval {
    pub name: String,
    pub is: Option<(u64, u64, u64, String)>,
}

/// Shares below one another, each with its interval; `all` is the share of all, and what it is called.
pub fn intervals(says: &str, rows: &[Interval], all: Option<(u64, String)>) -> Markup {
    const STEP: u64 = 26;
    let (left, width, top) = (190_u64, 400_u64, 22_u64);
    let ends = rows.iter().filter_map(|r| r.is.as_ref().map(|(_, _, high, _)| *high));
    // The axis ends with a whole tenth.
    let end = ends.chain(all.iter().map(|(at, _)| *at)).max().unwrap_or(0).div_ceil(1_000).max(1) * 1_000;
    let x = |parts: u64| left + parts * width / end;
    let bottom = top + rows.len() as u64 * STEP;
    html! {
        svg role="img" viewBox={ "0 0 " (left + width + 70) " " (bottom + 24) } width=(left + width + 70) aria-label=(Text(says)) {
            line.axis x1=(left) y1=(bottom) x2=(left + width) y2=(bottom) {}
            text x=(left) y=(bottom + 16) { "0 %" }
            text x=(left + width) y=(bottom + 16) text-anchor="end" { (end / 100) " %" }
            @if let Some((at, name)) = &all {
                line.edge x1=(x(*at)) y1=(top - 4) x2=(x(*at)) y2=(bottom) {}
                text.small x=(x(*at) + 4) y="12" { (Text(name)) }
            }
            @for (i, row) in rows.iter().enumerate() {
                @let y = top + i as u64 * STEP + STEP / 2;
                text x=(left - 10) y=(y + 4) text-anchor="end" { (Text(&clipped(&row.name, 26))) }
                @if let Some((at, low, high, written)) = &row.is {
                    line.span x1=(x(*low)) y1=(y) x2=(x(*high)) y2=(y) {}
                    circle.fill cx=(x(*at)) cy=(y) r="5" { title { (written) } }
                    text x=(left + width + 12) y=(y + 4) { (written) }
                } @else {
                    text.small x=(left + 4) y=(y + 4) { "too few leads" }
                }
            }
        }
    }
}

/// Questions from the top: a yes leads to the right, a no to the next below.
pub fn turns(says: &str, turns: &[Turn]) -> Markup {
    const LINE: u64 = 17;
    const GAP: u64 = 34;
    let wrapped = |text: &str, most: usize| -> Vec<String> {
        let mut lines: Vec<String> = textwrap::wrap(text, 56).iter().map(|l| l.to_string()).collect();
        if lines.len() > most {
            lines.truncate(most);
            if let Some(last) = lines.last_mut() {
                last.push_str(" …");
            }
        }
        lines
    };
    let mut y = 4;
    let mut boxes = Vec::new();
    for (i, turn) in turns.iter().enumerate() {
        let name = if turn.name.is_empty() { format!("Rule {}", i + 1) } else { turn.name.clone() };
        let asks = if turn.asks.is_empty() { Vec::new() } else { wrapped(&turn.asks, 5) };
        let lines = (1 + asks.len()).max(turn.to.len()) as u64;
        let tall = lines * LINE + 14;
        boxes.push((y, tall, name, asks, turn));
        y += tall + GAP;
    }
    let bottom = y.saturating_sub(GAP) + 6;
    html! {
        svg.turns role="img" viewBox={ "0 0 760 " (bottom) } width="760" aria-label=(Text(says)) {
            @for (i, (y, tall, name, asks, turn)) in boxes.iter().enumerate() {
                rect.box x="2" y=(y) width="450" height=(tall) rx="6" {}
                text.strong x="14" y=(y + 20) { (Text(&clipped(name, 50))) }
                @for (n, line) in asks.iter().enumerate() { text x="14" y=(y + 20 + (n as u64 + 1) * LINE) { (Text(line)) } }
                @let middle = y + tall / 2;
                line.arrow x1="452" y1=(middle) x2="532" y2=(middle) {}
                path.head d={ "M532," (middle - 5) " l9,5 l-9,5 Z" } {}
                @if !turn.asks.is_empty() { text.small x="480" y=(middle - 7) { "yes" } }
                @let high = turn.to.len() as u64 * LINE + 14;
                rect.end x="542" y=(middle - high / 2) width="212" height=(high) rx="14" {}
                @for (n, to) in turn.to.iter().enumerate() { text x="648" y=(middle - high / 2 + 20 + n as u64 * LINE) text-anchor="middle" { (Text(&clipped(to, 28))) } }
                @if i + 1 < boxes.len() {
                    line.arrow x1="60" y1=(y + tall) x2="60" y2=(y + tall + GAP - 9) {}
                    path.head d={ "M55," (y + tall + GAP - 9) " l5,9 l5,-9 Z" } {}
                    text.small x="72" y=(y + tall + 22) { @if turn.may_go_on { "no, or where the table goes on" } @else { "no" } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_counts_are_seen_and_large_ones_stay_readable() {
        assert_eq!(heat(0, 100), "background: rgba(var(--heat), 0.00)");
        assert_eq!(heat(1, 100), "background: rgba(var(--heat), 0.05)");
        assert_eq!(heat(100, 100), "background: rgba(var(--heat), 0.45)");
        assert_eq!(heat(0, 0), "background: rgba(var(--heat), 0.00)");
        assert_eq!(
            bar(1, 100_000).into_string(),
            r#"<span class="bar" aria-hidden="true"><span style="width: 0.5%"></span></span>"#
        );
        assert_eq!(clipped("déjà vu", 5), "déjà…");
    }

    #[test]
    fn ribbons_leave_and_arrive_without_gaps() {
        let names = |list: &[&str]| list.iter().map(|n| n.to_string()).collect::<Vec<_>>();
        let streams = [Stream { from: 0, to: 1, count: 3 }, Stream { from: 2, to: 1, count: 1 }];
        let svg = flow("x", &names(&["a", "b", "c"]), &names(&["d", "<e>"]), &streams).into_string();
        assert!(svg.contains("&lt;e&gt;") && !svg.contains("<e>"));
        // What nothing flows through is not drawn.
        assert!(!svg.contains(">b<") && !svg.contains(">d<"), "{svg}");
        assert_eq!(svg.matches("<path").count(), 2);
    }
}
