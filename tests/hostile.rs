//! Policies by strangers: whatever the text, checking it ends, and never panics.

use proptest::prelude::*;
use rubric::driver::{Memory, load};

fn check(text: &str) -> usize {
    let mut memory = Memory::default();
    memory.insert("demo.rubric", text);
    load(&memory, "demo.rubric", &[]).diagnostics.len()
}

const POLICY: &str = include_str!("../benches/pipeline/forty.rubric");

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// A piece of the policy cut out and put somewhere else.
    #[test]
    fn cut_and_pasted_policies_are_answered(from in 0..POLICY.len(), len in 0..200_usize, to in 0..POLICY.len()) {
        let end = (from + len).min(POLICY.len());
        if let (Some(piece), Some(head), Some(tail)) = (POLICY.get(from..end), POLICY.get(..to), POLICY.get(to..)) {
            check(&format!("{head}{piece}{tail}"));
        }
    }

    /// Numbers of any size where a number stands.
    #[test]
    fn numbers_of_any_size_are_answered(digits in "[0-9_.]{1,40}", place in 0..60_usize) {
        let parts: Vec<&str> = POLICY.split_inclusive("+").collect();
        let at = place % parts.len();
        let text: String = parts.iter().enumerate().map(|(i, p)| if i == at { format!("{p}{digits} ") } else { p.to_string() }).collect();
        check(&text);
    }
}

#[test]
fn large_policies_are_checked_in_time() {
    let mut text = String::from("library demo\n\nlead { region: one of { us, canada } }\n");
    for i in 0..5_000 {
        text += &format!("define d{i} = region is us or d{} \n", (i + 1) % 5_000);
    }
    assert!(check(&text) > 0, "the circle of definitions is found");
    let long: String = (0..20_000).map(|_| "region is us or ").collect();
    let text = format!("library demo\nlead {{ region: one of {{ us }} }}\ndefine long = {long} region is us\n");
    assert_eq!(check(&text), 0);
}
