//! Where the columns of a block stand.
//!
//! Takes the cells of all items of a body; gives for each cell that stands in a column where it begins. A cell takes part as long as nothing
//! before it on its line needs more than that line. An item much longer than all others does not move their columns.

use super::WIDTH;
use super::cells::Cell;
use super::wrap;
use super::written::Written;
use crate::syntax::outline::Node;

/// How much further right an item may reach than the next shorter one before it stands by itself.
const OUTLIER: usize = 24;

/// For each item and each of its cells the column it is moved to.
pub type Columns = Vec<Vec<Option<usize>>>;

/// Finds the columns of the items of a body that begin at `indent`.
pub fn columns(written: &Written<'_>, items: &[Node], rows: &[Vec<Cell>], indent: usize) -> Columns {
    let items: Vec<&Node> = items.iter().collect();
    joint_columns(written, &items, rows, indent)
}

/// Finds the columns of items that stand in several bodies, all at `indent`.
pub fn joint_columns(written: &Written<'_>, items: &[&Node], rows: &[Vec<Cell>], indent: usize) -> Columns {
    let mut placed: Columns = rows.iter().map(|cells| vec![None; cells.len()]).collect();
    let mut numbers: Vec<usize> = rows.iter().flatten().filter_map(|c| c.column).collect();
    numbers.sort_unstable();
    numbers.dedup();
    for number in numbers {
        let mut taking_part = Vec::new();
        for (row, cells) in rows.iter().enumerate() {
            let Some(at) = cells.iter().position(|c| c.column == Some(number) && !c.own_line) else { continue };
            let line = Line { written, item: items[row], cells, placed: &placed[row], indent };
            if let Some(end) = line.end(at) {
                taking_part.push(Taking { row, at, position: end + cells[at].gap });
            }
        }
        settle(written, rows, taking_part, &mut placed);
    }
    placed
}

/// An item that has a cell in the column, and where that cell stands if nothing moves it.
struct Taking {
    row: usize,
    at: usize,
    position: usize,
}

/// Moves the cells of one column to where the longest of the items before them ends.
fn settle(written: &Written<'_>, rows: &[Vec<Cell>], mut taking_part: Vec<Taking>, placed: &mut Columns) {
    loop {
        let column = rightmost(taking_part.iter().map(|t| t.position).collect());
        let before = taking_part.len();
        taking_part.retain(|t| {
            let cell = &rows[t.row][t.at];
            !cell.must_fit || written.flat(cell.range.clone()).is_some_and(|width| column + width <= WIDTH)
        });
        if taking_part.len() == before {
            for taking in taking_part.iter().filter(|t| t.position <= column) {
                placed[taking.row][taking.at] = Some(column);
            }
            return;
        }
    }
}

/// The rightmost of some positions, without a few that stand far from all others.
fn rightmost(mut positions: Vec<usize>) -> usize {
    positions.sort_unstable();
    let count = positions.len();
    let few = |i: &usize| (count - i) * 2 <= *i;
    let far = (1..count).filter(few).find(|&i| positions[i] > positions[i - 1] + OUTLIER);
    positions[..far.unwrap_or(count)].last().copied().unwrap_or(0)
}

/// The line of an item as far as its columns are known.
struct Line<'l, 'a> {
    written: &'l Written<'a>,
    item: &'l Node,
    cells: &'l [Cell],
    placed: &'l [Option<usize>],
    indent: usize,
}

impl Line<'_, '_> {
    /// Where the cell before `at` ends, if all up to there stands on the line the item begins.
    fn end(&self, at: usize) -> Option<usize> {
        let mut column = self.indent;
        for (i, cell) in self.cells[..at].iter().enumerate() {
            let is_driven_off = |t: usize| !self.written.gap(t).comments.is_empty();
            if cell.own_line || i > 0 && is_driven_off(cell.range.start) {
                return None;
            }
            column = if i == 0 { self.indent } else { self.placed[i].unwrap_or(column + cell.gap) };
            let width = self.written.flat(cell.range.clone())?;
            if wrap::overflows(self.written, cell.range.clone(), &self.item.children, column) {
                return None;
            }
            column += width;
        }
        let next = self.cells[at].range.start;
        self.written.gap(next).comments.is_empty().then_some(column)
    }
}
