//! Where leads come from and how many of them are turned away, counted while a run goes on. Counts of chunks add up in the order of the file.

use std::collections::BTreeMap;

/// More sources than this are not told apart: a column with another value for each lead is no source.
const MOST: usize = 2_000;

/// Leads by source; spellings that differ in case are one, shown as first met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    /// By folded spelling; `None` is not known.
    counts: BTreeMap<Option<String>, Source>,
    others: u64,
}

/// Leads of one source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// As first met; empty where it is not known.
    pub spelling: String,
    /// All of them, in scope or not.
    pub leads: u64,
    /// Those that no policy applies to.
    pub out_of_scope: u64,
    /// Those that were turned away.
    pub turned_away: u64,
    /// Why they were turned away: how many for each reason.
    pub reasons: BTreeMap<String, u64>,
}

/// What became of a lead, as far as its source is concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    OutOfScope,
    /// With the reason.
    TurnedAway(String),
    Kept,
}

impl Source {
    /// The most frequent reason; of some that are as frequent, the first by name.
    pub fn mostly(&self) -> Option<&str> {
        self.reasons.iter().min_by_key(|(_, n)| std::cmp::Reverse(**n)).map(|(why, _)| why.as_str())
    }

    fn add(&mut self, other: Source) {
        if self.leads == 0 {
            self.spelling = other.spelling;
        }
        self.leads += other.leads;
        self.out_of_scope += other.out_of_scope;
        self.turned_away += other.turned_away;
        other.reasons.into_iter().for_each(|(why, n)| *self.reasons.entry(why).or_default() += n);
    }
}

impl Sources {
    /// Counts a lead.
    pub fn count(&mut self, source: Option<&str>, fate: Fate) {
        let mut one = Source { spelling: source.unwrap_or("").to_string(), leads: 1, ..Source::default() };
        match fate {
            Fate::OutOfScope => one.out_of_scope = 1,
            Fate::TurnedAway(why) => {
                one.turned_away = 1;
                one.reasons.insert(why, 1);
            }
            Fate::Kept => {}
        }
        self.add(source.map(str::to_ascii_lowercase), one);
    }

    /// Adds the counts of leads after these.
    pub fn merge(&mut self, later: Sources) {
        self.others += later.others;
        later.counts.into_iter().for_each(|(key, one)| self.add(key, one));
    }

    fn add(&mut self, key: Option<String>, one: Source) {
        if self.counts.len() >= MOST && !self.counts.contains_key(&key) {
            self.others += one.leads;
            return;
        }
        self.counts.entry(key).or_default().add(one);
    }

    /// Most leads first, and whether the source is known; ties by name.
    pub fn list(&self) -> Vec<(bool, &Source)> {
        let mut list: Vec<(bool, &Source)> = self.counts.iter().map(|(key, s)| (key.is_some(), s)).collect();
        list.sort_by_key(|(_, s)| std::cmp::Reverse(s.leads));
        list
    }

    /// Leads of sources that are not told apart.
    pub fn others(&self) -> u64 {
        self.others
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_add_up_to_the_whole() {
        let leads = [(Some("Web"), "a"), (Some("web"), ""), (None, "b"), (Some("Fair"), "b"), (Some("WEB"), "b")];
        let fate = |why: &str| if why.is_empty() { Fate::Kept } else { Fate::TurnedAway(why.to_string()) };
        let mut whole = Sources::default();
        leads.iter().for_each(|(s, why)| whole.count(*s, fate(why)));
        for cut in 0..=leads.len() {
            let (mut first, mut rest) = (Sources::default(), Sources::default());
            leads[..cut].iter().for_each(|(s, why)| first.count(*s, fate(why)));
            leads[cut..].iter().for_each(|(s, why)| rest.count(*s, fate(why)));
            first.merge(rest);
            assert_eq!(first, whole, "cut at {cut}");
        }
        let list = whole.list();
        assert_eq!((list[0].1.spelling.as_str(), list[0].1.leads, list[0].1.turned_away), ("Web", 3, 2));
        assert_eq!(list[0].1.mostly(), Some("a"));
        assert_eq!(list.iter().filter(|(known, _)| !known).count(), 1);
    }

    #[test]
    fn a_column_of_ids_is_no_source() {
        let mut sources = Sources::default();
        (0..5_000).for_each(|i| sources.count(Some(&i.to_string()), Fate::Kept));
        assert_eq!((sources.list().len(), sources.others()), (MOST, 5_000 - MOST as u64));
    }
}
