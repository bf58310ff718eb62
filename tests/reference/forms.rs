//! Every form of condition, said in another way: what the checker makes of both must mean the same for every lead.

/// What the forms are about; definitions are added to it.
pub const POLICY: &str = r#"
policy forms { version "1" owner "team@example.com" time-zone "-05:00" }
lead {
  kind:  one of { a "Kind A", b, c, rest otherwise }
  soon:  ordered { low, mid, high, top }
  tags:  some of { x, y, z }
  agreed: boolean
  size:  number -10..1_000
  day:   date
  words: text
}
channels { form }
signals { request: high from form  reply: mid from form  view: mid from form  blog: low from form  leave: negative from form }
personas { clinical: "Clinical" titles "nurs*"  it: "IT" titles "CIO" }
committee {
  engaged within 30 days
  champion: from clinical
  approver: from it when agreed expected when kind is a
  buyer: optional from it
}
icp { must kind in [a, b] because "Kind"  must size >= 10 because "Size" }
score fit {
  all { +50 when kind is a  +20.5 when soon >= mid  +29.5 when agreed }
  bands { strong >= 70, good >= 40.5, weak }
}
score intent out of 60 {
  all up to 60 { +20 per request  +10.01 per reply newest 2  -5 when tags has x }
  bands { hot >= 30, warm >= 10, cold }
}
checklist ready { "Agreed": agreed  "Kind": kind is known }
stages {
  mql { require kind is known }
  sal { require size > 0  fall back to none when tags has z }
  sql { require agreed }
}
outcomes { call { next "Call" owner sales due 2 days }  wait { next "Wait" owner sales due 2 days }  stop { next "Stop" owner sales due 2 days } }
route { to call when fit is strong  to stop when icp is failed  otherwise to wait }
"#;

/// Two ways of saying one thing.
pub const PAIRS: &[(&str, &str)] = &[
    // Logic.
    ("not agreed and kind is a or size > 5", "((not agreed) and kind is a) or size > 5"),
    ("agreed or kind is a and size > 5", "agreed or (kind is a and size > 5)"),
    ("not (agreed and kind is a)", "not agreed or kind is not a"),
    ("confirmed agreed and kind is a", "(confirmed agreed) and kind is a"),
    ("unconfirmed agreed", "not confirmed agreed"),
    ("not unconfirmed kind is a", "confirmed kind is a"),
    ("confirmed (agreed or not agreed)", "agreed is known"),
    // Choices, ordered values, yes and no.
    ("kind is \"Kind A\"", "kind in [a]"),
    ("kind is not a", "not (kind is a)"),
    ("kind in [a, b]", "kind is a or kind is b"),
    ("kind not in [a, b]", "kind is not a and kind is not b"),
    ("kind in [a, b, c, rest] or kind is unknown", "kind is known or kind is unknown"),
    ("agreed", "agreed is yes"),
    ("agreed is no", "not agreed"),
    ("agreed is not true", "agreed in [false]"),
    ("soon >= mid", "soon in [mid, high, top]"),
    ("soon > mid", "soon in [high, top]"),
    ("soon <= mid", "soon in [low, mid]"),
    ("soon < mid", "soon is low"),
    ("soon between mid and high", "soon >= mid and soon <= high"),
    ("soon not in [low]", "soon > low"),
    ("soon is unknown", "not (soon is known)"),
    ("current_stage >= sal", "current_stage in [sal, sql]"),
    // Numbers.
    ("size > 50", "not (size <= 50)"),
    ("size >= 50", "not (size < 50)"),
    ("size between 10 and 50", "size >= 10 and size <= 50"),
    ("size is 50", "size between 50 and 50"),
    ("size is not 50", "size < 50 or size > 50"),
    ("size in [10, 50.5]", "size is 10 or size is 50.5"),
    ("size not in [10, 50]", "size is not 10 and size is not 50"),
    ("size > 49.999999", "size >= 50"),
    ("size >= -10 or size is unknown", "size is known or size is unknown"),
    // Dates.
    ("day before 2026-03-31", "day < 2026-03-31"),
    ("day after 2026-03-31", "day > 2026-03-31"),
    ("day is 2026-03-31", "day >= 2026-03-31 and day <= 2026-03-31"),
    ("day is not 2026-03-31", "day before 2026-03-31 or day after 2026-03-31"),
    ("day between 2026-03-01 and 2026-03-31", "not (day before 2026-03-01) and not (day after 2026-03-31)"),
    ("day within last 1 days", "day within next 1 days"),
    ("day within last 7 days and day within next 7 days", "day within last 1 days"),
    // Multi-selects.
    ("tags has x", "tags has any of [x]"),
    ("tags has any of [x, y]", "tags has x or tags has y"),
    ("tags has all of [x, y]", "tags has x and tags has y"),
    ("tags has none of [x, y]", "not (tags has any of [x, y])"),
    ("tags is not empty", "not (tags is empty)"),
    // Text.
    ("words is \"ALPHA\"", "words is \"alpha\""),
    ("words is not \"alpha\"", "not (words in [\"alpha\"])"),
    ("words in [\"alpha\", \"nurse\"]", "words is \"alpha\" or words is \"nurse\""),
    (
        "words matches any of [\"gamma\", \"nurs*\"]",
        "words matches any of [\"gamma\"] or words matches any of [\"NURS*\"]",
    ),
    ("words starts with \"alpha\" or words contains \"alpha\"", "words contains \"alpha\""),
    ("words ends with \"one\" and words contains \"one\"", "words ends with \"ONE\""),
    // Behaviour.
    ("request ever", "count of request >= 1"),
    ("request within 30 days", "count of request within 30 days > 0"),
    ("no request within 30 days", "count of request within 30 days < 1"),
    ("no request ever", "count of request is 0"),
    ("count of reply is not 2", "count of reply < 2 or count of reply > 2"),
    ("count of reply <= 1", "not (count of reply >= 2)"),
    ("any mid signal within 30 days", "reply within 30 days or view within 30 days"),
    ("any high or low signal ever", "any low or high signal ever"),
    ("no mid or high signal within 7 days", "no mid signal within 7 days and no high signal within 7 days"),
    ("days since request < 30", "request within 30 days"),
    ("days since request <= 30", "request within 31 days"),
    ("days since request > 30", "no request within 31 days"),
    ("days since request >= 30", "no request within 30 days"),
    ("days since request is 30", "request within 31 days and no request within 30 days"),
    ("days since request is not 30", "no request within 31 days or request within 30 days"),
    ("days since mid signal < 7", "any mid signal within 7 days"),
    // People.
    ("champion is engaged", "champion >= engaged"),
    ("champion is not engaged", "champion < engaged"),
    ("champion is missing", "champion < expected"),
    ("champion is not missing", "champion > missing"),
    ("champion > identified", "champion >= engaged"),
    ("champion <= identified", "champion < engaged"),
    ("champion between expected and engaged", "champion >= expected and not (champion >= approved)"),
    ("count of engaged roles < 2", "not (count of engaged roles >= 2)"),
    ("count of identified roles is not 1", "not (count of identified roles is 1)"),
    ("committee is incomplete", "not (committee is complete)"),
    ("committee is complete", "champion >= engaged and (not agreed or approver >= engaged)"),
    // Profile and scores.
    ("icp is not matched", "icp in [failed, undecided]"),
    ("icp not in [matched, failed]", "icp is undecided"),
    ("icp is failed", "confirmed (kind not in [a, b] or size < 10)"),
    ("fit is strong", "fit >= 70"),
    ("fit is good", "fit >= 40.5 and fit < 70"),
    ("fit is weak", "fit < 40.5"),
    ("fit is not good", "fit is strong or fit is weak"),
    ("fit > good", "fit is strong"),
    ("fit >= good", "not (fit is weak)"),
    ("fit <= good", "fit < 70"),
    ("fit < good", "fit is weak"),
    ("fit between weak and good", "fit < strong"),
    ("fit in [strong, weak]", "fit is not good"),
    ("intent >= 10", "intent in [hot, warm]"),
    ("intent between 10 and 29.99", "intent is warm"),
    // The rest.
    ("ready is not complete", "not (agreed and kind is known)"),
    ("stage >= sal", "stage in [sal, sql]"),
    ("stage > mql", "stage >= sal"),
    ("stage is none", "stage < mql"),
    ("stage between mql and sal", "stage is mql or stage is sal"),
    ("stage not in [none]", "not (stage is none)"),
    ("route is not wait", "route in [call, stop]"),
    ("route is call", "fit is strong"),
];
