//! Whether one text can pass some tests and fail others.

use crate::policy::condition::TextTest;

/// Whether some text can answer all tests as wanted. It may say yes too often, never no.
pub fn possible(tests: &[(TextTest, bool)]) -> bool {
    let spelled = tests.iter().find_map(|(t, wanted)| match t {
        TextTest::Is(texts) if *wanted => Some(texts),
        _ => None,
    });
    if let Some(candidates) = spelled {
        return candidates.iter().any(|text| tests.iter().all(|(t, wanted)| t.holds(text) == *wanted));
    }
    let passed = || tests.iter().filter(|(_, wanted)| *wanted).map(|(t, _)| t);
    let failed = || tests.iter().filter(|(_, wanted)| !*wanted).map(|(t, _)| t);
    let contradicted = passed().any(|p| failed().any(|f| implies(p, f)));
    let torn = passed().any(|a| passed().any(|b| a.excludes(b)));
    !contradicted && !torn
}

/// Whether every text that passes `a` surely passes `b`.
fn implies(a: &TextTest, b: &TextTest) -> bool {
    match (a, b) {
        (TextTest::StartsWith(a), TextTest::StartsWith(b)) => a.starts_with(b.as_str()),
        (TextTest::EndsWith(a), TextTest::EndsWith(b)) => a.ends_with(b.as_str()),
        (TextTest::StartsWith(a) | TextTest::EndsWith(a) | TextTest::Contains(a), TextTest::Contains(b)) => {
            a.contains(b.as_str())
        }
        (TextTest::MatchesAny(a), TextTest::MatchesAny(b)) => a.iter().all(|phrase| b.contains(phrase)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contradictions_are_found_and_nothing_else() {
        let starts = |s: &str| TextTest::StartsWith(s.into());
        let contains = |s: &str| TextTest::Contains(s.into());
        let is = |s: &[&str]| TextTest::Is(s.iter().map(|s| s.to_string()).collect());
        assert!(!possible(&[(starts("/a"), true), (starts("/b"), true)]));
        assert!(possible(&[(starts("/a"), true), (starts("/a/b"), true)]));
        assert!(!possible(&[(starts("partner"), true), (contains("art"), false)]));
        assert!(possible(&[(starts("partner"), true), (contains("web"), false)]));
        assert!(!possible(&[(is(&["web", "event"]), true), (is(&["event"]), false), (contains("w"), false)]));
        assert!(possible(&[(is(&["web", "event"]), true), (is(&["event"]), false)]));
        assert!(!possible(&[(is(&["web"]), true), (is(&["event"]), true)]));
    }
}
