//! Which policies of two sides are versions of one another.

use super::align::{Matcher, likeness};

/// A policy on one side, as far as it has to be known to find its other version.
#[derive(Clone, Debug)]
pub struct Found<'f> {
    /// `None` where the file cannot be read so far.
    pub name: Option<&'f str>,
    /// The path below the folder that was named.
    pub path: &'f str,
    pub text: &'f str,
}

/// So much alike, in hundredths, are two versions of a policy that has neither its name nor its path any more. Policies for different products that were
/// written after one pattern are less.
const ALIKE: u32 = 85;

/// Pairs by name, then by path, then, for what was both moved and renamed, by what is written; what is on one side alone comes alone. In the order of
/// the new side, and then what only the old one has.
pub fn paired(old: &[Found<'_>], new: &[Found<'_>]) -> Vec<(Option<usize>, Option<usize>)> {
    let pairs = Matcher::new(old, new)
        .by(|f| f.name.map(|n| (n.to_string(), f.path.to_string())))
        .by(|f| f.name.map(str::to_string))
        .by(|f| Some(f.path.to_string()))
        .by_likeness(|a, b| Some(likeness(a.text, b.text)).filter(|l| *l >= ALIKE).unwrap_or(0))
        .pairs();
    let of_new = (0..new.len()).map(|j| (pairs.iter().find(|(_, b)| *b == j).map(|(a, _)| *a), Some(j)));
    let alone = (0..old.len()).filter(|i| !pairs.iter().any(|(a, _)| a == i)).map(|i| (Some(i), None));
    of_new.chain(alone).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_are_followed_when_they_are_moved_or_renamed() {
        let one = |name, path, text| Found { name, path, text };
        let old =
            [one(Some("a"), "a", "x y z"), one(Some("b"), "b", "u v"), one(Some("c"), "c", "o p q r s t u v w x")];
        let new = [
            one(Some("b"), "sub/b", "u v"),
            one(Some("a2"), "a", "x"),
            one(Some("d"), "d", "o p q r s t u v w y"),
            one(None, "e", ""),
        ];
        let expected = [(Some(1), Some(0)), (Some(0), Some(1)), (Some(2), Some(2)), (None, Some(3))];
        assert_eq!(paired(&old, &new), expected);
        assert_eq!(paired(&old[..1], &[]), [(Some(0), None)]);
    }
}
