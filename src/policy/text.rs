//! How names, choices, titles and phrases are compared.

/// What choices, headers and names are compared by: ASCII case and every white space, `_` and `-` are left out.
pub fn fold(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '_' && *c != '-').map(|c| c.to_ascii_lowercase()).collect()
}

/// What spellings of *not known* are compared by: trimmed, ASCII case ignored, punctuation kept.
pub fn fold_spelling(text: &str) -> String {
    text.trim().to_ascii_lowercase()
}

/// The spellings of *not known* that hold for every field unless it says `unknown only`, folded with [`fold_spelling`].
pub const UNKNOWN_SPELLINGS: [&str; 12] =
    ["", "null", "n/a", "na", "-none-", "none", "select", "select one", "--", "-", "unknown", "(no value)"];

/// The candidate most like `written`, if one is near enough to be meant.
pub fn nearest<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = fold(written);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let target = fold(candidate);
        // A prefix of three characters or more is how people shorten a name: `care coord.` for `care_coordination`.
        let stem = folded.trim_end_matches('.');
        let shortened = stem.len() >= 3 && target.starts_with(stem);
        let distance = if shortened { 1 } else { strsim::damerau_levenshtein(&folded, &target) };
        let allowed = (folded.chars().count().max(target.chars().count()) / 3).max(1);
        if distance <= allowed && best.is_none_or(|(d, _)| distance < d) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, c)| c)
}

/// The candidate that was surely meant: within a slip or two of the keyboard in a name long enough that this says something, while no other comes
/// near. Digits are no slip: `site_1` is not a misspelt `site_2`.
pub fn surely<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = fold(written);
    let allowed = (folded.chars().count() / 4).min(2);
    let distance = |c: &str| strsim::damerau_levenshtein(&folded, &fold(c));
    // A name of another length is that many letters away at least, which is cheap to see.
    let as_long = |c: &str| fold(c).chars().count().abs_diff(folded.chars().count()) <= allowed + 1;
    let mut near: Vec<&str> = candidates.into_iter().filter(|c| as_long(c) && distance(c) <= allowed + 1).collect();
    near.dedup();
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    match near[..] {
        [one] if allowed > 0 && distance(one) <= allowed && one != written && digits(one) == digits(written) => {
            Some(one)
        }
        _ => None,
    }
}

/// Whether a title or text holds the phrase as whole words, ASCII case ignored; `*` at the end of a word stands for any rest of it.
///
/// Words are runs of letters and digits, so `VP, Clinical Operations` holds `clinical operations` but not `clinic`.
pub fn phrase_matches(text: &str, phrase: &str) -> bool {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let parts: Vec<&str> = phrase.split(|c: char| !c.is_alphanumeric() && c != '*').filter(|w| !w.is_empty()).collect();
    !parts.is_empty()
        && words.windows(parts.len()).any(|run| run.iter().zip(&parts).all(|(word, part)| word_matches(word, part)))
}

fn word_matches(word: &str, part: &str) -> bool {
    match part.strip_suffix('*') {
        Some(stem) => word.get(..stem.len()).is_some_and(|w| w.eq_ignore_ascii_case(stem)),
        None => word.eq_ignore_ascii_case(part),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_whole_words() {
        assert!(phrase_matches("VP, Clinical Operations", "clinical operations"));
        assert!(!phrase_matches("VP, Clinical Operations", "clinic"));
        assert!(phrase_matches("Chief Nursing Officer", "nurs*"));
        assert!(phrase_matches("CFO", "cfo"));
        assert!(!phrase_matches("", "cfo"));
        assert!(!phrase_matches("Café owner", "caf"));
    }

    #[test]
    fn nearest_takes_typing_errors_and_short_forms() {
        assert_eq!(nearest("Care Coord.", ["care_coordination", "coding"]), Some("care_coordination"));
        assert_eq!(nearest("clinc", ["clinic", "payer"]), Some("clinic"));
        assert_eq!(nearest("zebra", ["clinic", "payer"]), None);
    }

    #[test]
    fn only_one_candidate_within_a_slip_is_surely_meant() {
        assert_eq!(surely("regoin", ["region", "reason"]), Some("region"));
        assert_eq!(surely("systms", ["systems", "system"]), None);
        assert_eq!(surely("us", ["uk", "eu"]), None);
        assert_eq!(surely("site_1", ["site_2"]), None);
        assert_eq!(surely("care coord", ["care_coordination"]), None);
    }
}
