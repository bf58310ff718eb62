//! What changed between two texts, line by line, in the unified format that `patch` and code review read.

/// The lines around a change that are shown with it.
const CONTEXT: usize = 3;
/// How many pairs of lines are compared; beyond that, the changed part is shown as replaced whole.
const MOST_PAIRS: usize = 16_000_000;

/// One line of the way from the old text to the new.
#[derive(Clone, Copy)]
enum Step {
    Same(usize, usize),
    Gone(usize),
    New(usize),
}

/// The difference of two texts under the name of their file; empty if there is none.
pub fn unified(name: &str, old: &str, new: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let steps = steps(&old, &new);
    let changes: Vec<usize> = (0..steps.len()).filter(|i| !matches!(steps[*i], Step::Same(..))).collect();
    if changes.is_empty() {
        return String::new();
    }
    let mut out = format!("--- {name}\n+++ {name}\n");
    for hunk in hunks(&changes, steps.len()) {
        write_hunk(&steps[hunk], &old, &new, &mut out);
    }
    out
}

/// Ranges of steps with their context; those that touch are one.
fn hunks(changes: &[usize], count: usize) -> Vec<std::ops::Range<usize>> {
    let mut found: Vec<std::ops::Range<usize>> = Vec::new();
    for &change in changes {
        let (start, end) = (change.saturating_sub(CONTEXT), (change + CONTEXT + 1).min(count));
        match found.last_mut() {
            Some(last) if start <= last.end => last.end = end,
            _ => found.push(start..end),
        }
    }
    found
}

fn write_hunk(steps: &[Step], old: &[&str], new: &[&str], out: &mut String) {
    let old_lines: Vec<usize> =
        steps.iter().filter_map(|s| if let Step::Same(o, _) | Step::Gone(o) = s { Some(*o) } else { None }).collect();
    let new_lines: Vec<usize> =
        steps.iter().filter_map(|s| if let Step::Same(_, n) | Step::New(n) = s { Some(*n) } else { None }).collect();
    out.push_str(&format!("@@ -{} +{} @@\n", place(&old_lines), place(&new_lines)));
    for step in steps {
        let (sign, line) = match *step {
            Step::Same(at, _) => (' ', old[at]),
            Step::Gone(at) => ('-', old[at]),
            Step::New(at) => ('+', new[at]),
        };
        out.push(sign);
        out.push_str(line);
        if !line.ends_with('\n') {
            out.push_str("\n\\ No newline at end of file\n");
        }
    }
}

/// First line and count, as hunks name them.
fn place(lines: &[usize]) -> String {
    format!("{},{}", lines.first().map_or(0, |l| l + 1), lines.len())
}

/// The shortest way from old to new: equal beginnings and ends, and the longest common part between them.
fn steps(old: &[&str], new: &[&str]) -> Vec<Step> {
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let tail = old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    let (old_end, new_end) = (old.len() - tail, new.len() - tail);
    let mut found: Vec<Step> = (0..head).map(|i| Step::Same(i, i)).collect();
    between(&old[head..old_end], &new[head..new_end], head, &mut found);
    found.extend((0..tail).map(|i| Step::Same(old_end + i, new_end + i)));
    found
}

/// The steps of the changed part, which begins at line `at` of both.
fn between(old: &[&str], new: &[&str], at: usize, found: &mut Vec<Step>) {
    let (rows, columns) = (old.len(), new.len());
    if rows.saturating_mul(columns) > MOST_PAIRS {
        found.extend((0..rows).map(|i| Step::Gone(at + i)));
        found.extend((0..columns).map(|j| Step::New(at + j)));
        return;
    }
    // For each pair of rests the length of their longest common part.
    let width = columns + 1;
    let mut common = vec![0u32; (rows + 1) * width];
    for i in (0..rows).rev() {
        for j in (0..columns).rev() {
            common[i * width + j] = if old[i] == new[j] {
                common[(i + 1) * width + j + 1] + 1
            } else {
                common[(i + 1) * width + j].max(common[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < rows || j < columns {
        if i < rows && j < columns && old[i] == new[j] {
            found.push(Step::Same(at + i, at + j));
            (i, j) = (i + 1, j + 1);
        } else if j == columns || i < rows && common[(i + 1) * width + j] >= common[i * width + j + 1] {
            found.push(Step::Gone(at + i));
            i += 1;
        } else {
            found.push(Step::New(at + j));
            j += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changed_lines_stand_in_their_context() {
        let old = "a\nb\nc\nd\ne\nf\ng\nh\n";
        let new = "a\nb\nc\nd\nE\nf\ng\nh";
        let shown = unified("x.rubric", old, new);
        let lines = [
            "--- x.rubric",
            "+++ x.rubric",
            "@@ -2,7 +2,7 @@",
            " b",
            " c",
            " d",
            "-e",
            "+E",
            " f",
            " g",
            "-h",
            "+h",
            "\\ No newline at end of file\n",
        ];
        assert_eq!(shown, lines.join("\n"));
        assert_eq!(unified("x.rubric", old, old), "");
        assert_eq!(unified("x.rubric", "", "a\n"), "--- x.rubric\n+++ x.rubric\n@@ -0,0 +1,1 @@\n+a\n");
    }
}
