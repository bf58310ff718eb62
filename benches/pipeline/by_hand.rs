//! The same policy, written by hand as a plain program over `serde` structs: what a careful team would write without Rubric.
//!
//! It keeps the same promises the policy makes: unknown earns nothing, points are integers, decay is stepped. It writes the same bytes as
//! `rubric run --detail brief`; `tests/by_hand.rs` and the bench itself hold it to that.

use serde::Deserialize;
use std::io::Write;

const DAY: i64 = 86_400_000_000;

#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Setting {
    Clinic,
    Outpatient,
    Hospital,
    System,
    Payer,
    Employer,
}

#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Region {
    Us,
    Canada,
    Uk,
    Eu,
    Apac,
}

#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Product {
    Coordination,
    Workflow,
    Interoperability,
    Compliance,
}

#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
enum System {
    Northchart,
    Medilog,
    Casetrail,
    Openward,
    Claritas,
    Other,
}

#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Exchange {
    Fhir,
    Hl7,
    FlatFile,
    Custom,
}

#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
enum UseCase {
    Coordination,
    Documentation,
    Monitoring,
    Coding,
    Review,
}

#[derive(Deserialize, Clone, Copy, PartialEq, PartialOrd)]
#[serde(rename_all = "snake_case")]
enum Timeline {
    Exploring,
    Later,
    NextQuarter,
    ThisQuarter,
}

#[derive(Deserialize, Clone, Copy, PartialEq, PartialOrd)]
#[serde(rename_all = "snake_case")]
enum Security {
    NotStarted,
    Planned,
    InProgress,
    Done,
}

#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Kind {
    DemoRequest,
    Pricing,
    Rfp,
    ProductView,
    CaseStudy,
    Reply,
    Blog,
    Unsubscribe,
}

#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Channel {
    Form,
    Email,
    Website,
    Content,
}

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(rename = "type")]
    kind: Kind,
    at: &'a str,
    channel: Channel,
}

/// One line of the file.
#[derive(Deserialize)]
pub struct Lead<'a> {
    id: &'a str,
    product: Option<Product>,
    setting: Option<Setting>,
    region: Option<Region>,
    staff: Option<i64>,
    sites: Option<i64>,
    systems: Option<Vec<System>>,
    exchange: Option<Vec<Exchange>>,
    phi: Option<bool>,
    use_case: Option<UseCase>,
    understood: Option<bool>,
    timeline: Option<Timeline>,
    security: Option<Security>,
    budget: Option<i64>,
    growing: Option<bool>,
    #[serde(borrow)]
    events: Option<Vec<Event<'a>>>,
}

/// What the program decides.
pub struct Verdict<'a> {
    pub id: &'a str,
    pub fit: i64,
    pub fit_band: &'static str,
    pub intent: i64,
    pub intent_band: &'static str,
    pub stage: &'static str,
    pub rule: &'static str,
    route: Route,
}

#[derive(Clone, Copy)]
enum Route {
    Demo,
    Technical,
    Discovery,
    Nurture,
    Disqualify,
}

/// Reads one line.
pub fn read(line: &str) -> Lead<'_> {
    serde_json::from_str(line).expect("the bench writes valid leads")
}

fn micros(text: &str) -> i64 {
    let b = text.as_bytes();
    let two = |i: usize| i64::from(b[i] - b'0') * 10 + i64::from(b[i + 1] - b'0');
    let (year, month, day) = (two(0) * 100 + two(2), two(5), two(8));
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let yoe = y - era * 400;
    let doy = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let days = era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468;
    (((days * 24 + two(11)) * 60 + two(14)) * 60 + two(17)) * 1_000_000
}

fn halved(points: i64, age: i64, every: i64) -> i64 {
    let k = age / (every * DAY);
    if k > 20 { 0 } else { (2 * points + (1 << k)) / (2 << k) }
}

fn within(value: Option<i64>, low: i64, high: i64) -> bool {
    value.is_some_and(|v| (low..=high).contains(&v))
}

fn fit(lead: &Lead) -> i64 {
    use self::{Exchange as X, Setting as S, System as Y, UseCase as U};
    let plus = |points: i64, holds: bool| if holds { points } else { 0 };
    let system = |s: System| lead.systems.as_ref().is_some_and(|v| v.contains(&s));
    let exchange = |x: Exchange| lead.exchange.as_ref().is_some_and(|v| v.contains(&x));
    let profile = plus(12, matches!(lead.setting, Some(S::Clinic | S::Outpatient)))
        + plus(10, lead.setting == Some(S::Hospital))
        + plus(6, lead.setting == Some(S::System))
        + plus(8, lead.region == Some(Region::Us))
        + plus(6, lead.region == Some(Region::Canada))
        + plus(10, within(lead.staff, 50, 2_000))
        + plus(4, lead.staff > Some(2_000))
        + plus(3, lead.sites >= Some(3));
    let use_case = plus(20, lead.use_case == Some(U::Coordination))
        + plus(16, lead.use_case == Some(U::Monitoring))
        + plus(10, lead.use_case == Some(U::Documentation))
        + plus(4, lead.use_case == Some(U::Coding))
        + plus(5, lead.product == Some(Product::Coordination) && lead.use_case == Some(U::Coordination));
    let workflow = plus(8, lead.understood == Some(true))
        + plus(4, lead.growing == Some(true))
        + plus(4, within(lead.sites, 2, 20))
        + plus(2, lead.sites > Some(20));
    let integration = plus(10, system(Y::Northchart) || system(Y::Medilog))
        + plus(6, system(Y::Casetrail))
        + plus(4, exchange(X::Fhir))
        + plus(3, exchange(X::Hl7))
        - plus(6, exchange(X::FlatFile))
        + plus(2, system(Y::Openward) && exchange(X::Fhir));
    let readiness = plus(8, lead.security >= Some(Security::InProgress))
        + plus(5, lead.security == Some(Security::Planned))
        - plus(4, lead.security == Some(Security::NotStarted) && lead.phi == Some(true))
        + plus(4, lead.budget >= Some(50_000))
        + plus(2, within(lead.budget, 10_000, 49_999));
    let sum = profile.min(40) + use_case.min(20) + workflow.min(12) + integration.min(16) + readiness.clamp(-4, 12);
    sum.clamp(0, 100)
}

/// Intent, and whether there was a mid or high signal within 90 days.
fn intent(lead: &Lead, as_of: i64) -> (i64, bool) {
    let mut newest: [[i64; 3]; 8] = [[i64::MAX; 3]; 8];
    let mut views = 0;
    let mut warm = false;
    for event in lead.events.iter().flatten() {
        let listens = matches!(
            (event.kind, event.channel),
            (Kind::DemoRequest, Channel::Form)
                | (Kind::Pricing, Channel::Form | Channel::Email)
                | (Kind::Rfp | Kind::Reply | Kind::Unsubscribe, Channel::Email)
                | (Kind::ProductView, Channel::Website)
                | (Kind::CaseStudy | Kind::Blog, Channel::Content)
        );
        let age = as_of - micros(event.at);
        if !listens || age < 0 {
            continue;
        }
        let slot = &mut newest[event.kind as usize];
        slot[2] = slot[2].min(age);
        slot.sort_unstable();
        views += i64::from(event.kind == Kind::ProductView && age < 30 * DAY);
        warm |= age < 90 * DAY && (event.kind as usize) < 6;
    }
    let decayed = |kind: Kind, count: usize, points: i64, every: i64| -> i64 {
        newest[kind as usize][..count].iter().filter(|a| **a != i64::MAX).map(|a| halved(points, *a, every)).sum()
    };
    let timing = match lead.timeline {
        Some(Timeline::ThisQuarter) => 15,
        Some(Timeline::NextQuarter) => 10,
        Some(Timeline::Later) => 3,
        _ => 0,
    };
    let buying =
        decayed(Kind::DemoRequest, 1, 40, 60) + decayed(Kind::Pricing, 1, 35, 60) + decayed(Kind::Rfp, 1, 45, 90);
    let evaluating =
        if views >= 3 { 15 } else { 0 } + decayed(Kind::CaseStudy, 2, 8, 45) + decayed(Kind::Reply, 2, 10, 45);
    let awareness = newest[Kind::Blog as usize].iter().filter(|a| **a < 28 * DAY).count() as i64;
    let negative = if newest[Kind::Unsubscribe as usize][0] < 365 * DAY { -20 } else { 0 }
        + if lead.timeline == Some(Timeline::Exploring) { -5 } else { 0 };
    let sum = timing + buying.min(71) + evaluating.min(26) + awareness.min(3) + negative;
    (sum.clamp(0, 100), warm)
}

/// Decides one lead.
pub fn decide<'a>(lead: &Lead<'a>, as_of: i64) -> Verdict<'a> {
    use self::{Region as R, Setting as S};
    let fit = fit(lead);
    let (intent, warm) = intent(lead, as_of);
    let warm = warm && lead.events.is_some();
    let failed = lead.setting.is_some_and(|s| matches!(s, S::Payer | S::Employer))
        || lead.region.is_some_and(|r| matches!(r, R::Uk | R::Eu | R::Apac))
        || lead.exchange.as_ref().is_some_and(|x| x.contains(&Exchange::Custom));
    let fit_band = if fit >= 70 {
        0
    } else if fit >= 50 {
        1
    } else {
        2
    };
    let intent_band = if intent >= 30 {
        0
    } else if intent >= 10 {
        1
    } else {
        2
    };
    let mql = !failed && fit >= 50 && warm;
    let sal = mql && lead.understood == Some(true) && lead.timeline >= Some(Timeline::Later);
    let sql = sal && lead.security >= Some(Security::Planned) && intent >= 10;
    let integrates =
        lead.systems.as_ref().is_some_and(|s| !s.is_empty()) || lead.exchange.as_ref().is_some_and(|x| !x.is_empty());
    use self::Route::{Demo, Discovery, Disqualify, Nurture, Technical};
    const CELLS: [[(Route, &str); 3]; 3] = [
        [(Demo, "rule.3.strong.high"), (Demo, "rule.3.strong.mid"), (Nurture, "rule.3.strong.low")],
        [(Demo, "rule.3.good.high"), (Nurture, "rule.3.good.mid"), (Nurture, "rule.3.good.low")],
        [(Discovery, "rule.3.weak.high"), (Discovery, "rule.3.weak.mid"), (Nurture, "rule.3.weak.low")],
    ];
    let (route, rule) = if failed {
        (Disqualify, "rule.1")
    } else if intent_band == 0 && fit >= 50 && integrates && lead.understood != Some(true) {
        (Technical, "rule.2")
    } else if lead.timeline >= Some(Timeline::NextQuarter) {
        CELLS[fit_band][intent_band]
    } else if fit >= 50 && lead.timeline.is_some() {
        (Nurture, "rule.4")
    } else if intent >= 10 {
        (Discovery, "rule.5")
    } else {
        (Nurture, "rule.6")
    };
    Verdict {
        id: lead.id,
        fit,
        fit_band: ["strong", "good", "weak"][fit_band],
        intent,
        intent_band: ["high", "mid", "low"][intent_band],
        stage: if sql {
            "sql"
        } else if sal {
            "sal"
        } else if mql {
            "mql"
        } else {
            "none"
        },
        rule,
        route,
    }
}

/// What every line says: which policy decided and when, and what follows from each route.
pub struct Words {
    head: String,
    /// By route: outcome, action, owner, due.
    routes: [(&'static str, &'static str, &'static str, String); 5],
}

impl Words {
    /// For a run; `hash` is of the text of the policy.
    pub fn new(hash: &str, as_of: i64) -> Words {
        let (days, seconds) = (as_of.div_euclid(DAY), as_of.rem_euclid(DAY) / 1_000_000);
        let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
        let today = date(days);
        let head = format!(
            "\"policy\":{{\"name\":\"forty\",\"version\":\"1\",\"hash\":\"{hash}\"}},\"as_of\":\"{today}T{hour:02}:{minute:02}:{second:02}Z\""
        );
        let due = |count| date(business_days(days, count));
        Words {
            head,
            routes: [
                ("demo", "Book a demo", "account_executive", due(2)),
                ("technical", "Technical session", "solutions_engineer", due(3)),
                ("discovery", "Call", "sales_development", due(2)),
                ("nurture", "Enrol", "marketing", due(5)),
                ("disqualify", "Close politely", "sales_development", due(5)),
            ],
        }
    }
}

/// The day so many working days later, in days since 1970.
fn business_days(mut day: i64, count: i64) -> i64 {
    for _ in 0..count {
        day += 1;
        // 1970-01-01 was a Thursday.
        while (day + 3) % 7 > 4 {
            day += 1;
        }
    }
    day
}

fn date(days: i64) -> String {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z - era * 146_097;
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{:02}", doy - (153 * mp + 2) / 5 + 1)
}

/// Writes one decision as a line of JSON: the same keys and values as the short form of Rubric.
pub fn write(out: &mut Vec<u8>, words: &Words, v: &Verdict) {
    let (outcome, action, owner, due) = &words.routes[v.route as usize];
    let _ = writeln!(
        out,
        "{{\"id\":\"{}\",{},\"in_scope\":true,\"fit\":{{\"points\":{},\"band\":\"{}\"}},\"intent\":{{\"points\":{},\"band\":\"{}\"}},\"stage\":{{\"reached\":\"{}\"}},\"route\":{{\"outcome\":\"{outcome}\",\"rule\":\"{}\"}},\"next_step\":{{\"action\":\"{action}\",\"owner\":\"{owner}\",\"due\":\"{due}\"}}}}",
        v.id, words.head, v.fit, v.fit_band, v.intent, v.intent_band, v.stage, v.rule
    );
}
