//! The difference of two texts, line by line, in the unified form that `patch` and reviewers read.

use super::diagnostics::Layout;
use super::sanitize::lines_for_terminal;

/// Lines kept around each change.
const AROUND: usize = 3;
/// Texts with more changes than this are shown as replaced from the first change to the last: finding the least edit would take too long.
const MOST_EDITS: usize = 2_000;

/// What happens to a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edit {
    Keep,
    Remove,
    Add,
}

/// The difference, or nothing where the texts are the same. Texts are made harmless for terminals.
pub fn diff(name: &str, old: &str, new: &str, layout: Layout) -> String {
    if old == new {
        return String::new();
    }
    let (old, new): (Vec<&str>, Vec<&str>) = (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let edits = edits(&old, &new);
    let mut out = String::new();
    let name = lines_for_terminal(name).replace('\n', "\\u{a}");
    paint(&mut out, &format!("--- {name}"), "1", layout);
    paint(&mut out, &format!("+++ {name}"), "1", layout);
    for hunk in hunks(&edits) {
        write_hunk(&mut out, &edits, hunk, &old, &new, layout);
    }
    out
}

/// The edits that lead from one text to the other, with what both begin and end with set aside first.
fn edits(old: &[&str], new: &[&str]) -> Vec<Edit> {
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old, new) = (&old[head..], &new[head..]);
    let tail = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    let (old, new) = (&old[..old.len() - tail], &new[..new.len() - tail]);
    let mut all = vec![Edit::Keep; head];
    all.extend(least(old, new).unwrap_or_else(|| {
        let mut whole = vec![Edit::Remove; old.len()];
        whole.extend(vec![Edit::Add; new.len()]);
        whole
    }));
    all.extend(vec![Edit::Keep; tail]);
    all
}

/// The least number of edits: furthest-reaching paths on diagonals, walked back from the end. `None` above [`MOST_EDITS`].
fn least(old: &[&str], new: &[&str]) -> Option<Vec<Edit>> {
    let (n, m) = (old.len() as isize, new.len() as isize);
    let most = ((n + m) as usize).min(MOST_EDITS) as isize;
    // By diagonal, from `-most - 1` on: how many old lines the furthest path has used.
    let at = |diagonal: isize| (diagonal + most + 1) as usize;
    let mut furthest = vec![0_isize; 2 * most as usize + 3];
    let mut rounds: Vec<Vec<isize>> = Vec::new();
    for cost in 0..=most {
        rounds.push(furthest[at(-cost - 1)..=at(cost + 1)].to_vec());
        for diagonal in (-cost..=cost).step_by(2) {
            let down = diagonal == -cost || diagonal != cost && furthest[at(diagonal - 1)] < furthest[at(diagonal + 1)];
            let mut x = if down { furthest[at(diagonal + 1)] } else { furthest[at(diagonal - 1)] + 1 };
            while x < n && x - diagonal < m && old[x as usize] == new[(x - diagonal) as usize] {
                x += 1;
            }
            furthest[at(diagonal)] = x;
            if x >= n && x - diagonal >= m {
                return Some(walked_back(&rounds, n, m));
            }
        }
    }
    None
}

fn walked_back(rounds: &[Vec<isize>], n: isize, m: isize) -> Vec<Edit> {
    let (mut x, mut y) = (n, m);
    let mut all = Vec::new();
    for (cost, furthest) in rounds.iter().enumerate().rev() {
        let cost = cost as isize;
        let was = |diagonal: isize| furthest[(diagonal + cost + 1) as usize];
        let diagonal = x - y;
        let down = diagonal == -cost || diagonal != cost && was(diagonal - 1) < was(diagonal + 1);
        let before = if down { diagonal + 1 } else { diagonal - 1 };
        let (from_x, from_y) = if cost == 0 { (0, 0) } else { (was(before), was(before) - before) };
        while x > from_x && y > from_y {
            all.push(Edit::Keep);
            (x, y) = (x - 1, y - 1);
        }
        if cost > 0 {
            all.push(if down { Edit::Add } else { Edit::Remove });
            (x, y) = (from_x, from_y);
        }
    }
    all.reverse();
    all
}

/// Ranges of edits that are shown together: changes with the lines around them.
fn hunks(edits: &[Edit]) -> Vec<std::ops::Range<usize>> {
    let mut found: Vec<std::ops::Range<usize>> = Vec::new();
    for (i, _) in edits.iter().enumerate().filter(|(_, e)| **e != Edit::Keep) {
        let range = i.saturating_sub(AROUND)..(i + AROUND + 1).min(edits.len());
        match found.last_mut().filter(|last| last.end >= range.start) {
            Some(last) => last.end = range.end,
            None => found.push(range),
        }
    }
    found
}

fn write_hunk(
    out: &mut String,
    edits: &[Edit],
    hunk: std::ops::Range<usize>,
    old: &[&str],
    new: &[&str],
    layout: Layout,
) {
    let used = |edits: &[Edit], not: Edit| edits.iter().filter(|e| **e != not).count();
    let (before, inside) = (&edits[..hunk.start], &edits[hunk.clone()]);
    let (mut at_old, mut at_new) = (used(before, Edit::Add), used(before, Edit::Remove));
    let place = |at: usize, count: usize| {
        let first = if count == 0 { at } else { at + 1 };
        if count == 1 { format!("{first}") } else { format!("{first},{count}") }
    };
    let from = place(at_old, used(inside, Edit::Add));
    let to = place(at_new, used(inside, Edit::Remove));
    paint(out, &format!("@@ -{from} +{to} @@"), "36", layout);
    for edit in inside {
        let (sign, line, code) = match edit {
            Edit::Keep => (' ', old[at_old], ""),
            Edit::Remove => ('-', old[at_old], "31"),
            Edit::Add => ('+', new[at_new], "32"),
        };
        at_old += usize::from(*edit != Edit::Add);
        at_new += usize::from(*edit != Edit::Remove);
        let ended = line.ends_with('\n');
        let shown = lines_for_terminal(line.strip_suffix('\n').unwrap_or(line));
        paint(out, &format!("{sign}{shown}"), code, layout);
        if !ended {
            out.push_str("\\ No newline at end of file\n");
        }
    }
}

fn paint(out: &mut String, line: &str, code: &str, layout: Layout) {
    if code.is_empty() || !layout.colour {
        out.push_str(line);
    } else {
        out.push_str(&format!("\u{1b}[{code}m{line}\u{1b}[0m"));
    }
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Layout = Layout { colour: false, width: 80 };

    /// The edits, applied.
    fn applied(old: &str, new: &str) -> (String, usize) {
        let (a, b): (Vec<&str>, Vec<&str>) = (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
        let (mut at_old, mut at_new, mut out, mut changes) = (0, 0, String::new(), 0);
        for edit in edits(&a, &b) {
            changes += usize::from(edit != Edit::Keep);
            match edit {
                Edit::Keep => {
                    assert_eq!(a[at_old], b[at_new]);
                    out.push_str(a[at_old]);
                    at_old += 1;
                    at_new += 1;
                }
                Edit::Remove => at_old += 1,
                Edit::Add => {
                    out.push_str(b[at_new]);
                    at_new += 1;
                }
            }
        }
        assert_eq!((at_old, at_new), (a.len(), b.len()));
        (out, changes)
    }

    #[test]
    fn edits_lead_from_one_text_to_the_other_and_are_few() {
        let lines = |text: &str| text.chars().map(|c| format!("{c}\n")).collect::<String>();
        for (old, new, fewest) in [
            ("abcabba", "cbabac", 5),
            ("", "ab", 2),
            ("ab", "", 2),
            ("abc", "abc", 0),
            ("axbxc", "abc", 2),
            ("abc", "xyz", 6),
        ] {
            assert_eq!(applied(&lines(old), &lines(new)), (lines(new), fewest), "{old} {new}");
        }
        let long: String = (0..5_000).map(|i| format!("{i}\n")).collect();
        let other: String = (0..5_000).map(|i| format!("x{i}\n")).collect();
        assert_eq!(applied(&long, &other).0, other);
    }

    #[test]
    fn a_hunk_says_where_it_stands() {
        let old = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10";
        let new = "1\n2\n3\n4\n6\n7\n8\n9\n10\n\u{1b}[31m";
        let shown = diff("a.rubric", old, new, PLAIN);
        let expected = "--- a.rubric\n+++ a.rubric\n@@ -2,9 +2,9 @@\n 2\n 3\n 4\n-5\n 6\n 7\n 8\n 9\n-10\n\\ No newline at end of file\n+10\n+\\u{1b}[31m\n\\ No newline at end of file\n";
        assert_eq!(shown, expected);
    }
}
