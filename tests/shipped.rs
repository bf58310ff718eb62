//! The product policies are tested as their authors should test them: these bars are held by the real binary.

mod support;

use serde_json::Value;
use std::path::Path;
use std::sync::OnceLock;
use support::rubric_in;

const POLICIES: [&str; 4] = ["care_management", "clinician_workflow", "interoperability", "privacy_services"];

/// Both measures, taken once: the tests of the policies run for each of hundreds of changed policies.
fn measured() -> &'static Value {
    static MEASURED: OnceLock<Value> = OnceLock::new();
    MEASURED.get_or_init(|| {
        let args = ["test", "policies", "--coverage", "--mutate", "--threshold", "95", "--format", "json"];
        let ran = rubric_in(Path::new(env!("CARGO_MANIFEST_DIR")), &args);
        assert_eq!((ran.err.as_str(), ran.status), ("", 0));
        serde_json::from_str(&ran.out).expect("the output is JSON")
    })
}

/// The object of each product policy.
fn of_policies(list: &Value) -> Vec<&Value> {
    let all = list.as_array().expect("a list");
    POLICIES.map(|name| all.iter().find(|one| one["policy"] == name).unwrap_or_else(|| panic!("no {name}"))).to_vec()
}

#[test]
fn tests_see_the_whole_of_each_product_policy() {
    let told = measured();
    for one in of_policies(&told["coverage"]) {
        for kind in one["kinds"].as_array().expect("kinds") {
            let (covered, of) = (kind["covered"].as_u64().expect("a number"), kind["of"].as_u64().expect("a number"));
            assert!(of > 0, "{kind}");
            // Every gate and every rule; of all else nearly everything.
            let whole = ["gates", "rules"].contains(&kind["kind"].as_str().expect("a word"));
            assert!(if whole { covered == of } else { covered * 100 >= of * 95 }, "{}: {kind}", one["policy"]);
        }
    }
    let fixtures = told["fixtures"].as_array().expect("fixtures");
    assert!(fixtures.iter().any(|f| f["folder"] == "policies/leads" && f["passed"] == true), "{fixtures:?}");
}

#[test]
fn tests_notice_nearly_every_change_to_a_product_policy() {
    for one in of_policies(&measured()["mutation"]) {
        let of = one["of"].as_u64().expect("a number");
        assert!(of > 150 && one["left_out"] == 0, "{}: {of} mutants", one["policy"]);
    }
}
