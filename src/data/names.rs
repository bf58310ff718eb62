//! Keys of objects and what they fill, looked up once: objects of one file mostly have the same keys in the same order.

use hashbrown::HashMap;

/// So many different keys are remembered; a file with more has keys that are data, and begins anew.
const MOST: usize = 4096;

/// Keys that were met, with what they fill.
#[derive(Debug)]
pub(super) struct Names<T> {
    all: Vec<Name<T>>,
    by_text: HashMap<String, usize>,
    /// The key that was met last.
    last: usize,
}

#[derive(Debug)]
struct Name<T> {
    text: String,
    fills: T,
    /// The key that came after this one last time.
    next: usize,
    /// How often it was counted, and in which line first.
    counted: (u64, u64),
}

impl<T: Copy> Names<T> {
    pub fn new() -> Names<T> {
        Names { all: Vec::new(), by_text: HashMap::new(), last: 0 }
    }

    /// The number of a key, which stays the same until [`Names::shrink`]; `fills` is asked when it is met for the first time.
    pub fn find(&mut self, key: &str, fills: &dyn Fn(&str) -> T) -> usize {
        let expected = self.all.get(self.last).map_or(0, |n| n.next);
        let at = if self.is(expected, key) { expected } else { self.seek(expected, key, fills) };
        self.last = at;
        at
    }

    /// What a key fills.
    pub fn fills(&self, name: usize) -> T {
        self.all[name].fills
    }

    fn is(&self, name: usize, key: &str) -> bool {
        self.all.get(name).is_some_and(|n| n.text == key)
    }

    fn seek(&mut self, expected: usize, key: &str, fills: &dyn Fn(&str) -> T) -> usize {
        // One key was left out here: what was expected then stays expected.
        let after = self.all.get(expected).map_or(0, |n| n.next);
        if self.is(after, key) {
            return after;
        }
        let at = self.by_text.get(key).copied().unwrap_or_else(|| {
            let at = self.all.len();
            self.all.push(Name { text: key.to_string(), fills: fills(key), next: at + 1, counted: (0, 0) });
            self.by_text.insert(key.to_string(), at);
            at
        });
        if let Some(last) = self.all.get_mut(self.last) {
            last.next = at;
        }
        at
    }

    /// Counts a key.
    pub fn count(&mut self, name: usize, line: u64) {
        let counted = &mut self.all[name].counted;
        *counted = (counted.0 + 1, if counted.0 == 0 { line } else { counted.1 });
    }

    /// The counted keys with how often and where first, in the order in which they were met; counting begins anew.
    pub fn take_counted(&mut self) -> Vec<(String, u64, u64)> {
        let mut counted = Vec::new();
        for name in self.all.iter_mut().filter(|n| n.counted.0 > 0) {
            let (count, line) = std::mem::take(&mut name.counted);
            counted.push((name.text.clone(), count, line));
        }
        counted.sort_by(|a, b| a.2.cmp(&b.2).then(a.0.cmp(&b.0)));
        counted
    }

    /// Forgets all keys if they are too many to be names.
    pub fn shrink(&mut self) {
        if self.all.len() > MOST {
            *self = Names::new();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_in_any_order() {
        let mut names = Names::new();
        let mut seen: HashMap<String, usize> = HashMap::new();
        for line in ["a b c d", "a c d", "d d", "b", "d c b a", "e a", "a b e c d", "a d"] {
            for key in line.split(' ') {
                let name = names.find(key, &|k| k.len());
                assert_eq!(*seen.entry(key.to_string()).or_insert(name), name, "{key} of {line}");
                assert_eq!(names.fills(name), 1);
            }
        }
        assert_eq!(seen.len(), 5);
    }

    #[test]
    fn counted_keys_come_in_the_order_of_their_lines() {
        let mut names = Names::new();
        for (key, line) in [("b", 2), ("a", 2), ("c", 1), ("b", 3)] {
            let name = names.find(key, &|_| ());
            names.count(name, line);
        }
        let counted = |key: &str, count, line| (key.to_string(), count, line);
        assert_eq!(names.take_counted(), [counted("c", 1, 1), counted("a", 1, 2), counted("b", 2, 2)]);
        assert_eq!(names.take_counted(), []);
    }
}
