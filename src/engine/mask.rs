//! What a condition can be in completions of a lead: a set of truth values, as three bits.

/// A set of truth values; never empty.
pub type Mask = u8;

pub const YES: Mask = 1;
pub const NO: Mask = 2;
pub const OPEN: Mask = 4;
pub const ANY: Mask = YES | NO | OPEN;

/// The set with one answer.
pub fn of(answer: Option<bool>) -> Mask {
    match answer {
        Some(true) => YES,
        Some(false) => NO,
        None => OPEN,
    }
}

/// Every Kleene `and` of a member of each.
pub fn and(a: Mask, b: Mask) -> Mask {
    let open = (a & OPEN != 0 && b & (YES | OPEN) != 0) || (b & OPEN != 0 && a & (YES | OPEN) != 0);
    (a & b & YES) | ((a | b) & NO) | if open { OPEN } else { 0 }
}

/// Every Kleene `or` of a member of each.
pub fn or(a: Mask, b: Mask) -> Mask {
    not(and(not(a), not(b)))
}

/// Every negation.
pub fn not(a: Mask) -> Mask {
    ((a & YES) << 1) | ((a & NO) >> 1) | (a & OPEN)
}

/// True stays, everything else is false.
pub fn confirmed(a: Mask) -> Mask {
    (a & YES) | if a & (NO | OPEN) != 0 { NO } else { 0 }
}

/// True becomes false, everything else true.
pub fn unconfirmed(a: Mask) -> Mask {
    not(confirmed(a))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every pair of sets against every pair of members.
    #[test]
    fn sets_hold_exactly_what_members_give() {
        let members = |m: Mask| [YES, NO, OPEN].into_iter().filter(move |b| m & b != 0);
        let kleene = |a: Mask, b: Mask| {
            if a == NO || b == NO {
                NO
            } else if a == YES && b == YES {
                YES
            } else {
                OPEN
            }
        };
        for a in 1..=ANY {
            for b in 1..=ANY {
                let both = members(a).flat_map(|x| members(b).map(move |y| kleene(x, y))).fold(0, |m, x| m | x);
                assert_eq!(and(a, b), both, "{a} and {b}");
            }
            let sure = members(a).map(|x| if x == YES { YES } else { NO }).fold(0, |m, x| m | x);
            assert_eq!(confirmed(a), sure);
        }
    }
}
