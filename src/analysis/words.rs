//! Texts for tests on texts: words that make some tests true and others false, where such words can be found.
//!
//! A combination of tests for which no words are found here may still be possible. So nothing is called impossible because of that; only a lead
//! that needs such words is called not confirmed.

use crate::policy::condition::TextTest;

/// Candidates, with what each test says of them.
#[derive(Clone, Debug)]
pub struct Words {
    candidates: Vec<(String, Vec<bool>)>,
}

/// So many tests are combined in pairs; more would only make the list long.
const COMBINED: usize = 64;

impl Words {
    /// Candidates for some tests: a text that none knows, the constants, and constants beside one another.
    pub fn new<'t>(tests: impl Iterator<Item = &'t TextTest>) -> Words {
        let tests: Vec<&TextTest> = tests.collect();
        let parts: Vec<String> = tests.iter().flat_map(|t| constants(t)).collect();
        let mut texts: Vec<String> = vec!["other".to_string(), "-".to_string()];
        texts.extend(parts.iter().cloned());
        for one in parts.iter().take(COMBINED) {
            texts.extend(
                parts.iter().take(COMBINED).filter(|other| *other != one).map(|other| format!("{one} {other}")),
            );
            // Something more on either side: begins or ends with it, and is not it.
            texts.extend([format!("{one} x"), format!("x {one}"), format!("x {one} x")]);
        }
        let mut candidates: Vec<(String, Vec<bool>)> = Vec::new();
        for text in texts {
            let said: Vec<bool> = tests.iter().map(|t| t.holds(&text)).collect();
            if !candidates.iter().any(|(_, known)| *known == said) {
                candidates.push((text, said));
            }
        }
        Words { candidates }
    }

    /// Every candidate: no two of them are the same to all tests.
    pub fn all(&self) -> impl Iterator<Item = String> + '_ {
        self.candidates.iter().map(|(text, _)| text.clone())
    }

    /// What the tests say of each candidate, the plainest first.
    pub fn patterns(&self) -> impl Iterator<Item = &Vec<bool>> + '_ {
        self.candidates.iter().map(|(_, said)| said)
    }

    /// A text of which each test says what is wanted.
    pub fn fit(&self, wanted: &[bool]) -> Option<&str> {
        self.candidates.iter().find(|(_, said)| said == wanted).map(|(text, _)| text.as_str())
    }
}

/// What a text would have to be, or hold, for a test.
fn constants(test: &TextTest) -> Vec<String> {
    match test {
        TextTest::Is(texts) => texts.clone(),
        TextTest::Contains(part) | TextTest::StartsWith(part) | TextTest::EndsWith(part) => vec![part.clone()],
        TextTest::MatchesAny(phrases) => phrases.iter().map(|p| p.replace('*', "")).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_fit_what_is_wanted() {
        let tests = [
            TextTest::StartsWith("/product".into()),
            TextTest::Contains("price".into()),
            TextTest::Is(vec!["/product".into()]),
        ];
        let words = Words::new(tests.iter());
        for wanted in [[true, true, false], [true, false, true], [true, false, false], [false, true, false], [false; 3]]
        {
            let text = words.fit(&wanted).unwrap_or_else(|| panic!("{wanted:?}"));
            assert_eq!(tests.each_ref().map(|t| t.holds(text)), wanted, "{text}");
        }
        assert_eq!(words.fit(&[false, false, true]), None);
    }

    #[test]
    fn contradictions_are_proved() {
        let starts = |t: &str| TextTest::StartsWith(t.into());
        assert!(starts("/a").excludes(&starts("/b")));
        assert!(!starts("/a").excludes(&starts("/ab")));
        assert!(TextTest::Is(vec!["x".into()]).excludes(&TextTest::Contains("y".into())));
        assert!(!TextTest::Contains("a".into()).excludes(&TextTest::EndsWith("b".into())));
        assert!(starts("/ab").implies(&starts("/a")) && !starts("/a").implies(&starts("/ab")));
        assert!(starts("/ab").implies(&TextTest::Contains("b".into())));
        assert!(!TextTest::Contains("b".into()).implies(&starts("b")));
    }
}
