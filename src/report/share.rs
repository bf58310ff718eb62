//! Shares of a whole as people read them. A share never looks better than it is.

/// Whether at least so many percent are there; of nothing, everything is.
pub fn reaches((part, of): (usize, usize), percent: u8) -> bool {
    part * 100 >= of * usize::from(percent)
}

/// Whole percent, rounded down, so that 100 % means all.
pub fn percent((part, of): (usize, usize)) -> String {
    let percent = (part * 100).checked_div(of).unwrap_or(100);
    format!("{percent} %")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_all_is_a_hundred_percent() {
        assert_eq!([(999, 1000), (1000, 1000), (0, 0), (1, 3)].map(percent), ["99 %", "100 %", "100 %", "33 %"]);
        assert_eq!([(89, 100), (90, 100), (0, 0), (8, 9)].map(|s| reaches(s, 90)), [false, true, true, false]);
    }
}
